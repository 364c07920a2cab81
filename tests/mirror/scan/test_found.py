"""Twin of proxy/mirror/scan/found.py."""

import pytest

from proxy.mirror.reference import Role
from proxy.mirror.scan.found import trimmed
from proxy.mirror.scan.undone import Undone, xml


def test_blanks_around_an_address_are_not_its_span() -> None:
    found = trimmed(Undone(" \n http://h/a \t", 10), role=Role.BODY, where="img[src]")
    assert found
    assert (found.start, found.end, found.address) == (13, 23, "http://h/a")


@pytest.mark.parametrize("value", ["", " \n", "#clip"])
def test_nothing_and_a_fragment_are_no_address(value: str) -> None:
    assert trimmed(Undone(value, 0), role=Role.BODY, where="img[src]") is None


def test_what_was_found_within_escaped_text_is_placed_in_the_document() -> None:
    text = "<d>&lt;img src=http://h/a?b&amp;amp;c&gt;</d>"
    outer = xml(text, 3, len(text) - 4)
    begin = outer.text.index("http")
    inner = trimmed(Undone(outer.text[begin:-1], begin), role=Role.BODY, where="img[src]")
    assert inner
    placed = inner.within(outer)
    assert text[placed.start : placed.end] == "http://h/a?b&amp;amp;c"
