"""What a running service counted, or that there is none."""

import pytest

from proxy.cli import shares
from proxy.settings import Admin, Server, Settings
from tests.fakes.raw_origin import answer, raw_origin

PAGE = b"""# HELP image_proxy_requests_total Requests answered
# TYPE image_proxy_requests_total counter
image_proxy_requests_total{cache="uri-miss",route="original",status="200"} 2.0
image_proxy_requests_total{cache="hit",route="original",status="200"} 5.0
image_proxy_requests_total{cache="hit",route="thumbnail",status="200"} 1.0
image_proxy_requests_total{cache="",route="usage",status="200"} 9.0
# HELP image_proxy_queue Pictures waiting to be made
# TYPE image_proxy_queue gauge
image_proxy_queue 3.0
"""


def http(status: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        pytest.param(http(b"200 OK", PAGE), {"hit": 6, "uri-miss": 2}, id="by cache, most first"),
        pytest.param(http(b"200 OK", b""), {}, id="nothing was asked yet"),
        pytest.param(http(b"401 Unauthorized", PAGE), None, id="another token"),
        pytest.param(http(b"200 OK", b"<!doctype html>"), None, id="another program"),
        pytest.param(http(b"200 OK", b"\xff\xfe"), None, id="no text"),
        pytest.param(b"SSH-2.0-OpenSSH\r\n", None, id="another protocol"),
    ],
)
async def test_answers(sent: bytes, told: dict[str, int] | None) -> None:
    async with raw_origin(answer(sent)) as origin:
        settings = Settings(server=Server(port=origin.port), admin=Admin(token="s3cret"))  # noqa: S106
        found = await shares.answers(settings)
    assert found == told
    assert found is None or list(found) == list(told or {})
    (asked,) = origin.requests
    assert asked.startswith(b"GET /-/metrics HTTP/1.1\r\n")
    assert b"Authorization: Bearer s3cret\r\n" in asked


async def test_where_nobody_listens() -> None:
    assert await shares.answers(Settings(server=Server(port=1))) is None
