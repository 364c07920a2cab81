"""Twin of proxy/dialects/willnorris.py: addresses, signatures, and both ways between."""

from base64 import urlsafe_b64encode
from contextlib import suppress
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.dialects.address import parse_source
from proxy.dialects.willnorris import read, sign, write
from proxy.errors import AskError, BadAddress, BadOption, NotOffered
from proxy.model.geometry import Crop, Share, Smart
from proxy.model.order import Order
from proxy.model.request import Request
from proxy.model.transform import ORIGINAL, Fit, Output, Transform, Trim
from proxy.settings import Dialects, Settings
from tests.fakes.transforms import transforms

SETTINGS = Settings(dialects=Dialects(willnorris_keys=("secretkey",)))
BOTH = Settings(dialects=Dialects(enabled=("willnorris", "cors-anywhere")))
CAT = "https://octodex.github.com/images/codercat.jpg"
POST = "http://image.woshipm.com/wp-files/2021/11/x.jpg"
OPTIONS_IN_FRAGMENT = quote(f"{CAT}#400x400,q40", safe="")


def order(target: str, settings: Settings = SETTINGS) -> Order | None:
    found = read(Request(method="GET", target=target), settings)
    return found and replace(found, transform=found.transform.normal(), signature=None)


def of(url: str, transform: Transform = ORIGINAL) -> Order:
    return Order(source=parse_source(url), transform=transform, dialect="willnorris")


def encoded(url: str) -> str:
    return urlsafe_b64encode(url.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param("/480x/http://h/x.jpg", of("http://h/x.jpg", Transform(width=480)), id="wide"),
        pytest.param(
            "/x0.15/http://h/x.jpg", of("http://h/x.jpg", Transform(height=Share(15.0))), id="share"
        ),
        pytest.param(
            "/100x150/http://h/x.jpg",
            of("http://h/x.jpg", Transform(width=100, height=150)),
            id="cover",
        ),
        pytest.param(
            "/150,fit/http://h/x.jpg",
            of("http://h/x.jpg", Transform(width=150, height=150, fit=Fit.INSIDE)),
            id="a square to fit in",
        ),
        pytest.param(
            "/cx175,cw400,ch300,100x/http://h/x.jpg",
            of(
                "http://h/x.jpg",
                Transform(crop=Crop(width=400, height=300, x=175, y=0), width=100),
            ),
            id="cropped first",
        ),
        pytest.param(
            "/200x,q60/http://h/x?id=1",
            of("http://h/x?id=1", Transform(width=200, quality=60)),
            id="the query is the source's",
        ),
        pytest.param("/x/http%3A%2F%2Fh%2F%3Fid%3D1", of("http://h/?id=1"), id="percent-encoded"),
        pytest.param(
            "/x/http%3A%2F%2Fh%2F%3Fid%3D1?id=2", of("http://h/?id=1"), id="which has its own query"
        ),
        pytest.param(
            "/100x200/aHR0cDovL2V4YW1wbGUuY29tL2ltYWdlLmpwZw",
            of("http://example.com/image.jpg", Transform(width=100, height=200)),
            id="base64",
        ),
        pytest.param("/x/" + encoded("http://h/?a") + "?b", of("http://h/?a"), id="so has base64"),
        pytest.param("/http:/h/x.jpg", of("http://h/x.jpg"), id="repaired"),
        pytest.param("//http://h/x.jpg", of("http://h/x.jpg"), id="no options"),
        pytest.param("/http://h/x.jpg?a=1", of("http://h/x.jpg?a=1"), id="nor a place for them"),
        pytest.param("/http%3a%2F%2Fh%2Fx", of("http://h/x"), id="encoded, without options"),
        pytest.param("/" + encoded("https://h/x"), of("https://h/x"), id="base64, without options"),
        pytest.param("/x/http:///h/x", of("http://h/x"), id="too many slashes"),
        pytest.param("/x/HTTP://H/x", of("http://h/x"), id="any case"),
        pytest.param("/x/http%3A%2Fh%2Fx", of("http://h/x"), id="encoded, and a slash lost"),
        pytest.param("/x/http://h/%2C%2525", of("http://h/%2C%2525"), id="escapes stay"),
        pytest.param("/nobody's/http://h/x", of("http://h/x"), id="unknown options are ignored"),
        pytest.param(
            "/200x/http://h/http://g/", of("http://h/http://g/", Transform(width=200)), id="two"
        ),
    ],
)
def test_examples(target: str, expected: Order) -> None:
    assert order(target) == expected


