"""The one place that reads the time.

The library's own functions, under our names: a hit reads the clock twice, and a call of ours around
them would cost more than they do.
"""

import time
from collections.abc import Callable

# Unix seconds: what Date and Age are counted in. May jump when the clock is set.
now: Callable[[], float] = time.time

# Seconds that never jump: what durations are measured in.
monotonic: Callable[[], float] = time.monotonic
