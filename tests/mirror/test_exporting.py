"""Twin of proxy/mirror/exporting.py: what reaches the tree, what stays, what is named."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import pytest

from proxy.errors import SettingsError
from proxy.mirror.exporting import Exported, Exporter, Missing, Wanted, export_all, pinned
from proxy.mirror.kitchen import kitchen
from proxy.mirror.tree import Tree
from proxy.model.body import Blob
from proxy.model.entry import Entry, Head
from proxy.stores.directory import Directory
from proxy.stores.store import Store
from tests.fakes.pictures import holed, quadrants, saved
from tests.mirror.stock import opened, settings, stock

A, B, C = (f"http://image.woshipm.com/{name}.jpg" for name in "abc")
LARGE, OTHER = (saved(quadrants(900, side), "JPEG") for side in (700, 600))
CLEAR = saved(holed(900, 700), "PNG")


@dataclass(frozen=True, slots=True)
class Desk:
    """A store, and a tree to export it to."""

    store: Store
    cache: Path
    root: Path
    progress: list[None] = field(default_factory=list)

    async def export(
        self,
        *wanted: Wanted,
        formats: tuple[str, ...] = ("jpeg",),
        link: bool = False,
        prune: bool = False,
    ) -> Exported:
        """Run an export of all that is pinned, or of what is wanted."""
        every = wanted or await pinned(self.store)
        with Tree.opened(self.root) as tree:
            async with kitchen(settings(self.cache), store=self.store, processes=1) as cook:
                exporter = Exporter(
                    store=self.store,
                    kitchen=cook,
                    tree=tree,
                    formats=formats,
                    blobs=Directory(self.cache) if link else None,
                )
                await export_all(
                    exporter, every, at_once=2, on_progress=lambda: self.progress.append(None)
                )
                return await exporter.finish(prune=prune)

    def files(self) -> dict[str, bytes]:
        """Return what the tree holds beside its manifest."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and path.name != "manifest.json"
        }

    def manifest(self) -> dict[str, dict[str, object]]:
        """Return the rows of the manifest."""
        found = json.loads((self.root / "manifest.json").read_text("utf-8"))
        return {**found.pop("sources"), "": found}

    def blob(self, entry: Entry) -> Path:
        """Return the file of an entry's body in the store."""
        assert isinstance(entry.body, Blob)
        return Path(Directory(self.cache).blob(entry.body.digest))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened(tmp_path / "cache") as store:
        yield Desk(store, tmp_path / "cache", tmp_path / "tree")


def done(
    *missing: Missing, written: int = 0, unchanged: int = 0, removed: int = 0, left: int = 0
) -> Exported:
    return Exported(
        written=written, unchanged=unchanged, removed=removed, left=left, missing=missing
    )


def lost(source: str, what: str = "original") -> Missing:
    return Missing(source=source, what=what, because="what is kept of it is damaged or lost")


async def test_only_what_is_pinned_is_exported_and_every_byte_is_the_publishers(desk: Desk) -> None:
    await stock(desk.store, A, LARGE)
    await stock(desk.store, B, OTHER, pinned=False)
    assert await desk.export() == done(written=1)
    assert desk.files() == {"image.woshipm.com/a.jpg": LARGE}
    assert desk.manifest() == {
        "": {"version": 1, "made_by": "export"},
        A: {
            "path": "image.woshipm.com/a.jpg",
            "media_type": "image/jpeg",
            "width": 900,
            "height": 700,
            "sha256": sha256(LARGE).hexdigest(),
            "presets": {},
        },
    }
    assert len(desk.progress) == 1


async def test_a_second_run_touches_nothing(desk: Desk) -> None:
    await stock(desk.store, A, LARGE)
    await desk.export()
    before = {path: path.stat() for path in desk.root.rglob("*")}
    assert await desk.export() == done(unchanged=1)
    after = {path: path.stat() for path in desk.root.rglob("*")}
    for path, was in before.items():
        now = after.pop(path)
        assert (now.st_ino, now.st_mtime_ns, now.st_ctime_ns) == (
            was.st_ino,
            was.st_mtime_ns,
            was.st_ctime_ns,
        )
    assert after == {}


