"""What follows from a change: beside deriving everything anew, and how much of the graph is looked at for it."""

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from counted import Counted
from hypothesis import given, settings
from hypothesis import strategies as some
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from dorsale.build import Sources, rules_of
from dorsale.errors import Place
from dorsale.graph.derive import Rule, derive, follow, rules
from dorsale.graph.derive.follow import Following
from dorsale.graph.store import Change, Dataset
from dorsale.names import BASE, dor, prefixes, public
from dorsale.workspace import Workspace

ROOT = Path(__file__).parents[1]
WORKSPACE = Workspace.open(ROOT)
TYPE = public("rdf:type")
EVIDENCE, AUTHORITY, DERIVED = (NamedNode(f"{BASE}graph/{name}") for name in ("evidence", "authority", "derived"))

AXIOMS = """
dor:A a owl:Class . dor:B a owl:Class ; rdfs:subClassOf dor:A . dor:C a owl:Class ; rdfs:subClassOf dor:B .
dor:Evidence a owl:Class . dor:Pair a owl:Class . dor:Wide a owl:Class ; rdfs:subClassOf dor:A .
dor:Role a owl:Class ; rdfs:subClassOf dor:A ; owl:equivalentClass
    [ owl:intersectionOf ( dor:A [ owl:onProperty [ owl:inverseOf dor:p ] ; owl:someValuesFrom dor:B ] ) ] .
dor:p a owl:ObjectProperty ; rdfs:subPropertyOf dor:q ; owl:inverseOf dor:pOf .
dor:q a owl:ObjectProperty . dor:pOf a owl:ObjectProperty .
dor:s a owl:ObjectProperty , owl:SymmetricProperty .
dor:t a owl:ObjectProperty , owl:TransitiveProperty .
dor:r a owl:ObjectProperty ; owl:propertyChainAxiom ( dor:p dor:t ) .
dor:size a owl:DatatypeProperty . dor:kindOf a owl:ObjectProperty .
""" + "".join(
    f"dor:{name} a rdf:Property .\n"
    for name in (
        "statedIn", "namedIn", "sum", "lone", "double", "from", "share", "strange", "far", "kin", "w", "count", "top",
        "both", "either", "apart", "through", "named",
    )
)  # fmt: skip

# One rule for each form that rules have, in four strata.
RULES = {
    "stated-in": (0, "?x dor:statedIn ?g", "?g a dor:Evidence . GRAPH ?g { ?x ?y ?z }"),
    "named-in": (0, "?x dor:namedIn ?g", "?g a dor:Evidence . GRAPH ?g { ?y ?z ?x } ?x a ?k . FILTER(?k != dor:C)"),
    "far": (0, "?x dor:far ?y", "?x dor:t ?y . FILTER(?x != ?y)"),
    "kin": (0, "?x dor:kin ?y", "VALUES (?k ?n) { (dor:B UNDEF) (dor:C 2) } ?x a ?k . ?y dor:kindOf ?k ; dor:size ?n"),
    "sum": (2, "?x dor:sum ?sum", """?x a dor:A . { SELECT ?x (SUM(?n) AS ?sum) WHERE {
        ?y dor:q ?x OPTIONAL { ?y dor:size ?said }
        FILTER NOT EXISTS { ?g dor:kindOf ?k ; dor:q ?x . ?y a ?k FILTER(?g != ?y) }
        BIND(COALESCE(?said, 1) AS ?n) } GROUP BY ?x }"""),
    "count": (1, "?x dor:count ?n", """{ SELECT ?x (COUNT(DISTINCT ?y) AS ?n) WHERE { ?x dor:s ?y .
        FILTER(EXISTS { ?y a dor:B } || NOT EXISTS { ?y dor:kindOf dor:B FILTER EXISTS { ?y dor:r ?x } }) }
        GROUP BY ?x HAVING(COUNT(DISTINCT ?y) > 1) }"""),
    "top": (1, "?x dor:top ?n", "?x dor:p ?y . { SELECT (MAX(?size) AS ?n) WHERE { ?any dor:size ?size } }"),
    "lone": (1, "?x dor:lone ?n", """?x a dor:A ; dor:size ?n
        FILTER NOT EXISTS { ?x dor:q ?y FILTER NOT EXISTS { ?y dor:t ?z . ?z dor:size ?n } }"""),
    "double": (1, "?x dor:double ?m", "?x dor:size ?n . BIND(?n * 2 AS ?m) FILTER NOT EXISTS { ?x dor:s ?x }"),
    "pair": (1, "?pair a dor:Pair ; dor:from ?x, ?y ; dor:share ?k",
        """?x dor:p ?y . OPTIONAL { ?y dor:kindOf ?k FILTER EXISTS { ?y dor:size ?n } }
        FILTER EXISTS { ?x dor:size ?n . ?y dor:size ?n }
        BIND(IRI(CONCAT(STR(?x), "-", STRAFTER(STR(?y), "/thing/"))) AS ?pair)"""),
    "wide": (1, "?x dor:w ?y . ?x a dor:Wide", """?x a dor:A ; dor:t|dor:s ?y . ?y a dor:B
        FILTER NOT EXISTS { ?y dor:s|dor:kindOf ?z }"""),
    "either": (1, "?x dor:either ?y", "?x dor:s ?y MINUS { ?y dor:kindOf ?k FILTER NOT EXISTS { ?k dor:named ?n } }"),
    "strange": (3, "?x dor:strange ?y", "?x dor:w ?y FILTER NOT EXISTS { ?x dor:sum ?n . ?y dor:count ?n }"),
    "both": (2, "?pair dor:both ?x",
        "?pair a dor:Pair ; dor:from ?x . ?x dor:double ?n MINUS { ?pair dor:share dor:C }"),
    "apart": (2, "?x dor:apart ?g", "GRAPH ?g { ?x dor:p ?y } FILTER NOT EXISTS { GRAPH ?h { ?x dor:s ?y } }"),
    "through": (2, "?x dor:through ?y", "?x dor:t+/dor:p ?y FILTER NOT EXISTS { ?y dor:lone ?n }"),
}  # fmt: skip


