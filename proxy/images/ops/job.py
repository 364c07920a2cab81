"""What every step is told about the picture being made."""

from dataclasses import dataclass

from proxy.images.view import View
from proxy.model.picture import Facts, Variant


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The original's facts and the variant wanted of it; the same for every frame."""

    facts: Facts
    variant: Variant
    view: View | None = None  # where everything lies, once ``settle`` knows; None: all stays
