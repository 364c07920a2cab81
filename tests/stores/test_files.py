"""An open blob is what was verified, as long as it is said to be sound."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from proxy.stores.files import BlobFile, open_as_it_is, open_file
from proxy.stores.shelf import Damaged

DATA = bytes(range(256)) * 100
DIGEST = sha256(DATA).hexdigest()


@pytest.fixture
def blob(tmp_path: Path) -> Path:
    path = tmp_path / DIGEST
    path.write_bytes(DATA)
    os.utime(path, ns=(1, 1))
    return path


def opened(path: Path) -> BlobFile:
    found = open_file(str(path), DIGEST, len(DATA))
    assert isinstance(found, BlobFile)
    return found


def test_holds_the_verified_bytes(blob: Path) -> None:
    file = opened(blob)
    assert os.pread(file.handle, file.length + 1, 0) == DATA
    assert file.is_sound


def replaced(path: Path) -> None:
    beside = path.with_name("beside")
    beside.write_bytes(DATA)
    beside.rename(path)


@pytest.mark.parametrize(
    "happen",
    [
        pytest.param(lambda path: path.write_bytes(DATA), id="written to, same bytes"),
        pytest.param(lambda path: os.truncate(path, 10), id="cut short"),
        pytest.param(lambda path: path.unlink(), id="evicted: an open file takes room unseen"),
        pytest.param(replaced, id="another file in its place"),
    ],
)
def test_is_not_sound_once(blob: Path, happen: Callable[[Path], object]) -> None:
    file = opened(blob)
    happen(blob)
    assert not file.is_sound


@pytest.mark.parametrize(
    "happen",
    [
        pytest.param(lambda path: path.unlink(), id="gone"),
        pytest.param(lambda path: path.write_bytes(DATA[::-1]), id="damaged"),
        pytest.param(lambda path: os.truncate(path, 10), id="cut short"),
    ],
)
def test_is_not_opened_where_it_is(blob: Path, happen: Callable[[Path], object]) -> None:
    happen(blob)
    assert isinstance(open_file(str(blob), DIGEST, len(DATA)), Damaged)


def test_is_closed_with_its_last_holder(blob: Path) -> None:
    file = opened(blob)
    handle, other = file.handle, file
    del file
    os.fstat(handle)
    del other
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(handle)


def test_what_is_opened_as_it_is_tells_its_identity(blob: Path) -> None:
    verified, found = opened(blob), open_as_it_is(str(blob))
    assert found.identity == verified.identity
    blob.write_bytes(DATA)
    assert open_as_it_is(str(blob)).identity != verified.identity
