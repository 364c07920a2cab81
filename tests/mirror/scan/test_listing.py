"""Twin of proxy/mirror/scan/listing.py."""

from proxy.mirror.scan import listing


def test_one_address_a_line() -> None:
    text = "# all of them\r\nhttp://h/a b.png \r\n\n\t//h/c\n  \nlast"
    found = [text[one.start : one.end] for one in listing.find(text)]
    assert found == ["http://h/a b.png", "//h/c", "last"]
