"""imgproxy's addresses: ``/SIGNATURE/OPTIONS/plain/URL@FORMAT`` or ``…/BASE64URL.FORMAT``.

    address   = "/" signature "/" *(option "/") (plain / base64)   ; the request's query is dropped
    signature = 1*(ALPHA / DIGIT / "-" / "_") *"="                 ; "_", "insecure", "unsafe": none
    option    = name 1*(":" argument)                              ; "%3A" is read as ":"
    plain     = "plain/" URL ["@" [format]]                        ; "%", "?", "@" in it are encoded
    base64    = base64url ["." [format]]                           ; may be parted by "/"

    /insecure/rs:fill:300:400:0/g:sm/aHR0cDovL2V4YW1w/bGUuY29tL2ltYWdl/cy9jdXJpb3NpdHku/anBn.png
    /_/w:200/dpr:2/plain/http://h/x.jpg%3Fa=1      400 pixels wide, the source has a query
    /_/pr:thumb/plain/http://h/x.jpg               a preset of ours
    /_/raw:1/plain/http://h/a.gif                  the original

What is signed is "/" and all behind the signature, by HMAC-SHA256 with the salt in front. Options
are in ``imgproxy_options.py``; encrypted sources, chained pipelines and addresses of presets only
are not read.
"""

import re
from base64 import urlsafe_b64decode
from urllib.parse import quote, unquote

from proxy.dialects import imgproxy_options
from proxy.dialects.address import parse_source
from proxy.dialects.echo import confirmed
from proxy.errors import AskError, BadAddress
from proxy.model.order import Order
from proxy.model.request import Request
from proxy.model.signature import Signature
from proxy.settings import Settings

_SIGNATURE = re.compile(r"[A-Za-z0-9_-]+=*")
_UNSIGNED = ("_", "insecure", "unsafe")
_PLAIN = "plain"
_BASE64 = re.compile(r"([A-Za-z0-9_-]+)=*(?:\.([^.]*))?")
_HTTP = re.compile(r"https?://", re.IGNORECASE)
_MERGED = re.compile(r"(https?):/(?!/)", re.IGNORECASE)  # slashes, by what tidies paths on the way
_AS_IT_STANDS = "/:!$&'()*+,;=~[]"  # in a plain source; "%", "?" and "@" would say something else


def read(request: Request, settings: Settings) -> Order | None:
    """Return what is asked, or None where this is not written as imgproxy's.

    Raises BadAddress, BadOption, NotOffered, UnknownPreset.
    """
    given, _, rest = request.path[1:].partition("/")
    if not _SIGNATURE.fullmatch(given):
        return None
    message = _message(rest)
    items, target = _parted(message)
    found = _target(target)
    if found is None and any(_is_option(item) for item in items):
        raise BadAddress(f"neither plain/ nor base64 of an address: {'/'.join(target)[:200]!r}")
    told = items or target[0] == _PLAIN or given in _UNSIGNED or _is_signature(given, settings)
    if found is None or not told:  # a lone base64 may be another dialect's
        return None
    url, extension = found
    asked = imgproxy_options.read(items, extension, settings.presets)
    signature = Signature(given=Signature.decoded(given), messages=(_encoded(message),))
    return Order(
        source=parse_source(url),
        transform=asked.transform,
        preset=asked.preset,
        dialect="imgproxy",
        signature=None if given in _UNSIGNED else signature,
        expires=asked.expires,
    )


def write(order: Order) -> str | None:
    """Return the unsigned target that is read as this order; None where imgproxy cannot say it."""
    source = quote(order.source.url, safe=_AS_IT_STANDS)
    expires = [] if order.expires is None else [f"exp:{order.expires:.0f}"]
    if order.preset is not None:  # what it makes is said in the settings
        named = "/".join(["/_", f"pr:{order.preset}", *expires, _PLAIN, source])
        return None if order.info or order.otherwise else named
    try:
        items = imgproxy_options.write(order.transform)
    except AskError:
        return None
    extension = imgproxy_options.extension(order.transform.format)
    ending = f"{source}@{extension}" if extension else source
    return confirmed("/".join(["/_", *items, *expires, _PLAIN, ending]), order, read)


def sign(target: str, settings: Settings) -> str | None:
    """Return the target with the signature of the first key, in place of what it was signed with.

    None without a key, and for what is not written as imgproxy's. Raises what ``read`` raises.
    """
    keys, request = settings.signing_keys("imgproxy"), Request(method="GET", target=target)
    if not keys or read(request, settings) is None:
        return None
    message = _message(request.path[1:].partition("/")[2])
    return f"/{keys[0].sign(_encoded(message))}{message}"


def _message(rest: str) -> str:
    """Return what was signed: the path behind the signature, as it was before others tidied it."""
    options, plain, url = f"/{rest}".partition(f"/{_PLAIN}/")
    return options.replace("%3A", ":") + plain + _repaired(url)


def _repaired(url: str) -> str:
    merged = _MERGED.match(url)
    return f"{merged[1]}://{url[merged.end() :]}" if merged else url


def _parted(message: str) -> tuple[list[str], list[str]]:
    """Return the options, and the parts of the source: it begins where there is no colon."""
    parts = message[1:].split("/")
    begins = next((at for at, part in enumerate(parts) if ":" not in part), len(parts))
    return parts[:begins], parts[begins:]


def _is_option(item: str) -> bool:
    return item.partition(":")[0] in (*imgproxy_options.PRESET, *imgproxy_options.NAMES)


def _target(parts: list[str]) -> tuple[str, str] | None:
    """Return the source's address and the extension, None where there is no address.

    Raises BadAddress for a plain one that cannot be read.
    """
    if parts[1:] and parts[0] == _PLAIN:
        return _plain("/".join(parts[1:]))
    written = _BASE64.fullmatch("".join(parts))
    if written is None:
        return None
    try:
        url = urlsafe_b64decode(written[1] + "=" * (-len(written[1]) % 4)).decode()
    except ValueError:  # of either
        return None
    return (url, written[2] or "") if _HTTP.match(url) else None


def _plain(text: str) -> tuple[str, str]:
    url, *extensions = text.split("@")
    if len(extensions) > 1:
        raise BadAddress(f"two @: one in the source is written %40: {text[:200]!r}")
    try:
        return unquote(url, errors="strict"), "".join(extensions)
    except UnicodeDecodeError as exc:
        raise BadAddress(f"{url[:200]!r} is no UTF-8 once decoded") from exc


def _is_signature(given: str, settings: Settings) -> bool:
    """Tell whether it has a signature's length: then it says by itself whose address this is."""
    return len(Signature.decoded(given)) == settings.dialects.imgproxy_signature_size


def _encoded(message: str) -> bytes:
    return message.encode(errors="surrogateescape")  # as it came over the wire
