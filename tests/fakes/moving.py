"""An origin whose picture is another one whenever somebody wants it so, or with every fetch."""

from aiohttp import web

from tests.fakes.pictures import noise, saved

# Longer than what a fast lane holds in memory: that it knows this one, its open file tells.
_PICTURE = saved(noise(200, 150), "PNG")


class Moving:
    """Serves one picture at any path; behind its end stands which version of it this is."""

    def __init__(self, *, max_age_s: int, by_itself: bool = False) -> None:
        self._max_age_s = max_age_s
        self._by_itself = by_itself
        self.version = 0
        self.app = web.Application()
        self.app.router.add_get("/{path:.*}", self._answer)

    async def _answer(self, _request: web.Request) -> web.Response:
        self.version += self._by_itself
        response = web.Response(body=_PICTURE + b" %d" % self.version, content_type="image/png")
        response.headers["Cache-Control"] = f"max-age={self._max_age_s}"
        return response


def version_of(body: bytes) -> int:
    """Return which version a body is; fails where it is none, or not whole."""
    assert body.startswith(_PICTURE), "not whole, or of another"
    return int(body[len(_PICTURE) :])
