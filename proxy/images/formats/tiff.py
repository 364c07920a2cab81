"""What a TIFF's first directory says (TIFF 6.0).

Pure. Further directories are pages, not frames of an animation; they are not looked at. BigTIFF is
not served. It is whole when every strip or tile of the first page lies inside the bytes.
"""

from proxy.images.formats import exif
from proxy.model.picture import Facts, Format

_WIDTH, _HEIGHT, _EXTRA = 256, 257, 338
_PLACES = ((273, 279), (324, 325))  # offsets and lengths: of strips, of tiles
_METADATA = {700, 33723, 34665, 34853}  # XMP, IPTC, EXIF, GPS
_ALPHAS = {1, 2}  # associated and not


def read(data: memoryview, _max_frames: int) -> Facts | None:
    """Return the facts of a TIFF's first page; None where the bytes are none."""
    directory = exif.first_directory(data)
    if directory is None:
        return None
    width, height = directory.values(_WIDTH), directory.values(_HEIGHT)
    if not width or not height:
        return None
    ends = [
        offset + length
        for offsets, lengths in _PLACES
        for offset, length in zip(
            directory.values(offsets), directory.values(lengths), strict=False
        )
    ]
    return Facts(
        format=Format.TIFF,
        width=width[0],
        height=height[0],
        alpha=bool(_ALPHAS & {*directory.values(_EXTRA)}),
        orientation=exif.orientation(data),
        metadata=bool(_METADATA & directory.places.keys()),
        whole=bool(ends) and max(ends) <= len(data),
    )
