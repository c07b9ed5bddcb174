"""
pySHACL's verdict: its constraints judge, over the dataset as it is.

What is ours is how they are asked and what is kept of their answer. pySHACL reads a shape anew for each thing, and each
thing a property shape is about alone; here a shape is read once, and asked about many things at a time. It writes each
result as a graph and as a text, those too that a ``sh:or`` drops at once; here a result is what it says, and becomes
words when it is told. The constraints themselves are pySHACL's.
"""

import contextlib
import logging
import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache, cached_property, lru_cache
from itertools import islice
from typing import Any, NamedTuple

import pyoxigraph as ox
from pyshacl.constraints import ALL_CONSTRAINT_COMPONENTS
from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.constraints.sparql.sparql_based_constraint_components import (
    BoundShapeValidatorComponent,
    SPARQLConstraintComponentValidator,
)
from pyshacl.errors import ConstraintLoadWarning, ReportableRuntimeError, ShapeLoadError, ShapeRecursionWarning
from pyshacl.pytypes import SHACLExecutor
from pyshacl.rdfutil.stringify import stringify_blank_node
from pyshacl.shape import Shape
from pyshacl.shapes_graph import ShapesGraph
from rdflib import OWL, RDF, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.plugins.sparql.sparql import SPARQLError
from rdflib.term import Node

from dorsale.errors import ShapeError
from dorsale.graph.store import Dataset
from dorsale.graph.validate.paths import REPEATED, Composed, Path, walk
from dorsale.graph.validate.report import Check, Result, Severity
from dorsale.graph.validate.state import State, Term
from dorsale.graph.validate.targets import Target
from dorsale.graph.validate.view import View, graph, here, there

# What comes out of shapes that cannot be used: pySHACL's own errors, and, unwrapped, those of a query that does not
# parse, of a prefix that is not declared, of a pattern that is none, of $shapesGraph, which pySHACL does not have.
UNUSABLE = (ReportableRuntimeError, ShapeRecursionWarning, SPARQLError, re.error, NotImplementedError)

TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
# What holds other shapes, one by one or in a list.
ONE = (SH.node, SH.property, SH["not"], SH.qualifiedValueShape)
LISTED = (SH["and"], SH["or"], SH.xone)
# How far shapes may ask shapes. pySHACL's 15 are fewer than SHACL's own shapes take for a path in a list of shapes.
DEPTH = 30
# pySHACL writes what a graph says of a blank node into its sentences: they would change with what no shape reads.
NOTHING = Graph()
# How many things a shape is asked about at once: enough for speed, few enough for memory.
MANY = 5_000


@contextlib.contextmanager
def usable() -> Iterator[None]:
    """Turn what pySHACL says of shapes that cannot be used into :class:`ShapeError`, and keep it quiet otherwise."""
    try:
        with _quiet(), warnings.catch_warnings():
            warnings.simplefilter("error", ShapeRecursionWarning)
            yield
    except UNUSABLE as error:
        raise ShapeError(reason=" ".join(str(error).split())) from error


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries from writing to the terminal: an ill-typed literal is a result, not a traceback."""
    loggers = [logging.getLogger(name) for name in ("rdflib.term", "pyshacl")]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, disabled in zip(loggers, before, strict=True):
            logger.disabled = disabled


class Finding(NamedTuple):
    """What a constraint has against a thing, before it is put in words."""

    constraint: ConstraintComponent
    focus: Node
    value: Node | None
    path: Node | None
    component: URIRef
    said: tuple[Literal, ...]
    bound: Mapping[str, Any] | None

    def messages(self) -> dict[str, str]:
        """Return its sentences by language: those of the shape and of the constraint, or else pySHACL's."""
        shape = self.constraint.shape
        sentences = {*shape.message, *self.said} or self.constraint.make_generic_messages(
            NOTHING, self.focus, self.value
        )
        by_language: dict[str, str] = {}
        for text, language in sorted((self._filled(str(one)), one.language or "") for one in sentences):
            by_language.setdefault(language, text)
        return by_language

    def _filled(self, text: str) -> str:
        if self.bound is None:
            return text
        return re.sub(r"\{[?$](\w+)\}", lambda name: str(self.bound.get(name[1], name[0])), text)  # type: ignore[union-attr]


