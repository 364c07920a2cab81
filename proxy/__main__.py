"""The command ``image-proxy``, also as ``python -m proxy``.

Imports nothing at the top: picture workers are started through this module and load only pixels.
"""

# So many are made before a search for garbage among the youngest. Python's 700 make it search a
# hundred times while modules load, which make objects by the hundred thousand and hardly garbage.
_OBJECTS = 20_000


def main() -> None:
    """Run the command line and exit with its code."""
    import gc  # noqa: PLC0415  # see above

    gc.set_threshold(_OBJECTS)
    from proxy.cli import run  # noqa: PLC0415

    run()


if __name__ == "__main__":
    main()
