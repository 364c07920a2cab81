"""Twin of proxy/dialects/weserv.py: every example of the contract, the address, the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.dialects import weserv
from proxy.dialects.address import parse_source
from proxy.errors import AskError, BadAddress, NotOffered
from proxy.model.colour import Colour
from proxy.model.geometry import Share, Smart
from proxy.model.order import Order
from proxy.model.request import Request
from proxy.model.transform import ORIGINAL, Fit, Output, Transform
from proxy.settings import Settings
from tests.fakes import transforms

SETTINGS = Settings()


def read(target: str) -> Order | None:
    return weserv.read(Request(method="GET", target=target), SETTINGS)


def still(source: str, **fields: object) -> Order:
    """Return an order for the first frame, as weserv writes it where nothing is said."""
    usual = {"progressive": False, "frame": 0} | fields
    transform = Transform(**usual).normal()  # type: ignore[arg-type]  # each test names its own
    return Order(source=parse_source(source), transform=transform, dialect="weserv")


@pytest.mark.parametrize(
    ("target", "order"),
    [
        pytest.param(
            "/?url=image.woshipm.com/wp-files/2021/11/x.jpg&w=480",
            still("http://image.woshipm.com/wp-files/2021/11/x.jpg", width=480, enlarge=True),
            id="no scheme is http, 480 wide",
        ),
        pytest.param(
            "/?url=https://h/x.jpg&w=300&h=200&fit=cover&a=attention",
            still("https://h/x.jpg", width=300, height=200, gravity=Smart.ATTENTION, enlarge=True),
            id="smart crop",
        ),
        pytest.param(
            "/?url=h/x.png&w=300&h=300&fit=contain&cbg=fff&we",
            still("http://h/x.png", width=300, height=300, fit=Fit.PAD, bars=Colour(255, 255, 255)),
            id="letterbox, no enlarging",
        ),
        pytest.param(
            "/?url=h/a.gif&h=300&n=-1&output=webp",
            still("http://h/a.gif", height=300, enlarge=True, frame=None, format=Output.WEBP),
            id="a whole animation as WebP",
        ),
        pytest.param(
            "/?url=http%3A%2F%2Fh%2Fx%3Fa%3D1%26b%3D2&w=100",
            still("http://h/x?a=1&b=2", width=100, enlarge=True),
            id="a source with its own query",
        ),
        pytest.param(
            "/?url=h/x?a=1&b=2&w=100",
            still("http://h/x?a=1", width=100, enlarge=True),
            id="what follows an open ampersand is lost",
        ),
        pytest.param(
            "/?url=h/x.jpg&w=50%25&q=200&foo=1",
            still("http://h/x.jpg", width=Share(50.0), enlarge=True),
            id="half as wide, a bad quality, an unknown key",
        ),
    ],
)
def test_the_examples_of_the_contract(target: str, order: Order) -> None:
    assert read(target) == order


def test_a_default() -> None:
    order = read("/?url=h/none.jpg&default=h2/p.png")
    assert order is not None
    assert order.otherwise == parse_source("http://h2/p.png")


def test_json_is_of_the_original() -> None:
    order = read("/?url=h/x.jpg&output=json")
    assert order is not None
    assert (order.info, order.transform) == (True, ORIGINAL)


@pytest.mark.parametrize(
    ("url", "source"),
    [
        pytest.param("h/x", "http://h/x", id="no scheme"),
        pytest.param("//h/x", "https://h/x", id="two slashes"),
        pytest.param("ssl:h/x", "https://h/x", id="ssl"),
        pytest.param("HTTPS://h/x", "https://h/x", id="in capitals"),
        pytest.param("https%3A%2F%2Fh%2Fx", "https://h/x", id="encoded"),
        pytest.param("/h/x", "http://h/x", id="slashes before the host are none of its own"),
        pytest.param("h:8080/x", "http://h:8080/x", id="a port"),
        pytest.param("h/x%23top", "http://h/x", id="the fragment goes"),
        pytest.param("h/%2541%2Db", "http://h/%41-b", id="decoded once"),
        pytest.param("h/%FF%20", "http://h/%FF%20", id="bytes that are no UTF-8"),
        pytest.param("h/x+y", "http://h/x+y", id="a plus is no blank"),
        pytest.param("%E2%99%A5.example/x", "http://xn--g6h.example/x", id="a heart"),
    ],
)
def test_sources(url: str, source: str) -> None:
    order = read(f"/?url={url}")
    assert order is not None
    assert order.source.url == source


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("/?w=480", id="no url"),
        pytest.param("/?URL=h/x", id="keys have their case"),
        pytest.param("/x?url=h/x", id="another path"),
        pytest.param("/", id="no query"),
        pytest.param("/?http://h/x", id="a wrapped address"),
    ],
)
def test_not_weserv(target: str) -> None:
    assert read(target) is None


@pytest.mark.parametrize("url", ["", "ftp://h/x", "http:/h/x", "h%20h/x", "h%2500/x", "\ud800"])
def test_no_source(url: str) -> None:
    with pytest.raises(BadAddress):
        read(f"/?url={url}")


@pytest.mark.parametrize(
    ("terms", "what"),
    [
        ("default=1", "default=1"),
        ("output=json&w=100", "output=json of a changed picture"),
        ("n=-1&il", "n=-1 and il without more"),
        ("encoding=base64", "encoding=base64"),
    ],
)
def test_refused(terms: str, what: str) -> None:
    with pytest.raises(NotOffered) as refused:
        read(f"/?url=h/x&{terms}")
    assert refused.value.what == what


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        pytest.param("w=480&w=20", "w=480", id="the first of a key counts"),
        pytest.param("width=480&w=20", "w=480", id="also by its other name"),
        pytest.param("filename=a&maxage=1d&af&l=9&level=9&fsol=1", "", id="without an effect"),
        pytest.param("verylongkey=1&unknown=2&=3&&w=5", "w=5", id="keys nobody knows"),
        pytest.param("w=5&we=false", "w=5&we=0", id="a flag that is off"),
        pytest.param("w=5&we=", "w=5&we", id="a flag with nothing is on"),
        pytest.param("trim", "trim=10", id="a bare trim"),
        pytest.param("t=fit&w=5&h=5", "we&w=5&h=5", id="old: fit"),
        pytest.param("t=fitup&w=5&h=5", "w=5&h=5", id="old: fitup"),
        pytest.param("t=square&w=5&h=5", "fit=cover&w=5&h=5", id="old: square"),
        pytest.param("t=squaredown&w=5&h=5", "fit=cover&we&w=5&h=5", id="old: squaredown"),
        pytest.param("t=absolute&w=5&h=5", "fit=fill&w=5&h=5", id="old: absolute"),
        pytest.param("t=letterbox&w=5&h=5", "fit=contain&w=5&h=5", id="old: letterbox"),
        pytest.param("t=crop-top&w=5&h=5", "fit=cover&w=5&h=5", id="old: crop"),
        pytest.param(
            "fit=cover&w=5&h=5&a=crop-22-0",
            "fit=cover&w=5&h=5&a=focal&fpx=0.22&fpy=0",
            id="old: a point in percent",
        ),
        pytest.param(
            "fit=cover&w=5&h=5&align=focal-101",
            "fit=cover&w=5&h=5&a=focal",
            id="over 100 percent is the middle",
        ),
        pytest.param("crop=10,20,3,4", "cw=10&ch=20&cx=3&cy=4", id="old: crop"),
        pytest.param("crop=10,20", "", id="half a crop"),
        pytest.param("mod=1.5,,0.5", "mod=1.5&sat=0.5", id="a list"),
        pytest.param("sharp=1,2,3", "sharpf=1&sharpj=2&sharp=3", id="slopes, then sigma"),
        pytest.param("or=90&quality=5&pages=-1&lossless", "ro=90&q=5&n=-1&ll", id="other names"),
        pytest.param("w=5%2525", "w=5", id="decoded once: no percent"),
    ],
)
def test_two_ways_to_say_it(written: str, plain: str) -> None:
    assert read(f"/?url=h/x&{written}") == read(f"/?url=h/x&{plain}")


TERMS = {
    "w": ("5", "50%25", "0"),
    "h": ("7", "12.5%25"),
    "dpr": ("2", "0.5"),
    "fit": ("inside", "outside", "cover", "contain", "fill"),
    "we": ("",),
    "a": ("top", "bottom-left", "entropy", "attention", "focal&fpx=0.3"),
    "cx": ("3", "10%25"),
    "ch": ("40", "30%25"),
    "precrop": ("",),
    "trim": ("20", "20&tbg=red"),
    "ro": ("90", "180", "-90", "45", "-30"),
    "flip": ("",),
    "flop": ("",),
    "con": ("25", "-40"),
    "mod": ("1.5", "0.5,2"),
    "gam": ("2", "9"),
    "blur": ("5", ""),
    "sharp": ("2", "x"),
    "filt": ("greyscale",),
    "bg": ("red", "8fff"),
    "cbg": ("blue",),
    "rbg": ("5123",),
    "q": ("50",),
    "output": ("jpg", "png", "webp", "avif", "gif"),
    "il": ("",),
    "ll": ("",),
    "n": ("-1",),
    "page": ("3",),
    "default": ("h2/y%3Fa",),
}


@st.composite
def orders(draw: st.DrawFn) -> Order:
    keys = draw(st.lists(st.sampled_from(sorted(TERMS)), max_size=6, unique=True))
    terms = [f"{key}={draw(st.sampled_from(TERMS[key]))}" for key in keys]
    target = "&".join(["/?url=https://h/a%2520b%3Fc%3D1%26d", *terms])
    try:
        order = read(target)
    except NotOffered:
        order = None
    return order or still("http://h/x")


@pytest.mark.slow
@given(orders())
def test_what_is_read_can_be_written(order: Order) -> None:
    target = weserv.write(order)
    assert target is not None
    assert read(target) == order


@pytest.mark.slow
@given(transforms.transforms())
def test_what_is_written_is_read(transform: Transform) -> None:
    order = Order(source=parse_source("http://h/x?a=1&b#c"), transform=transform, dialect="weserv")
    target = weserv.write(order)
    assert target is None or read(target) == order


def test_what_it_cannot_say() -> None:
    order = Order(source=parse_source("http://h/x"), transform=Transform(width=5))
    assert weserv.write(order) == "/?url=http://h/x&w=5&we&il&n=-1"
    assert weserv.write(Order(source=order.source, transform=Transform(copyright=True))) is None
    assert weserv.write(Order(source=order.source)) is None


@pytest.mark.slow
@given(
    st.text(),
    st.lists(
        st.tuples(st.sampled_from([*TERMS, "crop", "t", "mask", "loop", "x"]), st.text()),
        max_size=8,
    ),
)
def test_any_text_is_an_order_or_refused(url: str, terms: list[tuple[str, str]]) -> None:
    written = "&".join(f"{key}={value}" for key, value in [("url", f"h/{url}"), *terms])
    try:
        order = read(f"/?{written}")
    except AskError:
        return
    assert order is not None
    weserv.write(order)