class _Finds:
    """A constraint that gives a :class:`Finding` for each result."""

    def make_v_result(  # type: ignore[no-untyped-def]
        self,
        datagraph,
        focus_node,
        value_node=None,
        result_path=None,
        constraint_component=None,
        source_constraint=None,
        extra_messages=None,
        bound_vars=None,
    ):
        """Return a result where pySHACL expects its text, its node and its triples."""
        constraint: Any = self
        if result_path is None and constraint.shape.is_property_shape:
            result_path = constraint.shape.path()
        component = constraint_component or constraint.shacl_constraint_component
        said = tuple(extra_messages or ())
        bound = _bound(bound_vars)
        return "", Finding(constraint, focus_node, value_node, result_path, component, said, bound), []


def _bound(given: Any) -> dict[str, Any] | None:
    """Return what pySHACL puts into a message: a row of a query, or its ``this``, ``path`` and ``value`` before it."""
    if not isinstance(given, tuple):
        return given  # type: ignore[no-any-return]
    named = {name: node for name, node in zip(("this", "path", "value"), given[:3], strict=True) if node is not None}
    return {**(given[3] if len(given) == 4 else {}), **named}


# The constraints of pySHACL, as ones that find.
CONSTRAINTS: dict[Node, type[ConstraintComponent]] = {
    parameter: finding
    for component in ALL_CONSTRAINT_COMPONENTS
    for finding in [type(component.__name__, (_Finds, component), {})]
    for parameter in component.constraint_parameters()
}


PROPERTY = CONSTRAINTS[SH.property]
QUALIFIED = CONSTRAINTS[SH.qualifiedValueShape]


class _OfComponent(_Finds, BoundShapeValidatorComponent):
    """A constraint of a component that the shapes define."""

    def make_v_result(self, *given: Any, **named: Any) -> Any:
        """Return a result with its own sentences: pySHACL adds those of one result to the next ones."""
        return super().make_v_result(*given, **{**named, "extra_messages": self.query_helper.bound_messages})


