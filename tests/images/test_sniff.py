"""The door to a picture's facts: all formats, what is none, hostile bytes."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.images.sniff import sniff
from proxy.model.picture import Facts, Format
from tests.fakes.pictures import STILLS, animated, oriented, png_header

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
KINDS = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF")
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='64' height='48'><rect width='9'/></svg>  "
JXL = b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x20jxlc\xff\x0a\x0b\x1d" + bytes(20)
SEEDS = [
    SVG,
    JXL,
    STILLS["AVIF"].replace(b"avif", b"heic"),
    *STILLS.values(),
    *map(animated, ("GIF", "PNG", "WEBP", "AVIF")),
]


@pytest.mark.parametrize("name", STILLS)
def test_every_class_is_known(name: str) -> None:
    found = sniff(memoryview(STILLS[name]))
    assert found is not None
    words = name.replace("Icon", "ICO").lower().split()
    assert found.format in words
    assert (found.width, found.height, found.frames) == (64, 48, 1)
    assert found.whole
    assert not found.metadata
    assert found.alpha == ("alpha" in words or "transparent" in words or "ico" in words)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_found_in_every_format_that_has_one(kind: str, orientation: int) -> None:
    found = sniff(oriented(kind, orientation))
    assert found is not None
    assert (found.orientation, found.upright) == (orientation, (64, 48))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x1f\x8b\x08", id="a gzipped SVG"),
        pytest.param(b"<!doctype html><title>404</title>", id="HTML"),
        pytest.param(b"8BPS\x00\x01", id="Photoshop"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0", id="PostScript"),
        pytest.param(b"%PDF-1.7", id="PDF"),
        pytest.param(b"\0\0\0\x0cJXL \r\n\x87\n", id="JPEG XL that does not begin"),
        pytest.param(
            STILLS["AVIF"].replace(b"avif", b"isom").replace(b"mif1", b"mp42"), id="a film"
        ),
        pytest.param(b"\0\0\0\x0cjP  \r\n\x87\n", id="JPEG 2000"),
        pytest.param(b"\0\0\2\0\1\0" + bytes(16), id="a cursor"),
        pytest.param(bytes(4096), id="zeros"),
        pytest.param(png_header(0, 48), id="no width"),
        pytest.param(png_header(64, 0), id="no height"),
        pytest.param(b"GIF89a", id="a signature alone"),
    ],
)
def test_what_is_no_picture_we_serve_is_none(data: bytes) -> None:
    assert sniff(data) is None


@pytest.mark.parametrize(
    ("data", "form"),
    [
        pytest.param(SVG, Format.SVG, id="SVG"),
        pytest.param(SVG.decode().encode("utf-16"), Format.SVG, id="SVG in UTF-16"),
        pytest.param(STILLS["AVIF"].replace(b"avif", b"heic"), Format.HEIC, id="HEIC"),
        pytest.param(b"\xff\x0a\x0b\x1d" + bytes(9), Format.JXL, id="JPEG XL"),
        pytest.param(STILLS["WebP"] + SVG, Format.WEBP, id="WebP that looks like SVG"),
        pytest.param(
            STILLS["WebP"][:12]
            + b"EXIF"
            + len(SVG).to_bytes(4, "little")
            + SVG
            + STILLS["WebP"][12:],
            Format.WEBP,
            id="WebP with an SVG inside",
        ),
    ],
)
def test_the_bytes_decide(data: bytes, form: Format) -> None:
    found = sniff(data)
    assert found is not None
    assert found.format is form


def test_a_beginning_tells_the_format_and_that_it_is_not_whole() -> None:
    beginnings = [sniff(data[: len(data) * 3 // 4]) for data in STILLS.values()]
    assert not any(found.whole for found in beginnings if found)
    assert sum(found is not None for found in beginnings) > len(beginnings) // 2


def _sound(found: Facts | None) -> bool:
    return found is None or (
        found.width > 0
        and found.height > 0
        and 1 <= found.frames <= 257
        and 1 <= found.orientation <= 8
    )


@given(data=st.binary(max_size=200), seed=st.sampled_from([b"", *(seed[:40] for seed in SEEDS)]))
def test_no_bytes_make_it_raise(data: bytes, seed: bytes) -> None:
    assert _sound(sniff(seed + data))


@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=6),
    length=st.integers(0, 2000),
)
def test_no_damage_makes_it_raise(seed: bytes, changes: list[tuple[int, int]], length: int) -> None:
    data = bytearray(seed)
    for place, value in changes:
        data[place % len(data)] = value
    assert _sound(sniff(bytes(data[: len(data) - length % 50])))


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside the project")
def test_the_corpus_is_read_as_its_manifest_says() -> None:
    with (CORPUS / "manifest.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["expected"] == "ok"]
    firm = [row for row in rows if row["firm"] == "yes"]
    assert len(firm) == 147
    for row in firm:
        found = sniff((CORPUS / row["file"]).read_bytes())
        assert found is not None, row["file"]
        stated = row["format"].split()[0].lower(), int(row["width"]), int(row["height"])
        assert (found.format, found.width, found.height) == stated, row["file"]
        assert found.whole, row["file"]
        turned = int(row["orientation"] or 1)
        assert found.orientation == (turned if turned <= 8 else 1), row["file"]


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside the project")
def test_no_file_of_the_corpus_makes_it_raise_wherever_it_is_cut() -> None:
    for path in sorted(CORPUS.glob("*/*")):
        data = memoryview(path.read_bytes())
        assert all(_sound(sniff(data[: len(data) * part // 16])) for part in range(17)), path
