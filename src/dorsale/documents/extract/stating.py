"""
From the roles of a frame to triples: a template with its variables bound.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product

from pyoxigraph import Literal, NamedNode, Triple

from dorsale.documents.extract.lexicon import Thing
from dorsale.documents.frames import variable
from dorsale.documents.values import Value
from dorsale.names import CODE, dor, public

FUNDER, PERIOD, TARGET = dor("funder"), dor("period"), dor("targetDate")
# The dates that may be periods.
PERIODS = frozenset({"observedOn", "period", "issued", "heldOn"})
# Which properties take the two ends of a range.
RANGES = {"value": ("minimumValue", "maximumValue"), "amount": ("minimumAmount", "maximumAmount")}


def instances(triple: Triple, terms: Mapping[str, Sequence[object]]) -> Iterator[Triple]:
    """Yield a triple of a template with its variables bound; one with an unbound variable states nothing."""
    ends: list[Sequence[object]] = []
    for term in (triple.subject, triple.object):
        name = variable(term)
        ends.append(terms.get(name, ()) if name else (term,))
    for first, second in product(*ends):
        subject = node(first)
        if subject is None:
            continue
        if isinstance(second, Value):
            yield from _valued(subject, triple.predicate, second)
        elif isinstance(second, Literal):
            yield Triple(subject, triple.predicate, second)
        elif (object_ := node(second)) is not None and object_ != subject:
            # A fund is a programme: it is what pays, who pays is its steward.
            fund = isinstance(second, Thing) and triple.predicate == FUNDER and "Fund" in second.classes
            yield Triple(subject, dor("fundedUnder") if fund else triple.predicate, object_)


def node(term: object) -> NamedNode | None:
    """Return the node that a role holds, if it holds one."""
    return term if isinstance(term, NamedNode) else term.iri if isinstance(term, Thing) else None


def _valued(subject: NamedNode, predicate: NamedNode, value: Value) -> Iterator[Triple]:
    """Yield what a value states: itself, the ends of its range, its qualifiers, the date that it aims at."""
    name = predicate.value.rsplit("#", 1)[-1]
    lexical, datatype = value.literals[0]
    years = [text for text, kind in value.literals if kind == "gYear"]
    periods = [text for text, kind in value.literals if kind == "edtf"]
    if name in RANGES:
        yield from _figure(subject, predicate, value, name)
    elif len(years) > 1 and name == "observedOn":
        if value.target:  # what is to be done from 2020 to 2023 is to be done in 2023
            yield Triple(subject, TARGET, _literal(years[-1], "gYear"))
        # "de 2017 à 2020" says when the work was done, not when it was counted
    elif len(years) > 1 and predicate == PERIOD and "/project/" in subject.value:
        yield Triple(subject, dor("startedOn"), _literal(years[0], "gYear"))
        yield Triple(subject, TARGET if value.target else dor("completedOn"), _literal(years[-1], "gYear"))
    elif periods and (name not in PERIODS or (value.target and name == "observedOn")) and periods[-1][:4].isdigit():
        # « annoncée pour le premier semestre 2023 »: what was counted has a period, an aim and the rest its year
        yield Triple(subject, TARGET if value.target else predicate, _literal(periods[-1][:4], "gYear"))
    elif periods:
        yield Triple(subject, PERIOD, Literal(periods[-1]))
    else:
        yield Triple(subject, TARGET if value.target else predicate, _literal(lexical, datatype))


def _figure(subject: NamedNode, predicate: NamedNode, value: Value, name: str) -> Iterator[Triple]:
    if value.minimum is not None and value.maximum is not None and value.minimum != value.maximum:
        for end, bound in zip(RANGES[name], (value.minimum, value.maximum), strict=True):
            yield Triple(subject, dor(end), _literal(_plain(bound), "decimal"))
        return
    number = next((text for text, kind in value.literals if kind == "decimal"), value.literals[0][0])
    capped = name == "amount" and "at-most" in value.qualifiers  # nobody says that so much is given
    yield Triple(subject, dor("maximumAmount") if capped else predicate, _literal(number, "decimal"))
    for qualifier in sorted(value.qualifiers - ({"all", "at-most"} if capped else {"all"})):
        yield Triple(subject, dor("qualifier"), NamedNode(f"{CODE}qualifier/{qualifier}"))


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _literal(lexical: str, datatype: str) -> Literal:
    """Return a literal; a whole number is written without a point."""
    whole = datatype == "decimal" and lexical.removeprefix("-").isdecimal()
    return Literal(lexical, datatype=public(f"xsd:{'integer' if whole else datatype}"))
