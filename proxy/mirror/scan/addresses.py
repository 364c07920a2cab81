"""What an address in a post means: the picture's own URL, taken out of what it is wrapped in.

Wrappers are a table: our own names and the old worker's kind by their rules (``dialects.wrapped``),
weserv, Photon, and the ``?url=`` of RSSHub's templates. Knows nothing of documents.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from proxy.dialects import wrapped
from proxy.dialects.address import parse_source
from proxy.errors import BadAddress, LoopDetected
from proxy.model.order import Source
from proxy.model.request import Request
from proxy.settings import Settings

_DEPTH = 8  # wrappers around one picture, as dialects.wrapped has it
_LONGEST = 16384  # characters: our own request line's limit; no link to a picture is longer
_ABSOLUTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_BREAKS = re.compile(r"[\t\r\n]+")  # WHATWG URL §4.4: a browser drops them
# posts.md: "…jpg!custom", "…png!/both/72x72", "…~tplv-k3u1fbpfcp-watermark.image" are pictures.
_PICTURE = re.compile(
    r"\.(?:a?png|jpe?g|jfif|gif|webp|avif|bmp|svgz?|ico|tiff?|hei[cf]|jxl|image)"
    r"(?:[!@~:].*|_[^/]*)?\Z",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:https?:)?//([^/?#@:\\]+)", re.IGNORECASE)


def _parameter(source: Source, name: str) -> str | None:
    """Return a parameter of the query, decoded once; None where it has none or it is no text."""
    for pair in source.path.partition("?")[2].split("&"):
        key, _, value = pair.partition("=")
        if key == name and value:
            try:
                return unquote(value, errors="strict")
            except UnicodeDecodeError:
                return None
    return None


def _weserv(source: Source) -> str | None:
    """``?url=``, where the scheme may be left out or be "ssl:" (images.weserv.nl/docs)."""
    url = _parameter(source, "url")
    if url is None or re.match(r"https?://", url, re.IGNORECASE):
        return url
    secure = url.startswith("ssl:")
    return f"{'https' if secure else 'http'}://{url.removeprefix('ssl:').lstrip('/')}"


def _photon(source: Source) -> str | None:
    """``/host/path``; its query is Photon's own, and says ``ssl=1`` where the origin has TLS."""
    path = source.path.partition("?")[0].lstrip("/")
    secure = _parameter(source, "ssl") == "1"
    return f"{'https' if secure else 'http'}://{path}" if "/" in path else None


def _template(source: Source) -> str | None:
    """``?url=https%3A%2F%2F…`` of any host (docs.rsshub.app: hotlink templates)."""
    url = _parameter(source, "url")
    return url if url and re.match(r"https?://", url, re.IGNORECASE) else None


# Name, host, how the inner address is taken out; after our own names and ``[dialects] wrappers``.
_WRAPPERS: tuple[tuple[str, re.Pattern[str], Callable[[Source], str | None]], ...] = (
    ("weserv", re.compile(r"(?:images\.|cdn\.)?weserv\.nl|wsrv\.nl"), _weserv),
    ("photon", re.compile(r"i[0-3]\.wp\.com"), _photon),
    ("rsshub", re.compile(r".*"), _template),
)
_SURE = frozenset({"weserv", "photon"})  # what they wrap is a picture; rsshub's form may be a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """An address made absolute, and the picture it leads to: a source, or why there is none."""

    address: str
    source: str | None = None
    wrapper: str | None = None
    problem: str = ""


class Addresses:
    """Reads addresses as one operator's settings have them; ``base`` is the document's address."""

    def __init__(self, settings: Settings, base: str = "") -> None:
        self._settings = settings
        self._names = frozenset(settings.server.names)
        self._hosts = self._names | set(settings.dialects.wrappers)
        self._base = base

    def read(self, address: str, base: str = "") -> Meaning:
        """Return what an address means; never raises. ``base`` is what the document says it is."""
        text = _BREAKS.sub("", address)
        scheme = _SCHEME.match(text)
        if scheme and scheme[1].lower() not in {"http", "https"}:
            # "C:\Users\…\1.png" reads as a scheme of one letter.
            local = len(scheme[1]) == 1 or scheme[1].lower() == "file"
            problem = "a local path" if local else f"a {scheme[1].lower()}: address"
            return Meaning(address=text, problem=problem)
        try:
            if not _ABSOLUTE.match(text) or text.startswith("//"):
                text = self._joined(text, base)
            source, wrapper = self._unwrapped(text)
        except (BadAddress, LoopDetected) as exc:
            return Meaning(address=text, problem=str(exc))
        return Meaning(address=text, source=source, wrapper=wrapper)

    def is_picture(self, address: str) -> bool:
        """Tell whether a link's address leads to a picture, as far as its text shows."""
        text = _BREAKS.sub("", address[:_LONGEST])
        host = _HOST.match(text)
        path = text.partition("#")[0].partition("?")[0]
        if _PICTURE.search(path, host.end() if host else 0):
            return True
        if not host:
            return False
        name = host[1].lower()
        if name in self._hosts:
            return "?" in text
        if any(label in _SURE and form.fullmatch(name) for label, form, _ in _WRAPPERS):
            return True
        inner = unquote(text).partition("url=")[2].partition("?")[0]
        return _PICTURE.search(inner) is not None

    def _joined(self, text: str, base: str) -> str:
        """Make an address absolute; raises BadAddress where no base is known."""
        roots = [one for one in (base, self._base) if one]
        while len(roots) > 1 and not _SCHEME.match(roots[0]):  # <base href="/blog/">
            roots[:2] = [parse_source(roots[0], parse_source(roots[1])).url]
        if roots and _ABSOLUTE.match(roots[0]):
            root = roots[0] if _SCHEME.match(roots[0]) else f"https:{roots[0]}"
            return parse_source(text, parse_source(root)).url
        if text.startswith("//"):
            return f"https:{text}"  # what a blog is served by today
        raise BadAddress("a local path, and no base is known")

    def _unwrapped(self, text: str) -> tuple[str, str | None]:
        """Return the innermost URL and the outermost wrapper's name; raises BadAddress."""
        outermost = None
        source = parse_source(text)
        for _ in range(_DEPTH):
            if source.host in self._hosts:
                name, source = source.host, self._taken(source, text)
                text = source.url
            else:
                name, inner = _inner(source)
                if inner is None:
                    return source.url, outermost
                source, text = parse_source(inner), inner
            outermost = outermost or name
        raise BadAddress(f"wrapped more than {_DEPTH} times")

    def _taken(self, source: Source, text: str) -> Source:
        """Return what our own kind of wrapper holds, as the server would read it."""
        query = text.partition("#")[0].partition("?")[2]
        if not query and source.host in self._names:
            raise LoopDetected(f"{source.host} is ourselves, and nothing is wrapped in it")
        order = wrapped.read(Request(method="GET", target=f"/?{query}"), self._settings)
        if order is None:
            raise BadAddress(f"{source.host} wraps no http or https address")
        return order.source


def _inner(source: Source) -> tuple[str, str | None]:
    """Return a wrapper's name and what is wrapped in it; None where it is no wrapper."""
    for name, host, take in _WRAPPERS:
        if host.fullmatch(source.host):
            return name, take(source)
    return "", None
