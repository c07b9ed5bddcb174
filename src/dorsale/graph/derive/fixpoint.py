"""
All that follows: every rule, until nothing new is concluded.

A rule of patterns alone is joined over :mod:`~dorsale.graph.derive.relations`: whole at first, then with one pattern
of its body after the other bound to the facts that came last, so that a round costs what is new and not what is there.
What filters, counts, denies or computes is for the engine, on a copy in memory. The dataset is only read.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, groupby, starmap

from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryTriples, Store, Triple

from dorsale.graph.derive.body import Term
from dorsale.graph.derive.relations import Join, Key, Pair, Relations, key
from dorsale.graph.derive.rules import Rule
from dorsale.graph.store import Change, Dataset, engine

VIEW = DefaultGraph()
DERIVED = "graph/derived"


def derive(dataset: Dataset, rules: Iterable[Rule]) -> Change:
    """
    Return what rules add to a dataset: quads of ``graph:derived``, none of which the view holds already.

    The dataset is not written to. What was derived before counts as given: after a removal, take ``graph:derived``
    out first. A rule that reads GRAPHs sees what is stated, never what is derived.
    """
    given = sorted(rules, key=lambda rule: (rule.stratum, rule.name))
    work = _Work(dataset, given)
    plain: list[Rule] = []
    for _, stratum in groupby(given, key=lambda rule: rule.stratum):
        here = list(stratum)
        plain += (steady := [rule for rule in here if rule.body.plain])
        # None of them reads what one of them writes: the strata see to it.
        work.once([rule for rule in here if not rule.body.plain])
        for rule in steady:
            work.everything(rule)
        while new := work.relations.take():
            work.keep(new)
            for rule in plain:
                work.latest(rule, new)
    derived = NamedNode(f"{dataset.base}{DERIVED}")
    return Change({Quad(*fact, derived): None for fact in work.derived})  # type: ignore[arg-type]


class _Work:
    """What rules can read or write, as relations and, for those that ask the engine, as a copy."""

    def __init__(self, dataset: Dataset, rules: Iterable[Rule]) -> None:
        self.given = dataset
        self.predicates = _predicates(rules)
        self.relations = Relations()
        self.relations.read(self._touched())
        self.joins = {
            rule: Join.of(rule.template, rule.body.patterns, self.relations) for rule in rules if rule.body.conjunctive
        }
        self._derived: list[tuple[Key, set[Pair]]] = []
        self._copy = Dataset(Store(), dataset.base)
        self._copied = -1

    def _touched(self) -> Iterator[Quad]:
        for predicate in self.predicates:
            yield from self.given.store.quads_for_pattern(None, predicate, None, VIEW)

    @property
    def derived(self) -> Iterator[tuple[Term, NamedNode, Term]]:
        """The facts that were concluded."""
        return self._facts(0)

    def keep(self, new: dict[Key, set[Pair]]) -> None:
        """Write down what was concluded in a round."""
        self._derived += new.items()

    def once(self, rules: Iterable[Rule]) -> None:
        """Conclude by rules that count, deny or make."""
        for triples in [list(self._asked(rule)) for rule in rules]:
            self._add(triples)

    def everything(self, rule: Rule) -> None:
        """Conclude by a plain rule from all there is."""
        if rule in self.joins:
            self.joins[rule].everything(self.relations)
        else:
            self._add(list(self._asked(rule)))

    def latest(self, rule: Rule, new: dict[Key, set[Pair]]) -> None:
        """Conclude by a plain rule from facts of which some are new."""
        if rule in self.joins:
            self.joins[rule].latest(new, self.relations)
        else:
            self._add(list(self._asked(rule)))

    def _add(self, triples: Iterable[Triple]) -> None:
        number = self.relations.number
        for t in triples:
            assert not isinstance(t.subject, Triple)
            self.relations.add(key(t.predicate, t.object), {(number(t.subject), number(t.object))})  # type: ignore[arg-type]

    def _facts(self, since: int) -> Iterator[tuple[Term, NamedNode, Term]]:
        return chain.from_iterable(starmap(self.relations.facts, self._derived[since:]))

    def _asked(self, rule: Rule) -> Iterator[Triple]:
        """Yield what a rule concludes from all there is, as the engine says."""
        answer = (self.given if rule.body.stated else self._synced()).query(rule.construct, rule.place)
        assert isinstance(answer, QueryTriples)
        with engine():
            yield from answer

    def _synced(self) -> Dataset:
        """Return the copy for the engine, with everything that was concluded in the rounds before."""
        if self._copied < 0:
            # In bulk: the copy is thrown away, and nobody reads it meanwhile.
            self._copy.store.bulk_extend(self._touched())
            self._copied = 0
        self._copy.store.extend(Quad(*fact, VIEW) for fact in self._facts(self._copied))  # type: ignore[arg-type]
        self._copied = len(self._derived)
        return self._copy


def _predicates(rules: Iterable[Rule]) -> Iterable[NamedNode | None]:
    """Return the properties that rules read or write; nothing alone where one of them reads any."""
    found: set[NamedNode | None] = set()
    for rule in rules:
        for pattern in (*rule.template, *(() if rule.body.stated else rule.body.read())):
            found |= set(pattern.path) or {pattern.predicate if isinstance(pattern.predicate, NamedNode) else None}
    return {None} if None in found else found
