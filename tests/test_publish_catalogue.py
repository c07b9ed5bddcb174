"""What portals are told: the shapes of DCAT-AP, and a harvester that behaves like that of data.gouv.fr."""

import dataclasses
import json
import re
import threading
from collections.abc import Iterator
from datetime import date
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import pyshacl
import pytest
import rdflib
import rdflib.compare
from conftest import SHARED
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF

from dorsale.graph.store import Dataset
from dorsale.publish import publish
from dorsale.workspace import Workspace

DCAT, SPDX = rdflib.Namespace("http://www.w3.org/ns/dcat#"), rdflib.Namespace("http://spdx.org/rdf/terms#")
VCARD = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
GEOJSON = URIRef("https://www.iana.org/assignments/media-types/application/vnd.geo+json")
FORMATS = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}


def catalogue(published: Path, ending: str) -> rdflib.Graph:
    return rdflib.Graph().parse(published / f"catalog.{ending}", format=FORMATS[ending])


def test_the_three_catalogues_say_the_same(published: Path) -> None:
    one, *others = (catalogue(published, ending) for ending in FORMATS)
    assert len(one) > 300
    assert all(rdflib.compare.isomorphic(one, other) for other in others)


def test_each_distribution_is_a_file_of_its_size_and_sum(published: Path) -> None:
    told = catalogue(published, "ttl")
    distributions = set(told.subjects(RDF.type, DCAT.Distribution))
    assert len(distributions) >= 16
    for one in distributions:
        url = str(told.value(one, DCAT.downloadURL))
        content = (published / url.removeprefix("https://w3id.org/dorsale/")).read_bytes()
        assert int(str(told.value(one, DCAT.byteSize))) == len(content), url
        checksum = told.value(one, SPDX.checksum)
        assert str(told.value(checksum, SPDX.checksumValue)) == sha256(content).hexdigest(), url


def shapes(*names: str) -> rdflib.Graph:
    """The official shapes; those of the full file without the property shapes that it names and lacks."""
    read = rdflib.Graph()
    for name in names:
        read.parse(SHARED / "dcat-ap" / name, format="turtle")
    property = rdflib.SH.property
    for shape, _, one in list(read.triples((None, property, None))):
        if (one, None, None) not in read:
            read.remove((shape, property, one))
    return read


def found(published: Path, *names: str) -> set[tuple[str, str]]:
    """What the official shapes find, as the end of the thing's IRI and that of the property."""
    _, report, _ = pyshacl.validate(catalogue(published, "ttl"), shacl_graph=shapes(*names))
    ends = (
        (str(report.value(one, rdflib.SH.focusNode)), str(report.value(one, rdflib.SH.resultPath)))
        for one in report.subjects(RDF.type, rdflib.SH.ValidationResult)
    )
    return {(re.split("[/#]", focus)[-1], re.split("[/#]", path)[-1]) for focus, path in ends}


@pytest.mark.shared
@pytest.mark.parametrize(
    "names",
    [("shapes.ttl",), ("shapes.ttl", "range.ttl"), ("deprecateduris.ttl",), ("dcat-ap-SHACL.ttl", "ranges.ttl")],
    ids=" ".join,
)
def test_the_official_shapes_of_dcat_ap_find_nothing(published: Path, names: tuple[str, ...]) -> None:
    assert not found(published, *names)


@pytest.mark.shared
def test_of_what_dcat_ap_recommends_little_is_missing(published: Path) -> None:
    """INSEE's territories have no outline here, and an ontology is about no time and no place."""
    assert found(published, "shapes.ttl", "shapes_recommended.ttl") == {
        *((thing, said) for thing in ("42", "48", "76") for said in ("bbox", "centroid")),
        *(("vocabulary", said) for said in ("spatial", "temporal")),
        *((thing, "type") for thing in ("etalab-2.0", "publisher")),
    }


