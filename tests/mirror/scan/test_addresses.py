"""Twin of proxy/mirror/scan/addresses.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.mirror.scan.addresses import Addresses
from proxy.settings import Dialects, Server, Settings

SETTINGS = Settings(
    server=Server(names=("img.blog.example",)),
    dialects=Dialects(wrappers=("cors.zfour.workers.dev", "relay.example")),
)
ADDRESSES = Addresses(SETTINGS)
OLD = "https://cors.zfour.workers.dev/"


@pytest.mark.parametrize(
    ("address", "source", "wrapper"),
    [
        pytest.param("http://H/a.png#x", "http://h/a.png", None, id="bare, as a browser reads it"),
        pytest.param("//h/a.png", "https://h/a.png", None, id="without a scheme"),
        pytest.param("http://h/a\n b", "http://h/a%20b", None, id="broken over lines"),
        pytest.param(f"{OLD}?http://h/a?b=1", "http://h/a?b=1", OLD[8:-1], id="old worker"),
        pytest.param(f"{OLD}thumbnail/?http://h/a", "http://h/a", OLD[8:-1], id="with a preset"),
        pytest.param(f"{OLD}?http%3A%2F%2Fh%2Fa", "http://h/a", OLD[8:-1], id="encoded"),
        pytest.param(
            "https://img.blog.example/headimg/?http://h/a",
            "http://h/a",
            "img.blog.example",
            id="ours",
        ),
        pytest.param(
            f"https://relay.example/?{OLD}?http://h/a", "http://h/a", "relay.example", id="twice"
        ),
        pytest.param(
            "https://images.weserv.nl/?url=h/a.png&w=9", "http://h/a.png", "weserv", id="no scheme"
        ),
        pytest.param("https://wsrv.nl/?url=ssl:h/a", "https://h/a", "weserv", id="weserv's ssl:"),
        pytest.param(
            "//wsrv.nl/?w=1&url=https%3A%2F%2Fh%2Fa%3Fb", "https://h/a?b", "weserv", id="2nd"
        ),
        pytest.param("https://i2.wp.com/h/a.png?w=9", "http://h/a.png", "photon", id="Photon"),
        pytest.param("https://i0.wp.com/h/a?ssl=1", "https://h/a", "photon", id="Photon with TLS"),
        pytest.param(
            "https://rss.example/p?url=http%3A%2F%2Fh%2Fa%3Fb%3D1%26c",
            "http://h/a?b=1&c",
            "rsshub",
            id="RSSHub",
        ),
        pytest.param(
            f"https://wsrv.nl/?url={OLD}?http://h/a", "http://h/a", "weserv", id="one in another"
        ),
        pytest.param(
            "https://h/a?url=b.png", "https://h/a?url=b.png", None, id="no address in url"
        ),
        pytest.param(
            "https://i0.wp.com/latex.php", "https://i0.wp.com/latex.php", None, id="not Photon's"
        ),
    ],
)
def test_a_source_is_taken_out(address: str, source: str, wrapper: str | None) -> None:
    meaning = ADDRESSES.read(address)
    assert (meaning.source, meaning.wrapper, meaning.problem) == (source, wrapper, "")


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        pytest.param("images/a.png", "local path", id="relative"),
        pytest.param("C:\\Users\\a.png", "local path", id="of the author's machine"),
        pytest.param("file:///home/a.png", "local path", id="file"),
        pytest.param("data:image/png;base64,AA", "a data: address", id="data"),
        pytest.param("javascript:x", "a javascript: address", id="script"),
        pytest.param("http://h:0/", "port 0", id="no address a browser would read"),
        pytest.param(f"{OLD}?a.png", "wraps no http", id="a wrapper around a local path"),
        pytest.param("https://img.blog.example/", "ourselves", id="ourselves, empty"),
        pytest.param("http://[/", "", id="no host"),
    ],
)
def test_what_is_no_picture_says_why(address: str, problem: str) -> None:
    meaning = ADDRESSES.read(address)
    assert meaning.source is None
    assert meaning.problem
    assert problem in meaning.problem


@pytest.mark.parametrize(
    ("post", "base", "url"),
    [
        pytest.param(
            "https://b.example/2021/post/", "", "https://b.example/2021/post/a.png", id="page's own"
        ),
        pytest.param(
            "https://b.example/x", "/img/", "https://b.example/img/a.png", id="base of the page"
        ),
        pytest.param(
            "https://b.example/x", "https://c.example/", "https://c.example/a.png", id="elsewhere"
        ),
        pytest.param("", "//c.example/d/", "https://c.example/d/a.png", id="base without a scheme"),
        pytest.param("", "/img/", None, id="a base that is relative to nothing"),
    ],
)
def test_relative_addresses_are_resolved(post: str, base: str, url: str | None) -> None:
    meaning = Addresses(SETTINGS, post).read("a.png", base)
    assert meaning.source == url
    assert meaning.address == (url or "a.png")


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        pytest.param("http://dockone.io/uploads/a.jpg", True, id="an extension"),
        pytest.param("a.PNG?x=1#y", True, id="relative, with a query"),
        pytest.param("http://h/a.jpg!custom", True, id="a suffix after it"),
        pytest.param("http://h/a.png!/both/72x72", True, id="a suffix with a path"),
        pytest.param("http://h/a~tplv-k3u1fbpfcp-watermark.image", True, id="juejin's"),
        pytest.param(f"{OLD}?http://h/anything", True, id="wrapped by our own kind"),
        pytest.param("https://i0.wp.com/h/anything", True, id="Photon's"),
        pytest.param("https://h/?url=http%3A%2F%2Fh%2Fa.jpg", True, id="a picture in url="),
        pytest.param(
            "https://weibo.com/share?url=http%3A%2F%2Fh%2Fpost", False, id="a share button"
        ),
        pytest.param("http://h/a.jpg/view", False, id="a page below"),
        pytest.param("http://h/page?img=a.jpg", False, id="an extension in the query only"),
        pytest.param("http://www.png/", False, id="a host"),
        pytest.param("http://h/", False, id="a page"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_is_picture(address: str, *, is_one: bool) -> None:
    assert ADDRESSES.is_picture(address) is is_one


@given(address=st.text(), base=st.text())
def test_never_raises_and_never_without_a_reason(address: str, base: str) -> None:
    meaning = Addresses(SETTINGS, base).read(address, base)
    ADDRESSES.is_picture(address)
    assert (meaning.source is None) == bool(meaning.problem)


@given(
    prefixes=st.lists(st.sampled_from([f"{OLD}?", "https://wsrv.nl/?url=", "//relay.example/?"]))
)
def test_wrapped_however_deep_an_end_is_found(prefixes: list[str]) -> None:
    meaning = ADDRESSES.read("".join([*prefixes, "http://h/a.png"]))
    assert meaning.source or meaning.problem
