"""What is known about a picture's bytes, and which picture is made of them."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from proxy.model import options
from proxy.model.transform import Transform


class Format(StrEnum):
    """A picture format we know by its bytes."""

    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"
    WEBP = "webp"
    AVIF = "avif"
    BMP = "bmp"
    TIFF = "tiff"
    ICO = "ico"
    HEIC = "heic"
    JXL = "jxl"
    SVG = "svg"

    @property
    def media_type(self) -> str:
        """Return the type we send for it."""
        return _MEDIA_TYPES.get(self, f"image/{self.value}")


_MEDIA_TYPES = {Format.ICO: "image/x-icon", Format.SVG: "image/svg+xml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a picture's header says; nothing is decoded to learn it."""

    format: Format
    width: int  # pixels as stored, before orientation
    height: int
    frames: int = 1  # counted up to a bound, so never more than was really seen
    alpha: bool = False  # may hold transparent pixels
    orientation: int = 1  # EXIF orientation, 1 to 8
    metadata: bool = False  # holds EXIF, XMP or IPTC (and so perhaps a place)
    whole: bool = True  # the format's own end is present (design §5: complete or not at all)

    @property
    def upright(self) -> tuple[int, int]:
        """Return (width, height) in pixels once the orientation is applied."""
        turned = self.orientation >= 5  # noqa: PLR2004  # EXIF 2.32 §4.6.4: 5 to 8 swap the sides
        return (self.height, self.width) if turned else (self.width, self.height)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One picture to make of an original: the transform with every choice made."""

    transform: Transform  # without what is said here, and without hints
    format: Format  # one we write
    quality: int  # 1 to 100 of this format's own scale; 100 where it has none, or for lossless

    def canonical(self) -> str:
        """Return the one way to print this variant: part of a picture's key."""
        return f"{_written(self.transform)};{self.format};q={self.quality}"


_written = lru_cache(maxsize=256)(options.write)  # presets are few, pictures many
