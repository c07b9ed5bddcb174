"""What shapes say after a change: beside asking everything anew, and how much is asked for it."""

import json
from collections.abc import Iterable

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple, parse

from dorsale.graph.store import Change, Dataset
from dorsale.graph.validate import Report, keep, recall, validate, validate_change

EX = "https://example.org/"
HERE, THERE, APART = (NamedNode(f"{EX}graph/{name}") for name in ("here", "there", "ontology"))
HEAD = f"""@prefix ex: <{EX}> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def turtle(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(f"{HEAD}{text}".encode(), RdfFormat.TURTLE)]


def quads(text: str, graph: NamedNode = HERE) -> dict[Quad, None]:
    return {Quad(triple.subject, triple.predicate, triple.object, graph): None for triple in turtle(text)}


def holding(given: Iterable[Quad]) -> Dataset:
    dataset = Dataset(Store(), EX)
    dataset.commit(Change(dict.fromkeys(given)))
    return dataset


def changed(dataset: Dataset, change: Change, shapes: list[Triple], before: Report) -> Report:
    """Commit a change, and return the report after it, having seen that it is that of asking everything anew."""
    dataset.commit(change)
    after = validate_change(dataset, change, shapes, before)
    assert after == validate(dataset, shapes)
    return after


SHAPES = """
ex:Contract a sh:NodeShape ; sh:targetClass ex:Contract ; sh:property ex:grantor-actor, ex:about-text, ex:sequel ;
    sh:message "Le contrat porte sur {?value}."@fr, "The contract is about {?value}."@en .
ex:grantor-actor a sh:PropertyShape ; sh:path ex:grantor ; sh:minCount 1 ; sh:class ex:Actor ; sh:severity sh:Warning .
ex:about-text sh:path ex:about ; sh:datatype xsd:string .
ex:sequel sh:path ( [ sh:inversePath ex:of ] [ sh:zeroOrMorePath ex:next ] ) ; sh:maxCount 0 ; sh:severity sh:Info .
ex:Named sh:targetObjectsOf ex:about ; sh:nodeKind sh:IRI .
"""
FAULTY = """
ex:lotim a ex:Delegation ; ex:about "01.50"^^xsd:decimal, "réseau"@fr, _:b .
ex:Delegation rdfs:subClassOf ex:Contract .
ex:suite ex:of ex:lotim .
"""


def test_a_report_that_was_kept_is_the_same_report() -> None:
    report = validate(holding(quads(FAULTY)), turtle(SHAPES))
    assert len({result.severity for result in report.results}) == 3
    again = recall(json.loads(json.dumps(keep(report))))
    assert again == report
    assert [result.checks for result in again.results] == [result.checks for result in report.results]


@pytest.mark.parametrize("said", [{}, {"results": [[]], "focusNodes": 0, "shapes": 0}, {"results": 1}])
def test_what_is_no_report_is_not_recalled(said: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        recall(said)


def test_what_a_change_does_not_touch_is_as_it_was() -> None:
    shapes, dataset = turtle(SHAPES), holding(quads(FAULTY))
    before = recall(keep(validate(dataset, shapes)))
    after = changed(
        dataset, Change(quads("ex:other a ex:Contract ; ex:grantor ex:x . ex:x a ex:Actor .")), shapes, before
    )
    assert after.results == before.results
    assert (after.focus_nodes, after.visited) == (before.focus_nodes + 1, 1)


def test_a_number_that_comes_written_otherwise_is_the_one_that_the_store_keeps() -> None:
    """The view holds 12.5 whoever states 12.50: what came must be found there, and what went must not."""
    shapes = turtle("ex:S sh:targetSubjectsOf ex:p ; sh:property ex:P . ex:P sh:path ex:p ; sh:maxInclusive 10 .")
    dataset = holding([])
    before = validate(dataset, shapes)
    worse = changed(dataset, Change(quads("ex:x ex:p 12.50 .")), shapes, before)
    assert len(worse.results) == 1
    kept = dict.fromkeys(quad for quad in dataset.quads())
    assert changed(dataset, Change(removals=kept), shapes, worse) == before
