"""Who is dialled, by which URL, under which TLS name."""

import pytest

from proxy.fetch.dialling import dialled, split
from proxy.model.order import Source
from tests.fetch.conftest import source


@pytest.mark.parametrize(
    ("asked", "connect_to", "url", "name"),
    [
        pytest.param(source("/a?b=%2B"), None, "http://img.example/a?b=%2B", None, id="itself"),
        pytest.param(
            source("/", port=81), None, "http://img.example:81/", None, id="itself, with its port"
        ),
        pytest.param(
            source("/"), "10.0.0.1", "http://10.0.0.1:80/", "img.example", id="an address"
        ),
        pytest.param(
            source("/", scheme="https"),
            "[::1]:8443",
            "https://[::1]:8443/",
            "img.example",
            id="an address with its port",
        ),
        pytest.param(
            source("/", port=81), "inside", "http://inside:81/", "img.example", id="a name"
        ),
        pytest.param(
            source("/", scheme="https", host="[2001:db8::1]"),
            "inside",
            "https://inside:443/",
            "2001:db8::1",
            id="a literal source without its brackets in SNI",
        ),
    ],
)
def test_dialled(asked: Source, connect_to: str | None, url: str, name: str | None) -> None:
    target = dialled(asked, connect_to)
    assert (target.url, target.server_name) == (url, name)


def test_credentials_of_the_source_are_not_in_the_url() -> None:
    secret = Source(
        url="http://user:pass@h/", scheme="http", host="h", port=80, path="/", credentials=True
    )
    assert dialled(secret, None).url == "http://h/"


@pytest.mark.parametrize(
    ("authority", "parts"),
    [
        ("host", ("host", None)),
        ("host:81", ("host", 81)),
        ("[::1]", ("[::1]", None)),
        ("[::1]:81", ("[::1]", 81)),
        ("192.0.2.1:81", ("192.0.2.1", 81)),
    ],
)
def test_split(authority: str, parts: tuple[str, int | None]) -> None:
    assert split(authority) == parts
