"""The posts a command is pointed at: gathered and scanned, with what of them could not be read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from proxy.cli.figures import visible
from proxy.cli.opened import complain
from proxy.errors import SettingsError
from proxy.mirror import causes
from proxy.mirror.gather import gather
from proxy.mirror.pages import pages
from proxy.mirror.reference import Reference, Role
from proxy.mirror.scan import Scanned, scan
from proxy.mirror.scan.front_matter import KEYS
from proxy.settings import Settings

Places = Annotated[
    str,
    Parameter(
        name="PATH",
        help="Posts: a file, a folder of them, an address (page, feed, sitemap), - for stdin.",
    ),
]


@dataclass(frozen=True, slots=True)
class Posts:
    """What was read, in its order: each document's name and what it refers to."""

    scanned: tuple[tuple[str, Scanned], ...]

    def references(self) -> Iterator[Reference]:
        """Go through all references."""
        for _, document in self.scanned:
            yield from document.references

    def complaints(self) -> Iterator[tuple[str, str]]:
        """Go through what could not be read: a document's name and why."""
        for name, document in self.scanned:
            for complaint in document.complaints:
                yield name, complaint

    def lost(self) -> Iterator[Reference]:
        """Go through the references that lead to no picture."""
        return filter(is_lost, self.references())


async def read(places: tuple[str, ...], chosen: Settings) -> Posts:
    """Read and scan what stands at the places. Raises SettingsError where there are none."""
    if not places:
        raise SettingsError(("PATH: name at least one post, folder, feed or sitemap; - is stdin",))
    keys = {**KEYS, **{name.lower(): Role(role) for name, role in chosen.mirror.keys.items()}}
    scanned = []
    async with pages(chosen) as fetch:
        async for document in gather(places, settings=chosen, fetch=fetch):
            found = (
                Scanned(references=(), complaints=(document.complaint,))
                if document.complaint
                else scan(
                    document.data,
                    post=document.name,
                    settings=chosen,
                    kind=document.kind,
                    base=document.base,
                    keys=keys,
                )
            )
            scanned.append((document.name, found))
    return Posts(tuple(scanned))


def presets_by_role(chosen: Settings) -> Mapping[Role, tuple[str, ...]]:
    """Return the presets that ``[mirror.presets]`` wants of a picture of each role."""
    return {Role(name): presets for name, presets in chosen.mirror.presets.items()}


def is_lost(one: Reference) -> bool:
    """Tell whether a reference leads to no source, and stands for no picture itself (data:)."""
    return one.source is None and causes.of_reference(one) not in causes.NOTICES


def complain_of(complaints: Iterable[tuple[str, str]]) -> None:
    """Say which documents could not be read, and why."""
    for name, complaint in complaints:
        complain(f"{visible(name)}: {visible(complaint)}")


def place_of(one: Reference) -> str:
    """Return where a reference stands, as editors and terminals jump to: "post.md:17:54"."""
    return f"{visible(one.post)}:{one.line}:{one.column}"
