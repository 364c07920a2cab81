"""``image-proxy health``: for containers and people."""

import asyncio
import sys
from http import HTTPStatus
from typing import Annotated

from cyclopts import Parameter

from proxy.cli.options import ConfigFile, settings
from proxy.settings import Server

_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}  # noqa: S104  # read, not bound


def health(
    url: Annotated[
        str | None, Parameter(help="Where to ask [default: the service of these settings].")
    ] = None,
    *,
    config: ConfigFile = None,
) -> int:
    """Ask a running service whether it is well. 0: it is; 1: it is not, or does not answer."""
    from proxy.cli import remote  # noqa: PLC0415  # heavy; not for --help

    asked = url or _own(settings(config).server)
    try:
        status, body = asyncio.run(remote.get(asked))
    except (OSError, TimeoutError, ValueError) as failure:
        print(f"{asked}: {str(failure) or 'no answer in time'}", file=sys.stderr)  # noqa: T201
        return 1
    print(body.decode(errors="replace").strip())  # noqa: T201  # the command's answer
    return 0 if status == HTTPStatus.OK else 1


def _own(server: Server) -> str:
    host = _ANYWHERE.get(server.host, server.host)
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    return f"http://{host}:{server.port}/-/health"
