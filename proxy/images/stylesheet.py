"""CSS that loads nothing: whatever would is written as ``none``.

Pure. Works on tokens (CSS Syntax Level 3), so that escapes and comments hide nothing; a reference
to a part of the same document, ``url(#a)``, stays. Knows nothing of selectors and properties.
"""

from collections.abc import Iterable, Iterator

import tinycss2  # type: ignore[import-untyped]  # it ships no types
from tinycss2.ast import (  # type: ignore[import-untyped]
    AtKeywordToken,
    FunctionBlock,
    Node,
    ParseError,
    StringToken,
    URLToken,
)

from proxy.errors import NotServedType

# Functions whose arguments are addresses, as strings too (CSS Images 4, CSS Values 5).
_LOADERS = {
    "url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade",
    "element", "-moz-element",
}  # fmt: skip
_AT_RULES = {"import", "namespace", "charset"}  # written as one that nobody knows: it is skipped
_CHARACTERS_MAX = 1 << 20  # 4 s of work


def tame(css: str) -> str:
    """Return ``css``, a stylesheet or a style attribute, without any reference to the outside.

    Raises NotServedType where it is too long or nested too deeply to be read.
    """
    if len(css) > _CHARACTERS_MAX:
        raise NotServedType(f"CSS of over {_CHARACTERS_MAX} characters")
    try:
        return str(tinycss2.serialize(_tamed(tinycss2.parse_component_value_list(css))))
    except RecursionError as exc:
        raise NotServedType("CSS nested too deeply") from exc


def _tamed(tokens: Iterable[Node]) -> Iterator[Node]:
    for token in tokens:
        if isinstance(token, ParseError):
            continue
        if _loads(token):
            yield tinycss2.parse_one_component_value("none")
        elif isinstance(token, AtKeywordToken) and token.lower_value in _AT_RULES:
            yield tinycss2.parse_one_component_value("@none")
        else:
            for held in ("content", "arguments"):  # of blocks and functions
                if isinstance(getattr(token, held, None), list):
                    setattr(token, held, list(_tamed(getattr(token, held))))
            yield token


def _loads(token: Node) -> bool:
    if isinstance(token, URLToken):
        return not token.value.startswith("#")
    if not isinstance(token, FunctionBlock) or token.lower_name not in _LOADERS:
        return False
    inside = [part for part in token.arguments if part.type != "whitespace"]
    local = (
        len(inside) == 1 and isinstance(inside[0], StringToken) and inside[0].value.startswith("#")
    )
    return not (token.lower_name == "url" and local)
