"""What the operator allows: Settings compiled once into sets and maps the rules look into.

Hosts are compared by labels, as Source writes them (A-labels, lower case, no trailing dot).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self, TypeVar

from proxy.model.headers import Headers
from proxy.model.permit import Profile
from proxy.model.signature import SigningKey
from proxy.settings import Origin, Settings

OURS = "wrapped"  # the dialect whose keys are [access]'s
_SIGNED = (OURS, "imgproxy", "willnorris")  # the dialects that know signatures

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How an origin is asked, and at which ports."""

    profile: Profile
    ports: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The operator's word on sources, and on who may ask what of them."""

    hosts: frozenset[str]  # names and literals listed as they are
    domains: frozenset[str]  # "d" for "*.d"
    everywhere: bool  # "*" is listed
    names: frozenset[str]  # hosts we answer as
    pseudonym: str  # how we sign Via (RFC 9110 §7.6.3)
    terms: Mapping[str, Terms]  # by the key of [origins]
    otherwise: Terms  # for origins that are not listed
    options: bool  # strangers may ask for more than named presets
    keys: Mapping[str, tuple[SigningKey, ...]]  # by dialect; of "wrapped": [access] keys
    posts: frozenset[str] | None = None  # only these URLs may be asked for; None: any

    @classmethod
    def of(cls, settings: Settings, *, posts: frozenset[str] | None = None) -> Self:
        """Compile the settings. The pseudonym is the first of ``[server] names``.

        ``posts`` is what the manifests of ``[access] posts`` name, where there are any.
        """
        listed = settings.access.hosts
        names = settings.server.names
        return cls(
            hosts=frozenset(entry for entry in listed if not entry.startswith("*")),
            domains=frozenset(entry[2:] for entry in listed if entry.startswith("*.")),
            everywhere="*" in listed,
            names=frozenset(names),
            pseudonym=names[0] if names else "image-proxy",
            terms={key: _terms(key, origin, settings) for key, origin in settings.origins.items()},
            otherwise=_terms("", Origin(), settings),
            options=settings.access.options,
            keys={dialect: settings.signing_keys(dialect) for dialect in _SIGNED},
            posts=posts,
        )


def domains_above(host: str) -> Iterator[str]:
    """Go through the domains a name lies below, the nearest first: a.b.c → b.c, c."""
    while "." in host:
        host = host.partition(".")[2]
        yield host


def _terms(key: str, origin: Origin, settings: Settings) -> Terms:
    cache = settings.cache
    profile = Profile(
        key=key,
        referer=origin.referer,
        user_agent=_chosen(origin.user_agent, settings.fetch.user_agent),
        headers=Headers.of(origin.headers.items()),
        connect_to=origin.connect_to,
        default_ttl=_chosen(origin.default_ttl, cache.default_ttl),
        min_ttl=_chosen(origin.min_ttl, cache.min_ttl),
        max_ttl=_chosen(origin.max_ttl, cache.max_ttl),
        ignore=frozenset(_chosen(origin.ignore, cache.ignore)),
        pass_response_headers=_names(origin.pass_response_headers, cache.pass_response_headers),
        pass_request_headers=_names(origin.pass_request_headers, cache.pass_request_headers),
        fallbacks=(*origin.fallbacks, *filter(None, (settings.mirror.archive,))),
    )
    return Terms(profile=profile, ports=frozenset(_chosen(origin.ports, settings.access.ports)))


def _names(own: tuple[str, ...] | None, common: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.lower() for name in _chosen(own, common))


def _chosen(own: _Value | None, common: _Value) -> _Value:
    return common if own is None else own
