"""
Why a fact holds: stated by passages, or concluded by a rule from premises that are explained in turn.

The search goes backwards from the fact, level by level, asks the rules once for each fact that it meets, and proves
forwards from what is stated. So a proof is one of the lowest there are, no fact stands above itself in it, and what
the rest of the graph holds is never looked at.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from pyoxigraph import NamedNode, Triple

from dorsale.graph.explain.sources import Source, Sources
from dorsale.graph.labels import Term
from dorsale.graph.store import VIEW, Dataset

# How many ways to conclude one fact by one rule are weighed: a fact may follow from hundreds of pairs.
WAYS = 50


class Rule(Protocol):
    """What an explanation asks of a rule: its name, its title, and the premises of a conclusion."""

    @property
    def name(self) -> str:
        """Its name, that of its file."""

    @property
    def title(self) -> Mapping[str, str]:
        """What it concludes, in French and in English."""

    def premises(self, dataset: Dataset, triple: Triple) -> Iterator[tuple[Triple, ...]]:
        """Yield each set of facts from which it concludes a fact."""


Rules = Callable[[], Iterable[Rule]]
Way = tuple[Rule, tuple[Triple, ...]]


@dataclass(frozen=True, slots=True)
class Proof:
    """A fact with those who state it, or with the rule that concludes it and the proofs of its premises."""

    fact: Triple
    sources: tuple[Source, ...]
    rule: Rule | None = None
    premises: tuple["Proof", ...] = ()

    def leaves(self) -> Iterator["Proof"]:
        """Yield what the proof rests on: the facts that somebody states."""
        if self.rule is None:
            yield self
        for premise in self.premises:
            yield from premise.leaves()


class Prover:
    """Finds proofs in a dataset; ``rules`` is only called when a fact is met that nobody states."""

    def __init__(self, dataset: Dataset, rules: Rules, sources: Sources | None = None) -> None:
        self.dataset = dataset
        self.sources = sources or Sources(dataset)
        self._rules = rules
        self._read: tuple[Rule, ...] | None = None
        self._proved: dict[Triple, Way | None] = {}

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, read when they are first needed."""
        if self._read is None:
            self._read = tuple(self._rules())
        return self._read

    def prove(self, goal: Triple) -> Proof | None:
        """Return why a fact holds, or nothing where neither a source nor a rule leads to it."""
        ways: dict[Triple, list[Way]] = {}
        frontier = [goal]
        while frontier and goal not in self._proved:
            ways.update({fact: list(self._ways(fact)) for fact in frontier if not self._stated(fact)})
            self._conclude(ways)
            open_ways = (way for fact, found in ways.items() if fact not in self._proved for way in found)
            met = dict.fromkeys(premise for _, premises in open_ways for premise in premises)
            frontier = [fact for fact in met if fact not in ways and fact not in self._proved]
        return self._proof(goal) if goal in self._proved else None

    def rule_of(self, fact: Triple) -> Rule | None:
        """Return a rule that concludes a fact, the first by name."""
        return next((rule for rule, _ in self._ways(fact, 1)), None)

    def _proof(self, fact: Triple) -> Proof:
        way, sources = self._proved[fact], self.sources.of(fact)
        return Proof(fact, sources, way[0], tuple(map(self._proof, way[1]))) if way else Proof(fact, sources)

    def _stated(self, fact: Triple) -> bool:
        """Say whether somebody states a fact, which then needs no other proof."""
        if fact not in self._proved and self.sources.stated(fact):
            self._proved[fact] = None
        return self._proved.get(fact, ()) is None

    def _ways(self, fact: Triple, most: int = WAYS) -> Iterator[Way]:
        """Yield how the rules conclude a fact that is in the graph, the ways of each rule from few premises to many."""
        if not self.sources.known(fact):
            return
        for rule in self.rules:
            found = {tuple(dict.fromkeys(premises)) for premises in islice(rule.premises(self.dataset, fact), most)}
            for premises in sorted(found, key=lambda premises: (len(premises), list(map(str, premises)))):
                if fact not in premises:
                    yield rule, premises

    def _conclude(self, ways: Mapping[Triple, list[Way]]) -> None:
        """Prove what follows from what is proved, round by round: the lowest proofs are found first."""
        while new := {
            fact: way
            for fact, found in ways.items()
            if fact not in self._proved
            for way in islice((way for way in found if all(map(self._holds, way[1]))), 1)
        }:
            self._proved.update(new)

    def _holds(self, fact: Triple) -> bool:
        return fact in self._proved or self._stated(fact)


def facts(dataset: Dataset, subject: NamedNode, predicate: NamedNode, value: Term | None = None) -> list[Triple]:
    """Return the facts of a thing that have this property, and this value where one is given."""
    quads = dataset.store.quads_for_pattern(subject, predicate, value, VIEW)
    return sorted((quad.triple for quad in quads), key=lambda fact: str(fact.object))
