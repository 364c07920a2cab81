"""Granian's own interface (RSGI, its fastest): bytes from a dict, no access log."""
# a folder of programs

import os
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ["BENCH_FILES"])
HELD = {f"/{p.relative_to(FOLDER)}": p.read_bytes() for p in FOLDER.glob("*/*.jpg")}
HEADERS = [("content-type", "image/jpeg"), ("cache-control", "public, max-age=86400")]


async def app(scope: Any, protocol: Any) -> None:  # noqa: ANN401  # granian is not in this venv
    """Answer the picture."""
    protocol.response_bytes(200, HEADERS, HELD[scope.path])


async def asgi(scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401  # likewise
    """Answer the picture by ASGI."""
    body = HELD[scope["path"]]
    length = (b"content-length", b"%d" % len(body))
    headers = [(b"content-type", b"image/jpeg"), length]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
