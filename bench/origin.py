"""The publisher all caches fetch from: ``/NAME/NUMBER`` is the original NAME with NUMBER in it.

    python bench/origin.py PORT FOLDER

A number may end in a suffix (``/25k.jpg/7.jpg``). ``/-/count`` says how many pictures were asked
for: how the bench sees that a hit was one. Fresh for a day; a connection is kept.
"""
# a folder of programs

import asyncio
import functools
import sys
from pathlib import Path
from urllib.parse import urlsplit

from originals import distinct

_TYPES = {".jpg": "image/jpeg", ".png": "image/png"}
_HEAD = (
    "HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {length}\r\n"
    'Cache-Control: public, max-age=86400\r\nETag: "{name}-{number}"\r\n'
    "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n\r\n"
)
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Origin:
    """The folder's pictures, and how often they were asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read = functools.cache(lambda name: (folder / name).read_bytes())
        self.count = 0

    def answer(self, target: str) -> tuple[bytes, bytes]:
        """Return the head and the body for a request target."""
        path = urlsplit(target).path
        if path == "/-/count":
            said = str(self.count).encode()
            return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(said), said
        _, name, number = path.split("/")
        if "/" in name or not (self._folder / name).is_file():
            return _NOT_FOUND, b""
        self.count += 1
        body = distinct(self._read(name), int(number.partition(".")[0]))
        told = {"type": _TYPES[Path(name).suffix], "length": len(body)}
        return _HEAD.format(name=name, number=number, **told).encode(), body

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer a connection's requests in turn."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                top, body = self.answer(head.split(b" ", 2)[1].decode())
                writer.write(top)
                writer.write(body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # whoever asked has gone
        except ValueError:
            writer.write(_NOT_FOUND)
        finally:
            writer.close()


async def main() -> None:
    """Serve until killed."""
    origin = Origin(Path(sys.argv[2]))
    server = await asyncio.start_server(origin.serve, "127.0.0.1", int(sys.argv[1]))
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
