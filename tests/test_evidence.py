"""``dorsale query --evidence``: the passages that support each row of an answer."""

import csv
import io
import json

import pytest
from conftest import ROOT, Run
from pyoxigraph import NamedNode

from dorsale.build import Sources, rules_of
from dorsale.errors import EvidenceUnread
from dorsale.graph.explain import Prover
from dorsale.graph.explain.support import Row, supported
from dorsale.graph.labels import Term
from dorsale.graph.queries import Catalogue, run
from dorsale.graph.store import Dataset
from dorsale.names import BASE
from dorsale.workspace import Workspace

CATALOGUE = Catalogue.of(ROOT / "queries", ROOT / "queries")
LOIRE = "politiques-numeriques-loire"
SIEL = f"{LOIRE}/3672-3840"
CONTRACT = "contract:siel-te-thd42-exploitation-2016"


@pytest.fixture(scope="module")
def prover(built: Workspace, dataset: Dataset, sources: Sources) -> Prover:
    given = rules_of(built, sources.terms)
    return Prover(dataset, lambda: given)


def rows(prover: Prover, text: str) -> list[Row]:
    answer = run(prover.dataset, text)
    return supported(prover.dataset, prover, text, answer.variables, answer.rows())[1]


def passages(prover: Prover, text: str) -> set[str]:
    """The passages of all rows."""
    found = rows(prover, text)
    assert found, "no row"
    return {one.iri.value.removeprefix(f"{BASE}evidence/") for row in found for one in row.passages}


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_a_row_has_the_passages_that_its_query_names(prover: Prover, name: str) -> None:
    text = CATALOGUE[name].text
    answer = run(prover.dataset, text)
    columns, told = answer.variables, [tuple(row) for row in answer.rows()]
    named: dict[tuple[Term | None, ...], set[object]] = {}
    for row in told:
        rest = tuple(term for term, column in zip(row, columns, strict=True) if column != "evidence")
        named.setdefault(rest, set()).update(
            term for term, column in zip(row, columns, strict=True) if column == "evidence" and term is not None
        )
    found = {row.terms: {one.iri for one in row.passages} for row in rows(prover, text)}
    assert found.keys() == named.keys()
    for terms, own in named.items():
        assert own <= found[terms], terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # stated, derived, and counted facts
        (f"SELECT ?start {{ {CONTRACT} dor:startsOn ?start }}", {SIEL}),
        (f"SELECT ?end {{ {CONTRACT} dor:computedEndsOn ?end }}", {SIEL}),
        (f"SELECT (COUNT(?c) AS ?n) {{ ?c dor:startsOn ?start FILTER(?c = {CONTRACT}) }}", {SIEL}),
        ("SELECT ?c (COUNT(*) AS ?n) { ?c dor:startsOn ?s } GROUP BY ?c HAVING(COUNT(*) > 0)", {SIEL}),
        ("SELECT ?year (COUNT(?c) AS ?n) { ?c dor:startsOn ?s } GROUP BY (SUBSTR(STR(?s), 1, 4) AS ?year)", {SIEL}),
        # what is computed of a row, and constants
        (f"SELECT (STR(?s) AS ?start) {{ {CONTRACT} dor:startsOn ?s }}", {SIEL}),
        (f'SELECT ?c {{ ?c dor:startsOn "2016-01-01"^^xsd:date ; a dor:Contract . FILTER(?c = {CONTRACT}) }}', {SIEL}),
        # groups
        (f"SELECT ?c ?s {{ VALUES ?c {{ {CONTRACT} }} OPTIONAL {{ ?c dor:startsOn ?s }} }}", {SIEL}),
        (f"SELECT ?s {{ {{ {CONTRACT} dor:startsOn ?s }} UNION {{ {CONTRACT} dor:endsOn ?s }} }}", {SIEL}),
        ("SELECT ?c { { SELECT ?c { ?c dor:startsOn ?s } LIMIT 1 } }", {SIEL}),
        (f"SELECT ?s {{ GRAPH ?g {{ {CONTRACT} dor:startsOn ?s }} }}", {SIEL}),
        ("SELECT ?s { [ dor:startsOn ?s ] }", {SIEL}),
        (f"SELECT ?c {{ VALUES ?c {{ {CONTRACT} }} FILTER EXISTS {{ ?c dor:startsOn ?s }} }}", {SIEL}),
        # paths
        (f"SELECT ?s {{ {CONTRACT} ^dor:nothing|dor:startsOn ?s }}", {SIEL}),
        # authority files say it, and no passage
        ("SELECT ?label { departement:42 rdfs:label ?label }", set()),
    ],
)  # fmt: skip
def test_the_facts_that_a_row_rests_on_lead_to_its_passages(prover: Prover, text: str, expected: set[str]) -> None:
    if expected:
        assert passages(prover, text) == expected
    else:
        assert all(one.iri.value.endswith(SIEL) for row in rows(prover, text) for one in row.passages)


