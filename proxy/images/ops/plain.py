"""Brings any pixel mode Pillow decodes to one that can be scaled: 8 bits, no palette.

CMYK stays: its profile is applied once the picture is small.
"""

from PIL import Image

from proxy.images.ops.job import Job

_SCALABLE = {"L", "LA", "RGB", "RGBA", "CMYK"}
_TO_EIGHT_BITS = 1 / 257  # 65535 → 255


def plain(image: Image.Image, _job: Job) -> Image.Image:
    """Return the picture as L, LA, RGB, RGBA or CMYK."""
    if image.mode.startswith("I"):  # 16-bit grey; wider integers clip to white
        wide = image if image.mode == "I" else image.convert("I")
        return wide.point(lambda value: value * _TO_EIGHT_BITS).convert("L")
    clear = "transparency" in image.info or image.mode in ("PA", "La", "RGBa")
    if image.mode in _SCALABLE and not clear:
        return image
    if image.mode in ("1", "F") or (image.mode == "L" and not clear):
        return image.convert("L")
    return image.convert("RGBA" if clear else "RGB")
