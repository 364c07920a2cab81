"""Addresses in RSS and Atom: enclosures, media, logos, and the HTML that entries carry.

Escaped HTML and CDATA are read as the HTML they hold, each address found where it stands in the
feed. Knows the usual prefixes (media, itunes, content), not namespaces.
"""

from collections.abc import Iterator
from dataclasses import replace

from proxy.mirror.reference import Role
from proxy.mirror.scan import html, octets, undone, xml
from proxy.mirror.scan.addresses import Addresses
from proxy.mirror.scan.found import Found, trimmed
from proxy.mirror.scan.undone import Undone

_HTML = frozenset(
    {"description", "content:encoded", "content", "summary", "media:description", "itunes:summary"}
)
# Attributes that may hold a picture; the element's type or medium tells, else the address.
_ATTRIBUTES = {
    "enclosure": "url",
    "media:content": "url",
    "media:thumbnail": "url",
    "itunes:image": "href",
    "link": "href",
    "content": "src",
}
_ALWAYS = frozenset({"media:thumbnail", "itunes:image"})
_TEXTS = frozenset({"logo", "icon"})


def find(text: str, addresses: Addresses) -> list[Found]:
    """Return the addresses of pictures in a feed's octets."""
    found: list[Found] = []
    read_to = 0  # what stands in an entry's HTML is that HTML's
    for element in xml.elements(text):
        if element.start < read_to:
            continue
        found += _attribute(text, element, addresses)
        if element.name in _HTML and element.end > element.start:
            found += _html(text, element, addresses)
            read_to = element.end
        elif element.name in _TEXTS or (element.name == "url" and _name(element.parent) == "image"):
            whole = undone.xml(text, element.start, element.end)
            one = trimmed(whole, role=Role.BODY, where=element.name)
            found += [one] if one else []
    return found


def _html(text: str, element: xml.Element, addresses: Addresses) -> Iterator[Found]:
    """Yield what the HTML of an entry refers to: written out (xhtml), escaped or in CDATA."""
    inner = text[element.start : element.end]
    start = inner.lstrip()
    if start.startswith("<") and not start.startswith(("<![CDATA[", "<!--")):
        whole = Undone(inner, element.start)
    else:
        whole = undone.xml(text, element.start, element.end)
    for one in html.find(whole.text, addresses):
        placed = one.within(whole)
        yield placed if one.base else replace(placed, base=element.base)


def _attribute(text: str, element: xml.Element, addresses: Addresses) -> Iterator[Found]:
    name = _ATTRIBUTES.get(element.name)
    if name is None or name not in element.attributes:
        return
    said = {one: octets.write(text[slice(*span)]) for one, span in element.attributes.items()}
    if element.name == "link" and said.get("rel") != "enclosure":
        return
    kind = said.get("medium") or said.get("type", "").partition("/")[0]
    value = undone.xml(text, *element.attributes[name])
    if (
        element.name in _ALWAYS
        or kind == "image"
        or (not kind and addresses.is_picture(value.text))
    ):
        role = Role.THUMBNAIL if element.name == "media:thumbnail" else Role.BODY
        found = trimmed(value, role=role, where=f"{element.name}[{name}]")
        if found:
            width, height = (_side(said.get(side, "")) for side in ("width", "height"))
            yield replace(found, width=width, height=height, base=element.base)


def _name(element: xml.Element | None) -> str:
    return element.name if element else ""


def _side(text: str) -> int | None:
    return int(text) or None if text.isascii() and text.isdecimal() and len(text) < 7 else None  # noqa: PLR2004  # no picture has a million pixels a side
