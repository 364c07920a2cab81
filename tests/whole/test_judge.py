"""The rules as one verdict: proxy/rules/__init__.py, on sources as the dialects read them."""

import pytest

from proxy import dialects
from proxy.dialects import wrapped
from proxy.dialects.address import parse_source
from proxy.errors import (
    AddressExpired,
    BadSignature,
    CredentialsNotAllowed,
    HostNotAllowed,
    LoopDetected,
    PortNotAllowed,
    ProxyError,
    SignatureRequired,
)
from proxy.model.order import Order
from proxy.model.permit import Permit
from proxy.model.request import Request
from proxy.model.transform import Output, Transform
from proxy.rules import judge, judge_source
from proxy.rules.policy import Policy
from proxy.settings import Access, Origin, Server, Settings

POLICY = Policy.of(
    Settings(
        server=Server(names=("self.woshipm.com",)),
        origins={
            "image.woshipm.com": Origin(referer="https://www.woshipm.com/"),
            "listed.example": Origin(referer="none"),
        },
    )
)


def test_an_admitted_order_has_its_origins_profile() -> None:
    order = Order(source=parse_source("http://image.woshipm.com/wp-files/2021/11/x.jpg"))
    permit = judge(order, POLICY, 0.0)
    assert permit == Permit(order=order, profile=POLICY.terms["image.woshipm.com"].profile)
    assert permit.profile.referer == "https://www.woshipm.com/"


def test_an_admitted_host_without_an_entry_has_the_defaults() -> None:
    profile = judge_source(parse_source("https://a.b.woshipm.com/x"), POLICY)
    assert profile == POLICY.otherwise.profile


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        pytest.param("http://u@self.woshipm.com:22/", CredentialsNotAllowed, id="credentials 1st"),
        pytest.param("http://self.woshipm.com:22/", LoopDetected, id="ourselves second"),
        pytest.param("http://img.example:22/", HostNotAllowed, id="the host third"),
        pytest.param("http://image.woshipm.com:22/", PortNotAllowed, id="the port last"),
        pytest.param("http://listed.example/", HostNotAllowed, id="an origin entry admits nobody"),
        pytest.param("http://evilwoshipm.com/", HostNotAllowed, id="bug 11: a suffix is no label"),
        pytest.param("http://woshipm.com./", HostNotAllowed, id="the apex, with its dot"),
        pytest.param("http://0x7f.1/", HostNotAllowed, id="a literal in disguise"),
    ],
)
def test_the_first_rule_to_refuse_is_heard(text: str, failure: type[ProxyError]) -> None:
    with pytest.raises(failure):
        judge_source(parse_source(text), POLICY)


PICTURE = "http://image.woshipm.com/a.jpg"
KEYED = Settings(access=Access(keys=("new", "old")))
OPEN = Settings(access=Access(options=True))


def judged(target: str, settings: Settings, now: float = 0.0) -> Order:
    order = dialects.read(Request(method="GET", target=target), settings)
    return judge(order, Policy.of(settings), now).order


def test_what_strangers_ask_comes_in_steps() -> None:
    made = judged(f"/w=481,h=50p,q=71/?{PICTURE}", OPEN)
    assert made == judged(f"/w=490,h=50p,q=75/?{PICTURE}", OPEN)


def test_a_preset_is_made_as_it_stands() -> None:
    assert judged(f"/headimg/?{PICTURE}", OPEN).transform == Transform(
        width=900, height=420, format=Output.AUTO
    )


def test_a_signed_ask_is_made_as_it_stands() -> None:
    signed = wrapped.sign(f"/w=481,q=71/?{PICTURE}", KEYED)
    assert signed is not None
    made = judged(signed, KEYED).transform
    assert (made.width, made.quality) == (481, 71)


@pytest.mark.parametrize("target", ["/?", "/w=480/?", "/thumbnail,dpr=2/?", "/info,w=9/?"])
def test_with_keys_strangers_get_named_presets_only(target: str) -> None:
    with pytest.raises(SignatureRequired):
        judged(target + PICTURE, KEYED)
    signed = wrapped.sign(target + PICTURE, KEYED)
    assert signed is not None
    assert judged(signed, KEYED).source.url == PICTURE
    assert judged(f"/thumbnail/?{PICTURE}", KEYED).preset == "thumbnail"


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(("w=480", "w=481"), id="another size"),
        pytest.param(("a.jpg", "b.jpg"), id="another picture"),
        pytest.param(("http://", "https://"), id="another scheme"),
        pytest.param(("exp=200", "exp=300"), id="a longer life"),
        pytest.param((",exp=200", ""), id="a life without end"),
    ],
)
def test_nothing_signed_can_be_changed(changed: tuple[str, str]) -> None:
    signed = wrapped.sign(f"/w=480/?{PICTURE}", KEYED, 200)
    assert signed is not None
    assert judged(signed, KEYED, 199.9).transform.width == 480
    with pytest.raises(BadSignature):
        judged(signed.replace(*changed), KEYED, 0.0)


def test_an_address_ends_when_it_says() -> None:
    signed = wrapped.sign(f"/thumbnail/?{PICTURE}", KEYED, 200)
    assert signed is not None
    with pytest.raises(AddressExpired):
        judged(signed, KEYED, 200.0)
    with pytest.raises(AddressExpired):
        judged(f"/exp=200/?{PICTURE}", Settings(), 200.0)


def test_a_key_that_was_rotated_out_is_still_good_until_it_is_taken_away() -> None:
    old = Settings(access=Access(keys=("old",)))
    signed = wrapped.sign(f"/w=480/?{PICTURE}", old)
    assert signed is not None
    assert judged(signed, KEYED).transform.width == 480
    with pytest.raises(BadSignature):
        judged(signed, Settings(access=Access(keys=("new",))))


def test_readers_are_sent_to_no_place_the_operator_did_not_name() -> None:
    elsewhere = parse_source("https://evil.example/")
    order = Order(source=parse_source(PICTURE), otherwise=elsewhere)
    with pytest.raises(HostNotAllowed):
        judge(order, POLICY, 0.0)
