"""The store, opened for a command: what is there, what is not, and no directory made by looking."""

from pathlib import Path

import pytest

from proxy.cli.opened import store_of, with_store
from proxy.settings import Cache, Settings
from proxy.stores.store import Store
from tests.stores.makers import body, opened, put


def settings(folder: Path) -> Settings:
    return Settings(cache=Cache(dir=str(folder)))


async def test_what_is_kept_is_seen(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await put(store, "o-a", body(1))
    async with store_of(settings(tmp_path)) as store:
        assert await store.look_up("o-a") is not None


async def test_where_nothing_is_kept_nothing_is_found_or_made(tmp_path: Path) -> None:
    async with store_of(settings(tmp_path / "none")) as store:
        assert await store.look_up("o-a") is None
    assert not (tmp_path / "none").exists()


def test_a_command_without_a_store_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def work(_: Store) -> int:
        raise AssertionError("there is nothing to work on")

    assert with_store(settings(tmp_path / "none"), work) == 1
    assert "nothing was ever kept" in capsys.readouterr().err


def test_a_commands_code_is_passed_on(tmp_path: Path) -> None:
    async def work(_: Store) -> int:
        return 3

    assert with_store(settings(tmp_path), work) == 3
