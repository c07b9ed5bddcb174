"""The preflight: what is published passes, and each thing that a portal would refuse or miss is found."""

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
from conftest import Run
from pyoxigraph import RdfFormat, Store, parse

from dorsale.errors import NothingToCheck, QueryHeader
from dorsale.graph.store import Dataset
from dorsale.publish import Publication
from dorsale.publish.checks import MUST, Rule, check, rules
from dorsale.workspace import Workspace

NAMES = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX spdx: <http://spdx.org/rdf/terms#>
PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX : <https://w3id.org/dorsale/>
"""


@pytest.fixture
def folder(published: Path, tmp_path: Path) -> Path:
    """A copy of the publication, to be broken."""
    return Path(shutil.copytree(published, tmp_path / "out"))


@pytest.fixture(scope="module")
def catalogue(published: Path) -> bytes:
    return (published / "catalog.ttl").read_bytes()


def test_what_is_published_is_what_portals_take(published: Path, built: Workspace) -> None:
    found = check(Publication.of(built), published)
    assert {one.name for one in found} <= {"contact-mailbox"}, [f"{one.name} {one.place} {one.found}" for one in found]


# What makes each rule find something.
BROKEN = {
    "access-rights": "DELETE WHERE { :dataset dcterms:accessRights ?x }",
    "address": "DELETE { ?x dcat:downloadURL ?y } WHERE { ?x dcat:downloadURL ?y }",
    "catalogue": "DELETE WHERE { :catalog dcat:dataset ?x }",
    "catalogued": "DELETE DATA { :catalog dcat:dataset :vocabulary }",
    "contact": "DELETE WHERE { ?x vcard:hasURL ?y }",
    "contact-mailbox": "INSERT DATA { :dataset dcterms:title 'x' }",
    "contact-person": "INSERT DATA { <urn:c> vcard:hasEmail <mailto:jeanne.dupont@loire.fr> }",
    "date-order": "DELETE { ?x dcterms:modified ?y } INSERT { ?x dcterms:modified '2020-01-01'^^xsd:date } "
    "WHERE { ?x dcterms:modified ?y }",
    "date-to-come": "INSERT DATA { :dataset dcterms:modified '2999-01-01'^^xsd:date }",
    "dated": "DELETE WHERE { :dataset dcterms:issued ?x }",
    "dataset-identifier": "DELETE WHERE { :dataset dcterms:identifier ?x }",
    "description": "DELETE WHERE { :dataset dcterms:description ?x }",
    "distribution": "DELETE WHERE { :dataset dcat:distribution ?x }",
    "endpoint": "INSERT DATA { :sparql a dcat:DataService }",
    "format": "DELETE WHERE { ?x dcterms:format ?y }",
    "frequency": "DELETE WHERE { :dataset dcterms:accrualPeriodicity ?x }",
    "home": "INSERT DATA { :dataset dcat:landingPage <http://localhost:8000/> }",
    "keyword": "INSERT DATA { :dataset dcat:keyword :fibre }",
    "keyword-length": "INSERT DATA { :dataset dcat:keyword '4G' }",
    "label": "INSERT DATA { :theme a skos:Concept }",
    "licence": "DELETE WHERE { :dataset dcterms:license ?x }",
    "licence-known": "INSERT DATA { :dataset dcterms:license <https://spdx.org/licenses/WTFPL> }",
    "nameless-node": "INSERT DATA { :dataset dcat:distribution _:b . _:b a dcat:Distribution }",
    "period": "INSERT DATA { :dataset dcterms:temporal :years }",
    "publisher": "DELETE WHERE { ?x foaf:name ?y }",
    "rights": "DELETE WHERE { ?x dcterms:rights ?y }",
    "size": "DELETE WHERE { ?x dcat:byteSize ?y }",
    "spatial": "DELETE WHERE { :dataset dcterms:spatial ?x }",
    "temporal": "DELETE WHERE { :dataset dcterms:temporal ?x }",
    "theme": "DELETE WHERE { :dataset dcat:theme ?x }",
    "title": "DELETE WHERE { :dataset dcterms:title ?x }",
    "title-language": "DELETE { ?x dcterms:title ?y } WHERE { ?x dcterms:title ?y FILTER(LANG(?y) = 'fr') }",
    "version": "DELETE WHERE { :dataset dcat:version ?x }",
}


def test_every_rule_has_its_case() -> None:
    assert {rule.name for rule in rules()} == BROKEN.keys()


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_each_rule_finds_what_it_is_for(catalogue: bytes, rule: Rule) -> None:
    store = Store()
    store.extend(parse(catalogue, format=RdfFormat.TURTLE))
    before = len(list(Dataset(store).rows(rule.query)))
    assert not before or rule.name == "contact-mailbox"
    store.update(NAMES + BROKEN[rule.name])
    assert list(Dataset(store).rows(rule.query))


@pytest.mark.parametrize(
    ("address", "served"),
    [
        ("https://w3id.org/dorsale/", True), ("https://donnees.loire.fr:8443/a/b?c#d", True),
        ("https://testing.loire.fr/", True), ("https://8.8.8.8/", True), ("https://10.fr/", True),
        ("http://localhost/", False), ("http://LOCALHOST:80/", False), ("http://127.0.0.1:8000/x", False),
        ("http://[::1]/", False), ("http://192.168.1.5/", False), ("http://172.20.0.1/", False),
        ("http://intranet/x", False),
        ("https://portail.local/", False), ("https://www.example.org/x", False), ("https://a.b.example/", False),
        ("file:///tmp/x", False), ("https://me:secret@localhost/", False),
    ],
)  # fmt: skip
def test_an_address_must_be_one_of_the_web(address: str, served: bool) -> None:
    store = Store()
    store.update(f"{NAMES} INSERT DATA {{ :x dcat:landingPage <{address}> }}")
    (home,) = (rule for rule in rules() if rule.name == "home")
    assert (not list(Dataset(store).rows(home.query))) == served


@pytest.mark.parametrize(
    ("mailbox", "personal"),
    [
        ("jeanne.dupont@loire.fr", True), ("j-dupont@loire.fr", True), ("donnees@loire.fr", False),
        ("open-data@loire.fr", False), ("contact.numerique@loire.fr", False), ("sig@loire.fr", False),
    ],
)  # fmt: skip
def test_a_contact_is_no_person(mailbox: str, personal: bool) -> None:
    store = Store()
    store.update(f"{NAMES} INSERT DATA {{ :x vcard:hasEmail <mailto:{mailbox}> }}")
    (rule,) = (rule for rule in rules() if rule.name == "contact-person")
    assert bool(list(Dataset(store).rows(rule.query))) == personal


def replaced(path: Path, before: bytes, after: bytes) -> None:
    content = path.read_bytes()
    assert before in content
    path.write_bytes(content.replace(before, after, 1))


def test_each_damage_to_the_folder_is_found(built: Workspace, folder: Path) -> None:
    (folder / "dumps" / "graph.nt").unlink()
    (folder / "robots.txt").unlink()
    (folder / "id" / "actor" / "axione.html").unlink()
    replaced(folder / "dumps" / "graph.trig", b"\n", b"\n\n")
    replaced(folder / "tables" / "actors.csv", b"Axione", b"Axiome")
    replaced(folder / "tables" / "funding.csv", b"funderLabel", b"name")
    replaced(folder / "void.ttl", b" .", b" <")
    replaced(folder / "sitemap.xml", b"</url>", b"</url> ")
    found = [one for one in check(Publication.of(built), folder) if one.name != "contact-mailbox"]
    assert all(one.weight == MUST and one.title.keys() == one.remedy.keys() == {"fr", "en"} for one in found)
    places = {(one.name, one.place.removeprefix("https://w3id.org/dorsale/")) for one in found}
    assert places >= {
        ("file-missing", "dumps/graph.nt"), ("gone", "dumps/graph.nt"), ("gone", "robots.txt"),
        ("file-size", "dumps/graph.trig"), ("changed", "dumps/graph.trig"), ("file-sum", "tables/actors.csv"),
        ("table", "tables/funding.csv"), ("unreadable", "void.ttl"), ("changed", "sitemap.xml"),
    }  # fmt: skip
    assert "id/actor/axione.html" in {one.found.partition(" ")[0] for one in found if one.name == "link"}


def test_a_folder_without_its_catalogue_is_no_publication(built: Workspace, folder: Path) -> None:
    (folder / "catalog.ttl").write_text("@prefix <")
    assert "catalogue-missing" in {one.name for one in check(Publication.of(built), folder)}


def test_a_link_to_a_mark_that_is_not_there_is_found_once(built: Workspace, folder: Path) -> None:
    lost = b'<a href="ontology.html#nowhere">x</a><a href="%6Eo%20page.html">y</a></body>'
    for page in ("index.html", "index.en.html"):
        replaced(folder / page, b"</body>", lost)
    found = {one.found: one.place for one in check(Publication.of(built), folder) if one.name == "link"}
    assert found == {"ontology.html#nowhere (2)": "index.en.html", "no page.html (2)": "index.en.html"}


def test_a_folder_served_elsewhere_than_the_catalogue_says_is_found(built: Workspace, folder: Path) -> None:
    moved = dataclasses.replace(built, publication={**built.publication, "url": "https://donnees.loire.fr/"})
    names = {one.name for one in check(Publication.of(moved), folder)}
    assert "file-elsewhere" in names


def test_a_folder_that_was_not_published_is_not_checked(built: Workspace, tmp_path: Path) -> None:
    with pytest.raises(NothingToCheck):
        check(Publication.of(built), tmp_path)


def test_checking_changes_nothing(built: Workspace, published: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in published.rglob("*")}
    check(Publication.of(built), published)
    assert {path: path.stat().st_mtime_ns for path in published.rglob("*")} == before


def test_a_rule_of_an_unknown_weight_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.rq"
    said = '{fr: "a", en: "b"}'
    path.write_text(f"#+ title: {said}\n#+ remedy: {said}\n#+ asked-by: [DCAT-AP]\n#+ weight: might\nASK {{}}\n")
    with pytest.raises(QueryHeader, match="weight"):
        Rule.open(path)


def test_the_command_tells_what_is_wrong_in_words_and_for_programs(
    built: Workspace, folder: Path, dorsale: Run
) -> None:
    (folder / "robots.txt").unlink()
    run = dorsale("publish", "--check", "--out", folder, "-w", built.root, language="fr")
    assert run.returncode == 1, run.stderr
    assert "annonce un fichier qui n'est pas là" in run.stdout
    told = json.loads(dorsale("publish", "--check", "--out", folder, "--format", "json", cwd=built.root).stdout)
    (gone,) = [one for one in told if one["rule"] == "gone"]
    assert gone["place"] == "robots.txt"
    assert gone["remedy"] == "publish again with dorsale publish"


def test_without_a_folder_what_would_be_published_is_checked(built: Workspace, dorsale: Run) -> None:
    before = sorted(built.root.iterdir())
    run = dorsale("publish", "--check", cwd=built.root)
    assert run.returncode == 0, run.stdout
    assert "0 to mend" in run.stderr
    assert sorted(built.root.iterdir()) == before
    assert dorsale("publish", cwd=built.root).returncode == 2
