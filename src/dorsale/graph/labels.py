"""
What things, values and columns of a dataset are called in a language.

Whoever shows a term to a person asks here, so that one thing has one name in every answer.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from dorsale.dates import dated
from dorsale.graph.store import VIEW, Dataset
from dorsale.names import DOR, LOCAL, PUBLIC, prefixes, public, shorten
from dorsale.words import catalogue, say

XSD = PUBLIC["xsd"]
Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of time in the units that it was written in: ``(("years", 15),)``."""

    parts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """The numbers of the notes that support a row; without one, no passage does."""

    numbers: tuple[int, ...]

    def __str__(self) -> str:
        return " ".join(f"[{number}]" for number in self.numbers)


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words of a passage, with the title of their document, where they stand in it, and their language."""

    words: str
    title: str = ""
    start: int = 0
    end: int = 0
    language: str | None = None

    def __str__(self) -> str:
        return f"« {self.words} » ({self.title}, {self.start}-{self.end})" if self.title else self.words


Cell = str | bool | Decimal | date | Duration | Notes | None
NUMBERS = {
    *("decimal", "double", "float", "integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger"),
    *("nonPositiveInteger", "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
}
DIGITS = 30
# What a terminal takes for an order and no one can read is shown as the picture that Unicode has of it.
CONTROLS: dict[int, int] = {
    **{code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"},
    **dict.fromkeys((*range(127, 160), 0xFFFE, 0xFFFF), 0xFFFD),
}


def number(value: object, language: str) -> str:
    """Return a number as it is written: ``13 000,5`` in French, ``13,000.5`` in English."""
    written = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return written.translate({ord(","): "\u202f", ord("."): ","}) if language == "fr" else written


def said(cell: Cell, language: str) -> str:
    """Return a cell as a person reads it: dates and durations in words, *not stated* where nothing is said."""
    if cell is None:
        return say("not-stated", language)
    if isinstance(cell, bool):
        return say("yes" if cell else "no", language)
    if isinstance(cell, Decimal):
        return number(cell, language)
    if isinstance(cell, Duration):
        return " ".join(say(unit, language, n=count) for unit, count in cell.parts)
    if isinstance(cell, date):
        day, _, hour = cell.isoformat().partition("T")
        return ", ".join(filter(None, (dated(day, language), hour)))
    if cell == Notes(()):
        return say("no-passage", language)
    return str(cell).translate(CONTROLS)


LABELS = (public("rdfs:label"), public("skos:prefLabel"))
NAMELESS = NamedNode(f"{DOR}unnamed")
# Of so many things the labels are at hand; an answer may name more.
KNOWN = 20_000
Key = TypeVar("Key")
Value = TypeVar("Value")
TITLES = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX dor: <https://w3id.org/dorsale/ontology#>
SELECT ?title { ?document a dor:Document ; dcterms:title ?title } ORDER BY ?title
"""
UNNAMED = """
PREFIX dor: <https://w3id.org/dorsale/ontology#>
SELECT ?kind WHERE {
  %s dor:unnamed true .
  GRAPH ?evidence { %s a ?kind }
  ?evidence a dor:Evidence .
} ORDER BY ?kind
"""
TITLE, PUBLISHER, ISSUED, LANGUAGE = (
    public(f"dcterms:{name}") for name in ("title", "publisher", "issued", "language")
)
QUOTED_FROM, EXACT = public("prov:wasQuotedFrom"), public("oa:exact")
START, END = public("oa:start"), public("oa:end")
# The languages of documents, as the EU's list has them.
TONGUES = {"FRA": "fr", "ENG": "en"}
DATES, PARTIAL = {"date", "dateTime"}, {"gYear", "gYearMonth", "gMonth", "gMonthDay"}
# A date that a query made a string, or what XML Schema has no datatype for: a season, from one time to another.
WRITTEN = re.compile(r"\d{4}-\d\d(?:-\d\d)?|(?:\.\.|\d{4}[\d-]*)/(?:\.\.|\d{4}[\d-]*)")
SPAN = re.compile(r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?")


class Labels:
    """
    What things, values and columns of a dataset are called in a language; each is looked up once.

    ``bare``, a thing goes by its prefixed name and a column by its variable.
    """

    def __init__(self, dataset: Dataset, language: str, bare: bool = False) -> None:
        self.dataset = dataset
        self.language = language
        self.bare = bare
        self.known: dict[NamedNode, str] = {}
        self.sources: dict[Term, Cell] = {}
        self.quotations: dict[Term, Quotation] = {}

    def cell(self, term: Term | None) -> Cell:
        """Return a term as a value for people: a label, a number, a duration, a yes or no."""
        if isinstance(term, NamedNode):
            return self.label(term)
        if not isinstance(term, Literal):
            return None if term is None else str(term)
        kind = term.datatype.value.removeprefix(XSD)
        if kind in NUMBERS:
            return _number(term.value)
        if kind == "boolean":
            return term.value == "true"
        if kind in ("duration", "yearMonthDuration") and (span := SPAN.fullmatch(term.value)):
            return Duration(tuple((unit, int(count)) for unit, count in span.groupdict().items() if count))
        if kind in DATES:
            return _dated(term.value, datetime if kind == "dateTime" else date)
        return dated(term.value, self.language) if kind in PARTIAL or WRITTEN.fullmatch(term.value) else term.value

    def label(self, thing: NamedNode) -> str:
        """
        Return the label of a thing in the language, else in the other one, else its kind, else its prefixed name.

        A passage goes by its document and offsets.
        """
        if self.bare:
            return self.name(thing)
        if thing not in self.known:
            said = dict(sorted(self._labels(thing)))
            order = (self.language, "fr", "en", "")
            label = next((said[tongue] for tongue in order if tongue in said), None)
            label = label or self._passage(thing) or self._unnamed(thing) or self._public(thing)
            _remember(self.known, thing, label)
        return self.known[thing]

    def _labels(self, thing: NamedNode) -> Iterator[tuple[str, str]]:
        """Yield the labels of a thing after their languages; looked up one by one, a query would take its time."""
        for property in LABELS:
            for quad in self.dataset.store.quads_for_pattern(thing, property, None, VIEW):
                if isinstance(quad.object, Literal):
                    yield quad.object.language or "", quad.object.value

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
        return say("together", self.language, all=" + ".join(map(self.said, terms)))

    def source(self, document: Term | None) -> Cell:
        """Return who says so: the publisher of a document and its date, or that it has none."""
        if document is None or self.bare:
            return self.cell(document)
        if document not in self.sources:
            _remember(self.sources, document, self._source(document))
        return self.sources[document]

    def _source(self, document: Term) -> Cell:
        if (title := self._first(document, TITLE)) is None:
            return self.cell(document)
        publisher, issued = self._first(document, PUBLISHER), self._first(document, ISSUED)
        who = self.label(publisher) if isinstance(publisher, NamedNode) else title.value
        return say("said-on" if issued else "said-undated", self.language, who=who, date=self.said(issued))

    def _first(self, thing: Term | None, property: NamedNode) -> Any:
        """Return the first value of a property by name, or None; looked up, since a query would take its time."""
        if not isinstance(thing, NamedNode | BlankNode):
            return None
        found = (quad.object for quad in self.dataset.store.quads_for_pattern(thing, property, None, VIEW))
        return min(found, key=str, default=None)

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The titles of the documents of a dataset, in their order."""
        return tuple(title.value for (title,) in self.dataset.rows(TITLES))

    def name(self, thing: NamedNode) -> str:
        """Return the prefixed name of a thing, or its IRI."""
        return shorten(thing.value, prefixes(self.dataset.base)).strip("<>")

    def _public(self, thing: NamedNode) -> str:
        """Return what a term that no file of ours labels is called, or its prefixed name."""
        name = self.name(thing)
        key = f"term-{name.replace(':', '-')}"
        return say(key, self.language) if key in catalogue(self.language) else name

    def _passage(self, thing: NamedNode) -> str | None:
        """Return where a passage stands."""
        if not thing.value.startswith(f"{self.dataset.base}evidence/"):
            return None
        found = self._quoted(thing)
        return f"{found.title}, {found.start}-{found.end}" if found else None

    def _unnamed(self, thing: NamedNode) -> str | None:
        """Return what a thing that its text does not name is, in words."""
        if not any(self.dataset.store.quads_for_pattern(thing, NAMELESS, None, VIEW)):
            return None
        for (kind,) in self.dataset.rows(UNNAMED % (thing, thing)):
            return say("unnamed", self.language, kind=self.label(kind))
        return None

    def heading(self, variable: str) -> str:
        """Return what a column is called: in a word of ours, else by the label of the term that has its name."""
        if self.bare:
            return variable
        if (key := f"column-{variable}") in catalogue(self.language):
            return say(key, self.language)
        term = NamedNode(DOR + variable) if LOCAL.fullmatch(variable) else None
        label = self.label(term) if term else variable
        return variable if label == f"dor:{variable}" else label

    def quotation(self, passage: Term) -> Quotation:
        """Return the words of a passage; what is none stands for itself."""
        if passage not in self.quotations:
            _remember(self.quotations, passage, self._quoted(passage) or Quotation(self.said(passage)))
        return self.quotations[passage]

    def _quoted(self, passage: Term) -> Quotation | None:
        document = self._first(passage, QUOTED_FROM)
        title = self._first(document, TITLE)
        start, end, exact = (self._first(passage, one) for one in (START, END, EXACT))
        if title is None or start is None or end is None or exact is None:
            return None
        language = self._first(document, LANGUAGE)
        words, tongue = " ".join(exact.value.split()), language and TONGUES.get(language.value.rsplit("/", 1)[-1])
        return Quotation(words, title.value, int(start.value), int(end.value), tongue)


def _remember(known: dict[Key, Value], key: Key, value: Value) -> None:
    """Keep what was looked up; so much that memory stays bounded."""
    if len(known) >= KNOWN:
        known.clear()
    known[key] = value


def _number(written: str) -> Decimal | str:
    """Return a number; one that no person would write out, or none, stays as it is written."""
    with suppress(InvalidOperation):
        if (found := Decimal(written)).is_finite() and abs(found.adjusted()) < DIGITS:
            return found
    return written


def _dated(written: str, kind: type[date]) -> date | str:
    """Return a day, or a day with its hour; what the calendar has not stays as it is written, and so does a zone."""
    with suppress(ValueError):
        if (found := kind.fromisoformat(written)).isoformat() == written:
            return found
    return written
