"""node's http module, from memory; no access log."""
# a folder of programs

from results import ROOT, version_of

from peers.peer import Peer, no_program

PEER = Peer(
    name="node",
    missing=no_program("node"),
    version=lambda: version_of(["node", "--version"], r"v(\S+)"),
    command=lambda place: [
        *("node", str(ROOT / "bench" / "servers" / "node.cjs")),
        *(str(place.port), str(place.files)),
    ],
)
