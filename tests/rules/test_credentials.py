"""Twin of proxy/rules/credentials.py."""

import pytest

from proxy.errors import CredentialsNotAllowed
from proxy.rules.credentials import refuse_credentials
from proxy.rules.policy import Policy
from proxy.settings import Settings
from tests.rules.sources import source

POLICY = Policy.of(Settings())


def test_credentials_are_refused() -> None:
    with pytest.raises(CredentialsNotAllowed):
        refuse_credentials(source("image.woshipm.com", credentials=True), POLICY)


def test_their_absence_is_not() -> None:
    refuse_credentials(source("image.woshipm.com"), POLICY)
