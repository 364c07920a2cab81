"""The shared hostile cases, and a service to meet them: every name leads to a stand-in origin.

``OURS`` says where the file's "expect" is not what our contract answers, or leaves the choice to
the service. Who asks goes over a socket with exactly the bytes of the case; nothing of it leaves
loopback, and on loopback canaries listen.
"""

import json
import logging
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from proxy import config
from proxy.fetch.connector import Wire
from tests.fakes.canaries import Canaries, Ear, canaries
from tests.fakes.certificate import Certificate
from tests.fakes.house import House, serving
from tests.fakes.pictures import STILLS
from tests.fakes.raw_client import Heard, converse
from tests.fakes.raw_origin import Answer, End, RawOrigin, answer, raw_origin
from tests.fakes.resolver import FakeResolver
from tests.fakes.sockets import Rerouted

FILE = Path(__file__).parents[3] / "shared" / "cases" / "hostile_requests.jsonl"
SELF = "self.example"
PUBLIC = "93.184.216.34"
PICTURE = STILLS["PNG"]
# All an origin is told. Of Referers there is only the profile's, of encodings only "identity".
UPSTREAM = {"host", "accept", "accept-encoding", "user-agent", "via", "referer"}

# Where the file's "expect" is not what we answer, or leaves the choice to the service.
OURS = {
    # A zone's "%" makes the authority unreadable (400) before anything is refused (403).
    "v6-zone-raw": "deny-400",
    # Literals are off unless listed one by one: one rule, for public ones too.
    "ok-ipv6-public": "deny-403",
    "v4-edge-172-32": "deny-403",
    "v4-edge-cgnat": "deny-403",
    # service.md: "ours again = 508".
    "name-selfhost": "deny-508",
    "redir-self": "deny-508",
    # A fragment is no part of the address; an @ behind the host names no user.
    "auth-hash-at2": "allow:http://img.example/",
    "auth-qm-at": "allow:http://img.example/?@127.0.0.1/",
    "auth-dotdot": "allow:http://img.example/etc/passwd",
    # The homograph is another host under an open policy; tests/rules/test_hosts.py has it closed.
    "uni-homograph": "allow:http://xn--imge-63d.woshipm.com/a.png",
    "uni-sharp-s": "allow:http://xn--strae-oqa.example/a.png",
    # Escapes in path and query stay as they came, broken ones too.
    "ctl-crlf-path": "allow:http://img.example/a.png%0d%0aX-Injected:%201",
    "ctl-nul": "allow:http://img.example/a.png%00.html",
    "ctl-badpct": "allow:http://img.example/a%zz.png",
    "ctl-badpct-end": "allow:http://img.example/a%",
    "ctl-lone-surrogate": "allow:http://img.example/%ed%a0%80.png",
    # Raw non-ASCII never comes this far over a socket (400 by the parser); it is read nonetheless.
    "ctl-hi-bytes": "allow:http://img.example/%C3%A4.png",
    "redir-crlf": "allow:http://img.example/%0d%0aX:%20y",
    "wrap-key-eq": "deny-400",
    # The target is the whole query: an encoded one is decoded, nothing in it is an option of ours.
    "wrap-nest-enc": "allow:http://img.example/a.png",
    "wrap-nest-other": "allow:http://other-proxy.example/?http://127.0.0.1/",
    "wrap-amp-opt": "allow:http://img.example/a.png&w=999999",
    "wrap-opt-neg": "allow:http://img.example/a.png&w=-1",
    "wrap-opt-nan": "allow:http://img.example/a.png&w=NaN&h=1e9",
    # Up to 16 KiB are read.
    "wrap-long-8k": "allow",
    "wrap-many-params": "allow",
}


def rows() -> dict[str, dict[str, Any]]:
    """Return the file's cases by id; none where ../shared is absent."""
    if not FILE.exists():
        return {}
    found = (json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines())
    return {row["id"]: row for row in found}


ROWS = rows()


def of(kind: str) -> list[str]:
    """Return the ids of one kind, in the file's order."""
    return [name for name, row in ROWS.items() if row["kind"] == kind]


