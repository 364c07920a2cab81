"""Twin of proxy/dialects/imgproxy.py: addresses, signatures, and both ways between."""

from base64 import urlsafe_b64encode
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.dialects.address import parse_source
from proxy.dialects.imgproxy import read, sign, write
from proxy.errors import AskError, BadAddress, BadOption, UnknownPreset
from proxy.model.geometry import Anchor, Crop, Edges, Focal, Share, Smart
from proxy.model.order import Order
from proxy.model.request import Request
from proxy.model.transform import ORIGINAL, Fit, Output, Transform
from proxy.settings import Dialects, Preset, Settings
from tests.fakes.transforms import transforms

# imgproxy's own example (examples/signature.py).
PAIR = (
    "943b421c9eb07c830af81030552c86009268de4e532ba2ee2eab8247c6da0881:"
    "520f986b998545b4785e0defbc4f3c1203f22de2374a3d53cb7a7fe9fea309c5"
)
PRESETS = {"thumb": Preset(width=400, height=300)}
SETTINGS = Settings(presets=PRESETS, dialects=Dialects(imgproxy_keys=(PAIR,)))
SHORT = Settings(
    presets=PRESETS, dialects=Dialects(imgproxy_keys=(PAIR,), imgproxy_signature_size=8)
)
PRETTY = "rs:fit:300:300/plain/http://img.example.com/pretty/image.jpg"
POST = "rs:fit:480:0/plain/http://image.woshipm.com/wp-files/2021/11/x.jpg@webp"
CURIOUS = "rs:fill:300:400:0/g:sm/aHR0cDovL2V4YW1w/bGUuY29tL2ltYWdl/cy9jdXJpb3NpdHku/anBn.png"


def order(target: str, settings: Settings = SETTINGS) -> Order | None:
    found = read(Request(method="GET", target=target), settings)
    return found and Order(
        source=found.source,
        transform=found.transform.normal(),
        preset=found.preset,
        dialect=found.dialect,
        expires=found.expires,
    )


def of(url: str, transform: Transform = ORIGINAL, **more: str | float) -> Order:
    return Order(source=parse_source(url), transform=transform, dialect="imgproxy", **more)  # type: ignore[arg-type]  # preset or expires


