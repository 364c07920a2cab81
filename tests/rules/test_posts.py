"""Twin of proxy/rules/posts.py: only what posts name is asked for, and hosts still count."""

from dataclasses import replace

import pytest

from proxy.errors import HostNotAllowed, NotInPosts, ProxyError
from proxy.model.order import Order, Source
from proxy.rules import judge, judge_source
from proxy.rules.policy import Policy
from proxy.settings import Access, Settings
from tests.rules.sources import source

SETTINGS = Settings(access=Access(hosts=("img.example",)))
NAMED = Policy.of(SETTINGS, posts=frozenset({"http://img.example/a.png", "http://b.example/a.png"}))
IMG = source("img.example")


def test_a_named_source_passes() -> None:
    assert judge(Order(source=IMG), NAMED, 0.0).order.source == IMG


@pytest.mark.parametrize(
    ("asked", "policy", "failure"),
    [
        pytest.param(
            replace(IMG, url="http://img.example/b.png"), NAMED, NotInPosts, id="another picture"
        ),
        pytest.param(
            replace(IMG, url="https://img.example/a.png"), NAMED, NotInPosts, id="another scheme"
        ),
        pytest.param(source("b.example"), NAMED, HostNotAllowed, id="a named one of another host"),
        pytest.param(
            IMG, Policy.of(SETTINGS, posts=frozenset()), NotInPosts, id="posts without pictures"
        ),
    ],
)
def test_anything_else_is_refused(asked: Source, policy: Policy, failure: type[ProxyError]) -> None:
    with pytest.raises(failure):
        judge(Order(source=asked), policy, 0.0)


def test_where_it_redirects_to_no_post_can_know() -> None:
    judge_source(replace(IMG, url="http://img.example/elsewhere.png"), NAMED)


def test_without_posts_all_is_named() -> None:
    judge(Order(source=IMG), Policy.of(SETTINGS), 0.0)
