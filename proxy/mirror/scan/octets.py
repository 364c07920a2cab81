"""Bytes as text of one character each, so that an offset in the text is one in the document.

ASCII stays what it is; any other byte, and controls that parsers choke on, become characters of the
private use area: no letter, no blank, no sign to any parser, and told apart from what an escape
stands for.
"""

import codecs
import re

_PRIVATE = 0xE000
# Controls that YAML refuses and Markdown libraries take for blanks. Tab, line ends and form feed
# (a blank in HTML and CSS) stay.
_KEPT = frozenset(b"\t\n\f\r") | frozenset(range(0x20, 0x7F))
_TABLE = "".join(chr(byte if byte in _KEPT else _PRIVATE + byte) for byte in range(256))
_OCTETS = re.compile(f"[{chr(_PRIVATE)}-{chr(_PRIVATE + 255)}]+")


def read(document: bytes) -> str:
    """Return the document as octets."""
    return codecs.charmap_decode(document, "strict", _TABLE)[0]


def write(text: str) -> str:
    """Return what octets say, read as UTF-8; what is none survives as surrogates."""
    return text if text.isascii() else _OCTETS.sub(_characters, text)


def character(text: str) -> str:
    """Return what an escape stands for, in a form ``write`` leaves as it is."""
    return read(text.encode("utf-8", "replace")) if _OCTETS.search(text) else text


def _characters(octets: re.Match[str]) -> str:
    return bytes(ord(one) - _PRIVATE for one in octets[0]).decode("utf-8", "surrogateescape")
