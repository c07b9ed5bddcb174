"""What changed between two editions: files, folders, workspaces, git revisions."""

import gzip
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Run
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store, Triple
from tiny import ALL, FIRST, HEAD, SLUG, TEXT, facts, tiny_workspace

from dorsale.diff import Comparison, compare
from dorsale.edition import Edition, edition
from dorsale.errors import MalformedPassage, PlainExport, SyntaxFault, UnknownEdition, UnreadableFile
from dorsale.graph.export import FORMATS, export
from dorsale.graph.store import Change, Dataset
from dorsale.names import BASE, dor
from dorsale.workspace import Workspace

LOTIM = 'actor:lotim dor:foundedOn "2004"^^xsd:gYear .'
ENDINGS = {"turtle": "ttl", "trig": "trig", "nquads": "nq", "ntriples": "nt", "jsonld": "jsonld", "rdfxml": "rdf"}


def nowhere() -> Workspace:
    raise AssertionError("no revision was named")


def sides(old: Path, new: Path) -> Comparison:
    return compare(edition(str(old), nowhere), edition(str(new), nowhere))


def differences(found: Comparison) -> list[tuple[str, str]]:
    return [
        (one.kind, f"{one.thing.value.rsplit('/', 1)[-1]} {one.fact.predicate.value.rsplit('#', 1)[-1]}")
        for one in found.differences
    ]


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Workspace, Workspace]:
    """Two equal workspaces, the second to be changed."""
    return tiny_workspace(tmp_path / "old"), tiny_workspace(tmp_path / "new")


def stated(workspace: Workspace, text: str) -> None:
    (workspace.facts / f"{SLUG}.trig").write_text(text, "utf-8")


def described(workspace: Workspace, before: str, after: str) -> None:
    file = workspace.authority / "actors.ttl"
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after), "utf-8")


# --- what differs ---------------------------------------------------------------------------------------------


def test_equal_workspaces_do_not_differ_and_are_left_as_they_are(pair: tuple[Workspace, Workspace]) -> None:
    files = {path: path.stat().st_mtime_ns for side in pair for path in side.root.rglob("*")}
    found = sides(pair[0].root, pair[1].root)
    assert found.before
    assert not found.differences
    assert found.moved == 0
    assert {path: path.stat().st_mtime_ns for side in pair for path in side.root.rglob("*")} == files


def test_a_date_that_is_another_one_changed(pair: tuple[Workspace, Workspace]) -> None:
    stated(pair[1], facts(FIRST, LOTIM.replace("2004", "2005")))
    (one,) = sides(pair[0].root, pair[1].root).differences
    assert one.kind == "changed"
    assert [fact.object.value for fact in (one.before, one.after)] == ["2004", "2005"]  # type: ignore[union-attr]


def test_a_value_among_several_is_not_said_to_have_become_another(pair: tuple[Workspace, Workspace]) -> None:
    for side, names in zip(pair, ('"A", "B"', '"A", "C"'), strict=True):
        described(side, 'rdfs:label "Lotim"', f'rdfs:label "Lotim" ; skos:altLabel {names}')
    found = sides(pair[0].root, pair[1].root)
    assert differences(found) == [("removed", "lotim altLabel"), ("added", "lotim altLabel")]


def test_a_label_changes_in_its_own_language(pair: tuple[Workspace, Workspace]) -> None:
    for side, names in zip(pair, ('"Lotim"@fr, "Lotim"@en', '"LOTIM"@fr, "Lotim"@en'), strict=True):
        described(side, 'rdfs:label "Lotim"', f"rdfs:label {names}")
    (one,) = sides(pair[0].root, pair[1].root).differences
    assert (one.kind, one.after.object.language) == ("changed", "fr")  # type: ignore[union-attr]


def test_a_fact_that_is_stated_twice_is_one_and_a_second_passage_is_another_source(
    pair: tuple[Workspace, Workspace],
) -> None:
    again = facts(ALL, LOTIM).removeprefix(HEAD)
    stated(pair[1], facts(FIRST, LOTIM) + again)
    (one,) = sides(pair[0].root, pair[1].root).differences
    assert one.kind == "resourced"
    assert one.was == ()
    assert [source.passage and source.passage.exact for source in one.now] == [TEXT[:ALL]]


