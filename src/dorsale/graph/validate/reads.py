"""
What a shape reads of the graph to judge a thing, told by how one gets there from the thing.

It is what a change must touch for the judgement to differ: a triple that is read, the classes of a thing that is read,
or, where nothing leads from the thing to it, a triple that fits wherever it is.
"""

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeAlias

from pyoxigraph import NamedNode
from rdflib import BNode, URIRef
from rdflib.namespace import SH
from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, SequencePath
from rdflib.plugins.sparql.sparql import SPARQLError
from rdflib.term import Node, Variable

from dorsale.graph.validate.paths import ANY, HERE, Composed, Path, back, then
from dorsale.graph.validate.query import Boundless, Looked, looked, prepared, resting
from dorsale.graph.validate.shacl import QUALIFIED, Asked
from dorsale.graph.validate.state import Term
from dorsale.graph.validate.view import here


@dataclass(frozen=True, slots=True)
class Reading:
    """A triple that is read at the end of a way: out of the thing there, or into it; of a property, or of any."""

    way: Path
    property: NamedNode | None
    outward: bool = True
    other: Term | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether what is at the end of a way belongs to a class."""

    way: Path
    kind: Term


@dataclass(frozen=True, slots=True)
class Anywhere:
    """A triple that is read wherever it is; nothing stands for any term."""

    subject: Term | None = None
    property: NamedNode | None = None
    object: Term | None = None


Read: TypeAlias = Reading | Membership | Anywhere


def drawing(shape: Asked) -> frozenset[Read]:
    """Return what decides whether a shape is about a thing."""
    about = shape.about
    return frozenset(
        [
            *(Membership(HERE, kind) for kind in about.classes),
            *(Reading(HERE, property) for property in about.having),
            *(Reading(HERE, property, outward=False) for property in about.valued),
        ]
    )


def reads(shape: Asked) -> frozenset[Read]:
    """Return what a shape reads to judge a thing that it is about."""
    return frozenset(_reads(shape, HERE, ()))


def _reads(shape: Asked, way: Path, above: tuple[Asked, ...]) -> Iterator[Read]:
    if shape.deactivated:
        return
    if shape in above:
        # A shape that asks itself: pySHACL says so as soon as a thing makes it, and where that is has no end.
        yield Anywhere()
        return
    values = way
    if shape.way is not None:
        yield from _steps(way, shape.way)
        values = then(way, shape.way)
    shapes = shape.sg.graph
    for kind in shapes.objects(shape.node, SH["class"]):
        yield Membership(values, here(kind))
    for pair in (SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals):
        for property in shapes.objects(shape.node, pair):
            yield Reading(way, NamedNode(str(property)))
    if any(bool(flag) for flag in shapes.objects(shape.node, SH.closed)):
        yield Reading(values, None)
    for constraint in shape.constraints:
        inner = shape.nested.get(type(constraint), [])
        if type(constraint) is QUALIFIED:
            inner = [*inner, *shape.siblings]
        for other in inner:
            yield from _reads(other, values, (*above, shape))
    for text, given in shape.queries:
        open_ = [name for name, node in given.items() if node is None]
        known: dict[Node, Path] = {Variable(name): {"this": way, "value": values}[name] for name in open_}
        yield from _of_query(text, known, {Variable(name): node for name, node in given.items() if node is not None})


def _steps(way: Path, path: Path, other: Term | None = None) -> Iterator[Reading]:
    """Yield each triple that a path goes along, by the way to its near end."""
    if isinstance(path, NamedNode):
        yield Reading(way, path, True, other)
    elif path.sign == "!":
        yield Reading(way, None, True, other)
    elif path.sign == "^":
        (inner,) = path.parts
        if isinstance(inner, Composed) and inner.sign != "!":
            yield from _steps(way, back(inner), other)
        else:
            yield Reading(way, inner if isinstance(inner, NamedNode) else None, False, other)
    elif path.sign == "|":
        for part in path.parts:
            yield from _steps(way, part, other)
    elif path.sign == "/":
        for place, part in enumerate(path.parts):
            yield from _steps(then(way, *path.parts[:place]), part)
    else:
        (inner,) = path.parts
        yield from _steps(way if path.sign == "?" else then(way, Composed("*", (inner,))), inner)


def asking(text: str, names: Sequence[str]) -> dict[str, frozenset[Read]]:
    """
    Return what a query reads for the rows in which one of some variables is a certain thing, by variable.

    Each triple is read from the variable that is nearest to it. What describes a GRAPH is left out: of a passage it
    comes and goes with what the passage states.
    """
    found: dict[str, set[Read]] = {name: set() for name in names}
    patterns = _patterns(text)
    if patterns is None:
        found[names[0]].add(Anywhere())
    graphs = {one.graph for one in patterns or ()} - {None}
    for one in patterns or ():
        if one.pattern[0] not in graphs:
            nearest = min(names, key=lambda name: _distance(one, Variable(name)))
            found[nearest] |= set(_of_pattern(one, {Variable(nearest): HERE}, {}))
    return {name: frozenset(read) for name, read in found.items()}


def _distance(one: Looked, variable: Variable) -> float:
    """Return how far a pattern is from a variable, in steps; what it says something of is nearer than what it says."""
    (subject, _, value), beside, _ = one
    ways = _ways({variable: HERE}, beside)
    steps = [
        more + (len(way.parts) if isinstance(way, Composed) and way.sign == "/" else 1)
        for more, way in ((0, ways.get(subject)), (0.5, ways.get(value)))
        if way is not None
    ]
    return min(steps, default=math.inf)


def _of_query(text: str, known: Mapping[Node, Path], given: Mapping[Variable, Node]) -> Iterator[Read]:
    """
    Yield what a query reads.

    ``known`` are the variables that are bound beforehand to what is at the end of a way, ``given`` those that stand for
    one term. A query that names graphs may read anything: where each fact is stated is not told.
    """
    patterns = _patterns(text)
    if patterns is None or any(one.graph is not None for one in patterns):
        yield Anywhere()
        return
    for one in patterns:
        yield from _of_pattern(one, known, given)


def _patterns(text: str) -> list[Looked] | None:
    """Return the triple patterns of a query; nothing where they do not bound it."""
    try:
        return list(looked(prepared(text).query.algebra))
    except (Boundless, SPARQLError):
        # One that does not read either is told of where a thing makes it be asked.
        return None


def _of_pattern(one: Looked, known: Mapping[Node, Path], given: Mapping[Variable, Node]) -> Iterator[Read]:
    (subject, predicate, value), beside, _ = one
    ways = _ways(known, beside)
    path = _path(predicate)
    start, end = (_constant(term, given) for term in (subject, value))
    if subject in ways:
        yield from _steps(ways[subject], path, end)
    elif value in ways:
        yield from _steps(ways[value], back(path), start)
    elif resting(predicate):
        # Between any two, a path of no steps answers with all that the graph holds.
        yield Anywhere()
    else:
        for step in _steps(HERE, path):
            yield Anywhere(start, step.property, end) if step.property == path else Anywhere(None, step.property)


def _ways(known: Mapping[Node, Path], patterns: Iterable[tuple[Any, Any, Any]]) -> dict[Node, Path]:
    """Return the way to each variable of some patterns, along properties that are named as far as can be."""
    ways: dict[Node, Path] = {}
    order = count()
    open_ = [(0, next(order), variable, way) for variable, way in known.items()]
    patterns = list(patterns)
    while open_:
        cost, _, variable, way = heapq.heappop(open_)
        if variable in ways:
            continue
        ways[variable] = way
        for subject, predicate, value in patterns:
            path = _path(predicate)
            more = 1 if isinstance(path, NamedNode) else 9 if path.sign == "!" else 3
            for near, far, along in ((subject, value, path), (value, subject, back(path))):
                if near == variable and isinstance(far, Variable | BNode) and far not in ways:
                    heapq.heappush(open_, (cost + more, next(order), far, then(way, along)))
    return ways


def _path(predicate: Any) -> Path:
    """Return the path of a pattern: a variable stands for any property."""
    if isinstance(predicate, URIRef):
        return NamedNode(str(predicate))
    if isinstance(predicate, InvPath):
        return back(_path(predicate.arg))
    if isinstance(predicate, SequencePath):
        return Composed("/", tuple(map(_path, predicate.args)))
    if isinstance(predicate, AlternativePath):
        return Composed("|", tuple(map(_path, predicate.args)))
    if isinstance(predicate, MulPath):
        return Composed(predicate.mod, (_path(predicate.path),))
    if isinstance(predicate, NegatedPath):
        return Composed("|", (ANY, back(ANY)))
    return ANY


def _constant(term: Any, given: Mapping[Variable, Node]) -> Term | None:
    """Return the thing that a term of a pattern is; a literal may be kept in another form, and says nothing."""
    said = given.get(term, term)
    return here(said) if isinstance(said, URIRef) else None
