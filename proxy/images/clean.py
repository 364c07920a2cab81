"""Makes an SVG harmless: nothing in it runs, nothing is loaded, it draws in bounded time.

svg-hush keeps to a list of elements and attributes known to be harmless; before and after it the
document is read strictly and written anew (``drawing``). Runs inside a worker, under its deadline.
What is lost besides: embedded fonts, links, text on a path, ``xml:space``.
"""

import re

from py_svg_hush import filter_svg

from proxy.errors import NotServedType
from proxy.images.drawing import redraw
from proxy.images.formats import svg

_BYTES_MAX = 4 << 20  # a path of that length takes 1 s, CSS up to 4 s a MiB
_RASTER = {"image": ["png", "jpeg", "jpg", "gif", "webp", "avif"]}  # data: URLs that may stay
_INDENTATION = re.compile(r">\n *<")  # svg-hush's own: no other line end is left by then


def clean(data: bytes) -> bytes:
    """Return the SVG in UTF-8, harmless; cleaning it again changes nothing.

    Raises NotServedType, and nothing else, where it is none, is too large, declares entities, is
    not well-formed, expands to too much by its own references, or nothing is left to draw.
    """
    if len(data) > _BYTES_MAX:
        raise NotServedType(f"an SVG of over {_BYTES_MAX} bytes")
    text = svg.decoded(data)
    root = None if text is None else svg.find_root(text)
    if text is None or root is None:
        raise NotServedType("no SVG, or in an encoding that is not read")
    if root.subset:
        raise NotServedType("an SVG that declares entities")
    before = redraw(text[root.start :])
    try:
        hushed = filter_svg(before.text.encode(), _RASTER)
    except ValueError as exc:
        raise NotServedType(f"the SVG cannot be cleaned: {exc}") from exc
    after = redraw(_INDENTATION.sub("><", hushed.decode()))
    after.check_expansion()
    if after.size == 1 and text.count("<", root.start) > 2:  # noqa: PLR2004  # a root's two tags
        raise NotServedType("nothing is left of the SVG")
    return after.text.encode()
