"""``image-proxy rewrite``: posts that show their pictures from here, and back."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from proxy import clock, rules
from proxy.cli import difference
from proxy.cli.figures import counted, visible
from proxy.cli.opened import AsJson, complain, say, store_of
from proxy.cli.options import ConfigFile, settings
from proxy.dialects.address import parse_source
from proxy.errors import (
    AddressNotAllowed,
    AskError,
    HostNotAllowed,
    PortNotAllowed,
    SettingsError,
    StoreUnavailable,
)
from proxy.mirror import gather
from proxy.mirror.kept import Kept, kept
from proxy.mirror.rewrite import Rewriter
from proxy.mirror.rewrite.targets import STATIC, Service, target_of, with_names
from proxy.mirror.rewrite.upgrades import Upgrades, candidates_of
from proxy.mirror.rewriting import Outcome, Rewriting, Tell, manifest_of
from proxy.model.order import Order
from proxy.rules.policy import Policy
from proxy.settings import Settings
from proxy.stores.store import Store


def rewrite(  # noqa: PLR0913  # a command's options
    places: Annotated[list[str], Parameter(help="Posts, or folders of posts.")],
    /,
    *,
    to: Annotated[
        str, Parameter(help="'https://img.blog.example', or 'static:/images' for an export there.")
    ] = "",
    undo: Annotated[bool, Parameter(negative="", help="Put back what stood there.")] = False,
    dry_run: Annotated[
        bool, Parameter(negative="", help="Show the difference, write nothing.")
    ] = False,
    manifest: Annotated[
        Path | None,
        Parameter(help="What --undo reads [default: .image-proxy/rewrite.json in the folder]."),
    ] = None,
    dimensions: Annotated[
        bool, Parameter(negative="", help="Add width and height to an img without.")
    ] = False,
    srcset: Annotated[
        str, Parameter(help="Offer these widths: presets' names, or pixels; '480,960'.")
    ] = "",
    lazy: Annotated[bool, Parameter(negative="", help="Let an img load when it is near.")] = False,
    placeholder: Annotated[
        bool, Parameter(negative="", help="Add a background that keeps the place.")
    ] = False,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> int:
    """Lead the pictures' addresses of posts to the service, or into an export; or --undo it.

    Only the addresses change, all else stays to the byte; a second run changes nothing. What stood
    there is written to the manifest first. A post is left whole, and named, where --undo finds its
    addresses changed since. The upgrades and 'static:' need the pictures kept: run mirror before.
    Exit code 0: done; 1: something was left; 2: wrong use.
    """
    chosen = settings(config)
    if bool(to) == undo:
        raise SettingsError(
            ("give --to, or --undo: write it like '--to https://img.blog.example'",)
        )
    paths = _paths(places)
    report = _Report(dry_run=dry_run, as_json=as_json)
    where = manifest or manifest_of([Path(place) for place in places])
    _refuse_unknown_presets(chosen)
    with Rewriting.opened(where, dry_run=dry_run) as work:
        if undo:
            work.undo(paths, report.tell)
        else:
            upgrades = Upgrades(
                dimensions=dimensions,
                lazy=lazy,
                placeholder=placeholder,
                candidates=candidates_of(srcset, chosen, static=to.startswith(STATIC)),
            )
            try:
                asyncio.run(_rewrite(work, paths, _Wanted(to, upgrades, chosen), report.tell))
            except (StoreUnavailable, PermissionError) as failing:
                complain(f"cache.dir: {chosen.cache.dir}: {visible(str(failing))}")
                return 1
    return report.end(undo=undo)


@dataclass(frozen=True, slots=True)
class _Wanted:
    to: str
    upgrades: Upgrades
    settings: Settings

    @property
    def looks(self) -> bool:
        """Tell whether what is kept matters."""
        upgrades = self.upgrades
        shown = upgrades.dimensions or upgrades.placeholder or bool(upgrades.candidates)
        return shown or self.static

    @property
    def static(self) -> bool:
        """Tell whether addresses will lead into an export."""
        return self.to.startswith(STATIC)


async def _rewrite(work: Rewriting, paths: list[Path], wanted: _Wanted, tell: Tell) -> None:
    chosen = wanted.settings
    async with _shelf(wanted) as shelf:
        target = target_of(wanted.to, chosen, shelf.place_of)
        rewriter = Rewriter(
            settings=with_names(chosen, (target.text, *work.targets)),
            target=target,
            known=shelf,
            upgrades=wanted.upgrades,
        )
        refused = _Refused(chosen) if isinstance(target, Service) else None

        async def learn(asked: Iterable[tuple[str, str]]) -> None:
            found = list(asked)
            if refused:
                refused.look(source for source, _ in found)
            if wanted.looks:
                await shelf.learn(found)

        await work.rewrite(paths, rewriter, learn, tell)
    if refused and refused.hosts:
        named = ", ".join(sorted(map(visible, refused.hosts)))
        complain(f"the service will refuse these, until [access] hosts names them: {named}")


@asynccontextmanager
async def _shelf(wanted: _Wanted) -> AsyncIterator[Kept]:
    """Open what is kept; an empty shelf where nobody will look."""
    chosen, info = wanted.settings, wanted.upgrades.placeholder
    async with (
        _store(chosen, looks=wanted.looks) as store,
        kept(chosen, store, places=wanted.static, info=info) as shelf,
    ):
        yield shelf


@asynccontextmanager
async def _store(chosen: Settings, *, looks: bool) -> AsyncIterator[Store]:
    if looks:
        async with store_of(chosen) as store:
            yield store
        return
    store = await Store.open(chosen.cache, now=clock.now, tasks=None, backend="memory")
    try:
        yield store
    finally:
        await store.close()


class _Refused:
    """Hosts that the service of these settings does not admit."""

    def __init__(self, chosen: Settings) -> None:
        self._policy = Policy.of(chosen)
        self._seen: set[str] = set()
        self.hosts: set[str] = set()

    def look(self, sources: Iterable[str]) -> None:
        """Judge one source of each host."""
        for text in sources:
            authority = text.split("/", 3)[2]
            if authority in self._seen:
                continue
            self._seen.add(authority)
            try:
                rules.judge(Order(source=parse_source(text)), self._policy, clock.now())
            except (HostNotAllowed, PortNotAllowed, AddressNotAllowed):
                self.hosts.add(authority)
            except AskError:  # a signature, and what else is not the host's
                pass


@dataclass(slots=True, kw_only=True)
class _Report:
    """What is said of each file as it comes, and of all at the end."""

    dry_run: bool
    as_json: bool
    files: list[dict[str, object]] = field(default_factory=list)
    edits: int = 0
    changed: int = 0
    wrong: int = 0

    def tell(self, outcome: Outcome) -> None:
        """Take one file's outcome."""
        name = visible(str(outcome.path))
        wrong = bool(outcome.refused or outcome.left)
        self.edits += outcome.n_edits
        self.changed += bool(outcome.n_edits)
        self.wrong += wrong
        if self.as_json:
            if outcome.n_edits or wrong:
                self.files.append(_statement(outcome))
        elif self.dry_run and not outcome.refused:
            difference.show(str(outcome.path), outcome.before, outcome.after)
        if outcome.refused:
            complain(f"{name}: {visible(outcome.refused)}")
        for one in outcome.left:
            at = one.reference
            complain(f"{name}:{at.line}:{at.column}: {visible(at.written)}: {one.why}")

    def end(self, *, undo: bool) -> int:
        """Say what came of all, and return the exit code."""
        if self.as_json:
            numbers = {"edits": self.edits, "changed": self.changed, "dry_run": self.dry_run}
            say(json.dumps({**numbers, "files": self.files}, ensure_ascii=False))
        else:
            verb = "undone" if undo else "rewritten"
            would = "would be " if self.dry_run else ""
            where = f"{counted(self.edits, 'edit')} in {counted(self.changed, 'file')}"
            tell = complain if self.dry_run else say  # a difference is alone on stdout
            tell(f"{would}{verb}: {where}")
        return int(self.wrong > 0)