def header() -> str:
    return "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in prefixes().items())


def turtle(text: str) -> list[Any]:
    return [quad.triple for quad in parse(header() + text, format=RdfFormat.TURTLE)]


def rule_file(stratum: int, head: str, body: str) -> str:
    return (
        f'#+ title: {{fr: "x", en: "x"}}\n#+ stratum: {stratum}\n{header()}CONSTRUCT {{ {head} }} WHERE {{ {body} }}\n'
    )


@pytest.fixture(scope="module")
def every_form(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rule, ...]:
    folder = tmp_path_factory.mktemp("rules")
    for name, parts in RULES.items():
        (folder / f"{name}.rq").write_text(rule_file(*parts), "utf-8")
    return rules(folder, Path("rules"), turtle(AXIOMS))


def quad(text: str, graph: NamedNode) -> Quad:
    (triple,) = turtle(text)
    return Quad(*triple, graph)  # type: ignore[call-arg]


THINGS = [f"<{BASE}thing/{letter}>" for letter in "abcd"]
PASSAGES = [NamedNode(f"{BASE}evidence/x/{number}") for number in (0, 1)]
FACTS = [
    *(f"{x} a dor:{kind} ." for x in THINGS for kind in ("A", "B", "C", "Role")),
    *(f"{x} dor:{link} {y} ." for x in THINGS for y in THINGS for link in ("p", "q", "pOf", "s", "t", "r")),
    *(f"{x} dor:size {n} ." for x in THINGS for n in (1, 2)),
    *(f"{x} dor:kindOf dor:{kind} ." for x in THINGS for kind in ("B", "C")),
    'dor:B dor:named "b" .',
    # What a rule concludes may be stated, too.
    *(f"{THINGS[0]} dor:{link} {y} ." for y in THINGS for link in ("far", "w")),
    f"{THINGS[1]} dor:sum 2 .",
    f"{THINGS[1]} dor:double 4.0 .",
]
QUADS = [quad(fact, graph) for fact in FACTS for graph in (*PASSAGES, AUTHORITY)] + [
    quad(f"{passage} a dor:Evidence .", EVIDENCE) for passage in PASSAGES
]
BATCH = some.sets(some.sampled_from(QUADS), max_size=6)


def anew(stated: Iterable[Quad], given: Iterable[Rule]) -> Dataset:
    dataset = Dataset(Store())
    dataset.commit(Change(dict.fromkeys(stated)))
    dataset.commit(derive(dataset, given))
    return dataset


def listed(dataset: Dataset) -> set[str]:
    return {str(quad) for quad in dataset.store if quad.graph_name not in dataset.apart}


@settings(max_examples=300, deadline=None)
@given(
    stated=some.sets(some.sampled_from(QUADS), max_size=40), batches=some.lists(some.tuples(BATCH, BATCH), max_size=3)
)
def test_following_changes_is_deriving_everything_anew(
    every_form: tuple[Rule, ...], stated: set[Quad], batches: list[tuple[set[Quad], set[Quad]]]
) -> None:
    dataset = anew(stated, every_form)
    for additions, removals in batches:
        held = {str(quad) for quad in dataset.quads()}
        net = follow(dataset, Change(dict.fromkeys(additions), dict.fromkeys(removals)), every_form)
        stated = stated - removals | additions
        assert listed(dataset) == listed(anew(stated, every_form))
        # What is returned is what came and went, and nothing else.
        named = {str(quad) for quad in dataset.quads()}
        assert {str(quad) for quad in net.additions} == named - held
        assert {str(quad) for quad in net.removals} == held - named


