"""imagor: libvips in Go, as imgproxy is. It keeps nothing by default."""
# a folder of programs

from peers.peer import Peer, Place

from makers.go import built, missing, program
from makers.maker import Maker

_VERSION = "v1.4.15"


def _asks(path: str, form: str, quality: int, place: Place) -> str:
    told = f"filters:format({form}):quality({quality})"
    return f"/unsafe/400x300/{told}/http://127.0.0.1:{place.origin}{path}"


MAKER = Maker(
    peer=Peer(
        name="imagor",
        missing=missing("imagor"),
        version=lambda: _VERSION,
        command=lambda place: [
            *(str(program("imagor")), "-server-address", "127.0.0.1", "-port", str(place.port)),
            "-imagor-unsafe",
        ],
        install=built("imagor", "github.com/cshum/imagor", _VERSION, "/cmd/imagor"),
    ),
    asks=_asks,
)
