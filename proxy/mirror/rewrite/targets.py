"""Where addresses lead after a rewriting: to the service, or into an exported tree. Pure."""

import re
from collections.abc import Callable, Iterable
from typing import Protocol
from urllib.parse import quote

from proxy.dialects import wrapped
from proxy.dialects.address import parse_source
from proxy.errors import BadAddress, SettingsError
from proxy.mirror.reference import Reference
from proxy.mirror.rewrite.escaping import Address
from proxy.settings import Settings

STATIC = "static:"
_SERVICE = re.compile(r"https?://")
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/?")
_FRAGMENT = "-._~/:?=@%+!$"  # what of a fragment needs no escape anywhere

# Where the export has a source's original (""), or what a preset makes of it; None: nowhere.
Place = Callable[[str, str], str | None]


class Target(Protocol):
    """Where addresses are to lead."""

    @property
    def text(self) -> str:
        """What ``--to`` said: the same text is the same target."""

    def address(self, source: str, made: str, fragment: str = "") -> Address | None:
        """Return the new address; None where the target does not have it.

        ``made``: "" is the original, else a preset's name or options of ours ("w=480").
        """

    def holds(self, reference: Reference) -> bool:
        """Tell whether an address leads there already."""

    def reads_as(self, reference: Reference, source: str) -> bool:
        """Tell whether an address that leads there is read as this source's."""


class Service:
    """A running service: ``https://img.blog.example/?SOURCE``; signed, where it has keys."""

    def __init__(self, origin: str, settings: Settings) -> None:
        self.text = origin
        self.host = parse_source(f"{origin}/").host
        self._settings = settings

    def address(self, source: str, made: str, fragment: str = "") -> Address:
        """Return the address; the service has every source it may fetch."""
        target = f"/{made}/?{source}" if made else f"/?{source}"
        if made not in self._settings.presets:
            target = wrapped.sign(target, self._settings) or target
        path = target.partition("?")[0]
        after = _fragment(fragment)
        encoded = f"{self.text}{path}?{quote(source, safe='')}{after}"
        return Address(f"{self.text}{target}{after}", encoded)

    def holds(self, reference: Reference) -> bool:
        """Tell whether the address is one of this host."""
        return reference.wrapper == self.host

    def reads_as(self, reference: Reference, source: str) -> bool:
        """Tell whether it is: the source can be read out of the address."""
        return reference.source == source


class Static:
    """An exported tree below ``prefix``, a path of the blog itself."""

    def __init__(self, prefix: str, place: Place) -> None:
        self.text = f"{STATIC}{prefix or '/'}"
        self._prefix = prefix
        self._place = place

    def address(self, source: str, made: str, fragment: str = "") -> Address | None:
        """Return the path of what is kept; None where nothing is."""
        place = self._place(source, made)
        if place is None:
            return None
        path = f"{self._prefix}/{quote(place)}{_fragment(fragment)}"
        return Address(path, path)

    def holds(self, reference: Reference) -> bool:
        """Tell whether the address is one below the prefix."""
        written = reference.written
        return written.startswith(f"{self._prefix}/") and not written.startswith("//")

    def reads_as(self, reference: Reference, source: str) -> bool:  # noqa: ARG002  # see below
        """Tell so of any: a path below the prefix does not say its source."""
        return True


def target_of(text: str, settings: Settings, place: Place) -> Service | Static:
    """Return what ``--to`` means; raises SettingsError with what would be right."""
    if text.startswith(STATIC):
        prefix = text.removeprefix(STATIC)
        if not prefix or not _PREFIX.fullmatch(prefix):
            raise SettingsError((f"--to: {prefix!r} is no path; write it like 'static:/images'",))
        return Static(prefix.rstrip("/"), place)
    try:
        origin = parse_source(text)
    except BadAddress as wrong:
        said = "write it like 'https://img.blog.example' or 'static:/images'"
        raise SettingsError((f"--to: {text!r} is no address of a service; {said}",)) from wrong
    if origin.path != "/" or origin.credentials:
        raise SettingsError((f"--to: {text!r} is more than scheme, host and port",))
    return Service(f"{origin.scheme}://{origin.authority}", settings)


def with_names(settings: Settings, targets: Iterable[str]) -> Settings:
    """Return the settings of somebody who answers by the targets' hosts, too."""
    hosts = (parse_source(f"{one}/").host for one in targets if _SERVICE.match(one))
    names = tuple(dict.fromkeys((*settings.server.names, *hosts)))
    server = settings.server.model_copy(update={"names": names})
    return settings.model_copy(update={"server": server})


def _fragment(fragment: str) -> str:
    return f"#{quote(fragment, safe=_FRAGMENT, errors='surrogateescape')}" if fragment else ""
