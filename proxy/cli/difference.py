"""How a file differs from what it is to be: a unified diff, coloured on a terminal, plain else."""

from collections.abc import Iterator
from difflib import unified_diff

from rich.console import Console
from rich.text import Text

from proxy.cli.figures import visible
from proxy.cli.opened import say

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def show(name: str, before: bytes, after: bytes) -> None:
    """Print the difference; nothing where there is none."""
    console = Console(highlight=False)
    for line in lines(name, before, after):
        if console.is_terminal:
            heading = line.startswith(("+++", "---"))
            style = "bold" if heading else _STYLES.get(line[:1], "")
            console.print(Text(visible(line), style=style), soft_wrap=True)
        else:
            say(line)


def lines(name: str, before: bytes, after: bytes) -> Iterator[str]:
    """Yield the lines of the difference, without their ends; bytes that are no UTF-8 escaped."""
    old, new = (data.decode(errors="backslashreplace").split("\n") for data in (before, after))
    yield from unified_diff(old, new, f"a/{name}", f"b/{name}", n=1, lineterm="")
