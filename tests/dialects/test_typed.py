"""What a person types or pastes: a target, an address of ours, a picture's own."""

import pytest

from proxy.dialects.typed import request_of
from proxy.settings import Dialects, Server, Settings

SETTINGS = Settings(server=Server(names=("img.blog.example",)), dialects=Dialects())


@pytest.mark.parametrize(
    ("text", "target"),
    [
        pytest.param("/thumbnail/?http://h/a.jpg", "/thumbnail/?http://h/a.jpg", id="a target"),
        pytest.param("  /w=4/?http://h/a ", "/w=4/?http://h/a", id="with blanks around it"),
        pytest.param("http://h/a.jpg?b=1", "/?http://h/a.jpg?b=1", id="a picture's own"),
        pytest.param(
            "https://img.blog.example/w=4/?http://h/a?b", "/w=4/?http://h/a?b", id="whole, ours"
        ),
        pytest.param("https://IMG.blog.example:8443/x?y", "/x?y", id="in capitals, with a port"),
        pytest.param("http://127.0.0.1:8080/?http://h/a", "/?http://h/a", id="on this machine"),
        pytest.param("http://[::1]:8080/?http://h/a", "/?http://h/a", id="on it, by IPv6"),
        pytest.param("https://cors.zfour.workers.dev/?http://h/a", "/?http://h/a", id="wrapped"),
        pytest.param("https://i0.wp.com/h/a.jpg?w=4", "/h/a.jpg?w=4", id="Photon's own host"),
        pytest.param("https://img.blog.example?http://h/a", "/?http://h/a", id="without a slash"),
        pytest.param("https://img.blog.example", "/", id="our name alone"),
        pytest.param("http%3A%2F%2Fh%2Fa.jpg", "/?http://h/a.jpg", id="percent-encoded"),
        pytest.param("%2Fw%3D4%2F%3Fhttp%3A%2F%2Fh%2Fa", "/w=4/?http://h/a", id="a target so"),
        pytest.param("http://[oops", "/?http://[oops", id="nonsense is for the dialects to say"),
        pytest.param("", "/?", id="nothing"),
    ],
)
def test_request_of(text: str, target: str) -> None:
    assert request_of(text, SETTINGS).target == target


def test_the_host_a_dialect_goes_by_is_kept() -> None:
    asked = request_of("https://i0.wp.com/h/a.jpg", SETTINGS)
    assert asked.headers.get("Host") == "i0.wp.com"