class Asked(Shape):
    """A shape that is read once and asked about many things."""

    def __init__(self, sg: "Shapes", shape: Shape) -> None:
        super().__init__(sg, shape.node, p=shape.is_property_shape, path=shape._path, logger=shape.logger)
        self.known: dict[Node, list[Finding]] = {}

    @cached_property
    def about(self) -> Target:
        """Which things it is about."""
        return Target.of(self.node, self.sg.graph)

    @cached_property
    def way(self) -> Path | None:
        """The path of a property shape."""
        return path_of(self.sg.graph, self.path()) if self.is_property_shape else None

    @cached_property
    def constraints(self) -> list[ConstraintComponent]:
        """What it asks."""
        kinds = dict.fromkeys(
            CONSTRAINTS[parameter] for parameter in self.sg.graph.predicates(self.node) if parameter in CONSTRAINTS
        )
        found = []
        for kind in sorted(kinds, key=lambda kind: kind.__name__):
            # One that pySHACL warns about asks nothing: a sh:qualifiedValueShape of a node shape.
            with contextlib.suppress(ConstraintLoadWarning):
                found.append(constraint := kind(self))
                for query in getattr(constraint, "sparql_constraints", ()):
                    # Whether it is one that SHACL allows is asked for each thing, and does not change.
                    query.check_invalid_sparql = cache(query.check_invalid_sparql)
        for custom in self.find_custom_constraints():
            made = custom.make_validator_for_shape(self)
            found.append(_OfComponent(made.constraint, self, made.validator))
        return found

    @cached_property
    def nested(self) -> dict[type[ConstraintComponent], list["Asked"]]:
        """The shapes that each of its constraints asks in turn."""
        shapes = self.sg.graph
        found: dict[type[ConstraintComponent], list[Asked]] = {}
        for parameter in (*ONE, *LISTED):
            nodes = [
                node
                for value in shapes.objects(self.node, parameter)
                for node in (shapes.items(value) if parameter in LISTED else [value])
            ]
            others = [self.get_other_shape(node) for node in nodes]
            found[CONSTRAINTS[parameter]] = [other for other in others if other is not None]
        return found

    @cached_property
    def queries(self) -> list[tuple[str, dict[str, Node | None]]]:
        """
        The queries of its constraints, each with the variables that are bound before it is run.

        ``this`` and ``value`` stand for each thing and value in turn, and have none here.
        """
        found = []
        anything = URIRef("urn:anything")
        for constraint in self.constraints:
            for query in getattr(constraint, "sparql_constraints", ()):
                if not query.deactivated:
                    bound, text = query.pre_bind_variables(anything)
                    found.append((query.apply_prefixes(text), bound))
            if isinstance(constraint, _OfComponent):
                query, given = constraint.query_helper, constraint.query_helper.param_bind_map
                bound, text = query.pre_bind_variables(anything, valuenode=anything, extravars=given.keys())
                found.append((query.apply_prefixes(text), {**bound, **given}))
        return [
            (text, {name: None if node is anything else node for name, node in bound.items()}) for text, bound in found
        ]

    @cached_property
    def siblings(self) -> list["Asked"]:
        """The shapes that ``sh:qualifiedValueShapesDisjoint`` tells its values apart from."""
        shapes = self.sg.graph
        if not any(bool(flag) for flag in shapes.objects(self.node, SH.qualifiedValueShapesDisjoint)):
            return []
        nodes = {
            sibling
            for parent in shapes.subjects(SH.property, self.node)
            for property in shapes.objects(parent, SH.property)
            for sibling in shapes.objects(property, SH.qualifiedValueShape)
        }
        return [other for other in map(self.get_other_shape, nodes) if other is not None]

    def findings(self, run: "Run", things: Iterable[Node], way: list[Any]) -> dict[Node, list[Finding]]:
        """Return what it has against each of some things; ``way`` are the shapes and constraints that led here."""
        found: dict[Node, list[Finding]] = defaultdict(list)
        if self.deactivated:
            return found
        if len(way) // 2 >= run.executor.max_validation_depth:
            raise ReportableRuntimeError(f"shapes that ask each other without end: {' -> '.join(map(str, way))}")
        values = {thing: self._values(run, thing) for thing in things}
        if not values:
            return found
        way = [*way, self]
        for constraint in self.constraints:
            inner = [*self.nested.get(type(constraint), ())]
            if type(constraint) is QUALIFIED:
                inner += self.siblings
            with contextlib.ExitStack() as stack:
                if inner and (asked := set().union(*values.values())):
                    for other in inner:
                        stack.enter_context(other.knowing(run, asked, [*way, constraint]))
                # What a property shape finds is of a value; whose value it is, is known by asking for one at a time.
                whole = type(constraint) is not PROPERTY
                for some in [values] if whole else [{thing: values[thing]} for thing in values]:
                    _, reports = constraint.evaluate(run.executor, run.view, some, [*way, constraint])
                    for _, finding, _ in reports:
                        found[finding.focus if whole else next(iter(some))].append(finding)
        return found

    def _values(self, run: "Run", thing: Node) -> set[Node]:
        return {thing} if self.way is None else {there(value) for value in walk(run.state, self.way, {here(thing)})}

    @contextlib.contextmanager
    def knowing(self, run: "Run", things: set[Node], way: list[Any]) -> Iterator[None]:
        """Ask about many things at once, for a constraint that will ask about them one by one."""
        before = self.known
        new = things - before.keys()
        self.known = {**before, **{thing: [] for thing in new}, **self.findings(run, new, way)}
        try:
            yield
        finally:
            self.known = before

    def validate(
        self, executor: SHACLExecutor, target_graph: Graph, focus: Any = None, _evaluation_path: Any = None
    ) -> Any:
        """Return what is known of a thing, as a constraint of pySHACL asks for it."""
        found = self.known[focus]
        return not found, [("", finding, []) for finding in found]


class Run(NamedTuple):
    """What the shapes are asked about: the facts, as pySHACL reads them and as we do."""

    view: View
    state: State
    executor: SHACLExecutor


