"""A reader is sent on: where to, and that nobody remembers it."""

from proxy.model.request import Request
from proxy.reply.elsewhere import elsewhere
from proxy.settings import Access


def test_a_reader_is_sent_on_for_this_once() -> None:
    reply = elsewhere("http://h/p.png", Request(method="GET", target="/"), Access())
    assert reply.status == 302
    assert reply.headers.get("Location") == "http://h/p.png"
    assert reply.headers.get("Cache-Control") == "no-store"
    assert reply.headers.get("X-Content-Type-Options") == "nosniff"
