"""White shows through where the format has no transparency."""

import pytest
from PIL import Image

from proxy.images.ops.flatten import flatten
from proxy.images.ops.job import Job
from proxy.model.picture import Facts, Format, Variant
from proxy.model.transform import ORIGINAL


def job(made: Format) -> Job:
    return Job(
        facts=Facts(format=Format.PNG, width=1, height=1),
        variant=Variant(transform=ORIGINAL, format=made, width=1, height=1, quality=100),
    )


@pytest.mark.parametrize(("mode", "clear"), [("RGBA", (9, 9, 9, 0)), ("LA", (9, 0))])
def test_jpeg_is_laid_on_white(mode: str, clear: tuple[int, ...]) -> None:
    flat = flatten(Image.new(mode, (2, 2), clear), job(Format.JPEG))
    assert (flat.mode, flat.getpixel((0, 0))) == ("RGB", (255, 255, 255))


@pytest.mark.parametrize("made", [Format.PNG, Format.WEBP, Format.AVIF, Format.GIF])
def test_other_formats_keep_what_is_clear(made: Format) -> None:
    image = Image.new("RGBA", (2, 2))
    assert flatten(image, job(made)) is image
