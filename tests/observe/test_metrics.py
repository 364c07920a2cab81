"""The names a dashboard reads, and sums over processes that come and go."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from proxy.model.trace import Trace
from proxy.observe import metrics
from proxy.observe.tally import labels_of

ROOT = Path(__file__).parents[2]
TRACE = Trace(
    request_id="0",
    method="GET",
    target="/?http://image.woshipm.com/a.jpg",
    started=0.0,
    route="original",
    status=200,
    cache="hit",
    host="image.woshipm.com",
    client="203.0.113.9",
)
# contracts/service.md, "Names for dashboards", and the labels it gives them.
CONTRACT: dict[str, set[str]] = {
    "image_proxy_requests_total": {"route", "status", "cache"},
    "image_proxy_request_seconds_bucket": {"le"},
    "image_proxy_request_seconds_count": set(),
    "image_proxy_request_seconds_sum": set(),
    "image_proxy_origin_requests_total": {"outcome"},
    "image_proxy_origin_seconds_bucket": {"le"},
    "image_proxy_made_total": {"format", "outcome"},
    "image_proxy_made_seconds_bucket": {"le"},
    "image_proxy_store_bytes": {"tier"},
    "image_proxy_store_objects": {"kind"},
    "image_proxy_queue": set(),
    "image_proxy_workers_lost_total": set(),
}
EVERYTHING = """
m = Metrics()
m.tally.add(labels_of(TRACE), 0.01)
m.flush()
m.fetched("ok", 0.1)
m.made("webp", "ok", 0.1)
m.workers(queued=2, newly_lost=1)
m.memory(1000)
if FIRST:
    m.disk(5000, {"original": 3, "picture": 4})
"""


def samples(page: bytes) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return the page's values by name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
    }


def test_every_name_of_the_contract_is_there_with_its_labels() -> None:
    meter = metrics.Metrics()
    meter.tally.add(labels_of(TRACE), 0.01)
    meter.flush()
    meter.fetched("ok", 0.1)
    meter.made("webp", "ok", 0.1)
    meter.workers(queued=2, newly_lost=1)
    meter.memory(1000)
    meter.disk(5000, {"original": 3, "picture": 4})
    found: dict[str, set[str]] = {}
    for name, labels in samples(metrics.page()):
        found.setdefault(name, set()).update(key for key, _ in labels)
    assert {name: found.get(name) for name in CONTRACT} == CONTRACT
    ours = {name for name in found if name.startswith("image_proxy_")}
    assert {name for name in ours if not name.endswith("_created")} - set(CONTRACT) == {
        *("image_proxy_origin_seconds_count", "image_proxy_origin_seconds_sum"),
        *("image_proxy_made_seconds_count", "image_proxy_made_seconds_sum"),
    }


def test_neither_host_nor_address_is_a_label() -> None:
    meter = metrics.Metrics()
    meter.tally.add(labels_of(replace(TRACE, error="timeout: image.woshipm.com")), 0.01)
    meter.flush()
    page = metrics.page()
    assert b"woshipm" not in page
    assert b"203.0.113.9" not in page


def test_a_hit_falls_in_a_bucket_that_tells_it_from_a_miss() -> None:
    before = samples(metrics.page())
    meter = metrics.Metrics()
    meter.tally.add(labels_of(TRACE), 0.0004)
    meter.tally.add(labels_of(TRACE), 0.4)
    meter.flush()
    after = samples(metrics.page())
    name = "image_proxy_request_seconds_bucket"
    grown = {
        dict(labels)["le"]: after[name, labels] - before[name, labels]
        for found, labels in after
        if found == name
    }
    assert (grown["0.001"], grown["0.25"], grown["0.5"], grown["+Inf"]) == (1, 1, 2, 2)
    total = ("image_proxy_request_seconds_sum", ())
    assert after[total] - before[total] == pytest.approx(0.4004)


def process(directory: Path, code: str) -> bytes:
    """Run code in a process of its own that shares the directory; return what it writes."""
    lines = [
        "import os, sys",
        "from proxy.model.trace import Trace",
        "from proxy.observe.metrics import Metrics, page, process_ended",
        "from proxy.observe.tally import labels_of",
        f"TRACE = {TRACE!r}",
        code,
    ]
    done = subprocess.run(  # noqa: S603  # our own interpreter and text
        [sys.executable, "-c", "\n".join(lines)],
        cwd=ROOT,
        env={**os.environ, metrics.DIRECTORY: str(directory)},
        capture_output=True,
        check=True,
        timeout=30,
    )
    return done.stdout


@pytest.mark.slow
def test_processes_are_summed_and_the_gauges_of_the_dead_leave(tmp_path: Path) -> None:
    pids = [
        int(process(tmp_path, f"FIRST = {first}\n{EVERYTHING}\nprint(os.getpid())"))
        for first in (True, False)
    ]
    write = "sys.stdout.buffer.write(page())"
    both = samples(process(tmp_path, write))
    hits = (
        "image_proxy_requests_total",
        (("cache", "hit"), ("route", "original"), ("status", "200")),
    )
    memory = ("image_proxy_store_bytes", (("tier", "memory"),))
    disk = ("image_proxy_store_bytes", (("tier", "disk"),))
    objects = ("image_proxy_store_objects", (("kind", "picture"),))
    queue, lost = ("image_proxy_queue", ()), ("image_proxy_workers_lost_total", ())
    assert [both[key] for key in (hits, memory, disk, objects, queue, lost)] == [
        *(2, 2000, 5000, 4, 4, 2)
    ]
    one = samples(process(tmp_path, f"process_ended({pids[1]})\n{write}"))
    assert [one[key] for key in (hits, memory, disk, objects, queue, lost)] == [
        *(2, 1000, 5000, 4, 2, 2)
    ]
    none = samples(process(tmp_path, f"process_ended({pids[0]})\n{write}"))
    assert none[hits] == 2, "what was counted stays counted"
    assert none.get(memory, 0) == none.get(disk, 0) == none.get(queue, 0) == 0


def test_without_a_directory_a_dead_process_is_nobodys_matter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(metrics.DIRECTORY, raising=False)
    metrics.process_ended(1)
