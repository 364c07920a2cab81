"""Twin of proxy/dialects/weserv_sizes.py: the box, the fit, the place, the turn."""

import pytest

from proxy.dialects import weserv_sizes
from proxy.dialects.turning import UPRIGHT, Turn
from proxy.errors import NotOffered
from proxy.model.geometry import CENTRE, Anchor, Crop, Focal, Gravity, Share, Smart
from proxy.model.transform import Fit, Transform

QUARTER = Turn(quarters=1)
BOX = {"w": "300", "h": "200"}


def read(terms: dict[str, str], turn: Turn = UPRIGHT, *, leaning: bool = False) -> Transform:
    return weserv_sizes.read(terms, turn, leaning=leaning).normal()


@pytest.mark.parametrize(
    ("terms", "made"),
    [
        pytest.param({}, Transform(), id="nothing"),
        pytest.param({"w": "300"}, Transform(width=300, enlarge=True), id="width"),
        pytest.param({"h": "200", "we": ""}, Transform(height=200), id="height, not enlarged"),
        pytest.param({"w": "0", "h": "-5"}, Transform(), id="sides that are none"),
        pytest.param({"w": "x"}, Transform(), id="a width that is no number"),
        pytest.param({"w": "300px"}, Transform(width=300, enlarge=True), id="a unit"),
        pytest.param({"w": "50%"}, Transform(width=Share(50.0), enlarge=True), id="percent"),
        pytest.param({"w": "101%", "h": "0%"}, Transform(), id="percent out of bounds"),
        pytest.param({"w": "5", "dpr": "2.5"}, Transform(width=12, enlarge=True), id="dpr"),
        pytest.param(
            {"w": "5%", "dpr": "2"}, Transform(width=Share(10.0), enlarge=True), id="of it"
        ),
        pytest.param({"w": "5", "dpr": "9"}, Transform(width=5, enlarge=True), id="no dpr"),
        pytest.param({"w": "5", "dpr": "0"}, Transform(), id="nothing is left"),
        pytest.param(
            BOX, Transform(width=300, height=200, fit=Fit.INSIDE, enlarge=True), id="inside"
        ),
        pytest.param(
            BOX | {"fit": "outside", "we": ""},
            Transform(width=300, height=200, fit=Fit.OUTSIDE),
            id="outside",
        ),
        pytest.param(
            BOX | {"fit": "cover", "a": "left"},
            Transform(width=300, height=200, gravity=Anchor(0.0, 0.5), enlarge=True),
            id="cover",
        ),
        pytest.param(
            BOX | {"fit": "cover", "we": "", "a": "top"},
            Transform(
                width=300,
                height=200,
                fit=Fit.OUTSIDE,
                cut=Crop(width=300, height=200, gravity=Anchor(0.5, 0.0)),
            ),
            id="cover, not enlarged: cut to the box as far as the picture reaches",
        ),
        pytest.param(
            BOX | {"fit": "contain", "a": "right"},
            Transform(width=300, height=200, fit=Fit.PAD, gravity=Anchor(1.0, 0.5), enlarge=True),
            id="contain",
        ),
        pytest.param(
            BOX | {"fit": "fill"},
            Transform(width=300, height=200, fit=Fit.FILL, enlarge=True),
            id="fill",
        ),
        pytest.param(
            {"w": "300", "fit": "fill"},
            Transform(width=300, height=Share(100.0), fit=Fit.FILL, enlarge=True),
            id="fill keeps the side that is not named",
        ),
        pytest.param({"w": "5", "fit": "nonsense"}, Transform(width=5, enlarge=True), id="no fit"),
    ],
)
def test_box(terms: dict[str, str], made: Transform) -> None:
    assert read(terms) == made


@pytest.mark.parametrize(
    ("terms", "gravity"),
    [
        *(({"a": name}, place) for name, place in weserv_sizes.PLACES.items()),
        ({"a": "nowhere"}, CENTRE),
        ({"a": "focal"}, Focal(0.5, 0.5)),
        ({"a": "focal", "fpx": "0.2", "fpy": "1"}, Focal(0.2, 1.0)),
        ({"a": "focal", "fpx": "1.1", "fpy": "x"}, Focal(0.5, 0.5)),
        ({"a": "focal-20-30", "fpx": "0.2", "fpy": "0.3"}, Focal(0.2, 0.3)),
    ],
)
def test_place(terms: dict[str, str], gravity: Gravity) -> None:
    assert read(BOX | {"fit": "cover"} | terms).gravity == gravity


def test_bars_go_by_shares_and_are_never_looked_for() -> None:
    padded = BOX | {"fit": "contain"}
    assert read(padded | {"a": "focal", "fpx": "0.2"}).gravity == Anchor(0.2, 0.5)
    assert read(padded | {"a": Smart.ENTROPY}).gravity == CENTRE


@pytest.mark.parametrize("fit", ["inside", "outside", "fill"])
def test_it_is_sized_and_then_turned(fit: str) -> None:
    turned = read(BOX | {"fit": fit}, QUARTER)
    assert (turned.width, turned.height) == (200, 300)
    first = read(BOX | {"fit": fit, "precrop": ""}, QUARTER)
    assert (first.width, first.height) == (300, 200)
    assert read({"w": "300"}, QUARTER).height == 300


def test_upside_down_nothing_is_swapped() -> None:
    assert read(BOX | {"fit": "cover"}, Turn(quarters=2)) == read(BOX | {"fit": "cover"})


@pytest.mark.parametrize(
    ("terms", "turn", "leaning", "what"),
    [
        (BOX | {"fit": "cover"}, QUARTER, False, "ro with fit=cover or contain"),
        ({"w": "5", "fit": "contain"}, QUARTER, False, "ro with fit=cover or contain"),
        (BOX | {"fit": "contain"}, UPRIGHT, True, "ro with fit=contain"),
        (BOX | {"fit": "fill", "we": ""}, UPRIGHT, False, "we with fit=fill"),
        ({"w": "5%", "trim": "10"}, UPRIGHT, False, "w or h in percent with trim or precrop"),
        (
            {"h": "5%", "precrop": "", "cx": "1"},
            UPRIGHT,
            False,
            "w or h in percent with trim or precrop",
        ),
        (
            {"w": "5%", "h": "5", "fit": "cover", "we": ""},
            UPRIGHT,
            False,
            "w or h in percent with fit=cover and we",
        ),
        ({"w": "9000", "dpr": "2"}, UPRIGHT, False, "w over 16383 pixels"),
    ],
)
def test_refused(terms: dict[str, str], turn: Turn, leaning: bool, what: str) -> None:  # noqa: FBT001  # a column of the table
    with pytest.raises(NotOffered) as refused:
        read(terms, turn, leaning=leaning)
    assert refused.value.what == what


@pytest.mark.parametrize(
    ("terms", "part"),
    [
        pytest.param({}, None, id="none"),
        pytest.param({"cx": "0%", "cy": "-1", "cw": "0", "ch": "x"}, None, id="the whole"),
        pytest.param({"cx": "5"}, Crop(x=5, y=0), id="from there on"),
        pytest.param({"cw": "50%"}, Crop(x=0, y=0, width=Share(50.0)), id="a share"),
        pytest.param(
            {"cx": "1", "cy": "2", "cw": "3", "ch": "4"},
            Crop(x=1, y=2, width=3, height=4),
            id="all four",
        ),
    ],
)
def test_part(terms: dict[str, str], part: Crop | None) -> None:
    assert weserv_sizes.part_of(terms) == part