def filled(text: str, *, port: int = 8080) -> str:
    """Write out what the file abbreviates: our own name, and what is repeated."""
    text = text.replace("{SELF_HOST}", SELF).replace("{SELF_PORT}", str(port))
    return re.sub(r"\{([^{}*]+)\*([0-9]+)\}", lambda found: found[1] * int(found[2]), text)


def picture(*lines: bytes, status: bytes = b"200 OK") -> Answer:
    """Return an answer with these header lines and a picture, then the end of the connection."""
    return whole(PICTURE, *lines, status=status)


def whole(body: bytes, *lines: bytes, status: bytes = b"200 OK") -> Answer:
    """Return an answer with these header lines and this body, then the end of the connection."""
    framing = (b"Connection: close", b"Content-Length: %d" % len(body))
    head = b"\r\n".join((b"HTTP/1.1 " + status, *lines, *framing))
    return answer(head + b"\r\n\r\n" + body, end=End.CLOSE)


def redirect(location: bytes, status: bytes = b"302 Found") -> Answer:
    """Return a redirect."""
    return whole(b"", b"Location: " + location, status=status)


ONCE = picture(b"Cache-Control: no-store")  # so that the next case asks again


class Complaints(logging.Handler):
    """Keeps what no case may cause: tracebacks and errors, whoever logs them."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record if it is one."""
        if record.exc_info or record.levelno >= logging.ERROR:
            self.records.append(f"{record.name}: {record.getMessage()} {record.exc_info}")


@dataclass(slots=True, kw_only=True)
class Stage:
    """A service, the origins it can reach, and everybody who listens."""

    house: House
    origins: Mapping[str, RawOrigin]  # by scheme
    resolver: FakeResolver
    rerouted: Rerouted
    flock: Canaries
    ear: Ear
    complaints: Complaints
    bugs_before: list[str]  # by the metrics, which all tests of this process share
    tally: Counter[tuple[str, str]] = field(default_factory=Counter)

    def set_up(
        self, *answers: Answer, names: Mapping[str, Sequence[tuple[str, ...]]] | None = None
    ) -> None:
        """Forget the last case; the origins give these answers in turn, else a picture.

        ``names`` are those that lead elsewhere than to the public address.
        """
        self.resolver.tell(names or {})
        for past in (self.rerouted.dialled, self.flock.called, self.ear.dialled):
            past.clear()
        self.complaints.records.clear()
        for origin in self.origins.values():
            origin.answers[:] = answers or [ONCE]
            origin.requests.clear()

    async def ask(self, target: str, *fields: str) -> Heard:
        """Ask for a wrapped target, its characters as they are, on a connection of its own."""
        lines = (f"GET /?{target} HTTP/1.1", "Host: proxy", "Connection: close", *fields, "", "")
        (heard,) = await self.converse("\r\n".join(lines).encode())
        return heard

    async def converse(self, *parts: bytes) -> list[Heard]:
        """Send bytes on a connection of their own, and see what must hold whatever comes back."""
        heard = await converse(self.house.port, *parts)
        assert 500 not in {one.status for one in heard}
        assert self.complaints.records == []
        self.see_that_nothing_was_reached()
        for request in self.requests:
            fields = {line.partition(b":")[0].decode().lower() for line in request[1:]}
            assert fields <= UPSTREAM, request
            assert b"Accept-Encoding: identity" in request
            assert b"Referer: https://www.woshipm.com/" in request or "referer" not in fields
        return heard

    def see_that_nothing_was_reached(self) -> None:
        """Assert that no canary was called and that no connect went anywhere but to our own."""
        ours = {self.house.port, *(origin.port for origin in self.origins.values())}
        assert self.flock.called == []
        assert {("127.0.0.1", port) for port in ours} >= set(self.ear.dialled)
        assert self.ear.looked_up == []
        assert set(self.rerouted.dialled) <= {PUBLIC, "1.2.3.4"}

    @property
    def requests(self) -> list[list[bytes]]:
        """Return the heads the origins were sent, as lines."""
        heads = (head for origin in self.origins.values() for head in origin.requests)
        return [head.removesuffix(b"\r\n\r\n").split(b"\r\n") for head in heads]

    @property
    def asked(self) -> list[str]:
        """Return the addresses the origins were asked for, by what they were told."""
        return [
            f"{scheme}://{_host(head)}{head.split(b' ', 2)[1].decode()}"
            for scheme, origin in self.origins.items()
            for head in origin.requests
        ]

    @property
    def untouched(self) -> bool:
        """Tell whether no name was looked up, no address dialled and no origin asked."""
        return not (self.resolver.asked or self.rerouted.dialled or self.asked)

    async def see_that_all_is_well(self) -> None:
        """Assert that no answer was a 500 and that a good ask is answered, from the store, too."""
        self.set_up(picture())
        for _ in range(2):
            heard = await self.ask("http://img.example/afterwards.png")
            assert (heard.status, heard.body) == (200, PICTURE)
        assert len(self.asked) == 1
        assert await bugs(self.house) == self.bugs_before
        assert self.flock.calls == 0

    def count(self, kind: str, *heard: Heard) -> None:
        """Note how the answers of one case went."""
        self.tally[kind, "cases"] += 1
        self.tally[kind, "dials"] += len(self.rerouted.dialled)
        for one in heard:
            self.tally[kind, "allowed" if one.status < 400 else "refused"] += 1

    def summary(self) -> str:
        """Return a line a kind."""
        kinds = dict.fromkeys(kind for kind, _ in self.tally)
        lines = [
            f"{kind}: {self.tally[kind, 'cases']} cases, {self.tally[kind, 'allowed']} answers "
            f"below 400, {self.tally[kind, 'refused']} refusals, "
            f"{self.tally[kind, 'dials']} dials to the public Internet (rerouted)"
            for kind in kinds
        ]
        canary = f"canaries: {self.flock.calls} connects to {len(self.flock.listening)}"
        return "\n".join(
            (*lines, canary, *(f"  no canary at {said}" for said in self.flock.missing))
        )


