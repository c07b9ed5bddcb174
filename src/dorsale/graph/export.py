"""
A dataset as files: the same facts give the same bytes.

Oxigraph writes every format; what is ours is the order. Statements are sorted by the kind of their subject, as a
person would read them (who, what, contracts, money, figures, then the passages and the codes), and only the prefixes
that are used are declared. Turtle, N-Triples, JSON-LD and RDF/XML hold the default graph; TriG and N-Quads the
named graphs.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any
from typing import Literal as OneOf

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from dorsale.errors import WrongFormat
from dorsale.graph.store import VIEW, Dataset
from dorsale.names import CODE, DOR, KINDS, LOCAL, dor, prefixes, public
from dorsale.statements import in_graph

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
# What a reader looks for first in the description of a thing.
FIRST = {TYPE: 0, public("rdfs:label"): 1, public("skos:prefLabel"): 1, public("skos:altLabel"): 2}


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
    if syntax in OF_NAMED_GRAPHS:
        return _written(dataset.quads(), syntax, dataset.base)
    statements = _statements(dataset) if evidence == "light" else ()
    return graph(chain(dataset.facts(), statements), syntax, dataset.base)


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
    return _written((in_graph(triple, DefaultGraph()) for triple in triples), syntax, base)


def in_order(triples: Iterable[Triple], base: str) -> list[Triple]:
    """Return triples, each once, as they stand in a file."""
    return [quad.triple for quad in sorted({in_graph(triple, VIEW) for triple in triples}, key=_Order(base).key)]


def as_given(triples: Iterable[Triple], syntax: RdfFormat, known: Mapping[str, str]) -> bytes:
    """Return triples in a format that knows no graphs, in the order given, with those of ``known`` prefixes in use."""
    given = list(triples)
    if syntax == RdfFormat.RDF_XML:
        named = (
            term for triple in given for term in (triple.predicate, triple.object if triple.predicate == TYPE else None)
        )
        return serialize(given, format=syntax, prefixes=_shortening(named, known)) or b""
    used = _shortening((term for triple in given for term in _terms(in_graph(triple, VIEW))), known)
    return _spaced(serialize(given, format=syntax, prefixes=used) or b"", used)


def _written(quads: Iterable[Quad], syntax: RdfFormat, base: str) -> bytes:
    ordered = sorted(set(quads), key=_Order(base).key)
    statements: Any = ordered if syntax in OF_NAMED_GRAPHS else [quad.triple for quad in ordered]
    if syntax == RdfFormat.RDF_XML:
        # Only the names of properties and types can be shortened there.
        named = (term for quad in ordered for term in (quad.predicate, quad.object if quad.predicate == TYPE else None))
        return serialize(statements, format=syntax, prefixes=_used(named, base)) or b""
    if syntax not in PREFIXED:
        return serialize(statements, format=syntax) or b""
    used = _used((term for quad in ordered for term in _terms(quad)), base)
    return _spaced(serialize(statements, format=syntax, prefixes=used) or b"", used)


class _Order:
    """The order of statements in a file: by graph, by kind of subject, by subject, by property, by value."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.kinds = {f"{base}{kind}/": rank for rank, kind in enumerate(KINDS)}
        self.ranks: dict[str, int] = {}

    def key(self, quad: Quad) -> tuple[object, ...]:
        """Return what a statement is sorted by."""
        graph, subject = str(quad.graph_name), str(quad.subject)
        return (
            "" if isinstance(quad.graph_name, DefaultGraph) else _natural(graph),
            self.rank(subject),
            _natural(subject),
            FIRST.get(quad.predicate, 9),
            str(quad.predicate),
            str(quad.object),
        )

    def rank(self, subject: str) -> int:
        """Return where the things of a kind stand in a file."""
        space = subject[1 : max(subject.rfind("/"), subject.rfind("#")) + 1]
        if space not in self.ranks:
            self.ranks[space] = self._rank(space)
        return self.ranks[space]

    def _rank(self, space: str) -> int:
        if space in self.kinds:
            return self.kinds[space]
        if space.startswith(f"{self.base}evidence/"):
            return 100
        if space.startswith(CODE[:-1]):
            return 200
        return 300 if space.startswith(DOR[:-1]) else 50


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """Return a name so that 9 comes before 10: passages stand in the order of their text."""
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name) if part)


def _terms(quad: Quad) -> Iterator[object]:
    yield from quad
    if isinstance(quad.object, Literal):
        yield quad.object.datatype


def _used(terms: Iterable[object], base: str) -> dict[str, str]:
    """Return the prefixes that shorten at least one name; the passages of a document have its slug as theirs."""
    spaces = {space: prefix for prefix, space in prefixes(base).items()}
    passages = f"{base}evidence/"
    used: dict[str, str] = {}
    for iri in {term.value for term in terms if isinstance(term, NamedNode)}:
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        space = iri[:cut]
        prefix = space[len(passages) : -1] if space.startswith(passages) else spaces.get(space)
        if prefix and LOCAL.fullmatch(iri[cut:]):
            used[prefix] = space
    return dict(sorted(used.items()))


def _shortening(terms: Iterable[object], known: Mapping[str, str]) -> dict[str, str]:
    """Return those of the known prefixes that shorten at least one name."""
    spaces = {space: prefix for prefix, space in known.items()}
    iris = {term.value for term in terms if isinstance(term, NamedNode)}
    cut = {iri[: max(iri.rfind("/"), iri.rfind("#")) + 1] for iri in iris}
    return dict(sorted((spaces[space], space) for space in cut & spaces.keys()))


def _spaced(written: bytes, used: dict[str, str]) -> bytes:
    """Return Turtle or TriG with its prefixes in order, and a blank line before each thing or graph."""
    lines = [f"@prefix {prefix}: <{space}> ." for prefix, space in used.items()]
    for line in written.decode().splitlines():
        if line.startswith("@prefix "):
            continue
        if not line.startswith(("\t", "}")):
            lines.append("")
        lines.append(line.replace("\t", "    "))
    return ("\n".join(lines) + "\n").encode()
