"""Pictures that are no pictures: "do not hotlink" said with status 200.

Pure. Known ones are told by the sha256 of their bytes (``[access] placeholders``).
"""

from hashlib import sha256

from proxy.errors import OriginRefused


def refuse_placeholder(data: bytes | memoryview, known: frozenset[str]) -> None:
    """Raise OriginRefused where the body is a placeholder; ``known`` are digests in hex."""
    if known and sha256(data).hexdigest() in known:
        raise OriginRefused("the origin sent a known placeholder instead of the picture")
