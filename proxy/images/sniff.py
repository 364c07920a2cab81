"""The front door to what a picture's bytes say: its format and facts, without decoding it.

Pure, and never raises: hostile bytes are its daily bread. What it does not know (HTML, PSD, PDF …)
is None: no picture we serve.
"""

import struct

from proxy.images.formats import avif, bmp, gif, heic, ico, jpeg, jxl, png, svg, tiff, webp
from proxy.model.picture import Facts

READERS = (
    jpeg.read,
    png.read,
    gif.read,
    webp.read,
    avif.read,
    heic.read,
    jxl.read,
    bmp.read,
    ico.read,
    tiff.read,
    svg.read,
)


def sniff(data: bytes | memoryview, *, max_frames: int = 256) -> Facts | None:
    """Return the facts of a picture; None where the bytes are none we serve.

    Works on a beginning, too: then ``whole`` is False and ``frames`` counts what is there. Frames
    are counted up to ``max_frames + 1``. Linear in the bytes and bounded in blocks
    (``formats.bounds``): 32 MiB of an ordinary JPEG take 30 ms, the worst found (a scan of nothing
    but stuffed bytes) 40 ms a MiB; over some MiB, call it in a thread.
    """
    view = memoryview(data)
    for read in READERS:
        try:
            facts = read(view, max_frames)
        except (struct.error, IndexError):  # the header ends before it says what it must
            return None
        if facts:
            return facts if facts.width > 0 and facts.height > 0 else None
    return None
