"""Options that several commands share."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from proxy import config
from proxy.settings import Settings

ConfigFile = Annotated[
    Path | None,
    Parameter(
        name="--config",
        help="Settings file [default: $IMAGE_PROXY_CONFIG, else ./config.toml, else none].",
    ),
]


def settings(file: Path | None, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings in force; ``overrides`` is what the command line says, by section."""
    found = config.find(file, os.environ)
    return config.load(found, environ=os.environ, overrides=overrides or {})
