"""What one setting may hold, with its bounds: durations, sizes, hosts, field names and the like.

Pure. A wrong value raises ValueError with a sentence that says what would be right.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_network
from typing import Annotated, Literal

from ada_url import URL, idna
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

_UNITS_S = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_UNITS_BYTES = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}
MIB, GIB, DAY = 1 << 20, 1 << 30, 86400.0
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = rf"{_LABEL}(?:\.{_LABEL})*"
_LITERAL = r"(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[[0-9a-f:.]+\])"
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105  # a field name (RFC 9110 §5.6.2), no secret
# Fields that frame or route a message are ours alone.
_OURS = {
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "accept-encoding",
    "te",
    "upgrade",
    "via",
}


def _measured(units: Mapping[str, float], example: str) -> BeforeValidator:
    def read(value: object) -> object:
        if isinstance(value, int | float) and not isinstance(value, bool):
            raise ValueError(f"{value!r} has no unit; write it like {example!r}")  # noqa: TRY004  # pydantic reports ValueError
        found = re.fullmatch(r"\s*([0-9]{1,15}(?:\.[0-9]{1,9})?)\s*([A-Za-z]+)\s*", str(value))
        if not found or found[2] not in units:
            raise ValueError(
                f"{value!r} needs a unit of {', '.join(units)}; write it like {example!r}"
            )
        number = float(found[1]) * units[found[2]]
        return int(number) if units is _UNITS_BYTES else number

    return BeforeValidator(read)


def _shaped(pattern: str, form: str, *, host: bool = False) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        text = idna.encode(value).decode() if host and not value.isascii() else value
        text = text.lower().removesuffix(".") if host else text
        read = _as_compared(text) if host and compiled.fullmatch(text) else text
        if not compiled.fullmatch(text) or read is None:
            raise ValueError(f"{value!r} is not {form}")
        return read

    return AfterValidator(check)


def _as_compared(text: str) -> str | None:
    """Print a host as a URL's host is printed (design §4): what is admitted is compared with that.

    None where no URL could hold it: 127.1 and 1.2.3.999 are neither names nor addresses, and there
    is no port 0 or 65536.
    """
    found = re.fullmatch(r"(\*|(?:\*\.)?)([^*]*?)(?::([0-9]+))?", text)
    if found is None or not (found[2] or found[1] == "*"):
        return None
    wild, host, port = found.groups()
    try:
        read = URL(f"http://{host}/").hostname if host else ""
    except ValueError:
        return None
    if (read != host and not host.startswith("[")) or (port and not 0 < int(port) < 65536):  # noqa: PLR2004  # TCP's ports
        return None
    return f"{wild}{read}:{int(port)}" if port else f"{wild}{read}"


def _split(value: object) -> object:
    """Read "a, b" as a list: the short form the environment allows beside JSON."""
    return (
        [item.strip() for item in value.split(",") if item.strip()]
        if isinstance(value, str)
        else value
    )


def _field_name(name: str) -> str:
    if not re.fullmatch(_TOKEN, name) or name.lower() in _OURS:
        raise ValueError(f"{name!r} is not a header field an operator may set")
    return name


def field_value(value: str) -> str:
    """Return a header field's value as it is; raises ValueError where it could not be sent."""
    if not re.fullmatch(r"[\t\x20-\x7e]*", value):
        raise ValueError(
            f"{value!r} holds a character no header field may carry (visible ASCII only)"
        )
    return value


def _network(value: str) -> str:
    return str(ip_network(value, strict=False))


def _reader(value: str) -> str:
    try:
        return value if value == "*" else str(URL(value).origin)  # as a browser's Origin says it
    except ValueError:
        raise ValueError(f"{value!r} is no origin such as 'https://blog.example'") from None


def _base(value: str) -> str:
    try:
        read = (
            URL(value).href if re.fullmatch(r"https?://[^\s/?#@\\]+(?:/[^\s?#\\]*)?", value) else ""
        )
    except ValueError:
        read = ""
    if value and not read:  # not shown: it may hold a password
        raise ValueError("that is no address such as 'https://blog.example/', without a query")
    return read