async def bugs(house: House) -> list[str]:
    """Return the lines of the metrics that count answers of 500."""
    async with house.get("/-/metrics") as page:
        lines = (await page.text()).splitlines()
    assert "# TYPE image_proxy_requests_total counter" in lines
    return [line for line in lines if 'status="500"' in line]


def _host(head: bytes) -> str:
    found = re.search(rb"\r\nHost: ([^\r]*)\r\n", head)
    return found[1].decode() if found else ""


@asynccontextmanager
async def stage(cache: Path, certificate: Certificate | None) -> AsyncIterator[Stage]:
    """Set everything up: any host is admitted, and leads to one public address.

    Without a certificate there is no origin for https.
    """
    settings = config.load(
        None,
        environ={},
        overrides={
            "server": {"names": [SELF], "shutdown": "200ms"},
            "log": {"format": "json", "level": "warning"},
            "access": {"hosts": ["*"]},
            # Not remembered: every case shall reach its origin, however often it is asked.
            "cache": {
                "dir": str(cache),
                "disk": "64 MiB",
                "memory": "8 MiB",
                "remember_failures": False,
            },
            "fetch": {"connect": "400ms", "first_byte": "400ms", "total": "5s"},
        },
    )
    resolver = FakeResolver(otherwise=(PUBLIC,))
    async with AsyncExitStack() as stack:
        flock = await stack.enter_async_context(canaries())
        origins = {"http": await stack.enter_async_context(raw_origin(ONCE))}
        if certificate is not None:
            secure = raw_origin(ONCE, tls=certificate.server())
            origins["https"] = await stack.enter_async_context(secure)
        https_port = origins["https"].port if "https" in origins else 0
        rerouted = Rerouted(origins["http"].port, {443: https_port})
        tls = None if certificate is None else certificate.trusting()
        wire = Wire(open_socket=rerouted, tls=tls)
        house = await stack.enter_async_context(serving(settings, resolver=resolver, wire=wire))
        complaints, ear = Complaints(), Ear()
        logging.getLogger().addHandler(complaints)
        stack.callback(logging.getLogger().removeHandler, complaints)
        stack.callback(setattr, ear, "on", False)  # noqa: FBT003  # setattr's own
        yield Stage(
            house=house,
            origins=origins,
            resolver=resolver,
            rerouted=rerouted,
            flock=flock,
            ear=ear,
            complaints=complaints,
            bugs_before=await bugs(house),
        )
