"""
What things, values and columns of a dataset are called in a language.

Whoever shows a term to a person asks here, so that one thing has one name in every answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from dorsale.graph.store import Dataset
from dorsale.names import DOR, LOCAL, PUBLIC, prefixes, shorten
from dorsale.words import catalogue, say

XSD = PUBLIC["xsd"]
Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of time in the units that it was written in: ``(("years", 15),)``."""

    parts: tuple[tuple[str, int], ...]


Cell = str | bool | Decimal | Duration | None


def number(value: object, language: str) -> str:
    """Return a number as it is written: ``13 000`` in French, ``13,000`` in English."""
    return f"{value:,}".replace(",", "\u202f" if language == "fr" else ",")


def said(cell: Cell, language: str) -> str:
    """Return a cell as a person reads it: numbers and durations in words, *not stated* where nothing is said."""
    if cell is None:
        return say("not-stated", language)
    if isinstance(cell, bool):
        return say("yes" if cell else "no", language)
    if isinstance(cell, Decimal):
        return number(cell, language)
    if isinstance(cell, Duration):
        return " ".join(say(unit, language, n=count) for unit, count in cell.parts)
    return str(cell)


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
SELECT ?kind WHERE {
  %s dor:unnamed true .
  GRAPH ?evidence { %s a ?kind }
  ?evidence a dor:Evidence .
} ORDER BY ?kind
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
        """
        Return the label of a thing in the language, else in the other one, else its kind, else its prefixed name.

        A passage goes by its document and offsets.
        """
        if thing not in self.known:
            said = {found.language: found.value for (found,) in self.dataset.rows(LABELS % (thing, thing))}
            order = (self.language, "fr", "en", None)
            label = next((said[tongue] for tongue in order if tongue in said), None)
            self.known[thing] = label or self._passage(thing) or self._unnamed(thing) or self._public(thing)
        return self.known[thing]

    def said(self, term: Term | None) -> str:
        """Return a term as a person reads it."""
        return said(self.cell(term), self.language)

    def inverse(self, predicate: NamedNode) -> str:
        """Return what a property is called when it is read backwards: *operator of*, *filiale*."""
        if (key := f"inverse-{predicate.value.replace('#', '/').rsplit('/', 1)[-1]}") in catalogue(self.language):
            return say(key, self.language)
        return say("inverse", self.language, label=self.label(predicate))

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

    def _public(self, thing: NamedNode) -> str:
        """Return what a term that no file of ours labels is called, or its prefixed name."""
        name = shorten(thing.value, prefixes(self.dataset.base)).strip("<>")
        key = f"term-{name.replace(':', '-')}"
        return say(key, self.language) if key in catalogue(self.language) else name

    def _passage(self, thing: NamedNode) -> str | None:
        """Return where a passage stands."""
        if not thing.value.startswith(f"{self.dataset.base}evidence/"):
            return None
        rows = self.dataset.rows(QUOTED % thing)
        return next((f"{title.value}, {start.value}-{end.value}" for title, start, end, _ in rows), None)

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
