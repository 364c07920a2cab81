"""What a post refers to: a picture's address, where exactly it is written, and what it means.

A noun of the mirror; scanning makes it, warming, reporting and rewriting read it.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a picture is to its post; a theme shows each in another size."""

    HEADIMG = "headimg"
    THUMBNAIL = "thumbnail"
    BODY = "body"
    AVATAR = "avatar"
    LINK = "link"  # not shown: a link leads to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One address of a picture in one document.

    ``document[start:end]`` are the bytes of ``written``, without the quotes around them. Texts come
    from UTF-8 by surrogateescape, so that bytes which are none survive.
    """

    post: str  # path or address of the document, as given
    line: int  # 1-based, of the span's start
    column: int  # 1-based, in characters
    start: int
    end: int
    role: Role
    written: str
    address: str  # escapes undone; absolute where a base is known
    source: str | None  # the picture's own URL: unwrapped, WHATWG-normalised
    problem: str = ""  # why there is no source
    wrapper: str | None = None  # what it was wrapped in: "cors.zfour.workers.dev", "weserv" …
    where: str  # "img[src]", "front matter: headimg", "css url()" …
    width: int | None = None  # declared, in CSS pixels
    height: int | None = None
