"""Twin of proxy/rules/policy.py: what is compiled from the settings."""

import pytest

from proxy.model.headers import Headers
from proxy.model.permit import Profile
from proxy.model.signature import SigningKey
from proxy.rules.policy import Policy, domains_above
from proxy.settings import Access, Cache, Dialects, Fetch, Mirror, Origin, Server, Settings


def test_hosts_are_parted_by_kind() -> None:
    access = Access(hosts=("Img.Example.", "*.bücher.example", "[::1]", "192.0.2.1", "*"))
    policy = Policy.of(Settings(access=access))
    assert policy.hosts == {"img.example", "[::1]", "192.0.2.1"}
    assert policy.domains == {"xn--bcher-kva.example"}
    assert policy.everywhere


def test_nothing_is_everywhere_by_default() -> None:
    policy = Policy.of(Settings())
    assert not policy.everywhere
    assert policy.domains == {"woshipm.com"}


@pytest.mark.parametrize(
    ("names", "pseudonym"),
    [
        pytest.param((), "image-proxy", id="no name"),
        pytest.param(("b.example", "a.example"), "b.example", id="the first of several"),
    ],
)
def test_pseudonym(names: tuple[str, ...], pseudonym: str) -> None:
    policy = Policy.of(Settings(server=Server(names=names)))
    assert (policy.pseudonym, policy.names) == (pseudonym, frozenset(names))


def test_an_origin_says_only_what_differs() -> None:
    origin = Origin.model_validate(
        {"referer": "none", "headers": {"X-A": "b"}, "min_ttl": "0s", "connect_to": "127.0.0.1:81"}
    )
    settings = Settings(
        access=Access(ports=(80,)),
        cache=Cache.model_validate({"default_ttl": "1h", "min_ttl": "1m", "max_ttl": "2h"}),
        fetch=Fetch(user_agent="ours"),
        origins={"img.example": origin},
    )
    terms = Policy.of(settings).terms["img.example"]
    assert terms.ports == {80}
    assert terms.profile == Profile(
        key="img.example",
        referer="none",
        user_agent="ours",
        headers=Headers((("X-A", "b"),)),
        connect_to="127.0.0.1:81",
        default_ttl=3600.0,
        min_ttl=0.0,  # set, though falsy
        max_ttl=7200.0,
    )


def test_the_archive_is_everybodys_last_fallback() -> None:
    archive = "https://archive.example/{url}"
    settings = Settings(
        origins={"img.example": Origin(fallbacks=("https", "b.example:8080"))},
        mirror=Mirror(archive=archive),
    )
    policy = Policy.of(settings)
    own = policy.terms["img.example"].profile.fallbacks
    assert own == ("https", "b.example:8080", archive)
    assert policy.otherwise.profile.fallbacks == (archive,)


def test_what_an_origin_sets_is_its_own() -> None:
    origin = Origin.model_validate(
        {"user_agent": "theirs", "ports": [8080], "default_ttl": "1s", "max_ttl": "2s"}
    )
    terms = Policy.of(Settings(origins={"img.example": origin})).terms["img.example"]
    assert terms.ports == {8080}
    assert terms.profile.user_agent == "theirs"
    assert (terms.profile.default_ttl, terms.profile.max_ttl) == (1.0, 2.0)


def test_origins_that_are_not_listed() -> None:
    otherwise = Policy.of(Settings()).otherwise
    assert (otherwise.profile.key, otherwise.profile.referer) == ("", "auto")
    assert otherwise.ports == {80, 443}


@pytest.mark.parametrize(
    ("host", "above"),
    [
        pytest.param("a.b.c", ["b.c", "c"], id="the nearest first"),
        pytest.param("c", [], id="nothing above a top label"),
    ],
)
def test_domains_above(host: str, above: list[str]) -> None:
    assert list(domains_above(host)) == above


def test_keys_are_kept_by_dialect() -> None:
    access, others = Access(keys=("a", "b"), options=True), Dialects(imgproxy_keys=("0f:",))
    policy = Policy.of(Settings(access=access, dialects=others))
    assert policy.options
    assert policy.keys == {
        "wrapped": (SigningKey(key=b"a"), SigningKey(key=b"b")),
        "imgproxy": (SigningKey(key=b"\x0f"),),
        "willnorris": (),
    }


def test_strangers_may_ask_for_no_options_by_default() -> None:
    assert not Policy.of(Settings()).options
