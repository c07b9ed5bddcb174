"""`dorsale export`: the graph as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dorsale.cli.command import command, output_option, workspace_of
from dorsale.cli.output import give, tell
from dorsale.words import say

if TYPE_CHECKING:
    pass

EXPORTS = ("turtle", "trig", "nquads", "ntriples", "jsonld", "rdfxml")


@command("export")
@click.option(
    "--format", "format", type=click.Choice(EXPORTS), default="turtle", show_default=True, help=say("help-format")
)
@output_option
def export_command(format: str, output: Path | None, folder: Path | None) -> None:
    """Write the graph."""
    from dorsale.graph.export import export
    from dorsale.graph.store import Shelf

    workspace = workspace_of(folder)
    shelf = Shelf(workspace.dataset, workspace.base)
    dataset = shelf.open()
    if shelf.made()["fingerprint"] != workspace.fingerprint():
        tell(say("stale"))
    give(export(dataset, format), output)
