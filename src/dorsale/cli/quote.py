"""`dorsale quote`: a passage block that can be pasted."""

from __future__ import annotations

from pathlib import Path

import click

from dorsale.cli.command import command, workspace_of
from dorsale.cli.output import give
from dorsale.words import say


@command("quote")
@click.argument("document")
@click.argument("words", nargs=-1, required=True)
@click.option("--nth", type=click.IntRange(min=1), metavar="N", help=say("help-nth"))
def quote_command(document: str, words: tuple[str, ...], nth: int | None, folder: Path | None) -> None:
    """Print a passage block."""
    from dorsale.documents.facts import block
    from dorsale.documents.text import Document, locate

    workspace = workspace_of(folder)
    quotation = locate(Document.open(workspace.documents, document), " ".join(words), nth)
    give((block(quotation, workspace.base) + "\n").encode())
