"""Twin of proxy/mirror/scan/octets.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.mirror.scan import octets


@given(document=st.binary())
def test_every_byte_is_one_character(document: bytes) -> None:
    text = octets.read(document)
    assert len(text) == len(document)
    assert octets.write(text).encode("utf-8", "surrogateescape") == document


@given(document=st.binary())
def test_nothing_foreign_reads_as_a_blank(document: bytes) -> None:
    blanks = {one for one in octets.read(document) if one.isspace()}
    assert blanks <= set(" \t\r\n\f")


@pytest.mark.parametrize("said", ["é", "中", "\ue0c3", "\ue000x"])
def test_an_escape_is_not_taken_for_bytes(said: str) -> None:
    assert octets.write(octets.read("文".encode()) + octets.character(said)) == f"文{said}"
