"""The stand of a bench: the origin and the peers, all running, each checked before it is timed."""
# a folder of programs

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Self

from ask import Answer, ask
from heads import HEADS, request
from originals import distinct, write
from peers import Peer
from peers.peer import Place
from PIL import Image
from processes import LOAD_CPU, SERVER_CPU, Process, free_port
from results import ROOT, WORK

BOX = (400, 300)
OK, NOT_MODIFIED = 200, 304
TIMES_ASKED = 3  # before it counts: once to fetch, again to be held in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for: so many pictures of one original, how, and by which head."""

    original: str  # of the origin's folder, as 25k.jpg
    head: str = "browser"
    pictures: int = 64
    thumbnail: bool = False
    held: bool = False  # the reader has it: If-None-Match, answered 304

    def paths(self) -> list[str]:
        """Return the pictures' paths at the origin."""
        return [f"/{self.original}/{number}.jpg" for number in range(1, self.pictures + 1)]

    def answered_by(self, peer: Peer) -> bool:
        """Return whether a peer can be asked this."""
        return (peer.thumbnail if self.thumbnail else peer.target) is not None


class Running:
    """A peer that runs."""

    def __init__(self, peer: Peer, process: Process, place: Place) -> None:
        self.peer, self.process, self.place = peer, process, place

    def requests(self, asked: Asked, tags: Iterable[str] = ()) -> list[str]:
        """Return the requests that ask for it, each with its tag if there are tags."""
        found = []
        told = list(tags) or [""] * asked.pictures
        for path, tag in zip(asked.paths(), told, strict=True):
            if asked.thumbnail:
                assert self.peer.thumbnail  # noqa: S101  # answered_by
                target = self.peer.thumbnail(path, self.place)
            else:
                assert self.peer.target  # noqa: S101  # answered_by
                target = self.peer.target(path)
            head = HEADS[asked.head]
            found.append(request(target, head, host=self.peer.host, tag=tag))
        return found

    def empty_logs(self) -> None:
        """Let go of what it logged: minutes of a bench are gigabytes."""
        for path in self.place.folder.glob("*.log"):
            os.truncate(path, 0)


class Stand:
    """The origin, and the peers that can run here."""

    def __init__(self, name: str) -> None:
        self.folder = WORK / "run" / name
        self.running: dict[str, Running] = {}
        self.skipped: dict[str, str] = {}
        self._originals = WORK / "originals"
        self._files = self.folder / "files"
        self._ending = ExitStack()
        self.origin = free_port()

    def __enter__(self) -> Self:
        """Start the origin."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._files.mkdir(parents=True)
        write(self._originals)
        command = [sys.executable, str(ROOT / "bench" / "origin.py"), str(self.origin)]
        process = Process(
            [*command, str(self._originals)], cpus=(LOAD_CPU,), log=self.folder / "origin.log"
        )
        self._ending.enter_context(process)
        process.wait_for(self.origin)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """End all that was started."""
        self._ending.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, peer: Peer, *, cpus: Iterable[int] | None = (SERVER_CPU,)) -> Running | None:
        """Start a peer; None, and a line in ``skipped``, where it cannot run here."""
        if why := peer.missing():
            self.skipped[peer.name] = why
            return None
        folder = self.folder / peer.name.replace(" ", "-")
        folder.mkdir()
        place = Place(folder=folder, port=free_port(), files=self._files, origin=self.origin)
        process = Process(peer.command(place), cpus=cpus, log=folder / "server.log", folder=ROOT)
        self._ending.enter_context(process)
        process.wait_for(place.port)
        self.running[peer.name] = Running(peer, process, place)
        return self.running[peer.name]

    def lay_out(self, asked: Sequence[Asked]) -> None:
        """Write the pictures as files that are not yet there, for the peers that serve files."""
        for one in asked:
            (self._files / one.original).mkdir(parents=True, exist_ok=True)
            for path in one.paths():
                file = self._files / path[1:]
                if not file.exists():
                    file.write_bytes(self.picture(path))

    def picture(self, path: str) -> bytes:
        """Return the bytes the origin answers."""
        _, name, number = path.split("/")
        return distinct((self._originals / name).read_bytes(), int(number.partition(".")[0]))

    def fetched(self) -> int:
        """Return how many pictures the origin was asked for."""
        return int(ask(self.origin, request("/-/count", "", host="127.0.0.1")).body)

    def warm(self, running: Running, asked: Asked) -> list[str]:
        """Ask for each until a hit answers it, check the bytes and return the requests to time.

        ValueError where an answer is not what it has to be.
        """
        asks, peer, port = running.requests(asked), running.peer, running.place.port
        for one in asks * TIMES_ASKED:
            ask(port, one)
        before = self.fetched()
        answers = [ask(port, one) for one in asks]
        if peer.caches and self.fetched() != before:
            raise ValueError(f"{peer.name} asked the origin again for {asked}")
        for path, answer in zip(asked.paths(), answers, strict=True):
            self._check(peer, asked, path, answer)
        if not asked.held:
            return asks
        asks = running.requests(asked, [answer.headers["ETag"] for answer in answers])
        for one in asks:
            if (answer := ask(port, one)).status != NOT_MODIFIED:
                raise ValueError(f"{peer.name} answered {answer.status}, not 304")
        return asks

    def _check(self, peer: Peer, asked: Asked, path: str, answer: Answer) -> None:
        where = f"{peer.name}, {path}: {answer.status} {answer.headers}"
        if answer.status != OK:
            raise ValueError(where)
        name, part = peer.hit
        if name and part not in answer.headers[name]:
            raise ValueError(f"no hit: {where}")
        if asked.thumbnail:
            with Image.open(BytesIO(answer.body)) as image:
                if image.size != BOX:
                    raise ValueError(f"{image.size}: {where}")
        elif answer.body != self.picture(path):
            raise ValueError(f"other bytes: {where}")


def put_script(running: Running, number: int) -> Path:
    """Return where a case's script for wrk lies."""
    return running.place.folder / f"case-{number}.lua"
