"""
Our classes, properties and codes, as the ontology files say.

The files are the only list of terms: nothing here knows a term by name, so a new one needs no Python.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from dorsale.errors import UnknownTerms
from dorsale.names import CODE, DOR, prefixes, public, shorten
from dorsale.statements import Statement, read
from dorsale.workspace import Workspace

TYPE, SUBCLASS = public("rdf:type"), public("rdfs:subClassOf")
SUBPROPERTY, INVERSE, SYMMETRIC = (
    public(name) for name in ("rdfs:subPropertyOf", "owl:inverseOf", "owl:SymmetricProperty")
)
ENDS = {public("rdfs:domain"): 0, public("rdfs:range"): 1}
KINDS_OF_CLASS = {public("owl:Class"), public("rdfs:Class")}
KINDS_OF_PROPERTY = {public(f"owl:{kind}") for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")} | {
    public("rdf:Property")
}
# What a reader of the data needs to know of a term; the axioms stay in the ontology's own graph.
DESCRIPTIVE = {
    public(name)
    for name in (
        "rdf:type", "rdfs:label", "rdfs:comment", "rdfs:isDefinedBy", "rdfs:subClassOf", "rdfs:subPropertyOf",
        "owl:inverseOf", "skos:definition",
    )
}  # fmt: skip


def ours(iri: NamedNode) -> bool:
    """Say whether an IRI is in the spaces where every name must be declared: the ontology and the codes."""
    return iri.value.startswith((DOR, CODE))


def nearest(term: NamedNode, known: Iterable[NamedNode]) -> tuple[str, ...]:
    """Return the prefixed names of those of our ``known`` terms that are spelt most like a term."""
    names = {iri.value: shorten(iri.value, prefixes()) for iri in known if ours(iri)}
    return tuple(names[iri] for iri in difflib.get_close_matches(term.value, names, n=3, cutoff=0.6))


@dataclass(frozen=True, slots=True)
class Unknown:
    """A term of ours that no ontology file declares, where it stands, and the nearest that exist."""

    term: NamedNode
    expected: str
    nearest: tuple[str, ...]
    statement: Statement


@dataclass(frozen=True)
class Terms:
    """What the ontology files of a workspace declare."""

    axioms: tuple[Triple, ...]
    concepts: tuple[Triple, ...]
    classes: frozenset[NamedNode]
    properties: frozenset[NamedNode]
    codes: frozenset[NamedNode]

    @classmethod
    def read(cls, workspace: Workspace) -> "Terms":
        """Return the terms of a workspace; a file that does not parse raises :class:`SyntaxFault`."""
        axioms = [
            statement.quad.triple
            for path in workspace.glob(workspace.ontology, "*.ttl")
            for statement in read(workspace.found(path), workspace.shown(path))
        ]
        concepts = [
            statement.quad.triple
            for path in sorted(workspace.codes.glob("*.ttl"))
            for statement in read(path, workspace.shown(path))
        ]
        types = [(t.subject, t.object) for t in axioms if t.predicate == TYPE and isinstance(t.subject, NamedNode)]
        return cls(
            axioms=tuple(axioms),
            concepts=tuple(concepts),
            classes=frozenset(s for s, kind in types if kind in KINDS_OF_CLASS),
            properties=frozenset(s for s, kind in types if kind in KINDS_OF_PROPERTY),
            codes=frozenset(t.subject for t in concepts if isinstance(t.subject, NamedNode) and ours(t.subject)),
        )

    @cached_property
    def above(self) -> Mapping[NamedNode, frozenset[NamedNode]]:
        """What stands above each class, at any distance, and the class itself."""
        direct: dict[NamedNode, set[NamedNode]] = {}
        for triple in self.axioms:
            below, over = triple.subject, triple.object
            if triple.predicate == SUBCLASS and isinstance(below, NamedNode) and isinstance(over, NamedNode):
                direct.setdefault(below, set()).add(over)

        def climb(cls: NamedNode, seen: frozenset[NamedNode]) -> frozenset[NamedNode]:
            for over in direct.get(cls, ()):
                if over not in seen:
                    seen = climb(over, seen | {over})
            return seen

        return {cls: climb(cls, frozenset({cls})) for cls in {*direct, *self.classes}}

    @cached_property
    def asked(self) -> Mapping[NamedNode, tuple[NamedNode | None, NamedNode | None]]:
        """The classes that each property asks of its subject and of its object, where it asks for one of ours."""
        asked: dict[NamedNode, list[NamedNode | None]] = {}
        for triple in self.axioms:
            if triple.predicate in ENDS and isinstance(triple.subject, NamedNode) and triple.object in self.classes:
                assert isinstance(triple.object, NamedNode)
                asked.setdefault(triple.subject, [None, None])[ENDS[triple.predicate]] = triple.object
        return {predicate: (ends[0], ends[1]) for predicate, ends in asked.items()}

    @cached_property
    def _wordings(self) -> Mapping[NamedNode, tuple[tuple[NamedNode, bool], ...]]:
        """What else each property says, directly: the one above it, its inverse, itself from the other end."""
        found: dict[NamedNode, list[tuple[NamedNode, bool]]] = {}
        for triple in self.axioms:
            one, other = triple.subject, triple.object
            if not isinstance(one, NamedNode) or not isinstance(other, NamedNode):
                continue
            if triple.predicate == SUBPROPERTY:
                found.setdefault(one, []).append((other, False))
            elif triple.predicate == INVERSE:
                found.setdefault(one, []).append((other, True))
                found.setdefault(other, []).append((one, True))
            elif (triple.predicate, other) == (TYPE, SYMMETRIC):
                found.setdefault(one, []).append((one, True))
        return {one: tuple(others) for one, others in found.items()}

    def saying(self, triple: Triple) -> frozenset[Triple]:
        """Return a fact between two things in all the properties that say it: those above, inverse or symmetric."""
        said, ahead = {triple}, [triple]
        while ahead:
            one = ahead.pop()
            for predicate, turned in self._wordings.get(one.predicate, ()):
                assert isinstance(one.subject, NamedNode)
                assert isinstance(one.object, NamedNode)
                ends = (one.object, one.subject) if turned else (one.subject, one.object)
                other = Triple(ends[0], predicate, ends[1])
                if other not in said:
                    said.add(other)
                    ahead.append(other)
        return frozenset(said)

    def described(self) -> Iterator[Triple]:
        """Yield what the data holds of our terms: concepts; names, labels, hierarchy of classes and properties."""
        yield from self.concepts
        for triple in self.axioms:
            if (
                isinstance(triple.subject, NamedNode)
                and ours(triple.subject)
                and triple.predicate in DESCRIPTIVE
                and not isinstance(triple.object, BlankNode)
            ):
                yield triple

    @cached_property
    def _named(self) -> frozenset[NamedNode]:
        return self.codes | self.classes | self.properties

    def unknown(self, statements: Iterable[Statement]) -> Iterator[Unknown]:
        """Yield each use of a name in our spaces that nothing declares, at its place."""
        near = cache(nearest)  # a name that is wrong is wrong a thousand times
        for statement in statements:
            quad = statement.quad
            if isinstance(quad.predicate, NamedNode) and ours(quad.predicate) and quad.predicate not in self.properties:
                yield Unknown(quad.predicate, "property", near(quad.predicate, self.properties), statement)
            if isinstance(quad.object, NamedNode) and ours(quad.object):
                kind, known = ("class", self.classes) if quad.predicate == TYPE else ("code", self._named)
                if quad.object not in known:
                    yield Unknown(quad.object, kind, near(quad.object, known), statement)
            if isinstance(quad.object, Literal) and ours(quad.object.datatype):
                yield Unknown(quad.object.datatype, "datatype", (), statement)

    def require(self, statements: Iterable[Statement]) -> None:
        """Raise :class:`UnknownTerms` with every unknown term, its place and the nearest ones, if there is any."""
        if found := list(self.unknown(statements)):
            lines = [
                f"{unknown.statement.place}: {shorten(unknown.term.value, prefixes())}"
                + (f" ({', '.join(unknown.nearest)} ?)" if unknown.nearest else "")
                for unknown in found
            ]
            raise UnknownTerms(count=len(found), unknown=found, listed="\n  ".join(lines))
