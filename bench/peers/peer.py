"""What a peer is: a server that answers the same pictures, one worker, from its warmest state."""
# a folder of programs

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from results import WORK


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a peer runs: what it may write, where it listens, where its pictures come from."""

    folder: Path  # its own, empty
    port: int
    files: Path  # NAME/NUMBER.jpg: every picture as a file, for those that serve files
    origin: int  # the port of the origin, which answers the same paths

    def write(self, name: str, text: str) -> Path:
        """Write a file of the peer's configuration."""
        path = self.folder / name
        path.write_text(text)
        return path


def nothing() -> None:
    """Install nothing."""


def same_path(path: str) -> str:
    """Return the target of a server that mirrors the origin's paths."""
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One server of the comparison."""

    name: str
    missing: Callable[[], str]  # why it cannot run here; empty when it can
    version: Callable[[], str]
    command: Callable[[Place], Sequence[str]]  # writes what it needs into the place first
    install: Callable[[], None] = nothing
    host: str = "127.0.0.1"  # of the Host header
    target: Callable[[str], str] | None = same_path  # of an original, from its path at the origin
    thumbnail: Callable[[str, Place], str] | None = (
        None  # of its picture of 400 × 300, cut to shape
    )
    caches: bool = False  # it asks the origin once
    hit: tuple[str, str] = ("", "")  # a header of every hit, and what it contains
    env: dict[str, str] = field(default_factory=dict)


def no_program(name: str) -> Callable[[], str]:
    """Return the question whether a program is missing."""
    return lambda: "" if shutil.which(name) else f"no {name}"


def no_venv(name: str, program: str) -> Callable[[], str]:
    """Return the question whether a virtual environment under ``bench/.work`` is missing."""
    return lambda: "" if (WORK / name / "bin" / program).exists() else f"no {name}: make bench"


def venv(name: str, *packages: str) -> Callable[[], None]:
    """Return what makes a virtual environment under ``bench/.work`` with these packages."""

    def install() -> None:
        place = WORK / name
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)  # noqa: S603  # our own Python
        into = ["--python", str(place / "bin" / "python"), "install", "--quiet", *packages]
        subprocess.run(["python3", "-m", "pip", *into], check=True)  # noqa: S603, S607  # pip, of whichever Python has one

    return install


def package_version(python: Path, package: str) -> str:
    """Return the version of a package as that Python has it."""
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False)  # noqa: S603  # our own venv
    return done.stdout.strip() or "?"
