"""Twin of proxy/dialects/willnorris_options.py: what options mean and how they are said."""

import pytest

from proxy.dialects.willnorris_options import Wish, read, transform, unsigned, write
from proxy.errors import BadOption, NotOffered
from proxy.model.geometry import Anchor, Crop, Share, Smart
from proxy.model.transform import ORIGINAL, Fit, Output, Transform, Trim


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("", Wish()),
        ("x,,r,q", Wish()),
        ("0", Wish()),
        ("s", Wish()),
        ("640x", Wish(width=640)),
        ("x480", Wish(height=480)),
        ("640x480", Wish(width=640, height=480)),
        ("-5x-6", Wish(width=-5, height=-6)),
        ("0.3x0.4", Wish(width=0.3, height=0.4)),
        ("64", Wish(width=64, height=64)),
        (".5", Wish(width=0.5, height=0.5)),
        ("1e2x", Wish(width=100)),
        ("fit,r180,png", Wish(fit=True, rotate=180, format="png")),
        ("fv,fh", Wish(flip_vertical=True, flip_horizontal=True)),
        ("640x480,32", Wish(width=32, height=32)),
        ("640x480,0x7", Wish(height=7)),
        ("640x,x7", Wish(width=640, height=7)),
        ("r180,r90,png,jpeg,q1,q2", Wish(rotate=90, format="jpeg", quality=2)),
        ("nobody,64,upside,r90", Wish(width=64, height=64, rotate=90)),
        ("640xpx", Wish(width=640)),
        ("q71,sQUJD,sc,scaleUp", Wish(quality=71, signature="QUJD", smart=True)),
        ("cx1,cy2,cw3,ch4", Wish(crop_x=1, crop_y=2, crop_width=3, crop_height=4)),
        ("cx-0.5,cy-10,cwide", Wish(crop_x=-0.5, crop_y=-10)),
        ("trim,vu1800000000", Wish(trim=True, valid_until=1800000000)),
        ("vu5,vu0,vux", Wish(valid_until=5)),
        ("webp,round,quick", Wish()),
        ("infinity,nan", Wish()),
    ],
)
def test_what_is_read(text: str, wish: Wish) -> None:
    assert read(text) == wish


@pytest.mark.parametrize("text", ["1x2,20000x", "1x2,cx-99999", "1x2,1e9", "1x2,x1e999"])
def test_a_length_beyond_every_picture_is_pointed_at(text: str) -> None:
    with pytest.raises(BadOption) as failure:
        read(text)
    assert failure.value.at == 5


