"""Rule: the host is listed in ``[access] hosts`` (service.md "Hosts").

``*.d`` is any depth below d and not d itself. A literal must be listed as it is. The bare ``*`` is
every name of the public DNS, which the names below are not.
"""

from proxy.errors import HostNotAllowed
from proxy.model.order import Source
from proxy.rules.policy import Policy, domains_above

# Domains whose names mean something only inside a machine or a network, so whoever asks for one
# through us aims at ours. "example" is left out: RFC 6761 §6.5 has resolvers look it up as usual.
SPECIAL_USE = frozenset(
    {
        "localhost",  # RFC 6761 §6.3: loopback, at any depth
        "localdomain",  # /etc/hosts of many systems: localhost.localdomain
        "test",  # RFC 6761 §6.2: never delegated; resolves only where somebody set it up privately
        "invalid",  # RFC 6761 §6.4: never resolves
        "local",  # RFC 6762: mDNS, and so cluster.local
        "onion",  # RFC 7686: not to be asked of DNS
        "alt",  # RFC 9476: not DNS
        "arpa",  # RFC 3172: infrastructure; holds home.arpa (RFC 8375), ipv4only.arpa (RFC 8880)
        "internal",  # reserved by ICANN for private use (2024); cloud metadata services
        "svc",  # Kubernetes services through a search domain
        # RFC 6762 appendix G: private networks use these; none is delegated
        "intranet",
        "private",
        "corp",
        "home",
        "lan",
    }
)


def refuse_unlisted_host(source: Source, policy: Policy) -> None:
    """Raise HostNotAllowed where no entry admits the host."""
    if not (_listed(source, policy) or _public(source, policy)):
        raise HostNotAllowed(f"{source.host} is not admitted by [access] hosts")


def _listed(source: Source, policy: Policy) -> bool:
    below = not source.literal and any(d in policy.domains for d in domains_above(source.host))
    return source.host in policy.hosts or below


def _public(source: Source, policy: Policy) -> bool:
    """Tell whether the bare ``*`` admits the host: a name with a dot, not of special use."""
    top = source.host.rpartition(".")[2]
    dotted = "." in source.host  # a bare name is a search domain's: "metadata"
    return policy.everywhere and not source.literal and dotted and top not in SPECIAL_USE
