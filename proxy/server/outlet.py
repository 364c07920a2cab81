"""Sends a head and a file to a socket: by the kernel, without a copy of ours in between.

What the socket does not take at once follows as its reader makes room. Knows no protocol.
"""

import asyncio
import os
import socket
from collections.abc import Callable

from proxy.stores.files import BlobFile

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
        self._head = memoryview(b"")
        self._file: BlobFile | None = None
        self._at = 0  # bytes of the file that are sent
        self._timer: asyncio.TimerHandle | None = None
        self._on_end: Callable[[OSError | None], None] | None = None
        self._moved = False  # since the timer was set

    @property
    def is_busy(self) -> bool:
        """Tell whether something is still on its way out."""
        return self._on_end is not None

    @property
    def sent_bytes(self) -> int:
        """Return the bytes of the last file that are sent."""
        return self._at

    def send(self, head: bytes, file: BlobFile | None) -> bool:
        """Send what the socket takes now; False: ``follow`` with the rest. Raises OSError."""
        self._file, self._at, sent = file, 0, 0
        try:
            sent = self._socket.send(head, 0 if file is None else _MORE)
            if sent == len(head):
                if file is None:
                    return True
                self._at = os.sendfile(self._descriptor, file.handle, 0, file.length)
                return self._at == file.length
        except BlockingIOError:
            pass  # of the head if nothing was sent, else of the file
        self._head = memoryview(head)[sent:]
        return False

    def follow(self, on_end: Callable[[OSError | None], None]) -> None:
        """Send the rest as there is room; ``on_end`` is told when all is sent, or why it is not."""
        self._on_end, self._moved = on_end, False
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
        except OSError as cut:
            self._end(cut)

    def _went_on(self) -> bool:
        """Send more; tell whether that was all."""
        if self._head:
            try:
                sent = self._socket.send(self._head, _MORE if self._file is not None else 0)
            except BlockingIOError:
                return False
            self._head, self._moved = self._head[sent:], True
            if self._head:
                return False
        return self._file is None or self._send_file(self._file)

    def _send_file(self, file: BlobFile) -> bool:
        try:
            sent = os.sendfile(self._descriptor, file.handle, self._at, file.length - self._at)
        except BlockingIOError:
            return False
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
        on_end, self._on_end = self._on_end, None
        self._head = memoryview(b"")
        if on_end is None:
            return
        self._loop.remove_writer(self._descriptor)
        if self._timer is not None:
            self._timer.cancel()
        self._file = None
        on_end(failure)
