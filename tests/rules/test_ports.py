"""Twin of proxy/rules/ports.py."""

import pytest

from proxy.errors import PortNotAllowed
from proxy.rules.policy import Policy
from proxy.rules.ports import refuse_unlisted_port
from proxy.settings import Access, Origin, Settings
from tests.rules.sources import source

POLICY = Policy.of(
    Settings(
        access=Access(ports=(80, 443)),
        origins={
            "own.example": Origin(ports=(8080,)),
            "dialled.example": Origin(connect_to="127.0.0.1:9000"),
            "closed.example": Origin(ports=()),
        },
    )
)


@pytest.mark.parametrize(
    ("host", "port"),
    [
        pytest.param("img.example", 80, id="a listed port"),
        pytest.param("img.example", 443, id="the other"),
        pytest.param("own.example", 8080, id="the origin's own"),
        pytest.param("dialled.example", 80, id="the address's, not the dialled one"),
    ],
)
def test_listed(host: str, port: int) -> None:
    refuse_unlisted_port(source(host, port=port), POLICY)


@pytest.mark.parametrize(
    ("host", "port"),
    [
        pytest.param("img.example", 22, id="an unlisted port"),
        pytest.param("img.example", 81, id="a neighbour of a listed one"),
        pytest.param("own.example", 80, id="the origin's own replace the common ones"),
        pytest.param("img.example", 8080, id="and are nobody else's"),
        pytest.param("dialled.example", 9000, id="the dialled port is not the address's"),
        pytest.param("closed.example", 80, id="none at all"),
    ],
)
def test_unlisted(host: str, port: int) -> None:
    with pytest.raises(PortNotAllowed):
        refuse_unlisted_port(source(host, port=port), POLICY)
