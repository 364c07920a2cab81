"""Twin of proxy/dialects/weserv_terms.py: what each parameter means, and what is refused."""

from dataclasses import replace

import pytest

from proxy.dialects import weserv_terms
from proxy.errors import NotOffered
from proxy.model.colour import Colour
from proxy.model.geometry import Crop, Share
from proxy.model.transform import Fit, Output, Transform, Trim

USUAL = Transform(progressive=False, frame=0)
RED = Colour(255, 0, 0)


def read(**terms: str) -> Transform:
    return weserv_terms.read(terms).normal()


@pytest.mark.parametrize(
    ("terms", "fields"),
    [
        pytest.param({}, {}, id="nothing: the first frame, not progressive"),
        pytest.param({"trim": "20"}, {"trim": Trim(tolerance=20)}, id="trim"),
        pytest.param(
            {"trim": "1", "tbg": "red"}, {"trim": Trim(tolerance=1, colour=RED)}, id="tbg"
        ),
        pytest.param({"trim": "255"}, {}, id="a trim out of bounds"),
        pytest.param({"ro": "90"}, {"rotate": 90.0}, id="ro"),
        pytest.param({"ro": "-450"}, {"rotate": 270.0}, id="ro, the other way round"),
        pytest.param({"ro": "x"}, {}, id="ro that is no number"),
        pytest.param({"flop": "-1"}, {"mirror": True}, id="flop"),
        pytest.param({"flip": "-1"}, {"mirror": True, "rotate": 180.0}, id="flip"),
        pytest.param({"flip": "", "flop": ""}, {"rotate": 180.0}, id="flip and flop"),
        pytest.param(
            {"ro": "90", "flop": ""}, {"mirror": True, "rotate": 270.0}, id="ro, then flop"
        ),
        pytest.param(
            {"ro": "90", "flip": ""}, {"mirror": True, "rotate": 90.0}, id="ro, then flip"
        ),
        pytest.param({"ro": "30"}, {"rotate": 30.0}, id="any angle"),
        pytest.param({"ro": "30", "rbg": "f00"}, {"rotate": 30.0, "bars": RED}, id="its corners"),
        pytest.param(
            {"ro": "30", "flop": ""}, {"mirror": True, "rotate": 30.0}, id="flop, then ro"
        ),
        pytest.param({"rbg": "f00", "cbg": "f00"}, {}, id="colours of what there is none of"),
        pytest.param({"bg": "red"}, {"background": RED}, id="bg"),
        pytest.param({"bg": "0f00"}, {}, id="a clear bg"),
        pytest.param({"bg": "nonsense"}, {}, id="a bg that is none"),
        pytest.param({"gam": "2"}, {"gamma": 2.0}, id="gam"),
        pytest.param({"gam": "-1"}, {"gamma": 2.2}, id="a bare gam"),
        pytest.param({"gam": "9"}, {"gamma": 2.2}, id="gam out of bounds"),
        pytest.param({"gam": "0"}, {}, id="no gam"),
        pytest.param({"blur": "5.5"}, {"blur": 5.5}, id="blur"),
        pytest.param({"blur": "-1"}, {"blur": 0.816}, id="a bare blur"),
        pytest.param({"blur": "0"}, {}, id="no blur"),
        pytest.param({"sharp": "3"}, {"sharpen": 3.0}, id="sharp"),
        pytest.param({"sharp": "-1"}, {"sharpen": 0.816}, id="a bare sharp"),
        pytest.param({"sharp": "3", "sharpf": "1", "sharpj": "2"}, {"sharpen": 3.0}, id="as usual"),
        pytest.param({"sharpf": "7"}, {}, id="a slope of nothing"),
        pytest.param({"con": "25"}, {"contrast": 1.965}, id="con"),
        pytest.param({"con": "-25"}, {"contrast": 0.509}, id="con below zero"),
        pytest.param({"con": "101"}, {}, id="con out of bounds"),
        pytest.param({"bri": "20"}, {"brightness": 1.667, "contrast": 0.6}, id="bri adds"),
        pytest.param({"bri": "-100"}, {"brightness": 0.333, "contrast": 3.0}, id="bri takes away"),
        pytest.param({"mod": "1.5"}, {"brightness": 1.5}, id="mod"),
        pytest.param({"mod": "0"}, {"brightness": 0.0}, id="mod to black"),
        pytest.param({"mod": "9999"}, {"brightness": 100.0}, id="more than enough"),
        pytest.param({"sat": "0.5"}, {"saturation": 0.5}, id="sat"),
        pytest.param({"sat": "-2"}, {}, id="sat out of bounds"),
        pytest.param({"hue": "720"}, {}, id="all the way round"),
        pytest.param({"filt": "greyscale"}, {"greyscale": True}, id="filt"),
        pytest.param({"filt": "none", "mask": "none"}, {}, id="words for nothing"),
        pytest.param({"q": "50"}, {"quality": 50}, id="q"),
        pytest.param({"q": "0"}, {}, id="q out of bounds"),
        pytest.param({"output": "jpg"}, {"format": Output.JPEG}, id="JPEG"),
        pytest.param({"output": "png"}, {"format": Output.PNG}, id="PNG"),
        pytest.param({"output": "gif"}, {"format": Output.GIF}, id="GIF"),
        pytest.param({"output": "webp"}, {"format": Output.WEBP}, id="WebP"),
        pytest.param({"output": "av1"}, {"format": Output.AVIF}, id="AVIF by its codec"),
        pytest.param({"output": "nonsense"}, {}, id="no format"),
        pytest.param({"il": ""}, {"progressive": True}, id="il"),
        pytest.param({"ll": ""}, {"lossless": True}, id="ll"),
        pytest.param(
            {"ll": "", "output": "jpg"}, {"format": Output.JPEG}, id="there is no lossless JPEG"
        ),
        pytest.param({"page": "3"}, {"frame": 3}, id="page"),
        pytest.param({"page": "-7"}, {}, id="page out of bounds"),
        pytest.param(
            {"n": "1", "loop": "3", "delay": "9"}, {}, id="one page neither loops nor waits"
        ),
        pytest.param({"n": "-1"}, {"frame": None}, id="all pages"),
        pytest.param({"cx": "5"}, {"cut": Crop(x=5, y=0)}, id="a part of the sized picture"),
        pytest.param({"cx": "5", "precrop": ""}, {"crop": Crop(x=5, y=0)}, id="of the original"),
        pytest.param({"cx": "0", "cw": "0"}, {}, id="the whole of it"),
    ],
)
def test_meaning(terms: dict[str, str], fields: dict[str, object]) -> None:
    expected = replace(USUAL, **fields)  # type: ignore[arg-type]  # each row names its own
    assert read(**terms) == expected.normal()


