"""What follows from the facts, beside owlrl and by brute force; and what HermiT makes of them."""

import random
import sys
import tempfile
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path
from typing import Any

import owlrl
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as some
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, Triple, parse, serialize

from dorsale.build import Sources
from dorsale.errors import JavaMissing
from dorsale.graph.derive import Classification, Rule, classify, contradiction, derive, rules
from dorsale.graph.derive.contradiction import Axiom
from dorsale.graph.store import Change, Dataset
from dorsale.names import dor, prefixes, public
from dorsale.statements import in_graph
from dorsale.workspace import Workspace

ROOT = Path(__file__).parents[1]
THING = "https://w3id.org/dorsale/id/"
CONTRACT = NamedNode(f"{THING}contract/loire-lotim-telecom-2005")
BELOW_CONTRACT = {
    dor(name)
    for name in (
        "PublicServiceDelegation", "Concession", "Affermage", "PublicPrivatePartnership", "PublicProcurement",
        "TerritorialContract", "Agreement", "Amendment",
    )
}  # fmt: skip

LOIRE = """
contract:loire-lotim-telecom-2005 a dor:Contract ;
    dor:grantor actor:departement-de-la-loire ;
    dor:delegatee actor:lotim-telecom ;
    dor:supervisedBy actor:arcep ;
    dor:concerns network:dorsal-loire ;
    dor:completedMission mission:construction ;
    dor:ongoingMission mission:marketing ;
    dor:awardedOn "2005"^^xsd:gYear ;
    dor:startsOn "2016-01-01"^^xsd:date ;
    dor:duration "P15Y"^^xsd:duration .
network:dorsal-loire a dor:Network ; dor:owner actor:departement-de-la-loire ; dor:operator actor:lotim-telecom .
actor:departement-de-la-loire a dor:Department ; dor:administers <http://id.insee.fr/geo/departement/42> .
actor:lotim-telecom a dor:Company ; dor:subsidiaryOf actor:axione .
actor:axione dor:subsidiaryOf actor:bouygues .
"""


def read(path: Path) -> list[Triple]:
    return [quad.triple for quad in parse(path=path)]


def turtle(text: str) -> list[Triple]:
    head = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in prefixes().items())
    return [quad.triple for quad in parse(input=head + text, format=RdfFormat.TURTLE)]


ONTOLOGY = read(ROOT / "ontology" / "dorsale.ttl")
ALIGNED = [*ONTOLOGY, *read(ROOT / "ontology" / "alignments.ttl")]
both = pytest.mark.parametrize("axioms", [ONTOLOGY, ALIGNED], ids=["alone", "aligned"])


def types(found: Classification, kind: str, name: str) -> frozenset[NamedNode]:
    assert found.consistent
    return found.types[NamedNode(f"{THING}{kind}/{name}")]


@pytest.mark.java
@both
def test_the_ontology_is_consistent_and_every_class_can_have_members(axioms: list[Triple]) -> None:
    assert classify(axioms) == Classification(consistent=True, unsatisfiable=(), types={})


@pytest.mark.java
@both
def test_roles_are_inferred_from_a_contract(axioms: list[Triple]) -> None:
    found = classify([*axioms, *turtle(LOIRE)])
    department = types(found, "actor", "departement-de-la-loire")
    assert {dor("GrantingAuthority"), dor("NetworkOwner"), dor("PublicBody"), dor("Actor")} <= department
    assert dor("Delegatee") not in department
    assert {dor("Delegatee"), dor("NetworkOperator"), dor("Company")} <= types(found, "actor", "lotim-telecom")


@pytest.mark.java
@both
def test_a_contract_is_never_typed_more_precisely_than_its_passage_says(axioms: list[Triple]) -> None:
    found = classify([*axioms, *turtle(LOIRE)])
    assert dor("Contract") in found.types[CONTRACT]
    assert found.types[CONTRACT] & BELOW_CONTRACT == set()


