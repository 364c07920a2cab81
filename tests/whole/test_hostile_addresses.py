"""The shared hostile addresses, read and judged: what the file expects, or what our contract says.

Only names are judged here, with every host admitted (``*``): where a name leads to, how long an
address may be on the wire and how a redirect ends are for the tests over sockets.
"""

import pytest

from proxy import dialects, rules
from proxy.dialects.address import parse_source
from proxy.errors import ProxyError
from proxy.model.request import Request
from proxy.rules.policy import Policy
from proxy.settings import Access, Server, Settings
from tests.whole.hostile import FILE, OURS, ROWS, SELF, filled, of

SETTINGS = Settings(access=Access(hosts=("*",)), server=Server(names=(SELF,)))
POLICY = Policy.of(SETTINGS)

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="../shared is not here")

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


def verdict(row: dict[str, str]) -> str:
    """Return "allow:URL" of what would be asked, or "deny-STATUS"."""
    try:
        request = Request(method="GET", target=f"/?{filled(row['target'])}")
        source = rules.judge(dialects.read(request, SETTINGS), POLICY, 0.0).order.source
        if row["kind"] == "redirect":
            source = parse_source(filled(row["location"]), source)
            rules.judge_source(source, POLICY)
    except ProxyError as refusal:
        return f"deny-{int(refusal.status)}"
    return f"allow:{source.url}"


@pytest.mark.parametrize("name", sorted({*of("wrapped"), *of("redirect")} - ELSEWHERE))
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
