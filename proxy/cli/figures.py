"""Figures as people read them: sizes, spans, shares, and text that no terminal obeys."""

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
_STEP = 1024
_SPANS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))


def size(n_bytes: int) -> str:
    """Return a number of bytes in the units settings are written in: "1.5 MiB"."""
    number, unit = float(n_bytes), 0
    while number >= _STEP and unit + 1 < len(_UNITS):
        number, unit = number / _STEP, unit + 1
    return f"{number:.{1 if unit else 0}f} {_UNITS[unit]}"


def span(seconds: float) -> str:
    """Return a span in its largest whole unit: "3d"."""
    whole = max(0, int(seconds))
    for unit_s, name in _SPANS:
        if whole >= unit_s:
            return f"{whole // unit_s}{name}"
    return "0s"


def share(part: float, whole: float) -> str:
    """Return a part of a whole that is not 0: "12.3 %"."""
    return f"{100 * part / whole:.1f} %"


def counted(number: int, noun: str) -> str:
    """Return a number of things: "1 picture", "1,234 pictures"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def visible(text: str) -> str:
    """Return a text of somebody else's with what a terminal might obey escaped."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
