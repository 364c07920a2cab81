"""Twin of proxy/dialects/photon_print.py: the words it finds; the way back is in test_photon.py."""

import pytest

from proxy.dialects import photon_print
from proxy.model.colour import Colour
from proxy.model.geometry import Crop, Share
from proxy.model.transform import ORIGINAL, Fit, Output, Transform


@pytest.mark.parametrize(
    ("transform", "written"),
    [
        pytest.param(ORIGINAL, "", id="the original"),
        pytest.param(Transform(format=Output.AUTO), "strip=all", id="only made again"),
        pytest.param(Transform(width=5), "w=5", id="a width"),
        pytest.param(Transform(height=Share(15.0)), "h=15%25", id="a share"),
        pytest.param(Transform(width=5, height=6, fit=Fit.INSIDE), "fit=5,6", id="fit"),
        pytest.param(Transform(width=5, height=6, enlarge=True), "resize=5,6", id="resize"),
        pytest.param(Transform(width=5, height=6), "w=5&h=6&crop=1", id="cut, not enlarged"),
        pytest.param(
            Transform(width=5, height=6, fit=Fit.PAD, bars=Colour(0, 0, 0)), "lb=5,6", id="bars"
        ),
        pytest.param(
            Transform(crop=Crop(x=1, y=Share(2.0), height=3), width=5),
            "crop=1px,2,100,3px&w=5",
            id="crop, then w",
        ),
        pytest.param(
            Transform(width=5, cut=Crop(x=1, y=2)), "w=5&crop=1px,2px,100,100", id="w, crop"
        ),
        pytest.param(Transform(greyscale=True, quality=5), "filter=grayscale&quality=5", id="grey"),
        pytest.param(Transform(blur=0.707), "filter=blurgaussian", id="blur"),
        pytest.param(Transform(contrast=0.25), "contrast=-50", id="contrast"),
        pytest.param(Transform(brightness=1.667, contrast=0.6), "brightness=51", id="brightness"),
    ],
)
def test_write(transform: Transform, written: str) -> None:
    assert "&".join(photon_print.write(transform)) == written
