"""Twin of proxy/dialects/imgproxy_options.py: what options come to, and how a transform is said."""

from dataclasses import replace

import pytest

from proxy.dialects.imgproxy_options import Asked, extension, read, write
from proxy.errors import BadOption, NotOffered, UnknownPreset
from proxy.model.colour import Colour
from proxy.model.geometry import CENTRE, Anchor, Crop, Edges, Focal, Share, Smart
from proxy.model.transform import ORIGINAL, Fit, Output, Transform, Trim
from proxy.settings import Preset

PRESETS = {
    "thumb": Preset(width=400, height=300),
    "leaning": Preset(width=400, options="rotate=45"),
    "high": Preset(options="h=200,rotate=90,pad=4,f=same"),
}
THUMB = Transform(width=400, height=300, format=Output.AUTO)


def around(edge: int) -> Edges:
    return Edges(top=edge, right=edge, bottom=edge, left=edge)


def asked(text: str, form: str = "") -> Asked:
    found = read(text.split("/") if text else [], form, PRESETS)
    return replace(found, transform=found.transform.normal())


@pytest.mark.parametrize(
    ("text", "transform"),
    [
        ("", ORIGINAL),
        ("raw:1/w:200", ORIGINAL),
        ("raw:0/w:200", Transform(width=200)),
        ("w:200/cb:123", Transform(width=200)),
        ("w:200/w:300", Transform(width=300)),
        ("w:200/rs:fit:0:100", Transform(height=100)),
        # Types, and what is made of extend.
        ("rs:fit:300:200", Transform(width=300, height=200, fit=Fit.INSIDE)),
        ("w:300/h:200", Transform(width=300, height=200, fit=Fit.INSIDE)),
        ("rs:fill:300:200", Transform(width=300, height=200)),
        ("rs:fill-down:300:200", Transform(width=300, height=200)),
        ("rs:force:300:200", Transform(width=300, height=200, fit=Fit.FILL)),
        ("rt:fill/s:300:200/el:1", Transform(width=300, height=200, enlarge=True)),
        ("rt:auto/w:300", Transform(width=300)),
        ("rt:force", ORIGINAL),
        ("rs:fit:300:200:0:1", Transform(width=300, height=200, fit=Fit.PAD)),
        (
            "rs:fit:300:200:1:1:so",
            Transform(width=300, height=200, fit=Fit.PAD, gravity=Anchor(0.5, 1.0), enlarge=True),
        ),
        ("s:300:200/ex:0", Transform(width=300, height=200, fit=Fit.INSIDE)),
        (
            "s:300:200/exar:1:we",
            Transform(width=300, height=200, fit=Fit.CONTAIN, gravity=Anchor(0.0, 0.5)),
        ),
        ("ex:1/exar:1", ORIGINAL),
        # What is kept.
        ("rs:fill:3:4/g:sm", Transform(width=3, height=4, gravity=Smart.ATTENTION)),
        ("g:fp:0.5:0.33/rs:fill:3:4", Transform(width=3, height=4, gravity=Focal(0.5, 0.33))),
        ("c:400:0.5", Transform(crop=Crop(width=400, height=Share(50.0)))),
        ("c:0:0", ORIGINAL),
        ("c:4:3/g:no", Transform(crop=Crop(width=4, height=3, gravity=Anchor(0.5, 0.0)))),
        ("c:4:3:ce/g:no", Transform(crop=Crop(width=4, height=3))),
        ("c:4:3:nowe:1:2/g:no", Transform(crop=Crop(width=4, height=3, x=1, y=2))),
        # It turns first: the part and the box are of what stands already.
        ("rot:90/w:200", Transform(rotate=90.0, width=200)),
        ("rot:-450", Transform(rotate=270.0)),
        ("fl:1", Transform(mirror=True)),
        ("fl:0:1", Transform(mirror=True, rotate=180.0)),
        ("fl:1:1", Transform(rotate=180.0)),
        ("rot:90/fl:1", Transform(mirror=True, rotate=270.0)),
        (
            "rot:90/c:40:30:no",
            Transform(rotate=90.0, crop=Crop(width=30, height=40, gravity=Anchor(0.0, 0.5))),
        ),
        (
            "fl:1/c:40:30:fp:0.2:0.5",
            Transform(mirror=True, crop=Crop(width=40, height=30, gravity=Focal(0.8, 0.5))),
        ),
        # Factors.
        ("w:200/dpr:2", Transform(width=400)),
        ("w:200/dpr:2/pd:5", Transform(width=400, padding=around(10))),
        ("w:200/z:2/pd:5", Transform(width=400, padding=around(5))),
        ("z:0.5", Transform(width=Share(50.0))),
        ("z:0.5/dpr:0.5/pd:4", Transform(width=Share(25.0), padding=around(2))),
        ("dpr:2", ORIGINAL),
        ("dpr:2/el:1", Transform(width=Share(200.0), enlarge=True)),
        # Looks and form.
        ("t:10:ffffff", Transform(trim=Trim(tolerance=10, colour=Colour(255, 255, 255)))),
        ("t:10/t:", ORIGINAL),
        ("bg:f80/bl:2/sh:1", Transform(background=Colour(255, 136, 0), blur=2.0, sharpen=1.0)),
        ("q:75/mb:999", Transform(quality=75, max_bytes=999)),
        ("fq:webp:60", Transform(qualities=((Output.WEBP, 60),))),
        ("f:webp/q:75", Transform(format=Output.WEBP, quality=75)),
        ("kcr:1/scp:0", Transform(copyright=True, profile=True)),
        # A preset, changed.
        ("pr:thumb/q:50", replace(THUMB, quality=50)),
        ("preset:thumb/rs:fit", replace(THUMB, fit=Fit.INSIDE)),
        ("pr:thumb/g:no/w:100", replace(THUMB, width=100, gravity=Anchor(0.5, 0.0))),
        ("pr:thumb/ex:1/rt:fit", replace(THUMB, fit=Fit.PAD)),
        ("pr:thumb/h:0", Transform(width=400, format=Output.AUTO)),
        ("pr:high/rot:90", Transform(height=200, rotate=180.0, padding=around(4))),
        (
            "pr:high/c:4:3",
            Transform(height=200, rotate=90.0, crop=Crop(width=3, height=4), padding=around(4)),
        ),
    ],
)
def test_what_options_come_to(text: str, transform: Transform) -> None:
    assert asked(text) == Asked(transform=transform)


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        pytest.param("", "webp", Asked(transform=Transform(format=Output.WEBP)), id="a format"),
        pytest.param(
            "f:png", "jpg", Asked(transform=Transform(format=Output.JPEG)), id="it stands above f"
        ),
        pytest.param("raw:1", "webp", Asked(transform=ORIGINAL), id="raw stands above it"),
        pytest.param("exp:99", "", Asked(transform=ORIGINAL, expires=99.0), id="an end"),
        pytest.param("pr:thumb", "", Asked(transform=THUMB, preset="thumb"), id="a preset"),
        pytest.param(
            "exp:99/pr:thumb/cb:1",
            "",
            Asked(transform=THUMB, preset="thumb", expires=99.0),
            id="what changes no picture leaves the preset its name",
        ),
        pytest.param(
            "pr:thumb",
            "avif",
            Asked(transform=replace(THUMB, format=Output.AVIF)),
            id="a format makes it another than the preset's",
        ),
        pytest.param("raw:1/exp:9", "", Asked(transform=ORIGINAL, expires=9.0), id="raw, an end"),
    ],
)
def test_formats_ends_and_presets(text: str, form: str, expected: Asked) -> None:
    assert asked(text, form) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("rs:auto:300:200", "rt:force/w:200", "w:200/ex:1", "h:200/exar:1"),
        *("rs:fill:3:2:0:1", "rs:force:3:2/exar:1", "s:3:2/ex:1/exar:1"),
        *("z:10/dpr:2", "rot:90/c:4:3:nowe:1:2", "fl:1/c:4:3:nowe:0:0"),
        *("w:2/pr:thumb", "pr:thumb/pr:thumb", "pr:thumb:high", "pr:leaning/rot:90"),
    ],
)
def test_not_offered(text: str) -> None:
    with pytest.raises(NotOffered):
        asked(text)


