"""What the Host field says of a source."""

import pytest

from proxy.model.order import Source


@pytest.mark.parametrize(
    ("scheme", "host", "port", "authority"),
    [
        pytest.param("http", "a.example", 80, "a.example", id="http's own port"),
        pytest.param("https", "a.example", 443, "a.example", id="https's own port"),
        pytest.param("http", "a.example", 443, "a.example:443", id="the other scheme's port"),
        pytest.param("https", "[2001:db8::1]", 8443, "[2001:db8::1]:8443", id="an IPv6 literal"),
    ],
)
def test_authority(scheme: str, host: str, port: int, authority: str) -> None:
    source = Source(url="as it came", scheme=scheme, host=host, port=port, path="/")
    assert source.authority == authority
