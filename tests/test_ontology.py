"""The ontology, its alignments and its codes, as files that people and tools read."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from dorsale.names import CODE, DOR, LOCAL, ONTOLOGY, PUBLIC, SCHEMES, dor, public

FOLDER = Path(__file__).parents[1] / "ontology"
ONTOLOGY_FILE = FOLDER / "dorsale.ttl"
ALIGNMENTS_FILE = FOLDER / "alignments.ttl"
CODE_FILES = sorted((FOLDER / "codes").glob("*.ttl"))

# The core vocabulary: checks, stored queries and portals depend on these names.
CLASSES = """
    Actor PublicBody LocalAuthority Department Region Municipality Intercommunality SyndicatMixte StateBody
    ConsularChamber Company TelecomOperator MixedEconomyCompany Association EuropeanBody ActorGroup
    GrantingAuthority Delegatee NetworkOwner NetworkOperator Funder Person Territory Place Zone
    Network PublicInitiativeNetwork BackboneNetwork AccessNetwork MetropolitanNetwork MobileNetwork EnergyNetwork
    Contract PublicServiceDelegation Concession Affermage PublicPrivatePartnership PublicProcurement
    TerritorialContract Agreement Amendment Programme Call MasterPlan Fund Project Service
    Funding Observation ComputedObservation Event Milestone Shareholding Document Evidence Overruling
"""
OBJECT_PROPERTIES = """
    subsidiaryOf partOfGroup memberOf hasMember partnerOf supervisedBy administers legalForm locatedIn
    partOfOrganization groupOf holder company zoneType within involves owner projectOwner builder operator maintainer
    marketer decidedBy participant serves connects follows partOfNetwork access technology party contractingAuthority
    grantor contractor delegatee concerns amends mission completedMission ongoingMission steward developer supportedBy
    partOfProgramme appliesTo beneficiary funder recipient purpose fundedUnder partOfFunding currency amountKind
    taxBasis fundingStatus about indicator unit rateOf outOf status milestoneOf qualifier organiser partOfEvent
    identifiedAs readWith method saidBy overruled statedIn
"""
DATATYPE_PROPERTIES = """
    siren foundedOn groupSize share functionTitle decidedOn awardedOn signedOn startsOn endsOn terminatedOn
    computedEndsOn duration minimumDuration amount minimumAmount maximumAmount value minimumValue maximumValue period
    startedOn completedOn heldOn observedOn targetDate topic unnamed undated writtenBetween sha256Original sha256Stored
