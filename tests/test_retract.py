"""A fact that was accepted leaves, and does not come back."""

import random
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from conftest import ROOT, Run
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse
from tiny import ALL, FIRST, HEAD, MORE, SLUG, facts, tiny_workspace

from dorsale.build import build
from dorsale.documents.facts import Facts
from dorsale.documents.refusals import Refusals
from dorsale.documents.removal import removed
from dorsale.errors import NothingToRetract, UndescribedThings
from dorsale.extract import Desk
from dorsale.graph.export import export
from dorsale.graph.store import Shelf
from dorsale.init import init
from dorsale.names import BASE, dor, public
from dorsale.retract import retract
from dorsale.workspace import Workspace

WHERE = Path("facts.trig")
LOTIM = 'actor:lotim dor:foundedOn "2004"^^xsd:gYear .'
FOUNDED = Triple(NamedNode(f"{BASE}actor/lotim"), dor("foundedOn"), Literal("2004", datatype=public("xsd:gYear")))


def quads(text: str) -> list[Quad]:
    return list(parse(text.encode(), RdfFormat.TRIG))


def cut(text: str, dropped: Iterable[Quad]) -> str:
    return removed(text.encode(), set(dropped), WHERE).decode()


# --- statements are cut out of a text -------------------------------------------------------------------------


@pytest.mark.parametrize("file", sorted((ROOT / "data" / "facts").glob("*.trig")), ids=lambda path: path.stem)
def test_any_statements_can_leave_a_file_and_nothing_else_does(file: Path) -> None:
    text, chance = file.read_text("utf-8"), random.Random(8)
    there = quads(text)
    comments = re.findall(r"(?m)^#.*$", text)
    for count in (0, 1, 1, 1, 2, 5, 40):
        dropped = set(chance.sample(there, count))
        left = cut(text, dropped)  # it raises when the text then says anything else
        assert set(quads(left)) == set(there) - dropped
        assert re.findall(r"(?m)^#.*$", left) == comments
        assert text.count("\n") - left.count("\n") <= 30 * count
    assert cut(text, ()) == text


@pytest.mark.parametrize(
    ("text", "value", "left"),
    [
        ("<urn:g> { <urn:a> <urn:p> 1, 2, 3 . }", "1", "<urn:g> { <urn:a> <urn:p> 2, 3 . }"),
        ("<urn:g> { <urn:a> <urn:p> 1, 2, 3 . }", "3", "<urn:g> { <urn:a> <urn:p> 1, 2 . }"),
        ("<urn:g> { <urn:a> <urn:p> 1 ; <urn:q> 2 }", "1", "<urn:g> { <urn:a> <urn:q> 2 }"),
        ("<urn:g> { <urn:a> <urn:p> 1 ; <urn:q> 2 ; . }", "2", "<urn:g> { <urn:a> <urn:p> 1 ; . }"),
        ("<urn:g> {\n <urn:a> a 1 .\n # kept\n <urn:a> a 2 }", "1", "<urn:g> {\n # kept\n <urn:a> a 2 }"),
        ('<urn:g> { <urn:a> <urn:p> "2 . }" , 2 . }', "2", '<urn:g> { <urn:a> <urn:p> "2 . }" . }'),
        ("GRAPH <urn:g> {\n<urn:a> <urn:p> 1 .\n}\n<urn:h> { <urn:a> a 2 }", "1", "\n<urn:h> { <urn:a> a 2 }"),
    ],
)  # fmt: skip
def test_lists_keep_their_separators_and_comments_stay(text: str, value: str, left: str) -> None:
    assert cut(text, [quad for quad in quads(text) if getattr(quad.object, "value", None) == value]) == left


# --- a fact leaves --------------------------------------------------------------------------------------------


@pytest.fixture
def two(tmp_path: Path) -> Workspace:
    """A workspace in which two passages state that Lotim was founded in 2004, and one that Axione was in 1992."""
    workspace = tiny_workspace(tmp_path / "tiny")
    both = f'{LOTIM} actor:axione dor:foundedOn "1992"^^xsd:gYear .'
    text = facts(FIRST, LOTIM) + facts(ALL, both).removeprefix(HEAD)
    (workspace.facts / f"{SLUG}.trig").write_text(f"{text}# the end\n", "utf-8")
    build(workspace)
    return workspace


