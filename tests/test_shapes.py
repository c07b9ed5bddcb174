"""
Each shape fires on its invalid case and stays silent on the valid ones.

The cases are Turtle files under ``tests/shapes/<theme>/``. An invalid one says on top, in comments, what breaks and
where, one line for each (``# breaks: shape:Contract-grantor at contract:loire-lotim-telecom-2005``), and why
(``# fault: ...``); whatever else it says is well formed.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from dorsale.graph.store import Dataset
from dorsale.graph.validate import Report, Severity, validate
from dorsale.graph.validate.shapebook import Shapebook, parameter
from dorsale.names import CODE, DOR, SHAPE, dor, prefixes, public

ROOT = Path(__file__).parents[1]
CASES = sorted((ROOT / "tests/shapes").glob("*/*.ttl"))
VALID = [case for case in CASES if case.name.startswith("valid.")]
INVALID = [case for case in CASES if case.name.startswith("invalid.")]
# What a shape has of SHACL's that is no constraint: the shapes that it holds have their own cases.
NOT_ASKED = {"property", "qualifiedMinCount", "qualifiedMaxCount"}
BREAKS = re.compile(r"^# breaks: shape:(\S+) at ([^\s:]+):(\S+)$", re.MULTILINE)


def triples(file: Path) -> list[Triple]:
    return [quad.triple for quad in parse(file.read_bytes(), RdfFormat.TURTLE, base_iri="https://example.org/")]


@cache
def shapes() -> list[Triple]:
    return [triple for file in sorted((ROOT / "shapes").glob("*.ttl")) for triple in triples(file)]


@cache
def background() -> list[Triple]:
    """What the dataset holds beside facts: the hierarchy of our classes, and which scheme a code is in."""
    hierarchy = (t for t in triples(ROOT / "ontology/dorsale.ttl") if t.predicate == public("rdfs:subClassOf"))
    codes = (t for file in sorted((ROOT / "ontology/codes").glob("*.ttl")) for t in triples(file))
    kept = {public("rdf:type"), public("skos:inScheme")}
    return [
        *(t for t in hierarchy if isinstance(t.object, NamedNode) and t.object.value.startswith(DOR)),
        *(t for t in codes if t.predicate in kept),
    ]


@cache
def report(case: Path) -> Report:
    store = Store()
    store.extend(Quad(*triple) for triple in [*background(), *triples(case)])
    return validate(Dataset(store), shapes())


def declared(case: Path) -> set[tuple[str, str]]:
    """Return what an invalid case says that breaks: shapes and focus nodes."""
    text = case.read_text("utf-8")
    known = {"_": ""} | prefixes() | dict(re.findall(r"^@prefix (\S*): <(.+)> \.$", text, re.MULTILINE))
    return {(SHAPE + shape, known[prefix] + name) for shape, prefix, name in BREAKS.findall(text)}


def found(report: Report, *severities: Severity) -> set[tuple[str, str]]:
    return {
        (result.shape.value, result.focus.value)
        for result in report.results
        if not severities or result.severity in severities
    }


def subjects(of: Iterable[Triple], predicate: str, value: NamedNode | None = None) -> set[str]:
    return {
        t.subject.value
        for t in of
        if t.predicate == public(predicate) and isinstance(t.subject, NamedNode) and value in (None, t.object)
    }


def reporting() -> set[str]:
    """Return the shapes that speak for themselves: those with a message. The others are used by them."""
    return subjects(shapes(), "sh:message")


def identity(case: Path) -> str:
    return f"{case.parent.name}/{case.stem}"


@pytest.mark.parametrize("case", VALID, ids=identity)
def test_a_valid_case_has_no_violation_and_no_warning(case: Path) -> None:
    assert report(case).checked_something
    assert found(report(case), Severity.VIOLATION, Severity.WARNING) == set()


@pytest.mark.parametrize("case", INVALID, ids=identity)
def test_an_invalid_case_breaks_what_it_declares_and_violates_nothing_else(case: Path) -> None:
    assert re.search(r"^# fault: .+$", case.read_text("utf-8"), re.MULTILINE)
    assert declared(case)
    assert declared(case) - found(report(case)) == set()
    assert found(report(case), Severity.VIOLATION) - declared(case) == set()


@pytest.mark.parametrize("case", INVALID, ids=identity)
def test_a_result_speaks_french_and_english(case: Path) -> None:
    for result in report(case).results:
        assert set(result.messages) == {"en", "fr"}
        assert not any("{?" in sentence for sentence in result.messages.values())


def test_every_shape_has_a_case_in_which_it_fires() -> None:
    broken = {shape for case in INVALID for shape, _ in declared(case)}
    assert reporting() == broken


def test_every_constraint_of_a_shape_has_a_case_in_which_it_fires() -> None:
    book = Shapebook(shapes())
    asked = {(name, constraint) for name in reporting() for constraint, _ in book.rule(NamedNode(name)).constraints}
    fired = {(result.shape.value, parameter(result.component)) for case in INVALID for result in report(case).results}
    assert {(name, constraint) for name, constraint in asked if constraint not in NOT_ASKED} == fired


def test_a_shape_that_warns_or_remarks_asks_what_it_would_like_to_know() -> None:
    """It is what ``dorsale gaps`` asks; what a Violation finds wrong is no question."""
    wanting = {name for kind in ("Warning", "Info") for name in subjects(shapes(), "sh:severity", public(f"sh:{kind}"))}
    asked: dict[str, list[str | None]] = {}
    for triple in shapes():
        if triple.predicate == dor("question") and isinstance(triple.object, Literal):
            asked.setdefault(str(triple.subject)[1:-1], []).append(triple.object.language)
            assert "{$this}" in triple.object.value
            assert set(re.findall(r"{\W(\w+)}", triple.object.value)) <= {"this", "value", "path"}
    assert set(asked) == wanting
    assert {name for name, languages in asked.items() if sorted(map(str, languages)) != ["en", "fr"]} == set()


def test_every_theme_has_a_valid_case() -> None:
    helping = {"prefixes", "values"}
    assert {file.stem for file in (ROOT / "shapes").glob("*.ttl")} - helping == {case.parent.name for case in VALID}


def test_no_case_vanishes() -> None:
    assert (len(VALID), len(INVALID)) == (16, 132)


def test_every_shape_says_why() -> None:
    kinds = ("sh:NodeShape", "sh:PropertyShape")
    declared = {name for kind in kinds for name in subjects(shapes(), "rdf:type", public(kind))}
    assert declared
    assert declared - subjects(shapes(), "rdfs:comment") == set()


@pytest.mark.parametrize("word", ["sh:message", "sh:name"])
def test_a_shape_that_reports_has_a_name_and_a_message_in_both_languages(word: str) -> None:
    said: dict[str, list[str | None]] = {}
    for triple in shapes():
        if triple.predicate == public(word) and isinstance(triple.object, Literal):
            said.setdefault(str(triple.subject)[1:-1], []).append(triple.object.language)
    assert set(said) == reporting()
    assert {name for name, languages in said.items() if sorted(map(str, languages)) != ["en", "fr"]} == set()


def test_a_shape_that_can_refuse_has_a_severity_and_a_message() -> None:
    """Reached from a target through ``sh:property``, a shape reports under its own name."""
    targets = {public(f"sh:target{kind}") for kind in ("Class", "Node", "SubjectsOf", "ObjectsOf")}
    targeting = {t.subject for t in shapes() if t.predicate in targets}
    reached = {t.object for t in shapes() if t.predicate == public("sh:property") and t.subject in targeting}
    paths = {t.subject for t in shapes() if t.predicate == public("sh:path")}
    speaking = {shape.value for shape in (reached | targeting) & paths if isinstance(shape, NamedNode)}
    assert speaking - reporting() == set()
    assert reporting() == subjects(shapes(), "sh:severity")


def test_a_shape_speaks_only_of_declared_terms() -> None:
    ontology = triples(ROOT / "ontology/dorsale.ttl")
    codes = [t for file in (ROOT / "ontology/codes").glob("*.ttl") for t in triples(file)]
    known = subjects([*ontology, *codes], "rdf:type")
    written = {term.value for t in shapes() for term in (t.predicate, t.object) if isinstance(term, NamedNode)}
    queried = {
        DOR + name
        for t in shapes()
        if t.predicate == public("sh:select") and isinstance(t.object, Literal)
        for name in re.findall(r"\bdor:(\w+)", t.object.value)
    }
    assert {term for term in written | queried if term.startswith((DOR, CODE))} - known == set()


def test_a_shape_that_is_used_is_declared_and_a_shape_that_is_declared_is_used() -> None:
    # Prefix declarations and queries are used by the constraints that hold them.
    declared = {t.subject.value for t in shapes() if isinstance(t.subject, NamedNode)}
    used = {t.object.value for t in shapes() if isinstance(t.object, NamedNode) and t.object.value.startswith(SHAPE)}
    targets = {public(f"sh:target{kind}") for kind in ("Class", "Node", "SubjectsOf", "ObjectsOf")}
    targeting = {t.subject.value for t in shapes() if t.predicate in targets and isinstance(t.subject, NamedNode)}
    assert used - declared == set()
    assert declared - used - targeting == set()


def test_no_shape_is_declared_twice() -> None:
    files = [
        {t.subject.value for t in triples(f) if isinstance(t.subject, NamedNode)}
        for f in (ROOT / "shapes").glob("*.ttl")
    ]
    assert sum(map(len, files)) == len(set().union(*files))
