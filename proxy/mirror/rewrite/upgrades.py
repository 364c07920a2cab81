"""What an ``<img>`` may gain beside its new address: sides, candidates, laziness, a background.

Only what its tag does not say already; put in right behind ``src``, so that all else stays. Pure.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import turbohtml

from proxy.errors import SettingsError
from proxy.mirror.reference import Reference
from proxy.mirror.rewrite.placeholder import background
from proxy.mirror.scan import octets
from proxy.model.picture import Facts
from proxy.settings import Settings

_NEAR = 4096  # bytes before and after an address in which its tag begins and ends
_TAG = re.compile(r"<img(?=[\s/])", re.IGNORECASE)
_NUMBER = re.compile(r"[1-9][0-9]{0,4}")
_PIXELS = re.compile(r"\s*([1-9][0-9]{0,5})\s*(?:px)?\s*")


class Known(Protocol):
    """What is known of pictures that are kept."""

    def facts_of(self, source: str) -> Facts | None:
        """Return what an original's header says."""

    def info_of(self, source: str) -> Mapping[str, object] | None:
        """Return what ``/info/`` tells of an original."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrades:
    """What is wanted. ``candidates``: what a srcset offers, a preset's name or options each."""

    dimensions: bool = False
    lazy: bool = False
    placeholder: bool = False
    candidates: tuple[tuple[str, int], ...] = ()  # with its width in pixels, growing

    @property
    def wanted(self) -> bool:
        """Tell whether anything is."""
        return self.dimensions or self.lazy or self.placeholder or bool(self.candidates)


def candidates_of(text: str, settings: Settings, *, static: bool) -> tuple[tuple[str, int], ...]:
    """Return what ``--srcset`` says: presets' names and pixels, by commas.

    Raises SettingsError for what nobody could ask for: it would be no picture, or another one.
    """
    found: dict[int, str] = {}
    narrow = {
        name: preset.width
        for name, preset in settings.presets.items()
        if preset.width and preset.height is None
    }
    for item in filter(None, (part.strip() for part in text.split(","))):
        pixels = int(item) if _NUMBER.fullmatch(item) else None
        named = [name for name, width in narrow.items() if width == pixels or name == item]
        if named:
            found[narrow[named[0]]] = named[0]
        elif pixels and not static and (settings.access.options or settings.access.keys):
            found[pixels] = f"w={pixels}"
        else:
            said = f"add [presets.w{pixels or 480}] with width = {pixels or 480} and no height"
            raise SettingsError((f"--srcset: {item!r} is no picture to ask for; {said}",))
    return tuple((made, width) for width, made in sorted(found.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """An ``<img>``: what it says, and where in the document its ``src`` ends."""

    said: Mapping[str, str]
    end: int


def tag_of(text: str, reference: Reference) -> Tag | None:
    """Return the tag around an ``img[src]`` of a document's octets; None where it is none whole.

    In a quote of Markdown its lines have signs between them that HTML never sees.
    """
    first = max(0, reference.start - _NEAR)
    piece = text[first : reference.end + _NEAR]
    page = piece.replace("\r\n", " \n").replace("\r", "\n")
    for opening in _TAG.finditer(page, 0, reference.start - first):
        begin = opening.start()
        element = next(iter(turbohtml.parse(page[begin:], source_locations=True).find_all("img")))
        location = element.source_location
        src = location.attrs.get("src") if location else None
        if src is None:
            continue
        start, end = first + begin + src.start_offset, first + begin + src.end_offset
        if start < reference.start and reference.end <= end:
            said = {name: str(value or "") for name, value in element.attrs.items()}
            return Tag(said=said, end=end)
    return None


def attributes(
    said: Mapping[str, str],
    source: str,
    *,
    upgrades: Upgrades,
    known: Known,
    address: Callable[[str], str | None],
) -> str:
    """Return the attributes a tag gains, each with a blank before it.

    ``address`` writes the address of the original ("") or of a candidate; None: there is none.
    """
    facts = known.facts_of(source)
    gained: list[tuple[str, str]] = []
    if upgrades.dimensions and facts:
        gained += _sides(said, facts.upright)
    if upgrades.candidates and facts and "srcset" not in said:
        gained += _candidates(said, facts.upright[0], upgrades.candidates, address)
    if upgrades.lazy:
        gained += [("loading", "lazy"), ("decoding", "async")]
    if upgrades.placeholder:
        drawn = background(known.info_of(source) or {})
        gained += [("style", f"background:{drawn}")] if drawn else []
    return "".join(f' {name}="{value}"' for name, value in gained if name not in said)


def _sides(said: Mapping[str, str], real: tuple[int, int]) -> Iterator[tuple[str, str]]:
    """Yield the sides a tag does not say, in proportion to the one it does."""
    width, height = real
    if "width" in said and "height" in said:
        return
    if "width" in said or "height" in said:
        name = "width" if "width" in said else "height"
        declared = _PIXELS.fullmatch(said[name])
        if declared is None:  # "50%"
            return
        share = int(declared[1]) / (width if name == "width" else height)
        width, height = max(1, round(width * share)), max(1, round(height * share))
    yield "width", str(width)
    yield "height", str(height)


def _candidates(
    said: Mapping[str, str],
    width: int,
    wanted: Sequence[tuple[str, int]],
    address: Callable[[str], str | None],
) -> Iterator[tuple[str, str]]:
    """Yield ``srcset`` and ``sizes``: what is smaller than the original, and the original."""
    offered = [(address(made), wide) for made, wide in wanted if wide < width]
    offered = [(where, wide) for where, wide in offered if where]
    whole = address("")
    if not offered or whole is None:
        return
    offered.append((whole, width))
    yield "srcset", ", ".join(f"{where} {wide}w" for where, wide in offered)
    declared = _PIXELS.fullmatch(said.get("width", ""))
    shown = min(int(declared[1]), width) if declared else width
    yield "sizes", f"(max-width: {shown}px) 100vw, {shown}px"


def octets_of(document: bytes) -> str:
    """Return what ``tag_of`` reads; made once a document."""
    return octets.read(document)