def encoded(url: str) -> str:
    return urlsafe_b64encode(url.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param(
            f"/m3k5QADfcKPDj-SDI2AIogZbC3FlAXszuwhtWXYqavc/{PRETTY}",
            of(
                "http://img.example.com/pretty/image.jpg",
                Transform(width=300, height=300, fit=Fit.INSIDE),
            ),
            id="signed",
        ),
        pytest.param(
            f"/UgNwBVoDd5GCNrn7Uu5Wm76BvMvm8kTv-L8cWgPwSZA/{POST}",
            of(
                "http://image.woshipm.com/wp-files/2021/11/x.jpg",
                Transform(width=480, format=Output.WEBP),
            ),
            id="480 wide, WebP",
        ),
        pytest.param(
            f"/insecure/{CURIOUS}",
            of(
                "http://example.com/images/curiosity.jpg",
                Transform(width=300, height=400, gravity=Smart.ATTENTION, format=Output.PNG),
            ),
            id="parted base64, PNG",
        ),
        pytest.param(
            "/_/w:200/dpr:2/plain/http://h/x.jpg%3Fa=1",
            of("http://h/x.jpg?a=1", Transform(width=400)),
            id="400 pixels, the source's query kept",
        ),
        pytest.param(
            "/_/pr:thumb/plain/http://h/x.jpg",
            of("http://h/x.jpg", PRESETS["thumb"].transform, preset="thumb"),
            id="a preset",
        ),
        pytest.param("/_/raw:1/plain/http://h/a.gif", of("http://h/a.gif"), id="untouched"),
        pytest.param(
            "/_/exp:1577836800/plain/http://h/x.jpg",
            of("http://h/x.jpg", expires=1577836800.0),
            id="an end, for the rules to judge",
        ),
        pytest.param("/_/plain/http:/h/x.jpg", of("http://h/x.jpg"), id="repaired"),
        pytest.param("/_/w:1/plain/https:/h/x", of("https://h/x", Transform(width=1)), id="too"),
        pytest.param(
            "/_/w%3A200/plain/http://h/x", of("http://h/x", Transform(width=200)), id="%3A"
        ),
        pytest.param(
            "/_/w%3A9/" + encoded("http://h/"), of("http://h/", Transform(width=9)), id="-"
        ),
        pytest.param("/unsafe/plain/http://h/x?a=1", of("http://h/x"), id="the query is dropped"),
        pytest.param("/any-thing/plain/http://h/x", of("http://h/x"), id="any first word"),
        pytest.param("/_/plain/http://h/%2525.jpg", of("http://h/%25.jpg"), id="decoded once"),
        pytest.param("/_/plain/http://h/a%40b@", of("http://h/a@b"), id="an escaped @"),
        pytest.param("/_/plain/http%3A%2F%2Fh%2Fx", of("http://h/x"), id="escaped whole"),
        pytest.param("/_/" + encoded("https://h/?a=@b"), of("https://h/?a=@b"), id="base64, bare"),
        pytest.param(
            f"/_/{encoded('http://h/xy')}=.", of("http://h/xy"), id="padded, empty format"
        ),
        pytest.param(
            f"/{'A' * 43}/{encoded('http://h/x')}",
            of("http://h/x"),
            id="a signature's length tells",
        ),
    ],
)
def test_examples(target: str, expected: Order) -> None:
    assert order(target) == Order(
        source=expected.source,
        transform=expected.transform.normal(),
        preset=expected.preset,
        dialect="imgproxy",
        expires=expected.expires,
    )


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("/", id="nothing"),
        pytest.param("/_", id="one word"),
        pytest.param("/_/", id="no source"),
        pytest.param("/?http://h/x", id="a wrapped address"),
        pytest.param("/thumbnail/?http://h/x", id="a wrapped address with a preset"),
        pytest.param("/http://h/x.jpg", id="a bare address"),
        pytest.param("/200x/http://h/x.jpg", id="imageproxy's"),
        pytest.param("/100x200/aHR0cDovL2V4YW1wbGUuY29tL2ltYWdlLmpwZw", id="imageproxy's base64"),
        pytest.param("/cdn-cgi/image/w=200/http://h/x", id="Cloudflare's"),
        pytest.param("/photon/h/x.jpg", id="Photon's"),
        pytest.param("/h.example/plain/http://h/x", id="cors-anywhere's: no signature has a dot"),
        pytest.param("//w:200/plain/http://h/x", id="an empty signature"),
        pytest.param("/_/bm8gYWRkcmVzcw", id="base64 of no address"),
        pytest.param("/_/____", id="base64 of no text"),
        pytest.param("/_/AAAAA", id="no base64"),
        pytest.param("/-/health", id="our own"),
    ],
)
def test_addresses_of_others(target: str) -> None:
    assert order(target) is None


@pytest.mark.parametrize(
    ("target", "failure"),
    [
        pytest.param("/_/plain/http://h/a@b@png", BadAddress, id="two @ (imgproxy#1240)"),
        pytest.param("/_/plain/h/x.jpg", BadAddress, id="no scheme"),
        pytest.param("/_/plain/s3://bucket/x.jpg", BadAddress, id="another scheme"),
        pytest.param("/_/plain/@png", BadAddress, id="no address"),
        pytest.param("/_/plain/", BadAddress, id="plain and nothing"),
        pytest.param("/_/plain/http://h/%ff", BadAddress, id="not UTF-8"),
        pytest.param("/_/plain/http://h/%0d%0a", BadAddress, id="line ends"),
        pytest.param("/_/w:200/bm8gYWRkcmVzcw", BadAddress, id="base64 of no address"),
        pytest.param("/_/w:200/h/x.jpg", BadAddress, id="neither plain nor base64"),
        pytest.param("/_/w:200", BadAddress, id="options only"),
        pytest.param("/_/foo:1/plain/http://h/x", BadOption, id="an unknown option"),
        pytest.param("/_/plain/http://h/x@exe", BadOption, id="an unknown format"),
        pytest.param("/_/pr:nobody/plain/http://h/x", UnknownPreset, id="an unknown preset"),
        pytest.param("/_/w:200/plain/http://h/x@tiff", AskError, id="a format we don't write"),
    ],
)
def test_refusals(target: str, failure: type[AskError]) -> None:
    with pytest.raises(failure):
        order(target)


