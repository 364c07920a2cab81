"""The fast lane: hits are answered before the parser, with replies made beforehand (design §9).

What the ordinary handler answered twice in the same words is kept ready; a plain head (``plain``)
that asks for it again, alone on an idle connection, is answered at once by ``connection``. All else
takes the ordinary way, and so does whatever is no longer sure: expired, purged, replaced, or with a
body that is not as it was verified. Counts and lines are those of any request.
"""

from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from weakref import WeakValueDictionary

from aiohttp import HttpVersion11, web

from proxy.model.body import Blob
from proxy.model.entry import Entry
from proxy.model.reply import Standing
from proxy.model.trace import Trace
from proxy.observe.access import AccessLog
from proxy.server.plain import MAX_BYTES, Plain, read, read_fields
from proxy.server.ready import Ready, ready
from proxy.stores.files import BlobFile, Loaded
from proxy.stores.store import Store
from proxy.tasks import Tasks

MOST = 4096  # replies, and so open files
_MOST_KEY = 2 << 10  # bytes of what a reply is kept for; longer asks are nobody's pictures
_MOST_REQUEST = 2 * MAX_BYTES
_SMALL_BYTES = 64 << 10  # up to here memory is faster (stores/files.py), and hundreds fit
_MOST_HEADS = 512  # read before; of at most 8 KiB
_MOST_USED = 256
_MOST_SEEN = 1 << 14  # asked, and not ready
_TWICE, _OFTEN = (
    2,
    8,
)  # answers until one is kept ready: where there is room, and where it costs one
_SWEEP_S = 60  # calls of ``tend`` until all were looked at

Key = tuple[bytes, bytes]  # a request's first line, and its choice
Found = tuple[Ready, Plain, float]  # a reply for a head, at an instant (Unix seconds)
_NOT_PLAIN = Plain(b"", b"")  # no reply is kept for it: a choice names each of CHOOSING


