"""`dorsale mcp`: the workspace for assistants, over standard input and output."""

from __future__ import annotations

from pathlib import Path

from dorsale.cli.command import command
from dorsale.errors import MissingProtocol


@command("mcp")
def mcp_command(folder: Path | None) -> None:
    """Serve the tools of an assistant until it closes standard input."""
    try:
        import mcp  # noqa: F401
    except ImportError as error:
        raise MissingProtocol from error
    from dorsale.mcp.server import serve

    serve(folder)
