"""`dorsale init`: a new workspace."""

from __future__ import annotations

from pathlib import Path

import click

from dorsale.cli.command import command
from dorsale.cli.output import give, lined, number, tell
from dorsale.words import say


@command("init", located=False)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--base", metavar="IRI", help=say("help-base"))
def init_command(folder: Path, base: str | None) -> None:
    """Make a new workspace."""
    from dorsale.init import init
    from dorsale.names import BASE

    files = init(folder, base or BASE)
    give(lined([say("init-made", folder=folder, count=number(len(files)))]))
    tell(say("init-next"))
