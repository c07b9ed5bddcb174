"""What is wrong in shapes is told before they judge anything: SHACL itself would pass over it."""

import re
from pathlib import Path

import pytest
from conftest import ROOT, Run

from dorsale.errors import MalformedShapes
from dorsale.graph.validate import require_shapes
from dorsale.graph.validate.faults import against_shacl, faults
from dorsale.names import prefixes
from dorsale.statements import read
from dorsale.terms import Terms
from dorsale.workspace import Workspace

TERMS = Terms.read(Workspace.open(ROOT))
HEAD = "".join(f"@prefix {name}: <{space}> . " for name, space in prefixes().items()) + "\n"
DECLARED = (
    'shape:p sh:declare [ sh:prefix "dor" ; sh:namespace "https://w3id.org/dorsale/ontology#"^^xsd:anyURI ] .\n'
    'shape:Q a sh:NodeShape ; sh:targetClass dor:Network ; sh:sparql [ sh:prefixes shape:p ; sh:select """\n'
)


def told(tmp_path: Path, turtle: str) -> list[str]:
    file = tmp_path / "shapes.ttl"
    file.write_text(HEAD + turtle, "utf-8")
    return [fault.sentence("en") for fault in faults(read(file, Path("shapes.ttl")), TERMS)]


def asked(tmp_path: Path, query: str) -> list[str]:
    return told(tmp_path, f'{DECLARED}{query}\n""" ] .\n')


def test_the_shapes_of_the_workspace_have_no_fault() -> None:
    statements = [one for file in sorted((ROOT / "shapes").glob("*.ttl")) for one in read(file)]
    assert len(statements) > 3000
    require_shapes(statements, TERMS)


@pytest.mark.parametrize(
    ("turtle", "sentence"),
    [
        (
            "shape:A a sh:NodeShape ; sh:minCout 1 .",
            "shapes.ttl:2: shape:A: no vocabulary has a property sh:minCout"
            " (nearest: sh:minCount, sh:maxCount, sh:not)",
        ),
        (
            "shape:A a sh:NodeShape ;\n sh:targetClass dor:Netwrok .",
            "shapes.ttl:3: shape:A: no vocabulary has a class dor:Netwrok"
            " (nearest: dor:Network, dor:NetworkOwner, dor:MobileNetwork)",
        ),
        (
            "shape:A a sh:NodeShape ; sh:class dor:owner .",
            "shapes.ttl:2: shape:A: no vocabulary has a class dor:owner (nearest: dor:Zone)",
        ),
        (
            "shape:A a sh:NodeShape ; sh:property [ sh:path ( dor:owner [ sh:inversePath org:membr ] ) ] .",
            "shapes.ttl:2: shape:A: no vocabulary has a property org:membr (nearest: org:member, org:memberOf)",
        ),
        (
            "shape:A a sh:PropertyShape ; sh:path dor:Network .",
            "shapes.ttl:2: shape:A: no vocabulary has a property dor:Network (nearest: dor:partOfNetwork)",
        ),
        (
            "shape:A a sh:NodeShape ; sh:severity sh:Warn .",
            "shapes.ttl:2: shape:A: no vocabulary has sh:Warn (nearest: sh:Warning)",
        ),
        (
            "shape:A a sh:NodeShape ; sh:datatype xsd:interger .",
            "shapes.ttl:2: shape:A: no vocabulary has xsd:interger"
            " (nearest: xsd:integer, xsd:positiveInteger, xsd:negativeInteger)",
        ),
        (
            "shape:A a sh:NodeShape ; sh:hasValue status:planed .",
            "shapes.ttl:2: shape:A: no vocabulary has status:planed (nearest: status:planned)",
        ),
        (
            "shape:Network a sh:NodeShape ; sh:node shape:Netwok .",
            "shapes.ttl:2: shape:Network: no vocabulary has shape:Netwok (nearest: shape:Network)",
        ),
        (
            'shape:A a sh:NodeShape ; sh:select "ASK {}" .',
            "shapes.ttl:2: shape:A: sh:select belongs on a sh:SPARQLSelectExecutable, and this is none",
        ),
        (
            "shape:A a sh:NodeShape . shape:B sh:severity sh:Info .",
            "shapes.ttl:2: shape:B: sh:severity belongs on a sh:Shape, and this is none",
        ),
        (
            "shape:A a sh:NodeShape ; sh:rule [ a sh:TripleRule ] .",
            "shapes.ttl:2: shape:A: sh:rule is not applied here; say it by a constraint",
        ),
        (
            'shape:A a sh:NodeShape ; sh:pattern "^(06" .',
            "shapes.ttl:2: shape:A: the pattern « ^(06 » does not read:"
            " missing ), unterminated subpattern at position 1",
        ),
        (
            "shape:A a sh:NodeShape ; sh:not [ sh:or ( [ sh:node shape:B ] ) ] .\nshape:B sh:node shape:A .",
            "shapes.ttl:2: shape:A: shapes that ask themselves: shape:A → shape:B → shape:A",
        ),
    ],
)
def test_what_shacl_would_pass_over_is_told_with_its_place(tmp_path: Path, turtle: str, sentence: str) -> None:
    assert told(tmp_path, turtle) == [sentence]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (
            "SELECT $this WHERE {\n  $this dor:ownr ?x\n}",
            "shapes.ttl:5: shape:Q: no vocabulary has dor:ownr (nearest: dor:owner)",
        ),
        (
            "SELECT $this WHERE {\n  $this org:memberOf ?x }",
            "shapes.ttl:5: shape:Q: the query has no prefix « org »; sh:prefixes names what declares it (nearest: dor)",
        ),
        (
            "SELECT ?value WHERE { ?value dor:owner ?x }",
            "shapes.ttl:3: shape:Q: the query must select $this and ask about it",
        ),
        (
            "SELECT $this WHERE { ?value dor:owner ?x }",
            "shapes.ttl:3: shape:Q: the query must select $this and ask about it",
        ),
        (
            "SELECT $this WHERE { $this dor:owner ?x MINUS { $this dor:operator ?x } }",
            "shapes.ttl:4: shape:Q: SHACL forbids MINUS in the query of a constraint",
        ),
        (
            "SELECT $this WHERE { $this dor:owner ?x { SELECT ?x WHERE { ?x a dor:Actor } } }",
            "shapes.ttl:4: shape:Q: a query inside the query must select $this",
        ),
    ],
)
def test_a_query_that_cannot_judge_is_told_with_its_line(tmp_path: Path, query: str, sentence: str) -> None:
    assert asked(tmp_path, query) == [sentence]