def _statement(outcome: Outcome) -> dict[str, object]:
    left = [
        {
            "line": one.reference.line,
            "column": one.reference.column,
            "written": one.reference.written,
            "source": one.reference.source,
            "why": one.why,
        }
        for one in outcome.left
    ]
    said = {"path": str(outcome.path), "edits": outcome.n_edits, "left": left}
    return {**said, "refused": outcome.refused}


def _refuse_unknown_presets(chosen: Settings) -> None:
    """Raise SettingsError where an address would name a preset that there is not."""
    named = {name for names in chosen.mirror.presets.values() for name in names[:1]}
    there = ", ".join(chosen.presets)
    unknown = tuple(
        f"mirror.presets: {name!r} is no preset; there are {there}"
        for name in sorted(named - set(chosen.presets))
    )
    if unknown:
        raise SettingsError(unknown)


def _paths(places: Iterable[str]) -> list[Path]:
    """Return the files at the places, each once; raises SettingsError for what is no file."""
    found: dict[Path, None] = {}
    for place in places:
        if place == gather.STDIN or place.lower().startswith(("http://", "https://")):
            said = f"PATH: {place!r} is not on this disk; name files or folders"
            raise SettingsError((said,))
        if not Path(place).exists():
            raise SettingsError((f"PATH: {place!r} is no file and no folder",))
        found |= dict.fromkeys(gather.files(Path(place)))
    return list(found)
