import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from conftest import Run, copy_workspace
from pyoxigraph import NamedNode, Triple
from tiny import tiny_workspace

from dorsale import errors
from dorsale.build import build, status
from dorsale.documents.facts import block
from dorsale.documents.text import Document, locate
from dorsale.graph.derive import Classification, classify
from dorsale.graph.derive.consistency import declares
from dorsale.graph.export import FORMATS, export
from dorsale.graph.store import Dataset, Shelf
from dorsale.names import BASE, DOR, dor, public
from dorsale.terms import Terms
from dorsale.workspace import Workspace

LOIRE = "politiques-numeriques-loire"


def facts_file(workspace: Workspace) -> Path:
    return workspace.facts / f"{LOIRE}.trig"


def empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_five_documents_are_in_with_every_quotation_checked(built: Workspace) -> None:
    counts = Shelf(built.dataset, built.base).made()["counts"]
    assert counts["documents"] == 5
    assert counts["quotations"] >= 190
    assert counts["facts"] >= 1200
    assert counts["focus_nodes"] > 0


def test_every_fact_is_in_the_graph_of_a_passage_and_nowhere_else_first(dataset: Dataset) -> None:
    graphs = {graph.value for graph in dataset.store.named_graphs() if isinstance(graph, NamedNode)}
    passages = {passage.value for (passage,) in dataset.rows(f"SELECT ?p {{ ?p a <{DOR}Evidence> }}")}
    named = {
        f"{dataset.base}graph/{name}" for name in ("evidence", "authority", "codes", "derived", "names", "ontology")
    }
    assert graphs - passages == named


def test_a_territory_comes_with_what_contains_it_and_no_other_does(dataset: Dataset) -> None:
    rows = dataset.rows(f"SELECT ?t {{ ?t a <{DOR}Territory> }}")
    codes = {territory.value.removeprefix("http://id.insee.fr/geo/") for (territory,) in rows}
    assert {
        "departement/42",
        "region/84",
        "commune/42218",
        "commune/34079",
        "departement/34",
        "region/76",
        "region/91",
    } <= codes
    assert len(codes) < 60


def test_the_same_workspace_gives_the_same_exports(built: Workspace, dataset: Dataset, tmp_path: Path) -> None:
    again = copy_workspace(tmp_path / "elsewhere")
    build(again)
    other = Shelf(again.dataset, again.base).open()
    for format in FORMATS:
        assert export(other, format) == export(dataset, format)


def test_building_twice_leaves_one_dataset(workspace: Workspace) -> None:
    before = Shelf(workspace.dataset, workspace.base).current
    build(workspace)
    assert not before.exists()
    assert len(list(workspace.dataset.glob("build-*"))) == 1


