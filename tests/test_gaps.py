"""What no document says is asked, of the thing by its name, with the documents that speak of it."""

import csv
import io
import json
import shutil
from dataclasses import replace

import pytest
from conftest import Run
from pyoxigraph import Literal, NamedNode, Quad, Store

from dorsale.build import shapes, standing
from dorsale.graph.explain import Gap, documents, gaps, questions
from dorsale.graph.labels import Labels
from dorsale.graph.store import Change, Dataset
from dorsale.graph.validate import Report, Result, Severity, Waiver
from dorsale.names import BASE, SHAPE, dor, public
from dorsale.workspace import Workspace

LOTIM = NamedNode(f"{BASE}contract/loire-lotim-telecom-2005")
LOIRE = NamedNode(f"{BASE}document/politiques-numeriques-loire")


def shape(name: str) -> NamedNode:
    return NamedNode(SHAPE + name)


@pytest.fixture(scope="module")
def report(built: Workspace, dataset: Dataset) -> Report:
    return standing(built, dataset)


def found(built: Workspace, dataset: Dataset, report: Report, language: str = "fr") -> tuple[Gap, ...]:
    return gaps(Labels(dataset, language), report, questions(shapes(built)))


def test_a_delegation_without_an_end_is_asked_for_by_name(built: Workspace, dataset: Dataset, report: Report) -> None:
    (gap,) = [
        gap for gap in found(built, dataset, report) if (gap.thing, gap.asked_by) == (LOTIM, shape("Delegation-end"))
    ]
    assert (
        gap.question == "Jusqu'à quand court la délégation « Contrat Département de la Loire – Lotim Télécom (2005) » ?"
    )
    assert gap.severity is Severity.WARNING
    assert gap.documents == (LOIRE,)
    assert any("confie" in passage.exact for passage in gap.passages)


def test_a_contract_whose_end_is_known_is_not_asked_for(built: Workspace, dataset: Dataset, report: Report) -> None:
    ended = {
        subject
        for (subject,) in dataset.rows(
            "PREFIX dor: <https://w3id.org/dorsale/ontology#>"
            " SELECT ?c WHERE { ?c a dor:Contract ; dor:endsOn|dor:duration|dor:terminatedOn ?end }"
        )
    }
    assert ended
    asked = {gap.thing for gap in found(built, dataset, report) if gap.asked_by == shape("Delegation-end")}
    assert asked
    assert not asked & ended


def test_each_warning_and_remark_of_the_report_is_a_question(
    built: Workspace, dataset: Dataset, report: Report
) -> None:
    asked = found(built, dataset, report)
    wanting = {(result.focus, result.shape) for result in report.results if result.severity is not Severity.VIOLATION}
    assert {(gap.thing, gap.asked_by) for gap in asked} >= wanting
    assert not [gap for gap in asked if "{" in gap.question or "https://" in gap.question]


def test_a_rate_that_is_not_computed_is_asked_for_with_what_is_missing(
    built: Workspace, dataset: Dataset, report: Report
) -> None:
    (gap,) = [gap for gap in found(built, dataset, report) if gap.asked_by == dor("UncomputedObservation")]
    assert "taux de pénétration" in gap.question
    assert "83\u202f000" in gap.question
    assert "187\u202f000" in gap.question
    assert "l'un compte des foyers, l'autre des locaux" in gap.question
    assert "one counts households" not in gap.question
    assert gap.documents == (LOIRE,)
    assert gap.concerns(NamedNode(f"{BASE}network/thd42"))


def test_the_questions_speak_english_too(built: Workspace, dataset: Dataset, report: Report) -> None:
    asked = {gap.question for gap in found(built, dataset, report, "en")}
    assert "Who owns “Réseau THD42”?" in asked
    assert any("one counts households" in question for question in asked)


def test_what_a_curator_waived_is_not_asked_for(built: Workspace, dataset: Dataset, report: Report) -> None:
    result = next(result for result in report.results if result.shape == shape("Delegation-end"))
    waiver = object.__new__(Waiver)
    waived = replace(
        report, results=tuple(replace(one, waiver=waiver) if one == result else one for one in report.results)
    )
    before, after = found(built, dataset, report), found(built, dataset, waived)
    assert {(gap.thing, gap.asked_by) for gap in before} - {(gap.thing, gap.asked_by) for gap in after} == {
        (result.focus, result.shape)
    }


