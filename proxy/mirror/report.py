"""What a mirror holds of some posts and what it lacks: by reference, post, host and cause. Pure.

Put together from what was scanned and how each source stands; who shows it is elsewhere.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from proxy.mirror import causes
from proxy.mirror.causes import NOTICES, Cause
from proxy.mirror.reference import Reference
from proxy.mirror.scan import Scanned
from proxy.mirror.standing import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One reference, and how its picture stands; ``cause`` None: all is well."""

    reference: Reference
    standing: Standing | None  # None: it has no source
    cause: Cause | None
    because: str
    missing: bool  # a reader of the mirror does not get it


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One document."""

    name: str
    findings: tuple[Finding, ...]
    complaints: tuple[str, ...]  # what of it could not be read

    @property
    def missing(self) -> int:
        """Return how many of its references lead to nothing."""
        return sum(one.missing for one in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One publisher's host, its sources each counted once."""

    name: str
    sources: int
    kept: int
    pinned: int
    missing: int
    length: int  # bytes of the originals kept
    causes: Mapping[Cause, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All of it. ``causes`` counts references, the most frequent first."""

    made_at: float  # Unix seconds
    posts: tuple[Post, ...]
    hosts: tuple[Host, ...]  # those that lack most first
    whole: Host  # all hosts in one
    causes: Mapping[Cause, int]

    @property
    def references(self) -> int:
        """Return how many references there are."""
        return sum(len(post.findings) for post in self.posts)

    @property
    def missing(self) -> int:
        """Return how many references lead to nothing."""
        return sum(post.missing for post in self.posts)

    @property
    def good(self) -> bool:
        """Tell whether nothing is missing and every post could be read."""
        return not self.missing and not any(post.complaints for post in self.posts)


def report(
    scanned: Iterable[tuple[str, Scanned]], standings: Mapping[str, Standing], *, made_at: float
) -> Report:
    """Return the report on documents by name; ``standings`` has every source they refer to."""
    posts = tuple(
        Post(
            name=name,
            findings=tuple(_finding(one, standings) for one in document.references),
            complaints=document.complaints,
        )
        for name, document in scanned
    )
    counted = Counter(one.cause for post in posts for one in post.findings if one.cause)
    return Report(
        made_at=made_at,
        posts=posts,
        hosts=_hosts(standings.values()),
        whole=_host("", standings.values()),
        causes=dict(counted.most_common()),
    )


def facts(made: Report) -> dict[str, object]:
    """Return a report as JSON can say it."""
    return {
        "made_at": int(made.made_at),
        "posts": len(made.posts),
        "references": made.references,
        "missing": made.missing,
        "causes": made.causes,
        "sources": _numbers(made.whole),
        "by_host": [{"host": host.name, **_numbers(host)} for host in made.hosts],
        "by_post": [
            {
                "post": post.name,
                "references": len(post.findings),
                "missing": post.missing,
                "complaints": post.complaints,
                "findings": [_facts(one) for one in post.findings if one.cause],
            }
            for post in made.posts
        ],
    }


def _finding(reference: Reference, standings: Mapping[str, Standing]) -> Finding:
    if reference.source is None:
        cause = causes.of_reference(reference)
        missing = cause not in NOTICES
        return Finding(
            reference=reference,
            standing=None,
            cause=cause,
            because=reference.problem,
            missing=missing,
        )
    standing = standings[reference.source]
    return Finding(
        reference=reference,
        standing=standing,
        cause=standing.cause,
        because=standing.because,
        missing=standing.missing,
    )


def _hosts(standings: Iterable[Standing]) -> tuple[Host, ...]:
    by_host: dict[str, list[Standing]] = {}
    for standing in standings:
        by_host.setdefault(standing.host, []).append(standing)
    hosts = [_host(name, ones) for name, ones in by_host.items()]
    return tuple(sorted(hosts, key=lambda host: (-host.missing, -host.sources, host.name)))


def _host(name: str, ones: Collection[Standing]) -> Host:
    return Host(
        name=name,
        sources=len(ones),
        kept=sum(one.kept for one in ones),
        pinned=sum(one.pinned for one in ones),
        missing=sum(one.missing for one in ones),
        length=sum(one.length for one in ones),
        causes=dict(Counter(one.cause for one in ones if one.cause).most_common()),
    )


def _numbers(host: Host) -> dict[str, object]:
    return {
        "all": host.sources,
        "kept": host.kept,
        "pinned": host.pinned,
        "missing": host.missing,
        "bytes": host.length,
        "causes": host.causes,
    }


def _facts(one: Finding) -> dict[str, object]:
    reference = one.reference
    return {
        "line": reference.line,
        "column": reference.column,
        "role": reference.role,
        "where": reference.where,
        "source": reference.source,
        "written": reference.written,
        "cause": one.cause,
        "because": one.because,
        "missing": one.missing,
    }
