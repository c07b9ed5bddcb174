"""
An answer as a person reads it.

Labels stand for IRIs, who says so for documents, and the quoted words under the rows that they support.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dorsale.graph.labels import Cell, Labels, Term
from dorsale.graph.queries.answers import Answer
from dorsale.graph.queries.joint import Joint
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
        joint = Joint.of(
            answer.variables, [tuple(row) for row in answer.rows()], language, (EVIDENCE, *together), if_filled
        )
        labels = Labels(dataset, language)
        notes: dict[Term, int] = {}
        rows: list[tuple[Cell, ...]] = []
        for row in joint.rows[:limit]:
            cells: list[Cell] = []
            for name, terms in zip(joint.columns, row, strict=True):
                if name == EVIDENCE:
                    numbers = [notes.setdefault(passage, len(notes) + 1) for passage in terms]
                    cells.append(" ".join(f"[{number}]" for number in numbers) or None)
                elif name in together:
                    cells.append(labels.joint(terms))
                else:
                    term = next(iter(terms), None)
                    cells.append(labels.source(term) if name == ACCORDING else labels.cell(term))
            rows.append(tuple(cells))
        numeric = [
            column
            for column in range(len(joint.columns))
            if any(isinstance(row[column], Decimal) for row in rows)
            and all(isinstance(row[column], Decimal | None) for row in rows)
        ]
        return cls(
            headings=tuple(labels.heading(column) for column in joint.columns),
            rows=tuple(rows),
            notes=tuple(labels.quotation(passage) for passage in notes),
            numeric=tuple(numeric),
            count=len(joint.rows),
            read=() if rows else tuple(title.value for (title,) in dataset.rows(TITLES)),
        )