def test_a_thing_that_no_document_speaks_of_is_asked_for_last_and_the_placeholders_are_filled() -> None:
    actor, other = NamedNode(f"{BASE}actor/a"), NamedNode(f"{BASE}actor/b")
    graph = NamedNode(f"{BASE}graph/authority")
    dataset = Dataset(Store())
    named = {actor: "Axione", other: "Lotim"}
    quads = [Quad(one, public("rdfs:label"), Literal(name, language="fr"), graph) for one, name in named.items()]
    dataset.commit(Change(dict.fromkeys(quads)))
    result = Result(actor, Severity.WARNING, shape("S"), shape("C"), {}, path=dor("siren"), value=other)
    asked = {shape("S"): {"fr": "« {$this} » et « {?value} » ({?path}, {?other}) ?"}}
    (gap,) = gaps(Labels(dataset, "fr"), Report((result,)), asked)
    assert gap.question == "« Axione » et « Lotim » (dor:siren, –) ?"
    assert (gap.documents, gap.passages) == ((), ())


def test_the_command_asks_in_french_and_counts(built: Workspace, dorsale: Run) -> None:
    ran = dorsale("gaps", cwd=built.root, language="fr")
    assert ran.returncode == 0
    assert "À qui appartient « Réseau THD42 » ?" in ran.stdout
    assert "question(s) sans réponse dans les documents" in ran.stdout.splitlines()[-1]


def test_the_questions_of_one_document_are_those_of_what_it_speaks_of(built: Workspace, dorsale: Run) -> None:
    ran = dorsale("gaps", "--document", "fiche-anct-lozere", "--format", "json", cwd=built.root)
    asked = json.loads(ran.stdout)
    fiche = f"{BASE}document/fiche-anct-lozere"
    assert asked
    assert all(fiche in [document["iri"] for document in gap["documents"]] for gap in asked)
    assert f"{BASE}network/rip-lozere" in {gap["thing"]["iri"] for gap in asked}
    assert LOTIM.value not in {gap["thing"]["iri"] for gap in asked}


def test_the_questions_of_one_thing_are_its_own_and_those_of_what_a_fact_ties_to_it(
    built: Workspace, dorsale: Run
) -> None:
    ran = dorsale("gaps", "--thing", "THD42", "--format", "csv", cwd=built.root, language="fr")
    rows = list(csv.DictReader(io.StringIO(ran.stdout)))
    asked = {(row["thing"].removeprefix(BASE), row["askedBy"].removeprefix(SHAPE)) for row in rows}
    assert ("network/thd42", "PublicInitiativeNetwork-owner") in asked
    assert ("observation/thd42-fibre-length", "Counted-dated") in asked
    assert not {thing for thing, _ in asked if "dorsal-loire" in thing}
    assert {row["documents"] for row in rows} == {"Les politiques numériques de la Loire"}


def test_the_list_to_tick_off_stands_under_the_titles_of_the_documents(built: Workspace, dorsale: Run) -> None:
    lines = dorsale("gaps", "--format", "markdown", cwd=built.root, language="fr").stdout.splitlines()
    assert lines[0] == "# Ce qu'aucun document ne dit"
    heading = lines.index("## Les politiques numériques de la Loire")
    assert any(line.startswith("- [ ] À qui appartient « Réseau dorsal de la Loire » ?") for line in lines[heading:])


def test_a_name_that_nobody_has_is_told_and_no_dataset_is_no_answer(workspace: Workspace, dorsale: Run) -> None:
    ran = dorsale("gaps", "--document", "nulle-part", cwd=workspace.root)
    assert (ran.returncode, ran.stdout) == (2, "")
    shutil.rmtree(workspace.dataset)
    assert dorsale("gaps", cwd=workspace.root).returncode == 2


def test_the_documents_are_known_by_their_class(dataset: Dataset) -> None:
    assert LOIRE in documents(dataset)
    assert len(documents(dataset)) == 5
