"""``image-proxy demo``: publisher, service and blog on this machine's loopback."""

import asyncio
import signal
from contextlib import AsyncExitStack
from tempfile import TemporaryDirectory
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
    from proxy import config  # noqa: PLC0415  # heavy; not for --help
    from proxy.demo.page import blog  # noqa: PLC0415
    from proxy.demo.pictures import PICTURES  # noqa: PLC0415
    from proxy.demo.publisher import publisher, serve  # noqa: PLC0415
    from proxy.server import process, supervisor  # noqa: PLC0415

    stop, ready = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    listening = supervisor.bind("127.0.0.1", 0)
    service = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with AsyncExitStack() as stack:
        cache = stack.enter_context(TemporaryDirectory(prefix="image-proxy-demo-"))
        origin_port = await stack.enter_async_context(serve(publisher(PICTURES)))
        said = {
            "cache": {"dir": cache},
            "server": {"shutdown": "1s"},
            "origins": {"image.woshipm.com": {"connect_to": f"127.0.0.1:{origin_port}"}},
        }
        settings = config.load(None, environ={}, overrides=said)
        group = await stack.enter_async_context(asyncio.TaskGroup())
        group.create_task(
            process.run(
                settings, listening, stop, first=True, picture_workers=1, on_ready=ready.set
            )
        )
        await ready.wait()
        page_port = await stack.enter_async_context(serve(blog(service), port=port))
        print(f"Open http://127.0.0.1:{page_port}/ (the service: {service}/)", flush=True)  # noqa: T201
        await stop.wait()
    return 0
