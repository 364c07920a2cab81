"""What ``warm`` and ``mirror`` share: the wishes of posts fulfilled, and what came of it told."""

import asyncio
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from proxy.cli import posts, progress
from proxy.cli.columns import columns
from proxy.cli.figures import counted, visible
from proxy.cli.opened import complain, say
from proxy.cli.posts import Posts
from proxy.errors import ServiceUnreachable, SettingsError, StoreUnavailable
from proxy.mirror import causes, ledger
from proxy.mirror.asking import Answer, Door
from proxy.mirror.causes import Cause
from proxy.mirror.ledger import Ledger
from proxy.mirror.local import local
from proxy.mirror.reference import Role
from proxy.mirror.remote import remote
from proxy.mirror.warm import Outcome, State, Summary, warm
from proxy.mirror.wishes import wishes
from proxy.settings import Settings

ServerUrl = Annotated[
    str,
    Parameter(
        help="Ask a running service at this address, with the settings' [admin] token,"
        " instead of working on the store itself."
    ),
]
Presets = Annotated[
    str,
    Parameter(
        help="Make these of every picture, whatever it is to its post, instead of what"
        " [mirror.presets] says: 'thumbnail,headimg'."
    ),
]
DryRun = Annotated[
    bool, Parameter(negative="", help="Only look what there is; ask nobody, keep nothing.")
]
Retry = Annotated[
    bool, Parameter(negative="", help="Ask again for what failed lately, and is left alone else.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as it was typed. ``pin``: what is kept is kept for ever."""

    paths: tuple[str, ...]
    pin: bool
    server: str
    presets: str
    dry_run: bool
    retry: bool
    as_json: bool


def go(run: Run, chosen: Settings) -> int:
    """Carry out a run; return its exit code."""
    wanted = _wanted(run, chosen)
    try:
        found, summary = asyncio.run(_done(run, wanted, chosen))
    except (ServiceUnreachable, StoreUnavailable) as failing:
        complain(visible(str(failing)))
        return 1
    lost = any(found.lost()) or any(found.complaints())
    if run.as_json:
        say(json.dumps(_facts(found, summary)))
    else:
        _tell(run, found, summary)
    return 1 if lost else summary.exit_code


def _wanted(run: Run, chosen: Settings) -> Mapping[Role, tuple[str, ...]]:
    """Return the presets wanted of each role. Raises SettingsError for what is none."""
    if run.server and not run.server.startswith(("http://", "https://")):
        said = f"--server: {run.server!r} is no address such as 'http://127.0.0.1:8080'"
        raise SettingsError((said,))
    given = {f"mirror.presets.{name}": names for name, names in chosen.mirror.presets.items()}
    named = tuple(filter(None, (name.strip() for name in run.presets.split(","))))
    mistakes = tuple(
        f"{key}: {name!r} is no preset; there are: {', '.join(chosen.presets) or 'none'}"
        for key, names in ({"--presets": named} if named else given).items()
        for name in names
        if name not in chosen.presets
    )
    if mistakes:
        raise SettingsError(mistakes)
    return dict.fromkeys(Role, named) if named else posts.presets_by_role(chosen)


async def _done(
    run: Run, wanted: Mapping[Role, tuple[str, ...]], chosen: Settings
) -> tuple[Posts, Summary]:
    found = await posts.read(run.paths, chosen)
    wished = wishes(found.references(), wanted)
    async with AsyncExitStack() as stack:
        # The lock before the door: who has to wait for another run opens nothing.
        path = ledger.path_of(chosen.cache)
        attempts = Ledger.read(path) if run.dry_run else stack.enter_context(ledger.writing(path))
        door: Door
        if run.server:
            door = await stack.enter_async_context(remote(run.server, chosen.admin.token))
        else:
            n_workers = chosen.images.workers or os.cpu_count() or 1
            door = await stack.enter_async_context(local(chosen, picture_workers=n_workers))
        hear = stack.enter_context(progress.shown(wished, Console(stderr=True)))
        summary = await warm(
            wished,
            door=door,
            ledger=attempts,
            mirror=chosen.mirror,
            pin=run.pin,
            dry_run=run.dry_run,
            retry=run.retry,
            on_progress=hear,
        )
    return found, summary


def _facts(found: Posts, summary: Summary) -> dict[str, object]:
    return {
        "sources": len(summary.outcomes),
        "counts": {state.value: summary.counts[state] for state in State},
        "made": summary.made,
        "outcomes": [_outcome(one) for one in summary.outcomes],
        "without_source": [
            {"at": posts.place_of(one), "written": one.written, "problem": one.problem}
            for one in found.lost()
        ],
        "complaints": [
            {"post": name, "complaint": complaint} for name, complaint in found.complaints()
        ],
    }


def _outcome(one: Outcome) -> dict[str, object]:
    answer = one.answer or Answer(status=0)
    return {
        "source": one.wish.source,
        "host": one.wish.host,
        "state": one.state.value,
        "cause": _why(one).value if one.missing else None,
        "presets": one.wish.presets,
        "made": one.made,
        "status": answer.status or None,
        "problem": answer.problem,
        "because": answer.because,
        "at": [posts.place_of(reference) for reference in one.wish.references],
    }


def _tell(run: Run, found: Posts, summary: Summary) -> None:
    for line in columns(_rows(found, summary)):
        say(line)
    posts.complain_of(found.complaints())
    named = ((state, summary.counts[state]) for state in State)
    states = ", ".join(f"{number:,} {_words(state, run)}" for state, number in named if number)
    made = f"; {counted(summary.made, 'picture')} made" if summary.made else ""
    n_posts = counted(len(found.scanned), "document")
    sources = counted(len(summary.outcomes), "source")
    say(f"{sources} in {n_posts}: {states or 'nothing to do'}{made}")


def _words(state: State, run: Run) -> str:
    if state is State.SKIPPED:
        return "would be asked or left alone" if run.dry_run else "left alone (--retry asks again)"
    return {State.ALREADY: "there already", State.KEPT: "fetched"}.get(state, state.value)


def _rows(found: Posts, summary: Summary) -> Iterator[tuple[str, ...]]:
    """Return what is missing: why, what, where it stands, and the reason in full."""
    for one in summary.outcomes:
        if one.missing:
            answer = one.answer
            reason = f": {answer.because}" if answer and answer.because else ""
            place = posts.place_of(one.wish.references[0])
            yield f"✗ {_why(one).label}", place, visible(f"{one.wish.source}{reason}")
    for reference in found.lost():
        label = causes.of_reference(reference).label
        written = visible(f"{reference.written[:200]}: {reference.problem}")
        yield f"✗ {label}", posts.place_of(reference), written


def _why(one: Outcome) -> Cause:
    answer = one.answer
    if answer is None:
        cause = Cause.UNASKED
    elif one.state is State.REFUSED:
        cause = Cause.NOT_ALLOWED
    else:
        cause = causes.of_failure(answer.problem, answer.status, answer.because)
    return causes.of_source(one.wish.source, cause)
