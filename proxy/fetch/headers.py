"""What we say to an origin: the fields of an upstream request.

Nothing of the client's is in it but what the operator lets pass, chosen before us.

Pure. ``contracts/service.md`` ("Upstream"), RFC 9110 §7.6.3 (Via), §10.1.3 (Referer).
"""

from proxy.model.headers import Headers
from proxy.model.order import Source
from proxy.model.permit import Profile

# What a browser's <img> says, the same for all: the answer must not depend on who asked first.
ACCEPT = "image/avif,image/webp,image/*;q=0.9,*/*;q=0.5"


def request_headers(  # noqa: PLR0913  # what a request is made of; all but two by name
    source: Source,
    profile: Profile,
    *,
    pseudonym: str,
    accept: str | None = None,
    conditions: Headers = Headers(),
    passed: Headers = Headers(),
) -> Headers:
    """Return the field lines of one GET, Host first.

    ``pseudonym`` is our name in Via; ``accept`` replaces the fixed Accept where it is not None;
    ``conditions`` are the validators of a stored copy; ``passed`` are the client's fields that go
    on, and stand in place of ours. The profile's own fields replace any of the same name.
    """
    headers = Headers(
        (
            ("Host", source.authority),
            ("Accept", ACCEPT if accept is None else accept),
            ("Accept-Encoding", "identity"),
            ("User-Agent", profile.user_agent),
        )
    )
    referer = referer_of(source, profile)
    if referer is not None:
        headers = headers.having("Referer", referer)
    headers = Headers((*headers.without(*(name for name, _ in passed)), *passed))
    for name, value in profile.headers:
        headers = headers.having(name, value)
    return Headers((*headers, ("Via", f"1.1 {pseudonym}"), *conditions))


def referer_of(source: Source, profile: Profile) -> str | None:
    """Return the Referer this origin is sent; None: the request has none."""
    match profile.referer:
        case "none" | "auto":  # auto's lowest rung; who climbs puts a URL in its place
            return None
        case "origin":
            return f"{source.scheme}://{source.authority}/"
        case url:
            return url
