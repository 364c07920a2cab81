"""The names entries are kept under: one text in, one short hex name out.

The hashed text opens with what the key is for, so that no original's text can equal a picture's.
"""

from functools import lru_cache
from hashlib import sha256

from proxy.model.headers import Headers
from proxy.model.order import Source
from proxy.model.picture import Variant

_REMEMBERED_MAX = 512  # characters: what strangers make up fills no more than a megabyte


def original_key(source: Source) -> str:
    """Return the key of a source's stored response: "o-" and 64 hex digits.

    The newest response stands there, whatever its Vary names (RFC 9111 §4.1): the fields that
    selected it are in its entry.
    """
    url = source.url
    return _remembered(url) if len(url) <= _REMEMBERED_MAX else _original_key(url)


@lru_cache(maxsize=2048)  # a hit wants it, and hashing costs more than the rest of a decision
def _remembered(url: str) -> str:
    return _original_key(url)


def _original_key(url: str) -> str:
    return f"o-{_hashed('original', url)}"


def variant_key(base: str, selecting: Headers) -> str:
    """Return the key of one of several responses of a source: "v-" and 64 hex digits.

    ``base`` is the source's ``original_key``, ``selecting`` what ``vary.selecting_of`` gave.
    """
    return f"v-{_hashed('variant', base, *(text for line in selecting for text in line))}"


def picture_key(digest: str, variant: Variant) -> str:
    """Return the key of a picture made of the original body with that sha256 (hex)."""
    return f"p-{_hashed('picture', digest, variant.canonical())}"


def smaller_key(digest: str, variant: Variant) -> str:
    """Return the key of the smaller of two: the picture, or the original as it is."""
    return f"p-{_hashed('smaller', digest, variant.canonical())}"


def info_key(digest: str) -> str:
    """Return the key of what is known of the picture with that sha256 (hex)."""
    return f"p-{_hashed('info', digest)}"


def _hashed(*parts: str) -> str:
    # A newline stands in no URL, digest or canonical variant: the parts cannot flow together.
    return sha256("\n".join(("image-proxy", *parts)).encode()).hexdigest()
