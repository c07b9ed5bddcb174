"""`dorsale completion`: what lets a shell complete verbs, options, and the names and values of stored queries."""

from __future__ import annotations

import click

from dorsale.cli.command import command, dorsale
from dorsale.cli.output import give
from dorsale.words import say

SHELLS = ("bash", "zsh", "fish")


@command("completion", located=False)
@click.argument("shell", type=click.Choice(SHELLS), metavar="|".join(SHELLS))
def completion_command(shell: str) -> None:
    """Print the script that a shell reads when it starts."""
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made
    give(f"# {say('completion-use')}\n{made(dorsale, {}, 'dorsale', '_DORSALE_COMPLETE').source()}".encode())
