"""ipx: sharp behind node's http server, by its own handler. It keeps nothing."""
# a folder of programs

import json
import shutil
import subprocess

from peers.peer import Peer, Place
from results import ROOT, WORK

from makers.maker import Maker

_NODE = WORK / "node"
_PACKAGE = _NODE / "node_modules" / "ipx" / "package.json"


def _missing() -> str:
    return "" if _PACKAGE.exists() and shutil.which("node") else "no ipx: make bench"


def _install() -> None:
    _NODE.mkdir(parents=True, exist_ok=True)
    npm = shutil.which("npm")
    if npm:
        command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(_NODE), "ipx@3.1.1"]
        subprocess.run(command, check=True)  # noqa: S603  # the registry's own


def _asks(path: str, form: str, quality: int, place: Place) -> str:
    return f"/s_400x300,fit_cover,f_{form},q_{quality}/http://127.0.0.1:{place.origin}{path}"


MAKER = Maker(
    peer=Peer(
        name="ipx",
        missing=_missing,
        version=lambda: str(json.loads(_PACKAGE.read_text())["version"]),
        command=lambda place: [
            *("node", str(ROOT / "bench" / "servers" / "ipx.mjs"), str(place.port)),
            str(_PACKAGE.parent / "dist" / "index.mjs"),
        ],
        install=_install,
    ),
    asks=_asks,
)
