"""`dorsale publish`: a folder for a linked-data portal."""

from __future__ import annotations

from pathlib import Path

import click

from dorsale.cli.command import command, opened, workspace_of
from dorsale.cli.output import give, lined, number, progress
from dorsale.words import say


@command("publish")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help=say("help-out"))
def publish_command(out: Path, folder: Path | None) -> None:
    """Write the publication."""
    from dorsale.publish import publish

    workspace = workspace_of(folder)
    dataset = opened(workspace)
    with progress("publish"):
        kept = publish(workspace, dataset, out)
    size = sum((out / path).stat().st_size for path in kept)
    give(lined([say("published", files=number(len(kept)), size=number(-(-size // 1000)), folder=out)]))
