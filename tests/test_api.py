"""The workspace for programs: what it answers is what the commands do."""

import datetime
import doctest
import importlib
import json
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, assert_type

import pytest
from conftest import ROOT, Run, copy_workspace
from pyoxigraph import NamedNode

import dorsale as package
from dorsale import errors, open_workspace
from dorsale.api import Found, OpenWorkspace, Row, Rows
from dorsale.errors import (
    AmbiguousName,
    MissingLibrary,
    NoDataset,
    QueryParameter,
    QuerySyntax,
    UnknownName,
    UnknownQuery,
    WorkspaceNotFound,
    WrongFormat,
)
from dorsale.names import BASE
from dorsale.workspace import Workspace

THD42 = f"{BASE}network/thd42"


@pytest.fixture(scope="module")
def opened(built: Workspace) -> OpenWorkspace:
    return open_workspace(built.root, "en")


def answered(run: "subprocess.CompletedProcess[str]") -> Any:
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_importing_the_package_loads_no_engine() -> None:
    script = "import sys, dorsale; print(' '.join(sys.modules)); from dorsale import open_workspace as o; o.__call__"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {name for name in run.stdout.split() if name.startswith(("dorsale.", "pyoxigraph"))}


def test_the_package_has_nothing_else_to_give() -> None:
    with pytest.raises(AttributeError, match="nothing_of_ours"):
        package.nothing_of_ours  # noqa: B018


def test_the_examples_of_the_page_answer_as_it_says(built: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(built.root)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    failed, tried = doctest.testfile(str(ROOT / "docs" / "api.md"), module_relative=False, encoding="utf-8")
    assert (failed, tried > 20) == (0, True)


def test_the_nearest_workspace_is_opened(built: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(built.queries)
    assert open_workspace().workspace.root == built.root


def test_a_folder_without_a_workspace_or_a_dataset_says_so(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceNotFound):
        open_workspace(tmp_path)
    copy_workspace(tmp_path / "new")
    with pytest.raises(NoDataset):
        open_workspace(tmp_path / "new")


def test_a_language_that_nobody_speaks_here_is_refused(built: Workspace) -> None:
    with pytest.raises(ValueError, match="en, fr"):
        open_workspace(built.root, "de")  # type: ignore[arg-type]


def test_labels_are_in_the_language_that_was_asked_for(built: Workspace) -> None:
    contract = "https://w3id.org/dorsale/ontology#Contract"
    assert open_workspace(built.root, "en").label(contract) == "contract"
    assert open_workspace(built.root, "fr").label(contract) == "contrat"


def test_a_stored_query_has_the_rows_of_the_command(opened: OpenWorkspace, dorsale: Run) -> None:
    rows = opened.query("network-owners")
    assert_type(rows, Rows)
    assert_type(rows[0], Row)
    assert_type(rows[:1], Rows)
    run = dorsale("query", "network-owners", "--format", "json", "-w", opened.workspace.root)
    bindings = answered(run)["results"]["bindings"]
    assert len(rows) == len(bindings) > 1
    for row, binding in zip(rows, bindings, strict=True):
        given = {name: value for name, value in zip(rows.columns, row, strict=True) if value is not None}
        assert given == {name: term["value"] for name, term in binding.items()}


@pytest.mark.parametrize("value", ["THD42", "thd42", "network:thd42", THD42, NamedNode(THD42)])
def test_a_query_and_its_parameters_go_by_either_name(opened: OpenWorkspace, value: object) -> None:
    english = opened.query("network-owners", network=value)
    french = opened.query("proprietaires-des-reseaux", reseau=value)
    assert list(english) == list(french)
    assert {row.network for row in english} == {THD42}


def test_a_hyphen_is_an_underscore_and_a_date_may_be_one_of_python(opened: OpenWorkspace) -> None:
    expected = list(opened.query("delegations", activeOn="2020-01-01"))
    assert expected
    assert expected != list(opened.query("delegations"))
    assert list(opened.query("delegations", active_on=datetime.date(2020, 1, 1))) == expected
    assert list(opened.query("delegations", en_vigueur_le="2020-01-01")) == expected


def test_none_is_a_parameter_that_is_not_given(opened: OpenWorkspace) -> None:
    assert list(opened.query("groups", group=None)) == list(opened.query("groups"))


def test_wrong_names_and_values_are_refused_with_what_there_is(opened: OpenWorkspace) -> None:
    with pytest.raises(UnknownQuery, match="network-owners"):
        opened.query("network-owner")
    with pytest.raises(QueryParameter, match="--network"):
        opened.query("network-owners", netwrok="THD42")
    with pytest.raises(QueryParameter, match="Axione"):
        opened.query("groups", group="Axionne")
    with pytest.raises(QueryParameter, match="date"):
        opened.query("delegations", active_on="yesterday")


def test_a_parameter_given_under_two_names_is_refused(opened: OpenWorkspace) -> None:
    with pytest.raises(QueryParameter, match="2021-01-01"):
        opened.query("delegations", active_on="2020-01-01", en_vigueur_le="2021-01-01")


def test_a_stored_query_without_rows_says_what_it_answers(workspace: Workspace) -> None:
    header = "#+ nom: oui\n#+ title: {fr: a, en: a}\n#+ question: {fr: a, en: a}\n#+ columns: [a]\n#+ tags: [actor]\n"
    (workspace.queries / "yes.rq").write_text(f"{header}ASK {{ ?s ?p ?o }}\n")
    with pytest.raises(WrongFormat, match="boolean"):
        open_workspace(workspace.root).query("yes")


def test_values_are_those_of_python(opened: OpenWorkspace) -> None:
    rows = opened.sparql(
        "SELECT * { VALUES (?a ?b ?c ?d ?e ?f ?g ?h) "
        '{ (5 5.40 true "2005"^^xsd:gYear "été"@fr dor:Network 1e3 UNDEF) } }'
    )
    assert_type(rows, Rows | bool | str)
    assert isinstance(rows, Rows)
    (row,) = rows
    assert tuple(row) == (
        5,
        Decimal("5.40"),
        True,
        "2005",
        "été",
        "https://w3id.org/dorsale/ontology#Network",
        1e3,
        None,
    )
    assert [type(value) for value in row][:3] == [int, Decimal, bool]


def test_sparql_answers_yes_and_no_and_in_turtle(opened: OpenWorkspace) -> None:
    assert opened.sparql("ASK { network:thd42 dor:operator ?who }") is True
    assert opened.sparql("ASK { network:thd42 dor:owner ?who }") is False
    graph = opened.sparql("CONSTRUCT WHERE { network:thd42 dor:operator ?who }")
    assert isinstance(graph, str)
    assert "network:thd42 dor:operator actor:thd42-exploitation ." in graph


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("DROP ALL", errors.QueryIsUpdate),
        ("ASK { SERVICE <http://localhost:1/> { ?s ?p ?o } }", errors.ServiceRefused),
        ("ASK { FILTER" + "(" * 1000 + "true" + ")" * 1000 + " }", errors.QueryTooLarge),
    ],
)
def test_what_the_engine_should_not_see_is_refused(
    opened: OpenWorkspace, text: str, refused: type[errors.DorsaleError]
) -> None:
    with pytest.raises(refused):
        opened.sparql(text)


