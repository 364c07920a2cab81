"""A plain aiohttp handler, of the same aiohttp and uvloop as ours; no access log."""
# a folder of programs

import sys
from importlib.metadata import version

from results import ROOT

from peers.peer import Peer

PEER = Peer(
    name="plain aiohttp",
    missing=lambda: "",
    version=lambda: version("aiohttp"),
    command=lambda place: [
        *(sys.executable, str(ROOT / "bench" / "servers" / "plain.py")),
        *(str(place.port), str(place.files)),
    ],
)
