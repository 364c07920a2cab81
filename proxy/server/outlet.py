"""Sends a head and a body to a socket: never joined, and a file by the kernel.

What the socket does not take at once follows as its reader makes room. Knows no protocol.
"""

import asyncio
import os
import socket
from collections.abc import Callable

from proxy.stores.files import BlobFile, Loaded

_MORE = getattr(socket, "MSG_MORE", 0)  # Linux: the head leaves with the body's first bytes


class Outlet:
    """A second descriptor of a connection's socket: the transport keeps its own, and its rest.

    ``patience_s`` is how long a reader may take nothing. May raise OSError when it is made.
    """

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, *, patience_s: float
    ) -> None:
        own = transport.get_extra_info("socket")
        self._socket = socket.socket(own.family, own.type, own.proto, fileno=os.dup(own.fileno()))
        self._descriptor = self._socket.fileno()
        self._loop = loop
        self._patience_s = patience_s
        self._rest: list[memoryview] = []  # of what is in memory, and goes before the file
        self._file: BlobFile | None = None
        self._at = 0  # bytes of the file that are sent
        self._length = 0  # bytes of the body
        self._timer: asyncio.TimerHandle | None = None
        self._on_end: Callable[[OSError | None], None] | None = None
        self.is_busy = False  # something is still on its way out
        self._moved = False  # since the timer was set

    @property
    def sent_bytes(self) -> int:
        """Return how many bytes are sent of the last body that did not go out at once."""
        if self._file is not None:
            return self._at
        return max(0, self._length - sum(map(len, self._rest)))

    def send(self, head: bytes, body: Loaded | BlobFile | None) -> bool:
        """Send what the socket takes now; False: ``follow`` with the rest. Raises OSError."""
        sent = at = 0
        try:
            if body is None:
                sent = os.write(self._descriptor, head)
            elif isinstance(body, Loaded):
                sent = os.writev(self._descriptor, (head, body.data))
            else:
                sent = self._socket.send(head, _MORE)
                if sent == len(head):
                    at = os.sendfile(self._descriptor, body.handle, 0, body.length)
        except BlockingIOError:
            pass  # of the head if nothing was sent, else of the file
        length = 0 if body is None else body.length
        if sent + at == len(head) + length:
            return True
        self._length, self._at = length, at
        if isinstance(body, BlobFile):
            self._file, self._rest = body, _after((head,), sent)
        else:
            self._file, self._rest = None, _after((head, body.data) if body else (head,), sent)
        return False

    def follow(self, on_end: Callable[[OSError | None], None]) -> None:
        """Send the rest as there is room; ``on_end`` is told when all is sent, or why it is not."""
        self._on_end, self.is_busy, self._moved = on_end, True, False
        self._loop.add_writer(self._descriptor, self._go_on)
        self._timer = self._loop.call_later(self._patience_s, self._look)

    def close(self) -> None:
        """Send no more; whoever follows is told that the reader has left."""
        self._end(ConnectionResetError("the reader left"))
        self._socket.close()

    def _go_on(self) -> None:
        try:
            if self._went_on():
                self._end(None)
        except BlockingIOError:
            pass
        except OSError as cut:
            self._end(cut)

    def _went_on(self) -> bool:
        """Send more; tell whether that was all. Raises OSError."""
        if self._rest:
            self._rest = _after(self._rest, os.writev(self._descriptor, self._rest))
            self._moved = True
        if self._rest or self._file is None:
            return not self._rest
        file = self._file
        sent = os.sendfile(self._descriptor, file.handle, self._at, file.length - self._at)
        if not sent:
            raise ConnectionAbortedError("the body's file was cut short while it was sent")
        self._at += sent
        self._moved = True
        return self._at == file.length

    def _look(self) -> None:
        """Leave a reader that took nothing since the last look."""
        if not self._moved:
            self._end(TimeoutError("the reader takes nothing"))
            return
        self._moved = False
        self._timer = self._loop.call_later(self._patience_s, self._look)

    def _end(self, failure: OSError | None) -> None:
        on_end, self._on_end, self.is_busy = self._on_end, None, False
        if on_end is None:
            return
        self._loop.remove_writer(self._descriptor)
        if self._timer is not None:
            self._timer.cancel()
        # Whoever is told may send the next at once.
        self._length, self._file, self._rest = self.sent_bytes, None, []
        on_end(failure)


def _after(parts: tuple[bytes, ...] | list[memoryview], sent: int) -> list[memoryview]:
    """Return what is left of parts once so many of their bytes are sent."""
    left = []
    for part in parts:
        if sent < len(part):
            left.append(memoryview(part)[max(0, sent) :])
        sent -= len(part)
    return left
