"""How `dorsale query` shows an answer: to people with labels and the quoted words, to programs to the letter."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dorsale import markdown
from dorsale.cli.output import Sink, lined, printed, table
from dorsale.words import LANGUAGES, language, say

if TYPE_CHECKING:
    from dorsale.graph.queries import Answer, Page, StoredQuery
    from dorsale.graph.store import Dataset
    from dorsale.workspace import Workspace

PEOPLE = ("table", "markdown", "html", "xlsx")
FORMATS = (*PEOPLE, "csv", "tsv", "json", "xml", "turtle", "trig", "ntriples", "nquads", "jsonld", "rdfxml")
LABELS = (*LANGUAGES, "none")
# What the name of a file says that it is to hold.
EXTENSIONS: dict[str, str | None] = {
    **dict.fromkeys((".txt", ""), None),
    ".md": "markdown",
    ".html": "html",
    ".xlsx": "xlsx",
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".srj": "json",
    ".xml": "xml",
    ".srx": "xml",
    ".ttl": "turtle",
    ".trig": "trig",
    ".nt": "ntriples",
    ".nq": "nquads",
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
    """What somebody wants to see of an answer: its format, its passages or not, its labels, how many rows."""

    format: str | None
    stored: StoredQuery | None
    evidence: bool = False
    limit: int | None = None
    counted: bool = False
    labels: str | None = None

    def write(self, workspace: Workspace, dataset: Dataset, text: str, answer: Answer, to: Sink) -> int | None:
        """
        Write the answer of a query's text.

        Returns how many rows there are, where they were counted: a page has made one of those that differ in their
        passage alone.
        """
        format = self.format or "table"
        if format == "xlsx" and to.terminal:
            raise click.UsageError(say("output-terminal", format=format))
        if answer.kind == "graph" and format == "table":
            format = "turtle"
        if self.evidence and answer.kind == "rows":
            from dorsale.cli.evidence import evident

            answer = evident(workspace, dataset, text, answer, people=format in PEOPLE)
        if format in PEOPLE and answer.kind == "rows":
            return self._page(dataset, answer, format, to)
        if answer.kind == "boolean" and format in WORDED:
            to.write(WORDED[format](answer.yes, self.tongue))
            return None
        with ExitStack() as opened:
            if self.labels in LANGUAGES and answer.kind == "rows":
                from dorsale.graph.labels import Labels
                from dorsale.graph.queries.labelled import labelled

                answer = opened.enter_context(labelled(answer, Labels(dataset, self.tongue)))
            return answer.write(format, to, self.limit, self.counted)

    @property
    def tongue(self) -> str:
        """The language of what a person reads: that of the labels asked for, or the user's."""
        return self.labels if self.labels in LANGUAGES else language()

    def _page(self, dataset: Dataset, answer: Answer, format: str, to: Sink) -> int:
        """Write rows for a person."""
        from dorsale.graph.queries import Page

        bare = self.labels == "none"
        page = Page.of(dataset, answer, self.tongue, self.stored, self.limit, bare=bare, evident=self.evidence)
        to.write(SHOWN[format](page))
        return page.count


def _table(page: Page) -> bytes:
    made = table(*page.headings, right=page.numeric)
    for row in page.rows:
        made.add_row(*map(page.said, row))
    title = [page.title, ""] if page.title else []
    return printed(*title, *([made, ""] if page.rows else []), page.total, *_notes(page))


def _markdown(page: Page) -> bytes:
    title = [f"## {page.title}", ""] if page.title else []
    rows = ([page.said(cell) for cell in row] for row in page.rows)
    made = markdown.table(page.headings, rows, page.numeric)
    return lined([*title, *made, "", *(f"{note}  " for note in _notes(page))])


def _notes(page: Page) -> list[str]:
    return [f"[{number}] {note}" for number, note in enumerate(page.notes, 1)]


def _html(page: Page) -> bytes:
    from dorsale.graph.queries.hypertext import hypertext

    return hypertext(page)


def _xlsx(page: Page) -> bytes:
    from dorsale.graph.queries.workbook import workbook

    return workbook(page)


def _word(yes: bool, language: str) -> bytes:
    return lined([say("yes" if yes else "no", language)])


def _verdict(yes: bool, language: str) -> bytes:
    from dorsale.graph.queries.hypertext import verdict

    return verdict(yes, language)


# What people are shown, of rows, and of a yes or no.
SHOWN = {"table": _table, "markdown": _markdown, "html": _html, "xlsx": _xlsx}
WORDED = {"table": _word, "markdown": _word, "html": _verdict}
