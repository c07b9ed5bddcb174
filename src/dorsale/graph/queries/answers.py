"""
What a query answers: rows of terms, a yes or no, or a graph, in every format of the W3C.

Rows are written as the engine finds them, so that a million take no more memory than ten.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol
from typing import Literal as OneOf

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    Triple,
    parse_query_results,
)

from dorsale.errors import Place, WrongFormat
from dorsale.graph.export import FORMATS, graph
from dorsale.graph.labels import Term
from dorsale.graph.store import Dataset, engine
from dorsale.names import prefixes

RESULTS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}


LINES = 64


class Taker(Protocol):
    """What takes bytes piece by piece."""

    def write(self, piece: bytes, /) -> int:
        """Take a piece."""

    def flush(self) -> None:
        """Hand over what was taken so far."""


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What a query answered: rows of terms under variables, a yes or no, or a graph. It can be read once.

    Rows that were ``given`` need not be read from what they were written as.
    """

    raw: QuerySolutions | QueryBoolean | QueryTriples
    base: str
    given: Sequence[Sequence[Term | None]] | None = None

    @classmethod
    def of(cls, columns: Sequence[str], rows: Iterable[Sequence[Term | None]], base: str) -> "Answer":
        """Return rows as an answer; they are read when it is."""
        # The W3C's TSV has terms as they write themselves, and the engine reads it row by row.
        lines: Any = _Lines(_lines(columns, rows))
        raw: Any = parse_query_results(lines, format=QueryResultsFormat.TSV)
        return cls(raw, base, rows if isinstance(rows, Sequence) else None)

    @property
    def kind(self) -> OneOf["rows", "boolean", "graph"]:
        """Which of the three it is: the answer of a SELECT, of an ASK, of a CONSTRUCT or DESCRIBE."""
        if isinstance(self.raw, QuerySolutions):
            return "rows"
        return "boolean" if isinstance(self.raw, QueryBoolean) else "graph"

    @property
    def variables(self) -> tuple[str, ...]:
        """The columns of the rows."""
        return tuple(variable.value for variable in self.raw.variables) if isinstance(self.raw, QuerySolutions) else ()

    def rows(self) -> Iterator[Sequence[Term | None]]:
        """Yield the rows, each with a term or nothing for each variable."""
        assert isinstance(self.raw, QuerySolutions)
        if self.given is not None:
            yield from self.given
            return
        with engine():
            for solution in self.raw:
                yield tuple(solution)

    @property
    def yes(self) -> bool:
        """The answer of an ASK."""
        return bool(self.raw)

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats of the W3C that the answer has: a graph those of RDF, with its triples in no named graph."""
        return {"rows": tuple(RESULTS), "boolean": ("json", "xml"), "graph": tuple(FORMATS)}[self.kind]

    def write(self, format: str, to: Taker, limit: int | None = None, counted: bool = False) -> int | None:
        """
        Write the answer in one of its formats, or its first rows, or so many triples of a graph.

        Returns how many there are in all, where that is ``counted`` or some are left out. A format that it has not
        raises :class:`WrongFormat` with those that it has.
        """
        if format not in self.formats:
            raise WrongFormat(format=format, accepted=", ".join(self.formats))
        if isinstance(self.raw, QueryTriples):
            with engine():
                triples = sorted(set(self.raw), key=str)
            to.write(graph(triples[:limit], FORMATS[format], self.base))
            return len(triples)
        if isinstance(self.raw, QueryBoolean) or not (limit or counted):
            taker: Any = to
            with engine():
                self.raw.serialize(output=taker, format=RESULTS[format])
            return None
        count = 0

        def first() -> Iterator[Sequence[Term | None]]:
            nonlocal count
            for count, row in enumerate(self.rows(), 1):
                if limit is None or count <= limit:
                    yield row

        Answer.of(self.variables, first(), self.base).write(format, to)
        return count

    def serialized(self, format: str) -> bytes:
        """Return the answer in one of its formats; another raises :class:`WrongFormat` with those that it has."""
        self.write(format, held := io.BytesIO())
        return held.getvalue()


class _Lines(io.RawIOBase):
    """Lines as a file that is read once."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self.lines, self.rest = lines, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self.rest or next(self.lines, b"")
        size = min(len(buffer), len(piece))
        buffer[:size], self.rest = piece[:size], piece[size:]
        return size


def _lines(columns: Sequence[str], rows: Iterable[Sequence[Term | None]]) -> Iterator[bytes]:
    """Yield lines of TSV, several at a time: each time costs as much as a line."""
    yield ("\t".join(f"?{name}" for name in columns) + "\n").encode()
    lines = ("\t".join(map(_written, row)) + "\n" for row in rows)
    while piece := "".join(islice(lines, LINES)):
        yield piece.encode()


def _written(term: Term | None) -> str:
    if isinstance(term, Triple):
        return f"<<( {term.subject} {term.predicate} {_written(term.object)} )>>"
    return "" if term is None else str(term)


def run(dataset: Dataset, text: str, place: Place | None = None) -> Answer:
    """Return the answer to a query; the prefixes of the workspace need not be declared."""
    return Answer(dataset.query(text, place, prefixes(dataset.base)), dataset.base)
