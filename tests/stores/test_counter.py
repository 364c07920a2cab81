"""Eight bytes that all processes read."""

import os
from pathlib import Path

import pytest

from proxy.stores.counter import Counter


def test_what_one_raises_the_other_reads(tmp_path: Path) -> None:
    one, two = Counter(tmp_path / "n"), Counter(tmp_path / "n")
    assert one.number == 0
    one.renew()
    two.renew()
    assert one.raise_to(7) == 7
    assert (one.number, two.number) == (7, 7)
    assert two.raise_to(5) == 7
    assert Counter(tmp_path / "n").raise_to(0) == 7


def test_a_counter_that_was_deleted_is_made_again(tmp_path: Path) -> None:
    counter = Counter(tmp_path / "n")
    counter.renew()
    counter.raise_to(3)
    (tmp_path / "n").unlink()
    assert counter.number == 3
    counter.renew()
    counter.renew()
    assert counter.number == 0
    counter.raise_to(9)
    assert counter.number == 9
    counter.close()
    counter.close()
    assert counter.number == 0


@pytest.mark.parametrize("damage", [b"", b"\xff" * 8, b"abc"], ids=["empty", "huge", "short"])
def test_a_damaged_counter_begins_anew(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "n").write_bytes(damage)
    counter = Counter(tmp_path / "n")
    counter.renew()
    assert counter.number == 0
    assert counter.raise_to(2) == 2
    assert counter.number == 2
    assert os.stat(tmp_path / "n").st_size == 8  # noqa: PTH116  # its size is what matters
