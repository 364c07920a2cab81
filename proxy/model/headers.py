"""Field lines of a message, in order, names compared without case (RFC 9110 §5)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Headers:
    """Field lines as (name, value) pairs. Values hold no CR, LF or NUL: who parses makes sure."""

    lines: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, lines: Iterable[tuple[str, str]]) -> "Headers":
        """Take any iterable of (name, value) pairs."""
        return cls(tuple((name, value) for name, value in lines))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Go through the lines in order."""
        return iter(self.lines)

    def __contains__(self, name: str) -> bool:
        """Tell whether there is a line of that name."""
        return any(line.lower() == name.lower() for line, _ in self.lines)

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a name, in order."""
        wanted = name.lower()
        return tuple(value for line, value in self.lines if line.lower() == wanted)

    def get(self, name: str) -> str | None:
        """Return a name's values joined by ", " (RFC 9110 §5.3), or None where it is absent."""
        values = self.all(name)
        return ", ".join(values) if values else None

    def having(self, name: str, value: str) -> "Headers":
        """Return these with one line of that name, the last, replacing any others."""
        return Headers((*self.without(name).lines, (name, value)))

    def without(self, *names: str) -> "Headers":
        """Return these less every line of those names."""
        unwanted = {name.lower() for name in names}
        return Headers(tuple(line for line in self.lines if line[0].lower() not in unwanted))

    def only(self, *names: str) -> "Headers":
        """Return only the lines of those names."""
        wanted = {name.lower() for name in names}
        return Headers(tuple(line for line in self.lines if line[0].lower() in wanted))
