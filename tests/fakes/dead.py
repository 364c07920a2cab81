"""What may be found at an origin's port when the origin is dead."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum


class Death(StrEnum):
    """What a connect meets."""

    REFUSES = "refuses"
    SILENT = "accepts and is silent"
    BLACK_HOLE = "answers no connect"


@contextmanager
def dead(death: Death, port: int) -> Iterator[None]:
    """Stand at 127.0.0.1:port, which must be free, for the block."""
    with ExitStack() as stack:
        taken = stack.enter_context(socket.socket())
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        if death is Death.SILENT:
            taken.listen(4096)  # the kernel shakes hands, nobody ever accepts
        elif death is Death.BLACK_HOLE:
            taken.listen(0)  # room for one: where that is taken, a SYN is dropped
            for _ in range(3):
                caller = stack.enter_context(socket.socket())
                caller.setblocking(False)  # noqa: FBT003  # the library's own
                caller.connect_ex(("127.0.0.1", port))
        yield