@pytest.mark.parametrize(
    ("terms", "what"),
    [
        ({"tint": "red"}, "tint"),
        ({"hue": "90"}, "hue"),
        ({"hue": "-1"}, "hue"),
        ({"mask": "circle"}, "mask"),
        ({"mask": "heart"}, "mask"),
        ({"encoding": "Base64"}, "encoding=base64"),
        ({"n": "-1", "loop": "0"}, "loop"),
        ({"n": "-1", "delay": "100"}, "delay"),
        ({"sharp": "3", "sharpf": "7"}, "slopes of sharp"),
        ({"output": "tiff"}, "output=tiff"),
        ({"output": "jxl"}, "output=jxl"),
        ({"filt": "sepia"}, "filt=sepia"),
        ({"filt": "duotone"}, "filt=duotone"),
        ({"filt": "negate"}, "filt=negate"),
        ({"page": "-1"}, "page=-1"),
        ({"page": "-2"}, "page=-2"),
        ({"n": "2"}, "some pages of several"),
        ({"n": "-1", "page": "2"}, "some pages of several"),
        ({"bri": "50"}, "as much bri"),
        ({"flip": "", "ro": "30"}, "flip with ro"),
        (
            {"precrop": "", "cx": "5", "flop": ""},
            "the corner of a crop together with a turn or a flip",
        ),
        ({"fit": "cover", "we": "", "w": "5", "h": "5", "cx": "1"}, "a crop with fit=cover and we"),
    ],
)
def test_refused(terms: dict[str, str], what: str) -> None:
    with pytest.raises(NotOffered) as refused:
        read(**terms)
    assert refused.value.what == what


def test_a_cover_that_is_not_enlarged_may_be_cropped_first() -> None:
    made = read(fit="cover", we="", w="5", h="6", cx="1", precrop="")
    cut = Crop(width=5, height=6)
    assert (made.crop, made.fit, made.cut) == (Crop(x=1, y=0), Fit.OUTSIDE, cut)


def test_a_part_in_percent() -> None:
    assert read(cw="50%", ch="25%").cut == Crop(x=0, y=0, width=Share(50.0), height=Share(25.0))


@pytest.mark.parametrize(("con", "factor"), [(0, 1.0), (100, 7.5), (-100, 0.133)])
def test_contrast(con: int, factor: float) -> None:
    assert weserv_terms.contrast(con) == factor