def test_words_that_moved_in_their_document_state_the_same_fact(pair: tuple[Workspace, Workspace]) -> None:
    text = facts(FIRST, LOTIM).replace(f"passage:0-{FIRST}", f"passage:3-{FIRST + 3}")
    stated(pair[1], text.replace("oa:start 0", "oa:start 3").replace(f"oa:end {FIRST}", f"oa:end {FIRST + 3}"))
    found = sides(pair[0].root, pair[1].root)
    assert not found.differences
    assert found.moved == 1


def test_a_thing_that_only_one_side_knows_is_new_or_gone(pair: tuple[Workspace, Workspace]) -> None:
    described(pair[1], 'actor:axione a dor:Actor ; rdfs:label "Axione"', 'actor:sfr a dor:Actor ; rdfs:label "SFR"')
    states = {thing.value: state for thing, state, _ in sides(pair[0].root, pair[1].root).things()}
    assert states == {f"{BASE}actor/axione": "gone", f"{BASE}actor/sfr": "new"}


TERMS = st.sampled_from([NamedNode(f"{BASE}actor/{name}") for name in "abc"])
VALUES = st.one_of(TERMS, st.sampled_from([Literal("a"), Literal("a", language="fr"), Literal("b", language="fr")]))
TRIPLES = st.builds(Triple, TERMS, st.sampled_from([dor("operator"), dor("owner")]), VALUES)


def held(name: str, triples: set[Triple]) -> Edition:
    dataset = Dataset(Store())
    graph = NamedNode(f"{BASE}graph/authority")
    dataset.commit(Change({Quad(one.subject, one.predicate, one.object, graph): None for one in triples}))
    return Edition(name, dataset, {}, exported=True)


@settings(max_examples=200, deadline=None)
@given(st.sets(TRIPLES), st.sets(TRIPLES))
def test_what_differs_leads_from_one_side_to_the_other_each_fact_once(old: set[Triple], new: set[Triple]) -> None:
    found = compare(held("old", old), held("new", new)).differences
    left, come = ([getattr(one, side) for one in found if getattr(one, side)] for side in ("before", "after"))
    assert len(left) == len(set(left))
    assert len(come) == len(set(come))
    assert (old - set(left)) | set(come) == new
    assert not old & set(come)


# --- exports and workspaces -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exports(built: Workspace, dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The real data in every format."""
    folder = tmp_path_factory.mktemp("exports")
    for format, ending in ENDINGS.items():
        (folder / f"all.{ending}").write_bytes(export(dataset, format))
    return {format: folder / f"all.{ending}" for format, ending in ENDINGS.items()}


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "trig"])
def test_every_format_says_the_same(exports: dict[str, Path], format: str) -> None:
    found = sides(exports["trig"], exports[format])
    assert len(found.before) > 3000
    assert not found.differences
    assert found.sourced == (format == "nquads")


def test_a_workspace_says_what_is_stated_in_its_export(built: Workspace, exports: dict[str, Path]) -> None:
    found = sides(built.root, exports["trig"])
    assert len(found.before) > 2000
    assert not found.differences
    assert found.moved == 0


def test_two_exports_differ_in_what_was_derived_and_a_workspace_has_nothing_of_it(
    built: Workspace, exports: dict[str, Path], tmp_path: Path
) -> None:
    lines = exports["nquads"].read_text("utf-8").splitlines(keepends=True)
    derived = [line for line in lines if line.endswith("/graph/derived> .\n") and "ontology#involves" in line]
    assert derived
    less = tmp_path / "less.nq"
    less.write_text("".join(line for line in lines if line not in derived), "utf-8")
    found = sides(exports["nquads"], less)
    assert [one.kind for one in found.differences] == ["removed"] * len(derived)
    assert {source.kind for one in found.differences for source in one.was} == {"derived"}
    assert not sides(built.root, less).differences


@pytest.mark.parametrize("swapped", [False, True])
def test_a_format_that_does_not_tell_what_is_stated_is_refused_beside_a_workspace(
    built: Workspace, exports: dict[str, Path], swapped: bool
) -> None:
    pair = [built.root, exports["turtle"]]
    with pytest.raises(PlainExport) as refused:
        sides(*reversed(pair)) if swapped else sides(*pair)
    assert refused.value.name == str(exports["turtle"])


