"""Files a command writes for its operator: whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path

from proxy.errors import SettingsError


def write(path: Path, text: str, option: str) -> None:
    """Write a text in UTF-8 beside its place and put it there.

    Raises SettingsError, which names the ``option`` that gave the path.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(text.encode(errors="backslashreplace"))
        draft.replace(path)
    except OSError as failed:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise SettingsError((f"{option}: {path}: {failed.strerror}",)) from failed
