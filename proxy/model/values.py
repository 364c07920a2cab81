"""Which field values may stand in a message of ours (RFC 9110 §5.5).

Lives beside the nouns because cache repeats an origin's values to it and reply to a client. A value
read from bytes that were no UTF-8 holds lone surrogates, and no encoder would write those again.
"""

import re

_SENDABLE = re.compile(r"[\t\x20-\x7e\xa0-\ud7ff\ue000-\U0010ffff]+")


def is_sendable(value: str) -> bool:
    """Tell whether a value may be sent: visible ASCII, blanks, or what becomes obs-text."""
    return _SENDABLE.fullmatch(value) is not None
