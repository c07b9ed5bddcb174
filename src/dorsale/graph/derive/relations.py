"""
Facts as relations: for each property, and for each class, the pairs that it holds between.

Terms are numbers here and a rule of one pattern, which most are, is an operation on sets: a fact that goes through
the engine and back costs ten times as much. Joins go from pair to pair by indexes, made for the relations that ask.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad, Triple, Variable

from dorsale.graph.derive.body import TYPE, Pattern, Term

# A property, or a class: its members are pairs with the class itself.
Key = NamedNode | tuple[NamedNode, Term]
Pair = tuple[int, int]
End = Variable | int
Bindings = dict[End, int]


def key(predicate: NamedNode, value: Term) -> Key:
    """Return the relation that a fact is of."""
    return (TYPE, value) if predicate == TYPE else predicate


class Relations:
    """Relations that grow, and what each gained since it was last asked."""

    def __init__(self) -> None:
        self._numbers: dict[Term, int] = {}
        self._terms: list[Term] = []
        self._literals: set[int] = set()
        self._pairs: defaultdict[Key, set[Pair]] = defaultdict(set)
        self._after: dict[Key, dict[End, list[int]]] = {}
        self._before: dict[Key, dict[End, list[int]]] = {}
        self._new: defaultdict[Key, set[Pair]] = defaultdict(set)

    def number(self, term: Term) -> int:
        """Return the number of a term."""
        if (number := self._numbers.get(term)) is None:
            number = self._numbers[term] = len(self._terms)
            self._terms.append(term)
            if isinstance(term, Literal):
                self._literals.add(number)
        return number

    def read(self, facts: Iterable[Quad | Triple]) -> None:
        """Take facts in as given ones, which are not new."""
        for fact in facts:
            subject, predicate, value = fact.subject, fact.predicate, fact.object
            if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
                self._pairs[key(predicate, value)].add((self.number(subject), self.number(value)))

    def add(self, relation: Key, pairs: set[Pair]) -> None:
        """Take pairs in, and remember which are new."""
        if not (new := pairs - self._pairs[relation]):
            return
        self._pairs[relation] |= new
        self._new[relation] |= new
        for index, first in ((self._after, 0), (self._before, 1)):
            if (links := index.get(relation)) is not None:
                for pair in new:
                    links.setdefault(pair[first], []).append(pair[1 - first])

    def take(self) -> dict[Key, set[Pair]]:
        """Return what is new since this was last asked."""
        new, self._new = self._new, defaultdict(set)
        return new

    def all(self, relation: Key) -> set[Pair]:
        """Return the pairs of a relation."""
        return self._pairs.get(relation, set())

    def literal(self, number: int) -> bool:
        """Say whether a number is that of a literal, of which nothing can be said."""
        return number in self._literals

    def facts(self, relation: Key, pairs: Iterable[Pair]) -> Iterator[tuple[Term, NamedNode, Term]]:
        """Yield the facts that pairs of a relation are."""
        terms, predicate = self._terms, TYPE if isinstance(relation, tuple) else relation
        for subject, value in pairs:
            yield terms[subject], predicate, terms[value]

    def values(self, relation: Key) -> Mapping[End, Sequence[int]]:
        """Return the values of each thing."""
        return self._index(self._after, relation, 0)

    def subjects(self, relation: Key) -> Mapping[End, Sequence[int]]:
        """Return the things that have each value."""
        return self._index(self._before, relation, 1)

    def _index(self, index: dict[Key, dict[End, list[int]]], relation: Key, first: int) -> dict[End, list[int]]:
        if relation not in index:
            links = index[relation] = {}
            for pair in self.all(relation):
                links.setdefault(pair[first], []).append(pair[1 - first])
        return index[relation]


@dataclass(frozen=True, slots=True)
class Atom:
    """A triple pattern over numbers: a relation between two ends, each a variable or the number of a term."""

    relation: Key
    subject: End
    value: End

    @classmethod
    def of(cls, pattern: Pattern, relations: Relations) -> "Atom":
        """Return a pattern of a named property, and of a named class if that property is rdf:type, as an atom."""
        assert isinstance(pattern.predicate, NamedNode)
        ends = (
            term if isinstance(term, Variable) else relations.number(term) for term in (pattern.subject, pattern.object)
        )
        return cls(key(pattern.predicate, pattern.object), *ends)

    def fits(self, pairs: Iterable[Pair]) -> list[Bindings]:
        """Return what its variables are for each of the pairs that it can be."""
        if isinstance(self.subject, Variable) and isinstance(self.value, Variable):
            if self.subject == self.value:
                return [{self.subject: subject} for subject, value in pairs if subject == value]
            return [{self.subject: subject, self.value: value} for subject, value in pairs]
        if isinstance(self.subject, Variable):
            return [{self.subject: subject} for subject, value in pairs if value == self.value]
        if isinstance(self.value, Variable):
            return [{self.value: value} for subject, value in pairs if subject == self.subject]
        return [{} for pair in pairs if pair == (self.subject, self.value)]

    def join(self, relations: Relations, found: list[Bindings]) -> list[Bindings]:
        """Return what is known with what a pair that fits adds to it."""
        if not found:
            return []
        # Every row binds the same variables; a number, which none binds, stands for itself.
        subject, value = self.subject, self.value
        has_subject, has_value = (not isinstance(end, Variable) or end in found[0] for end in (subject, value))
        if not (has_subject or has_value):
            return [known | more for known in found for more in self.fits(relations.all(self.relation))]
        if has_subject and has_value:
            pairs = relations.all(self.relation)
            return [known for known in found if (known.get(subject, subject), known.get(value, value)) in pairs]
        if has_subject:
            values = relations.values(self.relation)
            return [{**known, value: more} for known in found for more in values.get(known.get(subject, subject), ())]
        subjects = relations.subjects(self.relation)
        return [{**known, subject: more} for known in found for more in subjects.get(known.get(value, value), ())]

    def pairs(self, found: Iterable[Bindings]) -> Iterator[Pair]:
        """Yield the pair that it is with its variables bound."""
        for known in found:
            yield _bound(self.subject, known), _bound(self.value, known)


def _bound(end: End, known: Bindings) -> int:
    return end if isinstance(end, int) else known[end]


@dataclass(frozen=True, slots=True)
class Join:
    """A rule of patterns alone, over numbers."""

    heads: tuple[Atom, ...]
    body: tuple[Atom, ...]

    @classmethod
    def of(cls, template: Iterable[Pattern], body: Iterable[Pattern], relations: Relations) -> "Join":
        """Return the template and the patterns of a rule as a join."""
        return cls(*(tuple(Atom.of(pattern, relations) for pattern in patterns) for patterns in (template, body)))

    def everything(self, relations: Relations) -> None:
        """Conclude from all there is."""
        first = min(self.body, key=lambda atom: len(relations.all(atom.relation)))
        self._conclude(first, relations.all(first.relation), relations)

    def latest(self, new: dict[Key, set[Pair]], relations: Relations) -> None:
        """Conclude from the pairs that are new, with each other and with all there is."""
        for atom in self.body:
            if pairs := new.get(atom.relation):
                self._conclude(atom, pairs, relations)

    def _conclude(self, first: Atom, pairs: set[Pair], relations: Relations) -> None:
        if len(self.body) == 1 and isinstance(first.subject, Variable) and first.subject != first.value:
            for head in self.heads:
                relations.add(head.relation, _mapped(first, head, pairs, relations))
            return
        found = first.fits(pairs)
        for atom in _order(self.body, first):
            found = atom.join(relations, found)
        for head in self.heads:
            made = {pair for pair in head.pairs(found) if not relations.literal(pair[0])}
            relations.add(head.relation, made)


def _mapped(first: Atom, head: Atom, pairs: set[Pair], relations: Relations) -> set[Pair]:
    """Return what a rule of one pattern makes of pairs: the commonest rules, and no bindings."""
    if isinstance(first.value, int):
        pairs = {pair for pair in pairs if pair[1] == first.value}
    if (head.subject, head.value) == (first.subject, first.value):
        return pairs
    if head.subject == first.subject and isinstance(head.value, int):
        return {(subject, head.value) for subject, _ in pairs}
    if head.subject == first.value and isinstance(head.value, int):
        return {(value, head.value) for _, value in pairs if not relations.literal(value)}
    if (head.subject, head.value) == (first.value, first.subject):
        return {(value, subject) for subject, value in pairs if not relations.literal(value)}
    return {pair for pair in head.pairs(first.fits(pairs)) if not relations.literal(pair[0])}


def _order(atoms: Iterable[Atom], first: Atom) -> Iterator[Atom]:
    """Yield the other atoms so that each has as much bound as can be by those before."""
    waiting = [atom for atom in atoms if atom is not first]
    bound = {first.subject, first.value}
    while waiting:
        waiting.sort(key=lambda atom: len({atom.subject, atom.value} & bound))
        yield (atom := waiting.pop())
        bound |= {atom.subject, atom.value}
