"""
What changed between two editions: facts that came, went, have another value, or are stated by other passages.

A fact is a triple, and a fact that is stated twice is one. A value is another one where the same property of the same
thing had one value and has one. Passages are the words that they quote: words that only moved in their document state
the same facts as before. Two exports are compared whole; beside a workspace, only what is stated is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Literal as OneOf

from pyoxigraph import Literal, NamedNode, Triple

from dorsale.documents.facts import EVIDENCE, Passage
from dorsale.edition import Edition
from dorsale.errors import PlainExport
from dorsale.graph.explain.sources import KINDS, Source, Sources
from dorsale.names import KINDS as KINDS_OF_THINGS
from dorsale.names import dor
from dorsale.terms import TYPE
from dorsale.turtle import FIRST

Kind = OneOf["added", "removed", "changed", "resourced"]
State = OneOf["new", "gone", "kept"]
# Who says a fact: a passage by its document and its words, else the kind of file.
Saying = tuple[str, str]
# What nobody states of things.
COMPUTED = [name for name, kind in KINDS.items() if kind in ("derived", "ontology")]
# What is said about passages tells who says a fact, and is none itself.
ABOUT_PASSAGES = {EVIDENCE, dor("Overruling")}


@dataclass(frozen=True, slots=True)
class Difference:
    """
    How a fact differs: as it was before, and as it is after; nothing on the side that does not state it.

    ``was`` and ``now`` are who says it on each side; of one that only other passages state, those that differ.
    """

    kind: Kind
    before: Triple | None
    after: Triple | None
    was: tuple[Source, ...] = ()
    now: tuple[Source, ...] = ()

    @property
    def fact(self) -> Triple:
        """The fact as it is, or as it was."""
        fact = self.after or self.before
        assert fact is not None
        return fact

    @property
    def thing(self) -> NamedNode:
        """What the fact is about."""
        assert isinstance(self.fact.subject, NamedNode)
        return self.fact.subject


@dataclass(frozen=True, slots=True)
class Loss:
    """How many of its instances a class lost, or of its facts a property."""

    kind: OneOf["class", "property"]
    term: NamedNode
    had: int
    lost: int

    @property
    def share(self) -> float:
        """What was lost, in percent of what was there."""
        return 100 * self.lost / self.had


class Comparison:
    """Two editions side by side. Raises :class:`PlainExport` where one does not tell what is stated from the rest."""

    def __init__(self, old: Edition, new: Edition) -> None:
        self.old, self.new = old, new
        # Whether what was derived and what terms are called is compared, too.
        self.whole = old.exported and new.exported
        for side in (old, new):
            if not self.whole and not side.sourced:
                raise PlainExport(name=side.name)
        self.before, self.after = _said(old, self.whole), _said(new, self.whole)
        self._was, self._now = Sources(old.dataset), Sources(new.dataset)
        self.removed = self.before.keys() - self.after.keys()
        self.added = self.after.keys() - self.before.keys()

    @property
    def sourced(self) -> bool:
        """Whether both sides tell the passages of their facts, so that these can be compared."""
        return self.old.sourced and self.new.sourced

    @cached_property
    def moved(self) -> int:
        """How many quotations stand at other offsets of their document, word for word."""
        before, after = _standing(self.old.passages.values()), _standing(self.new.passages.values())
        return sum(1 for words in before.keys() & after.keys() if before[words] != after[words])

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """What differs, a thing after the other, in an order that does not depend on that of the files."""
        found = [*self._changed(), *(self._resourced() if self.sourced else ())]
        told = {fact for one in found for fact in (one.before, one.after)}
        found += [Difference("removed", fact, None, self._was.of(fact)) for fact in self.removed - told]
        found += [Difference("added", None, fact, (), self._now.of(fact)) for fact in self.added - told]
        return tuple(sorted(found, key=self._order))

    def counts(self) -> dict[str, int]:
        """Return how many differences there are of each kind, and how many things are new, gone, otherwise changed."""
        kinds = Counter(one.kind for one in self.differences)
        states = Counter(state for _, state, _ in self.things())
        counted: dict[str, int] = {kind: kinds[kind] for kind in ("added", "removed", "changed", "resourced")}
        return {**counted, "moved": self.moved, **{state: states[state] for state in ("new", "gone", "kept")}}

    def things(self) -> Iterator[tuple[NamedNode, State, tuple[Difference, ...]]]:
        """Yield each thing with its differences: a new one, one that is gone, or one that both sides know."""
        for thing, found in groupby(self.differences, key=lambda one: one.thing):
            known = (thing in self._known[0], thing in self._known[1])
            yield thing, {(False, True): "new", (True, False): "gone"}.get(known, "kept"), tuple(found)  # type: ignore[misc]

    def losses(self, share: float) -> tuple[Loss, ...]:
        """Return the classes and properties that lost more than a share, in percent, of what they had."""
        changed = {one.before for one in self.differences if one.kind == "changed"}
        had = Counter(_counted(self.before))
        lost = Counter(_counted(fact for fact in self.removed if fact.predicate == TYPE or fact not in changed))
        found = [Loss(*what, had=had[what], lost=lost[what]) for what in lost]
        over = (loss for loss in found if loss.share > share)
        return tuple(sorted(over, key=lambda loss: (loss.kind, -loss.share, loss.term.value)))

    @cached_property
    def _known(self) -> tuple[set[object], set[object]]:
        return ({fact.subject for fact in self.before}, {fact.subject for fact in self.after})

    def _changed(self) -> Iterator[Difference]:
        """Yield the facts whose property had one value of its language and has another one."""
        wanted = set(map(_place, self.removed)) & set(map(_place, self.added))
        values = [
            Counter(place for place in map(_place, side) if place in wanted) for side in (self.before, self.after)
        ]
        alone = {place for place in wanted if values[0][place] == values[1][place] == 1}
        before = {_place(fact): fact for fact in self.removed}
        for fact in self.added:
            if (place := _place(fact)) in alone:
                yield Difference("changed", before[place], fact, self._was.of(before[place]), self._now.of(fact))

    def _resourced(self) -> Iterator[Difference]:
        """Yield the facts that both sides state, and that other words state now."""
        for fact, saying in self.before.items():
            if self.after.get(fact, saying) != saying:
                gone = tuple(one for one in self._was.of(fact) if _saying(one) not in self.after[fact])
                come = tuple(one for one in self._now.of(fact) if _saying(one) not in saying)
                yield Difference("resourced", fact, fact, gone, come)

    def _order(self, one: Difference) -> tuple[object, ...]:
        thing, fact = one.thing.value, one.fact
        rest = thing.removeprefix(self.new.dataset.base).removeprefix(self.old.dataset.base)
        kind = rest.split("/", 1)[0]
        rank = KINDS_OF_THINGS.index(kind) if kind in KINDS_OF_THINGS else len(KINDS_OF_THINGS)
        return (rank, thing, FIRST.get(fact.predicate, len(FIRST)), fact.predicate.value, str(fact.object), one.kind)


def compare(old: Edition, new: Edition) -> Comparison:
    """Return two editions side by side; raises :class:`PlainExport`."""
    return Comparison(old, new)


def _said(edition: Edition, whole: bool) -> dict[Triple, frozenset[Saying]]:
    """Return each fact of an edition with who says it; what was derived, and the terms, only of a ``whole`` one."""
    base = edition.dataset.base
    sayings: dict[object, Saying] = {NamedNode(f"{base}graph/{name}"): (kind, "") for name, kind in KINDS.items()}
    sayings.update((iri, _words(passage)) for iri, passage in edition.passages.items())
    computed = {NamedNode(f"{base}graph/{name}") for name in COMPUTED}
    said: dict[Triple, set[Saying]] = {}
    for quad in edition.dataset.quads():
        if whole or quad.graph_name not in computed:
            said.setdefault(quad.triple, set()).add(sayings[quad.graph_name])
    for fact in edition.dataset.facts() if whole else ():
        said.setdefault(fact, set())
    aside = {fact.subject for fact in said if fact.predicate == TYPE and fact.object in ABOUT_PASSAGES}
    derived = ("derived", "")
    return {
        fact: frozenset(saying - {derived} or saying)
        for fact, saying in said.items()
        if fact.subject not in aside and fact.object not in aside
    }


def _words(passage: Passage) -> Saying:
    return (passage.document.value, " ".join(passage.exact.split()))


def _saying(source: Source) -> Saying:
    if (passage := source.passage) is None:
        return (source.kind, "")
    return (passage.document.value, " ".join(passage.exact.split()))


def _standing(passages: Iterable[Passage]) -> dict[Saying, set[tuple[int, int]]]:
    """Return where the words of passages stand."""
    found: dict[Saying, set[tuple[int, int]]] = {}
    for passage in passages:
        found.setdefault(_words(passage), set()).add((passage.start, passage.end))
    return found


def _place(fact: Triple) -> tuple[object, ...]:
    """Return what a fact says something about: a property of a thing, a label in one language."""
    return (fact.subject, fact.predicate, fact.object.language if isinstance(fact.object, Literal) else None)


def _counted(facts: Iterable[Triple]) -> Iterator[tuple[OneOf["class", "property"], NamedNode]]:
    """Yield the class of each instance, and the property of each other fact."""
    for fact in facts:
        if fact.predicate != TYPE:
            yield "property", fact.predicate
        elif isinstance(fact.object, NamedNode):
            yield "class", fact.object
