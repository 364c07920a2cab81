"""What we answer."""

from dataclasses import dataclass

from proxy.model.body import Body
from proxy.model.headers import Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole answer, the same for GET and HEAD; who sends it leaves the body out for HEAD."""

    status: int
    headers: Headers
    body: Body | None = None
    span: tuple[int, int] | None = None  # of a 206: the body's first and last byte to be sent
