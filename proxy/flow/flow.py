"""The corridor: the order of the rooms, and nothing else.

read → judge → find the original → make of it what was asked → tell what is known of it, where that
was asked → answer.
"""

from collections.abc import Callable
from dataclasses import replace

from proxy import dialects, rules
from proxy.cache.freshness import Lifetime, current_age, lifetime
from proxy.errors import BodyLost, OriginError, PictureError
from proxy.flow.originals import Found, Originals
from proxy.flow.pictures import Pictures
from proxy.images import hints
from proxy.model.body import Blob
from proxy.model.entry import Entry, Kind
from proxy.model.order import Order
from proxy.model.outcome import Outcome
from proxy.model.permit import Permit
from proxy.model.reply import Reply, Standing
from proxy.model.request import Request
from proxy.model.trace import Trace
from proxy.model.transform import Output, Transform
from proxy.reply.build import build
from proxy.reply.elsewhere import elsewhere
from proxy.rules.loops import refuse_returning
from proxy.rules.policy import Policy
from proxy.settings import Settings
from proxy.stores.store import Store


class Flow:
    """Answers requests for sources. One for a server process."""

    def __init__(  # noqa: PLR0913  # the corridor is given every room it leads through
        self,
        *,
        settings: Settings,
        policy: Policy,
        store: Store,
        originals: Originals,
        pictures: Pictures,
        now: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._policy = policy
        self._store = store
        self._originals = originals
        self._pictures = pictures
        self._now = now

    async def answer(self, request: Request, trace: Trace) -> Reply:
        """Return the answer, its body in memory or open to be read. Raises a ProxyError."""
        refuse_returning(request.headers, self._policy)
        order = dialects.read(request, self._settings)
        trace.host, trace.route = order.source.host, _route(order)
        permit = rules.judge(order, self._policy, self._now())
        try:
            return await self._answer(request, permit, trace)
        except (OriginError, PictureError):
            if order.otherwise is None:
                raise
            return elsewhere(order.otherwise.url, request, self._settings.access)

    async def _answer(self, request: Request, permit: Permit, trace: Trace) -> Reply:
        originals = self._originals
        obtain = originals.obtain_early if request.method == "GET" else originals.obtain
        try:
            found = await obtain(permit, request.headers)
            return await self._replied(request, permit, found, trace)
        except BodyLost:  # fetched or made again, once
            pass
        found = await self._originals.obtain_whole(permit, request.headers)
        return await self._reply(request, permit, found, trace)

    async def _replied(self, request: Request, permit: Permit, found: Found, trace: Trace) -> Reply:
        """Return the reply, and see to it that a body on its way has a reader or is let go of."""
        try:
            return await self._reply(request, permit, found, trace)
        except BaseException:
            if found.stream is not None:
                found.stream.leave()
            raise

    async def _reply(self, request: Request, permit: Permit, found: Found, trace: Trace) -> Reply:
        original, served, outcome, made = found.entry, found.entry, found.outcome, False
        asked, profile, wanted = request.headers, permit.profile, permit.order.transform
        transform = hints.resolve(wanted, asked)
        if not transform.is_original:
            served, made = await self._pictures.obtain(original, transform, asked, profile)
        if permit.order.info:
            try:
                served, made = await self._pictures.describe(original, served, asked, profile)
            except BodyLost:
                await self._let_go(served)
                raise
        if made and outcome.hit:
            outcome = replace(outcome, detail=outcome.detail or "made")
        trace.cache = outcome.label
        now = self._now()
        age_s = current_age(original.times, now)
        life = _bounded(lifetime(original.head, original.times, profile), permit.order, age_s, now)
        reply = build(
            request,
            original,
            served,
            outcome=outcome,
            age_s=age_s,
            lifetime_s=life.seconds,
            by_origin=life.by_origin,
            access=self._settings.access,
            varies=_varies(wanted),
            profile=profile,
        )
        if found.stream is not None:
            return replace(reply, body=await found.stream.opened())
        if _stays(permit, outcome):
            standing = Standing(
                original=original,
                served=served,
                made_at=now - age_s,
                fresh_until=now - age_s + life.seconds,
            )
            reply = replace(reply, standing=standing)
        return await self._opened(request, reply, served)

    async def _opened(self, request: Request, reply: Reply, served: Entry) -> Reply:
        """Make sure the body is there and whole before the first byte is promised."""
        if request.method == "HEAD" or not isinstance(reply.body, Blob):
            return reply
        body = await self._store.opened(reply.body)
        if body is None:
            await self._let_go(served)
            raise BodyLost(f"{served.source}: {served.kind} {reply.body.digest}")
        return replace(reply, body=body)

    async def _let_go(self, lost: Entry) -> None:
        """Forget a picture without a body; an original's row is still good for its pictures."""
        if lost.kind is Kind.PICTURE:
            await self._store.forget(lost.key)


def _stays(permit: Permit, outcome: Outcome) -> bool:
    """Tell whether whoever asks in the same words gets the same answer while its entries stand.

    Not where the address ends, or origin and reader see more of each other's fields than we name.
    """
    profile = permit.profile
    passes = profile.pass_request_headers or profile.pass_response_headers
    return outcome.is_plain_hit and permit.order.expires is None and not passes


def _bounded(life: Lifetime, order: Order, age_s: float, now: float) -> Lifetime:
    """Return the lifetime, ended with the address: no cache beyond us answers it any longer."""
    if order.expires is None:
        return life
    seconds = age_s + max(0.0, order.expires - now)  # it may have ended while we fetched
    return life if life.seconds <= seconds else replace(life, seconds=seconds, by_origin=False)


def _route(order: Order) -> str:
    """Return what the ask counts as; few words, because they are labels of the metrics."""
    if order.info:
        return "info"
    return "original" if order.transform.is_original else (order.preset or "options")


def _varies(wanted: Transform) -> tuple[str, ...]:
    """Return the request fields a picture is chosen by."""
    accept = ("Accept",) if wanted.format is Output.AUTO else ()
    return (*accept, *hints.fields(wanted.hints))