@pytest.mark.parametrize(
    ("wish", "text"),
    [
        (Wish(), "0x0"),
        (Wish(width=400, height=400, quality=40), "400x400,q40"),
        (Wish(width=7, height=8, fit=True, rotate=180, quality=33), "7x8,fit,q33,r180"),
        (Wish(width=0.3, height=2.5, rotate=30, signature="x", format="jpeg"), "0.3x2.5,jpeg,r30"),
        (Wish(crop_x=100, crop_y=-0.2, crop_width=3, crop_height=4), "0x0,ch4,cw3,cx100,cy-0.2"),
        (Wish(smart=True, trim=True, valid_until=9, flip_horizontal=True), "0x0,fh,sc,trim,vu9"),
        (Wish(width=-1, height=0.00001, flip_vertical=True), "-1x1e-05,fv"),
    ],
)
def test_the_print_that_is_signed(wish: Wish, text: str) -> None:
    assert wish.canonical() == text
    assert read(text).canonical() == text


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("0x0", ORIGINAL),
        ("fit", ORIGINAL),
        ("sc", ORIGINAL),
        ("r45", ORIGINAL),
        ("-1x-2", ORIGINAL),
        ("0.000001x", ORIGINAL),
        ("200x", Transform(width=200)),
        ("x0.15", Transform(height=Share(15.0))),
        ("1.9x", Transform(width=1)),
        ("100x150", Transform(width=100, height=150)),
        ("100", Transform(width=100, height=100)),
        ("0.5", Transform(width=Share(50.0), height=Share(50.0))),
        ("150,fit", Transform(width=150, height=150, fit=Fit.INSIDE)),
        ("100x,fit", Transform(width=100)),
        # What is sized lying down stands up afterwards, counter-clockwise.
        ("100x50,r90", Transform(rotate=270.0, width=50, height=100)),
        ("100x50,r180", Transform(rotate=180.0, width=100, height=50)),
        ("100x50,r270", Transform(rotate=90.0, width=50, height=100)),
        ("100x50,r-90", Transform(rotate=90.0, width=50, height=100)),
        ("100x,r90", Transform(rotate=270.0, height=100)),
        ("fh", Transform(mirror=True)),
        ("fv", Transform(mirror=True, rotate=180.0)),
        ("fv,fh", Transform(rotate=180.0)),
        ("r90,fh", Transform(mirror=True, rotate=90.0)),
        ("r90,fv", Transform(mirror=True, rotate=270.0)),
        ("trim", Transform(trim=Trim(tolerance=0))),
        ("100x50,sc", Transform(width=100, height=50, gravity=Smart.ATTENTION)),
        ("100x50,sc,fit", Transform(width=100, height=50, gravity=Smart.ATTENTION)),
        ("100x50,sc,cw9", Transform(width=100, height=50, gravity=Smart.ATTENTION)),
        ("sc,cw9", Transform(crop=Crop(width=9, x=0, y=0))),
        ("cx175,cw40,ch30,10x", Transform(crop=Crop(width=40, height=30, x=175, y=0), width=10)),
        ("cx-0.25,cy-10", Transform(crop=Crop(x=Share(-25.0), y=-10))),
        ("cw0.5,ch-3", Transform(crop=Crop(width=Share(50.0), x=0, y=0))),
        ("q60", Transform(quality=60)),
        ("q200", Transform(quality=100)),
        ("q-5", Transform(quality=1)),
        ("q0", ORIGINAL),
        ("png", Transform(format=Output.PNG)),
        ("jpeg", Transform(format=Output.JPEG)),
        ("scaleUp,200x", Transform(width=200)),
    ],
)
def test_what_is_made(text: str, made: Transform) -> None:
    assert transform(read(text)).normal() == made


@pytest.mark.parametrize("text", ["tiff", "cw100,0.5x", "cx9,x0.5"])
def test_not_offered(text: str) -> None:
    with pytest.raises(NotOffered):
        transform(read(text))


@pytest.mark.parametrize(
    ("made", "options"),
    [
        (ORIGINAL, []),
        (Transform(width=200), ["200x"]),
        (Transform(height=Share(0.001)), ["x1e-05"]),
        (Transform(width=3, height=4, fit=Fit.INSIDE), ["3x4", "fit"]),
        (Transform(width=3, height=4, gravity=Smart.ATTENTION, quality=9), ["3x4", "sc", "q9"]),
        (Transform(crop=Crop(width=4, x=0, y=Share(-20.0))), ["cy-0.2", "cw4"]),
        (Transform(rotate=270.0, width=50, height=100), ["100x50", "r90"]),
        (Transform(mirror=True, rotate=90.0, width=9), ["x9", "r90", "fh"]),
        (Transform(trim=Trim(tolerance=0), format=Output.PNG), ["trim", "png"]),
    ],
)
def test_what_is_said_of_a_transform(made: Transform, options: list[str]) -> None:
    assert write(made) == options
    assert transform(read(",".join(options))).normal() == made.normal()


@pytest.mark.parametrize(
    "made",
    [
        Transform(width=3, height=4, enlarge=True),
        Transform(width=3, height=4, gravity=Anchor(0.0, 0.0)),
        Transform(format=Output.WEBP),
        Transform(trim=Trim(tolerance=1)),
        Transform(rotate=45.0),
        Transform(crop=Crop(width=4, height=4)),
        Transform(width=Share(150.0)),
    ],
)
def test_what_it_has_no_words_for_is_left_out(made: Transform) -> None:
    assert transform(read(",".join(write(made)))).normal() != made.normal()


def test_a_cut_with_a_corner_cannot_be_said_of_what_is_turned() -> None:
    with pytest.raises(NotOffered):
        write(Transform(cut=Crop(x=1), rotate=90.0))


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("400x400,sAbC=,q40", "400x400,q40"),
        ("sc,scaleUp,sx,,", "sc,scaleUp"),
        ("s1", ""),
        ("", ""),
    ],
)
def test_without_its_signature(text: str, bare: str) -> None:
    assert unsigned(text) == bare
