"""Whether the disk can be used just now; the one place that says so in the log.

Used on the event loop only.
"""

import logging
import os

_log = logging.getLogger("proxy.stores")


class Health:
    """``reason`` is empty while the disk works."""

    def __init__(self) -> None:
        self.reason = ""

    @property
    def degraded(self) -> bool:
        """Tell whether nothing should be written but the probe."""
        return bool(self.reason)

    def failed(self, failure: BaseException) -> None:
        """Take note; the first failure of a row is logged."""
        if not self.reason:
            _log.warning("the disk store cannot be used, serving without it: %s", sentence(failure))
        self.reason = sentence(failure)

    def recovered(self) -> None:
        """Take note that the disk works again."""
        if self.reason:
            _log.warning("the disk store can be used again")
        self.reason = ""


def sentence(failure: BaseException) -> str:
    """Say what failed: "No space left on device: /path" for what the system refuses."""
    if isinstance(failure, OSError) and failure.errno is not None:
        return f"{os.strerror(failure.errno)}: {failure.filename or 'cache directory'}"
    return str(failure) or type(failure).__name__
