"""
The queries of shapes, prepared once and looked into: may the store answer one by itself, and what does it read?
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Query, SPARQLError
from rdflib.term import Variable

THIS = Variable("this")
EXISTS = {"Builtin_EXISTS", "Builtin_NOTEXISTS"}
# What only chooses among rows that are there.
CHOOSING = {"SelectQuery", "Project", "Distinct", "Reduced", "OrderBy", "Slice"}


@dataclass(frozen=True)
class Question:
    """A query as it is written and as rdflib takes it apart."""

    text: str
    query: Query

    @cached_property
    def plain(self) -> bool:
        """
        Whether triple patterns bind ``$this`` wherever it is read.

        SHACL binds it before the query is run, which SPARQL does not know; in a plain query that is the same as to
        choose among its rows, and any engine does it.
        """
        algebra = self.query.algebra
        bound = _bound(algebra, frozenset()) if algebra.name == "SelectQuery" else None
        return bound is not None and THIS in bound and THIS in algebra.PV


@lru_cache(maxsize=256)
def prepared(text: str) -> Question:
    """Return a query, which takes rdflib 10 ms to read; its ``SPARQLError`` is raised for what is none."""
    try:
        return Question(text, prepareQuery(text))
    except Exception as error:  # rdflib raises bare ones (an undeclared prefix) beside its parser's
        raise SPARQLError(str(error)) from error


def _bound(part: CompValue, outside: frozenset[Variable]) -> frozenset[Variable] | None:
    """
    Return the variables that every row of a part binds, or nothing when the part may read ``$this`` unbound.

    ``outside`` are those that are bound where the part is the pattern of an EXISTS.
    """
    if part.name in CHOOSING:
        return _bound(part.p, outside)
    if part.name == "BGP":
        binding = (triple for triple in part.triples if not resting(triple[1]))
        return frozenset(term for triple in binding for term in triple if isinstance(term, Variable))
    if part.name == "Graph":
        inner = _bound(part.p, outside)
        return inner if inner is None or not isinstance(part.term, Variable) else inner | {part.term}
    if part.name in ("Join", "Union", "LeftJoin"):
        left, right = _bound(part.p1, outside), _bound(part.p2, outside)
        if left is None or right is None:
            return None
        if part.name == "LeftJoin":
            return left if _reads_bound(part.expr, left | right | outside) else None
        return left | right if part.name == "Join" else left & right
    if part.name in ("Filter", "Extend"):
        inner = _bound(part.p, outside)
        if inner is None or part.var == THIS or not _reads_bound(part.expr, inner | outside):
            return None
        return inner
    return None  # aggregates, sub-queries, VALUES, MINUS, SERVICE: pre-binding reaches where a choice of rows does not


def resting(path: Any) -> bool:
    """Say whether a path of a query may have no steps: then it leads from anything to itself, in the graph or not."""
    if isinstance(path, MulPath):
        return path.mod in ("*", "?") or resting(path.path)
    if isinstance(path, InvPath):
        return resting(path.arg)
    if isinstance(path, SequencePath | AlternativePath):
        return (all if isinstance(path, SequencePath) else any)(map(resting, path.args))
    return False


def _reads_bound(expression: Any, bound: frozenset[Variable]) -> bool:
    """Say whether an expression reads ``$this`` only where it is bound."""
    if THIS not in bound and any(term == THIS for term in _leaves(expression)):
        return False
    return all(_bound(inner, bound) is not None for inner in _patterns_in(expression))


def _leaves(expression: Any) -> Iterator[Any]:
    """Yield the terms that an expression is made of, without those of the patterns in it."""
    if isinstance(expression, CompValue):
        if expression.name not in EXISTS:
            for key in expression:
                yield from _leaves(expression[key])
    elif isinstance(expression, list | tuple):
        for part in expression:
            yield from _leaves(part)
    else:
        yield expression


def _patterns_in(expression: Any) -> Iterator[CompValue]:
    """Yield the graph patterns of EXISTS in an expression."""
    if isinstance(expression, CompValue):
        if expression.name in EXISTS:
            yield expression.graph
        else:
            for key in expression:
                yield from _patterns_in(expression[key])
    elif isinstance(expression, list | tuple):
        for part in expression:
            yield from _patterns_in(part)


class Looked(NamedTuple):
    """A triple pattern of a query, with those that hold wherever it matters, and the GRAPH that it stands in."""

    pattern: tuple[Any, Any, Any]
    beside: tuple[tuple[Any, Any, Any], ...]
    graph: Any = None


class Boundless(Exception):
    """What a query looks at has no bounds that its patterns would tell: it asks another service."""


def looked(part: CompValue, beside: tuple[Any, ...] = ()) -> Iterator[Looked]:
    """
    Yield every triple pattern of a part of a query, each with the patterns that must hold for it to change a row.

    Whatever changes the rows of a query changes what one of its patterns finds, in a row where those beside it hold:
    so from the thing that has another answer a walk leads through them to the triple that changed.
    Raises :class:`Boundless` where that cannot be said.
    """
    if part.name == "BGP":
        for pattern in part.triples:
            yield Looked(pattern, (*beside, *part.triples))
    elif part.name in ("Join", "LeftJoin", "Minus"):
        left, right = _must(part.p1), _must(part.p2)
        yield from looked(part.p1, (*beside, *right) if part.name == "Join" else beside)
        yield from looked(part.p2, (*beside, *left))
        for inner in _patterns_in(part.expr):
            yield from looked(inner, (*beside, *left, *right))
    elif part.name == "Union":
        yield from looked(part.p1, beside)
        yield from looked(part.p2, beside)
    elif part.name == "ToMultiSet":
        if isinstance(part.p, CompValue):
            yield from _in_select(part.p, beside)
    elif part.name == "Graph":
        yield from (one._replace(graph=part.term) for one in looked(part.p, beside))
    elif isinstance(part.p, CompValue):
        yield from looked(part.p, beside)
        for key in part:
            if key != "p":
                for inner in _patterns_in(part[key]):
                    yield from looked(inner, (*beside, *_must(part.p)))
    elif part.name != "values":
        raise Boundless


def _in_select(select: CompValue, beside: tuple[Any, ...]) -> Iterator[Looked]:
    """Yield the patterns of a sub-query, which shares with the outside what it selects and nothing else."""
    shared, limited, inner = set(), False, select
    while inner.name in CHOOSING:
        shared |= {*(inner.PV or ())}
        limited = limited or inner.name == "Slice"
        inner = inner.p
    # One row more pushes another one over the limit: then what holds outside is of no help.
    outside = () if limited else beside

    def own(term: Any) -> Any:
        return Variable(f"{term}·{id(select)}") if isinstance(term, Variable) and term not in shared else term

    for pattern, near, graph in looked(select):
        renamed = [tuple(map(own, one)) for one in (pattern, *near)]
        yield Looked(renamed[0], (*renamed[1:], *outside), own(graph))


def _must(part: Any) -> tuple[Any, ...]:
    """Return the patterns that hold in each row of a part."""
    if part.name == "BGP":
        return tuple(part.triples)
    if part.name == "Join":
        return (*_must(part.p1), *_must(part.p2))
    if part.name in ("LeftJoin", "Minus"):
        return _must(part.p1)
    if part.name in ("Filter", "Extend", "Distinct", "Reduced", "OrderBy", "Project", "Graph"):
        return _must(part.p)
    return ()
