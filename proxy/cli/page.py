"""The mirror's report as one HTML page that needs nothing else, to keep and to pass on.

No script and no request: small pictures stand in it, the filter is CSS, and its policy forbids the
rest. Every text is somebody else's and is escaped where it is written.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from html import escape
from importlib.resources import files
from string import Template

from proxy.cli.figures import counted, size, visible
from proxy.mirror.causes import NOTICES, Cause
from proxy.mirror.report import Finding, Host, Post, Report
from proxy.mirror.standing import Standing

# What the operator can mend by a setting or another run; the rest is up to the publisher.
_OPEN = frozenset({Cause.UNASKED, Cause.NOT_ALLOWED, Cause.NOT_KEPT, Cause.FAILING})
_FEW = 12  # posts: all of them are shown with their pictures
_LONGEST = 240  # characters of an address, as shown
_LONGEST_DATA = 60  # of one that is a picture itself


def render(made: Report, pictures: Mapping[str, str]) -> str:
    """Return the page; ``pictures`` are small ones by source, as ``data:`` addresses."""
    room = files("proxy.cli")
    style = Template(room.joinpath("page.css").read_text("utf-8")).substitute(filters=_filters())
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return Template(room.joinpath("page.html").read_text("utf-8")).substitute(
        hash=f"sha256-{digest}",
        style=style,
        mood="" if made.good else "bad",
        date=datetime.fromtimestamp(made.made_at, UTC).strftime("%Y-%m-%d %H:%M UTC"),
        headline=headline(made),
        lead=lead(made),
        bar=_bar(made.whole),
        legend="".join(_legend(made.whole)),
        tiles="".join(_tiles(made)),
        causes=_causes(made),
        hosts=_hosts(made.hosts),
        posts=_posts(made.posts, pictures),
    )


def headline(made: Report) -> str:
    """Return the report in one sentence."""
    whole = made.whole
    if not whole.sources:
        return "These posts show no publisher's pictures"
    if whole.sources == 1:
        return f"The picture is {'' if whole.kept else 'not '}in the mirror"
    if whole.kept == whole.sources:
        return f"All {whole.sources:,} pictures are in the mirror"
    return f"{whole.kept:,} of {whole.sources:,} pictures are in the mirror"


def lead(made: Report) -> str:
    """Return what is missing in one sentence."""
    n_posts = counted(len(made.posts), "post")
    unread = sum(bool(post.complaints) for post in made.posts)
    lacking = sum(bool(post.missing) for post in made.posts)
    told = (
        f"{counted(made.missing, 'reference')} in {lacking:,} of {n_posts} would show nothing."
        if made.missing
        else f"Nothing is missing in {n_posts}."
    )
    return f"{told} {unread:,} could not be read, or not in whole." if unread else told


def _bar(host: Host, *, more: str = "") -> str:
    """Return kept and missing as one bar: attributes of SVG, which the policy lets be."""
    at, parts = 0.0, []
    shares = (
        ("pinned", host.pinned),
        ("kept", host.kept - host.pinned),
        ("lost", host.sources - host.kept),
    )
    for name, number in shares:
        wide = 100 * number / host.sources if host.sources else 0.0
        if wide:
            parts.append(f'<rect class="{name}" x="{at:.2f}%" width="{wide:.2f}%" height="100%"/>')
        at += wide
    return f'<svg class="bar {more}" aria-hidden="true">{"".join(parts)}</svg>'


def _legend(whole: Host) -> Iterator[str]:
    kinds = (
        ("pinned", whole.pinned, "kept for ever"),
        ("kept", whole.kept - whole.pinned, "in the cache, not pinned"),
        ("lost", whole.sources - whole.kept, "not kept"),
    )
    for name, number, words in kinds:
        if number:
            yield f'<li class="{name}"><i></i>{number:,} {words}</li>'


def _tiles(made: Report) -> Iterator[str]:
    tiles = (
        (f"{len(made.posts):,}", "posts", ""),
        (f"{made.references:,}", "references", ""),
        (f"{made.whole.sources:,}", "pictures", ""),
        (f"{len(made.hosts):,}", "hosts", ""),
        (size(made.whole.length), "of originals", ""),
        (f"{made.missing:,}", "missing", "bad" if made.missing else ""),
    )
    for number, words, mood in tiles:
        yield f'<div class="card {mood}"><b>{number}</b><small>{words}</small></div>'


def _causes(made: Report) -> str:
    """Return what is the matter, each with a button that shows only its posts."""
    if not made.causes:
        return ""
    n_all = sum(made.causes.values())
    cards = [_cause("all", "note", "everything", n_all, "Show all findings.", checked=True)]
    for cause, number in made.causes.items():
        cards.append(_cause(cause.value, _level(cause), cause.label, number, cause.sentence))
    shown = "".join(cards)
    return (
        "<h2>Why <small>choose one to see its posts</small></h2>"
        f'<fieldset class="causes">{shown}</fieldset>'
    )


def _cause(  # noqa: PLR0913  # a button's parts
    name: str, level: str, label: str, number: int, sentence: str, *, checked: bool = False
) -> str:
    mark = " checked" if checked else ""
    return (
        f'<div><input type="radio" name="cause" id="c-{name}"{mark}>'
        f'<label for="c-{name}" class="card {level}"><b>{_text(label)}</b><span>{number:,}</span>'
        f"<small>{_text(sentence)}</small></label></div>"
    )


def _filters() -> str:
    """Return the rules by which a chosen cause hides what has another."""
    return "\n".join(
        f"body:has(#c-{name}:checked) :is(tr.finding:not(.c-{name}),"
        f" .post:not(:has(.c-{name})), .strip) {{ display: none; }}"
        for name in Cause
    )


def _hosts(hosts: Iterable[Host]) -> str:
    rows = "".join(
        f"<tr><td>{_text(host.name)}</td><td>{_bar(host, more='thin')}</td>"
        f'<td class="number">{host.sources:,}</td><td class="number">{host.kept:,}</td>'
        f'<td class="number">{size(host.length)}</td>'
        f"<td>{''.join(_chip(cause, number) for cause, number in host.causes.items())}</td></tr>"
        for host in hosts
    )
    if not rows:
        return ""
    heads = "".join(f'<th class="number">{name}</th>' for name in ("pictures", "kept", "bytes"))
    return (
        '<h2>Hosts</h2><div class="card scroll"><table class="hosts"><thead><tr><th>host</th>'
        f"<th></th>{heads}<th></th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _posts(posts: Iterable[Post], pictures: Mapping[str, str]) -> str:
    shown = (post for post in posts if post.findings or post.complaints)
    order = sorted(shown, key=lambda post: (-post.missing, not _is_spoken_of(post)))
    few = len(order) <= _FEW
    cards = "".join(_post(post, pictures, opened=few or _is_spoken_of(post)) for post in order)
    return f"<h2>Posts</h2>{cards}" if cards else ""


def _is_spoken_of(post: Post) -> bool:
    return bool(post.complaints) or any(one.cause for one in post.findings)


def _post(post: Post, pictures: Mapping[str, str], *, opened: bool) -> str:
    count = (
        f'<span class="chip lost">{post.missing:,} missing</span>'
        if post.missing
        else '<span class="chip kept">complete</span>'
    )
    complaints = "".join(f'<p class="complaint">{_text(line)}</p>' for line in post.complaints)
    rows = "".join(_row(one, one.cause) for one in post.findings if one.cause)
    table = f'<table class="findings"><tbody>{rows}</tbody></table>' if rows else ""
    return (
        f'<details class="post card"{" open" if opened else ""}><summary>'
        f"<b><bdi>{_text(post.name)}</bdi></b>{count}"
        f"<small>{counted(len(post.findings), 'reference')}</small></summary>{complaints}"
        f'<ul class="strip">{"".join(_strip(post, pictures))}</ul>{table}</details>'
    )


def _strip(post: Post, pictures: Mapping[str, str]) -> Iterator[str]:
    """Return the post's pictures in its order, each once; what is missing is a hole."""
    seen = set()
    for one in post.findings:
        reference = one.reference
        name = reference.source or reference.address
        if name in seen:
            continue
        seen.add(name)
        level = _level(one.cause) if one.cause else "kept"
        inside = pictures.get(name) if one.standing and one.standing.kept else None
        shown = f'<img src="{_text(inside)}" alt="">' if inside else _instead(one)
        title = _text(f"line {reference.line}: {_short(name)}")
        words = f"{reference.role.value} · {reference.line}"
        yield (
            f'<li class="{level}" title="{title}"><div class="frame">{shown}</div>'
            f"<small>{words}</small></li>"
        )