@pytest.mark.parametrize(
    ("target", "settings", "verifies"),
    [
        (f"/m3k5QADfcKPDj-SDI2AIogZbC3FlAXszuwhtWXYqavc/{PRETTY}", SETTINGS, True),
        (f"/UgNwBVoDd5GCNrn7Uu5Wm76BvMvm8kTv-L8cWgPwSZA/{POST}", SETTINGS, True),
        (f"/m3k5QADfcKM/{PRETTY}", SHORT, True),
        (f"/m3k5QADfcKM/{PRETTY}", SETTINGS, False),
        (f"/m3k5QADfcKPDj-SDI2AIogZbC3FlAXszuwhtWXYqavc/{PRETTY}", SHORT, False),
        (f"/m3k5QADfcKPDj-SDI2AIogZbC3FlAXszuwhtWXYqavd/{PRETTY}x", SETTINGS, False),
        (f"/UgNwBVoDd5GCNrn7Uu5Wm76BvMvm8kTv-L8cWgPwSZA/{PRETTY}", SETTINGS, False),
        (f"/anything/{PRETTY}", SETTINGS, False),
    ],
)
def test_signatures(target: str, settings: Settings, *, verifies: bool) -> None:
    found = read(Request(method="GET", target=target), settings)
    assert found is not None
    assert found.signature is not None
    (key,) = settings.signing_keys("imgproxy")
    assert key.verifies(found.signature) is verifies


@pytest.mark.parametrize(
    "tidied",
    [
        PRETTY.replace("://", ":/"),
        PRETTY.replace(":", "%3A", 3),
        f"{PRETTY}?utm_source=x",
    ],
)
def test_what_others_do_to_an_address_leaves_its_signature_good(tidied: str) -> None:
    target = f"/m3k5QADfcKPDj-SDI2AIogZbC3FlAXszuwhtWXYqavc/{tidied}"
    found = read(Request(method="GET", target=target), SETTINGS)
    assert found is not None
    assert found.signature is not None
    assert found.signature.messages == (f"/{PRETTY}".encode(),)


@pytest.mark.parametrize("word", ["_", "insecure", "unsafe"])
def test_three_words_are_no_signature(word: str) -> None:
    found = read(Request(method="GET", target=f"/{word}/{PRETTY}"), SETTINGS)
    assert found is not None
    assert found.signature is None


@pytest.mark.parametrize(
    ("target", "settings", "signed"),
    [
        (f"/_/{PRETTY}", SETTINGS, f"/m3k5QADfcKPDj-SDI2AIogZbC3FlAXszuwhtWXYqavc/{PRETTY}"),
        (f"/_/{POST}", SETTINGS, f"/UgNwBVoDd5GCNrn7Uu5Wm76BvMvm8kTv-L8cWgPwSZA/{POST}"),
        (f"/old/{PRETTY}?x", SHORT, f"/m3k5QADfcKM/{PRETTY}"),
        (f"/_/{PRETTY}", Settings(), None),
        ("/200x/http://h/x.jpg", SETTINGS, None),
        ("/?http://h/x.jpg", SETTINGS, None),
    ],
)
def test_signing(target: str, settings: Settings, signed: str | None) -> None:
    assert sign(target, settings) == signed