@pytest.mark.shared
def test_what_is_not_in_the_authority_tables_is_known(published: Path) -> None:
    """They have institutions of the Union, countries and capitals; and SHA-256 under https, where udata reads http."""
    sought = {"catalog", "dataset", "vocabulary"}
    assert {(thing, said) for thing, said in found(published, "mdr-vocabularies.shape.ttl") if thing in sought} == {
        (thing, said) for thing in sought for said in ("publisher", "spatial")
    } - {("vocabulary", "spatial")}


def harvested(url: str, format: str) -> dict[str, dict[str, object]]:
    """
    Return what a harvester of udata's ways makes of a catalogue: each data set by its identifier.

    It parses the answer into one graph, takes the first title that comes, reads keywords that are literals, fetches a
    period that has an IRI (which would fail here), and knows an outline by the datatype of its literal.
    """
    with urlopen(url) as answer:
        told = rdflib.Graph().parse(data=answer.read(), format=format)
    made: dict[str, dict[str, object]] = {}
    for node in told.subjects(RDF.type, DCAT.Dataset):
        title, identifier = told.value(node, DCTERMS.title), told.value(node, DCTERMS.identifier)
        period, contact = told.value(node, DCTERMS.temporal), told.value(node, DCAT.contactPoint)
        assert None not in (title, identifier), "a data set without either is passed over"
        assert not isinstance(period, URIRef), "it would be fetched"
        outlines = [
            json.loads(str(one))
            for place in told.objects(node, DCTERMS.spatial)
            for one in told.objects(place)
            if isinstance(one, Literal) and one.datatype == GEOJSON
        ]
        changed = date.fromisoformat(str(told.value(node, DCTERMS.modified)))
        assert changed <= date.today(), "a day to come is not kept"
        resources = {}
        for one in told.objects(node, DCAT.distribution):
            place = str(told.value(one, DCAT.downloadURL) or told.value(one, DCAT.accessURL))
            assert told.value(told.value(one, SPDX.checksum), SPDX.algorithm) == SPDX.checksumAlgorithm_sha256
            resources[str(told.value(one, DCTERMS.identifier))] = place
        made[str(identifier)] = {
            "title": title,
            "tags": {word for word in told.objects(node, DCAT.keyword) if isinstance(word, Literal)},
            "licence": {str(one) for one in told.objects(node, DCTERMS.license)},
            "frequency": told.value(node, DCTERMS.accrualPeriodicity),
            "contact": contact and (told.value(contact, VCARD.hasEmail) or told.value(contact, VCARD.hasURL)),
            "outlines": outlines,
            "period": isinstance(period, BNode) and told.value(period, DCAT.startDate),
            "resources": resources,
        }
    return made


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address under which ``tmp_path`` is served."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path)) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_harvester_reads_all_and_its_second_visit_finds_the_same_data_sets(
    built: Workspace, dataset: Dataset, tmp_path: Path, served: str
) -> None:
    def visited() -> list[dict[str, dict[str, object]]]:
        return [harvested(f"{served}/out/catalog.{ending}", format) for ending, format in FORMATS.items()]

    publish(built, dataset, tmp_path / "out")
    first = visited()
    said = {**built.publication, "version": "0.2.0", "title": "Autre titre", "themes": ["GOVE"]}
    publish(dataclasses.replace(built, publication=said), dataset, tmp_path / "out")
    second = visited()
    for before, after in zip(first, second, strict=True):
        assert (
            before.keys() == after.keys() == {f"https://w3id.org/dorsale/{name}" for name in ("dataset", "vocabulary")}
        )
        data, changed = (found["https://w3id.org/dorsale/dataset"] for found in (before, after))
        assert data["resources"] == changed["resources"]
        assert data["title"] == Literal(built.publication["title"]["fr"], lang="fr") != changed["title"]
        assert data["licence"] == {"https://spdx.org/licenses/etalab-2.0"}
        assert all(data[key] for key in ("tags", "frequency", "contact", "outlines", "period"))
    for place in data["resources"].values():  # type: ignore[attr-defined]
        with urlopen(place.replace("https://w3id.org/dorsale", f"{served}/out")) as answer:
            assert answer.read()
