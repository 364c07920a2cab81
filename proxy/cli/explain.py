"""``image-proxy explain``: what an address means, and how its picture stands."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated

from cyclopts import Parameter

from proxy import clock
from proxy.cli.figures import size, span, visible
from proxy.cli.opened import AsJson, complain, say, store_of
from proxy.cli.options import ConfigFile, settings
from proxy.dialects import typed
from proxy.errors import AskError
from proxy.flow.explain import Explainer, Facts
from proxy.model.headers import Headers
from proxy.settings import Settings
from proxy.wiring import policy_of

_COLUMN = 13  # the longest dialect's name


def explain(
    address: Annotated[
        str,
        Parameter(
            help="As a reader asks it: '/thumbnail/?http://…', whole with our host name, or the"
            " picture's own address."
        ),
    ],
    *,
    accept: Annotated[str, Parameter(help="The Accept field of who asks.")] = "",
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> int:
    """Tell what an address means: source, options, rules, what is kept, other ways to write it.

    Looks at the settings and the store, server running or not; fetches and changes nothing. Exit
    code 0: it would be answered; 1: it cannot be read, or the rules refuse it.
    """
    chosen = settings(config)
    try:
        facts = asyncio.run(_explained(address, accept, chosen))
    except AskError as unreadable:
        complain(f"this cannot be read: {visible(str(unreadable))}")
        return 1
    if as_json:
        say(json.dumps(facts, ensure_ascii=False))
    else:
        for name, value in _lines(facts):
            say(f"{name:{_COLUMN}} {visible(value)}")
    return 0 if facts["allowed"] else 1


async def _explained(address: str, accept: str, chosen: Settings) -> Facts:
    async with store_of(chosen) as store:
        explainer = Explainer(settings=chosen, policy=policy_of(chosen), store=store, now=clock.now)
        asked = typed.request_of(address, chosen)
        headers = Headers((*asked.headers, *((("Accept", accept),) if accept else ())))
        return await explainer.explain(replace(asked, headers=headers))


def _lines(facts: Facts) -> Iterator[tuple[str, str]]:
    """Return what a person reads: a name and a sentence a line."""
    yield "source", str(facts["source"])
    made = facts["preset"] or facts["options"] or ("what is known of it" if facts["info"] else "")
    yield "asks for", f"{made or 'the original'} ({facts['dialect']})"
    if not facts["allowed"]:
        yield "refused", _failure(facts["refusal"])
    else:
        referer = facts["referer"]
        sent = f"with Referer {referer}" if referer else "without a Referer"
        yield "origin", f"asked {sent} ([origins] {facts['origin']})"
        yield "kept", _standing(facts["cache"])
        if "picture" in facts:
            yield "picture", _standing(facts["picture"])
        if facts["failure"]:
            yield "failed", _failure(facts["failure"])
    for name, form in _of(facts["written"]).items():
        yield name, str(form)


def _standing(value: object) -> str:
    found = _of(value)
    if "refusal" in found:
        return _failure(found["refusal"])
    parts = [str(found["state"])]
    if "format" in found:
        parts.append(f"{found['format']} at quality {found['quality']}")
    if "type" in found:
        pixels = f" {found['width']}×{found['height']}" if found["width"] else ""
        parts.append(f"{found['type']}{pixels}, {size(int(str(found['bytes'])))}")
    if "age_s" in found:
        age, life = (float(str(found[name])) for name in ("age_s", "lifetime_s"))
        parts.append(f"{span(age)} old of {span(life)}")
    return ", ".join([*parts, *(["pinned"] if found.get("pinned") else [])])


def _failure(value: object) -> str:
    found = _of(value)
    return f"{found['status']} {found['type']}: {found['because']}"


def _of(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
