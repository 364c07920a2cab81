"""The marks of what is no web picture; nothing we serve bears one."""

from pathlib import Path

import pytest

from proxy.rules.unserved import unserved_type
from tests.fakes.pictures import STILLS

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


@pytest.mark.parametrize(
    ("start", "media_type"),
    [
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0", "application/postscript", id="EPS"),
        pytest.param(b"\xc5\xd0\xd3\xc6\x1e", "application/postscript", id="EPS with a preview"),
        pytest.param(b"%PDF-1.7", "application/pdf", id="PDF"),
        pytest.param(b"8BPS\0\1", "image/vnd.adobe.photoshop", id="Photoshop"),
        pytest.param(b"SIMPLE  =                    T", "image/fits", id="FITS"),
        pytest.param(b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2", id="JPEG 2000"),
        pytest.param(b"DDS |", "image/vnd-ms.dds", id="DDS"),
        pytest.param(b"\x01\xda\x01\x01\0\3", "image/sgi", id="SGI"),
        pytest.param(b"\1\0\0\0" + bytes(36) + b" EMF", "image/emf", id="EMF"),
        pytest.param(b"\xd7\xcd\xc6\x9a\0\0", "image/wmf", id="WMF"),
        pytest.param(b"\0\1\0\0\x12\xaf", "video/x-flc", id="FLC"),
        pytest.param(b"gimp xcf v011", "image/x-xcf", id="GIMP"),
        pytest.param(b"\0\0\0\x20ftypisom", "video/mp4", id="MP4"),
        pytest.param(b"\0\0\0\x14ftypqt  ", "video/quicktime", id="QuickTime"),
        pytest.param(b"\0\0\1\xba\x44", "video/mpeg", id="MPEG"),
        pytest.param(b"RIFF\0\0\0\0AVI LIST", "video/x-msvideo", id="AVI"),
        pytest.param(b"PK\3\4", "application/zip", id="ZIP"),
        pytest.param(b"\x1f\x8b\x08\0", "application/gzip", id="a gzipped SVG"),
    ],
)
def test_known(start: bytes, media_type: str) -> None:
    assert unserved_type(start) == media_type


@pytest.mark.parametrize("start", [b"", b"%", b"text", b"\0\0\0\x1cftypheic"], ids=repr)
def test_unknown(start: bytes) -> None:
    assert unserved_type(start) is None


@pytest.mark.parametrize("name", STILLS)
def test_no_picture_is_taken_for_one(name: str) -> None:
    assert unserved_type(STILLS[name]) is None


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside the project")
@pytest.mark.parametrize(
    ("file", "media_type"),
    [
        ("other/rgba.psd", "image/vnd.adobe.photoshop"),
        ("other/rgb_trns_ycbc.jp2", "image/jp2"),
        ("notimage/document.jpg", "application/pdf"),
        ("notimage/archive.png", "application/zip"),
    ],
)
def test_the_corpus(file: str, media_type: str) -> None:
    assert unserved_type((CORPUS / file).read_bytes()[:64]) == media_type
