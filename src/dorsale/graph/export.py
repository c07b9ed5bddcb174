"""
A dataset as files: the same facts give the same bytes.

Oxigraph writes every format; what is ours is the order. Statements are sorted by the kind of their subject, as a
person would read them (who, what, contracts, money, figures, then the passages and the codes), and only the prefixes
that are used are declared. Turtle, N-Triples, JSON-LD and RDF/XML hold the default graph; TriG and N-Quads the
named graphs.

Turtle and TriG are written in the order of the store, some thousand statements at a time, and the paragraphs sorted:
the memory that this takes is that of the names and of the file.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, groupby
from operator import attrgetter
from typing import Any, TypeVar
from typing import Literal as OneOf

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from dorsale.errors import WrongFormat
from dorsale.graph.store import VIEW, Dataset
from dorsale.names import CODE, DOR, KINDS, dor, prefixes, public

FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}
OF_NAMED_GRAPHS = {RdfFormat.TRIG, RdfFormat.N_QUADS}
PREFIXED = {RdfFormat.TURTLE, RdfFormat.TRIG}
TYPE, STATEMENT = public("rdf:type"), public("rdf:Statement")
PARTS = tuple(public(f"rdf:{part}") for part in ("subject", "predicate", "object"))
STATED_IN, QUOTED_FROM, EXACT = dor("statedIn"), public("prov:wasQuotedFrom"), public("oa:exact")
Evidence = OneOf["full", "light", "none"]
# Of a graph, or of none.
Statement = TypeVar("Statement", Quad, Triple)
# What a reader looks for first in the description of a thing.
FIRST = {TYPE: 0, public("rdfs:label"): 1, public("skos:prefLabel"): 1, public("skos:altLabel"): 2}
# A slug that can be a prefix: it begins with a letter.
PREFIX = re.compile(r"[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
NUMBER = re.compile(r"0*([0-9]+)")
# So many statements are written at a time.
SOME = 2_000
# What Oxigraph writes of a thing, at the margin or in a graph, and where a graph begins.
THING = {
    False: re.compile(rb"^[^\t@].*\n(?:\t.*\n)*", re.MULTILINE),
    True: re.compile(rb"^\t[^\t].*\n(?:\t\t.*\n)*", re.MULTILINE),
}
HEAD = re.compile(rb"^[^\t@}].*\{\n", re.MULTILINE)


def export(dataset: Dataset, format: str, evidence: Evidence | None = None) -> bytes:
    """
    Return the dataset in one of ``FORMATS``, without blank nodes, the same bytes for the same facts.

    ``evidence`` is how the passages of facts are told: *full* by their named graphs, *light* by an ``rdf:Statement``
    for each fact of each passage, *none* not at all; None is what the format itself can tell. A format that cannot tell
    them so raises :class:`WrongFormat`.
    """
    syntax = FORMATS[format]
    if evidence == "none":
        return graph(_bare(dataset), syntax, dataset.base)
    if (syntax in OF_NAMED_GRAPHS) != (evidence == "full") and evidence:
        named = evidence == "full"
        accepted = [name for name, one in FORMATS.items() if (one in OF_NAMED_GRAPHS) == named]
        raise WrongFormat(format=format, accepted=", ".join(accepted))
    if evidence == "light":
        return graph(chain(dataset.facts(), _statements(dataset)), syntax, dataset.base)
    named = syntax in OF_NAMED_GRAPHS
    if syntax in PREFIXED:
        return _paragraphs(_scanned(dataset, named), dataset.base)
    return _written(_looked_up(dataset, named), syntax, dataset.base)


def _bare(dataset: Dataset) -> Iterator[Triple]:
    """Yield the facts without what tells of passages and documents."""
    aside = NamedNode(f"{dataset.base}graph/evidence")
    for quad in dataset.quads():
        if quad.graph_name != aside and quad.predicate != STATED_IN:
            yield quad.triple


def _statements(dataset: Dataset) -> Iterator[Triple]:
    """Yield each fact of each passage as a thing of its own, with the words that state it and their document."""
    quads = dataset.store.quads_for_pattern
    for described in quads(None, QUOTED_FROM, None, VIEW):
        passage = described.subject
        if not isinstance(passage, NamedNode):
            continue
        words = [quad.object for quad in quads(passage, EXACT, None, VIEW)]
        place = passage.value.removeprefix(f"{dataset.base}evidence/").replace("/", "-")
        for fact in quads(None, None, None, passage):
            # The name is made from what it names, so that it is the same in every release.
            name = hashlib.sha256(" ".join(map(str, fact.triple)).encode()).hexdigest()[:12]
            statement = NamedNode(f"{dataset.base}statement/{place}-{name}")
            yield Triple(statement, TYPE, STATEMENT)
            for part, term in zip(PARTS, fact.triple, strict=True):
                yield Triple(statement, part, term)
            yield Triple(statement, STATED_IN, passage)
            yield Triple(statement, QUOTED_FROM, described.object)
            for exact in words:
                yield Triple(statement, EXACT, exact)


def graph(triples: Iterable[Triple], syntax: RdfFormat, base: str) -> bytes:
    """Return triples in a format, sorted, with the prefixes that they use."""
    if syntax in PREFIXED:
        return _paragraphs(_gathered(triples), base)
    return _written(_sorted(_gathered(triples), base), syntax, base)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What is ``said`` of a thing in the order of a file, what it is sorted by, its Turtle and the prefixes in that."""

    said: tuple[Triple, ...]
    place: str
    turtle: bytes
    prefixes: Mapping[str, str]

    @classmethod
    def of(cls, triples: Iterable[Triple], base: str) -> "Paragraph":
        """Return the paragraph of what is said of one thing."""
        said = _said(triples)
        thing = said[0].subject
        used = _spaces(base).used({thing, *_said_of(said)})
        written = serialize(said, format=RdfFormat.TURTLE, prefixes=used) or b""
        return cls(tuple(said), _order(base).place(thing), b"".join(THING[False].findall(written)), used)


