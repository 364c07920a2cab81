"""Twin of proxy/dialects/photon_terms.py: what each parameter means, in its order."""

import pytest

from proxy.dialects import photon_terms
from proxy.errors import BadAddress, NotOffered
from proxy.model.colour import Colour
from proxy.model.geometry import Crop, Share
from proxy.model.transform import ORIGINAL, Fit, Output, Transform

HALF = Crop(x=0, y=0, width=Share(50.0), height=Share(50.0))
BOX = {"w": "300", "h": "200"}


@pytest.mark.parametrize(
    ("terms", "fields"),
    [
        pytest.param({"w": "300"}, {"width": 300}, id="w"),
        pytest.param({"h": "200px"}, {"height": 200}, id="h, as far as it is a number"),
        pytest.param({"w": "15%"}, {"width": Share(15.0)}, id="percent"),
        pytest.param(BOX, {"width": 300, "height": 200, "fit": Fit.INSIDE}, id="both: the smaller"),
        pytest.param(BOX | {"crop": "1"}, {"width": 300, "height": 200}, id="both, and cut"),
        pytest.param(
            {"w": "15%", "h": "20"},
            {"width": Share(15.0), "height": 20, "fit": Fit.INSIDE},
            id="percent, then pixels",
        ),
        pytest.param({"fit": "30,40"}, {"width": 30, "height": 40, "fit": Fit.INSIDE}, id="fit"),
        pytest.param(
            {"resize": "30,40"}, {"width": 30, "height": 40, "enlarge": True}, id="resize"
        ),
        pytest.param(
            {"lb": "30,40"},
            {"width": 30, "height": 40, "fit": Fit.PAD, "bars": Colour(0, 0, 0)},
            id="lb",
        ),
        pytest.param({"w": "10", "zoom": "2"}, {"width": 20}, id="zoom of a width"),
        pytest.param({"zoom": "2", "w": "10%"}, {"width": Share(20.0)}, id="zoom of a share"),
        pytest.param(
            {"resize": "30,40", "zoom": "1.2"}, {"width": 45, "height": 60}, id="zoom by halves"
        ),
        pytest.param(
            {"fit": "30,40", "zoom": "2.1"},
            {"width": 90, "height": 120, "fit": Fit.INSIDE},
            id="zoom by whole numbers",
        ),
        pytest.param({"w": "10", "zoom": "99"}, {"width": 100}, id="ten times is the most"),
        pytest.param({"w": "10", "zoom": "x"}, {"width": 10}, id="no zoom"),
        pytest.param(
            {"lb": "30,40", "zoom": "2"},
            {"width": 30, "height": 40, "fit": Fit.PAD, "bars": Colour(0, 0, 0)},
            id="bars are not zoomed",
        ),
        pytest.param({"crop": "0,0,50,50"}, {"crop": HALF}, id="crop"),
        pytest.param(
            {"crop": "160px,25,1400px,60"},
            {"crop": Crop(x=160, y=Share(25.0), width=1400, height=Share(60.0))},
            id="crop in pixels and percent",
        ),
        pytest.param({"crop": "0,5,100,100"}, {"crop": Crop(x=0, y=Share(5.0))}, id="all there is"),
        pytest.param(
            {"crop": "0,0,50,50", "w": "9"}, {"crop": HALF, "width": 9}, id="crop, then w"
        ),
        pytest.param({"w": "9", "crop": "0,0,50,50"}, {"cut": HALF, "width": 9}, id="w, then crop"),
        pytest.param({"filter": "greyscale"}, {"greyscale": True}, id="grey"),
        pytest.param({"filter": "blurgaussian"}, {"blur": 0.707}, id="blur"),
        pytest.param(
            {"brightness": "51"}, {"brightness": 1.667, "contrast": 0.6}, id="brightness adds"
        ),
        pytest.param({"contrast": "-50"}, {"contrast": 0.25}, id="contrast"),
        pytest.param({"contrast": "500"}, {"contrast": 4.0}, id="no more contrast than there is"),
        pytest.param(
            {"brightness": "-51", "contrast": "-50"},
            {"brightness": 0.714, "contrast": 0.35},
            id="brightness, then contrast",
        ),
        pytest.param(
            {"contrast": "-50", "brightness": "-51"},
            {"brightness": 0.385, "contrast": 0.65},
            id="contrast, then brightness",
        ),
        pytest.param({"quality": "50"}, {"quality": 50}, id="quality"),
        pytest.param({"quality": "100"}, {"quality": 100, "lossless": True}, id="lossless"),
        pytest.param({"strip": "info"}, {}, id="strip"),
    ],
)
def test_meaning(terms: dict[str, str], fields: dict[str, object]) -> None:
    expected = Transform(format=Output.AUTO, **fields)  # type: ignore[arg-type]  # each row names its own
    assert photon_terms.read(terms).normal() == expected.normal()


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"w": "0", "h": "-3"},
        {"w": "x"},
        {"fit": "30"},
        {"resize": "150150"},
        {"resize": "0,5"},
        {"lb": ","},
        {"crop": "0,0,100,100"},
        {"crop": "true"},
        {"filter": "nonsense"},
        {"brightness": "0", "contrast": "x"},
        {"quality": "101"},
        {"colorize": "0,0,0"},
        {"ulb": "false"},
        {"strip": "nothing", "unknown": "1"},
    ],
)
def test_what_asks_for_nothing_is_the_original(terms: dict[str, str]) -> None:
    assert photon_terms.read(terms) == ORIGINAL


@pytest.mark.parametrize(
    ("terms", "what"),
    [
        ({"colorize": "40,10,-40"}, "colorize"),
        ({"smooth": "1"}, "smooth"),
        ({"ulb": "true"}, "ulb"),
        ({"filter": "negate"}, "filter=negate"),
        ({"filter": "sepia"}, "filter=sepia"),
        ({"filter": "edgedetect"}, "filter=edgedetect"),
        ({"filter": "emboss"}, "filter=emboss"),
        ({"filter": "blurselective"}, "filter=blurselective"),
        ({"filter": "meanremoval"}, "filter=meanremoval"),
        ({"fit": "500,500", "w": "400"}, "a second size"),
        ({"w": "400", "resize": "5,5"}, "a second size"),
        ({"w": "400", "crop": "0,0,50,50", "h": "5"}, "a second size"),
        ({"w": "50%", "h": "50%"}, "a second side in percent"),
        ({"brightness": "128"}, "as much brightness or contrast"),
        ({"contrast": "-100"}, "as much brightness or contrast"),
        ({"w": "9000", "zoom": "2"}, "a side over 16383 pixels"),
    ],
)
def test_refused(terms: dict[str, str], what: str) -> None:
    with pytest.raises(NotOffered) as refused:
        photon_terms.read(terms)
    assert refused.value.what == what


@pytest.mark.parametrize("part", ["", "1,2,3", "1,2,3,4,5", "0,0,0,50", "a,b,c,d", "-5px,0,5,5"])
def test_no_crop(part: str) -> None:
    with pytest.raises(BadAddress):
        photon_terms.read({"crop": part})
