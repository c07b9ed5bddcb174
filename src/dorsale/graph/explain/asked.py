"""Which facts a person asks about, who names a subject, a property and perhaps an object by the words they go by."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pyoxigraph import Literal, NamedNode, Triple

from dorsale.graph.explain.carrying import names
from dorsale.graph.explain.proof import facts
from dorsale.graph.find import find, the
from dorsale.graph.labels import Term
from dorsale.graph.store import Dataset
from dorsale.names import fold, public

TYPE = public("rdf:type")
KINDS = [public(f"owl:{kind}") for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")]
# Turtle's word, and the one that everybody uses.
TYPED = {"a", "type", "est", "is"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The facts that a question names; where there is none, ``others`` are the values that the property has instead."""

    subject: NamedNode
    predicate: NamedNode
    words: str | None
    facts: tuple[Triple, ...]
    others: tuple[Term, ...] = ()


def asked(dataset: Dataset, subject: str, predicate: str, value: str | None = None) -> Asked:
    """
    Return the facts that a subject, a property and a value mean; without a value, those with any.

    Raises :class:`UnknownName` and :class:`AmbiguousName` for words that do not name one thing or one property.
    A value that a property has not is an answer: no fact.
    """
    thing, which = the(dataset, subject), _property(dataset, predicate)
    there = facts(dataset, thing, which)
    if value is None:
        return Asked(thing, which, None, tuple(there))
    meant = tuple(fact for fact in there if _means(dataset, fact.object, value))
    if not meant and not re.search(r"\d", value) and not find(dataset, value):
        # Neither a value that is there nor the name of anything: the question is at fault, not the graph.
        the(dataset, value)
    return Asked(thing, which, value, meant, () if meant else tuple(fact.object for fact in there))


def _property(dataset: Dataset, words: str) -> NamedNode:
    """Return the property that words name: by its name, by a label, by its IRI."""
    if words.strip().casefold() in TYPED:
        return TYPE
    known = [*_properties(dataset), TYPE]
    return the(dataset, words, known)


def _properties(dataset: Dataset) -> Iterator[NamedNode]:
    ontology = NamedNode(f"{dataset.base}graph/ontology")
    for kind in KINDS:
        for quad in dataset.store.quads_for_pattern(None, TYPE, kind, ontology):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject


def _means(dataset: Dataset, term: Term, words: str) -> bool:
    """Say whether words mean a value: a thing or code by any of its names, a number in any writing, a text whole."""
    if isinstance(term, NamedNode):
        return term in find(dataset, words, [term]) or fold(words) in map(fold, names(dataset, term))
    if not isinstance(term, Literal):
        return False
    there = _numbers(term.value)
    return bool(there and there & _numbers(words)) or fold(words) == fold(term.value)


def _numbers(words: str) -> set[Decimal]:
    """Return the numbers that may be meant: with any space between the digits, a comma in French or in English."""
    written = re.sub(r"\s", "", words)
    readings = {written.replace(",", ".")}
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", written):
        readings.add(written.replace(",", ""))
    return {Decimal(reading) for reading in readings if re.fullmatch(r"-?\d+(\.\d+)?", reading)}
