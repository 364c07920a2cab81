"""Where a list goes on."""

import pytest

from proxy.stores.cursor import cursor_of, read_cursor


def test_a_cursor_is_read_as_it_was_written() -> None:
    assert read_cursor(cursor_of("http://a.example/", "o-1")) == ("http://a.example/", "o-1")
    assert read_cursor("") == ("", "")


@pytest.mark.parametrize("text", ["x", " ", "x ", " x"])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no cursor"):
        read_cursor(text)
