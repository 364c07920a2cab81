"""A cut answer in every form a connection can cut it: never stored, never taken for a picture."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.fakes.house import HOST, House, serving, settings_for
from tests.fakes.pictures import noise, quadrants, saved
from tests.fakes.raw_origin import Answer, End, RawOrigin, answer, raw_origin
from tests.stores.makers import files, opened

pytestmark = pytest.mark.slow

LARGE = 256 << 10  # from here on a miss may be streamed to its first reader (design §7)
NOISE = noise(640, 480)
PICTURES = {
    "/a.jpg": saved(quadrants(600, 400), "JPEG"),
    "/a.png": saved(quadrants(600, 400), "PNG"),
    "/a.gif": saved(quadrants(600, 400), "GIF"),
    "/a.webp": saved(quadrants(600, 400), "WEBP"),
    "/large.jpg": saved(NOISE, "JPEG", quality=95),
    "/large.png": saved(NOISE, "PNG"),
    "/large.gif": saved(NOISE, "GIF"),
    "/large.webp": saved(NOISE, "WEBP", lossless=True),
}
CHUNK = 1000


def head(*lines: str) -> bytes:
    stale = ("Cache-Control: max-age=0", 'ETag: "a"')  # a copy is held, and asked for each time
    return "\r\n".join(("HTTP/1.1 200 OK", *lines, *stale, "", "")).encode()


def sized(body: bytes, length: int, end: End = End.CLOSE) -> Answer:
    return answer(head(f"Content-Length: {length}") + body, end=end)


def chunked(body: bytes, end: bytes) -> Answer:
    parts = [body[at : at + CHUNK] for at in range(0, len(body), CHUNK)]
    data = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
    return answer(head("Transfer-Encoding: chunked") + data + end, end=End.CLOSE)


def until_closed(body: bytes) -> Answer:
    return answer(head("Connection: close") + body, end=End.CLOSE)


def part(body: bytes, share: float) -> bytes:
    return body[: int(len(body) * share)]


Form = Callable[[bytes], Answer]
FORMS: dict[str, Form] = {
    "a length larger than the whole picture": lambda body: sized(body, len(body) + 100),
    "a length, and half of it": lambda body: sized(part(body, 0.5), len(body)),
    "a length, and all but a byte": lambda body: sized(body[:-1], len(body)),
    "a reset in mid body": lambda body: sized(part(body, 0.5), len(body), End.RESET),
    "chunks, cut in the data": lambda body: chunked(part(body, 0.5), b"3e8\r\nabc"),
    "chunks, cut in a size line": lambda body: chunked(part(body, 0.5), b"3e"),
    "chunks, cut after a size line": lambda body: chunked(part(body, 0.5), b"3e8\r\n"),
    "all chunks but the last": lambda body: chunked(body, b""),
    "the last chunk, cut": lambda body: chunked(body, b"0\r\n"),
    "closed at a quarter": lambda body: until_closed(part(body, 0.25)),
    "closed at half": lambda body: until_closed(part(body, 0.5)),
    "closed a byte before the end": lambda body: until_closed(body[:-1]),
}


@asynccontextmanager
async def asked(cache: Path) -> AsyncIterator[tuple[RawOrigin, House]]:
    more = {"cache": {"remember_failures": False}}
    async with (
        raw_origin() as origin,
        serving(settings_for(cache, origin.port, more)) as house,
    ):
        yield origin, house


async def seen(house: House, target: str) -> tuple[int, bytes | None]:
    """Return what a client sees: a status, and a body unless that was cut off for it to notice."""
    try:
        async with house.get(target) as reply:
            return reply.status, await reply.read()
    except aiohttp.ClientPayloadError:
        return 200, None


async def stored_in(cache: Path) -> int:
    """Return how many entries a store holds that nobody has open."""
    async with opened(cache) as store:
        return store.state().originals + store.state().pictures


def test_the_large_are_large() -> None:
    assert all((len(body) >= LARGE) == ("large" in name) for name, body in PICTURES.items())


@pytest.mark.parametrize("form", FORMS)
async def test_a_cut_answer_is_never_stored(tmp_path: Path, form: str) -> None:
    cache = tmp_path / "cache"
    async with asked(cache) as (origin, house):
        for name, body in PICTURES.items():
            origin.answers = [FORMS[form](body)]
            for path in ("/", "/thumbnail/"):
                status, found = await seen(house, f"{path}?http://{HOST}{name}")
                assert status == 502 or (status == 200 and found is None), (name, path, status)
        assert len(origin.requests) >= 2 * len(PICTURES)
    assert files(cache / "blobs") == []
    assert files(cache / "drafts") == []
    assert await stored_in(cache) == 0


@pytest.mark.parametrize("form", FORMS)
async def test_a_cut_answer_never_replaces_a_good_copy(tmp_path: Path, form: str) -> None:
    cache = tmp_path / "cache"
    async with asked(cache) as (origin, house):
        for name, body in PICTURES.items():
            target = f"/?http://{HOST}{name}"
            origin.answers = [sized(body, len(body))]
            assert await seen(house, target) == (200, body), name
            origin.answers = [FORMS[form](body)]
            before = len(origin.requests)
            for _ in range(2):
                assert await seen(house, target) == (200, body), name
            assert len(origin.requests) == before + 2  # it was asked, and not believed
    assert await stored_in(cache) == len(PICTURES)
    assert len(files(cache / "blobs")) == len(PICTURES)
