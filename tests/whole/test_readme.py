"""What the README and its kin say is so: commands parse, files exist, figures are the settings'."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from proxy import dialects
from proxy.cli import application
from proxy.model import options
from proxy.model.request import Request
from proxy.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
OPTIONS = (ROOT / "docs/options.md").read_text()
MIRROR = (ROOT / "docs/mirror.md").read_text() + (ROOT / "docs/hexo.md").read_text()
TEXTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "THREATS.md")]
SERVE = (
    "python3 -m venv --without-pip .venv && python3 -m pip --python .venv/bin/python install -e . "
    "&& .venv/bin/image-proxy serve"
)
TEST = (
    "python3 -m venv --without-pip .venv && python3 -m pip --python .venv/bin/python install "
    "-e '.[test]' && .venv/bin/python -m pytest"
)


def commands() -> list[str]:
    """Return every line of the docs that runs our command, as a shell would see it."""
    lines = re.findall(r"^    (.*image-proxy .*)$", README + OPTIONS + MIRROR, re.MULTILINE)
    table = re.findall(r"^\| `(image-proxy [^`]*)`", README, re.MULTILINE)
    return [line.rpartition("&& ")[2] for line in lines] + [
        re.sub(r" ?\[[A-Z]+\]", "", line) for line in table
    ]


def test_the_two_commands_stand_as_they_were_tried() -> None:
    """``.ci/run`` takes both from the README and runs them in a clean clone."""
    assert f"\n    {SERVE}\n" in README
    assert f"\n    {TEST}\n" in README


@pytest.mark.parametrize("command", commands())
def test_each_command_is_one_that_exists(command: str) -> None:
    _, *words = shlex.split(command)
    function, bound, *_ = application(words[0]).parse_args(
        words, exit_on_error=False, print_error=False
    )
    assert callable(function)
    assert bound is not None


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.name)
def test_each_link_leads_somewhere(text: Path) -> None:
    for link in re.findall(r"\]\(([^)]+)\)", text.read_text()):
        assert link.startswith("https://") or (ROOT / link).exists(), link


def test_the_sizes_it_names_are_the_shipped_presets() -> None:
    for name, preset in Settings().presets.items():
        row = re.search(rf"^\| `/{name}/.*\| at most (\d+)×(\d+)", README, re.MULTILINE)
        assert row is not None
        assert (int(row[1]), int(row[2])) == (preset.width, preset.height)


def test_its_settings_example_is_good() -> None:
    block = re.search(r"^    \[access\]\n(?:    .*\n|\n)+", README, re.MULTILINE)
    assert block is not None
    Settings.model_validate(tomllib.loads(block[0]))


def test_make_knows_the_targets_the_docs_name() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for text in TEXTS:
        for target in re.findall(r"`make\s+([a-z]+)`", text.read_text()):
            assert f"\n{target}:" in makefile, target


def examples() -> list[str]:
    """Return every option of the table with every value it shows, but those of several words."""
    found = []
    for keys, values in re.findall(r"^\| (`[^|]*`) \| ([^|]*) \|", OPTIONS, re.MULTILINE):
        names, shown = (re.findall(r"`([^`]+)`", cell) for cell in (keys, values))
        found += [f"{name}={value}" for name in names for value in shown]
    return [one for one in found if not one.startswith(("option=", "q=", "fq=", "cut=", "f=json"))]


@pytest.mark.parametrize("example", examples())
def test_each_option_takes_what_the_table_says(example: str) -> None:
    options.read(example)


def test_the_table_names_every_option() -> None:
    table = re.findall(r"^\| (`[^|]*`) \|", OPTIONS, re.MULTILINE)
    named = {name for keys in table for name in re.findall(r"`([^`]+)`", keys)}
    assert named == {*(option.key for option in options.OPTIONS), "dpr", "s", "exp"} | named & {"f"}


def test_the_addresses_of_the_options_page_are_read() -> None:
    on = Settings.model_validate({"access": {"options": True}})
    for target in re.findall(r"^    (/\S+)$", OPTIONS, re.MULTILINE):
        assert dialects.read(Request(method="GET", target=target), on).source.host


def test_the_preset_of_the_options_page_is_one() -> None:
    block = re.search(r"```toml\n(.*?)```", OPTIONS, re.DOTALL)
    assert block is not None
    card = Settings.model_validate(tomllib.loads(block[1])).presets["card"]
    assert card.transform.width == 480
