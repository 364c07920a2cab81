"""A post, mirrored by the commands an operator types; its publisher is gone by then."""

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


async def mirror_sample(folder: Path, more: Mapping[str, bytes], lines: str) -> Path:
    """Mirror the sample post, which ends in ``lines``; ``more`` are the pictures they show."""
    return await mirror_post(folder, f"{sample_text()}\n{lines}\n", {**PICTURES, **more})


async def mirror_post(folder: Path, text: str, pictures: Mapping[str, bytes]) -> Path:
    """Fill ``folder``: config.toml, cache, and the post of that text, which is returned.

    ``pictures`` are what the publisher has, by path.
    """
    post = folder / "post.md"
    post.write_text(text)
    async with serve(publisher(pictures)) as port:
        (folder / "config.toml").write_text(
            f'[cache]\ndir = "{folder / "cache"}"\n[images]\nworkers = 1\n'
            f'[mirror]\ndelay = "0s"\nformats = ["webp"]\n'
            f'[origins."{HOST}"]\nreferer = "https://www.woshipm.com/"\n'
            f'connect_to = "127.0.0.1:{port}"\n'
        )
        assert await run(folder, mirror, str(post)) == 0
    return post
