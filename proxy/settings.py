"""The sections of config.toml as typed, bounded models with defaults.

Pure: reads no file and no environment (``config.py`` does). What a key means stands beside it in
``config.toml``. Durations are seconds and sizes are bytes once read; written, they carry a unit.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_network
from typing import Annotated, Literal, Self

from ada_url import URL, idna
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from proxy.model.transform import Fit

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


def _field_value(value: str) -> str:
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


def _contradiction(*found: tuple[tuple[str, ...], object, str]) -> None:
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
    _shaped(r"[a-z][a-z0-9_-]{0,31}", "a preset's name: a letter, then letters, digits, - or _"),
]
Network = Annotated[str, AfterValidator(_network)]
Digest = Annotated[str, _shaped(r"[0-9a-f]{64}", "a sha256 in hex, lower case")]
PassedField = Annotated[str, _shaped(rf"\*|{_TOKEN}", '"*" or a header field\'s name')]
Ignorable = Literal[
    "no-store", "no-cache", "private", "must-revalidate", "proxy-revalidate", "s-maxage"
]
FieldName = Annotated[str, AfterValidator(_field_name)]
FieldValue = Annotated[str, AfterValidator(_field_value)]
Referer = Annotated[
    str,
    AfterValidator(_field_value),
    _shaped(r"auto|none|origin|https?://\S+", '"auto", "none", "origin" or a URL'),
]
Quality = Annotated[int, Field(ge=1, le=100)]
Listed = BeforeValidator(_split)


class Section(BaseModel):
    """A section: unknown keys are mistakes, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Server(Section):
    """``[server]``: where we listen and how we run."""

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    workers: int = Field(default=0, ge=0, le=256)
    shutdown: Seconds = 20.0
    names: Annotated[tuple[HostName, ...], Listed] = ()
    trusted_proxies: Annotated[tuple[Network, ...], Listed] = ()


class Admin(Section):
    """``[admin]``: who may look behind the door."""

    token: Annotated[str, AfterValidator(_field_value)] = ""


class Log(Section):
    """``[log]``: what is written, and how."""

    format: Literal["auto", "text", "json"] = "auto"
    level: Literal["debug", "info", "warning", "error"] = "info"
    access: bool = True


class Access(Section):
    """``[access]``: what may be asked, and who may read the answer."""

    hosts: Annotated[tuple[HostPattern, ...], Listed] = ("image.woshipm.com", "*.woshipm.com")
    ports: Annotated[tuple[Port, ...], Listed] = (80, 443)
    types: Annotated[tuple[TypePattern, ...], Listed] = ("image/*",)
    readers: Annotated[tuple[Reader, ...], Listed] = ("*",)
    placeholders: Annotated[tuple[Digest, ...], Listed] = ()


class Cache(Section):
    """``[cache]``: where originals and pictures are kept, how much and how long."""

    dir: Annotated[str, Field(min_length=1)] = "~/.cache/image-proxy"
    disk: Bytes = 10 * GIB
    memory: Bytes = 128 * MIB
    default_ttl: Seconds = 7 * DAY
    min_ttl: Seconds = 0.0
    max_ttl: Seconds = 365 * DAY
    stale_wait: Seconds = 1.0
    remember_failures: bool = True
    ignore: Annotated[tuple[Ignorable, ...], Listed] = ()
    pass_response_headers: Annotated[tuple[PassedField, ...], Listed] = ()
    pass_request_headers: Annotated[tuple[PassedField, ...], Listed] = ()

    @model_validator(mode="after")
    def _bounds_agree(self) -> Self:
        if self.min_ttl > self.max_ttl:
            _contradiction((("min_ttl",), self.min_ttl, _above(self.min_ttl, self.max_ttl)))
        return self


