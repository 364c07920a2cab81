"""Types are judged by bytes; the origin's word is the last resort."""

import pytest

from proxy.errors import NotServedType
from proxy.model.picture import Facts, Format
from proxy.rules.types import served_type

PNG = Facts(format=Format.PNG, width=1, height=1)
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
            "image/jxl", None, b"\xff\x0a", IMAGES, "image/jxl", id="a format unknown to us"
        ),
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
            "image/jxl", None, b"\xef\xbb\xbf <svg>", IMAGES, id="markup under a rare name"
        ),
        pytest.param("image/jpeg", None, b"GIF8", IMAGES, id="a known format that it is not"),
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
