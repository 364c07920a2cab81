"""The shared hostile cases that are messages: raw requests, origins' heads, operators' settings.

A raw request is sent byte by byte as the file has it, for a picture of its own; behind it, on the
same connection where it is still open and on a new one in any case, a good ask for the same
picture: what the first one did must not show there.
"""

import pytest

from proxy import config
from proxy.errors import SettingsError
from tests.fakes.raw_origin import Answer, answer
from tests.whole.hostile import FILE, PICTURE, ROWS, Stage, filled, of, picture, whole

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not FILE.exists(), reason="../shared is not here"),
]

HTML = b"<!doctype html><script>alert(1)</script>"
ASK = b"GET /?http://img.example/a.png HTTP/1.1\r\nHost: proxy\r\n"
# What the file describes instead of writing it out.
SENT = {
    "raw-barelf": b"GET / HTTP/1.1\nHost: proxy\n\n",
    "raw-cpdos-hho": ASK
    + b"".join(b"X-Oversized-%d: %b\r\n" % (n, b"A" * 7000) for n in range(3))
    + b"\r\n",
    "raw-cpdos-hmc": ASK + b"X-Meta: \x07\r\n\r\n",
    "raw-range-many": ASK + b"Range: bytes=%b0-\r\n\r\n" % (b"0-," * 1300),
    "raw-http09": b"GET /\r\n\r\n",
    "raw-tls": bytes.fromhex("1603010200010001fc0303") + bytes(500),
    "raw-expect": ASK + b"Expect: 100-continue\r\nContent-Length: 10\r\n\r\n0123456789",
}
# The answers on the connection: to the case, and to the good ask where it is still open.
ANSWERED: dict[str, list[int]] = {
    "raw-connect": [405],
    "raw-options-star": [
        200,
        200,
    ],  # not 204: service.md answers OPTIONS like the old worker, empty
    "raw-put": [405, 200],
    "raw-tecl": [400],
    "raw-cl-plus": [400],
    "raw-cl-huge": [400],
    "raw-chunk-ext-lf": [400],
    "raw-trailers": [431],
    "raw-barelf": [400],
    "raw-cr-hdr": [400],
    "raw-obs-fold": [400],
    "raw-host-dup": [400],
    "raw-host-none": [400],
    "raw-host-evil": [200, 200],  # the usage page, which shows nothing of the visitor
    "raw-origin-refl": [200, 200],
    "raw-range-neg": [200, 200],
    "raw-range-many": [200, 200],
    "raw-cpdos-hho": [200, 200],  # not 431: no field is over 8 KiB, and none goes any further
    "raw-cpdos-hmc": [400],
    "raw-cpdos-hmo": [200, 200],
    "raw-smuggle-hop": [200],
    "raw-cookie": [200, 200],
    "raw-ae-bomb": [200, 200],
    "raw-upgrade-h2c": [200, 200],
    "raw-ws": [200, 200],
    "raw-http09": [400],
    "raw-http2-preface": [400],
    "raw-tls": [405],  # said before it closes: to the parser it is an unknown method
    "raw-expect": [200],  # not 417: the body is not waited for
}


@pytest.mark.parametrize("name", ANSWERED)
async def test_a_raw_request(attacked: Stage, name: str) -> None:
    own = f"http://img.example/{name}.png"
    sent = SENT.get(name) or filled(ROWS[name]["target"]).encode()
    sent = sent.replace(b"http://img.example/a.png", own.encode())
    good = f"GET /?{own} HTTP/1.1\r\nHost: proxy\r\nConnection: close\r\n\r\n".encode()
    attacked.set_up(picture(b"Cache-Control: max-age=60"))
    heard = await attacked.converse(sent, good)
    attacked.count("raw", *heard)
    assert [one.status for one in heard] in (ANSWERED[name], []), ROWS[name]["why"]
    assert all(one.headers.get("Access-Control-Allow-Origin") == "*" for one in heard)
    assert all(b"evil" not in one.body for one in heard)
    (after,) = await attacked.converse(good)
    assert (after.status, after.body) == (200, PICTURE), "the key is not poisoned"
    assert attacked.asked.count(own) == 1


async def test_twenty_requests_at_once_are_answered_in_their_order(attacked: Stage) -> None:
    bodies = [PICTURE + b"%02d" % n for n in range(20)]  # bytes after a picture's end are allowed
    asks = [f"http://img.example/pipelined-{n}.png" for n in range(20)]
    attacked.set_up(*map(whole, bodies))
    lines = [f"GET /?{ask} HTTP/1.1\r\nHost: proxy\r\n" for ask in asks]
    lines[-1] += "Connection: close\r\n"
    heard = await attacked.converse("".join(f"{line}\r\n" for line in lines).encode())
    attacked.count("raw", *heard)
    assert [one.body for one in heard] == bodies
    assert attacked.asked == asks


