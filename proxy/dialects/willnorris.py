"""imageproxy's addresses (willnorris/imageproxy): ``/OPTIONS/URL``.

    address = "/" [[options] "/"] source
    options = option *("," option)        ; unknown ones are ignored, later ones win
    option  = size / "fit" / "sc" / "trim" / ("cx" / "cy" / "cw" / "ch") number
            / "r" degrees / "fv" / "fh" / "q" quality / "jpeg" / "png"
            / "s" base64url / "vu" seconds            ; signature, valid until
    size    = [number] "x" [number] / number          ; above 0 and below 1: a share of the picture
    source  = URL                                     ; the request's query is its own
            / URL, percent-encoded whole / base64url of a URL

    /480x/http://h/x.jpg        /x0.15/http://h/x.jpg        /100x150/http://h/x.jpg
    /150,fit/http://h/x.jpg     /cx175,cw400,ch300,100x/http://h/x.jpg
    /200x,q60/http://h/x?id=1   /x/http%3A%2F%2Fh%2F%3Fid%3D1   //http://h/x.jpg   /http:/h/x.jpg
    /100x200/aHR0cDovL2V4YW1wbGUuY29tL2ltYWdlLmpwZw

What is signed, by HMAC-SHA256, is the source, or source "#" options as ``Wish.canonical`` prints
them. What the options make: ``willnorris_options.py``.
"""

import re
from base64 import urlsafe_b64decode
from urllib.parse import quote, unquote

from proxy.dialects import willnorris_options
from proxy.dialects.address import parse_source
from proxy.dialects.echo import confirmed
from proxy.dialects.willnorris_options import Wish
from proxy.errors import AskError, BadAddress
from proxy.model.order import Order
from proxy.model.request import Request
from proxy.model.signature import Signature
from proxy.settings import Settings

_PLAIN = re.compile(r"(https?):/+(?=[^/])", re.IGNORECASE)  # as many slashes as others left
_ENCODED = re.compile(r"https?%3A%2F", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9_-]+")


def read(request: Request, settings: Settings) -> Order | None:
    """Return what is asked, or None where no address stands in either place.

    Raises BadAddress, BadOption, NotOffered.
    """
    parted = _parted(request, settings)
    if parted is None:
        return None
    options, url = parted
    wish = willnorris_options.read(options)
    return Order(
        source=parse_source(url),
        transform=willnorris_options.transform(wish),
        dialect="willnorris",
        signature=_signature(wish, url),
        expires=float(wish.valid_until) if wish.valid_until else None,
    )


def write(order: Order) -> str | None:
    """Return the unsigned target that is read as this order; None where it cannot be said."""
    try:
        options = willnorris_options.write(order.transform)
    except AskError:
        return None
    if order.expires is not None:
        options.append(f"vu{order.expires:.0f}")
    url = order.source.url
    source = quote(url, safe="") if "?" in url else url  # a bare query might be read as another's
    return confirmed(f"/{','.join(options) or 'x'}/{source}", order, read)


def sign(target: str, settings: Settings) -> str | None:
    """Return the target signed with the first key, its options included.

    None without a key, and for what is not written as imageproxy's. Raises what ``read`` raises.
    """
    keys, request = settings.signing_keys("willnorris"), Request(method="GET", target=target)
    parted = _parted(request, settings)
    if not keys or parted is None or read(request, settings) is None:
        return None
    options, url = parted
    signature = keys[0].sign(_messages(willnorris_options.read(options), url)[1])
    kept = willnorris_options.unsigned(options)
    bare = _target(request.path[1:], request.query) is not None
    source = target[1:] if bare else target[1:].partition("/")[2]
    return f"/{kept},s{signature}/{source}" if kept else f"/s{signature}/{source}"


def _parted(request: Request, settings: Settings) -> tuple[str, str] | None:
    """Return options and source, None where there is no source; raises BadAddress.

    A bare address without options is cors-anywhere's where that is read (dialects.md, order 6).
    """
    path = request.path[1:]
    if _PLAIN.match(path) and "cors-anywhere" in settings.dialects.enabled:
        return None
    url = _target(path, request.query)
    if url is not None:
        return "", url
    options, _, path = path.partition("/")
    url = _target(path, request.query)
    return None if url is None else (options, url)


def _target(text: str, query: str) -> str | None:
    plain = _PLAIN.match(text)
    if plain:
        url = f"{plain[1]}://{text[plain.end() :]}"
        return f"{url}?{query}" if query else url
    if _ENCODED.match(text):
        try:
            return _PLAIN.sub(r"\1://", unquote(text, errors="strict"), count=1)
        except UnicodeDecodeError as exc:
            raise BadAddress(f"{text[:200]!r} is no UTF-8 once decoded") from exc
    if not _BASE64.fullmatch(text):
        return None
    try:
        url = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:  # of either
        return None
    return url if url.startswith(("http://", "https://")) else None


def _signature(wish: Wish, url: str) -> Signature | None:
    if not wish.signature:
        return None
    return Signature(given=Signature.decoded(wish.signature), messages=_messages(wish, url))


def _messages(wish: Wish, url: str) -> tuple[bytes, bytes]:
    """Return both texts that may be signed: the source, and the source with the options.

    Of neither is the source's own fragment a part: written as one, the options another address was
    signed with would vouch for any (as they do in imageproxy itself).
    """
    bare = url.partition("#")[0].encode(errors="surrogateescape")
    return bare, b"%b#%b" % (bare, wish.canonical().encode(errors="surrogateescape"))
