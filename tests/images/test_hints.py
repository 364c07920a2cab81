"""Client hints: what they make of a transform, and that nonsense makes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.images.hints import fields, resolve
from proxy.model.geometry import MAX_SIDE
from proxy.model.headers import Headers
from proxy.model.options import read
from proxy.model.transform import Hint


@pytest.mark.parametrize(
    ("asked", "headers", "found"),
    [
        pytest.param("w=400,auto=dpr", {"Sec-CH-DPR": "2"}, "w=800", id="a ratio doubles the side"),
        pytest.param("w=400,auto=dpr", {"Sec-CH-DPR": "1.3"}, "w=600", id="a ratio is rounded up"),
        pytest.param("w=400,auto=dpr", {"Sec-CH-DPR": "0.5"}, "w=400", id="below 1 counts as 1"),
        pytest.param("w=400,auto=dpr", {"Sec-CH-DPR": "99"}, "w=1600", id="a ratio has a bound"),
        pytest.param("w=400,auto=dpr", {"Sec-CH-DPR": "two"}, "w=400", id="nonsense is no hint"),
        pytest.param("w=400,auto=dpr", {}, "w=400", id="without the field nothing changes"),
        pytest.param("w=400", {"Sec-CH-DPR": "2"}, "w=400", id="not left to hints: not heeded"),
        pytest.param(
            "w=400,h=300,pad=4,auto=dpr",
            {"Sec-CH-DPR": "2"},
            "w=800,h=600,pad=8",
            id="both sides and the padding grow",
        ),
        pytest.param("auto=width", {"Sec-CH-Width": "321"}, "w=400", id="a width is rounded up"),
        pytest.param(
            "w=400,h=300,auto=width:dpr",
            {"Sec-CH-Width": "800", "Sec-CH-DPR": "2"},
            "w=800,h=600",
            id="a width is physical: the ratio is in it",
        ),
        pytest.param("auto=width", {"Sec-CH-Width": "99999"}, "w=4000", id="a width has a bound"),
        pytest.param("auto=width", {"Sec-CH-Width": "0"}, "f=auto", id="no width is no wish"),
        pytest.param(
            "w=80,auto=save-data", {"Save-Data": "on"}, "w=80,auto=save-data", id="saving stays"
        ),
        pytest.param("w=80,auto=save-data", {"Save-Data": "?0"}, "w=80", id="not on is not wanted"),
    ],
)
def test_resolve(asked: str, headers: dict[str, str], found: str) -> None:
    assert resolve(read(asked), Headers.of(headers.items())) == read(found)


def test_fields_have_one_order() -> None:
    assert fields((Hint.SAVE_DATA, Hint.DPR)) == fields({Hint.DPR, Hint.SAVE_DATA})
    assert fields(Hint) == ("Sec-CH-DPR", "Sec-CH-Width", "Save-Data")


@given(st.text(max_size=12), st.text(max_size=12))
def test_no_hint_leads_beyond_the_largest_side(dpr: str, width: str) -> None:
    headers = Headers.of([("Sec-CH-DPR", dpr), ("Sec-CH-Width", width)])
    for text in ("w=400,auto=dpr", "w=400,h=100,auto=dpr:width", "auto=width"):
        made = resolve(read(text), headers)
        assert made.width is None or (isinstance(made.width, int) and 1 <= made.width <= MAX_SIDE)
