"""Cache-Status as RFC 9211 writes it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model.outcome import Outcome
from proxy.model.values import is_sendable
from proxy.reply.status import lines
from tests.reply.answers import ANSWER, answer_of, original, passing


def cache_status(outcome: Outcome) -> str:
    (line,) = lines(replace(ANSWER, outcome=outcome))
    assert line[0] == "Cache-Status"
    return line[1]


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        pytest.param(Outcome(hit=True, ttl=540), "image-proxy; hit; ttl=540", id="a hit"),
        pytest.param(
            Outcome(hit=True, ttl=-5, detail="error"),
            "image-proxy; hit; ttl=-5; detail=error",
            id="a stale hit",
        ),
        pytest.param(
            Outcome(fwd="uri-miss", fwd_status=200, stored=True, ttl=600),
            "image-proxy; fwd=uri-miss; fwd-status=200; stored; ttl=600",
            id="a miss, stored",
        ),
        pytest.param(
            Outcome(fwd="vary-miss", fwd_status=200, stored=True, ttl=60),
            "image-proxy; fwd=vary-miss; fwd-status=200; stored; ttl=60",
            id="another variant",
        ),
        pytest.param(
            Outcome(fwd="uri-miss", collapsed=True),
            "image-proxy; fwd=uri-miss; collapsed",
            id="a miss, shared",
        ),
        pytest.param(
            Outcome(fwd="stale", fwd_status=304, stored=True),
            "image-proxy; fwd=stale; fwd-status=304; stored",
            id="a validation",
        ),
        pytest.param(
            Outcome(hit=True, fwd="stale", fwd_status=304, stored=True),
            "image-proxy; hit",
            id="hit and fwd exclude each other",
        ),
        pytest.param(Outcome(stored=True), "image-proxy", id="nothing to say"),
        pytest.param(
            Outcome(hit=True, detail='we said "no"\\'),
            'image-proxy; hit; detail="we said \\"no\\"\\\\"',
            id="a sentence is a string",
        ),
        pytest.param(
            Outcome(hit=True, detail=""), 'image-proxy; hit; detail=""', id="an empty one too"
        ),
        pytest.param(
            Outcome(hit=True, detail="图\r\n"),
            'image-proxy; hit; detail="???"',
            id="what a string cannot hold",
        ),
    ],
)
def test_lines(outcome: Outcome, expected: str) -> None:
    assert cache_status(outcome) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param((), "image-proxy; hit", id="what others said stays here"),
        pytest.param(("cache-status",), "Origin; hit, image-proxy; hit", id="where it passes"),
        pytest.param(("*",), "Origin; hit, image-proxy; hit", id="and where all does"),
    ],
)
def test_caches_before_us(wanted: tuple[str, ...], expected: str) -> None:
    stored = original(("Cache-Status", "Origin; hit"))
    answer = replace(answer_of(stored), outcome=Outcome(hit=True), profile=passing(*wanted))
    assert lines(answer) == (("Cache-Status", expected),)


@given(st.text())
def test_no_detail_breaks_the_line(detail: str) -> None:
    value = cache_status(Outcome(hit=True, detail=detail))
    assert is_sendable(value)
    assert value.isascii()
