"""Mistakes of the settings are kept apart."""

from proxy.errors import SettingsError


def test_problems_are_kept_apart() -> None:
    failure = SettingsError(("server.port (a): 0", "log.level (b): loud"))
    assert failure.problems == ("server.port (a): 0", "log.level (b): loud")
    assert str(failure) == "server.port (a): 0; log.level (b): loud"
