"""``cache``: what is kept is told, checked and purged; exit codes, and JSON for machines."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from proxy.cli.cache import fingerprint, list_, purge, stats, verify
from proxy.errors import SettingsError
from proxy.settings import Settings
from tests.fakes.pictures import STILLS
from tests.stores.makers import blob_of, body, entry, files, opened, put

NOTHING = {"originals": 0, "pictures": 0}


@dataclass(frozen=True, slots=True)
class Desk:
    """Settings in a file, and a cache that three entries of two addresses may be put into."""

    config: Path
    cache: Path
    capsys: pytest.CaptureFixture[str]

    async def fill(self) -> None:
        """Keep an original with its picture, and another original."""
        async with opened(self.cache) as store:
            await put(store, "o-a", body(1))
            await put(store, "p-a", body(2), parent="o-a")
            await put(store, "o-b", body(3))

    async def run(self, command: Callable[..., int], *words: str, **options: Any) -> int:  # noqa: ANN401  # a command's own
        """Run a command, which has a loop of its own, beside this one."""
        return await asyncio.to_thread(partial(command, *words, config=self.config, **options))

    async def told(self, command: Callable[..., int], *words: str, **options: Any) -> Any:  # noqa: ANN401  # a command's own
        """Return what a command that goes well says as JSON."""
        assert await self.run(command, *words, as_json=True, **options) == 0
        said = self.capsys.readouterr()
        assert said.err == ""
        return json.loads(said.out)


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    monkeypatch.setenv("COLUMNS", "120")
    config, cache = tmp_path / "config.toml", tmp_path / "cache"
    config.write_text(f'[cache]\ndir = "{cache}"\ndisk = "64 MiB"\n[server]\nport = 1\n')
    return Desk(config, cache, capsys)


# The addresses of tests/stores/makers.py; a picture has its original's only in the real flow.
A, P, B = (entry(key).source for key in ("o-a", "p-a", "o-b"))
HOST = entry("o-a").host


async def test_stats(desk: Desk) -> None:
    await desk.fill()
    told = await desk.told(stats)
    assert told.pop("disk_bytes") > 75_000
    assert told == {
        "dir": str(desk.cache),
        "bound_bytes": 64 << 20,
        "originals": 2,
        "pictures": 1,
        "degraded": False,
        "reason": "",
        "hosts": [{"host": HOST, "originals": 2, "pictures": 1, "body_bytes": 75_000}],
        "answers": None,
    }
    assert await desk.run(stats) == 0
    first, heads, row, last = desk.capsys.readouterr().out.splitlines()
    assert first.startswith(f"{desk.cache}: 1.")
    assert first.endswith(" MiB of 64.0 MiB, 2 originals, 1 picture")
    assert heads.split() == ["host", "originals", "pictures", "bytes"]
    assert row.split() == [HOST, "2", "1", "73.2", "KiB"]
    assert last == "no service of these settings answers: hit shares are its to tell"


async def test_stats_shows_what_a_running_service_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answers(_: object) -> dict[str, int]:
        return {"hit": 3, "uri-miss": 1}

    monkeypatch.setattr("proxy.cli.shares.answers", answers)
    await desk.fill()
    assert (await desk.told(stats))["answers"] == {"hit": 3, "uri-miss": 1}
    assert await desk.run(stats) == 0
    last = desk.capsys.readouterr().out.splitlines()[-1]
    assert last == "answers since the service started: hit 75.0 %, uri-miss 25.0 %"


async def test_a_degraded_store_is_exit_code_1_with_its_reason(desk: Desk) -> None:
    desk.cache.write_text("no directory")
    assert await desk.run(stats, as_json=True) == 1
    told = json.loads(desk.capsys.readouterr().out)
    assert told["degraded"]
    assert await desk.run(stats) == 1
    assert f"nothing new can be kept: {told['reason']}" in desk.capsys.readouterr().out


@pytest.mark.parametrize(
    "command",
    [list_, verify, partial(purge, everything=True)],
    ids=["list", "verify", "purge"],
)
@pytest.mark.parametrize("there", [True, False], ids=["a file in its place", "no directory"])
async def test_where_there_is_no_cache_is_exit_code_1(
    desk: Desk, command: Callable[..., int], *, there: bool
) -> None:
    if there:
        desk.cache.write_text("no directory")
    assert await desk.run(command) == 1
    said = desk.capsys.readouterr()
    assert said.out == ""
    *logged, last = said.err.splitlines()  # the store may say itself what is wrong
    assert last.startswith(f"cache.dir: {desk.cache}: ")
    assert bool(logged) <= there
    assert desk.cache.exists() == there, "looking at a cache makes none"


@pytest.mark.parametrize(
    ("options", "listed", "more"),
    [
        pytest.param({}, [A, B, P], False, id="all, by address"),
        pytest.param({"limit": 2}, [A, B], True, id="at most two"),
        pytest.param({"limit": 3}, [A, B, P], False, id="exactly all"),
        pytest.param({"host": HOST.upper()}, [A, B, P], False, id="of a host"),
        pytest.param({"host": "other.example"}, [], False, id="of another"),
        pytest.param({"prefix": f"HTTP://{HOST}/o"}, [A, B], False, id="that begin so"),
        pytest.param({"prefix": f"http://{HOST}/o", "host": "x.example"}, [], False, id="both"),
    ],
)
async def test_list(desk: Desk, options: dict[str, Any], listed: list[str], *, more: bool) -> None:
    await desk.fill()
    told = await desk.told(list_, **options)
    assert ([row["source"] for row in told["entries"]], told["more"]) == (listed, more)
    assert await desk.run(list_, **options) == 0
    said = desk.capsys.readouterr()
    assert [line.split()[-1] for line in said.out.splitlines()] == listed
    assert ("--limit" in said.err) == more


async def test_a_long_list_is_read_page_by_page(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.cli.cache._PAGE", 1)
    await desk.fill()
    told = await desk.told(list_)
    assert [row["source"] for row in told["entries"]] == [A, B, P]


async def test_verify_of_sound_things(desk: Desk) -> None:
    await desk.fill()
    told = await desk.told(verify)
    assert told == {"checked": 3, "damaged": 0, "missing": 0, "orphans": 0, "healed": 0}
    assert await desk.run(verify) == 0
    assert desk.capsys.readouterr().out == "3 checked: 0 damaged, 0 missing, 0 healed\n"


async def test_verify_finds_heals_and_is_exit_code_1(desk: Desk) -> None:
    await desk.fill()
    flipped, lost = (
        next(path for path in files(desk.cache) if path.name == blob_of(body(n)).digest)
        for n in (2, 3)  # an original with pictures made from it would stay, missing its body
    )
    flipped.chmod(0o600)
    flipped.write_bytes(bytes(25_000))
    lost.unlink()
    assert await desk.run(verify, as_json=True) == 1
    told = json.loads(desk.capsys.readouterr().out)
    assert told == {"checked": 3, "damaged": 1, "missing": 1, "orphans": 0, "healed": 2}
    assert (await desk.told(verify))["damaged"] == 0


async def test_verify_shows_its_progress_on_a_terminal(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.fill()
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert await desk.run(verify, as_json=True) == 0
    said = desk.capsys.readouterr()
    assert "checking" in said.err
    assert "3/3" in said.err
    assert json.loads(said.out)["checked"] == 3


@pytest.mark.parametrize(
    ("words", "options", "went", "left"),
    [
        pytest.param((A,), {}, (1, 0), [B, P], id="an address"),
        pytest.param((f"HTTP://{HOST}:80/x/../o-a.jpg#a",), {}, (1, 0), [B, P], id="or so"),
        pytest.param((f"https://cors.zfour.workers.dev/?{P}",), {}, (0, 1), [A, B], id="wrapped"),
        pytest.param((), {"prefix": f"http://{HOST}/o"}, (2, 0), [P], id="a prefix"),
        pytest.param((), {"host": HOST.upper()}, (2, 1), [], id="a host"),
        pytest.param((), {"everything": True}, (2, 1), [], id="all"),
        pytest.param((), {"host": "other.example"}, (0, 0), [A, B, P], id="what is not there"),
    ],
)
async def test_purge(
    desk: Desk,
    words: tuple[str, ...],
    options: dict[str, Any],
    went: tuple[int, int],
    left: list[str],
) -> None:
    await desk.fill()
    told = await desk.told(purge, *words, **options)
    assert (told["originals"], told["pictures"]) == went
    assert [row["source"] for row in (await desk.told(list_))["entries"]] == left
    assert await desk.told(purge, *words, **options) == NOTHING, "and again is no mistake"


async def test_purge_says_what_went(desk: Desk) -> None:
    await desk.fill()
    assert await desk.run(purge, f"https://cors.zfour.workers.dev/?{A}") == 0
    assert desk.capsys.readouterr().out == f"purged {A}: 1 original, 0 pictures\n"
    assert await desk.run(purge, everything=True) == 0
    assert desk.capsys.readouterr().out == "purged all: 1 original, 1 picture\n"


@pytest.mark.parametrize(
    ("words", "options", "said"),
    [
        ((), {}, "0 of URL, --host, --prefix and --all were given; give exactly one"),
        (("http://h/",), {"host": "h"}, "2 of URL"),
        ((), {"host": "h", "prefix": "http://h/", "everything": True}, "3 of URL"),
        ((), {"host": ""}, "--host: '' is no host"),
        (("nowhere",), {}, "URL: 'nowhere' is no http or https address; write it like 'http://"),
        (("\x1b[2J",), {}, r"URL: '\\x1b[2J' is no"),
        ((), {"prefix": "h/a"}, "--prefix: 'h/a' is no http or https address"),
    ],
)
async def test_a_wrong_use_purges_nothing(
    desk: Desk, words: tuple[str, ...], options: dict[str, Any], said: str
) -> None:
    await desk.fill()
    with pytest.raises(SettingsError) as raised:
        await desk.run(purge, *words, **options)
    assert raised.value.problems[0].startswith(said.replace("\\\\", "\\"))
    assert len((await desk.told(list_))["entries"]) == 3


@pytest.mark.parametrize("options", [{"host": "h:8080"}, {"prefix": "h"}], ids=str)
async def test_a_wrong_filter_of_a_list_is_named(desk: Desk, options: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="write it like"):
        await desk.run(list_, **options)


def test_a_fingerprint_is_printed_as_the_settings_take_it(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notice.png"
    file.write_bytes(STILLS["PNG"])
    assert fingerprint(file, config=desk.config) == 0
    said = capsys.readouterr().out.strip()
    assert Settings.model_validate({"access": {"placeholders": [said]}}).access.placeholders
    file.write_bytes(b"no picture")
    assert fingerprint(file, config=desk.config) == 1
    assert fingerprint(tmp_path / "none", config=desk.config) == 1
    assert str(tmp_path / "none") in capsys.readouterr().err
