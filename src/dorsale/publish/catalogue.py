"""
The catalogue: what portals are told of the publication, in DCAT-AP 3.0.1.

It says what each portal reads, and where two read differently, what both take: a period without an IRI and the polygon
as GeoJSON for data.gouv.fr, which would fetch the one and does not know the other; types of what is named from
authority tables for the shapes of DCAT-AP; French first, since a portal may read the first title only.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat

from dorsale.graph.export import as_given
from dorsale.graph.store import Dataset
from dorsale.names import ONTOLOGY
from dorsale.publish.asked import asked
from dorsale.publish.folder import File
from dorsale.publish.jsonld import compacted, context
from dorsale.publish.media import PACKED, ending, table
from dorsale.publish.publication import Publication
from dorsale.publish.vocabularies import AUTHORITY, IANA, PREFIXES, Told, iri, texts, typed
from dorsale.terms import Terms
from dorsale.words import LANGUAGES, say

CATALOGUE, DATASET, VOCABULARY = "catalog", "dataset", "vocabulary"
FORMATS = {"ttl": RdfFormat.TURTLE, "rdf": RdfFormat.RDF_XML}
GEOJSON = NamedNode(f"{IANA}application/vnd.geo+json")
SPARQL = NamedNode("https://www.w3.org/TR/sparql11-protocol/")


@dataclass(frozen=True, slots=True)
class Listed:
    """What the catalogue says of a file: never the file itself, which may be large."""

    path: str
    size: int
    sha256: str
    title: list[Literal]
    schema: str | None

    @classmethod
    def of(cls, file: File) -> "Listed":
        """Return what is said of a file."""
        return cls(file.path, len(file.content), sha256(file.content).hexdigest(), texts(file.title), file.schema)


def released(publication: Publication, dataset: Dataset) -> date | None:
    """Return the day of the data: that of their release, else when the newest document was issued; never today's."""
    if publication.released:
        return publication.released
    return max((_last(said.value) for (said,) in asked(dataset, "issued")), default=None)


def catalogue(
    publication: Publication, dataset: Dataset, terms: Terms, data: Iterable[Listed], words: Iterable[Listed]
) -> Iterator[File]:
    """
    Yield the catalogue in three formats: the graph with its tables, and the vocabulary that it is told in.

    That of a slice leaves the vocabulary to the whole: a portal that reads both would have it twice.
    """
    told = Told()
    # What a reader looks for stands first, what it names after it.
    told.say(publication.at(CATALOGUE), a=iri("dcat:Catalog"))
    for it in _datasets(publication):
        told.say(it, a=iri("dcat:Dataset"))
    _catalogue(told, publication, dataset)
    _facts(told, publication, dataset, data)
    if not publication.whole:
        _words(told, publication, terms, words)
    _agents(told, publication)
    triples = list(told)
    yield File(f"{CATALOGUE}.ttl", as_given(triples, FORMATS["ttl"], PREFIXES))
    yield File(f"{CATALOGUE}.jsonld", compacted(triples, context(PREFIXES)))
    yield File(f"{CATALOGUE}.rdf", as_given(triples, FORMATS["rdf"], PREFIXES))


def _datasets(publication: Publication) -> list[NamedNode]:
    """Return the data sets of a catalogue."""
    return [publication.at(name) for name in ((DATASET,) if publication.whole else (DATASET, VOCABULARY))]


def _catalogue(told: Told, publication: Publication, dataset: Dataset) -> None:
    home, themes = NamedNode(publication.url), NamedNode(f"{AUTHORITY}data-theme")
    told.say(
        publication.at(CATALOGUE),
        dcterms_title=texts(publication.title),
        dcterms_description=texts(publication.description),
        dcterms_publisher=publication.publisher.iri,
        dcterms_language=_language(told),
        dcterms_license=_licence(told, publication),
        dcterms_spatial=_where(told, publication, dataset),
        dcat_themeTaxonomy=themes,
        foaf_homepage=home,
        dcat_dataset=_datasets(publication),
        dcat_service=_service(told, publication),
    )
    _dated(told, publication.at(CATALOGUE), publication, released(publication, dataset))
    told.say(home, a=iri("foaf:Document"))
    words = [Literal(say("data-themes", tongue), language=tongue) for tongue in reversed(LANGUAGES)]
    told.say(themes, a=iri("skos:ConceptScheme"), dcterms_title=words, skos_prefLabel=words)


