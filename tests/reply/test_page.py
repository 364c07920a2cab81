"""What every page of our own carries."""

from hashlib import sha256

from proxy.model.body import Held
from proxy.reply.page import page
from proxy.reply.security import lines_for
from tests.reply.answers import ALL, LISTED, request


def test_a_page_is_text_with_every_line() -> None:
    reply = page(
        "图",
        status=418,
        media_type="text/plain",
        lines=(("X", "1"),),
        request=request(("Origin", "https://blog.example")),
        access=LISTED,
    )
    data = "图".encode()
    assert reply.status == 418
    assert reply.body == Held(data, sha256(data).hexdigest())
    assert reply.headers.lines[:3] == (
        ("Content-Type", "text/plain"),
        ("X", "1"),
        ("Vary", "Origin"),
    )
    assert reply.headers.get("Access-Control-Allow-Origin") == "https://blog.example"
    assert set(lines_for("text/plain")) <= set(reply.headers)


def test_a_page_for_all_varies_on_nothing() -> None:
    reply = page("", status=200, media_type="text/plain", lines=(), request=None, access=ALL)
    assert "Vary" not in reply.headers
    assert reply.headers.get("Access-Control-Allow-Origin") == "*"
