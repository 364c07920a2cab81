"""The sample post, mirrored by the commands an operator types; its publisher is gone by then."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from proxy.cli.mirror import mirror
from proxy.demo.pictures import PICTURES
from proxy.demo.post import sample_text
from proxy.demo.publisher import publisher, serve
from tests.fakes.house import HOST


async def run(folder: Path, command: Callable[..., int], *words: object, **options: object) -> int:
    """Run a command, which has a loop of its own, beside this one."""
    config = folder / "config.toml"
    return await asyncio.to_thread(partial(command, *words, config=config, **options))


async def mirror_post(folder: Path, more: Mapping[str, bytes], lines: str = "") -> Path:
    """Fill ``folder``: config.toml, cache, and the post, which is returned.

    The post ends in ``lines``; ``more`` are pictures of theirs, by path at the publisher.
    """
    post = folder / "post.md"
    post.write_text(f"{sample_text()}\n{lines}\n")
    async with serve(publisher({**PICTURES, **more})) as port:
        (folder / "config.toml").write_text(
            f'[cache]\ndir = "{folder / "cache"}"\n[images]\nworkers = 1\n'
            f'[mirror]\ndelay = "0s"\nformats = ["webp"]\n'
            f'[origins."{HOST}"]\nreferer = "https://www.woshipm.com/"\n'
            f'connect_to = "127.0.0.1:{port}"\n'
        )
        assert await run(folder, mirror, str(post)) == 0
    return post
