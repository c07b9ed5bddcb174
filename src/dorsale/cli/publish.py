"""`dorsale publish`: a folder for a linked-data portal, and whether portals would take it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from dorsale.cli.command import command, format_option, opened, output_option, workspace_of
from dorsale.cli.output import as_json, give, lined, number, printed, progress, table, tell
from dorsale.words import language, say

if TYPE_CHECKING:
    from dorsale.publish.checks import Finding
    from dorsale.workspace import Workspace


@command("publish")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help=say("help-out"))
@click.option("--check", is_flag=True, help=say("help-publish-check"))
@format_option("table", "json")
@output_option
def publish_command(out: Path | None, check: bool, format: str, output: Path | None, folder: Path | None) -> None:
    """Write the publication, or say whether portals would take it."""
    from dorsale.publish import publish

    workspace = workspace_of(folder)
    if check:
        _checked(workspace, out, format, output)
        return
    if out is None:
        raise click.UsageError(say("needs-out"))
    dataset = opened(workspace)
    with progress("publish"):
        kept = publish(workspace, dataset, out)
    size = sum((out / path).stat().st_size for path in kept)
    give(lined([say("published", files=number(len(kept)), size=number(-(-size // 1000)), folder=out)]), output)


def _checked(workspace: Workspace, out: Path | None, format: str, output: Path | None) -> None:
    from dorsale.publish import Publication, publish
    from dorsale.publish.checks import MUST, check

    publication = Publication.of(workspace)
    if out is not None:
        with progress("check"):
            found = check(publication, out)
    else:
        dataset = opened(workspace)
        with TemporaryDirectory() as aside, progress("check"):
            publish(workspace, dataset, within := Path(aside) / "published")
            found = check(publication, within)
    refused = sum(one.weight == MUST for one in found)
    give(as_json([_json(one) for one in found]) if format == "json" else _table(found), output)
    tell(say("checked", folder=out or publication.url, must=number(refused), should=number(len(found) - refused)))
    if refused:
        raise SystemExit(1)


def _table(found: Iterable[Finding]) -> bytes:
    made = table(*(say(f"check-{name}") for name in ("weight", "rule", "place", "found", "wrong", "remedy", "asked")))
    for one in found:
        words = (one.title[language()], one.remedy[language()], ", ".join(one.asked_by))
        made.add_row(say(f"check-{one.weight}"), one.name, one.place, one.found, *words)
    return printed(made) if made.row_count else b""


def _json(one: Finding) -> dict[str, object]:
    return {
        "rule": one.name,
        "weight": one.weight,
        "place": one.place,
        "found": one.found or None,
        "message": one.title[language()],
        "remedy": one.remedy[language()],
        "askedBy": list(one.asked_by),
    }
