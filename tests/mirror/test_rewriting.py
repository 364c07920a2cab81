"""Twin of proxy/mirror/rewriting.py: real files, a killed run, a second hand in the same folder."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from proxy.errors import SettingsError
from proxy.mirror.rewrite import Rewriter
from proxy.mirror.rewrite.targets import target_of, with_names
from proxy.mirror.rewrite.upgrades import Upgrades
from proxy.mirror.rewriting import Outcome, Rewriting, manifest_of
from proxy.model.picture import Facts
from proxy.settings import Settings

FIRST = b"""---
thumbnail: 'http://h/a.jpg'
---
![x](http://h/b.jpg) \xff <img src="http://h/a.jpg" referrerpolicy="no-referrer">
"""
HERE, THERE = "https://img.example", "https://other.example"


class Nothing:
    """Knows of no picture."""

    def facts_of(self, source: str) -> Facts | None:  # noqa: ARG002  # it knows of none
        """Return no facts."""
        return None

    def info_of(self, source: str) -> Mapping[str, object] | None:  # noqa: ARG002  # nor here
        """Return no info."""
        return None


async def learn(asked: Iterable[tuple[str, str]]) -> None:
    assert all(source.startswith("http://h/") for source, _ in asked)


class Desk:
    """A folder of posts, and runs over it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.manifest = root / ".image-proxy" / "rewrite.json"
        self.told: list[Outcome] = []

    def post(self, name: str, data: bytes = FIRST) -> Path:
        """Write a post."""
        path = self.root / name
        path.write_bytes(data)
        return path

    async def rewrite(
        self, *paths: Path, to: str = HERE, lazy: bool = False, dry_run: bool = False
    ) -> list[str]:
        """Return why files were refused."""
        self.told = []
        with Rewriting.opened(self.manifest, dry_run=dry_run) as work:
            chosen = with_names(Settings(), (to, *work.targets))
            target = target_of(to, chosen, lambda source, made: None)  # noqa: ARG005  # nothing is kept
            rewriter = Rewriter(
                settings=chosen, target=target, known=Nothing(), upgrades=Upgrades(lazy=lazy)
            )
            await work.rewrite(paths, rewriter, learn, self.told.append)
        return [one.refused for one in self.told if one.refused]

    def undo(self, *paths: Path, dry_run: bool = False) -> list[str]:
        """Return why files were refused."""
        self.told = []
        with Rewriting.opened(self.manifest, dry_run=dry_run) as work:
            work.undo(paths, self.told.append)
        return [one.refused for one in self.told if one.refused]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_there_and_back(desk: Desk) -> None:
    post = desk.post("a.md")
    post.chmod(0o640)
    assert await desk.rewrite(post) == []
    written = post.read_bytes()
    assert written == FIRST.replace(
        b"'http://h/a", b"'https://img.example/thumbnail/?http://h/a"
    ).replace(b"](http", b"](https://img.example/?http").replace(
        b'"http://h/a', b'"https://img.example/?http://h/a'
    )
    assert post.stat().st_mode & 0o7777 == 0o640
    assert await desk.rewrite(post) == []
    assert (post.read_bytes(), desk.told[0].n_edits) == (written, 0)
    assert desk.undo(post) == []
    assert post.read_bytes() == FIRST
    assert list(desk.root.iterdir()) == [post]  # no draft, and no manifest of nothing


async def test_runs_upon_runs_lead_back_to_the_first_bytes(desk: Desk) -> None:
    post = desk.post("a.md")
    for to, lazy in ((HERE, False), (HERE, True), (THERE, False), (HERE, True), (HERE, False)):
        assert await desk.rewrite(post, to=to, lazy=lazy) == []
        assert to.encode() in post.read_bytes()
        assert post.read_bytes().count(b"example/") == 3
    assert b'loading="lazy"' in post.read_bytes()
    assert desk.undo(post) == []
    assert post.read_bytes() == FIRST


async def test_what_another_target_does_not_have_stays_at_the_first(desk: Desk) -> None:
    post = desk.post("a.md")
    await desk.rewrite(post)
    written = post.read_bytes()
    assert await desk.rewrite(post, to="static:/images") == []
    assert [one.why for one in desk.told[0].left] == [
        "it is not kept, so the export does not have it"
    ] * 3
    assert post.read_bytes() == written
    assert desk.undo(post) == []
    assert post.read_bytes() == FIRST


async def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    post = desk.post("a.md")
    assert await desk.rewrite(post, dry_run=True) == []
    assert (desk.told[0].before, desk.told[0].n_edits) == (FIRST, 3)
    assert list(desk.root.iterdir()) == [post]
    await desk.rewrite(post)
    written = post.read_bytes()
    assert desk.undo(post, dry_run=True) == []
    assert (desk.told[0].after, post.read_bytes()) == (FIRST, written)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            b"/?http://h/b.jpg", b"/thumbnail/?http://h/b.jpg", id="an address is changed"
        ),
        pytest.param(b"![x](https://img.example/?http://h/b.jpg)", b"", id="a picture is gone"),
        pytest.param(b"\xff", b"https://img.example/?http://h/b.jpg", id="a copy was made"),
    ],
)
async def test_what_has_changed_since_is_left_whole_and_named(
    desk: Desk, old: bytes, new: bytes
) -> None:
    changed, other = desk.post("a.md"), desk.post("b.md")
    await desk.rewrite(changed, other)
    now = changed.read_bytes().replace(old, new)
    changed.write_bytes(now)
    (refused,) = desk.undo(changed, other)
    assert "it has changed since: 'https://img.example/?http://h/b.jpg' stands there" in refused
    assert (changed.read_bytes(), other.read_bytes()) == (now, FIRST)
    assert desk.manifest.exists()
    # The next run takes the post as it finds it.
    assert await desk.rewrite(changed) == []
    changed.write_bytes(changed.read_bytes() + b"![](http://h/new.jpg)")
    await desk.rewrite(changed)
    assert desk.undo(changed) == []
    assert b"https://img.example/?http" not in changed.read_bytes()


