"""A manifest comes back as it was written; what is none says why."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.errors import BadManifest
from proxy.model.manifest import Manifest, read, write

TEXT = st.text(st.characters(codec="utf-8"))
VALUES = st.dictionaries(TEXT, TEXT | st.integers() | st.lists(TEXT))
OWN = st.dictionaries(TEXT.filter(lambda name: name not in {"version", "made_by", "sources"}), TEXT)


@given(st.builds(Manifest, made_by=TEXT, sources=st.dictionaries(TEXT, VALUES), more=OWN))
def test_every_manifest_comes_back(manifest: Manifest) -> None:
    assert read(write(manifest)) == manifest


def test_the_same_sources_are_the_same_text() -> None:
    there: dict[str, dict[str, Any]] = {"http://b/": {}, "http://a/": {}}
    back = dict(reversed(there.items()))
    assert write(Manifest(made_by="scan", sources=there)) == write(
        Manifest(made_by="scan", sources=back)
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "no JSON", id="nothing"),
        pytest.param("{", "no JSON", id="cut"),
        pytest.param("[" * 100_000, "no JSON", id="deeper than anybody reads"),
        pytest.param("[]", "no manifest of version 1", id="another thing"),
        pytest.param('{"version": 2, "sources": {}}', "no manifest of version 1", id="a later one"),
        pytest.param('{"version": 1}', '"sources"', id="no sources"),
        pytest.param('{"version": 1, "sources": ["http://a/"]}', '"sources"', id="a list of them"),
        pytest.param('{"version": 1, "sources": {"http://a/": 1}}', '"sources"', id="a number"),
    ],
)
def test_what_is_no_manifest_says_why(text: str, said: str) -> None:
    with pytest.raises(BadManifest, match=said):
        read(text)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(BadManifest):
        read(text)
