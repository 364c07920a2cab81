"""Both resolvers answer alike; the system's needs no network for what is asked of it here."""

import socket
from collections.abc import Iterator

import pytest

from proxy.errors import OriginNotFound
from proxy.fetch.resolver import Adapted, Resolver, SystemResolver
from tests.fakes.resolver import FakeResolver


@pytest.fixture(params=["system", "fake"])
def resolver(request: pytest.FixtureRequest) -> Iterator[Resolver]:
    system = SystemResolver()
    fake = FakeResolver({"localhost": [("127.0.0.1",)], "127.0.0.1": [("127.0.0.1",)]})
    yield fake if request.param == "fake" else system
    system.close()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_a_name_has_its_addresses_each_once(resolver: Resolver, host: str) -> None:
    addresses = await resolver.resolve(host, 80)
    assert "127.0.0.1" in addresses
    assert len(set(addresses)) == len(addresses)


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("a..example", id="an empty label"),
        pytest.param("a" * 64 + ".example", id="a label over 63 bytes"),
    ],
)
async def test_a_name_that_cannot_be_is_not_found(resolver: Resolver, host: str) -> None:
    with pytest.raises(OriginNotFound):
        await resolver.resolve(host, 80)


async def test_aiohttp_gets_its_rows() -> None:
    adapted = Adapted(FakeResolver({"a.example": [("192.0.2.1", "2001:db8::1")]}))
    rows = await adapted.resolve("a.example", 81, socket.AF_UNSPEC)
    assert [(row["hostname"], row["host"], row["port"]) for row in rows] == [
        ("a.example", "192.0.2.1", 81),
        ("a.example", "2001:db8::1", 81),
    ]
    await adapted.close()


async def test_a_resolver_that_finds_nothing_without_saying_so() -> None:
    class Empty:
        async def resolve(self, host: str, port: int) -> tuple[str, ...]:  # noqa: ARG002
            return ()

    with pytest.raises(OriginNotFound):
        await Adapted(Empty()).resolve("a.example", 80)
