"""Every failure says what the client may know, and docs/errors.md lists them all."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from proxy import errors
from proxy.errors import AskError, Busy, OriginError, OriginStatus, ProxyError

DOCUMENT = Path(__file__).parents[2] / "docs" / "errors.md"
URN = "urn:image-proxy:"


def all_failures(above: type[ProxyError] = ProxyError) -> Iterator[type[ProxyError]]:
    """Go through the tree as it is written."""
    for failure in above.__subclasses__():
        yield failure
        yield from all_failures(failure)


FAILURES = [f for f in all_failures() if f.__module__.startswith(errors.__name__)]
LEAVES = [f for f in FAILURES if not f.__subclasses__()]
# A 500 is a bug: a class that has no other status never reaches a client.
SERVED = [f for f in LEAVES if f.status != HTTPStatus.INTERNAL_SERVER_ERROR]


def test_the_document_lists_every_failure_a_client_can_meet() -> None:
    rows = [line.strip("| ").split(" | ") for line in DOCUMENT.read_text().splitlines()]
    served: list[type[ProxyError]] = [*SERVED, ProxyError]
    listed = [row[:3] for row in rows if row[0].startswith(f"`{URN}")]
    assert listed == [
        [
            f"`{URN}{failure.slug()}`",
            "the source's" if failure is OriginStatus else str(int(failure.status)),
            failure.public,
        ]
        for failure in served
    ]


def test_the_document_says_what_to_do() -> None:
    lines = [line for line in DOCUMENT.read_text().splitlines() if line.startswith(f"| `{URN}")]
    assert all(len(line.split("|")) == 6 and line.split("|")[4].strip() for line in lines)


def test_the_tree_at_the_top_names_every_class() -> None:
    drawn = set(re.findall(r"\b[A-Z][A-Za-z]+\b", errors.__doc__ or ""))
    assert {failure.__name__ for failure in FAILURES} <= drawn


@pytest.mark.parametrize("failure", LEAVES, ids=lambda f: f.slug())
def test_failure(failure: type[ProxyError]) -> None:
    assert failure.__doc__
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", failure.slug())
    assert re.fullmatch(r"[A-Z][^{}%]*[a-z0-9]", failure.public), "a sentence, no full stop"
    assert 0 <= failure.remembered_s <= 3600, "longer is the failure memory's business"
    assert (failure.retry_after_s is not None) == (failure.status == 503)


@pytest.mark.parametrize("failure", SERVED, ids=lambda f: f.slug())
def test_whose_fault_it_is_shows_in_the_status(failure: type[ProxyError]) -> None:
    """Guide 20: a client's doing is a 4xx, an origin's a 502 or 504, our fullness a 503."""
    if issubclass(failure, AskError):  # 504 is RFC 9111 §5.2.1.7's answer to only-if-cached
        assert 400 <= failure.status < 500 or failure.status in {504, 508}
    elif issubclass(failure, OriginError):
        assert failure.status in {502, 504}
    else:
        assert issubclass(failure, Busy)
        assert failure.status == 503


def test_slugs_are_unique() -> None:
    assert len({failure.slug() for failure in FAILURES}) == len(FAILURES)


def test_the_front_door_offers_every_class() -> None:
    names = {ProxyError.__name__, *(failure.__name__ for failure in FAILURES)}
    assert names == set(errors.__all__)
