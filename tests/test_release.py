"""A release: refused with each reason, else written down whole."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Run
from pyoxigraph import NamedNode, RdfFormat, parse
from tiny import HEAD, MORE, SLUG, STATED, tiny_workspace

from dorsale.build import build
from dorsale.documents.withdrawals import withdrawals
from dorsale.edition import edition
from dorsale.errors import MalformedWithdrawal, UneditableFile
from dorsale.graph.export import export
from dorsale.graph.store import Shelf
from dorsale.graph.validate import validate
from dorsale.names import BASE, ONTOLOGY, public
from dorsale.publish import Publication, published
from dorsale.publish.publication import KEYS
from dorsale.release import Obstacle, before, gone, obstacles, release, versioned
from dorsale.settings import changed
from dorsale.workspace import Workspace

ASKED = {key: example for key, (_, needed, example) in KEYS.items() if needed or key == "keywords"}
NEEDED = "".join(f"{key} = {example}  # {key}\n" for key, example in ASKED.items())
SETTINGS = f"# Ours.\nversion = 1\n\n[publication]\n# Where it stands.\n{NEEDED}".replace("example.fr", "w3id.org")
AXIONE, LOTIM = (NamedNode(f"{BASE}actor/{name}") for name in ("axione", "lotim"))
DAY = date(2026, 1, 2)


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("PATH", "")  # no Java: it is slow
    workspace = tiny_workspace(tmp_path / "workspace")
    described = workspace.documents / f"{SLUG}.ttl"
    described.write_text(
        described.read_text("utf-8").replace(" a dor:Document", ' dcterms:title "Loire"@fr ; a dor:Document'), "utf-8"
    )
    workspace.mark.write_text(SETTINGS, "utf-8")
    (workspace.root / "ontology" / "dorsale.ttl").write_text(
        (workspace.root / "ontology" / "dorsale.ttl")
        .read_text("utf-8")
        .replace(
            f"<{ONTOLOGY}> a owl:Ontology .",
            f'<{ONTOLOGY}> a owl:Ontology ;\n    dcterms:title "Terms"@en ; dcterms:description "Terms."@en ;\n'
            f'    owl:versionIRI <{ONTOLOGY}/0.1.0> ;\n    owl:versionInfo "0.1.0" .',
        ),
        "utf-8",
    )
    return reopened(workspace)


def reopened(workspace: Workspace) -> Workspace:
    """The workspace as its files are now, built."""
    workspace = Workspace.open(workspace.root)
    build(workspace)
    return workspace


def released(workspace: Workspace, version: str, previous: str | None = None) -> Workspace:
    dataset = Shelf(workspace.dataset, workspace.base).open()
    release(workspace, dataset, version, before(workspace, previous))
    return Workspace.open(workspace.root)


def against(workspace: Workspace, version: str) -> dict[str, Obstacle]:
    dataset = Shelf(workspace.dataset, workspace.base).open()
    return {one.kind: one for one in obstacles(workspace, dataset, version)}


def files(workspace: Workspace) -> dict[str, bytes]:
    paths = (path for path in workspace.root.rglob("*") if path.is_file() and ".dorsale" not in path.parts)
    return {path.relative_to(workspace.root).as_posix(): path.read_bytes() for path in paths}


# --- what is written ------------------------------------------------------------------------------------------


def test_a_release_writes_version_dates_notes_log_and_identifiers(tiny: Workspace) -> None:
    was = files(tiny)
    after = released(tiny, "1.0.0")
    said, today = after.publication, date.today()
    assert (said["version"], said["issued"], said["released"]) == ("1.0.0", today, today)
    assert "previous" not in said
    assert "faits : 1" in said["notes"]["fr"]
    assert said["notes"]["en"] in after.changelog.read_text("utf-8")
    assert f"## 1.0.0, {today}" in after.changelog.read_text("utf-8")
    listed = after.published.read_text("utf-8").splitlines()
    assert listed == sorted(listed)
    assert {AXIONE.value, LOTIM.value, f"{BASE}evidence/{SLUG}/0-27"} <= set(listed)
    changed = {path for path, content in files(after).items() if was.get(path) != content}
    assert changed == {"dorsale.toml", "CHANGELOG.md", "data/review/published.txt", "ontology/dorsale.ttl"}
    assert Shelf(after.dataset, after.base).made()["fingerprint"] == after.fingerprint(), "the dataset says so, too"
    assert against(after, "1.0.1").keys() == {"previous"}, "no git here has a tag of it"


def test_the_next_release_names_the_one_before_and_what_changed(tiny: Workspace, tmp_path: Path) -> None:
    first = released(tiny, "1.0.0")
    old = tmp_path / "old"
    old.mkdir()
    (old / "queries").mkdir()
    for path, content in files(first).items():
        (old / path).parent.mkdir(parents=True, exist_ok=True)
        (old / path).write_bytes(content)
    (first.facts / f"{SLUG}.trig").write_text(STATED + MORE.replace(HEAD, ""), "utf-8")
    second = released(reopened(first), "1.1.0", str(old))
    publication = Publication.of(second)
    assert publication.version == "1.1.0"
    assert publication.previous == NamedNode(f"{publication.url}1.0.0/")
    assert publication.notes is not None
    assert "ajoutés : 1 ;" in publication.notes["fr"]
    log = second.changelog.read_text("utf-8")
    assert log.index("## 1.1.0") < log.index("## 1.0.0")
    ontology = (second.ontology / "dorsale.ttl").read_bytes()
    head = {
        quad.predicate: quad.object
        for quad in parse(ontology, RdfFormat.TURTLE)
        if str(quad.subject) == f"<{ONTOLOGY}>"
    }
    assert head[public("owl:versionIRI")] == NamedNode(f"{ONTOLOGY}/1.1.0")
    assert head[public("owl:priorVersion")] == NamedNode(f"{ONTOLOGY}/1.0.0")
    files_of = {file.path: file.content for file in published(second, Shelf(second.dataset, second.base).open())}
    catalogue = files_of["catalog.ttl"].decode()
    assert f"dcat:previousVersion <{publication.url}1.0.0/>" in catalogue
    assert "adms:versionNotes" in catalogue
    assert "ajoutés : 1 ;" in catalogue


def test_the_log_of_a_value_that_changed_names_both_values(tiny: Workspace, tmp_path: Path) -> None:
    first = released(tiny, "1.0.0")
    old = tmp_path / "old.trig"
    old.write_bytes(export(Shelf(first.dataset, first.base).open(), "trig"))
    facts = first.facts / f"{SLUG}.trig"
    facts.write_text(
        facts.read_text("utf-8").replace("actor:lotim dor:foundedOn", "actor:lotim dor:startedOn"), "utf-8"
    )
    actors = first.authority / "actors.ttl"
    actors.write_text(actors.read_text("utf-8").replace('"Axione"', '"Axione SA"'), "utf-8")
    second = released(reopened(first), "1.0.1", str(old))
    assert re.search(r"Axione SA – .*Axione → Axione SA", second.changelog.read_text("utf-8"))


# --- what is refused ------------------------------------------------------------------------------------------


def test_each_reason_against_a_release_is_told_and_nothing_changes(tiny: Workspace, dorsale: Run) -> None:
    first = released(tiny, "1.0.0")
    facts = first.facts / f"{SLUG}.trig"
    facts.write_text(facts.read_text("utf-8").replace('"2004"', '"2005"'), "utf-8")  # the passage says 2004
    answers = first.answers
    answers.mkdir(parents=True)
    (answers / "gone.csv").write_text("a\n", "utf-8")
    mark = first.mark
    mark.write_text(re.sub("(?m)^licence = .*$", "", mark.read_text("utf-8")), "utf-8")
    was = files(first)
    said = dorsale("release", "0.9.0", cwd=first.root)
    assert (said.returncode, said.stdout) == (1, "")
    for words in ("1.0.0 is released already", "dorsale build", "dorsale prove", "gone", "licence"):
        assert words in said.stderr
    assert files(first) == was
    french = dorsale("release", "un", cwd=first.root, language="fr")
    assert french.returncode == 1
    assert "« un » n'est pas une version" in french.stderr


def test_what_the_shapes_refuse_is_not_released(tiny: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = f"{HEAD}shape:Old a sh:NodeShape ; sh:targetClass dor:Actor ; sh:nodeKind sh:Literal ."
    triples = [quad.triple for quad in parse(shapes.encode(), RdfFormat.TURTLE)]
    dataset = Shelf(tiny.dataset, tiny.base).open()
    monkeypatch.setattr("dorsale.release.standing", lambda *_: validate(dataset, triples))
    assert against(tiny, "1.0.0")["invalid"].facts["count"] == 2


def test_what_portals_would_refuse_is_not_released(tiny: Workspace) -> None:
    mark = tiny.mark
    mark.write_text(re.sub("(?m)^url = .*$", 'url = "http://localhost/"', mark.read_text("utf-8")), "utf-8")
    assert "localhost" in against(Workspace.open(tiny.root), "1.0.0")["portals"].sentence("fr")


def test_a_second_release_asks_for_the_edition_before(tiny: Workspace, dorsale: Run) -> None:
    first = released(tiny, "1.0.0")
    was = files(first)
    said = dorsale("release", "1.1.0", cwd=first.root)
    assert said.returncode == 1
    assert "--previous" in said.stderr
    assert files(first) == was
    checked = dorsale("release", "1.1.0", "--check", "--previous", first.root, cwd=first.root)
    assert checked.stdout == "Version 1.1.0 could be released.\n"
    assert files(first) == was


# --- identifiers that were published --------------------------------------------------------------------------


def without_axione(workspace: Workspace, withdrawn: str = "") -> Workspace:
    actors = workspace.authority / "actors.ttl"
    text = actors.read_text("utf-8").replace(" ; dor:partnerOf actor:axione", "")
    actors.write_text(text.split("actor:axione a")[0], "utf-8")
    if withdrawn:
        workspace.retractions.write_text(HEAD + withdrawn, "utf-8")
    return reopened(workspace)


WITHDRAWN = (
    'owl:deprecated true ; dor:reason "Doublon."@fr ; dor:role "curateur"@fr ; dcterms:date "2026-11-22"^^xsd:date'
)


def test_an_identifier_that_was_published_and_is_gone_stops_a_release_by_its_name(tiny: Workspace) -> None:
    after = without_axione(released(tiny, "1.0.0"))
    lost = against(after, "1.1.0")["lost"]
    assert AXIONE.value in lost.sentence("en")
    assert LOTIM.value not in lost.sentence("en")
    assert "data/review/withdrawn.ttl" in lost.sentence("fr")


@pytest.mark.parametrize("more", ["", " ; dcterms:isReplacedBy actor:lotim"])
def test_one_that_is_declared_withdrawn_or_replaced_does_not_and_its_pages_stay(tiny: Workspace, more: str) -> None:
    after = without_axione(released(tiny, "1.0.0"), f"actor:axione {WITHDRAWN}{more} .")
    dataset = Shelf(after.dataset, after.base).open()
    assert gone(after, dataset) == []
    assert withdrawals(after)[AXIONE].replaced_by == ((LOTIM,) if more else ())
    pages = {file.path: file.content.decode() for file in published(after, dataset) if file.path[-3:] != ".gz"}
    page = pages["id/actor/axione.html"]
    assert "Doublon." in page
    assert 'content="noindex"' in page
    assert ('href="../../id/actor/lotim.html"' in page) == bool(more)
    assert "deprecated" in pages["id/actor/axione.ttl"]
    assert "id/actor/axione.html" not in pages["sitemap.xml"]
    assert "id/actor/lotim.html" in pages["sitemap.xml"]


def test_a_passage_that_moved_is_replaced_and_a_retracted_fact_takes_its_passage_along(tiny: Workspace) -> None:
    first = released(tiny, "1.0.0")
    replaced = f"{BASE}evidence/{SLUG}/5-9"
    with first.published.open("a", encoding="utf-8") as listed:
        listed.write(f"{replaced}\n")
    dataset = Shelf(first.dataset, first.base).open()
    assert gone(first, dataset) == [replaced]
    facts = first.facts / f"{SLUG}.trig"
    text = facts.read_text("utf-8").replace(" a dor:Evidence ;", " a dor:Evidence ; dcterms:replaces passage:5-9 ;", 1)
    facts.write_text(text, "utf-8")
    second = reopened(first)
    assert gone(second, Shelf(second.dataset, second.base).open()) == []


def test_a_withdrawal_without_its_reason_is_refused_at_its_place(tiny: Workspace) -> None:
    tiny.retractions.write_text(f"{HEAD}actor:axione owl:deprecated true .\n", "utf-8")
    with pytest.raises(MalformedWithdrawal) as wrong:
        withdrawals(tiny)
    assert "withdrawn.ttl" in str(wrong.value.place)
    assert "reason" in wrong.value.missing


# --- texts that change --------------------------------------------------------------------------------------


def test_settings_keep_their_comments_and_their_order() -> None:
    text = (ROOT / "dorsale.toml").read_text("utf-8")
    values: dict[str, Any] = {
        "version": "9.9.9",
        "released": DAY,
        "notes": {"fr": 'Un « mot » "dit".', "en": "A\ttab."},
    }
    new = changed(text, "publication", values, Path("dorsale.toml"))
    assert tomllib.loads(new)["publication"] == {**tomllib.loads(text)["publication"], **values}
    kept = [line for line in text.splitlines() if not line.startswith(('version = "', "released"))]
    assert [line for line in new.splitlines() if line in kept] == kept


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ('[p]\na = """x\ny""" # why\nb = 2\n', '[p]\na = "z" # why\nb = 2\n'),
        ('[p]\na = "#" # why\n[q]\na = 1\n', '[p]\na = "z" # why\n[q]\na = 1\n'),
        ("[p] # table\n\n[q]\na = 1\n", '[p] # table\na = "z"\n\n[q]\na = 1\n'),
        ("b = 1\n", 'b = 1\n\n[p]\na = "z"\n'),
    ],
)
def test_a_value_changes_where_it_stands(text: str, new: str) -> None:
    assert changed(text, "p", {"a": "z"}, Path("f.toml")) == new


def test_a_table_that_is_not_written_line_by_line_is_refused() -> None:
    with pytest.raises(UneditableFile):
        changed("p = {a = 1}\n", "p", {"a": "z"}, Path("f.toml"))


def test_the_head_of_our_ontology_says_its_version_the_one_before_and_how_it_is_cited() -> None:
    path = ROOT / "ontology" / "dorsale.ttl"
    content = path.read_bytes()
    new = versioned(versioned(content, "1.0.0", DAY, path), "1.1.0", DAY, path).decode()
    assert f"owl:versionIRI <{ONTOLOGY}/1.1.0> ;\n    owl:priorVersion <{ONTOLOGY}/1.0.0> ;" in new
    assert f"version 1.1.0, {ONTOLOGY}/1.1.0" in new
    assert new.count("priorVersion") == content.decode().count("priorVersion") + 1
    before, after = (set(text.splitlines()) for text in (content.decode(), new))
    assert len(after - before) == 5
    codes = ROOT / "ontology" / "alignments.ttl"
    assert versioned(codes.read_bytes(), "1.1.0", DAY, codes) == codes.read_bytes()


def test_an_edition_of_a_tag_is_that_of_the_version(tiny: Workspace) -> None:
    assert before(tiny, None) is None, "nothing is public yet"
    assert edition(str(tiny.root), lambda: tiny).passages