@pytest.mark.java
@both
def test_no_contract_of_the_workspace_is_typed_more_precisely_than_stated(axioms: list[Triple]) -> None:
    triples = [
        t for path in sorted((ROOT / "data").glob("*/*.t*")) if path.suffix in (".ttl", ".trig") for t in read(path)
    ]
    found = classify([*axioms, *triples])
    assert found.consistent
    assert found.types
    stated = {(t.subject, t.object) for t in triples if t.predicate == public("rdf:type")}
    above = {dor("Concession"): dor("PublicServiceDelegation"), dor("Affermage"): dor("PublicServiceDelegation")}
    stated |= {(thing, above[kind]) for thing, kind in stated if isinstance(kind, NamedNode) and kind in above}
    for thing, kinds in found.types.items():
        assert {(thing, kind) for kind in kinds & BELOW_CONTRACT} <= stated


@pytest.mark.java
def test_a_delegation_is_what_its_passage_says() -> None:
    found = classify([*ONTOLOGY, *turtle(LOIRE + "contract:loire-lotim-telecom-2005 a dor:PublicServiceDelegation .")])
    assert found.types[CONTRACT] & BELOW_CONTRACT == {dor("PublicServiceDelegation")}


@pytest.mark.java
def test_a_parent_company_is_no_delegatee() -> None:
    found = classify([*ONTOLOGY, *turtle(LOIRE)])
    for name in ("axione", "bouygues"):
        assert types(found, "actor", name) == {dor("Actor"), public("org:Organization")}


@pytest.mark.java
def test_who_owns_an_energy_network_is_no_network_owner() -> None:
    found = classify(
        [*ONTOLOGY, *turtle("network:elec a dor:EnergyNetwork ; dor:owner actor:siel ; dor:operator actor:x .")]
    )
    assert types(found, "actor", "siel") == {dor("Actor"), public("org:Organization")}
    assert types(found, "network", "elec") == {dor("EnergyNetwork")}


@pytest.mark.java
def test_a_funder_is_who_bears_a_sum_and_not_who_receives_it() -> None:
    facts = """
        funding:rip a dor:Funding ; dor:funder actor:etat ; dor:recipient actor:lozere-numerique ;
            dor:amount 14120000.0 ; dor:currency currency:EUR .
    """
    found = classify([*ONTOLOGY, *turtle(facts)])
    assert dor("Funder") in types(found, "actor", "etat")
    assert dor("Funder") not in types(found, "actor", "lozere-numerique")


@pytest.mark.java
def test_the_kind_of_a_group_s_members_is_no_thing() -> None:
    facts = (
        'actor:g a dor:ActorGroup ; dor:groupOf dor:Municipality ; dor:groupSize 323 ; rdfs:label "323 communes"@fr .'
    )
    found = classify([*ONTOLOGY, *turtle(facts)])
    assert dor("ActorGroup") in types(found, "actor", "g")
    assert dor("Municipality") not in found.types


@pytest.mark.java
def test_figures_that_are_computed_are_not_figures_that_are_stated() -> None:
    facts = """
        observation:a a dor:ComputedObservation ; dor:about network:n ; dor:indicator indicator:coverage-rate ;
            dor:value 41.0 ; dor:unit unit:percent ; dor:status status:reported ; dor:rateOf base:premises .
    """
    assert types(classify([*ONTOLOGY, *turtle(facts)]), "observation", "a") == {dor("ComputedObservation")}


