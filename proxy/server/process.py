"""One server process: takes connections from an inherited socket until told, then drains."""

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import suppress

from proxy import clock
from proxy.fetch.connector import INTERNET, Wire
from proxy.fetch.resolver import Resolver
from proxy.observe import logs
from proxy.server.admin import Admin
from proxy.server.connection import Server
from proxy.server.door import Door
from proxy.settings import Settings
from proxy.wiring import Service, service

BACKLOG = 1024
_GRACE_S = 0.25  # new connections are still taken this long, and idle ones kept twice as long
_TICK_S = 0.05
_REPORT_S = 1.0
_log = logging.getLogger("proxy.server")


async def run(  # noqa: PLR0913  # what a process is told, once
    settings: Settings,
    listening: socket.socket,
    stop: asyncio.Event,
    *,
    first: bool,
    picture_workers: int,
    on_ready: Callable[[], None] = lambda: None,
    resolver: Resolver | None = None,
    wire: Wire = INTERNET,
) -> None:
    """Serve until ``stop`` is set and every request of which a byte was read is answered.

    ``first``: this process reports what all processes share. What is still unanswered after
    ``server.shutdown`` seconds is cut.
    """
    logs.configure(settings.log)
    loop = asyncio.get_running_loop()
    async with service(
        settings, picture_workers=picture_workers, resolver=resolver, wire=wire
    ) as parts:
        admin = Admin(parts)
        door = Door(parts, admin.routes(), admin.posted())
        server = Server(door, refusal=door.refusal)
        listener = await loop.create_server(server, sock=listening, backlog=BACKLOG)
        parts.tasks.spawn(_report(parts, stop, first=first), name="report")
        admin.ready = True
        on_ready()
        await stop.wait()
        admin.ready = False
        await _drain(server, listening, listener, settings.server.shutdown)


async def _drain(
    server: Server, listening: socket.socket, listener: asyncio.Server, shutdown_s: float
) -> None:
    """Stop taking connections, answer what was asked, close the rest."""
    loop = asyncio.get_running_loop()
    grace_s = min(_GRACE_S, shutdown_s / 4)
    deadline = clock.monotonic() + shutdown_s
    server.draining = True
    await asyncio.sleep(grace_s)
    queued = _queued(listening)
    listener.close()
    for connection in queued:
        await loop.connect_accepted_socket(server, connection)
    await asyncio.sleep(grace_s)
    while server.open_connections() and clock.monotonic() < deadline:
        server.close_idle()
        await asyncio.sleep(_TICK_S)
    unanswered = sum(not connection.is_idle for connection in server.open_connections())
    if unanswered:
        _log.warning("%d requests were cut after server.shutdown, %g s", unanswered, shutdown_s)
    await server.shutdown(_TICK_S)  # aiohttp takes 0 for "as long as it takes"


def _queued(listening: socket.socket) -> list[socket.socket]:
    """Take what waits in the socket's queue: closing would reset it."""
    taken = []
    with suppress(OSError):  # nothing waits, or no descriptor is left
        while True:
            taken.append(listening.accept()[0])
    return taken


async def _report(parts: Service, stop: asyncio.Event, *, first: bool) -> None:
    """Put what is measured by state, not by event, into the metrics once a second."""
    lost = 0
    while not stop.is_set():
        state = parts.store.state()
        parts.metrics.memory(state.memory_bytes)
        if first:
            kinds = {"original": state.originals, "picture": state.pictures}
            parts.metrics.disk(state.disk_bytes, kinds)
        parts.metrics.workers(queued=parts.workers.queued, newly_lost=parts.workers.lost - lost)
        lost = parts.workers.lost
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _REPORT_S)
