"""A file is trusted while it is the one that was verified, and not for ever."""

from dataclasses import replace

import pytest

from proxy.stores.shelf import Identity
from proxy.stores.trusted import TRUSTED_S, Trusted

NOW = 1_000_000.0
FILE = Identity(device=1, inode=2, size=3, changed_ns=int((NOW - 60) * 1e9))


@pytest.mark.parametrize(
    ("file", "later_s", "trusted"),
    [
        pytest.param(FILE, 0, True, id="at once"),
        pytest.param(FILE, TRUSTED_S - 1, True, id="for a while"),
        pytest.param(FILE, TRUSTED_S, False, id="not for ever"),
        pytest.param(FILE, -1, False, id="a clock set back tells nothing"),
        pytest.param(replace(FILE, changed_ns=FILE.changed_ns + 1), 0, False, id="written to"),
        pytest.param(replace(FILE, inode=9), 0, False, id="another file"),
        pytest.param(replace(FILE, size=9), 0, False, id="another length"),
    ],
)
def test_what_was_verified(file: Identity, later_s: float, trusted: bool) -> None:  # noqa: FBT001  # a table's column
    known = Trusted()
    known.remember("a", FILE, NOW)
    assert known.holds("a", file, NOW + later_s) is trusted
    assert not known.holds("b", file, NOW + later_s)


def test_a_file_just_written_is_not_told_from_the_next_by_its_time() -> None:
    known, young = Trusted(), replace(FILE, changed_ns=int((NOW - 1) * 1e9))
    known.remember("a", young, NOW)
    assert not known.holds("a", young, NOW)