@pytest.mark.java
@pytest.mark.parametrize(
    "wrong",
    [
        "network:n a dor:Network, dor:EnergyNetwork .",
        "contract:c dor:grantor contract:d . contract:d a dor:Contract .",
        "actor:a a dor:Actor . person:p a dor:Person . actor:a dor:memberOf person:p .",
        "actor:loire a dor:Department, dor:Territory .",
        "network:n dor:serves place:p ; a dor:Contract .",
        "observation:o a dor:Observation, dor:ComputedObservation .",
        "network:n dor:technology actor:a . actor:a a dor:Company .",
        "actor:a a dor:Actor, dor:Contract .",
        'funding:f dor:amount "beaucoup" .',
    ],
)
def test_what_contradicts_the_ontology_is_found_and_leaves_no_file(
    wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert classify([*ONTOLOGY, *turtle(wrong)]) == Classification(consistent=False, unsatisfiable=(), types={})
    assert not list(tmp_path.iterdir())
    assert tempfile.tempdir == str(tmp_path)


class Oracle:
    """Someone who knows what clashes, in the place of HermiT: each question to that one starts Java."""

    def __init__(self, *wanted: Triple) -> None:
        self.wanted = set(wanted)
        self.asked = 0

    def __call__(self, triples: Iterable[Triple]) -> Classification:
        self.asked += 1
        return Classification(not self.wanted <= set(triples), (), {})


@pytest.fixture
def knowing(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Oracle]:
    def know(text: str) -> Oracle:
        oracle = Oracle(*turtle(text))
        # The name of the module is that of its function.
        monkeypatch.setattr(sys.modules["dorsale.graph.derive.contradiction"], "classify", oracle)
        return oracle

    return know


OWNED = "network:thd42 dor:owner contract:siel-te-thd42-exploitation-2016 ."
BOUGHT = "contract:siel-te-thd42-exploitation-2016 a dor:Contract ."


@pytest.mark.parametrize(
    ("facts", "axioms"),
    [
        (OWNED + BOUGHT, "dor:owner rdfs:range dor:Actor ."),
        (OWNED, "dor:owner rdfs:range dor:Actor ."),
        ("", "dor:owner rdfs:range dor:Actor ."),
        (OWNED + BOUGHT, "dor:Department rdfs:subClassOf dor:LocalAuthority . dor:partnerOf rdfs:range dor:Actor ."),
    ],
)
def test_few_questions_find_the_fewest_facts_and_axioms_among_thousands(
    facts: str, axioms: str, sources: Sources, stated: Dataset, knowing: Callable[[str], Oracle]
) -> None:
    oracle = knowing(facts + axioms)
    given = [*stated.facts(), *turtle(OWNED)]
    found = contradiction(sources.terms.axioms, given)
    assert found is not None
    assert set(found.facts) == set(turtle(facts))
    assert {triple for axiom in found.axioms for triple in axiom.triples} == set(turtle(axioms))
    assert len(given) > 4000
    assert oracle.asked < 60


def test_facts_that_agree_have_no_contradiction(knowing: Callable[[str], Oracle]) -> None:
    knowing("actor:a a dor:Person .")
    assert contradiction(ONTOLOGY, turtle(LOIRE)) is None


def test_an_axiom_is_told_in_prefixed_names_with_what_its_blank_nodes_hold() -> None:
    for axiom in (
        "dor:Network owl:disjointWith [ owl:unionOf ( dor:Programme dor:Project ) ]",
        "dor:Delegatee owl:equivalentClass [ owl:onProperty [ owl:inverseOf dor:delegatee ] ; "
        "owl:someValuesFrom dor:Contract ]",
    ):
        triples = turtle(axiom + " .")
        head = next(triple for triple in triples if isinstance(triple.subject, NamedNode))
        assert str(Axiom((head, *(triple for triple in triples if triple != head)))) == axiom


@pytest.mark.java
def test_a_class_that_can_have_no_member_is_named() -> None:
    impossible = turtle("dor:Centaur a owl:Class ; rdfs:subClassOf dor:Actor, dor:Contract .")
    found = classify([*ONTOLOGY, *impossible])
    assert found.consistent
    assert found.unsatisfiable == (dor("Centaur"),)


@pytest.mark.java
def test_a_delegation_and_a_partnership_may_be_one_contract() -> None:
    """Since 2016 a marché de partenariat is a marché public in law."""
    facts = "contract:c a dor:PublicPrivatePartnership, dor:PublicProcurement ."
    assert classify([*ONTOLOGY, *turtle(facts)]).consistent


@pytest.mark.java
def test_dates_quotations_and_undeclared_terms_are_left_out() -> None:
    facts = """
        event:e a dor:Event, <http://example.org/Undeclared> ; dor:heldOn "--12-04"^^xsd:gMonthDay ;
            <http://example.org/undeclared> contract:c ; rdfs:label "Sommet"@fr ; dor:period "2011-22" .
        document:d a dor:Document ; dcterms:issued "2018-01"^^xsd:gYearMonth .
    """
    found = classify([*ONTOLOGY, *turtle(facts)])
    assert types(found, "event", "e") == {dor("Event")}
    assert NamedNode(f"{THING}contract/c") not in found.types


@pytest.mark.java
def test_the_reasoner_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    classify(ONTOLOGY)
    assert capfd.readouterr() == ("", "")


def test_without_java_the_answer_is_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("owlready2.JAVA_EXE", "no-such-java")
    with pytest.raises(JavaMissing):
        classify(ONTOLOGY)


# What follows


WORKSPACE = Workspace.open(ROOT)
RULES = ROOT / "ontology" / "rules"
TYPE = public("rdf:type")
STATED = NamedNode(f"{THING}evidence/x/0-1")


@pytest.fixture(scope="module")
def sources() -> Sources:
    return Sources.read(WORKSPACE)


@pytest.fixture(scope="module")
def axioms(sources: Sources) -> tuple[Triple, ...]:
    return (*sources.terms.axioms, *sources.terms.concepts)


@pytest.fixture(scope="module")
def all_rules(axioms: tuple[Triple, ...]) -> tuple[Rule, ...]:
    return rules(RULES, Path("ontology/rules"), axioms)


@pytest.fixture(scope="module")
def stated(sources: Sources) -> Dataset:
    """The facts of the repository, nothing being derived."""
    dataset = Dataset(Store())
    dataset.commit(sources.change(WORKSPACE.base))
    return dataset


@pytest.fixture(scope="module")
def change(stated: Dataset, all_rules: tuple[Rule, ...]) -> Change:
    return derive(stated, all_rules)


@pytest.fixture(scope="module")
def whole(sources: Sources, change: Change) -> Dataset:
    """The facts of the repository with all that follows."""
    dataset = Dataset(Store())
    dataset.commit(sources.change(WORKSPACE.base))
    dataset.commit(change)
    return dataset


def role(dataset: Dataset, name: str) -> set[str]:
    found = dataset.store.quads_for_pattern(None, TYPE, dor(name), None)
    return {quad.subject.value.removeprefix(f"{THING}actor/") for quad in found if isinstance(quad.subject, NamedNode)}


def test_roles_of_the_real_facts_are_derived(whole: Dataset) -> None:
    assert {"lotim-telecom", "thd42-exploitation"} <= role(whole, "Delegatee")
    assert {"lotim-telecom", "thd42-exploitation"} <= role(whole, "NetworkOperator")
    assert {"departement-de-la-loire", "siel-territoire-d-energie-loire"} <= role(whole, "GrantingAuthority")
    for name in ("Delegatee", "NetworkOperator", "GrantingAuthority"):
        assert "axione" not in role(whole, name), "a parent company does nothing through its subsidiary"
    assert "siel-territoire-d-energie-loire" not in role(whole, "NetworkOwner"), "it owns electricity lines"


def test_computed_values_of_the_real_facts_are_those_that_a_reader_computes(change: Change) -> None:
    found = {
        (quad.subject.value.removeprefix(THING), quad.predicate): quad.object.value
        for quad in change.additions
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal)
    }
    planned, rate = "premises-planned", "premises-connectable-over"
    for (thing, name), value in {
        ("contract/siel-te-thd42-exploitation-2016", "computedEndsOn"): "2030-12-31",
        ("funding/delegation-altitude-telecom-lozere-cofinancements", "computedAmount"): "950000",
        ("actor/siel-territoire-d-energie-loire", "computedMemberCount"): "347",
        (f"observation/lozere-{rate}-lozere-{planned}", "value"): "40.57",
        (f"observation/zone-amii-de-la-lozere-{rate}-zone-amii-de-la-lozere-{planned}", "value"): "63.81",
        (f"observation/zone-rip-de-la-lozere-{rate}-zone-rip-de-la-lozere-{planned}", "value"): "36.47",
        (f"observation/lozere-{planned}-without-zone-amii-de-la-lozere-{planned}", "value"): "59500",
        ("observation/petites-villes-de-demain-48-beneficiary-municipalities", "value"): "14",
    }.items():
        assert found[thing, dor(name)] == value


