"""What a maker is: an image server that fetches, makes a thumbnail of 400 × 300 and answers it."""
# a folder of programs

from collections.abc import Callable
from dataclasses import dataclass

from peers.peer import Peer, Place
from report import FORMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """A server of the comparison. It never saw the address it is asked."""

    peer: Peer
    # Its target, from the original's path at the origin, the form and its quality.
    asks: Callable[[str, str, int, Place], str]
    graded: bool = True  # it can be asked for a quality; else it is as set
    forms: tuple[str, ...] = FORMS
