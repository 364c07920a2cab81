"""What every failure says of itself."""

import re
from http import HTTPStatus
from typing import ClassVar


class ProxyError(Exception):
    """Anything this service refuses or fails to do. Never raised itself."""

    status: int = HTTPStatus.INTERNAL_SERVER_ERROR
    public: ClassVar[str] = "The service failed"
    reported: ClassVar[bool] = True
    remembered_s: ClassVar[float] = 0.0
    retry_after_s: int | None = None

    @classmethod
    def slug(cls) -> str:
        """Return the class name in kebab case: the last part of the problem's ``type``."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()

    def title(self) -> str:
        """Return the sentence the client may read."""
        return self.public
