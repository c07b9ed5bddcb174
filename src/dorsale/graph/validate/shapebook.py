"""
The shapes as a book of rules: what each is called, what it says and why, what it is about, what it asks for.

A shape is read as its triples say, whoever wrote it: what our own have (a name, a message and a reason in two
languages) may be missing in others. Nothing is judged here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from dorsale.errors import Place, UnknownShape
from dorsale.graph.validate.paths import REPEATED, Composed
from dorsale.graph.validate.paths import Path as PropertyPath
from dorsale.graph.validate.report import Severity
from dorsale.graph.validate.state import Term
from dorsale.graph.validate.waivers import declared, nearest
from dorsale.names import PUBLIC, SHAPE, public

SH = PUBLIC["sh"]
FIRST, REST, NIL = (public(f"rdf:{part}") for part in ("first", "rest", "nil"))
TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
NAME, MESSAGE, PATH, SEVERITY, PROPERTY = (
    public(f"sh:{word}") for word in ("name", "message", "path", "severity", "property")
)
# Where a reason may stand: ours are comments; the standard has sh:description.
REASONS = (public("rdfs:comment"), public("sh:description"))
INVERSE, ALTERNATIVE = public("sh:inversePath"), public("sh:alternativePath")


@dataclass(frozen=True, slots=True)
class Rule:
    """
    A shape as a rule.

    ``names``, ``messages`` and ``reasons`` are by language; ``targets`` are what it is about, as the standard's kind of
    target and its value; ``constraints`` are what it asks for, as the standard's parameter and its value.
    """

    iri: Term
    names: Mapping[str, str]
    messages: Mapping[str, str]
    reasons: Mapping[str, str]
    severity: Severity
    path: PropertyPath | None
    targets: tuple[tuple[str, Term], ...]
    constraints: tuple[tuple[str, Term], ...]


class Shapebook:
    """The rules that the triples of shapes make, by their names."""

    def __init__(self, shapes: Iterable[Triple]) -> None:
        self.said: dict[Term, dict[NamedNode, list[Term]]] = {}
        self.above: dict[Term, list[Term]] = {}
        kept = tuple(shapes)
        for triple in kept:
            subject, value = triple.subject, triple.object
            if isinstance(subject, Triple) or isinstance(value, Triple):
                continue
            self.said.setdefault(subject, {}).setdefault(triple.predicate, []).append(value)
            if triple.predicate == PROPERTY:
                self.above.setdefault(value, []).append(subject)
        self.names = declared(kept)

    def named(self, name: str, folder: Path) -> Rule:
        """
        Return the rule that is called ``name``: an IRI, or a name with or without ``shape:``.

        Raises :class:`UnknownShape` with the nearest names; ``folder`` is where the shapes are.
        """
        iri = next((shape for shape in self.names if name in _called(shape)), None)
        if iri is None:
            raise UnknownShape(place=Place(folder), shape=name, nearest=nearest(name, self.names))
        return self.rule(iri)

    def rule(self, shape: Term) -> Rule:
        """Return a shape as a rule; one that no triple speaks of says nothing."""
        severity = self.one(shape, SEVERITY)
        path = self.one(shape, PATH)
        said = severity.value.removeprefix(SH) if isinstance(severity, NamedNode) else ""
        return Rule(
            iri=shape,
            names=self.words(shape, NAME),
            messages=self.words(shape, MESSAGE),
            reasons={**self.words(shape, REASONS[1]), **self.words(shape, REASONS[0])},
            severity=Severity(said) if said in {"Warning", "Info"} else Severity.VIOLATION,
            path=None if path is None else self.path(path),
            targets=tuple(dict.fromkeys(self.targets(shape))),
            constraints=tuple(self.constraints(shape)),
        )

    def one(self, subject: Term, predicate: NamedNode) -> Term | None:
        """Return the value of a property of a shape, the first that there is."""
        return next(iter(self.said.get(subject, {}).get(predicate, ())), None)

    def words(self, subject: Term, predicate: NamedNode) -> dict[str, str]:
        """Return the sentences of a property of a shape, by language."""
        values = self.said.get(subject, {}).get(predicate, ())
        return {value.language or "": value.value for value in values if isinstance(value, Literal)}

    def targets(self, shape: Term, seen: frozenset[Term] = frozenset()) -> Iterator[tuple[str, Term]]:
        """Yield what a shape is about: what it targets, and what the shapes target that have it as a property."""
        for kind in TARGETS:
            yield from ((kind, value) for value in self.said.get(shape, {}).get(public(f"sh:{kind}"), ()))
        for above in self.above.get(shape, ()):
            if above not in seen:
                yield from self.targets(above, seen | {shape})

    def constraints(self, shape: Term) -> Iterator[tuple[str, Term]]:
        """Yield what a shape asks for: each parameter of SHACL that it has, with its value."""
        told = {NAME, MESSAGE, PATH, SEVERITY, *REASONS, *(public(f"sh:{kind}") for kind in TARGETS)}
        for predicate, values in self.said.get(shape, {}).items():
            if predicate.value.startswith(SH) and predicate not in told:
                yield from ((predicate.value.removeprefix(SH), value) for value in values)

    def list(self, node: Term | None) -> tuple[Term, ...]:
        """Return the members of an RDF list."""
        members: list[Term] = []
        while node is not None and node != NIL and (member := self.one(node, FIRST)) is not None:
            members.append(member)
            node = self.one(node, REST)
        return tuple(members)

    def path(self, node: Term) -> PropertyPath:
        """Return the property path that a node stands for."""
        if isinstance(node, NamedNode):
            return node
        if (inner := self.one(node, INVERSE)) is not None:
            return Composed("^", (self.path(inner),))
        if (inner := self.one(node, ALTERNATIVE)) is not None:
            return Composed("|", tuple(map(self.path, self.list(inner))))
        for sign, name in REPEATED.items():
            if (inner := self.one(node, public(name))) is not None:
                return Composed(sign, (self.path(inner),))
        return Composed("/", tuple(map(self.path, self.list(node))))


def _called(shape: NamedNode) -> tuple[str, ...]:
    local = shape.value.removeprefix(SHAPE)
    return (shape.value, local, f"shape:{local}") if local != shape.value else (shape.value,)


def parameter(component: NamedNode | BlankNode) -> str:
    """
    Return the parameter of SHACL that a constraint component judges.

    >>> parameter(public("sh:MinCountConstraintComponent"))
    'minCount'
    """
    name = component.value.removeprefix(SH).removesuffix("ConstraintComponent")
    return "sparql" if name == "SPARQL" else name[:1].lower() + name[1:]