# What the origin of a picture sends; then the status, and how often two asks for it ask the origin.
FLOOD = answer(*[b"HTTP/1.1 103 Early Hints\r\n\r\n" * 2000] * 100, gap_s=0.01)
FIELDS = (
    b"Set-Cookie: a=b",
    b"Strict-Transport-Security: max-age=9",
    b'Clear-Site-Data: "*"',
    b'Alt-Svc: h2=":443"',
    b"Report-To: {}",
    b"NEL: {}",
    b"Link: </x>; rel=preload",
    b"Refresh: 0;url=http://127.0.0.1/",
    b"Content-Disposition: inline; filename*=UTF-8''%22%0d%0a.html",
    b"Access-Control-Allow-Credentials: true",
    b"Content-Security-Policy: default-src *",
)
HEADS: list[tuple[str, Answer, int, int]] = [
    (
        "cfg-set-cookie",
        picture(b"Set-Cookie: a=b"),
        200,
        1,
    ),  # the picture is kept, no cookie with it
    ("cfg-hsts", picture(*FIELDS), 200, 1),
    ("cfg-resp-crlf", picture(b"X-A: a\rSet-Cookie: b=c"), 502, 2),
    ("cfg-status-999", picture(status=b"999 What"), 502, 2),
    ("cfg-status-999", picture(status=b"099 What"), 502, 2),
    ("cfg-status-999", FLOOD, 504, 2),
    ("cfg-hdr-count", picture(*[b"X-A: a"] * 20_000), 502, 2),
    ("cfg-ct-two", picture(b"Content-Type: image/png, text/html"), 200, 1),
    ("cfg-ct-two", whole(HTML, b"Content-Type: image/png, text/html"), 415, 2),
    ("cfg-ct-param", picture(b"Content-Type: image/png; charset=UTF-8;text/html"), 200, 1),
    ("cfg-ct-param", whole(HTML, b"Content-Type: image/png; charset=UTF-8;text/html"), 415, 2),
]
PASSED = {  # all an answer with a picture may hold
    *("content-type", "content-length", "etag", "cache-control", "age", "cache-status", "date"),
    *("access-control-allow-origin", "access-control-expose-headers", "x-content-type-options"),
    *("content-security-policy", "referrer-policy", "cross-origin-resource-policy"),
    *("timing-allow-origin", "server", "connection", "last-modified"),
    "accept-ranges",
}


@pytest.mark.parametrize(("name", "sent", "status", "asks"), HEADS)
async def test_what_an_origin_sends(
    attacked: Stage, name: str, sent: Answer, status: int, asks: int
) -> None:
    target = f"http://img.example/{name}-{HEADS.index((name, sent, status, asks))}.png"
    attacked.set_up(sent)
    heard = [await attacked.ask(target) for _ in range(2)]
    attacked.count("config", *heard)
    assert [one.status for one in heard] == [status, status], ROWS[name]["why"]
    assert len(attacked.asked) == asks
    for one in heard:
        assert {line.lower() for line, _ in one.headers} <= PASSED
        assert one.headers.get("X-Content-Type-Options") == "nosniff"
        assert one.headers.get("Content-Security-Policy") == "default-src 'none'; sandbox"
        if status == 200:
            assert (one.headers.get("Content-Type"), one.body) == ("image/png", PICTURE)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("cfg-crlf", {"X-Cors-Headers": "a\r\nSet-Cookie: x=1"}),
        ("cfg-name-space", {"Access Control Allow Origin": "*"}),
        ("cfg-nonlatin", {"X-Foo": "\u20ac"}),
    ],
)
async def test_a_setting_no_header_may_hold_stops_the_start(
    name: str, fields: dict[str, str]
) -> None:
    assert ROWS[name]["expect"].startswith("refuse to start")
    with pytest.raises(SettingsError):
        config.load(None, environ={}, overrides={"origins": {"img.example": {"headers": fields}}})


PATHS = ["/../../etc/passwd", "/%2e%2e%2f", "/a/..;/b", "/a%5c..%5cb"]


@pytest.mark.parametrize("path", PATHS)
async def test_a_path_out_of_the_root_is_not_found(attacked: Stage, path: str) -> None:
    attacked.set_up()
    for target in (f"{path}?http://img.example/a.png", path):
        sent = f"GET {target} HTTP/1.1\r\nHost: proxy\r\nConnection: close\r\n\r\n"
        (heard,) = await attacked.converse(sent.encode())
        attacked.count("config", heard)
        assert (heard.status, attacked.untouched) == (404, True)


async def test_nobody_purges_by_method(attacked: Stage) -> None:
    ask = b"GET /?http://img.example/purged.png HTTP/1.1\r\nHost: proxy\r\n%b\r\n"
    parts = ask % b"", ask.replace(b"GET", b"PURGE") % b"", ask % b"Connection: close\r\n"
    attacked.set_up(picture())
    heard = await attacked.converse(*parts)
    attacked.count("config", *heard)
    assert [one.status for one in heard] == [200, 405, 200]
    assert len(attacked.asked) == 1, "it is still kept"


async def test_the_tables_name_every_row() -> None:
    assert {*ANSWERED, "raw-pipeline"} == set(of("raw"))
    settings = {"cfg-crlf", "cfg-name-space", "cfg-nonlatin"}
    assert {*(head[0] for head in HEADS), *settings, "cfg-alias-cfg", "cfg-purge"} == set(
        of("config")
    )


async def test_afterwards_nothing_was_a_500_and_good_asks_are_answered(attacked: Stage) -> None:
    await attacked.see_that_all_is_well()