def _facts(told: Told, publication: Publication, dataset: Dataset, files: Iterable[Listed]) -> None:
    it = publication.at(DATASET)
    _dataset(told, it, publication)
    ontology = NamedNode(ONTOLOGY)
    told.say(
        it,
        dcterms_title=texts(publication.title),
        dcterms_description=texts(publication.description),
        dcterms_spatial=_where(told, publication, dataset),
        dcterms_temporal=_when(told, dataset),
        dcterms_conformsTo=ontology,
        # What it is a slice of: not as its source, which would have to be told as one more data set.
        dcterms_relation=NamedNode(publication.whole.value + DATASET) if publication.whole else None,
        dcat_version=Literal(publication.version) if publication.version else None,
        dcat_previousVersion=publication.previous,
        adms_versionNotes=texts(publication.notes),
    )
    told.say(ontology, a=iri("dcterms:Standard"))
    _dated(told, it, publication, released(publication, dataset))
    for file in files:
        _distribution(told, it, publication, file)


def _words(told: Told, publication: Publication, terms: Terms, files: Iterable[Listed]) -> None:
    """Tell of the ontology as it tells of itself."""
    it, ontology = publication.at(VOCABULARY), NamedNode(ONTOLOGY)
    _dataset(told, it, publication)
    said = [triple for triple in terms.axioms if triple.subject == ontology]

    def of(name: str) -> list[Literal]:
        found = [one.object for one in said if one.predicate == iri(name) and isinstance(one.object, Literal)]
        return sorted(found, key=lambda one: one.language or "", reverse=True)

    told.say(
        it,
        dcterms_title=of("dcterms:title"),
        dcterms_description=of("dcterms:description"),
        dcterms_issued=of("dcterms:issued")[:1],
        dcterms_modified=of("dcterms:modified")[:1],
        dcat_version=of("owl:versionInfo")[:1],
    )
    for file in files:
        _distribution(told, it, publication, file)


def _dataset(told: Told, it: NamedNode, publication: Publication) -> None:
    """Say what both data sets have."""
    told.say(
        it,
        dcterms_identifier=Literal(it.value),
        dcterms_publisher=publication.publisher.iri,
        dcat_contactPoint=_contact(told, publication),
        dcat_keyword=[Literal(word, language="fr") for word in publication.keywords],
        dcat_theme=_themes(told, publication),
        dcat_landingPage=NamedNode(publication.url),
        dcterms_language=_language(told),
        dcterms_accrualPeriodicity=_frequency(told, publication),
        dcterms_accessRights=_public(told),
        dcterms_license=_licence(told, publication),
    )


def _distribution(told: Told, it: NamedNode, publication: Publication, file: Listed) -> None:
    node, place = publication.at(f"{CATALOGUE}#{file.path}"), publication.at(file.path)
    checksum = publication.at(f"{CATALOGUE}#{file.path}-sha256")
    kind = table("media")[ending(file.path)]
    media = NamedNode(IANA + kind["media"])
    format = told.coded("file-type", kind["format"], "dcterms:MediaTypeOrExtent")
    available = told.coded("planned-availability", "STABLE", "skos:Concept")
    packing = NamedNode(f"{IANA}application/gzip") if file.path.endswith(PACKED) else None
    schema = publication.at(file.schema) if file.schema else None
    rights = publication.at(f"{CATALOGUE}#rights")
    told.say(it, dcat_distribution=node)
    told.say(
        node,
        a=iri("dcat:Distribution"),
        dcterms_identifier=Literal(place.value),
        dcterms_title=file.title,
        dcterms_description=texts({tongue: say("published-note", tongue) for tongue in LANGUAGES}),
        dcat_accessURL=place,
        dcat_downloadURL=place,
        dcat_mediaType=media,
        dcterms_format=format,
        dcat_compressFormat=packing,
        dcat_byteSize=typed(file.size, "nonNegativeInteger"),
        spdx_checksum=checksum,
        dcterms_license=_licence(told, publication),
        dcterms_rights=rights,
        dcterms_language=_language(told),
        dcterms_conformsTo=schema,
        dcatap_availability=available,
    )
    told.say(
        checksum,
        a=iri("spdx:Checksum"),
        spdx_algorithm=iri("spdx:checksumAlgorithm_sha256"),
        spdx_checksumValue=typed(file.sha256, "hexBinary"),
    )
    told.say(iri("spdx:checksumAlgorithm_sha256"), a=iri("spdx:ChecksumAlgorithm"))
    told.say(
        rights,
        a=iri("dcterms:RightsStatement"),
        rdfs_label=texts({tongue: say("published-rights", tongue) for tongue in LANGUAGES}),
    )
    for thing, kinds in ((media, "dcterms:MediaType"), (packing, "dcterms:MediaType"), (schema, "dcterms:Standard")):
        if thing:
            told.say(thing, a=iri(kinds))
    told.say(available, skos_prefLabel=Literal("stable", language="en"))


def _agents(told: Told, publication: Publication) -> None:
    publisher = publication.publisher
    told.say(
        publisher.iri,
        a=[iri("foaf:Agent"), iri("foaf:Organization")],
        foaf_name=Literal(publisher.name, language="fr"),
        dcterms_identifier=Literal(publisher.siret) if publisher.siret else None,
    )


