"""The memory tier holds no more than it may, and the most recent of it."""

from proxy.model.body import Held
from proxy.model.purge import EVERYTHING, Scope, Selector
from proxy.stores.recall import MAX_BODY_BYTES, Recall
from tests.stores.makers import entry


def test_what_was_kept_comes_back() -> None:
    recall = Recall(1 << 20)
    recall.keep_entry(entry("a"))
    recall.keep_body("digest", b"bytes")
    assert recall.entry("a") == entry("a")
    assert recall.body("digest") == b"bytes"
    assert recall.entry("digest") is None
    recall.forget("a")
    recall.forget("a")
    assert recall.entry("a") is None


def test_the_least_recent_goes_first() -> None:
    recall = Recall(100_000)
    for n in range(10):
        recall.keep_body(str(n), bytes(30_000))
        recall.body("0")
        assert recall.n_bytes <= 100_000
    assert recall.body("0") is not None
    assert recall.body("9") is not None
    assert recall.body("5") is None


def test_a_large_body_is_not_remembered() -> None:
    recall = Recall(64 << 20)
    recall.keep_body("large", bytes(MAX_BODY_BYTES * 2))
    recall.keep_entry(entry("a", Held(bytes(MAX_BODY_BYTES * 2), "large")))
    assert recall.body("large") is None
    assert recall.entry("a") is None


def test_a_large_entry_does_not_leave_its_predecessor() -> None:
    recall = Recall(64 << 20)
    recall.keep_entry(entry("a"))
    recall.keep_entry(entry("a", Held(bytes(MAX_BODY_BYTES * 2), "large")))
    assert recall.entry("a") is None


def test_what_is_purged_is_dropped_and_nothing_else() -> None:
    recall = Recall(1 << 20)
    for key in "abc":
        recall.keep_entry(entry(key))
    recall.keep_body("digest", b"bytes")
    recall.purge((Selector(Scope.SOURCE, entry("a").source), Selector(Scope.HOST, "elsewhere")))
    assert recall.entry("a") is None
    assert recall.entry("b") is not None
    recall.purge((EVERYTHING,))
    assert recall.entry("b") is None
    assert recall.body("digest") == b"bytes"


def test_no_memory_remembers_nothing() -> None:
    recall = Recall(0)
    recall.keep_entry(entry("a"))
    recall.keep_body("digest", b"")
    assert recall.entry("a") is None
    assert recall.body("digest") is None


def test_a_lease_outlives_the_memory_of_its_entry_and_ends_with_its_place() -> None:
    recall = Recall(4000)
    recall.keep_entry(entry("a"))
    lease = recall.lease(entry("a"))
    recall.keep_entry(entry("b"))
    assert recall.entry("a") is None
    assert lease.current
    recall.keep_entry(entry("a", Held(b"new", "new")))
    assert not lease.current


def test_a_lease_ends_when_its_entry_is_forgotten_or_purged() -> None:
    recall = Recall(1 << 20)
    forgotten, purged = recall.lease(entry("a")), recall.lease(entry("b"))
    recall.forget("a")
    recall.purge((Selector(Scope.SOURCE, entry("b").source),))
    assert not forgotten.current
    assert not purged.current
