"""`dorsale gaps`: what no document says, as questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from dorsale.cli.command import command, format_option, opened, output_option, workspace_of
from dorsale.cli.output import as_json, give, lined, printed, table
from dorsale.words import language, say


@command("gaps")
@click.option("--document", metavar="DOCUMENT", help=say("help-gap-document"))
@click.option("--thing", metavar="THING", help=say("help-gap-thing"))
@format_option("table", "markdown", "csv", "json")
@output_option
def gaps_command(
    document: str | None, thing: str | None, format: str, output: Path | None, folder: Path | None
) -> None:
    """Ask what no document says."""
    from dorsale.build import shapes, standing
    from dorsale.graph.explain import documents, gaps, questions
    from dorsale.graph.find import the
    from dorsale.graph.labels import Labels

    workspace = workspace_of(folder)
    dataset = opened(workspace)
    labels = Labels(dataset, language())
    wanted = the(dataset, thing) if thing else None
    source = the(dataset, document, documents(dataset)) if document else None
    found = [
        gap
        for gap in gaps(labels, standing(workspace, dataset), questions(shapes(workspace)))
        if (wanted is None or gap.concerns(wanted)) and (source is None or source in gap.documents)
    ]
    write = {"table": gaps_page, "markdown": gaps_list, "json": gaps_json, "csv": gaps_csv}[format]
    give(write(labels, found), output)


def gaps_counted(found: Iterable[Any]) -> str:
    """Return how many questions there are, and how many matter most."""
    kept = list(found)
    return say("gaps-found", count=len(kept), serious=sum(gap.severity.value == "Warning" for gap in kept))


def gaps_grouped(labels: Any, found: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
    """Yield questions by the documents that speak of their things, under the titles of these."""
    from itertools import groupby

    for documents, group in groupby(found, key=lambda gap: gap.documents):
        yield " · ".join(map(labels.label, documents)) or say("gaps-nowhere"), list(group)


def gaps_page(labels: Any, found: list[Any]) -> bytes:
    """Return questions as tables, one for each set of documents."""
    from rich.text import Text

    shown: list[Any] = []
    for heading, group in gaps_grouped(labels, found):
        made = table(say("gap-question"), say("severity"), say("gap-where"))
        for gap in group:
            made.add_row(gap.question, say(f"severity-{gap.severity.value}"), spoken_at(gap))
        shown += [Text(heading, "bold"), made, ""]
    return printed(*shown, gaps_counted(found))


def spoken_at(gap: Any) -> str:
    """Return the offsets of the first passages that speak of the thing of a question."""
    places = [f"{passage.start}-{passage.end}" for passage in gap.passages]
    return ", ".join(places[:3]) + (", …" if len(places) > 3 else "")


def gaps_list(labels: Any, found: list[Any]) -> bytes:
    """Return questions as Markdown: a heading for each set of documents, a list under it."""
    lines = [f"# {say('gaps-title')}", "", gaps_counted(found)]
    for heading, group in gaps_grouped(labels, found):
        lines += ["", f"## {heading}", "", *(f"- [ ] {gap.question} ({spoken_at(gap) or '–'})" for gap in group)]
    return lined(lines)


def gaps_json(labels: Any, found: list[Any]) -> bytes:
    """Return questions for programs."""
    from dorsale.graph.explain import Written

    written = Written(labels, lambda passage, term: ())
    return as_json([written.gap(gap) for gap in found])


def gaps_csv(labels: Any, found: list[Any]) -> bytes:
    """Return questions as a table for a spreadsheet: a line for each, several documents in one cell."""
    import csv
    import io

    rows = csv.writer(text := io.StringIO(), lineterminator="\r\n")
    rows.writerow(["question", "severity", "thing", "documents", "askedBy"])
    for gap in found:
        documents = " ; ".join(map(labels.label, gap.documents))
        rows.writerow([gap.question, gap.severity.value, gap.thing.value, documents, gap.asked_by.value])
    return text.getvalue().encode()
