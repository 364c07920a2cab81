"""Picture workers for the tests of a module: half a second to start, so started once."""

from collections.abc import AsyncIterator

import pytest_asyncio

from proxy.images.workers import Workers
from proxy.settings import Images


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workers() -> AsyncIterator[Workers]:
    """Run one worker process."""
    opened = Workers(Images(), processes=1)
    await opened.start()
    yield opened
    await opened.close()
