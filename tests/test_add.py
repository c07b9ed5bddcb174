"""``dorsale add``: a document or a file of facts becomes part of the workspace, whole or not at all."""

import os
import re
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from conftest import ROOT, Run, copy_workspace
from pyoxigraph import NamedNode

from dorsale import errors
from dorsale.add import Added, Addition, Reviewed, Told
from dorsale.build import build, made, recover
from dorsale.documents.facts import Facts, Passage
from dorsale.documents.refusals import Refusals
from dorsale.extract import Desk
from dorsale.graph.export import export
from dorsale.graph.store import Shelf
from dorsale.names import dor, public
from dorsale.review import Review
from dorsale.seen import fresh
from dorsale.workspace import Workspace

# Written for these tests: neither the network nor its companies exist.
ARDWEN = ROOT / "tests" / "documents" / "ardwen-fibre.txt"
SLUG = "ardwen-fibre-le-reseau-public-des-ardennes"
TOLD = Told(
    issued="2022-03",
    source="https://exemple.fr/ardwen",
    publisher="département des ardennes",
    rights="Texte écrit pour des essais.",
)
LOIRE, CASTRES = "politiques-numeriques-loire", "castres-mazamet-haut-debit"
ENGLISH = "The county has entrusted the company with the operation of its network for fifteen years.\n" * 3


class Killed(BaseException):
    """What a test does in the place of the system."""


def copy_of(workspace: Workspace, to: Path) -> Workspace:
    shutil.copytree(workspace.root, to)
    return Workspace.open(to)


def files(workspace: Workspace) -> dict[str, bytes]:
    data = workspace.root / "data"
    return {str(path.relative_to(data)): path.read_bytes() for path in data.rglob("*") if path.is_file()}


def held(workspace: Workspace) -> int:
    """How many passages of the added document the dataset in use has."""
    dataset = Shelf(workspace.dataset, workspace.base).open()
    document = NamedNode(f"{workspace.base}document/{SLUG}")
    return sum(1 for _ in dataset.store.quads_for_pattern(None, public("prov:wasQuotedFrom"), document, None)) // 2


@pytest.fixture(scope="module")
def kept(built: Workspace, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Added]:
    """A workspace to which the document was added; tests only read it."""
    workspace = copy_of(built, tmp_path_factory.mktemp("kept") / "workspace")
    addition = Addition.open(workspace, str(ARDWEN), TOLD)
    return workspace, addition.keep(Reviewed(addition.proposals.facts))


# --- a document -----------------------------------------------------------------------------------------------


def test_an_added_document_is_stored_masked_and_described(kept: tuple[Workspace, Added]) -> None:
    workspace, added = kept
    text = (workspace.documents / f"{SLUG}.txt").read_text("utf-8")
    assert "ardwen@" not in text
    assert len(text) == len(ARDWEN.read_text("utf-8"))
    described = (workspace.documents / f"{SLUG}.ttl").read_text("utf-8")
    for line in (
        'dcterms:title "Ardwen Fibre, le réseau public des Ardennes"@fr',
        'dcterms:issued "2022-03"^^xsd:gYearMonth',
        'dcterms:source "https://exemple.fr/ardwen"',
        "dcterms:publisher actor:departement-des-ardennes",
        'dcterms:rights "Texte écrit pour des essais."@fr',
        "dcterms:language language:FRA",
        "departement:08",
    ):
        assert line in described
    assert {path.name for path in added.files} >= {f"{SLUG}.txt", f"{SLUG}.ttl", f"{SLUG}.trig"}
    council = f"{workspace.base}actor/departement-des-ardennes"
    named = (workspace.authority / f"{SLUG}.ttl").read_text("utf-8")
    assert "administers departement:08" in named
    assert re.search(r'contract:\S+\s+rdfs:label "Contrat Département des Ardennes – [^"]+"@fr', named)
    assert council not in (workspace.facts / f"{SLUG}.trig").read_text("utf-8")


def test_a_publisher_whom_nobody_knows_is_asked_for_by_the_nearest_names(built: Workspace) -> None:
    with pytest.raises(errors.UnknownName) as caught:
        Addition.open(built, str(ARDWEN), Told(publisher="Département des Ardenes"))
    assert "departement des ardennes" in str(caught.value)
    assert Addition.open(built, str(ARDWEN), Told()).publisher is None


