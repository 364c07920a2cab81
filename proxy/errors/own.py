"""Our own fullness, and what never reaches a client: a disk or settings that cannot be used."""

from http import HTTPStatus

from proxy.errors.base import ProxyError


class Busy(ProxyError):
    """We are full; the same ask may succeed shortly."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    public = "The service is busy; try again shortly"
    retry_after_s = 1


class QueueFull(Busy):
    """As many pictures as ``images.queue`` are waiting to be made."""


class Draining(Busy):
    """The service is shutting down."""

    public = "The service is restarting; try again shortly"


class BodyLost(Busy):
    """A stored body is gone or damaged; the next ask fetches it again."""

    public = "The stored copy was damaged; try again shortly"
    reported = True


class NotPurged(Busy):
    """The disk store cannot be written just now: what was to go is still there."""

    public = "The cache cannot be written and nothing was purged; try again shortly"
    reported = True
    retry_after_s = 10  # as often as the store tries its disk


class NotPinned(Busy):
    """The disk store cannot be written just now: nothing was put outside of eviction."""

    public = "The cache cannot be written and nothing was pinned; try again shortly"
    reported = True
    retry_after_s = 10


class StoreUnavailable(ProxyError):
    """The disk store cannot be used: full, read-only, gone. ``stores`` goes on without it."""


class BadManifest(ProxyError):
    """A manifest cannot be read; the message says why."""


class ServiceUnreachable(ProxyError):
    """No service of ours answers where a command was told to ask."""


class SettingsError(ProxyError):
    """The settings cannot be used; ``problems`` has a sentence a mistake, led by its key."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
