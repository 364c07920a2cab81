"""What a meter promises flow, of the real one and of the fake."""

import re
from collections.abc import Callable

import pytest

from proxy.flow.meter import Meter
from proxy.observe.metrics import Metrics, page
from tests.fakes.meter import RememberingMeter

Count = Callable[[Meter, str], float]


def _remembered(meter: Meter, what: str) -> float:
    assert isinstance(meter, RememberingMeter)
    makings = [f"{form} {outcome}" for form, outcome in meter.makings]
    return (meter.asks + makings).count(what)


def _counted(_meter: Meter, what: str) -> float:
    form, _, outcome = what.rpartition(" ")
    name = (
        f'image_proxy_made_total{{format="{form}",outcome="{outcome}"}}'
        if form
        else f'image_proxy_origin_requests_total{{outcome="{outcome}"}}'
    )
    found = re.search(rf"^{re.escape(name)} (\S+)$", page().decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0


@pytest.fixture(params=[(RememberingMeter, _remembered), (Metrics, _counted)], ids=["fake", "real"])
def metered(request: pytest.FixtureRequest) -> tuple[Meter, Count]:
    make, count = request.param
    return make(), count


@pytest.mark.parametrize("outcome", ["ok", "not-modified", "origin-timeout"])
def test_an_ask_of_an_origin_is_counted_by_its_outcome(
    metered: tuple[Meter, Count], outcome: str
) -> None:
    meter, count = metered
    before = count(meter, outcome)
    meter.fetched(outcome, 0.25)
    meter.fetched("something-else", 0.0)
    assert count(meter, outcome) == before + 1


@pytest.mark.parametrize(("form", "outcome"), [("webp", "ok"), ("avif", "queue-full")])
def test_a_making_is_counted_by_format_and_outcome(
    metered: tuple[Meter, Count], form: str, outcome: str
) -> None:
    meter, count = metered
    before = count(meter, f"{form} {outcome}")
    meter.made(form, outcome, 1.5)
    meter.made(form, "something-else", 0.0)
    assert count(meter, f"{form} {outcome}") == before + 1
