"""What an origin allows of its response: its directives, resolved, and its status.

Where more than the syntax of Cache-Control has a say (a field targeted at us, an operator's
``ignore``, a status we must understand), it is settled here, once, for all who ask.
"""

from proxy.cache.directives import Directives, directives_of
from proxy.cache.targeted import targeted_directives
from proxy.model.entry import Head
from proxy.model.permit import Profile

# RFC 9110 §15.1, less 206: partial responses are never asked for, and not understood.
_CACHEABLE_BY_DEFAULT = frozenset((200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501))


def policy_of(head: Head, profile: Profile) -> Directives:
    """Return the directives that hold for a response.

    CDN-Cache-Control stands in place of Cache-Control (RFC 9213 §2.2). What the operator's
    ``ignore`` names counts as never said. Where ``must-understand`` stands and the status is
    understood, ``no-store`` beside it is void (RFC 9111 §5.2.2.3): it is meant for caches that do
    not know the status.
    """
    said = _said(head)
    if profile.ignore:
        said = said.less(profile.ignore)
    if "must-understand" in said and understands(head.status):
        return said.less(("no-store",))
    return said


def is_overruled(head: Head, profile: Profile) -> bool:
    """Tell whether the operator's ``ignore`` lifts something the origin said."""
    return bool(profile.ignore) and any(name in profile.ignore for name, _ in _said(head).members)


def understands(status: int) -> bool:
    """Tell whether we know what caching a status asks for (RFC 9111 §3)."""
    return status in _CACHEABLE_BY_DEFAULT


def cacheable_by_default(head: Head, profile: Profile) -> bool:
    """Tell whether a response may be reused without an explicit lifetime (RFC 9111 §4.2.2)."""
    return head.status in _CACHEABLE_BY_DEFAULT or "public" in policy_of(head, profile)


def names_lifetime(head: Head, profile: Profile) -> bool:
    """Tell whether the origin said how long its response stays fresh, however it said it."""
    said = policy_of(head, profile)
    by_expires = "Expires" in head.headers and not said.targeted
    return "s-maxage" in said or "max-age" in said or by_expires


def _said(head: Head) -> Directives:
    targeted = targeted_directives(head.headers)
    return directives_of(head.headers) if targeted is None else targeted
