"""The client's ask cannot be answered: it is unreadable, refused, or asks for no picture."""

from http import HTTPStatus

from proxy.errors.base import ProxyError


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

    public = "The address of the picture could not be read"


class BadOption(AskError):
    """An option is unknown, stands twice, or has a value it does not take.

    ``at`` counts the characters of the options from 1; ``said`` names only what we know, nothing
    of what was asked.
    """

    public = "An option could not be read"

    def __init__(self, at: int, said: str) -> None:
        super().__init__(f"at character {at}: {said}")
        self.at = at
        self.said = said

    def title(self) -> str:
        """Point at the option."""
        return f"{self.public}: at character {self.at}, {self.said}"


class NotOffered(AskError):
    """A dialect's own word for something that is not done here; ``what`` names it as it does."""

    public = "This is not offered here"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not offered")
        self.what = what

    def title(self) -> str:
        """Name what is not offered, in the dialect's words."""
        return f"{self.public}: {self.what}"


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


class BadPin(AskError):
    """The body of a pin does not say what is to be kept."""

    public = "A pin is JSON with either source, an address, or sources, a list of addresses"


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


class NotInPosts(NotAllowed):
    """No manifest of ``[access] posts`` names the address."""

    public = "No post shows this picture"


class PortNotAllowed(NotAllowed):
    """The port is not in ``[access] ports`` nor the origin's ``ports``."""

    public = "This port is not allowed"


class CredentialsNotAllowed(NotAllowed):
    """The address carries a user name or a password."""

    public = "An address with a user name or password is not allowed"


class AddressNotAllowed(NotAllowed):
    """The host's network address is not a public one (the guard at the socket)."""

    public = "This host does not lead to a public address"


class OptionsNotAllowed(NotAllowed):
    """Options were asked that no preset names, unsigned, and ``[access] options`` is off."""

    public = "Only named presets are made here"


class SignatureRequired(NotAllowed):
    """There are keys, and the address is signed with none of them."""

    public = "This address needs a signature"


class BadSignature(NotAllowed):
    """The signature belongs to another address, or to no key there is."""

    public = "The signature does not fit the address"


class AddressExpired(NotAllowed):
    """The address was valid until an instant that has passed."""

    public = "This address has expired"


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


class WorkerLost(PictureError):
    """The process that worked on the picture died of it, or was killed from outside."""

    public = "The picture could not be made"
    reported = True
    remembered_s = 10.0  # it may have been the kernel, short of memory


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
