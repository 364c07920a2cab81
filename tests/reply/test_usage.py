"""The page at ``/``."""

from proxy.model.body import Held
from proxy.model.request import Request
from proxy.reply.usage import usage
from tests.reply.answers import ALL, request


def text_for(asked: Request, *presets: str) -> str:
    body = usage(asked, presets, ALL).body
    assert isinstance(body, Held)
    return body.data.decode()


def test_the_page_names_every_way_to_ask() -> None:
    text = text_for(request(), "headimg", "thumbnail")
    assert text.startswith("IMAGE-PROXY\n\nUsage:\n/?http://")
    assert "\n/thumbnail/?http://" in text
    assert "\n/headimg/?http://" in text
    assert "\n/info/?http://" in text
    assert "\nLimits:\nGET and HEAD only" in text


def test_the_headers() -> None:
    reply = usage(request(), (), ALL)
    assert reply.status == 200
    assert reply.headers.get("Content-Type") == "text/plain; charset=utf-8"
    assert reply.headers.get("Cache-Control") == "public, max-age=300"
    assert reply.headers.get("X-Content-Type-Options") == "nosniff"
    assert reply.headers.get("Access-Control-Allow-Origin") == "*"


def test_nothing_of_the_visitor_is_shown() -> None:
    lines = (("Host", "a.example"), ("Origin", "https://b.example"), ("User-Agent", "c"))
    visitor = Request(
        method="GET", target="/<d>?", headers=request(*lines).headers, peer="192.0.2.1"
    )
    assert text_for(visitor) == text_for(request())
