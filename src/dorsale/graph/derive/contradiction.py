"""
The smallest set of facts and axioms that contradict each other, found by removal.

A reasoner says that a graph contradicts itself, not where. The shortest beginning of all the facts that still does
ends with one that is needed: it is kept, what comes after it is dropped, and the rest is asked again, what is nearest
to the kept ones first, since that is where the others are. Then the same is done with the axioms. Each question
starts HermiT once, so what counts is to ask few.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from dorsale.graph.derive.axioms import ALL_DISJOINT, DISJOINT, FIRST, MEMBERS, TYPE, Axioms, Node
from dorsale.graph.derive.consistency import INDIVIDUAL, classify, declares, judged
from dorsale.names import PUBLIC, prefixes, shorten

# What most axioms share says nothing of which are near each other.
GRAMMAR = tuple(PUBLIC[name] for name in ("owl", "rdf", "rdfs"))
# How many of the nearest are asked about first, and how many times more each time that they do not suffice.
FIRST_GUESS, GROWTH = 8, 4


@dataclass(frozen=True, slots=True)
class Axiom:
    """One axiom: a triple, with all that its blank nodes hold."""

    triples: tuple[Triple, ...]

    def __str__(self) -> str:
        head, known = self.triples[0], Axioms.read(self.triples)
        return " ".join(_written(term, known) for term in (head.subject, head.predicate, head.object))


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Facts and axioms that contradict each other, none of which can be spared."""

    facts: tuple[Triple, ...]
    axioms: tuple[Axiom, ...]


Part = TypeVar("Part")
Step = Callable[[str], None]


def contradiction(
    axioms: Iterable[Triple], facts: Iterable[Triple], step: Step = lambda _: None
) -> Contradiction | None:
    """
    Return a smallest set of facts and axioms that contradict each other, or nothing where all agree.

    Classes that one axiom sets apart all together are told in pairs. Where there are several contradictions, it is
    one of them. ``step`` is told what is searched. Raises :class:`JavaMissing` where there is no Java.
    """
    meant = dict.fromkeys(axioms)
    known = list(dict.fromkeys(judged([*meant, *facts])))
    declared = [triple for triple in known if declares(triple)]
    said = _axioms([triple for triple in known if triple in meant and not declares(triple)])
    given = [triple for triple in known if triple not in meant and triple.object != INDIVIDUAL]
    # A reader understands "it is a contract" sooner than what makes it one.
    given.sort(key=lambda fact: fact.predicate != TYPE)

    def clash(some: Iterable[Triple], meaning: Iterable[Axiom]) -> bool:
        return not classify([*declared, *(t for axiom in meaning for t in axiom.triples), *some]).consistent

    if not clash(given, said):
        return None
    step("contradiction-facts")
    terms = {triple.subject for triple in declared}
    few = _smallest(given, lambda some: clash(some, said), lambda fact: _nodes([fact]) - terms, set())
    step("contradiction-axioms")
    needed = _smallest(said, lambda some: clash(few, some), lambda axiom: _nodes(axiom.triples), _nodes(few))
    return Contradiction(tuple(few), tuple(needed))


def _smallest(
    parts: Sequence[Part], clash: Callable[[Sequence[Part]], bool], names: Callable[[Part], Set[Node]], near: Set[Node]
) -> list[Part]:
    """Return parts that clash and none of which can be spared, given that all together clash."""
    found: list[Part] = []
    rest = list(parts)
    near = set(near)
    while size := _shortest(rest := _by_distance(rest, names, near), bool(near), lambda head: clash([*found, *head])):
        *rest, needed = rest[:size]
        found.append(needed)
        near |= names(needed)
    return found


def _shortest(parts: Sequence[Part], few: bool, clash: Callable[[Sequence[Part]], bool]) -> int:
    """Return how many of the first parts it takes to clash, probably ``few``, given that all together do."""
    low, high = 0, 0 if few else len(parts)
    while high < len(parts) and not clash(parts[:high]):
        low, high = high + 1, min(max(FIRST_GUESS, high * GROWTH), len(parts))
    while low < high:
        middle = (low + high) // 2
        if clash(parts[:middle]):
            high = middle
        else:
            low = middle + 1
    return high


def _by_distance(parts: list[Part], names: Callable[[Part], Set[Node]], near: Set[Node]) -> list[Part]:
    """Return parts in the order of how many steps lead from what is near to them; those that none leads to, last."""
    ordered: list[Part] = []
    near = set(near)
    while at := [part for part in parts if near & names(part)]:
        ordered += at
        parts = [part for part in parts if not near & names(part)]
        near.update(*map(names, at))
    return ordered + parts


def _nodes(triples: Iterable[Triple]) -> set[Node]:
    return {
        term
        for triple in triples
        for term in (triple.subject, triple.predicate, triple.object)
        if isinstance(term, NamedNode) and not term.value.startswith(GRAMMAR)
    }


def _axioms(triples: Sequence[Triple]) -> list[Axiom]:
    """Return triples as axioms: what stands in a blank node belongs to the axiom that leads to it."""
    known = Axioms.read(triples)
    of: dict[object, list[Triple]] = {}
    for triple in triples:
        of.setdefault(triple.subject, []).append(triple)

    def held(node: object) -> Iterator[Triple]:
        for triple in of.get(node, ()) if isinstance(node, BlankNode) else ():
            yield triple
            yield from held(triple.object)

    found = []
    for subject, about in of.items():
        if isinstance(subject, NamedNode):
            found += [Axiom((triple, *held(triple.object))) for triple in about]
        elif isinstance(subject, BlankNode) and ALL_DISJOINT in known.values(subject, TYPE):
            (members,) = known.values(subject, MEMBERS)
            for one, other in combinations(known.listed(members), 2):
                found.append(Axiom((Triple(one, DISJOINT, other), *held(one), *held(other))))
    return found


def _written(node: Node | Literal | Triple, known: Axioms) -> str:
    """Return a term as Turtle would have it, with what a blank node holds in its place."""
    if not isinstance(node, BlankNode):
        return shorten(node.value, prefixes()) if isinstance(node, NamedNode) else str(node)
    if known.values(node, FIRST):
        return f"( {' '.join(_written(member, known) for member in known.listed(node))} )"
    said = [
        f"{shorten(predicate.value, prefixes())} {_written(value, known)}"
        for predicate, values in known.of.get(node, {}).items()
        if predicate != TYPE
        for value in values
    ]
    return f"[ {' ; '.join(said)} ]"
