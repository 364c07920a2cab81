"""Where a list goes on: the source and the key of its last entry, as one text."""


def cursor_of(source: str, key: str) -> str:
    """Return the cursor behind an entry. A blank stands in no URL and no key."""
    return f"{source} {key}"


def read_cursor(cursor: str) -> tuple[str, str]:
    """Return (source, key), two empty texts for none; raises ValueError for what is no cursor."""
    source, blank, key = cursor.rpartition(" ")
    if cursor and not (blank and source and key):
        raise ValueError(f"{cursor!r} is no cursor of a list")
    return source, key
