"""``image-proxy cache``: the operator's hands on what is kept, server running or not.

Opens the store itself, beside the server's processes; they obey a purge at their next look.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter, validators
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.table import Table

from proxy import clock
from proxy.cli import listing
from proxy.cli.figures import counted, share, size, visible
from proxy.cli.opened import AsJson, complain, say, with_store
from proxy.cli.options import ConfigFile, settings
from proxy.dialects import selection
from proxy.errors import BadAddress, PictureError, SettingsError, StoreUnavailable
from proxy.model.purge import Scope, Selector
from proxy.settings import Cache, Settings
from proxy.stores.protocols import HostUse, Page, StoreState
from proxy.stores.store import Store

if TYPE_CHECKING:
    from proxy.model.entry import Entry

app = App(name="cache", help="Look at what is kept, check it, purge it; server running or not.")

_PAGE = 1000
_FORMS = {
    Scope.SOURCE: ("URL", "http://image.woshipm.com/a.jpg"),
    Scope.HOST: ("--host", "image.woshipm.com"),
    Scope.PREFIX: ("--prefix", "http://image.woshipm.com/wp-files/2021/"),
}


@app.command
def stats(*, as_json: AsJson = False, config: ConfigFile = None) -> int:
    """Tell how much is kept, of which hosts, and how well it serves.

    What the cache did for readers is told by the running service of these settings, where one
    answers. Exit code 0: all is well; 1: nothing can be kept just now, or there is no cache.
    """
    chosen = settings(config)

    async def work(store: Store) -> int:
        from proxy.cli import shares  # noqa: PLC0415  # heavy; nothing else asks over HTTP

        state, answers = store.state(), await shares.answers(chosen)
        try:
            hosts = await store.hosts()
        except StoreUnavailable:  # state says why
            hosts = ()
        if as_json:
            say(json.dumps(_statement(chosen.cache, state, hosts, answers)))
        else:
            _tell(chosen.cache, state, hosts, answers)
        return int(state.degraded)

    return with_store(chosen, work)


@app.command(name="list")
def list_(
    *,
    host: Annotated[str, Parameter(help="Only of this host.")] = "",
    prefix: Annotated[str, Parameter(help="Only of addresses that begin so.")] = "",
    limit: Annotated[
        int, Parameter(help="At most so many.", validator=validators.Number(gte=1))
    ] = 100,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> int:
    """List what is kept, in the order of the addresses: an original, then its pictures.

    The size is that of the upright picture in pixels; the age is HTTP's, since the publisher last
    said that it is good.
    """
    chosen = settings(config)
    where = {
        scope.value: _selector(scope, text, chosen).value if text else ""
        for scope, text in ((Scope.HOST, host), (Scope.PREFIX, prefix))
    }

    async def work(store: Store) -> int:
        found: list[Entry] = []
        page = Page((), "")
        while page.cursor is not None and len(found) < limit:
            n_wanted = min(_PAGE, limit - len(found))
            page = await store.entries(**where, limit=n_wanted, cursor=page.cursor)
            found += page.entries
        more, now = page.cursor is not None, clock.now()
        if as_json:
            say(
                json.dumps(
                    {"entries": [listing.facts(entry, now) for entry in found], "more": more}
                )
            )
        else:
            for entry in found:
                say(listing.line(entry, now))
            if more:
                complain(f"there are more: --limit {limit * 10} shows them")
        return 0

    return with_store(chosen, work)


@app.command
def verify(*, as_json: AsJson = False, config: ConfigFile = None) -> int:
    """Read all that is kept and check it against its checksums; what is wrong is healed.

    Damaged pictures are removed, to be fetched again when they are next asked for. Exit code 0:
    nothing was wrong; 1: something was damaged or missing.
    """

    async def work(store: Store) -> int:
        console = Console(stderr=True)
        columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(
            "checking", *columns, console=console, disable=not console.is_terminal
        ) as progress:
            task = progress.add_task("", total=None)
            found = await store.verify(
                lambda done, total: progress.update(task, completed=done, total=total)
            )
        if as_json:
            say(json.dumps(asdict(found)))
        else:
            wrong = f"{found.damaged:,} damaged, {found.missing:,} missing, {found.healed:,} healed"
            say(f"{found.checked:,} checked: {wrong}")
            if found.orphans:
                say(f"{counted(found.orphans, 'file')} of no entry, cleared away in time")
        return int(bool(found.damaged or found.missing))

    return with_store(settings(config), work)


@app.command
def purge(  # noqa: PLR0913  # the four ways to say what
    url: Annotated[
        str | None, Parameter(help="The picture at this address, wrapped or not.")
    ] = None,
    *,
    host: Annotated[str | None, Parameter(help="All of this host.")] = None,
    prefix: Annotated[str | None, Parameter(help="All whose addresses begin so.")] = None,
    everything: Annotated[bool, Parameter(name="--all", negative="", help="All there is.")] = False,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> int:
    """Let go of originals and every picture made from them, pinned ones too.

    Running servers obey at once: the next ask goes to the publisher. Give exactly one of URL,
    --host, --prefix and --all. Exit code 0: it is gone, or nothing was there.
    """
    asked = {Scope.SOURCE: url, Scope.HOST: host, Scope.PREFIX: prefix}
    given = [(scope, text) for scope, text in asked.items() if text is not None]
    given += [(Scope.ALL, "")] * everything
    if len(given) != 1:
        raise SettingsError(
            (f"{len(given)} of URL, --host, --prefix and --all were given; give exactly one",)
        )
    chosen = settings(config)
    selector = _selector(*given[0], chosen)

    async def work(store: Store) -> int:
        purged = await store.purge(selector)
        if as_json:
            say(json.dumps(asdict(purged)))
        else:
            numbers = (counted(purged.originals, "original"), counted(purged.pictures, "picture"))
            say(f"purged {selector.value or 'all'}: {', '.join(numbers)}")
        return 0

    return with_store(chosen, work)


@app.command
def fingerprint(
    file: Annotated[Path, Parameter(help="A picture, such as a publisher's notice.")],
    *,
    config: ConfigFile = None,
) -> int:
    """Print a picture's fingerprint, as [access] placeholders takes it: the same in every size.

    Exit code 0: here it is; 1: the file cannot be read, or is no picture.
    """
    from proxy.images import fingerprint as seen  # noqa: PLC0415  # it loads the decoders
    from proxy.images.limits import Limits  # noqa: PLC0415  # likewise

    chosen = settings(config)
    try:
        say(f"phash:{seen.fingerprint(file.read_bytes(), Limits.of(chosen.images)):016x}")
    except (OSError, PictureError) as refused:
        complain(f"{file}: {visible(str(refused))}")
        return 1
    return 0


def _selector(scope: Scope, text: str, chosen: Settings) -> Selector:
    try:
        return selection.read(scope, text, chosen)
    except BadAddress as wrong:
        option, example = _FORMS[scope]
        said = f"{option}: {visible(str(wrong))}; write it like {example!r}"
        raise SettingsError((said,)) from wrong


def _statement(
    cache: Cache, state: StoreState, hosts: tuple[HostUse, ...], answers: Mapping[str, int] | None
) -> dict[str, object]:
    facts = asdict(state)
    del facts["memory_bytes"]  # of this process, which keeps nothing
    return {
        "dir": cache.dir,
        "bound_bytes": cache.disk,
        **facts,
        "hosts": [asdict(host) for host in hosts],
        "answers": answers,
    }


def _tell(
    cache: Cache, state: StoreState, hosts: tuple[HostUse, ...], answers: Mapping[str, int] | None
) -> None:
    numbers = (counted(state.originals, "original"), counted(state.pictures, "picture"))
    say(f"{cache.dir}: {size(state.disk_bytes)} of {size(cache.disk)}, {', '.join(numbers)}")
    if state.degraded:
        say(f"nothing new can be kept: {visible(state.reason)}")
    if hosts:
        Console(highlight=False).print(_table(hosts))
    if answers is None:
        say("no service of these settings answers: hit shares are its to tell")
    else:
        n_all = sum(answers.values())
        shares = (f"{label} {share(number, n_all)}" for label, number in answers.items())
        say(f"answers since the service started: {', '.join(shares) or 'none'}")


def _table(hosts: tuple[HostUse, ...]) -> Table:
    table = Table("host", box=None)
    for name in ("originals", "pictures", "bytes"):
        table.add_column(name, justify="right")
    for one in hosts:
        table.add_row(
            visible(one.host), f"{one.originals:,}", f"{one.pictures:,}", size(one.body_bytes)
        )
    return table
