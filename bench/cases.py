"""What is asked of whom: the lines of the table of hits."""
# a folder of programs

from dataclasses import dataclass, replace

from originals import named
from peers import PEERS
from stand import Asked

OURS, STATIC, CACHE = "ours", "nginx static", "nginx proxy_cache"
PAIR = (OURS, STATIC)
CACHES = (*PAIR, CACHE)
FILES = (*CACHES, "varnish")
ALL = tuple(peer.name for peer in PEERS)
PICTURE = f"{named('JPEG 900×420')}.jpg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A line of the table: what is asked, and of whom; of fewer in two minutes."""

    name: str
    asked: Asked
    peers: tuple[str, ...] = ALL
    quick: tuple[str, ...] = ()


def cases() -> list[Case]:
    """Return all cases."""
    return [case for head in ("browser", "short") for case in _of_head(head)]


def _of_head(head: str) -> list[Case]:
    browser = head == "browser"
    small = Asked(original="25k.jpg", head=head)
    large = Asked(original="200k.jpg", head=head)
    some = tuple(name for name in ALL if name != "varnish") if browser else CACHES
    return [
        Case(name="25 KB", asked=small, quick=some),
        Case(name="25 KB", asked=replace(small, pictures=1), peers=CACHES),
        Case(name="200 KB", asked=large, peers=FILES, quick=PAIR if browser else ()),
        Case(name="200 KB", asked=replace(large, pictures=1), peers=CACHES),
        Case(name="304", asked=replace(small, held=True), peers=FILES, quick=PAIR),
        Case(
            name="thumbnail",
            asked=Asked(original=PICTURE, head=head, thumbnail=True),
            quick=(OURS, "thumbor") if browser else (),
        ),
    ]
