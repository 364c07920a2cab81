"""The origin failed us: it could not be asked, or did not answer properly."""

from http import HTTPStatus

from proxy.errors.base import ProxyError


class OriginError(ProxyError):
    """The origin could not be asked, or did not answer properly."""

    status: int = HTTPStatus.BAD_GATEWAY
    public = "The source could not be reached"
    reported = False
    remembered_s = 10.0


class OriginStatus(OriginError):
    """The origin answered an error status with nothing we serve; the status is relayed.

    So is what it said of when to ask again (RFC 9110 §10.2.3).
    """

    public = "The source answered with an error"
    remembered_s = 30.0

    def __init__(self, status: int, message: str, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after_s = retry_after_s


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
