"""`dorsale publish`: a folder for a linked-data portal, and whether portals would take it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from dorsale.cli.command import command, format_option, opened, output_option, workspace_of
from dorsale.cli.output import as_json, give, lined, number, printed, progress, table, tell
from dorsale.cli.sliced import slice_options, sliced
from dorsale.words import language, say

if TYPE_CHECKING:
    from dorsale.graph.store import Dataset
    from dorsale.publish import Publication
    from dorsale.publish.checks import Finding
    from dorsale.workspace import Workspace


@command("publish")
@slice_options
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help=say("help-out"))
@click.option("--check", is_flag=True, help=say("help-publish-check"))
@click.option("--workers", type=click.IntRange(1), default=1, metavar="N", help=say("help-workers"))
@format_option("table", "json")
@output_option
def publish_command(
    out: Path | None,
    check: bool,
    workers: int,
    format: str,
    output: Path | None,
    folder: Path | None,
    **asked: Any,
) -> None:
    """Write the publication, or that of a slice; or say whether portals would take it."""
    workspace = workspace_of(folder)
    if check:
        _checked(workspace, asked, out, workers, format, output)
        return
    if out is None:
        raise click.UsageError(say("needs-out"))
    from dorsale.publish import publish

    dataset, publication = _asked(workspace, asked)
    with progress("publish"):
        kept = publish(workspace, dataset, out, publication, workers)
    size = sum((out / path).stat().st_size for path in kept)
    give(lined([say("published", files=number(len(kept)), size=number(-(-size // 1000)), folder=out)]), output)


def _asked(workspace: Workspace, asked: dict[str, Any]) -> tuple[Dataset, Publication]:
    """Return the dataset that is to be published, whole or a slice, and what is said of it."""
    from dorsale.publish import Publication

    publication, whole = Publication.of(workspace), opened(workspace)
    dataset, slice = sliced(workspace, whole, asked)
    return dataset, publication.slice(slice.slug(whole), slice.titles(whole)) if slice else publication


def _checked(
    workspace: Workspace, asked: dict[str, Any], out: Path | None, workers: int, format: str, output: Path | None
) -> None:
    from dorsale.publish import Publication, publish
    from dorsale.publish.checks import MUST, check

    if out is not None:
        publication = _asked(workspace, asked)[1] if any(asked.values()) else Publication.of(workspace)
        with progress("check"):
            found = check(publication, out)
    else:
        dataset, publication = _asked(workspace, asked)
        with TemporaryDirectory() as aside, progress("check"):
            publish(workspace, dataset, within := Path(aside) / "published", publication, workers)
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
