"""What a backend offers; the twin of the Protocols, which do nothing themselves."""

from proxy.stores import BACKENDS
from proxy.stores.protocols import StoreState
from tests.stores.suite import BackendSuite
from tests.stores.test_disk import TestDisk
from tests.stores.test_memory import TestMemory


def test_every_backend_passes_the_suite() -> None:
    suites: tuple[type[BackendSuite], ...] = (TestDisk, TestMemory)
    assert [suite.backend for suite in suites] == [name for name, _ in BACKENDS]


def test_a_store_is_well_until_something_is_known() -> None:
    assert not StoreState().degraded