@pytest.mark.slow
async def test_pictures_of_presets_lie_beside_their_original(desk: Desk) -> None:
    await stock(desk.store, A, LARGE)
    await stock(desk.store, B, CLEAR)
    wanted = [Wanted(source=source, presets=("thumbnail",)) for source in (A, B)]
    found = await desk.export(*wanted, formats=("webp", "jpeg", "avif"))
    assert found == done(written=8)
    assert list(desk.files()) == [
        "image.woshipm.com/a.jpg",
        "image.woshipm.com/a.jpg.thumbnail.avif",
        "image.woshipm.com/a.jpg.thumbnail.jpg",
        "image.woshipm.com/a.jpg.thumbnail.webp",
        "image.woshipm.com/b.jpg.png",  # its bytes are
        "image.woshipm.com/b.jpg.thumbnail.avif",
        "image.woshipm.com/b.jpg.thumbnail.png",
        "image.woshipm.com/b.jpg.thumbnail.webp",
    ]
    (part, *_) = desk.manifest()[A]["presets"]["thumbnail"]  # type: ignore[index]  # JSON
    assert part["path"] == "image.woshipm.com/a.jpg.thumbnail.avif"
    assert (part["media_type"], part["width"], part["height"]) == ("image/avif", 400, 300)
    # What is kept by now says which presets are wanted, where no post does.
    assert await desk.export(formats=("jpeg",)) == done(unchanged=4, left=4)


async def test_what_is_not_there_is_named_and_the_rest_is_done(desk: Desk) -> None:
    await stock(desk.store, A, LARGE)
    await stock(desk.store, B, b"no picture")
    wanted = (Wanted(source=A, presets=("other",)), Wanted(source=B, presets=("thumbnail",)))
    found = await desk.export(*wanted, Wanted(source=C))
    assert (found.written, found.unchanged) == (2, 0)
    assert [(one.source, one.what) for one in found.missing] == [
        (A, "other (jpeg)"),
        (B, "thumbnail (jpeg)"),
        (C, "original"),
    ]
    assert [one.because for one in found.missing] == [
        "preset 'other' is unknown; known: thumbnail, headimg",
        f"{B} is video/mp4, no picture",
        "nothing is kept of it",
    ]
    assert list(desk.manifest()) == [A, B, ""]


async def test_an_answer_that_is_no_picture_is_missing_and_a_fallback_is_told(desk: Desk) -> None:
    gone, elsewhere = await stock(desk.store, A, LARGE), await stock(desk.store, B, OTHER)
    await desk.store.keep(replace(gone, head=Head(status=404)))
    await desk.store.keep(replace(elsewhere, came_from="https://archive.example/b.jpg"))
    because = "its publisher answered 404"
    missing = Missing(source=A, what="original", because=because)
    assert await desk.export() == done(missing, written=1)
    assert desk.manifest()[B]["came_from"] == "https://archive.example/b.jpg"


@pytest.mark.parametrize("link", [False, True], ids=["copied", "linked"])
async def test_a_damaged_body_is_not_exported(desk: Desk, *, link: bool) -> None:
    entry = await stock(desk.store, A, LARGE)
    blob = desk.blob(entry)
    blob.write_bytes(LARGE[:-1] + b"x")
    assert await desk.export(link=link) == done(lost(A))
    assert desk.files() == {}
    assert desk.manifest() == {"": {"version": 1, "made_by": "export"}}


async def test_what_the_store_lost_stays_in_the_tree_even_pruned(desk: Desk) -> None:
    entry = await stock(desk.store, A, LARGE)
    await desk.export()
    row = desk.manifest()[A]
    desk.blob(entry).unlink()
    (desk.root / "image.woshipm.com/a.jpg").write_bytes(b"damaged too")
    assert await desk.export(prune=True) == done(lost(A))
    assert desk.manifest()[A] == row
    await desk.store.forget(entry.key)
    gone = Missing(source=A, what="original", because="nothing is kept of it")
    assert await desk.export(Wanted(source=A), prune=True) == done(gone)
    assert desk.manifest()[A] == row
    assert list(desk.files()) == ["image.woshipm.com/a.jpg"]


