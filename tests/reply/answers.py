"""Entries and answers for the tests of reply: whole, so that a row names only what it is about."""

from dataclasses import replace
from hashlib import sha256

from proxy.model.body import Held
from proxy.model.entry import Entry, Head, Kind, Times
from proxy.model.headers import Headers
from proxy.model.outcome import Outcome
from proxy.model.permit import Profile
from proxy.model.request import Request
from proxy.reply.answer import Answer
from proxy.settings import Access

BODY = Held(b"bytes", sha256(b"bytes").hexdigest())
MADE = Held(b"made", sha256(b"made").hexdigest())
DATE = 784_111_777.0  # Sun, 06 Nov 1994 08:49:37 GMT
ALL = Access()
PROFILE = Profile(user_agent="t", default_ttl=60.0, min_ttl=0.0, max_ttl=31536000.0)
LISTED = Access(readers=("https://blog.example", "https://Other.example:8443"))
TYPICAL = (("Cache-Control", "max-age=600"), ("ETag", '"theirs"'))


def request(*lines: tuple[str, str], method: str = "GET") -> Request:
    """Return a request with these header fields."""
    return Request(method=method, target="/?http://h.example/a.png", headers=Headers(lines))


def original(*lines: tuple[str, str], status: int = 200) -> Entry:
    """Return a stored original whose head has these lines."""
    return Entry(
        key="o-1",
        kind=Kind.ORIGINAL,
        source="http://h.example/a.png",
        host="h.example",
        head=Head(status=status, headers=Headers(lines)),
        times=Times(requested_at=DATE + 1, received_at=DATE + 2, date=DATE),
        body=BODY,
        media_type="image/png",
        facts=None,
    )


def picture(of: Entry) -> Entry:
    """Return a picture made of an original."""
    return replace(of, key="p-1", kind=Kind.PICTURE, body=MADE, media_type="image/webp")


ANSWER = Answer(
    request=request(),
    original=original(*TYPICAL),
    served=original(*TYPICAL),
    outcome=Outcome(hit=True, ttl=540),
    age_s=60.9,
    lifetime_s=600.0,
    by_origin=True,
    access=ALL,
    varies=(),
    profile=PROFILE,
)


def passing(*names: str, carrying: tuple[str, ...] = ()) -> Profile:
    """Return a profile by which these fields of answers pass, and those of requests."""
    return replace(
        PROFILE,
        pass_response_headers=frozenset(names),
        pass_request_headers=frozenset(carrying),
    )


def answer_of(entry: Entry) -> Answer:
    """Return an answer that serves this original as it is."""
    return replace(ANSWER, original=entry, served=entry)
