"""
An answer as a person reads it.

Labels stand for IRIs, who says so for documents, and the quoted words under the rows that they support.
"""

from dataclasses import dataclass
from decimal import Decimal

from dorsale.graph.labels import Cell, Labels, Notes, Quotation, Term, number, said
from dorsale.graph.queries.answers import Answer
from dorsale.graph.queries.joint import Joint
from dorsale.graph.queries.stored import StoredQuery
from dorsale.graph.store import Dataset
from dorsale.words import say

# Columns that a page shows in a way of their own: a passage as the number of a note, a document as who says so.
EVIDENCE, ACCORDING = "evidence", "according"


@dataclass(frozen=True, slots=True)
class Page:
    """
    An answer as a person reads it: labels instead of IRIs, and the quoted words under the rows.

    All of it is in one ``language``, the ``title`` and the ``question`` of a stored query, too. In the column
    ``evidence`` stand the numbers of ``notes``; rows that differ in their passage alone are one, and so are those
    that differ in a column of ``together``, whose values then hold jointly. A column of ``if_filled`` that says nothing
    in any row is left out. Where there is no row, ``read`` are the titles of the documents that do not say so.
    ``count`` is how many rows there are, whatever the limit. ``terms`` are what the cells name, where it is one term,
    and ``passages`` those that the notes quote.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[Quotation, ...]
    numeric: tuple[int, ...]
    language: str
    title: str = ""
    question: str = ""
    read: tuple[str, ...] = ()
    count: int = 0
    terms: tuple[tuple[Term | None, ...], ...] = ()
    passages: tuple[Term, ...] = ()

    @classmethod
    def of(
        cls,
        dataset: Dataset,
        answer: Answer,
        language: str,
        stored: StoredQuery | None = None,
        limit: int | None = None,
        bare: bool = False,
        evident: bool = False,
        labels: Labels | None = None,
    ) -> "Page":
        """
        Return the page of the answer of a SELECT, or its first rows; it reads them all.

        It is shown as the header of its ``stored`` query asks. ``bare``, things go by their prefixed names;
        ``evident``, the column ``evidence`` has all the passages of a row, and where there are none, that is said.
        ``labels`` are those of other pages, which know already what is called how.
        """
        together, if_filled = (stored.together, stored.if_filled) if stored else ((), ())
        joint = Joint.of(
            answer.variables, [tuple(row) for row in answer.rows()], language, (EVIDENCE, *together), if_filled
        )
        labels = labels or Labels(dataset, language, bare)
        notes: dict[Term, int] = {}
        rows: list[tuple[Cell, ...]] = []
        for row in joint.rows[:limit]:
            cells: list[Cell] = []
            for name, terms in zip(joint.columns, row, strict=True):
                if name == EVIDENCE:
                    numbers = Notes(tuple(notes.setdefault(passage, len(notes) + 1) for passage in terms))
                    cells.append(numbers if terms or evident else None)
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
            language=language,
            title=stored.title[language] if stored else "",
            question=stored.question[language] if stored else "",
            count=len(joint.rows),
            terms=tuple(tuple(some[0] if len(some) == 1 else None for some in row) for row in joint.rows[:limit]),
            passages=tuple(notes),
            read=() if rows else labels.titles,
        )

    @property
    def total(self) -> str:
        """How many rows there are, or the documents that say nothing of the kind."""
        if self.rows:
            return say("rows", self.language, count=number(self.count, self.language))
        return say("no-rows", self.language, titles=", ".join(self.read))

    def said(self, cell: Cell) -> str:
        """Return a cell as a person reads it."""
        return said(cell, self.language)
