"""Programs in Go, built under ``bench/.work`` at a version named here.

``go install`` asks for the list of versions, which not every module proxy has: a module of our own
that requires the version does not.
"""
# a folder of programs

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from results import WORK

BIN = WORK / "go"


def built(name: str, module: str, version: str, package: str = "") -> Callable[[], None]:
    """Return what builds a program of a module."""

    def install() -> None:
        place = WORK / f"go-{name}"
        place.mkdir(parents=True, exist_ok=True)
        (place / "go.mod").write_text(f"module bench\n\ngo 1.23\n\nrequire {module} {version}\n")
        go = shutil.which("go")
        if go:
            env = {**os.environ, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
            command = [go, "build", "-o", str(BIN / name), module + package]
            subprocess.run(command, check=True, cwd=place, env=env)  # noqa: S603  # the proxy's own

    return install


def missing(name: str) -> Callable[[], str]:
    """Return the question whether a program is not there."""
    return lambda: "" if program(name).exists() else f"no {name}: make bench, with Go"


def program(name: str) -> Path:
    """Return where a program is."""
    return BIN / name
