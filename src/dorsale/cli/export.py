"""`dorsale export`: the graph as a file."""

from __future__ import annotations

from pathlib import Path

from dorsale.cli.command import command, format_option, opened, output_option, workspace_of
from dorsale.cli.output import give


@command("export")
@format_option("turtle", "trig", "nquads", "ntriples", "jsonld", "rdfxml")
@output_option
def export_command(format: str, output: Path | None, folder: Path | None) -> None:
    """Write the graph."""
    from dorsale.graph.export import export

    give(export(opened(workspace_of(folder)), format), output)