"""
CODES = {
    "access": "open-non-discriminatory",
    "answer": "yes no undecided",
    "amount-kind": "cost investment contract-value contribution grant envelope budget fee price",
    "base": "premises population area municipalities sites unspecified",
    "funding-status": "estimated requested announced committed paid",
    "gate": "verbatim value names modality economy roles",
    "indicator": """
        fibre-length premises-planned premises-programmed premises-connectable premises-marketable premises-connected
        households-connected households-covered businesses-covered sites-connected employees-connected
        population-covered municipalities-covered municipality-count intercommunality-count coverage-rate
        premises-share take-up-rate subscribers connection-speed mobile-zones-to-cover mobile-sites-in-service
        fixed-4g-sites-identified fixed-4g-sites-in-service service-points digital-advisers host-structures
        digital-passes selected-projects network-count contract-count territories-supported projects-supported
        mediation-places years-ahead attendees agents
    """,
    "method": "rules llm curated",
    "mission": "design construction connection unbundling financing operation maintenance marketing animation",
    "modality": "future conditional aim",
    "qualifier": "approximate at-least more-than at-most less-than nearly-all all",
    "status": """
        reported target planned requested recruited candidate ongoing completed proposed abandoned announced
    """,
    "tax": "ht ttc",
    "technology": "ftth ftto fibre dsl nra-zo wifi 4g-fixe mobile-4g",
    "unit": "number km percent year megabit-per-second gigabit-per-second",
    "zone-type": "amii amel rip zrr white-zone grey-zone business-park",
}

TYPE = public("rdf:type")
LABEL = public("rdfs:label")
PREF_LABEL = public("skos:prefLabel")
DEFINITION = public("skos:definition")
IN_SCHEME = public("skos:inScheme")
TOP = public("skos:topConceptOf")
BROADER = public("skos:broader")
BOTH = ["en", "fr"]
KINDS = {public(f"owl:{kind}") for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
NAMESPACE = {
    "vann:preferredNamespacePrefix", "vann:preferredNamespaceUri", "dcterms:bibliographicCitation", "dcterms:source",
}  # fmt: skip
# What FOOPS! and OOPS! look for.
HEADER = NAMESPACE | {
    "dcterms:title", "dcterms:description", "dcterms:license", "dcterms:creator", "dcterms:publisher",
    "dcterms:created", "dcterms:issued", "dcterms:modified", "owl:versionIRI", "owl:versionInfo", "bibo:status",
}  # fmt: skip
BUILT_IN = tuple(PUBLIC[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))


def triples(path: Path) -> list[Triple]:
    return [quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE)]


ONTOLOGY_TRIPLES = triples(ONTOLOGY_FILE)
ALIGNMENT_TRIPLES = triples(ALIGNMENTS_FILE)


def members(found: Iterable[Triple], kind: str) -> set[NamedNode]:
    return {
        t.subject
        for t in found
        if t.predicate == TYPE and t.object == public(kind) and isinstance(t.subject, NamedNode)
    }


def values(found: Iterable[Triple], subject: NamedNode, predicate: NamedNode) -> list[NamedNode | Literal]:
    return [
        t.object
        for t in found
        if t.subject == subject and t.predicate == predicate and isinstance(t.object, NamedNode | Literal)
    ]


def tongues(found: Iterable[Triple], subject: NamedNode, predicate: NamedNode) -> list[str]:
    """The languages of the literals, sorted; a literal without one counts as ''."""
    return sorted(v.language or "" for v in values(found, subject, predicate) if isinstance(v, Literal))


def repeated(found: Iterable[Triple], predicate: NamedNode, among: set[NamedNode]) -> list[tuple[str, str | None]]:
    labels = Counter(
        (t.object.value.casefold(), t.object.language)
        for t in found
        if t.predicate == predicate and t.subject in among and isinstance(t.object, Literal)
    )
    return [label for label, times in labels.items() if times > 1]


OWN = {
    term
    for kind in ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty")
    for term in members(ONTOLOGY_TRIPLES, kind)
    if term.value.startswith(DOR)
}


@pytest.mark.parametrize("path", [ONTOLOGY_FILE, ALIGNMENTS_FILE, *CODE_FILES], ids=lambda path: path.stem)
def test_both_libraries_read_the_same_number_of_triples(path: Path) -> None:
    assert len(rdflib.Graph().parse(path, format="turtle")) == len(set(triples(path))) > 0


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("owl:Class", CLASSES),
        ("owl:ObjectProperty", OBJECT_PROPERTIES),
        ("owl:DatatypeProperty", DATATYPE_PROPERTIES),
    ],
)
def test_every_term_of_the_model_is_declared(kind: str, names: str) -> None:
    assert {dor(name) for name in names.split()} - members(ONTOLOGY_TRIPLES, kind) == set()


def test_a_term_has_one_kind() -> None:
    kinds = Counter(t.subject for t in ONTOLOGY_TRIPLES if t.predicate == TYPE and t.object in KINDS)
    assert [term for term, count in kinds.items() if count > 1] == []


def test_every_term_has_two_labels_two_definitions_and_its_ontology() -> None:
    for term in OWN:
        assert tongues(ONTOLOGY_TRIPLES, term, LABEL) == BOTH, term
        assert tongues(ONTOLOGY_TRIPLES, term, DEFINITION) == BOTH, term
        assert values(ONTOLOGY_TRIPLES, term, public("rdfs:isDefinedBy")) == [NamedNode(ONTOLOGY)], term


def test_definitions_are_one_sentence() -> None:
    for t in [*ONTOLOGY_TRIPLES, *(t for path in CODE_FILES for t in triples(path))]:
        if t.predicate == DEFINITION and isinstance(t.object, Literal):
            assert ". " not in t.object.value, t.object.value
            assert t.object.value.endswith("."), t.object.value


def test_no_label_is_used_twice_in_a_language() -> None:
    assert repeated(ONTOLOGY_TRIPLES, LABEL, OWN) == []


def test_names_need_no_escape_and_follow_their_kind() -> None:
    for term in OWN:
        name = term.value.removeprefix(DOR)
        assert LOCAL.fullmatch(name), name
        assert name.isalnum(), name
        assert name[0].isupper() == (term in members(ONTOLOGY_TRIPLES, "owl:Class")), name


@pytest.mark.parametrize("predicate", ["rdfs:domain", "rdfs:range"])
def test_a_property_has_at_most_one_domain_and_one_range(predicate: str) -> None:
    """Two would mean both at once, where their author meant either."""
    counts = Counter(t.subject for t in ONTOLOGY_TRIPLES if t.predicate == public(predicate))
    assert counts
    assert max(counts.values()) == 1


def test_no_domain_or_range_types_a_contract_more_precisely_than_its_passage() -> None:
    below: set[NamedNode | BlankNode | Triple] = {dor("Contract")}
    while True:
        wider = below | {
            t.subject for t in ONTOLOGY_TRIPLES if t.predicate == public("rdfs:subClassOf") and t.object in below
        }
        if wider == below:
            break
        below = wider
    narrow = below - {dor("Contract")}
    assert len(narrow) == 8
    used = {t.object for t in ONTOLOGY_TRIPLES if t.predicate in (public("rdfs:domain"), public("rdfs:range"))}
    assert used & narrow == set()


def test_who_owns_or_runs_a_thing_does_not_make_it_a_network() -> None:
    for name in ("involves", "owner", "projectOwner", "builder", "operator", "maintainer", "marketer"):
        assert values(ONTOLOGY_TRIPLES, dor(name), public("rdfs:domain")) == []


def test_no_range_is_a_datatype_that_reasoners_refuse() -> None:
    """xsd:date, xsd:gYear and xsd:duration are outside the datatype map of OWL 2."""
    judged = {public(name) for name in ("rdfs:Literal", "xsd:string", "xsd:boolean", "xsd:decimal", "xsd:integer")}
    for term in members(ONTOLOGY_TRIPLES, "owl:DatatypeProperty"):
        assert set(values(ONTOLOGY_TRIPLES, term, public("rdfs:range"))) <= judged, term
    for name in DATATYPE_PROPERTIES.split():
        if name.endswith(("On", "Date", "uration")):
            assert values(ONTOLOGY_TRIPLES, dor(name), public("rdfs:range")) == [public("rdfs:Literal")], name


def test_nothing_is_functional_or_counted_and_transitive_is_only_what_the_model_says() -> None:
    kinds = defaultdict(set)
    for t in ONTOLOGY_TRIPLES:
        if t.predicate == TYPE and isinstance(t.object, NamedNode):
            kinds[t.object].add(t.subject)
    assert kinds[public("owl:TransitiveProperty")] == {
        dor("partOfGroup"), dor("partOfNetwork"), dor("partOfProgramme"),
    }  # fmt: skip
    assert kinds[public("owl:SymmetricProperty")] == {dor("partnerOf")}
    forbidden = {"FunctionalProperty", "InverseFunctionalProperty", "IrreflexiveProperty", "AsymmetricProperty"}
    assert not any(kinds[public(f"owl:{kind}")] for kind in forbidden)
    assert not any("ardinality" in t.predicate.value for t in ONTOLOGY_TRIPLES)


@pytest.mark.parametrize("found", [ONTOLOGY_TRIPLES, ALIGNMENT_TRIPLES], ids=["ontology", "alignments"])
def test_nothing_is_imported(found: list[Triple]) -> None:
    assert not any(t.predicate == public("owl:imports") for t in found)


def test_borrowed_terms_are_stubs() -> None:
    """Nothing is said of them, and every one that an axiom or an annotation uses is declared."""
    for found in (ONTOLOGY_TRIPLES, ALIGNMENT_TRIPLES):
        for t in found:
            if isinstance(t.subject, NamedNode) and not t.subject.value.startswith((DOR, ONTOLOGY)):
                stub = t.predicate == TYPE and t.object in KINDS
                assert stub or t.predicate == public("skos:closeMatch"), t
    own = {t.subject for t in ONTOLOGY_TRIPLES if t.predicate == TYPE and t.object in KINDS}
    theirs = {t.subject for t in ALIGNMENT_TRIPLES if t.predicate == TYPE and t.object in KINDS}
    assert own & theirs == set(), "a stub stands once, in the ontology if both files use it"
    axioms = {public(f"rdfs:{name}") for name in ("subClassOf", "subPropertyOf", "domain", "range")}
    for t in [*ONTOLOGY_TRIPLES, *ALIGNMENT_TRIPLES]:
        used = {t.subject, t.object} if t.predicate in axioms else {t.predicate}
        for term in used:
            if isinstance(term, NamedNode) and not term.value.startswith(BUILT_IN):
                assert term in own | theirs, term


def test_alignments_add_no_term_of_ours_and_no_equivalence() -> None:
    """epo:Contract is an epo:Document: with an equivalence of documents, no contract could exist."""
    for t in ALIGNMENT_TRIPLES:
        for term in (t.subject, t.object):
            if isinstance(term, NamedNode) and term.value.startswith(DOR):
                assert term in OWN, term
        assert t.predicate not in {
            public(f"owl:{name}") for name in ("equivalentClass", "equivalentProperty", "sameAs")
        }


@pytest.mark.parametrize("found", [ONTOLOGY_TRIPLES, ALIGNMENT_TRIPLES], ids=["ontology", "alignments"])
def test_the_header_says_what_catalogues_ask(found: list[Triple]) -> None:
    (header,) = members(found, "owl:Ontology")
    asked = HEADER if header.value == ONTOLOGY else HEADER - NAMESPACE
    assert {name for name in asked if not values(found, header, public(name))} == set()
    assert tongues(found, header, public("dcterms:title")) == BOTH
    assert tongues(found, header, public("dcterms:description")) == BOTH
    assert values(found, header, public("owl:versionIRI")) != [header]


def test_the_ontology_names_its_own_namespace() -> None:
    header = NamedNode(ONTOLOGY)
    assert [v.value for v in values(ONTOLOGY_TRIPLES, header, public("vann:preferredNamespaceUri"))] == [DOR]
    assert [v.value for v in values(ONTOLOGY_TRIPLES, header, public("vann:preferredNamespacePrefix"))] == ["dor"]


def test_every_scheme_has_a_file_and_a_prefix() -> None:
    assert {path.stem for path in CODE_FILES} == set(SCHEMES) == set(CODES)


@pytest.mark.parametrize("path", CODE_FILES, ids=lambda path: path.stem)
def test_a_scheme_is_complete(path: Path) -> None:
    found = triples(path)
    scheme = NamedNode(CODE + path.stem)
    concepts = members(found, "skos:Concept")
    assert members(found, "skos:ConceptScheme") == {scheme}
    assert {t.subject for t in found} == concepts | {scheme}
    for predicate in ("dcterms:title", "skos:prefLabel", "skos:definition"):
        assert tongues(found, scheme, public(predicate)) == BOTH
    assert {NamedNode(f"{scheme.value}/{name}") for name in CODES[path.stem].split()} - concepts == set()


@pytest.mark.parametrize("path", CODE_FILES, ids=lambda path: path.stem)
def test_a_concept_is_complete(path: Path) -> None:
    found = triples(path)
    scheme = NamedNode(CODE + path.stem)
    concepts = members(found, "skos:Concept")
    assert concepts
    for concept in concepts:
        assert LOCAL.fullmatch(concept.value.removeprefix(scheme.value + "/")), concept
        assert tongues(found, concept, PREF_LABEL) == BOTH, concept
        assert tongues(found, concept, DEFINITION) == BOTH, concept
        assert len(values(found, concept, public("skos:notation"))) == 1, concept
        assert values(found, concept, IN_SCHEME) == [scheme], concept
        above = values(found, concept, BROADER)
        assert (values(found, concept, TOP) == [scheme]) != bool(above), f"{concept}: at the top, or below another"
        assert set(above) <= concepts - {concept}, concept
    assert repeated(found, PREF_LABEL, concepts) == []
    assert repeated(found, public("skos:notation"), concepts) == []


@pytest.mark.parametrize("path", CODE_FILES, ids=lambda path: path.stem)
def test_words_that_announce_a_concept_are_french_and_stand_once(path: Path) -> None:
    words = [(t.subject, t.object) for t in triples(path) if t.predicate == public("skos:hiddenLabel")]
    assert all(isinstance(word, Literal) and word.language == "fr" for _, word in words)
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("concept", "word"),
    [
        ("technology/ftth", "fibre optique jusqu'à l'abonné"),
        ("technology/nra-zo", "NRA-ZO"),
        ("mission/unbundling", "dégroupage"),
        ("indicator/premises-marketable", "prises commercialisables"),
        ("status/candidate", "candidate"),
        ("zone-type/business-park", "zones d'activités économiques"),
        ("access/open-non-discriminatory", "neutre et non-discriminante"),
        ("qualifier/nearly-all", "quasi totalité"),
        ("unit/km", "kms"),
    ],
)
def test_words_of_real_documents_announce_their_concept(concept: str, word: str) -> None:
    found = triples(FOLDER / "codes" / f"{concept.split('/')[0]}.ttl")
    assert Literal(word, language="fr") in values(found, NamedNode(CODE + concept), public("skos:hiddenLabel"))
