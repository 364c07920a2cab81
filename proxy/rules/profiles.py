"""Which entry of ``[origins]`` speaks for a source: the most exact one (service.md "Origins").

Listing an origin does not admit it; ``hosts.py`` does.
"""

from proxy.model.order import Source
from proxy.rules.policy import Policy, Terms, domains_above


def terms_of(source: Source, policy: Policy) -> Terms:
    """Return the terms of ``host:port``, else ``host``, else the longest ``*.domain``, else all's.

    The port is the address's, written or not: ``img.example:80`` speaks for http://img.example/.
    """
    above = () if source.literal else domains_above(source.host)
    keys = (f"{source.host}:{source.port}", source.host, *(f"*.{domain}" for domain in above))
    return next((policy.terms[key] for key in keys if key in policy.terms), policy.otherwise)