def test_what_documents_report_agrees_with_what_is_computed(change: Change) -> None:
    agreed = {
        quad.object.value.rsplit("/", 1)[-1]
        for quad in change.additions
        if quad.predicate == dor("agreesWith") and isinstance(quad.object, NamedNode)
    }
    assert {f"{zone}-coverage-rate" for zone in ("lozere", "zone-amii-de-la-lozere", "zone-rip-de-la-lozere")} <= agreed
    assert {"zone-amii-de-la-lozere-premises-share", "zone-rip-de-la-lozere-premises-share"} <= agreed
    assert not [quad for quad in change.additions if quad.predicate == dor("disagreesWith")]


def test_what_is_derived_stands_apart_and_repeats_nothing(stated: Dataset, change: Change) -> None:
    before = set(stated.facts())
    assert {quad.graph_name for quad in change.additions} == {NamedNode(f"{THING}graph/derived")}
    assert not {quad.triple for quad in change.additions} & before
    assert not change.removals
    terms = {term for quad in change.additions for term in (quad.subject, quad.object)}
    assert not [term for term in terms if isinstance(term, BlankNode)]


def test_what_is_computed_is_never_a_stated_figure(whole: Dataset) -> None:
    computed = role(whole, "ComputedObservation") | role(whole, "UncomputedObservation")
    assert computed
    assert not computed & role(whole, "Observation")


