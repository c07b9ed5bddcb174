"""
The dataset as rdflib sees it: nothing is copied, and nothing can be written.

pySHACL reads rdflib graphs. This one asks the store at each look and reads its default graph only. The two libraries
tell a string apart that is typed ``xsd:string`` and one that is not, and they disagree on it: what comes from the store
is put as rdflib's parsers put it, and literals keep the form in which the store keeps them.
"""

from collections.abc import Generator, Iterable
from functools import cache, lru_cache
from typing import Any

import pyoxigraph as ox
from rdflib import RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.paths import Path as SparqlPath
from rdflib.query import Result
from rdflib.term import Node, Variable

from dorsale.errors import ShapeError
from dorsale.graph.store import VIEW, Dataset
from dorsale.graph.validate.query import Question, prepared
from dorsale.graph.validate.state import Term
from dorsale.names import public

STRING = public("xsd:string")
TYPE, ABOVE = RDF.type, RDFS.subClassOf


@lru_cache(maxsize=200_000)
def there(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    """Return rdflib's term for one of ours; :class:`ShapeError` is raised for a triple in a triple."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Triple):
        raise ShapeError(reason=f"RDF 1.2 triple term {term}")
    if term.language:
        return Literal(term.value, lang=term.language)
    if term.datatype == STRING:
        return Literal(term.value)
    return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)


@lru_cache(maxsize=200_000)
def here(node: Node) -> Term:
    """Return our term for one of rdflib's."""
    if isinstance(node, Literal):
        if node.language:
            return ox.Literal(str(node), language=node.language)
        return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)) if node.datatype else STRING)
    return ox.BlankNode(str(node)) if isinstance(node, BNode) else ox.NamedNode(str(node))


def graph(triples: Iterable[ox.Triple]) -> Graph:
    """
    Return triples as a graph of rdflib's, with literals as the store keeps them, which is by their value.

    Blank nodes are named after what is said of them: the same triples have the same nodes whenever they are read.
    """
    given = ox.Dataset(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    given.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    store = ox.Store()
    store.extend(given)
    made = Graph("SimpleMemory")
    for quad in store:
        made.add((there(quad.subject), there(quad.predicate), there(quad.object)))
    return made


class View(Graph):
    """The default graph of a store, read as it is at each look."""

    def __init__(self, dataset: Dataset) -> None:
        super().__init__()
        self.dataset = dataset
        # The classes of a thing are asked for by each shape that it meets; their hierarchy by each thing, and is small.
        self.kinds = lru_cache(100_000)(self._kinds)
        self.above = cache(self._above)

    @property
    def facts(self) -> ox.Store:
        """The store: the dataset lets go of it when it is closed, and a graph of rdflib's stays in memory longer."""
        return self.dataset.store

    def triples(self, triple: Any) -> Generator[Any, None, None]:
        """Yield the triples that fit a pattern; a path may stand for the property."""
        subject, predicate, value = triple
        if isinstance(predicate, SparqlPath):
            yield from super().triples(triple)
        elif not isinstance(subject, Literal):
            for quad in self.facts.quads_for_pattern(_asked(subject), _asked(predicate), _asked(value), VIEW):
                yield there(quad.subject), there(quad.predicate), there(quad.object)

    def objects(self, subject: Any = None, predicate: Any = None, unique: bool = False) -> Generator[Any, None, None]:
        """Yield the values of a property of a thing."""
        if predicate == TYPE and subject is not None:
            yield from self.kinds(subject)
        else:
            yield from super().objects(subject, predicate, unique)

    def _kinds(self, thing: Any) -> tuple[Any, ...]:
        return tuple(kind for _, _, kind in self.triples((thing, TYPE, None)))

    def transitive_objects(self, subject: Any, predicate: Any, remember: Any = None) -> Generator[Any, None, None]:
        """Yield a thing and what it leads to by a property, each once."""
        if predicate == ABOVE and remember is None:
            yield from self.above(subject)
        else:
            yield from super().transitive_objects(subject, predicate, remember)

    def _above(self, kind: Any) -> tuple[Any, ...]:
        return tuple(super().transitive_objects(kind, ABOVE))

    def __len__(self) -> int:
        return sum(1 for _ in self.facts.quads_for_pattern(None, None, None, VIEW))

    def __bool__(self) -> bool:
        """pySHACL asks for the truth of a graph at each result: it is not for counting."""
        return True

    def query(self, query_object: Any, *, initBindings: Any = None) -> Result:  # type: ignore[override]
        """
        Return what a query of a shape answers for the given values of its variables.

        The store answers by itself where that is the same; what SHACL calls pre-binding is more than SPARQL has.
        """
        asked = prepared(query_object)
        if not initBindings or set(initBindings) != {"this"} or not asked.plain:
            return super().query(asked.query, initBindings=initBindings)
        return self._answer(asked, here(initBindings["this"]))

    def _answer(self, asked: Question, this: Term) -> Result:
        rows = self.facts.query(asked.text, substitutions={ox.Variable("this"): this})
        assert isinstance(rows, ox.QuerySolutions)
        result = Result("SELECT")
        variables = [Variable(variable.value) for variable in rows.variables]
        result.vars = variables
        result.bindings = [
            {variable: there(value) for variable, value in zip(variables, row, strict=True) if value is not None}  # type: ignore[misc]
            for row in rows
        ]
        return result


def _asked(node: Node | None) -> Any:
    return None if node is None else here(node)
