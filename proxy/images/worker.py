"""What happens inside a worker process: it gives up what it does not need, then works on pictures.

The parent imports this module to name its functions; the decoders are loaded in the worker alone.
Every kind of work takes an original's bytes and the limits, and returns values only.
"""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import TypeVar

from proxy.errors import ProxyError
from proxy.images.limits import Limits
from proxy.model.picture import Variant

_PR_SET_PDEATHSIG = 1  # prctl(2)
_NICE = 10  # answering goes before making
_BASE_BYTES = 512 << 20  # interpreter, decoders, encoders, bytes in and out
# Room for five RGBA copies of the largest still (decoded, turned, converted, and two of Pillow's
# own), or for all the frames of the largest animation, held small until they are written.
_BYTES_PER_PIXEL = 5 * 4

_T = TypeVar("_T")
Work = Callable[[bytes, Limits], _T]


def prepare(limits: Limits, parent: int) -> None:
    """Make this process small, harmless and mortal; ``parent`` is the process id of its owner.

    SIGTERM and SIGINT are ignored: at a shutdown the parent decides when its workers end. What it
    cannot hide is the environment it was started with, in ``/proc/self/environ``.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.environ.clear()
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked
            os.kill(os.getpid(), signal.SIGKILL)
        bytes_max = _BASE_BYTES + _BYTES_PER_PIXEL * limits.max_pixels
        resource.setrlimit(resource.RLIMIT_AS, (bytes_max, bytes_max))
    _load_decoders(limits)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # libtiff writes its complaints about hostile files to stderr
        os.dup2(nowhere, stream)
    os.close(nowhere)


def bounded(work: Work[_T], data: bytes, limits: Limits) -> _T:
    """Return what ``work`` makes of ``data``.

    The kernel ends the process should it use more processor time than its deadline has seconds:
    so a work ends even when the parent hangs.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    bound_s = int(used.ru_utime + used.ru_stime + limits.deadline_s) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (bound_s, resource.RLIM_INFINITY))
    try:
        return work(data, limits)
    finally:
        _give_back()


def make(data: bytes, limits: Limits, *, variants: tuple[Variant, ...]) -> list[bytes | ProxyError]:
    """Return the bytes of each variant, or why it is not to be had: as ``pipeline.make`` does."""
    from proxy.images import pipeline  # noqa: PLC0415  # decoders are loaded in workers alone

    return pipeline.make(data, variants, limits)


def describe(data: bytes, limits: Limits) -> bytes:
    """Return what is known of a picture, as ``describe.describe`` does."""
    from proxy.images import describe  # noqa: PLC0415  # decoders are loaded in workers alone

    return describe.describe(data, limits)


def clean(data: bytes, _limits: Limits) -> bytes:
    """Return an SVG without what runs or loads, as ``clean.clean`` does."""
    from proxy.images import clean  # noqa: PLC0415  # its parser is loaded in workers alone

    return clean.clean(data)


def fingerprint(data: bytes, limits: Limits) -> int:
    """Return how a picture looks, as ``fingerprint.fingerprint`` does."""
    from proxy.images import fingerprint  # noqa: PLC0415  # decoders are loaded in workers alone

    return fingerprint.fingerprint(data, limits)


def _give_back() -> None:
    """Let the kernel have what a large picture took; glibc would keep it for the next."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl and macOS have none
    if trim is not None:
        trim(0)


def _load_decoders(limits: Limits) -> None:
    from PIL import AvifImagePlugin, Image  # noqa: PLC0415  # decoders are loaded in workers alone

    from proxy.images import pipeline  # noqa: F401, PLC0415  # loaded now, not in the first job

    Image.MAX_IMAGE_PIXELS = limits.max_pixels  # for what only the decoder sees: ICO, GIF frames
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # a worker is a core
