"""GIF's blocks: frames, transparency, the canvas, the trailer."""

import pytest

from proxy.images.formats.gif import read
from proxy.model.picture import Facts
from tests.fakes.pictures import STILLS, animated, gif_of_dots, holed, saved

PLAIN = STILLS["GIF"]
MOVING = animated("GIF", 5)


def facts(data: bytes, max_frames: int = 256) -> Facts:
    found = read(memoryview(data), max_frames)
    assert found is not None
    return found


def test_frames_are_counted_up_to_the_bound() -> None:
    assert facts(PLAIN).frames == 1
    assert facts(MOVING).frames == 5
    assert facts(MOVING, max_frames=3).frames == 4


def test_a_transparent_colour_is_seen() -> None:
    assert not facts(PLAIN).alpha
    assert facts(saved(holed(), "GIF")).alpha


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        pytest.param(PLAIN, True, id="a still"),
        pytest.param(MOVING, True, id="an animation"),
        pytest.param(MOVING + b"PK\x03\x04", True, id="bytes after the end"),
        pytest.param(PLAIN[:-1], False, id="no trailer"),
        pytest.param(PLAIN[:-9] + b";", False, id="a semicolon inside the data"),
        pytest.param(PLAIN[:13] + b";", False, id="no frame at all"),
    ],
)
def test_the_end_is_found_by_walking(data: bytes, whole: bool) -> None:  # noqa: FBT001  # a table
    assert facts(data).whole is whole


def test_the_canvas_holds_the_first_frame() -> None:
    small = PLAIN[:6] + b"\x01\x00\x01\x00" + PLAIN[10:]
    assert (facts(small).width, facts(small).height) == (64, 48)


def test_a_hundred_thousand_frames_end_by_their_last_byte() -> None:
    many = gif_of_dots(100_000)
    assert facts(many).whole
    assert facts(many).frames == 257
    assert not facts(many[:-1]).whole


def test_xmp_is_metadata() -> None:
    assert facts(PLAIN[:-1] + b"!\xff\x0bXMP DataXMP\x01x\0;").metadata
    assert not facts(MOVING).metadata