def contradiction(*found: tuple[tuple[str, ...], object, str]) -> None:
    """Raise what cannot be meant: (keys from the section on, value, sentence) each."""
    if found:
        raise ValidationError.from_exception_data(
            "contradiction",
            [
                InitErrorDetails(
                    type=PydanticCustomError("contradiction", "{said}", {"said": said}),
                    loc=keys,
                    input=value,
                )
                for keys, value, said in found
            ],
        )


Seconds = Annotated[float, _measured(_UNITS_S, "3s"), Field(ge=0, le=10 * 365 * 86400)]
Deadline = Annotated[Seconds, Field(gt=0)]
Bytes = Annotated[int, _measured(_UNITS_BYTES, "10 GiB"), Field(ge=0)]
Port = Annotated[int, Field(ge=1, le=65535)]
HostName = Annotated[str, _shaped(rf"{_NAME}|{_LITERAL}", "a host name", host=True)]
HostPattern = Annotated[
    str,
    _shaped(
        rf"\*|(?:\*\.)?{_NAME}|{_LITERAL}", 'a host, "*.domain", "*" or an IP address', host=True
    ),
]
OriginKey = Annotated[
    str,
    _shaped(
        rf"(?:(?:\*\.)?{_NAME}|{_LITERAL})(?::[0-9]{{1,5}})?",
        '"host", "*.domain" or "host:port"',
        host=True,
    ),
]
Authority = Annotated[
    str, _shaped(rf"(?:{_NAME}|{_LITERAL})(?::[0-9]{{1,5}})?", "HOST or HOST:PORT", host=True)
]
Reader = Annotated[
    str,
    _shaped(
        r"\*|https?://[^/\s,;\x00-\x1f\x7f-\U0010ffff]+",
        '"*" or an origin such as "https://blog.example"',
    ),
    AfterValidator(_reader),
]
TypePattern = Annotated[
    str, _shaped(r"\*|[a-z0-9.+-]+/(?:\*|[a-z0-9.+-]+)", 'a media type such as "image/*"')
]
PresetName = Annotated[
    str,
    _shaped(
        r"(?!info\Z)[a-z][a-z0-9_-]{0,31}",
        "a preset's name: a letter, then letters, digits, - or _; not info, which has a meaning",
    ),
]
Network = Annotated[str, AfterValidator(_network)]
Placeholder = Annotated[
    str,
    _shaped(
        r"[0-9a-f]{64}|phash:[0-9a-f]{16}",
        'a sha256 in hex, lower case, or "phash:" and 16 hex digits',
    ),
]
PassedField = Annotated[str, _shaped(rf"\*|{_TOKEN}", '"*" or a header field\'s name')]
Ignorable = Literal[
    "no-store", "no-cache", "private", "must-revalidate", "proxy-revalidate", "s-maxage"
]
FieldName = Annotated[str, AfterValidator(_field_name)]
FieldValue = Annotated[str, AfterValidator(field_value)]
Referer = Annotated[
    str,
    AfterValidator(field_value),
    _shaped(r"auto|none|origin|https?://\S+", '"auto", "none", "origin" or a URL'),
]
Template = Annotated[
    str,
    AfterValidator(field_value),
    _shaped(
        r"|https?://[^\s{}]+\{url\}[^\s{}]*",
        'an address that holds "{url}" once, in its path or query',
    ),
]
Quality = Annotated[int, Field(ge=1, le=100)]
Base = Annotated[str, AfterValidator(_base)]
Secret = Annotated[str, Field(min_length=1)]
KeyAndSalt = Annotated[
    str, _shaped(r"(?:[0-9a-fA-F]{2}){1,256}:(?:[0-9a-fA-F]{2}){0,256}", "KEY:SALT, both in hex")
]
Listed = BeforeValidator(_split)