# The rules of the workspace


@pytest.fixture(scope="module")
def ours(sources: Sources) -> tuple[Rule, ...]:
    return rules_of(WORKSPACE, sources.terms)


@pytest.fixture(scope="module")
def stated(sources: Sources) -> dict[Quad, Place | None]:
    """What the files of the repository state."""
    quads = sources.change(WORKSPACE.base).additions
    apart = Dataset(Store()).apart
    return {quad: place for quad, place in quads.items() if quad.graph_name not in apart}


@pytest.fixture(scope="module")
def of_each_kind(stated: dict[Quad, Place | None]) -> list[Quad]:
    """One fact for each property, and for each class that something is said to be; codes and labels left out."""
    codes = NamedNode(f"{BASE}graph/codes")
    found: dict[object, Quad] = {}
    for quad in random.Random(6).sample(sorted((q for q in stated if q.graph_name != codes), key=str), k=3000):
        found.setdefault((quad.predicate, quad.object if quad.predicate == TYPE else None), quad)
    return list(found.values())


def test_each_real_fact_may_go_and_come_back(
    stated: dict[Quad, Place | None], of_each_kind: list[Quad], ours: tuple[Rule, ...]
) -> None:
    dataset = anew(stated, ours)
    whole = listed(dataset)
    chance = random.Random(7)
    passages = [quad for quad in stated if quad.graph_name.value.startswith(f"{BASE}evidence/")]  # type: ignore[union-attr]
    alone = chance.sample(of_each_kind, k=20) + chance.sample(passages, k=10)
    for gone in [*([quad] for quad in alone), *(chance.sample(passages, k=count) for count in (10, 50, 200))]:
        follow(dataset, Change({}, dict.fromkeys(gone)), ours)
        assert listed(dataset) == listed(anew(stated.keys() - gone, ours)), gone
        follow(dataset, Change(dict.fromkeys(gone)), ours)
        assert listed(dataset) == whole, gone


def test_no_rule_of_the_workspace_is_asked_for_all_its_solutions(
    stated: dict[Quad, Place | None], of_each_kind: list[Quad], ours: tuple[Rule, ...]
) -> None:
    dataset = anew(stated, ours)
    for quad in of_each_kind:
        following = Following(dataset, ours)
        following.through(Change({}, {quad: None}))
        assert not following.whole, quad


def test_a_rule_that_sums_up_everything_is_asked_for_all_its_solutions(every_form: tuple[Rule, ...]) -> None:
    following = Following(anew([], every_form), every_form)
    following.through(Change({quad(f"{THINGS[0]} dor:size 1 .", AUTHORITY): None}))
    assert following.whole == {"top"}


def test_the_net_change_has_the_places_of_what_is_stated(ours: tuple[Rule, ...]) -> None:
    dataset, place = anew([], ours), Place(Path("facts.trig"), 3)
    said = quad(f"<{BASE}network/n> dor:operator <{BASE}actor/a> .", AUTHORITY)
    net = follow(dataset, Change({said: place}), ours)
    assert net.additions[said] == place
    assert net.additions[quad(f"<{BASE}network/n> dor:involves <{BASE}actor/a> .", DERIVED)] is None
    assert not net.removals


def test_a_derived_fact_that_becomes_stated_and_is_not_any_more_is_derived_again(ours: tuple[Rule, ...]) -> None:
    reason = quad(f"<{BASE}network/n> dor:operator <{BASE}actor/a> .", PASSAGES[0])
    fact = f"<{BASE}network/n> dor:involves <{BASE}actor/a> ."
    dataset = anew([reason], ours)
    follow(dataset, Change({quad(fact, PASSAGES[1]): None}), ours)
    assert quad(fact, DERIVED) not in dataset.store
    follow(dataset, Change({}, {quad(fact, PASSAGES[1]): None}), ours)
    assert quad(fact, DERIVED) in dataset.store
    follow(dataset, Change({}, {reason: None}), ours)
    assert not list(dataset.quads())


def test_two_facts_that_are_each_other_s_only_reason_go_together(every_form: tuple[Rule, ...]) -> None:
    a, b = THINGS[:2]
    first, second = quad(f"{a} dor:s {b} .", PASSAGES[0]), quad(f"{a} dor:pOf {b} .", PASSAGES[0])
    dataset = anew([first, second], every_form)
    follow(dataset, Change({}, {first: None, second: None}), every_form)
    assert not list(dataset.store)


