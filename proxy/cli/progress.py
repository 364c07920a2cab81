"""Progress of a run over many publishers, live on a terminal and nowhere else."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from proxy.cli.figures import visible
from proxy.mirror.warm import Outcome
from proxy.mirror.wishes import Wish

_LINES = 12  # hosts shown at a time; those under way come first


@contextmanager
def shown(wishes: Iterable[Wish], console: Console) -> Iterator[Callable[[Outcome], None]]:
    """Show a bar for all and one for each host under way; give what is to hear of each outcome."""
    left = Counter(wish.host for wish in wishes)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[said]}", style="red"),
        console=console,
        disable=not console.is_terminal,
    ) as progress:
        whole = progress.add_task("all", total=sum(left.values()), said="")
        hosts = {
            host: progress.add_task(escape(visible(host)), total=number, visible=False, said="")
            for host, number in left.items()
        }
        missing: Counter[str] = Counter()
        open_: set[str] = set()

        def hear(outcome: Outcome) -> None:
            host = outcome.wish.host
            left[host] -= 1
            missing.update({host: 1, "": 1} if outcome.missing else {})
            if left[host] and len(open_) < _LINES:
                open_.add(host)
            if not left[host]:
                open_.discard(host)
            said = {
                name: f"{missing[name]:,} missing" if missing[name] else "" for name in (host, "")
            }
            progress.update(hosts[host], advance=1, visible=host in open_, said=said[host])
            progress.update(whole, advance=1, said=said[""])

        yield hear
