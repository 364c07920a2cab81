"""Loads foreign packages without what a server never uses of them, and lets a fork share it all.

Only ``serve`` does so, before anything imports them: nothing depends on it but how soon a server
answers and how large it is.
"""

import gc
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module


@contextmanager
def without_collecting() -> Iterator[None]:
    """Make what the block makes without looking for garbage in it, and never look there again.

    Modules make objects by the hundred thousand and hardly any garbage. Where a process is forked
    off later, they stay shared: no collection writes to them.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def load() -> None:
    """Import structlog and aiohttp; what has been imported already stays as it is."""
    with _absent("rich"):  # a tenth of the start, for tracebacks that show locals: never ours
        import_module("structlog")
    with _without_roots():
        import_module("aiohttp")


@contextmanager
def _absent(package: str) -> Iterator[None]:
    """Have a package that is not imported yet look as if it were not installed."""
    if package in sys.modules:
        yield
        return
    sys.modules[package] = None  # type: ignore[assignment]  # the import system's word for absent
    try:
        yield
    finally:
        del sys.modules[package]


@contextmanager
def _without_roots() -> Iterator[None]:
    """Have contexts for TLS made without certificates: such a context trusts nobody.

    aiohttp reads the system's twice when it is imported, a tenth of the start. Origins are asked
    with a context of ``fetch``'s own, which reads them when there is one to be asked.
    """

    def read_none(self: ssl.SSLContext) -> None:
        pass

    ssl.SSLContext.set_default_verify_paths = read_none  # type: ignore[method-assign]  # inherited
    try:
        yield
    finally:
        del ssl.SSLContext.set_default_verify_paths
