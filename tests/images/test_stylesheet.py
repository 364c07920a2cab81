"""CSS that loads is written as none; all else stays."""

import pytest
import tinycss2  # type: ignore[import-untyped]  # it ships no types
from hypothesis import given
from hypothesis import strategies as st

from proxy.errors import NotServedType
from proxy.images.stylesheet import tame


@pytest.mark.parametrize(
    ("css", "tamed"),
    [
        pytest.param(".a{fill:url(http://x/y#g)}", ".a{fill:none}", id="an address"),
        pytest.param("fill:url('y.svg#g')", "fill:none", id="a relative one, quoted"),
        pytest.param("fill:URL( //x/y )", "fill:none", id="in capitals, with blanks"),
        pytest.param("a{b:u\\72l(http://x)}", "a{b:none}", id="escaped"),
        pytest.param("a{b:url(\\68ttp://x)}", "a{b:none}", id="escaped inside"),
        pytest.param("a{b:image-set('x.png' 1x)}", "a{b:none}", id="a set of pictures"),
        pytest.param("a{b:-webkit-image-set(url(#a) 1x)}", "a{b:none}", id="any set of pictures"),
        pytest.param("a{b:src('x.png')}", "a{b:none}", id="the new spelling"),
        pytest.param("a{b:url(data:image/svg+xml,x)}", "a{b:none}", id="data"),
        pytest.param("@import 'x.css';a{b:c}", "@none 'x.css';a{b:c}", id="an import"),
        pytest.param("@\\69mport url(x.css);", "@none none;", id="an import, escaped"),
        pytest.param("@media print{a{b:url(x)}}", "@media print{a{b:none}}", id="nested"),
        pytest.param("@font-face{src:url(x) format('y')}", '@font-face{src:none format("y")}',
                     id="a font"),
        pytest.param("a{--x:url(y)}", "a{--x:none}", id="a variable"),
        pytest.param("a{b:url(x", "a{b:none}", id="never closed"),
    ],
)  # fmt: skip
def test_what_loads_goes(css: str, tamed: str) -> None:
    found = tame(css)
    assert found.replace('"', "'") == tamed.replace('"', "'")


@pytest.mark.parametrize(
    "css",
    [
        ".a{fill:url(#g)}",
        'fill:url("#g")',
        '.a>.b,g:hover{font-family:"微软雅黑",Arial;fill:rgb(1,2,3)}',
        "@media (min-width:1px){.a{stroke:none}}",
        "@keyframes x{0%{opacity:0}to{opacity:1}}",
        "transform:rotate(45deg) translate(calc(1px + 2%))",
    ],
)
def test_all_else_stays(css: str) -> None:
    assert tame(css) == css


@pytest.mark.parametrize(
    "css",
    [pytest.param("{" * 5000, id="too deep"), pytest.param("a" * (1 << 20) + "b", id="too long")],
)
def test_what_cannot_be_read_is_refused(css: str) -> None:
    with pytest.raises(NotServedType):
        tame(css)


PARTS = st.sampled_from(["url(", "'", '"', ")", "#a", "x", "\\", "\n", "{", "}", "@import", "/*"])


@given(st.lists(PARTS, max_size=30).map("".join))
def test_no_reference_survives_however_it_is_written(css: str) -> None:
    tokens = tinycss2.parse_component_value_list(tame(css))
    while tokens:
        token = tokens.pop()
        assert token.type != "url" or token.value.startswith("#")
        assert token.type != "at-keyword" or token.lower_value != "import"
        tokens += getattr(token, "content", None) or getattr(token, "arguments", None) or []