async def test_edits_elsewhere_are_kept(desk: Desk) -> None:
    post = desk.post("a.md")
    await desk.rewrite(post)
    post.write_bytes(post.read_bytes().replace(b"---\n!", b"---\n# New\n\n!") + b"more\n")
    assert desk.undo(post) == []
    assert post.read_bytes() == FIRST.replace(b"---\n!", b"---\n# New\n\n!") + b"more\n"


async def test_what_somebody_put_back_is_undone_already(desk: Desk) -> None:
    post = desk.post("a.md")
    await desk.rewrite(post)
    post.write_bytes(FIRST)  # git checkout
    assert desk.undo(post) == []
    assert post.read_bytes() == FIRST
    assert not desk.manifest.exists()


class Killed(BaseException):
    """What a kill is to the code it meets."""


@pytest.mark.parametrize("lazy", [False, True], ids=["the first run", "a run upon a run"])
@pytest.mark.parametrize("n_done", [0, 1, 2])
@pytest.mark.parametrize("ahead", ["undo", "rewrite", "edit"])
async def test_a_killed_run_leaves_every_file_whole(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    *,
    lazy: bool,
    n_done: int,
    ahead: str,
) -> None:
    posts = [desk.post(f"{name}.md") for name in "abc"]
    if lazy:
        await desk.rewrite(*posts)
    standing = posts[0].read_bytes()
    replace, seen = os.replace, [0]

    def killed(draft: Path, path: Path) -> None:
        if Path(path).suffix == ".md":
            if seen[0] == n_done:
                raise Killed
            seen[0] += 1
        replace(draft, path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(Killed):
            await desk.rewrite(*posts, lazy=lazy)
    found = [post.read_bytes() for post in posts]
    assert found[n_done:] == [standing] * (3 - n_done)
    assert standing not in found[:n_done]
    assert len(list(desk.root.iterdir())) == 4  # no draft is left
    more = b""
    if ahead == "rewrite":
        assert await desk.rewrite(*posts, lazy=lazy) == []
        assert len({post.read_bytes() for post in posts}) == 1
    elif ahead == "edit":
        more = b"more\n"
        for post in posts:
            post.write_bytes(post.read_bytes() + more)
    assert desk.undo(*posts) == []
    assert [post.read_bytes() for post in posts] == [FIRST + more] * 3
    assert not desk.manifest.exists()


async def test_what_cannot_be_written_is_named_and_left(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad, gone = desk.post("a.md"), desk.post("b.md"), desk.root / "none.md"
    replace = os.replace

    def full(draft: Path, path: Path) -> None:
        if Path(path) == bad:
            raise OSError(28, "No space left on device")
        replace(draft, path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        refused = await desk.rewrite(good, bad, gone)
    assert refused == ["No such file or directory", "No space left on device"]
    assert bad.read_bytes() == FIRST
    assert desk.undo(good, bad) == []
    assert good.read_bytes() == FIRST


async def test_a_link_stays_a_link(desk: Desk) -> None:
    post, link = desk.post("a.md"), desk.root / "link.md"
    link.symlink_to(post)
    await desk.rewrite(link, post)
    assert link.is_symlink()
    assert b"img.example" in post.read_bytes()
    assert desk.undo(link) == []
    assert post.read_bytes() == FIRST


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ('{"version": 1, "made_by": "export", "sources": {}}', "not one of rewrite's"),
        ('{"version": 1, "made_by": "rewrite", "sources": {}, "files": {"a": 1}}', "no record"),
    ],
)
def test_a_manifest_that_is_none_is_said(desk: Desk, text: str, said: str) -> None:
    desk.manifest.parent.mkdir()
    desk.manifest.write_text(text)
    with pytest.raises(SettingsError, match=said):
        desk.undo()
    assert desk.manifest.read_text() == text


async def test_a_manifest_that_leads_elsewhere_is_not_followed(desk: Desk) -> None:
    post = desk.post("a.md")
    await desk.rewrite(post)
    written = post.read_bytes()
    desk.manifest.write_text(
        desk.manifest.read_text().replace('"http://h/b.jpg"', '"http://e/"', 1)
    )
    assert desk.undo(post) == ["the manifest does not lead back to what it was"]
    assert post.read_bytes() == written


def test_two_runs_at_one_time_are_one_too_many(desk: Desk) -> None:
    with (
        Rewriting.opened(desk.manifest, dry_run=False),
        pytest.raises(SettingsError, match="another run is writing it"),
        Rewriting.opened(desk.manifest, dry_run=False),
    ):
        pass


def test_the_manifest_is_found_from_below(desk: Desk) -> None:
    below = desk.root / "2021" / "11"
    below.mkdir(parents=True)
    post = desk.post("2021/11/a.md")
    assert manifest_of([post]) == below / ".image-proxy" / "rewrite.json"
    assert manifest_of([post, desk.root / "b.md"]) == desk.manifest
    desk.manifest.parent.mkdir()
    desk.manifest.write_text("{}")
    assert manifest_of([post]) == desk.manifest
