"""CDN-Cache-Control (RFC 9213): believed whole or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.cache.directives import FOREVER_S
from proxy.cache.targeted import targeted_directives
from proxy.model.headers import Headers


def said(*values: str) -> Headers:
    return Headers(tuple(("CDN-Cache-Control", value) for value in values))


@pytest.mark.parametrize(
    ("values", "seconds"),
    [
        pytest.param(["max-age=60"], 60, id="a number"),
        pytest.param(["foobar, max-age=60"], 60, id="beside one we do not know"),
        pytest.param(["foobar", "max-age=60"], 60, id="on two lines"),
        pytest.param(["max-age=60;foo=bar"], 60, id="a parameter means nothing"),
        pytest.param(["max-age=1, max-age=60"], 60, id="the last of two, as dictionaries have it"),
        pytest.param(["max-age=99999999999"], FOREVER_S, id="beyond 2^31"),
        pytest.param(["max-age=-60"], 0, id="negative"),
        pytest.param(["no-store"], None, id="another directive"),
    ],
)
def test_a_field_that_is_believed(values: list[str], seconds: int | None) -> None:
    found = targeted_directives(said(*values))
    assert found is not None
    assert found.targeted
    assert found.seconds("max-age") == seconds


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([], id="none"),
        pytest.param([""], id="an empty one"),
        pytest.param(["max-age=60, &&&&&"], id="junk in one member"),
        pytest.param(['max-age="60"'], id="a number as a string"),
        pytest.param(["max-age=60.0"], id="a decimal"),
        pytest.param(["max-age"], id="a number left out"),
        pytest.param(["max-age=(60)"], id="a list"),
        pytest.param(["MaX-aGe=60"], id="capitals: keys are lower-case"),
        pytest.param(["max-age =60"], id="a blank before the sign"),
        pytest.param(["max-age= 60"], id="a blank after the sign"),
        pytest.param(["max-age=60,"], id="a comma too many"),
        pytest.param(["max-age=9999999999999999"], id="over fifteen digits"),
        pytest.param(["max-age=60, a=图"], id="other letters"),
    ],
)
def test_a_field_that_is_ignored(values: list[str]) -> None:
    assert targeted_directives(said(*values)) is None


@pytest.mark.parametrize("value", ["no-store", "no-store;a", "no-store=?0", "no-store=()"])
def test_a_directive_is_named(value: str) -> None:
    found = targeted_directives(said(value))
    assert found is not None
    assert "no-store" in found


@given(st.text(alphabet='max-ge=0123456789?", ();:@%\\') | st.text())
def test_no_text_breaks_it(value: str) -> None:
    found = targeted_directives(said(value))
    assert found is None or 0 <= (found.seconds("max-age") or 0) <= FOREVER_S
