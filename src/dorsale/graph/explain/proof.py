"""
Why a fact holds: stated by passages, or concluded by a rule from premises that are explained in turn.

The search goes backwards from the fact, level by level, asks the rules for each fact that it meets, and proves
forwards from what is stated. What would stand on a fact that is itself in question waits until that is proved: a
council is an actor because it is a municipality, and not because actors that grant contracts are. So a proof is a
low one, no fact stands above itself in it, and what the rest of the graph holds is never looked at.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Protocol

from pyoxigraph import NamedNode, Triple

from dorsale.graph.explain.sources import Source, Sources
from dorsale.graph.labels import Term
from dorsale.graph.store import VIEW, Dataset
from dorsale.names import public

# How many ways to conclude one fact by one rule are weighed: a fact may follow from hundreds of pairs.
WAYS = 50
TYPE = public("rdf:type")


class Rule(Protocol):
    """What an explanation asks of a rule: its name, its title, and the premises of a conclusion."""

    @property
    def name(self) -> str:
        """Its name, that of its file."""

    @property
    def title(self) -> Mapping[str, str]:
        """What it concludes, in French and in English."""

    @property
    def concludes(self) -> Collection[NamedNode]:
        """The properties of what it concludes, and of rdf:type the classes; nothing where it may be any."""

    def makes(self, triple: Triple) -> NamedNode | None:
        """Return the subject of a fact that has the form of one of its conclusions, if that is a thing it makes."""

    def premises(self, dataset: Dataset, triple: Triple, without: Set[Triple]) -> Iterator[tuple[Triple, ...]]:
        """Yield each set of facts from which it concludes a fact, but those with one of ``without``."""


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
        self._proved: dict[Triple, Way | None] = {}
        self._making: dict[tuple[str, NamedNode], Way | None] = {}

    def prove(self, goal: Triple) -> Proof | None:
        """Return why a fact holds, or nothing where neither a source nor a rule leads to it."""
        ways: dict[Triple, list[Way]] = {}
        frontier = [goal]
        before = (0, 0, 0)
        while goal not in self._proved:
            if not frontier:
                # What would have stood on a fact in question may stand on it now.
                now = (len(self._proved), len(ways), sum(map(len, ways.values())))
                if now == before:
                    return None
                before = now
                frontier = [fact for fact in ways if fact not in self._proved]
            asked = [fact for fact in frontier if not self._stated(fact)]
            open_facts = {*asked, *(fact for fact in ways if fact not in self._proved)}
            for fact in asked:
                known = ways.setdefault(fact, [])
                for way in self._ways(fact, open_facts):
                    if way not in known:
                        known.append(way)
                    if all(map(self._stated, way[1])):
                        # There is none lower, and none that comes before.
                        break
            self._conclude(ways)
            open_ways = (way for fact, found in ways.items() if fact not in self._proved for way in found)
            met = dict.fromkeys(premise for _, premises in open_ways for premise in premises)
            frontier = [fact for fact in met if fact not in ways and fact not in self._proved]
        return self._proof(goal)

    def way_of(self, fact: Triple) -> Way | None:
        """Return a rule that concludes a fact, the first by name, with the facts that it does so from: few of them."""
        if not self.sources.known(fact):
            return None
        for rule in self._concluding(fact):
            # All that a rule concludes about a thing that it makes, it concludes from the same.
            key = (rule.name, made) if (made := rule.makes(fact)) else None
            if key is None or key not in self._making:
                asked = self._first_made(rule, made) if made else fact
                found = islice(rule.premises(self.dataset, asked, frozenset()), WAYS)
                # Whichever the store finds first: in memory that is another one than on disk.
                premises = min(found, key=_few, default=None)
                way = None if premises is None else (rule, premises)
                if key:
                    self._making[key] = way
            else:
                way = self._making[key]
            if way:
                return way
        return None

    def _first_made(self, rule: Rule, made: NamedNode) -> Triple:
        """Return the fact that is asked for all that a rule concludes about a thing, whichever comes first to us."""
        said = (quad.triple for quad in self.dataset.store.quads_for_pattern(made, None, None, VIEW))
        return min((fact for fact in said if rule.makes(fact)), key=str)

    def _proof(self, fact: Triple) -> Proof:
        way, sources = self._proved[fact], self.sources.of(fact)
        return Proof(fact, sources, way[0], tuple(map(self._proof, way[1]))) if way else Proof(fact, sources)

    def _stated(self, fact: Triple) -> bool:
        """Say whether somebody states a fact, which then needs no other proof."""
        if fact not in self._proved and self.sources.stated(fact):
            self._proved[fact] = None
        return self._proved.get(fact, ()) is None

    def _ways(self, fact: Triple, without: Set[Triple] = frozenset(), most: int = WAYS) -> Iterator[Way]:
        """Yield how the rules conclude a fact that is in the graph, the ways of each rule from few premises to many."""
        if not self.sources.known(fact):
            return
        for rule in self._concluding(fact):
            found = {*islice(rule.premises(self.dataset, fact, without), most)}
            for premises in sorted(found, key=_few):
                yield rule, premises

    @cached_property
    def _by_conclusion(self) -> dict[Term | None, list[tuple[int, Rule]]]:
        """The rules, read when they are first needed, with their rank, by what they conclude."""
        found: dict[Term | None, list[tuple[int, Rule]]] = {}
        for ranked in enumerate(self._rules()):
            for concluded in ranked[1].concludes or (None,):
                found.setdefault(concluded, []).append(ranked)
        return found

    def _concluding(self, fact: Triple) -> list[Rule]:
        """Return the rules that may conclude a fact, in their order."""
        kinds = (None, fact.predicate, fact.object if fact.predicate == TYPE else None)
        ranked = dict(ranked for kind in kinds for ranked in self._by_conclusion.get(kind, ()))
        return [ranked[rank] for rank in sorted(ranked)]

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


def _few(premises: tuple[Triple, ...]) -> tuple[int, list[str]]:
    return len(premises), list(map(str, premises))


def facts(dataset: Dataset, subject: NamedNode, predicate: NamedNode, value: Term | None = None) -> list[Triple]:
    """Return the facts of a thing that have this property, and this value where one is given."""
    quads = dataset.store.quads_for_pattern(subject, predicate, value, VIEW)
    return sorted((quad.triple for quad in quads), key=lambda fact: str(fact.object))
