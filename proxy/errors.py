"""Every failure of the service, one class each.

    ProxyError
    ├── AskError         the client's ask cannot be answered             4xx, 508
    │   ├── BadRequest, HeadTooLarge, AddressTooLong, BadAddress, MethodNotAllowed
    │   ├── BadPurge, BodyTooLarge, BodyTooSlow
    │   ├── NotAllowed: HostNotAllowed, PortNotAllowed, CredentialsNotAllowed,
    │   │               AddressNotAllowed
    │   ├── UnknownPreset, NotFound, AdminOnly, NotStored, RangeNotSatisfiable, LoopDetected
    │   └── PictureError: NotServedType, NotDecodable, TooManyBytes, TooManyPixels,
    │                     TooManyFrames
    ├── OriginError      the origin failed us                            its own status, 502, 504
    │   ├── OriginStatus, OriginRefused
    │   ├── OriginUnreachable, OriginNotFound, OriginTls, OriginProtocol, OriginEncoding
    │   ├── OriginTruncated, TooManyRedirects
    │   └── OriginTimeout, MakingTimeout
    ├── Busy             our own fullness                                503 + Retry-After
    │   └── QueueFull, Draining, BodyLost, NotPurged
    ├── StoreUnavailable the disk store cannot be used just now          never over HTTP
    └── SettingsError    the operator's settings cannot be used          never over HTTP

A class says what the client may know (``status``, ``public``), whether the operator is told at
warning level (``reported``) and for how many seconds the same ask may be refused again without
asking the origin (``remembered_s``; 0: never). The exception's own message is for the operator and
holds the facts.
"""

import re
from http import HTTPStatus
from typing import ClassVar


class ProxyError(Exception):
    """Anything this service refuses or fails to do. Never raised itself."""

    status: int = HTTPStatus.INTERNAL_SERVER_ERROR
    public: ClassVar[str] = "The service failed"
    reported: ClassVar[bool] = True
    remembered_s: ClassVar[float] = 0.0
    retry_after_s: ClassVar[int | None] = None

    @classmethod
    def slug(cls) -> str:
        """Return the class name in kebab case: the last part of the problem's ``type``."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()

    def title(self) -> str:
        """Return the sentence the client may read."""
        return self.public


class AskError(ProxyError):
    """The ask itself cannot be answered. Never remembered for the key."""

    status = HTTPStatus.BAD_REQUEST
    reported = False


class BadRequest(AskError):
    """The bytes are no HTTP/1.1 request we accept (RFC 9112)."""

    public = "The request could not be read"


class HeadTooLarge(AskError):
    """The header fields exceed what the parser takes."""

    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    public = "The request's header fields are too large"


class AddressTooLong(AskError):
    """The request line is over 16 KiB."""

    status = HTTPStatus.REQUEST_URI_TOO_LONG
    public = "The address is too long"


class BadAddress(AskError):
    """The target is no http or https address a browser would read."""

    public = "The address after the question mark could not be read"


class MethodNotAllowed(AskError):
    """Only GET, HEAD and OPTIONS are answered; where something is done, only ``allowed``."""

    status = HTTPStatus.METHOD_NOT_ALLOWED
    public = "Only GET, HEAD and OPTIONS are answered here"

    def __init__(self, message: str, allowed: str = "") -> None:
        super().__init__(message)
        self.allowed = allowed

    def title(self) -> str:
        """Name the method there is; what was asked is not echoed."""
        return f"Only {self.allowed} is answered here" if self.allowed else self.public


class BadPurge(AskError):
    """The body of a purge does not say what is to go."""

    public = "A purge is JSON with exactly one of source, host, prefix or all, and an address there"


class BodyTooLarge(AskError):
    """The request's body is over what is read of one."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    public = "The body of the request is too large"


class BodyTooSlow(AskError):
    """The request's body did not come in time."""

    status = HTTPStatus.REQUEST_TIMEOUT
    public = "The body of the request did not come in time"


class NotAllowed(AskError):
    """The operator's rules do not admit the address."""

    status = HTTPStatus.FORBIDDEN
    public = "This address is not allowed"


class HostNotAllowed(NotAllowed):
    """The host is not in ``[access] hosts``."""

    public = "This host is not allowed"


class PortNotAllowed(NotAllowed):
    """The port is not in ``[access] ports`` nor the origin's ``ports``."""

    public = "This port is not allowed"


class CredentialsNotAllowed(NotAllowed):
    """The address carries a user name or a password."""

    public = "An address with a user name or password is not allowed"


class AddressNotAllowed(NotAllowed):
    """The host's network address is not a public one (the guard at the socket)."""

    public = "This host does not lead to a public address"


