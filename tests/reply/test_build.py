"""A whole answer, header by header (contracts/service.md, "Answers")."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model.entry import Entry
from proxy.model.headers import Headers
from proxy.model.outcome import Outcome
from proxy.model.permit import Profile
from proxy.model.reply import Reply
from proxy.model.request import Request
from proxy.model.values import is_sendable
from proxy.reply.build import build
from proxy.settings import Access
from tests.reply.answers import (
    ALL,
    BODY,
    LISTED,
    MADE,
    PROFILE,
    TYPICAL,
    original,
    passing,
    picture,
    request,
)

LAST_MODIFIED = ("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT")
SECURE = (
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; sandbox"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Timing-Allow-Origin", "*"),
)
READABLE = (
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        (
            "Accept-Ranges, Age, Allow, Cache-Status, Content-Length, Content-Range, Date, ETag, "
            "Retry-After"
        ),
    ),
)


def answer(  # noqa: PLR0913  # build's own
    stored: Entry,
    served: Entry | None = None,
    *,
    asked: Request | None = None,
    access: Access = ALL,
    varies: tuple[str, ...] = (),
    profile: Profile = PROFILE,
) -> Reply:
    return build(
        asked or request(),
        stored,
        served or stored,
        outcome=Outcome(hit=True, ttl=540),
        age_s=60.0,
        lifetime_s=600.0,
        by_origin=True,
        access=access,
        varies=varies,
        profile=profile,
    )


def test_an_original() -> None:
    assert answer(original(*TYPICAL, LAST_MODIFIED)) == Reply(
        status=200,
        headers=Headers(
            (
                ("Content-Type", "image/png"),
                ("Cache-Control", "max-age=600"),
                ("Age", "60"),
                ("ETag", '"theirs"'),
                LAST_MODIFIED,
                ("Accept-Ranges", "bytes"),
                ("Cache-Status", "image-proxy; hit; ttl=540"),
                *READABLE,
                *SECURE,
            )
        ),
        body=BODY,
    )


def test_a_negotiated_picture_for_listed_readers() -> None:
    stored = original(*TYPICAL, LAST_MODIFIED)
    asked = request(("Origin", "https://blog.example"))
    reply = answer(stored, picture(stored), asked=asked, access=LISTED, varies=("Accept",))
    assert reply == Reply(
        status=200,
        headers=Headers(
            (
                ("Content-Type", "image/webp"),
                ("Cache-Control", "max-age=600"),
                ("Age", "60"),
                ("ETag", f'"{MADE.digest[:32]}"'),
                LAST_MODIFIED,
                ("Accept-Ranges", "bytes"),
                ("Vary", "Accept, Origin"),
                ("Cache-Status", "image-proxy; hit; ttl=540"),
                ("Access-Control-Allow-Origin", "https://blog.example"),
                READABLE[1],
                *SECURE,
            )
        ),
        body=MADE,
    )


@pytest.mark.parametrize(
    ("asked", "stored", "status", "span"),
    [
        pytest.param([], original(*TYPICAL), 200, None, id="no range"),
        pytest.param([("Range", "bytes=1-2")], original(*TYPICAL), 206, (1, 2), id="a range"),
        pytest.param(
            [("Range", "bytes=1-2"), ("If-Range", '"theirs"')],
            original(*TYPICAL),
            206,
            (1, 2),
            id="a range of the body it has part of",
        ),
        pytest.param(
            [("Range", "bytes=1-2"), ("If-Range", '"other"')],
            original(*TYPICAL),
            200,
            None,
            id="a range of another body",
        ),
        pytest.param(
            [("Range", "bytes=1-2"), ("If-None-Match", '"theirs"')],
            original(*TYPICAL),
            304,
            None,
            id="a 304 comes before a range",
        ),
        pytest.param(
            [("Range", "bytes=1-2")], original(status=404), 404, None, id="no range of a 404"
        ),
        pytest.param(
            [("Range", "bytes=1-2")],
            replace(original(), body=None),
            200,
            None,
            id="no range of nothing",
        ),
    ],
)
def test_a_range(
    asked: list[tuple[str, str]], stored: Entry, status: int, span: tuple[int, int] | None
) -> None:
    reply = answer(stored, asked=request(*asked))
    assert (reply.status, reply.span) == (status, span)
    part = None if span is None else f"bytes 1-2/{BODY.length}"
    assert reply.headers.get("Content-Range") == part


def test_a_range_of_a_picture_is_of_its_own_bytes() -> None:
    stored = original(*TYPICAL)
    reply = answer(stored, picture(stored), asked=request(("Range", "bytes=-1")))
    assert (reply.status, reply.body, reply.span) == (206, MADE, (3, 3))


def test_a_range_beyond_the_end_is_a_416() -> None:
    reply = answer(original(*TYPICAL), asked=request(("Range", "bytes=5-")))
    assert reply.status == 416
    assert reply.headers.get("Content-Range") == "bytes */5"
    assert reply.headers.get("Content-Type") == "application/problem+json"


def test_what_the_operator_lets_pass_comes_last() -> None:
    stored = original(("X-Foo", "1"), ("Set-Cookie", "a=b"), ("Expires", "0"))
    reply = answer(stored, profile=passing("*"))
    assert reply.headers.lines[-2:] == (("X-Foo", "1"), ("Expires", "0"))
    assert "Set-Cookie" not in reply.headers


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_304_has_what_updates_a_copy_and_no_body(method: str) -> None:
    asked = request(("If-None-Match", 'W/"theirs"'), method=method)
    assert answer(original(*TYPICAL, LAST_MODIFIED), asked=asked) == Reply(
        status=304,
        headers=Headers(
            (
                ("Cache-Control", "max-age=600"),
                ("Age", "60"),
                ("ETag", '"theirs"'),
                ("Cache-Status", "image-proxy; hit; ttl=540"),
                *READABLE,
                *SECURE,
            )
        ),
        body=None,
    )


def test_a_304_to_a_picture_goes_by_its_own_tag() -> None:
    stored = original(*TYPICAL)
    theirs = answer(stored, picture(stored), asked=request(("If-None-Match", '"theirs"')))
    ours = answer(
        stored, picture(stored), asked=request(("If-None-Match", f'"{MADE.digest[:32]}"'))
    )
    assert (theirs.status, ours.status) == (200, 304)


@pytest.mark.parametrize(
    ("status", "asked", "expected"),
    [
        pytest.param(404, request(), 404, id="a 404 with a picture is a 404"),
        pytest.param(500, request(), 500, id="a 500 with a picture is a 500"),
        pytest.param(404, request(("If-None-Match", "*")), 404, id="conditions are for success"),
        pytest.param(203, request(("If-None-Match", "*")), 304, id="of any kind"),
    ],
)
def test_status(status: int, asked: Request, expected: int) -> None:
    stored = original(status=status)
    assert answer(stored, asked=asked).status == expected
    assert answer(stored, picture(stored), asked=asked).status == expected


def test_a_204_has_no_body_and_no_type() -> None:
    reply = answer(replace(original(status=204), body=None, media_type=""))
    assert (reply.status, reply.body) == (204, None)
    assert "Content-Type" not in reply.headers


@pytest.mark.parametrize(
    "name",
    [
        *("Set-Cookie", "Set-Cookie2", "Strict-Transport-Security", "Clear-Site-Data", "Link"),
        *("X-Frame-Options", "Alt-Svc", "NEL", "Report-To", "Refresh", "Location", "Server"),
        *("Access-Control-Allow-Credentials", "Content-Length", "Content-Encoding", "Expires"),
        *("Content-Disposition", "Connection", "Transfer-Encoding", "Service-Worker-Allowed"),
    ],
)
def test_a_field_of_the_origin_never_passes(name: str) -> None:
    assert name not in answer(original((name, "x"))).headers


@pytest.mark.parametrize(
    "name",
    [
        *("Content-Type", "Content-Security-Policy", "Access-Control-Allow-Origin", "Vary"),
        *("Access-Control-Expose-Headers", "Cache-Status", "Age", "Timing-Allow-Origin"),
    ],
)
def test_a_field_of_the_origin_never_replaces_ours(name: str) -> None:
    plain, tempted = answer(original()), answer(original((name, "theirs")))
    assert tempted.headers == plain.headers


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ETag", "Last-Modified", "Cache-Control", "Set-Cookie", "X"]),
            st.text(),
        )
    ),
    st.lists(
        st.tuples(
            st.sampled_from(["Origin", "If-None-Match", "If-Modified-Since", "Accept"]), st.text()
        )
    ),
)
def test_no_origin_and_no_client_breaks_an_answer(
    theirs: list[tuple[str, str]], asked: list[tuple[str, str]]
) -> None:
    for access in (ALL, LISTED):
        reply = answer(original(*theirs), asked=request(*asked), access=access)
        assert reply.status in {200, 304}
        assert all(is_sendable(value) for _, value in reply.headers)
