"""Whether the disk can be used just now; the one place that says so in the log.

Used on the event loop only.
"""

import logging

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
            _log.warning("the disk store cannot be used, serving without it: %s", failure)
        self.reason = str(failure) or type(failure).__name__

    def recovered(self) -> None:
        """Take note that the disk works again."""
        if self.reason:
            _log.warning("the disk store can be used again")
        self.reason = ""
