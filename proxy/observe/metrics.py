"""Counters for dashboards (names: contracts/service.md), summed over the server processes.

prometheus-client keeps them in files that all processes map where ``PROMETHEUS_MULTIPROC_DIR`` is
set before this module is imported. No host or URL is ever a label.
"""

import os
from math import inf

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from proxy.observe.tally import Tally

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

_requests = Counter("image_proxy_requests", "Requests answered", ["route", "status", "cache"])
_request_seconds = Histogram(
    "image_proxy_request_seconds", "Seconds from a request's head to its answer", buckets=_SECONDS
)
_origin_requests = Counter("image_proxy_origin_requests", "Asks of origins", ["outcome"])
_origin_seconds = Histogram(
    "image_proxy_origin_seconds", "Seconds of one ask of an origin", buckets=_SECONDS
)
_made = Counter("image_proxy_made", "Pictures made", ["format", "outcome"])
_made_seconds = Histogram(
    "image_proxy_made_seconds", "Seconds to make one picture, queueing included", buckets=_SECONDS
)
# Each process adds its own share; what all share (the disk) only the first process reports.
_store_bytes = Gauge("image_proxy_store_bytes", "Bytes kept", ["tier"], multiprocess_mode="livesum")
_store_objects = Gauge(
    "image_proxy_store_objects", "Entries kept", ["kind"], multiprocess_mode="livesum"
)
_queue = Gauge("image_proxy_queue", "Pictures waiting to be made", multiprocess_mode="livesum")
_workers_lost = Counter("image_proxy_workers_lost", "Picture workers that died")


class Metrics:
    """The meter flow is given, and what server reports. ``tally`` is of answered requests."""

    def __init__(self) -> None:
        self.tally = Tally((*_SECONDS, inf))

    def flush(self) -> None:
        """Show the requests in the tally."""
        counted = self.tally.take()
        for labels, number in counted.requests.items():
            _requests.labels(*labels).inc(number)
        # The library has no way to observe many at once.
        for bucket, number in zip(_request_seconds._buckets, counted.buckets, strict=True):  # noqa: SLF001
            if number:
                bucket.inc(number)
        _request_seconds._sum.inc(counted.seconds)  # noqa: SLF001  # as above

    def fetched(self, outcome: str, seconds: float) -> None:
        """Count one ask of an origin."""
        _origin_requests.labels(outcome).inc()
        _origin_seconds.observe(seconds)

    def made(self, form: str, outcome: str, seconds: float) -> None:
        """Count one picture made."""
        _made.labels(form, outcome).inc()
        _made_seconds.observe(seconds)

    def workers(self, *, queued: int, newly_lost: int) -> None:
        """Set the length of the queue of pictures; count workers lost since the last call."""
        _queue.set(queued)
        _workers_lost.inc(newly_lost)

    def memory(self, size_bytes: int) -> None:
        """Set how much this process's memory tier holds."""
        _store_bytes.labels("memory").set(size_bytes)

    def disk(self, size_bytes: int, objects: dict[str, int]) -> None:
        """Set what the disk holds: bytes, and entries by kind. Called by one process only."""
        _store_bytes.labels("disk").set(size_bytes)
        for kind, count in objects.items():
            _store_objects.labels(kind).set(count)


def page() -> bytes:
    """Return the metrics of all processes in Prometheus' text format."""
    if not os.environ.get(DIRECTORY):
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # untyped in the library
    return generate_latest(registry)


def process_ended(pid: int) -> None:
    """Take a dead process's gauges out of the sums; its counts stay."""
    if os.environ.get(DIRECTORY):
        mark_process_dead(pid)  # type: ignore[no-untyped-call]  # untyped in the library
