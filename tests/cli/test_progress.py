"""Progress is shown on a terminal, and nowhere else."""

import io

import pytest
from rich.console import Console

from proxy.cli.progress import shown
from proxy.mirror.warm import Outcome, State
from proxy.mirror.wishes import Wish

WISHES = tuple(
    Wish(source=f"http://{host}/{n}.jpg", host=host, presets=(), references=())
    for host in ("h[1]", "i\x1b")
    for n in range(3)
)


@pytest.mark.parametrize("terminal", [True, False])
def test_bars_for_all_and_for_each_host(*, terminal: bool) -> None:
    written = io.StringIO()
    console = Console(file=written, force_terminal=terminal, width=120)
    with shown(WISHES, console) as hear:
        for n, wish in enumerate(WISHES):
            hear(Outcome(wish=wish, state=State.PINNED if n else State.FAILED))
    said = written.getvalue()
    if terminal:
        assert "6/6" in said
        assert "1 missing" in said
        assert "i\x1b" not in said
    else:
        assert said.strip() == ""
