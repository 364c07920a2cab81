"""Twin of proxy/rules/loops.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.errors import LoopDetected
from proxy.model.headers import Headers
from proxy.rules.loops import refuse_ourselves, refuse_returning
from proxy.rules.policy import Policy
from proxy.settings import Server, Settings
from tests.rules.sources import source

POLICY = Policy.of(Settings(server=Server(names=("self.example", "also.example"))))
NAMELESS = Policy.of(Settings())


@pytest.mark.parametrize("port", [80, 8443])
@pytest.mark.parametrize("host", ["self.example", "also.example"])
def test_our_own_names_are_refused_at_any_port(host: str, port: int) -> None:
    with pytest.raises(LoopDetected):
        refuse_ourselves(source(host, port=port), POLICY)


@pytest.mark.parametrize("host", ["img.example", "www.self.example", "example"])
def test_other_names_are_not(host: str) -> None:
    refuse_ourselves(source(host), POLICY)


@pytest.mark.parametrize(
    ("lines", "policy"),
    [
        pytest.param(["1.1 self.example"], POLICY, id="alone"),
        pytest.param(["HTTP/1.1 Self.Example:8080 (x)"], POLICY, id="port, case and comment"),
        pytest.param(["1.0 fred, 1.1 self.example , 2 last"], POLICY, id="among others"),
        pytest.param(["1.0 fred", "1.1\tself.example"], POLICY, id="on a second line"),
        pytest.param(["1.0 fred (a, b), 1.1 self.example"], POLICY, id="behind a comment's comma"),
        pytest.param(["1.1 image-proxy"], NAMELESS, id="where we have no name"),
    ],
)
def test_a_request_that_passed_here_is_refused(lines: list[str], policy: Policy) -> None:
    with pytest.raises(LoopDetected):
        refuse_returning(Headers.of(("Via", line) for line in lines), policy)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([], id="no Via"),
        pytest.param([""], id="an empty one"),
        pytest.param(["1.1 fred"], id="another proxy"),
        pytest.param(["1.1 www.self.example"], id="a name below ours"),
        pytest.param(["1.1 self.example.evil"], id="a name that begins as ours"),
        pytest.param(["1.1 also.example"], id="a name that is not our pseudonym"),
        pytest.param(["1.1 fred (self.example)"], id="our name in a comment"),
        pytest.param(["self.example"], id="our name where the protocol stands"),
    ],
)
def test_others_are_not(lines: list[str]) -> None:
    refuse_returning(Headers.of(("Via", line) for line in lines), POLICY)


@given(st.text())
def test_any_via_is_read(line: str) -> None:
    try:
        refuse_returning(Headers((("via", line),)), POLICY)
    except LoopDetected:
        assert "self.example" in line.lower()
