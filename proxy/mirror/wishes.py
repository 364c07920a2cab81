"""What the mirror wants of each source: its original, and the pictures a theme will ask of it.

Pure. Many references to one picture are one wish.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from proxy.mirror.reference import Reference, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One source, and all that is wanted of it."""

    source: str  # the picture's own URL
    host: str
    presets: tuple[str, ...]  # names, sorted; the original is always wanted
    references: tuple[Reference, ...]  # where it is asked for, in the order of the documents


def wishes(
    references: Iterable[Reference], presets: Mapping[Role, tuple[str, ...]]
) -> tuple[Wish, ...]:
    """Return one wish a source, in the order of first mention; references without one are left."""
    found: dict[str, list[Reference]] = {}
    for reference in references:
        if reference.source is not None:
            found.setdefault(reference.source, []).append(reference)
    return tuple(
        Wish(
            source=source,
            host=_host(source),
            presets=tuple(sorted({name for one in asked for name in presets.get(one.role, ())})),
            references=tuple(asked),
        )
        for source, asked in found.items()
    )


def _host(source: str) -> str:
    authority = source.split("/", 3)[2].rpartition("@")[2]
    host, colon, port = authority.rpartition(":")
    return host if colon and port.isdecimal() else authority
