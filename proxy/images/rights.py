"""Whose picture it is: the two EXIF fields that may stay (EXIF 2.32 §4.6.4), and nothing else."""

import struct

from PIL import Image

_ARTIST, _COPYRIGHT = 0x013B, 0x8298
_MAX_BYTES = 1024  # each: a name and a year, not a place to hide a file
_REFUSALS = (OSError, SyntaxError, ValueError, LookupError, TypeError, struct.error)


def rights(image: Image.Image) -> bytes | None:
    """Return EXIF that holds the original's artist and copyright alone; None where it names none.

    Read from ``image.info``; EXIF that cannot be read names nobody.
    """
    embedded = image.info.get("exif")
    if not isinstance(embedded, bytes):
        return None
    found, kept = Image.Exif(), Image.Exif()
    try:
        found.load(embedded)
        for tag in (_ARTIST, _COPYRIGHT):
            text = found.get(tag)
            if isinstance(text, str) and text:
                # Pillow reads any bytes as Latin-1; given back as bytes they stay what they were.
                kept[tag] = text.encode("latin-1", "replace")[:_MAX_BYTES]
        return kept.tobytes() if len(kept) else None
    except _REFUSALS:  # what Pillow makes of nonsense
        return None
