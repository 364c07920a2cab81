"""What an operator names: however it is written, what the store knows it by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.dialects import selection
from proxy.errors import BadAddress
from proxy.model.purge import EVERYTHING, Scope, Selector
from proxy.settings import Server, Settings

SETTINGS = Settings(server=Server(names=("self.example",)))
PICTURE = "http://image.woshipm.com/a.jpg"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PICTURE, id="as the store prints it"),
        pytest.param(f" {PICTURE} ", id="blanks around it"),
        pytest.param("HTTP://IMAGE.WOSHIPM.COM/a.jpg", id="in capitals"),
        pytest.param("http://image.woshipm.com:80/a.jpg", id="the scheme's own port"),
        pytest.param("http://image.woshipm.com./a.jpg", id="a trailing dot"),
        pytest.param("http://image.woshipm.com/x/../a.jpg#top", id="dots and a fragment"),
        pytest.param("http%3A%2F%2Fimage.woshipm.com%2Fa.jpg", id="encoded"),
        pytest.param(f"https://cors.zfour.workers.dev/?{PICTURE}", id="wrapped by the old worker"),
        pytest.param(f"https://self.example/thumbnail/?{PICTURE}", id="as a reader asks us"),
        pytest.param(
            f"https://self.example/?https://cors.zfour.workers.dev/?{PICTURE}", id="wrapped twice"
        ),
    ],
)
def test_any_way_to_write_an_address_selects_the_same(text: str) -> None:
    assert selection.read(Scope.SOURCE, text, SETTINGS) == Selector(Scope.SOURCE, PICTURE)
    assert selection.read(Scope.PREFIX, text, SETTINGS) == Selector(Scope.PREFIX, PICTURE)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("http://h/wp-files/2021/1", "http://h/wp-files/2021/1", id="a begun name"),
        pytest.param("http://h/%E4%BD", "http://h/%E4%BD", id="a begun character"),
        pytest.param("http://h/a?x=", "http://h/a?x=", id="a begun query"),
        pytest.param("http://h", "http://h/", id="a host is whole: not http://h.evil.example/"),
    ],
)
def test_prefixes(text: str, value: str) -> None:
    assert selection.read(Scope.PREFIX, text, SETTINGS).value == value


@pytest.mark.parametrize(
    ("text", "host"),
    [
        pytest.param("image.woshipm.com", "image.woshipm.com", id="as the store prints it"),
        pytest.param("Image.WOSHIPM.com.", "image.woshipm.com", id="capitals, a trailing dot"),
        pytest.param("bücher.example", "xn--bcher-kva.example", id="an international name"),
        pytest.param("127.1", "127.0.0.1", id="a short literal"),
        pytest.param("[::1]", "[::1]", id="IPv6"),
    ],
)
def test_hosts(text: str, host: str) -> None:
    assert selection.read(Scope.HOST, text, SETTINGS) == Selector(Scope.HOST, host)


def test_all_there_is() -> None:
    assert selection.read(Scope.ALL, "", SETTINGS) == EVERYTHING


@pytest.mark.parametrize(
    ("scope", "text"),
    [
        (Scope.SOURCE, ""),
        (Scope.SOURCE, "image.woshipm.com/a.jpg"),
        (Scope.SOURCE, "ftp://h/a"),
        (Scope.SOURCE, "http:///a"),
        (Scope.SOURCE, "https://self.example/"),
        (Scope.SOURCE, "https://self.example/?nothing"),
        (Scope.PREFIX, ""),
        (Scope.PREFIX, "http://"),
        (Scope.HOST, ""),
        (Scope.HOST, "h:8080"),
        (Scope.HOST, "h/a"),
        (Scope.HOST, "h#a"),
        (Scope.HOST, "h?a"),
        (Scope.HOST, "u@h"),
        (Scope.HOST, "*.h"),
        (Scope.HOST, "a h"),
        (Scope.HOST, "http://h"),
    ],
    ids=str,
)
def test_refused(scope: Scope, text: str) -> None:
    with pytest.raises(BadAddress):
        selection.read(scope, text, SETTINGS)


@given(st.sampled_from((Scope.SOURCE, Scope.HOST, Scope.PREFIX)), st.text())
def test_whatever_is_written_is_read_or_refused(scope: Scope, text: str) -> None:
    for written in (text, f"http://{text}", f"http://h/{text}"):
        try:
            selected = selection.read(scope, written, SETTINGS)
        except BadAddress:
            continue
        assert selection.read(scope, selected.value, SETTINGS) == selected
