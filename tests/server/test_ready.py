"""A reply made beforehand reads, at every instant, as the handler would write it."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model.entry import Entry
from proxy.model.reply import Standing
from proxy.model.trace import Trace
from proxy.server.ready import Head, Ready, ready
from proxy.stores.files import BlobFile, Loaded, open_file
from proxy.stores.leases import Lease
from tests.stores.makers import entry

LINES = [
    ("Content-Type", "image/png"),
    ("Age", "0"),
    ("ETag", '"100%"'),
    ("Cache-Status", "image-proxy; hit; ttl=3600"),
    ("X-Own", "%d %(age)d %%"),
    ("Date", "Thu, 01 Jan 1970 00:00:00 GMT"),
]
ORIGINAL, PICTURE = entry("o"), entry("p", parent="o")
TRACE = Trace(
    request_id="1", method="GET", target="/", started=0.0, route="original", status=200, cache="hit"
)


def standing(made_at: float, lifetime_s: float, served: Entry = ORIGINAL) -> Standing:
    return Standing(
        original=ORIGINAL, served=served, made_at=made_at, fresh_until=made_at + lifetime_s
    )


def values(head: bytes) -> dict[str, str]:
    first, *lines = head.decode().removesuffix("\r\n\r\n").split("\r\n")
    assert first == "HTTP/1.1 200 OK"
    return dict(line.split(": ", 1) for line in lines)


def test_only_what_time_changes_is_changed() -> None:
    head = Head("HTTP/1.1 200 OK", LINES, standing(1_000_000.5, 3600.0))
    found = values(head.at(1_000_010.6))
    assert list(found) == [name for name, _ in LINES]
    assert found["Age"] == "10"
    assert found["Cache-Status"] == "image-proxy; hit; ttl=3589"
    assert found["Date"] == "Mon, 12 Jan 1970 13:46:50 GMT"
    for name in ("Content-Type", "ETag", "X-Own"):
        assert found[name] == dict(LINES)[name]


@given(
    st.floats(1.7e9, 1.8e9),
    st.floats(1, 1e6),
    st.lists(st.floats(0, 1), min_size=1, max_size=30),
)
def test_age_and_what_is_left_are_right_to_the_second(
    made_at: float, lifetime_s: float, shares: list[float]
) -> None:
    """In whatever order the instants come: what was written for one is not told of another."""
    stands = standing(made_at, lifetime_s)
    head = Head("HTTP/1.1 200 OK", LINES, stands)
    for share in shares:
        now = min(made_at + share * lifetime_s, stands.fresh_until)
        found = values(head.at(now))
        assert int(found["Age"]) == int(now - made_at)
        assert found["Cache-Status"].endswith(f"ttl={int(stands.fresh_until - now)}")


def made(served: Entry = ORIGINAL) -> tuple[Ready, Lease, Lease]:
    leases = Lease(ORIGINAL), Lease(served)
    reply = ready(
        status_line="HTTP/1.1 200 OK",
        lines=LINES,
        trace=TRACE,
        standing=standing(100.0, 60.0, served),
        body=None,
        leases=leases,
        now=110.0,
    )
    return reply, *leases


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        pytest.param(110.0, True, id="as soon as it is made"),
        pytest.param(159.999, True, id="to its last instant"),
        pytest.param(160.0, False, id="stale: fresh while its lifetime exceeds its age"),
        pytest.param(109.0, False, id="the clock was set back"),
    ],
)
def test_holds_while_it_is_fresh(now: float, *, holds: bool) -> None:
    assert made()[0].holds(now) is holds


@pytest.mark.parametrize("which", [1, 2], ids=["the original", "the picture"])
def test_holds_while_its_entries_stand(which: int) -> None:
    parts = made(PICTURE)
    lease = parts[which]
    assert isinstance(lease, Lease)
    lease.current = False
    assert not parts[0].holds(110.0)


def test_holds_while_its_body_is_as_it_was_verified(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    path.write_bytes(b"body")
    file = open_file(str(path), sha256(b"body").hexdigest(), 4)
    assert isinstance(file, BlobFile)
    reply = replace(made()[0], body=file)
    assert reply.holds(110.0)
    path.unlink()
    assert not reply.holds(110.0)
    assert replace(reply, body=Loaded(b"body")).holds(110.0)


def test_uses_the_entries_it_is_made_of() -> None:
    assert made()[0].keys == ("o",)
    assert set(made(PICTURE)[0].keys) == {"o", "p"}


def test_says_what_its_answer_said_and_counts_as_it() -> None:
    reply = made()[0]
    assert reply.said.labels == ("original", "200", "hit")
    assert reply.said.trace == replace(TRACE, request_id="", sent_bytes=0)
