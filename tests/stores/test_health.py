"""A failing disk is said once, and so is its recovery."""

import pytest

from proxy.stores.health import Health


def test_a_failure_is_logged_once_and_remembered(caplog: pytest.LogCaptureFixture) -> None:
    health = Health()
    assert not health.degraded
    health.failed(OSError("disk full"))
    health.failed(OSError("disk gone"))
    assert health.degraded
    assert health.reason == "disk gone"
    health.recovered()
    health.recovered()
    assert not health.degraded
    assert len(caplog.records) == 2


def test_a_failure_without_words_has_a_reason() -> None:
    health = Health()
    health.failed(OSError())
    assert health.reason == "OSError"
