"""The fast lane stands down where aiohttp is not what it was, and only there."""

import asyncio

import aiohttp
import pytest
import uvloop
from aiohttp import web

from proxy.server import selftest
from proxy.server.connection import Connection
from proxy.server.outlet import Outlet
from proxy.stores.files import BlobFile


async def test_nothing_differs_from_the_aiohttp_that_is_pinned() -> None:
    assert await selftest.difference() == ""


def test_nor_under_uvloop() -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(selftest.difference()) == ""


async def test_another_minor_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aiohttp, "__version__", "3.15.0")
    assert "3.15.0" in await selftest.difference()


async def test_an_answer_that_differs_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    send = Outlet.send

    def shortened(self: Outlet, head: bytes, file: BlobFile | None) -> bool:
        return send(self, head.replace(b"Age: 0\r\n", b""), file)

    monkeypatch.setattr(Outlet, "send", shortened)
    monkeypatch.setattr(selftest, "_PATIENCE_S", 0.2)
    assert await selftest.difference() != ""


async def test_asks_that_overtake_each_other_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "data_received", Connection._feed)
    assert "wrong way" in await selftest.difference()


async def test_an_attribute_that_is_gone_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(web.RequestHandler, "_message_tail")
    monkeypatch.setattr(selftest, "_PATIENCE_S", 0.2)
    assert "rehearsal failed" in await selftest.difference()
