"""Claims between processes: the kernel frees what a dead holder held."""

import asyncio
import errno
import fcntl
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from proxy.stores.claims import claim, same_file, try_lock
from tests.stores.makers import files
from tests.stores.rooms import failing

HOLDER = """
import asyncio, sys
from pathlib import Path
from proxy.stores.claims import claim

async def hold():
    async with claim(Path(sys.argv[1]), "key"):
        print("held", flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(hold())
"""


def holder(locks: Path) -> "subprocess.Popen[bytes]":
    """Another process that has the claim until its stdin is closed."""
    process = subprocess.Popen(  # noqa: S603  # our own text
        [sys.executable, "-c", HOLDER, str(locks)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


async def is_free(locks: Path, *, within_s: float) -> bool:
    try:
        async with asyncio.timeout(within_s), claim(locks, "key"):
            return True
    except TimeoutError:
        return False


@pytest.mark.slow
@pytest.mark.parametrize("killed", [True, False], ids=["killed", "ended"])
async def test_another_process_holds_it_until_it_goes(tmp_path: Path, *, killed: bool) -> None:
    with holder(tmp_path) as process:
        assert not await is_free(tmp_path, within_s=0.05)
        process.send_signal(signal.SIGKILL) if killed else process.communicate()
        process.wait()
        assert await is_free(tmp_path, within_s=5)


async def test_all_claims_are_of_one_file(tmp_path: Path) -> None:
    async with claim(tmp_path / "locks", "key"), claim(tmp_path / "locks", "another \udce9"):
        assert not await is_free(tmp_path / "locks", within_s=0.02)
    assert files(tmp_path) == [tmp_path / "locks" / "claims"]
    assert await is_free(tmp_path / "locks", within_s=1)


async def test_ending_another_claim_does_not_free_it(tmp_path: Path) -> None:
    async with claim(tmp_path, "key"):
        async with claim(tmp_path, "another"):
            pass
        assert not await is_free(tmp_path, within_s=0.02)


async def test_where_the_filesystem_has_no_locks_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fcntl, "fcntl", failing(errno.ENOLCK))
    async with claim(tmp_path, "key"), claim(tmp_path, "key"):
        pass


async def test_where_locks_cannot_be_made_it_goes_on(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("no folder")
    async with claim(tmp_path / "locks", "key"), claim(tmp_path / "locks", "key"):
        pass


async def test_a_failure_inside_frees_the_claim(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="inside"):
        async with claim(tmp_path, "key"):
            raise ValueError("inside")
    assert await is_free(tmp_path, within_s=1)


def test_a_file_that_was_replaced_is_not_the_same(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with path.open("w") as file:
        assert same_file(file.fileno(), path)
        path.unlink()
        assert not same_file(file.fileno(), path)
        path.touch()
        assert not same_file(file.fileno(), path)


def test_a_lock_is_had_once(tmp_path: Path) -> None:
    first = try_lock(tmp_path / "lock")
    assert first is not None
    assert try_lock(tmp_path / "lock") is None


def test_a_lock_on_a_file_that_went_with_its_claim_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flock = fcntl.flock

    def late(handle: int, how: int) -> None:
        (tmp_path / "lock").unlink()  # its holder ended between our open and our flock
        flock(handle, how)

    monkeypatch.setattr(fcntl, "flock", late)
    assert try_lock(tmp_path / "lock") is None
