"""Twin of proxy/mirror/export.py."""

import json
from dataclasses import replace

import pytest

from proxy.errors import BadManifest
from proxy.mirror import export
from proxy.mirror.export import Part
from proxy.model import manifest
from proxy.model.manifest import Manifest

A, B = "http://h/a.jpg", "http://h/b.jpg"
PART = Part(path="h/a.jpg", media_type="image/jpeg", width=4, height=3, sha256="ab" * 32)
SMALL = replace(PART, path="h/a.jpg.thumbnail.webp", media_type="image/webp")
VIDEO = replace(PART, path="h/b.mp4", width=None, height=None)


def of(**rows: export.Row) -> Manifest:
    """Return a manifest of rows by "a" and "b"."""
    return Manifest(made_by="export", sources={f"http://h/{name}.jpg": rows[name] for name in rows})


def test_what_is_written_is_read() -> None:
    row = export.row_of(PART, {"thumbnail": [SMALL], "headimg": []}, came_from="https://h/a.jpg")
    written = manifest.write(export.leaving(of(a=row, b=export.row_of(VIDEO, {})), ["h/old.jpg"]))
    found = export.read_own(written)
    assert manifest.write(found) == written
    assert export.parts_of(found, A, None) == (PART,)
    assert export.parts_of(found, A, "thumbnail") == (SMALL,)
    assert export.parts_of(found, A, "headimg") == ()
    assert export.parts_of(found, B, None) == (VIDEO,)
    assert export.parts_of(found, "http://h/c.jpg", None) == ()
    assert found.sources[A]["came_from"] == "https://h/a.jpg"
    assert export.named(found) == {PART.path, SMALL.path, VIDEO.path, "h/old.jpg"}


def test_a_source_of_which_only_a_picture_is_had_has_a_row_without_path() -> None:
    found = of(a=export.row_of(None, {"thumbnail": [SMALL]}))
    assert export.parts_of(found, A, None) == ()
    assert export.named(found) == {SMALL.path}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{}", id="no manifest"),
        pytest.param('{"name": "blog", "icons": []}', id="a web app's"),
        pytest.param('{"version": 1, "made_by": "scan", "sources": {}}', id="a scan's"),
        pytest.param('{"version": 1, "sources": {}}', id="nobody's"),
        pytest.param(
            json.dumps({"version": 1, "made_by": "export", "sources": {A: {}}}), id="no presets"
        ),
        pytest.param(
            json.dumps(
                {
                    "version": 1,
                    "made_by": "export",
                    "sources": {A: {**PART.row(), "path": 1, "presets": {}}},
                }
            ),
            id="a path that is no text",
        ),
        pytest.param(
            '{"version": 1, "made_by": "export", "sources": {}, "left": [1]}', id="a number left"
        ),
    ],
)
def test_what_export_did_not_write_is_refused(text: str) -> None:
    with pytest.raises(BadManifest):
        export.read_own(text)


def test_a_run_keeps_the_rows_of_others_and_prune_does_not() -> None:
    row_a, row_b = export.row_of(PART, {"thumbnail": [SMALL]}), export.row_of(VIDEO, {})
    before = export.leaving(of(a=row_a, b=row_b), ["h/old.jpg"])
    without = export.row_of(PART, {})
    after, left = export.settled(before, {A: without}, prune=False)
    assert after.sources == {A: without, B: row_b}
    assert left == {SMALL.path, "h/old.jpg"}
    after, left = export.settled(before, {A: without}, prune=True)
    assert after.sources == {A: without}
    assert left == {SMALL.path, "h/old.jpg", VIDEO.path}
    assert export.named(export.leaving(after, left)) == export.named(before)
    assert export.leaving(after, ()).more == {}
