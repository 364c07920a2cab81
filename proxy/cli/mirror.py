"""``image-proxy mirror``: fetch what posts show, and keep it for ever."""

from proxy.cli.fetching import DryRun, Presets, Retry, Run, ServerUrl, go
from proxy.cli.opened import AsJson
from proxy.cli.options import ConfigFile, settings
from proxy.cli.posts import Places


def mirror(  # noqa: PLR0913  # what may be typed
    *paths: Places,
    server: ServerUrl = "",
    presets: Presets = "",
    dry_run: DryRun = False,
    retry: Retry = False,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> int:
    """Fetch the pictures that posts refer to, make what the theme will ask of them, and pin both.

    What is pinned is served whatever becomes of its publisher, and never evicted. A second run
    asks only for what is new or was missing. Killed, the next run goes on. Exit code 0: all is
    pinned; 1: something is missing.
    """
    run = Run(
        paths=paths,
        pin=True,
        server=server,
        presets=presets,
        dry_run=dry_run,
        retry=retry,
        as_json=as_json,
    )
    return go(run, settings(config))
