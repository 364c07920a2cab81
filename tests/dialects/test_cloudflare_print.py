"""Twin of proxy/dialects/cloudflare_print.py: the words; the way back is in test_cloudflare.py."""

import pytest

from proxy.dialects import cloudflare_print
from proxy.model.colour import Colour
from proxy.model.geometry import Anchor, Crop, Focal
from proxy.model.transform import Fit, Hint, Output, Transform


@pytest.mark.parametrize(
    ("transform", "written"),
    [
        pytest.param(Transform(copyright=True), "anim=true", id="nothing: never no option"),
        pytest.param(Transform(width=5), "width=5,metadata=none", id="a width"),
        pytest.param(
            Transform(hints=frozenset({Hint.WIDTH}), copyright=True), "width=auto", id="by hints"
        ),
        pytest.param(
            Transform(width=5, enlarge=True, copyright=True), "width=5,fit=contain", id="enlarged"
        ),
        pytest.param(
            Transform(width=5, height=6, mirror=True, gravity=Focal(0.2, 0.3), copyright=True),
            "width=5,height=6,fit=aspect-crop,gravity=0.8x0.3,flip=h",
            id="a point of the picture before it is flipped",
        ),
        pytest.param(
            Transform(
                width=5,
                height=6,
                fit=Fit.OUTSIDE,
                cut=Crop(width=5, height=6, gravity=Anchor(0.0, 0.5)),
                copyright=True,
            ),
            "width=5,height=6,fit=crop,gravity=left",
            id="crop",
        ),
        pytest.param(
            Transform(crop=Crop(x=4, y=1, width=-2, height=-3), copyright=True),
            "trim=1;2;3;4",
            id="edges",
        ),
        pytest.param(
            Transform(crop=Crop(x=4, y=1, width=2, height=3), copyright=True),
            "trim.left=4,trim.top=1,trim.width=2,trim.height=3",
            id="a part",
        ),
        pytest.param(
            Transform(rotate=90.0, blur=2.5, background=Colour(1, 2, 3), copyright=True),
            "rotate=90,blur=2.5,background=%23010203",
            id="a turn, looks",
        ),
        pytest.param(
            Transform(format=Output.JPEG, progressive=False, quality=5, frame=0),
            "format=baseline-jpeg,quality=5,metadata=none,anim=false",
            id="how it is written",
        ),
        pytest.param(
            Transform(format=Output.WEBP, lossless=True),
            "format=webp,quality=100,metadata=none",
            id="lossless",
        ),
    ],
)
def test_write(transform: Transform, written: str) -> None:
    assert cloudflare_print.write(transform) == written
