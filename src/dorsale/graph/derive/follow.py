"""
What follows from a change: the same graph as deriving everything anew, at the cost of the change.

Stratum by stratum, as in :mod:`~dorsale.graph.derive.fixpoint`. What may have rested on something that is gone is
withdrawn first, with all that may have rested on that, since two facts can be each other's reason; what another way
still leads to is then concluded again. A rule that counts or denies is asked for the solutions that the change reaches,
in the facts as they were and as they are; what it no longer says is withdrawn.
"""

from collections.abc import Iterable, Set

from pyoxigraph import Literal, NamedNode, Quad, Store

from dorsale.errors import Place
from dorsale.graph.derive.body import TYPE, Pattern, stored
from dorsale.graph.derive.fixpoint import DERIVED
from dorsale.graph.derive.matching import Facts, Matching, State, Stated
from dorsale.graph.derive.reach import Known, Level, Reach
from dorsale.graph.derive.rules import Rule
from dorsale.graph.store import VIEW, Change, Dataset

Asked = dict[Reach, set[Known]]


def follow(dataset: Dataset, change: Change, rules: Iterable[Rule]) -> Change:
    """
    Commit a change of what is stated and all that follows from it; return every quad that came or went.

    ``graph:derived`` must be what :func:`derive` gives for the facts and the rules as they are; it is so again
    afterwards. What a change says of that graph itself is left out. After a change of rules, derive anew.
    """
    following = Following(dataset, rules)
    net = following.through(change)
    dataset.commit(net)
    return net


