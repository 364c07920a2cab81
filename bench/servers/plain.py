"""A plain aiohttp handler: bytes from a dict, uvloop, no access log at all.

python bench/servers/plain.py PORT FOLDER
"""
# a folder of programs

import sys
from pathlib import Path

import uvloop
from aiohttp import web

FOLDER = Path(sys.argv[2])
HELD = {f"/{p.relative_to(FOLDER)}": p.read_bytes() for p in FOLDER.glob("*/*.jpg")}


async def answer(request: web.Request) -> web.Response:
    """Answer the picture."""
    headers = {"Cache-Control": "public, max-age=86400"}
    return web.Response(body=HELD[request.path], content_type="image/jpeg", headers=headers)


if __name__ == "__main__":
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
