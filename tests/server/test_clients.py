"""Who asked, as the log says it."""

import pytest

from proxy.server.clients import Clients

TRUSTED = Clients(("10.0.0.0/8", "::1/128"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "name"),
    [
        pytest.param("10.1.2.3", "203.0.113.9", "203.0.113.9", id="a trusted proxy's word"),
        pytest.param("::1", "2001:db8::1", "2001:db8::1", id="the same by IPv6"),
        pytest.param("10.1.2.3", "a, b , 203.0.113.9 ", "203.0.113.9", id="the last member"),
        pytest.param("10.1.2.3", None, "10.1.2.3", id="it says nothing"),
        pytest.param("10.1.2.3", "", "10.1.2.3", id="it says nothing, at length"),
        pytest.param("10.1.2.3", "a,", "10.1.2.3", id="its last word is empty"),
        pytest.param("203.0.113.9", "198.51.100.1", "203.0.113.9", id="a stranger's word"),
        pytest.param("", "198.51.100.1", "", id="a socket without addresses"),
        pytest.param("10.1.2.3", "x" * 100, "x" * 64, id="as much as is worth a line"),
    ],
)
def test_name(peer: str, forwarded: str | None, name: str) -> None:
    assert TRUSTED.name(peer, forwarded) == name


def test_nobody_is_trusted_who_is_not_named() -> None:
    assert not Clients(()).trusts("127.0.0.1")
    assert TRUSTED.trusts("10.255.255.255")
    assert not TRUSTED.trusts("11.0.0.0")
