"""Which media type an origin's body is served as, judged by the bytes.

Pure. The origin's own word counts only where the bytes say nothing and ``[access] types`` admits
it, and never for what a browser would run: HTML, XML, script. SVG is a picture by its bytes; it is
the caller's to clean it before it is served.
"""

import re

from proxy.errors import NotServedType
from proxy.model.picture import Facts, Format
from proxy.rules.unserved import unserved_type

# Formats we know by their bytes: a body that is called one of these and is not, is a lie.
_KNOWN = {form.media_type for form in Format} | {"image/jpg", "image/vnd.microsoft.icon"}
_ACTIVE = re.compile(r"html|xml|script|multipart/")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")


def served_type(
    content_type: str | None, facts: Facts | None, start: bytes, types: tuple[str, ...]
) -> str:
    """Return the media type to send; ``start`` is the body's first bytes.

    What is no web picture by its bytes (``unserved``: PDF, PSD, MP4 …) has its own type, whatever
    the origin calls it, and "image/*" does not admit it; its own name, "video/*" or "*" does.

    Raises NotServedType where the body is empty or nothing that ``types`` admits.
    """
    declared = (content_type or "").partition(";")[0].strip().lower()
    if not start:
        raise NotServedType("the body is empty")
    known = None if facts else unserved_type(start)
    if facts is not None:
        found = facts.format.media_type
    elif known:
        found = known
    elif declared in _KNOWN or (declared.startswith("image/") and _MARKUP.match(start)):
        raise NotServedType(f"the origin calls it {declared}, the bytes are not")
    elif _ACTIVE.search(declared):
        raise NotServedType(f"the origin calls it {declared}, which is never served")
    elif _MEDIA_TYPE.fullmatch(declared):
        found = declared
    else:
        found = "application/octet-stream"
    patterns = [pattern for pattern in types if not (known and pattern == "image/*")]
    if not any(_admits(pattern, found) for pattern in patterns):
        raise NotServedType(f"{found} is not in [access] types ({', '.join(types)})")
    return found


def _admits(pattern: str, media_type: str) -> bool:
    if pattern in ("*", "*/*"):
        return True
    return media_type == pattern or (
        pattern.endswith("/*") and media_type.startswith(pattern.removesuffix("*"))
    )
