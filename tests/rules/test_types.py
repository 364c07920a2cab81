"""Types are judged by bytes; the origin's word is the last resort."""

import pytest

from proxy.errors import NotServedType
from proxy.model.picture import Facts, Format
from proxy.rules.types import served_type

PNG = Facts(format=Format.PNG, width=1, height=1)
SVG = Facts(format=Format.SVG, width=300, height=150)
PDF, MP4 = b"%PDF-1.7", b"\0\0\0\x20ftypisom"
PSD = ("image/*", "image/vnd.adobe.photoshop")
IMAGES = ("image/*",)
ALL = ("*",)


@pytest.mark.parametrize(
    ("declared", "facts", "start", "types", "served"),
    [
        pytest.param("image/png", PNG, b"\x89PNG", IMAGES, "image/png", id="bytes and word agree"),
        pytest.param("text/html", PNG, b"\x89PNG", IMAGES, "image/png", id="bytes beat the word"),
        pytest.param(None, PNG, b"\x89PNG", IMAGES, "image/png", id="no word at all"),
        pytest.param(
            "image/png, text/html",
            PNG,
            b"\x89PNG",
            IMAGES,
            "image/png",
            id="a smuggled second type",
        ),
        pytest.param(
            "image/x-tga", None, b"\0\0\2", IMAGES, "image/x-tga", id="a format unknown to us"
        ),
        pytest.param("text/xml", SVG, b"<svg/>", IMAGES, "image/svg+xml", id="SVG by its bytes"),
        pytest.param(
            "image/jpeg", None, PDF, ("application/pdf",), "application/pdf", id="PDF, by its name"
        ),
        pytest.param(None, None, b"8BPS", PSD, "image/vnd.adobe.photoshop", id="PSD, by its name"),
        pytest.param(None, None, MP4, ("image/*", "video/*"), "video/mp4", id="a film, by kind"),
        pytest.param("text/html", None, MP4, ALL, "video/mp4", id="a film, all admitted"),
        pytest.param(
            "text/css; charset=utf-8", None, b"a{}", ALL, "text/css", id="an asset admitted"
        ),
        pytest.param(
            None,
            None,
            b"\x01\x02",
            ALL,
            "application/octet-stream",
            id="nobody knows, all admitted",
        ),
    ],
)
def test_served(
    declared: str | None, facts: Facts | None, start: bytes, types: tuple[str, ...], served: str
) -> None:
    assert served_type(declared, facts, start, types) == served


@pytest.mark.parametrize(
    ("declared", "facts", "start", "types"),
    [
        pytest.param("image/png", None, b"", IMAGES, id="an empty body"),
        pytest.param("image/png", None, b"<html>", IMAGES, id="a page called a picture"),
        pytest.param(
            "image/x-tga", None, b"\xef\xbb\xbf <svg>", IMAGES, id="markup under a rare name"
        ),
        pytest.param("image/jpeg", None, b"GIF8", IMAGES, id="a known format that it is not"),
        pytest.param("image/heic", None, b"\0\0\0\x1cftyp", IMAGES, id="a HEIC without a size"),
        pytest.param("text/plain", SVG, b"<svg/>", ("image/png",), id="SVG not admitted"),
        pytest.param("image/jpeg", None, PDF, IMAGES, id="PDF called a picture"),
        pytest.param("image/x-photoshop", None, b"8BPS", IMAGES, id="PSD, by the wildcard"),
        pytest.param("image/png", None, b"8BPS", ("image/png",), id="PSD called PNG"),
        pytest.param("video/mp4", None, MP4, IMAGES, id="a film"),
        pytest.param("video/mp4", None, PDF, ("video/mp4",), id="PDF called a film"),
        pytest.param("image/svg+xml", None, b"\x00s", ALL, id="active content, all admitted"),
        pytest.param("text/html", None, b"hello", ALL, id="a page, all admitted"),
        pytest.param("text/javascript", None, b"alert(1)", ALL, id="a script, all admitted"),
        pytest.param("multipart/x-mixed-replace", None, b"--x", ALL, id="a stream of pictures"),
        pytest.param("text/css", None, b"a{}", IMAGES, id="an asset not admitted"),
        pytest.param(None, None, b"\x01\x02", IMAGES, id="nobody knows what it is"),
        pytest.param("image/png", PNG, b"\x89PNG", ("text/css",), id="pictures not admitted"),
    ],
)
def test_not_served(
    declared: str | None, facts: Facts | None, start: bytes, types: tuple[str, ...]
) -> None:
    with pytest.raises(NotServedType):
        served_type(declared, facts, start, types)
