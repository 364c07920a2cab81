"""A miss shown to its first reader while it is taken in (design §7).

After 200 is said nothing can change the answer. So a body is shown early only where nobody has
anything better: an original that is not held, asked for plainly, whose beginning is a picture of
some size. The last of it waits until the whole was judged and settled: what is found to be a lie or
is cut never ends as promised, and the connection is aborted; what ended is stored, if it ever is.

The reader follows the draft at his own pace. He holds back neither the store nor those who wait for
the whole, and what he has not taken yet lies in the draft's file, not in memory.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Self, TypeVar

from proxy.errors import OriginTimeout, ProxyError
from proxy.model.body import Chunks
from proxy.model.entry import Entry
from proxy.model.headers import Headers
from proxy.model.order import Order
from proxy.stores.protocols import Draft, Following

EARLY_LEAST_BYTES = 256 << 10  # of a whole body; smaller ones are here before anybody could wait
EARLY_START_BYTES = 64 << 10  # of it, by which a picture is known
_PART_BYTES = 256 << 10
# By these a part, or nothing, may be answered; what of, only the whole can say.
_NEEDS_WHOLE = ("Range", "If-None-Match", "If-Modified-Since")

_T = TypeVar("_T")


def may_be_early(order: Order, asked: Headers) -> bool:
    """Tell whether a GET can be answered before the body is whole; a HEAD has no use for it.

    ``asked`` are its header fields. ``Prefer: whole`` (RFC 7240) is the mirror's: only then is it
    known whether what comes is stored. Where an order says what to send instead, a failure must be
    heard.
    """
    plain = order.transform.is_original and not order.info and order.otherwise is None
    prefers = {word.strip(" \t").lower() for word in (asked.get("Prefer") or "").split(",")}
    return plain and not any(name in asked for name in _NEEDS_WHOLE) and "whole" not in prefers


class Stream:
    """A body on its way in, and the one reader who follows it. ``length`` was declared.

    As a block: the whole is written, judged and kept in it, and its end is told to the reader.
    """

    def __init__(self, draft: Draft, length: int) -> None:
        self._draft = draft
        self._length = length
        self._following: Following | None = None  # None: nobody was shown anything
        self._written = 0  # bytes
        self._shown = 0  # bytes that may be read
        self._read = 0  # bytes that were
        self._latest = b""  # what was written last, where the reader keeps up: no need to read it
        self._failure: ProxyError | None = None
        self._news = asyncio.Event()

    def __enter__(self) -> Self:
        """Begin to take it in."""
        return self

    def __exit__(
        self, _: type[BaseException] | None, failure: BaseException | None, __: object
    ) -> None:
        """Show the rest of what is as promised; else have the reader cut off."""
        if failure is None:
            self._shown = self._length
        elif isinstance(failure, ProxyError):
            self._failure = failure
        else:  # whoever ends a fetch: its deadline, mostly
            self._failure = OriginTimeout("the fetch was ended before the body was whole")
        if self._read < self._written - len(self._latest):  # he is slow: it would be kept for long
            self._latest = b""
        self._news.set()

    def grew(self, chunk: bytes) -> None:
        """Show what was written, unless that is all: the last of it waits for the block's end."""
        self._latest = chunk if self._read >= self._written else b""
        self._written += len(chunk)
        if self._written < self._length:
            self._shown = self._written
            self._news.set()

    def begin(self) -> None:
        """Have the draft followed from now on."""
        self._following = self._draft.follow()

    def leave(self) -> None:
        """Let go of a body that nobody reads any more."""
        if self._following is not None:
            self._following.close()

    async def opened(self) -> Chunks:
        """Return the body to be sent; reading it raises what cut it."""
        parts = self._parts()
        await anext(parts)  # it lets go of the draft from now on
        return Chunks(parts, self._length)

    async def _parts(self) -> AsyncGenerator[bytes, None]:
        """Give an empty part, then what is shown, as far as the reader takes it."""
        try:
            yield b""
            while self._read < self._length:
                if self._failure is not None:
                    raise self._failure
                if part := self._next():
                    self._read += len(part)
                    yield part
                else:
                    self._news.clear()
                    await self._news.wait()  # the fetch has a deadline, and tells its end
        finally:
            self.leave()

    def _next(self) -> bytes:
        at, n_bytes = self._read, min(_PART_BYTES, self._shown - self._read)
        in_latest = at - (self._written - len(self._latest))
        if self._latest and in_latest >= 0:
            return self._latest[in_latest : in_latest + n_bytes]
        return self._following.read(at, n_bytes) if self._following and n_bytes else b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Early:
    """What is known of an original before it is whole: its entry has no body yet."""

    entry: Entry
    stream: Stream


class Opening:
    """The one chance to show a body early: taken once, or closed. Others wait for the whole."""

    def __init__(self) -> None:
        self._early: asyncio.Future[Early] = asyncio.get_running_loop().create_future()

    @property
    def is_open(self) -> bool:
        """Tell whether a reader waits, and was shown nothing yet."""
        return not self._early.done()

    def show(self, entry: Entry, stream: Stream) -> None:
        """Give the reader what there is."""
        stream.begin()
        self._early.set_result(Early(entry=entry, stream=stream))

    async def before(self, whole: asyncio.Task[_T]) -> Early | None:
        """Return what is shown before ``whole`` has ended; None where it ends first."""
        try:
            await asyncio.wait((whole, self._early), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self._close()
            raise
        if whole.done():
            self._close()
            return None
        return self._early.result()

    def _close(self) -> None:
        """Show nothing any more; what was shown and not taken is let go of."""
        if not self._early.cancel():
            self._early.result().stream.leave()
