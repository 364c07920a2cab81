"""A mirror run that is killed again and again, and one of thousands of pictures."""

import json
from pathlib import Path

import pytest

from proxy.cli.opened import store_of
from proxy.mirror.ledger import Ledger, path_of
from tests.fakes import mirroring
from tests.fakes.house import HOST, settings_for
from tests.mirror.blog import blog

pytestmark = pytest.mark.slow


async def pinned(cache: Path) -> set[str]:
    """Return the paths of what the index says is pinned."""
    async with store_of(settings_for(cache, 1)) as store:
        page = await store.entries(limit=10_000)
        return {
            entry.source.removeprefix(f"http://{HOST}") for entry in page.entries if entry.pinned
        }


@pytest.mark.timeout(240)
async def test_killed_on_the_way_nothing_that_is_committed_is_asked_again(tmp_path: Path) -> None:
    n_sources, per_host, kills = 60, 4, 6
    async with blog(takes_s=0.02) as origin:
        for kill in range(kills):
            committed, before = await pinned(tmp_path), len(origin.asked)
            origin.target = before + 9
            origin.reached.clear()
            run = await mirroring.start(tmp_path, origin.port, n_sources, per_host)
            await origin.reached.wait()
            run.kill()
            await run.communicate()
            assert not committed & set(origin.asked[before:]), f"before kill {kill}"
        committed, before = await pinned(tmp_path), len(origin.asked)
        run = await mirroring.start(tmp_path, origin.port, n_sources, per_host)
        said = json.loads((await run.communicate())[0])
        assert not committed & set(origin.asked[before:])
    assert said["exit_code"] == 0
    assert len(await pinned(tmp_path)) == len(set(origin.asked)) == n_sources
    assert len(origin.asked) <= n_sources + kills * per_host
    ledger = Ledger.read(path_of(settings_for(tmp_path, 1).cache))
    assert ledger.last(f"http://{HOST}/59.png") is not None


@pytest.mark.timeout(240)
async def test_two_thousand_pictures_take_little_memory(tmp_path: Path) -> None:
    async with blog() as origin:
        for state in ("pinned", "already"):
            run = await mirroring.start(tmp_path, origin.port, 2000, 8)
            said = json.loads((await run.communicate())[0])
            assert (said["exit_code"], said[state]) == (0, 2000)
            assert said["peak_mib"] < 200
    assert len(origin.asked) == 2000
