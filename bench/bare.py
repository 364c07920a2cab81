"""The least a cyclopts help can be, and one of as many commands as ours: what ours is measured by.

python bench/bare.py COMMANDS
"""
# a folder of programs

import sys

from cyclopts import App


def _command() -> None:
    """Do what a command does."""


app = App(name="x", help="y", version="1")
for number in range(int(sys.argv[1])):
    app.command(_command, name=f"command{number}")
app(["--help"])
