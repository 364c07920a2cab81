"""Rule: an address carries no user name and no password (RFC 9110 §4.2.4)."""

from proxy.errors import CredentialsNotAllowed
from proxy.model.order import Source
from proxy.rules.policy import Policy


def refuse_credentials(source: Source, _policy: Policy) -> None:
    """Raise CredentialsNotAllowed where the address was written with "user@", even an empty one."""
    if source.credentials:
        raise CredentialsNotAllowed(f"the address of {source.host} carries credentials")