def paragraphs(things: Iterable[Paragraph]) -> bytes:
    """Return the Turtle of things in the order given, with the prefixes that it uses: as :func:`graph` writes it."""
    used: dict[str, str] = {}
    parts: list[bytes] = []
    for thing in things:
        used |= thing.prefixes
        parts += [b"\n", thing.turtle]
    return b"".join([_head(used), *parts]).replace(b"\t", b"    ")


def facts_in_order(dataset: Dataset) -> Iterator[Triple]:
    """Yield the facts of a dataset as they stand in a file."""
    return (quad.triple for said in _looked_up(dataset, False) for quad in said)


def as_given(triples: Iterable[Triple], syntax: RdfFormat, known: Mapping[str, str]) -> bytes:
    """Return triples in a format that knows no graphs, in the order given, with those of ``known`` prefixes in use."""
    given = list(triples)
    if syntax == RdfFormat.RDF_XML:
        named = (
            term for triple in given for term in (triple.predicate, triple.object if triple.predicate == TYPE else None)
        )
        return serialize(given, format=syntax, prefixes=_shortening(named, known)) or b""
    used = _shortening({triple.subject for triple in given} | _said_of(given), known)
    return _spaced(serialize(given, format=syntax, prefixes=used) or b"", used)


def _looked_up(dataset: Dataset, named: bool) -> Iterator[list[Quad]]:
    """Yield what is said of each thing, in each named graph or in the default graph, as it stands in a file."""
    found: dict[Any, list[Any]] = defaultdict(list)
    if named:
        for graph, thing in dataset.rows("SELECT DISTINCT ?graph ?thing { GRAPH ?graph { ?thing ?property ?value } }"):
            found[graph].append(thing)
    else:
        found[VIEW] = [thing for (thing,) in dataset.rows("SELECT DISTINCT ?thing { ?thing ?property ?value }")]
    place, look = _order(dataset.base).place, dataset.store.quads_for_pattern
    for graph in sorted(found.keys() - dataset.apart, key=_name):
        for thing in sorted(found[graph], key=place):
            yield _said(look(thing, None, None, graph))


