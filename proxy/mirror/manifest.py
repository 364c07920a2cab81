"""The manifest under its first name; it is ``proxy.model.manifest``, which wiring reads, too."""

from proxy.model.manifest import VERSION, Manifest, read, write

__all__ = ["VERSION", "Manifest", "read", "write"]