def test_a_published_folder_is_read_from_its_dump_packed_or_not(exports: dict[str, Path], tmp_path: Path) -> None:
    dumps = tmp_path / "site" / "dumps"
    dumps.mkdir(parents=True)
    (tmp_path / "site" / "catalog.ttl").write_text("<urn:a> <urn:b> <urn:c> .")
    (dumps / "dorsale.nq.gz").write_bytes(gzip.compress(exports["nquads"].read_bytes()))
    assert not sides(exports["trig"], tmp_path / "site").differences
    shutil.copy(exports["trig"], dumps / "one.trig")
    assert not sides(exports["trig"], tmp_path / "site").differences
    shutil.copy(exports["trig"], dumps / "two.trig")
    with pytest.raises(UnknownEdition, match=r"dumps/one\.trig, dumps/two\.trig"):
        sides(exports["trig"], tmp_path / "site")


def test_what_was_published_says_what_the_workspace_does(
    built: Workspace, exports: dict[str, Path], tmp_path: Path, dorsale: Run
) -> None:
    assert dorsale("publish", "--out", tmp_path / "site", cwd=built.root).returncode == 0
    assert not sides(tmp_path / "site", exports["nquads"]).differences
    assert not sides(built.root, tmp_path / "site").differences


def test_two_files_of_facts_are_compared_alone(pair: tuple[Workspace, Workspace]) -> None:
    stated(pair[1], facts(ALL, LOTIM))
    (one,) = sides(*(side.facts / f"{SLUG}.trig" for side in pair)).differences
    assert one.kind == "resourced"


