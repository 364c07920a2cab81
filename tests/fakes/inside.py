"""A work for picture workers that looks at the process it is done in."""

from proxy.images.limits import Limits


def evaluate(expression: bytes, _limits: Limits) -> object:
    """Return what an expression is worth there."""
    worth: object = eval(expression)  # noqa: S307  # a test's own words
    return worth
