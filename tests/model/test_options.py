"""Our options: the grammar both ways, what is refused and where it points."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.errors import BadOption
from proxy.model.colour import Colour
from proxy.model.geometry import Anchor, Crop, Edges, Focal, Share, Smart
from proxy.model.option_values import Value
from proxy.model.options import OPTIONS, Item, Option, apply, items, parse, read, write
from proxy.model.transform import ORIGINAL, Fit, Hint, Output, Transform, Trim
from tests.fakes.transforms import transforms

AUTO = Output.AUTO
BOX = Transform(width=400, height=300, format=AUTO)


@pytest.mark.parametrize(
    ("text", "transform", "printed"),
    [
        pytest.param("", ORIGINAL, "", id="nothing"),
        pytest.param("f=same", ORIGINAL, "", id="the original's own format"),
        pytest.param("f=auto", Transform(format=AUTO), "f=auto", id="only a format to be chosen"),
        pytest.param(
            "w=480,h=300,fit=cover,f=auto,q=75",
            Transform(width=480, height=300, format=AUTO, quality=75),
            "w=480,h=300,q=75",
            id="the issue's example: what is usual is not printed",
        ),
        pytest.param("h=2,w=1", Transform(width=1, height=2, format=AUTO), "w=1,h=2", id="order"),
        pytest.param(
            "w=50p,f=same", Transform(width=Share(50.0)), "w=50p,f=same", id="half, kept as it is"
        ),
        pytest.param("w=007", Transform(width=7, format=AUTO), "w=7", id="noughts say nothing"),
        pytest.param(
            "trim=10:FFF0E0,crop=400:300:10:-20",
            Transform(
                trim=Trim(tolerance=10, colour=Colour(255, 240, 224)),
                crop=Crop(width=400, height=300, x=10, y=-20),
                format=AUTO,
            ),
            "trim=10:fff0e0,crop=400:300:10:-20",
            id="which part",
        ),
        pytest.param(
            "crop=50p::top",
            Transform(crop=Crop(width=Share(50.0), gravity=Anchor(0.5, 0.0)), format=AUTO),
            "crop=50p::top",
            id="a part placed by gravity",
        ),
        pytest.param(
            "w=9,cut=100:100:5::focal-0.5x0.25",
            Transform(
                width=9,
                cut=Crop(width=100, height=100, x=5, gravity=Focal(0.5, 0.25)),
                format=AUTO,
            ),
            "w=9,cut=100:100:5::focal-0.5x0.25",
            id="a part placed by both",
        ),
        pytest.param("flip=h", Transform(mirror=True, format=AUTO), "flip=h", id="mirrored"),
        pytest.param(
            "flip=v",
            Transform(mirror=True, rotate=180.0, format=AUTO),
            "flip=h,rotate=180",
            id="upside down",
        ),
        pytest.param(
            "flip=hv,rotate=-90", Transform(rotate=90.0, format=AUTO), "rotate=90", id="both"
        ),
        pytest.param(
            "w=1,h=1,fit=pad,g=attention,enlarge=1,bars=0f08",
            None,
            None,
            id="four digits are no colour",
        ),
        pytest.param(
            "w=1,h=1,fit=pad,g=attention,enlarge=1,bars=00ff0080,bg=ffffff",
            Transform(
                width=1,
                height=1,
                fit=Fit.PAD,
                gravity=Smart.ATTENTION,
                enlarge=True,
                bars=Colour(0, 255, 0, 128),
                background=Colour(255, 255, 255),
                format=AUTO,
            ),
            "w=1,h=1,fit=pad,g=attention,enlarge=1,bars=00ff0080,bg=ffffff",
            id="how it lies",
        ),
        pytest.param(
            "brightness=1.100,contrast=.5",
            None,
            None,
            id="a number begins with a digit",
        ),
        pytest.param(
            "brightness=1.100,contrast=0.5,gamma=2.2,saturation=0,grey=1,blur=3,sharpen=0.75",
            Transform(
                brightness=1.1,
                contrast=0.5,
                saturation=0.0,
                gamma=2.2,
                greyscale=True,
                blur=3.0,
                sharpen=0.75,
                format=AUTO,
            ),
            "brightness=1.1,contrast=0.5,gamma=2.2,saturation=0,grey=1,blur=3,sharpen=0.75",
            id="how it looks",
        ),
        pytest.param(
            "pad=8",
            Transform(padding=Edges(top=8, right=8, bottom=8, left=8), format=AUTO),
            "pad=8:8:8:8",
            id="padding all around",
        ),
        pytest.param(
            "fq=webp:75:avif:50,max=20000,lossless=1,progressive=0,copyright=1,icc=1,frame=0",
            Transform(
                format=AUTO,
                qualities=((Output.AVIF, 50), (Output.WEBP, 75)),
                max_bytes=20_000,
                lossless=True,
                progressive=False,
                copyright=True,
                profile=True,
                frame=0,
            ),
            "fq=avif:50:webp:75,max=20000,lossless=1,progressive=0,copyright=1,icc=1,frame=0",
            id="how it is written",
        ),
        pytest.param(
            "auto=width:dpr",
            Transform(hints=frozenset({Hint.DPR, Hint.WIDTH}), format=AUTO),
            "auto=dpr:width",
            id="what the browser decides",
        ),
        pytest.param(
            "dpr=2,w=100,h=50p,pad=1",
            Transform(
                width=200,
                height=Share(50.0),
                padding=Edges(top=2, right=2, bottom=2, left=2),
                format=AUTO,
            ),
            "w=200,h=50p,pad=2:2:2:2",
            id="a dense screen is folded in",
        ),
    ],
)
def test_both_ways(text: str, transform: Transform | None, printed: str | None) -> None:
    if transform is None:
        with pytest.raises(BadOption):
            read(text)
        return
    assert read(text).normal() == transform
    assert write(transform) == printed


@given(transforms())
def test_what_is_written_is_read_again(transform: Transform) -> None:
    assert read(write(transform)) == transform


@given(transforms(), transforms())
def test_two_that_differ_are_never_printed_alike(one: Transform, other: Transform) -> None:
    assert (write(one) == write(other)) is (one == other)


@given(transforms())
def test_the_print_is_text_for_a_path(transform: Transform) -> None:
    assert re.fullmatch(r"[a-z0-9=,:.-]*", write(transform))


def test_every_field_can_be_written() -> None:
    assert {option.field for option in OPTIONS} - {None} == set(Transform.__dataclass_fields__)


KNOWN = "there are " + ", ".join(option.key for option in OPTIONS)


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        pytest.param("wdith=4", 1, f"no option begins; {KNOWN}", id="a key there is not"),
        pytest.param("w=4,", 5, f"no option begins; {KNOWN}", id="nothing after a comma"),
        pytest.param(",w=4", 1, f"no option begins; {KNOWN}", id="nothing before one"),
        pytest.param("w=4,h", 5, f"no option begins; {KNOWN}", id="no equal sign"),
        pytest.param("W=4", 1, f"no option begins; {KNOWN}", id="in capitals"),
        pytest.param("w=4,h=3,w=4", 9, "w stands for the second time", id="a repeated key"),
        pytest.param(
            "h=3,w=0",
            7,
            "w takes whole pixels from 1 to 16383 or percent such as 50p",
            id="a wrong value: its first character",
        ),
        pytest.param("enlarge=yes", 9, "enlarge takes 0 or 1", id="no flag"),
        pytest.param("q=101", 3, "q takes a whole number from 1 to 100", id="out of bounds"),
        pytest.param(
            "fit=crop",
            5,
            "fit takes cover, contain, inside, outside, fill, pad",
            id="another dialect's word",
        ),
        pytest.param(
            "dpr=9", 5, "dpr takes a number from 0.1 to 8, at most three decimals", id="too dense"
        ),
    ],
)
def test_a_wrong_one_is_pointed_at(text: str, at: int, said: str) -> None:
    with pytest.raises(BadOption) as refused:
        read(text)
    assert (refused.value.at, refused.value.said) == (at, said)
    assert refused.value.title() == f"An option could not be read: at character {at}, {said}"


def test_nothing_that_was_asked_is_echoed() -> None:
    for text in ("<script>=1", "w=<script>", "f=<script>", "trim=1:<script>"):
        with pytest.raises(BadOption) as refused:
            read(text)
        assert "script" not in refused.value.title()


@pytest.mark.parametrize(
    ("text", "made"),
    [
        pytest.param("", BOX, id="nothing added"),
        pytest.param("dpr=2", Transform(width=800, height=600, format=AUTO), id="denser"),
        pytest.param("f=webp", Transform(width=400, height=300, format=Output.WEBP), id="format"),
        pytest.param("w=9", Transform(width=9, height=300, format=AUTO), id="instead of a field"),
    ],
)
def test_on_a_base(text: str, made: Transform) -> None:
    assert read(text, BOX) == made


def test_a_bases_own_format_stays() -> None:
    base = Transform(width=9)
    assert read("h=9", base).format is Output.SAME


def test_a_fit_waits_for_its_second_side() -> None:
    base = read("w=9,fit=inside")
    assert read("h=9", base).normal().fit is Fit.INSIDE


def test_items_know_their_places() -> None:
    assert list(items("w=1,,q=75")) == [Item(1, "w=1"), Item(5, ""), Item(6, "q=75")]
    assert list(items("")) == []


def test_others_may_add_options_of_their_own() -> None:
    own = Option("x", None, Value(takes="an x", read=str.upper, write=str))
    found = parse(items("x=a,w=1"), (*OPTIONS, own))
    assert found == {"x": "A", "w": 1}
    assert apply({"w": 1}) == Transform(width=1, format=AUTO)


KEYS = st.sampled_from([option.key for option in OPTIONS])
LIKELY = st.text("0123456789.:-px,=hvfauto٣é\udcff%\n", max_size=24)
TEXTS = st.lists(st.builds("{}={}".format, KEYS, LIKELY), max_size=4).map(",".join)


@given(TEXTS | LIKELY | st.text())
def test_whatever_is_written_is_read_or_pointed_at(text: str) -> None:
    try:
        normal = read(text).normal()
    except BadOption as refused:
        where = refused.at
    else:
        where = 1
        assert read(write(normal)) == normal
    assert 1 <= where <= len(text) + 1
