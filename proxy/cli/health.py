"""``image-proxy health``: for containers and people."""

import asyncio
import sys
from contextlib import suppress
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlsplit

from cyclopts import Parameter

from proxy.cli.options import ConfigFile, settings
from proxy.errors import SettingsError

_PATH = "/-/health"


def health(
    url: Annotated[
        str | None,
        Parameter(
            help="Where to ask; without a path /-/health, /-/ready also tells whether it takes"
            " requests [default: the service of these settings]."
        ),
    ] = None,
    *,
    config: ConfigFile = None,
) -> int:
    """Ask a running service whether it is well, as a container's HEALTHCHECK does.

    Exit code 0: it is; 1: it is not, or does not answer within 5 s; 2: that is no address.
    """
    from proxy.cli import remote  # noqa: PLC0415  # heavy; not for --help

    asked = _whole(url) if url is not None else remote.address(settings(config).server) + _PATH
    try:
        status, body = asyncio.run(remote.get(asked))
    except (OSError, TimeoutError) as failure:
        print(f"{asked}: {str(failure) or 'no answer in time'}", file=sys.stderr)  # noqa: T201
        return 1
    print(body.decode(errors="replace").strip())  # noqa: T201  # the command's answer
    return 0 if status == HTTPStatus.OK else 1


def _whole(url: str) -> str:
    """Return the address to ask for what was typed; raises SettingsError where it is none."""
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return url if parts.path.strip("/") else parts._replace(path=_PATH).geturl()
    raise SettingsError((f"{url!r} is no address such as 'http://127.0.0.1:8080'",))
