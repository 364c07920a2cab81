"""``/robots.txt``."""

from proxy.model.body import Held
from proxy.reply.robots import robots
from tests.reply.answers import ALL, request


def test_robots_are_sent_away() -> None:
    reply = robots(request(), ALL)
    assert reply.status == 200
    assert reply.headers.get("Content-Type") == "text/plain; charset=utf-8"
    assert isinstance(reply.body, Held)
    assert reply.body.data == b"User-agent: *\nDisallow: /\n"
