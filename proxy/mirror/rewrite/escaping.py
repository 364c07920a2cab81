"""How an address is written where it stands: YAML, CSS, Markdown, HTML, XML take signs for theirs.

Two forms mean the same to the service, the old worker and the scan: the source as it is, and the
source encoded once. The first is for people; the second holds no sign that anything takes for its
own, so it is written wherever the first could be read as something else.
"""

import re
from dataclasses import dataclass

from proxy.mirror.scan import Kind

# What no format here takes for its own; a comma ends a srcset's candidate, a colon a YAML key.
_HARMLESS = re.compile(r"[A-Za-z0-9._~:/?=%+@!$;,&#-]*[^:,]")
# What else is taken, by where it stands: a flow sequence's comma, a declaration's end.
_YAML = re.compile(",")
_CSS = re.compile("[&;]")
_XML = re.compile("&")  # how many escapes deep a feed's HTML stands, its reference does not say
_MARKDOWN = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Address:
    """A new address in its two forms; both the same where there is only one."""

    plain: str
    encoded: str


def fitted(address: Address, *, where: str, kind: Kind) -> str:
    """Return the address as it is written at ``where`` (a Reference's) of a document."""
    taken, is_attribute = _context(where, kind)
    plain = address.plain
    harmless = _HARMLESS.fullmatch(plain) and not taken.search(plain)
    written = plain if harmless else address.encoded
    return written.replace("&", "&amp;") if is_attribute else written


def _context(where: str, kind: Kind) -> tuple[re.Pattern[str], bool]:
    """Return the signs that are taken, and whether this is an attribute of HTML."""
    if where.startswith("css "):
        return _CSS, False
    if kind in {Kind.FEED, Kind.SITEMAP}:
        return _XML, False
    if where.startswith("front matter"):
        return _YAML, False
    if where.startswith("markdown "):
        return _MARKDOWN, False
    return _NOTHING, where.endswith("]")