class UnknownPreset(AskError):
    """The path names no preset."""

    status = HTTPStatus.NOT_FOUND
    public = "There is no such preset"

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"preset {name!r} is unknown; known: {', '.join(known)}")
        self.known = known

    def title(self) -> str:
        """Name the presets there are; what was asked is not echoed."""
        return f"{self.public}; known presets: {', '.join(self.known) or 'none'}"


class NotFound(AskError):
    """Nothing answers at this path."""

    status = HTTPStatus.NOT_FOUND
    public = "Nothing answers at this path"


class AdminOnly(AskError):
    """An admin address was asked without the token, or from afar where no token is set."""

    status = HTTPStatus.UNAUTHORIZED
    public = "This address needs the admin token"


class NotStored(AskError):
    """``only-if-cached`` was asked and nothing usable is stored (RFC 9111 §5.2.1.7)."""

    status = HTTPStatus.GATEWAY_TIMEOUT
    public = "Nothing usable is stored and the request forbids asking the source"


class RangeNotSatisfiable(AskError):
    """The range asked for begins beyond the body's end (RFC 9110 §15.5.17)."""

    status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    public = "The picture has no such range of bytes"

    def __init__(self, length: int) -> None:
        super().__init__(f"the body has {length} bytes")
        self.length = length


class LoopDetected(AskError):
    """The request has passed through this service before, or asks for the service itself."""

    status = HTTPStatus.LOOP_DETECTED
    public = "The address leads back to this service"


class PictureError(AskError):
    """The origin answered, but with something we do not serve or cannot make a picture of."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    remembered_s = 60.0


class NotServedType(PictureError):
    """The bytes are no type in ``[access] types``, or there are none."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    public = "The source did not send a picture"


class NotDecodable(PictureError):
    """The decoder refuses the picture, or it is cut short."""

    public = "The picture is damaged and cannot be decoded"


class TooManyBytes(PictureError):
    """The body is over ``fetch.max_bytes``."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    public = "The source sent more bytes than are accepted"


class TooManyPixels(PictureError):
    """Width times height is over ``images.max_pixels``."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    public = "The picture has more pixels than are accepted"


class TooManyFrames(PictureError):
    """The animation has more frames than ``images.max_frames``."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    public = "The picture has more frames than are accepted"


class OriginError(ProxyError):
    """The origin could not be asked, or did not answer properly."""

    status: int = HTTPStatus.BAD_GATEWAY
    public = "The source could not be reached"
    reported = False
    remembered_s = 10.0


class OriginStatus(OriginError):
    """The origin answered an error status with nothing we serve; the status is relayed."""

    public = "The source answered with an error"
    remembered_s = 30.0

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class OriginRefused(OriginError):
    """The origin answered with a known "do not hotlink" picture (``[access] placeholders``)."""

    public = "The source refused the picture"
    remembered_s = 60.0


class OriginUnreachable(OriginError):
    """No connection: refused, reset, no route."""


class OriginNotFound(OriginError):
    """The host's name does not resolve."""

    public = "The source's host name does not exist"
    remembered_s = 30.0


class OriginTls(OriginError):
    """The TLS handshake failed or the certificate does not fit."""

    public = "The source's certificate could not be verified"
    remembered_s = 60.0


class OriginProtocol(OriginError):
    """The answer breaks HTTP's rules: framing, status, header size, or answers another ask."""

    public = "The source's answer could not be read"


class OriginEncoding(OriginError):
    """The answer carries a Content-Encoding we did not ask for."""

    public = "The source sent an encoding that was not asked for"


class OriginTruncated(OriginError):
    """The body ended before its framing, or before the picture's own end."""

    public = "The source's answer was cut short"


class TooManyRedirects(OriginError):
    """More redirects than ``fetch.redirects``, or one that leads nowhere."""

    public = "The source redirects too often"
    remembered_s = 60.0


class OriginTimeout(OriginError):
    """The origin missed a deadline of ``[fetch]``: connect, first_byte, minimum rate or total."""

    status = HTTPStatus.GATEWAY_TIMEOUT
    public = "The source did not answer in time"
    remembered_s = 30.0


class MakingTimeout(OriginError):
    """The source's picture took longer to make than ``images.deadline``."""

    status = HTTPStatus.GATEWAY_TIMEOUT
    public = "The picture could not be made in time"
    reported = True
    remembered_s = 60.0


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


class StoreUnavailable(ProxyError):
    """The disk store cannot be used: full, read-only, gone. ``stores`` goes on without it."""


class SettingsError(ProxyError):
    """The settings cannot be used; ``problems`` has a sentence a mistake, led by its key."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
