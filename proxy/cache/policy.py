"""What an origin allows of its response: its directives, resolved, and its status.

Where more than the syntax of Cache-Control has a say (a status we must understand, later an
operator's ``ignore`` or a targeted field), it is settled here, once, for all who ask.
"""

from proxy.cache.directives import Directives, directives_of
from proxy.model.entry import Head

# RFC 9110 §15.1, less 206: partial responses are never asked for, and not understood.
_CACHEABLE_BY_DEFAULT = frozenset((200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501))


def policy_of(head: Head) -> Directives:
    """Return the directives that hold for a response.

    Where ``must-understand`` stands and the status is understood, ``no-store`` beside it is void
    (RFC 9111 §5.2.2.3): it is meant for caches that do not know the status.
    """
    said = directives_of(head.headers)
    if "must-understand" in said and understands(head.status):
        return Directives(tuple(member for member in said.members if member[0] != "no-store"))
    return said


def understands(status: int) -> bool:
    """Tell whether we know what caching a status asks for (RFC 9111 §3)."""
    return status in _CACHEABLE_BY_DEFAULT


def cacheable_by_default(head: Head) -> bool:
    """Tell whether a response may be reused without an explicit lifetime (RFC 9111 §4.2.2)."""
    return head.status in _CACHEABLE_BY_DEFAULT or "public" in policy_of(head)


def names_lifetime(head: Head) -> bool:
    """Tell whether the origin said how long its response stays fresh, however it said it."""
    said = policy_of(head)
    return "s-maxage" in said or "max-age" in said or "Expires" in head.headers
