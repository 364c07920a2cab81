"""Rewrites files and takes it back: the one part of a rewriting that reads and writes.

The manifest is written before the first file, with the record that held until then beside the new
one; so a run that is killed leaves every file whole, and each either as it was or as it was to be.
A file is written beside and renamed: its mode stays, its time is new, for what builds a blog from
it looks at that.
"""

import fcntl
import os
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from proxy.errors import BadManifest, SettingsError
from proxy.mirror.gather import document_of
from proxy.mirror.rewrite import Left, Rewriter, Rewritten, undo
from proxy.mirror.rewrite.edits import applied
from proxy.mirror.rewrite.record import Record, from_json, to_json
from proxy.mirror.rewrite.undo import Mark
from proxy.model import manifest as manifests
from proxy.model.manifest import Manifest

FOLDER, FILE = ".image-proxy", "rewrite.json"
_MADE_BY = "rewrite"
_NEW = 0o644  # readable, as the posts it is kept with
_SHOWN = 120  # characters of what has changed

# Told of sources, each with "" or the preset it is asked by, before anything of them is asked.
Learn = Callable[[Iterable[tuple[str, str]]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one file, or on a dry run would."""

    path: Path
    before: bytes = b""
    after: bytes = b""
    n_edits: int = 0
    left: tuple[Left, ...] = ()
    refused: str = ""  # why the file was left whole


Tell = Callable[[Outcome], None]


def manifest_of(places: Sequence[Path]) -> Path:
    """Return where the manifest is: in the posts' folder or the nearest above that has one.

    Else where it will be: in the folder that holds all the places.
    """
    folders = [str(_folder(place.absolute())) for place in places]
    root = Path(os.path.commonpath(folders))
    for folder in (root, *root.parents):
        if (folder / FOLDER / FILE).is_file():
            return folder / FOLDER / FILE
    return root / FOLDER / FILE


class Rewriting:
    """The files of one manifest, for one run alone."""

    def __init__(self, manifest: Path, *, dry_run: bool) -> None:
        self._manifest = manifest
        self._dry_run = dry_run
        in_folder = manifest.parent.name == FOLDER
        self._root = (manifest.parent.parent if in_folder else manifest.parent).resolve()
        self._records = _read(manifest)

    @classmethod
    @contextmanager
    def opened(cls, manifest: Path, *, dry_run: bool) -> Iterator["Rewriting"]:
        """Open a manifest, made with its first record.

        Raises SettingsError where it cannot be read or written, or another run is writing it.
        """
        if dry_run:
            yield cls(manifest, dry_run=True)
            return
        try:
            manifest.parent.mkdir(parents=True, exist_ok=True)
            lock = os.open(manifest.parent, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as exc:
            raise SettingsError((f"--manifest: {manifest}: {exc.strerror}",)) from exc
        try:
            _lock(lock, manifest)
            yield cls(manifest, dry_run=False)
        finally:
            os.close(lock)
            if manifest.parent.name == FOLDER:
                with suppress(OSError):  # not empty, mostly
                    manifest.parent.rmdir()

    @property
    def targets(self) -> frozenset[str]:
        """Return what earlier runs led addresses to."""
        return frozenset(record.to for record in self._records.values())

    async def rewrite(
        self, paths: Iterable[Path], rewriter: Rewriter, learn: Learn, tell: Tell
    ) -> None:
        """Rewrite files."""
        planned: dict[Path, tuple[Record, Outcome]] = {}
        for path in self._named(paths).values():
            document = document_of(path)
            if document.complaint:
                tell(Outcome(path=path, refused=document.complaint))
                continue
            record, outcome = await self._planned(path, document.data, rewriter, learn)
            if outcome.before == outcome.after or self._dry_run:
                tell(outcome)
            else:  # its bytes are read again: a thousand posts need not be held
                planned[path] = record, replace(outcome, before=b"", after=b"")
        if not planned:
            return
        held = dict(self._records)
        for path, (record, _) in planned.items():
            self._records[self._name(path)] = record
        self._save()
        for path, (record, outcome) in planned.items():
            refused = self._redo(path, record)
            name = self._name(path)
            if not refused:
                self._records[name] = replace(record, earlier=None)
            elif name in held:
                self._records[name] = held[name]
            else:
                del self._records[name]
            tell(replace(outcome, n_edits=0, refused=refused) if refused else outcome)
        self._save()

    def undo(self, paths: Iterable[Path], tell: Tell) -> None:
        """Take back what was written into files; one whose written bytes have changed is left."""
        for name, path in self._named(paths).items():
            if name not in self._records:
                continue
            document = document_of(path)
            if document.complaint:
                tell(Outcome(path=path, refused=document.complaint))
                continue
            outcome = self._undone(path, document.data)
            if not outcome.refused and not self._dry_run:
                if outcome.before != outcome.after:
                    refused = _write(path, sha256(outcome.before).hexdigest(), outcome.after)
                    outcome = replace(outcome, refused=refused)
                if not outcome.refused:
                    del self._records[name]
            tell(outcome)
        if not self._dry_run:
            self._save()

    async def _planned(
        self, path: Path, document: bytes, rewriter: Rewriter, learn: Learn
    ) -> tuple[Record, Outcome]:
        """Return what a file's record will be, its ``earlier`` what holds until it is written."""
        digest = sha256(document).hexdigest()
        known = self._current(self._name(path), document)
        marks = undo.adopted(document, known.marks) if known else []
        base = document
        if known and known.to != rewriter.target.text:  # another target begins from what was first
            base, marks = undo.undone(document, marks), []
        references = rewriter.scanned(base, str(path))
        await learn(rewriter.asked(references, marks))
        rewritten = rewriter.rewrite(base, references, marks=marks)
        if base != document and rewritten.left:  # what it has there is better than the first
            base, rewritten = document, Rewritten(edits=(), left=rewritten.left)
        after = applied(base, rewritten.edits)
        made = undo.recorded(base, marks, rewritten.edits)
        record = Record(
            to=rewriter.target.text,
            before=sha256(undo.undone(after, made)).hexdigest(),
            after=sha256(after).hexdigest(),
            marks=tuple(made),
            earlier=replace(known, earlier=None)
            if known
            else Record(to="", before=digest, after=digest, marks=()),
        )
        outcome = Outcome(
            path=path,
            before=document,
            after=after,
            n_edits=len(rewritten.edits),
            left=rewritten.left,
        )
        return record, outcome

    def _redo(self, path: Path, record: Record) -> str:
        """Bring a file to its record; return why not."""
        document = document_of(path)
        if document.complaint:
            return document.complaint
        earlier = record.earlier.marks if record.earlier else ()
        first = undo.undone(document.data, undo.adopted(document.data, earlier))
        after = undo.redone(first, record.marks)
        if sha256(after).hexdigest() != record.after:
            return "it changed while it was read"
        return _write(path, sha256(document.data).hexdigest(), after)

    def _undone(self, path: Path, document: bytes) -> Outcome:
        record = self._current(self._name(path), document)
        if record is None:
            return Outcome(path=path, before=document, after=document)
        marks, lost = undo.located(document, record.marks)
        if lost:
            return Outcome(path=path, refused=_changed(document, lost[0]))
        after = undo.undone(document, marks)
        whole = sha256(document).hexdigest() == record.after
        if whole and sha256(after).hexdigest() != record.before:
            return Outcome(path=path, refused="the manifest does not lead back to what it was")
        return Outcome(path=path, before=document, after=after, n_edits=len(marks))

    def _current(self, name: str, document: bytes) -> Record | None:
        """Return the record that a file is as; None where it is as nobody wrote it."""
        record = self._records.get(name)
        if record is None:
            return None
        digest = sha256(document).hexdigest()
        earlier = record.earlier
        if digest == record.after:
            return record
        if digest == record.before:
            return None
        if earlier is None:
            return record
        if digest != earlier.after and _likelier(document, record, earlier):
            return record
        return earlier if earlier.marks else None

    def _named(self, paths: Iterable[Path]) -> dict[str, Path]:
        """Return the files by the names they have in the manifest: a link is what it leads to."""
        found: dict[str, Path] = {}
        for path in paths:
            found.setdefault(self._name(path), path)
        return found

    def _name(self, path: Path) -> str:
        return Path(os.path.relpath(path.resolve(), self._root)).as_posix()

    def _save(self) -> None:
        """Write the manifest; without a record there is none."""
        if not self._records:
            self._manifest.unlink(missing_ok=True)
            return
        posts: dict[str, set[str]] = {}
        for name, record in self._records.items():
            for mark in record.marks:
                posts.setdefault(mark.source, set()).add(name)
        text = manifests.write(
            Manifest(
                made_by=_MADE_BY,
                sources={source: {"posts": sorted(names)} for source, names in posts.items()},
                more={"files": {n: to_json(r) for n, r in sorted(self._records.items())}},
            )
        )
        try:
            _replace(self._manifest, text.encode(), mode=None)
        except OSError as exc:
            raise SettingsError((f"--manifest: {self._manifest}: {exc.strerror}",)) from exc


def _lock(folder: int, manifest: Path) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        raise SettingsError((f"--manifest: {manifest}: another run is writing it",)) from exc


def _folder(place: Path) -> Path:
    return place if place.is_dir() else place.parent


def _read(manifest: Path) -> dict[str, Record]:
    try:
        return _records(manifests.read(manifest.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, BadManifest) as exc:
        raise SettingsError((f"--manifest: {manifest}: {exc}",)) from exc


def _records(found: Manifest) -> dict[str, Record]:
    files = found.more.get("files")
    if found.made_by != _MADE_BY or not isinstance(files, dict):
        raise BadManifest("it is not one of rewrite's")
    return {name: from_json(one) for name, one in files.items()}


def _likelier(document: bytes, record: Record, earlier: Record) -> bool:
    """Tell whether a document that changed since is one that ``record`` was written to."""
    (found, lost), (sooner, missed) = (
        undo.located(document, one.marks) for one in (record, earlier)
    )
    return len(found) > len(sooner) or (bool(found) and len(lost) <= len(missed))


def _changed(document: bytes, mark: Mark) -> str:
    shown = mark.new.decode(errors="replace")[:_SHOWN]
    n_found = document.count(mark.new)
    return f"it has changed since: {shown!r} stands there {n_found} times, {mark.of} were written"


def _write(path: Path, digest: str, data: bytes) -> str:
    """Replace a file that is still of this sha256; return why not."""
    real = path.resolve()
    try:
        if sha256(real.read_bytes()).hexdigest() != digest:
            return "it changed while it was read"
        _replace(real, data, mode=real.stat().st_mode & 0o7777)
    except OSError as exc:
        return exc.strerror or "it cannot be written"
    return ""


def _replace(path: Path, data: bytes, *, mode: int | None) -> None:
    """Write a file beside and rename it; ``mode`` None: as any new file's."""
    handle, draft = tempfile.mkstemp(prefix=f".{path.name[:64]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            os.fchmod(file.fileno(), _NEW if mode is None else mode)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
