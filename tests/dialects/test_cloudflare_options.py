"""Twin of proxy/dialects/cloudflare_options.py: what each option means, and what is refused."""

from dataclasses import replace

import pytest

from proxy.dialects import cloudflare_options
from proxy.errors import BadOption, NotOffered
from proxy.model.colour import Colour
from proxy.model.geometry import CENTRE, Anchor, Crop, Focal, Gravity, Smart
from proxy.model.transform import Fit, Hint, Output, Transform

USUAL = Transform(copyright=True)
BOX = "w=300,h=200"


def read(text: str) -> Transform:
    return cloudflare_options.read(text).transform


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        pytest.param("width=5", {"width": 5}, id="width"),
        pytest.param("h=5", {"height": 5}, id="height, by its short name"),
        pytest.param("width=auto", {"hints": frozenset({Hint.WIDTH})}, id="width by client hints"),
        pytest.param("w=5,dpr=1.5", {"width": 8}, id="dpr"),
        pytest.param(BOX, {"width": 300, "height": 200, "fit": Fit.INSIDE}, id="scale-down"),
        pytest.param(
            f"{BOX},fit=contain",
            {"width": 300, "height": 200, "fit": Fit.INSIDE, "enlarge": True},
            id="contain enlarges",
        ),
        pytest.param(
            f"{BOX},fit=cover", {"width": 300, "height": 200, "enlarge": True}, id="cover"
        ),
        pytest.param(
            f"{BOX},fit=crop,g=top",
            {
                "width": 300,
                "height": 200,
                "fit": Fit.OUTSIDE,
                "cut": Crop(width=300, height=200, gravity=Anchor(0.5, 0.0)),
            },
            id="crop: a smaller picture stays as it is",
        ),
        pytest.param("w=5,fit=crop", {"width": 5}, id="crop by one side"),
        pytest.param(
            f"{BOX},fit=crop,dpr=2",
            {
                "width": 600,
                "height": 400,
                "fit": Fit.OUTSIDE,
                "cut": Crop(width=600, height=400),
            },
            id="dpr multiplies what crop cuts",
        ),
        pytest.param(
            f"{BOX},fit=aspect-crop", {"width": 300, "height": 200}, id="a smaller box of its ratio"
        ),
        pytest.param(
            f"{BOX},fit=pad,g=left",
            {"width": 300, "height": 200, "fit": Fit.PAD, "enlarge": True},
            id="pad stays in the middle",
        ),
        pytest.param(
            f"{BOX},fit=squeeze",
            {"width": 300, "height": 200, "fit": Fit.FILL, "enlarge": True},
            id="squeeze",
        ),
        pytest.param("quality=50", {"quality": 50}, id="quality"),
        pytest.param("q=high", {"quality": 90}, id="high"),
        pytest.param("q=medium-high", {"quality": 80}, id="medium-high"),
        pytest.param("q=medium-low", {"quality": 65}, id="medium-low"),
        pytest.param("q=low", {"quality": 50}, id="low"),
        pytest.param("f=auto", {"format": Output.AUTO}, id="auto"),
        pytest.param("f=avif", {"format": Output.AVIF}, id="AVIF"),
        pytest.param("f=webp", {"format": Output.WEBP, "copyright": False}, id="WebP"),
        pytest.param(
            "f=webp,q=100",
            {"format": Output.WEBP, "copyright": False, "lossless": True},
            id="lossless WebP",
        ),
        pytest.param("f=avif,q=100", {"format": Output.AVIF, "quality": 100}, id="of no other"),
        pytest.param("f=jpeg", {"format": Output.JPEG}, id="progressive JPEG"),
        pytest.param(
            "f=baseline-jpeg", {"format": Output.JPEG, "progressive": False}, id="baseline JPEG"
        ),
        pytest.param("metadata=copyright", {}, id="copyright is usual"),
        pytest.param("metadata=none,w=5", {"copyright": False, "width": 5}, id="no copyright"),
        pytest.param("anim=true", {}, id="an animation is usual"),
        pytest.param("anim=false", {"frame": 0}, id="a still"),
        pytest.param("background=%23ff0000", {"background": Colour(255, 0, 0)}, id="a hex colour"),
        pytest.param(
            "background=rgb%28240%2C40%2C145%29",
            {"background": Colour(240, 40, 145)},
            id="a function",
        ),
        pytest.param("blur=2.5", {"blur": 2.5}, id="blur"),
        pytest.param("sharpen=1", {"sharpen": 1.0}, id="sharpen"),
        pytest.param("brightness=.5", {"brightness": 0.5}, id="brightness"),
        pytest.param("contrast=1.23456", {"contrast": 1.235}, id="contrast"),
        pytest.param("saturation=0", {"saturation": 0.0}, id="saturation"),
        pytest.param("gamma=2", {"gamma": 2.0}, id="gamma"),
        pytest.param("gamma=0", {}, id="no gamma"),
        pytest.param("rotate=90", {"rotate": 90.0}, id="rotate"),
        pytest.param("flip=h", {"mirror": True}, id="left to right"),
        pytest.param("flip=v", {"mirror": True, "rotate": 180.0}, id="upside down"),
        pytest.param("flip=hv", {"rotate": 180.0}, id="both"),
        pytest.param("rotate=90,flip=v", {"mirror": True, "rotate": 270.0}, id="flip comes first"),
        pytest.param(
            "trim=1;2;3;4", {"crop": Crop(x=4, y=1, width=-2, height=-3)}, id="four edges"
        ),
        pytest.param("trim=0;0;0;4", {"crop": Crop(x=4, y=0)}, id="one edge"),
        pytest.param("trim=0%3B0%3B0%3B0", {}, id="no edge, encoded"),
        pytest.param(
            "trim=1;2;3;4,dpr=2",
            {"crop": Crop(x=8, y=2, width=-4, height=-6)},
            id="dpr multiplies the edges",
        ),
        pytest.param(
            "trim.left=30,trim.top=40,trim.width=678,trim.height=679",
            {"crop": Crop(x=30, y=40, width=678, height=679)},
            id="a part of it",
        ),
        pytest.param("trim.width=5", {"crop": Crop(x=0, y=0, width=5)}, id="from the left edge"),
        pytest.param("compression=fast", {}, id="in a hurry"),
        pytest.param("onerror=redirect", {}, id="elsewhere on an error"),
    ],
)
def test_meaning(text: str, fields: dict[str, object]) -> None:
    expected = replace(USUAL, **fields)  # type: ignore[arg-type]  # each row names its own
    assert read(text) == expected.normal()


