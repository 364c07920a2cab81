"""Which decoders there are: the list, the extras, and nothing else."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from proxy.errors import NotDecodable
from proxy.images import plugins
from proxy.images.plugins import EXTRAS, decodable
from proxy.images.sniff import sniff
from proxy.model.picture import Format
from tests.fakes.pictures import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    alike,
    corners,
    is_upright,
    quadrants,
    saved,
)
from tests.fakes.rare import heic, jxl, turned_heic

ROOT = Path(__file__).parents[2]


def ran(code: str) -> list[str]:
    """Return the words a fresh interpreter prints."""
    done = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def opened(data: bytes, form: Format) -> Image.Image:
    image = Image.open(BytesIO(data), formats=[form.upper()])
    image.load()
    return image


def test_svg_is_never_decoded_and_the_rest_is_where_its_package_is() -> None:
    assert Format.SVG not in decodable()
    assert decodable() >= frozenset(Format) - {Format.SVG, *EXTRAS}


@pytest.mark.parametrize(
    ("turns", "first"), [(0, RED), (1, GREEN), (2, WHITE), (3, BLUE)], ids=["no", "1", "2", "3"]
)
def test_heic_is_turned_by_its_decoder_and_so_the_facts_say(
    turns: int, first: tuple[int, int, int]
) -> None:
    data = turned_heic(turns)
    image, facts = opened(data, Format.HEIC), sniff(data)
    assert facts is not None
    assert (facts.width, facts.height, facts.orientation) == (*image.size, 1)
    assert image.size == ((64, 200) if turns % 2 else (200, 64))
    assert alike(corners(saved(image, "PNG"))[0], first)


@pytest.mark.slow
def test_heic_is_decoded() -> None:
    image = opened(heic(quadrants(640, 480)), Format.HEIC)
    assert image.size == (640, 480)
    assert is_upright(saved(image, "PNG"))


@pytest.mark.parametrize("boxed", [False, True], ids=["bare", "boxed"])
def test_jxl_is_decoded(*, boxed: bool) -> None:
    image = opened(jxl(quadrants(), boxed=boxed), Format.JXL)
    assert image.size == (64, 48)
    assert is_upright(saved(image, "PNG"))


def test_a_jpeg_inside_a_jxl_is_not_given_to_other_decoders(tmp_path: Path) -> None:
    pytest.importorskip("pillow_jxl", reason="the extra jxl is absent")
    path = tmp_path / "original.jpg"
    path.write_bytes(saved(quadrants(), "JPEG", quality=95))
    out = BytesIO()
    with Image.open(path) as original:
        original.save(out, "JXL", lossless_jpeg=True)
    image = opened(out.getvalue(), Format.JXL)
    assert not getattr(image, "jpeg", True)
    assert is_upright(saved(image, "PNG"))


@pytest.mark.parametrize("form", EXTRAS)
def test_without_its_extra_a_format_is_refused_by_name(form: Format) -> None:
    opener = plugins._refusing(form)
    with pytest.raises(NotDecodable, match=rf"image-proxy\[{form}\]"):
        opener(BytesIO(b""), "")


@pytest.mark.slow
def test_without_the_extras_all_else_works() -> None:
    code = (
        "import sys; sys.modules['pillow_heif'] = sys.modules['pillow_jxl'] = None\n"
        "import importlib.util as util; found = util.find_spec\n"
        "util.find_spec = lambda name: None if name.startswith('pillow_') else found(name)\n"
        "from io import BytesIO\n"
        "from PIL import Image\n"
        "from proxy.errors import NotDecodable\n"
        "from proxy.images.plugins import decodable\n"
        "print(len(decodable()))\n"
        "for form in ('HEIC', 'JXL'):\n"
        "    try: Image.open(BytesIO(b'x'), formats=[form])\n"
        "    except NotDecodable as refused: print(str(refused).split()[-1])\n"
    )
    assert ran(code) == ["8", "image-proxy[heic]", "image-proxy[jxl]"]


@pytest.mark.slow
def test_what_is_registered_is_the_list() -> None:
    code = "import proxy.images.plugins; from PIL import Image; print(*sorted(Image.OPEN))"
    # Pillow's BMP plugin brings DIB, its JPEG plugin brings MPO.
    assert set(ran(code)) - {"DIB", "MPO"} == {form.upper() for form in Format} - {"SVG"}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
@pytest.mark.parametrize(("form", "most"), [(Format.HEIC, 2), (Format.JXL, 1)])
def test_a_decoder_keeps_to_its_thread(form: Format, most: int, tmp_path: Path) -> None:
    picture = quadrants(2048, 1536)
    path = tmp_path / "picture"
    path.write_bytes(heic(picture) if form is Format.HEIC else jxl(picture))
    code = (
        "import os, sys, threading\n"
        "from PIL import Image\n"
        "import proxy.images.plugins\n"
        "seen, done = set(), threading.Event()\n"
        "def watch():\n"
        "    while not done.wait(0.001): seen.update(os.listdir('/proc/self/task'))\n"
        "watcher = threading.Thread(target=watch); watcher.start()\n"
        f"Image.open({str(path)!r}, formats=[{form.upper()!r}]).load()\n"
        "done.set(); watcher.join(); print(len(seen) - 1)\n"
    )
    assert int(ran(code)[0]) <= most
