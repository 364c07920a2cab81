"""What the beginning and the end of an SVG say (SVG 2 §8.2), found as XML 1.0 and browsers find it.

Pure, and no XML parser: the prolog is walked, the root's tag is read. Only a document whose root is
``svg`` is one; "<svg" anywhere else (in a WebP, in a page) means nothing. A gzipped one (svgz) is
none: a browser shows it only under a Content-Encoding, which is never stored.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from proxy.model.picture import Facts, Format

HEAD_MAX = 64 << 10  # bytes in which the root has to begin: editors write long comments before it
_TAIL_MAX = 4 << 10
_PROLOG_PARTS_MAX = 256
_SIDE_MAX = 2**31 - 1
_DEFAULT_SIZE = (300.0, 150.0)  # CSS 2 §10.3.2: a replaced element that states nothing

# Byte order marks, and what "<" looks like without one; the longer before the shorter.
_SIGNS = (
    (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
    (b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"),
)  # fmt: skip
# What a declaration may name: encodings in which markup looks as in ASCII, no tricks (UTF-7).
_CODECS = {
    "utf-8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8", "iso-8859-1": "cp1252",
    "windows-1252": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030",
    "big5": "big5", "shift_jis": "shift_jis", "euc-jp": "euc_jp", "euc-kr": "euc_kr",
}  # fmt: skip
_ENCODING = re.compile(rb"""<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff|\0\0\xfe\xff)?+[\s\0]{0,4096}+<")
_SPACE = re.compile(r"\s*+")
_DOCTYPE = re.compile(
    r"""<!DOCTYPE\s+(?P<name>[^\s\[>]+)(?:[^\["'>]|"[^"]*+"|'[^']*+')*+(?P<end>[\[>])""",
    re.IGNORECASE,
)
_ROOT = re.compile(
    r"""<(?:[\w.-]{1,64}:)?svg(?=[\s/>])(?P<inside>(?:[^<>"']|"[^<"]*+"|'[^<']*+')*+)>"""
)
_ATTRIBUTE = re.compile(r"""(?<![\w:.-])([\w:.-]+)\s*+=\s*+("[^"]*+"|'[^']*+')""")
_LENGTH = re.compile(
    r"\s*\+?([0-9]{0,40}\.?[0-9]{1,40}(?:e[+-]?[0-9]{1,4})?)(px|pt|pc|mm|cm|in|em|ex)?\s*",
    re.IGNORECASE,
)
_PIXELS = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96,
           "em": 16, "ex": 8}  # fmt: skip
_END = re.compile(r"</(?:[\w.-]{1,64}:)?svg\s*>\Z")


class Root(NamedTuple):
    """Where the root's tag begins in the text, what it says, and what was declared before it."""

    start: int
    attributes: dict[str, str]
    closed: bool  # it has no content: <svg … />
    subset: bool  # the document declares entities of its own


def read(data: memoryview, _max_frames: int) -> Facts | None:
    """Return the facts of an SVG: the size in CSS pixels; None where the bytes are none."""
    if not _MARKUP.match(data):
        return None
    codec = _codec(bytes(data[:HEAD_MAX])) or "utf-8"
    root = find_root(bytes(data[:HEAD_MAX]).decode(codec, "replace"))
    if root is None:
        return None
    width, height = _size(root.attributes)
    return Facts(
        format=Format.SVG,
        width=width,
        height=height,
        whole=root.closed or _is_whole(data, codec),
    )


def decoded(data: bytes) -> str | None:
    """Return an SVG's text; None where its encoding is none we read, or not kept to."""
    codec = _codec(data)
    try:
        return data.decode(codec) if codec else None
    except UnicodeDecodeError:
        return None


def find_root(text: str) -> Root | None:
    """Return the root's tag; None where the document is no SVG or it lies too far inside."""
    at, subset = 0, False
    for _ in range(_PROLOG_PARTS_MAX):
        blank = _SPACE.match(text, at)
        at = blank.end() if blank else at
        if text.startswith("<!--", at):
            at = text.find("-->", at + 4) + 3
        elif text.startswith("<?", at):
            at = text.find("?>", at + 2) + 2
        elif doctype := _DOCTYPE.match(text, at):
            at, subset = doctype.end(), doctype["end"] == "["
            if doctype["name"].rpartition(":")[2] != "svg":
                return None
            if subset:
                at = text.find("]>", at) + 2
        else:
            break
        if at < 4:  # noqa: PLR2004  # not found: -1, and the length of what was looked for
            return None
    found = _ROOT.match(text, at)
    if found is None:
        return None
    return Root(
        start=at,
        attributes=dict(_attributes(found["inside"])),
        closed=found["inside"].endswith("/"),
        subset=subset,
    )


def _codec(data: bytes) -> str | None:
    """Return Python's name of the encoding (XML 1.0 appendix F); None for one we do not read."""
    for sign, codec in _SIGNS:
        if data.startswith(sign):
            return codec
    declared = _ENCODING.match(data)
    return _CODECS.get(declared[1].decode("ascii").lower()) if declared else "utf-8"


def _attributes(inside: str) -> Iterator[tuple[str, str]]:
    for found in _ATTRIBUTE.finditer(inside):
        yield found[1], found[2][1:-1]


def _size(attributes: dict[str, str]) -> tuple[int, int]:
    """Return (width, height) as a browser lays it out where nothing else says how large."""
    width, height = (_pixels(attributes.get(side, "")) for side in ("width", "height"))
    numbers = re.split(r"[\s,]+", attributes.get("viewBox", "").strip(), maxsplit=4)
    box = [_pixels(number) for number in numbers]
    across, down = box[2:] if len(box) == 4 and box[2] and box[3] else (None, None)  # noqa: PLR2004
    if across and down:
        if width and not height:
            height = width * down / across
        elif height and not width:
            width = height * across / down
    return _side(width or across or _DEFAULT_SIZE[0]), _side(height or down or _DEFAULT_SIZE[1])


def _pixels(length: str) -> float | None:
    """Return a length in CSS pixels; None for shares, nonsense and what is not above zero."""
    found = _LENGTH.fullmatch(length)
    if found is None:
        return None
    return min(float(found[1]) * _PIXELS[(found[2] or "").lower()], _SIDE_MAX) or None


def _side(length: float) -> int:
    return max(1, round(min(length, _SIDE_MAX)))


def _is_whole(data: memoryview, codec: str) -> bool:
    """Tell whether the root's end tag is the last thing there, comments after it aside."""
    start = max(0, (len(data) - _TAIL_MAX) // 4 * 4)
    # A mark stands at the beginning alone; without one these two codecs need their byte order.
    if start and codec in ("utf-16", "utf-32"):
        codec += "-le" if bytes(data[:2]) == b"\xff\xfe" else "-be"
    tail = bytes(data[start:]).decode(codec, "replace").rstrip()
    while tail.endswith("-->"):
        tail = tail[: max(0, tail.rfind("<!--"))].rstrip()
    return _END.search(tail) is not None
