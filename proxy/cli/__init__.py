"""Door three: the command line. One file a command, loaded when it is used.

Exit codes of every command: 0 done, 1 ran and found something missing or wrong, 2 wrong use or
settings, 130 interrupted.
"""

import sys

from cyclopts import App, CycloptsError

from proxy.errors import SettingsError

COMMANDS = (
    ("serve", "proxy.cli.serve:serve", "Answer readers: the service itself."),
    ("config", "proxy.cli.config:app", "Look at the settings."),
    ("cache", "proxy.cli.cache:app", "Look at what is kept, check it, purge it."),
    ("sign", "proxy.cli.sign:sign", "Sign an address, so that it is made as it stands."),
    ("explain", "proxy.cli.explain:explain", "Tell what an address means."),
    ("scan", "proxy.cli.scan:scan", "List the pictures that posts refer to."),
    ("warm", "proxy.cli.warm:warm", "Fetch the pictures of posts before anybody asks."),
    ("mirror", "proxy.cli.mirror:mirror", "Fetch the pictures of posts and keep them for ever."),
    ("report", "proxy.cli.report:report", "Tell what posts show that is not in the mirror."),
    (
        "rewrite",
        "proxy.cli.rewrite:rewrite",
        "Let posts show their pictures from here, or undo.",
    ),
    ("export", "proxy.cli.export:export", "Write what is kept as a tree any web server serves."),
    ("health", "proxy.cli.health:health", "Ask a running service whether it is well."),
    ("demo", "proxy.cli.demo:demo", "Show it all on this machine, without the internet."),
)


_HELP = """An image proxy and asset mirror: fetches each picture once, keeps it, resizes it.

`image-proxy demo` shows it at work; `image-proxy COMMAND --help` says more of each command.
"""


def application(asked: str | None = None) -> App:
    """Return the command line; no command's module is loaded yet.

    ``asked`` is the command whose own, longer help is shown instead of its sentence.
    """
    app = App(
        name="image-proxy",
        help=_HELP,
        version=_version,
        result_action="return_value",
    )
    for name, where, sentence in COMMANDS:
        app.command(where, name=name, help=None if name == asked else sentence)
    return app


def run(arguments: list[str] | None = None) -> None:
    """Run one command and exit with its code."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        code = application(next(iter(words), None))(words, exit_on_error=False, print_error=True)
    except CycloptsError:
        code = 2
    except SettingsError as wrong:
        for problem in wrong.problems:
            print(problem, file=sys.stderr)  # noqa: T201  # the command's answer
        code = 2
    except KeyboardInterrupt:
        code = 130
    sys.exit(code or 0)


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415  # costs what help would wait for

    return version("image-proxy")
