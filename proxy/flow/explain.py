"""What an address means, and how its source stands: nothing is fetched, made or changed.

Walks the corridor as ``flow`` does and says at every room what it says.
"""

from collections.abc import Callable

from proxy import dialects, rules
from proxy.cache.decision import Fresh, Stale, Validate, decide
from proxy.cache.freshness import current_age, lifetime
from proxy.cache.keys import original_key
from proxy.errors import ProxyError
from proxy.flow.caution import Caution
from proxy.flow.fallbacks import places
from proxy.flow.ladder import Ladder
from proxy.flow.pictures import choose
from proxy.images import hints
from proxy.model import options
from proxy.model.entry import Entry
from proxy.model.headers import Headers
from proxy.model.order import Order
from proxy.model.permit import Permit
from proxy.model.request import Request
from proxy.rules.policy import Policy
from proxy.settings import Settings
from proxy.stores.store import Store

Facts = dict[str, object]


class Explainer:
    """Explains addresses; beside a running server or alone over its store."""

    def __init__(
        self, *, settings: Settings, policy: Policy, store: Store, now: Callable[[], float]
    ) -> None:
        self._settings = settings
        self._policy = policy
        self._store = store
        self._now = now
        self._ladder = Ladder(store, now=now)
        self._caution = Caution(store, remember_failures=True, now=now, jitter=lambda: 0.0)

    async def explain(self, request: Request) -> Facts:
        """Return what the request's target means, as JSON can say it.

        Raises what the dialects raise for an
        address nobody can read; a refusal of the rules is part of the answer.
        """
        order = dialects.read(request, self._settings)
        said = {
            "target": request.target,
            "dialect": order.dialect,
            "source": order.source.url,
            "preset": order.preset,
            "options": options.write(order.transform),
            "info": order.info,
            "expires": order.expires,
        }
        try:
            permit = rules.judge(order, self._policy, self._now())
        except ProxyError as refusal:
            return {**said, "allowed": False, "refusal": _failure(refusal), **_written(order)}
        profile = permit.profile
        return {
            **said,
            "options": options.write(permit.order.transform),  # unsigned sides come in steps
            "allowed": True,
            "origin": profile.key or "defaults",
            "referer": self._ladder.remembered(order.source, profile),
            "fallbacks": [place.url for place in places(permit, self._policy)],
            **await self._kept(permit, request.headers),
            **_written(permit.order),
        }

    async def _kept(self, permit: Permit, asked: Headers) -> Facts:
        key = original_key(permit.order.source)
        entry = await self._store.look_up(key)
        said: Facts = {"cache": self._original(entry, permit), "failure": self._remembered(key)}
        wanted = hints.resolve(permit.order.transform, asked)
        if entry is None or wanted.is_original:
            return said
        try:
            choice = choose(entry, wanted, asked.get("Accept"), self._settings.images)
        except ProxyError as refusal:
            return {**said, "picture": {"refusal": _failure(refusal)}}
        if choice is None:
            return {**said, "picture": {"state": "the original stands in"}}
        made = await self._store.look_up(choice.key)
        chosen = {"format": choice.variant.format.value, "quality": choice.variant.quality}
        return {
            **said,
            "failure": said["failure"] or self._remembered(choice.key),
            "picture": {"state": "stored" if made else "not made yet", **chosen, **_looks(made)},
        }

    def _original(self, entry: Entry | None, permit: Permit) -> Facts:
        if entry is None:
            return {"state": "none"}
        decision = decide(entry, Headers(), permit.profile, self._now())
        match decision:
            case Fresh():
                state = "fresh"
            case Stale() | Validate():
                state = "stale"
            case _:
                state = "unusable"
        life = lifetime(entry.head, entry.times, permit.profile)
        return {
            "state": state,
            "status": entry.head.status,
            "pinned": entry.pinned,
            "age_s": int(current_age(entry.times, self._now())),
            "lifetime_s": int(life.seconds),
            **_looks(entry),
        }

    def _remembered(self, key: str) -> Facts | None:
        try:
            self._caution.refuse_repeated(key)
        except ProxyError as failure:
            return _failure(failure)
        return None


def _looks(entry: Entry | None) -> Facts:
    if entry is None:
        return {}
    width, height = entry.facts.upright if entry.facts else (None, None)
    return {
        "type": entry.media_type,
        "bytes": entry.body.length if entry.body else 0,
        "width": width,
        "height": height,
    }


def _failure(failure: ProxyError) -> Facts:
    return {"type": failure.slug(), "status": int(failure.status), "because": str(failure)}


def _written(order: Order) -> Facts:
    """Return the address in every dialect that can say it, enabled or not."""
    forms = ((dialect.name, dialect.write(order)) for dialect in dialects.DIALECTS)
    return {"written": {name: form for name, form in forms if form is not None}}
