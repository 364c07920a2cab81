"""A known placeholder is a refusal, whatever its status says."""

from hashlib import sha256

import pytest

from proxy.errors import OriginRefused
from proxy.rules.placeholders import refuse_placeholder

BODY = b"GIF89a, do not hotlink"
KNOWN = frozenset({sha256(BODY).hexdigest()})


@pytest.mark.parametrize("data", [BODY, memoryview(BODY)], ids=["bytes", "a view"])
def test_a_known_placeholder_is_refused(data: bytes | memoryview) -> None:
    with pytest.raises(OriginRefused):
        refuse_placeholder(data, KNOWN)


def test_anything_else_passes() -> None:
    refuse_placeholder(BODY + b".", KNOWN)
    refuse_placeholder(BODY, frozenset())
