"""Opens a picture's bytes and gives its frames, pixels checked before any is decoded.

Knows Pillow. Only the format the sniffer saw is opened, never "whatever Pillow knows".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from proxy.errors import TooManyPixels
from proxy.images import plugins  # noqa: F401  # registers the decoders there are
from proxy.images.limits import Limits
from proxy.images.view import Pixels
from proxy.model.picture import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame as it is to be seen, and for how many milliseconds."""

    image: Image.Image
    duration_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A picture whose header is read. ``plays``: how often an animation runs; 0 is for ever."""

    image: Image.Image
    first: int  # number of the first frame to show
    plays: int


def open_picture(data: bytes, facts: Facts, limits: Limits) -> Opened:
    """Return the opened picture; nothing is decoded yet.

    Raises TooManyPixels where Pillow reads a larger size than the sniffer did, and whatever Pillow
    raises.
    """
    image = Image.open(BytesIO(data), formats=[facts.format.upper()])
    if image.width * image.height > limits.max_pixels:
        raise TooManyPixels(f"the decoder sees {image.width}×{image.height} pixels")
    # An APNG's default picture may stand outside its animation.
    first = 1 if facts.frames > 1 and getattr(image, "default_image", False) else 0
    return Opened(image=image, first=first, plays=_plays(image))


def still(opened: Opened, *, number: int | None, reduced: int) -> tuple[Image.Image, Pixels]:
    """Return a decoded still as it is stored: a frame by number, or the one shown as a still.

    ``reduced`` is by how much each side of a JPEG may be divided; the pixels say what was done.
    """
    image, canvas = opened.image, opened.image.size
    if number is not None:
        image.seek(opened.first + number)
    done = 1
    if reduced > 1:
        drafted = image.draft(None, (canvas[0] // reduced or 1, canvas[1] // reduced or 1))
        done = 1 if drafted is None else round(canvas[0] / drafted[1][2])
    image.load()
    shown = image.crop((0, 0, *canvas)) if number and image.size != canvas else image
    return shown, Pixels(size=canvas if done > 1 else shown.size, reduced=done)


def frames(opened: Opened, facts: Facts) -> Iterator[Frame]:
    """Return an animation's frames, each clipped to the canvas, one decoded at a time."""
    image, canvas = opened.image, opened.image.size
    for number in range(opened.first, opened.first + facts.frames):
        try:
            image.seek(number)
        except EOFError:  # fewer than the sniffer counted
            return
        image.load()
        shown = image.copy() if image.size == canvas else image.crop((0, 0, *canvas))
        yield Frame(image=shown, duration_ms=round(float(image.info.get("duration", 100))))


def _plays(image: Image.Image) -> int:
    """Return how often an animation runs: GIF counts repeats, the others runs."""
    loop = image.info.get("loop")
    if image.format != "GIF":
        return int(loop or 0)
    if loop is None:
        return 1
    return int(loop) + 1 if loop else 0
