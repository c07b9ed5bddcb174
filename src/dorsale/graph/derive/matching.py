"""
Facts that fit patterns, looked up one after the other, each time where the fewest are.

An engine plans a search by what it knows of the whole graph. Here it starts from a few known things, so what to
look at next is seen by looking: of the patterns that are left, the one that the fewest facts fit. So what is read is
what stands around those things, in a graph of any size.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain, islice
from typing import Protocol

from pyoxigraph import Literal, NamedNode, Quad, Store, Variable

from dorsale.graph.derive.body import Pattern, Table, Term
from dorsale.graph.store import VIEW

# A term that is known, or nothing.
Part = Term | None
Row = Mapping[Variable, NamedNode | Literal]


class Facts(Protocol):
    """What can be looked up."""

    def find(
        self, subject: Term | None, predicate: Term | None, value: Term | None, graph: Term | None
    ) -> Iterator[Quad | None]:
        """
        Yield the quads of the view, or of a graph, or where ``graph`` is a variable of every graph.

        Nothing is yielded for one that was looked at and does not count: whoever looks can tell how long it takes.
        """


class State:
    """The facts of a store without those that are gone and with those that have come."""

    def __init__(self, store: Store, gone: Set[Quad] = frozenset(), come: Store | None = None) -> None:
        self.store, self.gone, self.come = store, gone, come

    def find(
        self, subject: Term | None, predicate: Term | None, value: Term | None, graph: Term | None
    ) -> Iterator[Quad]:
        """Yield quads of the view, or of a graph, or where ``graph`` is a variable of every graph."""
        where = VIEW if graph is None else None if isinstance(graph, Variable) else graph
        there: Iterable[Quad] = self.store.quads_for_pattern(subject, predicate, value, where)  # type: ignore[arg-type]
        if self.gone:
            there = (quad for quad in there if quad not in self.gone)
        if self.come is not None:
            there = chain(there, self.come.quads_for_pattern(subject, predicate, value, where))  # type: ignore[arg-type]
        return iter(there)

    def __contains__(self, quad: Quad) -> bool:
        return (quad in self.store and quad not in self.gone) or (self.come is not None and quad in self.come)


class Stated:
    """What a rule that reads GRAPHs sees of a state: what is stated, never what is derived."""

    def __init__(self, state: State, derived: NamedNode, apart: Set[NamedNode]) -> None:
        self.state, self.derived = state, derived
        self.apart = {VIEW, derived, *apart}

    def find(
        self, subject: Term | None, predicate: Term | None, value: Term | None, graph: Term | None
    ) -> Iterator[Quad | None]:
        """Yield quads of the view that a graph of it states, or of a graph, or of every graph; nothing for others."""
        if graph is None:
            for quad in self.state.find(subject, predicate, value, None):
                yield quad if self.states(quad) else None
        elif graph != self.derived:
            for quad in self.state.find(subject, predicate, value, graph):
                yield quad if quad.graph_name not in (VIEW, self.derived) else None

    def states(self, fact: Quad) -> bool:
        """Say whether a graph of the view, other than that of what is derived, holds a fact."""
        anywhere = Variable("anywhere")
        held = self.state.find(fact.subject, fact.predicate, fact.object, anywhere)  # type: ignore[arg-type]
        return any(quad.graph_name not in self.apart for quad in held)


def fit(pattern: Pattern, quad: Quad) -> dict[Variable, NamedNode | Literal] | None:
    """Return what the variables of a pattern are for it to be ``quad``, its graph included; nothing if it cannot be."""
    wanted, there = [pattern.subject, pattern.object], [quad.subject, quad.object]
    if pattern.path:
        if quad.predicate not in pattern.path:
            return None
    else:
        wanted.append(pattern.predicate)  # type: ignore[arg-type]
        there.append(quad.predicate)
    if pattern.graph is not None:
        wanted.append(pattern.graph)
        there.append(quad.graph_name)  # type: ignore[arg-type]
    found: dict[Variable, NamedNode | Literal] = {}
    for term, value in zip(wanted, there, strict=True):
        if isinstance(term, Variable):
            if not isinstance(value, NamedNode | Literal) or found.setdefault(term, value) != value:
                return None
        elif term != value:
            return None
    return found


class _Looked:
    """What a look-up has found so far."""

    def __init__(self, coming: Iterator[Quad | None]) -> None:
        self.found: list[Quad] = []
        self._coming, self._seen = coming, 0

    def more_than(self, count: int) -> bool:
        """Say whether more quads than these are to be looked at, be they found or not."""
        for quad in islice(self._coming, max(0, count + 1 - self._seen)):
            self._seen += 1
            if quad is not None:
                self.found.append(quad)
        return self._seen > count

    def all(self) -> list[Quad]:
        self.found += (quad for quad in self._coming if quad is not None)
        return self.found


class Matching:
    """Looks patterns up in facts that do not change meanwhile, no pattern twice."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._looked: dict[tuple[object, ...], _Looked] = {}

    def rows(
        self, patterns: Sequence[Pattern], row: Row, tables: Sequence[Table] = (), forward: bool = False
    ) -> Iterator[tuple[Row, tuple[Quad, ...]]]:
        """
        Yield each way in which all patterns hold, as what is known then and the quads that they are; what is known
        agrees with each of ``tables``.

        ``forward`` goes only from a known subject to its values: patterns that this does not reach are left out.
        """
        if not all(table.allows(row) for table in tables):
            return
        able = [pattern for pattern in patterns if not forward or _value(pattern.subject, row) is not None]
        if not able:
            yield row, ()
            return
        chosen, looked = self._fewest(able, row)
        rest = [pattern for pattern in patterns if pattern is not chosen]
        for quad in looked.all():
            # What is known was looked up: a variable that stands twice is still to be compared.
            if (more := fit(chosen, quad)) is not None:
                known = {**row, **more}
                for full, quads in self.rows(rest, known, tables, forward):
                    yield full, (quad, *quads)

    def _fewest(self, patterns: Sequence[Pattern], row: Row) -> tuple[Pattern, _Looked]:
        looked = []
        for pattern in patterns:
            found = self._look(pattern, row)
            if not found.more_than(1):
                return pattern, found
            looked.append((pattern, found))
        count = 3
        while len(looked) > 1:
            for pattern, found in looked:
                if not found.more_than(count):
                    return pattern, found
            count = 2 * count + 1
        return looked[0]

    def _look(self, pattern: Pattern, row: Row) -> _Looked:
        subject, value = _value(pattern.subject, row), _value(pattern.object, row)
        graph = None if pattern.graph is None else _value(pattern.graph, row) or pattern.graph
        predicates = pattern.path or (_value(pattern.predicate, row) if pattern.predicate else None,)
        asked = (subject, predicates, value, isinstance(graph, Variable) or graph)
        if asked not in self._looked:
            # Of a literal nothing can be said, and it is neither property nor graph.
            wrong = any(isinstance(term, Literal) for term in (subject, graph, *predicates))
            self._looked[asked] = _Looked(
                chain.from_iterable(
                    self.facts.find(subject, predicate, value, graph) for predicate in (() if wrong else predicates)
                )
            )
        return self._looked[asked]


def _value(term: Term, row: Row) -> Term | None:
    """Return what a term is known to be."""
    return row.get(term) if isinstance(term, Variable) else term
