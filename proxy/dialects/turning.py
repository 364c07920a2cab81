"""How a picture stands: mirrored, then turned by quarters; and what that does to places in it.

For dialects that turn a picture once it is sized, or crop it once it is turned, where a Transform
crops, then turns, then sizes (``model/transform.py``). Knows nothing of pixels.
"""

from dataclasses import dataclass, replace

from proxy.errors import NotOffered
from proxy.model.geometry import Anchor, Crop, Focal, Gravity
from proxy.model.transform import Transform

_QUARTER = 90.0  # degrees


@dataclass(frozen=True, slots=True)
class Turn:
    """Left and right change places if ``mirror``; then so many quarters clockwise, 0 to 3."""

    mirror: bool = False
    quarters: int = 0

    @staticmethod
    def of(transform: Transform) -> "Turn | None":
        """Return how a transform makes its picture stand; None where it leans."""
        quarters, leaning = divmod(transform.rotate, _QUARTER)
        return None if leaning else Turn(transform.mirror, int(quarters) % 4)

    @property
    def degrees(self) -> float:
        """Return what it is turned by clockwise, 0 to 270."""
        return self.quarters * _QUARTER

    @property
    def swaps(self) -> bool:
        """Tell whether width and height change places."""
        return self.quarters % 2 == 1

    def then(self, other: "Turn") -> "Turn":
        """Return this followed by another, as one."""
        quarters = other.quarters + (-self.quarters if other.mirror else self.quarters)
        return Turn(self.mirror != other.mirror, quarters % 4)

    def back(self) -> "Turn":
        """Return what undoes it."""
        return self if self.mirror else Turn(quarters=-self.quarters % 4)

    def placed(self, place: Gravity) -> Gravity:
        """Return where a place lies once the picture stands so."""
        if not isinstance(place, Anchor | Focal):
            return place  # it is looked for in the pixels, wherever they are
        x, y = place.x, place.y
        if self.mirror:
            x = _opposite(x)
        for _ in range(self.quarters):
            x, y = _opposite(y), x
        return type(place)(x, y)

    def cropped(self, crop: Crop) -> Crop:
        """Return the crop that cuts the same part once the picture stands so.

        Raises NotOffered for one that has a corner: which edge that is counted from would change.
        """
        if self == UPRIGHT:
            return crop
        if (crop.x, crop.y) != (None, None):
            raise NotOffered("the corner of a crop together with a turn or a flip")
        width, height = (crop.height, crop.width) if self.swaps else (crop.width, crop.height)
        return replace(crop, width=width, height=height, gravity=self.placed(crop.gravity))


UPRIGHT = Turn()
MIRRORED = Turn(mirror=True)  # left and right have changed places
FLIPPED = Turn(mirror=True, quarters=2)  # top and bottom have


def turned(transform: Transform, turn: Turn) -> Transform:
    """Return the transform that makes, in our order, what is sized by this one and then turned.

    Its own turn must be by quarters. Padding and bars are not turned: give them as they lie at the
    end. Raises NotOffered for a ``cut`` that has a corner.
    """
    before = Turn.of(transform) or UPRIGHT
    after = before.then(turn)
    width, height = transform.width, transform.height
    return replace(
        transform,
        mirror=after.mirror,
        rotate=after.degrees,
        width=height if turn.swaps else width,
        height=width if turn.swaps else height,
        gravity=turn.placed(transform.gravity),
        cut=transform.cut and turn.cropped(transform.cut),
    )


def _opposite(share: float) -> float:
    """Return the share counted from the other edge, to the three decimals that are written."""
    return round(1.0 - share, 3)