@pytest.mark.parametrize(
    ("text", "gravity"),
    [
        ("g=auto", Smart.ATTENTION),
        ("g=left", Anchor(0.0, 0.5)),
        ("g=right", Anchor(1.0, 0.5)),
        ("g=top", Anchor(0.5, 0.0)),
        ("g=bottom", Anchor(0.5, 1.0)),
        ("gravity=0x1", Focal(0.0, 1.0)),
        ("g=0.2x0.3", Focal(0.2, 0.3)),
        ("g=0.2x0.3,flip=h", Focal(0.8, 0.3)),
        ("g=0.2x0.3,rotate=90", Focal(0.7, 0.2)),
        ("g=left,rotate=180", Anchor(1.0, 0.5)),
        ("g=auto,rotate=90", Smart.ATTENTION),
        ("rotate=90", CENTRE),
    ],
)
def test_gravity_is_of_the_picture_before_its_turn(text: str, gravity: Gravity) -> None:
    assert read(f"{BOX},fit=cover,{text}").gravity == gravity


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("g=face", "gravity=face"),
        ("metadata=keep", "metadata=keep"),
        ("trim=border", "trim=border"),
        ("border=1", "border"),
        ("border.width=1", "border"),
        ("zoom=0.5", "zoom"),
        ("segment=foreground", "segment"),
        ("upscale=generate", "upscale"),
        ("scq=50", "scq"),
        ("slow-connection-quality=50", "slow-connection-quality"),
        ("draw=x", "draw"),
        ("metadata=none", "metadata=none without more"),
        ("metadata=none,compression=fast", "metadata=none without more"),
        ("format=json,w=5", "format=json of a changed picture"),
        ("w=auto,h=5,fit=crop", "width=auto with fit=crop"),
    ],
)
def test_refused(text: str, what: str) -> None:
    with pytest.raises(NotOffered) as refused:
        read(text)
    assert refused.value.what == what


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("", 1, id="no option"),
        pytest.param("http:", 1, id="no options at all"),
        pytest.param("w=5,x=1", 5, id="an unknown option"),
        pytest.param("w=5, h=5", 5, id="a blank"),
        pytest.param("w=5,w=6", 5, id="the same twice"),
        pytest.param("w=5,width=6", 1, id="the same by another name"),
        pytest.param("h=5,w=0", 7, id="no width"),
        pytest.param("w=16384", 3, id="too wide"),
        pytest.param("w=5.5", 3, id="half a pixel"),
        pytest.param("h=auto", 3, id="only a width is automatic"),
        pytest.param("dpr=3", 5, id="too dense"),
        pytest.param("fit=fill", 5, id="no fit"),
        pytest.param("g=1.1x0", 3, id="a point outside"),
        pytest.param("g=center", 3, id="no side"),
        pytest.param("q=0", 3, id="no quality"),
        pytest.param("f=gif", 3, id="no format"),
        pytest.param("metadata=some", 10, id="no metadata"),
        pytest.param("anim=0", 6, id="neither true nor false"),
        pytest.param("background=abc", 12, id="no colour"),
        pytest.param("blur=251", 6, id="too much blur"),
        pytest.param("sharpen=11", 9, id="too sharp"),
        pytest.param("brightness=-1", 12, id="below black"),
        pytest.param("rotate=45", 8, id="no quarter"),
        pytest.param("flip=vh", 6, id="no flip"),
        pytest.param("trim=1;2;3", 6, id="three edges"),
        pytest.param("trim=1;2;3;4,trim.left=5", 1, id="edges and parts"),
        pytest.param("compression=lossless", 13, id="another compression"),
        pytest.param("onerror=hide", 9, id="something else on an error"),
    ],
)
def test_wrong(text: str, at: int) -> None:
    with pytest.raises(BadOption) as wrong:
        read(text)
    assert wrong.value.at == at
