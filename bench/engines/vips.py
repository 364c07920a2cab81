"""libvips by pyvips as an engine: see ``bench/engine.py``.

It writes as we do (progressive JPEG, WebP effort 2); ``setup`` "fast": as it does by default.
"""
# a folder of programs

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import pyvips  # found by the path above
from engine import run

_ARGUMENTS = {
    ("jpeg", ""): {"interlace": True, "optimize_coding": True},
    ("jpeg", "fast"): {},
    ("webp", ""): {"effort": 2},
    ("webp", "fast"): {},
}


def thumbnail(data: bytes, form: str, quality: int, setup: str) -> bytes:
    """Return a picture of 400 × 300."""
    image = pyvips.Image.thumbnail_buffer(data, 400, height=300, size="down", crop="centre")
    if form == "jpeg" and image.hasalpha():
        image = image.flatten(background=255)
    made: bytes = image.write_to_buffer(
        f".{form}", Q=quality, keep="none", **_ARGUMENTS[form, setup]
    )
    return made


pyvips.cache_set_max(0)  # or the second picture would cost nothing

if __name__ == "__main__":
    run(thumbnail)
