"""Twin of proxy/dialects/photon.py: the address on either name, and the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.dialects import photon
from proxy.dialects.address import parse_source
from proxy.errors import AskError, BadAddress, NotOffered
from proxy.model.geometry import Crop, Share
from proxy.model.headers import Headers
from proxy.model.order import Order
from proxy.model.request import Request
from proxy.model.transform import ORIGINAL, Fit, Output, Transform
from proxy.settings import Settings
from tests.fakes import transforms

SETTINGS = Settings()


def read(target: str, host: str = "img.blog.example") -> Order | None:
    headers = Headers((("Host", host),))
    return photon.read(Request(method="GET", target=target, headers=headers), SETTINGS)


def made(source: str, **fields: object) -> Order:
    transform = Transform(format=Output.AUTO, **fields).normal()  # type: ignore[arg-type]  # each test names its own
    return Order(source=parse_source(source), transform=transform, dialect="photon")


@pytest.mark.parametrize(
    ("target", "order"),
    [
        pytest.param("/h/x.jpg?w=300", made("http://h/x.jpg", width=300), id="a width"),
        pytest.param(
            "/h/x.jpg?resize=400,220&ssl=1",
            made("https://h/x.jpg", width=400, height=220, enlarge=True),
            id="a box, by https",
        ),
        pytest.param(
            "/h/x.jpg?resize=400%2C220",
            made("http://h/x.jpg", width=400, height=220, enlarge=True),
            id="an encoded comma",
        ),
        pytest.param(
            "/h/x.jpg?fit=300,300&quality=80",
            made("http://h/x.jpg", width=300, height=300, fit=Fit.INSIDE, quality=80),
            id="within a box",
        ),
        pytest.param(
            "/h/x.jpg?crop=12,25,60,60",
            made(
                "http://h/x.jpg",
                crop=Crop(x=Share(12.0), y=Share(25.0), width=Share(60.0), height=Share(60.0)),
            ),
            id="a part in percent",
        ),
        pytest.param("/h/x.jpg?strip=all", made("http://h/x.jpg"), id="without metadata"),
    ],
)
def test_examples_on_its_own_name_and_under_ours(target: str, order: Order) -> None:
    assert read(target, "i0.wp.com") == order
    assert read(f"/photon{target}") == order


def test_without_a_parameter_it_is_the_original() -> None:
    order = read("/photon/h/x.jpg?ssl=1&unknown=2")
    assert order is not None
    assert (order.source.url, order.transform) == ("https://h/x.jpg", ORIGINAL)


@pytest.mark.parametrize(
    "host", ["i0.wp.com", "I2.WP.COM", "i1.wp.com:8080", "i3.wp.com.", "i0.wp.com:"]
)
def test_its_own_names(host: str) -> None:
    assert read("/h/x", host) is not None


@pytest.mark.parametrize(
    ("target", "host"),
    [
        pytest.param("/h/x?w=1", "i4.wp.com", id="a name that is not its own"),
        pytest.param("/h/x?w=1", "", id="no name"),
        pytest.param("/h/x?w=1", "evil-i0.wp.com", id="a name that ends alike"),
        pytest.param("/", "i0.wp.com", id="the root"),
        pytest.param("/?w=1", "i0.wp.com", id="the root with a query"),
        pytest.param("/photon", "h", id="no slash"),
        pytest.param("/photonic/h/x", "h", id="another path"),
    ],
)
def test_not_photon(target: str, host: str) -> None:
    assert read(target, host) is None


def test_a_request_without_a_host() -> None:
    assert photon.read(Request(method="GET", target="/h/x"), SETTINGS) is None


@pytest.mark.parametrize(
    ("rest", "url"),
    [
        pytest.param("h/x", "http://h/x", id="http"),
        pytest.param("h/x?ssl", "https://h/x", id="a bare ssl"),
        pytest.param("h/x?ssl=0", "http://h/x", id="no ssl"),
        pytest.param("H:8080/a%20b", "http://h:8080/a%20b", id="a port, an escape"),
        pytest.param("h", "http://h/", id="only a host"),
        pytest.param("h//x", "http://h//x", id="a doubled slash"),
        pytest.param("h/x?q=a%3D1%26b", "http://h/x?a=1&b", id="the source's query"),
        pytest.param("h/x?w=1?a=1", "http://h/x", id="a second question mark is no query"),
    ],
)
def test_sources(rest: str, url: str) -> None:
    order = read(f"/photon/{rest}")
    assert order is not None
    assert order.source.url == url


@pytest.mark.parametrize(
    "rest", ["", "?w=1", "/h/x", "http://h/x", "HTTPS:/h/x", "h h/x", "h\\x/y", "h/x?q=%0a"]
)
def test_no_source(rest: str) -> None:
    with pytest.raises(BadAddress):
        read(f"/photon/{rest}")


TERMS = {
    "w": ("300", "20%25"),
    "h": ("200",),
    "fit": ("30,40",),
    "resize": ("400,220",),
    "lb": ("310,250",),
    "crop": ("12,25,60,60", "160px,25,1400px,60", "0,0,50,100", "1"),
    "zoom": ("1.2", "3"),
    "brightness": ("40", "-40"),
    "contrast": ("5", "-30"),
    "filter": ("grayscale", "blurgaussian"),
    "quality": ("50", "100"),
    "strip": ("all",),
    "ssl": ("1",),
    "q": ("a%3D1%2B2",),
}


@st.composite
def orders(draw: st.DrawFn) -> Order:
    keys = draw(st.lists(st.sampled_from(sorted(TERMS)), max_size=5, unique=True))
    if "brightness" in keys and "contrast" in keys:  # it is done, but which was first is forgotten
        keys.remove("contrast")
    terms = [f"{key}={draw(st.sampled_from(TERMS[key]))}" for key in keys]
    if "zoom" in keys and "resize" in keys:  # written as w, h and crop=1: there is one crop
        terms = [term for term in terms if not term.startswith("crop=")]
    try:
        order = read(f"/photon/h/a%20b?{'&'.join(terms)}")
    except NotOffered:
        order = None
    return order or made("http://h/x", width=5)


@pytest.mark.slow
@given(orders())
def test_what_is_read_can_be_written(order: Order) -> None:
    target = photon.write(order)
    assert target is not None
    assert read(target) == order


@pytest.mark.slow
@given(transforms.transforms())
def test_what_is_written_is_read(transform: Transform) -> None:
    order = Order(source=parse_source("https://h/x?a=1&b"), transform=transform, dialect="photon")
    target = photon.write(order)
    assert target is None or read(target) == order


def test_what_it_cannot_say() -> None:
    source = parse_source("http://h/x")
    assert photon.write(Order(source=source)) == "/photon/h/x"
    assert photon.write(Order(source=source, info=True)) is None
    assert photon.write(Order(source=source, transform=Transform(width=5))) is None


@pytest.mark.slow
@given(
    st.text(),
    st.lists(
        st.tuples(st.sampled_from([*TERMS, "colorize", "smooth", "ulb", "x"]), st.text()),
        max_size=8,
    ),
)
def test_any_text_is_an_order_or_refused(path: str, terms: list[tuple[str, str]]) -> None:
    written = "&".join(f"{key}={value}" for key, value in terms)
    try:
        order = read(f"/photon/h/{path}?{written}")
    except AskError:
        return
    assert order is not None
    photon.write(order)
