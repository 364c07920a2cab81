"""Twin of proxy/dialects/cloudflare.py: every example of the contract, the source, the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.dialects import cloudflare
from proxy.dialects.address import parse_source
from proxy.errors import AskError, BadAddress, BadOption, NotOffered
from proxy.model.geometry import Crop, Focal
from proxy.model.order import Order
from proxy.model.request import Request
from proxy.model.transform import ORIGINAL, Output, Transform
from proxy.settings import Dialects, Settings
from tests.fakes import transforms

SETTINGS = Settings(dialects=Dialects(base="https://blog.example/posts/"))


def read(rest: str, settings: Settings = SETTINGS) -> Order | None:
    request = Request(method="GET", target=f"/cdn-cgi/image/{rest}")
    return cloudflare.read(request, settings)


def made(source: str, **fields: object) -> Order:
    usual = {"copyright": True} | fields
    transform = Transform(**usual).normal()  # type: ignore[arg-type]  # each test names its own
    return Order(source=parse_source(source), transform=transform, dialect="cloudflare")


@pytest.mark.parametrize(
    ("rest", "order"),
    [
        pytest.param(
            "width=480/http://image.woshipm.com/wp-files/2021/11/x.jpg",
            made("http://image.woshipm.com/wp-files/2021/11/x.jpg", width=480),
            id="at most 480 wide, not enlarged",
        ),
        pytest.param(
            "w=900,h=420,fit=cover,g=0.5x0.33/http://h/x.jpg",
            made("http://h/x.jpg", width=900, height=420, gravity=Focal(0.5, 0.33), enlarge=True),
            id="exactly a headimg",
        ),
        pytest.param(
            "fit=scale-down,w=1920,f=auto/http://h/x.png?v=2",
            made("http://h/x.png?v=2", width=1920, format=Output.AUTO),
            id="negotiated, the query is the source's",
        ),
        pytest.param("w=300,dpr=2/http://h/x.jpg", made("http://h/x.jpg", width=600), id="dpr"),
        pytest.param(
            "anim=false,w=320/http://h/a.gif",
            made("http://h/a.gif", width=320, frame=0),
            id="a still",
        ),
        pytest.param(
            "trim=20;30;20;0,w=200/uploads/a.jpg",
            made(
                "https://blog.example/uploads/a.jpg",
                crop=Crop(x=0, y=20, width=-30, height=-20),
                width=200,
            ),
            id="a path of ours, trimmed",
        ),
    ],
)
def test_the_examples_of_the_contract(rest: str, order: Order) -> None:
    assert read(rest) == order


def test_json_is_of_the_original() -> None:
    order = read("format=json/http://h/x.jpg")
    assert order is not None
    assert (order.info, order.transform) == (True, ORIGINAL)


def test_no_option() -> None:
    with pytest.raises(BadOption):
        read("/http://h/x.jpg")


@pytest.mark.parametrize("target", ["/", "/cdn-cgi/trace", "/cdn-cgi/image", "/?http://h/x"])
def test_not_cloudflare(target: str) -> None:
    assert cloudflare.read(Request(method="GET", target=target), SETTINGS) is None


@pytest.mark.parametrize(
    ("text", "url"),
    [
        pytest.param("HTTP://H/x", "http://h/x", id="an address"),
        pytest.param("http://h/a%20b?c%3Dd", "http://h/a%20b?c%3Dd", id="as it is written"),
        pytest.param("uploads/a.jpg?v=2", "https://blog.example/uploads/a.jpg?v=2", id="a path"),
        pytest.param("/uploads/a.jpg", "https://blog.example/uploads/a.jpg", id="with its slash"),
        pytest.param("//evil.example/a", "https://blog.example/evil.example/a", id="never a host"),
    ],
)
def test_sources(text: str, url: str) -> None:
    order = read(f"w=1/{text}")
    assert order is not None
    assert order.source.url == url


@pytest.mark.parametrize("rest", ["w=1", "w=1/", "w=1/http:///x", "w=1/http:/h/x", "w=1/\\\\h/x"])
def test_no_source(rest: str) -> None:
    with pytest.raises(BadAddress):
        read(rest, Settings())


def test_a_path_needs_a_base() -> None:
    with pytest.raises(BadAddress, match="base is not set"):
        read("w=1/uploads/a.jpg", Settings())


@pytest.mark.parametrize(
    ("source", "redirected"),
    [
        pytest.param("a.jpg", True, id="a path"),
        pytest.param("https://img.blog.example/a", True, id="a subdomain"),
        pytest.param("https://evilblog.example/a", False, id="a name that ends alike"),
        pytest.param("https://h/a", False, id="another host"),
    ],
)
def test_on_an_error_only_the_same_zone_is_sent_to(source: str, redirected: bool) -> None:  # noqa: FBT001  # a column of the table
    order = read(f"w=1,onerror=redirect/{source}")
    assert order is not None
    assert order.otherwise == (order.source if redirected else None)


TERMS = {
    "width": ("5", "auto"),
    "h": ("7",),
    "dpr": ("2", "1.5"),
    "fit": ("scale-down", "contain", "cover", "crop", "aspect-crop", "pad", "squeeze"),
    "g": ("auto", "left", "0.2x0.3", "0.5x1"),
    "q": ("50", "high", "100"),
    "f": ("auto", "avif", "webp", "jpeg", "baseline-jpeg"),
    "metadata": ("copyright", "none"),
    "anim": ("true", "false"),
    "background": ("red", "%23abc8"),
    "blur": ("2.5",),
    "sharpen": ("1",),
    "brightness": ("0.5",),
    "contrast": ("1.2345",),
    "gamma": ("0", "2"),
    "saturation": ("0",),
    "rotate": ("90", "180", "270"),
    "flip": ("h", "v", "hv"),
    "trim": ("1;2;3;4", "0;0;0;0"),
    "trim.left": ("3",),
    "trim.width": ("30",),
    "compression": ("fast",),
}


@st.composite
def orders(draw: st.DrawFn) -> Order:
    keys = draw(st.lists(st.sampled_from(sorted(TERMS)), min_size=1, max_size=6, unique=True))
    terms = [f"{key}={draw(st.sampled_from(TERMS[key]))}" for key in keys]
    try:
        order = read(f"{','.join(terms)}/https://h/a%20b?c=1&d")
    except (BadOption, NotOffered):
        order = None
    return order or made("http://h/x", width=5)


@pytest.mark.slow
@given(orders())
def test_what_is_read_can_be_written(order: Order) -> None:
    target = cloudflare.write(order)
    assert target is not None
    assert cloudflare.read(Request(method="GET", target=target), Settings()) == order


@pytest.mark.slow
@given(transforms.transforms())
def test_what_is_written_is_read(transform: Transform) -> None:
    source = parse_source("http://h/x?a=1&b,c/d")
    order = Order(source=source, transform=transform, dialect="cloudflare")
    target = cloudflare.write(order)
    assert (
        target is None or cloudflare.read(Request(method="GET", target=target), SETTINGS) == order
    )


def test_what_it_cannot_say() -> None:
    source = parse_source("http://h/x")
    assert cloudflare.write(Order(source=source)) is None
    assert cloudflare.write(Order(source=source, transform=Transform(greyscale=True))) is None


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.sampled_from([*TERMS, "zoom", "x"]), st.text()), max_size=8),
    st.sampled_from(["", "http://", "https://h/"]),
    st.text(),
)
def test_any_text_is_an_order_or_refused(
    terms: list[tuple[str, str]], start: str, source: str
) -> None:
    written = ",".join(f"{key}={value}" for key, value in terms)
    try:
        order = read(f"{written}/{start}{source}")
    except AskError:
        return
    assert order is not None
    cloudflare.write(order)
