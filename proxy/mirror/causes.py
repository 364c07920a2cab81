"""Why a picture is not in the mirror, or not as one would think: the words a report uses. Pure.

Tables: what a failure's class means to who keeps a blog, and hosts that show another picture at
every ask.
"""

import re
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import unquote

from proxy.mirror.reference import Reference


class Cause(StrEnum):
    """What is the matter with a picture, the worst first."""

    GONE = "gone"
    PLACEHOLDER = "placeholder"
    LOGIN = "login"
    REDIRECT = "redirect"
    REFUSED = "refused"
    NO_PICTURE = "no-picture"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    TOO_LARGE = "too-large"
    DEAD = "dead"
    FAILING = "failing"
    NOT_ALLOWED = "not-allowed"
    LOCAL = "local"
    UNREADABLE = "unreadable"
    RANDOM = "random"
    NOT_KEPT = "not-kept"
    UNASKED = "unasked"
    CHANGED = "changed"
    ELSEWHERE = "elsewhere"
    DATA = "data"

    @property
    def label(self) -> str:
        """Return a few words for a table."""
        return _WORDS[self][0]

    @property
    def sentence(self) -> str:
        """Return what it means."""
        return _WORDS[self][1]


_WORDS: dict[Cause, tuple[str, str]] = {
    Cause.GONE: ("gone", "The publisher says it is not there (404 or 410)."),
    Cause.PLACEHOLDER: ("placeholder", "A “do not hotlink” picture came instead of the picture."),
    Cause.LOGIN: ("login", "The address leads to a login."),
    Cause.REDIRECT: ("redirected", "The address leads to another, which may not be asked."),
    Cause.REFUSED: ("refused", "The publisher refuses to give it (401, 403 and the like)."),
    Cause.NO_PICTURE: ("no picture", "A page, nothing, or another kind of file came instead."),
    Cause.TRUNCATED: ("truncated", "It ended before it was whole."),
    Cause.DAMAGED: ("damaged", "It came, and cannot be decoded."),
    Cause.TOO_LARGE: ("too large", "It has more bytes, pixels or frames than are accepted."),
    Cause.DEAD: ("dead", "The publisher does not answer: no such host, no connection, no time."),
    Cause.FAILING: (
        "failing",
        "The publisher answers with an error of its own, or no proper HTTP.",
    ),
    Cause.NOT_ALLOWED: (
        "not allowed",
        "Our own rules do not admit it: see [access] hosts, ports, posts.",
    ),
    Cause.LOCAL: ("local path", "It names a file on its author's own disk."),
    Cause.UNREADABLE: ("unreadable", "It is no address of a picture."),
    Cause.RANDOM: ("random", "A service that shows another picture at every ask."),
    Cause.NOT_KEPT: ("not kept", "It came and is not kept: forbidden by its publisher, or let go."),
    Cause.UNASKED: ("not asked", "It was not asked for yet."),
    Cause.CHANGED: ("changed", "What is kept is not what the manifest says."),
    Cause.ELSEWHERE: ("elsewhere", "It is kept, and came from another address than its own."),
    Cause.DATA: ("in the post", "The picture stands in the post itself."),
}

# Not missing: a reader of the mirror is shown a picture.
NOTICES = frozenset({Cause.CHANGED, Cause.ELSEWHERE, Cause.DATA})

FAILURES: dict[str, Cause] = {
    "origin-refused": Cause.PLACEHOLDER,
    "not-served-type": Cause.NO_PICTURE,
    "origin-truncated": Cause.TRUNCATED,
    "not-decodable": Cause.DAMAGED,
    "worker-lost": Cause.DAMAGED,
    "too-many-bytes": Cause.TOO_LARGE,
    "too-many-pixels": Cause.TOO_LARGE,
    "too-many-frames": Cause.TOO_LARGE,
    "making-timeout": Cause.TOO_LARGE,
    "origin-unreachable": Cause.DEAD,
    "origin-not-found": Cause.DEAD,
    "origin-timeout": Cause.DEAD,
    "origin-tls": Cause.DEAD,
    "too-many-redirects": Cause.REDIRECT,
    "host-not-allowed": Cause.REDIRECT,  # of a source that is allowed: where it led
    "port-not-allowed": Cause.REDIRECT,
    "not-in-posts": Cause.REDIRECT,
    "credentials-not-allowed": Cause.REDIRECT,
    "loop-detected": Cause.REDIRECT,
    "address-not-allowed": Cause.NOT_ALLOWED,  # its name leads into a private network
    "not-kept": Cause.NOT_KEPT,  # as the mirror says it
    "queue-full": Cause.UNASKED,
    "draining": Cause.UNASKED,
    "body-lost": Cause.UNASKED,
}
_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_SERVER_ERROR = 500
_LOGIN = re.compile(
    r"\b(?:log-?in|log_in|sign-?in|sign_in|passport|sso|auth|account)s?\b", re.IGNORECASE
)

