"""What a reader's client hints make of a transform that leaves something to them (RFC 8942).

Pure, and never raises: an unreadable hint is none. Values are rounded up to steps, because each is
a picture of its own.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from proxy.model.headers import Headers
from proxy.model.transform import Hint, Transform

# Responsive Image Client Hints (WICG) and Save-Data (draft-grigorik-http-client-hints).
FIELDS = {Hint.DPR: "Sec-CH-DPR", Hint.WIDTH: "Sec-CH-Width", Hint.SAVE_DATA: "Save-Data"}
_DPR_MAX = 4.0
_DPR_STEPS = 2  # a pixel ratio: 1, 1.5, 2 …
_WIDTH_STEP = 80  # pixels
_WIDTH_MAX = 4000
_NUMBER = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,6})?", re.ASCII)


def fields(hints: Iterable[Hint]) -> tuple[str, ...]:
    """Return the request fields a choice depends on, in their one order."""
    wanted = set(hints)
    return tuple([name for hint, name in FIELDS.items() if hint in wanted]) if wanted else ()


def resolve(transform: Transform, headers: Headers) -> Transform:
    """Return the transform with the sides its hints say; Save-Data stays a hint where it is on.

    A width asked for is in physical pixels, so that the pixel ratio is in it; where the transform
    has a width of its own, all of it is scaled to the one asked for.
    """
    if not transform.hints:
        return transform
    hints = transform.hints
    wanted = _width(headers) if Hint.WIDTH in hints else None
    own = transform.width
    thrifty = Hint.SAVE_DATA in hints and (headers.get("Save-Data") or "").strip().lower() == "on"
    plain = replace(transform, hints=frozenset({Hint.SAVE_DATA}) if thrifty else frozenset())
    if wanted is not None:
        return plain.scaled(wanted / own) if isinstance(own, int) else replace(plain, width=wanted)
    return plain.scaled(_ratio(headers)) if Hint.DPR in hints else plain


def _ratio(headers: Headers) -> float:
    found = _number(headers.get(FIELDS[Hint.DPR]))
    if found is None:
        return 1.0
    return min(_DPR_MAX, max(1.0, -(-found * _DPR_STEPS // 1) / _DPR_STEPS))


def _width(headers: Headers) -> int | None:
    found = _number(headers.get(FIELDS[Hint.WIDTH]))
    if not found:
        return None
    return min(_WIDTH_MAX, int(-(-found // _WIDTH_STEP)) * _WIDTH_STEP)


def _number(text: str | None) -> float | None:
    written = (text or "").strip()
    return float(written) if _NUMBER.fullmatch(written) else None
