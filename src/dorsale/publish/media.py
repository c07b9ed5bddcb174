"""What the files of a publication are, by their ending."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

PACKED = ".gz"


@cache
def table(name: str) -> dict[str, dict[str, str]]:
    """Return a table of this room: ``media``, by ending, or ``themes``, by code."""
    found: dict[str, Any] = tomllib.loads((files(__package__) / f"{name}.toml").read_text("utf-8"))
    return found


def ending(path: str) -> str:
    """Return what the name of a file ends in, packed or not: ``ttl`` of ``graph.ttl.gz``."""
    return path.removesuffix(PACKED).rsplit("/", 1)[-1].rsplit(".", 1)[-1]
