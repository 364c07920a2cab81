"""The disk backend."""

from tests.stores.suite import BackendSuite


class TestDisk(BackendSuite):
    """Passes the suite of every backend."""

    backend = "disk"
