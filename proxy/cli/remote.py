"""HTTP to ourselves: the one place beside the fetcher that opens a session."""

import aiohttp

_DEADLINE_S = 5.0


async def get(url: str) -> tuple[int, bytes]:
    """Return the status and body of one GET. Raises OSError or TimeoutError where none came."""
    deadline = aiohttp.ClientTimeout(total=_DEADLINE_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=deadline) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            return response.status, await response.read()
    except (aiohttp.ClientError, UnicodeError) as failure:  # UnicodeError: no name IDNA knows
        raise OSError(str(failure)) from failure
