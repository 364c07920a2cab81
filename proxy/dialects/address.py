"""The address of an original: text → Source, the way a browser reads it (WHATWG URL, by ada).

Pure. A written form that two parsers could read differently is refused rather than repaired, so
that rule, key and connect see one host. Knows nothing of which hosts are allowed.
"""

import re
from functools import lru_cache

from ada_url import URL, HostType, idna

from proxy.errors import BadAddress
from proxy.model.order import Source

# WHATWG strips tabs and line ends anywhere: "ht\ttp://" would pass for "http://" (bpo-43882).
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# As written: no empty authority ("http:///x"), no blank, no backslash, no percent-encoded ASCII.
# WHATWG decodes "%6c%6fcalhost" and takes "\" for "/"; other parsers do not. Escaped UTF-8 is how a
# browser sends an international name within a query.
_AUTHORITY = r"//(?P<authority>(?:[^/?#\\% ]|%[89a-f][0-9a-f])+)(?=[/?#]|\Z)"
_ABSOLUTE = re.compile(rf"https?:{_AUTHORITY}", re.IGNORECASE | re.ASCII)
# A Location may leave scheme and authority out, but not write half of either.
_REFERENCE = re.compile(
    rf"(?:https?:)?{_AUTHORITY}|(?!//|/?\\|[a-z][a-z0-9+.-]*:)", re.IGNORECASE | re.ASCII
)
# After IDNA. Underscores are no host name (RFC 952), yet real buckets have them.
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_HOST_MAX = 253  # characters of a name without its trailing dot (RFC 1035 §2.3.4)
_REMEMBERED_MAX = 512  # characters: what strangers make up fills no more than a few megabytes
_DEFAULT_PORTS = {"http": 80, "https": 443}


def parse_source(text: str, base: Source | None = None) -> Source:
    """Read an http(s) address; with a ``base``, also a redirect's relative one.

    Percent-encodings in path and query stay as they are written, the fragment goes. Raises
    BadAddress for whatever is not plainly such an address.
    """
    if base is None and len(text) <= _REMEMBERED_MAX:
        return _remembered(text)
    return _parsed(text, base)


@lru_cache(maxsize=2048)  # readers ask for the same few, and this costs as much as the rest
def _remembered(text: str) -> Source:
    return _parsed(text, None)


def _parsed(text: str, base: Source | None) -> Source:
    form = _ABSOLUTE if base is None else _REFERENCE
    written = form.match(text.strip(" "))  # WHATWG strips the blanks around an address
    if written is None or _CONTROL.search(text):
        raise BadAddress(f"{text[:200]!r} is not written as an http or https address")
    try:
        url = URL(text, None if base is None else base.url)
    except ValueError as exc:  # a lone surrogate raises UnicodeEncodeError, which is one too
        raise BadAddress(f"{text[:200]!r} is no address a browser would read") from exc
    scheme = url.protocol.removesuffix(":")
    literal = url.host_type is not HostType.DEFAULT
    host = url.hostname if literal else _judged(url.hostname.removesuffix("."))
    port = url.port  # empty where it is the scheme's own
    if port == "0":
        raise BadAddress(f"{host} is asked at port 0, where nothing answers")
    path = "/" + url.href.partition("#")[0].split("/", 3)[3]
    authority = f"{host}:{port}" if port else host
    return Source(
        url=f"{scheme}://{authority}{path}",
        scheme=scheme,
        host=host,
        port=int(port or _DEFAULT_PORTS[scheme]),
        path=path,
        literal=literal,
        credentials="@" in (written["authority"] or ""),
    )


def _judged(host: str) -> str:
    """Return a name that DNS can hold, or raise BadAddress."""
    if not _HOST.fullmatch(host) or len(host) > _HOST_MAX:
        raise BadAddress(f"{host[:300]!r} is no host name")
    # ada takes any "xn--" label as it is and leaves what it cannot decode.
    labels = idna.decode(host.encode()).split(".") if "xn--" in host else host.split(".")
    if any(label.startswith("xn--") for label in labels):
        raise BadAddress(f"{host!r} has a malformed A-label (RFC 5891 §5.3)")
    if labels[-1].isdecimal():  # Thai digits survive IDNA, and int() reads them
        raise BadAddress(f"{host!r} ends in a number written in another script's digits")
    return host