def test_a_folder_without_a_dump_and_a_damaged_archive_are_named(exports: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(UnknownEdition, match="neither"):
        sides(exports["trig"], tmp_path)
    packed = gzip.compress(exports["trig"].read_bytes())
    (tmp_path / "cut.trig.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(UnreadableFile, match=r"cut\.trig\.gz"):
        sides(exports["trig"], tmp_path / "cut.trig.gz")


def test_a_blank_node_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text("<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> [] .\n")
    with pytest.raises(MalformedPassage, match=r"a\.ttl:2"):
        sides(file, file)


# --- git ------------------------------------------------------------------------------------------------------

Git = Callable[..., str]


def git_in(folder: Path) -> Git:
    author = {f"GIT_{role}_{what}": "x@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}

    def git(*words: str) -> str:
        environment = {**os.environ, **author, **alone}
        run = subprocess.run(["git", *words], cwd=folder, env=environment, capture_output=True, text=True, check=True)
        return run.stdout

    return git


needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="no git on the path: install git")


@pytest.fixture(params=[".", "reseaux/loire"])
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Git, Workspace]:
    """A repository whose root, or a folder of which, is a workspace with two revisions; the second is of 2005."""
    if shutil.which("git") is None:
        pytest.skip("no git on the path: install git")
    (tmp_path / "repository").mkdir()
    git = git_in(tmp_path / "repository")
    git("init", "-q", "-b", "main")
    (tmp_path / "repository" / "other.txt").write_text("other")
    git("add", ".")
    git("commit", "-q", "-m", "none")
    root = tmp_path / "repository" / request.param
    if request.param == ".":
        workspace = Workspace.open(shutil.copytree(tiny_workspace(tmp_path / "apart").root, root, dirs_exist_ok=True))
    else:
        workspace = tiny_workspace(root)
    git("add", ".")
    git("commit", "-q", "-m", "2004")
    stated(workspace, facts(FIRST, LOTIM.replace("2004", "2005")))
    git("commit", "-q", "-a", "-m", "2005")
    return git, workspace


def test_two_revisions_are_compared_and_the_repository_stays_as_it_was(
    repository: tuple[Git, Workspace], dorsale: Run
) -> None:
    git, workspace = repository
    stated(workspace, facts(FIRST, LOTIM.replace("2004", "2006")))
    before = {path: path.read_bytes() for path in workspace.root.rglob("*") if path.is_file()}
    index = git("ls-files", "--stage", "--debug")
    run = dorsale("diff", "HEAD~1", "HEAD", cwd=workspace.root)
    assert run.returncode == 0
    assert "2004 → 2005" in run.stdout
    assert "0 fact(s) added, 0 removed, 1 changed, 0 stated by other passages" in run.stdout
    assert {path: path.read_bytes() for path in workspace.root.rglob("*") if path.is_file()} == before
    assert git("ls-files", "--stage", "--debug") == index
    assert not workspace.dataset.exists()


def test_a_revision_is_compared_with_the_workspace_as_it_is(repository: tuple[Git, Workspace], dorsale: Run) -> None:
    _, workspace = repository
    stated(workspace, facts(FIRST, LOTIM.replace("2004", "2006")))
    run = dorsale("diff", "HEAD", cwd=workspace.authority)
    assert "2005 → 2006" in run.stdout
    assert dorsale("diff", "HEAD~1", "-w", workspace.root, cwd=workspace.root.parent).stdout.count("2004 → 2006") == 1


def test_what_git_leaves_out_of_an_archive_is_compared(repository: tuple[Git, Workspace]) -> None:
    git, workspace = repository
    (workspace.root / ".gitattributes").write_text("data/facts export-ignore\n")
    git("add", ".")
    git("commit", "-q", "-m", "attributes")
    found = compare(edition("HEAD", lambda: workspace), edition(str(workspace.root), nowhere))
    assert any(fact.predicate == dor("foundedOn") for fact in found.before)
    assert not found.differences


def test_a_folder_that_git_does_not_keep_is_an_empty_one(repository: tuple[Git, Workspace]) -> None:
    git, workspace = repository
    (workspace.facts / f"{SLUG}.trig").unlink()
    git("commit", "-q", "-a", "-m", "no facts")
    found = compare(edition("HEAD~1", lambda: workspace), edition("HEAD", lambda: workspace))
    assert differences(found) == [("removed", "lotim foundedOn")]


def test_a_fault_is_placed_in_its_revision(repository: tuple[Git, Workspace]) -> None:
    git, workspace = repository
    stated(workspace, "passage:1-2 {\n")
    git("commit", "-q", "-a", "-m", "fault")
    with pytest.raises(SyntaxFault, match=rf"HEAD:data/facts/{SLUG}\.trig:1"):
        edition("HEAD", lambda: workspace)


@pytest.mark.parametrize(
    ("revision", "reason"),
    [
        ("HEAD~9", "no such file, folder or revision"),
        ("nothing", "no such file, folder or revision"),
        ("--all", "no such file, folder or revision"),
        ("HEAD:other.txt", "no such file, folder or revision"),
        ("HEAD~2", "no such file, folder or revision|no dorsale.toml"),
    ],
)
def test_a_revision_that_is_none_could_not_be_compared(
    repository: tuple[Git, Workspace], revision: str, reason: str, dorsale: Run
) -> None:
    _, workspace = repository
    with pytest.raises(UnknownEdition, match=reason):
        edition(revision, lambda: workspace)


@needs_git
def test_a_workspace_outside_of_git_has_no_revisions(tmp_path: Path, dorsale: Run) -> None:
    workspace = tiny_workspace(tmp_path / "tiny")
    run = dorsale("diff", "HEAD", cwd=workspace.root, GIT_CEILING_DIRECTORIES=str(tmp_path))
    assert run.returncode == 2
    assert "« HEAD »" in run.stderr
    assert "Traceback" not in run.stderr


def test_without_git_a_revision_is_refused_and_files_are_compared(tmp_path: Path, dorsale: Run) -> None:
    workspace = tiny_workspace(tmp_path / "tiny")
    run = dorsale("diff", "HEAD", cwd=workspace.root, PATH=str(tmp_path))
    assert run.returncode == 2
    assert "install it" in run.stderr
    assert dorsale("diff", ".", ".", cwd=workspace.root, PATH=str(tmp_path)).returncode == 0


# --- how it is told -------------------------------------------------------------------------------------------


@pytest.fixture
def changed(pair: tuple[Workspace, Workspace]) -> tuple[Path, Path]:
    """A date that changed, an actor who is gone and one who came, whose name is markup."""
    old, new = pair
    stated(new, facts(FIRST, LOTIM.replace("2004", "2005")))
    described(new, 'actor:axione a dor:Actor ; rdfs:label "Axione"', 'actor:x a dor:Actor ; rdfs:label "<b>*X*</b>"')
    return old.root, new.root


def test_text_groups_by_thing_with_labels_and_the_words_of_passages(changed: tuple[Path, Path], dorsale: Run) -> None:
    run = dorsale("diff", *changed)
    assert run.returncode == 0
    assert "Lotim (actor:lotim)\n" in run.stdout
    assert "Axione (actor:axione) – gone\n" in run.stdout
    assert "<b>*X*</b> (actor:x) – new\n" in run.stdout
    assert "2004 → 2005   [1]\n" in run.stdout
    assert f"[1] « {TEXT[:FIRST]} » " in run.stdout
    assert run.stderr == ""


def test_differences_are_told_in_french(changed: tuple[Path, Path], dorsale: Run) -> None:
    run = dorsale("diff", *changed, "--alarm", "20%", language="fr_FR")
    assert "Axione (actor:axione) – disparu\n" in run.stdout
    assert "1 changé(s)" in run.stdout
    assert "a perdu 1 membre(s) sur 2, 50 %\n" in run.stdout


def test_markdown_shows_the_words_of_others_as_they_are(changed: tuple[Path, Path], dorsale: Run) -> None:
    run = dorsale("diff", *changed, "--format", "markdown")
    assert run.stdout.startswith("# What changed from ")
    assert "\n## \\<b\\>\\*X\\*\\</b\\> (`actor:x`) – new\n" in run.stdout
    assert f"2004 → 2005 – « {TEXT[:FIRST]} »" in run.stdout


def test_json_has_the_terms_and_the_passages_of_both_sides(changed: tuple[Path, Path], dorsale: Run) -> None:
    told = json.loads(dorsale("diff", *changed, "--format", "json").stdout)
    things = {one["thing"]["iri"]: one for one in told["things"]}
    (one,) = (one for one in things[f"{BASE}actor/lotim"]["differences"] if one["kind"] == "changed")
    assert one["property"]["iri"] == dor("foundedOn").value
    assert [one[side]["value"]["value"] for side in ("old", "new")] == ["2004", "2005"]
    (source,) = one["old"]["sources"]
    assert (source["kind"], source["start"], source["end"], source["exact"]) == ("passage", 0, FIRST, TEXT[:FIRST])
    assert things[f"{BASE}actor/x"]["state"] == "new"
    assert told["counts"]["changed"] == 1
    assert told["alarms"] == []


def test_the_same_editions_are_told_in_the_same_bytes(changed: tuple[Path, Path], dorsale: Run) -> None:
    told = [dorsale("diff", *changed, PYTHONHASHSEED=seed).stdout for seed in ("1", "2")]
    assert told[0] == told[1] != ""


def test_with_fail_any_difference_is_a_no(changed: tuple[Path, Path], dorsale: Run) -> None:
    old, new = changed
    assert dorsale("diff", old, old, "--fail").returncode == 0
    assert dorsale("diff", old, new, "--fail").returncode == 1


def test_a_class_that_loses_more_than_its_share_raises_an_alarm(changed: tuple[Path, Path], dorsale: Run) -> None:
    old, new = changed
    run = dorsale("diff", old, new, "--alarm", "49,5 %")
    assert run.returncode == 1
    assert "alarm: dor:Actor lost 1 of 2 instance(s), 50 %\n" in run.stdout
    assert "foundedOn lost" not in run.stdout, "a value that changed is not lost"
    assert dorsale("diff", old, new, "--alarm", "50%").returncode == 0, "no more than the share"
    assert dorsale("diff", new, new, "--alarm", "0").returncode == 0
    alarms = json.loads(dorsale("diff", old, new, "--alarm", "49", "--format", "json").stdout)["alarms"]
    term = {"iri": dor("Actor").value, "words": "dor:Actor"}
    assert {"kind": "class", "term": term, "had": 2, "lost": 1, "share": 50.0} in alarms


@pytest.mark.parametrize("share", ["many", "-1%", "101%", "", "1e3"])
def test_a_share_that_is_none_is_refused(changed: tuple[Path, Path], share: str, dorsale: Run) -> None:
    run = dorsale("diff", *changed, f"--alarm={share}")
    assert (run.returncode, run.stdout) == (2, "")
    assert "20%" in run.stderr


def test_what_could_not_be_compared_is_said(exports: dict[str, Path], dorsale: Run) -> None:
    run = dorsale("diff", exports["trig"], exports["turtle"], "--fail")
    assert run.returncode == 0
    assert "all.turtle" not in run.stderr
    assert "all.ttl does not tell the passages of facts" in run.stderr