def test_deriving_reads_the_dataset_and_does_not_write(stated: Dataset, change: Change) -> None:
    assert not list(stated.store.quads_for_pattern(None, None, None, NamedNode(f"{THING}graph/derived")))
    held = {quad.graph_name for quad in stated.quads()}
    assert {*stated.store.named_graphs()} == held | stated.apart


def test_deriving_again_adds_nothing(whole: Dataset, all_rules: tuple[Rule, ...]) -> None:
    assert not derive(whole, all_rules).additions


def test_neither_the_order_of_rules_nor_that_of_facts_matters(
    sources: Sources, change: Change, all_rules: tuple[Rule, ...]
) -> None:
    quads = list(sources.change(WORKSPACE.base).additions)
    for seed in (1, 2):
        shuffled, dataset = list(all_rules), Dataset(Store())
        random.Random(seed).shuffle(shuffled)
        random.Random(seed).shuffle(quads)
        dataset.commit(Change(dict.fromkeys(quads)))
        assert derive(dataset, shuffled).additions.keys() == change.additions.keys()


def test_every_derived_fact_has_premises_that_hold(whole: Dataset, change: Change, all_rules: tuple[Rule, ...]) -> None:
    held = set(whole.facts())
    for quad in change.additions:
        ways = [
            premises
            for rule in all_rules
            if rule.could_conclude(quad.triple)
            for premises in rule.premises(whole, quad.triple)
        ]
        assert ways, quad
        for premises in ways:
            assert premises, quad
            assert set(premises) <= held, quad
            assert quad.triple not in premises


