"""``dorsale find`` and the word index: what says given words, however they are typed."""

import json
import random
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import ROOT, Run
from pyoxigraph import Literal, NamedNode, Quad

from dorsale.add import Addition, Reviewed, Told
from dorsale.graph.index import FILE, Kind, Match, WordIndex, follow, kind_of, make
from dorsale.graph.store import Change, Dataset, Shelf
from dorsale.names import BASE, CODE, dor, fold, public
from dorsale.workspace import Workspace

ARDWEN = ROOT / "tests" / "documents" / "ardwen-fibre.txt"
HOSTILE = [
    '"',
    '" OR *',
    "axione*",
    "name:axione",
    "NEAR(axione fibre, 2)",
    "axione AND",
    "-axione",
    "^axione",
    "{name} : a",
]
HOSTILE += ["axione; DROP TABLE said", "axione' OR '1'='1", "a" * 100_000, "axione " * 5_000, "\0axione", "%_?"]


@pytest.fixture(scope="module")
def index(built: Workspace, dataset: Dataset) -> WordIndex:
    found = WordIndex.beside(dataset, built.fingerprint())
    assert found is not None, "the build made no index"
    return found


def names(found: Iterable[Match]) -> list[str]:
    return [match.thing.value.removeprefix(BASE).removeprefix(CODE) for match in found]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("Altitude Télécom", "actor/altitude-telecom"),
        ("ALTITUDE TELECOM", "actor/altitude-telecom"),
        ("Altitud", "actor/altitude-telecom"),
        ("altitude telcom", "actor/altitude-telecom"),
        ("Axoine", "actor/axione"),
        ("lotin telecom", "actor/lotim-telecom"),
        ("fibr optique", "technology/fibre"),
        ("fibre optiqeu", "technology/fibre"),
        ("ANCT", "actor/anct"),
        ("urbs", "service/urbs"),
        ("u.r.b.s.", "service/urbs"),
        ("coeur de lozere", "territory/cc-coeur-de-lozere"),
        ("l'hérault département", "actor/departement-de-l-herault"),
        ("ftth", "technology/ftth"),
    ],
)
def test_the_first_that_is_found_is_the_one_that_is_meant(index: WordIndex, words: str, first: str) -> None:
    assert names(index.search(words))[0] == first


def test_what_bears_the_words_as_its_name_comes_before_what_speaks_of_it(index: WordIndex) -> None:
    found = index.search("THD42")
    assert names(found)[0] == "network/thd42"
    kinds = [match.kind for match in found]
    assert "passage" in kinds
    assert "thing" not in kinds[kinds.index("passage") :]


@pytest.mark.parametrize("kind", ["thing", "term", "document", "passage"])
def test_a_kind_is_asked_for_alone(index: WordIndex, dataset: Dataset, kind: Kind) -> None:
    found = index.search("fibre", [kind], limit=50)
    assert found
    assert {match.kind for match in found} == {kind} == {kind_of(match.thing, dataset.base) for match in found}
    every = index.search("fibre", limit=1000)
    assert names(found) == names(match for match in every if match.kind == kind)[:50]


def test_a_match_tells_where_its_text_says_the_words(index: WordIndex, dataset: Dataset) -> None:
    found = index.search("delegation de service public", ["passage"])
    assert found
    for match in found:
        assert Literal(match.text.value) in [
            quad.object for quad in dataset.store.quads_for_pattern(match.thing, match.property, None, None)
        ]
        said = {fold(match.text.value[start:end]) for start, end in match.spans}
        assert said == {"delegation", "de", "service", "public"}


def test_the_text_that_says_the_words_is_shown_and_not_another(index: WordIndex) -> None:
    (match,) = (match for match in index.search("ANCT", ["thing"]) if names([match]) == ["actor/anct"])
    assert (match.property, match.text.value, match.spans) == (public("skos:altLabel"), "ANCT", ((0, 4),))


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_nobodys_words_are_a_command_of_the_index(index: WordIndex, words: str) -> None:
    assert index.search(words) == index.search(fold(words))
    assert isinstance(index.nearest(words), list)


@pytest.mark.parametrize("words", ["", "  ", "???", "«  »", "日本"])
def test_words_without_letters_find_nothing(index: WordIndex, words: str) -> None:
    assert index.search(words) == []
    assert index.nearest(words) == []


