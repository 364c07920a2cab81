"""The shared corpus, all of it, through the front door: as its manifest says, and no harm done.

``-s`` shows what became of each class. Skips where ``../shared`` is absent.
"""

import asyncio
import csv
import re
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from mimetypes import MimeTypes
from urllib.parse import quote

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from PIL import Image, ImageOps
from yarl import URL

from proxy.demo.publisher import serve
from proxy.settings import Images
from tests.fakes.family import lost_workers, memory_bytes, picture_workers
from tests.fakes.house import HOST
from tests.fakes.pictures import STILLS, STORED, animated, noise, quadrants, saved
from tests.fakes.program import program
from tests.fakes.rare import heic, jxl
from tests.whole.conftest import SHARED

CORPUS = SHARED / "corpus"
MANIFEST = CORPUS / "manifest.csv"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not MANIFEST.exists(), reason="no ../shared/corpus here"),
]

AT_ONCE = 2  # as many as there are picture workers: nobody waits in the queue
SLACK_S = 1.0
REFUSED = {413, 415, 422}  # service.md, Answers: over pixels, no served type, not decodable
NEVER = {500, 502, 503}  # our bug, an origin's, our fullness: none is the picture's doing
BOX = (400, 300)
GROWTH = 1.10
GRID = (12, 12)  # pixels that show how a picture stands
NOT_IMAGE = "not-image"
OTHER_COLOURS = "icc-channel-swap"  # its grey levels are not those of the stored picture
BAD_LEVELS = ("error", "critical")
ACTIVE = re.compile(rb"<script|<foreignobject|\son\w+\s*=|javascript:", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the manifest."""

    file: str
    kind: str
    size: tuple[int, int] | None  # as stored
    orientation: int
    expected: str
    firm: bool

    @property
    def upright(self) -> tuple[int, int] | None:
        """Return the size as it is to be seen; values beyond 8 mean nothing (TIFF 6)."""
        if self.size and 5 <= self.orientation <= 8:
            return self.size[1], self.size[0]
        return self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer as it came."""

    status: int
    content_type: str
    policy: str  # Content-Security-Policy
    body: bytes
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What the service said to everything, and what it cost."""

    rows: list[Row]
    originals: dict[str, Told]
    thumbnails: dict[str, Told]
    memory: tuple[int, int]  # bytes before and after
    workers: tuple[int, int]
    gone: int  # worker processes of the beginning that are no longer there
    lost: int  # as the metric tells
    errors: list[str]


def manifest() -> list[Row]:
    with MANIFEST.open(newline="") as lines:
        return [
            Row(
                file=line["file"],
                kind=line["class"],
                size=(int(line["width"]), int(line["height"])) if line["width"] else None,
                orientation=int(line["orientation"] or 1),
                expected=line["expected"],
                firm=line["firm"] == "yes",
            )
            for line in csv.DictReader(lines)
        ]


@asynccontextmanager
async def host_of_files(more: Mapping[str, bytes]) -> AsyncIterator[int]:
    """Serve the corpus, and ``more``, as a plain host does: the type guessed by the name."""
    kinds = MimeTypes()  # Python's own table, whatever the machine has

    async def answer(request: web.Request) -> web.Response:
        name = request.match_info["file"]
        guess = kinds.guess_type(name)[0] or "application/octet-stream"
        body = more.get(name) or (CORPUS / name).read_bytes()
        return web.Response(body=body, content_type=guess)

    app = web.Application()
    app.router.add_get("/{file:.+}", answer)
    async with serve(app) as port:
        yield port


async def ask(client: aiohttp.ClientSession, url: str) -> Told:
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with client.get(URL(url, encoded=True)) as answer:
        body = await answer.read()
        return Told(
            status=answer.status,
            content_type=answer.headers.get("Content-Type", ""),
            policy=answer.headers.get("Content-Security-Policy", ""),
            body=body,
            seconds=loop.time() - began,
        )


async def ask_all(base: str, prefix: str, names: Iterable[str]) -> dict[str, Told]:
    """Return what was said to each name."""
    gate = asyncio.Semaphore(AT_ONCE)
    told = {}

    async def one(client: aiohttp.ClientSession, name: str) -> None:
        async with gate:
            told[name] = await ask(client, f"{base}{prefix}http://{HOST}/{quote(name)}")

    async with aiohttp.ClientSession() as client:
        await asyncio.gather(*(one(client, name) for name in names))
    return told


def warmers() -> dict[str, bytes]:
    """Return pictures that use every decoder, a large one and an animation among them."""
    return {
        **{f"warm/{number}": data for number, data in enumerate(STILLS.values())},
        "warm/large": saved(noise(1000, 750).resize((6000, 4500)), "JPEG"),
        "warm/larger": saved(quadrants(6000, 4500), "PNG"),
        "warm/heic": heic(quadrants(1024, 768)),
        "warm/jxl": jxl(quadrants()),
        "warm/svg": b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="4" height="4"/></svg>',
        "warm/moving": animated("GIF", frames=60, width=600, height=600),
    }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def run(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Run]:
    """Ask a service for everything, once."""
    rows, warm = manifest(), warmers()
    names = sorted((row.file for row in rows), key=lambda name: not name.startswith("bomb"))
    cache = tmp_path_factory.mktemp("corpus") / "cache"
    env = {"IMAGE_PROXY_LOG__ACCESS": "false", "IMAGE_PROXY_CACHE__MEMORY": "0 B"}
    async with host_of_files(warm) as port, program(cache, port, workers=1, env=env) as running:
        for preset in ("/thumbnail/?", "/headimg/?", "/info/?"):  # so that either worker has work
            shown = await ask_all(running.base, preset, warm)
            assert {told.status for told in shown.values()} == {200}
        memory, workers = memory_bytes(running.pid), picture_workers(running.pid)
        originals = await ask_all(running.base, "/?", names)
        thumbnails = await ask_all(running.base, "/thumbnail/?", names)
        there = picture_workers(running.pid)
        gone = len(set(workers) - set(there))
        done = Run(
            rows=rows,
            originals=originals,
            thumbnails=thumbnails,
            memory=(memory, memory_bytes(running.pid)),
            workers=(len(workers), len(there)),
            gone=gone,
            lost=await lost_workers(running.base, gone),
            errors=[str(line) for line in running.lines if line.get("level") in BAD_LEVELS],
        )
    sys.stdout.write(f"\n{table(done)}\n")
    yield done


def statuses(told: Iterable[Told]) -> str:
    counted = sorted(Counter(one.status for one in told).items())
    return " ".join(f"{status}×{count}" for status, count in counted)


def table(run: Run) -> str:
    """Return what became of each class, and what it cost, as text."""
    files = defaultdict(list)
    for row in run.rows:
        files[row.kind].append(row.file)
    lines = [f"{'class':26}{'files':>5}  {'originals':24}thumbnails"]
    for kind, names in sorted(files.items()):
        originals = statuses(run.originals[name] for name in names)
        thumbnails = statuses(run.thumbnails[name] for name in names)
        lines.append(f"{kind:26}{len(names):5}  {originals:24}{thumbnails}")
    told = [*run.originals.values(), *run.thumbnails.values()]
    before, after = (size / 2**20 for size in run.memory)
    lines.append(
        f"{'all':26}{len(run.rows):5}  {statuses(run.originals.values()):24}"
        f"{statuses(run.thumbnails.values())}\n"
        f"slowest {max(one.seconds for one in told):.2f} s; {run.lost} workers lost, "
        f"{run.workers[1]} of {run.workers[0]} there; {before:.0f} MiB before, {after:.0f} after"
    )
    return "\n".join(lines)


def firm(run: Run, expected: str) -> Iterator[tuple[Row, Told]]:
    """Return each row whose outcome is not a matter of policy, with what its thumbnail got."""
    for row in run.rows:
        if row.firm and row.expected == expected:
            yield row, run.thumbnails[row.file]


def test_the_manifest_is_whole(run: Run) -> None:
    assert len(run.rows) == len(run.thumbnails) == len(run.originals) == 353


def test_what_has_to_be_shown_is_shown(run: Run) -> None:
    originals = {row.file: run.originals[row.file].status for row, _ in firm(run, "ok")}
    thumbnails = {row.file: told.status for row, told in firm(run, "ok")}
    assert {name: status for name, status in originals.items() if status != 200} == {}
    assert {name: status for name, status in thumbnails.items() if status != 200} == {}


def test_what_has_to_be_refused_is_refused(run: Run) -> None:
    found = {row.file: told.status for row, told in firm(run, "reject")}
    assert {name: status for name, status in found.items() if status not in REFUSED} == {}


def test_what_is_no_picture_is_not_relayed_either(run: Run) -> None:
    found = {row.file: run.originals[row.file].status for row in run.rows if row.kind == NOT_IMAGE}
    assert {name: status for name, status in found.items() if status != 415} == {}


def test_nothing_makes_the_service_fail(run: Run) -> None:
    told = [*run.originals.items(), *run.thumbnails.items()]
    assert {(name, one.status) for name, one in told if one.status in NEVER} == set()
    assert run.errors == []


def test_everybody_is_answered_in_time(run: Run) -> None:
    told = [*run.originals.items(), *run.thumbnails.items()]
    bound_s = Images().deadline + SLACK_S
    assert {(name, one.seconds) for name, one in told if one.seconds > bound_s} == set()


def test_thumbnails_have_their_size(run: Run) -> None:
    found = {
        row.file: (opened(told.body).size, size)
        for row, told in firm(run, "ok")
        if row.upright and opened(told.body).size != (size := cover(row.upright))
    }
    assert found == {}


def test_originals_are_the_same_bytes(run: Run) -> None:
    for row, _ in firm(run, "ok"):
        assert run.originals[row.file].body == (CORPUS / row.file).read_bytes(), row.file


def test_the_type_is_the_bytes_own(run: Run) -> None:
    told = [told for row, told in firm(run, "ok")] + [
        run.originals[row.file] for row, _ in firm(run, "ok")
    ]
    for one in told:
        image = opened(one.body)
        kind = "JPEG" if image.format == "MPO" else image.format  # Pillow's name for a JPEG of two
        assert one.content_type == Image.MIME[kind or ""]


def test_thumbnails_stand_upright(run: Run) -> None:
    found = {
        row.file: stands
        for row, told in firm(run, "ok")
        if row.kind != OTHER_COLOURS and (stands := turn_of(told.body, upright_pixels(row))) != 1
    }
    assert found == {}


def test_no_script_is_served(run: Run) -> None:
    for row in run.rows:
        for told in (run.originals[row.file], run.thumbnails[row.file]):
            if told.status == 200 and told.content_type == "image/svg+xml":
                assert not ACTIVE.search(told.body), row.file
                assert "sandbox" in told.policy, row.file


def test_the_workers_are_at_full_strength_and_none_was_lost_unnoticed(run: Run) -> None:
    assert run.workers == (AT_ONCE, AT_ONCE)
    assert run.gone <= run.lost


def test_the_memory_is_given_back(run: Run) -> None:
    before, after = run.memory
    assert after <= GROWTH * before


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def cover(upright: tuple[int, int]) -> tuple[int, int]:
    """Return the size of a cover of BOX that enlarges nothing (service.md, "Never enlarged")."""
    shrink = min(1.0, upright[0] / BOX[0], upright[1] / BOX[1])
    return max(1, round(BOX[0] * shrink)), max(1, round(BOX[1] * shrink))


def upright_pixels(row: Row) -> Image.Image:
    """Return the picture as it should be seen, cut to the thumbnail's part of it.

    Of a series that shows one scene in eight orientations it is the one stored upright.
    """
    path = CORPUS / re.sub(r"(Landscape|Portrait)_\d", r"\1_1", row.file)
    with Image.open(path) as image:
        whole = ImageOps.exif_transpose(image)
        return ImageOps.fit(whole.convert("RGBA"), cover(whole.size))


def turn_of(data: bytes, upright: Image.Image) -> int:
    """Return the orientation (1 to 8) of which a picture looks most; 1 where several are alike."""
    shown = small(opened(data))
    distances = {
        orientation: distance(shown, small(upright if turn is None else upright.transpose(turn)))
        for orientation, turn in STORED.items()
    }
    return min(distances, key=lambda orientation: (distances[orientation], orientation))


def small(image: Image.Image) -> bytes:
    """Return the grey levels of a grid, laid on white."""
    clear = image.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    grey = Image.alpha_composite(white, clear).convert("L")
    return grey.resize(GRID, Image.Resampling.BOX).tobytes()


def distance(one: bytes, other: bytes) -> int:
    """Return how much two grids differ: the mean grey level, in whole levels."""
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) // len(one)
