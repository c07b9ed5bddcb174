"""`dorsale release`: the data as they are become a version that others may cite."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from dorsale.cli.command import command, opened, workspace_of
from dorsale.cli.output import give, lined, number, progress, tell
from dorsale.words import say


@command("release")
@click.argument("version", metavar="VERSION")
@click.option("--previous", metavar="EDITION", help=say("help-previous"))
@click.option("--check", is_flag=True, help=say("help-release-check"))
def release_command(version: str, previous: str | None, check: bool, folder: Path | None) -> None:
    """Say why nothing can be released, or write down the version and what changed."""
    from dorsale.release import before, obstacles, release

    workspace = workspace_of(folder)
    with closing(opened(workspace)) as dataset:
        with progress("check"):
            found = list(obstacles(workspace, dataset, version, previous))
        for one in found:
            tell(one.sentence())
        if found:
            tell(say("unreleased", count=number(len(found))))
            raise SystemExit(1)
        if check:
            give(lined([say("releasable", version=version)]))
            return
        with progress() as step:
            done = release(workspace, dataset, version, before(workspace, previous), step)
    files = (f"  {workspace.shown(path)}" for path in done.files)
    give(
        lined(
            [
                say("released", version=version, count=number(done.published)),
                *files,
                say("release-next", version=version),
            ]
        )
    )
