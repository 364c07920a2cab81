"""The servers hits are compared with, one file each; ours first."""
# a folder of programs

from peers import granian, nginx, node, ours, plain, thumbor, varnish
from peers.peer import Peer

PEERS: tuple[Peer, ...] = (
    ours.PEER,
    nginx.STATIC,
    nginx.CACHE,
    varnish.PEER,
    plain.PEER,
    node.PEER,
    granian.PEER,
    thumbor.PEER,
)
