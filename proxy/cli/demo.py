"""``image-proxy demo``: publisher, service and blog on this machine's loopback."""

import asyncio
import os
import signal
import tempfile
from contextlib import AsyncExitStack
from typing import Annotated

from cyclopts import Parameter, validators

from proxy.errors import SettingsError


def demo(
    *,
    port: Annotated[
        int,
        Parameter(
            help="Port of the sample post; 0 picks one.",
            validator=validators.Number(gte=0, lte=65535),
        ),
    ] = 8090,
) -> int:
    """Start a stand-in publisher, the service in front of it, and a post that shows its pictures.

    Everything listens on 127.0.0.1 and nothing asks the internet. Settings of this machine are not
    read, its cache is not touched: what the demo keeps is gone when it ends, with ^C.
    """
    with tempfile.TemporaryDirectory(prefix="image-proxy-demo-") as cache:
        return asyncio.run(_stage(port, cache))


async def _stage(port: int, cache: str) -> int:
    from proxy import config  # noqa: PLC0415  # heavy; not for --help
    from proxy.demo.page import blog  # noqa: PLC0415
    from proxy.demo.pictures import PICTURES  # noqa: PLC0415
    from proxy.demo.publisher import publisher, serve  # noqa: PLC0415
    from proxy.server import process, supervisor  # noqa: PLC0415

    stop, ready = asyncio.Event(), asyncio.Event()
    told: asyncio.Queue[int] = asyncio.Queue()
    for number, code in ((signal.SIGTERM, 0), (signal.SIGINT, 130)):
        asyncio.get_running_loop().add_signal_handler(number, told.put_nowait, code)
    async with AsyncExitStack() as stack:
        origin_port = await stack.enter_async_context(serve(publisher(PICTURES)))
        listening = stack.enter_context(supervisor.bind("127.0.0.1", 0))
        service_port = listening.getsockname()[1]
        page = blog(f"http://127.0.0.1:{service_port}")
        try:
            page_port = await stack.enter_async_context(serve(page, port=port))
        except OSError as taken:
            reason = os.strerror(taken.errno or 0)
            raise SettingsError(
                (f"--port: cannot listen on 127.0.0.1 port {port}: {reason}",)
            ) from taken
        origins = {"image.woshipm.com": {"connect_to": f"127.0.0.1:{origin_port}"}}
        stage = config.load(
            None, environ={}, overrides={"origins": origins, "cache": {"dir": cache}}
        )
        group = await stack.enter_async_context(asyncio.TaskGroup())
        group.create_task(
            process.run(stage, listening, stop, first=True, picture_workers=1, on_ready=ready.set)
        )
        await ready.wait()
        print(f"Open http://127.0.0.1:{page_port}/", flush=True)  # noqa: T201
        ended_with = await told.get()
        stop.set()
    return ended_with
