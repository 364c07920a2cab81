"""Field lines of a message, in order, names compared without case (RFC 9110 §5)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Headers:
    """Field lines as (name, value) pairs. Values hold no CR, LF or NUL: who parses makes sure."""

    lines: tuple[tuple[str, str], ...] = ()
    # What ``_by_name`` made of the lines at the first look: a hit looks some thirty times.
    _found: Mapping[str, str] | None = field(default=None, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, lines: Iterable[tuple[str, str]]) -> "Headers":
        """Take any iterable of (name, value) pairs."""
        return cls(tuple([(name, value) for name, value in lines]))  # a list: twice as fast

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Go through the lines in order."""
        return iter(self.lines)

    def __contains__(self, name: str) -> bool:
        """Tell whether there is a line of that name."""
        return name.lower() in self._by_name()

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a name, in order."""
        found = self._by_name().get(name.lower())
        if found is None:
            return ()
        return self._values(name.lower()) if ", " in found else (found,)

    def get(self, name: str) -> str | None:
        """Return a name's values joined by ", " (RFC 9110 §5.3), or None where it is absent."""
        return self._by_name().get(name.lower())

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

    def _by_name(self) -> Mapping[str, str]:
        """Return the values by name in lower case, those of one name joined."""
        if self._found is None:
            found = {name.lower(): value for name, value in self.lines}
            if len(found) < len(self.lines):
                found = {name: ", ".join(self._values(name)) for name in found}
            object.__setattr__(self, "_found", found)
            return found
        return self._found

    def _values(self, wanted: str) -> tuple[str, ...]:
        return tuple([value for name, value in self.lines if name.lower() == wanted])
