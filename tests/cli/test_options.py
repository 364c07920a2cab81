"""Settings in force: the command line over the environment over the file over the defaults."""

from pathlib import Path

import pytest

from proxy.cli.options import settings
from proxy.errors import SettingsError


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("IMAGE_PROXY_CONFIG", raising=False)
    monkeypatch.delenv("IMAGE_PROXY_SERVER__PORT", raising=False)


def test_each_layer_is_over_the_next(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert settings(None).server.port == 8080
    (tmp_path / "config.toml").write_text("[server]\nport = 1\n")
    assert settings(None).server.port == 1
    (tmp_path / "other.toml").write_text("[server]\nport = 2\n")
    monkeypatch.setenv("IMAGE_PROXY_CONFIG", "other.toml")
    assert settings(None).server.port == 2
    assert settings(Path("config.toml")).server.port == 1
    monkeypatch.setenv("IMAGE_PROXY_SERVER__PORT", "3")
    assert settings(None).server.port == 3
    assert settings(None, {"server": {"port": 4}}).server.port == 4


def test_a_mistake_on_the_command_line_is_said_to_be_there() -> None:
    with pytest.raises(SettingsError, match=r"server\.port \(the command line\)"):
        settings(None, {"server": {"port": 99_999}})