def test_the_rules_derive_all_that_the_ontology_entails(
    stated: Dataset, sources: Sources, axioms: tuple[Triple, ...]
) -> None:
    """owlrl is the oracle for what is said of things by terms of ours or borrowed: not of literals or of terms."""
    graph = rdflib.Graph()
    graph.parse(data=serialize([*sources.terms.axioms, *stated.facts()], format=RdfFormat.N_TRIPLES), format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    kinds: dict[str, set[str]] = {"Class": set(), "ObjectProperty": set()}
    for axiom in axioms:
        for kind, terms in kinds.items():
            if (
                axiom.predicate == TYPE
                and axiom.object == public(f"owl:{kind}")
                and isinstance(axiom.subject, NamedNode)
            ):
                terms.add(axiom.subject.value)
    terms = {axiom.subject.value for axiom in sources.terms.axioms if isinstance(axiom.subject, NamedNode)}

    def judged(subject: str, predicate: str, value: str) -> bool:
        of_type = predicate == TYPE.value and value in kinds["Class"]
        return subject not in terms and (of_type or predicate in kinds["ObjectProperty"])

    def of(triples: Iterable[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
        return {triple for triple in triples if judged(*triple)}

    entailed = of(
        (str(s), str(p), str(o)) for s, p, o in graph if isinstance(s, rdflib.URIRef) and isinstance(o, rdflib.URIRef)
    )
    generated = rules(Path("no-such-folder"), Path("ontology/rules"), axioms)
    held = [*stated.facts(), *(quad.triple for quad in derive(stated, generated).additions)]
    found = of(
        (t.subject.value, t.predicate.value, t.object.value)
        for t in held
        if isinstance(t.subject, NamedNode) and isinstance(t.object, NamedNode)
    )
    assert found == entailed
    assert len(found) > len(of(_named(stated.facts())))


def _named(triples: Iterable[Triple]) -> Iterable[tuple[str, str, str]]:
    for t in triples:
        if isinstance(t.subject, NamedNode) and isinstance(t.object, NamedNode):
            yield t.subject.value, t.predicate.value, t.object.value


SMALL = turtle("""
    dor:C a owl:Class ; rdfs:subClassOf dor:D . dor:D a owl:Class ; rdfs:subClassOf dor:E . dor:E a owl:Class .
    dor:R a owl:Class ; owl:equivalentClass [ owl:intersectionOf (
        dor:C [ owl:onProperty [ owl:inverseOf dor:p ] ; owl:someValuesFrom dor:D ] ) ] .
    dor:p rdfs:subPropertyOf dor:t ; rdfs:range dor:D . dor:t a owl:TransitiveProperty . dor:i owl:inverseOf dor:p .
    dor:s a owl:SymmetricProperty ; rdfs:domain dor:C .
    dor:u owl:propertyChainAxiom ( dor:p [ owl:inverseOf dor:s ] ) ; rdfs:subPropertyOf dor:t .
""")
THINGS = tuple(NamedNode(f"{THING}actor/{name}") for name in "abcd")
LINKS = tuple(Triple(a, dor(p), b) for a, p, b in product(THINGS, "ptisu", THINGS))
KINDS = tuple(Triple(a, TYPE, dor(kind)) for a, kind in product(THINGS, "CDER"))


def brute_force(facts: set[Triple]) -> set[Triple]:
    """Return what the axioms of SMALL entail, by trying everything again until nothing is new."""
    held: set[tuple[Any, Any, Any]] = {(t.subject, t.predicate, t.object) for t in facts}
    p, t, i, s, u = (dor(name) for name in "ptisu")
    c, d, e, r = (dor(name) for name in "CDER")
    while True:
        new = set(held)
        for x, predicate, y in held:
            new |= {(x, TYPE, d)} if (predicate, y) == (TYPE, c) else set()
            new |= {(x, TYPE, e)} if (predicate, y) == (TYPE, d) else set()
            new |= {(x, t, y), (y, i, x), (y, TYPE, d)} if predicate == p else set()
            new |= {(y, p, x)} if predicate == i else set()
            new |= {(y, s, x), (x, TYPE, c)} if predicate == s else set()
            new |= {(x, t, y)} if predicate == u else set()
            if predicate == p and (y, TYPE, c) in held and (x, TYPE, d) in held:
                new.add((y, TYPE, r))
            for y2, predicate2, z in held:
                if predicate == predicate2 == t and y == y2:
                    new.add((x, t, z))
                if predicate == p and predicate2 == s and y == z:
                    new.add((x, u, y2))
        if new == held:
            return {Triple(x, predicate, y) for x, predicate, y in held}
        held = new


@settings(max_examples=60, deadline=None)
@given(some.sets(some.sampled_from(LINKS + KINDS), max_size=12))
def test_the_fixed_point_is_that_of_brute_force(facts: set[Triple]) -> None:
    dataset = Dataset(Store())
    dataset.commit(Change(dict.fromkeys(in_graph(triple, STATED) for triple in facts)))
    found = {
        quad.triple for quad in derive(dataset, rules(Path("no-such-folder"), Path("ontology/rules"), SMALL)).additions
    }
    assert found | facts == brute_force(facts)


@settings(max_examples=20, deadline=None)
@given(some.lists(some.sampled_from(LINKS + KINDS), max_size=10, unique=True), some.integers(0, 10))
def test_deriving_in_two_steps_is_deriving_at_once(facts: list[Triple], cut: int) -> None:
    small = rules(Path("no-such-folder"), Path("ontology/rules"), SMALL)
    dataset, at_once = Dataset(Store()), Dataset(Store())
    for part in (facts[:cut], facts[cut:]):
        dataset.commit(Change(dict.fromkeys(in_graph(triple, STATED) for triple in part)))
        dataset.commit(derive(dataset, small))
    at_once.commit(Change(dict.fromkeys(in_graph(triple, STATED) for triple in facts)))
    at_once.commit(derive(at_once, small))
    assert set(dataset.facts()) == set(at_once.facts())