class FastLane:
    """The replies of one process; at most ``most`` of them, the least recently used go first.

    Small bodies are held in memory, ``most_bytes`` of them in all; the others are open files.
    """

    def __init__(  # noqa: PLR0913  # what it needs; all by name
        self,
        *,
        store: Store,
        log: AccessLog,
        tasks: Tasks,
        now: Callable[[], float],
        most: int = MOST,
        most_bytes: int = 0,
    ) -> None:
        self._store = store
        self._news = store.news
        self._log = log
        self._tasks = tasks
        self._now = now
        self._most = most
        self._ready: OrderedDict[Key, Ready] = OrderedDict()
        self._most_bytes = most_bytes
        self._bodies: WeakValueDictionary[str, Loaded | BlobFile] = WeakValueDictionary()
        self._heads: dict[bytes, Plain] = {}
        self._seen: dict[int, int] = {}  # how often it was answered, by the key's hash
        self._learning: set[Key] = set()
        self._unswept: list[Key] = []
        self._used: list[Ready] = []  # one for each answer

    def __len__(self) -> int:
        """Return how many replies are ready."""
        return len(self._ready)

    @property
    def n_bytes(self) -> int:
        """Return how many bytes of bodies are held in memory."""
        return sum(one.length for one in self._bodies.values() if isinstance(one, Loaded))

    def find(self, data: bytes) -> Found | None:
        """Return the reply for exactly one plain request; None: ask the ordinary handler."""
        if len(data) > _MOST_REQUEST:
            return None
        line, _, fields = data.partition(b"\r\n")
        plain = self._heads.get(fields) or self._read(fields)
        key = (line, plain.choice)
        found = self._ready.get(key)
        if found is None:
            return None
        news = self._news()
        if news:
            self._store.drop(news)
        now = self._now()
        if not found.holds(now):
            del self._ready[key]
            return None
        self._ready.move_to_end(key)
        return found, plain, now

    def answered(self, reply: Ready, client: str, now: float) -> None:
        """Note an answer found at ``now`` and sent, and what it used; ``client`` is quoted."""
        seconds = max(0.0, self._now() - now)
        self._used.append(reply)
        self._log.again(reply.said, client, seconds, now)
        if len(self._used) >= _MOST_USED:
            self._touch()

    def cut(self, trace: Trace, now: float) -> None:
        """Note one that was not sent whole; ``trace`` says what of it was, and why not."""
        self._log.answered(trace, max(0.0, self._now() - now), now)

    def offer(
        self,
        incoming: web.BaseRequest,
        response: web.StreamResponse,
        trace: Trace,
        standing: Standing,
    ) -> None:
        """Keep an answer that was just sent, if it is given again and again.

        Where all places are taken it must be asked more often: asks for more pictures than there
        are places would make and drop one at each.
        """
        key = _key(incoming, response)
        if key is None or key in self._ready or key in self._learning:
            return
        if len(self._seen) >= _MOST_SEEN:
            self._seen.clear()
        name = hash(key)
        self._seen[name] = self._seen.get(name, 0) + 1
        if self._seen[name] < (_TWICE if len(self._ready) < self._most else _OFTEN):
            return
        self._learning.add(key)
        lines = [(name, value) for name, value in response.headers.items()]
        status_line = f"HTTP/1.1 {response.status} {response.reason}"
        self._tasks.spawn(
            self._learn(key, status_line, lines, trace, standing), name="learn a reply"
        )

    def tend(self) -> None:
        """Let go of some that no longer hold; called once a second, all are seen in a minute.

        An open file takes its room on the disk although its name is gone.
        """
        self._touch()
        if not self._unswept:
            self._unswept = list(self._ready)
        self._store.hear()
        now = self._now()
        for _ in range(min(len(self._unswept), 1 + self._most // _SWEEP_S)):
            key = self._unswept.pop()
            found = self._ready.get(key)
            if found is not None and not found.holds(now):
                del self._ready[key]

    def _touch(self) -> None:
        """Remember the use of all that was used since the last time."""
        used, self._used = self._used, []
        for key in {key for reply in used for key in reply.keys}:
            self._store.touch(key)

    async def _learn(
        self,
        key: Key,
        status_line: str,
        lines: list[tuple[str, str]],
        trace: Trace,
        standing: Standing,
    ) -> None:
        try:
            body = None
            if trace.method == "GET" and trace.status == HTTPStatus.OK:
                body = await self._body(standing.served)
                if body is None:
                    return
            # It may have been replaced while it was sent; from here on the leases tell.
            for entry in (standing.original, standing.served):
                if await self._store.look_up(entry.key) != entry:
                    return
            leases = self._store.lease(standing.original), self._store.lease(standing.served)
            self._ready[key] = ready(
                status_line=status_line,
                lines=lines,
                trace=trace,
                standing=standing,
                body=body,
                leases=leases,
                now=self._now(),
            )
            self._seen.pop(hash(key), None)
            if len(self._ready) > self._most:
                self._ready.popitem(last=False)
        finally:
            self._learning.discard(key)

    async def _body(self, served: Entry) -> Loaded | BlobFile | None:
        """Return a body ready to be sent; None where there is none that may be."""
        stored = served.body
        if not isinstance(stored, Blob) or not stored.length:
            return None
        body = self._bodies.get(stored.digest)
        if body is not None and body.is_sound:
            return body
        if stored.length <= _SMALL_BYTES and self.n_bytes + stored.length <= self._most_bytes:
            data = await self._store.read(stored)
            body = None if data is None else Loaded(data)
        else:
            body = await self._store.file(stored)
        if body is not None:
            self._bodies[stored.digest] = body
        return body

    def _read(self, fields: bytes) -> Plain:
        """Read a head's fields and remember them: a browser sends the same with each ask."""
        plain = read(fields) or _NOT_PLAIN
        if len(fields) <= MAX_BYTES:
            if len(self._heads) >= _MOST_HEADS:
                self._heads.clear()
            self._heads[fields] = plain
        return plain


def _key(incoming: web.BaseRequest, response: web.StreamResponse) -> Key | None:
    """Return what an ask that deserves the same answer reads like; None where none is plain."""
    plain = read_fields(incoming.raw_headers)
    if (
        plain is None
        or incoming.version != HttpVersion11
        or incoming.body_exists
        or not incoming.raw_path.startswith("/")
        or not response.keep_alive
        or response.status not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED)
    ):
        return None
    line = f"{incoming.method} {incoming.raw_path} HTTP/1.1".encode()
    return (line, plain.choice) if len(line) + len(plain.choice) <= _MOST_KEY else None
