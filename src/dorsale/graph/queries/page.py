"""
An answer as a person reads it.

Labels stand for IRIs, who says so for documents, and the quoted words under the rows that they support.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pyoxigraph import Literal, NamedNode

from dorsale.graph.queries.answers import XSD, Answer, Term
from dorsale.graph.store import Dataset
from dorsale.names import DOR, LOCAL, prefixes, shorten
from dorsale.words import catalogue, say


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of time in the units that it was written in: ``(("years", 15),)``."""

    parts: tuple[tuple[str, int], ...]


Cell = str | bool | Decimal | Duration | None
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


LABELS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?label WHERE { { %s rdfs:label ?label } UNION { %s skos:prefLabel ?label } } ORDER BY ?label
"""
SAID_BY = """
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?title ?publisher ?issued WHERE {
  %s dcterms:title ?title .
  OPTIONAL { %s dcterms:publisher ?publisher }
  OPTIONAL { %s dcterms:issued ?issued }
}
"""
UNNAMED = """
PREFIX dor: <https://w3id.org/dorsale/ontology#>
SELECT ?kind WHERE { %s dor:unnamed true . %s a ?kind } ORDER BY ?kind
"""
QUOTED = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?title ?start ?end ?exact WHERE {
  %s prov:wasQuotedFrom/dcterms:title ?title ; oa:start ?start ; oa:end ?end ; oa:exact ?exact .
}
"""
SPAN = re.compile(r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?")


class Labels:
    """What things, values and columns of a dataset are called in a language; each is looked up once."""

    def __init__(self, dataset: Dataset, language: str) -> None:
        self.dataset = dataset
        self.language = language
        self.known: dict[NamedNode, str] = {}

    def cell(self, term: Term | None) -> Cell:
        """Return a term as a value for people: a label, a number, a duration, a yes or no."""
        if isinstance(term, NamedNode):
            return self.label(term)
        if not isinstance(term, Literal):
            return None if term is None else str(term)
        kind = term.datatype.value.removeprefix(XSD)
        if kind in ("decimal", "integer"):
            return Decimal(term.value)
        if kind == "boolean":
            return term.value == "true"
        if kind in ("duration", "yearMonthDuration") and (span := SPAN.fullmatch(term.value)):
            return Duration(tuple((unit, int(count)) for unit, count in span.groupdict().items() if count))
        return term.value

    def label(self, thing: NamedNode) -> str:
        """Return the label of a thing in the language, else in the other one, else its kind, else its prefixed name."""
        if thing not in self.known:
            said = {found.language: found.value for (found,) in self.dataset.rows(LABELS % (thing, thing))}
            order = (self.language, "fr", "en", None)
            label = next((said[tongue] for tongue in order if tongue in said), None)
            self.known[thing] = (
                label or self._unnamed(thing) or shorten(thing.value, prefixes(self.dataset.base)).strip("<>")
            )
        return self.known[thing]

    def joint(self, terms: Sequence[Term]) -> Cell:
        """Return values that hold together: one as it is, several with the word that says so."""
        if len(terms) < 2:
            return self.cell(terms[0]) if terms else None
        return say("together", self.language, all=" + ".join(str(self.cell(term)) for term in terms))

    def source(self, document: Term | None) -> Cell:
        """Return who says so: the publisher of a document and its date, or that it has none."""
        if document is None:
            return None
        for title, publisher, issued in self.dataset.rows(SAID_BY % (document, document, document)):
            who = self.label(publisher) if isinstance(publisher, NamedNode) else title.value
            key = "said-on" if issued else "said-undated"
            return say(key, self.language, who=who, date=issued.value if issued else "")
        return self.cell(document)

    def _unnamed(self, thing: NamedNode) -> str | None:
        """Return what a thing that its text does not name is, in words."""
        for (kind,) in self.dataset.rows(UNNAMED % (thing, thing)):
            return say("unnamed", self.language, kind=self.label(kind))
        return None

    def heading(self, variable: str) -> str:
        """Return what a column is called: in a word of ours, else by the label of the term that has its name."""
        if (key := f"column-{variable}") in catalogue(self.language):
            return say(key, self.language)
        term = NamedNode(DOR + variable) if LOCAL.fullmatch(variable) else None
        label = self.label(term) if term else variable
        return variable if label == f"dor:{variable}" else label

    def quotation(self, passage: Term) -> str:
        """Return the words of a passage with their document and offsets."""
        for title, start, end, exact in self.dataset.rows(QUOTED % passage):
            words = " ".join(exact.value.split())
            return f"« {words} » ({title.value}, {start.value}-{end.value})"
        return str(passage)
