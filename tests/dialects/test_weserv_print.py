"""Twin of proxy/dialects/weserv_print.py: the words it finds; the way back is in test_weserv.py."""

import pytest

from proxy.dialects import weserv_print
from proxy.model.colour import Colour
from proxy.model.geometry import Anchor, Crop, Focal, Share
from proxy.model.transform import Fit, Output, Transform, Trim

RED = Colour(255, 0, 0)


@pytest.mark.parametrize(
    ("transform", "written"),
    [
        pytest.param(Transform(frame=0, progressive=False), "", id="nothing"),
        pytest.param(Transform(width=5, enlarge=True, frame=0), "w=5&il", id="a width"),
        pytest.param(
            Transform(height=Share(12.5), frame=2), "h=12.5%25&we&il&page=2", id="a share"
        ),
        pytest.param(
            Transform(width=5, height=6, gravity=Focal(0.2, 0.3), enlarge=True),
            "w=5&h=6&fit=cover&a=focal&fpx=0.2&fpy=0.3&il&n=-1",
            id="a point",
        ),
        pytest.param(
            Transform(
                width=5,
                height=6,
                fit=Fit.OUTSIDE,
                cut=Crop(width=5, height=6, gravity=Anchor(0.5, 0.0)),
            ),
            "w=5&h=6&fit=cover&we&a=top&il&n=-1",
            id="a cover that is not enlarged",
        ),
        pytest.param(
            Transform(crop=Crop(x=1, y=2, width=3, height=Share(4.0))),
            "cx=1&cy=2&cw=3&ch=4%25&precrop&il&n=-1",
            id="a part of the original",
        ),
        pytest.param(Transform(cut=Crop(x=1, y=0)), "cx=1&il&n=-1", id="a part of what is sized"),
        pytest.param(
            Transform(trim=Trim(tolerance=9, colour=RED)), "trim=9&tbg=ff0000&il&n=-1", id="trim"
        ),
        pytest.param(
            Transform(mirror=True, rotate=270.0), "precrop&ro=90&flop&il&n=-1", id="a turn, a flop"
        ),
        pytest.param(
            Transform(mirror=True, rotate=30.0, bars=RED),
            "ro=30&flop&rbg=ff0000&il&n=-1",
            id="a flop, an angle, its corners",
        ),
        pytest.param(Transform(contrast=1.965), "con=25&il&n=-1", id="con"),
        pytest.param(Transform(brightness=1.667, contrast=0.6), "bri=20&il&n=-1", id="bri"),
        pytest.param(
            Transform(brightness=1.5, gamma=2.0, greyscale=True, background=RED),
            "bg=ff0000&mod=1.5&gam=2&filt=greyscale&il&n=-1",
            id="looks",
        ),
        pytest.param(
            Transform(format=Output.WEBP, quality=5, lossless=True),
            "output=webp&q=5&ll&n=-1",
            id="how it is written",
        ),
    ],
)
def test_write(transform: Transform, written: str) -> None:
    assert "&".join(weserv_print.write(transform)) == written
