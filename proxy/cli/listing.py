"""An entry as ``cache list`` shows it: the facts an operator looks for, not the origin's head."""

from proxy.cache.freshness import current_age
from proxy.cli.figures import size, span, visible
from proxy.model.entry import Entry


def facts(entry: Entry, now: float) -> dict[str, object]:
    """Return the facts for a machine; sides in upright pixels, None where it is no picture."""
    width, height = entry.facts.upright if entry.facts else (None, None)
    return {
        "source": entry.source,
        "host": entry.host,
        "kind": entry.kind.value,
        "status": entry.head.status,
        "type": entry.media_type,
        "width": width,
        "height": height,
        "bytes": _length(entry),
        "age_s": int(current_age(entry.times, now)),
        "pinned": entry.pinned,
    }


def line(entry: Entry, now: float) -> str:
    """Return the facts in columns, the address last: it may be of any length."""
    pixels = "×".join(map(str, entry.facts.upright)) if entry.facts else "-"
    columns = (
        f"{entry.kind.value:8} {entry.head.status} {visible(entry.media_type):10}",
        f"{pixels:>11} {size(_length(entry)):>10} {span(current_age(entry.times, now)):>4}",
        f"{'pinned' if entry.pinned else '-':6} {visible(entry.source)}",
    )
    return " ".join(columns)


def _length(entry: Entry) -> int:
    return entry.body.length if entry.body else 0
