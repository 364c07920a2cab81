"""The index file is opened, made, or set aside for a new one."""

import sqlite3
from pathlib import Path

import pytest

from proxy.errors import StoreUnavailable
from proxy.stores.counter import Counter
from proxy.stores.schema import IndexFile, is_damage
from proxy.stores.tables import VERSION
from tests.stores.makers import Clock


def index_file(folder: Path) -> IndexFile:
    return IndexFile(
        folder / "index.sqlite3",
        lock=folder / "lock",
        now=Clock(),
        counter=Counter(folder / "purges"),
        restore=lambda _: 0,
    )


def blobs_in(connection: sqlite3.Connection) -> int:
    count: int = connection.execute("SELECT count(*) FROM blobs").fetchone()[0]
    return count


def fill(file: IndexFile) -> None:
    """Leave an index of some 100 pages behind."""
    connection = file.open()
    connection.executemany(
        "INSERT INTO blobs VALUES (?, 1, 0, 0)", [(f"{n:064}",) for n in range(4000)]
    )
    connection.close()


def garble(path: Path, *, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at : at + 3000] = b"\xa5" * 3000
    path.write_bytes(data)


def test_an_index_is_found_again(tmp_path: Path) -> None:
    fill(index_file(tmp_path))
    connection = index_file(tmp_path).open()
    assert blobs_in(connection) == 4000
    assert connection.execute("SELECT blobs, blob_bytes FROM totals").fetchone() == (4000, 4000)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


@pytest.mark.parametrize(
    "at", [pytest.param(0, id="no database"), pytest.param(100, id="no schema")]
)
def test_a_damaged_index_is_set_aside(
    tmp_path: Path, at: int, caplog: pytest.LogCaptureFixture
) -> None:
    file = index_file(tmp_path)
    fill(file)
    garble(file.path, at=at)
    connection = index_file(tmp_path).open()
    assert blobs_in(connection) == 0
    connection.close()
    assert (tmp_path / "index.sqlite3.aside").exists()
    assert "replaced by an empty one" in caplog.text


def test_damage_deep_inside_is_found_by_looking(tmp_path: Path) -> None:
    file = index_file(tmp_path)
    fill(file)
    assert file.damage() == ""
    garble(file.path, at=20 * 4096)
    assert file.damage() != ""
    connection = index_file(tmp_path).open(suspect=True)
    assert blobs_in(connection) == 0
    connection.close()


def test_an_index_of_another_version_is_set_aside(tmp_path: Path) -> None:
    file = index_file(tmp_path)
    fill(file)
    connection = file.open()
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    connection = index_file(tmp_path).open()
    assert blobs_in(connection) == 0
    connection.close()


def test_at_run_time_another_version_is_left_alone(tmp_path: Path) -> None:
    file = index_file(tmp_path)
    fill(file)
    connection = file.open()
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    with pytest.raises(StoreUnavailable, match="version"):
        file.open()
    assert not (tmp_path / "index.sqlite3.aside").exists()


def test_an_index_that_was_replaced_is_noticed(tmp_path: Path) -> None:
    file = index_file(tmp_path)
    assert file.moved()
    fill(file)
    assert not file.moved()
    file.path.rename(tmp_path / "elsewhere")
    assert file.moved()
    assert file.identity() is None


def test_an_index_moved_away_under_us_takes_no_new_wal_with_it(tmp_path: Path) -> None:
    """What schema.py relies on: SQLite does not delete the WAL of an index it no longer owns."""
    file = index_file(tmp_path)
    old = file.open()
    old.execute("UPDATE totals SET blobs = 7")
    for suffix in ("", "-wal", "-shm"):
        Path(f"{file.path}{suffix}").rename(f"{file.path}.aside{suffix}")
    new = file.open()
    new.execute("UPDATE totals SET blobs = 5")
    old.close()
    assert Path(f"{file.path}-wal").exists()
    reader = file.reader()
    assert reader.execute("SELECT blobs FROM totals").fetchone() == (5,)
    reader.close()
    new.close()


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    file = index_file(tmp_path)
    fill(file)
    reader = file.reader()
    with pytest.raises(sqlite3.OperationalError):
        reader.execute("DELETE FROM blobs")
    assert reader.execute("SELECT 'text'").fetchone() == (b"text",)
    reader.close()


def test_a_full_disk_is_no_damage() -> None:
    assert not is_damage(sqlite3.OperationalError("database or disk is full"))


def test_a_schema_whose_names_are_no_text_is_damage(tmp_path: Path) -> None:
    """sqlite3 cannot even decode its own message then: UnicodeDecodeError, no sqlite3.Error."""
    file = index_file(tmp_path)
    fill(file)
    data = file.path.read_bytes()
    file.path.write_bytes(
        data.replace(b"totalstotals", b"tot\xeclstotals").replace(
            b"CREATE TABLE totals", b"CREATE TABLX totals"
        )
    )
    connection = index_file(tmp_path).open()
    assert blobs_in(connection) == 0
    connection.close()


def test_an_index_without_totals_is_damaged(tmp_path: Path) -> None:
    connection = index_file(tmp_path).open()
    connection.execute("DELETE FROM totals")
    connection.close()
    connection = index_file(tmp_path).open()
    assert connection.execute("SELECT count(*) FROM totals").fetchone() == (1,)
    connection.close()
