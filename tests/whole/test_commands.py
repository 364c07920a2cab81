"""The command line as it is typed: help worth reading, exit codes, no traceback for a mistake."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from proxy import cli
from proxy.server.supervisor import bind

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # put back at the end


def typed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Return the exit code, what was said, and what was complained of."""
    with pytest.raises(SystemExit) as ended:
        cli.run(list(words))
    said = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, said.out, said.err


def test_help_lists_every_command_with_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ((), ("--help",), ("-h",)):
        code, said, _ = typed(capsys, *words)
        assert code == 0
        for name, _where, sentence in cli.COMMANDS:
            assert re.search(rf"{name}\s+{re.escape(sentence)}", said), name


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("serve",), ["--config", "--host", "--port", "--workers", "IMAGE_PROXY_", "130"]),
        (("config",), ["check"]),
        (("config", "check"), ["--config", "Exit code 0"]),
        (("cache",), ["stats", "list", "verify", "purge", "server running or not"]),
        (("cache", "stats"), ["--json", "--config", "Exit code 0"]),
        (("cache", "list"), ["--host", "--prefix", "--limit", "--json", "--config"]),
        (("cache", "verify"), ["--json", "--config", "Exit code 0"]),
        (("cache", "purge"), ["URL", "--host", "--prefix", "--all", "exactly one", "Exit code 0"]),
        (("sign",), ["ADDRESS", "--expires", "7d", "--config", "imgproxy", "Exit code 0"]),
        (("scan",), ["PATH", "--manifest", "--json", "[access] posts", "Exit code 0"]),
        (("warm",), ["PATH", "--server", "--presets", "--dry-run", "--retry", "Exit code 0"]),
        (("mirror",), ["PATH", "--server", "--presets", "--dry-run", "--retry", "Exit code 0"]),
        (("report",), ["PATH", "--html", "--manifest", "--json", "Exit code 0"]),
        (("health",), ["URL", "/-/health", "/-/ready", "Exit code 0"]),
        (("demo",), ["--port", "8090", "127.0.0.1", "cache is not touched"]),
    ],
    ids=" ".join,
)
def test_each_command_says_more_of_itself(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: list[str]
) -> None:
    code, said, _ = typed(capsys, *words, "--help")
    assert code == 0
    assert f"Usage: image-proxy {' '.join(words)}" in said
    for word in told:
        assert word in said


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("serv",), 'Did you mean "serve"'),
        (("nonsense",), "Available commands: serve, config, cache"),
        (("config", "chek"), 'Did you mean "check"'),
        (("serve", "--prot", "1"), "Did you mean --port"),
        (("serve", "--port", "abc"), '"abc"'),
        (("serve", "--port"), "--port"),
        (("serve", "extra"), "extra"),
        (("demo", "--port", "99999"), "65535"),
        (("serve", "--port", "99999"), "server.port (the command line): 99999"),
        (("serve", "--config", "none.toml"), "none.toml: the file cannot be read"),
        (("config", "check", "--config", "none.toml"), "none.toml: the file cannot be read"),
        (("cache", "perge"), 'Did you mean "purge"'),
        (("cache", "list", "--limit", "0"), "Must be >= 1"),
        (("cache", "purge"), "give exactly one"),
        (("cache", "purge", "http://h/", "--all"), "2 of URL, --host, --prefix and --all"),
        (("cache", "purge", "h/a.jpg"), "write it like 'http://image.woshipm.com/a.jpg'"),
        (("cache", "purge", "--host", "h:81"), "'h:81' is no host without scheme, port and path"),
        (("cache", "purge", "--prefix", "h"), "--prefix: 'h' is no http or https address"),
        (("scan",), "PATH: name at least one post"),
        (("mirror", "a.md", "--presets", "huge"), "'huge' is no preset; there are: thumbnail"),
        (("warm", "a.md", "--server", "h:80"), "--server: 'h:80' is no address such as"),
        (("report", "a.md", "--manifest", "none.json"), "none.json: No such file"),
        (("health", "nowhere"), "'nowhere' is no address such as 'http://127.0.0.1:8080'"),
    ],
    ids=" ".join,
)
def test_a_wrong_use_is_exit_code_2_and_says_what_would_be_right(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], hint: str
) -> None:
    code, said, complained = typed(capsys, *words)
    assert (code, said) == (2, "")
    assert hint in complained
    assert "Traceback" not in complained


def test_a_taken_port_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with bind("127.0.0.1", 0) as listening:
        code, _, complained = typed(capsys, "serve", "--port", str(listening.getsockname()[1]))
    assert code == 2
    assert re.fullmatch(
        r"server\.port: cannot listen on 127\.0\.0\.1 port \d+: Address already in use\n",
        complained,
    )


def test_ran_and_found_something_wrong_is_1(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, complained = typed(capsys, "health", "http://127.0.0.1:1")
    assert code == 1
    assert "Traceback" not in complained


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    code, said, _ = typed(capsys, "--version")
    assert code == 0
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*\n", said)


def test_an_interrupt_is_130(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("proxy.cli.config.settings", interrupted)
    assert typed(capsys, "config", "check")[0] == 130


@pytest.mark.slow
def test_help_loads_nothing_heavy() -> None:
    heavy = ("aiohttp", "asyncio", "PIL", "pydantic", "uvloop", "importlib.metadata", "email")
    code = (
        "import sys\nfrom proxy.cli import run\n"
        "try: run(['--help'])\nexcept SystemExit: pass\n"
        f"print([name for name in {heavy} if name in sys.modules], file=sys.stderr)\n"
        "ours = {name.split('.')[1] for name in sys.modules if name.startswith('proxy.')}\n"
        "print(*sorted(ours), file=sys.stderr)"
    )
    done = subprocess.run(  # noqa: S603  # our own interpreter and text
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr == "[]\ncli errors\n"
