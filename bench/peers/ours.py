"""image-proxy itself: one worker, its default settings, its access log as JSON to a file."""
# a folder of programs

import sys
from importlib.metadata import version

from results import ROOT, version_of

from peers.peer import Peer, Place

HOST = "pictures.test"  # dialled at the origin's port of loopback, never resolved
_TOML = """
[server]
port = {port}
workers = {workers}
[log]
format = "json"
[access]
hosts = ["{host}"]
[cache]
dir = "{folder}/cache"
[origins."{host}"]
connect_to = "127.0.0.1:{origin}"
"""


def command(place: Place, *, workers: int = 1) -> list[str]:
    """Return how it is started; ``workers`` 0 is one a core, as by default."""
    told = {"port": place.port, "folder": place.folder, "origin": place.origin}
    config = place.write("config.toml", _TOML.format(**told, host=HOST, workers=workers))
    return [sys.executable, "-P", "-m", "proxy", "serve", "--config", str(config)]


def original(path: str) -> str:
    """Return the target of an original."""
    return f"/?http://{HOST}{path}"


def thumbnail(path: str, _place: Place | None = None) -> str:
    """Return the target of its thumbnail."""
    return f"/thumbnail/?http://{HOST}{path}"


def _version() -> str:
    commit = version_of(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], r"(\S+)")
    return f"{version('image-proxy')} ({commit})"


PEER = Peer(
    name="ours",
    missing=lambda: "",
    version=_version,
    command=command,
    target=original,
    thumbnail=thumbnail,
    caches=True,
    hit=("Cache-Status", "; hit"),
)
