"""image-proxy itself: one server process, one picture worker, its default settings.

And the same with the worker's making done by libvips: ``servers/ours_vips.py``.
"""
# a folder of programs

import sys
from collections.abc import Sequence
from importlib.metadata import version

from peers import ours
from peers.peer import Peer, Place
from results import ROOT

from makers.maker import Maker

_ONE_WORKER = "\n[images]\nworkers = 1\n"


def _command(place: Place) -> Sequence[str]:
    command = ours.command(place)
    with (place.folder / "config.toml").open("a") as config:
        config.write(_ONE_WORKER)
    return command


def _command_vips(place: Place) -> Sequence[str]:
    *_, config = _command(place)
    script = ROOT / "bench" / "servers" / "ours_vips.py"
    return [sys.executable, "-P", str(script), "serve", "--config", config]


def _asks(path: str, _form: str, _quality: int, _place: Place) -> str:
    return ours.thumbnail(path)  # the form by Accept, the quality as set


MAKER = Maker(
    peer=Peer(
        name="ours",
        missing=lambda: "",
        version=ours.PEER.version,
        command=_command,
    ),
    asks=_asks,
    graded=False,
)
VIPS = Maker(
    peer=Peer(
        name="ours by libvips",
        missing=lambda: "",
        version=lambda: f"pyvips {version('pyvips')}",
        command=_command_vips,
    ),
    asks=_asks,
    graded=False,
)