# Services whose every answer is another picture; themes put them where a post has none. By host:
# what of its paths and queries is so.
_RANDOM: dict[str, re.Pattern[str]] = {
    host: re.compile(form)
    for host, form in {
        "picsum.photos": r"/(?!id/|seed/)",  # picsum.photos: /id/ and /seed/ stay what they are
        "unsplash.it": r"/(?!.*[?&]image=)",  # picsum's first name
        "source.unsplash.com": r"/(?![\w-]{11}(?:/|\Z))",  # /PHOTOID is one photograph
        "loremflickr.com": r"/(?!.*[?&]lock=)",
        "api.yimian.xyz": r"/img(?!.*[?&]id=)",
        "bing.ioliu.cn": r"/v1/rand",
        "api.btstu.cn": r"/sjbz",
        "api.dujin.org": r"/(?:bing|pic)",
        "api.ixiaowai.cn": r"/",
        "api.mtyqx.cn": r"/",
        "api.vvhan.com": r"/api/",
        "www.dmoe.cc": r"/random\.php",
        "img.xjh.me": r"/random_img\.php",
        "img.paulzzh.com": r"/(?:touhou/)?random",
        "www.loliapi.com": r"/",
    }.items()
}
_PARTS = re.compile(r"https?://(?:[^/?#@]*@)?([^/?#:]+)(?::\d+)?(/.*)\Z", re.DOTALL)
# posts.md: "http://www.woshipm.com/pd//Users/Perfect/AppData/…/3.png" is a file of an author's.
_OWN_DISK = re.compile(
    r"/(?:[A-Za-z]:[/\\]|Users/[^/]+/(?:AppData|Library|Desktop|Documents|Downloads|Pictures)/"
    r"|Documents and Settings/|home/[^/]+/|file:)"
)
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]+):")


def of_reference(reference: Reference) -> Cause:
    """Return why a reference has no source."""
    scheme = _SCHEME.match(reference.address)
    if scheme is None or scheme[1].lower() == "file":
        absolute = reference.address.startswith("//")
        return Cause.UNREADABLE if absolute else Cause.LOCAL
    return Cause.DATA if scheme[1].lower() == "data" else Cause.UNREADABLE


def of_failure(problem: str, status: int, because: str) -> Cause:
    """Return what a failure means: the slug of its class, the status and the operator's sentence.

    Its source itself is one that our rules admit.
    """
    if problem in ("origin-status", ""):
        if status in _GONE:
            return Cause.GONE
        return Cause.FAILING if status >= _SERVER_ERROR else Cause.REFUSED
    cause = FAILURES.get(problem, Cause.FAILING)
    led_off = cause in (Cause.REDIRECT, Cause.NO_PICTURE)
    return Cause.LOGIN if led_off and _LOGIN.search(because) else cause


def of_source(source: str, cause: Cause) -> Cause:
    """Return what a source's own address tells of why it is missing, else ``cause``."""
    if is_random(source):
        return Cause.RANDOM
    return Cause.LOCAL if cause is Cause.GONE and is_of_own_disk(source) else cause


def is_random(source: str) -> bool:
    """Tell whether another picture comes at every ask of this URL."""
    parts = _PARTS.match(source)
    form = _RANDOM.get(parts[1]) if parts else None
    return form is not None and parts is not None and form.match(parts[2]) is not None


def is_of_own_disk(source: str) -> bool:
    """Tell whether a URL's path is that of a file on its author's disk."""
    return _OWN_DISK.search(unquote(source)) is not None