def _scanned(dataset: Dataset, named: bool) -> Iterator[list[Quad]]:
    """Yield what is said of each thing of each graph, in the order of the store; what comes again is the whole."""
    quads = dataset.store.quads_for_pattern
    for graph in set(dataset.store.named_graphs()) - dataset.apart if named else (VIEW,):
        seen: set[Any] = set()
        torn: dict[Any, None] = {}
        for thing, some in groupby(quads(None, None, None, graph), key=attrgetter("subject")):
            if thing in seen:
                # In memory a store has its statements as they came.
                torn[thing] = None
                continue
            seen.add(thing)
            yield _said(some)
        for thing in torn:
            yield _said(quads(thing, None, None, graph))


def _gathered(triples: Iterable[Triple]) -> Iterable[list[Triple]]:
    """Return what is said of each thing, each once."""
    found: dict[Any, set[Triple]] = defaultdict(set)
    for triple in triples:
        found[triple.subject].add(triple)
    return map(_said, found.values())


def _sorted(things: Iterable[list[Triple]], base: str) -> list[list[Triple]]:
    order = _order(base)
    return sorted(things, key=lambda said: order.place(said[0].subject))


def _said(statements: Iterable[Statement]) -> list[Statement]:
    """Return what is said of a thing in the order of a file: by property, by value."""
    return sorted(statements, key=lambda one: _property(one.predicate) + str(one.object))


@lru_cache(maxsize=1000)
def _property(predicate: NamedNode) -> str:
    return f"{FIRST.get(predicate, 9)}{predicate}"


def _written(things: Iterable[list[Statement]], syntax: RdfFormat, base: str) -> bytes:
    statements: Any = chain.from_iterable(things)
    if syntax == RdfFormat.RDF_XML:
        # Only the names of properties and types can be shortened there.
        statements = list(statements)
        named = (term for one in statements for term in (one.predicate, one.object if one.predicate == TYPE else None))
        return serialize(statements, format=syntax, prefixes=_spaces(base).used(named)) or b""
    return serialize(statements, format=syntax) or b""


def _paragraphs(things: Iterable[list[Statement]], base: str) -> bytes:
    """Return a file with the prefixes that it uses, and a paragraph for each thing, or for each graph."""
    order, spaces = _order(base), _spaces(base)
    used: dict[str, str] = {}
    found: dict[tuple[str, str], bytes] = {}
    heads: dict[str, bytes] = {}
    for some in _some(things):
        statements = list(chain.from_iterable(some))
        graphs = [_graph(said[0]) for said in some]
        here = spaces.used(_said_of(statements).union((said[0].subject for said in some), graphs))
        used |= here
        named = graphs[0] != VIEW
        written = serialize(statements, format=RdfFormat.TRIG if named else RdfFormat.TURTLE, prefixes=here) or b""
        names = [_name(graph) if named else "" for graph in graphs]
        heads |= zip((name for name, _ in groupby(names)), HEAD.findall(written), strict=named)
        for name, said, text in zip(names, some, THING[named].findall(written), strict=True):
            found[name, order.place(said[0].subject)] = text
    parts = [_head(used)]
    graph = ""
    for name, thing in sorted(found):
        if name != graph:
            parts += [b"}\n"] if graph else []
            parts += [b"\n", heads[name]]
            graph = name
        parts += [found[name, thing]] if name else [b"\n", found[name, thing]]
    parts += [b"}\n"] if graph else []
    return b"".join(parts).replace(b"\t", b"    ")


def _graph(statement: Quad | Triple) -> Any:
    return statement.graph_name if isinstance(statement, Quad) else VIEW


def _some(things: Iterable[list[Statement]]) -> Iterator[list[list[Statement]]]:
    """Yield things, very many but not all at once; what is said of one stays together."""
    some: list[list[Statement]] = []
    count = 0
    for said in things:
        some.append(said)
        count += len(said)
        if count >= SOME:
            yield some
            some, count = [], 0
    if some:
        yield some


