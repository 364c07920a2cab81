"""What came, judged by its bytes: what is served, what the answer is instead, what is a lie."""

from pathlib import Path

import pytest

from proxy.errors import (
    OriginRefused,
    QueueFull,
)
from proxy.images.fingerprint import fingerprint
from proxy.images.limits import Limits
from proxy.settings import Images
from tests.fakes.pictures import holed, saved
from tests.fakes.raw_origin import Answer
from tests.flow.rig import (
    ETAG,
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
