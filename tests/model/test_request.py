"""The target is parted at its first question mark, and nothing in it is decoded."""

import pytest

from proxy.model.request import Request


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        pytest.param("/", "/", "", id="no query"),
        pytest.param("/?", "/", "", id="an empty query"),
        pytest.param("/a/?http://b/?c=1&d=%2B", "/a/", "http://b/?c=1&d=%2B", id="a second mark"),
        pytest.param("/%3F?%3F#x", "/%3F", "%3F#x", id="nothing is decoded, nothing cut"),
        pytest.param("/??a", "/", "?a", id="two marks"),
        pytest.param("*", "*", "", id="the server itself"),
    ],
)
def test_parts(target: str, path: str, query: str) -> None:
    request = Request(method="GET", target=target)
    assert (request.path, request.query) == (path, query)
