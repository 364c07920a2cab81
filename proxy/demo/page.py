"""The demo's blog: the sample post as a page whose every picture comes from the service.

The page shows what a reader's browser gets, and says so: it reads a picture back from a canvas and
lists each picture's size, type and Cache-Status. It loads nothing from anywhere else.
"""

import re
from html import escape
from importlib.resources import files
from string import Template

from aiohttp import web

from proxy.demo.post import WRAPPER, Post, read, sample_text


def blog(base_url: str) -> web.Application:
    """Return an application that serves the sample post at ``/``.

    ``base_url`` is the service's: "http://127.0.0.1:8080", without a slash at the end.
    """
    page = render(read(sample_text()), base_url)

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=page, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", answer)
    return app


def render(post: Post, base_url: str) -> str:
    """Return the post as an HTML page that asks the service for its pictures."""
    plain, headimg, thumbnail = (f"{base_url}/{path}?" for path in ("", "headimg/", "thumbnail/"))
    avatar = re.search(r'data-avatar="([^"]+)"', post.body)
    tags = "".join(f'<span class="tag">{escape(name)}</span>' for name in post.categories)
    template = files("proxy.demo").joinpath("page.html").read_text("utf-8")
    return Template(template).substitute(
        title=escape(post.title),
        author=escape(post.author),
        date=escape(post.date),
        tags=tags,
        base_url=escape(base_url),
        headimg=escape(post.headimg.replace(WRAPPER, headimg)),
        thumbnail=escape(post.thumbnail.replace(WRAPPER, thumbnail)),
        avatar=escape(plain + avatar[1]) if avatar else "data:,",
        body=post.body.replace(WRAPPER, plain),
    )
