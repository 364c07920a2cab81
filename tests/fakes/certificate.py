"""Self-signed certificates, made on the spot; without openssl there are none."""

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="openssl is not here")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate and its key."""

    path: Path
    key: Path

    def server(self) -> ssl.SSLContext:
        """Return the context of a server that shows it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path, self.key)
        return context

    def trusting(self) -> ssl.SSLContext:
        """Return the context of a client that believes it."""
        return ssl.create_default_context(cafile=str(self.path))


def self_signed(place: Path, *names: str) -> Certificate:
    """Return a certificate for the names, its files in ``place``."""
    made = Certificate(place / "cert.pem", place / "key.pem")
    assert OPENSSL is not None
    alternatives = "subjectAltName=" + ",".join(f"DNS:{name}" for name in names)
    arguments = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=x"
    files = ("-addext", alternatives, "-keyout", str(made.key), "-out", str(made.path))
    command = (OPENSSL, *arguments.split(), *files)
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # fixed arguments
    return made
