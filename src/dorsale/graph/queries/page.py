"""
An answer as a person reads it.

Labels stand for IRIs, who says so for documents, and the quoted words under the rows that they support.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from pyoxigraph import Literal

from dorsale.graph.labels import Cell, Labels, Term
from dorsale.graph.queries.answers import Answer
from dorsale.graph.store import Dataset

# Columns that a page shows in a way of their own: a passage as the number of a note, a document as who says so.
EVIDENCE, ACCORDING = "evidence", "according"
TITLES = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX dor: <https://w3id.org/dorsale/ontology#>
SELECT ?title { ?document a dor:Document ; dcterms:title ?title } ORDER BY ?title
"""


@dataclass(frozen=True, slots=True)
class Page:
    """
    An answer as a person reads it: labels instead of IRIs, and the quoted words under the rows.

    In the column ``evidence`` stand the numbers of ``notes``; rows that differ in their passage alone are one,
    and so are those that differ in a column of ``together``, whose values then hold jointly. A column of
    ``if_filled`` that says nothing in any row is left out. Where there is no row, ``read`` are the titles of the
    documents that do not say so. ``count`` is how many rows there are, whatever the limit.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...]
    numeric: tuple[int, ...]
    read: tuple[str, ...] = ()
    count: int = 0

    @classmethod
    def of(
        cls,
        dataset: Dataset,
        answer: Answer,
        language: str,
        together: Sequence[str] = (),
        if_filled: Sequence[str] = (),
        limit: int | None = None,
    ) -> "Page":
        """Return the page of the answer of a SELECT, or its first rows; it reads them all."""
        answered = _spoken([tuple(row) for row in answer.rows()], language)
        seen = [
            column
            for column, name in enumerate(answer.variables)
            if name not in if_filled or any(row[column] is not None for row in answered)
        ]
        variables = tuple(answer.variables[column] for column in seen)
        joint = {column for column, name in enumerate(variables) if name in (EVIDENCE, *together)}
        labels = Labels(dataset, language)
        merged: dict[tuple[Any, ...], dict[int, list[Term]]] = {}
        for row in ([whole[column] for column in seen] for whole in answered):
            key = tuple(None if column in joint else term for column, term in enumerate(row))
            values = merged.setdefault(key, {column: [] for column in joint})
            for column in joint:
                if (term := row[column]) is not None and term not in values[column]:
                    values[column].append(term)
        notes: dict[Term, int] = {}
        rows: list[tuple[Cell, ...]] = []
        for key, values in islice(merged.items(), limit):
            cells: list[Cell] = []
            for column, name in enumerate(variables):
                if name == EVIDENCE:
                    numbers = [notes.setdefault(passage, len(notes) + 1) for passage in values[column]]
                    cells.append(" ".join(f"[{number}]" for number in numbers) or None)
                elif column in joint:
                    cells.append(labels.joint(values[column]))
                else:
                    cells.append(labels.source(key[column]) if name == ACCORDING else labels.cell(key[column]))
            rows.append(tuple(cells))
        numeric = [
            column
            for column in range(len(variables))
            if any(isinstance(row[column], Decimal) for row in rows)
            and all(isinstance(row[column], Decimal | None) for row in rows)
        ]
        return cls(
            headings=tuple(labels.heading(variable) for variable in variables),
            rows=tuple(rows),
            notes=tuple(labels.quotation(passage) for passage in notes),
            numeric=tuple(numeric),
            count=len(merged),
            read=() if rows else tuple(title.value for (title,) in dataset.rows(TITLES)),
        )


def _spoken(rows: Sequence[tuple[Any, ...]], language: str) -> list[tuple[Any, ...]]:
    """
    Return rows without those that say in another language what rows that are else the same say in this one.

    A text that there is in one language only, be it another, stays.
    """

    def tongues(row: tuple[Any, ...]) -> tuple[str, ...]:
        return tuple(term.language for term in row if isinstance(term, Literal) and term.language)

    def untold(row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(None if isinstance(term, Literal) and term.language else term for term in row)

    told = {untold(row) for row in rows if language in tongues(row)}
    return [row for row in rows if not (spoken := tongues(row)) or language in spoken or untold(row) not in told]
