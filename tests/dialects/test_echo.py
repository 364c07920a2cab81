"""Twin of proxy/dialects/echo.py: what is read back must be what was meant."""

from dataclasses import replace

import pytest

from proxy.dialects.address import parse_source
from proxy.dialects.echo import confirmed
from proxy.errors import NotOffered
from proxy.model.order import Order
from proxy.model.request import Request
from proxy.model.transform import Fit, Transform
from proxy.settings import Settings

SOURCE = parse_source("http://h/x")
ORDER = Order(source=SOURCE, transform=Transform(width=5, fit=Fit.INSIDE), dialect="a")


@pytest.mark.parametrize(
    ("heard", "kept"),
    [
        pytest.param(ORDER, True, id="the same"),
        pytest.param(replace(ORDER, dialect="b", preset="thumbnail"), True, id="by another name"),
        pytest.param(replace(ORDER, transform=Transform(width=5)), True, id="in normal form"),
        pytest.param(replace(ORDER, transform=Transform(width=6)), False, id="another picture"),
        pytest.param(replace(ORDER, source=parse_source("http://h/y")), False, id="another source"),
        pytest.param(replace(ORDER, info=True), False, id="no picture"),
        pytest.param(replace(ORDER, otherwise=SOURCE), False, id="another end"),
        pytest.param(replace(ORDER, expires=1.0), False, id="for a while"),
        pytest.param(None, False, id="nothing"),
    ],
)
def test_heard(heard: Order | None, kept: bool) -> None:  # noqa: FBT001  # a column of the table
    assert confirmed("/t", ORDER, lambda _, __: heard) == ("/t" if kept else None)


def test_refused() -> None:
    def read(request: Request, _: Settings) -> Order | None:
        raise NotOffered(request.target)

    assert confirmed("/t", ORDER, read) is None