def test_what_the_engine_cannot_answer_is_an_error_of_ours(opened: OpenWorkspace) -> None:
    with pytest.raises(QuerySyntax, match="1:"):
        opened.sparql("SELECT ?a { ?a ")


def test_the_api_writes_nothing(opened: OpenWorkspace) -> None:
    with pytest.raises(errors.QueryIsUpdate):
        opened.sparql("INSERT DATA { dor:a dor:b dor:c }")


def test_evidence_is_the_passages_of_the_command(opened: OpenWorkspace, dorsale: Run) -> None:
    rows = opened.query("groups", evidence=True, group="Axione")
    run = dorsale("query", "groups", "--group", "Axione", "--evidence", "--format", "json", "-w", opened.workspace.root)
    bindings = answered(run)["results"]["bindings"]
    assert [" ".join(one.iri.value for one in row.evidence) for row in rows] == [
        binding["evidenceIRI"]["value"] for binding in bindings
    ]
    for row in rows:
        for passage in row.evidence:
            file = opened.workspace.documents / f"{passage.document.value.rsplit('/', 1)[-1]}.txt"
            assert file.read_text("utf-8")[passage.start : passage.end] == passage.exact


def test_a_select_of_ones_own_has_its_evidence_too(opened: OpenWorkspace) -> None:
    rows = opened.sparql("SELECT ?who { network:thd42 dor:operator ?who }", evidence=True)
    assert isinstance(rows, Rows)
    assert rows.columns == ("who", "evidence")
    assert [passage.start for passage in rows[0].evidence] == [3672, 3902]


def test_find_finds_what_the_command_finds(opened: OpenWorkspace, dorsale: Run) -> None:
    found = opened.find("fibre optique", limit=4)
    assert_type(found, list[Found])
    run = dorsale("find", "fibre optique", "--limit", 4, "--format", "json", "-w", opened.workspace.root)
    assert [(one.iri, one.kind, one.label, one.text, [list(span) for span in one.spans]) for one in found] == [
        tuple(said[key] for key in ("iri", "kind", "label", "text", "spans")) for said in answered(run)
    ]
    assert {one.kind for one in opened.find("fibre", kinds=["passage"])} == {"passage"}
    assert opened.find("xyzzyxyzzy") == []


