"""Twin of proxy/mirror/rewrite/edits.py."""

from proxy.mirror.rewrite.edits import Edit, applied, starts

EDITS = (
    Edit(start=1, end=3, new=b"XXXX"),
    Edit(start=3, end=4, new=b""),
    Edit(start=6, end=6, new=b"Y"),
)


def test_only_what_is_edited_changes() -> None:
    assert applied(b"abcdefg", EDITS) == b"aXXXXefYg"
    assert applied(b"abc", ()) == b"abc"


def test_edits_begin_where_the_new_document_has_them() -> None:
    assert list(starts(EDITS)) == [1, 5, 7]
