"""The socket to a worker: what goes over it, what is believed of what comes back."""

import pickle
from collections import Counter
from collections.abc import Iterator
from io import BytesIO

import pytest

from proxy.errors import NotDecodable, PictureError
from proxy.images.limits import Limits
from proxy.images.process import Process, _Plain
from proxy.images.worker import ready
from tests.fakes.inside import evaluate


@pytest.fixture
def process() -> Iterator[Process]:
    started = Process(Limits(max_pixels=1_000_000, max_frames=8, deadline_s=1.0))
    yield started
    started.kill()
    started.wait()


def loaded(value: object) -> object:
    return _Plain(BytesIO(pickle.dumps(value))).load()


@pytest.mark.slow
async def test_what_it_is_told_it_answers_in_turn(process: Process) -> None:
    before = process.busy
    await process.tell((ready, b""))
    assert (before, process.busy) == (False, True)
    assert await process.answer() == (None, False)
    await process.tell((evaluate, b"bytes(3 << 20)"))
    assert await process.answer() == (bytes(3 << 20), False)
    assert not process.busy


@pytest.mark.slow
async def test_one_that_died_is_noticed(process: Process) -> None:
    await process.tell((evaluate, b"__import__('os')._exit(3)"))
    with pytest.raises(EOFError):
        await process.answer()
    assert process.wait() == 3
    with pytest.raises((EOFError, ConnectionError)):
        await process.tell((ready, b""))


@pytest.mark.parametrize("value", [b"bytes", [b"a", None, 1, 2.5, True], {"a": ("b",)}], ids=str)
def test_plain_values_are_believed(value: object) -> None:
    assert loaded(value) == value


def test_failures_are_believed() -> None:
    failure = loaded([NotDecodable("why"), MemoryError()])
    assert isinstance(failure, list)
    assert [type(one) for one in failure] == [NotDecodable, MemoryError]
    assert isinstance(failure[0], PictureError)


class _Hostile:
    def __init__(self, call: object, *arguments: object) -> None:
        self._reduced = call, arguments

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self._reduced


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(_Hostile(eval, "1"), id="a call of eval"),
        pytest.param(_Hostile(print, "!"), id="a call of print"),
        pytest.param(_Hostile(getattr, "", "upper"), id="a look at an attribute"),
        pytest.param(Counter("a"), id="a class of elsewhere"),
        pytest.param(Limits(max_pixels=1, max_frames=1, deadline_s=1.0), id="a class of ours"),
    ],
)
def test_nothing_else_is(value: object) -> None:
    with pytest.raises(pickle.UnpicklingError):
        loaded(value)
