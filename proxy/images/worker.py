"""What happens inside a worker process: it gives up what it does not need, then works on pictures.

The parent imports this module to name its functions; the decoders are loaded in the worker alone.
Every kind of work takes an original's bytes and the limits, and returns values only.
"""

import ctypes
import os
import pickle
import resource
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from traceback import format_exc
from typing import Any, TypeVar

from proxy.errors import BodyLost, ProxyError
from proxy.images.limits import Limits
from proxy.model.body import Placed
from proxy.model.picture import Facts, Variant

_TAKEN, _HEAD_BYTES = b"!", 8  # see process.py
_PR_SET_PDEATHSIG = 1  # prctl(2)
_NICE = 10  # answering goes before making
_BASE_BYTES = 512 << 20  # interpreter, decoders, encoders, bytes in and out
# Room for five RGBA copies of the largest still (decoded, turned, converted, and two of Pillow's
# own), or for all the frames of the largest animation, held small until they are written.
_BYTES_PER_PIXEL = 5 * 4

_PAGE_BYTES = resource.getpagesize()
# Between two works a process keeps what it has touched up to here: having the kernel clear it anew
# for each took a third of a small picture's time. Above, it is given back.
_KEPT_BYTES = 72 << 20
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # mallopt(3)
_MAPPED_BYTES = 32 << 20  # glibc's own largest
_MOST_BYTES = 80 << 20  # what is left above this has leaked: the process is worn

_FACTS = tuple(field.name for field in fields(Facts))
_T = TypeVar("_T")
Work = Callable[[bytes, Limits], _T]


def serve(channel: int, parent: int) -> None:
    """Do what comes through the socket ``channel``, until its other end is closed.

    First come the limits, then (work, body) again and again: each is answered by a byte at once and
    by (result or failure, whether this process is worn) once done.
    """
    with socket.socket(fileno=channel) as line, line.makefile("rb") as asked:
        limits: Limits = pickle.load(asked)  # noqa: S301  # the parent's own words
        prepare(limits, parent)
        while True:
            try:
                work, body = pickle.load(asked)  # noqa: S301  # likewise
            except EOFError:
                return
            line.sendall(_TAKEN)
            told = pickle.dumps((_done(work, body, limits), _is_worn()))
            line.sendall(len(told).to_bytes(_HEAD_BYTES, "little") + told)


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
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if hasattr(libc, "mallopt"):  # musl has none
            libc.mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
            libc.mallopt(_M_MMAP_THRESHOLD, _MAPPED_BYTES)
        if os.getppid() != parent:  # it died before we asked
            os.kill(os.getpid(), signal.SIGKILL)
        bytes_max = _BASE_BYTES + _BYTES_PER_PIXEL * limits.max_pixels
        resource.setrlimit(resource.RLIMIT_AS, (bytes_max, bytes_max))
    _load_decoders(limits)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # libtiff writes its complaints about hostile files to stderr
        os.dup2(nowhere, stream)
    os.close(nowhere)


def bounded(work: Work[_T], body: bytes | Placed, limits: Limits) -> _T:
    """Return what ``work`` makes of the body; raises BodyLost where that is not what was placed.

    The kernel ends the process should it use more processor time than its deadline has seconds:
    so a work ends even when the parent hangs.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    bound_s = int(used.ru_utime + used.ru_stime + limits.deadline_s) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (bound_s, resource.RLIM_INFINITY))
    return work(body if isinstance(body, bytes) else _read(body), limits)


def ready(_data: bytes, _limits: Limits) -> None:
    """Do nothing: whoever is answered is ready."""


@dataclass(frozen=True, slots=True)
class Making:
    """The work of making variants of an original: as ``pipeline.make`` does.

    Most are of the same few presets: what does not change is pickled once and loaded once, at a
    hundredth of the cost. ``facts`` None: it is looked at first.
    """

    variants: tuple[Variant, ...]
    facts: Facts | None = None

    def __call__(self, data: bytes, limits: Limits) -> list[bytes | ProxyError]:
        """Return the bytes of each variant, or why it is not to be had."""
        from proxy.images import pipeline  # noqa: PLC0415  # decoders are loaded in workers alone

        return pipeline.make(data, self.variants, limits, facts=self.facts)

    def __reduce__(self) -> tuple[object, ...]:
        """Return how it is pickled."""
        facts = self.facts and tuple(getattr(self.facts, name) for name in _FACTS)
        return _told, (_pickled(self.variants), facts)


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


@lru_cache(maxsize=256)
def _pickled(variants: tuple[Variant, ...]) -> bytes:
    return pickle.dumps(variants)


@lru_cache(maxsize=256)
def _loaded(variants: bytes) -> tuple[Variant, ...]:
    loaded: tuple[Variant, ...] = pickle.loads(variants)  # noqa: S301  # the parent's own words
    return loaded


def _told(variants: bytes, facts: tuple[Any, ...] | None) -> Making:
    """Return a work as it was before it was pickled."""
    known = None if facts is None else Facts(**dict(zip(_FACTS, facts, strict=True)))
    return Making(_loaded(variants), known)


def _done(work: Work[_T], body: bytes | Placed, limits: Limits) -> _T | Exception:
    try:
        return bounded(work, body, limits)
    except Exception as failure:  # noqa: BLE001  # raised where it was asked for
        if isinstance(failure, ProxyError):
            return failure
        bug = RuntimeError(repr(failure))
        bug.add_note(format_exc())
        return failure if isinstance(failure, MemoryError) else bug


def _read(body: Placed) -> bytes:
    try:
        data = Path(body.path).read_bytes()
    except FileNotFoundError as gone:
        raise BodyLost(f"{body.digest} is gone") from gone
    if sha256(data).hexdigest() != body.digest:
        raise BodyLost(f"{body.digest} is damaged")
    return data


def _is_worn() -> bool:
    """Let the kernel have what a large picture took; tell whether much is left all the same."""
    if _held_bytes() <= _KEPT_BYTES:
        return False
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl and macOS have none
    if trim is not None:
        trim(0)
    return _held_bytes() > _MOST_BYTES


def _held_bytes() -> int:
    """Return what of this process is in memory, pages of libraries included; 0 where untold."""
    try:
        with open("/proc/self/statm", "rb", buffering=0) as statm:  # noqa: PTH123  # each work
            return int(statm.read().split()[1]) * _PAGE_BYTES
    except FileNotFoundError:  # not Linux
        return 0


def _load_decoders(limits: Limits) -> None:
    from PIL import AvifImagePlugin, Image  # noqa: PLC0415  # decoders are loaded in workers alone

    from proxy.images import pipeline  # noqa: F401, PLC0415  # loaded now, not in the first job

    Image.MAX_IMAGE_PIXELS = limits.max_pixels  # for what only the decoder sees: ICO, GIF frames
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # a worker is a core
