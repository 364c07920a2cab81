"""Rule: the address's port is in ``[access] ports``, or in the origin's own ``ports`` instead.

Looks at the port of the address, never at the one ``connect_to`` dials.
"""

from proxy.errors import PortNotAllowed
from proxy.model.order import Source
from proxy.rules.policy import Policy
from proxy.rules.profiles import terms_of


def refuse_unlisted_port(source: Source, policy: Policy) -> None:
    """Raise PortNotAllowed where the port is not listed."""
    ports = terms_of(source, policy).ports
    if source.port not in ports:
        allowed = ", ".join(str(port) for port in sorted(ports))
        raise PortNotAllowed(f"{source.host} is asked at port {source.port}; allowed: {allowed}")
