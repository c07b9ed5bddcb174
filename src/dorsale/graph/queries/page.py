"""
An answer as a person reads it.

Labels stand for IRIs, who says so for documents, and the quoted words under the rows that they support.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dorsale.graph.labels import Cell, Labels, Term
from dorsale.graph.queries.answers import Answer
from dorsale.graph.store import Dataset

# Columns that a page shows in a way of their own: a passage as the number of a note, a document as who says so.
EVIDENCE, ACCORDING = "evidence", "according"


@dataclass(frozen=True, slots=True)
class Page:
    """
    An answer as a person reads it: labels instead of IRIs, and the quoted words under the rows.

    In the column ``evidence`` stand the numbers of ``notes``; rows that differ in their passage alone are one,
    and so are those that differ in a column of ``together``, whose values then hold jointly.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...]
    numeric: tuple[int, ...]

    @classmethod
    def of(cls, dataset: Dataset, answer: Answer, language: str, together: Sequence[str] = ()) -> "Page":
        """Return the page of an answer that has rows; it reads them."""
        variables = answer.variables
        joint = {column for column, name in enumerate(variables) if name in (EVIDENCE, *together)}
        labels = Labels(dataset, language)
        merged: dict[tuple[Any, ...], dict[int, list[Term]]] = {}
        for row in answer.rows():
            key = tuple(None if column in joint else term for column, term in enumerate(row))
            values = merged.setdefault(key, {column: [] for column in joint})
            for column in joint:
                if (term := row[column]) is not None and term not in values[column]:
                    values[column].append(term)
        notes: dict[Term, int] = {}
        rows: list[tuple[Cell, ...]] = []
        for key, values in merged.items():
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
        )
