"""The two deadlines and the one ask; over sockets: test_client.py."""

import asyncio
from typing import Any, cast

import aiohttp
import pytest

from proxy.errors import OriginUnreachable
from proxy.fetch.attempt import Attempt, tracing

ASK = cast("Any", None)


def attempt(deadline: asyncio.Timeout) -> Attempt:
    return Attempt(deadline=deadline, connect_s=3.0, first_byte_s=10.0, where="h")


async def test_the_deadline_moves_with_the_connection() -> None:
    clock = asyncio.get_running_loop().time
    async with asyncio.timeout(1) as deadline:
        await asyncio.sleep(0)
        ask = attempt(deadline)
        ask.connected(reused=True)
        assert (ask.reused, ask.waiting_for) == (True, "answer")
        assert deadline.when() == pytest.approx(clock() + 10, abs=0.1)
        ask.dialling()  # the pooled connection was dead
        assert (ask.reused, ask.waiting_for) == (False, "connection")
        assert deadline.when() == pytest.approx(clock() + 3, abs=0.1)


@pytest.mark.parametrize(
    ("reused", "failure"),
    [
        pytest.param(False, OriginUnreachable, id="new: the origin has seen the ask"),
        pytest.param(True, aiohttp.ServerDisconnectedError, id="pooled: aiohttp may ask again"),
    ],
)
async def test_once(*, reused: bool, failure: type[Exception]) -> None:
    async def lost(_: aiohttp.ClientRequest) -> aiohttp.ClientResponse:
        raise aiohttp.ServerDisconnectedError

    async with asyncio.timeout(1) as deadline:
        ask = attempt(deadline)
        ask.connected(reused=reused)
        with pytest.raises(failure):
            await ask.once(ASK, lost)


def test_tracing_watches_what_moves_the_deadline() -> None:
    trace = tracing()
    assert trace.on_connection_create_start
    assert trace.on_connection_create_end
    assert trace.on_connection_reuseconn