def test_the_dataset_that_is_left_is_the_one_that_a_build_makes(
    kept: tuple[Workspace, Added], built: Workspace, tmp_path: Path
) -> None:
    workspace, added = kept
    assert fresh(workspace)
    assert held(workspace) > held(built) == 0
    left = {
        form: export(Shelf(workspace.dataset, workspace.base).open(), form) for form in ("trig", "turtle", "nquads")
    }
    again = copy_of(workspace, tmp_path / "again")
    made = build(again)
    assert {form: export(Shelf(again.dataset, again.base).open(), form) for form in left} == left
    assert made.counts == added.built.counts
    assert not list(workspace.dataset.glob("scratch-*"))
    assert len(list(workspace.dataset.glob("build-*"))) == 1


def test_what_was_added_answers_queries_and_is_explained(kept: tuple[Workspace, Added], dorsale: Run) -> None:
    workspace, _ = kept
    asked = dorsale("query", "delegations", "--delegatee", "Ardwen Exploitation", cwd=workspace.root)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "Département des Ardennes" in asked.stdout
    assert "a confié à la société Ardwen Exploitation" in asked.stdout
    told = dorsale("explain", "Ardwen Exploitation", "subsidiaryOf", cwd=workspace.root)
    assert "Altea Réseaux" in told.stdout
    status = dorsale("status", cwd=workspace.root)
    assert "0 moved" in status.stdout
    assert status.stderr == ""


def test_what_a_document_contradicts_is_told_and_keeps_nothing_out(
    workspace: Workspace, dorsale: Run, tmp_path: Path
) -> None:
    said = "Le réseau d’initiative publique THD42 est exploité par"
    (tmp_path / "deux.txt").write_text(
        f"Le réseau THD42 en 2022\n\n{said} THD42 exploitation.\n\n{said} Orange.\n", "utf-8"
    )
    given = ("--issued", "2022-03", "--accept", "proved")
    run = dorsale("add", tmp_path / "deux.txt", *given, cwd=workspace.root, language="fr_FR")
    assert run.returncode == 0, run.stderr
    assert "1 conflit(s) nouveau(x)" in run.stdout
    (told,) = run.stdout.split("conflit(s)")[1:]
    assert "Deux titulaires d'un même rôle" in told
    assert "Orange" in told
    assert fresh(workspace)


def test_a_document_that_is_known_is_said_to_be_and_nothing_is_written(
    kept: tuple[Workspace, Added], dorsale: Run, tmp_path: Path
) -> None:
    workspace, _ = kept
    before = files(workspace)
    shutil.copy(ARDWEN, tmp_path / "copy.txt")
    for name in (ARDWEN, tmp_path / "copy.txt", SLUG, LOIRE):
        run = dorsale("add", name, "--accept", "proved", cwd=workspace.root)
        assert (run.returncode, run.stdout) == (1, "")
        assert "is known already" in run.stderr
    assert files(workspace) == before


def test_the_same_title_with_another_text_is_a_new_version_and_asks_to_be_told_so(
    kept: tuple[Workspace, Added], dorsale: Run, tmp_path: Path
) -> None:
    workspace = copy_of(kept[0], tmp_path / "workspace")
    before = files(workspace)
    newer = tmp_path / "newer.txt"
    newer.write_text(ARDWEN.read_text("utf-8").replace("38 000 locaux", "39 500 locaux"), "utf-8")
    run = dorsale("add", newer, "--accept", "proved", cwd=workspace.root, language="fr_FR")
    assert run.returncode == 1
    assert f"--replaces {SLUG}" in run.stderr
    assert files(workspace) == before
    run = dorsale("add", newer, "--accept", "proved", "--replaces", SLUG, cwd=workspace.root)
    assert run.returncode == 0, run.stderr
    assert f"dcterms:replaces document:{SLUG} " in (workspace.documents / f"{SLUG}-2.ttl").read_text("utf-8")
    lost = dorsale("add", newer, "--replaces", "nowhere", cwd=workspace.root)
    assert lost.returncode == 2


