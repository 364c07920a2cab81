"""The shared hostile addresses, read and judged: what the file expects, or what our contract says.

Only names are judged here, with every host admitted (``*``): where a name leads to, how long an
address may be on the wire and how a redirect ends are for the tests over sockets.
"""

import json
from pathlib import Path

import pytest

from proxy import dialects, rules
from proxy.dialects.address import parse_source
from proxy.errors import ProxyError
from proxy.model.request import Request
from proxy.rules.policy import Policy
from proxy.settings import Access, Server, Settings

FILE = Path(__file__).parents[3] / "shared" / "cases" / "hostile_requests.jsonl"
SETTINGS = Settings(access=Access(hosts=("*",)), server=Server(names=("self.example",)))
POLICY = Policy.of(SETTINGS)

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="../shared is not here")

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

# Decided elsewhere: the request line's length by the server, what a redirect leads to by fetch.
ELSEWHERE = {
    "wrap-long-70k",
    "redir-loop",
    "redir-long",
    "redir-big",
    "redir-auth-leak",
    "redir-300",
    "redir-refresh",
}


def rows() -> dict[str, dict[str, str]]:
    if not FILE.exists():
        return {}
    found = (json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines())
    return {row["id"]: row for row in found if row["kind"] in {"wrapped", "redirect"}}


ROWS = rows()


def filled(text: str) -> str:
    return text.replace("{SELF_HOST}", "self.example").replace("{SELF_PORT}", "8080")


def verdict(row: dict[str, str]) -> str:
    """Return "allow:URL" of what would be asked, or "deny-STATUS"."""
    try:
        request = Request(method="GET", target=f"/?{filled(row['target'])}")
        source = rules.judge(dialects.read(request, SETTINGS), POLICY).order.source
        if row["kind"] == "redirect":
            source = parse_source(filled(row["location"]), source)
            rules.judge_source(source, POLICY)
    except ProxyError as refusal:
        return f"deny-{int(refusal.status)}"
    return f"allow:{source.url}"


@pytest.mark.parametrize("name", sorted(ROWS.keys() - ELSEWHERE))
def test_verdict(name: str) -> None:
    row = ROWS[name]
    expected = OURS.get(name) or row["expect"].removesuffix("/502, no connect")
    found = verdict(row)
    if expected in {"allow", "deny"}:
        assert found.startswith(expected), row["why"]
    else:
        assert found == expected, row["why"]


def test_the_tables_name_rows_of_the_file() -> None:
    assert OURS.keys() | ELSEWHERE <= ROWS.keys()
    assert not OURS.keys() & ELSEWHERE
