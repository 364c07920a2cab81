"""Twin of proxy/dialects/imgproxy_values.py: every option with its values, and what it refuses."""

import pytest

from proxy.dialects.imgproxy_values import OPTIONS, Found
from proxy.errors import NotOffered
from proxy.model.colour import Colour
from proxy.model.geometry import CENTRE, Anchor, Edges, Focal, Share, Smart
from proxy.model.transform import Output, Trim

NAMES = {name: option for option in OPTIONS for name in option.names}


VALUES: list[tuple[str, Found]] = [
    (
        "resize:fill:300:400:1:1:no",
        {"type": "fill", "width": 300, "height": 400}
        | {"enlarge": True, "extend": Anchor(0.5, 0.0)},
    ),
    ("rs:fit", {"type": "fit"}),
    ("rs::300", {"width": 300}),
    ("rs:force:0:300:0", {"type": "force", "width": None, "height": 300, "enlarge": False}),
    ("rs:fill-down::300", {"type": "fill-down", "height": 300}),
    ("rs:", {}),
    ("size:300:400", {"width": 300, "height": 400}),
    ("s:300::t", {"width": 300, "enlarge": True}),
    ("s:::0:0", {"enlarge": False, "extend": None}),
    ("resizing_type:auto", {"type": "auto"}),
    ("rt:force", {"type": "force"}),
    ("width:300", {"width": 300}),
    ("w:0", {"width": None}),
    ("height:16383", {"height": 16383}),
    ("h:1", {"height": 1}),
    ("min-width:0", {}),
    ("mw:0", {}),
    ("min-height:0", {}),
    ("mh:0", {}),
    ("zoom:1.5", {"zoom": 1.5}),
    ("z:.5:0.5", {"zoom": 0.5}),
    ("dpr:2", {"dpr": 2.0}),
    ("enlarge:1", {"enlarge": True}),
    ("el:T", {"enlarge": True}),
    ("el:yes", {"enlarge": False}),
    ("extend:1", {"extend": CENTRE}),
    ("ex:1:soea:0:0", {"extend": Anchor(1.0, 1.0)}),
    ("ex:0:no", {"extend": None}),
    ("extend_aspect_ratio:1:we", {"extend_aspect_ratio": Anchor(0.0, 0.5)}),
    ("extend_ar:true", {"extend_aspect_ratio": CENTRE}),
    ("exar:f", {"extend_aspect_ratio": None}),
    ("gravity:sm", {"gravity": Smart.ATTENTION}),
    ("g:ce", {"gravity": CENTRE}),
    ("g:no:0:0.0", {"gravity": Anchor(0.5, 0.0)}),
    ("g:so", {"gravity": Anchor(0.5, 1.0)}),
    ("g:ea:-0", {"gravity": Anchor(1.0, 0.5)}),
    ("g:we", {"gravity": Anchor(0.0, 0.5)}),
    ("g:noea", {"gravity": Anchor(1.0, 0.0)}),
    ("g:nowe", {"gravity": Anchor(0.0, 0.0)}),
    ("g:soea", {"gravity": Anchor(1.0, 1.0)}),
    ("g:sowe", {"gravity": Anchor(0.0, 1.0)}),
    ("g:fp:0.25:1", {"gravity": Focal(0.25, 1.0)}),
    ("crop:400:0.5", {"crop": (400, Share(50.0), None)}),
    ("c:400", {"crop": (400, None, None)}),
    ("c:0:300.9:sm", {"crop": (None, 300, Smart.ATTENTION)}),
    ("c:4:3:fp:0:1", {"crop": (4, 3, Focal(0.0, 1.0))}),
    ("c:4:3:nowe", {"crop": (4, 3, Anchor(0.0, 0.0))}),
    ("c:4:3:nowe:10:0.2", {"crop": (4, 3, (10, Share(20.0)))}),
    ("c:0.000001:3", {"crop": (Share(0.001), 3, None)}),
    ("trim:10", {"trim": Trim(tolerance=10)}),
    ("t:12.6:ff00ff:0:0", {"trim": Trim(tolerance=13, colour=Colour(255, 0, 255))}),
    ("t::ff00ff", {"trim": None}),
    ("padding:10", {"padding": Edges(top=10, right=10, bottom=10, left=10)}),
    ("pd:1:2", {"padding": Edges(top=1, right=2, bottom=1, left=2)}),
    ("pd:1:2:3:4", {"padding": Edges(top=1, right=2, bottom=3, left=4)}),
    ("pd::2", {"padding": Edges(right=2, left=2)}),
    ("auto_rotate:1", {}),
    ("ar:true", {}),
    ("rotate:90", {"rotate": 90}),
    ("rot:-180", {"rotate": -180}),
    ("flip:1:1", {"flip": (True, True)}),
    ("fl:1", {"flip": (True, False)}),
    ("fl::1", {"flip": (False, True)}),
    ("background:ff8000", {"background": Colour(255, 128, 0)}),
    ("bg:F80", {"background": Colour(255, 136, 0)}),
    ("bg:255:128:0", {"background": Colour(255, 128, 0)}),
    ("bg:", {"background": None}),
    ("blur:1.5", {"blur": 1.5}),
    ("bl:0", {"blur": 0.0}),
    ("sharpen:0.7", {"sharpen": 0.7}),
    ("sh:10", {"sharpen": 10.0}),
    ("pixelate:0", {}),
    ("pix:1", {}),
    ("watermark:0", {}),
    ("wm:0:ce", {}),
    ("quality:75", {"quality": 75}),
    ("q:0", {"quality": None}),
    ("format_quality:webp:7:jpeg:6:png:0", {"qualities": ((Output.JPEG, 6), (Output.WEBP, 7))}),
    ("fq:avif:50", {"qualities": ((Output.AVIF, 50),)}),
    ("max_bytes:20000", {"max_bytes": 20000}),
    ("mb:0", {"max_bytes": None}),
    ("format:webp", {"format": Output.WEBP}),
    ("f:jpg", {"format": Output.JPEG}),
    ("ext:jpeg", {"format": Output.JPEG}),
    ("strip_metadata:1", {}),
    ("sm:t", {}),
    ("keep_copyright:1", {"copyright": True}),
    ("kcr:0", {"copyright": False}),
    ("strip_color_profile:1", {"profile": False}),
    ("scp:0", {"profile": True}),
    ("preserve_hdr:0", {}),
    ("ph:0", {}),
    ("enforce_thumbnail:0", {}),
    ("eth:0", {}),
    ("skip_processing:", {}),
    ("skp:", {}),
    ("raw:1", {"raw": True}),
    ("raw:0", {"raw": False}),
    ("cachebuster:any:thing", {}),
    ("cb:1", {}),
    ("expires:1577836800", {"expires": 1577836800.0}),
    ("exp:0", {}),
    ("exp:-1", {}),
    ("return_attachment:0", {}),
    ("att:0", {}),
]
WRONG = [
    *(
        "rs:cover",
        "rs:fit:x",
        "rs:fit:-1",
        "rs:fit:1:1:1:1:up",
        "rs:fit:16384",
        "rt:",
        "rt:fit:1",
    ),
    *("s:1.5", "s:1:2:1::ce", "w:", "w:1:2", "w:١", "h:-1", "h:1e3", "h:20000"),
    *("z:0", "z:x", "z:1:2:3", "z:11", "dpr:0", "dpr:-1", "dpr:1:1", "dpr:nan", "dpr:inf"),
    *("g:", "g:up", "g:fp", "g:fp:1", "g:fp:1:2", "g:sm:1:1", "g:ce:0:0:0", "g:ce:x"),
    *("c:-1", "c:x", "c:1:2:up", "c:1:2:nowe:x:1", "c:1:2:nowe:1:2:3", "c:99999"),
    *(
        "t:256",
        "t:x",
        "t:10:zz",
        "t:10:ff00ff:0:0:0",
        "pd:x",
        "pd:-1",
        "pd:5000",
        "pd:1:1:1:1:1",
    ),
    *("rot:45", "rot:", "rot:90:1", "rot:1.5", "fl:1:1:1", "bg:ff", "bg:1:2", "bg:256:0:0"),
    *("bg:#ffffff", "bl:-1", "bl:1001", "bl:", "sh:11", "sh:x", "q:101", "q:-1", "q:"),
    *("fq:jpeg", "fq:jpeg:101", "fq:xyz:1", "mb:-1", "mb:2000000000", "f:", "f:exe", "f:png:1"),
    *("el:1:1", "ex:1:up", "exp:", "exp:soon", "exp:1:2", "kcr:1:0", "scp:1:1", "raw:1:1"),
    *("ar:1:1", "sm:1:1", "att:0:0"),
]
REFUSED = [
    ("mw:10", "min-width"),
    ("mh:10", "min-height"),
    ("z:1:2", "zoom by two factors"),
    ("g:no:10:0", "gravity with offsets"),
    ("g:ce:0:-0.1", "gravity with offsets"),
    ("ex:1:fp:0:0", "extend with gravity fp or sm"),
    ("exar:1:sm", "extend_aspect_ratio with gravity fp or sm"),
    ("t:10::1", "trim of equal parts"),
    ("t:10:::1", "trim of equal parts"),
    ("ar:0", "auto_rotate:0"),
    ("pix:5", "pixelate"),
    ("wm:0.5:ce", "watermark"),
    ("f:tiff", "format tiff"),
    ("f:jxl", "format jxl"),
    ("ext:svg", "format svg"),
    ("fq:heic:70", "format heic"),
    ("sm:0", "strip_metadata:0"),
    ("ph:1", "preserve_hdr:1"),
    ("eth:1", "enforce_thumbnail:1"),
    ("skp:jpg", "skip_processing"),
    ("fn:a.jpg", "filename"),
    ("att:1", "return_attachment:1"),
    ("msr:1", "max_src_resolution"),
    ("msfs:1", "max_src_file_size"),
    ("maf:1", "max_animation_frames"),
    ("mafr:1", "max_animation_frame_resolution"),
    ("mrd:1", "max_result_dimension"),
]


def value(text: str) -> Found:
    name, *args = text.split(":")
    return NAMES[name].read(args)


@pytest.mark.parametrize(("text", "found"), VALUES)
def test_values(text: str, found: Found) -> None:
    assert value(text) == found


@pytest.mark.parametrize("text", WRONG)
def test_wrong_values(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # any
        value(text)


@pytest.mark.parametrize(("text", "what"), REFUSED)
def test_what_is_not_offered_is_named(text: str, what: str) -> None:
    with pytest.raises(NotOffered) as failure:
        value(text)
    assert failure.value.what == what


def test_every_option_has_a_test_by_every_name() -> None:
    texts = [*(text for text, _ in VALUES), *WRONG, *(text for text, _ in REFUSED)]
    longs = {"filename", "max_src_resolution", "max_src_file_size", "max_animation_frames"}
    longs |= {"max_animation_frame_resolution", "max_result_dimension"}  # refused whole, by shorts
    assert {text.partition(":")[0] for text in texts} == NAMES.keys() - longs
