"""`dorsale build`: compile the workspace, and print what was counted."""

from __future__ import annotations

from pathlib import Path

from dorsale.cli.command import command, workspace_of
from dorsale.cli.output import give, number, printed, progress, table, tell
from dorsale.words import language, say


@command("build")
def build_command(folder: Path | None) -> None:
    """Compile the workspace."""
    from dorsale import build
    from dorsale.names import SHAPE

    workspace = workspace_of(folder)
    with progress() as step:
        built = build.build(workspace, step)
    counted = table("", "", right=(0,))
    counted.show_header = False
    for name, count in built.counts.items():
        counted.add_row(number(count), say(f"count-{name}"))
    if built.consistent is None:
        tell(say("java-missing"))
    for overruling in built.idle:
        tell(build.idle(overruling, workspace.base))
    for waiver in built.report.warnings:
        if waiver.shape.value.startswith(f"{SHAPE}waiver-"):
            tell(f"{waiver.place}: {waiver.message(language())}")
    verdict = say("consistent-true" if built.consistent else "consistent-none")
    give(printed(say("built", count=number(built.counts["facts"])), counted, verdict))
