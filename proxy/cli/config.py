"""``image-proxy config``: the settings, looked at."""

from cyclopts import App
from rich.console import Console
from rich.markup import escape

from proxy.cli.options import ConfigFile, settings
from proxy.errors import SettingsError
from proxy.wiring import policy_of

app = App(
    name="config",
    help="Look at the settings: file, environment and defaults, as serve reads them.",
)


@app.command
def check(*, config: ConfigFile = None) -> int:
    """Read the settings as serve would and name every mistake at once.

    Nothing is started or changed. Exit code 0: no mistake; 2: some, each named by its key.
    """
    console = Console(stderr=True, highlight=False)
    try:
        policy_of(settings(config))
    except SettingsError as wrong:
        for problem in wrong.problems:
            console.print(f"[red]✗[/] {escape(problem)}", soft_wrap=True)
        console.print(f"{len(wrong.problems)} to mend; nothing was started")
        return 2
    Console(highlight=False).print("[green]✓[/] the settings are good")
    return 0
