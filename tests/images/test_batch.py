"""Who joins a batch, what each is given, and that nobody's leaving harms another."""

import asyncio

from proxy.errors import NotDecodable
from proxy.images.batch import VARIANTS_MAX, Batch, by_variant
from proxy.model.picture import Format, Variant
from proxy.model.transform import Transform


def variant(width: int) -> Variant:
    return Variant(transform=Transform(width=width), format=Format.PNG, quality=100)


async def forever() -> None:
    await asyncio.Event().wait()


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def begun() -> Batch:
    batch = Batch()
    batch.work = asyncio.ensure_future(forever())
    await turns()
    return batch


async def ended(batch: Batch) -> bool:
    await turns()
    assert batch.work is not None
    gone = batch.work.done()
    batch.work.cancel()
    return gone


async def test_each_is_given_what_he_asked_for() -> None:
    batch = await begun()
    readers = [asyncio.ensure_future(batch.join(variant(width))) for width in (1, 2, 1)]
    await turns()
    assert batch.variants == (variant(1), variant(2))
    refused = NotDecodable("two is too many")
    batch.settle(by_variant(batch.variants, [b"one", refused]))
    assert await asyncio.gather(*readers, return_exceptions=True) == [b"one", refused, b"one"]
    assert await ended(batch)


async def test_a_failure_goes_to_all_who_wait_and_to_nobody_twice() -> None:
    batch = await begun()
    readers = [asyncio.ensure_future(batch.join(variant(width))) for width in (1, 2)]
    await turns()
    batch.settle({variant(1): b"one"})
    batch.fail(NotDecodable("the rest"))
    one, two = await asyncio.gather(*readers, return_exceptions=True)
    assert one == b"one"
    assert isinstance(two, NotDecodable)
    assert await ended(batch)


async def test_one_who_leaves_takes_nothing_along_the_last_one_ends_the_work() -> None:
    batch = await begun()
    first, second = (asyncio.ensure_future(batch.join(variant(1))) for _ in range(2))
    await turns()
    first.cancel()
    await turns()
    assert batch.work is not None
    assert not batch.work.done()
    assert batch.takes(variant(2))
    second.cancel()
    await turns()
    assert batch.work.done()
    assert not batch.takes(variant(1))  # it will not be made any more


async def test_a_batch_is_full_at_some_number_of_pictures() -> None:
    batch = await begun()
    readers = [asyncio.ensure_future(batch.join(variant(n + 1))) for n in range(VARIANTS_MAX)]
    await turns()
    assert batch.takes(variant(1))
    assert not batch.takes(variant(99))
    for reader in readers:
        reader.cancel()
    assert await ended(batch)
