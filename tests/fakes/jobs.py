"""A job for one step: the transform and the format are all that most look at."""

from dataclasses import replace
from typing import Any

from proxy.images.limits import Limits
from proxy.images.ops.job import Job
from proxy.images.view import Pixels, look
from proxy.model.picture import Facts, Format, Variant
from proxy.model.transform import Transform


def job(made: Format = Format.PNG, quality: int = 80, **asked: Any) -> Job:  # noqa: ANN401  # fields
    """Return the job of making ``made`` by a transform of these fields, of a PNG."""
    return Job(
        facts=Facts(format=Format.PNG, width=64, height=48),
        variant=Variant(transform=Transform(**asked), format=made, quality=quality),
    )


def placed(size: tuple[int, int], made: Format = Format.PNG, **asked: Any) -> Job:  # noqa: ANN401
    """Return the job for upright pixels of that size, with everything in its place."""
    found = job(made, **asked)
    limits = Limits(max_pixels=50_000_000, max_frames=8, deadline_s=1.0)
    return replace(
        found, view=look(found.variant.transform, found.facts, Pixels(size=size), limits)
    )
