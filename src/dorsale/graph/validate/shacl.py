"""
pySHACL's verdict: all that Dorsale has of rdflib and pySHACL, imported when something is validated.

The graph is copied into rdflib's memory, term by term. pySHACL can read an Oxigraph store itself, with two traps: each
string comes back typed ``xsd:string``, which equals no string of the shapes (1,025 false results among 1,051 in one
measure), and each result counts the whole store. A copy has neither, and it keeps the lexical form of literals,
which rdflib would otherwise rewrite: a result then names the very term of the file.
"""

import contextlib
import functools
import logging
import re
import warnings
from collections.abc import Iterable, Iterator

import pyoxigraph as ox
import pyshacl
from pyshacl.errors import ReportableRuntimeError, ShapeRecursionWarning
from rdflib import RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query, SPARQLError
from rdflib.term import Node

from dorsale.errors import ShapeError
from dorsale.graph.validate.paths import REPEATED, Composed, Path
from dorsale.graph.validate.report import Report, Result, Severity, Term
from dorsale.names import public

STRING = public("xsd:string")

# What comes out of shapes that cannot be used: pySHACL's own errors, and, unwrapped, those of a query that does not
# parse, of a prefix that is not declared, of a pattern that is none.
UNUSABLE = (ReportableRuntimeError, ShapeRecursionWarning, SPARQLError, re.error)

TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)


def validate(data: Iterable[ox.Triple], shapes: Iterable[ox.Triple]) -> Report:
    """Return what pySHACL says, with the messages of the shapes in every language that they have."""
    terms = _Terms()
    data_graph, shapes_graph = terms.graph(data), terms.graph(shapes)
    checked = Report(focus_nodes=len(_focus_nodes(data_graph, shapes_graph)), shapes=len(_shapes(shapes_graph)))
    found = _run(data_graph, shapes_graph)
    return checked.adding(_result(found, node, shapes_graph, terms) for node in set(found.objects(None, SH.result)))


class _Graph(Graph):
    """A graph that reads the text of each SPARQL constraint once, not once a focus node (rdflib takes 10 ms)."""

    def query(self, query_object, *args, **kwargs):  # type: ignore[no-untyped-def]
        prepared = _prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(prepared, *args, **kwargs)


@functools.lru_cache(maxsize=256)
def _prepared(text: str) -> Query:
    try:
        return prepareQuery(text)
    except Exception as error:  # rdflib raises bare ones (an undeclared prefix) beside its parser's
        raise SPARQLError(str(error)) from error


class _Terms:
    """The two libraries' terms side by side, so that a result names the term that was given, not one like it."""

    def __init__(self) -> None:
        self.there: dict[Term, Node] = {}
        self.back: dict[Node, Term] = {}

    def graph(self, triples: Iterable[ox.Triple]) -> Graph:
        graph = _Graph()
        with _quiet():
            for triple in triples:
                graph.add((self.of(triple.subject), self.of(triple.predicate), self.of(triple.object)))
        return graph

    def of(self, term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
        if isinstance(term, ox.Triple):
            raise ShapeError(reason=f"RDF 1.2 triple term {term}")
        if term not in self.there:
            self.there[term] = self._there(term)
            self.back[self.there[term]] = term
        return self.there[term]

    @staticmethod
    def _there(term: Term) -> Node:
        if isinstance(term, ox.NamedNode):
            return URIRef(term.value)
        if isinstance(term, ox.BlankNode):
            return BNode(term.value)
        if term.language:
            return Literal(term.value, lang=term.language)
        if term.datatype == STRING:
            return Literal(term.value)
        return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)

    def term(self, node: Node) -> Term:
        """Return our term for a node of the report; a constraint's query may have made one that was in no graph."""
        if node in self.back:
            return self.back[node]
        if isinstance(node, Literal):
            if node.language:
                return ox.Literal(str(node), language=node.language)
            return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)) if node.datatype else STRING)
        return ox.BlankNode(str(node)) if isinstance(node, BNode) else ox.NamedNode(str(node))