def test_a_number_is_not_taken_for_another(index: WordIndex) -> None:
    assert index.search("THD43") == []
    assert index.nearest("THD43")[0] == "THD42"


def test_words_are_found_only_together(index: WordIndex) -> None:
    assert index.search("axione")
    assert index.search("castres")
    assert index.search("axione castres") == []


def test_no_more_is_found_than_asked_for(index: WordIndex) -> None:
    assert names(index.search("lozere", limit=3)) == names(index.search("lozere", limit=100))[:3]
    assert len(index.search("lozere", limit=3)) == 3
    assert index.search("lozere", limit=0) == []


# --- kept up to date ----------------------------------------------------------------------------------------------


def holds(file: Path) -> set[tuple[object, ...]]:
    """All that an index says, whatever the order in which it learnt it."""
    with closing(sqlite3.connect(file)) as connection:
        said = connection.execute("SELECT iri, kind, name, other, text FROM said JOIN thing ON thing.id = said.rowid")
        called = connection.execute("SELECT iri, called.name, '', '', '' FROM called JOIN thing USING (id)")
        words = connection.execute("SELECT term, doc, cnt, '', '' FROM word")
        return {*said, *called, *words}


def test_an_added_document_is_found_and_the_index_is_as_if_made_anew(workspace: Workspace, tmp_path: Path) -> None:
    shelf = Shelf(workspace.dataset, workspace.base)
    before = WordIndex.beside(shelf.open(), workspace.fingerprint())
    assert before is not None
    assert before.search("Ardwen") == []
    addition = Addition.open(workspace, str(ARDWEN), Told(issued="2022-03", source="https://exemple.fr/ardwen"))
    addition.keep(Reviewed(addition.proposals.facts))
    dataset = shelf.open()
    index = WordIndex.beside(dataset, workspace.fingerprint())
    assert index is not None
    assert {match.kind for match in index.search("Ardwen")} >= {"thing", "document", "passage"}
    make(tmp_path / FILE, dataset, "anew")
    assert holds(dataset.folder.parent / FILE) == holds(tmp_path / FILE)
    assert before.search("Ardwen") == [], "who reads the dataset before sees its own index"


WORDS = ("fibre", "réseau", "Loire", "Lozère", "délégation", "U.R.B.S", "l’Hérault", "THD42")


def quads(chance: random.Random) -> dict[Quad, None]:
    """Return some names and texts of a few things."""
    properties = [
        public(name) for name in ("rdfs:label", "skos:altLabel", "skos:definition", "oa:exact", "rdfs:comment")
    ]
    return {
        Quad(
            NamedNode(f"{BASE}{chance.choice(['network', 'document', 'evidence'])}/{chance.randrange(6)}"),
            chance.choice(properties),
            Literal(" ".join(chance.sample(WORDS, chance.randrange(1, 4))), language="fr"),
            NamedNode(f"{BASE}graph/{chance.choice(['authority', 'evidence', 'names'])}"),
        ): None
        for _ in range(chance.randrange(1, 12))
    }