def test_an_end_is_for_the_rules_to_judge() -> None:
    found = order("/200x,vu1800000000/http://h/x.jpg")
    assert found is not None
    assert found.expires == 1_800_000_000.0


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("/", id="nothing"),
        pytest.param("/1/", id="no source"),
        pytest.param("/200x", id="one word"),
        pytest.param("//h/x.jpg", id="no scheme"),
        pytest.param("/x/ftp://h/x", id="another scheme"),
        pytest.param("/x/httpdir/a.jpg", id="a path"),
        pytest.param("/h.example/a.jpg", id="cors-anywhere's"),
        pytest.param("/_/w:200/plain/http://h/x", id="imgproxy's"),
        pytest.param("/cdn-cgi/image/w=200/http://h/x", id="Cloudflare's"),
        pytest.param("/?http://h/x", id="a wrapped address"),
        pytest.param("/thumbnail/?http://h/x", id="a wrapped address with a preset"),
        pytest.param("/x/aHR0cDovL2gvxx==", id="base64 with padding"),
        pytest.param("/x/____", id="base64 of no text"),
        pytest.param("/x/bm8gYWRkcmVzcw", id="base64 of no address"),
        pytest.param("/x/aHR0c", id="no base64"),
    ],
)
def test_addresses_of_others(target: str) -> None:
    assert order(target) is None


@pytest.mark.parametrize(
    ("target", "failure"),
    [
        ("/x/http://", None),
        ("/x/http://h:99999/", BadAddress),
        ("/x/http%3A%2F%2Fh%2F%ff", BadAddress),
        ("/x/http%3A%2F%2Fh%2F%0d%0a", BadAddress),
        ("/x/http://a%00b/", BadAddress),
        ("/20000x/http://h/x", BadOption),
        ("/tiff/http://h/x", NotOffered),
    ],
)
def test_refusals(target: str, failure: type[AskError] | None) -> None:
    if failure is None:
        assert order(target) is None
    else:
        with pytest.raises(failure):
            order(target)


@pytest.mark.parametrize("target", ["/http://h/x", "/http:/h/x"])
def test_a_bare_address_is_cors_anywheres_where_that_is_read(target: str) -> None:
    assert order(target) is not None
    assert order(target, BOTH) is None


@pytest.mark.parametrize("target", ["//http://h/x", "/x/http://h/x", "/http%3A%2F%2Fh%2Fx"])
def test_what_is_imageproxys_alone_stays_its_own(target: str) -> None:
    assert order(target, BOTH) == order(target) is not None


@pytest.mark.parametrize(
    ("target", "verifies"),
    [
        (f"/scw34eyalj8YvpLpETxSIxv2k8QkLel2UAR5Cku2FzGM=/{CAT}", True),
        (f"/scw34eyalj8YvpLpETxSIxv2k8QkLel2UAR5Cku2FzGM/{CAT}", True),
        (f"/200x,scw34eyalj8YvpLpETxSIxv2k8QkLel2UAR5Cku2FzGM=/{CAT}", True),
        (f"/q40,400,s0sR2kjyfiF1RQRj4Jm2fFa3_6SDFqdAaDEmy1oD2U-4=/{CAT}", True),
        (f"/q41,400,s0sR2kjyfiF1RQRj4Jm2fFa3_6SDFqdAaDEmy1oD2U-4=/{CAT}", False),
        (f"/480x,sSwmzUcQzOmvDfIwQO5WlNPyOCdLSuDGX6FVka9gtE3I=/{POST}", True),
        (f"/480x,sSwmzUcQzOmvDfIwQO5WlNPyOCdLSuDGX6FVka9gtE3I=/{POST}?x", False),
        (f"/480x,sSwmzUcQzOmvDfIwQO5WlNPyOCdLSuDGX6FVka9gtE3I=/{encoded(POST)}", True),
        (f"/sno/{CAT}", False),
        (f"/s!!!/{CAT}", False),
        # The options that were signed, written as the source's fragment, vouch for no others.
        (f"/9x,s0sR2kjyfiF1RQRj4Jm2fFa3_6SDFqdAaDEmy1oD2U-4=/{CAT}#400x400,q40", False),
        (f"/9x,s0sR2kjyfiF1RQRj4Jm2fFa3_6SDFqdAaDEmy1oD2U-4=/{OPTIONS_IN_FRAGMENT}", False),
        (f"/9x,scw34eyalj8YvpLpETxSIxv2k8QkLel2UAR5Cku2FzGM=/{CAT}#of-no-account", True),
    ],
)
def test_signatures(target: str, *, verifies: bool) -> None:
    found = read(Request(method="GET", target=target), SETTINGS)
    assert found is not None
    assert found.signature is not None
    (key,) = SETTINGS.signing_keys("willnorris")
    assert key.verifies(found.signature) is verifies


