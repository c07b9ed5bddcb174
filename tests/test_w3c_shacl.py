"""The SHACL suite of the W3C, unmodified: each of its cases whole, and fact by fact."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import url2pathname

import pytest
from conftest import SHARED
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store, Triple, parse

from dorsale.errors import ShapeError
from dorsale.graph.store import VIEW, Change, Dataset
from dorsale.graph.validate import Report, validate, validate_change
from dorsale.graph.validate.shacl import path_of
from dorsale.graph.validate.view import graph, there
from dorsale.names import public

SUITE = SHARED / "suites" / "shacl"
CASES = sorted(path.relative_to(SUITE).with_suffix("").as_posix() for path in SUITE.glob("*/*/*.ttl"))
MANIFEST, TEST = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#", "http://www.w3.org/ns/shacl-test#"
FAILURE = NamedNode(f"{TEST}Failure")
GRAPH = NamedNode("https://example.org/graph/case")
# The cases that fail, and why.
FAILING = {
    "core/misc/severity-002": "a severity that is none of SHACL's counts as a Violation: what we cannot weigh",
    "core/property/uniqueLang-002": 'Oxigraph keeps booleans by their value: "1" is "true", which this tells apart',
    "sparql/pre-binding/shapesGraph-001": "pySHACL has no $shapesGraph, which a processor may leave out",
}
# SHACL's shapes for shapes are ten times larger than any other case: one fact of so many is taken out of them.
SAMPLE = {"core/complex/shacl-shacl": 40}


class Case(NamedTuple):
    """A case: facts and shapes, and the report that is expected, or none where the shapes cannot be used."""

    facts: list[Triple]
    shapes: list[Triple]
    expected: list[tuple[str, ...]] | None


def read(file: Path) -> list[Triple]:
    return [quad.triple for quad in parse(file.read_bytes(), RdfFormat.TURTLE, base_iri=file.as_uri())]


def case(name: str) -> Case:
    triples = read(SUITE / f"{name}.ttl")
    test = next((triple.subject for triple in triples if triple.object == NamedNode(f"{TEST}Validate")), None)
    if test is None:
        pytest.skip("a manifest, or a file of another case")

    def said(subject: Any, property: NamedNode) -> Any:
        return next((t.object for t in triples if (t.subject, t.predicate) == (subject, property)), None)

    action = said(test, NamedNode(f"{MANIFEST}action"))
    facts, shapes = (
        read(Path(url2pathname(said(action, NamedNode(f"{TEST}{part}")).value.removeprefix("file://"))))
        for part in ("dataGraph", "shapesGraph")
    )
    result = said(test, NamedNode(f"{MANIFEST}result"))
    return Case(facts, shapes, None if result == FAILURE else sorted(expected(triples, result)))


def expected(triples: list[Triple], report: Any) -> Iterator[tuple[str, ...]]:
    """Yield the results of a report, each with what is said of it once."""
    store = Store()
    store.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    paths = graph([])
    for quad in store:
        paths.add((there(quad.subject), there(quad.predicate), there(quad.object)))

    def said(subject: Any, name: str) -> Any:
        return next((quad.object for quad in store.quads_for_pattern(subject, public(f"sh:{name}"), None)), None)

    found = set()
    for quad in store.quads_for_pattern(report, public("sh:result"), None):
        result = quad.object
        path = said(result, "resultPath")
        parts = [said(result, name) for name in ("focusNode", "sourceShape", "value", "resultSeverity")]
        parts += [path and path_of(paths, there(path)), said(result, "sourceConstraintComponent")]
        found.add(tuple(map(plain, parts)))
    yield from found


def plain(part: Any) -> str:
    """Return a part of a result as text; a blank node has another name in each graph."""
    return "" if part is None else "_" if isinstance(part, BlankNode) else str(part)


def told(report: Report) -> list[tuple[str, ...]]:
    return sorted(
        {
            tuple(map(plain, (one.focus, one.shape, one.value, one.severity.iri, one.path, one.component)))
            for one in report.results
        }
    )


def holding(facts: Iterable[Triple]) -> Dataset:
    dataset = Dataset(Store())
    dataset.commit(Change(dict.fromkeys(map(quad_of, facts))))
    return dataset


def quad_of(fact: Triple) -> Quad:
    return Quad(fact.subject, fact.predicate, fact.object, GRAPH)


@pytest.mark.shared
def test_the_suite_is_whole() -> None:
    texts = [(SUITE / f"{name}.ttl").read_text("utf-8") for name in CASES]
    assert sum("sht:Validate" in text for text in texts) == 121
    assert FAILING.keys() <= set(CASES)


@pytest.mark.shared
@pytest.mark.parametrize("name", CASES)
def test_the_report_of_a_case_is_the_one_of_the_standard(name: str, request: pytest.FixtureRequest) -> None:
    if name in FAILING:
        request.applymarker(pytest.mark.xfail(reason=FAILING[name], strict=True))
    facts, shapes, wanted = case(name)
    if wanted is None:
        with pytest.raises(ShapeError):
            validate(holding(facts), shapes)
    else:
        assert told(validate(holding(facts), shapes)) == wanted


@pytest.mark.shared
@pytest.mark.parametrize("name", CASES)
def test_a_case_fact_by_fact_ends_in_the_same_reports(name: str) -> None:
    """Each fact is taken out and put back: the report after is that of asking everything anew."""
    facts, shapes, wanted = case(name)
    if wanted is None or name == "sparql/pre-binding/shapesGraph-001":
        pytest.skip("its shapes cannot be used")
    dataset = holding(facts)
    whole = validate(dataset, shapes)
    for fact in facts[:: SAMPLE.get(name, 1)]:
        without = Change(removals={quad_of(fact): None})
        # Not through the dataset: it has no blank nodes to remove, and the suite has.
        for graph_name in (GRAPH, VIEW):
            dataset.store.remove(Quad(fact.subject, fact.predicate, fact.object, graph_name))
        less = validate_change(dataset, without, shapes, whole)
        assert less == validate(dataset, shapes), f"without {fact}"
        again = Change({quad_of(fact): None})
        dataset.commit(again)
        assert validate_change(dataset, again, shapes, less) == whole, f"with {fact} again"
