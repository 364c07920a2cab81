"""What the path says before the ``?``: a preset, our own options, a signature. Pure.

segment   = word *("," item) / item *("," item)  ; each key once
word      = preset / "info"                      ; info: what is known of the picture, as JSON
item      = option                               ; model/options.py
          / "f=json"                             ; the same as info
          / "exp=" 1*10DIGIT                     ; Unix seconds: refused from then on
          / "s=" 43(ALPHA / DIGIT / "-" / "_")   ; HMAC-SHA256 of the rest, "?", the source's URL

thumbnail · thumbnail,dpr=2 · w=480,h=300,fit=cover,f=auto,q=75 · info,w=480 · exp=1798761600,s=…
"""

import re
from dataclasses import dataclass

from proxy.errors import BadOption, UnknownPreset
from proxy.model import options
from proxy.model.option_values import Value, one_of, whole
from proxy.model.options import Option
from proxy.model.order import Order, Source
from proxy.model.signature import Signature, SigningKey
from proxy.model.transform import ORIGINAL, Output, Transform
from proxy.settings import Settings

_INFO = "info"
_JSON = "json"
_LAST_INSTANT = 9_999_999_999  # the year 2286
_SIGNATURE = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes


def _given(text: str) -> bytes:
    if not _SIGNATURE.fullmatch(text):
        raise ValueError(text)
    return Signature.decoded(text)


_EXPIRES = whole(1, _LAST_INSTANT)
# Beside what a transform has.
_OPTIONS = (
    *(option for option in options.OPTIONS if option.key != "f"),
    Option("f", "format", one_of(*Output, _JSON)),
    Option("exp", None, Value(takes="Unix seconds", read=_EXPIRES.read, write=str)),
    Option("s", None, Value(takes="43 characters of base64url", read=_given, write=repr)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """What the path says of a source."""

    text: str  # without the signature: what is signed, together with the source
    transform: Transform = ORIGINAL  # not yet normal
    preset: str | None = None  # the transform is this preset's, and nothing was added
    info: bool = False
    given: bytes | None = None  # the signature
    expires: float | None = None  # Unix seconds

    def order(self, source: Source) -> Order:
        """Return what is asked of this source."""
        return Order(
            source=source,
            transform=self.transform,
            preset=self.preset,
            info=self.info,
            signature=None if self.given is None else _signed(self.text, source, self.given),
            expires=self.expires,
        )

    def signed(self, source: Source, key: SigningKey, expires: int | None = None) -> str:
        """Return the segment with its signature; ``expires``, if given, is its new last instant."""
        kept = [item for item in self.text.split(",") if item]
        if expires is not None:
            kept = [item for item in kept if not item.startswith("exp=")]
            kept.append(f"exp={expires}")
        text = ",".join(kept)
        return ",".join([*kept, f"s={key.sign(_message(text, source))}"])


NOTHING = Segment(text="")


def read(text: str, settings: Settings) -> Segment:
    """Return what the segment says; raises UnknownPreset for its word, BadOption for an item."""
    items = list(options.items(text))
    preset, info = None, False
    if items and "=" not in items[0].text:
        word = items.pop(0).text
        info = word == _INFO
        if not info and word not in settings.presets:
            raise UnknownPreset(word, tuple(settings.presets))
        preset = None if info else word
    found = options.parse(items, _OPTIONS)
    given, expires = found.pop("s", None), found.pop("exp", None)
    if found.get("f") == _JSON:
        info = True
        del found["f"]
    base = settings.presets[preset].transform if preset else ORIGINAL
    return Segment(
        text=",".join(item for item in text.split(",") if not item.startswith("s=")),
        transform=options.apply(found, base),
        preset=None if found else preset,
        info=info,
        given=given,
        expires=expires,
    )


def write(order: Order) -> str | None:
    """Return the segment, unsigned, that says what is asked of the source; None if none can."""
    made = options.write(order.transform)
    if order.preset:
        words = [order.preset, "f=json" if order.info else ""]
    elif _says(made, order.transform):
        words = [_INFO if order.info else "", made]
    else:
        return None
    if order.expires is not None:
        if not 1 <= order.expires <= _LAST_INSTANT or order.expires % 1:
            return None
        words.append(f"exp={order.expires:.0f}")
    return ",".join(word for word in words if word)


def _says(text: str, transform: Transform) -> bool:
    """Tell whether our options reach as far: another dialect may know none of our bounds."""
    try:
        return options.read(text) == transform
    except BadOption:
        return False


def _signed(text: str, source: Source, given: bytes) -> Signature:
    return Signature(given=given, messages=(_message(text, source),))


def _message(text: str, source: Source) -> bytes:
    return f"{text}?{source.url}".encode()
