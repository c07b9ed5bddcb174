"""Dorsale: a knowledge graph of France's public broadband networks, with the sentence behind every fact."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dorsale.api import open_workspace as open_workspace

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Return what programs import from here; the engine is loaded for those that do, and for no command."""
    if name == "open_workspace":
        from dorsale.api import open_workspace

        return open_workspace
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