def test_a_query_that_does_not_parse_is_told_with_the_line_where_it_breaks(tmp_path: Path) -> None:
    (sentence,) = asked(tmp_path, "SELECT $this WHERE {\n  $this dor:owner\n}")
    assert sentence.startswith("shapes.ttl:6: shape:Q: the query does not parse: « } » expected")


def test_a_query_that_asks_for_what_nobody_can_compute_is_told(tmp_path: Path) -> None:
    (sentence,) = asked(tmp_path, "SELECT $this WHERE { $this dor:owner ?x FILTER(<https://e.org/f>(?x)) }")
    assert sentence.startswith("shapes.ttl:3: shape:Q: the query cannot be answered")
    assert "https://e.org/f" in sentence


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this ?value WHERE { $this dor:owner ?value FILTER(STR(?value) != 'foo:bar MINUS') } # foo:bar",
        "SELECT $this WHERE { $this $PATH/dor:owner ?value }",
        "SELECT $this WHERE { $this dor:owner ?x { SELECT $this WHERE { $this a dor:Network } } }",
    ],
)
def test_a_query_that_is_well_is_let_be(tmp_path: Path, query: str) -> None:
    assert asked(tmp_path, query) == []


@pytest.mark.parametrize(
    "turtle",
    [
        "shape:A a sh:PropertyShape ; sh:path <http://www.w3.org/2006/vcard/ns#hasEmail> ; sh:maxCount 0 .",
        'shape:A a sh:NodeShape ; sh:name "a"@fr ; sh:targetNode <https://example.org/x> ; sh:class schema:Person .',
        "shape:A a sh:NodeShape ; sh:and ( [ sh:node shape:B ] [ sh:node shape:B ] ) . shape:B a sh:NodeShape .",
        "shape:A sh:property [ sh:path [ sh:zeroOrMorePath rdfs:subClassOf ] ; sh:hasValue dor:Actor ] .",
    ],
)
def test_shapes_that_say_what_there_is_have_no_fault(tmp_path: Path, turtle: str) -> None:
    assert told(tmp_path, turtle) == []


def test_shacls_own_shapes_are_asked_and_what_they_say_has_its_place(tmp_path: Path) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(f'{HEAD}shape:A a sh:NodeShape ; sh:targetClass dor:Network ;\n  sh:minLength "one" .\n', "utf-8")
    statements = list(read(file, Path("shapes.ttl")))
    assert faults(statements, TERMS) == ()
    (found,) = {fault.sentence("en") for fault in against_shacl(statements)}
    assert found.startswith("shapes.ttl:3: shape:A: SHACL does not allow this at sh:minLength: Value is not Literal")
    with pytest.raises(MalformedShapes, match=r"shapes\.ttl:3"):
        require_shapes(statements, TERMS)
    require_shapes(statements, TERMS, judged=True)


def test_a_shape_with_a_misspelt_property_stops_the_build_and_the_nearest_is_named(
    workspace: Workspace, dorsale: Run
) -> None:
    file = workspace.shapes / "network.ttl"
    text = file.read_text("utf-8")
    line = next(number for number, said in enumerate(text.splitlines(), 1) if "sh:minCount" in said)
    file.write_text(text.replace("sh:minCount", "sh:minCout", 1), "utf-8")
    ran = dorsale("build", cwd=workspace.root, language="fr")
    assert ran.returncode == 2
    assert re.search(
        rf"shapes/network\.ttl:{line} : shape:\S+ : aucun vocabulaire n'a de propriété sh:minCout", ran.stderr
    )
    assert "sh:minCount" in ran.stderr
