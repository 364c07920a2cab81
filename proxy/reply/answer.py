"""Everything an answer is built from, gathered once so that each part takes one argument."""

from dataclasses import dataclass

from proxy.model.entry import Entry
from proxy.model.outcome import Outcome
from proxy.model.permit import Profile
from proxy.model.request import Request
from proxy.settings import Access

Lines = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A request and what was found for it.

    ``original`` rules lifetime, age and Last-Modified; ``served`` is the same entry, or the picture
    made of it, and gives bytes, type and ETag.
    """

    request: Request
    original: Entry
    served: Entry
    outcome: Outcome
    age_s: float
    lifetime_s: float
    by_origin: bool  # the origin's own word made the lifetime
    access: Access
    varies: tuple[str, ...]  # the request fields by which the picture was chosen
    profile: Profile  # what passes between origin and reader

    def passes(self, name: str) -> bool:
        """Tell whether the operator lets a field of the origin's answer go on to the reader."""
        wanted = self.profile.pass_response_headers
        return "*" in wanted or name.lower() in wanted