BROKEN: dict[str, tuple[Callable[[Workspace], object], type[errors.DorsaleError]]] = {
    "a quotation that the text does not hold": (
        lambda w: edit(facts_file(w), "est une filiale du groupe Axione", "est une fillale du groupe Axione"),
        errors.QuotationsMoved,
    ),
    "an unknown property": (lambda w: edit(facts_file(w), "dor:subsidiaryOf", "dor:subsidaryOf"), errors.UnknownTerms),
    "an unknown code": (lambda w: edit(facts_file(w), "technology:fibre", "technology:fiber"), errors.UnknownTerms),
    "a thing that nothing describes": (
        lambda w: edit(facts_file(w), "dor:subsidiaryOf actor:axione", "dor:subsidiaryOf actor:axiome"),
        errors.UndescribedThings,
    ),
    "an unknown territory": (
        lambda w: edit(facts_file(w), "commune:42218", "commune:42999"),
        errors.UnknownTerritory,
    ),
    "a file that does not parse": (lambda w: edit(facts_file(w), "dor:subsidiaryOf", ";;"), errors.SyntaxFault),
    "a passage in the file of another document": (
        lambda w: shutil.move(facts_file(w), w.facts / "fiche-anct-lozere.trig"),
        errors.MalformedPassage,
    ),
    "a stored text that has changed": (
        lambda w: edit(w.documents / f"{LOIRE}.txt", "323", "320"),
        errors.DocumentChanged,
    ),
    "a text without metadata": (lambda w: (w.documents / f"{LOIRE}.ttl").unlink(), errors.DocumentUndescribed),
    "metadata without a text": (lambda w: (w.documents / f"{LOIRE}.txt").unlink(), errors.DocumentUndescribed),
    "no facts": (lambda w: empty(w.facts), errors.NothingToCheck),
    "no shapes": (lambda w: empty(w.shapes), errors.NothingToCheck),
    "a violation": (
        lambda w: edit(facts_file(w), "dor:value 2700", "dor:rateOf base:premises ; dor:value 2700"),
        errors.InvalidGraph,
    ),
    "a fact that its passage does not carry": (
        lambda w: edit(facts_file(w), "dor:value 2700", "dor:value 2800"),
        errors.NotCarried,
    ),
    "a blank node in the authority": (
        lambda w: edit(w.authority / "places.ttl", "dor:within commune:63113", "dor:within []"),
        errors.MalformedPassage,
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN)
def test_a_build_that_fails_says_why_and_leaves_the_dataset_that_was_there(workspace: Workspace, fault: str) -> None:
    shelf = Shelf(workspace.dataset, workspace.base)
    current, before = shelf.current, export(shelf.open(), "nquads")
    breaks, kind = BROKEN[fault]
    breaks(workspace)
    with pytest.raises(kind) as refused:
        build(workspace)
    assert refused.value.sentence("fr")
    assert str(workspace.root) not in refused.value.sentence("en").replace(str(refused.value.facts.get("folder")), "")
    assert shelf.current == current
    assert export(shelf.open(), "nquads") == before
    assert sorted(path.name for path in workspace.dataset.iterdir()) == sorted(["current", "lock", current.name])


def test_a_fault_is_told_with_its_line_and_the_nearest_term(workspace: Workspace) -> None:
    text = facts_file(workspace).read_text("utf-8")
    line = text[: text.index("dor:subsidiaryOf")].count("\n") + 1
    edit(facts_file(workspace), "dor:subsidiaryOf", "dor:subsidaryOf")
    with pytest.raises(errors.UnknownTerms) as refused:
        build(workspace)
    assert f"data/facts/{LOIRE}.trig:{line}: dor:subsidaryOf" in str(refused.value)
    assert "dor:subsidiaryOf" in refused.value.unknown[0].nearest


@pytest.mark.java
def test_a_contradiction_is_told_by_the_fewest_facts_and_axioms_with_their_places(workspace: Workspace) -> None:
    """Issue 4: no shape says that a département is no association; the ontology does."""
    said = "actor:departement-de-la-lozere a dor:Department"
    edit(workspace.authority / "actors.ttl", said, f"{said}, dor:Association")
    current, steps = Shelf(workspace.dataset, workspace.base).current, list[str]()
    with pytest.raises(errors.InconsistentGraph) as refused:
        build(workspace, steps.append)
    first, *lines = str(refused.value).splitlines()
    lines_of_file = (workspace.authority / "actors.ttl").read_text("utf-8").splitlines()
    at = next(number for number, line in enumerate(lines_of_file, 1) if line.startswith(said))
    department, axioms = "actor:departement-de-la-lozere rdf:type dor:Department", lines[2:]
    place = f"  data/authority/actors.ttl:{at}: "
    assert set(lines[:2]) == {place + department, place + department.replace("Department", "Association")}
    assert set(axioms) == {
        "  ontology: dor:Department rdfs:subClassOf dor:LocalAuthority",
        "  ontology: dor:LocalAuthority owl:disjointWith dor:Association",
    }
    assert first.startswith("4 facts and axioms")
    assert [step for step in steps if step.startswith("contradiction")] == [
        "contradiction-facts",
        "contradiction-axioms",
    ]
    assert Shelf(workspace.dataset, workspace.base).current == current
    found = refused.value.contradiction
    declarations = [triple for triple in Terms.read(workspace).axioms if declares(triple)]
    parts = [*((fact,) for fact in found.facts), *(axiom.triples for axiom in found.axioms)]
    for gone in range(-1, len(parts)):
        kept = [triple for at, part in enumerate(parts) if at != gone for triple in part]
        assert classify([*declarations, *kept]).consistent == (gone >= 0), "the set clashes, and none of it is spare"


LOZERE = NamedNode(f"{BASE}actor/departement-de-la-lozere")


def test_a_contradiction_that_a_rule_makes_is_told_with_the_rule(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Someone who knows stands in the place of HermiT, which needs a minute and Java."""
    concluded = Triple(LOZERE, public("rdf:type"), dor("Association"))

    def knows(triples: Iterable[Triple]) -> Classification:
        return Classification(concluded not in set(triples), (), {})

    for module in ("dorsale.build", "dorsale.graph.derive.contradiction"):
        monkeypatch.setattr(sys.modules[module], "classify", knows)
    rule = "CONSTRUCT { ?x a dor:Association } WHERE { ?x a dor:Department }"
    head = '#+ title: {fr: "Essai", en: "Trial"}\n#+ stratum: 0\nPREFIX dor: <https://w3id.org/dorsale/ontology#>\n'
    (workspace.ontology / "rules" / "trial.rq").write_text(head + rule, "utf-8")
    with pytest.raises(errors.InconsistentGraph) as refused:
        build(workspace)
    told = "ontology/rules/trial.rq: actor:departement-de-la-lozere rdf:type dor:Association"
    assert str(refused.value).splitlines()[1:] == [f"  {told}"]


@pytest.mark.java
def test_a_class_that_can_have_no_member_is_told_with_the_axioms_that_forbid_it(workspace: Workspace) -> None:
    with (workspace.ontology / "dorsale.ttl").open("a", encoding="utf-8") as file:
        file.write("dor:Centaur a owl:Class ; rdfs:subClassOf dor:Person, dor:LocalAuthority .\n")
        file.write("dor:Chiron a owl:Class ; rdfs:subClassOf dor:Centaur .\n")
    with pytest.raises(errors.ImpossibleClass) as refused:
        build(workspace)
    first, *lines = str(refused.value).splitlines()
    assert first.startswith("dor:Centaur, dor:Chiron: ")
    assert {line.removeprefix("  ontology: ") for line in lines} == {
        "dor:Centaur rdfs:subClassOf dor:Person",
        "dor:Centaur rdfs:subClassOf dor:LocalAuthority",
        "dor:LocalAuthority rdfs:subClassOf dor:PublicBody",
        "dor:PublicBody rdfs:subClassOf dor:Actor",
        "dor:Actor owl:disjointWith dor:Person",
    }


def test_a_build_without_java_says_what_is_not_checked_and_goes_on(dorsale: Run, tmp_path: Path) -> None:
    workspace = tiny_workspace(tmp_path / "tiny")
    for language, unchecked, missing in (
        ("en_GB", "consistency not checked", "install a Java runtime"),
        ("fr_FR", "cohérence non vérifiée", "installez Java"),
    ):
        run = dorsale("build", cwd=workspace.root, language=language, PATH=str(tmp_path))
        assert run.returncode == 0
        assert unchecked in run.stdout.splitlines()[-1]
        assert missing in run.stderr


def test_a_workspace_may_have_another_base(tmp_path: Path) -> None:
    workspace = copy_workspace(tmp_path / "loire")
    for folder in (workspace.documents, workspace.facts, workspace.authority):
        for path in [*folder.glob("*.ttl"), *folder.glob("*.trig")]:
            path.write_text(
                path.read_text("utf-8").replace("https://w3id.org/dorsale/id/", "https://data.loire.example/id/")
            )
    (workspace.root / "dorsale.toml").write_text('version = 1\nbase = "https://data.loire.example/id/"\n')
    workspace = Workspace.open(workspace.root)
    built = build(workspace)
    assert built.report.accepted
    dataset = Shelf(workspace.dataset, workspace.base).open()
    assert b"https://w3id.org/dorsale/id/" not in export(dataset, "nquads")


# --- status ---------------------------------------------------------------------------------------------------


def test_status_counts_what_the_dataset_holds(built: Workspace) -> None:
    held = status(built)
    counts = Shelf(built.dataset, built.base).made()["counts"]
    assert held.facts == counts["facts"] == sum(count for _, count in held.properties)
    assert held.quotations == counts["quotations"]
    assert held.moved == 0
    assert held.fresh
    assert [document for document, *_ in held.documents] == sorted(path.stem for path in built.documents.glob("*.txt"))
    assert 0 < held.alone <= held.facts


def test_a_fact_that_a_second_publisher_states_does_not_stand_alone(workspace: Workspace) -> None:
    def add(slug: str, words: str) -> int:
        quotation = locate(Document.open(workspace.documents, slug), words)
        with (workspace.facts / f"{slug}.trig").open("a", encoding="utf-8") as file:
            file.write("\n" + block(quotation, workspace.base).replace("{\n\n}", "{ actor:anct a dor:StateBody . }", 1))
        assert not status(workspace).fresh
        build(workspace)
        after = status(workspace)
        assert after.fresh
        return after.alone

    before = status(workspace).alone
    assert add(LOIRE, "À l'appel de l'Agence nationale de la cohésion des territoires") == before + 1
    assert add("fiche-anct-lozere", "se \nmobilise fortement [...] différentes actions de l'ANCT") == before
