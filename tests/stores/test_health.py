"""A failing disk is said once, and so is its recovery."""

import pytest

from proxy.stores.health import Health, sentence


def test_a_failure_is_logged_once_and_remembered(caplog: pytest.LogCaptureFixture) -> None:
    health = Health()
    health.failed(OSError("disk full"))
    health.failed(OSError("disk gone"))
    assert health.degraded
    assert health.reason == "disk gone"
    health.recovered()
    health.recovered()
    assert health.reason == ""
    assert len(caplog.records) == 2


def test_a_failure_without_words_has_a_reason() -> None:
    health = Health()
    health.failed(OSError())
    assert health.reason == "OSError"


def test_what_the_system_refuses_is_said_in_its_words() -> None:
    assert sentence(OSError(28, "", "/cache")) == "No space left on device: /cache"