async def test_a_damaged_file_of_ours_is_mended_and_one_of_others_is_left(desk: Desk) -> None:
    await stock(desk.store, A, LARGE)
    await desk.export()
    (desk.root / "image.woshipm.com/a.jpg").write_bytes(b"cut")
    (desk.root / "image.woshipm.com/b.jpg").write_bytes(b"the operator's own")
    await stock(desk.store, B, OTHER)
    theirs = Missing(source=B, what="original", because="a file of somebody else's lies there")
    assert await desk.export() == done(theirs, written=1)
    assert desk.files() == {
        "image.woshipm.com/a.jpg": LARGE,
        "image.woshipm.com/b.jpg": b"the operator's own",
    }


async def test_nothing_is_removed_but_by_prune_and_only_what_was_written(desk: Desk) -> None:
    await stock(desk.store, A, LARGE)
    await stock(desk.store, B, OTHER)
    await desk.export()
    (desk.root / "index.html").write_text("the operator's own")
    only_a = Wanted(source=A)
    assert await desk.export(only_a) == done(unchanged=1)
    assert set(desk.manifest()) == {A, B, ""}
    assert await desk.export(only_a, prune=True) == done(unchanged=1, removed=1)
    assert set(desk.files()) == {"image.woshipm.com/a.jpg", "index.html"}
    assert set(desk.manifest()) == {A, ""}


async def test_another_type_is_another_file_and_the_first_is_left_until_pruned(desk: Desk) -> None:
    await stock(desk.store, A, LARGE)
    await desk.export()
    await stock(desk.store, A, CLEAR)
    assert await desk.export() == done(written=1, left=1)
    assert desk.manifest()[""]["left"] == ["image.woshipm.com/a.jpg"]
    assert await desk.export() == done(unchanged=1, left=1)
    assert await desk.export(prune=True) == done(unchanged=1, removed=1)
    assert desk.files() == {"image.woshipm.com/a.jpg.png": CLEAR}


async def test_links_take_no_room_and_cannot_be_written(desk: Desk) -> None:
    entry = await stock(desk.store, A, LARGE)
    assert await desk.export(link=True) == done(written=1)
    file = desk.root / "image.woshipm.com/a.jpg"
    assert file.samefile(desk.blob(entry))
    assert file.stat().st_mode & 0o222 == 0
    assert await desk.export(link=True) == done(unchanged=1)
    (found,) = (await desk.store.entries()).entries
    assert found.body is not None
    assert await desk.store.read(found.body) == LARGE, "the store reads it as ever"


async def test_a_copy_can_be_written_without_harm_to_the_store(desk: Desk) -> None:
    entry = await stock(desk.store, A, LARGE)
    await desk.export()
    with (desk.root / "image.woshipm.com/a.jpg").open("r+b") as file:
        file.write(b"in place")
    assert entry.body is not None
    assert await desk.store.read(entry.body) == LARGE


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"name": "my blog", "icons": []}', id="a web app's"),
        pytest.param("\xff", id="no UTF-8"),
    ],
)
async def test_a_folder_with_another_manifest_is_refused(desk: Desk, text: str) -> None:
    desk.root.mkdir()
    (desk.root / "manifest.json").write_text(text, "latin-1")
    await stock(desk.store, A, LARGE)
    with pytest.raises(SettingsError, match="choose another folder"):
        await desk.export()
    assert desk.files() == {}


async def test_sources_of_one_body_and_of_one_name_in_other_letters_have_files_of_their_own(
    desk: Desk,
) -> None:
    sources = [A, A.replace("a.jpg", "A.jpg"), A.replace("http:", "https:"), f"{A}?a", f"{A}?b"]
    for source in sources:
        await stock(desk.store, source, LARGE)
    assert await desk.export() == done(written=5)
    paths = [str(desk.manifest()[source]["path"]) for source in sources]
    assert len({path.casefold() for path in paths}) == 5
    assert set(paths) == set(desk.files())


@pytest.mark.slow
async def test_a_damaged_picture_is_made_again(desk: Desk) -> None:
    original = await stock(desk.store, A, LARGE)
    wanted = Wanted(source=A, presets=("thumbnail",))
    await desk.export(wanted)
    (made,) = [one for one in (await desk.store.entries()).entries if one.parent == original.key]
    desk.blob(made).write_bytes(b"damaged")
    (desk.root / "image.woshipm.com/a.jpg.thumbnail.jpg").unlink()
    assert await desk.export(wanted) == done(written=1, unchanged=1)
    assert await desk.export(wanted) == done(unchanged=2)
