"""Whether a shared cache may keep a response (RFC 9111 §3).

Credentials are never sent to origins, so the rule about Authorization has nothing to bite on.
"""

from enum import StrEnum

from proxy.cache.directives import directives_of
from proxy.cache.policy import cacheable_by_default, names_lifetime, policy_of, understands
from proxy.cache.vary import varies_on_everything
from proxy.model.entry import Head
from proxy.model.headers import Headers
from proxy.model.permit import Profile

_PARTIAL, _NOT_MODIFIED = 206, 304


class Admission(StrEnum):
    """The verdict on keeping a response; every member but STORED says why not."""

    STORED = "stored"
    PARTIAL = "partial"  # 206: a part is not the picture
    NOT_UNDERSTOOD = "not-understood"  # 304 without an ask of ours, or must-understand
    NO_STORE = "no-store"
    PRIVATE = "private"
    VARIES = "varies"  # Vary: * matches no later request (§4.1)
    NOT_CACHEABLE = "not-cacheable"  # neither the status nor the origin says it may be reused
    ASKED_NO_STORE = "asked-no-store"  # the client's request said so (§5.2.1.5)


def admit(head: Head, asked: Headers, profile: Profile) -> Admission:
    """Judge an arrival's head; ``asked`` are the header fields of the client's request."""
    said = policy_of(head, profile)
    reusable = cacheable_by_default(head, profile) or names_lifetime(head, profile)
    refusals = (
        (Admission.PARTIAL, head.status == _PARTIAL),
        (
            Admission.NOT_UNDERSTOOD,
            head.status == _NOT_MODIFIED
            or ("must-understand" in said and not understands(head.status)),
        ),
        (Admission.NO_STORE, "no-store" in said),
        (Admission.PRIVATE, "private" in said),
        (Admission.VARIES, varies_on_everything(head.headers)),
        (Admission.NOT_CACHEABLE, not reusable),
        (Admission.ASKED_NO_STORE, "no-store" in directives_of(asked)),
    )
    return next((verdict for verdict, holds in refusals if holds), Admission.STORED)
