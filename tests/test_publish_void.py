"""What programs are told that look before they fetch: VoID, the rules of the host, the map of the site."""

import dataclasses
import re
from datetime import date
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
import rdflib
from conftest import ROOT
from pyoxigraph import NamedNode
from rdflib import RDF, URIRef

from dorsale.graph.store import Dataset
from dorsale.names import BASE, DOR
from dorsale.publish.catalogue import catalogue
from dorsale.publish.host import MOST, SPACE, host
from dorsale.publish.pages.places import Places
from dorsale.publish.publication import Publication
from dorsale.publish.void import void
from dorsale.terms import Terms
from dorsale.workspace import Workspace

VOID, DQV = rdflib.Namespace("http://rdfs.org/ns/void#"), rdflib.Namespace("http://www.w3.org/ns/dqv#")
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
URL = "https://w3id.org/dorsale/"
IT = URIRef(f"{URL}dataset")


@pytest.fixture(scope="module")
def told(published: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(published / "void.ttl")


def number(told: rdflib.Graph, node: rdflib.term.Node | None, name: str) -> int:
    assert node is not None
    return int(str(told.value(node, VOID[name])))


def test_void_counts_what_the_dataset_holds(told: rdflib.Graph, dataset: Dataset) -> None:
    facts = list(dataset.facts())
    assert number(told, IT, "triples") == len(facts)
    assert number(told, IT, "distinctSubjects") == len({fact.subject for fact in facts})
    parts = list(told.objects(IT, VOID.propertyPartition))
    assert sum(number(told, part, "triples") for part in parts) == len(facts)
    assert len(parts) == number(told, IT, "properties") == len({fact.predicate for fact in facts})
    for part in told.objects(IT, VOID.classPartition):
        kind = told.value(part, VOID["class"])
        members = {
            fact.subject for fact in facts if fact.predicate.value == str(RDF.type) and str(fact.object) == f"<{kind}>"
        }
        assert number(told, part, "entities") == len(members), kind


def test_what_is_derived_names_its_rules_and_what_is_stated_none(told: rdflib.Graph, published: Path) -> None:
    def rules(kind: str, term: str) -> set[str]:
        (part,) = told.subjects(VOID[kind], URIRef(DOR + term))
        return {str(rule) for rule in told.objects(part, PROV.wasDerivedFrom)}

    assert rules("property", "computedEndsOn") == {f"{URL}rules/computed-ends-on.rq"}
    assert rules("class", "NetworkOperator") == {f"{URL}void#equivalentClass(NetworkOperator)"}
    assert not rules("property", "delegatee")
    named = set(told.objects(None, PROV.wasDerivedFrom))
    assert all(told.value(rule, rdflib.RDFS.label) for rule in named)
    for rule in named:
        if str(rule).endswith(".rq"):
            assert (published / str(rule).removeprefix(URL)).is_file()


def test_the_rate_of_quoted_facts_is_measured(told: rdflib.Graph) -> None:
    values = {
        str(told.value(one, DQV.isMeasurementOf)).rpartition("#")[2]: float(str(told.value(one, DQV.value)))
        for one in told.objects(IT, DQV.hasQualityMeasurement)
    }
    assert values.keys() == {"quoted", "authority", "derived"}
    assert sum(values.values()) == pytest.approx(1, abs=0.001)
    assert values["quoted"] > 0.5


def test_dumps_and_examples_are_there(told: rdflib.Graph, published: Path, dataset: Dataset) -> None:
    assert all((published / str(dump).removeprefix(URL)).is_file() for dump in told.objects(IT, VOID.dataDump))
    known = {fact.subject for fact in dataset.facts()}
    examples = {str(example) for example in told.objects(IT, VOID.exampleResource)}
    assert len(examples) == 7
    assert {f"<{example}>" for example in examples} <= {str(thing) for thing in known}


def test_void_stands_where_programs_look_for_it(published: Path) -> None:
    assert (published / ".well-known" / "void").read_bytes() == (published / "void.ttl").read_bytes()
    assert (published / ".nojekyll").read_bytes() == b""


def test_an_endpoint_is_told_only_where_there_is_one(
    built: Workspace, dataset: Dataset, told: rdflib.Graph, published: Path
) -> None:
    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    assert told.value(IT, VOID.sparqlEndpoint) is None
    assert dcat.DataService not in set(rdflib.Graph().parse(published / "catalog.ttl").objects(None, RDF.type))
    said = {**built.publication, "endpoint": f"{URL}sparql"}
    publication = Publication.of(dataclasses.replace(built, publication=said))
    files = {file.path: file.content for file in catalogue(publication, dataset, Terms.read(built), (), ())}
    files |= {file.path: file.content for file in (*void(publication, dataset, ()), *host(publication, (), None))}
    listed = rdflib.Graph().parse(data=files["catalog.ttl"], format="turtle")
    (service,) = listed.subjects(RDF.type, dcat.DataService)
    assert listed.value(service, dcat.endpointURL) == URIRef(f"{URL}sparql")
    assert listed.value(service, dcat.servesDataset) == IT
    known = rdflib.Graph().parse(data=files["void.ttl"], format="turtle")
    assert known.value(IT, VOID.sparqlEndpoint) == URIRef(f"{URL}sparql")
    assert b"Disallow: /dorsale/sparql\n" in files["robots.txt"]


def led(published: Path, path: str, accept: str = "text/html", language: str = "fr") -> str:
    """What the rules of ``.htaccess`` make of an address, as Apache reads them: the first whose conditions hold."""
    asked = {"%{HTTP_ACCEPT}": accept, "%{HTTP:Accept-Language}": language}
    conditions: list[bool] = []
    # It compares bytes.
    path = path.encode().decode("latin-1")
    for line in (published / ".htaccess").read_bytes().decode("latin-1").split("\n"):
        match line.split(" "):
            case ["RewriteCond", what, pattern]:
                conditions.append(bool(re.search(pattern, asked[what])))
            case ["RewriteRule", pattern, name]:
                assert not conditions
                path = re.sub(pattern, name.replace("$", "\\"), path)
            case ["RewriteRule", pattern, address, flags]:
                if all(conditions) and (found := re.search(pattern, path)):
                    assert flags == "[R=303,NE,L]"
                    return re.sub(r"\$(\d)", lambda part: found[int(part[1])], address).removeprefix(URL)
                conditions = []
    return path


@pytest.mark.parametrize(
    ("path", "accept", "language", "there"),
    [
        ("id/actor/axione", "text/html,application/xml;q=0.9", "fr", "id/actor/axione.html"),
        ("id/actor/axione", "text/html", "en-GB,en;q=0.9", "id/actor/axione.en.html"),
        ("id/actor/axione", "text/turtle", "fr", "id/actor/axione.ttl"),
        ("id/actor/axione", "application/ld+json", "fr", "id/actor/axione.jsonld"),
        ("id/actor/axione", "application/n-triples", "fr", "id/actor/axione.nt"),
        ("id/actor/axione.ttl", "text/html", "fr", "id/actor/axione.ttl"),
        ("id/evidence/fiche-anct-lozere/4012-4142", "*/*", "fr", "id/document/fiche-anct-lozere.html#4012-4142"),
        ("ontology", "text/turtle", "fr", "ontology.ttl"), ("ontology/0.1.0", "text/html", "fr", "ontology.html"),
        ("code/mission/design", "text/html", "fr", "ontology.html#code-mission-design"),
        ("code/mission/design", "application/ld+json", "fr", "codes.jsonld"),
        ("shape/Role-operator", "text/html", "en", "shapes.en.html#Role-operator"),
        ("dataset", "application/rdf+xml", "fr", "catalog.rdf"), ("catalog", "text/turtle", "fr", "catalog.ttl"),
        ("dataset", "text/html", "fr", "index.html"), ("void", "*/*", "fr", "void.ttl"),
        ("dumps/graph.ttl", "text/html", "fr", "dumps/graph.ttl"),
    ],
)  # fmt: skip
def test_an_address_leads_to_what_describes_it(
    published: Path, path: str, accept: str, language: str, there: str
) -> None:
    assert led(published, path, accept, language) == there
    file, _, mark = there.partition("#")
    assert (published / file).is_file()
    if mark and "4012" not in mark:
        assert f'id="{mark}"' in (published / file).read_text("utf-8")


AWKWARD = (
    "actor/acme", "actor/Acme", "actor/ACME", "actor/a.b", "actor/a/b", "actor/é(1)*+$", "actor/%C3%A9%20b%0Ac",
    "actor/", f"actor/{'long-' * 60}", "x.y/z", "document/Rapport%202020", "actor/a\u00a0b", "actor/$%7BHOME%7D%7E",
)  # fmt: skip


def test_a_thing_whose_page_is_called_otherwise_is_reached_by_its_identifier(tmp_path: Path) -> None:
    places = Places(BASE, [NamedNode(BASE + name) for name in AWKWARD])
    (rules,) = (
        file.content
        for file in host(Publication.of(Workspace.open(ROOT)), (), None, places.moved)
        if file.path == ".htaccess"
    )
    (tmp_path / ".htaccess").write_bytes(rules)
    for name in AWKWARD:
        for ending, accept, language in (
            (".html", "*/*", "fr"),
            (".en.html", "*/*", "en"),
            (".ttl", "text/turtle", "fr"),
        ):
            there = places.of(NamedNode(BASE + name), ending)
            # Apache compares what the address means, not how it is written.
            assert led(tmp_path, unquote(f"id/{name}"), accept, language) == there, name
    stem = places.of(NamedNode(f"{BASE}document/Rapport%202020"), "")
    assert led(tmp_path, "id/evidence/Rapport 2020/1-2") == f"{stem}.html#1-2"
    assert "id/actor/acme" not in places.moved


def test_the_map_lists_pages_and_no_persons_and_divides_what_is_too_long() -> None:
    publication = Publication.of(Workspace.open(ROOT))

    def maps(paths: list[str]) -> dict[str, ElementTree.Element]:
        files = {file.path: file.content for file in host(publication, paths, date(2026, 11, 22))}
        return {path: ElementTree.fromstring(content) for path, content in files.items() if path.startswith("sitemap")}

    def places(map: ElementTree.Element) -> list[str | None]:
        return [place.text for place in map.iter(f"{{{SPACE}}}loc")]

    few = maps(["index.html", "id/actor/é&<.html", "id/person/x.html", "void.ttl"])
    assert places(few["sitemap.xml"]) == [f"{URL}id/actor/%C3%A9&%3C.html", f"{URL}index.html"]
    assert few["sitemap.xml"][0][1].text == "2026-11-22"
    many = maps([f"id/actor/{count}.html" for count in range(MOST + 1)])
    assert places(many["sitemap.xml"]) == [f"{URL}sitemap-1.xml", f"{URL}sitemap-2.xml"]
    assert [len(places(many[f"sitemap-{count}.xml"])) for count in (1, 2)] == [MOST, 1]
