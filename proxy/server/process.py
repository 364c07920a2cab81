"""One server process: takes connections from an inherited socket until told, then drains."""

import asyncio
import logging
import resource
import socket
from collections.abc import Callable
from contextlib import suppress

from proxy import clock
from proxy.fetch.connector import INTERNET, Wire
from proxy.fetch.resolver import Resolver
from proxy.observe import logs
from proxy.observe.access import AccessLog
from proxy.server import fastlane, selftest
from proxy.server.admin import Admin
from proxy.server.clients import Clients
from proxy.server.connection import Server
from proxy.server.door import Door
from proxy.server.fastlane import FastLane
from proxy.settings import Settings
from proxy.stores.store import READY_SHARE
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
        log = AccessLog(settings.log, parts.metrics.tally)
        lane = await _lane(parts, log)
        admin, server = doors(parts, log, lane)
        listener = await loop.create_server(server, sock=listening, backlog=BACKLOG)
        parts.tasks.spawn(_report(parts, log, lane, stop, first=first), name="report")
        admin.ready = True
        on_ready()
        await stop.wait()
        admin.ready = False
        await _drain(server, listening, listener, settings.server.shutdown)
        log.flush()
        parts.metrics.flush()


def doors(parts: Service, log: AccessLog, lane: FastLane | None) -> tuple[Admin, Server]:
    """Return what makes connections to the service, and what answers under ``/-/`` there."""
    admin, clients = Admin(parts, log), Clients(parts.settings.server.trusted_proxies)
    door = Door(parts, admin.routes(), posted=admin.posted(), log=log, clients=clients, lane=lane)
    return admin, Server(door, refusal=door.refusal, clients=clients, lane=lane)


async def _lane(parts: Service, log: AccessLog) -> FastLane | None:
    """Return the fast lane, or None where it would not do."""
    difference = await selftest.difference()
    if difference:
        _log.warning("the fast lane stands down: %s", difference)
        return None
    return FastLane(
        store=parts.store,
        log=log,
        tasks=parts.tasks,
        now=clock.now,
        most=min(fastlane.MOST, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 4),
        most_bytes=parts.settings.cache.memory // READY_SHARE,
    )


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


async def _report(
    parts: Service, log: AccessLog, lane: FastLane | None, stop: asyncio.Event, *, first: bool
) -> None:
    """Write what was said, show what was counted and how things stand, once a second."""
    lost = 0
    while not stop.is_set():
        log.flush()
        parts.metrics.flush()
        if lane is not None:
            lane.tend()
        state = parts.store.state()
        parts.metrics.memory(state.memory_bytes + (lane.n_bytes if lane is not None else 0))
        if first:
            kinds = {"original": state.originals, "picture": state.pictures}
            parts.metrics.disk(state.disk_bytes, kinds)
        parts.metrics.workers(queued=parts.workers.queued, newly_lost=parts.workers.lost - lost)
        lost = parts.workers.lost
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _REPORT_S)
