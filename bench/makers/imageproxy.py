"""willnorris/imageproxy: Go's own decoders and encoders. No WebP is written, nothing is kept."""
# a folder of programs

from peers.peer import Peer, Place

from makers.go import built, missing, program
from makers.maker import Maker

_VERSION = "v0.11.2"


def _asks(path: str, form: str, quality: int, place: Place) -> str:
    return f"/400x300,{form},q{quality}/http://127.0.0.1:{place.origin}{path}"


MAKER = Maker(
    peer=Peer(
        name="imageproxy",
        missing=missing("imageproxy"),
        version=lambda: _VERSION,
        command=lambda place: [
            *(str(program("imageproxy")), "-addr", f"127.0.0.1:{place.port}"),
        ],
        install=built("imageproxy", "willnorris.com/go/imageproxy", _VERSION, "/cmd/imageproxy"),
    ),
    asks=_asks,
    forms=("jpeg",),
)
