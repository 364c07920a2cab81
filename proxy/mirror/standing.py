"""How a source stands: what the rules, the index, remembered failures and the ledger say of it.

Looks only: no origin is asked, nothing is fetched, made or changed.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from proxy import rules
from proxy.cache.keys import original_key
from proxy.dialects.address import parse_source
from proxy.errors import BadAddress, ProxyError
from proxy.flow.caution import Caution
from proxy.flow.pictures import Choice, choose
from proxy.images import hints
from proxy.mirror import causes
from proxy.mirror.causes import Cause
from proxy.mirror.ledger import Ledger
from proxy.mirror.wishes import Wish
from proxy.model.body import Blob
from proxy.model.entry import Entry
from proxy.model.headers import Headers
from proxy.rules.policy import Policy
from proxy.rules.posts import refuse_unnamed
from proxy.settings import Settings
from proxy.stores.store import Store

_SHOWN = frozenset({"image/avif", "image/webp", "image/jpeg", "image/png", "image/gif"})
_ACCEPTS = ("image/webp", "image/avif", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a source. ``cause`` is what is the matter with it; None: all is well."""

    source: str
    host: str
    kept: bool = False  # the original is in the store, and the rules admit it
    pinned: bool = False
    cause: Cause | None = None
    because: str = ""
    media_type: str = ""
    pixels: tuple[int, int] | None = None  # width and height, upright
    length: int = 0  # bytes of the original
    digest: str = ""
    small: tuple[str, Blob] | None = None  # a small picture of it: media type and bytes

    @property
    def missing(self) -> bool:
        """Tell whether a reader of the mirror goes without: of the original, or of a preset."""
        once = self.kept and self.cause is Cause.RANDOM  # one of its pictures, for ever
        return self.cause is not None and not once and self.cause not in causes.NOTICES


class Observer:
    """Looks at sources; ``promised`` is what a manifest says of them: ``sha256`` is compared."""

    def __init__(  # noqa: PLR0913  # whatever knows something of a source
        self,
        *,
        settings: Settings,
        policy: Policy,
        store: Store,
        attempts: Ledger,
        promised: Mapping[str, Mapping[str, Any]],
        now: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._policy = policy
        self._store = store
        self._attempts = attempts
        self._promised = promised
        self._caution = Caution(store, remember_failures=True, now=now, jitter=lambda: 0.0)

    async def standing(self, wish: Wish) -> Standing:
        """Return how a wish's source stands."""
        plain = Standing(source=wish.source, host=wish.host)
        try:
            source = parse_source(wish.source)
            rules.judge_source(source, self._policy)
            refuse_unnamed(source, self._policy)
        except BadAddress as wrong:
            return replace(plain, cause=Cause.UNREADABLE, because=str(wrong))
        except ProxyError as refusal:
            told = causes.of_source(wish.source, Cause.NOT_ALLOWED)
            return replace(plain, cause=told, because=str(refusal))
        key = original_key(source)
        entry = await self._store.look_up(key)
        if entry is None or entry.body is None or not _succeeded(entry.head.status):
            return self._missing(plain, key, entry)
        cause, because = self._trouble(wish, entry)
        return replace(
            plain,
            kept=True,
            pinned=entry.pinned,
            cause=cause,
            because=because,
            media_type=entry.media_type,
            pixels=entry.facts.upright if entry.facts else None,
            length=entry.body.length,
            digest=entry.body.digest,
            small=await self._small(entry),
        )

    def _missing(self, plain: Standing, key: str, entry: Entry | None) -> Standing:
        """Say why nothing good is kept: what was last heard of it, whoever asked."""
        failure = self._remembered(key)
        attempt = self._attempts.last(plain.source)
        answer = None if attempt is None else attempt.answer
        if failure is not None:
            cause = causes.of_failure(failure.slug(), int(failure.status), str(failure))
            because = str(failure)
        elif entry is not None:
            cause = causes.of_failure("", entry.head.status, "")
            because = f"the origin answered {entry.head.status}"
        elif answer is None:
            cause, because = Cause.UNASKED, ""
        elif answer.good:
            cause, because = Cause.NOT_KEPT, answer.cache
        else:
            because = answer.because or f"{answer.status} {answer.problem}".strip()
            cause = causes.of_failure(answer.problem, answer.status, answer.because)
        cause = causes.of_source(plain.source, cause)
        return replace(plain, cause=cause, because=because)

    def _trouble(self, wish: Wish, entry: Entry) -> tuple[Cause | None, str]:
        """Return what is the matter with a picture whose original is kept."""
        for name in wish.presets:
            failure = self._unmakeable(entry, name)
            if failure is not None:
                cause = causes.of_failure(failure.slug(), int(failure.status), str(failure))
                return cause, f"{name}: {failure}"
        promised = self._promised.get(wish.source, {}).get("sha256")
        if promised is not None and entry.body is not None and promised != entry.body.digest:
            return Cause.CHANGED, f"sha256 {entry.body.digest[:16]}…, not {str(promised)[:16]}…"
        if causes.is_random(wish.source):
            return Cause.RANDOM, "the picture of one ask is kept"
        if entry.came_from:
            return Cause.ELSEWHERE, f"from {entry.came_from}"
        return None, ""

    def _unmakeable(self, entry: Entry, preset: str) -> ProxyError | None:
        """Return why a preset cannot be made, as far as that is known."""
        try:
            choices = list(self._choices(entry, preset))
        except ProxyError as failure:
            return failure
        return next(filter(None, (self._remembered(choice.key) for choice in choices)), None)

    def _choices(self, entry: Entry, preset: str) -> Iterator[Choice]:
        """Go through what may be made of an original by a name; raises a PictureError."""
        known = self._settings.presets.get(preset)
        if known is None:
            return
        transform = hints.resolve(known.transform, Headers())
        for accept in _ACCEPTS:
            choice = choose(entry, transform, accept, self._settings.images)
            if choice is not None:
                yield choice

    async def _small(self, entry: Entry) -> tuple[str, Blob] | None:
        """Return a made thumbnail, or else the original: what shows the picture in few bytes."""
        found = [entry]
        for name in self._settings.mirror.presets.get("thumbnail", ()):
            with suppress(ProxyError):
                choices = list(self._choices(entry, name))
                made = [await self._store.look_up(choice.key) for choice in choices]
                found += filter(None, made)
        bodies = [
            (one.media_type, one.body)
            for one in found
            if isinstance(one.body, Blob) and one.media_type in _SHOWN
        ]
        return min(bodies, key=lambda one: one[1].length, default=None)

    def _remembered(self, key: str) -> ProxyError | None:
        try:
            self._caution.refuse_repeated(key)
        except ProxyError as failure:
            return failure
        return None


def _succeeded(status: int) -> bool:
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