def test_a_fact_leaves_all_its_passages_and_a_passage_that_states_nothing_goes(two: Workspace) -> None:
    done = retract(two, [FOUNDED], "lu de travers", "relectrice")
    assert [passage.end for passage, _ in done.facts] == [FIRST, ALL]
    left = Facts.open(two.facts / f"{SLUG}.trig", WHERE, two.base)
    assert [passage.end for passage in left.passages.values()] == [ALL]
    assert FOUNDED not in {quad.triple for quad, _ in left.statements}
    assert (two.facts / f"{SLUG}.trig").read_text("utf-8").endswith("# the end\n")
    assert FOUNDED not in set(Shelf(two.dataset, two.base).open().facts())


def test_what_was_said_when_why_and_in_which_role_it_left_stays(two: Workspace) -> None:
    retract(two, [FOUNDED], "lu de travers", "relectrice")
    said = Refusals.read(two).retracted.all
    assert [(one.fact, one.reason, one.role) for one in said] == [(FOUNDED, "lu de travers", "relectrice")] * 2
    assert [one.passage.end for one in said] == [FIRST, ALL]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", one.date) for one in said)


def test_the_dataset_is_the_one_that_a_build_makes(two: Workspace) -> None:
    retract(two, [FOUNDED], "lu de travers", "relectrice")
    shelf = Shelf(two.dataset, two.base)
    assert shelf.made()["fingerprint"] == two.fingerprint()
    followed = export(shelf.open(), "nquads")
    build(two)
    assert export(shelf.open(), "nquads") == followed


@pytest.mark.parametrize(
    "fact",
    [
        Triple(FOUNDED.subject, dor("startedOn"), FOUNDED.object),  # derived
        Triple(FOUNDED.subject, public("rdfs:label"), Literal("Lotim")),  # of an authority file
    ],
)
def test_what_no_passage_states_cannot_be_retracted(two: Workspace, fact: Triple) -> None:
    before = (two.facts / f"{SLUG}.trig").read_bytes()
    with pytest.raises(NothingToRetract):
        retract(two, [fact], "pour voir", "relectrice")
    assert (two.facts / f"{SLUG}.trig").read_bytes() == before
    assert not two.retractions.exists()


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("example") / "new"
    init(root)
    build(Workspace.open(root))
    return Workspace.open(root)


def test_what_a_build_would_refuse_leaves_all_as_it_was(example: Workspace) -> None:
    (kind,) = (
        quad.triple
        for path in example.facts.glob("*.trig")
        for quad in quads(path.read_text("utf-8"))
        if quad.object == dor("Funding")
    )
    before = {path: path.read_bytes() for path in (example.root / "data").rglob("*") if path.is_file()}
    with pytest.raises(UndescribedThings):
        retract(example, [kind], "pour voir", "relectrice")
    assert {path: path.read_bytes() for path in (example.root / "data").rglob("*") if path.is_file()} == before
    assert kind in set(Shelf(example.dataset, example.base).open().facts())


def test_an_overruling_goes_with_its_fact_and_others_stay(workspace: Workspace, dorsale: Run) -> None:
    def overrulings() -> dict[object, Triple]:
        said: dict[object, dict[str, object]] = {}
        for path in workspace.facts.glob("*.trig"):
            for quad in quads(path.read_text("utf-8")):
                said.setdefault(quad.subject, {})[quad.predicate.value.rsplit("#", 1)[-1]] = quad.object
        return {
            node: Triple(one["subject"], one["predicate"], one["object"])  # type: ignore[arg-type]
            for node, one in said.items()
            if one.get("type") == dor("Overruling")
        }

    before = overrulings()
    figure = "observation:loire-years-ahead-2020-08"
    run = dorsale("retract", figure, "--reason", "mal lu", cwd=workspace.root)
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("years ahead") > 3
    assert "retracted from 1 passage(s)" in run.stdout
    (gone,) = before.keys() - overrulings().keys()
    assert before[gone].subject == NamedNode(f"{BASE}observation/loire-years-ahead-2020-08")
    left = "".join(path.read_text("utf-8") for path in workspace.facts.glob("*.trig"))
    assert figure not in left
    assert dorsale("prove", cwd=workspace.root).returncode == 0


