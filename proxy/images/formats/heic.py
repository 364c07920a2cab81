"""What a HEIC's boxes say (ISO/IEC 23008-12), as phones write it.

Pure. Its decoder, libheif, cuts and turns the picture itself and is not asked not to: so the sides
are the upright ones and the orientation is 1, else it would be turned twice. Further pictures of a
collection and sequences are not looked at.
"""

from proxy.images.formats import heif
from proxy.model.picture import Facts, Format

# HEVC's own brands, and the structural ones where no codec is named. AVIF is asked before.
_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
_OTHER_CODECS = {b"avif", b"avis"}
_HIDDEN_MAX = 1 << 20  # pixels: encoders pad to whole blocks, a clean aperture cuts that off again


def read(data: memoryview, _max_frames: int) -> Facts | None:
    """Return the facts of a HEIC; None where the bytes are none or no size is stated."""
    top = heif.read_top(data)
    if top is None or not top.brands & _BRANDS or top.brands & _OTHER_CODECS:
        return None
    primary = heif.primary(top.meta)
    if primary.size is None:
        return None
    width, height = _shown(primary.size, primary.cut or primary.size)
    if primary.turns % 2:
        width, height = height, width
    return Facts(
        format=Format.HEIC,
        width=width,
        height=height,
        alpha=heif.has_alpha(top.meta, top.moov),
        metadata=heif.has_metadata(top.meta),
        whole=top.whole,
    )


def _shown(coded: tuple[int, int], cut: tuple[int, int]) -> tuple[int, int]:
    """Return the size that is shown; the coded one where much is hidden: it is decoded as well."""
    hidden = coded[0] * coded[1] - cut[0] * cut[1]
    return cut if 0 <= hidden <= _HIDDEN_MAX else coded
