"""``image-proxy warm``: fetch what posts show, before anybody asks."""

from proxy.cli.fetching import DryRun, Presets, Retry, Run, ServerUrl, go
from proxy.cli.opened import AsJson
from proxy.cli.options import ConfigFile, settings
from proxy.cli.posts import Places


def warm(  # noqa: PLR0913  # what may be typed
    *paths: Places,
    server: ServerUrl = "",
    presets: Presets = "",
    dry_run: DryRun = False,
    retry: Retry = False,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> int:
    """Fetch the pictures that posts refer to, and make what the theme will ask of them.

    What is there and fresh is not asked again, what failed lately is left alone, publishers are
    asked as politely as [mirror] says. Kept like what readers ask for: `image-proxy mirror` keeps
    for ever. Killed, the next run goes on. Exit code 0: all is there; 1: something is missing.
    """
    run = Run(
        paths=paths,
        pin=False,
        server=server,
        presets=presets,
        dry_run=dry_run,
        retry=retry,
        as_json=as_json,
    )
    return go(run, settings(config))
