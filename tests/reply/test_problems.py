"""Failures as clients see them: every class, in the one shape."""

import json
from collections.abc import Iterator
from hashlib import sha256

import pytest

from proxy import errors
from proxy.model.body import Held
from proxy.model.reply import Reply
from proxy.reply.problems import problem
from tests.reply.answers import ALL, LISTED, request

SPECIAL: dict[type[errors.ProxyError], errors.ProxyError] = {
    errors.BadOption: errors.BadOption(3, "w takes pixels"),
    errors.NotOffered: errors.NotOffered("weserv's mask"),
    errors.UnknownPreset: errors.UnknownPreset("<x>", ("headimg", "thumbnail")),
    errors.OriginStatus: errors.OriginStatus(404, "secret"),
    errors.RangeNotSatisfiable: errors.RangeNotSatisfiable(5),
    errors.SettingsError: errors.SettingsError(("secret",)),
}


def classes(of: type[errors.ProxyError] = errors.ProxyError) -> Iterator[type[errors.ProxyError]]:
    for kind in of.__subclasses__():
        yield kind
        yield from classes(kind)


def read(reply: Reply) -> dict[str, object]:
    assert isinstance(reply.body, Held)
    assert reply.body.digest == sha256(reply.body.data).hexdigest()
    found = json.loads(reply.body.data)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("kind", tuple(classes()), ids=lambda kind: kind.__name__)
def test_every_failure_has_the_shape(kind: type[errors.ProxyError]) -> None:
    error = SPECIAL.get(kind) or kind("secret 10.0.0.1")
    reply = problem(error, request(), ALL)
    assert read(reply) == {
        "type": f"urn:image-proxy:{kind.slug()}",
        "title": error.title(),
        "status": reply.status,
    }
    assert reply.status == error.status
    assert isinstance(reply.body, Held)
    assert b"secret" not in reply.body.data
    assert reply.headers.get("Content-Type") == "application/problem+json"
    assert reply.headers.get("Cache-Control") == "no-store"
    assert reply.headers.get("X-Content-Type-Options") == "nosniff"
    assert reply.headers.get("Access-Control-Allow-Origin") == "*"


def test_the_body_to_the_letter() -> None:
    reply = problem(errors.HostNotAllowed("h.example"), request(), ALL)
    assert isinstance(reply.body, Held)
    assert reply.body.data == (
        b'{"type":"urn:image-proxy:host-not-allowed",'
        b'"title":"This host is not allowed","status":403}'
    )


@pytest.mark.parametrize(
    ("error", "name", "value"),
    [
        pytest.param(errors.QueueFull("x"), "Retry-After", "1", id="a full queue: come again"),
        pytest.param(errors.MethodNotAllowed("x"), "Allow", "GET, HEAD, OPTIONS", id="a method"),
        pytest.param(errors.MethodNotAllowed("x", "POST"), "Allow", "POST", id="where one posts"),
        pytest.param(errors.NotPurged("x"), "Retry-After", "10", id="a disk is tried that often"),
        pytest.param(
            errors.OriginStatus(405, "x"), "Allow", "GET, HEAD, OPTIONS", id="a relayed 405"
        ),
        pytest.param(errors.AdminOnly("x"), "WWW-Authenticate", "Bearer", id="the token is wanted"),
        pytest.param(errors.OriginStatus(401, "x"), "WWW-Authenticate", None, id="a relayed 401"),
        pytest.param(
            errors.RangeNotSatisfiable(5), "Content-Range", "bytes */5", id="what there is"
        ),
        pytest.param(errors.BadAddress("x"), "Retry-After", None, id="no use in trying again"),
        pytest.param(errors.BadAddress("x"), "Allow", None, id="the method was right"),
    ],
)
def test_lines_of_a_status(error: errors.ProxyError, name: str, value: str | None) -> None:
    assert problem(error, request(), ALL).headers.get(name) == value


def test_what_was_asked_is_not_echoed() -> None:
    found = read(problem(SPECIAL[errors.UnknownPreset], request(), ALL))
    assert found["title"] == "There is no such preset; known presets: headimg, thumbnail"


def test_an_unread_request_is_answered_as_one_without_origin() -> None:
    reply = problem(errors.BadRequest("x"), None, LISTED)
    assert "Access-Control-Allow-Origin" not in reply.headers
    assert reply.headers.get("Vary") == "Origin"


def test_a_listed_reader_may_read_failures() -> None:
    reply = problem(errors.BadAddress("x"), request(("Origin", "https://blog.example")), LISTED)
    assert reply.headers.get("Access-Control-Allow-Origin") == "https://blog.example"
