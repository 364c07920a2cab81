"""The socket factory alone: who gets a socket, and what happens to those who do not."""

import errno
import socket

import aiohappyeyeballs
import pytest
from aiohttp.connector import AddrInfoType

from proxy.fetch.addresses import judge
from proxy.fetch.guard import AddressRefused, Guard, only, open_socket


def target(address: str, port: int = 80) -> AddrInfoType:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return (family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))


class Opened:
    """Opens nothing, remembers what it was asked to."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    def __call__(self, to: AddrInfoType) -> socket.socket:
        """Fail as a dead host does."""
        self.addresses.append(str(to[4][0]))
        raise OSError(errno.ECONNREFUSED, "down")


def test_a_public_address_gets_a_socket_of_its_family() -> None:
    with Guard(judge, open_socket)(target("93.184.216.34")) as opened:
        assert (opened.family, opened.type) == (socket.AF_INET, socket.SOCK_STREAM)


def test_a_refused_address_never_has_a_socket() -> None:
    opened = Opened()
    with pytest.raises(AddressRefused) as caught:
        Guard(judge, opened)(target("127.0.0.1"))
    assert opened.addresses == []
    assert caught.value.verdict.address == "127.0.0.1"


@pytest.mark.parametrize(
    ("addresses", "asked", "failure"),
    [
        pytest.param(["127.0.0.1"], [], AddressRefused, id="one private"),
        pytest.param(["127.0.0.1", "10.0.0.1"], [], AddressRefused, id="two private"),
        pytest.param(["127.0.0.1", "::1"], [], AddressRefused, id="private of both families"),
        pytest.param(["127.0.0.1", "1.1.1.1"], ["1.1.1.1"], OSError, id="private, then public"),
        pytest.param(["1.1.1.1", "127.0.0.1"], ["1.1.1.1"], OSError, id="public, then private"),
        pytest.param(["::1", "1.1.1.1"], ["1.1.1.1"], OSError, id="across families"),
    ],
)
@pytest.mark.parametrize("delay", [None, 0.001], ids=["in turn", "happy eyeballs"])
async def test_racing_addresses_ask_for_public_sockets_only(
    addresses: list[str], asked: list[str], failure: type[OSError], delay: float | None
) -> None:
    opened = Opened()
    with pytest.raises(failure):
        await aiohappyeyeballs.start_connection(
            [target(address) for address in addresses],
            happy_eyeballs_delay=delay,
            socket_factory=Guard(judge, opened),
        )
    assert opened.addresses == asked


@pytest.mark.parametrize(
    ("host", "address", "admitted"),
    [
        pytest.param("127.0.0.1", "127.0.0.1", True, id="the literal itself"),
        pytest.param("127.0.0.1", "127.0.0.2", False, id="its neighbour"),
        pytest.param("127.0.0.1", "::ffff:127.0.0.1", False, id="another writing of it"),
        pytest.param("[::1]", "::1", True, id="a literal in brackets"),
        pytest.param("[::1]", "0:0:0:0:0:0:0:1", True, id="the same written long"),
        pytest.param("[::1]", "::1%lo", False, id="with a zone"),
        pytest.param("inside.test", "10.0.0.1", True, id="a name admits what it resolves to"),
    ],
)
def test_only(host: str, address: str, *, admitted: bool) -> None:
    assert only(host)(address).admitted is admitted
