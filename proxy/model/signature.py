"""Who vouches for an address: HMAC-SHA256 (RFC 2104) over its text, with a key of the operator's.

What exactly is signed is each dialect's own matter; whether it is enough, the rules judge.
"""

import hmac
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A secret. ``salt`` stands before every message; ``size`` is how many bytes are given."""

    key: bytes = field(repr=False)
    salt: bytes = field(default=b"", repr=False)
    size: int = 32

    def sign(self, message: bytes) -> str:
        """Return the signature as base64url without padding (RFC 4648 §5)."""
        return urlsafe_b64encode(self._digest(message)).rstrip(b"=").decode()

    def verifies(self, signature: "Signature") -> bool:
        """Tell, in constant time, whether the signature was made with this key."""
        return any(
            hmac.compare_digest(self._digest(message), signature.given)
            for message in signature.messages
        )

    def _digest(self, message: bytes) -> bytes:
        return hmac.new(self.key, self.salt + message, sha256).digest()[: self.size]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What an address was signed with, and the texts that may have been signed."""

    given: bytes  # decoded
    messages: tuple[bytes, ...]

    @staticmethod
    def decoded(text: str) -> bytes:
        """Return the bytes of base64url text, padded or not; empty where it is none."""
        bare = text.rstrip("=")
        try:
            return b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
        except ValueError:  # binascii.Error and non-ASCII text are both one
            return b""
