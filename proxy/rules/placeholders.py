"""Pictures that are no pictures: "do not hotlink" said with status 200.

Pure. Known ones (``[access] placeholders``) are told by the sha256 of their bytes, or by how they
look: a perceptual hash of 64 bits, which outlives another size, quality or format. That one costs a
decoding, so it is asked only of what is small enough to be a notice.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from proxy.errors import OriginRefused
from proxy.model.picture import Facts, Format

ALIKE = "phash:"
# Of 64 bits. A notice scaled by 0.3 to 2, or written anew as JPEG, WebP or GIF, differs in 2; the
# nearest of 189 other pictures of a corpus in 22; unrelated ones in 32.
_MOST_BITS = 6
_MOST_BYTES = 256 << 10
_MOST_PIXELS = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholders:
    """Those the operator knows: digests in hex, and fingerprints."""

    digests: frozenset[str]
    fingerprints: tuple[int, ...]

    @classmethod
    def of(cls, listed: tuple[str, ...]) -> Self:
        """Read the entries of ``[access] placeholders``."""
        alike = tuple(entry.removeprefix(ALIKE) for entry in listed if entry.startswith(ALIKE))
        return cls(
            digests=frozenset(entry for entry in listed if not entry.startswith(ALIKE)),
            fingerprints=tuple(int(digits, 16) for digits in alike),
        )


def refuse_placeholder(data: bytes | memoryview, known: Placeholders) -> None:
    """Raise OriginRefused where the body is a known placeholder to the byte."""
    if known.digests and sha256(data).hexdigest() in known.digests:
        raise OriginRefused("the origin sent a known placeholder instead of the picture")


def is_suspect(facts: Facts | None, n_bytes: int, known: Placeholders) -> bool:
    """Tell whether it is worth looking at how a body looks."""
    return (
        bool(known.fingerprints)
        and facts is not None
        and facts.format is not Format.SVG
        and n_bytes <= _MOST_BYTES
        and facts.width * facts.height <= _MOST_PIXELS
    )


def refuse_lookalike(fingerprint: int, known: Placeholders) -> None:
    """Raise OriginRefused where a picture looks like a known placeholder."""
    if not fingerprint:  # a single colour: it looks like nothing
        return
    apart = min((fingerprint ^ one).bit_count() for one in known.fingerprints)
    if apart <= _MOST_BITS:
        raise OriginRefused(
            f"the origin sent what looks like a known placeholder ({apart} of 64 bits apart)"
        )
