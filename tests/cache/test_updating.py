"""What a 304 changes in a stored response (RFC 9111 §4.3.4, §3.2)."""

import pytest

from proxy.cache.updating import freshen
from proxy.errors import OriginProtocol
from proxy.model.body import Held
from proxy.model.entry import Entry, Head, Kind, Times
from proxy.model.headers import Headers

OLD = Times(requested_at=1.0, received_at=2.0, date=1.0, age_s=5.0)
NEW = Times(requested_at=101.0, received_at=102.0, date=101.0)


def stored(*lines: tuple[str, str]) -> Entry:
    return Entry(
        key="o-1",
        kind=Kind.ORIGINAL,
        source="http://h.example/a.png",
        host="h.example",
        head=Head(status=200, headers=Headers(lines)),
        times=OLD,
        body=Held(b"x", "00" * 32),
        media_type="image/png",
        facts=None,
        pinned=True,
    )


def not_modified(*lines: tuple[str, str]) -> Head:
    return Head(status=304, headers=Headers(lines))


@pytest.mark.parametrize(
    ("news", "value"),
    [
        pytest.param([], "old", id="a 304 that omits it leaves it"),
        pytest.param([("X-Test", "new")], "new", id="a 304 that has it replaces it"),
        pytest.param([("x-test", "1"), ("X-TEST", "2")], "1, 2", id="with all its lines"),
        pytest.param([("Connection", "x-test"), ("X-Test", "new")], "old", id="not hop by hop"),
    ],
)
def test_a_field_is_updated(news: list[tuple[str, str]], value: str) -> None:
    fresh = freshen(stored(("X-Test", "old")), not_modified(*news), NEW)
    assert fresh.head.headers.get("X-Test") == value


@pytest.mark.parametrize(
    "name",
    [
        *("Content-Length", "Content-Encoding", "Content-Type", "Content-Range", "Content-MD5"),
        *("Content-Digest", "Repr-Digest", "Digest"),
    ],
)
def test_what_describes_the_bytes_is_never_updated(name: str) -> None:
    fresh = freshen(stored((name, "old")), not_modified((name, "new")), NEW)
    assert fresh.head.headers.all(name) == ("old",)


@pytest.mark.parametrize("name", ["Set-Cookie", "Transfer-Encoding", "Age"])
def test_what_is_never_kept_is_never_added(name: str) -> None:
    assert name not in freshen(stored(), not_modified((name, "x")), NEW).head.headers


def test_all_else_of_the_entry_stays() -> None:
    entry = stored(("Cache-Control", "max-age=1"))
    fresh = freshen(entry, not_modified(("Cache-Control", "max-age=60")), NEW)
    assert fresh.times == NEW
    assert fresh.head == Head(status=200, headers=Headers((("Cache-Control", "max-age=60"),)))
    assert (fresh.body, fresh.key, fresh.pinned) == (entry.body, entry.key, True)
    assert entry.times == OLD


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param('"a"', '"a"', id="the same tag"),
        pytest.param('W/"a"', '"a"', id="the same but for weakness"),
        pytest.param('"a"', None, id="a 304 without a tag"),
        pytest.param(None, '"a"', id="a tag where we had none"),
    ],
)
def test_a_304_about_our_copy_is_believed(ours: str | None, theirs: str | None) -> None:
    entry = stored(*(() if ours is None else (("ETag", ours),)))
    head = not_modified(*(() if theirs is None else (("ETag", theirs),)))
    assert freshen(entry, head, NEW).head.headers.get("ETag") == (theirs or ours)


def test_a_304_about_another_copy_is_refused() -> None:
    with pytest.raises(OriginProtocol, match='"b"'):
        freshen(stored(("ETag", '"a"')), not_modified(("ETag", '"b"')), NEW)
