"""An origin that sends exactly the bytes it is told to, true or false, and counts who came."""

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from socket import SO_LINGER, SOL_SOCKET


class End(Enum):
    """What becomes of the connection after an answer."""

    KEEP = auto()
    CLOSE = auto()
    RESET = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """Bytes to send for one request, in pieces ``gap_s`` apart, the last one after ``gate``."""

    pieces: tuple[bytes, ...]
    end: End = End.KEEP
    gap_s: float = 0.0
    gate: asyncio.Event | None = None


def answer(
    *pieces: bytes, end: End = End.KEEP, gap_s: float = 0.0, gate: asyncio.Event | None = None
) -> Answer:
    """Return an answer of these pieces."""
    return Answer(pieces, end, gap_s, gate)


@dataclass(slots=True)
class RawOrigin:
    """A running origin: answers in turn, the last one stays; or as ``choose`` says of a head."""

    answers: list[Answer]
    choose: Callable[[str], Answer] | None = None
    port: int = 0
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)  # heads, as they came
    asked: asyncio.Event = field(default_factory=asyncio.Event)  # a request came
    idle: asyncio.Event = field(default_factory=asyncio.Event)  # all of an answer is out
    server_names: list[str | None] = field(default_factory=list)  # SNI of each TLS handshake

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk on one connection until it ends."""
        self.connections += 1
        try:
            while True:
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                self.asked.set()
                self.idle.clear()
                turn = self._turn(self.requests[-1].decode())
                for left, piece in zip(
                    range(len(turn.pieces) - 1, -1, -1), turn.pieces, strict=True
                ):
                    if turn.gate is not None and not left:
                        await turn.gate.wait()
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(turn.gap_s)
                self.idle.set()
                if turn.end is End.RESET:
                    writer.get_extra_info("socket").setsockopt(
                        SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)
                    )
                if turn.end is not End.KEEP:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _turn(self, head: str) -> Answer:
        if self.choose is not None:
            return self.choose(head)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@asynccontextmanager
async def raw_origin(
    *answers: Answer,
    tls: ssl.SSLContext | None = None,
    choose: Callable[[str], Answer] | None = None,
) -> AsyncIterator[RawOrigin]:
    """Run an origin on 127.0.0.1 for the block; without answers it is a canary."""
    origin = RawOrigin(list(answers) or [answer(b"", end=End.CLOSE)], choose)
    if tls is not None:
        tls.sni_callback = lambda _, name, __: origin.server_names.append(name)
    server = await asyncio.start_server(origin.serve, "127.0.0.1", 0, ssl=tls)
    origin.port = server.sockets[0].getsockname()[1]
    try:
        yield origin
    finally:
        server.close()
