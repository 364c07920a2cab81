"""HTTP's rules over sockets: variants, ranges, and what a reader waits for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes.house import HOST, House, serving, settings_for
from tests.fakes.pictures import noise, quadrants, saved
from tests.fakes.raw_origin import Answer, RawOrigin, answer, raw_origin

pytestmark = pytest.mark.slow

SMALL = saved(quadrants(40, 30), "PNG")
LARGE = saved(noise(1400, 1000), "PNG")
TARGET = f"/?http://{HOST}/a.png"


def said(*lines: str, body: bytes = SMALL, wait_s: float = 0.0) -> Answer:
    head = "\r\n".join(("HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *lines, "", ""))
    return answer(*((b"",) if wait_s else ()), head.encode() + body, gap_s=wait_s)


@asynccontextmanager
async def asked(
    tmp_path: Path, *answers: Answer, **cache: object
) -> AsyncIterator[tuple[RawOrigin, House]]:
    more = {"cache": {"remember_failures": False, **cache}}
    async with (
        raw_origin(*answers) as origin,
        serving(settings_for(tmp_path / "cache", origin.port, more)) as house,
    ):
        yield origin, house


async def status_of(house: House, **headers: str) -> str:
    async with house.get(TARGET, headers=headers) as reply:
        assert await reply.read() == SMALL
        return str(reply.headers["Cache-Status"])


async def test_variants_stand_side_by_side(tmp_path: Path) -> None:
    varying = said("Cache-Control: max-age=60", "Vary: Foo, Accept")
    async with asked(tmp_path, varying, pass_request_headers=["foo"]) as (origin, house):
        assert "fwd=uri-miss" in await status_of(house, Foo="1")
        assert "fwd=vary-miss" in await status_of(house, Foo="2")
        for value in ("1", "2", " 1 "):
            assert "hit" in await status_of(house, Foo=value, Accept="image/webp")
        assert "fwd=vary-miss" in await status_of(house)
        assert len(origin.requests) == 3
        assert b"foo: 2" in origin.requests[1].lower()


async def test_a_reader_cannot_make_variants_by_default(tmp_path: Path) -> None:
    varying = said("Cache-Control: max-age=60", "Vary: Foo")
    async with asked(tmp_path, varying) as (origin, house):
        await status_of(house, Foo="1")
        assert "hit" in await status_of(house, Foo="2")
        assert b"foo" not in origin.requests[0].lower()


@pytest.mark.parametrize("body", [SMALL, LARGE], ids=["from memory", "from disk"])
@pytest.mark.parametrize(
    ("first", "last"),
    [(0, 0), (0, 99), (50, None), (None, 7), (262_143, 262_144), (524_288, 600_000)],
)
async def test_a_range_is_cut_from_the_stored_body(
    tmp_path: Path, body: bytes, first: int | None, last: int | None
) -> None:
    start = len(body) - (last or 0) if first is None else first
    end = len(body) if first is None or last is None else last + 1
    wanted = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    async with asked(tmp_path, said("Cache-Control: max-age=60", body=body)) as (origin, house):
        for _ in range(2):
            async with house.get(TARGET, headers={"Range": wanted}) as reply:
                found = await reply.read()
            assert reply.status == (206 if start < len(body) else 416)
            if reply.status == 206:
                assert found == body[start:end]
                shown = f"bytes {start}-{min(end, len(body)) - 1}/{len(body)}"
                assert reply.headers["Content-Range"] == shown
            else:
                assert reply.headers["Content-Range"] == f"bytes */{len(body)}"
        assert len(origin.requests) == 1
        assert b"range" not in origin.requests[0].lower()


@pytest.mark.parametrize(
    ("control", "stale_wait", "detail"),
    [
        pytest.param("max-age=0", "50ms", "revalidating", id="a slow origin costs stale_wait"),
        pytest.param(
            "max-age=0, stale-while-revalidate=60", "30s", "revalidating", id="or nothing at all"
        ),
        pytest.param("max-age=0", "30s", "fwd=stale", id="a patient operator's reader waits"),
        pytest.param("max-age=0, must-revalidate", "50ms", "fwd=stale", id="stale is forbidden"),
    ],
)
async def test_what_a_stale_copy_spares(
    tmp_path: Path, control: str, stale_wait: str, detail: str
) -> None:
    lines = (f"Cache-Control: {control}",)
    answers = said(*lines), said(*lines, wait_s=0.3)
    async with asked(tmp_path, *answers, stale_wait=stale_wait) as (_, house):
        await status_of(house)
        assert detail in await status_of(house)


async def test_what_the_operator_lets_pass(tmp_path: Path) -> None:
    lines = ("Cache-Control: max-age=60", "X-Foo: 1", "Set-Cookie: a=b", "Expires: 0")
    async with (
        asked(tmp_path, said(*lines), pass_response_headers=["*"]) as (_, house),
        house.get(TARGET) as reply,
    ):
        assert reply.headers["X-Foo"] == "1"
        assert reply.headers["Expires"] == "0"
        assert reply.headers["Cache-Control"] == "max-age=60"
        assert "Set-Cookie" not in reply.headers
