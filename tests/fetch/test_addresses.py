"""Both boundaries of every network, the embedded forms, and the cases of the hostile list."""

import json
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from _pytest.mark import ParameterSet
from hypothesis import given
from hypothesis import strategies as st

from proxy.fetch.addresses import BLOCKED_V4, BLOCKED_V6, GLOBAL_UNICAST, judge

CASES = Path(__file__).parents[3] / "shared/cases/hostile_requests.jsonl"
PUBLIC = True
# (network, is the address before it public, is the address after it); None: there is none.
EDGES: list[tuple[str, bool | None, bool | None]] = [
    ("0.0.0.0/8", None, PUBLIC),
    ("10.0.0.0/8", PUBLIC, PUBLIC),
    ("100.64.0.0/10", PUBLIC, PUBLIC),
    ("127.0.0.0/8", PUBLIC, PUBLIC),
    ("168.63.129.16/32", PUBLIC, PUBLIC),
    ("169.254.0.0/16", PUBLIC, PUBLIC),
    ("172.16.0.0/12", PUBLIC, PUBLIC),
    ("192.0.0.0/24", PUBLIC, PUBLIC),
    ("192.0.2.0/24", PUBLIC, PUBLIC),
    ("192.31.196.0/24", PUBLIC, PUBLIC),
    ("192.52.193.0/24", PUBLIC, PUBLIC),
    ("192.88.99.0/24", PUBLIC, PUBLIC),
    ("192.168.0.0/16", PUBLIC, PUBLIC),
    ("192.175.48.0/24", PUBLIC, PUBLIC),
    ("198.18.0.0/15", PUBLIC, PUBLIC),
    ("198.51.100.0/24", PUBLIC, PUBLIC),
    ("203.0.113.0/24", PUBLIC, PUBLIC),
    ("224.0.0.0/4", PUBLIC, False),
    ("240.0.0.0/4", False, None),
    ("255.255.255.255/32", False, None),
    ("::/128", None, False),
    ("::1/128", False, False),
    ("::/96", None, False),
    ("::ffff:0:0:0/96", False, False),
    ("64:ff9b:1::/48", False, False),
    ("100::/64", False, False),
    ("100:0:0:1::/64", False, False),
    ("2001::/32", PUBLIC, False),
    ("2001::/23", PUBLIC, PUBLIC),
    ("2001:db8::/32", PUBLIC, PUBLIC),
    ("2002::/16", PUBLIC, PUBLIC),
    ("2620:4f:8000::/48", PUBLIC, PUBLIC),
    ("3ffe::/16", PUBLIC, False),
    ("3fff::/20", False, PUBLIC),
    ("5f00::/16", False, False),
    ("fc00::/7", False, False),
    ("fe80::/10", False, False),
    ("fec0::/10", False, False),
    ("ff00::/8", False, None),
]


@pytest.mark.parametrize(("network", "before", "after"), EDGES, ids=[row[0] for row in EDGES])
def test_both_edges_of_a_network(network: str, *, before: bool | None, after: bool | None) -> None:
    first, last = ip_network(network)[0], ip_network(network)[-1]
    assert not judge(str(first)).admitted
    assert not judge(str(last)).admitted
    if before is not None:
        assert judge(str(first - 1)).admitted is before
    if after is not None:
        assert judge(str(last + 1)).admitted is after


def test_every_row_of_the_table_has_its_edges_tested() -> None:
    assert {str(row.network) for row in (*BLOCKED_V4, *BLOCKED_V6)} == {row[0] for row in EDGES}


def test_global_unicast_ends_where_it_ends() -> None:
    assert not judge(str(GLOBAL_UNICAST[0] - 1)).admitted
    assert judge(str(GLOBAL_UNICAST[0])).admitted
    assert judge(str(GLOBAL_UNICAST[-1])).admitted
    assert not judge(str(GLOBAL_UNICAST[-1] + 1)).admitted


