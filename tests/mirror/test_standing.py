"""How sources stand, over a real store that a real publisher's pictures and refusals went into."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from proxy import clock
from proxy.cache.keys import original_key
from proxy.cli.opened import store_of
from proxy.demo.publisher import publisher, serve
from proxy.dialects.address import parse_source
from proxy.errors import OriginTimeout
from proxy.flow.caution import Caution
from proxy.mirror.asking import Answer
from proxy.mirror.causes import Cause
from proxy.mirror.ledger import Attempt, Ledger
from proxy.mirror.local import local
from proxy.mirror.standing import Observer, Standing
from proxy.mirror.wishes import Wish
from proxy.rules.policy import Policy
from proxy.settings import Settings
from proxy.stores.store import Store
from tests.fakes.house import HOST, settings_for
from tests.fakes.pictures import quadrants, saved
from tests.stores.makers import opened

PICTURES = {
    "/a.jpg": saved(quadrants(1200, 900), "JPEG"),
}


@dataclass(frozen=True, slots=True)
class Looked:
    """A store and what is asked of it."""

    settings: Settings
    store: Store

    async def at(
        self,
        source: str,
        *presets: str,
        last: Answer | None = None,
        promised: Mapping[str, Any] | None = None,
        posts: frozenset[str] | None = None,
    ) -> Standing:
        """Look at a source that these presets are wanted of."""
        attempts = Ledger({})
        if last is not None:
            attempts.note(Attempt(source=source, at=0.0, status=last.status, problem=last.problem))
        observer = Observer(
            settings=self.settings,
            policy=Policy.of(self.settings, posts=posts),
            store=self.store,
            attempts=attempts,
            promised={source: promised or {}},
            now=clock.now,
        )
        return await observer.standing(
            Wish(source=source, host=HOST, presets=presets, references=())
        )


@asynccontextmanager
async def kept(cache: Path, *targets: str, pin: bool = False) -> AsyncIterator[Looked]:
    """Ask for targets at a publisher, shut it down, and look at what is kept."""
    async with serve(publisher(PICTURES)) as port:
        hosts = {"hosts": [HOST, "picsum.photos"]}
        settings = settings_for(cache, port, {"access": hosts})
        async with local(settings, picture_workers=1) as door:
            for target in targets:
                await door.ask(target, "image/webp")
                if pin:
                    await door.pin(target.partition("?")[2])
    async with store_of(settings) as store:
        yield Looked(settings, store)


A = f"http://{HOST}/a.jpg"


@pytest.mark.slow
async def test_what_is_mirrored_is_kept_with_a_small_picture_of_it(tmp_path: Path) -> None:
    async with kept(tmp_path, f"/?{A}", f"/thumbnail/?{A}", pin=True) as looked:
        found = await looked.at(A, "thumbnail")
        assert (found.kept, found.pinned, found.cause, found.missing) == (True, True, None, False)
        assert (found.media_type, found.pixels) == ("image/jpeg", (1200, 900))
        assert found.length == len(PICTURES["/a.jpg"])
        assert found.small
        media_type, blob = found.small
        assert media_type == "image/webp"
        assert await looked.store.read(blob)

        good = {"sha256": found.digest}
        assert (await looked.at(A, promised=good)).cause is None
        changed = await looked.at(A, promised={"sha256": "0" * 64})
        assert (changed.cause, changed.missing) == (Cause.CHANGED, False)

        unnamed = await looked.at(A, posts=frozenset())
        assert (unnamed.cause, unnamed.missing, unnamed.kept) == (Cause.NOT_ALLOWED, True, False)

        entry = await looked.store.look_up(original_key(parse_source(A)))
        assert entry
        await looked.store.keep(replace(entry, came_from="https://archive.example/a.jpg"))
        elsewhere = await looked.at(A)
        assert (elsewhere.cause, elsewhere.missing) == (Cause.ELSEWHERE, False)
        assert elsewhere.because == "from https://archive.example/a.jpg"


@pytest.mark.slow
async def test_a_preset_that_cannot_be_made_is_missing(tmp_path: Path) -> None:
    async with kept(tmp_path, f"/?{A}") as looked:
        few = looked.settings.images.model_copy(update={"max_pixels": 1000})
        settings = looked.settings.model_copy(update={"images": few})
        found = await Looked(settings, looked.store).at(A, "thumbnail")
    assert (found.kept, found.cause, found.missing) == (True, Cause.TOO_LARGE, True)
    assert found.because.startswith("thumbnail: ")


async def test_what_a_reader_met_is_known_too(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, 1)
    async with opened(tmp_path) as store:
        caution = Caution(store, remember_failures=True, now=clock.now, jitter=lambda: 0.0)
        key = original_key(parse_source(A))
        await caution.remember(key, OriginTimeout("no answer"), url=A, host=HOST)
        found = await Looked(settings, store).at(A)
    assert (found.cause, found.missing) == (Cause.DEAD, True)
    assert found.because.startswith("no answer")


@pytest.mark.parametrize(
    ("path", "last", "cause"),
    [
        pytest.param("/never.jpg", None, Cause.UNASKED, id="nobody asked"),
        pytest.param(
            "/gone.jpg",
            Answer(status=404, problem="origin-status"),
            Cause.GONE,
            id="a ledger's 404",
        ),
        pytest.param(
            "/let-go.jpg", Answer(status=200), Cause.NOT_KEPT, id="it came, and is not kept"
        ),
        pytest.param(
            "/pd//Users/Perfect/AppData/3.png",
            Answer(status=404, problem="origin-status"),
            Cause.LOCAL,
            id="a file of its author",
        ),
    ],
)
async def test_what_is_not_kept(
    tmp_path: Path, path: str, last: Answer | None, cause: Cause
) -> None:
    settings = settings_for(tmp_path, 1)
    async with store_of(settings) as store:
        found = await Looked(settings, store).at(f"http://{HOST}{path}", last=last)
    assert (found.cause, found.kept, found.missing) == (cause, False, True)


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        ("http://elsewhere.example/a.jpg", Cause.NOT_ALLOWED),
        (f"http://{HOST}:8002/content/delete/87343", Cause.NOT_ALLOWED),
        ("http://", Cause.UNREADABLE),
    ],
)
async def test_what_the_rules_do_not_admit(tmp_path: Path, source: str, cause: Cause) -> None:
    settings = settings_for(tmp_path, 1)
    async with store_of(settings) as store:
        found = await Looked(settings, store).at(source)
    assert (found.cause, found.missing) == (cause, True)
    assert found.because


async def test_a_random_picture_is_missing_until_one_is_kept(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, 1, {"access": {"hosts": ["picsum.photos"]}})
    async with store_of(settings) as store:
        found = await Looked(settings, store).at("https://picsum.photos/400/300?random=81")
    assert (found.cause, found.missing) == (Cause.RANDOM, True)
    assert not replace(found, kept=True).missing
