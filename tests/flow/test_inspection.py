"""What came, judged by its bytes: what is served, what the answer is instead, what is a lie."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from proxy.errors import (
    OriginRefused,
    QueueFull,
)
from proxy.flow.inspection import Inspection
from proxy.images.fingerprint import fingerprint
from proxy.images.limits import Limits
from proxy.model.arrival import Arrival
from proxy.model.entry import Head, Times
from proxy.model.headers import Headers
from proxy.settings import Images, Settings
from tests.fakes.pictures import holed, quadrants, saved
from tests.fakes.raw_origin import Answer
from tests.flow.rig import (
    ETAG,
    HTML,
    JPEG,
    MINUTE,
    PNG,
    ask,
    closes,
    left_over,
    says,
    scene,
)
from tests.images.test_fingerprint import notice

WHOLE = says(PNG, ETAG, MINUTE)


@pytest.mark.parametrize(
    ("said", "media_type"),
    [
        pytest.param(says(PNG, "Content-Type: text/html"), "image/png", id="by the bytes"),
        pytest.param(says(JPEG), "image/jpeg", id="without a type"),
        pytest.param(says(b"new!", "Content-Type: image/new"), "image/new", id="an unknown one"),
        pytest.param(closes(PNG), "image/png", id="the connection's end after the picture's"),
        pytest.param(says(PNG + b"more"), "image/png", id="bytes after the end"),
    ],
)
async def test_a_picture_is_stored_as_what_it_is(
    tmp_path: Path, said: Answer, media_type: str
) -> None:
    async with scene(tmp_path, said) as (parts, _):
        taken = await ask(parts)
        assert (taken.entry.media_type, taken.stored) == (media_type, True)
        assert await parts.held() == taken.entry


async def test_types_are_the_operators(tmp_path: Path) -> None:
    said = says(b"body{}", "Content-Type: text/css")
    async with scene(tmp_path, said, more={"access": {"types": ["*"]}}) as (parts, _):
        assert (await ask(parts)).entry.media_type == "text/css"


@pytest.mark.parametrize("status", [203, 404, 410, 500, 503])
async def test_a_picture_is_relayed_with_any_status(tmp_path: Path, status: int) -> None:
    async with scene(tmp_path, says(PNG, MINUTE, status=status)) as (parts, _):
        taken = await ask(parts)
        assert (taken.entry.head.status, taken.stored) == (status, True)
        assert await parts.bytes_of(taken.entry) == PNG


# Placeholders by how they look.

NOTICE = saved(notice(), "PNG")
LOOK = fingerprint(NOTICE, Limits.of(Images()))
LOOKS = {"access": {"placeholders": [f"phash:{LOOK:016x}"]}}


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
async def test_a_placeholder_is_known_in_another_size_and_format(tmp_path: Path, form: str) -> None:
    other = saved(notice().resize((300, 188)), form)
    async with scene(tmp_path, says(other, MINUTE), more=LOOKS, backend="disk") as (parts, _):
        with pytest.raises(OriginRefused, match="looks like a known placeholder"):
            await ask(parts)
        assert await parts.held() is None
        assert not left_over(tmp_path)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(says(saved(holed(), "PNG"), MINUTE), id="another picture"),
        pytest.param(says(NOTICE + bytes(256 << 10), MINUTE), id="too large for a notice"),
        pytest.param(says(NOTICE[:60], MINUTE), id="what cannot be decoded"),
        pytest.param(says(b"new!", "Content-Type: image/new"), id="no picture we know"),
    ],
)
async def test_what_only_might_be_a_placeholder_passes(tmp_path: Path, said: Answer) -> None:
    async with scene(tmp_path, said, more=LOOKS) as (parts, _):
        assert (await ask(parts)).status == 200


async def test_a_full_queue_says_so_and_keeps_nothing(tmp_path: Path) -> None:
    async def full(_: bytes) -> int:
        raise QueueFull("no room")

    async with scene(tmp_path, WHOLE, more=LOOKS, backend="disk", fingerprint=full) as (parts, _):
        with pytest.raises(QueueFull):
            await ask(parts)
        assert await parts.held() is None


# By the first bytes.

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><rect/></svg>'


def arrived(length: int | None = 1 << 20, *lines: tuple[str, str]) -> Arrival:
    """Return an answer of which the beginning is here."""

    async def nothing() -> AsyncIterator[bytes]:
        yield b""

    return Arrival(
        head=Head(status=200, headers=Headers(lines)),
        times=Times(requested_at=1.0, received_at=2.0),
        chunks=nothing(),
        length=length,
        framed=True,
    )


def inspection(more: Mapping[str, Any] | None = None) -> Inspection:
    """Return one that cannot look at pictures."""

    async def nobody(_: bytes) -> Any:  # noqa: ANN401  # never called
        raise AssertionError

    settings = Settings.model_validate(more or {})
    return Inspection(settings, clean=nobody, fingerprint=nobody)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF", "ICO"])
def test_a_raster_picture_is_known_by_its_beginning(form: str) -> None:
    data = saved(quadrants(200, 100), form)
    found = inspection().recognised(arrived(1 << 20, ("Content-Type", "text/html")), data)
    assert found is not None
    facts, media_type = found
    assert facts.format.value == form.lower()
    assert media_type == facts.format.media_type


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(SVG, id="a drawing"),
        pytest.param(b"\xef\xbb\xbf <!-- a --> " + SVG, id="a drawing behind a comment"),
        pytest.param(HTML, id="a page"),
        pytest.param(b"8BPS\0\1", id="what is no web picture"),
        pytest.param(PNG[:12], id="too little of a picture"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_else_is_not_known_by_its_beginning(start: bytes) -> None:
    declared = arrived(1 << 20, ("Content-Type", "image/png"))
    assert inspection({"access": {"types": ["*"]}}).recognised(declared, start) is None


def test_what_is_not_served_is_not_recognised() -> None:
    only = inspection({"access": {"types": ["image/webp"]}})
    assert only.recognised(arrived(), PNG) is None
    assert only.recognised(arrived(), saved(quadrants(), "WEBP")) is not None


def test_what_may_look_like_a_placeholder_is_not_recognised() -> None:
    wary = inspection({"access": {"placeholders": ["phash:0123456789abcdef"]}})
    assert wary.recognised(arrived(256 << 10), PNG) is None
    assert wary.recognised(arrived((256 << 10) + 1), PNG) is not None
    assert wary.recognised(arrived(None), PNG) is None
