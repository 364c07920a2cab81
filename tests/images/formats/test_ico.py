"""Icons: the largest entry speaks, by its own header."""

from proxy.images.formats.ico import read
from proxy.model.picture import Facts
from tests.fakes.pictures import STILLS, quadrants, saved

BOTH = saved(quadrants(128, 128), "ICO", sizes=[(16, 16), (128, 128)])


def facts(data: bytes) -> Facts:
    found = read(memoryview(data), 1)
    assert found is not None
    return found


def test_the_largest_entry_counts() -> None:
    assert (facts(BOTH).width, facts(BOTH).height) == (128, 128)
    bitmap = facts(STILLS["ICO of a bitmap"])
    assert (bitmap.width, bitmap.height) == (64, 48)


def test_an_entry_that_lies_about_its_size_is_seen_through() -> None:
    data = STILLS["ICO"]
    at = data.index(b"IHDR") + 4
    found = facts(data[:at] + (20_000).to_bytes(4, "big") * 2 + data[at + 8 :])
    assert (found.width, found.height) == (20_000, 20_000)


def test_every_entry_has_to_be_there() -> None:
    assert facts(BOTH).whole
    assert not facts(BOTH[:-1]).whole


def test_an_icon_of_nothing_is_none() -> None:
    assert read(memoryview(b"\0\0\1\0\0\0"), 1) is None
    assert read(memoryview(b"\0\0\1\0\1\0" + bytes(16)), 1) is None
