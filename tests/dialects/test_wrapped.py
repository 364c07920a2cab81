"""Twin of proxy/dialects/wrapped.py, and of the room's front door."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy import dialects
from proxy.dialects.address import parse_source
from proxy.dialects.wrapped import read, sign, write
from proxy.errors import (
    BadAddress,
    BadOption,
    LoopDetected,
    NotFound,
    ProxyError,
    UnknownPreset,
)
from proxy.model.order import Order
from proxy.model.request import Request
from proxy.model.signature import SigningKey
from proxy.model.transform import ORIGINAL, Output, Transform
from proxy.settings import Access, Dialects, Server, Settings
from tests.fakes.transforms import transforms

SETTINGS = Settings(server=Server(names=("self.example",)))
OLD = "https://cors.zfour.workers.dev/"
OURS = "https://self.example:8443/"
PICTURE = "http://h/a.png"
AUTO = Output.AUTO
THUMBNAIL = Transform(width=400, height=300, format=AUTO)
KEYED = Settings(server=Server(names=("self.example",)), access=Access(keys=("new", "old")))


def order(target: str, settings: Settings = SETTINGS) -> Order:
    return dialects.read(Request(method="GET", target=target), settings)


@pytest.mark.parametrize(
    ("query", "url"),
    [
        pytest.param("http://h/a?a=1&b=2", "http://h/a?a=1&b=2", id="row 10: its own query"),
        pytest.param("http%3A%2F%2Fh%2Fa%3Fa%3D1%26b%3D2", "http://h/a?a=1&b=2", id="encoded once"),
        pytest.param("http%253A%252F%252Fh%252Fa%253Fa%253D1", "http://h/a?a=1", id="twice"),
        pytest.param("http:%2F%2Fh%2Fa", "http://h/a", id="only the slashes encoded"),
        pytest.param("http://h/%E4%BD%A0", "http://h/%E4%BD%A0", id="UTF-8 escapes stay"),
        pytest.param(
            "http%3A%2F%2Fh%2F%25E4%25BD%25A0", "http://h/%E4%BD%A0", id="escapes, encoded once"
        ),
        pytest.param("http://h/a%23b.jpg", "http://h/a%23b.jpg", id="bug 3: %23 is no fragment"),
        pytest.param("http://h/100%25.jpg", "http://h/100%25.jpg", id="bug 3: %25 stays"),
        pytest.param("http://h/100%2525.jpg", "http://h/100%2525.jpg", id="bug 3: so does %2525"),
        pytest.param(
            "http://h/?sig=ab%2Bcd%2Fef%3D",
            "http://h/?sig=ab%2Bcd%2Fef%3D",
            id="bug 3: a signature arrives as it was signed",
        ),
        pytest.param("http%3A//h/?sig=a%252Bb", "http://h/?sig=a%2Bb", id="a signature, encoded"),
        pytest.param("http%3A//h/a+b", "http://h/a+b", id="a plus is never a blank"),
        pytest.param("http%3A//h/a%23b", "http://h/a", id="an encoded fragment goes"),
        pytest.param("HtTp://h/a", "http://h/a", id="any case"),
        pytest.param("http://h/%zz", "http://h/%zz", id="a broken escape stays"),
        pytest.param("http://h/a.png&w=9", "http://h/a.png&w=9", id="&w= is the target's own"),
        pytest.param("http://o.example/?http://h/", "http://o.example/?http://h/", id="no wrapper"),
    ],
)
def test_targets(query: str, url: str) -> None:
    assert order(f"/?{query}") == Order(source=parse_source(url))
    assert order(f"/?{query}").source.url == url


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("h/a.png", id="bug 6: no scheme"),
        pytest.param("//h/a.png", id="bug 6: no scheme but slashes"),
        pytest.param("http://h:99999/", id="bug 6: a bad port"),
        pytest.param("http:/h/a.png", id="one slash"),
        pytest.param("data:image/png;base64,AAAA", id="row 10: a data URL"),
        pytest.param("url=http://h/a.png", id="another proxy's parameter"),
        pytest.param("http%25253A%25252F%25252Fh", id="encoded three times"),
        pytest.param("http%3A%2F%2Fh%2F%ff", id="not UTF-8 once decoded"),
        pytest.param("%20http://h/", id="a blank in front"),
        pytest.param("http%3A%2F%2Fh%2F%0d%0aX", id="line ends once decoded"),
        pytest.param("http://h/\udcff", id="a byte that is no UTF-8"),
    ],
)
def test_unreadable_targets(query: str) -> None:
    with pytest.raises(BadAddress):
        order(f"/?{query}")


@pytest.mark.parametrize(
    ("path", "preset", "transform"),
    [
        pytest.param("/", None, ORIGINAL, id="the original"),
        pytest.param("/thumbnail", "thumbnail", THUMBNAIL, id="a preset"),
        pytest.param("/thumbnail/", "thumbnail", THUMBNAIL, id="with its slash"),
        pytest.param(
            "/headimg/", "headimg", Transform(width=900, height=420, format=AUTO), id="the other"
        ),
        pytest.param("/thumb%6eail/", "thumbnail", THUMBNAIL, id="escaped by a client"),
        pytest.param(
            "/w=480,h=300,fit=cover,f=auto,q=75/",
            None,
            Transform(width=480, height=300, format=AUTO, quality=75),
            id="options",
        ),
        pytest.param(
            "/w%3D480%2Ch%3D300", None, Transform(width=480, height=300, format=AUTO), id="escaped"
        ),
        pytest.param(
            "/thumbnail,dpr=2/", None, Transform(width=800, height=600, format=AUTO), id="on top"
        ),
    ],
)
def test_paths(path: str, preset: str | None, transform: Transform) -> None:
    assert order(f"{path}?{PICTURE}") == Order(
        source=parse_source(PICTURE), transform=transform, preset=preset
    )


@pytest.mark.parametrize(
    "path",
    ["/x", "/thumbnail/x", "/thumbnail//", "//thumbnail", "//", "", "thumbnail", "/Thumbnail"],
)
def test_unknown_presets_name_the_known_ones(path: str) -> None:
    with pytest.raises(UnknownPreset) as failure:
        order(f"{path}?{PICTURE}")
    assert failure.value.known == ("thumbnail", "headimg")


@pytest.mark.parametrize(
    ("path", "at"),
    [
        pytest.param("/x=1/", 1, id="no option of ours"),
        pytest.param("/w=480,thumbnail/", 7, id="a preset comes first"),
        pytest.param("/thumbnail,w=0/", 13, id="counted from the segment's first character"),
        pytest.param("/w%3D480%2Cq%3D0/", 9, id="as it reads once decoded"),
        pytest.param("/w%253D480,q=1/", None, id="decoded once, not twice"),
    ],
)
def test_wrong_options_are_pointed_at(path: str, at: int | None) -> None:
    if at is None:
        with pytest.raises(UnknownPreset):
            order(f"{path}?{PICTURE}")
        return
    with pytest.raises(BadOption) as refused:
        order(f"{path}?{PICTURE}")
    assert refused.value.at == at


def test_no_address_at_all_is_not_ours() -> None:
    with pytest.raises(BadAddress):
        order("/?")


@pytest.mark.parametrize(
    ("target", "preset"),
    [
        pytest.param(f"/?{OLD}?{PICTURE}", None, id="the old worker"),
        pytest.param(f"/?{OURS}?{PICTURE}", None, id="ourselves, at any port"),
        pytest.param("/?HTTP://Self.Example.?http://h/a.png", None, id="ourselves, written oddly"),
        pytest.param(f"/?{OURS}?{OLD}?{OLD}?{PICTURE}", None, id="several deep"),
        pytest.param(f"/?{OLD}?http%3A%2F%2Fh%2Fa.png", None, id="an encoded target within"),
        pytest.param(
            "/?https%3A%2F%2Fcors.zfour.workers.dev%2F%3Fhttp%253A%252F%252Fh%252Fa.png",
            None,
            id="encoded at every level",
        ),
        pytest.param(f"/?{OURS}?http%3A%2F%2Fh%2Fa.png%23x", None, id="a fragment within"),
        pytest.param(f"/?{OLD}thumb/a?{PICTURE}", None, id="row 1: a path that is no preset"),
        pytest.param(f"/?{OLD}thumbnail/?{PICTURE}", "thumbnail", id="a preset the page meant"),
        pytest.param(f"/?{OLD}?{OURS}headimg?{PICTURE}", "headimg", id="a preset further in"),
        pytest.param(f"/?{OURS}headimg?{OLD}thumbnail?{PICTURE}", "headimg", id="the outer wins"),
        pytest.param(f"/thumbnail?{OLD}headimg?{PICTURE}", "thumbnail", id="our own path wins"),
        pytest.param(f"/?{f'{OLD}?' * 8}{PICTURE}", None, id="eight deep"),
    ],
)
def test_wrapped_in_wrapped(target: str, preset: str | None) -> None:
    found = order(target)
    assert (found.source.url, found.preset) == (PICTURE, preset)


@pytest.mark.parametrize(
    ("target", "transform"),
    [
        pytest.param(
            f"/?{OURS}w=9,f=same/?{PICTURE}", Transform(width=9), id="options the page meant"
        ),
        pytest.param(f"/thumbnail/?{OURS}w=9/?{PICTURE}", THUMBNAIL, id="our own path wins"),
        pytest.param(f"/?{OLD}w=nine/?{PICTURE}", ORIGINAL, id="none that can be read"),
    ],
)
def test_options_within_a_wrapper(target: str, transform: Transform) -> None:
    assert order(target).transform == transform


def test_a_raw_name_within_a_wrapper_is_read_as_it_is_written() -> None:
    target = "/?https%3A%2F%2Fself.example%2F%3Fhttp%3A%2F%2Fb%C3%BCcher.example%2Fa"
    assert order(target).source.host == "xn--bcher-kva.example"


def test_a_wrapper_without_a_target_is_an_ordinary_source() -> None:
    assert order(f"/?{OLD}a.png").source.url == f"{OLD}a.png"


def test_a_wrapper_with_credentials_is_left_for_the_rules() -> None:
    source = order(f"/?https://u@cors.zfour.workers.dev/?{PICTURE}").source
    assert (source.host, source.credentials) == ("cors.zfour.workers.dev", True)


@pytest.mark.parametrize(
    "target", [f"/?{OURS}", f"/?{OURS}?", f"/?{OURS}-/health", f"/?{OLD}?{OURS}a.png#?http://h/"]
)
def test_ourselves_with_nothing_wrapped_is_a_loop(target: str) -> None:
    with pytest.raises(LoopDetected):
        order(target)


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(f"/?{OLD}?a=1", id="a wrapper around no address"),
        pytest.param(f"/?{OURS}?v=1", id="ourselves around no address"),
        pytest.param(f"/?{f'{OLD}?' * 9}{PICTURE}", id="nine deep"),
        pytest.param(f"/?{OLD}?http://%6cocalhost/", id="an escaped host within"),
    ],
)
def test_unreadable_wrapped_in_wrapped(target: str) -> None:
    with pytest.raises(BadAddress):
        order(target)


def test_what_is_not_recognised_is_left_to_other_dialects() -> None:
    assert read(Request(method="GET", target="/x/?url=h/a.png"), SETTINGS) is None


def test_a_dialect_that_is_not_enabled_is_not_asked() -> None:
    with pytest.raises(BadAddress):
        order(f"/?{PICTURE}", Settings(dialects=Dialects(enabled=())))


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        pytest.param({}, "/?http://h/a%2Fb?c", id="the original"),
        pytest.param(
            {"transform": THUMBNAIL, "preset": "thumbnail"},
            "/thumbnail/?http://h/a%2Fb?c",
            id="a preset",
        ),
        pytest.param({"transform": THUMBNAIL}, "/w=400,h=300/?http://h/a%2Fb?c", id="options"),
        pytest.param({"info": True}, "/info/?http://h/a%2Fb?c", id="what is known of it"),
        pytest.param(
            {"otherwise": parse_source("http://h/")}, None, id="a redirect we have no word for"
        ),
        pytest.param({"transform": Transform(width=10**9)}, None, id="beyond our bounds"),
    ],
)
def test_write(wanted: dict[str, Any], target: str | None) -> None:
    assert write(Order(source=parse_source("http://h/a%2Fb?c#d"), **wanted)) == target


@given(
    st.builds(
        Order,
        source=st.sampled_from([PICTURE, "https://h:8443/?http://x/", "http://1.2.3.4/%2F"]).map(
            parse_source
        ),
        transform=transforms(),
        info=st.booleans(),
        expires=st.none() | st.integers(1, 2**33).map(float),
    )
)
def test_what_is_written_is_read_again(wanted: Order) -> None:
    target = write(wanted)
    assert target is not None
    assert order(target) == wanted


@pytest.mark.parametrize(
    ("target", "message"),
    [
        pytest.param(f"/?{PICTURE}", f"?{PICTURE}", id="an original"),
        pytest.param(f"/thumbnail/?{PICTURE}", f"thumbnail?{PICTURE}", id="a preset"),
        pytest.param("/w%3D9/?HTTP://H:80/a.png#x", f"w=9?{PICTURE}", id="as it is understood"),
        pytest.param(f"/w=9,s={'A' * 43}/?{PICTURE}", f"w=9?{PICTURE}", id="signed before"),
        pytest.param(f"/?{OLD}thumbnail/?{PICTURE}", f"thumbnail?{PICTURE}", id="unwrapped"),
    ],
)
def test_sign(target: str, message: str) -> None:
    signature = SigningKey(key=b"new").sign(message.encode())
    said = message.partition("?")[0]
    signed = sign(target, KEYED)
    assert signed == f"/{said},s={signature}/?{PICTURE}".replace("/,", "/")
    found = order(signed, KEYED)
    assert found.signature is not None
    assert found.signature.messages == (message.encode(),)
    assert SigningKey(key=b"new").verifies(found.signature)
    plain = order(target, KEYED)
    assert (found.transform, found.preset) == (plain.transform, plain.preset)


def test_the_end_of_an_address_is_replaced_not_repeated() -> None:
    first = sign(f"/exp=5,w=9/?{PICTURE}", KEYED, 7)
    assert first is not None
    assert order(first, KEYED).expires == 7.0
    assert sign(first, KEYED, 7) == first


@pytest.mark.parametrize(
    ("target", "settings"),
    [
        pytest.param(f"/w=9/?{PICTURE}", SETTINGS, id="no key"),
        pytest.param(f"/480x/{PICTURE}", KEYED, id="another dialect's address"),
    ],
)
def test_what_cannot_be_signed(target: str, settings: Settings) -> None:
    assert sign(target, settings) is None


@given(st.integers(0, 90))
def test_a_clients_escapes_do_not_break_a_signature(place: int) -> None:
    signed = sign(f"/thumbnail,dpr=2/?{PICTURE}", KEYED)
    assert signed is not None
    path = signed.partition("?")[0][1:]
    at = place % len(path)
    escaped = f"/{path[:at]}%{ord(path[at]):02X}{path[at + 1 :]}?{PICTURE}"
    if path[at] != "/":
        assert order(escaped, KEYED).signature == order(signed, KEYED).signature


TAIL = st.text() | st.text(alphabet="htps:/\\?#@%2523fAa.&=+ ", max_size=40)


@given(
    st.sampled_from(
        ["/", "/thumbnail", "/headimg/", "/w=9,h=8p/", "/info,q=7", "/thumbnail,exp=9/"]
    ),
    st.sampled_from(["http://h", "HTTPS://Bücher.example.:8443", "http%3A%2F%2F1.2", OLD + "?"]),
    TAIL,
)
def test_reading_what_was_written(path: str, start: str, tail: str) -> None:
    try:
        first = order(f"{path}?{start}{tail}")
    except ProxyError:
        return
    if not first.source.credentials:
        target = write(first)
        assert target is not None
        assert order(target) == first


def _as_on_the_wire(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


WIRE = st.text() | st.binary().map(_as_on_the_wire)


@given(
    st.sampled_from(["", "/?", "/?http://", f"/?{OURS}?", "/thumbnail?https%3A%2F%2F", "/w=9,"]),
    WIRE,
)
def test_any_target_is_an_order_or_refused(start: str, tail: str) -> None:
    try:
        found = order(start + tail)
    except (BadAddress, BadOption, NotFound, UnknownPreset, LoopDetected):
        return
    assert found.source.host not in SETTINGS.server.names
