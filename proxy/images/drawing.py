"""An SVG read strictly and written anew, so that it neither runs nor loads nor explodes.

Pure; expat does the parsing, and what is written is what it saw: no second reading can differ.
Names are resolved, one namespace is left; a document type is refused. What SVG's own elements are
is not known here.
"""

import re
from bisect import bisect_left
from html import escape
from xml.parsers import expat

from proxy.errors import NotServedType
from proxy.images.stylesheet import tame

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_DEPTH_MAX = 100  # the cleaner between two readings indents: deep nesting would grow by its square
_ELEMENTS_MAX = 50_000
_EXPANDED_MAX = 100_000  # elements to draw, all references followed
_ACTIVE = {
    "script", "foreignobject", "handler", "listener", "iframe", "object", "embed", "audio", "video",
}  # fmt: skip
_ADDRESSES = {"href", "src", "srcset", "action", "formaction", "ping", "base", "data", "poster"}
_SCRIPT = re.compile(r"(?:java|vb|live)script:", re.IGNORECASE)
_BLANK = re.compile(r"[\s\x00-\x20]+")
_RASTER = re.compile(r"data:image/(?:png|jpe?g|gif|webp|avif)[;,]", re.IGNORECASE)
_LOADER = re.compile(r"(?:url|src|image|image-set|cross-fade|element)\s*\(", re.IGNORECASE)
_LOCAL = re.compile(r"""url\(\s*["']?#([^"')\s]+)["']?\s*\)""", re.IGNORECASE)
# Gradients paint but draw nothing; all else that is referred to is drawn again.
_PAINT = {"linearGradient", "radialGradient"}


class Drawing:
    """What has been read of a document: its text as it may be served, and what refers to what."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._open: list[tuple[int, str]] = []  # number and name of the elements around
        self._skipped = 0  # how deep we are in what is left out
        self._style: list[str] | None = None
        self._ends: list[int] = []  # number → the first number after it
        self._places: dict[str, int] = {}  # id → number
        self._links: list[tuple[int, str]] = []  # number → id it refers to, in order
        self._plain = False  # the root has no namespace, nor needs one

    @property
    def text(self) -> str:
        """Return the document written anew."""
        return "".join(self._parts)

    @property
    def size(self) -> int:
        """Return how many elements were written."""
        return len(self._ends)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take a start tag, names as "namespace local"."""
        space, _, local = name.rpartition(" ")
        if not self._open and not self._skipped:
            self._plain = not space
        served = space == ("" if self._plain else _SVG) and local.lower() not in _ACTIVE
        if self._skipped or not served or self._style is not None:
            self._skipped += 1
            return
        if len(self._open) >= _DEPTH_MAX or len(self._ends) >= _ELEMENTS_MAX:
            raise NotServedType(f"an SVG of over {_DEPTH_MAX} levels or {_ELEMENTS_MAX} elements")
        number = len(self._ends)
        self._ends.append(number + 1)
        kept = _kept(attributes)
        self._note(number, local, kept)
        head = f' xmlns="{_SVG}"' if not self._open else ""
        said = "".join(f' {key}="{escape(value)}"' for key, value in kept.items())
        self._parts.append(f"<{local}{head}{said}>")
        self._open.append((number, local))
        self._style = [] if local == "style" else None

    def end(self, _: str) -> None:
        """Take an end tag."""
        if self._skipped:
            self._skipped -= 1
            return
        if self._style is not None:
            self._parts.append(escape(tame("".join(self._style)), quote=False))
            self._style = None
        number, local = self._open.pop()
        self._ends[number] = len(self._ends)
        self._parts.append(f"</{local}>")

    def characters(self, text: str) -> None:
        """Take text. A line end is a blank to those who draw it (SVG 2 §11.7.3)."""
        if self._style is not None and not self._skipped:
            self._style.append(text)
        elif not self._skipped and self._open:
            self._parts.append(escape(_BLANK.sub(" ", text), quote=False))

    def check_expansion(self) -> None:
        """Raise NotServedType where following the references draws too much, or never ends.

        Those of attributes, that is: what a stylesheet refers to is not known to be whose.
        """
        holders = [number for number, _ in self._links]
        drawn, waiting = 0, [(0, len(self._ends))]
        while waiting:
            first, end = waiting.pop()
            links = self._links[bisect_left(holders, first) : bisect_left(holders, end)]
            drawn += end - first + len(links)
            if drawn > _EXPANDED_MAX:
                raise NotServedType(f"an SVG that expands to over {_EXPANDED_MAX} elements")
            places = [self._places[name] for _, name in links if name in self._places]
            waiting += [(place, self._ends[place]) for place in places]

    def _note(self, number: int, local: str, attributes: dict[str, str]) -> None:
        if "id" in attributes and local not in _PAINT:
            self._places.setdefault(attributes["id"], number)
        for key, value in attributes.items():
            if key == "href" and value.startswith("#"):
                self._links.append((number, value[1:]))
            else:
                self._links += [(number, name) for name in _LOCAL.findall(value)]


def redraw(text: str) -> Drawing:
    """Return the document written anew, without what runs or loads.

    Raises NotServedType where it is not well-formed, has a document type or is too large.
    """
    drawing = Drawing()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = drawing.start
    parser.EndElementHandler = drawing.end
    parser.CharacterDataHandler = drawing.characters
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(text, True)  # noqa: FBT003  # expat's own: this is all
    except expat.ExpatError as exc:
        raise NotServedType(f"not well-formed: {exc}") from exc
    if not drawing.size:
        raise NotServedType("no SVG is left")
    return drawing


def _refuse_doctype(*_: object) -> None:
    raise NotServedType("an SVG with a document type")


def _kept(attributes: dict[str, str]) -> dict[str, str]:
    """Return the attributes that neither run nor load, by their local names."""
    found: dict[str, str] = {}
    for name, value in attributes.items():
        space, _, key = name.rpartition(" ")
        if space not in ("", _XLINK) or (space and key != "href"):
            continue
        if key == "style":
            found[key] = tame(value)
        elif _is_harmless(key.lower(), value):
            found.setdefault(key, value) if space else found.update({key: value})
    return found


def _is_harmless(key: str, value: str) -> bool:
    if key.startswith("on") or "\\" in value:
        return False  # browsers read presentation attributes as CSS, escapes included
    if ":" in value and _SCRIPT.search(_BLANK.sub("", value)):
        return False
    if key in _ADDRESSES:
        return key == "href" and (value.startswith("#") or bool(_RASTER.match(value)))
    if key == "attributename":  # what an animation would set
        target = value.strip().rpartition(":")[2].lower()
        return target not in _ADDRESSES and not target.startswith("on")
    return len(_LOADER.findall(value)) == len(_LOCAL.findall(value))
