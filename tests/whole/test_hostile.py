"""The shared hostile cases against a whole service, over sockets.

What an attacker controls is sent as it stands in the file: targets, DNS answers, redirects, raw
requests, origins' heads, settings. Three things must hold whatever comes back, and ``Stage`` sees
to them after every exchange: no canary on loopback is called, nothing is a 500 or a traceback, and
an origin is told nothing of the client's.
"""

import asyncio
import socket

import pytest
from ada_url import URL

from tests.fakes.canaries import Ear, canaries
from tests.fakes.raw_client import Heard
from tests.fakes.raw_origin import answer
from tests.fakes.resolver import SILENT
from tests.whole.hostile import (
    FILE,
    ONCE,
    OURS,
    PICTURE,
    PUBLIC,
    ROWS,
    Stage,
    filled,
    of,
    picture,
    redirect,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not FILE.exists(), reason="../shared is not here"),
]

# Where the wire answers what neither the file nor ``OURS`` says.
ON_THE_WIRE = {
    # Raw non-ASCII in a request line is refused by the parser; browsers escape it (below).
    "ok-idn": "deny-400",
    "uni-homograph": "deny-400",
    "uni-sharp-s": "deny-400",
    "ctl-hi-bytes": "deny-400",
    "scheme-empty": "usage",  # "/?" is the usage page
    "wrap-long-70k": "deny-414",  # 16 KiB are read
    "wrap-many-params": "deny-414",  # they are 20 kB
}


async def test_canaries_and_ears_hear() -> None:
    """Else every zero below would say nothing."""
    async with canaries() as flock:
        if not flock.listening:
            pytest.skip(f"no canary could be set up: {flock.missing}")
        for host, port in flock.listening:
            reader, writer = await asyncio.open_connection(host, port)
            assert await reader.read() == b""
            writer.close()
    assert flock.called == [f"{host} {port}" for host, port in flock.listening]
    ear = Ear()
    try:
        with socket.socket() as out, pytest.raises(ConnectionRefusedError):
            out.connect(("192.0.2.1", 80))
        with pytest.raises(ConnectionRefusedError):
            socket.getaddrinfo("img.example", 80)
    finally:
        ear.on = False
    assert (ear.dialled, ear.looked_up) == ([("192.0.2.1", 80)], ["img.example"])


def verdict(attacked: Stage, heard: Heard) -> str:
    """Return "allow:URL" of what was asked, "usage", or "deny-STATUS" where nobody was asked."""
    if not attacked.untouched:
        assert (heard.status, heard.body, attacked.rerouted.dialled) == (200, PICTURE, [PUBLIC])
        (asked,) = attacked.asked
        return f"allow:{asked}"
    if heard.status == 200:
        assert b"Usage:" in heard.body
        return "usage"
    assert heard.headers.get("Content-Type") == "application/problem+json"
    return f"deny-{heard.status}"


def agree(found: str, expected: str) -> bool:
    return found.startswith(expected) if expected in {"allow", "deny"} else found == expected


@pytest.mark.parametrize("name", of("wrapped"))
async def test_a_wrapped_address(attacked: Stage, name: str) -> None:
    row = ROWS[name]
    if row["target"].startswith("https:") and "https" not in attacked.origins:
        pytest.skip("no openssl, so no origin for https")
    attacked.set_up()
    heard = await attacked.ask(filled(row["target"], port=attacked.house.port))
    attacked.count("wrapped", heard)
    expected = ON_THE_WIRE.get(name) or OURS.get(name) or row["expect"]
    assert agree(verdict(attacked, heard), expected), row["why"]


@pytest.mark.parametrize("name", [n for n in of("wrapped") if not ROWS[n]["target"].isascii()])
async def test_a_wrapped_address_as_a_browser_writes_it(attacked: Stage, name: str) -> None:
    row = ROWS[name]
    attacked.set_up()
    heard = await attacked.ask(URL(f"http://proxy/?{row['target']}").search.removeprefix("?"))
    attacked.count("wrapped, escaped", heard)
    assert agree(verdict(attacked, heard), OURS.get(name) or row["expect"]), row["why"]


# What each ask in turn is answered, and which addresses are dialled for all of them. The file wants
# 403 of names that rebind: the first ask, to a public address, is none of that yet.
KEPT = answer(
    b"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: %d\r\n\r\n%b"
    % (len(PICTURE), PICTURE)
)
DNS: dict[str, tuple[list[int], list[str]]] = {
    "dns-nipio": ([403], []),
    "dns-localtest": ([403], []),
    "dns-cname-int": ([403], []),
    "dns-mixed": ([200], [PUBLIC]),
    "dns-rebind": ([200, 403], ["1.2.3.4"]),
    "dns-rebind-ka": ([200, 403], [PUBLIC]),
    "dns-empty": ([502], []),
    "dns-slow": ([504], []),
}


