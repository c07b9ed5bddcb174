"""What a query answers: rows of terms, a yes or no, or a graph, in every format of the W3C."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from typing import Literal as OneOf

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    parse_query_results,
)

from dorsale.errors import Place, WrongFormat
from dorsale.graph.export import graph
from dorsale.graph.labels import Term
from dorsale.graph.store import Dataset, engine
from dorsale.names import prefixes

RESULTS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
GRAPHS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query answered: rows of terms under variables, a yes or no, or a graph."""

    raw: QuerySolutions | QueryBoolean | QueryTriples | tuple[Triple, ...]
    base: str

    @classmethod
    def of(cls, columns: Sequence[str], rows: Iterable[Sequence[Term | None]], base: str) -> "Answer":
        """Return rows that are there already as an answer."""
        bindings = [
            {name: _as_json(term) for name, term in zip(columns, row, strict=True) if term is not None} for row in rows
        ]
        written = json.dumps({"head": {"vars": list(columns)}, "results": {"bindings": bindings}})
        raw: Any = parse_query_results(written, format=QueryResultsFormat.JSON)
        return cls(raw, base)

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
        """Yield the rows, each with a term or nothing for each variable; they can be read once."""
        assert isinstance(self.raw, QuerySolutions)
        with engine():
            for solution in self.raw:
                yield tuple(solution)

    def counted(self, limit: int | None = None) -> tuple["Answer", int]:
        """Return an answer of the first rows, or of so many triples, and how many there are; it reads them all."""
        if isinstance(self.raw, QuerySolutions):
            rows = list(self.rows())
            return Answer.of(self.variables, rows[:limit], self.base), len(rows)
        assert not isinstance(self.raw, QueryBoolean)
        with engine():
            triples = sorted(set(self.raw), key=str)
        return Answer(tuple(triples[:limit]), self.base), len(triples)

    @property
    def yes(self) -> bool:
        """The answer of an ASK."""
        return bool(self.raw)

    def serialized(self, format: str) -> bytes:
        """
        Return the answer in a W3C results format, or a graph in an RDF format.

        A format that the kind of answer does not have raises :class:`WrongFormat` with those that it has.
        """
        if isinstance(self.raw, QueryTriples | tuple):
            if format not in GRAPHS:
                raise WrongFormat(format=format, accepted=", ".join(GRAPHS))
            with engine():
                return graph(self.raw, GRAPHS[format], self.base)
        accepted = ("json", "xml") if isinstance(self.raw, QueryBoolean) else tuple(RESULTS)
        if format not in accepted:
            raise WrongFormat(format=format, accepted=", ".join(accepted))
        with engine():
            return self.raw.serialize(format=RESULTS[format]) or b""


def _as_json(term: Any) -> dict[str, str]:
    """Return a term as the W3C's results have it."""
    if not isinstance(term, Literal):
        return {"type": "uri" if isinstance(term, NamedNode) else "bnode", "value": term.value}
    more = {"xml:lang": term.language} if term.language else {"datatype": term.datatype.value}
    return {"type": "literal", "value": term.value, **more}


def run(dataset: Dataset, text: str, place: Place | None = None) -> Answer:
    """Return the answer to a query; the prefixes of the workspace need not be declared."""
    return Answer(dataset.query(text, place, prefixes(dataset.base)), dataset.base)
