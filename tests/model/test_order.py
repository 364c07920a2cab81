"""What the Host field says of a source, and which asks have a name."""

import pytest

from proxy.model.order import Order, Source
from proxy.model.transform import Transform


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


SOURCE = Source(url="http://h/a", scheme="http", host="h", port=80, path="/a")


@pytest.mark.parametrize(
    ("order", "is_named"),
    [
        pytest.param(Order(source=SOURCE), False, id="an original"),
        pytest.param(Order(source=SOURCE, preset="small"), True, id="a preset"),
        pytest.param(Order(source=SOURCE, info=True), True, id="what is known of an original"),
        pytest.param(
            Order(source=SOURCE, info=True, transform=Transform(width=9)),
            False,
            id="what would be known of any picture",
        ),
        pytest.param(Order(source=SOURCE, transform=Transform(width=9)), False, id="options"),
    ],
)
def test_is_named(order: Order, is_named: bool) -> None:  # noqa: FBT001  # a column
    assert order.is_named is is_named
