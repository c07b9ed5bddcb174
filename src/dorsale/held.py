"""
The sources of a workspace as far as new facts speak of them, looked up in its dataset.

What a check of new facts costs does not grow with what is known: of all names only those that the new passages hold
are looked up, of the documents only those that they quote.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from dorsale.build import HOMES, STORED, Sources
from dorsale.documents.facts import EVIDENCE, READ_WITH, Facts, authority_graph, evidence_graph
from dorsale.documents.proof import ADMINISTERS, HIDDEN, NAMING
from dorsale.documents.text import Document
from dorsale.errors import DocumentChanged, Place, UnknownDocument
from dorsale.graph.store import Dataset
from dorsale.names import fold
from dorsale.statements import Statement
from dorsale.terms import TYPE, Terms, ours
from dorsale.workspace import Workspace

# The longest name that is searched for, in words: the longest that the five documents have is of fifteen.
LONGEST = 16


def passages(dataset: Dataset, facts: Facts) -> Facts:
    """
    Return new facts with what the dataset holds of the passages that they speak of.

    These are the passages in whose graphs they stand and those that they are read with; a passage that the facts
    describe themselves is theirs.
    """
    held: dict[Statement, None] = {}
    seen: set[NamedNode] = set()
    ahead = [quad.graph_name for quad, _ in facts.statements]
    ahead += [quad.object for quad, _ in facts.statements if quad.predicate == READ_WITH]  # type: ignore[misc]
    place = Place(Path("graph:evidence"))
    while ahead:
        iri = ahead.pop()
        if not isinstance(iri, NamedNode) or iri in seen or iri in facts.passages:
            continue
        seen.add(iri)
        said = list(dataset.store.quads_for_pattern(iri, None, None, evidence_graph(dataset.base)))
        if any((quad.predicate, quad.object) == (TYPE, EVIDENCE) for quad in said):
            stated = dataset.store.quads_for_pattern(None, None, None, iri)
            held |= dict.fromkeys(Statement(quad, place) for quad in (*said, *stated))
            ahead += [quad.object for quad in said if quad.predicate == READ_WITH]  # type: ignore[misc]
    return Facts.gather((*facts.statements, *held), dataset.base) if held else facts


def held(workspace: Workspace, dataset: Dataset, terms: Terms, facts: Facts) -> Sources:
    """
    Return the sources of a workspace as far as ``facts`` speak of them.

    Raises :class:`DocumentChanged` for a text that is not the one that the dataset describes.
    """
    metadata = [s for iri in {passage.document for passage in facts.passages.values()} for s in _about(dataset, iri)]
    documents = dict(_documents(workspace, metadata))
    authority, naming = dict[Statement, None](), dict[Statement, None]()
    for thing in _things(dataset, facts, metadata):
        for statement in _about(dataset, thing):
            if statement.quad.graph_name == authority_graph(dataset.base):
                authority[statement] = None
            elif statement.quad.predicate == TYPE or statement.quad.predicate in NAMING:
                naming[statement] = None
    return Sources(terms, documents, tuple(metadata), Facts(tuple(naming), {}), tuple(authority), ())


def _about(dataset: Dataset, thing: NamedNode) -> Iterator[Statement]:
    """Yield what is stated of a thing, in the graph of whoever states it."""
    place = Place(Path("dataset"))
    derived = NamedNode(f"{dataset.base}graph/derived")
    for quad in dataset.store.quads_for_pattern(thing, None, None, None):
        if isinstance(quad.graph_name, NamedNode) and quad.graph_name not in (derived, *dataset.apart):
            yield Statement(quad, place)


def _documents(workspace: Workspace, metadata: Iterable[Statement]) -> Iterator[tuple[NamedNode, Document]]:
    for quad, place in metadata:
        if quad.predicate == STORED and isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode):
            slug = quad.subject.value.removeprefix(f"{workspace.base}document/")
            try:
                document = Document.open(workspace.documents, slug)
            except UnknownDocument:
                continue
            if document.sha256 != quad.object.value:
                raise DocumentChanged(document=slug, place=place, sha256=document.sha256)
            yield quad.subject, document


def _things(dataset: Dataset, facts: Facts, metadata: Iterable[Statement]) -> set[NamedNode]:
    """Return the things that facts are about, that their passages name, and the councils and territories of these."""
    found = {term for quad, _ in facts.statements for term in (quad.subject, quad.object)}
    found |= {quad.object for quad, _ in metadata if quad.predicate in HOMES}
    for passage in facts.passages.values():
        found |= set(_named(dataset, passage.exact))
    things = {term for term in found if isinstance(term, NamedNode) and not ours(term)}
    for thing in tuple(things):
        tied = (
            *dataset.store.quads_for_pattern(thing, ADMINISTERS, None, None),
            *dataset.store.quads_for_pattern(None, ADMINISTERS, thing, None),
        )
        things |= {end for quad in tied for end in (quad.subject, quad.object) if isinstance(end, NamedNode)}
    return things


def _named(dataset: Dataset, text: str) -> Iterator[NamedNode]:
    """Yield the things that have a name that a text holds."""
    names = NamedNode(f"{dataset.base}graph/names")
    words = fold(text).split()
    for start in range(len(words)):
        for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
            name = Literal(" ".join(words[start:end]))
            for quad in dataset.store.quads_for_pattern(None, HIDDEN, name, names):
                assert isinstance(quad.subject, NamedNode)
                yield quad.subject
