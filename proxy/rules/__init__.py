"""Room 2, JUDGE: Order → Permit, or a refusal. Pure; one file a rule.

A rule raises what the client is told. Knows names only: whether a name leads to a public address
is for the guard at the socket. What an origin may send back is judged in ``types.py``.
"""

from collections.abc import Callable
from dataclasses import replace

from proxy.model.order import Order, Source
from proxy.model.permit import Permit, Profile
from proxy.rules.credentials import refuse_credentials
from proxy.rules.hosts import refuse_unlisted_host
from proxy.rules.loops import refuse_ourselves
from proxy.rules.policy import Policy
from proxy.rules.ports import refuse_unlisted_port
from proxy.rules.posts import refuse_unnamed
from proxy.rules.profiles import terms_of
from proxy.rules.signatures import is_signed, refuse_expired, refuse_unsigned
from proxy.rules.steps import stepped

Rule = Callable[[Source, Policy], None]

# In the order they are asked; the first to refuse is the one the client hears of.
RULES: tuple[Rule, ...] = (
    refuse_credentials,
    refuse_ourselves,
    refuse_unlisted_host,
    refuse_unlisted_port,
)


def judge(order: Order, policy: Policy, now: float) -> Permit:
    """Return the order as it will be carried out, with its origin's profile.

    Raises NotAllowed or LoopDetected. Where the reader is sent should the ask fail is judged like
    any source: we redirect to nobody the operator has not named. ``now`` is in Unix seconds.
    """
    profile = judge_source(order.source, policy)
    refuse_unnamed(order.source, policy)
    if order.otherwise is not None:
        judge_source(order.otherwise, policy)
    refuse_expired(order, now)
    if is_signed(order, policy):
        return Permit(order=order, profile=profile)
    refuse_unsigned(order, policy)
    if order.is_named or (transform := stepped(order.transform)) is order.transform:
        return Permit(order=order, profile=profile)
    return Permit(order=replace(order, transform=transform), profile=profile)


def judge_source(source: Source, policy: Policy) -> Profile:
    """Return how this source is asked; asked again for every hop of a redirect.

    Raises NotAllowed or LoopDetected.
    """
    for rule in RULES:
        rule(source, policy)
    return terms_of(source, policy).profile