def test_signing_what_cannot_be_read_says_why() -> None:
    with pytest.raises(BadOption):
        sign("/_/foo:1/plain/http://h/x", SETTINGS)


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        (of("http://h/x?a=1&b=%20@"), "/_/plain/http://h/x%3Fa=1&b=%2520%40"),
        (
            of("http://h/x", Transform(width=480, format=Output.WEBP)),
            "/_/rs:fit:480:0/plain/http://h/x@webp",
        ),
        (of("http://h/x", preset="thumb", expires=9.0), "/_/pr:thumb/exp:9/plain/http://h/x"),
        (of("http://h/x", expires=9.0), "/_/exp:9/plain/http://h/x"),
        (of("https://[2001:db8::1]:8443/"), "/_/plain/https://[2001:db8::1]:8443/"),
        (of("http://h/x", Transform(format=Output.AUTO)), None),
        (of("http://h/x", Transform(brightness=2.0)), None),
        (of("http://h/x", Transform(rotate=90.0, crop=Crop(x=1))), None),
        (Order(source=parse_source("http://h/x"), info=True), None),
        (Order(source=parse_source("http://h/x"), otherwise=parse_source("http://h/y")), None),
        (of("http://h/x", expires=0.5), None),
    ],
)
def test_writing(asked: Order, target: str | None) -> None:
    assert write(asked) == target
    if target is not None:
        found = order(target)
        assert found is not None
        assert (found.source, found.preset) == (asked.source, asked.preset)
        assert found.expires == asked.expires


def test_a_named_order_beyond_its_words_is_not_said() -> None:
    source = parse_source("http://h/x")
    assert write(Order(source=source, preset="thumb", info=True)) is None
    assert write(Order(source=source, preset="thumb", otherwise=source)) is None


ADDRESSES = st.sampled_from(
    ["http://h/x.jpg", "https://h:8443/a@b?c=%25&d=@#", "http://h/?http://g/%E4%BD%A0", "http://h/"]
)


@given(ADDRESSES, transforms(), st.none() | st.integers(1, 9_999_999_999))
def test_what_is_written_is_read_as_it_was_meant(
    url: str, transform: Transform, expires: int | None
) -> None:
    meant = Order(
        source=parse_source(url), transform=transform, dialect="imgproxy", expires=expires
    )
    target = write(meant)
    assert target is None or order(target) == meant


def sayable() -> st.SearchStrategy[Transform]:
    """Return transforms that imgproxy has words for."""
    side, share = st.integers(1, 16383), st.integers(0, 1000).map(lambda part: part / 1000)
    places = st.sampled_from(
        [Smart.ATTENTION, Anchor(0.5, 0.0), Anchor(1.0, 0.0), Anchor(0.5, 0.5)]
    ) | st.builds(Focal, share, share)
    fits = st.sampled_from([Fit.COVER, Fit.INSIDE, Fit.FILL])
    return st.builds(
        Transform,
        crop=st.none() | st.builds(Crop, width=side, height=st.none() | side, gravity=places),
        mirror=st.booleans(),
        rotate=st.sampled_from([0.0, 90.0, 180.0, 270.0]),
        width=side,
        height=side,
        fit=fits,
        gravity=places,
        enlarge=st.booleans(),
        blur=share,
        sharpen=share,
        padding=st.builds(Edges, top=st.integers(0, 4096), left=st.integers(0, 4096)),
        format=st.sampled_from([form for form in Output if form is not Output.AUTO]),
        quality=st.none() | st.integers(1, 100),
        max_bytes=st.none() | st.integers(1, 1 << 30),
        copyright=st.booleans(),
        profile=st.booleans(),
    ).map(Transform.normal)


@given(ADDRESSES, sayable())
def test_what_it_has_words_for_is_written(url: str, transform: Transform) -> None:
    meant = Order(source=parse_source(url), transform=transform, dialect="imgproxy")
    target = write(meant)
    assert target is not None
    assert order(target) == meant


@given(st.text(max_size=60))
def test_any_path_is_read_or_refused(text: str) -> None:
    for target in (f"/{text}", f"/_/{text}", f"/_/w:200/{text}", f"/_/plain/{text}"):
        with suppress(AskError):
            order(target)


def test_a_share_of_a_side_is_a_zoom() -> None:
    assert write(of("http://h/x", Transform(width=Share(50.0)))) == "/_/z:0.5/plain/http://h/x"
