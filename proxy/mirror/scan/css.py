r"""Addresses in CSS: ``url()`` and ``image-set()``, not ``@import``, ``@namespace`` or fonts.

CSS Syntax 3 §4.3: one expression that takes comments, strings and urls whole, so that none hides in
another. Limitation: a function whose own name is written with escapes (``\75rl(``) is not seen.
"""

import re
from collections.abc import Iterator

from proxy.mirror.reference import Role
from proxy.mirror.scan import octets
from proxy.mirror.scan.found import Found

_COMMENT = r"/\*.*?(?:\*/|\Z)"
_STRING = r"\"(?:[^\"\\\n]|\\.)*+\"?|'(?:[^'\\\n]|\\.)*+'?"
_BLANK = r"[ \t\r\n\f]"
_ESCAPED = rf"\\(?:[0-9a-f]{{1,6}}{_BLANK}?|.)"
_BARE = rf"(?:[^\"'() \t\r\n\f\\]|{_ESCAPED})*+"
_URL = rf"url\({_BLANK}*{_BARE}{_BLANK}*\)?"
_TOKEN = re.compile(
    rf"""
      {_COMMENT}
    | @(?:import|namespace)(?![\w-])(?:{_COMMENT}|{_STRING}|{_URL}|[^;{{}}"'])*+
    | @font-face(?![\w-])[^{{;]*+\{{?(?:{_COMMENT}|{_STRING}|{_URL}|[^}}"'])*+
    | (?P<string>{_STRING})
    | (?<![\w\\-])url\({_BLANK}*(?P<quoted>{_STRING})
    | (?<![\w\\-])url\({_BLANK}*(?P<bare>{_BARE}){_BLANK}*(?:\)|\Z)
    | (?<![\w\\-])url\((?:[^)\\]|\\.)*+\)?  # a bad one
    | (?P<set>(?<![\w\\])(?:-webkit-)?image-set\()
    | (?P<open>\()
    | (?P<close>\))
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ESCAPE = re.compile(
    r"\\(?:([0-9a-f]{1,6})(?:\r\n|[ \t\r\n\f])?|(\r\n|[\n\r\f])|(.))", re.IGNORECASE | re.DOTALL
)
_OCCURS = re.compile(r"url\(|image-set\(", re.IGNORECASE)
_LAST = 0x10FFFF


def find(text: str) -> list[Found]:
    """Return the addresses of pictures in a style sheet or in the declarations of one element."""
    return list(_addresses(text)) if _OCCURS.search(text) else []


def _addresses(text: str) -> Iterator[Found]:
    depth = 0  # of parentheses within image-set(); its strings at depth 1 are addresses
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind in {"quoted", "bare"}:
            found = _found(text, *token.span(kind), where="css url()")
        elif kind == "string" and depth == 1:
            found = _found(text, *token.span(), where="css image-set()")
        else:
            found = None
            if kind == "set":
                depth = 1
            elif depth and kind in {"open", "close"}:
                depth += 1 if kind == "open" else -1
        if found:
            yield found


def _found(text: str, start: int, end: int, *, where: str) -> Found | None:
    quote = text[start:end][:1]
    if quote in {"'", '"'}:
        start, end = start + 1, end - (end > start + 1 and text[end - 1] == quote)
    inner = text[start:end]
    start += len(inner) - len(inner.lstrip(" \t\r\n\f"))
    inner = inner.strip(" \t\r\n\f")
    address = _ESCAPE.sub(_unescaped, inner)
    if not address or address.startswith("#"):
        return None
    end = start + len(inner)
    return Found(start=start, end=end, address=address, role=Role.BODY, where=where)


def _unescaped(escape: re.Match[str]) -> str:
    if escape[1]:
        code = int(escape[1], 16)
        good = 0 < code <= _LAST and not 0xD800 <= code < 0xE000  # noqa: PLR2004  # surrogates
        return octets.character(chr(code)) if good else "\ufffd"
    return escape[3] or ""
