"""``serve``: what the command line says is over all else, and wrong settings start nothing."""

from pathlib import Path

import pytest

from proxy.cli.serve import serve
from proxy.errors import SettingsError
from proxy.server.supervisor import bind


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # put back at the end


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"port": 99_999}, "server.port (the command line): 99999 "),
        ({"port": -1}, "server.port (the command line): -1 "),
        ({"workers": -1}, "server.workers (the command line): -1 "),
        ({"host": ""}, "server.host (the command line): '' "),
        ({"host": "a..b"}, "server.host: 'a..b' leads to no address"),
        ({"config": Path("none.toml")}, "none.toml: the file cannot be read"),
        ({"config": Path("posts.toml")}, "access.posts: none.json: the file cannot be read"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, object], said: str) -> None:
    Path("posts.toml").write_text('[access]\nposts = ["none.json"]\n')
    with pytest.raises(SettingsError) as raised:
        serve(**options)  # type: ignore[arg-type]  # a table of all their types
    (problem,) = raised.value.problems
    assert problem.startswith(said)


def test_an_option_of_zero_is_an_option(tmp_path: Path) -> None:
    with bind("127.0.0.1", 0) as listening:
        taken = listening.getsockname()[1]
        (tmp_path / "config.toml").write_text(f"[server]\nport = 1\nworkers = {10**6}\n")
        with pytest.raises(SettingsError, match="workers"):
            serve(port=taken)
        with pytest.raises(SettingsError, match=f"cannot listen on 127.0.0.1 port {taken}"):
            serve(port=taken, workers=0)
