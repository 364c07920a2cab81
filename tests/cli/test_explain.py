"""``explain``: what a person reads, what a machine reads, and when it is not answered."""

import json
from pathlib import Path

import pytest

from proxy.cli.explain import explain
from tests.stores.makers import body, entry, opened, put

A = entry("o-a").source


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(f'[cache]\ndir = "{tmp_path / "cache"}"\n[access]\noptions = true\n')
    return file


def test_an_address_is_told_in_lines(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain("/thumbnail/?http://image.woshipm.com/a.jpg", config=config) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:4] == [
        "source        http://image.woshipm.com/a.jpg",
        "asks for      thumbnail (wrapped)",
        "origin        asked with Referer https://www.woshipm.com/ ([origins] image.woshipm.com)",
        "kept          none",
    ]
    assert "wrapped       /thumbnail/?http://image.woshipm.com/a.jpg" in said
    assert not (config.parent / "cache").exists()  # looking at it is not to make it


def test_a_machine_reads_json(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    address = "https://cors.zfour.workers.dev/?http://image.woshipm.com/a.jpg"
    assert explain(address, as_json=True, config=config) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["source"], said["allowed"]) == ("http://image.woshipm.com/a.jpg", True)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        pytest.param("http://evil.example/a.jpg", "403 host-not-allowed", id="a forbidden host"),
        pytest.param("/w=0/?http://image.woshipm.com/a.jpg", "character 3", id="a wrong option"),
        pytest.param("ftp://x", "cannot be read", id="no address"),
    ],
)
def test_what_is_not_answered_ends_in_1(
    config: Path, capsys: pytest.CaptureFixture[str], address: str, told: str
) -> None:
    assert explain(address, config=config) == 1
    said = capsys.readouterr()
    assert told in said.out + said.err


async def test_what_is_kept_is_found(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import asyncio  # noqa: PLC0415

    async with opened(config.parent / "cache") as store:
        await put(store, "o-a", body(1))
    await asyncio.to_thread(explain, A, config=config)
    assert "kept" in capsys.readouterr().out
