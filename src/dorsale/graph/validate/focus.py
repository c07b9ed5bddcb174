"""
Which things a change can give another result.

A shape reads triples, each at the end of a way from the thing that it judges. So from each triple that came or went the
ways are walked backwards, over what holds now and what held before, to the things that may be judged otherwise. Most
ways are short: the cost is that of the change, and of what is around it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import NamedNode, Quad, Store, Triple

from dorsale.graph.store import VIEW, Change, Dataset
from dorsale.graph.validate.paths import CLASS, back, walk
from dorsale.graph.validate.reads import Anywhere, Membership, Read, Reading, asking, drawing, reads
from dorsale.graph.validate.shacl import Asked
from dorsale.graph.validate.state import State, Term
from dorsale.names import public

TYPE, ABOVE = public("rdf:type"), public("rdfs:subClassOf")


@dataclass(frozen=True)
class Moved:
    """
    The facts that came and went with a change, and the states before and after it.

    A fact that another passage states too neither comes nor goes.
    """

    dataset: Dataset
    change: Change
    came: frozenset[Triple] = field(init=False)
    went: frozenset[Triple] = field(init=False)

    def __post_init__(self) -> None:
        added, removed = self._seen(self.change.additions), self._seen(self.change.removals)
        gone = {quad.triple for quad in removed}
        came = {triple for triple in {quad.triple for quad in added} - gone if not self._was_there(triple, added)}
        went = {triple for triple in gone if Quad(*triple, VIEW) not in self.dataset.store}  # type: ignore[call-arg]
        object.__setattr__(self, "came", frozenset(came))
        object.__setattr__(self, "went", frozenset(went))

    def _seen(self, quads: Iterable[Quad]) -> set[Quad]:
        """Return what the view sees of quads, with numbers and dates as a store keeps them, which is by their value."""
        store = Store()
        store.extend(quad for quad in quads if quad.graph_name not in self.dataset.apart)
        return set(store)

    def _was_there(self, triple: Triple, added: set[Quad]) -> bool:
        """Say whether a graph of the view held a triple before it was added to another one."""
        held = self.dataset.store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        return any(
            quad not in added and quad.graph_name != VIEW and quad.graph_name not in self.dataset.apart for quad in held
        )

    @cached_property
    def triples(self) -> list[Triple]:
        """What came and what went."""
        return [*self.came, *self.went]

    @cached_property
    def after(self) -> State:
        """The facts as they are."""
        return State(self.dataset.store)

    @cached_property
    def before(self) -> State:
        """The facts as they were."""
        return State(self.dataset.store, self.went, self.came)

    @cached_property
    def either(self) -> State:
        """The facts that are or were."""
        return State(self.dataset.store, self.went)

    @cached_property
    def turned(self) -> Mapping[Term, set[Term]]:
        """The things that entered or left each class, themselves or because a class came under another."""
        things = {triple.subject for triple in self.triples if triple.predicate == TYPE}
        lower = {triple.subject for triple in self.triples if triple.predicate == ABOVE}
        things |= walk(self.either, back(CLASS), lower)  # type: ignore[arg-type]
        found: dict[Term, set[Term]] = defaultdict(set)
        for thing in things:
            for kind in walk(self.before, CLASS, {thing}) ^ walk(self.after, CLASS, {thing}):  # type: ignore[arg-type]
                found[kind].add(thing)  # type: ignore[arg-type]
        return found


@dataclass(frozen=True)
class Touched:
    """
    What a change touches.

    ``things`` are those that each shape may judge otherwise, ``whole`` the shapes for which nothing tells them;
    ``gained`` says how many things more than before some shape is about.
    """

    things: Mapping[Asked, frozenset[Term]]
    whole: frozenset[Asked]
    gained: int


def touched(moved: Moved, shapes: Iterable[Asked]) -> Touched:
    """Return what a change touches."""
    shapes = list(shapes)
    judging: dict[Read, set[Asked]] = defaultdict(set)
    turning: dict[Read, set[Asked]] = defaultdict(set)
    for shape in shapes:
        for read in reads(shape):
            judging[read].add(shape)
        for read in drawing(shape):
            turning[read].add(shape)
    whole = frozenset(
        shape for read, those in judging.items() if isinstance(read, Anywhere) and _fits(read, moved) for shape in those
    )
    found: dict[Asked, set[Term]] = defaultdict(set)
    for read, things in _reached(moved, judging).items():
        for shape in judging[read] - whole:
            found[shape] |= things
    drawn = set()
    for read, things in _reached(moved, turning).items():
        for shape in turning[read]:
            new = {
                thing
                for thing in things
                if shape.about.meets(moved.before, thing) != shape.about.meets(moved.after, thing)
            }
            found[shape] |= new
            drawn |= new
    return Touched(
        {shape: frozenset(things) for shape, things in found.items() if shape not in whole},
        whole,
        sum(_met(moved.after, thing, shapes) - _met(moved.before, thing, shapes) for thing in drawn),
    )


def bearing(dataset: Dataset, change: Change, text: str, names: Sequence[str]) -> Mapping[str, frozenset[Term]] | None:
    """
    Return what each of some variables of a query is in rows that a change may have brought or taken.

    Each such row has one of these values at least; nothing is returned if nothing tells. A fact that one more passage
    states is a change, too: the query may ask for the GRAPHs of passages. ``dataset`` is as the change made it.
    """
    quads = [quad for quad in (*change.additions, *change.removals) if quad.graph_name not in dataset.apart]
    # What is said of a passage bears on all that it states.
    for passage in {quad.subject for quad in quads if isinstance(quad.subject, NamedNode)}:
        quads += dataset.store.quads_for_pattern(None, None, None, passage)
    triples, moved = {quad.triple for quad in quads}, Moved(dataset, change)
    reads = asking(text, names)
    if any(isinstance(read, Anywhere) and _fits(read, moved, triples) for read in frozenset().union(*reads.values())):
        return None
    return {name: frozenset().union(*_reached(moved, some, triples).values()) for name, some in reads.items()}


def _met(state: State, thing: Term, shapes: Iterable[Asked]) -> bool:
    return any(shape.about.meets(state, thing) for shape in shapes)


def _fits(read: Anywhere, moved: Moved, triples: Collection[Triple] = ()) -> bool:
    """
    Say whether what changed, or one of ``triples``, is read wherever it is.

    What reads any triple reads any graph too.
    """
    if read == Anywhere():
        return bool(moved.change.additions or moved.change.removals)
    asked = (read.subject, read.property, read.object)
    return any(
        all(part in (None, said) for part, said in zip(asked, triple, strict=True))
        for triple in triples or moved.triples
    )


def _reached(moved: Moved, asked: Iterable[Read], triples: Iterable[Triple] = ()) -> dict[Read, set[Term]]:
    """Return the things from which each reading leads to something that changed: to what moved, or to ``triples``."""
    by_property: dict[NamedNode | None, list[Reading]] = defaultdict(list)
    starts: dict[Read, set[Term]] = defaultdict(set)
    for read in asked:
        if isinstance(read, Reading):
            by_property[read.property].append(read)
        elif isinstance(read, Membership) and read.kind in moved.turned:
            starts[read] |= moved.turned[read.kind]
    for triple in triples or moved.triples:
        for read in (*by_property.get(triple.predicate, ()), *by_property.get(None, ())):
            near, far = (triple.subject, triple.object) if read.outward else (triple.object, triple.subject)
            if read.other in (None, far):
                starts[read].add(near)  # type: ignore[arg-type]
    return {read: walk(moved.either, back(read.way), near) for read, near in starts.items()}  # type: ignore[union-attr]
