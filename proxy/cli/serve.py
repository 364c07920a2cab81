"""``image-proxy serve``: the service itself."""

from typing import Annotated

from cyclopts import Parameter

from proxy.cli.options import ConfigFile, settings


def serve(
    *,
    config: ConfigFile = None,
    host: Annotated[
        str | None, Parameter(help="Address to listen on; 0.0.0.0 is every IPv4 one.")
    ] = None,
    port: Annotated[int | None, Parameter(help="Port to listen on; 0 picks one.")] = None,
    workers: Annotated[int | None, Parameter(help="Server processes; 0: one a core.")] = None,
) -> int:
    """Answer readers until SIGTERM or ^C; then answer what was asked and end.

    Settings come from the command line, the environment (IMAGE_PROXY_SECTION__KEY, as in
    IMAGE_PROXY_SERVER__PORT=80), the file and the defaults, in this order.

    SIGTERM waits up to `server.shutdown` for answers in work; a second one does not wait. Exit code
    0 after SIGTERM, 130 after ^C, 2 where a setting is wrong or the port cannot be had.
    """
    from proxy.server.start import start  # noqa: PLC0415  # heavy; not for --help

    given = {"host": host, "port": port, "workers": workers}
    said = {key: value for key, value in given.items() if value is not None}
    return start(settings(config, {"server": said}))
