"""What is asked of whom: the lines of the table of hits."""
# a folder of programs

from dataclasses import dataclass

from originals import named
from peers import PEERS
from stand import Asked

OURS, STATIC, CACHE = "ours", "nginx static", "nginx proxy_cache"
FILES = (OURS, STATIC, CACHE, "varnish")
ALL = tuple(peer.name for peer in PEERS)
PICTURE = f"{named('JPEG 900×420')}.jpg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A line of the table: what is asked, and of whom."""

    name: str
    asked: Asked
    peers: tuple[str, ...] = ALL
    quick: bool = False


def cases() -> list[Case]:
    """Return all cases: names are kind, head, number of pictures."""
    found = []
    for head in ("browser", "short"):
        few, quick = (OURS, STATIC, CACHE), head == "browser"
        for pictures, peers in ((64, ALL), (1, few)):
            asked = Asked(original="25k.jpg", head=head, pictures=pictures)
            found.append(Case(name="25 KB", asked=asked, peers=peers, quick=pictures > 1))
        for pictures, peers in ((64, FILES), (1, few)):
            asked = Asked(original="200k.jpg", head=head, pictures=pictures)
            found.append(
                Case(name="200 KB", asked=asked, peers=peers, quick=quick and pictures > 1)
            )
        asked = Asked(original="25k.jpg", head=head, held=True)
        found.append(Case(name="304", asked=asked, peers=FILES, quick=quick))
        asked = Asked(original=PICTURE, head=head, thumbnail=True)
        found.append(Case(name="thumbnail", asked=asked, quick=quick))
    return found