def test_each_row_has_its_own_passages(prover: Prover) -> None:
    found = {
        str(row.terms[0]).rsplit("/", 1)[-1].rstrip(">"): {one.exact for one in row.passages}
        for row in rows(prover, "SELECT ?company ?group { ?company dor:subsidiaryOf ?group }")
    }
    assert found["thd42-exploitation"] == {"THD42 exploitation, une filiale d’Axione"}
    assert found["lotim-telecom"] == {"LOTIM \ntélécom est une filiale du groupe Axione"}


def test_what_a_query_denies_supports_nothing(prover: Prover) -> None:
    start = "SELECT ?s { ?c dor:startsOn ?s "
    denied = "{ ?c dor:subsidiaryOf ?g }"
    plain = passages(prover, start + "}")
    assert plain == {SIEL}
    assert passages(prover, f"{start} FILTER NOT EXISTS {denied} }}") == plain
    assert passages(prover, f"{start} MINUS {denied} }}") == plain


def test_a_passage_supports_what_describes_it(prover: Prover) -> None:
    iri = f"{BASE}evidence/{SIEL}"
    assert passages(prover, f"SELECT ?words {{ <{iri}> oa:exact ?words }}") == {SIEL}


def test_a_fact_of_a_named_passage_rests_on_that_passage_alone(prover: Prover) -> None:
    text = "SELECT ?g ?a ?b { GRAPH ?g { ?a dor:memberOf ?b } ?g a dor:Evidence }"
    for row in rows(prover, text):
        assert [one.iri for one in row.passages] == [row.terms[0]]


def test_a_query_whose_patterns_are_not_read_is_refused(prover: Prover) -> None:
    with pytest.raises(EvidenceUnread):
        rows(prover, "SELECT ?a { ?a dor:party (dor:x dor:y) }")


# --- the command --------------------------------------------------------------------------------------------------


def test_a_table_has_the_quoted_words_as_notes(built: Workspace, dorsale: Run) -> None:
    run = dorsale("query", "funding-totals", "--evidence", "-w", built.root)
    assert (run.returncode, run.stderr) == (0, "")
    assert "[1] « Le montant de la Délégation de Service Public" in run.stdout


def test_a_spreadsheet_has_the_words_and_the_passages_in_columns(built: Workspace, dorsale: Run) -> None:
    run = dorsale("query", "groups", "--evidence", "--format", "csv", "-w", built.root)
    found = list(csv.DictReader(io.StringIO(run.stdout)))
    assert len(found) == 2
    for row in found:
        iris = row["evidenceIRI"].split()
        assert len(iris) == row["evidence"].count("« ") > 0
        assert all(NamedNode(iri).value.startswith(f"{BASE}evidence/") for iri in iris)


@pytest.mark.parametrize("format", ["table", "csv", "json"])
def test_a_row_that_no_passage_supports_says_so(built: Workspace, dorsale: Run, format: str) -> None:
    query = built.root / "label.rq"
    query.write_text("SELECT ?name { departement:42 igeo:codeINSEE ?name }")
    run = dorsale("query", "--file", query, "--evidence", "--format", format, "-w", built.root)
    query.unlink()
    assert run.returncode == 0
    if format == "json":
        (row,) = json.loads(run.stdout)["results"]["bindings"]
        assert row["evidenceIRI"]["value"] == ""
    assert "no passage" in run.stdout
