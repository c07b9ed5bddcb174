"""What a command that works on a slice is asked for: the options that name it, and the slice itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dorsale.cli.output import tell
from dorsale.words import say

if TYPE_CHECKING:
    from dorsale.graph.slices import Slice
    from dorsale.graph.store import Dataset
    from dorsale.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])
CHOICES, TIMES = ("territory", "actor", "document"), ("since", "until")


def slice_options(function: Command) -> Command:
    """Declare the options that name a slice; the command has them as ``asked``."""
    for name in reversed(TIMES):
        function = click.option(f"--{name}", metavar="DATE", help=say(f"help-{name}"))(function)
    for name in reversed(CHOICES):
        several = click.option(f"--{name}", multiple=True, metavar="THING", help=say(f"help-slice-{name}"))
        function = several(function)
    return function


def sliced(workspace: Workspace, dataset: Dataset, asked: dict[str, Any]) -> tuple[Dataset, Slice | None]:
    """
    Return what is asked for of a dataset with the slice that it is, or the dataset where no slice is asked for.

    A slice with nothing in it ends the command: exit code 1.
    """
    if not any(asked.values()):
        return dataset, None
    from dorsale.build import rules_of
    from dorsale.graph.slices import Slice
    from dorsale.terms import Terms

    named = {name: asked[name] for name in CHOICES}
    slice = Slice.of(dataset, named, **{name: asked[name] for name in TIMES})
    part = slice.cut(dataset, rules_of(workspace, Terms.read(workspace)))
    if part is None:
        tell(say("slice-empty"))
        raise SystemExit(1)
    return part, slice