def _contact(told: Told, publication: Publication) -> NamedNode:
    node = publication.at(f"{CATALOGUE}#contact")
    mailbox = publication.contact.value.startswith("mailto:")
    told.say(
        node,
        a=[iri("vcard:Organization"), iri("vcard:Kind")],
        vcard_fn=Literal(publication.publisher.name, language="fr"),
        vcard_hasEmail=publication.contact if mailbox else None,
        vcard_hasURL=None if mailbox else publication.contact,
    )
    return node


def _service(told: Told, publication: Publication) -> NamedNode | None:
    """Tell of the endpoint, if there is one."""
    if not publication.endpoint:
        return None
    node = publication.at(f"{CATALOGUE}#endpoint")
    told.say(
        node,
        a=iri("dcat:DataService"),
        dcterms_identifier=Literal(node.value),
        dcterms_title=texts({tongue: say("published-endpoint", tongue) for tongue in LANGUAGES}),
        dcterms_description=texts(publication.description),
        dcat_endpointURL=publication.endpoint,
        dcat_endpointDescription=publication.endpoint,
        dcat_servesDataset=publication.at(DATASET),
        dcterms_conformsTo=SPARQL,
        dcterms_publisher=publication.publisher.iri,
        dcat_contactPoint=_contact(told, publication),
        dcat_keyword=[Literal(word, language="fr") for word in publication.keywords],
        dcat_theme=_themes(told, publication),
        dcterms_license=_licence(told, publication),
        dcterms_accessRights=_public(told),
    )
    told.say(SPARQL, a=iri("dcterms:Standard"))
    return node


def _dated(told: Told, it: NamedNode, publication: Publication, day: date | None) -> None:
    issued = publication.issued or day
    told.say(
        it,
        dcterms_issued=typed(issued, "date") if issued else None,
        dcterms_modified=typed(day, "date") if day else None,
    )


def _language(told: Told) -> NamedNode:
    return told.coded("language", "FRA", "dcterms:LinguisticSystem")


def _licence(told: Told, publication: Publication) -> NamedNode:
    told.say(publication.licence, a=iri("dcterms:LicenseDocument"))
    return publication.licence


def _public(told: Told) -> NamedNode:
    return told.coded("access-right", "PUBLIC", "dcterms:RightsStatement")


def _frequency(told: Told, publication: Publication) -> NamedNode | None:
    if not publication.frequency:
        return None
    return told.coded("frequency", publication.frequency, "dcterms:Frequency")


def _themes(told: Told, publication: Publication) -> list[NamedNode]:
    found = []
    for code in publication.themes:
        told.say(theme := told.coded("data-theme", code, "skos:Concept"), skos_prefLabel=texts(table("themes")[code]))
        found.append(theme)
    return found


def _where(told: Told, publication: Publication, dataset: Dataset) -> list[NamedNode]:
    """Return where the data are about: the territories that they speak of, and the box about them."""
    places = []
    if publication.box:
        west, south, east, north = publication.box
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        centre = f"{(west + east) / 2:.4f} {(south + north) / 2:.4f}"
        outline = ", ".join(f"{x} {y}" for x, y in ring)
        told.say(
            place := publication.at(f"{CATALOGUE}#box"),
            a=iri("dcterms:Location"),
            dcat_bbox=Literal(f"POLYGON(({outline}))", datatype=iri("geo:wktLiteral")),
            dcat_centroid=Literal(f"POINT({centre})", datatype=iri("geo:wktLiteral")),
            # data.gouv.fr looks at the datatype, under whatever property.
            geo_asGeoJSON=Literal(json.dumps({"type": "Polygon", "coordinates": [ring]}), datatype=GEOJSON),
        )
        places.append(place)
    for territory, label in asked(dataset, "territories"):
        told.say(territory, a=iri("dcterms:Location"), skos_prefLabel=label)
        places.append(territory)
    return list(dict.fromkeys(places))


def _when(told: Told, dataset: Dataset) -> BlankNode | None:
    """Return the time that the data are about; data.gouv.fr would fetch it, had it an IRI."""
    dates = [said.value for (said,) in asked(dataset, "dates")]
    if not dates:
        return None
    told.say(
        period := BlankNode("period"),
        a=iri("dcterms:PeriodOfTime"),
        dcat_startDate=typed(min(f"{said}-01-01"[:10] for said in dates), "date"),
        dcat_endDate=typed(max(_last(said) for said in dates), "date"),
    )
    return period


def _last(said: str) -> date:
    """Return the last day of a year, of a month, or the day itself."""
    year, month, day = [*map(int, said.split("-")), 0, 0][:3]
    if day:
        return date(year, month, day)
    return date(year + (month or 12) // 12, (month or 12) % 12 + 1, 1) - timedelta(days=1)
