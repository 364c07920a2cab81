"""Twin of proxy/rules/signatures.py: every kind of ask against every way to close the house."""

from dataclasses import replace

import pytest

from proxy.errors import (
    AddressExpired,
    BadSignature,
    NotAllowed,
    OptionsNotAllowed,
    SignatureRequired,
)
from proxy.model.order import Order
from proxy.model.signature import Signature, SigningKey
from proxy.model.transform import Transform
from proxy.rules.policy import Policy
from proxy.rules.signatures import is_signed, refuse_expired, refuse_unsigned
from proxy.settings import Access, Dialects, Settings
from tests.rules.sources import source

BARE = Order(source=source("img.example"))
MADE = replace(BARE, transform=Transform(width=9))
NAMED = replace(MADE, preset="small")
INFO = replace(BARE, info=True)
INFO_OF_MADE = replace(MADE, info=True)
KEY = SigningKey(key=b"new")


def policy(access: Access | None = None, dialects: Dialects | None = None) -> Policy:
    return Policy.of(Settings(access=access or Access(), dialects=dialects or Dialects()))


CLOSED = policy()
OPEN = policy(Access(options=True))
KEYED = policy(Access(keys=("new", "old")))
KEYED_OPEN = policy(Access(keys=("new",), options=True))
IMGPROXY = policy(
    Access(options=True), Dialects(imgproxy_keys=("6e6577:73",), imgproxy_signature_size=8)
)
WILLNORRIS = policy(Access(options=True), Dialects(willnorris_keys=("new",)))


def by(order: Order, dialect: str) -> Order:
    return replace(order, dialect=dialect)


@pytest.mark.parametrize(
    ("order", "terms", "failure"),
    [
        pytest.param(BARE, CLOSED, None, id="an original is open to all"),
        pytest.param(NAMED, CLOSED, None, id="a preset too"),
        pytest.param(INFO, CLOSED, None, id="and what is known of an original"),
        pytest.param(MADE, CLOSED, OptionsNotAllowed, id="options are not"),
        pytest.param(INFO_OF_MADE, CLOSED, OptionsNotAllowed, id="nor what they would make"),
        pytest.param(MADE, OPEN, None, id="unless the operator says so"),
        pytest.param(by(MADE, "weserv"), CLOSED, OptionsNotAllowed, id="in whatever dialect"),
        pytest.param(by(MADE, "weserv"), OPEN, None, id="likewise"),
        pytest.param(BARE, KEYED, SignatureRequired, id="keys close originals"),
        pytest.param(MADE, KEYED, SignatureRequired, id="and options"),
        pytest.param(MADE, KEYED_OPEN, SignatureRequired, id="even open ones"),
        pytest.param(NAMED, KEYED, None, id="but no preset"),
        pytest.param(INFO, KEYED, None, id="nor what is known of an original"),
        pytest.param(by(BARE, "cors-anywhere"), KEYED, SignatureRequired, id="in every dialect"),
        pytest.param(by(NAMED, "imgproxy"), KEYED, None, id="a preset in every dialect"),
        pytest.param(by(NAMED, "imgproxy"), IMGPROXY, SignatureRequired, id="imgproxy closed"),
        pytest.param(by(BARE, "imgproxy"), IMGPROXY, SignatureRequired, id="its originals, too"),
        pytest.param(MADE, IMGPROXY, None, id="its keys close no other dialect"),
        pytest.param(by(MADE, "willnorris"), IMGPROXY, None, id="none at all"),
        pytest.param(by(MADE, "willnorris"), WILLNORRIS, SignatureRequired, id="willnorris closed"),
    ],
)
def test_unsigned(order: Order, terms: Policy, failure: type[NotAllowed] | None) -> None:
    assert not is_signed(order, terms)
    if failure is None:
        refuse_unsigned(order, terms)
    else:
        with pytest.raises(failure):
            refuse_unsigned(order, terms)


def signature(key: SigningKey, *messages: bytes) -> Signature:
    return Signature(given=Signature.decoded(key.sign(b"m")), messages=messages or (b"m",))


@pytest.mark.parametrize(
    ("dialect", "given", "terms", "signed"),
    [
        pytest.param("wrapped", signature(KEY), KEYED, True, id="the first key"),
        pytest.param(
            "wrapped", signature(SigningKey(key=b"old")), KEYED, True, id="one that is rotated out"
        ),
        pytest.param("wrapped", signature(SigningKey(key=b"x")), KEYED, None, id="no key of ours"),
        pytest.param("wrapped", signature(KEY, b"other"), KEYED, None, id="another address's"),
        pytest.param("wrapped", signature(KEY), CLOSED, None, id="ours, without keys"),
        pytest.param("wrapped", signature(KEY), WILLNORRIS, None, id="another dialect's key"),
        pytest.param("willnorris", signature(KEY), WILLNORRIS, True, id="willnorris"),
        pytest.param(
            "willnorris", signature(KEY, b"x", b"m"), WILLNORRIS, True, id="one of its two forms"
        ),
        pytest.param("willnorris", signature(KEY), KEYED, False, id="without keys it knows none"),
        pytest.param(
            "imgproxy",
            signature(SigningKey(key=b"new", salt=b"s", size=8)),
            IMGPROXY,
            True,
            id="imgproxy, cut to its size",
        ),
        pytest.param(
            "imgproxy",
            signature(SigningKey(key=b"new", salt=b"s")),
            IMGPROXY,
            None,
            id="a signature longer than it is cut",
        ),
        pytest.param(
            "imgproxy", Signature(given=b"", messages=(b"m",)), IMGPROXY, None, id="insecure"
        ),
        pytest.param("imgproxy", signature(KEY), CLOSED, False, id="any first segment"),
        pytest.param("weserv", signature(KEY), KEYED, False, id="a dialect without signatures"),
    ],
)
def test_signed(dialect: str, given: Signature, terms: Policy, signed: bool | None) -> None:  # noqa: FBT001  # a column
    order = replace(MADE, dialect=dialect, signature=given)
    if signed is None:
        with pytest.raises(BadSignature):
            is_signed(order, terms)
    else:
        assert is_signed(order, terms) is signed


@pytest.mark.parametrize(
    ("expires", "expired"),
    [
        pytest.param(None, False, id="good for ever"),
        pytest.param(101.0, False, id="a second left"),
        pytest.param(100.0, True, id="from that instant on"),
        pytest.param(99.0, True, id="passed"),
    ],
)
def test_expired(expires: float | None, expired: bool) -> None:  # noqa: FBT001  # a column
    order = replace(NAMED, expires=expires)
    if expired:
        with pytest.raises(AddressExpired):
            refuse_expired(order, 100.0)
    else:
        refuse_expired(order, 100.0)
