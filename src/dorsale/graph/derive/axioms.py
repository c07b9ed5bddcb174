"""
The axioms of the ontology, read as rules.

What OWL RL lets follow from sub-classes, sub-properties, domains, ranges, inverses, symmetry, transitivity, chains
and defined classes, one CONSTRUCT for each term. An axiom of which more would follow than these say is refused:
a reasoner that leaves a chain out without a word is worse than none.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from dorsale.errors import Place, RuleError
from dorsale.names import prefixes, public, shorten

Node = NamedNode | BlankNode
TYPE, LABEL, FIRST, REST, NIL, THING = (
    public(name) for name in ("rdf:type", "rdfs:label", "rdf:first", "rdf:rest", "rdf:nil", "owl:Thing")
)
SUBCLASS, SUBPROPERTY, DOMAIN, RANGE = (
    public(f"rdfs:{name}") for name in ("subClassOf", "subPropertyOf", "domain", "range")
)
EQUIVALENT, INVERSE, CHAIN, INTERSECTION, UNION, ON, SOME, MEMBERS, DISJOINT = (
    public(f"owl:{name}")
    for name in (
        "equivalentClass", "inverseOf", "propertyChainAxiom", "intersectionOf", "unionOf", "onProperty",
        "someValuesFrom", "members", "disjointWith",
    )
)  # fmt: skip
CLASSES = {public("owl:Class"), public("rdfs:Class")}
SYMMETRIC, TRANSITIVE, ALL_DISJOINT = (
    public(f"owl:{name}") for name in ("SymmetricProperty", "TransitiveProperty", "AllDisjointClasses")
)
# More follows from these than the readings say: not understood, so not passed over.
UNREAD = {
    public(f"owl:{name}")
    for name in (
        "FunctionalProperty", "InverseFunctionalProperty", "ReflexiveProperty", "hasKey", "hasValue", "hasSelf",
        "allValuesFrom", "oneOf", "maxCardinality", "maxQualifiedCardinality", "equivalentProperty", "sameAs",
    )
}  # fmt: skip
Reading = tuple[str, dict[str, str], str]


@dataclass(frozen=True)
class Axioms:
    """The axioms of an ontology, by subject and property."""

    of: Mapping[Node, Mapping[NamedNode, list[Node]]]
    labels: Mapping[Node, Mapping[str, str]]
    used: frozenset[Node]

    @classmethod
    def read(cls, triples: Iterable[Triple]) -> "Axioms":
        """Return the axioms among triples."""
        of: dict[Node, dict[NamedNode, list[Node]]] = defaultdict(lambda: defaultdict(list))
        labels: dict[Node, dict[str, str]] = defaultdict(dict)
        used = set()
        for triple in triples:
            if isinstance(triple.subject, Triple):
                continue
            if isinstance(triple.object, NamedNode | BlankNode):
                of[triple.subject][triple.predicate].append(triple.object)
                used |= {triple.predicate, triple.object}
            elif isinstance(triple.object, Literal) and triple.predicate == LABEL and triple.object.language:
                labels[triple.subject][triple.object.language] = triple.object.value
        return cls(of, labels, frozenset(used))

    def values(self, subject: Node, predicate: NamedNode) -> list[Node]:
        """Return what an axiom says of a term."""
        return self.of[subject][predicate] if subject in self.of and predicate in self.of[subject] else []

    def named(self, predicate: NamedNode) -> Iterator[tuple[NamedNode, list[Node]]]:
        """Yield each named term that has a property, with its values, both in a fixed order for named ones."""
        for subject in sorted((s for s in self.of if isinstance(s, NamedNode)), key=lambda term: term.value):
            if values := self.values(subject, predicate):
                yield subject, sorted(values, key=lambda term: term.value)

    def listed(self, node: Node) -> list[Node]:
        """Return the members of an RDF list."""
        found = []
        while node != NIL:
            found += self.values(node, FIRST)
            (node,) = self.values(node, REST)
        return found

    @cached_property
    def classes(self) -> frozenset[NamedNode]:
        """The classes that have a name."""
        return frozenset(
            term for term in self.of if isinstance(term, NamedNode) and CLASSES & set(self.values(term, TYPE))
        )

    @cached_property
    def apart(self) -> Mapping[NamedNode, frozenset[NamedNode]]:
        """The classes that exclude each class, by themselves or by what stands above them."""
        above = {term: self.above(term) for term in self.classes}
        pairs: set[tuple[Node, Node]] = {(one, other) for one, others in self.named(DISJOINT) for other in others}
        for node in self.of:
            if ALL_DISJOINT in self.values(node, TYPE):
                members = [member for head in self.values(node, MEMBERS) for member in self.listed(head)]
                pairs |= {(one, other) for one in members for other in members if one != other}
        pairs |= {(other, one) for one, other in pairs}
        return {
            one: frozenset(other for other in above if any((a, b) in pairs for a in above[one] for b in above[other]))
            for one in above
        }

    def above(self, term: NamedNode) -> set[NamedNode]:
        """Return a class and the named ones that it is a sub-class of."""
        found = {term}
        waiting = [term]
        while waiting:
            for node in self.values(waiting.pop(), SUBCLASS):
                if isinstance(node, NamedNode) and node not in found:
                    found.add(node)
                    waiting.append(node)
        return found

    def label(self, term: Node, tongue: str) -> str:
        """Return how a term is called; one of another vocabulary, that no file of ours labels, by its local name."""
        return self.labels.get(term, {}).get(tongue) or re.split(r"[#/:]", term.value.rstrip("#/"))[-1]


def readings(triples: Iterable[Triple], place: Place) -> Iterator[Reading]:
    """
    Yield the name, the title and the CONSTRUCT of each rule that axioms entail.

    An axiom that no rule stands for raises :class:`RuleError` at ``place``, the folder of the ontology.
    """
    axioms = Axioms.read(triples)
    if unread := sorted(term.value for term in axioms.used & UNREAD):
        raise RuleError(place=place, reason=f"{shorten(unread[0], prefixes())}: no rule stands for this axiom")
    yield from _classes(axioms, place)
    yield from _properties(axioms, place)


def _reading(axioms: Axioms, kind: str, terms: list[Node], fr: str, en: str, head: str, body: str) -> Reading:
    name = f"{kind}({axioms_name(terms[0])})"
    title = {
        tongue: text.format(*(axioms.label(term, tongue) for term in terms))
        for tongue, text in (("fr", fr), ("en", en))
    }
    return name, title, f"CONSTRUCT {{ {head} }} WHERE {{ {body} }}"


def axioms_name(term: Node) -> str:
    """Return the local name of one of our terms, or the prefixed name of another."""
    name = shorten(term.value, prefixes())
    return name.removeprefix("dor:")


def _classes(axioms: Axioms, place: Place) -> Iterator[Reading]:
    for term, above in axioms.named(SUBCLASS):
        if wider := [node for node in above if isinstance(node, NamedNode) and node not in (term, THING)]:
            yield _reading(
                axioms, "subClassOf", [term, wider[0]],
                "« {0} » : « {1} » plus précisément", "a \"{0}\" is a \"{1}\"",
                " ".join(f"?x a {node} ." for node in wider), f"?x a {term} .",
            )  # fmt: skip
        if any(isinstance(node, BlankNode) for node in above):
            raise _unread(term, SUBCLASS, place)
    for term, definitions in axioms.named(EQUIVALENT):
        for definition in definitions:
            if isinstance(definition, NamedNode):
                yield _reading(
                    axioms, "equivalentClass", [term, definition],
                    "« {0} » et « {1} » sont une même classe", "\"{0}\" and \"{1}\" are one class",
                    f"?x a {definition} .", f"?x a {term} .",
                )  # fmt: skip
                yield _reading(
                    axioms, "equivalentClass", [definition, term],
                    "« {0} » et « {1} » sont une même classe", "\"{0}\" and \"{1}\" are one class",
                    f"?x a {term} .", f"?x a {definition} .",
                )  # fmt: skip
            else:
                body = " ".join(_expression(axioms, definition, "?x", iter(range(1, 100)), term, place))
                yield _reading(
                    axioms, "equivalentClass", [term],
                    "« {0} » : par définition", "\"{0}\", by its definition", f"?x a {term} .", body,
                )  # fmt: skip


def _expression(
    axioms: Axioms, node: Node, variable: str, fresh: Iterator[int], term: NamedNode, place: Place
) -> Iterator[str]:
    """Yield the patterns that make a thing a member of a class expression."""
    if isinstance(node, NamedNode):
        if node != THING:
            yield f"{variable} a {node} ."
    elif heads := axioms.values(node, INTERSECTION):
        for member in axioms.listed(heads[0]):
            yield from _expression(axioms, member, variable, fresh, term, place)
    elif (on := axioms.values(node, ON)) and (some := axioms.values(node, SOME)):
        other = f"?y{next(fresh)}"
        yield _link(axioms, on[0], variable, other, term, place)
        yield from _expression(axioms, some[0], other, fresh, term, place)
    else:
        raise _unread(term, EQUIVALENT, place)


def _link(axioms: Axioms, node: Node, subject: str, value: str, term: NamedNode, place: Place) -> str:
    """Return the pattern of a property, or of the inverse of one."""
    if isinstance(node, NamedNode):
        return f"{subject} {node} {value} ."
    inverse = axioms.values(node, INVERSE)
    if len(inverse) != 1 or not isinstance(inverse[0], NamedNode):
        raise _unread(term, INVERSE, place)
    return f"{value} {inverse[0]} {subject} ."


def _properties(axioms: Axioms, place: Place) -> Iterator[Reading]:
    for term, above in axioms.named(SUBPROPERTY):
        if any(isinstance(node, BlankNode) for node in above):
            raise _unread(term, SUBPROPERTY, place)
        yield _reading(
            axioms, "subPropertyOf", [term, above[0]],
            "« {0} » implique « {1} »", "\"{0}\" implies \"{1}\"",
            " ".join(f"?x {node} ?y ." for node in above if node != term), f"?x {term} ?y .",
        )  # fmt: skip
    for predicate, kind, variable, fr, en in (
        (DOMAIN, "domain", "?x", "« {0} » ne se dit que de : « {1} »", 'only a "{1}" has "{0}"'),
        (RANGE, "range", "?y", "« {0} » mène à : « {1} »", '"{0}" leads to a "{1}"'),
    ):
        for term, of in axioms.named(predicate):
            # A datatype is no class: a literal is no thing that a type could be said of.
            if classes := [node for node in of if node in axioms.classes]:
                head = " ".join(f"{variable} a {node} ." for node in classes)
                yield _reading(axioms, kind, [term, classes[0]], fr, en, head, f"?x {term} ?y .")
            if any(isinstance(node, BlankNode) for node in of):
                raise _unread(term, predicate, place)
    yield from _inverses(axioms)
    for term in sorted((t for t in axioms.of if isinstance(t, NamedNode)), key=lambda t: t.value):
        types = axioms.values(term, TYPE)
        if SYMMETRIC in types:
            fr, en = "« {0} » vaut dans les deux sens", '"{0}" holds both ways'
            yield _reading(axioms, "symmetric", [term], fr, en, f"?y {term} ?x .", f"?x {term} ?y .")
        if TRANSITIVE in types:
            fr, en = "« {0} » se transmet de proche en proche", '"{0}" is handed on from one to the next'
            yield _reading(axioms, "transitive", [term], fr, en, f"?x {term} ?z .", f"?x {term} ?y . ?y {term} ?z .")
    for term, chains in axioms.named(CHAIN):
        for number, chain in enumerate(chains):
            steps = axioms.listed(chain)
            body = " ".join(
                _link(axioms, step, f"?x{here}", f"?x{there}", term, place)
                for step, (here, there) in zip(steps, pairwise(range(len(steps) + 1)), strict=True)
            )
            name, title, construct = _reading(
                axioms, "chain", [term],
                "« {0} », de proche en proche", "\"{0}\", step by step",
                f"?x0 {term} ?x{len(steps)} .", body,
            )  # fmt: skip
            yield (name if len(chains) == 1 else f"{name[:-1]}, {number + 1})"), title, construct


def _inverses(axioms: Axioms) -> Iterator[Reading]:
    """Yield both directions of each pair of inverse properties, once each."""
    pairs: dict[NamedNode, set[Node]] = defaultdict(set)
    for term, others in axioms.named(INVERSE):
        for other in others:
            if isinstance(other, NamedNode):
                pairs[term].add(other)
                pairs[other].add(term)
    for term in sorted(pairs, key=lambda t: t.value):
        others = sorted(pairs[term], key=lambda t: t.value)
        yield _reading(
            axioms, "inverseOf", [term, others[0]],
            "« {1} » est l'inverse de « {0} »", "\"{1}\" is the inverse of \"{0}\"",
            " ".join(f"?y {other} ?x ." for other in others), f"?x {term} ?y .",
        )  # fmt: skip


def _unread(term: NamedNode, axiom: NamedNode, place: Place) -> RuleError:
    known = prefixes()
    said = f"{shorten(axiom.value, known)} of {shorten(term.value, known)}"
    return RuleError(place=place, reason=f"{said}: no rule stands for this axiom")
