"""
What is wrong in the shapes themselves, before they judge anything.

SHACL passes over what it does not know: a shape that says ``sh:minCout`` lets everything through, without a word. So
each name in the files is looked up, each pattern and each query is read, and SHACL's own shapes for shapes are asked.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store

from dorsale.errors import MalformedShapes, Place, QueryFailed, QuerySyntax
from dorsale.graph.store import VIEW, Change, Dataset
from dorsale.graph.validate.vocabulary import CLASS, KINDS, PATH, PROPERTY, Term, Vocabulary, shacl, standard
from dorsale.names import SHAPE, prefixes, public, shorten
from dorsale.statements import Statement, in_graph
from dorsale.terms import TYPE, Terms
from dorsale.words import say

FIRST, REST = public("rdf:first"), public("rdf:rest")
SHAPES = {public("sh:Shape"), public("sh:NodeShape"), public("sh:PropertyShape")}
PATTERN, SELECT, PREFIXES, DECLARE, PREFIX, NAMESPACE = (
    public(f"sh:{name}") for name in ("pattern", "select", "prefixes", "declare", "prefix", "namespace")
)
# By these a shape asks another, which must not lead back to it; the last three hold lists of shapes.
ASKS = {public(f"sh:{name}") for name in ("property", "node", "not", "qualifiedValueShape", "and", "or", "xone")}
# SHACL's words for processors of rules, of JavaScript or with reasoning: here they would do nothing, without a word.
NOT_APPLIED = {
    public(f"sh:{name}")
    for name in (
        "condition", "construct", "entailment", "expression", "filterShape", "intersection", "js", "jsFunctionName",
        "jsLibrary", "nodes", "rule", "target", "union", "update",
    )
}  # fmt: skip
# In the text of a query, what is no name: strings, addresses, comments.
QUOTED = re.compile(
    r'"""(?:.|\n)*?"""|\'\'\'(?:.|\n)*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|<[^<>\s]*>|#[^\n]*'
)
NAME = re.compile(r"(?<![\w?$:.-])([A-Za-z][\w-]*)?:([\w-]*(?:\.[\w-]+)*)")
THIS = re.compile(r"[?$]this\b")
NESTED = re.compile(r"\{\s*SELECT\b([^{]*)", re.IGNORECASE)
# SHACL forbids them where a variable is bound beforehand: they would not see it.
FORBIDDEN = re.compile(r"\b(MINUS|VALUES|SERVICE)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One thing that is wrong in a shapes file: where, in which shape, and what.

    Its sentence is ``shapes-<kind>`` of ``words/``.
    """

    place: Place
    kind: str
    shape: str
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)

    def sentence(self, tongue: str | None = None) -> str:
        """Return the fault as one line."""
        return say(f"shapes-{self.kind}", tongue, place=self.place, shape=self.shape, **self.facts)


def require(statements: Iterable[Statement], terms: Terms, judged: bool = False) -> None:
    """
    Raise :class:`MalformedShapes` with every fault of shapes and where each stands.

    SHACL's own shapes are asked last, and not where they ``judged`` these shapes before: they take seconds.
    """
    kept = tuple(statements)
    found = faults(kept, terms) or (() if judged else against_shacl(kept))
    if found:
        listed = "\n  ".join(fault.sentence() for fault in found)
        raise MalformedShapes(count=len(found), listed=listed, faults=found)


def faults(statements: Iterable[Statement], terms: Terms) -> tuple[Fault, ...]:
    """
    Return what is wrong in shapes, in the order of the files.

    Names that no vocabulary declares, with the nearest; properties and classes that are none; SHACL's properties where
    they do not belong, or that nothing here applies; patterns and queries that do not read; shapes that ask themselves.
    """
    reader = _Reader(tuple(statements), terms)
    found = (*reader.unknown(), *reader.misplaced(), *reader.patterns(), *reader.queries(), *reader.circles())
    return tuple(sorted(dict.fromkeys(found), key=lambda fault: (fault.place, fault.sentence("en"))))


def against_shacl(statements: Iterable[Statement]) -> tuple[Fault, ...]:
    """Return where shapes are not as SHACL's own shapes for shapes want them."""
    from dorsale.graph.validate.verdict import validate

    graph = _Graph(statements)
    found = []
    for result in validate(graph.dataset, standard("shacl-shacl.ttl")).results:
        path = result.path if isinstance(result.path, NamedNode) else None
        reason = " ".join(result.message("en").split())
        shape, place = graph.name(result.focus), graph.place(result.focus, path)
        about = shorten(path.value, prefixes()) if path else shape
        found.append(Fault(place, "shacl", shape, {"about": about, "reason": reason}))
    return tuple(sorted(found, key=lambda fault: (fault.place, fault.sentence("en"))))


