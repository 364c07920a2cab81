"""thumbor with Pillow and one process, set as for hits; it keeps what it made."""
# a folder of programs

from dataclasses import replace

from peers import thumbor
from peers.peer import Place

from makers.maker import Maker


def _asks(path: str, form: str, quality: int, place: Place) -> str:
    told = f"filters:format({form}):quality({quality})"
    return f"/unsafe/400x300/{told}/http://127.0.0.1:{place.origin}{path}"


MAKER = Maker(peer=replace(thumbor.PEER, name="thumbor"), asks=_asks)
