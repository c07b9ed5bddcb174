"""`dorsale export`: the graph, or a slice of it, as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dorsale.cli.command import command, format_option, opened, output_option, workspace_of
from dorsale.cli.output import give
from dorsale.cli.sliced import slice_options, sliced
from dorsale.words import say

if TYPE_CHECKING:
    from dorsale.graph.export import Evidence


@command("export")
@slice_options
@click.option("--evidence", type=click.Choice(("full", "light", "none")), help=say("help-export-evidence"))
@format_option("turtle", "trig", "nquads", "ntriples", "jsonld", "rdfxml")
@output_option
def export_command(
    evidence: Evidence | None,
    format: str,
    output: Path | None,
    folder: Path | None,
    **asked: Any,
) -> None:
    """Write the graph, or what is asked for of it."""
    from dorsale.graph.export import export

    workspace = workspace_of(folder)
    dataset, _ = sliced(workspace, opened(workspace), asked)
    unsaid = click.get_current_context().get_parameter_source("format") == click.core.ParameterSource.DEFAULT
    give(export(dataset, "trig" if evidence == "full" and unsaid else format, evidence), output)
