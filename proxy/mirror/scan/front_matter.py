"""Addresses in a post's front matter: the YAML between ``---`` lines, blank lines before it or not.

Each scalar's span comes from ``plain`` or, where that is not sure, from ruamel's composed nodes; no
value is ever turned into a date or a number. JSON and TOML front matter is not read.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from proxy.mirror.reference import Role
from proxy.mirror.scan import plain
from proxy.mirror.scan.found import Found
from proxy.mirror.scan.plain import Scalar

# What themes call a post's pictures (Hexo's next, butterfly, icarus, fluid; Hugo, Jekyll), in lower
# case. A mapping below one of them holds the address under one of _INNER.
KEYS: Mapping[str, Role] = MappingProxyType(
    {
        "headimg": Role.HEADIMG,
        "cover": Role.HEADIMG,
        "banner": Role.HEADIMG,
        "banner_img": Role.HEADIMG,
        "cover_image": Role.HEADIMG,
        "coverimage": Role.HEADIMG,
        "featured_image": Role.HEADIMG,
        "top_img": Role.HEADIMG,
        "index_img": Role.THUMBNAIL,
        "thumbnail": Role.THUMBNAIL,
        "thumb": Role.THUMBNAIL,
        "photos": Role.BODY,
        "image": Role.BODY,
        "images": Role.BODY,
        "og_image": Role.BODY,
        "gallery": Role.BODY,
        "avatar": Role.AVATAR,
    }
)
_INNER = frozenset({"url", "src", "image", "path", "href"})
_BLOCK = re.compile(
    r"(?:\ue0ef\ue0bb\ue0bf)?(?:[ \t]*\r?\n)*---[ \t]*\r?\n"
    r"(?P<yaml>(?:.*\n)*?)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)"
)
_FLOWS = 500  # ruamel takes quadratic time for brackets: 60 ms here, 4 s at 5,000
# Values that name no file: what YAML reads as a truth, nothing or a number; colours and gradients.
_NO_ADDRESS = re.compile(
    r"(?:true|false|yes|no|on|off|null|~|[-+.0-9_]+|#.*|[a-z-]+\(.*)", re.IGNORECASE | re.DOTALL
)


def block(text: str) -> tuple[int, int, int]:
    """Return where the YAML starts and ends, and where the body begins; all 0 without any."""
    found = _BLOCK.match(text)
    return (found.start("yaml"), found.end("yaml"), found.end()) if found else (0, 0, 0)


def find(
    text: str, start: int, end: int, keys: Mapping[str, Role] = KEYS
) -> tuple[list[Found], str]:
    """Return the addresses in the YAML ``text[start:end]``, and a complaint where it is none."""
    scalars, sure = plain.read(text, start, end)
    complaint = ""
    if not sure and text.count("[", start, end) + text.count("{", start, end) > _FLOWS:
        complaint = f"front matter has more than {_FLOWS} brackets and is read line by line"
    elif not sure:
        try:
            scalars = list(_composed(text, start, end))
        except (YAMLError, RecursionError, ValueError) as exc:
            complaint = f"front matter is no YAML: {' '.join(str(exc).split())[:200]}"
    return [one for one in (_judged(scalar, keys) for scalar in scalars) if one], complaint


def _judged(scalar: Scalar, keys: Mapping[str, Role]) -> Found | None:
    role = None
    for key in scalar.keys:
        known = keys.get(key.lower())
        if known is None and key.lower() not in _INNER:
            role = None
        elif role is None:
            role = known
    address = scalar.value.strip()
    if role is None or not address or _NO_ADDRESS.fullmatch(address):
        return None
    return Found(
        start=scalar.start,
        end=scalar.end,
        address=address,
        role=role,
        where=f"front matter: {'.'.join(scalar.keys)}",
    )


def _composed(text: str, start: int, end: int) -> Iterator[Scalar]:
    # Form feed is the one octet left that YAML refuses outright.
    root = YAML(typ="rt", pure=True).compose(text[start:end].replace("\f", " "))
    if root is not None:
        yield from _scalars(root, (), text, start)


def _scalars(root: Node, keys: tuple[str, ...], text: str, start: int) -> Iterator[Scalar]:
    """Yield the scalars below a node in order; an aliased node once, where it is written."""
    seen: set[int] = set()
    waiting = [(root, keys)]
    while waiting:
        node, keys = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, ScalarNode):
            yield from _scalar(node, keys, text, start)
        elif isinstance(node, SequenceNode):
            waiting += [(one, keys) for one in reversed(node.value)]
        elif isinstance(node, MappingNode):
            waiting += [(one, (*keys, str(key.value))) for key, one in reversed(node.value)]


def _scalar(node: ScalarNode, keys: tuple[str, ...], text: str, start: int) -> Iterator[Scalar]:
    begin, after = start + node.start_mark.index, start + node.end_mark.index
    if node.style in {"'", '"'}:
        begin, after = begin + 1, after - 1
    else:  # a block's span has its header, a plain one's may have what follows
        value = node.value.strip()
        begin = text.find(value, begin, after)
        after = begin + len(value)
    if 0 <= begin < after:
        yield Scalar(keys=keys, start=begin, end=after, value=node.value)