def test_explain_and_why_are_what_the_command_writes(opened: OpenWorkspace, dorsale: Run) -> None:
    where = ("--format", "json", "-w", opened.workspace.root)
    assert json.loads(json.dumps(opened.explain("THD42"))) == answered(dorsale("explain", "THD42", *where))
    contract = "Contrat SIEL-TE – THD42 exploitation (2016)"
    why = opened.why(contract, "computedEndsOn")
    assert json.loads(json.dumps(why)) == answered(dorsale("explain", contract, "computedEndsOn", *where))
    assert why[0]["rule"]["name"] == "computed-ends-on"
    assert opened.why("THD42", "owner") == []


def test_names_that_mean_nothing_or_several_things_are_refused(opened: OpenWorkspace) -> None:
    with pytest.raises(UnknownName, match="THD42"):
        opened.explain("réseau THD43")
    with pytest.raises(AmbiguousName) as caught:
        opened.explain("Mende")
    assert len(caught.value.candidates) == 2


def test_a_changed_file_makes_the_dataset_stale_and_answers_go_on(workspace: Workspace) -> None:
    opened = open_workspace(workspace.root)
    assert opened.fresh
    file = next(workspace.facts.glob("*.trig"))
    file.write_text(file.read_text("utf-8") + "\n# more\n", "utf-8")
    assert not opened.fresh
    assert len(opened.query("groups")) == 2


def test_a_row_has_its_values_by_name_and_number() -> None:
    row = Row(("count", "class"), (3, None))
    assert (row.count, row["class"], row[0], row[-1], len(row), list(row)) == (3, None, 3, None, 2, [3, None])
    assert row == Row(("count", "class"), (3, None)) != Row(("count", "other"), (3, None))
    assert len({row, Row(("count", "class"), (3, None))}) == 1
    assert {"count", "class"} <= set(dir(row))
    with pytest.raises(AttributeError, match="network"):
        row.network  # noqa: B018
    with pytest.raises(KeyError, match="count, class"):
        row["network"]
    with pytest.raises(AttributeError):
        row.count = 4  # type: ignore[attr-defined]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_without_its_library_a_frame_says_what_to_install(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingLibrary, match=f"pip install {library}"):
        getattr(Rows(("a",), [(1,)]), f"to_{library}")()


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize("evidence", [False, True])
def test_a_frame_has_the_columns_and_the_rows(opened: OpenWorkspace, library: str, evidence: bool) -> None:
    pytest.importorskip(library)
    rows = opened.query("other-funders", evidence=evidence)
    frame = getattr(rows, f"to_{library}")()
    assert importlib.import_module(library).DataFrame is type(frame)
    assert (tuple(frame.columns), len(frame)) == (rows.columns, len(rows))
    assert list(frame["purpose"]) == [row.purpose for row in rows]
    assert [float(value) for value in frame["computed"]] == [float(row.computed) for row in rows]
    assert len(Rows(rows.columns, []).to_pandas() if library == "pandas" else Rows(rows.columns, []).to_polars()) == 0


def test_an_answer_counts_rows_as_a_person_does_and_has_the_passages_of_the_query(opened: OpenWorkspace) -> None:
    answer = opened.answer("other-funders")
    rows = opened.query("other-funders", evidence=True)
    assert (answer["count"], len(rows)) == (1, 3)
    (told,) = answer["rows"]
    assert [one["iri"] for one in told["funder"]] == [row.funder for row in rows]
    assert {one["passage"] for one in told["evidence"]} == {one.iri.value for row in rows for one in row.evidence}
    assert answer["documents"] == []
    cut = opened.answer("passages", limit=2)
    assert len(cut["rows"]) == 2 < cut["count"]


def test_an_answer_without_rows_or_with_gaps_names_the_documents_that_were_read(opened: OpenWorkspace) -> None:
    for name, parameters in [("disagreements", {}), ("network-owners", {"network": "THD42"})]:
        answer = opened.answer(name, parameters)
        assert answer["documents"] == list(opened.documents.values()) != []
    with pytest.raises(QueryParameter):
        opened.answer("groups", {"limit": 3})


def test_a_passage_is_told_by_its_iri_and_nothing_else_is_one(opened: OpenWorkspace) -> None:
    row = opened.query("network-owners", evidence=True, network="THD42")[0]
    for passage in row.evidence:
        told = opened.passage(passage.iri.value)
        assert (told["start"], told["end"], told["exact"]) == (passage.start, passage.end, passage.exact)
    for other in (THD42, "https://w3id.org/dorsale/id/evidence/none/0-1", "no IRI"):
        with pytest.raises(UnknownName):
            opened.passage(other)


def test_the_latest_workspace_has_the_dataset_in_use_and_the_one_before_goes_on(workspace: Workspace) -> None:
    opened = open_workspace(workspace.root, "fr")
    assert opened.latest() is opened
    current = workspace.dataset / "current"
    shutil.copytree(workspace.dataset / current.read_text().strip(), workspace.dataset / "build-next")
    current.write_text("build-next\n")
    latest = opened.latest()
    assert latest.dataset.folder.parent.name == "build-next"
    assert latest.labels.language == "fr"
    assert list(latest.query("groups")) == list(opened.query("groups"))