@pytest.mark.parametrize("name", of("dns"))
async def test_a_dns_answer(attacked: Stage, name: str) -> None:
    statuses, dialled = DNS[name]
    attacked.set_up(names=told(ROWS[name]["resolves"]))
    heard = [await attacked.ask(ROWS[name]["target"]) for _ in statuses]
    attacked.count("dns", *heard)
    assert [one.status for one in heard] == statuses, ROWS[name]["why"]
    assert attacked.rerouted.dialled == dialled


async def test_a_kept_connection_stays_with_the_address_it_was_judged_for(attacked: Stage) -> None:
    """The name may lead to loopback by then: nobody looks, nobody dials."""
    row = ROWS["dns-rebind-ka"]
    attacked.set_up(KEPT, picture(b"Cache-Control: no-store"), names=told(row["resolves"]))
    heard = [await attacked.ask(row["target"]) for _ in range(3)]
    assert [one.status for one in heard] == [200, 200, 403]
    assert (len(attacked.resolver.asked), attacked.rerouted.dialled) == (2, [PUBLIC])


def told(resolves: dict[str, list[str]]) -> dict[str, list[tuple[str, ...]]]:
    """Read the file's way to write lookups: a remark in brackets makes an address a later one."""
    turns = {}
    for name, addresses in resolves.items():
        at_once = tuple(one for one in addresses if "(" not in one)
        later = [(one.partition(" ")[0],) for one in addresses if " (" in one]
        silent = any(one.startswith("(no answer") for one in addresses)
        turns[name] = [SILENT] if silent else [at_once, *later]
    return turns


ANSWERS = {  # where "location" describes what the origin does
    "redir-loop": [redirect(b"http://img.example/a.png")],
    "redir-long": [redirect(b"http://img.example/r?n=%d" % n) for n in range(1, 51)],
    "redir-big": [redirect(b"http://img.example/" + b"a" * 100_000)],
    "redir-auth-leak": [redirect(b"http://other.example/"), ONCE],
}
# The status, and what origins are asked for behind r.png.
REDIRECTS: dict[str, tuple[int, list[str]]] = {
    "redir-int": (403, []),
    "redir-meta": (403, []),
    "redir-dec": (403, []),
    "redir-file": (502, []),  # the origin's fault, so none of the 4xx
    "redir-rel": (200, ["http://img.example/b.png"]),
    "redir-schemerel": (403, []),
    "redir-loop": (502, ["http://img.example/a.png"] * 5),
    "redir-long": (502, [f"http://img.example/r?n={n}" for n in range(1, 6)]),
    "redir-self": (508, []),
    "redir-crlf": (200, ["http://img.example/%0d%0aX:%20y"]),
    "redir-big": (502, []),
    "redir-auth-leak": (200, ["http://other.example/"]),
}
NOT_FOLLOWED = {"redir-300", "redir-refresh"}


@pytest.mark.parametrize("name", sorted(set(of("redirect")) - NOT_FOLLOWED))
async def test_a_redirect(attacked: Stage, name: str) -> None:
    status, asked = REDIRECTS[name]
    row = ROWS[name]
    attacked.set_up(*ANSWERS.get(name, [redirect(filled(row["location"]).encode()), ONCE]))
    private = ("Authorization: Basic eA==", "Cookie: a=b", "Referer: https://secret.example/")
    heard = await attacked.ask(row["target"], *private)
    attacked.count("redirect", heard)
    assert (heard.status, attacked.asked) == (status, [row["target"], *asked]), row["why"]


@pytest.mark.parametrize(
    "status",
    [b"300 Multiple Choices", b"304 Not Modified", b"305 Use Proxy", b"306 Unused"],
    ids=lambda status: status.decode(),
)
async def test_what_is_no_redirect_to_us(attacked: Stage, status: bytes) -> None:
    row = ROWS["redir-300"]
    attacked.set_up(redirect(b"http://127.0.0.1/", status=status))
    heard = await attacked.ask(row["target"])
    attacked.count("redirect", heard)
    assert (heard.status, attacked.asked) == (502, [row["target"]])


async def test_a_refresh_is_neither_followed_nor_passed_on(attacked: Stage) -> None:
    row = ROWS["redir-refresh"]
    attacked.set_up(picture(b"Cache-Control: no-store", b"Refresh: 0;url=http://127.0.0.1/"))
    heard = await attacked.ask(row["target"])
    attacked.count("redirect", heard)
    assert (heard.status, heard.body, attacked.asked) == (200, PICTURE, [row["target"]])
    assert "Refresh" not in heard.headers


async def test_the_tables_name_every_row() -> None:
    assert ON_THE_WIRE.keys() <= ROWS.keys()
    assert DNS.keys() == set(of("dns"))
    assert REDIRECTS.keys() | NOT_FOLLOWED == set(of("redirect"))


async def test_afterwards_nothing_was_a_500_and_good_asks_are_answered(attacked: Stage) -> None:
    await attacked.see_that_all_is_well()
