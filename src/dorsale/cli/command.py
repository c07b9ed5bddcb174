"""What every command is: a verb of the group, its help, its options, the workspace and the dataset that it works on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dorsale import __version__
from dorsale.cli.output import tell
from dorsale.words import catalogue, language, say

if TYPE_CHECKING:
    from dorsale.graph.store import Dataset
    from dorsale.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])


# In the order of a user's work, which is that of the help; each is the module of its name.
VERBS = (
    *("init", "build", "query", "find", "explain", "conflicts", "gaps", "export", "publish", "diff", "release"),
    *("validate", "prove", "status", "extract", "add", "retract", "quote", "reanchor", "mcp", "completion"),
)


class Group(click.Group):
    """The verbs: a module is imported when its verb is asked for, all of them to tell which is nearest to another."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in their order."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a verb, and None for a word that is none."""
        for verb in (cmd_name,) if cmd_name in VERBS else VERBS:
            import_module(f"dorsale.cli.{verb}")
        return super().get_command(ctx, cmd_name)


def translated() -> None:
    """Let Click speak French: it looks its own sentences up in each of its modules under gettext's two names."""
    sentences = catalogue("click-fr")
    for name, module in list(sys.modules.items()):
        if name.startswith("click."):
            for gettext, one_of in (("_", 0), ("ngettext", 1)):
                if hasattr(module, gettext):
                    setattr(module, gettext, lambda *said, at=one_of: sentences.get(said[at], said[at]))


if language() == "fr":
    translated()
HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=Group, context_settings=HELP, help=say("help-dorsale"))
@click.version_option(__version__, "--version", prog_name="dorsale", help=say("help-version"))
def dorsale() -> None:
    """Hold the commands."""


def command(name: str, located: bool = True, **settings: Any) -> Callable[[Command], click.Command]:
    """Declare a command with its help in the user's language and, if it works on one, the workspace's option."""

    def declare(function: Command) -> click.Command:
        named = click.option("-w", "--workspace", "folder", type=click.Path(path_type=Path), help=say("help-workspace"))
        made = named(function) if located else function
        return dorsale.command(name, help=say(f"help-{name}"), **settings)(made)

    return declare


def output_option(function: Command) -> Command:
    """Declare the option that names a file instead of standard output."""
    return click.option("-o", "--output", type=click.Path(path_type=Path), help=say("help-output"))(function)


def memory_option(function: Command) -> Command:
    """Declare the option that limits the memory of what a command asks the system to hold it to."""
    kind, told = click.IntRange(min=64), say("help-memory")
    return click.option("--memory", type=kind, metavar="N", default=4096, show_default=True, help=told)(function)


def format_option(*formats: str) -> Callable[[Command], Command]:
    """Return what declares the option that names a format; the first is the one of who names none."""
    choice = click.Choice(formats)
    return click.option(
        "--format", "format", type=choice, default=formats[0], show_default=True, help=say("help-format")
    )


def workspace_of(folder: Path | None) -> Workspace:
    """Return the workspace of ``--workspace``, or the nearest one."""
    from dorsale.workspace import Workspace

    workspace = Workspace.open(folder) if folder else Workspace.nearest(Path.cwd())
    if workspace.journal.exists():
        from dorsale.build import recover

        recover(workspace)
    return workspace


def opened(workspace: Workspace) -> Dataset:
    """Return the dataset in use, and say so when the files have changed since."""
    from dorsale.graph.store import Shelf
    from dorsale.seen import fresh

    dataset = Shelf(workspace.dataset, workspace.base).open()
    if not fresh(workspace):
        tell(say("stale"))
    return dataset
