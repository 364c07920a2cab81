"""An entry as it is listed."""

from dataclasses import replace

from proxy.cli.listing import facts, line
from proxy.model.body import Blob
from tests.stores.makers import FACTS, entry

NOW = 3602.0 + 0.5  # entry() is 0.5 s old at 2.0, by its Age
PICTURE = replace(
    entry("a", Blob("0" * 64, 25_000), parent="o"), facts=replace(FACTS, orientation=6), pinned=True
)


def test_for_a_machine() -> None:
    assert facts(PICTURE, NOW) == {
        "source": "http://image.woshipm.com/a.jpg",
        "host": "image.woshipm.com",
        "kind": "picture",
        "status": 200,
        "type": "image/jpeg",
        "width": 480,
        "height": 640,
        "bytes": 25_000,
        "age_s": 3601,
        "pinned": True,
    }


def test_for_people() -> None:
    shown = line(PICTURE, NOW).split()
    assert shown == [
        *("picture", "200", "image/jpeg", "480×640", "24.4", "KiB", "1h", "pinned"),
        "http://image.woshipm.com/a.jpg",
    ]


def test_what_is_no_picture_and_has_no_body() -> None:
    bare = replace(entry("a"), facts=None, media_type="x/\x1b[2J")
    assert (facts(bare, NOW)["width"], facts(bare, NOW)["bytes"]) == (None, 0)
    assert line(bare, NOW).split()[2:6] == ["x/\\x1b[2J", "-", "0", "B"]
