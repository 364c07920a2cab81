"""HTTP to ourselves: the one place beside the fetcher that opens a session."""

import aiohttp

from proxy.settings import Server

_DEADLINE_S = 5.0
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  # read, not bound


def address(server: Server) -> str:
    """Return where a service of these settings is asked, without a path."""
    host = _ANYWHERE.get(server.host, server.host)
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    return f"http://{host}:{server.port}"


async def get(url: str, token: str = "") -> tuple[int, bytes]:
    """Return the status and body of one GET. Raises OSError or TimeoutError where none came.

    ``token`` is sent along where there is one.
    """
    fields = {"Authorization": f"Bearer {token}"} if token else {}
    deadline = aiohttp.ClientTimeout(total=_DEADLINE_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=deadline) as session,
            session.get(url, headers=fields, allow_redirects=False) as response,
        ):
            return response.status, await response.read()
    except (aiohttp.ClientError, UnicodeError) as failure:  # UnicodeError: no name IDNA knows
        raise OSError(str(failure)) from failure
