"""Twin of proxy/mirror/tree.py."""

from collections.abc import AsyncGenerator
from hashlib import sha256
from pathlib import Path

import pytest

from proxy.errors import SettingsError
from proxy.mirror.tree import Tree
from proxy.model.body import Chunks, Held

DATA = b"picture"
DIGEST = sha256(DATA).hexdigest()
HELD = Held(DATA, DIGEST)


async def parts() -> AsyncGenerator[bytes, None]:
    yield DATA[:3]
    yield DATA[3:]


@pytest.mark.parametrize("in_parts", [False, True], ids=["whole", "in parts"])
async def test_a_file_is_written_and_nothing_else_stays(tmp_path: Path, *, in_parts: bool) -> None:
    root = tmp_path / "new" / "tree"
    with Tree.opened(root) as tree:
        assert tree.digest("h/a/b.jpg") is None
        await tree.write("h/a/b.jpg", Chunks(parts(), len(DATA)) if in_parts else HELD)
        assert tree.digest("h/a/b.jpg") == DIGEST
        assert tree.read("h/a/b.jpg") == DATA
        assert tree.read("h/a/c.jpg") is None
    assert [path for path in root.rglob("*") if path.is_file()] == [root / "h/a/b.jpg"]
    assert list(root.iterdir()) == [root / "h"]


async def test_what_stood_there_is_replaced_whole(tmp_path: Path) -> None:
    with Tree.opened(tmp_path) as tree:
        (tmp_path / "h").mkdir()
        (tmp_path / "h/a.jpg").write_bytes(b"older")
        reader = (tmp_path / "h/a.jpg").open("rb")
        await tree.write("h/a.jpg", HELD)
        with reader:
            assert reader.read() == b"older"  # who reads it meanwhile reads it to its end
        assert tree.digest("h/a.jpg") == DIGEST


def test_a_link_is_read_only_and_checked(tmp_path: Path) -> None:
    blob = tmp_path / "blob"
    blob.write_bytes(DATA)
    with Tree.opened(tmp_path / "tree") as tree:
        assert tree.link("h/a.jpg", blob, DIGEST)
        assert (tmp_path / "tree/h/a.jpg").samefile(blob)
        assert blob.stat().st_mode & 0o777 == 0o444
        assert not tree.link("h/b.jpg", blob, "0" * 64), "damaged"
        assert not tree.link("h/b.jpg", tmp_path / "none", DIGEST)
        assert tree.digest("h/b.jpg") is None


def test_a_file_goes_with_the_folders_it_leaves_empty(tmp_path: Path) -> None:
    for name in ("h/a/b/c.jpg", "h/d.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(DATA)
    with Tree.opened(tmp_path) as tree:
        tree.remove("h/a/b/c.jpg")
        assert list((tmp_path / "h").iterdir()) == [tmp_path / "h/d.jpg"]
        tree.remove("h/a/b/c.jpg")  # gone already
        tree.remove("h/d.jpg")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("../out.jpg", id="upwards"),
        pytest.param("h/../../out.jpg", id="upwards within"),
        pytest.param("/etc/out.jpg", id="from the root"),
        pytest.param("link/out.jpg", id="by a link to a folder"),
        pytest.param("", id="nothing"),
    ],
)
async def test_no_path_leads_out(tmp_path: Path, path: str) -> None:
    outside, root = tmp_path / "outside", tmp_path / "tree"
    outside.mkdir()
    root.mkdir()
    (tmp_path / "out.jpg").write_bytes(DATA)
    (outside / "out.jpg").write_bytes(DATA)
    (root / "link").symlink_to(outside)
    with Tree.opened(root) as tree:
        with pytest.raises(OSError, match="leads out"):
            tree.remove(path)
        with pytest.raises(OSError, match="leads out"):
            await tree.write(path, HELD)
        with pytest.raises(OSError, match="leads out"):
            tree.digest(path)
    assert (tmp_path / "out.jpg").exists()
    assert (outside / "out.jpg").exists()


async def test_a_link_in_a_files_place_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(DATA)
    with Tree.opened(tmp_path / "tree") as tree:
        (tmp_path / "tree/a.jpg").symlink_to(target)
        with pytest.raises(OSError, match="symbolic"):
            tree.digest("a.jpg")
        await tree.write("a.jpg", Held(b"new", ""))
    assert target.read_bytes() == DATA
    assert not (tmp_path / "tree/a.jpg").is_symlink()


def test_one_run_at_a_time_and_a_killed_one_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / ".export-dead").mkdir()
    (tmp_path / ".export-dead/0").write_bytes(DATA)
    with Tree.opened(tmp_path):
        assert not (tmp_path / ".export-dead").exists()
        with pytest.raises(SettingsError, match="another export"), Tree.opened(tmp_path):
            pass
    with Tree.opened(tmp_path):
        pass


def test_a_tree_that_cannot_be_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(DATA)
    with pytest.raises(SettingsError, match=r"DIR: .*file"), Tree.opened(tmp_path / "file"):
        pass
    with pytest.raises(SettingsError, match="DIR: "), Tree.opened(tmp_path / "file" / "below"):
        pass
