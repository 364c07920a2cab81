"""Our pipeline as an engine: see ``bench/engine.py`` for what an engine is asked."""
# a folder of programs

import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from proxy.errors import ProxyError  # noqa: E402  # found by the path above
from proxy.images.limits import Limits  # noqa: E402
from proxy.images.pipeline import make  # noqa: E402
from proxy.model.picture import Format, Variant  # noqa: E402
from proxy.model.transform import Output, Transform  # noqa: E402

LIMITS = Limits(max_pixels=50_000_000, max_frames=256, deadline_s=60.0)


def pictures(
    data: bytes, sizes: Sequence[tuple[int | None, int | None]], form: str, quality: int
) -> list[bytes]:
    """Return a picture of each size, all of one decode: the one place that knows our seam."""
    variants = [
        Variant(
            transform=Transform(width=width, height=height, format=Output(form)),
            format=Format(form),
            quality=quality,
        )
        for width, height in sizes
    ]
    made = make(data, variants, LIMITS)
    failures = [one for one in made if isinstance(one, ProxyError)]
    if failures:
        raise failures[0]
    return [one for one in made if isinstance(one, bytes)]


def _make(data: bytes, form: str, quality: int, setup: str) -> bytes:
    """Return one thumbnail; ``setup`` names what else is measured of ours."""
    match setup:
        case "":
            return pictures(data, [(400, 300)], form, quality)[0]
        case "two of one decode":
            return b"".join(pictures(data, [(400, 300), (900, 420)], form, quality))
        case "two of two decodes":
            first = pictures(data, [(400, 300)], form, quality)
            return b"".join(first + pictures(data, [(900, 420)], form, quality))
        case _:
            raise ValueError(setup)


if __name__ == "__main__":
    from engine import run  # found by the path above

    warnings.simplefilter("ignore")
    run(_make)