# --- it does not come back ------------------------------------------------------------------------------------


def test_a_retracted_fact_is_not_proposed_again_nor_added_by_hand(two: Workspace, tmp_path: Path, dorsale: Run) -> None:
    retract(two, [FOUNDED], "lu de travers", "relectrice")
    (tmp_path / "again.trig").write_text(facts(ALL, LOTIM), "utf-8")
    run = dorsale("add", tmp_path / "again.trig", "--accept", "proved", cwd=two.root)
    assert run.returncode == 1
    assert "withdrawn.ttl" in run.stderr
    assert LOTIM.split()[2] not in (two.facts / f"{SLUG}.trig").read_text("utf-8")


def test_the_rules_do_not_propose_what_was_retracted(tmp_path: Path) -> None:
    init(tmp_path / "new")
    workspace = Workspace.open(tmp_path / "new")
    build(workspace)
    (owner,) = (
        quad.triple
        for path in workspace.facts.glob("*.trig")
        for quad in quads(path.read_text("utf-8"))
        if quad.predicate == dor("owner")
    )

    def proposed() -> set[Triple]:
        desk = Desk(workspace)
        return {quad.triple for quad, _ in desk.propose(desk.open("reseau-fictifibre")).facts.statements}

    assert owner in proposed()
    retract(workspace, [owner], "le texte ne le dit pas", "relectrice")
    assert owner not in proposed()


# --- the command ----------------------------------------------------------------------------------------------


def test_the_command_tells_what_left_and_status_counts_it(two: Workspace, dorsale: Run) -> None:
    run = dorsale("retract", "Lotim", "dor:foundedOn", "--reason", "lu de travers", cwd=two.root)
    assert run.returncode == 0
    assert run.stdout.count("« Lotim a été fondée en 2004.") == 2
    assert "1 fact(s) retracted from 2 passage(s); 1 facts stay" in run.stdout
    assert "data/review/withdrawn.ttl" in run.stdout
    status = dorsale("status", cwd=two.root)
    assert "1 fact(s) that a curator retracted" in status.stdout
    assert "changed since" not in status.stderr
    again = dorsale("retract", "Lotim", "dor:foundedOn", "--reason", "encore", cwd=two.root)
    assert again.returncode == 1


def test_what_still_follows_from_other_facts_is_said(tmp_path: Path, dorsale: Run) -> None:
    init(tmp_path / "new")
    assert dorsale("build", cwd=tmp_path / "new", PATH="").returncode == 0
    run = dorsale("retract", "Fictifibre", "operator", "--reason", "mal lu", cwd=tmp_path / "new", PATH="")
    assert "still derived from other facts" in run.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["Lotim", "dor:foundedOn"], "--reason"),
        (["Lotim", "dor:foundedOn", "--reason", "  "], "in words"),
        (["Lotim", "dor:foundedOn", "2004", "more", "--reason", "x"], "more"),
        (["dor:foundedOn", "--reason", "x"], "dor:foundedOn"),
        (["Nobody", "dor:foundedOn", "--reason", "x"], "Nobody"),
    ],
)
def test_a_wrong_call_changes_nothing(two: Workspace, words: list[str], said: str, dorsale: Run) -> None:
    before = (two.facts / f"{SLUG}.trig").read_bytes()
    run = dorsale("retract", *words, cwd=two.root)
    assert (run.returncode, run.stdout) == (2, "")
    assert said in run.stderr
    assert (two.facts / f"{SLUG}.trig").read_bytes() == before
    assert not two.retractions.exists()


def test_of_several_values_one_is_named(two: Workspace, dorsale: Run) -> None:
    file = two.facts / f"{SLUG}.trig"
    more = MORE.removeprefix(HEAD).replace("actor:axione", "actor:lotim")
    file.write_text(file.read_text("utf-8") + more, "utf-8")
    build(two)
    run = dorsale("retract", "Lotim", "dor:foundedOn", "--reason", "x", cwd=two.root)
    assert run.returncode == 2
    assert "1992" in run.stderr
    assert "2004" in run.stderr
    assert dorsale("retract", "Lotim", "dor:foundedOn", "1992", "--reason", "x", cwd=two.root).returncode == 0
    assert FOUNDED in set(Shelf(two.dataset, two.base).open().facts())