def test_without_s_there_is_no_signature() -> None:
    found = read(Request(method="GET", target=f"/sc,200/{CAT}"), SETTINGS)
    assert found is not None
    assert found.signature is None


@pytest.mark.parametrize(
    ("target", "settings", "signed"),
    [
        (
            f"/400,q40/{CAT}",
            SETTINGS,
            f"/400,q40,s0sR2kjyfiF1RQRj4Jm2fFa3_6SDFqdAaDEmy1oD2U-4/{CAT}",
        ),
        (
            f"/480x,sold/{POST}",
            SETTINGS,
            f"/480x,sSwmzUcQzOmvDfIwQO5WlNPyOCdLSuDGX6FVka9gtE3I/{POST}",
        ),
        (f"/480x/{POST}", Settings(), None),
        ("/_/w:480/plain/http://h/x", SETTINGS, None),
        ("/?http://h/x", SETTINGS, None),
    ],
)
def test_signing(target: str, settings: Settings, signed: str | None) -> None:
    assert sign(target, settings) == signed


@pytest.mark.parametrize(
    "target", [f"/{CAT}?a=1", f"//{CAT}", f"/x,vu9/{encoded(CAT)}", f"/200x,sc/{CAT}?a"]
)
def test_what_is_signed_verifies(target: str) -> None:
    signed = sign(target, SETTINGS)
    assert signed is not None
    found = read(Request(method="GET", target=signed), SETTINGS)
    assert found is not None
    assert found.signature is not None
    assert SETTINGS.signing_keys("willnorris")[0].verifies(found.signature)
    assert order(signed) == order(target)
    assert sign(signed, SETTINGS) == signed


def test_signing_what_cannot_be_read_says_why() -> None:
    with pytest.raises(NotOffered):
        sign(f"/tiff/{CAT}", SETTINGS)


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        (of("http://h/x"), "/x/http://h/x"),
        (
            of("http://h/x?url=http://g/", Transform(width=9)),
            "/9x/http%3A%2F%2Fh%2Fx%3Furl%3Dhttp%3A%2F%2Fg%2F",
        ),
        (replace(of("http://h/x"), expires=9.0), "/vu9/http://h/x"),
        (of("http://h/x", Transform(format=Output.AUTO)), None),
        (of("http://h/x", Transform(width=9, enlarge=True)), None),
        (of("http://h/x", Transform(rotate=90.0, cut=Crop(x=1))), None),
        (replace(of("http://h/x"), info=True), None),
        (replace(of("http://h/x"), otherwise=parse_source("http://h/y")), None),
    ],
)
def test_writing(asked: Order, target: str | None) -> None:
    assert write(asked) == target
    assert target is None or order(target) == asked


ADDRESSES = st.sampled_from(
    ["http://h/x.jpg", "https://h:8443/a@b?c=%25&d=@", "http://h/?http://g/%E4%BD%A0", "http://h/"]
)


@given(ADDRESSES, transforms(), st.none() | st.integers(1, 9_999_999_999))
def test_what_is_written_is_read_as_it_was_meant(
    url: str, transform: Transform, expires: int | None
) -> None:
    meant = replace(of(url, transform), expires=expires)
    target = write(meant)
    assert target is None or order(target) == meant


def sayable() -> st.SearchStrategy[Transform]:
    """Return transforms that imageproxy has words for."""
    side, corner = st.integers(1, 16383), st.integers(-16383, 16383)
    share = st.integers(1, 99_999).map(lambda part: Share(part / 1000))
    sized = st.builds(
        Transform,
        trim=st.none() | st.just(Trim(tolerance=0)),
        crop=st.none()
        | st.builds(Crop, width=side, height=st.none() | side | share, x=corner, y=corner),
        mirror=st.booleans(),
        rotate=st.sampled_from([0.0, 90.0, 180.0, 270.0]),
        width=st.none() | side,
        height=st.none() | side,
        fit=st.sampled_from([Fit.COVER, Fit.INSIDE]),
        format=st.sampled_from([Output.SAME, Output.JPEG, Output.PNG]),
        quality=st.none() | st.integers(1, 100),
    )
    cut = st.builds(Transform, width=side | share, height=side, gravity=st.just(Smart.ATTENTION))
    return (sized | cut).map(Transform.normal)


@given(ADDRESSES, sayable())
def test_what_it_has_words_for_is_written(url: str, transform: Transform) -> None:
    target = write(of(url, transform))
    assert target is not None
    assert order(target) == of(url, transform)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_path_is_read_or_refused(options: str, rest: str) -> None:
    for target in (f"/{options}/{rest}", f"/{options}/http://h/{rest}", f"/x/http%3A%2F%2F{rest}"):
        with suppress(AskError):
            order(target)
