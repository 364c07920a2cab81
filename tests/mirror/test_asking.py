"""What an answer and an explanation mean to the mirror."""

from typing import Any

import pytest

from proxy.mirror.asking import Answer, Known, known_of


@pytest.mark.parametrize(
    ("answer", "good"),
    [
        pytest.param(Answer(status=200), True, id="200"),
        pytest.param(Answer(status=204), True, id="nothing, and rightly"),
        pytest.param(Answer(status=200, problem="not-kept"), False, id="200 with a problem"),
        pytest.param(Answer(status=304), False, id="nobody asked on a condition"),
        pytest.param(Answer(status=404), False, id="a picture that says 404"),
        pytest.param(Answer(status=502, problem="origin-tls"), False, id="a failure"),
    ],
)
def test_a_good_answer(answer: Answer, *, good: bool) -> None:
    assert answer.good is good


@pytest.mark.parametrize(
    ("cache", "kept"),
    [
        pytest.param("image-proxy; hit; ttl=5", True, id="it was kept"),
        pytest.param("image-proxy; hit; ttl=-5; detail=gone", True, id="and outlives its source"),
        pytest.param("image-proxy; fwd=uri-miss; fwd-status=200; stored; ttl=5", True, id="is now"),
        pytest.param("image-proxy; fwd=uri-miss; fwd-status=200; ttl=0", False, id="is not"),
        pytest.param("cdn; hit, image-proxy; fwd=uri-miss", False, id="another cache has it"),
        pytest.param("", False, id="nothing is said"),
    ],
)
def test_a_kept_answer(cache: str, *, kept: bool) -> None:
    assert Answer(status=200, cache=cache).kept is kept


@pytest.mark.parametrize(
    ("facts", "known"),
    [
        pytest.param({}, Known(), id="nothing"),
        pytest.param({"cache": {"state": "none"}}, Known(), id="not kept"),
        pytest.param(
            {"cache": {"state": "stale", "pinned": True}}, Known(pinned=True), id="pinned and stale"
        ),
        pytest.param(
            {"cache": {"state": "fresh", "pinned": False}, "picture": {"state": "not made yet"}},
            Known(fresh=True),
            id="fresh, and the picture is not made",
        ),
        pytest.param(
            {"cache": {"state": "fresh"}, "picture": {"state": "stored"}},
            Known(fresh=True, made=True),
            id="the picture is made",
        ),
        pytest.param(
            {"cache": {"state": "fresh"}, "picture": {"state": "the original stands in"}},
            Known(fresh=True, made=True),
            id="none need be made",
        ),
        pytest.param(
            {"allowed": False, "refusal": {"type": "port-not-allowed", "because": "8002"}},
            Known(problem="port-not-allowed", because="8002"),
            id="refused",
        ),
        pytest.param({"cache": None, "picture": None, "refusal": None}, Known(), id="nulls"),
    ],
)
def test_what_an_explanation_says(facts: dict[str, Any], known: Known) -> None:
    assert known_of(facts) == known