@pytest.mark.parametrize("seed", range(20))
def test_following_changes_ends_in_the_index_that_is_made_at_once(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    folders = [tmp_path / str(number) for number in range(4)]
    folders[0].mkdir()
    with closing(Dataset.write(folders[0] / "dataset")) as first:
        first.commit(Change(quads(chance)))
        first.flush()
        make(folders[0] / FILE, first, "0")
    for number, (before, after) in enumerate(pairwise(folders), 1):
        after.mkdir()
        with closing(Dataset.open(before / "dataset")) as old:
            old.copy(after / "dataset")
            with closing(Dataset.write(after / "dataset")) as new:
                there = [quad for quad in new.quads() if chance.random() < 0.4]
                change = Change(quads(chance), dict.fromkeys(there))
                new.commit(change)
                new.flush()
                follow(after / FILE, new, str(number), old, str(number - 1), change)
                make(tmp_path / "anew.sqlite", new, str(number))
        assert holds(after / FILE) == holds(tmp_path / "anew.sqlite")


def test_what_a_change_does_not_touch_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    label, graph = public("rdfs:label"), NamedNode(f"{BASE}graph/authority")
    there = {Quad(NamedNode(f"{BASE}actor/{n}"), label, Literal(f"Acteur {n}"), graph): None for n in range(500)}
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
    with closing(Dataset.write(tmp_path / "before" / "dataset")) as old:
        old.commit(Change(there))
        old.flush()
        make(tmp_path / "before" / FILE, old, "old")
        old.copy(tmp_path / "after" / "dataset")
        with closing(Dataset.write(tmp_path / "after" / "dataset")) as new:
            change = Change(
                {Quad(NamedNode(f"{BASE}actor/new"), label, Literal("Nouveau"), graph): None},
                {next(iter(there)): None},
            )
            new.commit(change)
            read: list[NamedNode] = []
            said = follow.__globals__["_said"]

            def watched(dataset: Dataset, thing: NamedNode) -> object:
                read.append(thing)
                return said(dataset, thing)

            monkeypatch.setitem(follow.__globals__, "_said", watched)
            follow(tmp_path / "after" / FILE, new, "new", old, "old", change)
    assert {thing.value.rsplit("/", 1)[-1] for thing in read} == {"new", "0"}


@pytest.mark.parametrize("fault", ["missing", "damaged", "other files", "other version", "empty"])
def test_an_index_that_is_not_of_the_dataset_is_said_and_made_for_now(
    workspace: Workspace, dorsale: Run, fault: str
) -> None:
    file = Shelf(workspace.dataset, workspace.base).current / FILE
    expected = dorsale("find", "Axione", "-w", workspace.root)
    assert expected.stderr == ""
    if fault == "missing":
        file.unlink()
    elif fault in ("damaged", "empty"):
        file.write_bytes(b"" if fault == "empty" else b"no database" * 1000)
    else:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(
                "UPDATE made SET fingerprint = ''" if fault == "other files" else "PRAGMA user_version = 99"
            )
            connection.commit()
    run = dorsale("find", "Axione", "-w", workspace.root)
    assert (run.returncode, run.stdout) == (0, expected.stdout)
    assert "dorsale build" in run.stderr


# --- the command --------------------------------------------------------------------------------------------------


def test_the_command_shows_why_and_under_which_name(built: Workspace, dorsale: Run) -> None:
    run = dorsale("find", "SIEL", "exploitation", "-w", built.root)
    assert (run.returncode, run.stderr) == (0, "")
    lines = run.stdout.splitlines()
    assert any(
        "« Depuis le 1er janvier 2016, le SIEL-Territoire" in line for line in lines if line.startswith("passage")
    )
    assert "contract:siel-te-thd42-exploitation-2016" in run.stdout


def test_the_command_speaks_to_programs(built: Workspace, dorsale: Run) -> None:
    run = dorsale(
        "find", "axione", "--kind", "passage", "--kind", "thing", "--limit", "4", "--format", "json", "-w", built.root
    )
    found = json.loads(run.stdout)
    assert len(found) == 4
    assert found[0]["name"] == "actor:axione"
    assert {one["kind"] for one in found} == {"thing", "passage"}
    for one in found:
        assert [fold(one["text"][start:end]) for start, end in one["spans"]] == ["axione"] * len(one["spans"]) != []


@pytest.mark.parametrize(
    ("language", "said"), [("en", "nearest words: THD42"), ("fr", "mots les plus proches : THD42")]
)
def test_nothing_found_is_a_no_with_the_nearest_words(built: Workspace, dorsale: Run, language: str, said: str) -> None:
    run = dorsale("find", "THD43", "-w", built.root, language=language)
    assert (run.returncode, run.stdout) == (1, "")
    assert said in run.stderr
    apart = dorsale("find", "axione", "castres", "--format", "json", "-w", built.root, language=language)
    assert (apart.returncode, apart.stdout) == (1, "[]\n")


@pytest.mark.parametrize("words", [("???",), (), ("axione", "--kind", "nothing"), ("axione", "--limit", "0")])
def test_what_cannot_be_looked_for_is_no_answer(built: Workspace, dorsale: Run, words: tuple[str, ...]) -> None:
    run = dorsale("find", *words, "-w", built.root)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr


def test_kinds_are_told_by_the_name_of_a_thing() -> None:
    things = {
        f"{BASE}evidence/loire/1-2": "passage",
        f"{BASE}document/loire": "document",
        f"{BASE}network/thd42": "thing",
        "http://id.insee.fr/geo/departement/42": "thing",
        dor("operator").value: "term",
        f"{CODE}technology/ftth": "term",
        "http://www.wikidata.org/entity/Q1": "thing",
    }
    assert {iri: kind_of(NamedNode(iri), BASE) for iri in things} == things
