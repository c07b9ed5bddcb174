"""
SHACL property paths as values: what a result points along, printed as SPARQL prints it.

A plain property is its IRI; the other kinds hold the paths that they are made of, so that a report can be written
back as the standard asks, and a path walked: forwards to the values of a thing, backwards from a change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pyoxigraph import NamedNode

from dorsale.graph.validate.state import State, Term
from dorsale.names import public

# SHACL's property for a repeated path, by the sign that SPARQL writes behind it.
REPEATED: dict[Literal["*", "+", "?"], str] = {
    "*": "sh:zeroOrMorePath",
    "+": "sh:oneOrMorePath",
    "?": "sh:zeroOrOnePath",
}


@dataclass(frozen=True, slots=True)
class Composed:
    """
    A path that is no plain property.

    >>> knows = NamedNode("https://example.org/knows")
    >>> str(Composed("/", (Composed("^", (knows,)), Composed("*", (knows,)))))
    '^<https://example.org/knows>/<https://example.org/knows>*'
    """

    sign: Literal["^", "/", "|", "*", "+", "?", "!"]
    parts: "tuple[Path, ...]"

    def __str__(self) -> str:
        if self.sign == "!":
            return "!()"
        inner = [
            f"({part})" if isinstance(part, Composed) and (part.sign in "/|" or self.sign not in "/|") else str(part)
            for part in self.parts
        ]
        if self.sign == "^":
            return "^" + inner[0]
        if self.sign in "/|":
            return self.sign.join(inner)
        return inner[0] + self.sign


Path: TypeAlias = NamedNode | Composed

# Any property, as SPARQL writes it: one that is none of none. Shapes have no such path; what looks at all has.
ANY = Composed("!", ())
# Nowhere else: a path of no steps.
HERE = Composed("/", ())
# From a thing to each of its classes, with those above.
CLASS = Composed("/", (public("rdf:type"), Composed("*", (public("rdfs:subClassOf"),))))


def then(*paths: Path) -> Path:
    """Return the path that goes these ways one after the other."""
    parts = [
        part for path in paths for part in (path.parts if isinstance(path, Composed) and path.sign == "/" else [path])
    ]
    return parts[0] if len(parts) == 1 else Composed("/", tuple(parts))


def back(path: Path) -> Path:
    """
    Return the path that goes the other way.

    >>> a, b = NamedNode("https://example.org/a"), NamedNode("https://example.org/b")
    >>> str(back(then(a, Composed("*", (b,)))))
    '(^<https://example.org/b>)*/^<https://example.org/a>'
    """
    if isinstance(path, NamedNode) or path.sign == "!":
        return Composed("^", (path,))
    if path.sign == "^":
        return path.parts[0]
    if path.sign == "/":
        return then(*(back(part) for part in reversed(path.parts)))
    return Composed(path.sign, tuple(back(part) for part in path.parts))


def walk(state: State, path: Path, starts: Iterable[Term]) -> set[Term]:
    """Return where a path leads from any of ``starts``."""
    if isinstance(path, NamedNode):
        return {value for start in starts for value in state.objects(start, path)}
    if path.sign == "!":
        return {value for start in starts for value in state.objects(start, None)}
    if path.sign == "^":
        (inner,) = path.parts
        if isinstance(inner, Composed) and inner.sign != "!":
            return walk(state, back(inner), starts)
        property = inner if isinstance(inner, NamedNode) else None
        return {thing for start in starts for thing in state.subjects(property, start)}
    if path.sign == "|":
        starts = set(starts)
        return set().union(*(walk(state, part, starts) for part in path.parts))
    if path.sign == "/":
        reached = set(starts)
        for part in path.parts:
            reached = walk(state, part, reached)
        return reached
    (inner,) = path.parts
    starts = set(starts)
    found = set() if path.sign == "+" else set(starts)
    new = walk(state, inner, starts)
    if path.sign == "?":
        return found | new
    while new := new - found:
        found |= new
        new = walk(state, inner, new)
    return found
