"""What a backend offers; the twin of the Protocols, which do nothing themselves."""

from pathlib import Path

from proxy.stores import BACKENDS
from proxy.stores.protocols import StoreState


def test_every_backend_has_its_twin_that_names_it_to_the_suite() -> None:
    for name, _ in BACKENDS:
        twin = Path(__file__).with_name(f"test_{name}.py").read_text()
        assert "(BackendSuite):\n" in twin
        assert f'\n    backend = "{name}"\n' in twin


def test_a_store_is_well_until_something_is_known() -> None:
    assert not StoreState().degraded
