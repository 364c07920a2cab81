"""Install the peers that can be had here: apt's where we may, the registries' under bench/.work.

    python bench/install.py

What cannot be had is said and left out; the bench runs with what there is.
"""
# a folder of programs

import os
import shutil
import subprocess
import sys
from pathlib import Path

from makers import MAKERS
from peers import PEERS

APT = {"nginx": "nginx-light", "wrk": "wrk", "varnishd": "varnish", "node": "nodejs"}
HEADERS = ("/usr/include/vips/vips.h", "libvips-dev")  # imagor is built on them


def main() -> int:
    """Install what is missing."""
    wanted = [package for program, package in APT.items() if not shutil.which(program)]
    if not Path(HEADERS[0]).exists() and shutil.which("go"):
        wanted.append(HEADERS[1])
    if wanted and os.geteuid() == 0 and shutil.which("apt-get"):
        command = ["apt-get", "install", "--yes", "--no-install-recommends", *wanted]
        subprocess.run(command, check=False)  # noqa: S603  # what is missing is said below
    for peer in (*PEERS, *(maker.peer for maker in MAKERS)):
        if peer.missing():
            try:
                peer.install()
            except (subprocess.CalledProcessError, OSError) as error:
                sys.stderr.write(f"{peer.name}: {error}\n")
        sys.stderr.write(f"{peer.name}: {peer.missing() or peer.version()}\n")
    if not shutil.which("wrk"):
        sys.exit("no wrk: nothing can be measured")
    return 0


if __name__ == "__main__":
    sys.exit(main())
