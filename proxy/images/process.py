"""A worker process and the socket to it: started, told a work, asked for what it made, ended.

Asked on the event loop, without a thread: three threads a worker, and what they polled, cost as
much as answering a hit. Knows no deadline; ``slot`` does. What comes back is believed only as far
as it is plain values and failures: a decoder may be in a stranger's hands.
"""

import asyncio
import builtins
import os
import pickle
import socket
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import proxy
from proxy import errors
from proxy.images.limits import Limits

_BOOT = (
    "import sys; fd, parent, *sys.path = sys.argv[1:];"
    " from proxy.images.worker import serve; serve(int(fd), int(parent))"
)
_KEPT = ("LD_LIBRARY_PATH",)  # of the environment: what an interpreter may need to start
_HEAD_BYTES = 8  # the length of what follows, little-endian
_PART_BYTES = 256 << 10


class Process:
    """A process that loads its decoders, then does what it is told, one work after another.

    Made on the event loop's thread: a worker dies with the thread it came from. Raises OSError
    where there is no room for one. ``tell`` and ``answer`` raise EOFError or ConnectionError once
    it died.
    """

    def __init__(self, limits: Limits) -> None:
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        command = [sys.executable, "-I", "-S", "-c", _BOOT, str(theirs.fileno()), str(os.getpid())]
        with theirs:
            try:
                self._child = subprocess.Popen(  # noqa: S603  # our own interpreter
                    [*command, str(Path(proxy.__path__[0]).parent), *sys.path],
                    stdin=subprocess.DEVNULL,
                    env={name: os.environ[name] for name in _KEPT if name in os.environ},
                    pass_fds=(theirs.fileno(),),
                )
            except OSError:
                ours.close()
                raise
        self.busy = False  # it has taken a work and not answered yet
        self._socket = ours
        self._arrived = bytearray()
        self._socket.send(pickle.dumps(limits))  # there is room: it is the first

    @property
    def pid(self) -> int:
        """Return its process id."""
        return self._child.pid

    async def tell(self, work: object) -> None:
        """Send a work; return once the process has taken it."""
        await asyncio.get_running_loop().sock_sendall(self._socket, pickle.dumps(work))
        await self._receive(1)
        self.busy = True

    async def answer(self) -> tuple[Any, bool]:
        """Return what it made of the work, or the failure of it, and whether it is worn."""
        length = int.from_bytes(await self._receive(_HEAD_BYTES), "little")
        self.busy = False
        made, worn = _Plain(BytesIO(await self._receive(length))).load()
        return made, bool(worn)

    def kill(self) -> None:
        """Have it end at once, whatever it does; its socket is closed."""
        self._child.kill()
        self._socket.close()

    def wait(self) -> int:
        """Return how it ended. Blocks until it has."""
        return self._child.wait()

    async def _receive(self, length: int) -> bytes:
        loop = asyncio.get_running_loop()
        while len(self._arrived) < length:
            part = await loop.sock_recv(self._socket, _PART_BYTES)
            if not part:
                raise EOFError
            self._arrived += part
        found = bytes(self._arrived[:length])
        del self._arrived[:length]
        return found


class _Plain(pickle.Unpickler):
    """Loads values, and failures that are classes of ours or of Python; nothing else is called."""

    def find_class(self, module: str, name: str) -> object:
        where = errors if module.startswith("proxy.errors.") else builtins
        found = getattr(where, name, None)
        if isinstance(found, type) and issubclass(found, Exception):
            return found
        raise pickle.UnpicklingError(f"a worker sent {module}.{name}")
