"""Varnish: a cache in memory. Its log stays in shared memory: nobody writes it to disk here."""
# a folder of programs

from results import version_of

from peers.peer import Peer, Place, no_program

_VCL = """
vcl 4.1;
backend default {{ .host = "127.0.0.1"; .port = "{port}"; }}
sub vcl_recv {{ unset req.http.Cookie; }}
"""


def _command(place: Place) -> list[str]:
    vcl = place.write("bench.vcl", _VCL.format(port=place.origin))
    return [
        *("varnishd", "-F", "-j", "none", "-n", str(place.folder / "run"), "-f", str(vcl)),
        *("-a", f"127.0.0.1:{place.port}", "-s", "malloc,1g"),
    ]


PEER = Peer(
    name="varnish",
    missing=no_program("varnishd"),
    version=lambda: version_of(["varnishd", "-V"], r"varnish-(\S+)"),
    command=_command,
    caches=True,
)
