"""The command ``image-proxy``, also as ``python -m proxy``.

Imports nothing at the top: picture workers are started through this module and load only pixels.
"""


def main() -> None:
    """Run the command line and exit with its code."""
    from proxy.cli import run  # noqa: PLC0415  # see above

    run()


if __name__ == "__main__":
    main()
