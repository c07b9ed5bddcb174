"""
Which things a shape is about, as its targets say.
"""

from dataclasses import dataclass

from pyoxigraph import NamedNode
from rdflib import RDF, RDFS, Graph
from rdflib.namespace import SH
from rdflib.term import Node

from dorsale.graph.validate.paths import CLASS, back, walk
from dorsale.graph.validate.state import State, Term
from dorsale.graph.validate.view import here


@dataclass(frozen=True)
class Target:
    """The targets of a shape: things by name, members of classes, and what has or is a value of a property."""

    named: frozenset[Term]
    classes: frozenset[Term]
    having: frozenset[NamedNode]
    valued: frozenset[NamedNode]

    @classmethod
    def of(cls, shape: Node, shapes: Graph) -> "Target":
        """Return the targets of a shape; one that is also a class is about its members."""

        def said(property: Node) -> frozenset[Term]:
            return frozenset(map(here, shapes.objects(shape, property)))

        def properties(property: Node) -> frozenset[NamedNode]:
            return frozenset(term for term in said(property) if isinstance(term, NamedNode))

        kinds = {RDFS.Class, *shapes.subjects(RDFS.subClassOf, RDFS.Class)}
        implicit = {here(shape)} if kinds.intersection(shapes.objects(shape, RDF.type)) else set()
        return cls(
            said(SH.targetNode),
            said(SH.targetClass) | implicit,
            properties(SH.targetSubjectsOf),
            properties(SH.targetObjectsOf),
        )

    def __bool__(self) -> bool:
        return bool(self.named or self.classes or self.having or self.valued)

    def things(self, state: State) -> set[Term]:
        """Return every focus node."""
        found = set(self.named) | walk(state, back(CLASS), self.classes)
        found |= {triple.subject for property in self.having for triple in state.triples(None, property, None)}  # type: ignore[misc]
        found |= {triple.object for property in self.valued for triple in state.triples(None, property, None)}  # type: ignore[misc]
        return found

    def meets(self, state: State, thing: Term) -> bool:
        """Say whether a thing is a focus node."""
        return (
            thing in self.named
            or any(True for property in self.having for _ in state.objects(thing, property))
            or any(True for property in self.valued for _ in state.subjects(property, thing))
            or (bool(self.classes) and not self.classes.isdisjoint(walk(state, CLASS, {thing})))
        )