class Following:
    """
    Rules that follow a change of a dataset, which is only read.

    ``whole`` are the rules that had to be asked for all their solutions: the change told nothing of which.
    """

    def __init__(self, dataset: Dataset, rules: Iterable[Rule]) -> None:
        self.dataset = dataset
        self.whole: set[str] = set()
        self._derived = NamedNode(f"{dataset.base}{DERIVED}")
        self._apart = dataset.apart
        self._reaches = [Reach(rule) for rule in rules]
        self._reading: dict[NamedNode | None, list[tuple[Reach, Pattern, Level]]] = {}
        self._writing: dict[NamedNode | None, list[tuple[Reach, Pattern]]] = {}
        for reach in self._reaches:
            for pattern, level in reach.seats:
                for kind in pattern.path or (pattern.kind,):
                    self._reading.setdefault(kind, []).append((reach, pattern, level))
            for pattern in reach.rule.template:
                self._writing.setdefault(pattern.kind, []).append((reach, pattern))
        self._steady = {reach for reach in self._reaches if reach.rule.body.plain}
        # What was, what is, and all that was or that came meanwhile.
        self._gone: set[Quad] = set()
        self._come, self._ever = Store(), Store()
        self._old = State(dataset.store)
        self._now = State(dataset.store, self._gone, self._come)
        self._both = State(dataset.store, frozenset(), self._ever)
        # What rules that read GRAPHs see of it.
        self._seen = {state: Stated(state, self._derived, self._apart) for state in (self._old, self._now, self._both)}

        # What was looked up, as long as it is so; and what was asked of the facts as they were, which is asked once.
        self._matchings: dict[Facts, Matching] = {}
        self._asked: dict[Reach, set[Known]] = {reach: set() for reach in self._reaches}

    def through(self, change: Change) -> Change:
        """Return a change with all that follows from it, of what was not so before."""
        additions, removals = self._stated(change)
        facts = {_fact(quad) for quad in (*additions, *removals) if quad.graph_name not in self._apart}
        before = {fact for fact in facts if self._stands(fact, self._old)}
        self._gone.update(removals)
        self._come.extend(additions)
        self._ever.extend(additions)
        after = {fact for fact in facts if self._stands(fact, self._now)}
        # What rules that read GRAPHs see of it.
        seen = [*(before ^ after), *additions, *removals]
        for fact in after - before:
            self._enter(fact)
        self._withdraw(before - after, -1)
        strata = sorted({reach.rule.stratum for reach in self._reaches})
        for number, stratum in enumerate(strata):
            self._follow(stratum, strata[:number], seen)
        return self._net(additions, removals, facts)

    def _stated(self, change: Change) -> tuple[dict[Quad, Place | None], dict[Quad, Place | None]]:
        """Return what comes and what goes of a change, as the store keeps it."""
        store = self.dataset.store
        coming = {_stored(quad): place for quad, place in change.additions.items()}
        going = {_stored(quad): place for quad, place in change.removals.items()}
        return (
            {q: place for q, place in coming.items() if q.graph_name != self._derived and q not in store},
            {
                q: place
                for q, place in going.items()
                if q.graph_name != self._derived and q in store and q not in coming
            },
        )

    def _follow(self, stratum: int, below: Iterable[int], seen: Iterable[Quad]) -> None:
        """Make a stratum right, those below being so."""
        here = {reach for reach in self._reaches if reach.rule.stratum == stratum}
        once, steady = here - self._steady, here & self._steady
        stating = {reach for reach in once if reach.rule.body.stated}
        reached = self._reached(self._changed(), once - stating) | self._reached(seen, stating)
        kept = self._concluded(_joined(reached, self._aimed(self._lost(), once)), self._now)
        # None of them reads what is still to be withdrawn here: the strata see to it.
        withdrawn = self._withdraw(self._former(reached) - kept, stratum, kept)
        for level in below if withdrawn else ():
            again = {reach for reach in self._reaches if reach.rule.stratum == level}
            self._conclude(self._concluded(self._aimed(withdrawn, again), self._now), level)
        asked = _joined(
            self._reached(self._changed(), steady), self._aimed(self._lost(), steady), self._aimed(withdrawn, once)
        )
        self._conclude(kept | self._concluded(asked, self._now), stratum)

    def _withdraw(self, facts: Set[Quad], stratum: int, kept: Set[Quad] = frozenset()) -> set[Quad]:
        """Take facts away that are derived, and what may rest on them, all but ``kept``; return them."""
        later = {reach for reach in self._reaches if reach.rule.stratum > stratum and not reach.rule.body.stated}
        withdrawn: set[Quad] = set()
        while facts := {fact for fact in facts if fact not in kept and self._withdrawable(fact)}:
            withdrawn |= facts
            for fact in facts:
                self._leave(fact)
            reached = self._reached(facts, later | self._steady)
            # What was concluded by more facts than there are now: of a plain rule, all that it may have been.
            plain = {reach: known for reach, known in reached.items() if reach in self._steady}
            counted = {reach: known for reach, known in reached.items() if reach not in self._steady}
            facts = self._concluded(plain, self._both) | self._former(counted)
        return withdrawn

    def _former(self, asked: Asked) -> set[Quad]:
        """Return what rules that count or deny concluded from what was, unless that was returned before."""
        fresh = {reach: known - self._asked[reach] for reach, known in asked.items()}
        for reach, known in fresh.items():
            self._asked[reach] |= known
        return self._concluded(fresh, self._old)

    def _conclude(self, facts: Set[Quad], stratum: int) -> None:
        """Take facts in, and what plain rules make of them."""
        steady = {reach for reach in self._steady if reach.rule.stratum <= stratum}
        while facts := {fact for fact in facts if fact not in self._now}:
            for fact in facts:
                self._enter(fact)
            facts = self._concluded(self._reached(facts, steady), self._now)

    def _reached(self, quads: Iterable[Quad], wanted: Set[Reach]) -> Asked:
        """Return the solutions of some rules that may differ by quads."""
        asked: Asked = {}
        for quad in quads:
            for kind in _kinds(quad):
                for reach, pattern, level in self._reading.get(kind, ()):
                    if reach in wanted and (pattern.graph is None) == (quad.graph_name == VIEW):
                        facts = self._seen[self._both] if reach.rule.body.stated else self._both
                        matching = self._matching(facts)
                        asked.setdefault(reach, set()).update(reach.up(pattern, level, quad, matching))
        return asked

    def _aimed(self, facts: Iterable[Quad], wanted: Set[Reach]) -> Asked:
        """Return the solutions by which some rules may conclude facts."""
        asked: Asked = {}
        for fact in facts:
            for kind in _kinds(fact):
                for reach, pattern in self._writing.get(kind, ()):
                    if reach in wanted:
                        matching = self._matching(self._both)
                        asked.setdefault(reach, set()).update(reach.aimed(pattern, fact, matching))
        return asked

    def _concluded(self, asked: Asked, state: State) -> set[Quad]:
        """Return what rules conclude by some of their solutions."""
        found: set[Quad] = set()
        for reach, known in asked.items():
            if frozenset() in known:
                self.whole.add(reach.rule.name)
            facts = self._seen[state] if reach.rule.body.stated else state
            found.update(Quad(*triple) for triple in reach.concluded(known, self._matching(facts)))
        return found

    def _matching(self, facts: Facts) -> Matching:
        return self._matchings.setdefault(facts, Matching(facts))

    def _stands(self, fact: Quad, state: State) -> bool:
        """Say whether a fact is stated."""
        return self._seen[state].states(fact)

    def _withdrawable(self, fact: Quad) -> bool:
        return fact in self._now and not self._stands(fact, self._now)

    def _enter(self, fact: Quad) -> None:
        self._forget(self._now)
        if fact in self._old:
            self._gone.discard(fact)
        else:
            self._forget(self._both)
            self._come.add(fact)
            self._ever.add(fact)

    def _leave(self, fact: Quad) -> None:
        self._forget(self._now)
        if fact in self._old:
            self._gone.add(fact)
        else:
            self._come.remove(fact)

    def _forget(self, state: State) -> None:
        """Forget what was looked up in a state."""
        self._matchings.pop(state, None)
        self._matchings.pop(self._seen[state], None)

    def _lost(self) -> list[Quad]:
        """Return the facts that were and are no more."""
        return [quad for quad in self._gone if quad.graph_name == VIEW]

    def _changed(self) -> list[Quad]:
        """Return the facts that were and are no more, or that are and were not."""
        return [*self._lost(), *self._come.quads_for_pattern(None, None, None, VIEW)]

    def _net(
        self, additions: dict[Quad, Place | None], removals: dict[Quad, Place | None], facts: Iterable[Quad]
    ) -> Change:
        """Return what is stated with what is derived and stated nowhere."""
        for fact in {*facts, *self._changed()}:
            quad = Quad(fact.subject, fact.predicate, fact.object, self._derived)
            is_derived = self._withdrawable(fact)
            if is_derived != (quad in self.dataset.store):
                (additions if is_derived else removals)[quad] = None
        return Change(additions, removals)


def _fact(quad: Quad) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object)


def _stored(quad: Quad) -> Quad:
    """Return a quad as the store keeps it: 12.50 and 12.5 are one number."""
    if isinstance(quad.object, Literal):
        return Quad(quad.subject, quad.predicate, stored(quad.object), quad.graph_name)
    return quad


def _kinds(quad: Quad) -> tuple[NamedNode | None, ...]:
    """Return the kinds of patterns that a quad can fit."""
    if quad.predicate == TYPE and isinstance(quad.object, NamedNode):
        return quad.object, TYPE, None
    return quad.predicate, None


def _joined(*asked: Asked) -> Asked:
    found: Asked = {}
    for one in asked:
        for reach, known in one.items():
            found.setdefault(reach, set()).update(known)
    return found