def test_a_text_in_another_language_is_said_to_be_and_nothing_is_written(
    kept: tuple[Workspace, Added], dorsale: Run, tmp_path: Path
) -> None:
    before = files(kept[0])
    (tmp_path / "english.txt").write_text(ENGLISH)
    run = dorsale("add", tmp_path / "english.txt", "--accept", "proved", cwd=kept[0].root)
    assert (run.returncode, run.stdout) == (1, "")
    assert "another language (en)" in run.stderr
    assert files(kept[0]) == before


def test_without_a_yes_it_is_shown_and_nothing_is_written(built: Workspace, dorsale: Run) -> None:
    before = files(built)
    none = dorsale("add", ARDWEN, "--accept", "none", cwd=built.root)
    assert none.returncode == 0
    nobody = dorsale("add", ARDWEN, cwd=built.root)
    assert nobody.returncode == 1
    assert "--accept proved" in nobody.stderr
    assert none.stdout == nobody.stdout
    assert "a confié à la société Ardwen Exploitation" in none.stdout
    assert files(built) == before


def test_a_date_that_is_none_is_refused_before_anything_is_read(built: Workspace, dorsale: Run) -> None:
    run = dorsale("add", ARDWEN, "--issued", "mars 2022", cwd=built.root)
    assert run.returncode == 2
    assert "2021-06-03" in run.stderr


# --- all or nothing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", range(1, 9))
def test_who_is_stopped_between_two_renames_leaves_all_or_nothing_after_the_next_command(
    built: Workspace,
    kept: tuple[Workspace, Added],
    monkeypatch: pytest.MonkeyPatch,
    dorsale: Run,
    tmp_path: Path,
    step: int,
) -> None:
    workspace = copy_of(built, tmp_path / "workspace")
    before = files(workspace)
    addition = Addition.open(workspace, str(ARDWEN), TOLD)
    whole, added = kept

    def tried(_workspace: Workspace, _files: object, _shelf: Shelf, folder: Path, _step: object) -> tuple[object, ...]:
        # The dataset was made once: what is tested is how it is put in place.
        shutil.copytree(Shelf(whole.dataset, whole.base).current / "dataset", folder / "dataset")
        return added.built, made(whole, added.built, whole.fingerprint()), ()

    calls, put = 0, os.replace

    def stopped(source: Path, target: Path) -> None:
        nonlocal calls
        calls += 1
        if calls == step:
            raise Killed
        put(source, target)

    with monkeypatch.context() as patched:
        patched.setattr("dorsale.add.tried", tried)
        patched.setattr(os, "replace", stopped)
        with pytest.raises(Killed):
            addition.keep(Reviewed(added.facts))
    assert calls == step
    run = dorsale("query", "groups", cwd=workspace.root)
    assert (run.returncode, run.stderr) == (0, "")
    assert not workspace.journal.exists()
    assert fresh(workspace)
    if step <= 3:  # until the journal says that everything is there
        assert files(workspace) == before
        assert held(workspace) == 0
    else:
        assert files(workspace) == files(whole)
        assert held(workspace) == held(whole)


def test_who_is_at_work_is_left_alone(workspace: Workspace) -> None:
    workspace.journal.write_text('{"state": "begun", "files": {}}', "utf-8")
    with Shelf(workspace.dataset, workspace.base).lock():
        recover(workspace)
        assert workspace.journal.exists()
    recover(workspace)
    assert not workspace.journal.exists()


def test_files_that_changed_meanwhile_are_not_built_upon(workspace: Workspace) -> None:
    addition = Addition.open(workspace, str(ARDWEN), Told())
    with (workspace.facts / f"{LOIRE}.trig").open("a", encoding="utf-8") as file:
        file.write("# somebody was here\n")
    before = files(workspace)
    with pytest.raises(errors.FilesChanged):
        addition.keep(Reviewed(addition.proposals.facts))
    assert files(workspace) == before


# --- the curator ----------------------------------------------------------------------------------------------


