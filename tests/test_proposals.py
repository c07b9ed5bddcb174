"""``dorsale extract``: what documents state, proposed with their passages."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, Run
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from dorsale.documents.authority import Reference
from dorsale.documents.facts import authority_graph
from dorsale.documents.refusals import Declined, Refusals
from dorsale.errors import UnknownDocument, UnreadableDocument
from dorsale.extract import RULES, Desk, slug
from dorsale.names import dor, public
from dorsale.workspace import Workspace

# Written for these tests: neither the network nor its companies exist.
ARDWEN = ROOT / "tests" / "documents" / "ardwen-fibre.txt"
LOIRE = "politiques-numeriques-loire"


@pytest.fixture(scope="module")
def desk(built: Workspace) -> Desk:
    return Desk(built)


def test_a_new_document_is_proposed_with_passages_that_stand_in_it_word_for_word(desk: Desk) -> None:
    proposals = desk.propose(desk.open(str(ARDWEN)))
    text = proposals.opened.document.text
    assert proposals.stated
    for passage, facts in proposals.stated.items():
        assert text[passage.start : passage.end] == passage.exact
        assert facts
    delegatees = {
        fact.object for facts in proposals.stated.values() for fact in facts if fact.predicate == dor("delegatee")
    }
    assert delegatees == {NamedNode(f"{desk.workspace.base}actor/ardwen-exploitation")}
    assert not any("ardwen@" in passage.exact for passage in proposals.facts.passages.values())


def test_an_office_in_a_town_that_nobody_knows_yet_keeps_its_town(desk: Desk, tmp_path: Path) -> None:
    """« Maire de Gaillac » names the council by its land, which is known by the reference tables alone."""
    file = tmp_path / "gaillac.txt"
    file.write_text("Le réseau public avance.\n\nJean Dupont, maire de Gaillac, inaugure le réseau public.", "utf-8")
    proposals = desk.propose(desk.open(str(file)))
    stated = {fact for facts in proposals.stated.values() for fact in facts}
    base = desk.workspace.base
    held = {fact.object for fact in stated if fact.predicate == public("org:organization")}
    assert held == {NamedNode(f"{base}actor/commune-de-gaillac")}
    assert not proposals.refused


@pytest.mark.parametrize(
    ("text", "property", "value"),
    [
        ("Le réseau public est exploité par Tarn Fibre, filiale à 100 % de Covage.", "share", "100"),
        ("Réseau public. Travaux : Axians et Circet, marchés notifiés en novembre 2016.", "awardedOn", "2016-11"),
        (
            "Le réseau public avance. Signé le 23 janvier 2019 avec Orange, l'accord court sur cinq ans.",
            "duration",
            "P5Y",
        ),
    ],
)
def test_what_a_passage_says_without_the_word_for_its_class_is_kept(
    desk: Desk, tmp_path: Path, text: str, property: str, value: str
) -> None:
    """Who holds a company holds a shareholding, « marchés » and « accord » are kinds of contract."""
    file = tmp_path / "essai.txt"
    file.write_text(text, "utf-8")
    proposals = desk.propose(desk.open(str(file)))
    stated = {(fact.predicate, getattr(fact.object, "value", "")) for one in proposals.stated.values() for fact in one}
    assert (dor(property), value) in stated
    assert not proposals.refused


def test_the_tables_of_territories_are_opened_once_for_many_documents(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = desk.propose(desk.open(str(ARDWEN)))

    def opened(folder: Path) -> Reference:
        raise AssertionError(folder)

    monkeypatch.setattr(Reference, "open", opened)
    assert desk.propose(desk.open(str(ARDWEN))).stated == first.stated


def test_what_is_proposed_passes_proof_when_it_is_read_back(desk: Desk, dorsale: Run, tmp_path: Path) -> None:
    """The file of a document of the workspace is accepted as it stands."""
    file = tmp_path / "proposals.trig"
    run = dorsale("extract", LOIRE, "--format", "trig", "-o", file, cwd=desk.workspace.root)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert dorsale("prove", file, cwd=desk.workspace.root).returncode == 0


def test_every_proposed_passage_says_that_rules_proposed_it_and_new_names_are_described(desk: Desk) -> None:
    base = desk.workspace.base
    proposals = desk.propose(desk.open(str(ARDWEN)))
    quads = set(parse(proposals.trig(base).encode(), RdfFormat.TRIG))
    by_rules = {quad.subject for quad in quads if quad.predicate == dor("method") and quad.object == RULES}
    assert by_rules == {quad.subject for quad in quads if quad.object == dor("Evidence")} != set()
    typed = {quad.subject for quad in quads if quad.predicate == public("rdf:type")}
    named = {quad.subject for quad in quads if quad.predicate == public("rdfs:label")}
    assert named <= typed
    council = NamedNode(f"{base}actor/departement-des-ardennes")
    assert {quad.graph_name for quad in quads if quad.subject == council and quad.predicate == dor("administers")} == {
        authority_graph(base)
    }


def test_the_same_text_gives_the_same_bytes(desk: Desk) -> None:
    once, again = (desk.propose(desk.open(str(ARDWEN))).trig(desk.workspace.base) for _ in range(2))
    assert once == again


def test_a_fact_that_a_curator_refused_is_not_proposed_again_and_its_frame_goes_with_it(built: Workspace) -> None:
    desk = Desk(built)
    before = desk.propose(desk.open(str(ARDWEN)))
    passage, fact = next(
        (passage, fact) for passage, facts in before.stated.items() for fact in facts if fact.predicate == dor("value")
    )
    # Sentences may be cut elsewhere another time: what overlaps the passage is refused, too.
    desk.refusals = Refusals((Declined(replace(passage, end=passage.end - 1), fact, "faux", "curateur", "2026-11-22"),))
    after = desk.propose(desk.open(str(ARDWEN)))
    assert after.remembered == 1
    left = {one for facts in after.stated.values() for one in facts}
    assert fact not in left
    assert not [one for one in left if one.subject == fact.subject]


def test_a_text_in_another_language_is_said_to_be_and_nothing_is_proposed(
    built: Workspace, dorsale: Run, tmp_path: Path
) -> None:
    file = tmp_path / "network.txt"
    file.write_text("The county has entrusted the company with the operation of its network for fifteen years.\n" * 3)
    run = dorsale("extract", file, "--format", "json", cwd=built.root)
    assert run.returncode == 0
    assert "another language (en)" in run.stderr
    (one,) = json.loads(run.stdout)
    assert (one["language"], one["passages"], one["names"]) == ("en", [], [])


def test_one_bad_file_does_not_stop_the_others_and_is_reported(built: Workspace, dorsale: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    run = dorsale("extract", tmp_path / "empty.txt", ARDWEN, LOIRE, "--format", "json", cwd=built.root)
    assert run.returncode == 2
    assert "empty.txt" in run.stderr
    assert "Traceback" not in run.stderr
    assert [one["document"] for one in json.loads(run.stdout)] == [
        slug("Ardwen Fibre, le réseau public des Ardennes"),
        LOIRE,
    ]


def test_people_see_labels_and_quoted_words_and_no_identifier_of_the_web(built: Workspace, dorsale: Run) -> None:
    run = dorsale("extract", ARDWEN, "--refused", cwd=built.root, language="fr_FR")
    assert (run.returncode, run.stderr) == (0, "")
    assert "« En 2017, le Département des Ardennes a confié à la société Ardwen Exploitation" in run.stdout
    assert "Ardwen Exploitation" in run.stdout
    assert "filiale de" in run.stdout
    assert "Noms nouveaux" in run.stdout
    assert "http" not in run.stdout
    facts, _ = run.stdout.split("Noms nouveaux")
    assert not re.search(r"\b(contract|network|actor|observation|dor):", facts)


def test_a_program_gets_offsets_names_frames_and_what_was_refused(built: Workspace, dorsale: Run) -> None:
    run = dorsale("extract", LOIRE, "--format", "json", "--refused", cwd=built.root)
    (one,) = json.loads(run.stdout)
    text = (built.documents / f"{LOIRE}.txt").read_bytes().decode()
    assert one["known"]
    for passage in one["passages"]:
        assert text[passage["start"] : passage["end"]] == passage["exact"]
        assert passage["page"] is None
        for fact in passage["facts"]:
            assert fact["subject"]["name"].count(":") == 1
            assert fact["subject"]["label"]
            assert fact["method"] == "rules"
            assert fact["frame"]
    for refusal in one["refused"]:
        assert {"gate", "fact", "wanted", "found"} <= refusal.keys()


def test_a_document_is_known_again_by_its_bytes_and_by_its_slug(desk: Desk, tmp_path: Path) -> None:
    copy = tmp_path / "other-name.txt"
    copy.write_bytes((desk.workspace.documents / f"{LOIRE}.txt").read_bytes())
    for name in (LOIRE, str(copy), str(desk.workspace.documents / f"{LOIRE}.txt")):
        opened = desk.open(name)
        assert (opened.document.slug, opened.known) == (LOIRE, True)
    assert not desk.open(str(ARDWEN)).known


def test_a_name_that_is_neither_a_file_nor_a_document_is_refused_with_what_there_is(desk: Desk) -> None:
    with pytest.raises(UnknownDocument, match=LOIRE):
        desk.open("loire")
    with pytest.raises(UnreadableDocument):
        desk.open("nowhere/loire.pdf")


def test_what_a_passage_of_an_accepted_file_calls_a_thing_is_a_name_like_any_other(
    built: Workspace, tmp_path: Path
) -> None:
    """Labels of new names stand in the passage that names them, and serve proof of every other passage."""
    desk = Desk(built)
    proposals = desk.propose(desk.open(str(ARDWEN)))
    known = desk.sources.known(proposals.facts)
    company = NamedNode(f"{built.base}actor/ardwen-exploitation")
    assert company not in desk.sources.known().names.names
    assert ("ardwen", "exploitation") in known.names.names[company]
    accepted = replace(desk.sources, facts=proposals.facts)
    assert Triple(company, public("rdfs:label"), Literal("Ardwen Exploitation", language="fr")) in set(accepted.named())


def test_nothing_to_extract_is_a_mistake_of_use(built: Workspace, dorsale: Run) -> None:
    for words in ((), ("--check", LOIRE), ("--check", "--format", "trig")):
        run = dorsale("extract", *words, cwd=built.root)
        assert (run.returncode, run.stdout) == (2, "")
        assert "--check" in run.stderr
