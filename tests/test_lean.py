"""What a server's process does without, in a process of its own: imports cannot be taken back."""

import json
import subprocess
import sys

import pytest

_LEAN = """
import gc, json, ssl, sys
from proxy import lean
with lean.without_collecting():
    lean.load()
    import proxy.server.supervisor
from aiohttp import connector
import rich
from proxy.fetch.connector import system_roots
print(json.dumps({
    "modules": [name for name in sys.modules],
    "shared": gc.get_freeze_count(),
    "collects": gc.isenabled(),
    "aiohttp trusts": connector._SSL_CONTEXT_VERIFIED.cert_store_stats()["x509"],
    "fetch trusts": system_roots().cert_store_stats()["x509"],
    "the system trusts": ssl.create_default_context().cert_store_stats()["x509"],
}))
"""
_NEVER_USED = [
    "rich.traceback",  # structlog's
    "pygments",  # rich's
    "proxy.dialects.imgproxy",  # not enabled
    "tinycss2",  # colours, as other dialects write them
    "PIL",  # picture workers load it
    "proxy.cli.warm",
    "proxy.mirror",
    "proxy.demo",
]


@pytest.fixture(scope="module")
def found() -> dict[str, object]:
    ran = subprocess.run(  # noqa: S603  # our own text
        [sys.executable, "-c", _LEAN], check=True, capture_output=True, text=True
    )
    told: dict[str, object] = json.loads(ran.stdout)
    return told


@pytest.mark.slow
@pytest.mark.parametrize("module", _NEVER_USED)
def test_a_server_does_not_load(found: dict[str, list[str]], module: str) -> None:
    assert module not in found["modules"]


@pytest.mark.slow
def test_what_was_left_out_can_still_be_imported(found: dict[str, list[str]]) -> None:
    assert "rich" in found["modules"]


@pytest.mark.slow
def test_roots_are_read_by_fetch_alone_and_are_the_system_s(found: dict[str, object]) -> None:
    assert found["aiohttp trusts"] == 0
    assert found["fetch trusts"] == found["the system trusts"]


@pytest.mark.slow
def test_what_was_loaded_is_shared_and_later_garbage_is_found(found: dict[str, int]) -> None:
    assert found["shared"] > 10_000
    assert found["collects"]
