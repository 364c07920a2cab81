"""Fetches what posts refer to, once each, and makes what the theme will ask: the mirror's engine.

Each source: its original by one ask of the door, pinned at once where that is wanted, then every
preset in every format, pinned too. What stands already is not asked; killed anywhere, the next run
goes on where this one was. Publishers are treated as ``manners`` says.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from http import HTTPStatus

from proxy import clock
from proxy.errors import (
    AddressTooLong,
    BadAddress,
    LoopDetected,
    MakingTimeout,
    NotAllowed,
    OriginUnreachable,
    ProxyError,
)
from proxy.mirror.asking import Answer, Door, Known
from proxy.mirror.ledger import Attempt, Ledger
from proxy.mirror.manners import Manners
from proxy.mirror.wishes import Wish
from proxy.settings import Mirror

# Bodies under way: each may have [fetch] max_bytes, 32 MiB, and is held whole while it is judged.
_AT_ONCE = 6
_MADE_AT_ONCE = 12  # pictures; they wait for a free worker without a byte in memory
_HOSTS_AT_ONCE = 32
_TRIES = 3
_DAY_S = 86400.0

_AGAIN = frozenset(
    {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}
)
# Nothing there, or nothing we serve: tomorrow is soon enough.
_PERMANENT = frozenset(
    {
        HTTPStatus.NOT_FOUND,
        HTTPStatus.GONE,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
_REFUSED: tuple[type[ProxyError], ...] = (BadAddress, AddressTooLong, LoopDetected)
_REFUSALS = frozenset(refusal.slug() for refusal in (*_REFUSED, *NotAllowed.__subclasses__()))
NOT_KEPT = "not-kept"  # a problem of ours alone, beside the slugs of errors
_NOT_KEPT = (
    "answered, but not kept: its origin forbids it ([origins] ignore lifts that), or the store"
    " takes nothing just now"
)

_Ask = tuple[str, str]  # target and Accept


class State(StrEnum):
    """What became of a wish."""

    KEPT = "kept"  # fetched, or found, and not pinned
    PINNED = "pinned"
    ALREADY = "already"  # nothing had to be asked
    FAILED = "failed"
    REFUSED = "refused"  # by our own rules
    SKIPPED = "skipped"  # not asked in this run


_MISSING = frozenset({State.FAILED, State.REFUSED, State.SKIPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one wish. ``made``: pictures that were asked for and answered."""

    wish: Wish
    state: State
    answer: Answer | None = None  # the one that decided it; None where nobody was asked
    made: int = 0

    @property
    def missing(self) -> bool:
        """Tell whether a reader would miss something."""
        return self.state in _MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run came to: an outcome for every wish, in their order."""

    outcomes: tuple[Outcome, ...]

    @property
    def counts(self) -> Counter[State]:
        """Return how many wishes ended in which state."""
        return Counter(outcome.state for outcome in self.outcomes)

    @property
    def made(self) -> int:
        """Return how many pictures were asked for and answered."""
        return sum(outcome.made for outcome in self.outcomes)

    @property
    def exit_code(self) -> int:
        """Return 0 where nothing is missing, else 1."""
        return int(any(outcome.missing for outcome in self.outcomes))


async def warm(  # noqa: PLR0913  # a run and how it is to go; all but one by name
    wishes: Iterable[Wish],
    *,
    door: Door,
    ledger: Ledger,
    mirror: Mirror,
    pin: bool,
    dry_run: bool = False,
    retry: bool = False,
    now: Callable[[], float] = clock.now,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    on_progress: Callable[[Outcome], None] = lambda _: None,
) -> Summary:
    """Fulfil the wishes and tell what became of each; ``on_progress`` hears of each at once.

    ``pin``: what is kept is kept for ever. ``dry_run``: nothing is asked, pinned or noted, only
    looked at. ``retry``: what failed lately is asked all the same. Raises ServiceUnreachable where
    the door leads nowhere, StoreUnavailable where the ledger cannot be written.
    """
    run = _Run(
        door=door,
        ledger=ledger,
        mirror=mirror,
        pin=pin,
        dry_run=dry_run,
        retry=retry,
        now=now,
        sleep=sleep,
    )
    return await run.all(tuple(wishes), on_progress)


class _Run:
    """One run: the wishes by host, each host asked by as many workers as it bears."""

    def __init__(  # noqa: PLR0913  # as ``warm``
        self,
        *,
        door: Door,
        ledger: Ledger,
        mirror: Mirror,
        pin: bool,
        dry_run: bool,
        retry: bool,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._door = door
        self._ledger = ledger
        self._mirror = mirror
        self._pin = pin
        self._dry_run = dry_run
        self._retry = retry
        self._now = now
        self._sleep = sleep
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._kitchen = asyncio.Semaphore(_MADE_AT_ONCE)

    async def all(
        self, wishes: tuple[Wish, ...], on_progress: Callable[[Outcome], None]
    ) -> Summary:
        hosts: dict[str, deque[Wish]] = {}
        for wish in wishes:
            hosts.setdefault(wish.host, deque()).append(wish)
        left = iter(hosts.values())  # shared by the lanes: each takes the next
        outcomes: dict[str, Outcome] = {}

        async def work(queue: deque[Wish], manners: Manners) -> None:
            while queue:
                outcome = await self._fulfilled(queue.popleft(), manners)
                outcomes[outcome.wish.source] = outcome
                on_progress(outcome)

        async def lane(group: asyncio.TaskGroup) -> None:
            for queue in left:
                manners = Manners(self._mirror.delay, now=self._now, sleep=self._sleep)
                n_workers = min(self._mirror.per_host, len(queue))
                await asyncio.wait(
                    [group.create_task(work(queue, manners)) for _ in range(n_workers)]
                )

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(_HOSTS_AT_ONCE, len(hosts))):
                    group.create_task(lane(group))
        except BaseExceptionGroup as failed:
            raise _first(failed) from failed
        return Summary(outcomes=tuple(outcomes[wish.source] for wish in wishes))

    async def _fulfilled(self, wish: Wish, manners: Manners) -> Outcome:
        known = await self._door.known(_original(wish))
        if known.problem:
            return Outcome(wish=wish, state=State.REFUSED, answer=_refusal(known))
        wanted = tuple(self._pictures(wish))
        stands = known.pinned or (known.fresh and not self._pin)
        if stands:
            wanted = tuple([one for one in wanted if not (await self._door.known(*one)).made])
        if stands and not wanted:
            if wish.presets and self._pin and not self._dry_run:
                await self._door.pin(wish.source)  # pictures that were made since, or by another
            return Outcome(wish=wish, state=State.ALREADY)
        left = None if stands or known.fresh or self._retry else self._left(wish)
        if self._dry_run or left is not None:
            return Outcome(wish=wish, state=State.SKIPPED, answer=left)
        if stands:
            return await self._with_pictures(wish, wanted, manners, fresh=known.fresh)
        return await self._fetched(wish, wanted, known, manners)

    def _left(self, wish: Wish) -> Answer | None:
        """Return what was lately answered, where the source is not to be asked again so soon."""
        before = self._ledger.last(wish.source)
        return before.answer if before is not None and before.holds(self._now()) else None

    async def _fetched(
        self, wish: Wish, wanted: tuple[_Ask, ...], known: Known, manners: Manners
    ) -> Outcome:
        answer = await self._asked((_original(wish), ""), None if known.fresh else manners)
        if answer is None:
            return Outcome(wish=wish, state=State.SKIPPED, answer=_LEFT_ALONE)
        if answer.problem in _REFUSALS:
            return Outcome(wish=wish, state=State.REFUSED, answer=answer)
        if answer.good and not (await self._door.pin(wish.source) if self._pin else answer.kept):
            answer = replace(answer, problem=NOT_KEPT, because=_NOT_KEPT)
        self._note(wish, answer)
        if not answer.good:
            return Outcome(wish=wish, state=State.FAILED, answer=answer)
        fresh = not wanted or (await self._door.known(_original(wish))).fresh
        return await self._with_pictures(wish, wanted, manners, fresh=fresh, original=answer)

    async def _with_pictures(
        self,
        wish: Wish,
        wanted: tuple[_Ask, ...],
        manners: Manners,
        *,
        fresh: bool,
        original: Answer | None = None,
    ) -> Outcome:
        """Make what is wanted of an original that is kept; where one fails, the wish has failed.

        All at once: pictures that wait for the same worker are made of one decode.
        """
        # An original that is not fresh is validated with its publisher.
        towards = None if fresh else manners
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(self._asked(ask, towards)) for ask in wanted]
        answers = [task.result() or _LEFT_ALONE for task in asked]
        failed = next((answer for answer in answers if not answer.good), None)
        made = sum(answer.good for answer in answers)
        if made and self._pin:
            await self._door.pin(wish.source)
        state = State.PINNED if self._pin else State.KEPT
        if failed is not None:
            return Outcome(wish=wish, state=State.FAILED, answer=failed, made=made)
        return Outcome(wish=wish, state=state, answer=original, made=made)

    async def _asked(self, ask: _Ask, towards: Manners | None) -> Answer | None:
        """Return the answer, after a few tries; None where the host is left alone by now.

        ``towards`` None: no publisher is asked, only we are.
        """
        room = self._room if towards else self._kitchen
        manners = towards or Manners(0.0, now=self._now, sleep=self._sleep)
        answer: Answer | None = None
        for _ in range(_TRIES):
            if not await manners.turn():
                return answer
            async with room:
                answer = await self._door.ask(*ask)
            if not _passes(answer):
                break
            manners.failed(answer.retry_after_s)
        if answer is None or _passes(answer) or answer.problem == OriginUnreachable.slug():
            manners.lost()
        else:
            manners.answered()
        return answer

    def _pictures(self, wish: Wish) -> Iterator[_Ask]:
        """Go through what is to be asked beside the original."""
        for preset in wish.presets:
            for form in self._mirror.formats:
                yield f"/{preset}/?{wish.source}", f"image/{form}"

    def _note(self, wish: Wish, answer: Answer) -> None:
        now, wait_s = self._now(), answer.retry_after_s or 0.0
        if answer.status in _PERMANENT:
            wait_s = max(wait_s, _DAY_S)
        attempt = Attempt(
            source=wish.source,
            at=now,
            status=answer.status,
            problem=answer.problem,
            because=answer.because,
            until=now + wait_s if wait_s else 0.0,
            presets=wish.presets,
        )
        self._ledger.note(attempt)


_LEFT_ALONE = Answer(
    status=HTTPStatus.BAD_GATEWAY,
    problem=OriginUnreachable.slug(),
    because="its host is left alone for this run",
)


def _original(wish: Wish) -> str:
    return f"/?{wish.source}"


def _first(failed: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return what ended the others."""
    first = failed.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


def _passes(answer: Answer) -> bool:
    """Tell whether the same ask may succeed shortly."""
    return answer.status in _AGAIN and answer.problem != MakingTimeout.slug()


def _refusal(known: Known) -> Answer:
    """Return what the rules say without being asked; the status is theirs in most cases."""
    return Answer(status=HTTPStatus.FORBIDDEN, problem=known.problem, because=known.because)
