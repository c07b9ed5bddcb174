"""Who says a fact: passages of documents, authority files, the ontology, or a rule that concluded it."""

from dataclasses import dataclass, field
from typing import Literal as OneOf

from pyoxigraph import NamedNode, Triple

from dorsale.graph.labels import Term
from dorsale.graph.store import VIEW, Dataset
from dorsale.names import dor, public

Kind = OneOf["passage", "authority", "document", "ontology", "derived"]
# The graphs that are no passage, and what kind of source each is.
KINDS: dict[str, Kind] = {
    "authority": "authority",
    "evidence": "document",
    "codes": "ontology",
    "ontology": "ontology",
    "derived": "derived",
}
QUOTED_FROM, READ_WITH = public("prov:wasQuotedFrom"), dor("readWith")
START, END, EXACT = (public(f"oa:{name}") for name in ("start", "end", "exact"))
TITLE = public("dcterms:title")


@dataclass(frozen=True, slots=True)
class Passage:
    """The words of a document that state facts, and the passages that they are read with."""

    iri: NamedNode
    document: NamedNode
    title: str
    start: int
    end: int
    exact: str
    # It is found by where it stands: the words around it need not be compared for that.
    read_with: tuple["Passage", ...] = field(default=(), hash=False)

    @property
    def place(self) -> tuple[str, int, int]:
        """Where it stands: passages in this order are read in the order of their documents."""
        return (self.document.value, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Source:
    """One that says a fact; a passage has its words."""

    kind: Kind
    passage: Passage | None = None


class Sources:
    """Who says each fact of a dataset; each passage is looked up once."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._graphs: dict[Triple, frozenset[NamedNode]] = {}
        self._passages: dict[NamedNode, Passage] = {}
        self._titles: dict[NamedNode, str] = {}
        self._derived = NamedNode(f"{dataset.base}graph/derived")

    def of(self, fact: Triple) -> tuple[Source, ...]:
        """Return who says a fact, passages first and in reading order; a rule is named only where nobody states it."""
        graphs = self._in(fact)
        return tuple(sorted({self._source(graph) for graph in graphs - {self._derived} or graphs}, key=_order))

    def stated(self, fact: Triple) -> bool:
        """Say whether somebody states a fact, be it a passage, a file of ours or the ontology."""
        return bool(self._in(fact) - {self._derived})

    def known(self, fact: Triple) -> bool:
        """Say whether the dataset holds a fact, stated or concluded."""
        return bool(self._in(fact))

    def _in(self, fact: Triple) -> frozenset[NamedNode]:
        if fact not in self._graphs:
            quads = self.dataset.store.quads_for_pattern(fact.subject, fact.predicate, fact.object, None)
            graphs = (quad.graph_name for quad in quads)
            self._graphs[fact] = frozenset(graph for graph in graphs if isinstance(graph, NamedNode))
        return self._graphs[fact]

    def _source(self, graph: NamedNode) -> Source:
        name = graph.value.removeprefix(f"{self.dataset.base}graph/")
        return Source(KINDS[name]) if name in KINDS else Source("passage", self.passage(graph))

    def passage(self, iri: NamedNode) -> Passage:
        """Return a passage with its words and those it is read with."""
        if iri not in self._passages:
            said: dict[NamedNode, list[Term]] = {}
            for quad in self.dataset.store.quads_for_pattern(iri, None, None, VIEW):
                said.setdefault(quad.predicate, []).append(quad.object)
            document = _node(said[QUOTED_FROM][0])
            # Only the words of those it is read with: what they in turn are read with is another reading.
            others = sorted(_node(other).value for other in said.get(READ_WITH, ()))
            around = tuple(self._words(NamedNode(other)) for other in others)
            self._passages[iri] = self._passage(iri, document, said, tuple(sorted(around, key=lambda one: one.place)))
        return self._passages[iri]

    def _words(self, iri: NamedNode) -> Passage:
        said: dict[NamedNode, list[Term]] = {}
        for quad in self.dataset.store.quads_for_pattern(iri, None, None, VIEW):
            said.setdefault(quad.predicate, []).append(quad.object)
        return self._passage(iri, _node(said[QUOTED_FROM][0]), said, ())

    def _passage(
        self, iri: NamedNode, document: NamedNode, said: dict[NamedNode, list[Term]], around: tuple[Passage, ...]
    ) -> Passage:
        start, end, exact = (getattr(said[one][0], "value", "") for one in (START, END, EXACT))
        return Passage(iri, document, self._title(document), int(start), int(end), exact, around)

    def _title(self, document: NamedNode) -> str:
        if document not in self._titles:
            titles = self.dataset.store.quads_for_pattern(document, TITLE, None, VIEW)
            self._titles[document] = next((getattr(quad.object, "value", "") for quad in titles), document.value)
        return self._titles[document]


def _node(term: Term) -> NamedNode:
    assert isinstance(term, NamedNode)
    return term


def _order(source: Source) -> tuple[bool, tuple[str, int, int], str]:
    return (source.passage is None, source.passage.place if source.passage else ("", 0, 0), source.kind)
