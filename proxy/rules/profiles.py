"""Which entry of ``[origins]`` speaks for a source: the most exact one (service.md "Origins").

Listing an origin does not admit it; ``hosts.py`` does.
"""

from collections.abc import Iterator

from proxy.model.order import Source
from proxy.rules.policy import Policy, Terms, domains_above


def terms_of(source: Source, policy: Policy) -> Terms:
    """Return the terms of ``host:port``, else ``host``, else the longest ``*.domain``, else all's.

    The port is the address's, written or not: ``img.example:80`` speaks for http://img.example/.
    """
    for key in _keys(source) if policy.terms else ():
        if key in policy.terms:
            return policy.terms[key]
    return policy.otherwise


def _keys(source: Source) -> Iterator[str]:
    yield f"{source.host}:{source.port}"
    yield source.host
    if not source.literal:
        for domain in domains_above(source.host):
            yield f"*.{domain}"