def _instead(one: Finding) -> str:
    standing = one.standing
    if standing is None or not standing.kept:
        return _text(one.cause.label if one.cause else "")
    return "<br>".join(map(_text, _facts(standing)))


def _facts(standing: Standing) -> Iterator[str]:
    yield standing.media_type.removeprefix("image/").upper()
    if standing.pixels:
        yield "×".join(map(str, standing.pixels))
    yield size(standing.length)


def _row(one: Finding, cause: Cause) -> str:
    reference = one.reference
    address = _text(_short(reference.source or reference.written))
    if reference.source is not None:
        href = _text(reference.source)
        address = f'<a href="{href}" rel="noreferrer noopener nofollow">{address}</a>'
    because = f"<small>{_text(_short(one.because))}</small>" if one.because else ""
    return (
        f'<tr class="finding c-{cause.value}"><td>{reference.line}:{reference.column}</td>'
        f"<td>{reference.role.value}<small>{_text(reference.where)}</small></td>"
        f"<td>{_chip(cause)}</td><td><code><bdi>{address}</bdi></code>{because}</td></tr>"
    )


def _chip(cause: Cause, number: int | None = None) -> str:
    words = cause.label if number is None else f"{number:,} {cause.label}"
    return (
        f'<span class="chip {_level(cause)}" title="{_text(cause.sentence)}">{_text(words)}</span>'
    )


def _level(cause: Cause) -> str:
    if cause in NOTICES:
        return "note"
    return "open" if cause in _OPEN else "lost"


def _short(text: str) -> str:
    longest = _LONGEST_DATA if text.startswith("data:") else _LONGEST
    return text if len(text) <= longest else f"{text[:longest]}…"


def _text(text: str) -> str:
    return escape(visible(text))
