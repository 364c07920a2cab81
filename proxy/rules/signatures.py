"""Rule: who may ask for what: signed addresses as they stand, strangers what was left open.

A signature is judged by the keys of its own dialect alone. ``[access] keys`` close every dialect to
unsigned asks but those that have a name; a dialect's own keys close that dialect whole.
"""

from proxy.errors import AddressExpired, BadSignature, OptionsNotAllowed, SignatureRequired
from proxy.model.order import Order
from proxy.rules.policy import OURS, Policy


def refuse_expired(order: Order, now: float) -> None:
    """Raise AddressExpired where the address, signed or not, was valid until now (Unix seconds)."""
    if order.expires is not None and order.expires <= now:
        raise AddressExpired(f"valid until {order.expires:.0f}, and it is {now:.0f}")


def is_signed(order: Order, policy: Policy) -> bool:
    """Tell whether a key of the operator's vouches for the address.

    Raises BadSignature where the signature fits none. A dialect of others without keys knows no
    signatures: imgproxy then takes any first segment for one.
    """
    keys = policy.keys.get(order.dialect, ())
    if order.signature is None or not (keys or order.dialect == OURS):
        return False
    if not any(key.verifies(order.signature) for key in keys):
        raise BadSignature(f"the signature fits none of {len(keys)} keys for {order.dialect}")
    return True


def refuse_unsigned(order: Order, policy: Policy) -> None:
    """Raise SignatureRequired or OptionsNotAllowed for what no stranger may ask."""
    if order.dialect != OURS and policy.keys.get(order.dialect):
        raise SignatureRequired(f"[dialects] has keys for {order.dialect}")
    if order.is_named:
        return
    if policy.keys.get(OURS):
        raise SignatureRequired("[access] keys are set, and this is no named preset")
    if not order.transform.is_original and not policy.options:
        raise OptionsNotAllowed("[access] options is false, and this is no named preset")