def test_a_number_that_is_written_otherwise_is_the_same_fact(every_form: tuple[Rule, ...]) -> None:
    decimal = public("xsd:decimal")
    one, same = (
        Quad(NamedNode(THINGS[0][1:-1]), dor("size"), Literal(text, datatype=decimal), AUTHORITY)
        for text in ("12.50", "12.5")
    )
    dataset = anew([one], every_form)
    assert follow(dataset, Change({one: None}), every_form) == Change()
    follow(dataset, Change({}, {same: None}), every_form)
    assert not list(dataset.store)


# How much is looked at


BLOCK = """
actor:council-{n} a dor:Department ; dor:memberOf actor:union-{n} .
actor:village-{n} a dor:Municipality ; dor:memberOf actor:union-{n} .
actor:villages-{n} a dor:ActorGroup ; dor:groupOf dor:Intercommunality ;
    dor:groupSize 3 ; dor:memberOf actor:union-{n} .
actor:company-{n} a dor:TelecomOperator ; dor:subsidiaryOf actor:mother-{n} .
actor:mother-{n} dor:subsidiaryOf actor:top-{n} .
network:n-{n} a dor:BackboneNetwork ; dor:owner actor:council-{n} .
contract:c-{n} a dor:Concession ; dor:grantor actor:council-{n} ; dor:delegatee actor:company-{n} ;
    dor:concerns network:n-{n} ; dor:mission mission:operation ; dor:startsOn "2016"^^xsd:gYear ;
    dor:duration "P15Y"^^xsd:duration .
observation:planned-{n} a dor:Observation ; dor:about network:n-{n} ; dor:indicator indicator:premises-planned ;
    dor:value 100 ; dor:unit unit:number ; dor:status status:reported ; dor:period "2020" .
observation:connectable-{n} a dor:Observation ; dor:about network:n-{n} ; dor:indicator indicator:premises-connectable ;
    dor:value 40 ; dor:unit unit:number ; dor:status status:reported ; dor:period "2020" ;
    dor:outOf observation:planned-{n} .
observation:rate-{n} a dor:Observation ; dor:about network:n-{n} ; dor:indicator indicator:coverage-rate ;
    dor:value 41 ; dor:unit unit:percent ; dor:rateOf base:premises ; dor:status status:reported ; dor:period "2020" .
funding:f-{n} a dor:Funding ; dor:amount 5.4 ; dor:currency <http://example.org/EUR> ; dor:amountKind amount-kind:cost .
funding:one-{n} a dor:Funding ; dor:partOfFunding funding:f-{n} ; dor:amount 4.4 ; dor:amountKind amount-kind:grant ;
    dor:currency <http://example.org/EUR> .
funding:rest-{n} a dor:Funding ; dor:partOfFunding funding:f-{n} ; dor:amountKind amount-kind:grant .
"""
# Not the shared ones, of which there are as many as blocks: classes, indicators, status, units.


def blocks(count: int) -> list[Quad]:
    """Return ``count`` blocks of facts that share nothing but classes and codes, each stated by a passage."""
    found = []
    for number in range(count):
        passage = NamedNode(f"{BASE}evidence/made/{number}")
        found += [Quad(*triple, passage) for triple in turtle(BLOCK.replace("{n}", str(number)))]  # type: ignore[call-arg]
        found.append(Quad(passage, TYPE, dor("Evidence"), EVIDENCE))
    return found


def test_a_change_looks_at_as_much_in_a_graph_ten_times_as_large(ours: tuple[Rule, ...]) -> None:
    looked: list[list[int]] = []
    for count in (30, 300):
        made = blocks(count)
        dataset = anew(made, ours)
        (block,) = [made[: len(made) // count]]
        counted = Dataset(Store())
        looked.append([])
        for gone in [*([quad] for quad in block), block]:
            counted.store = store = Counted(dataset.store)  # type: ignore[assignment]
            following = Following(counted, ours)
            net = following.through(Change({}, dict.fromkeys(gone)))
            looked[-1].append(store.rows)
            assert gone[0] in net.removals
        more = [Quad(*quad.triple, AUTHORITY) for quad in block]  # type: ignore[call-arg]
        counted.store = store = Counted(dataset.store)  # type: ignore[assignment]
        Following(counted, ours).through(Change(dict.fromkeys(more)))
        looked[-1].append(store.rows)
    # The order in which the engine yields facts differs, and with it which of two look-ups ends first.
    assert all(abs(few - many) <= 3 + few / 20 for few, many in zip(*looked, strict=True)), looked