class _Graph:
    """Shapes as a dataset that knows the place of each statement."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self.dataset = Dataset(Store())
        self.places: dict[tuple[Term | None, ...], Place] = {}
        graph = NamedNode(f"{SHAPE}files")
        kept = tuple(statements)
        self.dataset.commit(Change({in_graph(quad.triple, graph): place for quad, place in kept}))
        for quad, place in kept:
            for key in ((quad.subject,), (quad.subject, quad.predicate)):
                self.places.setdefault(key, place)

    def place(self, subject: Term, predicate: Term | None = None) -> Place:
        """Return where a property of a subject stands, or the subject; a value has the place of who holds it."""
        found = self.places.get((subject, predicate)) or self.places.get((subject,))
        if found is None:
            holder = next(iter(self.quads(value=subject)))
            return self.place(holder.subject, holder.predicate)
        return found

    def quads(
        self, subject: Term | None = None, predicate: NamedNode | None = None, value: Term | None = None
    ) -> Iterator[Quad]:
        if not isinstance(subject, Literal):
            yield from self.dataset.store.quads_for_pattern(subject, predicate, value, VIEW)

    def objects(self, subject: Term, predicate: NamedNode) -> list[Term]:
        return [quad.object for quad in self.quads(subject, predicate)]

    def members(self, head: Term) -> Iterator[Term]:
        """Yield the members of a list; what is none is its own member."""
        seen = set[Term]()
        if not self.objects(head, FIRST):
            yield head
        while head not in seen and (first := self.objects(head, FIRST)):
            seen.add(head)
            yield from first
            head = next(iter(self.objects(head, REST)), head)

    def name(self, node: Term) -> str:
        """Return a shape in a prefixed name; what has none goes by the shape that holds it."""
        seen = set[Term]()
        while not isinstance(node, NamedNode) and node not in seen:
            seen.add(node)
            node = next((quad.subject for quad in self.quads(value=node)), node)
        return shorten(node.value, prefixes()) if isinstance(node, NamedNode) else str(node)


class _Reader:
    """Shapes beside the vocabularies that they speak."""

    def __init__(self, statements: tuple[Statement, ...], terms: Terms) -> None:
        self.statements = statements
        self.graph = _Graph(statements)
        self.shacl = shacl()
        self.vocabulary = Vocabulary(terms, {quad.subject for quad, _ in statements})

    def unknown(self) -> Iterator[Fault]:
        """Yield each name that nothing declares, and each that is not of the kind that is asked for."""
        along = {end for quad, _ in self.statements if quad.predicate == PATH for end in self._along(quad)}
        for quad, place in self.statements:
            wanted = PROPERTY if quad in along else CLASS if quad.predicate == TYPE else None
            wanted = wanted or self.shacl.ranges.get(quad.predicate)  # type: ignore[assignment]
            for term, kind in ((quad.predicate, PROPERTY), (quad.object, wanted)):
                if isinstance(term, NamedNode) and not self.vocabulary.known(term, kind):
                    yield self._unknown(self.graph.name(quad.subject), term, kind, place)

    def _unknown(self, shape: str, term: NamedNode, wanted: NamedNode | None, place: Place) -> Fault:
        told = {"term": shorten(term.value, prefixes()), "nearest": self.vocabulary.nearest(term, wanted)}
        return Fault(place, f"unknown-{KINDS.get(wanted, 'name')}", shape, told)  # type: ignore[arg-type]

    def _along(self, quad: Quad, seen: frozenset[Term] = frozenset()) -> Iterator[Quad]:
        """Yield the statements of a path that lead to a property."""
        if isinstance(quad.object, NamedNode) and quad.predicate not in (TYPE, REST):
            yield Quad(quad.subject, quad.predicate, quad.object)
        elif isinstance(quad.object, BlankNode) and quad.object not in seen:
            for part in self.graph.quads(quad.object):
                yield from self._along(part, seen | {quad.object})

    def misplaced(self) -> Iterator[Fault]:
        """Yield each property of SHACL that stands on what it is not for, or that nothing here applies."""
        for quad, place in self.statements:
            domain = self.shacl.domains.get(quad.predicate)
            applied = quad.predicate not in NOT_APPLIED
            if not applied or (isinstance(domain, NamedNode) and not self._is(quad.subject, domain)):
                told = {"term": shorten(quad.predicate.value, prefixes())}
                told |= {"kind": shorten(domain.value, prefixes())} if isinstance(domain, NamedNode) else {}
                yield Fault(place, "misplaced" if applied else "not-applied", self.graph.name(quad.subject), told)

    def _is(self, node: Term, kind: Term) -> bool:
        """Say whether a node is of a class of SHACL: by its type, by what leads to it, by what it bears."""
        kinds = set(self.graph.objects(node, TYPE))
        leading = {quad.predicate for quad in self.graph.quads(value=node)}
        kinds |= {self.shacl.ranges[one] for one in leading if one in self.shacl.ranges}
        # A member of a list may be a shape; of which list is a question for the shapes for shapes.
        if FIRST in leading or any(quad.predicate in self.shacl.parameters for quad in self.graph.quads(node)):
            kinds |= SHAPES
        # sh:name is for property shapes by its domain, but the standard lets it stand on any shape.
        return bool(self.shacl.above(kinds) & (SHAPES if kind in SHAPES else {kind}))

    def patterns(self) -> Iterator[Fault]:
        """Yield each regular expression that does not read."""
        for quad, place in self.statements:
            if quad.predicate == PATTERN and isinstance(quad.object, Literal):
                try:
                    re.compile(quad.object.value)
                except re.error as error:
                    told = {"pattern": quad.object.value, "reason": str(error)}
                    yield Fault(place, "pattern", self.graph.name(quad.subject), told)

    def queries(self) -> Iterator[Fault]:
        """Yield what is wrong in the queries of constraints, each at its line of the file."""
        for quad, place in self.statements:
            if quad.predicate != SELECT or not isinstance(quad.object, Literal):
                continue
            if self._is(quad.subject, self.shacl.domains[SELECT]):
                yield from self._query(quad.subject, quad.object.value, place)

    def _query(self, node: Term, text: str, place: Place) -> Iterator[Fault]:
        bare = QUOTED.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
        shape, declared = self.graph.name(node), self._declared(node)
        # A statement is placed where it ends; a query begins lines before.
        top = (place.line or 0) - text.count("\n")

        def at(offset: int) -> Place:
            return Place(place.file, top + text.count("\n", 0, offset))

        found = []
        for name in NAME.finditer(bare):
            where, prefix = at(name.start()), name[1] or ""
            if prefix not in declared:
                near = ", ".join(difflib.get_close_matches(prefix, declared, cutoff=0.3)) or "–"
                found.append(Fault(where, "prefix", shape, {"prefix": prefix, "nearest": near}))
            elif not self.vocabulary.known(term := NamedNode(declared[prefix] + name[2])):
                found.append(self._unknown(shape, term, None, where))
        for clause in FORBIDDEN.finditer(bare):
            found.append(Fault(at(clause.start()), "forbidden", shape, {"clause": clause[1].upper()}))
        for nested in NESTED.finditer(bare):
            if not THIS.search(nested[1]):
                found.append(Fault(at(nested.start()), "nested", shape))
        # A query that names what there is not would be answered with that again; SERVICE would leave the house.
        yield from found or self._parsed(shape, text, bare, declared, Place(place.file, top))

    def _parsed(self, shape: str, text: str, bare: str, declared: Mapping[str, str], place: Place) -> Iterator[Fault]:
        """Yield why Oxigraph does not take a query, or that it does not ask about ``$this``."""
        try:
            # In a property shape, its path stands in the place of $PATH.
            asked = Dataset(Store()).query(text.replace("$PATH", "<urn:path>"), place, declared)
        except QuerySyntax as error:
            yield Fault(
                Place(place.file, (place.line or 1) + (error.place.line or 1) - 1),
                "query",
                shape,
                {"reason": error.reason},
            )
            return
        except QueryFailed as error:
            yield Fault(place, "unanswered", shape, {"reason": error.reason})
            return
        selected = isinstance(asked, QuerySolutions) and "this" in {variable.value for variable in asked.variables}
        if not selected or not THIS.search(bare[bare.find("{") :]):
            yield Fault(place, "this", shape)

    def _declared(self, node: Term) -> dict[str, str]:
        """Return the prefixes that a query has: those of what its ``sh:prefixes`` names."""
        graph, found = self.graph, dict[str, str]()
        for holder in graph.objects(node, PREFIXES):
            for one in graph.objects(holder, DECLARE):
                for prefix, space in zip(graph.objects(one, PREFIX), graph.objects(one, NAMESPACE), strict=False):
                    found[getattr(prefix, "value", "")] = getattr(space, "value", "")
        return found

    def circles(self) -> Iterator[Fault]:
        """Yield the first of the shapes that ask themselves, by way of others or not, for each circle."""
        asks: dict[Term, list[Term]] = {}
        for quad, _ in self.statements:
            if quad.predicate in ASKS:
                asks.setdefault(quad.subject, []).extend(self.graph.members(quad.object))
        done = set[Term]()
        for start in list(asks):
            if circle := _circle(start, asks, done):
                names = list(dict.fromkeys(map(self.graph.name, circle)))
                yield Fault(self.graph.place(circle[0]), "circle", names[0], {"way": " → ".join([*names, names[0]])})


def _circle(start: Term, asks: Mapping[Term, list[Term]], done: set[Term]) -> list[Term]:
    """Return the first circle that is reached from a shape; ``done`` is what was looked at, and grows."""
    way = {start: iter(asks[start])} if start not in done else {}
    while way:
        node, rest = next(reversed(way.items()))
        done.add(node)
        other = next((other for other in rest if other in way or other not in done), None)
        if other is None:
            del way[node]
        elif other in way:
            return list(way)[list(way).index(other) :]
        else:
            way[other] = iter(asks.get(other, ()))
    return []