class Shapes(ShapesGraph):
    """The shapes of a graph of rdflib's, each read once."""

    def __init__(self, shapes: Graph) -> None:
        # pySHACL keeps what it read of a graph by the number that Python gives it, and Python gives it again.
        stringify_blank_node.dict_cache.clear()
        SPARQLConstraintComponentValidator.validator_cache.clear()
        for importing, imported in [*shapes.subject_objects(OWL.imports)]:
            # SHACL takes the prefixes of what is imported too, which pySHACL does not.
            for far in shapes.transitive_objects(imported, OWL.imports):
                for prefix in [*shapes.objects(far, SH.declare)]:
                    shapes.add((importing, SH.declare, prefix))
        super().__init__(shapes, logger=logging.getLogger("pyshacl"))

    @classmethod
    def of(cls, shapes: Iterable[ox.Triple]) -> "Shapes":
        """Return the shapes that stand in some triples; those of the last call are not read again."""
        return _read(frozenset(shapes))

    def _build_node_shape_cache(self) -> None:
        super()._build_node_shape_cache()
        self._node_shape_cache = {node: Asked(self, shape) for node, shape in self._node_shape_cache.items()}

    @cached_property
    def targeted(self) -> list[Asked]:
        """The shapes that are about something of themselves."""
        return [shape for shape in sorted(self.shapes, key=lambda one: str(one.node)) if shape.about]

    @cached_property
    def count(self) -> int:
        """How many shapes there are: what is declared one, has a target or has a path."""
        declared = {node for kind in (SH.NodeShape, SH.PropertyShape) for node in self.subjects(RDF.type, kind)}
        return len(declared.union(*({*self.subjects(property, None)} for property in (*TARGETS, SH.path))))

    def results(self, dataset: Dataset, things: Mapping[Asked, Iterable[Term]]) -> tuple[Result, ...]:
        """Return what each shape says of the things that it is to be asked about."""
        run = Run(View(dataset), State(dataset.store), SHACLExecutor(max_validation_depth=DEPTH))
        return merged(
            self._result(finding, Check(here(shape.node), here(thing)))
            for shape, asked in things.items()
            for some in _batches(asked)
            for thing, findings in shape.findings(run, map(there, some), []).items()
            for finding in findings
        )

    def _result(self, finding: Finding, check: Check) -> Result:
        shape = finding.constraint.shape
        said = str(shape.severity).removeprefix(str(SH))
        source, component = here(shape.node), here(finding.component)
        assert not isinstance(source, ox.Literal)
        assert isinstance(component, ox.NamedNode)
        return Result(
            focus=here(finding.focus),
            # SHACL lets a shape invent a severity; what we cannot weigh, we do not let pass.
            severity=Severity(said) if said in {"Warning", "Info"} else Severity.VIOLATION,
            shape=source,
            component=component,
            messages=finding.messages(),
            path=None if finding.path is None else path_of(self.graph, finding.path),
            value=None if finding.value is None else here(finding.value),
            checks=frozenset({check}),
        )


@lru_cache(maxsize=1)
def _read(shapes: frozenset[ox.Triple]) -> Shapes:
    return Shapes(graph(shapes))


def merged(results: Iterable[Result]) -> tuple[Result, ...]:
    """Return results without repetition, each with all the checks that it came from."""
    found: dict[Any, Result] = {}
    for result in results:
        if before := found.get(result.key):
            # The same in other words, or from another shape: what is told does not hang on the order.
            first = min(before, result, key=lambda one: sorted(one.messages.items()))
            found[result.key] = replace(first, checks=before.checks | result.checks)
        else:
            found[result.key] = result
    return tuple(found.values())


def _batches(things: Iterable[Term]) -> Iterator[list[Term]]:
    left = iter(things)
    while some := list(islice(left, MANY)):
        yield some


def path_of(shapes: Graph, node: Node, depth: int = 0) -> Path:
    """
    Return the property path that starts at a node of the shapes.

    What is no path raises pySHACL's ``ShapeLoadError``, as where it walks one itself.
    """
    if isinstance(node, URIRef):
        return ox.NamedNode(str(node))
    if not isinstance(node, Literal) and depth < 10:
        if shapes.value(node, RDF.first) is not None:
            return Composed("/", _parts(shapes, node, depth))
        if (inner := shapes.value(node, SH.inversePath)) is not None:
            return Composed("^", (path_of(shapes, inner, depth + 1),))
        if (inner := shapes.value(node, SH.alternativePath)) is not None:
            return Composed("|", _parts(shapes, inner, depth))
        for sign, name in REPEATED.items():
            if (inner := shapes.value(node, SH[name.removeprefix("sh:")])) is not None:
                return Composed(sign, (path_of(shapes, inner, depth + 1),))
    raise ShapeLoadError(f"no property path starts at {node}", "https://www.w3.org/TR/shacl/#property-paths")


def _parts(shapes: Graph, first: Node, depth: int) -> tuple[Path, ...]:
    parts = tuple(path_of(shapes, part, depth + 1) for part in shapes.items(first))
    if len(parts) < 2:
        raise ShapeLoadError(
            "a sequence or a choice of property paths has two or more", "https://www.w3.org/TR/shacl/#property-paths"
        )
    return parts
