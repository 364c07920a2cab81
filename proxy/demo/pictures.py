"""The stand-in publisher's pictures: which there are, under which path, in which format.

Drawn when first looked up and kept after. Drawing is CPU work (up to 0.7 s a picture): look them
up in a thread where a loop is running.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from io import BytesIO
from types import MappingProxyType

from PIL import Image

from proxy.demo import figures, scenes

HILLS = "/wp-files/2021/11/dK3vTq8RmZs1YbWn5LxJ.jpg"
SHOOT = "/wp-files/2021/11/Qe7hUc2NpXa9GfVt4MwB.jpg"
CHART = "/wp-files/2021/11/r5ZbJy0SkDi6HoLx8CmE.png"
CUP = "/wp-files/2021/11/Wn4tAg1PvFu7KqRz3TsY.png"
SPROUT = "/wp-files/2021/11/b8MxOe6JdCh2VyGl9NkQ.gif"
POND = "/wp-files/2021/11/Xi1fLs5EwUr4BpTj7HaZ.webp"
PORTRAIT = "/wp-files/2019/10/g9CkSn3YoQm0DvIe6RbW.png"

# The hills are larger than /headimg/ makes them, in its own proportion.
_RECIPES: Mapping[str, Callable[[], bytes]] = MappingProxyType(
    {
        HILLS: lambda: _jpeg(scenes.hills_at_dawn((1500, 700))),
        SHOOT: lambda: _jpeg(scenes.shoot((1200, 800))),
        CHART: lambda: _png(figures.harvest_chart((960, 540))),
        CUP: lambda: _png(figures.cup((640, 480))),
        SPROUT: lambda: _gif(figures.sprout((360, 270))),
        POND: lambda: _webp(scenes.pond_by_night((1080, 720))),
        PORTRAIT: lambda: _png(figures.portrait((144, 144))),
    }
)


class _Gallery(Mapping[str, bytes]):
    """Pictures by path; each is drawn at its first look-up."""

    def __getitem__(self, path: str) -> bytes:
        return _drawn(path)

    def __iter__(self) -> Iterator[str]:
        return iter(_RECIPES)

    def __len__(self) -> int:
        return len(_RECIPES)


PICTURES: Mapping[str, bytes] = _Gallery()


@cache
def _drawn(path: str) -> bytes:
    return _RECIPES[path]()


def _jpeg(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.save(written, "JPEG", quality=90, progressive=True)
    return written.getvalue()


def _png(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def _webp(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.save(written, "WEBP", quality=82)
    return written.getvalue()


def _gif(frames: tuple[Image.Image, ...]) -> bytes:
    """Write an animation that runs for ever and rests on its last frame."""
    written = BytesIO()
    first, *others = (frame.quantize(48) for frame in frames)
    pauses_ms = [140] * len(others) + [1800]
    first.save(written, "GIF", save_all=True, append_images=others, duration=pauses_ms, loop=0)
    return written.getvalue()
