"""Which responses a shared cache may keep (RFC 9111 §3)."""

from dataclasses import replace

import pytest

from proxy.cache.storing import Admission, admit
from proxy.model.entry import Head
from proxy.model.headers import Headers
from proxy.model.permit import Profile

PROFILE = Profile(user_agent="t", default_ttl=60.0, min_ttl=0.0, max_ttl=31536000.0)


def cc(value: str) -> tuple[str, str]:
    return "Cache-Control", value


@pytest.mark.parametrize(
    ("status", "lines", "verdict"),
    [
        pytest.param(200, [], Admission.STORED, id="a 200 that says nothing"),
        pytest.param(200, [cc("max-age=0")], Admission.STORED, id="stale at once, but validates"),
        pytest.param(200, [cc("no-cache")], Admission.STORED, id="no-cache may be kept"),
        pytest.param(200, [cc("no-store, max-age=60")], Admission.NO_STORE, id="no-store"),
        pytest.param(200, [cc("max-age=60"), cc("No-Store")], Admission.NO_STORE, id="later"),
        pytest.param(200, [cc("private, max-age=60")], Admission.PRIVATE, id="private"),
        pytest.param(200, [cc('private="x"')], Admission.PRIVATE, id="private for one field"),
        pytest.param(200, [("Vary", "*")], Admission.VARIES, id="Vary: *"),
        pytest.param(200, [("Vary", "Accept, *")], Admission.VARIES, id="Vary: * among names"),
        pytest.param(200, [("Vary", "Accept")], Admission.STORED, id="Vary on what we always send"),
        pytest.param(
            200,
            [cc("no-store"), ("CDN-Cache-Control", "max-age=60")],
            Admission.STORED,
            id="no-store for others",
        ),
        pytest.param(
            200,
            [cc("max-age=60"), ("CDN-Cache-Control", "no-store")],
            Admission.NO_STORE,
            id="no-store for us",
        ),
        pytest.param(
            200,
            [cc("no-store"), ("CDN-Cache-Control", 'max-age="60"')],
            Admission.NO_STORE,
            id="a field for us that is none",
        ),
        pytest.param(206, [cc("max-age=60")], Admission.PARTIAL, id="a part"),
        pytest.param(304, [cc("max-age=60")], Admission.NOT_UNDERSTOOD, id="a 304 is no copy"),
        pytest.param(404, [], Admission.STORED, id="a 404"),
        pytest.param(403, [], Admission.NOT_CACHEABLE, id="a 403 that says nothing"),
        pytest.param(403, [cc("max-age=60")], Admission.STORED, id="a 403 with a lifetime"),
        pytest.param(500, [("Expires", "0")], Admission.STORED, id="Expires, even in the past"),
        pytest.param(599, [cc("public")], Admission.STORED, id="an unknown status made public"),
        pytest.param(
            200,
            [cc("no-store, must-understand, max-age=60")],
            Admission.STORED,
            id="must-understand, understood",
        ),
        pytest.param(
            599,
            [cc("no-store, must-understand, max-age=60")],
            Admission.NOT_UNDERSTOOD,
            id="must-understand, not understood",
        ),
        pytest.param(
            599,
            [cc("must-understand, max-age=60")],
            Admission.NOT_UNDERSTOOD,
            id="must-understand without no-store",
        ),
    ],
)
def test_admit(status: int, lines: list[tuple[str, str]], verdict: Admission) -> None:
    assert admit(Head(status=status, headers=Headers.of(lines)), Headers(), PROFILE) is verdict


def test_a_client_may_ask_that_nothing_is_kept() -> None:
    asked = Headers((cc("no-store"),))
    assert admit(Head(status=200), asked, PROFILE) is Admission.ASKED_NO_STORE


def test_a_clients_no_cache_does_not_keep_it_from_being_kept() -> None:
    asked = Headers((cc("no-cache"),))
    assert admit(Head(status=200), asked, PROFILE) is Admission.STORED


@pytest.mark.parametrize(
    ("ignore", "verdict"),
    [
        pytest.param((), Admission.NO_STORE, id="by default obeyed"),
        pytest.param(("no-store",), Admission.PRIVATE, id="one lifted, the other holds"),
        pytest.param(("no-store", "private"), Admission.STORED, id="both lifted"),
    ],
)
def test_the_operator_may_lift_what_forbids_storing(
    ignore: tuple[str, ...], verdict: Admission
) -> None:
    profile = replace(PROFILE, ignore=frozenset(ignore))
    head = Head(status=200, headers=Headers((cc("no-store, private"),)))
    assert admit(head, Headers(), profile) is verdict
