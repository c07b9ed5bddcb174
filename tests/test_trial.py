"""What new facts would do to the dataset is told beforehand, and nothing is changed."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from conftest import ROOT, Run, copy_workspace
from pyoxigraph import NamedNode, Quad, Store

from dorsale import errors
from dorsale.build import Sources, rules_of, shapes
from dorsale.graph.derive import derive, follow
from dorsale.graph.explain import Conflict, brought, conflicts, patterns
from dorsale.graph.export import export
from dorsale.graph.store import VIEW, Change, Dataset, Shelf
from dorsale.graph.validate import Report, Result, Severity, validate
from dorsale.names import SHAPE, public
from dorsale.terms import TYPE
from dorsale.trial import large, trial
from dorsale.workspace import Workspace

LOIRE = "politiques-numeriques-loire"


def tried(workspace: Workspace, files: Iterable[Path] = (), removed: Iterable[Path] = ()) -> Report:
    with trial(workspace, files, removed) as made:
        return made.report


def keys(results: Iterable[Result]) -> set[object]:
    return {result.key for result in results}


CONTRACT = "contract:siel-te-thd42-exploitation-2016"
HEAD = (ROOT / "data" / "facts" / f"{LOIRE}.trig").read_text("utf-8").split("\n\n", 1)[0] + "\n"
LINE = HEAD.count("\n") + 1


def new(tmp_path: Path, body: str, name: str = "new.ttl") -> Path:
    file = tmp_path / name
    file.write_text(HEAD + body, "utf-8")
    return file


def test_the_dataset_itself_is_accepted(built: Workspace) -> None:
    report = tried(built)
    assert report.accepted
    assert report.focus_nodes > 100


def test_good_new_facts_are_accepted_and_change_nothing(built: Workspace, tmp_path: Path) -> None:
    shelf = Shelf(built.dataset, built.base)
    before = sorted(path.name for path in built.dataset.iterdir()), export(shelf.open(), "nquads")
    report = tried(built, [new(tmp_path, "network:thd42 dor:owner actor:departement-de-la-loire .")])
    assert report.accepted
    assert report.unproved == 1
    assert (sorted(path.name for path in built.dataset.iterdir()), export(shelf.open(), "nquads")) == before


@pytest.mark.parametrize(
    ("body", "message", "line"),
    [
        ("network:thd42 dor:operator departement:42 .", None, 0),
        ("network:thd42 dor:operator\n  'Axione' .", None, 1),
        ("network:thd42 dor:opertor actor:axione .", "dor:operator", 0),
        ("network:thd42 dor:serves <http://id.insee.fr/geo/departement/99> .", "territoire", 0),
        ("funding:x a dor:Funding ;\n  dor:amount -5 .", None, 1),
    ],
)
def test_bad_new_facts_are_refused_at_their_line(
    built: Workspace, tmp_path: Path, body: str, message: str | None, line: int
) -> None:
    report = tried(built, [new(tmp_path, body)])
    assert not report.accepted
    places = {result.place.line for result in report.violations if result.place}
    assert LINE + line in places
    if message:
        assert any(message in result.message("fr") for result in report.violations)


def test_a_false_quotation_is_a_violation_with_the_nearest(built: Workspace, tmp_path: Path) -> None:
    text = (
        (built.facts / f"{LOIRE}.trig")
        .read_text("utf-8")
        .replace("est une filiale du groupe", "est la filiale du groupe")
    )
    file = tmp_path / f"{LOIRE}.trig"
    file.write_text(text, "utf-8")
    report = tried(built, [file])
    found = [result for result in report.violations if result.shape == NamedNode(f"{SHAPE}misquoted")]
    assert len(found) == 1
    assert found[0].severity is Severity.VIOLATION
    assert "filiale du groupe Axione" in found[0].message("fr")


def test_facts_in_a_known_passage_need_no_second_description(built: Workspace, tmp_path: Path) -> None:
    passage = re.search(r"^(passage:\d+-\d+) \{", (built.facts / f"{LOIRE}.trig").read_text("utf-8"), re.M)
    assert passage
    report = tried(
        built, [new(tmp_path, f"{passage[1]} {{ network:dorsal-loire dor:owner actor:lotim-telecom . }}", "new.trig")]
    )
    assert report.unproved == 0


def test_a_check_of_an_empty_file_is_no_success(built: Workspace, tmp_path: Path) -> None:
    with pytest.raises(errors.NothingToCheck):
        tried(built, [new(tmp_path, "")])


def test_without_a_dataset_nothing_is_checked(tmp_path: Path) -> None:
    with pytest.raises(errors.NoDataset, match="dorsale build"):
        tried(copy_workspace(tmp_path / "w"))


# --- what is told apart ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", sorted(path.stem for path in (ROOT / "data" / "facts").glob("*.trig")))
def test_the_verdict_is_that_of_validating_everything(built: Workspace, document: str) -> None:
    file = built.facts / f"{document}.trig"
    with trial(built, removed=[file]) as made:
        after = validate(made.dataset, shapes(built))
        assert keys(made.report.results) | keys(made.already) == keys(after.results)
        assert made.report.focus_nodes == after.focus_nodes
        before = validate(Shelf(built.dataset, built.base).open(), shapes(built))
        assert keys(made.mended) == keys(before.results) - keys(after.results)
        assert made.mended, "every document leaves something unsaid"


def test_a_change_that_is_large_beside_the_dataset_is_tried_anew_with_the_same_answer(
    built: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = 'network:thd42 dor:owner actor:axione, place:a75 ; dor:startedOn "2031"^^xsd:gYear .\n'
    leaving = new(tmp_path, "contract:loire-lotim-telecom-2005 dor:delegatee actor:lotim-telecom .", "leaving.ttl")
    made = []
    for whole in (False, True):
        monkeypatch.setattr("dorsale.trial.large", lambda change, before, whole=whole: whole)
        with trial(built, [new(tmp_path, body)], [leaving]) as one:
            change = (one.change.additions.keys(), one.change.removals.keys())
            made.append((one.report, one.already, one.mended, one.conflicts, *change))
    assert made[0] == made[1]
    assert made[0][0].violations
    assert all(made[0][4:])


def test_a_file_of_more_facts_than_there_are_things_is_large(built: Workspace, tmp_path: Path) -> None:
    report = tried(built)
    facts = {Quad(NamedNode(f"https://e.org/{n}"), TYPE, TYPE): None for n in range(report.focus_nodes + 1)}
    assert large(Change(facts), report)
    assert not large(Change(removals=dict(list(facts.items())[1:])), report)


def test_what_was_wrong_already_refuses_nothing_and_what_a_fact_mends_is_told(built: Workspace, tmp_path: Path) -> None:
    every = keys(tried(built).results)
    with trial(built, [new(tmp_path, "network:thd42 dor:owner actor:departement-de-la-loire .")]) as made:
        assert not made.report.results
        (mended,) = made.mended
        assert mended.focus == NamedNode(f"{built.base}network/thd42")
        assert keys(made.already) == every - {mended.key}


def test_the_removal_of_a_fact_that_is_needed_is_refused(built: Workspace, tmp_path: Path) -> None:
    axione = NamedNode(f"{built.base}actor/axione")
    names = Shelf(built.dataset, built.base).open().store.quads_for_pattern(axione, public("rdfs:label"), None, VIEW)
    gone = new(tmp_path, "".join(f"{quad.subject} {quad.predicate} {quad.object} ." for quad in names), "gone.ttl")
    report = tried(built, removed=[gone])
    assert [result.place.line for result in report.violations if result.place] == [LINE]


def test_what_is_not_stated_cannot_be_removed(built: Workspace, tmp_path: Path) -> None:
    gone = new(tmp_path, "actor:axione dor:owner network:thd42 .", "gone.ttl")
    with pytest.raises(errors.FactNotHeld, match=rf"gone\.ttl:{LINE}:"):
        tried(built, removed=[gone])
    # What is only derived follows from what is stated: that can be removed.
    graph = NamedNode(f"{built.base}graph/derived")
    derived = next(iter(Shelf(built.dataset, built.base).open().store.quads_for_pattern(None, None, None, graph)))
    with pytest.raises(errors.FactNotHeld):
        tried(built, removed=[new(tmp_path, f"{derived.triple} .", "gone.ttl")])


def test_facts_are_judged_by_the_shapes_as_they_are_now(workspace: Workspace, tmp_path: Path) -> None:
    law = workspace.shapes / "network.ttl"
    law.write_text(
        law.read_text("utf-8")
        + "\nshape:every-network-is-refused a sh:NodeShape ; sh:targetClass dor:PublicInitiativeNetwork ;\n"
        + '    sh:property [ sh:path dor:technology ; sh:maxCount 0 ; sh:message "non"@fr , "no"@en ;\n'
        + '        dor:reason "essai"@fr , "a test"@en ] .\n',
        "utf-8",
    )
    with trial(workspace, [new(tmp_path, "network:thd42 dor:owner actor:departement-de-la-loire .")]) as made:
        assert made.report.accepted
        assert "non" in {result.message("fr") for result in made.already}


def test_shapes_that_are_at_fault_judge_nothing(workspace: Workspace, tmp_path: Path) -> None:
    law = workspace.shapes / "network.ttl"
    law.write_text(law.read_text("utf-8").replace("sh:minCount", "sh:minCout", 1), "utf-8")
    with pytest.raises(errors.MalformedShapes, match="sh:minCout"):
        tried(workspace, [new(tmp_path, "network:thd42 dor:owner actor:departement-de-la-loire .")])


# --- conflicts ------------------------------------------------------------------------------------------------


def test_what_contradicts_the_dataset_is_told_and_refuses_nothing(built: Workspace, tmp_path: Path) -> None:
    with trial(built, [new(tmp_path, f'{CONTRACT} dor:duration "P12Y"^^xsd:duration .')]) as made:
        assert made.report.accepted
        (conflict,) = [one for one in made.conflicts if one.pattern.name == "durations"]
        assert {str(getattr(value, "value", value)) for reading in conflict.readings for value in reading.values} == {
            "P15Y",
            "P12Y",
        }
    with trial(built, [new(tmp_path, f'{CONTRACT} dor:duration "P180M"^^xsd:duration .')]) as made:
        assert not made.conflicts


@pytest.mark.parametrize("document", sorted(path.stem for path in (ROOT / "data" / "facts").glob("*.trig")))
def test_the_conflicts_of_a_change_are_those_of_everything(sources: Sources, document: str) -> None:
    workspace = Workspace.open(ROOT)
    rules, looked = rules_of(workspace, sources.terms), patterns(workspace.conflicts, workspace.conflicts)
    before, after = Dataset(Store()), Dataset(Store())
    stated = sources.change(before.base)
    own = {
        quad: place
        for quad, place in stated.additions.items()
        if place and place.file.stem == document and "/evidence/" in str(quad.graph_name)
    }
    assert own
    for dataset in (before, after):
        dataset.commit(Change({quad: place for quad, place in stated.additions.items() if quad not in own}))
        dataset.commit(derive(dataset, rules))
    net = follow(after, Change(own), rules)

    def told(found: Iterable[Conflict]) -> set[str]:
        return {str((one.pattern.name, one.thing, one.what, {r.values for r in one.readings})) for one in found}

    assert told(brought(before, after, net, looked)) == told(conflicts(after, looked)) - told(conflicts(before, looked))


# --- the command ----------------------------------------------------------------------------------------------


def test_the_command_tells_what_is_caused_and_what_was_there(built: Workspace, dorsale: Run, tmp_path: Path) -> None:
    file = new(tmp_path, f'{CONTRACT} dor:duration "P12Y"^^xsd:duration ; dor:operator "Axione" .')
    run = dorsale("validate", file, "--format", "json", cwd=built.root)
    assert run.returncode == 1
    said = json.loads(run.stdout)
    assert {result["place"]["line"] for result in said["results"]} == {LINE}
    assert len(said["already"]) == len(tried(built).results)
    assert [one["pattern"] for one in said["conflicts"]] == ["durations"]
    table = dorsale("validate", file, cwd=built.root, language="fr_FR").stdout
    assert "déjà présents" in table
    assert "1 conflit(s) nouveau(x)" in table
    gone = dorsale("validate", "--remove", file, cwd=built.root)
    assert gone.returncode == 2
    assert f"new.ttl:{LINE}" in gone.stderr
