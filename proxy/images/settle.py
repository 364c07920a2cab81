"""Decides by the pixels what a transform leaves to them: edges to trim, the part worth keeping.

Once for a picture: of an animation's frames, the first decides for all.
"""

from dataclasses import replace

from PIL import Image

from proxy.images.limits import Limits
from proxy.images.ops.crop import crop
from proxy.images.ops.job import Job
from proxy.images.ops.resize import resize
from proxy.images.ops.smart import place
from proxy.images.ops.trim import kept
from proxy.images.ops.turn import turn
from proxy.images.parts import Size, part_of
from proxy.images.view import Pixels, View, look
from proxy.model.geometry import CENTRE, Anchor, Crop, Smart
from proxy.model.transform import Transform, Trim


def settle(image: Image.Image, job: Job, pixels: Pixels, limits: Limits) -> Job:
    """Return the job with a view: where everything lies; nothing is left to the pixels.

    ``image`` is the decoded picture, upright and plain; ``limits`` are those of what is made.
    """
    transform = job.variant.transform
    if transform.trim is not None:
        transform = _trimmed(image, transform, transform.trim)
    if transform.crop is not None:
        transform = replace(transform, crop=_placed(image, transform.crop, 1 / pixels.reduced))
    view = look(transform, job.facts, pixels, limits)
    if isinstance(transform.gravity, Smart):
        shown = _standing(image, _with(job, transform, view))
        left, top, right, bottom = view.source
        window = round(right - left), round(bottom - top)
        transform = replace(transform, gravity=_anchor(shown, window, transform.gravity))
        view = look(transform, job.facts, pixels, limits)
    if transform.cut is not None and isinstance(transform.cut.gravity, Smart):
        sized = _with(job, transform, view)
        shown = resize(_standing(image, sized), sized)
        transform = replace(transform, cut=_placed(shown, transform.cut))
        view = look(transform, job.facts, pixels, limits)
    return _with(job, transform, view)


def _with(job: Job, transform: Transform, view: View) -> Job:
    return replace(job, variant=replace(job.variant, transform=transform), view=view)


def _standing(image: Image.Image, job: Job) -> Image.Image:
    return turn(crop(image, job), job)


def _trimmed(image: Image.Image, transform: Transform, trim: Trim) -> Transform:
    """Return the transform with trim and crop as one crop."""
    left, top, right, bottom = kept(image, trim)
    area = image.crop((left, top, right, bottom))
    inner = part_of(_placed(area, transform.crop or Crop()), area.size)
    found = Crop(
        x=left + inner[0],
        y=top + inner[1],
        width=inner[2] - inner[0],
        height=inner[3] - inner[1],
    )
    return replace(transform, trim=None, crop=found)


def _placed(image: Image.Image, wanted: Crop, scale: float = 1.0) -> Crop:
    """Return the crop with a place for its smart gravity; ``scale`` is that of the pixels."""
    if not isinstance(wanted.gravity, Smart):
        return wanted
    left, top, right, bottom = part_of(wanted, image.size, scale)
    window = right - left, bottom - top
    return replace(wanted, gravity=_anchor(image, window, wanted.gravity))


def _anchor(image: Image.Image, window: Size, gravity: Smart) -> Anchor:
    """Return the best place for a window as shares of what it leaves over."""
    left, top = place(image, window, gravity)
    over = image.width - window[0], image.height - window[1]
    return Anchor(
        min(1.0, max(0.0, left / over[0])) if over[0] > 0 else CENTRE.x,
        min(1.0, max(0.0, top / over[1])) if over[1] > 0 else CENTRE.y,
    )
