"""thumbor with result storage: what it made once, it answers from a file.

Chrome gets WebP of it, where ours says AVIF; its bytes are a little more.
"""
# a folder of programs

from results import WORK

from peers.peer import Peer, Place, no_venv, package_version, venv

_BIN = WORK / "thumbor" / "bin"
_CONF = """
SECURITY_KEY = "bench"
ALLOW_UNSAFE_URL = True
LOADER = "thumbor.loaders.http_loader"
STORAGE = "thumbor.storages.no_storage"
RESULT_STORAGE = "thumbor.result_storages.file_storage"
RESULT_STORAGE_FILE_STORAGE_ROOT_PATH = "{folder}/results"
RESULT_STORAGE_EXPIRATION_SECONDS = 86400
RESULT_STORAGE_STORES_UNSAFE = True
AUTO_WEBP = True
AUTO_AVIF = True
QUALITY = 80
"""


def _command(place: Place) -> list[str]:
    conf = place.write("thumbor.conf", _CONF.format(folder=place.folder))
    return [
        *(str(_BIN / "thumbor"), "--ip", "127.0.0.1", "--port", str(place.port)),
        *("--conf", str(conf), "--log-level", "error", "--processes", "1"),
    ]


def _thumbnail(path: str, place: Place) -> str:
    return f"/unsafe/400x300/http://127.0.0.1:{place.origin}{path}"


PEER = Peer(
    name="thumbor",
    missing=no_venv("thumbor", "thumbor"),
    version=lambda: package_version(_BIN / "python", "thumbor"),
    command=_command,
    install=venv("thumbor", "thumbor"),
    target=None,
    thumbnail=_thumbnail,
    caches=True,
)
