"""What we answer."""

from dataclasses import dataclass

from proxy.model.body import Body
from proxy.model.entry import Entry
from proxy.model.headers import Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Why an answer stays what it is, but for Age and what is left, for all who ask in these words.

    As long as both entries stand: ``original`` ruled its head, ``served``, the same one or a
    picture made of it, gave its body.
    """

    original: Entry
    served: Entry
    made_at: float  # Unix seconds: what its Age is counted from
    fresh_until: float  # Unix seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole answer, the same for GET and HEAD; who sends it leaves the body out for HEAD."""

    status: int
    headers: Headers
    body: Body | None = None
    span: tuple[int, int] | None = None  # of a 206: the body's first and last byte to be sent
    standing: Standing | None = None  # None: each ask is answered anew