class _Order:
    """The order of things in a file: by kind, by name."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.kinds = {f"{base}{kind}/": rank for rank, kind in enumerate(KINDS)}
        self.spaces: dict[str, str] = {}

    def place(self, thing: object) -> str:
        """Return what a thing is sorted by."""
        name = str(thing)
        cut = max(name.rfind("/"), name.rfind("#")) + 1
        space = name[:cut]
        if space not in self.spaces:
            self.spaces[space] = f"{self._rank(space[1:]):03}{_natural(space)}"
        return f"{self.spaces[space]}{_natural(name[cut:])}{name}"

    def _rank(self, space: str) -> int:
        """Return where the things of a kind stand in a file."""
        if space in self.kinds:
            return self.kinds[space]
        if space.startswith(f"{self.base}evidence/"):
            return 100
        if space.startswith(CODE[:-1]):
            return 200
        return 300 if space.startswith(DOR[:-1]) else 50


@cache
def _order(base: str) -> _Order:
    return _Order(base)


def _natural(name: str) -> str:
    """Return a name so that 9 comes before 10, since the longer number is the larger: as passages stand in a text."""
    return NUMBER.sub(lambda found: f"\0{chr(len(found[1]))}{found[1]}", name)


def _name(graph: object) -> str:
    """Return what a graph is sorted by; where two names differ by zeros only, the name itself decides."""
    return _natural(str(graph)) + str(graph)


def _said_of(statements: Sequence[Statement]) -> set[object]:
    """Return the properties of statements, their values and the datatypes of these."""
    values = {one.object for one in statements}
    datatypes = (value.datatype for value in values if isinstance(value, Literal))
    return {one.predicate for one in statements}.union(values, datatypes)


class _Spaces:
    """The prefixes that names can be shortened by; the passages of a document have its slug as theirs."""

    def __init__(self, base: str) -> None:
        self.passages = f"{base}evidence/"
        self.known = prefixes(base)
        self.spaces = {space: prefix for prefix, space in self.known.items()}
        self.fitting: dict[str, dict[str, str]] = {}

    def used(self, terms: Iterable[object]) -> dict[str, str]:
        """Return the prefixes that shorten at least one of some terms."""
        iris = (term.value for term in terms if isinstance(term, NamedNode))
        used: dict[str, str] = {}
        for space in {iri[: max(iri.rfind("/"), iri.rfind("#")) + 1] for iri in iris}:
            if space not in self.fitting:
                self.fitting[space] = self._fitting(space)
            used |= self.fitting[space]
        return used

    def _fitting(self, name: str) -> dict[str, str]:
        """Return the prefix that a space has, or one that it stands in: that shortens the name, too."""
        above = (name[: found.end()] for found in re.finditer("[/#]", name))
        return {prefix: space for space in above if (prefix := self._prefix(space))}

    def _prefix(self, space: str) -> str | None:
        slug = space[len(self.passages) : -1] if space.startswith(self.passages) else ""
        return slug if PREFIX.fullmatch(slug) and slug not in self.known else self.spaces.get(space)


@cache
def _spaces(base: str) -> _Spaces:
    return _Spaces(base)


def _shortening(terms: Iterable[object], known: Mapping[str, str]) -> dict[str, str]:
    """Return those of the known prefixes that shorten at least one name."""
    spaces = {space: prefix for prefix, space in known.items()}
    iris = {term.value for term in terms if isinstance(term, NamedNode)}
    cut = {iri[: max(iri.rfind("/"), iri.rfind("#")) + 1] for iri in iris}
    return dict(sorted((spaces[space], space) for space in cut & spaces.keys()))


def _spaced(written: bytes, used: Mapping[str, str]) -> bytes:
    """Return Turtle with its prefixes in order, and a blank line before each thing."""
    things = (part for text in THING[False].findall(written) for part in (b"\n", text))
    return b"".join([_head(used), *things]).replace(b"\t", b"    ")


def _head(used: Mapping[str, str]) -> bytes:
    return "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in sorted(used.items())).encode()
