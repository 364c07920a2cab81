"""The sections of config.toml as typed, bounded models with defaults.

Pure: reads no file and no environment (``config.py`` does). What a key means stands beside it in
``config.toml``. Durations are seconds and sizes are bytes once read; written, they carry a unit.
"""

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from proxy.errors import BadOption
from proxy.model import options
from proxy.model.geometry import MAX_SIDE
from proxy.model.signature import SigningKey
from proxy.model.transform import Fit, Output, Transform
from proxy.setting_types import (
    DAY,
    GIB,
    MIB,
    Authority,
    Base,
    Bytes,
    Deadline,
    FieldName,
    FieldValue,
    HostName,
    HostPattern,
    Ignorable,
    KeyAndSalt,
    Listed,
    Network,
    OriginKey,
    PassedField,
    Placeholder,
    Port,
    PresetName,
    Quality,
    Reader,
    Referer,
    Seconds,
    Secret,
    Template,
    TypePattern,
    contradiction,
    field_value,
)


class Section(BaseModel):
    """A section: unknown keys are mistakes, nothing changes after reading.

    Its validator is built when it is first needed: ``Settings`` builds one for all of them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


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

    token: Annotated[str, AfterValidator(field_value)] = ""


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
    placeholders: Annotated[tuple[Placeholder, ...], Listed] = ()
    options: bool = False
    keys: Annotated[tuple[Secret, ...], Listed] = ()
    posts: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Listed] = ()


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
            contradiction((("min_ttl",), self.min_ttl, _above(self.min_ttl, self.max_ttl)))
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
    quality: Qualities = Field(default_factory=Qualities)
    formats: Annotated[tuple[Literal["avif", "webp"], ...], Listed] = ("avif", "webp")
    workers: int = Field(default=0, ge=0, le=256)
    queue: int = Field(default=64, ge=1)
    deadline: Deadline = 10.0
    max_frames: int = Field(default=256, ge=1)
    max_side: int = Field(default=16383, ge=1, le=16383)


class Preset(Section):
    """``[presets.NAME]``: a picture that may be asked by name. Sides in upright pixels.

    ``options`` are our own (``model/options.py``), for all that has no key here.
    """

    width: int | None = Field(default=None, ge=1, le=MAX_SIDE)
    height: int | None = Field(default=None, ge=1, le=MAX_SIDE)
    fit: Fit = Fit.COVER
    options: str = ""

    @field_validator("options")
    @classmethod
    def _readable(cls, value: str) -> str:
        try:
            options.read(value)
        except BadOption as wrong:
            raise ValueError(f"{value!r}: at character {wrong.at}, {wrong.said}") from None
        return value

    @model_validator(mode="after")
    def _makes_something(self) -> Self:
        if self.width is None and self.height is None and not self.options:
            raise ValueError("a preset needs a width, a height or options")
        return self

    @cached_property
    def transform(self) -> Transform:
        """Return what is made by this name; the options stand above the keys. Not yet normal."""
        box = Transform(width=self.width, height=self.height, fit=self.fit, format=Output.AUTO)
        return options.read(self.options, box)


Dialect = Literal[
    "wrapped", "weserv", "cloudflare", "imgproxy", "willnorris", "cors-anywhere", "photon"
]


class Dialects(Section):
    """``[dialects]``: which ways of writing an address are read, and what they need."""

    enabled: Annotated[tuple[Dialect, ...], Listed] = ("wrapped",)
    wrappers: Annotated[tuple[HostName, ...], Listed] = ("cors.zfour.workers.dev",)
    base: Base = ""
    imgproxy_keys: Annotated[tuple[KeyAndSalt, ...], Listed] = ()
    imgproxy_signature_size: int = Field(default=32, ge=8, le=32)
    willnorris_keys: Annotated[tuple[Secret, ...], Listed] = ()
    photon_names: Annotated[tuple[HostName, ...], Listed] = (
        "i0.wp.com",
        "i1.wp.com",
        "i2.wp.com",
        "i3.wp.com",
    )


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
    fallbacks: Annotated[tuple[Authority, ...], Listed] = ()


Role = Literal["headimg", "thumbnail", "body", "avatar", "link"]
ROLES: dict[Role, tuple[str, ...]] = {"headimg": ("headimg",), "thumbnail": ("thumbnail",)}


class Mirror(Section):
    """``[mirror]``: what is wanted of the pictures posts refer to, and how politely it is got."""

    presets: dict[Role, tuple[PresetName, ...]] = ROLES
    formats: Annotated[tuple[Literal["avif", "webp", "jpeg"], ...], Listed] = (
        "avif",
        "webp",
        "jpeg",
    )
    keys: dict[str, Role] = {}
    per_host: int = Field(default=2, ge=1, le=64)
    delay: Seconds = 0.25
    archive: Template = ""

    @field_validator("presets")
    @classmethod
    def _beside_the_shipped(cls, value: dict[Role, tuple[str, ...]]) -> dict[Role, tuple[str, ...]]:
        return {**ROLES, **value}


# Not validated at import, which would build their validators; tests/test_settings.py does.
PRESETS = {
    "thumbnail": Preset.model_construct(width=400, height=300),
    "headimg": Preset.model_construct(width=900, height=420),
}
ORIGINS = {"image.woshipm.com": Origin.model_construct(referer="https://www.woshipm.com/")}


class Settings(Section):
    """Everything an operator may set."""

    server: Server = Field(default_factory=Server)
    admin: Admin = Field(default_factory=Admin)
    log: Log = Field(default_factory=Log)
    access: Access = Field(default_factory=Access)
    cache: Cache = Field(default_factory=Cache)
    fetch: Fetch = Field(default_factory=Fetch)
    images: Images = Field(default_factory=Images)
    presets: dict[PresetName, Preset] = PRESETS
    dialects: Dialects = Field(default_factory=Dialects)
    origins: dict[OriginKey, Origin] = ORIGINS
    mirror: Mirror = Field(default_factory=Mirror)

    @model_validator(mode="after")
    def _origins_agree(self) -> Self:
        found = []
        for key, origin in self.origins.items():
            least = self.cache.min_ttl if origin.min_ttl is None else origin.min_ttl
            most = self.cache.max_ttl if origin.max_ttl is None else origin.max_ttl
            if least > most:
                name = "max_ttl" if origin.min_ttl is None else "min_ttl"
                found.append((("origins", key, name), least, _above(least, most)))
        contradiction(*found)
        return self

    def signing_keys(self, dialect: str) -> tuple[SigningKey, ...]:
        """Return the keys addresses of this dialect are signed with, the one to sign with first."""
        match dialect:
            case "wrapped":
                return tuple(SigningKey(key=key.encode()) for key in self.access.keys)
            case "willnorris":
                return tuple(SigningKey(key=key.encode()) for key in self.dialects.willnorris_keys)
            case "imgproxy":
                size = self.dialects.imgproxy_signature_size
                pairs = (pair.partition(":") for pair in self.dialects.imgproxy_keys)
                return tuple(
                    SigningKey(key=bytes.fromhex(key), salt=bytes.fromhex(salt), size=size)
                    for key, _, salt in pairs
                )
            case _:
                return ()


def _above(min_ttl: float, max_ttl: float) -> str:
    return f"a min_ttl of {min_ttl:.15g}s is above the max_ttl of {max_ttl:.15g}s"
