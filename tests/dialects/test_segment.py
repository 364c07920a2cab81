"""Twin of proxy/dialects/segment.py: words, options, ends and signatures, in any order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.dialects.address import parse_source
from proxy.dialects.segment import Segment, read, write
from proxy.errors import BadOption, UnknownPreset
from proxy.model.order import Order
from proxy.model.signature import SigningKey
from proxy.model.transform import Output, Transform
from proxy.settings import Preset, Settings

SETTINGS = Settings(presets={"small": Preset(width=9), "card": Preset(options="w=8,f=same")})
SMALL = Transform(width=9, format=Output.AUTO)
SOURCE = parse_source("http://h/a")
BYTES = bytes(range(32))
SIGNED = "s=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("small", Segment(text="small", preset="small", transform=SMALL), id="preset"),
        pytest.param(
            "small,f=json",
            Segment(text="small,f=json", preset="small", transform=SMALL, info=True),
            id="what is known of a preset's picture",
        ),
        pytest.param(
            "card,h=7",
            Segment(text="card,h=7", transform=Transform(width=8, height=7)),
            id="a preset's own format stays",
        ),
        pytest.param("info", Segment(text="info", info=True), id="what is known of the original"),
        pytest.param("f=json", Segment(text="f=json", info=True), id="the same, as an option"),
        pytest.param(
            "info,f=json", Segment(text="info,f=json", info=True), id="said twice, meant once"
        ),
        pytest.param(
            "w=9,f=json", Segment(text="w=9,f=json", transform=SMALL, info=True), id="of a picture"
        ),
        pytest.param("exp=5", Segment(text="exp=5", expires=5), id="an original with an end"),
        pytest.param(SIGNED, Segment(text="", given=BYTES), id="a signed original"),
        pytest.param(
            f"small,exp=5,{SIGNED}",
            Segment(text="small,exp=5", preset="small", transform=SMALL, given=BYTES, expires=5),
            id="a signed preset keeps its name",
        ),
        pytest.param(
            f"{SIGNED},w=9",
            Segment(text="w=9", transform=SMALL, given=BYTES),
            id="a signature in front",
        ),
    ],
)
def test_read(text: str, found: Segment) -> None:
    assert read(text, SETTINGS) == found


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("w=9,small", 5, id="a preset comes first"),
        pytest.param("small,card", 7, id="and alone"),
        pytest.param("info,small", 6, id="info is such a word"),
        pytest.param("f=webp,f=json", 8, id="a picture or what is known of it"),
        pytest.param(f"{SIGNED},{SIGNED}", 47, id="two signatures"),
        pytest.param("w=9,s=AAEC", 7, id="a signature cut short"),
        pytest.param(f"{SIGNED}=", 3, id="a signature padded"),
        pytest.param("exp=0", 5, id="no instant"),
        pytest.param("exp=1.5", 5, id="half an instant"),
        pytest.param("exp=1,exp=2", 7, id="two ends"),
        pytest.param("small,", 7, id="nothing after a comma"),
    ],
)
def test_wrong(text: str, at: int) -> None:
    with pytest.raises(BadOption) as refused:
        read(text, SETTINGS)
    assert refused.value.at == at


@pytest.mark.parametrize("text", ["large", "Small", "w480", ",small", "", "small "])
def test_no_preset(text: str) -> None:
    if text == "":
        assert read(text, SETTINGS) == Segment(text="")
        return
    with pytest.raises(UnknownPreset) as refused:
        read(text, SETTINGS)
    assert refused.value.known == ("small", "card")


def test_what_is_known_of_our_options_is_said() -> None:
    with pytest.raises(BadOption) as refused:
        read("x=1", SETTINGS)
    assert refused.value.title().endswith(", dpr, f, exp, s")


@pytest.mark.parametrize(
    ("order", "text"),
    [
        pytest.param(Order(source=SOURCE), "", id="the original"),
        pytest.param(Order(source=SOURCE, info=True), "info", id="what is known of it"),
        pytest.param(
            Order(source=SOURCE, info=True, transform=Transform(width=9, format=Output.WEBP)),
            "info,w=9,f=webp",
            id="what is known of a picture",
        ),
        pytest.param(
            Order(source=SOURCE, preset="small", transform=SMALL, info=True, expires=7.0),
            "small,f=json,exp=7",
            id="of a preset's, for a while",
        ),
        pytest.param(Order(source=SOURCE, expires=7.5), None, id="half an instant"),
        pytest.param(Order(source=SOURCE, expires=float("inf")), None, id="no instant"),
        pytest.param(
            Order(source=SOURCE, transform=Transform(blur=1e9)), None, id="beyond our bounds"
        ),
    ],
)
def test_write(order: Order, text: str | None) -> None:
    assert write(order) == text


KEY = SigningKey(key=b"k")


@pytest.mark.parametrize(
    ("text", "expires", "kept"),
    [
        pytest.param("", None, "", id="an original"),
        pytest.param("w=9", None, "w=9", id="options"),
        pytest.param("small", 7, "small,exp=7", id="an end"),
        pytest.param("exp=5,w=9", 7, "w=9,exp=7", id="another end"),
        pytest.param("exp=5,w=9", None, "exp=5,w=9", id="the end it has"),
    ],
)
def test_signed(text: str, expires: int | None, kept: str) -> None:
    signed = Segment(text=text).signed(SOURCE, KEY, expires)
    assert signed == f"{kept},s={KEY.sign(f'{kept}?http://h/a'.encode())}".removeprefix(",")


def test_an_order_carries_what_was_signed() -> None:
    order = read(f"w=9,{SIGNED}", SETTINGS).order(SOURCE)
    assert order.signature is not None
    assert (order.signature.given, order.signature.messages) == (BYTES, (b"w=9?http://h/a",))
    assert read("w=9", SETTINGS).order(SOURCE).signature is None


ITEMS = st.sampled_from(
    ["small", "info", "f=json", "w=9", "exp=5", SIGNED, "", "x", "s=", "exp=", "=", "dpr=2"]
)


@given(st.lists(ITEMS, max_size=5).map(",".join) | st.text())
def test_whatever_stands_there_is_read_or_refused(text: str) -> None:
    try:
        found = read(text, SETTINGS)
    except (BadOption, UnknownPreset):
        return
    again = read(found.text, SETTINGS)
    assert (again.transform, again.info) == (found.transform, found.info)
