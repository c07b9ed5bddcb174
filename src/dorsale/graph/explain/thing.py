"""
All that is known of a thing, grouped as a person asks: what it is, its names, its relations in both directions, the
figures about it, the money, the contracts, the events; each line with who says so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from dorsale.graph.explain.detail import ABOUT, TYPE, Detail, detail
from dorsale.graph.explain.proof import Prover, Rule
from dorsale.graph.explain.sources import Source
from dorsale.graph.labels import Term
from dorsale.graph.store import VIEW, Dataset
from dorsale.names import CODE, dor, public

GROUPS = ("kinds", "names", "facts", "relations", "roles", "contracts", "figures", "money", "events", "functions")
NAMES = {public(name) for name in ("rdfs:label", "skos:altLabel", "skos:prefLabel", "skos:notation")}
# What only machines ask for, what a label says again, and what leads to passages that stand under the lines anyway.
ASIDE = {dor("statedIn")} | {
    public(name) for name in ("skos:hiddenLabel", "rdfs:isDefinedBy", "prov:wasQuotedFrom", "igeo:nom")
}
SUBCLASS, SUBPROPERTY = public("rdfs:subClassOf"), public("rdfs:subPropertyOf")
INVERSE = public("owl:inverseOf")
GROUP_OF = {
    dor("Observation"): "figures",
    dor("ComputedObservation"): "figures",
    dor("UncomputedObservation"): "figures",
    dor("Funding"): "money",
    public("org:Membership"): "functions",
    dor("Shareholding"): "relations",
}
CONTRACT, EVENT = dor("Contract"), dor("Event")


@dataclass(frozen=True, slots=True)
class Line:
    """
    One fact of a thing: its property, read backwards where ``inverse``, and the value or thing at the other end.

    ``detail`` tells that thing where it is a sum, a figure or a function; ``rule`` concludes what nobody states, from
    ``premises``.
    """

    predicate: NamedNode
    inverse: bool
    value: Term
    fact: Triple
    sources: tuple[Source, ...]
    detail: Detail | None = None
    rule: Rule | None = None
    premises: tuple[Triple, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a thing, a group after the other; a group without a line is not there."""

    thing: NamedNode
    groups: tuple[tuple[str, tuple[Line, ...]], ...]


def profile(dataset: Dataset, thing: NamedNode, prover: Prover, hierarchy: "Hierarchy | None" = None) -> Profile:
    """
    Return all that is known of a thing; only its own facts and those that name it are looked up.

    Who asks for many things gives them one ``hierarchy``.
    """
    quads = dataset.store.quads_for_pattern
    forward = [quad.triple for quad in quads(thing, None, None, VIEW) if quad.predicate not in ASIDE]
    backward = [quad.triple for quad in quads(None, None, thing, VIEW) if quad.predicate not in ASIDE]
    hierarchy = hierarchy or Hierarchy(dataset)
    lines: dict[str, list[Line]] = {group: [] for group in GROUPS}
    for fact, inverse in _telling(forward, backward, prover, hierarchy):
        other = fact.subject if inverse else fact.object
        assert isinstance(fact.predicate, NamedNode)
        sources = prover.sources.of(fact)
        derived = all(source.kind == "derived" for source in sources)
        rule, premises = (prover.way_of(fact) if derived else None) or (None, ())
        line = Line(fact.predicate, inverse, other, fact, sources, detail(dataset, other), rule, premises)
        lines[_group(line, hierarchy)].append(line)
    return Profile(thing, tuple((group, tuple(sorted(found, key=_order))) for group, found in lines.items() if found))


class Hierarchy:
    """What stands above the classes and properties of a dataset; each is looked up once."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._above: dict[tuple[Term, NamedNode], frozenset[Term]] = {}
        self._backwards: dict[NamedNode, frozenset[Term]] = {}

    def above(self, term: Term, by: NamedNode) -> frozenset[Term]:
        """Return what is above a term, at any distance."""
        if (term, by) not in self._above:
            found: set[Term] = set()
            rest = [term] if isinstance(term, NamedNode) else []
            while rest:
                for quad in self.dataset.store.quads_for_pattern(rest.pop(), by, None, VIEW):
                    if isinstance(quad.object, NamedNode) and quad.object not in found and quad.object != term:
                        found.add(quad.object)
                        rest.append(quad.object)
            self._above[term, by] = frozenset(found)
        return self._above[term, by]

    def classes(self, thing: Term) -> frozenset[Term]:
        """Return the classes of a thing and what is above them."""
        quads = self.dataset.store.quads_for_pattern
        kinds = {quad.object for quad in quads(thing, TYPE, None, VIEW)} if isinstance(thing, NamedNode) else set()
        return frozenset(kinds).union(*(self.above(kind, SUBCLASS) for kind in kinds))

    def backwards(self, predicate: NamedNode) -> frozenset[Term]:
        """Return the properties that say the same the other way round."""
        if predicate not in self._backwards:
            quads = self.dataset.store.quads_for_pattern
            there = {quad.object for quad in quads(predicate, INVERSE, None, VIEW)}
            there |= {quad.subject for quad in quads(None, INVERSE, predicate, VIEW)}
            self._backwards[predicate] = frozenset(there)
        return self._backwards[predicate]


def _telling(
    forward: Iterable[Triple], backward: Iterable[Triple], prover: Prover, hierarchy: Hierarchy
) -> Iterator[tuple[Triple, bool]]:
    """Yield the facts that tell something, and whether backwards: not what only says again, more broadly, another."""
    ahead, back = list(forward), list(backward)

    def stated(fact: Triple) -> bool:
        return prover.sources.stated(fact)

    said = {(fact.predicate, fact.object): stated(fact) for fact in ahead}
    for facts, inverse in ((ahead, False), (back, True)):
        ends = [(fact.predicate, fact.subject if inverse else fact.object, fact) for fact in facts]
        for predicate, end, fact in ends:
            if not stated(fact) and any(
                (predicate in hierarchy.above(other, SUBPROPERTY) and end == there)
                or (predicate == other == TYPE and end in hierarchy.above(there, SUBCLASS))
                for other, there, _ in ends
            ):
                continue
            turned = hierarchy.backwards(predicate) | {predicate}
            if inverse and any((other, end) in said for other in turned):
                continue
            yield fact, inverse


def _group(line: Line, hierarchy: Hierarchy) -> str:
    """Return the group of a line: by what stands at its other end, else by its property."""
    if line.predicate == TYPE:
        return "roles" if line.inverse else "kinds"
    if line.predicate in NAMES:
        return "names"
    if line.detail is not None and (line.inverse or line.detail.kind not in ABOUT):
        return GROUP_OF[line.detail.kind]
    if isinstance(line.value, Literal) or (isinstance(line.value, NamedNode) and line.value.value.startswith(CODE)):
        return "facts"
    classes = hierarchy.classes(line.value) if line.inverse else frozenset()
    if CONTRACT in classes:
        return "contracts"
    if EVENT in classes:
        return "events"
    return "roles" if line.inverse else "relations"


def _order(line: Line) -> tuple[str, bool, str]:
    return (line.predicate.value, line.inverse, str(line.value))