@pytest.mark.parametrize(
    ("address", "admitted", "reason"),
    [
        pytest.param("93.184.216.34", True, "public", id="a public IPv4 address"),
        pytest.param("172.32.0.1", True, "public", id="just outside RFC 1918"),
        pytest.param("2606:4700:4700::1111", True, "public", id="a public IPv6 address"),
        pytest.param("::ffff:127.0.0.1", False, "loopback", id="mapped loopback"),
        pytest.param("::ffff:a9fe:a9fe", False, "link-local", id="mapped metadata"),
        pytest.param("::ffff:93.184.216.34", True, "public", id="mapped public: dials IPv4"),
        pytest.param("64:ff9b::127.0.0.1", False, "loopback", id="NAT64 of loopback"),
        pytest.param("64:ff9b::169.254.169.254", False, "link-local", id="NAT64 of metadata"),
        pytest.param("64:ff9b::93.184.216.34", True, "public", id="NAT64 of a public address"),
        pytest.param("64:ff9b:1:a00:0:100::", False, "RFC 8215", id="local-use NAT64"),
        pytest.param("::127.0.0.1", False, "compatible", id="IPv4-compatible"),
        pytest.param("2002:7f00:1::", False, "6to4", id="6to4 of loopback"),
        pytest.param("2002:5db8:d822::", False, "6to4", id="6to4 of a public address: retired"),
        pytest.param("2001::f5ff:fffe", False, "Teredo", id="Teredo of 10.0.0.1"),
        pytest.param("2607:f8b0::5efe:c0a8:101", False, "ISATAP", id="ISATAP in a public prefix"),
        pytest.param("2607:f8b0::200:5efe:c0a8:101", False, "ISATAP", id="ISATAP with the u bit"),
        pytest.param("2607:f8b0::300:5efe:7f00:1", False, "ISATAP", id="ISATAP, u and g bits"),
        pytest.param("2607:f8b0::200:5efe:808:808", True, "public", id="ISATAP of a public one"),
        pytest.param("2001:db8::5efe:808:808", False, "document", id="ISATAP in a blocked prefix"),
        pytest.param("fe80::1%eth0", False, "zone", id="a zone"),
        pytest.param("2606:4700::1%1", False, "zone", id="a zone on a public address"),
        pytest.param("127.1", False, "no IP address", id="a short form"),
        pytest.param("0177.0.0.1", False, "no IP address", id="an octal form"),
        pytest.param("", False, "no IP address", id="nothing"),
        pytest.param("img.example", False, "no IP address", id="a name"),
    ],
)
def test_judge(address: str, *, admitted: bool, reason: str) -> None:
    verdict = judge(address)
    assert verdict.admitted is admitted
    assert reason in verdict.reason
    assert verdict.address == address


def _literals() -> list[ParameterSet]:
    if not CASES.exists():
        return []
    rows = [json.loads(line) for line in CASES.read_text().splitlines()]
    found: list[ParameterSet] = []
    for row in rows:
        if row["kind"] != "wrapped" or not row["id"].startswith(("v4-", "v6-", "ok-ipv6")):
            continue
        try:
            host = urlsplit(row["target"]).hostname
            ip_address(host or "")
        except ValueError:
            continue  # no address at all: the dialect's matter
        allowed = row["expect"].startswith("allow")
        found.append(pytest.param(host, allowed, id=row["id"]))
    return found


@pytest.mark.skipif(not CASES.exists(), reason="../shared is not here")
@pytest.mark.parametrize(("address", "admitted"), _literals())
def test_literals_of_the_hostile_list(address: str, *, admitted: bool) -> None:
    assert judge(address).admitted is admitted


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_a_mapped_address_is_judged_as_what_it_maps(address: IPv4Address) -> None:
    alone = judge(str(address))
    assert judge(f"::ffff:{address}").admitted is alone.admitted
    assert judge(f"64:ff9b::{address}").admitted is alone.admitted


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_nothing_outside_global_unicast_is_admitted(address: IPv6Address) -> None:
    embedding = address in ip_network("::ffff:0:0/96") or address in ip_network("64:ff9b::/96")
    if judge(str(address)).admitted:
        assert address in GLOBAL_UNICAST or embedding


@given(st.text())
def test_any_text_has_a_verdict(text: str) -> None:
    assert judge(text).address == text
