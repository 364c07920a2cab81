"""Twin of proxy/mirror/scan/srcset.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.mirror.scan.srcset import candidates


@pytest.mark.parametrize(
    ("value", "found"),
    [
        pytest.param("a.png", [("a.png", None)], id="alone"),
        pytest.param("a.png 1x, b.png 2x", [("a.png", None), ("b.png", None)], id="densities"),
        pytest.param("a.png 480w,\n b.png 960w", [("a.png", 480), ("b.png", 960)], id="widths"),
        pytest.param("a,b.png 1x", [("a,b.png", None)], id="a comma within"),
        pytest.param("a.png, b.png", [("a.png", None), ("b.png", None)], id="a comma after"),
        pytest.param(" , ,a.png,", [("a.png", None)], id="empty candidates"),
        pytest.param("data:a,b 1x, c 2x", [("data:a,b", None), ("c", None)], id="data"),
        pytest.param("a (x, y), b", [("a", None), ("b", None)], id="a comma in parentheses"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_candidates(value: str, found: list[tuple[str, int | None]]) -> None:
    assert [(value[begin:end], width) for begin, end, width in candidates(value)] == found


@given(value=st.text(alphabet="a ,(\n)1w"))
def test_any_value_comes_to_an_end(value: str) -> None:
    assert all(begin < end for begin, end, _ in candidates(value))
