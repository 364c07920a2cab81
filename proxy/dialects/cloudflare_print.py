"""A Transform in Cloudflare's options: the best they can say. What they mean: the module beside it.

What is lost on the way is not noticed here: ``echo.confirmed`` reads it again.
"""

from collections.abc import Iterator

from proxy.dialects.cloudflare_options import AUTO, FITS, LOOKS, OUTPUTS, SIDES
from proxy.dialects.numbers import shown
from proxy.dialects.turning import Turn
from proxy.model.geometry import CENTRE, Focal, Gravity, Length
from proxy.model.transform import ORIGINAL, Fit, Hint, Output, Transform


def write(transform: Transform) -> str:
    """Return the options, as far as they can say it; never none."""
    written = [
        *_sizes(transform),
        *_parts(transform),
        *_stance(transform),
        *_looks(transform),
        *_output(transform),
    ]
    return ",".join(written) or "anim=true"


def _sizes(transform: Transform) -> Iterator[str]:
    wide = transform.width is not None or Hint.WIDTH in transform.hints
    high = transform.height is not None
    if wide:
        yield f"width={transform.width or AUTO}"
    if high:
        yield f"height={transform.height}"
    fits = {meant: name for name, meant in reversed(FITS.items())}
    fit = transform.fit if wide and high else Fit.INSIDE
    name = fits.get((fit, transform.enlarge), "")
    if (wide or high) and name != "scale-down":
        yield f"fit={name}"
    turn = Turn.of(transform) or Turn()
    gravity = transform.cut.gravity if transform.cut else transform.gravity
    yield from _place(turn.back().placed(gravity))


def _place(gravity: Gravity) -> Iterator[str]:
    for name, place in SIDES.items():
        if gravity == place:
            yield f"gravity={name}"
            return
    if gravity != CENTRE and isinstance(gravity, Focal):
        yield f"gravity={shown(gravity.x)}x{shown(gravity.y)}"


def _parts(transform: Transform) -> Iterator[str]:
    crop = transform.crop
    if crop is None:
        return
    edges = [_edge(crop.height), _edge(crop.width)]
    if None not in edges:
        bottom, right = edges
        yield f"trim={crop.y};{right};{bottom};{crop.x}"
        return
    named = {"left": crop.x, "top": crop.y, "width": crop.width, "height": crop.height}
    yield from (f"trim.{name}={length}" for name, length in named.items() if length is not None)


def _edge(length: Length | None) -> int | None:
    """Return how far before the far edge a part ends, where it is said so."""
    if length is None:
        return 0
    return -length if isinstance(length, int) and length < 0 else None


def _stance(transform: Transform) -> Iterator[str]:
    if transform.mirror:
        yield "flip=h"
    if transform.rotate:
        yield f"rotate={shown(transform.rotate)}"


def _looks(transform: Transform) -> Iterator[str]:
    for key in LOOKS:
        value = getattr(transform, key)
        if value != getattr(ORIGINAL, key):
            yield f"{key}={shown(value)}"
    if transform.background is not None:
        yield f"background=%23{transform.background.canonical()}"


def _output(transform: Transform) -> Iterator[str]:
    names = {output: name for name, output in reversed(OUTPUTS.items())}
    if transform.format in names:
        baseline = transform.format is Output.JPEG and not transform.progressive
        yield f"format={'baseline-jpeg' if baseline else names[transform.format]}"
    if transform.quality is not None or transform.lossless:
        yield f"quality={transform.quality or 100}"
    if not transform.copyright:
        yield "metadata=none"
    if transform.frame is not None:
        yield "anim=false"
