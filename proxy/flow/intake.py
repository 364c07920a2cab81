"""One ask of an origin: its Referers climbed, its redirects walked and judged, its answer taken in.

Knows the order of fetch, rules and taking. Does not know why the origin is asked.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from proxy.cache.passing import passed_request
from proxy.dialects.address import parse_source
from proxy.errors import BadAddress, OriginError, OriginProtocol, TooManyRedirects
from proxy.fetch.client import Fetcher
from proxy.flow import fallbacks
from proxy.flow.inspection import Inspection, refused
from proxy.flow.ladder import REFUSALS, Climb, Ladder
from proxy.flow.streaming import Opening
from proxy.flow.taking import Ask, Taken, Taking, succeeded
from proxy.model.entry import Entry, Head
from proxy.model.headers import Headers
from proxy.model.order import Source
from proxy.model.permit import Permit
from proxy.rules import judge_source
from proxy.rules.policy import Policy
from proxy.settings import Settings
from proxy.stores.store import Store

_FOLLOWED = {301, 302, 303, 307, 308}  # never 300, 304, 305 (RFC 9110 §15.4)


class Intake:
    """Asks origins. One for a server process."""

    def __init__(  # noqa: PLR0913  # what an intake is made of; all by name
        self,
        *,
        settings: Settings,
        policy: Policy,
        fetcher: Fetcher,
        store: Store,
        ladder: Ladder,
        clean: Callable[[bytes], Awaitable[bytes]],
        fingerprint: Callable[[bytes], Awaitable[int]],
    ) -> None:
        self._redirects = settings.fetch.redirects
        self._policy = policy
        self._fetcher = fetcher
        self._ladder = ladder
        self._taking = Taking(store, Inspection(settings, clean=clean, fingerprint=fingerprint))

    async def ask(  # noqa: PLR0913  # what an ask is made of; all but two by name
        self,
        permit: Permit,
        held: Entry | None,
        *,
        conditions: Headers,
        asked: Headers,
        passed: Headers = Headers(),
        began: int | None = None,
        place: Source | None = None,
        opening: Opening | None = None,
    ) -> Taken:
        """Ask the permit's origin; ``conditions`` are the validators of ``held``, or nothing.

        ``asked`` are the client's header fields, ``passed`` those of them that go on. What was
        purged since ``began`` (``Store.sequence``) is given, but not kept. ``place`` is asked
        instead of the source where it is given, and only success counts. By ``opening`` a reader
        may be shown the body early: of the first answer that allows it. Raises an
        OriginError, a PictureError, what the rules call a forbidden redirect, or BodyLost where the
        disk lost what had come.
        """
        want = Ask(
            permit=permit,
            held=held,
            asked=asked,
            passed=passed,
            began=began,
            place=place,
            opening=opening,
        )
        climb = Climb(self._ladder)
        while True:
            try:
                taken = await self._walked(want, climb, conditions)
            except OriginError as failure:
                if not climb.rise(failure):
                    raise
            else:
                if taken.status < HTTPStatus.BAD_REQUEST:
                    await climb.remember(began)
                return taken

    def places(self, permit: Permit) -> tuple[Source, ...]:
        """Return where else the permit's source may be had, once its origin has lost it."""
        return fallbacks.places(permit, self._policy)

    async def _walked(self, want: Ask, climb: Climb, conditions: Headers) -> Taken:
        """Ask once, with the Referers of one rung, and follow redirects."""
        source, profile, left = want.permit.order.source, want.permit.profile, self._redirects
        if want.place is not None:
            source, profile = want.place, judge_source(want.place, self._policy)
        while True:
            arriving = self._fetcher.get(
                source,
                climb.dressed(source, profile),
                conditions,
                passed=passed_request(want.passed, profile),
            )
            async with arriving as arrival:
                location = _location(arrival.head)
                if location is None:
                    status = arrival.head.status
                    unwanted = want.place is not None and not succeeded(status)
                    if unwanted or (status in REFUSALS and climb.may_rise()):
                        raise refused(arrival, f"{source.url}: the origin answered {status}")
                    if want.held is None or status != HTTPStatus.NOT_MODIFIED:
                        return await self._taking.take(want, arrival, source)
                    confirmed = await self._taking.confirm(want, want.held, arrival)
                    if confirmed is not None:
                        return confirmed
                    conditions = Headers()  # it confirms a body that is not ours: ask for all of it
                    continue
            if not left:
                raise TooManyRedirects(f"{want.permit.order.source.url}: over fetch.redirects")
            left -= 1
            source = _redirected(source, location)
            profile = judge_source(source, self._policy)
            # It may lead elsewhere than last time, and a date would confirm any older picture.
            conditions = conditions.only("If-None-Match")


def _location(head: Head) -> str | None:
    """Return where a redirect leads; None where there is nothing to follow."""
    found = set(head.headers.all("Location")) if head.status in _FOLLOWED else set()
    if len(found) > 1:
        raise OriginProtocol("a redirect to several places")
    return next(iter(found), None)


def _redirected(source: Source, location: str) -> Source:
    try:
        return parse_source(location, base=source)
    except BadAddress as bad:
        raise OriginProtocol(f"{source.url} redirects to what is no address: {bad}") from bad
