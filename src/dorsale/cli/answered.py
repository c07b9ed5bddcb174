"""How `dorsale query` shows an answer: to people with labels and the quoted words, to programs to the letter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dorsale import markdown
from dorsale.cli.output import lined, number, printed, shown, table
from dorsale.words import language, say

if TYPE_CHECKING:
    from dorsale.graph.queries import Answer, StoredQuery
    from dorsale.graph.store import Dataset
    from dorsale.workspace import Workspace

PEOPLE = ("table", "markdown")
FORMATS = (*PEOPLE, "csv", "tsv", "json", "xml", "turtle", "ntriples", "jsonld", "rdfxml")
# What the name of a file says that it is to hold.
EXTENSIONS: dict[str, str | None] = {
    **dict.fromkeys((".txt", ""), None),
    ".md": "markdown",
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".srj": "json",
    ".xml": "xml",
    ".srx": "xml",
    ".ttl": "turtle",
    ".nt": "ntriples",
    ".jsonld": "jsonld",
    ".rdf": "rdfxml",
}


def format_of(output: Path) -> str | None:
    """Return the format that the name of a file asks for, and None where it leaves that to the answer."""
    if output.suffix.lower() not in EXTENSIONS:
        raise click.UsageError(say("output-extension", file=output, known=" ".join(filter(None, EXTENSIONS))))
    return EXTENSIONS[output.suffix.lower()]


@dataclass(frozen=True, slots=True)
class Presentation:
    """What somebody wants to see of an answer: in which format, with its passages or without, how many rows."""

    format: str | None
    stored: StoredQuery | None
    evidence: bool = False
    limit: int | None = None
    counted: bool = False

    def written(self, workspace: Workspace, dataset: Dataset, text: str, answer: Answer) -> tuple[bytes, int | None]:
        """
        Return the answer of a query's text as it is to be written.

        The other is how many rows there are, where they were counted: a page has made one of those that differ in
        their passage alone.
        """
        format = self.format or ("turtle" if answer.kind == "graph" else "table")
        if answer.kind == "graph" and format in PEOPLE:
            format = "turtle"
        if self.evidence and answer.kind == "rows":
            from dorsale.cli.evidence import evident

            answer = evident(workspace, dataset, text, answer, people=format in PEOPLE)
        if format in PEOPLE:
            return self._page(dataset, answer, format)
        count = None
        if answer.kind != "boolean" and (self.limit or self.counted):
            answer, count = answer.counted(self.limit)
        return answer.serialized(format), count

    def _page(self, dataset: Dataset, answer: Answer, format: str) -> tuple[bytes, int | None]:
        """Return an answer for a person."""
        if answer.kind == "boolean":
            return (say("yes" if answer.yes else "no") + "\n").encode(), None
        from dorsale.graph.queries import Page

        stored = self.stored
        joint, hidden = (stored.together, stored.if_filled) if stored else ((), ())
        page = Page.of(dataset, answer, language(), joint, hidden, self.limit)
        head, rows = page.headings, [[shown(cell) for cell in row] for row in page.rows]
        if self.evidence:
            # The passages stand in the last column; where there are none, that is said.
            rows = [
                [*row[:-1], row[-1] if cells[-1] else say("no-passage")]
                for row, cells in zip(rows, page.rows, strict=True)
            ]
        title = stored.title[language()] if stored else ""
        notes = [f"[{number}] {note}" for number, note in enumerate(page.notes, 1)]
        total = say("rows", count=number(page.count)) if rows else say("no-rows", titles=", ".join(page.read))
        if format == "markdown":
            lines = [f"## {title}", ""] if title else []
            return lined([*lines, *markdown.table(head, rows), "", *(f"{note}  " for note in notes)]), page.count
        made = table(*head, right=page.numeric)
        for row in rows:
            made.add_row(*row)
        return printed(*([title, ""] if title else []), *([made, ""] if rows else []), total, *notes), page.count
