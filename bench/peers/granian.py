"""Granian with one worker and its own interface (RSGI), from memory; no access log."""
# a folder of programs

from results import ROOT, WORK

from peers.peer import Peer, Place, no_venv, package_version, venv

_BIN = WORK / "granian" / "bin"


def _command(place: Place) -> list[str]:
    return [
        *("env", f"BENCH_FILES={place.files}", str(_BIN / "granian"), "--interface", "rsgi"),
        *("--host", "127.0.0.1", "--port", str(place.port), "--workers", "1", "--loop", "uvloop"),
        *("--no-access-log", "--working-dir", str(ROOT / "bench" / "servers"), "granian_app:app"),
    ]


PEER = Peer(
    name="granian",
    missing=no_venv("granian", "granian"),
    version=lambda: package_version(_BIN / "python", "granian"),
    command=_command,
    install=venv("granian", "granian", "uvloop"),
)