def test_a_curator_accepts_edits_refuses_and_merges_and_what_was_refused_is_remembered(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    addition = Addition.open(workspace, str(ARDWEN), Told(role="relectrice"))
    answers: list[str] = []
    shown: list[Passage] = []
    for passage, facts in addition.proposals.stated.items():
        if any(getattr(fact.object, "value", "") == "38000" for fact in facts):
            answers += ["r", "ce chiffre est celui d’une brochure"]
            refused = passage
        elif any(fact.predicate == dor("signedOn") for fact in facts):
            answers.append("e")
            edited = passage
        else:
            answers.append("a")

    def edit(text: str, extension: str) -> str:
        assert extension == ".trig"
        return text.replace("dor:signedOn", "dor:awardedOn")

    monkeypatch.setattr(click, "edit", edit)
    with CliRunner().isolation(input="\n".join([*answers, *(["0"] * 20)]) + "\n"):
        reviewed = Review(addition, shown.append).ask()
    assert reviewed is not None
    assert shown == list(addition.proposals.stated)
    added = addition.keep(reviewed)
    stated = {s.quad.predicate for s in added.facts.statements if s.quad.graph_name == edited.iri}
    assert dor("awardedOn") in stated
    assert dor("signedOn") not in stated
    text = (workspace.facts / f"{SLUG}.trig").read_text("utf-8")
    assert text.count("method:curated") == 1
    assert "38000" not in text
    remembered = Refusals.open(workspace.refusals, workspace.refusals, workspace.base)
    assert {one.passage.exact for one in remembered.all} == {refused.exact}
    assert {(one.reason, one.role) for one in remembered.all} == {("ce chiffre est celui d’une brochure", "relectrice")}
    assert len(remembered.all) == len(addition.proposals.stated[refused])
    again = Desk(workspace)
    proposals = again.propose(again.open(SLUG))
    assert proposals.remembered > 0
    assert not [
        fact for facts in proposals.stated.values() for fact in facts if getattr(fact.object, "value", "") == "38000"
    ]
    assert fresh(workspace)


def test_a_new_name_that_means_a_known_thing_becomes_another_name_of_it(built: Workspace, tmp_path: Path) -> None:
    text = tmp_path / "castres.txt"
    # « Intermédiazur » is nobody: it comes near to the known « Intermédiasud ».
    text.write_text(
        "Le réseau de Mazamet\n\nEn 2012, la Communauté d’agglomération de Castres-Mazamet a confié à la société "
        "Intermédiazud l’exploitation de son réseau pour une durée de 12 ans.\n",
        "utf-8",
    )
    workspace = copy_of(built, tmp_path / "workspace")
    addition = Addition.open(workspace, str(text), Told())
    new = next(thing for thing, (label, _) in addition.proposals.names.items() if label == "Intermédiazud")
    asked: list[object] = []
    with CliRunner().isolation(input="t\n" + "1\n" * 10) as streams:
        reviewed = Review(addition, asked.append).ask()
        said = streams[1].getvalue().decode() if streams[1] else ""
    assert reviewed is not None
    assert "Intermédiasud" in said
    known = reviewed.merged[new]
    addition.keep(reviewed)
    (slug,) = {path.stem for path in workspace.documents.glob("*.txt")} - {
        path.stem for path in built.documents.glob("*.txt")
    }
    facts = Facts.open(workspace.facts / f"{slug}.trig", Path("facts.trig"), workspace.base)
    assert known in {statement.quad.object for statement in facts.statements}
    assert new not in {end for s in facts.statements for end in (s.quad.subject, s.quad.object)}
    assert 'skos:altLabel "Intermédiazud"@fr' in (workspace.authority / f"{slug}.ttl").read_text("utf-8")


def test_a_curator_who_stops_keeps_nothing(built: Workspace) -> None:
    addition = Addition.open(built, str(ARDWEN), Told())
    for answers in ("a\nq\n", "p\n" * len(addition.proposals.stated)):
        with CliRunner().isolation(input=answers):
            assert Review(addition, lambda _: None).ask() is None


# --- a file of facts ------------------------------------------------------------------------------------------


def test_facts_of_a_known_document_are_added_to_its_file_which_keeps_its_comments(
    workspace: Workspace, dorsale: Run, tmp_path: Path
) -> None:
    path = workspace.facts / f"{LOIRE}.trig"
    before = path.read_text("utf-8")
    quoted = dorsale("quote", LOIRE, "LOTIM télécom est une filiale du groupe Axione, acteur", cwd=workspace.root)
    head = "".join(line for line in before.splitlines(keepends=True) if line.startswith("@prefix"))
    fact = "{ actor:lotim-telecom a dor:Company . }"
    (tmp_path / "new.trig").write_text(head + quoted.stdout.replace("{\n\n}", fact, 1), "utf-8")
    if quoted.returncode:
        pytest.fail(quoted.stderr)
    run = dorsale("add", tmp_path / "new.trig", "--accept", "proved", cwd=workspace.root)
    assert run.returncode == 0, run.stderr
    after = path.read_text("utf-8")
    assert before.split("\n\n", 1)[1].rstrip() in after
    assert after.count("actor:lotim-telecom a dor:Company") == 1
    assert fresh(workspace)
    again = dorsale("add", tmp_path / "new.trig", "--accept", "proved", cwd=workspace.root)
    assert again.returncode == 1
    assert "holds all these facts already" in again.stderr


def test_a_fact_that_its_passage_does_not_carry_keeps_the_whole_file_out(
    built: Workspace, dorsale: Run, tmp_path: Path
) -> None:
    before = files(built)
    head = "".join(
        line
        for line in (built.facts / f"{LOIRE}.trig").read_text("utf-8").splitlines(keepends=True)
        if line.startswith("@prefix")
    )
    quoted = dorsale("quote", LOIRE, "LOTIM télécom est une filiale du groupe Axione", cwd=built.root).stdout
    lie = '{ actor:lotim-telecom dor:subsidiaryOf actor:etat ; dor:startedOn "1789"^^xsd:gYear . }'
    (tmp_path / "lie.trig").write_text(head + quoted.replace("{\n\n}", lie, 1), "utf-8")
    run = dorsale("add", tmp_path / "lie.trig", "--accept", "proved", cwd=built.root)
    assert run.returncode == 1
    assert "1789" in run.stdout
    assert "nothing was written" in run.stderr
    strange = head.replace(LOIRE, "nowhere") + quoted.replace(LOIRE, "nowhere").replace("{\n\n}", lie, 1)
    (tmp_path / "strange.trig").write_text(strange, "utf-8")
    unknown = dorsale("add", tmp_path / "strange.trig", "--accept", "proved", cwd=built.root)
    assert unknown.returncode == 2
    assert LOIRE in unknown.stderr
    assert files(built) == before


def test_a_decision_on_a_passage_says_which_fact_why_who_and_when(built: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "refusals.ttl"
    file.write_text(
        "@prefix dor: <https://w3id.org/dorsale/ontology#> .\n"
        f'<{built.base}refusal/x-1> a dor:Refusal ; dor:reason "non"@fr .\n',
        "utf-8",
    )
    with pytest.raises(errors.MalformedRefusal, match=r"refuses, subject.*role, date"):
        Refusals.open(file, Path("refusals.ttl"), built.base)
    assert Refusals.open(tmp_path / "none.ttl", Path("none.ttl"), built.base).all == ()


# Written for this test. Of what « 513 communes » is said, it does not tell.
GERS = """Le réseau public du Gers

Le syndicat mixte Gers Numérique est propriétaire du réseau public du Gers, qui compte 40 000 prises raccordables.

À ce jour, 513 communes rurales, soit 14 000 km de routes.
"""


def test_what_the_shapes_refuse_is_left_out_where_nothing_was_built_before(tmp_path: Path, dorsale: Run) -> None:
    workspace = copy_workspace(tmp_path / "workspace")
    (tmp_path / "gers.txt").write_text(GERS, "utf-8")
    done = dorsale("add", tmp_path / "gers.txt", "--accept", "proved", cwd=workspace.root)
    assert done.returncode == 0, done.stderr
    assert "violation" in done.stdout
    assert "dor:about" in done.stdout
    added = (workspace.facts / "le-reseau-public-du-gers.trig").read_text("utf-8")
    assert "dor:value 40000" in added
    assert "dor:value 513" not in added
    assert Shelf(workspace.dataset, workspace.base).open() is not None
