"""
An answer for programs with what its things are called: after each column that holds things, one of their labels.

It is named like its column with ``Label`` after it, as people know it from Wikidata.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import Any

from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions, parse_query_results

from dorsale.graph.labels import Labels, Term
from dorsale.graph.queries.answers import Answer

LABEL = "Label"


@contextmanager
def labelled(answer: Answer, labels: Labels) -> Iterator[Answer]:
    """
    Give an answer with a column of labels after each column that holds things; a label that the query has itself stays.

    Whether a column holds things is known when the last row was read, and a row can be read once: so the rows wait in
    a file without a name, and not in memory.
    """
    columns = answer.variables
    with TemporaryFile() as waiting:
        answer.write("tsv", waiting)

        def again() -> Iterator[Sequence[Term | None]]:
            waiting.seek(0)
            read = parse_query_results(waiting, format=QueryResultsFormat.TSV)
            assert isinstance(read, QuerySolutions)
            return map(tuple, read)

        things = {column for row in again() for column, term in enumerate(row) if isinstance(term, NamedNode)}
        shown = {column for column in things if columns[column] + LABEL not in columns}

        def wide(row: Sequence[Any], label: Callable[[Any], Any]) -> list[Any]:
            beside = ((cell, label(cell)) if column in shown else (cell,) for column, cell in enumerate(row))
            return [cell for cells in beside for cell in cells]

        def called(term: Term | None) -> Literal | None:
            return Literal(labels.label(term)) if isinstance(term, NamedNode) else None

        yield Answer.of(wide(columns, lambda name: name + LABEL), (wide(row, called) for row in again()), answer.base)
