"""The parent of the server processes: binds, forks, restarts what dies, passes SIGTERM on.

Single-threaded and without an event loop, so that forking is safe. The socket is bound once and
inherited: closing one of several SO_REUSEPORT listeners resets connections queued on it.
"""

import asyncio
import logging
import multiprocessing
import os
import selectors
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

import uvloop

from proxy import clock
from proxy.errors import SettingsError
from proxy.observe import metrics
from proxy.server import process
from proxy.settings import Settings

_RESTART_S, _MAX_RESTART_S = 1.0, 30.0
_STEADY_S = 60.0  # a process that ran this long is restarted with the shortest back-off again
_STOPPING = (signal.SIGTERM, signal.SIGINT)
_CLOSING_S = 5.0  # what closing may take beyond server.shutdown before SIGKILL
_log = logging.getLogger("proxy.server")


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket; raises SettingsError where the address cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except (OSError, UnicodeError) as failure:  # UnicodeError: a label empty or too long
        raise SettingsError((f"server.host: {host!r} leads to no address",)) from failure
    try:
        listening = socket.create_server((host, port), family=family, backlog=process.BACKLOG)
    except OSError as failure:
        reason = os.strerror(failure.errno) if failure.errno else str(failure)
        raise SettingsError(
            (f"server.port: cannot listen on {host} port {port}: {reason}",)
        ) from failure
    listening.settimeout(0)
    return listening


@dataclass(slots=True)
class _Slot:
    """One of the processes to keep running."""

    number: int
    running: BaseProcess | None = None
    started: float = 0.0
    backoff_s: float = _RESTART_S
    restart_at: float | None = None


class Supervisor:
    """Keeps ``count`` server processes running; ``on_ready`` is called when all serve."""

    def __init__(
        self,
        settings: Settings,
        listening: socket.socket,
        *,
        count: int,
        on_ready: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._listening = listening
        self._slots = [_Slot(number) for number in range(count)]
        cores = os.cpu_count() or 1
        self._picture_workers = max(1, (settings.images.workers or cores) // count)
        self._on_ready: Callable[[], None] | None = on_ready
        self._n_ready = 0
        self._stopping: signal.Signals | None = None
        self._kill_at = float("inf")
        self._selector = selectors.DefaultSelector()
        self._ready_reader, self._ready_writer = os.pipe()
        self._life_reader, self._life_writer = os.pipe()  # its end tells children we are gone

    def run(self) -> int:
        """Return the exit code once all processes have ended: 0, or 130 where interrupted."""
        wake_reader, wake_writer = socket.socketpair()
        wake_reader.settimeout(0)
        wake_writer.settimeout(0)
        signal.set_wakeup_fd(wake_writer.fileno())
        for number in _STOPPING:
            signal.signal(number, self._on_signal)
        self._selector.register(wake_reader, selectors.EVENT_READ)
        self._selector.register(self._ready_reader, selectors.EVENT_READ)
        for slot in self._slots:
            self._start(slot)
        while any(slot.running for slot in self._slots) or self._stopping is None:
            for key, _ in self._selector.select(self._patience()):
                if key.fileobj is wake_reader:
                    wake_reader.recv(4096)
                elif key.fd == self._ready_reader:
                    self._announce()
                else:
                    self._ended(key.data)
            self._restart_due()
            self._kill_late()
        return 130 if self._stopping is signal.SIGINT else 0

    def _on_signal(self, number: int, _frame: object) -> None:
        again = self._stopping is not None
        self._stopping = self._stopping or signal.Signals(number)
        self._kill_at = clock.monotonic() + self._settings.server.shutdown + _CLOSING_S
        self._listening.close()  # or connections would queue here when no child takes them any more
        for slot in self._slots:
            if slot.running is not None:
                (slot.running.kill if again else slot.running.terminate)()

    def _announce(self) -> None:
        self._n_ready += len(os.read(self._ready_reader, 4096))
        if self._on_ready is not None and self._n_ready >= len(self._slots):
            self._on_ready()
            self._on_ready = None

    def _patience(self) -> float | None:
        """Return the seconds until something is due, None where only a signal can be next."""
        due = [slot.restart_at for slot in self._slots if slot.restart_at is not None]
        if self._stopping is not None:
            due.append(self._kill_at)
        return max(0.0, min(due) - clock.monotonic()) if due else None

    def _start(self, slot: _Slot) -> None:
        """Start the slot's process, unless told to stop; a signal waits until it is known."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
        try:
            slot.restart_at, slot.started = None, clock.monotonic()
            if self._stopping is not None:
                return
            child = multiprocessing.get_context("fork").Process(
                target=self._become,
                kwargs={"first": slot.number == 0},
                name=f"server {slot.number}",
            )
            child.start()
            slot.running = child
            self._selector.register(child.sentinel, selectors.EVENT_READ, slot)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)

    def _ended(self, slot: _Slot) -> None:
        child, slot.running = slot.running, None
        if child is None:
            return
        self._selector.unregister(child.sentinel)
        child.join()
        metrics.process_ended(child.pid or 0)
        if self._stopping is not None:
            return
        now = clock.monotonic()
        if now - slot.started > _STEADY_S:
            slot.backoff_s = _RESTART_S
        slot.restart_at = now + slot.backoff_s
        _log.error(
            "server process %s ended with %s; it is restarted in %g s",
            *(child.pid, child.exitcode, slot.backoff_s),
        )
        slot.backoff_s = min(slot.backoff_s * 2, _MAX_RESTART_S)
        child.close()

    def _restart_due(self) -> None:
        for slot in self._slots:
            if slot.restart_at is None:
                continue
            if self._stopping is not None:
                slot.restart_at = None
            elif slot.restart_at <= clock.monotonic():
                self._start(slot)

    def _kill_late(self) -> None:
        if clock.monotonic() >= self._kill_at:
            for slot in self._slots:
                if slot.running is not None:
                    slot.running.kill()

    def _become(self, *, first: bool) -> None:
        """Be the child, until told to stop or the parent is gone."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's ^C: the parent decides
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
        os.close(self._life_writer)
        os.close(self._ready_reader)
        uvloop.run(self._serve(first=first))

    async def _serve(self, *, first: bool) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, stop.set)
        loop.add_reader(self._life_reader, stop.set)
        await process.run(
            self._settings,
            self._listening,
            stop,
            first=first,
            picture_workers=self._picture_workers,
            on_ready=self._say_ready,
        )
        loop.remove_reader(self._life_reader)

    def _say_ready(self) -> None:
        os.write(self._ready_writer, b"r")
