"""A run of ``warm`` or ``mirror``: what is wanted, what is said, which code it ends with."""

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from proxy import config
from proxy.cli.fetching import Run, go
from proxy.demo.publisher import COUNTS, Counts, publisher, serve
from proxy.errors import SettingsError
from proxy.mirror import ledger
from tests.fakes.house import HOST, settings_for
from tests.fakes.pictures import quadrants, saved

PICTURE = saved(quadrants(600, 450), "JPEG")
RUN = Run(paths=(), pin=True, server="", presets="", dry_run=False, retry=False, as_json=False)
POST = f"""---
thumbnail: http://{HOST}/a.jpg
---
![](http://{HOST}/a.jpg) ![](http://{HOST}/gone.jpg) <img src="C:/3.png">
![](http://evil.example/a.jpg)
"""


@pytest.fixture(scope="module")
def published() -> Iterator[tuple[int, Counts]]:
    """Serve a picture from a thread: the commands have a loop of their own."""
    app = publisher({"/a.jpg": PICTURE}, referer_hosts=())
    ports: list[int] = []
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def run() -> None:
        async with serve(app) as port:
            ports.append(port)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    assert ready.wait(10)
    yield ports[0], app[COUNTS]
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


@pytest.mark.slow
def test_a_run_names_what_is_missing_and_counts_the_rest(
    published: tuple[int, Counts], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port, counts = published
    chosen = settings_for(tmp_path / "cache", port, {"mirror": {"delay": "0s"}})
    post = tmp_path / "post.md"
    post.write_text(POST)
    run = replace(RUN, paths=(str(post),))

    assert go(replace(run, dry_run=True), chosen) == 1
    assert "2 would be asked or left alone" in capsys.readouterr().out
    assert counts.total == 0

    assert go(run, chosen) == 1
    *missing, summary = capsys.readouterr().out.splitlines()
    assert [(line.split("  ")[0], f"{post}:" in line) for line in missing] == [
        ("✗ gone", True),
        ("✗ not allowed", True),
        ("✗ local path", True),
    ]
    assert summary == ("3 sources in 1 document: 1 pinned, 1 failed, 1 refused; 3 pictures made")

    n_asked = counts.total
    assert go(replace(run, as_json=True), chosen) == 1
    said = json.loads(capsys.readouterr().out)
    states = [(one["state"], one["cause"], one["status"]) for one in said["outcomes"]]
    assert states == [
        ("already", None, None),
        ("skipped", "gone", 404),
        ("refused", "not-allowed", 403),
    ]
    assert said["without_source"][0]["written"] == "C:/3.png"
    assert counts.total == n_asked
    assert go(replace(run, retry=True), chosen) == 1
    assert counts.total == n_asked + 1

    post.write_text(f"![](http://{HOST}/a.jpg)")
    assert go(replace(run, presets="thumbnail, headimg"), chosen) == 0
    assert "1 pinned; 3 pictures made" in capsys.readouterr().out  # the thumbnails are there
    assert go(run, chosen) == 0
    assert "1 there already" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"presets": "thumbnail,huge"}, "--presets: 'huge' is no preset; there are: thumbnail"),
        ({"server": "h:80"}, "--server: 'h:80' is no address such as"),
        ({}, "PATH: name at least one post"),
    ],
    ids=("an unknown preset", "no address", "no posts"),
)
def test_a_wrong_use_is_said_before_anything_is_done(
    tmp_path: Path, words: dict[str, str], told: str
) -> None:
    with pytest.raises(SettingsError, match=told):
        go(replace(RUN, **words), settings_for(tmp_path / "cache", 1))  # type: ignore[arg-type]  # texts alone
    assert not (tmp_path / "cache").exists()


def test_settings_that_want_what_is_no_preset_are_a_mistake() -> None:
    chosen = config.load(None, environ={}, overrides={"mirror": {"presets": {"body": ["huge"]}}})
    with pytest.raises(SettingsError, match=r"mirror\.presets\.body: 'huge' is no preset"):
        go(RUN, chosen)


def test_a_second_run_beside_the_first_and_a_server_that_is_none_end_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = settings_for(tmp_path / "cache", 1)
    post = tmp_path / "post.md"
    post.write_text("nothing")
    run = replace(RUN, paths=(str(post),))
    with ledger.writing(ledger.path_of(chosen.cache)):
        assert go(run, chosen) == 1
    assert "another run is writing it" in capsys.readouterr().err
    assert go(replace(run, server="http://127.0.0.1:1"), chosen) == 1
    assert "127.0.0.1:1" in capsys.readouterr().err
