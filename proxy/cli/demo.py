"""``image-proxy demo``: publisher, service and blog on this machine's loopback."""

import asyncio
import signal
from typing import Annotated

from cyclopts import Parameter


def demo(
    *,
    port: Annotated[int, Parameter(help="Port of the sample post; 0 picks one.")] = 8090,
) -> int:
    """Start a stand-in publisher, the service in front of it, and a post that shows its pictures.

    Everything listens on 127.0.0.1 and nothing asks the internet. Ends with ^C.
    """
    return asyncio.run(_stage(port))


async def _stage(port: int) -> int:
    from proxy.cli.options import settings  # noqa: PLC0415  # heavy; not for --help
    from proxy.demo.page import blog  # noqa: PLC0415
    from proxy.demo.pictures import PICTURES  # noqa: PLC0415
    from proxy.demo.publisher import publisher, serve  # noqa: PLC0415
    from proxy.server import process, supervisor  # noqa: PLC0415

    stop, ready = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with serve(publisher(PICTURES)) as origin_port:
        listening = supervisor.bind("127.0.0.1", 0)
        service_port = listening.getsockname()[1]
        origin = {"connect_to": f"127.0.0.1:{origin_port}"}
        stage = settings(None, {"origins": {"image.woshipm.com": origin}})
        async with (
            asyncio.TaskGroup() as group,
            serve(blog(f"http://127.0.0.1:{service_port}"), port=port) as page_port,
        ):
            group.create_task(
                process.run(
                    stage, listening, stop, first=True, picture_workers=1, on_ready=ready.set
                )
            )
            await ready.wait()
            print(f"Open http://127.0.0.1:{page_port}/", flush=True)  # noqa: T201
            await stop.wait()
    return 0
