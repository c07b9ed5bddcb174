"""
The facts of a dataset at one moment of a change: as they are, as they were, or both at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

from dorsale.graph.store import VIEW

Term = NamedNode | BlankNode | Literal


class State:
    """The default graph of a store, with ``more`` triples than there are and without ``less`` of them."""

    def __init__(self, store: Store, more: Iterable[Triple] = (), less: Iterable[Triple] = ()) -> None:
        self.store = store
        self.less = frozenset(less)
        self.more: dict[Term | None, list[Triple]] = defaultdict(list)
        for triple in more:
            # By each of its parts: whoever looks knows one of them.
            for part in {triple.subject, triple.predicate, triple.object, None}:
                self.more[part].append(triple)  # type: ignore[index]

    def triples(self, subject: Term | None, predicate: NamedNode | None, value: Term | None) -> Iterator[Triple]:
        """Yield the triples that fit a pattern; nothing fits where a literal stands for the subject."""
        if isinstance(subject, Literal):
            return
        for quad in self.store.quads_for_pattern(subject, predicate, value, VIEW):
            if not self.less or quad.triple not in self.less:
                yield quad.triple
        if self.more:
            asked = (subject, predicate, value)
            for triple in self.more.get(next((part for part in asked if part is not None), None), ()):
                if all(part in (None, said) for part, said in zip(asked, triple, strict=True)):
                    yield triple

    def objects(self, subject: Term, predicate: NamedNode | None) -> Iterator[Term]:
        """Yield the values of a property of a thing, or of all its properties."""
        for triple in self.triples(subject, predicate, None):
            yield triple.object  # type: ignore[misc]

    def subjects(self, predicate: NamedNode | None, value: Term) -> Iterator[Term]:
        """Yield the things that have a value, for a property or for any."""
        for triple in self.triples(None, predicate, value):
            yield triple.subject  # type: ignore[misc]