class Fetch(Section):
    """``[fetch]``: deadlines and caps towards origins."""

    connect: Deadline = 3.0
    first_byte: Deadline = 10.0
    total: Deadline = 60.0
    max_bytes: Annotated[Bytes, Field(gt=0)] = 32 * MIB
    redirects: int = Field(default=5, ge=0, le=20)
    user_agent: FieldValue = "Mozilla/5.0 (compatible; image-proxy/0.1)"
    per_origin: int = Field(default=16, ge=1, le=1024)


class Qualities(Section):
    """``[images] quality``: 1 to 100 of each format's own scale."""

    jpeg: Quality = 80
    webp: Quality = 80
    avif: Quality = 60


class Images(Section):
    """``[images]``: what is made, and how much of it is accepted."""

    max_pixels: int = Field(default=50_000_000, ge=1)
    quality: Qualities = Qualities()
    formats: Annotated[tuple[Literal["avif", "webp"], ...], Listed] = ("avif", "webp")
    workers: int = Field(default=0, ge=0, le=256)
    queue: int = Field(default=64, ge=1)
    deadline: Deadline = 10.0
    max_frames: int = Field(default=256, ge=1)
    max_side: int = Field(default=16383, ge=1, le=16383)


class Preset(Section):
    """``[presets.NAME]``: a picture that may be asked by name. Sides in upright pixels."""

    width: int | None = Field(default=None, ge=1, le=16383)
    height: int | None = Field(default=None, ge=1, le=16383)
    fit: Fit = Fit.COVER

    @model_validator(mode="after")
    def _has_a_side(self) -> Self:
        if self.width is None and self.height is None:
            raise ValueError("a preset needs a width, a height or both")
        return self


class Dialects(Section):
    """``[dialects]``: which ways of writing an address are read."""

    enabled: Annotated[tuple[Literal["wrapped"], ...], Listed] = ("wrapped",)
    wrappers: Annotated[tuple[HostName, ...], Listed] = ("cors.zfour.workers.dev",)


class Origin(Section):
    """``[origins."KEY"]``: how one origin is asked. None: as for all."""

    referer: Referer = "auto"
    user_agent: FieldValue | None = None
    headers: dict[FieldName, FieldValue] = {}
    ports: Annotated[tuple[Port, ...], Listed] | None = None
    default_ttl: Seconds | None = None
    min_ttl: Seconds | None = None
    max_ttl: Seconds | None = None
    ignore: Annotated[tuple[Ignorable, ...], Listed] | None = None
    pass_response_headers: Annotated[tuple[PassedField, ...], Listed] | None = None
    pass_request_headers: Annotated[tuple[PassedField, ...], Listed] | None = None
    connect_to: Authority | None = None


PRESETS = {"thumbnail": Preset(width=400, height=300), "headimg": Preset(width=900, height=420)}
ORIGINS = {"image.woshipm.com": Origin(referer="https://www.woshipm.com/")}


class Settings(Section):
    """Everything an operator may set."""

    server: Server = Server()
    admin: Admin = Admin()
    log: Log = Log()
    access: Access = Access()
    cache: Cache = Cache()
    fetch: Fetch = Fetch()
    images: Images = Images()
    presets: dict[PresetName, Preset] = PRESETS
    dialects: Dialects = Dialects()
    origins: dict[OriginKey, Origin] = ORIGINS

    @model_validator(mode="after")
    def _origins_agree(self) -> Self:
        found = []
        for key, origin in self.origins.items():
            least = self.cache.min_ttl if origin.min_ttl is None else origin.min_ttl
            most = self.cache.max_ttl if origin.max_ttl is None else origin.max_ttl
            if least > most:
                name = "max_ttl" if origin.min_ttl is None else "min_ttl"
                found.append((("origins", key, name), least, _above(least, most)))
        _contradiction(*found)
        return self


def _above(min_ttl: float, max_ttl: float) -> str:
    return f"a min_ttl of {min_ttl:.15g}s is above the max_ttl of {max_ttl:.15g}s"
