"""
What is in the graph, for programs that look before they fetch, in VoID: how much of what, where it is, how it is known.

A class or a property that a rule concludes names its rules, and the share of facts that a quotation supports is a
quality measurement, so that a reader can tell what was read from what was computed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from pyoxigraph import Literal, NamedNode, RdfFormat

from dorsale.graph.derive import Rule
from dorsale.graph.export import as_given
from dorsale.graph.store import Dataset
from dorsale.names import DOR, dor, public, shorten
from dorsale.publish.asked import asked
from dorsale.publish.catalogue import CATALOGUE, DATASET
from dorsale.publish.dumps import FOLDER, FORMATS
from dorsale.publish.folder import File
from dorsale.publish.publication import Publication
from dorsale.publish.vocabularies import PREFIXES, Told, iri, texts, typed
from dorsale.publish.vocabulary import RULES
from dorsale.words import LANGUAGES, say

VOID = "void"
# What W3C calls the formats of the dumps.
FEATURES = {"ttl": "Turtle", "nt": "N-Triples", "jsonld": "JSON-LD", "trig": "TriG", "nq": "N-Quads"}
SUFFIX = ".rq"
# What a thing is called and where it is spoken of tells it apart and leads to it, and is no fact about it.
NAMING = {
    *(public(name) for name in ("rdfs:label", "skos:altLabel", "skos:exactMatch", "prov:wasDerivedFrom")),
    dor("statedIn"),
}


def void(publication: Publication, dataset: Dataset, rules: Iterable[Rule]) -> Iterator[File]:
    """Yield the description of the graph, where people and where programs look for it."""
    told = Told()
    _whole(told, publication, dataset)
    used = _parts(told, publication, dataset, tuple(rules))
    _measured(told, publication, dataset)
    for rule in used:
        told.say(
            _rule(publication, rule),
            a=iri("prov:Plan"),
            rdfs_label=texts(rule.title),
            dcterms_source=None if rule.place.file.suffix == SUFFIX else NamedNode(DOR.rstrip("#")),
        )
    content = as_given(told, RdfFormat.TURTLE, PREFIXES)
    yield File(f"{VOID}.ttl", content)
    yield File(f".well-known/{VOID}", content)


def _whole(told: Told, publication: Publication, dataset: Dataset) -> None:
    it = publication.at(DATASET)
    subjects, objects = set(), set()
    predicates: Counter[str] = Counter()
    for triple in dataset.facts():
        subjects.add(triple.subject)
        objects.add(triple.object)
        predicates[triple.predicate.value] += 1
    told.say(
        publication.at(f"{VOID}.ttl"),
        a=iri("void:DatasetDescription"),
        foaf_primaryTopic=it,
        dcterms_isPartOf=publication.at(CATALOGUE),
    )
    told.say(
        it,
        a=iri("void:Dataset"),
        dcterms_title=texts(publication.title),
        dcterms_description=texts(publication.description),
        dcterms_publisher=publication.publisher.iri,
        dcterms_license=publication.licence,
        foaf_homepage=NamedNode(publication.url),
        void_uriSpace=Literal(dataset.base),
        void_triples=_count(predicates.total()),
        void_entities=_count(sum(str(subject).startswith(f"<{dataset.base}") for subject in subjects)),
        void_distinctSubjects=_count(len(subjects)),
        void_distinctObjects=_count(len(objects)),
        void_vocabulary=[NamedNode(space) for space in sorted(set(map(_space, predicates)))],
        void_feature=[NamedNode(f"http://www.w3.org/ns/formats/{FEATURES[ending]}") for ending in FORMATS],
        void_dataDump=[publication.at(f"{FOLDER}/graph.{ending}") for ending in FORMATS],
        void_sparqlEndpoint=publication.endpoint,
        void_exampleResource=[example for _, example in asked(dataset, "examples") if example],
    )


def _parts(told: Told, publication: Publication, dataset: Dataset, rules: tuple[Rule, ...]) -> list[Rule]:
    """Tell of each class and property, and return the rules by which some have what they have."""
    it = publication.at(DATASET)
    used: dict[Rule, None] = {}

    def concluding(term: NamedNode, derived: Literal) -> list[NamedNode]:
        found = [rule for rule in rules if term in rule.concludes] if int(derived.value) else []
        used.update(dict.fromkeys(found))
        return [_rule(publication, rule) for rule in found]

    classes, properties = list(asked(dataset, "classes")), list(asked(dataset, "properties"))
    told.say(it, void_classes=_count(len(classes)), void_properties=_count(len(properties)))
    for term, members, derived in classes:
        told.say(it, void_classPartition=(part := _part(publication, "class", term)))
        told.say(
            part, void_class=term, void_entities=_count(members.value), prov_wasDerivedFrom=concluding(term, derived)
        )
    for term, facts, things, derived in properties:
        told.say(it, void_propertyPartition=(part := _part(publication, "property", term)))
        told.say(
            part,
            void_property=term,
            void_triples=_count(facts.value),
            void_distinctSubjects=_count(things.value),
            prov_wasDerivedFrom=concluding(term, derived),
        )
    return sorted(used, key=lambda rule: rule.name)


def _measured(told: Told, publication: Publication, dataset: Dataset) -> None:
    """Tell how large a share of the facts a quotation supports, an authority file says, a rule concludes."""
    counts = _known(dataset)
    whole = counts.total()
    for how, count in sorted(counts.items(), reverse=True):
        measured, metric = publication.at(f"{VOID}#{how}-measured"), publication.at(f"{VOID}#{how}")
        told.say(publication.at(DATASET), dqv_hasQualityMeasurement=measured)
        told.say(
            measured,
            a=iri("dqv:QualityMeasurement"),
            dqv_computedOn=publication.at(DATASET),
            dqv_isMeasurementOf=metric,
            dqv_value=typed(round(Decimal(count) / whole, 4), "decimal"),
        )
        told.say(
            metric,
            a=iri("dqv:Metric"),
            skos_prefLabel=texts({tongue: say(f"measured-{how}", tongue) for tongue in LANGUAGES}),
            dqv_expectedDataType=iri("xsd:decimal"),
        )


def _known(dataset: Dataset) -> Counter[str]:
    """Return of how many facts a passage tells, else an authority file, else a rule; a query would compare them all."""
    passages, authority, derived = (
        f"{dataset.base}{space}" for space in ("evidence/", "graph/authority", "graph/derived")
    )
    counts: Counter[str] = Counter()
    for fact in dataset.facts():
        if fact.predicate in NAMING:
            continue
        quads = dataset.store.quads_for_pattern(fact.subject, fact.predicate, fact.object, None)
        graphs = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)}
        if any(graph.startswith(passages) for graph in graphs):
            counts["quoted"] += 1
        elif authority in graphs:
            counts["authority"] += 1
        elif derived in graphs:
            counts["derived"] += 1
    return counts


def _rule(publication: Publication, rule: Rule) -> NamedNode:
    """Return what a rule is called: its file, or for an axiom a name here."""
    if rule.place.file.suffix == SUFFIX:
        return publication.at(f"{RULES}/{rule.place.file.name}")
    return publication.at(f"{VOID}#{rule.name}")


def _part(publication: Publication, kind: str, term: NamedNode) -> NamedNode:
    return publication.at(f"{VOID}#{kind}-{shorten(term.value, PREFIXES).strip('<>')}")


def _count(count: int | str) -> Literal:
    return typed(count, "integer")


def _space(iri: str) -> str:
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
