"""The memory backend."""

from tests.stores.suite import BackendSuite


class TestMemory(BackendSuite):
    """Passes the suite of every backend."""

    backend = "memory"