def _run(data: Graph, shapes: Graph) -> Graph:
    """Return pySHACL's report. It changes neither graph, apart from two axioms of OWL among the shapes."""
    try:
        with _quiet(), warnings.catch_warnings():
            warnings.simplefilter("error", ShapeRecursionWarning)
            _, found, text = pyshacl.validate(data, shacl_graph=shapes)
    except UNUSABLE as error:
        raise ShapeError(reason=" ".join(str(error).split())) from error
    if not isinstance(found, Graph):
        raise ShapeError(reason=text.strip())
    return found


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """
    Keep the libraries from writing to the terminal: an ill-typed literal is a result, not a traceback.

    pySHACL moreover adds one handler to its logger at each call.
    """
    loggers = [logging.getLogger(name) for name in ("rdflib.term", "pyshacl-validate")]
    before = [(logger.disabled, list(logger.handlers)) for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, (disabled, handlers) in zip(loggers, before, strict=True):
            logger.disabled, logger.handlers = disabled, handlers


def _shapes(shapes: Graph) -> set[Node]:
    """Return the shapes: what is declared one, has a target or has a path."""
    declared = {node for kind in (SH.NodeShape, SH.PropertyShape) for node in shapes.subjects(RDF.type, kind)}
    return declared | {node for property in (*TARGETS, SH.path) for node in shapes.subjects(property, None)}


def _focus_nodes(data: Graph, shapes: Graph) -> set[Node]:
    """Return the nodes that some shape targets, counted here since pySHACL's report does not say it."""
    named = set(shapes.objects(None, SH.targetNode))
    # A shape that is also a class targets its instances.
    implicit = {node for node in _shapes(shapes) if (node, RDF.type, RDFS.Class) in shapes}
    classes = set(shapes.objects(None, SH.targetClass)) | implicit
    below = {lower for top in classes for lower in data.transitive_subjects(RDFS.subClassOf, top)}
    instances = {node for kind in below for node in data.subjects(RDF.type, kind)}
    subjects = {node for property in shapes.objects(None, SH.targetSubjectsOf) for node in data.subjects(property)}
    objects = {node for property in shapes.objects(None, SH.targetObjectsOf) for node in data.objects(None, property)}
    return named | instances | subjects | objects


def _result(found: Graph, node: Node, shapes: Graph, terms: _Terms) -> Result:
    """Return one result of pySHACL's report as ours."""

    def term(property: URIRef) -> Term | None:
        value = found.value(node, property)
        return None if value is None else terms.term(value)

    focus, shape, component = term(SH.focusNode), term(SH.sourceShape), term(SH.sourceConstraintComponent)
    assert focus is not None
    assert isinstance(shape, ox.NamedNode | ox.BlankNode)
    assert isinstance(component, ox.NamedNode)
    path = found.value(node, SH.resultPath)
    said = str(found.value(node, SH.resultSeverity)).removeprefix(str(SH))
    return Result(
        focus=focus,
        # SHACL lets a shape invent a severity; what we cannot weigh, we do not let pass.
        severity=Severity(said) if said in {"Warning", "Info"} else Severity.VIOLATION,
        shape=shape,
        component=component,
        messages=_messages(found, node, shapes),
        path=None if path is None else _path(found, path),
        value=term(SH.value),
    )


def _messages(found: Graph, node: Node, shapes: Graph) -> dict[str, str]:
    """
    Return the sentences of a result by language.

    pySHACL drops the language of a message in which it puts variables, as it may for each SPARQL constraint: the
    language is found again in the shape, whose sentence is the same but for the variables.
    """
    said = {str(message): _language(message) for message in found.objects(node, SH.resultMessage)}
    written = [
        message
        for source in (SH.sourceConstraint, SH.sourceShape)
        for message in shapes.objects(found.value(node, source), SH.message)
        if isinstance(message, Literal)
    ]
    by_language: dict[str, str] = {}
    for sentence, language in sorted(said.items()):
        templates = [m for m in written if re.fullmatch(_pattern(str(m)), sentence, re.DOTALL)]
        by_language.setdefault(language or next(map(_language, templates), ""), sentence)
    return by_language


def _language(message: Node) -> str:
    return (message.language or "") if isinstance(message, Literal) else ""


def _pattern(template: str) -> str:
    """Return the pattern of the sentences that a message with variables, like ``{?value}``, can become."""
    return ".*".join(re.escape(part) for part in re.split(r"\{[?$]\w+\}", template))


def _path(graph: Graph, node: Node) -> Path:
    """Return the property path that starts at a node of a graph."""
    if isinstance(node, URIRef):
        return ox.NamedNode(str(node))
    if (inner := graph.value(node, SH.inversePath)) is not None:
        return Composed("^", (_path(graph, inner),))
    if (inner := graph.value(node, SH.alternativePath)) is not None:
        return Composed("|", tuple(_path(graph, part) for part in graph.items(inner)))
    for sign, name in REPEATED.items():
        if (inner := graph.value(node, SH[name.removeprefix("sh:")])) is not None:
            return Composed(sign, (_path(graph, inner),))
    return Composed("/", tuple(_path(graph, part) for part in graph.items(node)))
