"""A mirrored post as a static tree: its publisher is gone, any web server serves every byte."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from PIL import Image

from proxy.cli.export import export
from proxy.demo.pictures import PICTURES
from tests.fakes.house import HOST, serving, settings_for
from tests.fakes.mirrored import mirror_post, mirror_sample, run
from tests.fakes.pictures import noise, saved
from tests.fakes.web_server import web_server
from tests.stores.makers import files
from tests.whole import test_seed_post as seed_post
from tests.whole.conftest import SHARED

pytestmark = pytest.mark.slow

UPPER, LOWER = "/Case/Picture.PNG", "/case/picture.png"
EXTRA = {UPPER: saved(noise(90, 60), "PNG"), LOWER: saved(noise(60, 90), "PNG")}


@contextmanager
def asked_of(folder: Path) -> Iterator[Callable[[str], bytes]]:
    """Serve a folder; give what asks for one of its paths."""
    with web_server(folder) as base:
        connection = HTTPConnection(base.removeprefix("http://"))

        def get(path: str) -> bytes:
            connection.request("GET", f"/{quote(path)}")
            response = connection.getresponse()
            body = response.read()
            assert response.status == 200, path
            return body

        try:
            yield get
        finally:
            connection.close()


@pytest.fixture
async def mirrored(tmp_path: Path) -> Path:
    """Give a folder with a post, settings, and a cache that holds the post's pictures for ever."""
    await mirror_sample(
        tmp_path, EXTRA, "".join(f'<img src="http://{HOST}{path}">' for path in EXTRA)
    )
    return tmp_path


def sources(tree: Path) -> dict[str, dict[str, Any]]:
    """Return what the tree's index says, by source."""
    found: dict[str, dict[str, Any]] = json.loads((tree / "manifest.json").read_text("utf-8"))[
        "sources"
    ]
    return found


async def test_every_byte_is_served_with_the_publisher_gone(mirrored: Path) -> None:
    tree = mirrored / "tree"
    assert await run(mirrored, export, tree, str(mirrored / "post.md")) == 0
    rows = sources(tree)
    originals = {f"http://{HOST}{path}": data for path, data in {**PICTURES, **EXTRA}.items()}
    assert set(rows) == set(originals)
    with asked_of(tree) as get:
        for source, data in originals.items():
            assert get(rows[source]["path"]) == data
        made = [row["presets"] for row in rows.values() if row["presets"]]
        assert len(made) == 1, "the headimg and the thumbnail are one picture"
        for name, box in (("headimg", (900, 420)), ("thumbnail", (400, 300))):
            (part,) = made[0][name]
            with Image.open(BytesIO(get(part["path"]))) as picture:
                assert (picture.size, picture.format) == (box, "JPEG")


async def test_names_that_differ_in_letters_only_lie_apart(mirrored: Path) -> None:
    tree = mirrored / "tree"
    assert await run(mirrored, export, tree) == 0
    upper, lower = (str(sources(tree)[f"http://{HOST}{path}"]["path"]) for path in EXTRA)
    assert lower == f"{HOST}{LOWER}"
    assert upper.casefold() != lower.casefold()
    assert (tree / upper).read_bytes() == EXTRA[UPPER]


async def test_a_second_run_beside_a_server_changes_nothing(mirrored: Path) -> None:
    tree = mirrored / "tree"
    assert await run(mirrored, export, tree) == 0
    before = {path: path.stat() for path in (tree, *tree.rglob("*"))}
    async with serving(settings_for(mirrored / "cache", 9)) as house:
        assert await run(mirrored, export, tree) == 0
        async with house.get(f"/?http://{HOST}{LOWER}") as answer:
            assert await answer.read() == EXTRA[LOWER]
    after = {path: path.stat() for path in (tree, *tree.rglob("*"))}
    assert after.keys() == before.keys()
    for path, was in before.items():
        if path != tree:  # drafts came and went there
            assert after[path].st_ino == was.st_ino
            assert after[path].st_mtime_ns == was.st_mtime_ns


async def test_a_damaged_copy_of_the_store_is_not_exported(
    mirrored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (blob,) = [
        path for path in files(mirrored / "cache" / "blobs") if path.read_bytes() == EXTRA[LOWER]
    ]
    blob.write_bytes(EXTRA[LOWER][:-1] + b"?")
    tree = mirrored / "tree"
    assert await run(mirrored, export, tree) == 1
    said = capsys.readouterr()
    assert f"http://{HOST}{LOWER}: original: what is kept of it is damaged or lost" in said.err
    assert not (tree / HOST / "case" / "picture.png").exists()
    assert len(sources(tree)) == len(PICTURES) + 1


@pytest.mark.skipif(not SHARED.exists(), reason="../shared (post and pictures) is absent")
async def test_a_real_post(tmp_path: Path) -> None:
    originals = {
        source: (SHARED / "corpus" / file).read_bytes()
        for source, file in zip(seed_post.sources(), seed_post.FILES, strict=True)
    }
    pictures = {urlsplit(source).path: data for source, data in originals.items()}
    text = (SHARED / "seed" / "post.md").read_text()
    post = await mirror_post(tmp_path, text, pictures)
    assert await run(tmp_path, export, tmp_path / "tree", str(post)) == 0
    rows = sources(tmp_path / "tree")
    assert rows.keys() == originals.keys()
    with asked_of(tmp_path / "tree") as get:
        for source, data in originals.items():
            assert get(rows[source]["path"]) == data
    assert [sorted(row["presets"]) for row in rows.values() if row["presets"]] == [
        ["headimg", "thumbnail"]
    ]