@pytest.mark.parametrize(
    ("text", "form", "at", "said"),
    [
        ("foo:1", "", 1, "no option begins there"),
        ("w:200/foo:1", "", 7, "no option begins there"),
        ("w:200/h:x", "", 9, "height takes whole pixels from 0 to 16383"),
        ("rs:cover:1:1", "", 4, "resize takes type:width:height:enlarge:extend"),
        ("w:200", "exe", 14, "format takes jpg, jpeg, png, webp, avif, gif"),
    ],
)
def test_a_wrong_option_is_pointed_at(text: str, form: str, at: int, said: str) -> None:
    with pytest.raises(BadOption) as failure:
        asked(text, form)
    assert failure.value.at == at
    assert failure.value.said.startswith(said)
    assert "foo" not in failure.value.said


def test_an_unknown_preset_names_the_known_ones() -> None:
    with pytest.raises(UnknownPreset) as failure:
        asked("pr:nobody/w:200")
    assert failure.value.known == tuple(PRESETS)


@pytest.mark.parametrize(
    ("transform", "items"),
    [
        (ORIGINAL, []),
        (Transform(width=480), ["rs:fit:480:0"]),
        (Transform(height=300), ["rs:fit:0:300"]),
        (Transform(width=3, height=4, gravity=Smart.ATTENTION), ["rs:fill:3:4", "g:sm"]),
        (Transform(width=3, height=4, fit=Fit.INSIDE, enlarge=True), ["rs:fit:3:4", "el:1"]),
        (Transform(width=3, height=4, fit=Fit.FILL), ["rs:force:3:4"]),
        (Transform(width=3, height=4, fit=Fit.PAD), ["rs:fit:3:4", "ex:1:ce"]),
        (
            Transform(width=3, height=4, fit=Fit.CONTAIN, gravity=Anchor(1.0, 0.0)),
            ["rs:fit:3:4", "exar:1:noea"],
        ),
        (Transform(width=Share(33.333)), ["z:0.33333"]),
        (Transform(crop=Crop(width=4, height=Share(0.001))), ["c:4:0.00001:ce"]),
        (Transform(crop=Crop(width=4, x=1, y=Share(20.0))), ["c:4:0:nowe:1:0.2"]),
        (
            Transform(crop=Crop(width=4, gravity=Focal(0.1, 0.25)), rotate=90.0),
            ["c:0:4:fp:0.75:0.1", "rot:90"],
        ),
        (Transform(mirror=True, rotate=90.0), ["rot:270", "fl:1"]),
        (
            Transform(trim=Trim(colour=Colour(1, 2, 3)), blur=0.5, sharpen=1.25),
            ["t:10:010203", "bl:0.5", "sh:1.25"],
        ),
        (
            Transform(padding=Edges(top=1), background=Colour(0, 0, 0), quality=7, max_bytes=9),
            ["pd:1:0:0:0", "bg:000000", "q:7", "mb:9"],
        ),
        (
            Transform(qualities=((Output.PNG, 1),), copyright=True, profile=True),
            ["fq:png:1", "kcr:1", "scp:0"],
        ),
    ],
)
def test_what_is_said_of_a_transform(transform: Transform, items: list[str]) -> None:
    assert write(transform) == items
    assert asked("/".join(items)).transform == transform.normal()


@pytest.mark.parametrize(
    "transform",
    [
        Transform(width=3, height=4, fit=Fit.OUTSIDE),
        Transform(width=3, height=4, gravity=Smart.ENTROPY),
        Transform(width=3, height=4, gravity=Anchor(0.3, 0.3)),
        Transform(rotate=45.0),
        Transform(brightness=2.0),
    ],
)
def test_what_it_has_no_words_for_is_left_out(transform: Transform) -> None:
    assert asked("/".join(write(transform))).transform != transform


def test_a_turned_corner_cannot_be_said() -> None:
    with pytest.raises(NotOffered):
        write(Transform(crop=Crop(x=1, y=1), rotate=90.0))


@pytest.mark.parametrize(
    ("form", "text"), [(Output.SAME, ""), (Output.WEBP, "webp"), (Output.AUTO, "auto")]
)
def test_extensions(form: Output, text: str) -> None:
    assert extension(form) == text


def test_the_middle_is_the_usual_place() -> None:
    assert asked("rs:fill:3:4/g:no/g:ce").transform.gravity == CENTRE
