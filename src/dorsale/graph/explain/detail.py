"""
Sums, figures, shares and functions in words: the things that no text names, told by what is said of them.

Told from some passages only, such a thing is what these passages say of it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from dorsale.graph.labels import Labels, Term
from dorsale.graph.store import VIEW, Dataset
from dorsale.names import dor, public
from dorsale.words import catalogue, say

TYPE = public("rdf:type")
# What tells such a thing, in the order in which it is said; what comes after ``status`` stands in brackets.
TOLD: dict[NamedNode, tuple[NamedNode, ...]] = {
    dor("Observation"): tuple(map(dor, (
        "indicator", "value", "minimumValue", "maximumValue", "unit", "qualifier",
        "status", "technology", "rateOf", "period", "observedOn", "targetDate",
    ))),
    dor("Funding"): tuple(map(dor, (
        "amount", "minimumAmount", "maximumAmount", "currency", "qualifier",
        "amountKind", "fundingStatus", "taxBasis", "period",
    ))),
    dor("Shareholding"): (dor("holder"), dor("share"), dor("company")),
    public("org:Membership"): (
        dor("functionTitle"), public("org:member"), public("org:organization"), dor("startsOn"), dor("endsOn"),
    ),
}  # fmt: skip
COMPUTED = dor("ComputedObservation")
TOLD[COMPUTED] = TOLD[dor("Observation")]
UNCOMPUTED = dor("UncomputedObservation")
TOLD[UNCOMPUTED] = (dor("couldBe"),)
# These would not be understood without their name.
NAMED = {dor("rateOf"), dor("targetDate")}
# What stands before the brackets.
SPOKEN = set(map(dor, (
    "indicator", "value", "minimumValue", "maximumValue", "unit", "qualifier",
    "amount", "minimumAmount", "maximumAmount", "currency", "amountKind",
)))  # fmt: skip
ABOUT = {dor("Observation"): dor("about"), COMPUTED: dor("about"), dor("Funding"): dor("purpose")}


@dataclass(frozen=True, slots=True)
class Detail:
    """What is said of a sum, a figure, a share or a function: its class, and the values of what tells it."""

    kind: NamedNode
    values: Mapping[NamedNode, tuple[Term, ...]]
    about: tuple[Term, ...]

    @property
    def computed(self) -> bool:
        """Whether it was computed, and is said by nobody."""
        return self.kind == COMPUTED

    @property
    def uncomputed(self) -> bool:
        """Whether it is what could not be computed."""
        return self.kind == UNCOMPUTED

    def first(self, *names: str) -> Term | None:
        """Return the first value of the first of these properties that has one."""
        return next((self.values[dor(name)][0] for name in names if dor(name) in self.values), None)


def detail(dataset: Dataset, thing: Term, passages: Collection[NamedNode] | None = None) -> Detail | None:
    """
    Return what tells a thing of these classes, as all graphs or as these passages say; another thing has none.

    No passage says what a computed figure is, or one that is not computed, so it is told whole.
    """
    if not isinstance(thing, NamedNode):
        return None
    quads = dataset.store.quads_for_pattern
    kinds = {quad.object for quad in quads(thing, TYPE, None, VIEW)}
    if (kind := next((kind for kind in TOLD if kind in kinds), None)) is None:
        return None
    said: dict[NamedNode, list[Term]] = {}
    for graph in (
        [VIEW]
        if passages is None or kind in (COMPUTED, UNCOMPUTED)
        else sorted(passages, key=lambda passage: passage.value)
    ):
        for quad in quads(thing, None, None, graph):
            if quad.object not in (values := said.setdefault(quad.predicate, [])):
                values.append(quad.object)
    told = {predicate: tuple(sorted(said[predicate], key=str)) for predicate in TOLD[kind] if predicate in said}
    return Detail(kind, told, tuple(sorted(said.get(ABOUT.get(kind, kind), ()), key=str)))


def told(labels: Labels, found: Detail, but: Collection[Term] = ()) -> str:
    """Return a detail as a person reads it, without the things of ``but``, which the reader knows."""
    if found.kind not in ABOUT:
        parts = [term for values in found.values.values() for term in values if term not in but]
        text = ", ".join(map(labels.said, parts))
        return say("told", labels.language, what=labels.label(UNCOMPUTED), quantity=text) if found.uncomputed else text
    brackets = [
        say("told", labels.language, what=labels.label(predicate), quantity=labels.said(term))
        if predicate in NAMED
        else labels.said(term)
        for predicate, values in found.values.items()
        if predicate not in SPOKEN
        for term in values
    ]
    head = found.first("indicator", "amountKind")
    things = [labels.said(term) for term in found.about if term not in but]
    text = _quantity(labels, found)
    text = say("told", labels.language, what=labels.said(head), quantity=text) if head else text
    text = say("told-about", labels.language, said=text, things=", ".join(things)) if things else text
    return f"{text} ({', '.join(brackets)})" if brackets else text


def _quantity(labels: Labels, found: Detail) -> str:
    """Return the number of a figure or a sum with its unit and its qualifiers."""
    exact = found.first("value", "amount")
    low, high = found.first("minimumValue", "minimumAmount"), found.first("maximumValue", "maximumAmount")
    tongue = labels.language
    if exact is not None:
        text = labels.said(exact)
    elif low is not None and high is not None:
        text = say("told-range", tongue, low=labels.said(low), high=labels.said(high))
    elif low is not None or high is not None:
        text = say("told-from" if low is not None else "told-to", tongue, limit=labels.said(low or high))
    else:
        text = ""
    if text and (unit := found.first("unit", "currency")) is not None and isinstance(unit, NamedNode):
        name = unit.value.rsplit("/", 1)[-1]
        key = f"unit-{name}"
        text = say(key, tongue, n=text) if key in catalogue(tongue) else f"{text} {labels.label(unit)}"
    qualifiers = [labels.said(term) for term in found.values.get(dor("qualifier"), ())]
    return " ".join([*qualifiers, *([text] if text else [])]) or say("not-stated", tongue)
