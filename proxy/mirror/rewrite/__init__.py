"""A document with its pictures' addresses led elsewhere, all else as it was to the byte. Pure.

Every edit is made at the span that the scan found; what was written is read back by the scan, and
what does not read back as it should is left as it was.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from proxy.mirror import causes
from proxy.mirror.reference import Reference, Role
from proxy.mirror.rewrite import upgrades as tags
from proxy.mirror.rewrite.edits import Edit, applied, starts
from proxy.mirror.rewrite.escaping import fitted
from proxy.mirror.rewrite.targets import Target
from proxy.mirror.rewrite.undo import Mark
from proxy.mirror.rewrite.upgrades import Known, Upgrades
from proxy.mirror.scan import Kind, front_matter, scan
from proxy.mirror.scan.kind import guess
from proxy.settings import Settings

__all__ = ["Edit", "Left", "Mark", "Rewriter", "Rewritten", "applied"]

_UNKEPT = "it is not kept, so the export does not have it"
_UNREADABLE = "it would not be read as the same address where it stands"
_ATTEMPTS = 4  # each leaves what did not read back; then the document is left whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """An address that stays what it is, though it leads to a picture."""

    reference: Reference
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """What is to be done to a document, and what is left."""

    edits: tuple[Edit, ...]
    left: tuple[Left, ...] = ()


class _Planned(NamedTuple):
    reference: Reference
    edit: Edit
    written: str  # the address, as it is to be read back


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewriter:
    """Leads the addresses of documents to one target."""

    settings: Settings  # whose names hold the target's
    target: Target
    known: Known
    upgrades: Upgrades

    def scanned(self, document: bytes, post: str) -> tuple[Reference, ...]:
        """Return what a document refers to, as the settings have it."""
        own = {key.lower(): Role(role) for key, role in self.settings.mirror.keys.items()}
        keys = {**front_matter.KEYS, **own}
        return scan(document, post=post, settings=self.settings, keys=keys).references

    def asked(
        self, references: Iterable[Reference], marks: Iterable[Mark] = ()
    ) -> Iterator[tuple[str, str]]:
        """Yield what ``rewrite`` may ask the target and what is known for: source and preset."""
        told = [(one.source, self._preset(one.role)) for one in references if one.source]
        candidates = self.upgrades.candidates
        beside = ("", *(made for made, _ in candidates)) if candidates else ()
        for source, made in (*told, *((mark.source, "") for mark in marks)):
            yield source, made
            yield from ((source, one) for one in beside)

    def rewrite(
        self,
        document: bytes,
        references: Sequence[Reference],
        *,
        marks: Sequence[Mark] = (),
    ) -> Rewritten:
        """Return the edits of a document; ``marks`` are of this target, and located in it."""
        if not references:
            return Rewritten(edits=())
        kind = guess(references[0].post, document)
        text = tags.octets_of(document) if self.upgrades.wanted else ""
        done = {mark.start: mark for mark in marks}
        planned: list[_Planned] = []
        left: list[Left] = []
        for reference in references:
            found = self._planned(reference, kind, text, done)
            if isinstance(found, _Planned):
                planned.append(found)
            elif found:
                left.append(Left(reference=reference, why=found))
        edits, unread = self._read_back(document, planned)
        left += [Left(reference=reference, why=_UNREADABLE) for reference in unread]
        return Rewritten(edits=edits, left=tuple(left))

    def _planned(
        self, reference: Reference, kind: Kind, text: str, done: Mapping[int, Mark]
    ) -> _Planned | str:
        """Return what is planned at a reference, or why nothing is; "" where nobody need know."""
        mark = done.get(reference.start)
        source = mark.source if mark else reference.source
        if source is None or causes.is_random(source) or causes.is_of_own_disk(source):
            return ""
        written, end = reference.written, reference.end
        if mark is None and not self._is_ours(reference):
            fragment = reference.address.partition("#")[2]
            address = self.target.address(source, self._preset(reference.role), fragment)
            if address is None:
                return _UNKEPT
            written = fitted(address, where=reference.where, kind=kind)
        gained = b""
        if text and reference.where == "img[src]" and kind in {Kind.MARKDOWN, Kind.HTML}:
            tag = tags.tag_of(text, reference)
            gained = self._gained(tag.said, reference.role, source).encode() if tag else b""
            if tag and gained:
                gained = text[end : tag.end].encode("ascii") + gained  # blanks, a quote
                end = tag.end
        if written == reference.written and not gained:
            return ""
        new = written.encode("utf-8", "surrogateescape") + gained
        edit = Edit(start=reference.start, end=end, new=new, source=source)
        return _Planned(reference, edit, written)

    def _gained(self, said: Mapping[str, str], role: Role, source: str) -> str:
        def address(made: str) -> str | None:
            found = self.target.address(source, made)
            return fitted(found, where="img[srcset]", kind=Kind.HTML) if found else None

        upgrades = self.upgrades
        if self._preset(role):  # another picture than the one whose sides are known
            upgrades = replace(upgrades, dimensions=False, candidates=())
        return tags.attributes(said, source, upgrades=upgrades, known=self.known, address=address)

    def _preset(self, role: Role) -> str:
        return next(iter(self.settings.mirror.presets.get(role.value, ())), "")

    def _is_ours(self, reference: Reference) -> bool:
        return self.target.holds(reference) or reference.wrapper in self.settings.server.names

    def _read_back(
        self, document: bytes, planned: list[_Planned]
    ) -> tuple[tuple[Edit, ...], list[Reference]]:
        """Return the edits whose addresses are found again, and the references of the others."""
        unread: list[Reference] = []
        for _ in range(_ATTEMPTS):
            if not planned:
                break
            edits = [one.edit for one in planned]
            scanned = self.scanned(applied(document, edits), planned[0].reference.post)
            found = {one.start: one for one in scanned}
            good = [
                one
                for one, start in zip(planned, starts(edits), strict=True)
                if self._is_as_meant(one, found.get(start))
            ]
            if len(good) == len(planned):
                return tuple(edits), unread
            kept = {one.reference.start for one in good}
            unread += [one.reference for one in planned if one.reference.start not in kept]
            planned = good
        return (), [*unread, *(one.reference for one in planned)]

    def _is_as_meant(self, planned: _Planned, found: Reference | None) -> bool:
        """Tell whether what was read back is the same picture in the same place, at the target."""
        before, edit, written = planned
        if found is None or found.written != written:
            return False
        if (found.where, found.role) != (before.where, before.role):
            return False
        return written == before.written or (
            self.target.holds(found) and self.target.reads_as(found, edit.source)
        )
