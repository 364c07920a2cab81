"""Addresses in HTML, whole pages and pieces: what a browser would show, and what scripts will.

turbohtml builds the tree a browser builds and says where each attribute stood. A picture that only
a script names, a comment holds or ``srcdoc`` carries is not found.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import turbohtml

from proxy.mirror.reference import Role
from proxy.mirror.scan import css, octets, srcset, undone
from proxy.mirror.scan.addresses import Addresses
from proxy.mirror.scan.found import Found, trimmed
from proxy.mirror.scan.undone import Undone

_PICTURES = frozenset({"img", "amp-img", "image"})
_GROUND = frozenset({"body", "table", "thead", "tbody", "tfoot", "tr", "td", "th"})
# Attributes that always hold a picture's address, and of which elements.
_SHOWN: dict[str, frozenset[str]] = {
    "src": _PICTURES,
    "href": frozenset({"image", "use"}),
    "xlink:href": frozenset({"image", "use"}),
    "poster": frozenset({"video"}),
    "background": _GROUND,
}
# Attributes that hold one where the address looks like it.
_LEADING = frozenset(
    {("a", "href"), ("area", "href"), ("source", "src"), ("embed", "src"), ("object", "data")}
)
_SETS: dict[str, frozenset[str]] = {
    "srcset": frozenset({"img", "source", "amp-img"}),
    "imagesrcset": frozenset({"link"}),
    "data-srcset": frozenset({"img", "source"}),
    "data-lazy-srcset": frozenset({"img", "source"}),
}
# What lazy loading keeps for later, on an element that shows pictures: an address, whatever its
# looks (WeChat: data-src, Zhihu: data-actualsrc and data-original, WordPress: data-lazy-src).
_LAZY = frozenset(
    f"data-{name}"
    for name in ("src", "original", "lazy-src", "lazy", "actualsrc", "original-src", "echo", "url")
)
# All names worth a look beside data-*.
_NAMES = frozenset({*_SHOWN, *_SETS, "content", "data", "style"})
_RELATIONS = frozenset(
    {"icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon", "image_src"}
)
_PROPERTIES = frozenset(
    {"og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"}
)
_AVATAR = re.compile(r"avatar|头像", re.IGNORECASE)
_PIXELS = re.compile(r"\s*([0-9]{1,6})(?:\.[0-9]+)?\s*(?:px)?\s*", re.IGNORECASE)
_ADDRESS = re.compile(r"\s*(?:https?:/|/|\.\.?/)", re.IGNORECASE)
_BLANK = re.compile(r"\s")
_VALUE = re.compile(r"[ \t\n\f\r]*=[ \t\n\f\r]*([\"']?)")


def find(text: str, addresses: Addresses) -> list[Found]:
    """Return the addresses in ``text``, octets of HTML, in no certain order."""
    # A line end counts once in turbohtml's offsets; a blank before it changes no meaning.
    page = text.replace("\r\n", " \n").replace("\r", "\n")
    document = turbohtml.parse(page, source_locations=True)
    base = ""
    found: dict[int, Found] = {}  # by start: the tree may hold an element twice
    for element in document.iter_elements():
        told = [name for name in element.attrs if name in _NAMES or name.startswith("data-")]
        if element.tag == "base" and not base:
            base = str(element.attrs.get("href") or "").strip()
        location = element.source_location if told or element.tag == "style" else None
        if location is None:
            continue
        if element.tag == "style":
            last = location.end_tag.start_offset if location.end_tag else len(text)
            start = location.start_tag.end_offset
            found.update((one.start, one) for one in _styles(Undone(text[start:last], start)))
        for name in told:
            span = location.attrs.get(name)  # None: given to <body> by a second <body>
            value = _value(text, name, span.start_offset, span.end_offset) if span else None
            if value:
                found.update((one.start, one) for one in _in(element, name, value, addresses))
    return [replace(one, base=base) for one in found.values()] if base else list(found.values())


def _value(text: str, name: str, start: int, end: int) -> Undone | None:
    """Return an attribute's value, from the span of the whole attribute."""
    opening = _VALUE.match(text, start + len(name), end)
    if opening is None:
        return None
    return undone.attribute(text, opening.end(), end - len(opening[1]))


def _in(
    element: turbohtml.Element, name: str, value: Undone, addresses: Addresses
) -> Iterator[Found]:
    """Yield what one attribute refers to."""
    tag = element.tag
    if name == "style":
        yield from _styles(value)
    elif tag in _SETS.get(name, ()):
        yield from _candidates(element, name, value)
    elif _holds(element, name, value.text, addresses):
        link = name == "href" and tag in {"a", "area"}
        role = Role.LINK if link else _role(element, name)
        found = trimmed(value, role=role, where=f"{tag}[{name}]")
        if found:
            width, height = _pixels(element, "width"), _pixels(element, "height")
            yield found if link else replace(found, width=width, height=height)


def _holds(element: turbohtml.Element, name: str, value: str, addresses: Addresses) -> bool:
    """Tell whether an attribute holds a picture's address."""
    tag = element.tag
    shown = tag in _SHOWN.get(name, ()) or (name in _LAZY and tag in _PICTURES)
    if shown or name == "data-avatar":
        return True
    if name.startswith("data-"):
        # JSON, HTML or a sentence may mention an address; an address alone has no blanks.
        alone = _ADDRESS.match(value) and not _BLANK.search(value.strip())
        return bool(alone) and addresses.is_picture(value)
    if (tag, name) in _LEADING:
        return addresses.is_picture(value)
    return _is_said(element, name)


def _is_said(element: turbohtml.Element, name: str) -> bool:
    """Tell whether an element says of itself that it names a picture."""
    match element.tag, name:
        case "input", "src":
            said = _words(element, "type") == {"image"}
        case "link", "href":
            relations = _words(element, "rel")
            preload = "preload" in relations and _words(element, "as") == {"image"}
            said = preload or bool(relations & _RELATIONS)
        case "meta", "content":
            names = _words(element, "property") | _words(element, "name")
            said = bool(names & _PROPERTIES) or _words(element, "itemprop") == {"image"}
        case _:
            said = False
    return said


def _candidates(element: turbohtml.Element, name: str, value: Undone) -> Iterator[Found]:
    role = _role(element, name)
    width, height = _pixels(element, "width"), _pixels(element, "height")
    for begin, end, declared in srcset.candidates(value.text):
        start, after = value.span(begin, end)
        yield Found(
            start=start,
            end=after,
            address=value.text[begin:end],
            role=role,
            where=f"{element.tag}[{name}]",
            width=declared or width,
            height=None if declared else height,
        )


def _styles(value: Undone) -> Iterator[Found]:
    return (one.within(value) for one in css.find(value.text))


def _role(element: turbohtml.Element, name: str) -> Role:
    said = f"{_said(element, 'class')} {_said(element, 'alt')}"
    return Role.AVATAR if name == "data-avatar" or _AVATAR.search(said) else Role.BODY


def _said(element: turbohtml.Element, name: str) -> str:
    value = element.attrs.get(name)
    return octets.write(" ".join(value) if isinstance(value, list) else value or "")


def _words(element: turbohtml.Element, name: str) -> set[str]:
    return set(_said(element, name).lower().split())


def _pixels(element: turbohtml.Element, name: str) -> int | None:
    """Return a declared side; None where there is none or it is no length in pixels."""
    declared = _PIXELS.fullmatch(_said(element, name))
    return int(declared[1]) or None if declared else None
