"""Where a source is dialled: its own address, or the one ``connect_to`` gives instead.

Pure. ``contracts/service.md`` ("Origins"): SNI, Host and all checks keep the source's own host.
"""

from dataclasses import dataclass

from proxy.model.order import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialled:
    """A URL whose host is the one to dial, and the TLS name to insist on."""

    url: str
    server_name: str | None  # None: the URL's own host


def dialled(source: Source, connect_to: str | None) -> Dialled:
    """Return what is asked of the connector for a source.

    The URL is put together from its parts, so a user name or password in the source's can never
    become an Authorization field. ``connect_to`` without a port leaves the source's.
    """
    if connect_to is None:
        return Dialled(url=f"{source.scheme}://{source.authority}{source.path}", server_name=None)
    host, port = split(connect_to)
    return Dialled(
        url=f"{source.scheme}://{host}:{port or source.port}{source.path}",
        server_name=source.host.strip("[]"),
    )


def split(authority: str) -> tuple[str, int | None]:
    """Return host and port of "HOST" or "HOST:PORT"; an IPv6 literal keeps its brackets."""
    host, colon, port = authority.rpartition(":")
    if not colon or port.endswith("]"):
        return authority, None
    return host, int(port)
