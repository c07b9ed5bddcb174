"""What HermiT makes of the ontology and of facts."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from dorsale.errors import JavaMissing
from dorsale.graph.derive import Classification, classify
from dorsale.names import dor, prefixes, public

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
def test_what_contradicts_the_ontology_is_found(wrong: str) -> None:
    assert classify([*ONTOLOGY, *turtle(wrong)]) == Classification(consistent=False, unsatisfiable=(), types={})


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
