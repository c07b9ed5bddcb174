"""
Shapes that nothing meets: they judge nothing until somebody states something of the kind that they are about.

A shape that lost its target to a renamed class looks the same as one that waits for a first document.
"""

from collections.abc import Iterable

from pyoxigraph import NamedNode, Triple

from dorsale.graph.store import Dataset
from dorsale.graph.validate.paths import Composed, back, walk
from dorsale.graph.validate.shapebook import TARGETS, Shapebook
from dorsale.graph.validate.state import State, Term
from dorsale.names import public

TYPE, BELOW = public("rdf:type"), back(Composed("*", (public("rdfs:subClassOf"),)))


def idle(dataset: Dataset, shapes: Iterable[Triple]) -> tuple[Term, ...]:
    """Return the shapes that have targets, of which a dataset holds none, sorted."""
    book, state = Shapebook(shapes), State(dataset.store)
    aiming = {
        shape: [(kind, value) for kind in TARGETS for value in said.get(public(f"sh:{kind}"), ())]
        for shape, said in book.said.items()
    }
    unmet = (
        shape for shape, targets in aiming.items() if targets and not any(_met(state, *target) for target in targets)
    )
    return tuple(sorted(unmet, key=lambda shape: shape.value))


def _met(state: State, kind: str, value: Term) -> bool:
    if kind == "targetNode":
        return True  # it is judged whether or not anything is said of it
    if kind == "targetClass":
        return any(True for below in walk(state, BELOW, {value}) for _ in state.triples(None, TYPE, below))
    return isinstance(value, NamedNode) and any(True for _ in state.triples(None, value, None))
