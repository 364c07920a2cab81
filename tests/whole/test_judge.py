"""The rules as one verdict: proxy/rules/__init__.py, on sources as the dialects read them."""

import pytest

from proxy.dialects.address import parse_source
from proxy.errors import (
    CredentialsNotAllowed,
    HostNotAllowed,
    LoopDetected,
    PortNotAllowed,
    ProxyError,
)
from proxy.model.order import Order
from proxy.model.permit import Permit
from proxy.rules import judge, judge_source
from proxy.rules.policy import Policy
from proxy.settings import Origin, Server, Settings

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
    permit = judge(order, POLICY)
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
