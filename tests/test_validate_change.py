"""What shapes say after a change: beside asking everything anew, and how much is asked for it."""

import json
import random
from collections.abc import Callable, Iterable, Iterator

import pytest
from conftest import ROOT
from counted import Counted
from hypothesis import event, given, settings
from hypothesis import strategies as some
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple, parse

from dorsale.build import Sources, rules_of
from dorsale.build import shapes as shapes_of
from dorsale.errors import ShapeError
from dorsale.graph.derive import derive, follow
from dorsale.graph.store import Change, Dataset
from dorsale.graph.validate import Report, keep, recall, validate, validate_change
from dorsale.workspace import Workspace

EX = "https://example.org/"
HERE, THERE, APART = (NamedNode(f"{EX}graph/{name}") for name in ("here", "there", "ontology"))
HEAD = f"""@prefix ex: <{EX}> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def turtle(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(f"{HEAD}{text}".encode(), RdfFormat.TURTLE)]


def quads(text: str, graph: NamedNode = HERE) -> dict[Quad, None]:
    return {Quad(triple.subject, triple.predicate, triple.object, graph): None for triple in turtle(text)}


def holding(given: Iterable[Quad]) -> Dataset:
    dataset = Dataset(Store(), EX)
    dataset.commit(Change(dict.fromkeys(given)))
    return dataset


def changed(dataset: Dataset, change: Change, shapes: list[Triple], before: Report) -> Report:
    """Commit a change, and return the report after it, having seen that it is that of asking everything anew."""
    dataset.commit(change)
    after = validate_change(dataset, change, shapes, before)
    assert after == validate(dataset, shapes)
    return after


SHAPES = """
ex:Contract a sh:NodeShape ; sh:targetClass ex:Contract ; sh:property ex:grantor-actor, ex:about-text, ex:sequel ;
    sh:message "Le contrat porte sur {?value}."@fr, "The contract is about {?value}."@en .
ex:grantor-actor a sh:PropertyShape ; sh:path ex:grantor ; sh:minCount 1 ; sh:class ex:Actor ; sh:severity sh:Warning .
ex:about-text sh:path ex:about ; sh:datatype xsd:string .
ex:sequel sh:path ( [ sh:inversePath ex:of ] [ sh:zeroOrMorePath ex:next ] ) ; sh:maxCount 0 ; sh:severity sh:Info .
ex:Named sh:targetObjectsOf ex:about ; sh:nodeKind sh:IRI .
"""
FAULTY = """
ex:lotim a ex:Delegation ; ex:about "01.50"^^xsd:decimal, "réseau"@fr, _:b .
ex:Delegation rdfs:subClassOf ex:Contract .
ex:suite ex:of ex:lotim .
"""


def test_a_report_that_was_kept_is_the_same_report() -> None:
    report = validate(holding(quads(FAULTY)), turtle(SHAPES))
    assert len({result.severity for result in report.results}) == 3
    again = recall(json.loads(json.dumps(keep(report))))
    assert again == report
    assert [result.checks for result in again.results] == [result.checks for result in report.results]


@pytest.mark.parametrize("said", [{}, {"results": [[]], "focusNodes": 0, "shapes": 0}, {"results": 1}])
def test_what_is_no_report_is_not_recalled(said: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        recall(said)


def test_what_a_change_does_not_touch_is_as_it_was() -> None:
    shapes, dataset = turtle(SHAPES), holding(quads(FAULTY))
    before = recall(keep(validate(dataset, shapes)))
    after = changed(
        dataset, Change(quads("ex:other a ex:Contract ; ex:grantor ex:x . ex:x a ex:Actor .")), shapes, before
    )
    assert after.results == before.results
    assert (after.focus_nodes, after.visited) == (before.focus_nodes + 1, 1)


def test_a_number_that_comes_written_otherwise_is_the_one_that_the_store_keeps() -> None:
    """The view holds 12.5 whoever states 12.50: what came must be found there, and what went must not."""
    shapes = turtle("ex:S sh:targetSubjectsOf ex:p ; sh:property ex:P . ex:P sh:path ex:p ; sh:maxInclusive 10 .")
    dataset = holding([])
    before = validate(dataset, shapes)
    worse = changed(dataset, Change(quads("ex:x ex:p 12.50 .")), shapes, before)
    assert len(worse.results) == 1
    kept = dict.fromkeys(quad for quad in dataset.quads())
    assert changed(dataset, Change(removals=kept), shapes, worse) == before


def asking(select: str) -> str:
    """Return a shape that asks a query about ex:a."""
    return f'{PREFIX} ex:S sh:targetNode ex:a ; sh:sparql [ sh:prefixes ex:ns ; sh:select "{select}" ] .'


PREFIX = 'ex:ns sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/"^^xsd:anyURI ] .'
# For each way in which a fact can matter to a thing far from it: shapes, facts, and one fact that gives another report.
FAR = {
    "a class at the end of a path": (
        "ex:S sh:targetNode ex:a ; sh:property ex:P . ex:P sh:path ( ex:p ex:p ) ; sh:class ex:K .",
        "ex:a ex:p ex:b . ex:b ex:p ex:c . ex:c a ex:J .",
        "ex:J rdfs:subClassOf ex:K .",
    ),
    "a class above the one that a shape is about": (
        "ex:K a rdfs:Class, sh:NodeShape ; sh:nodeKind sh:Literal .",
        "ex:a a ex:I . ex:J rdfs:subClassOf ex:K .",
        "ex:I rdfs:subClassOf ex:J .",
    ),
    "a step of a path without end": (
        "ex:S sh:targetNode ex:a ; sh:property ex:P . ex:P sh:path [ sh:oneOrMorePath ex:p ] ; sh:maxCount 2 .",
        "ex:a ex:p ex:b . ex:b ex:p ex:c .",
        "ex:c ex:p ex:d .",
    ),
    "any property of a closed shape of a value": (
        "ex:S sh:targetNode ex:a ; sh:property ex:P . ex:P sh:path [ sh:inversePath ex:p ] ; sh:node ex:C ."
        " ex:C a sh:NodeShape ; sh:closed true ; sh:ignoredProperties ( ex:p ) .",
        "ex:b ex:p ex:a .",
        "ex:b ex:other 1 .",
    ),
    "what a value that is told apart has in common with another one": (
        "ex:S sh:targetNode ex:a ; sh:property ex:P, ex:Q ."
        " ex:P sh:path ex:p ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true ; sh:qualifiedValueShape"
        " [ sh:nodeKind sh:IRI ] ."
        " ex:Q sh:path ex:q ; sh:qualifiedMinCount 0 ; sh:qualifiedValueShapesDisjoint true ; sh:qualifiedValueShape"
        " [ sh:property [ sh:path ex:r ; sh:minCount 1 ] ] .",
        "ex:a ex:p ex:b .",
        "ex:b ex:r 1 .",
    ),
    "a number that another thing has too": (
        asking("SELECT $this { $this ex:number ?n . ?other ex:number ?n FILTER(?other != $this) }"),
        "ex:a ex:number 1 .",
        "ex:b ex:number 01 .",
    ),
    "a property that a query does not name, into a thing": (
        asking("SELECT $this { $this ^!ex:p ?any }"),
        "ex:b ex:p ex:a .",
        "ex:b ex:q ex:a .",
    ),
    "a fact that nothing leads to": (
        asking("SELECT $this { $this a ?kind FILTER NOT EXISTS { ?x ex:p ?y . ?y ex:q 1 } }"),
        "ex:a a ex:K . ex:b ex:p ex:c .",
        "ex:c ex:q 1 .",
    ),
    "that there is a thing at all": (
        asking("SELECT $this { $this a ?kind FILTER EXISTS { ?x ex:p* ?y FILTER(?y = 1) } }"),
        "ex:a a ex:K .",
        "ex:b ex:q 1 .",
    ),
    "the first of a list that everything is in": (
        asking("SELECT $this ?v { $this ex:p ?v { SELECT $this ?v { ?x ex:q ?v } ORDER BY DESC(?v) LIMIT 1 } }"),
        "ex:a ex:p 2 . ex:b ex:q 1 .",
        "ex:c ex:q 2 .",
    ),
    "in how many passages a fact stands": (
        asking(
            "SELECT $this { $this ex:p ?x . GRAPH ?g { $this ex:p ?x } GRAPH ?h { $this ex:p ?x } FILTER(?g != ?h) }"
        ),
        "ex:a ex:p ex:b .",
        "",
    ),
}


@pytest.mark.parametrize("name", FAR)
def test_what_matters_from_afar_is_seen(name: str) -> None:
    shapes, facts, fact = FAR[name]
    dataset, asked = holding(quads(facts)), turtle(shapes)
    before, there = validate(dataset, asked), set(dataset.quads())
    after = changed(dataset, Change(quads(fact) or quads(facts, THERE)), asked, before)
    assert after.results != before.results
    kept = dict.fromkeys(quad for quad in dataset.quads() if quad not in there)
    assert changed(dataset, Change(removals=kept), asked, after) == before


def test_what_nothing_leads_to_is_told_of() -> None:
    """A shape that had to be asked about everything is named, so that nobody wonders why it takes long."""
    shapes, facts, fact = FAR["that there is a thing at all"]
    dataset, asked = holding(quads(facts)), turtle(shapes)
    after = changed(dataset, Change(quads(fact)), asked, validate(dataset, asked))
    assert after.whole == (NamedNode(f"{EX}S"),)


# Everything that SHACL and SHACL-SPARQL have, over a handful of things: a draw puts some of it together.
THINGS, KINDS, PROPERTIES = [f"ex:n{n}" for n in range(8)], ["ex:A", "ex:B", "ex:C"], ["ex:p", "ex:q", "ex:r"]
LITERALS = ["1", "2", "03", "4.50", '"a"', '"bc"', '"Bonjour"@fr', '"salut"@fr', '"hello"@en', '"2005-02-30"^^xsd:date']
# How many changes are made one after the other.
STEPS = 5
# What a shape may say more than once, and what it may say of itself.
MANY = {"sh:class", "sh:property", "sh:node", "sh:not", "sh:and", "sh:or", "sh:xone", "sh:hasValue", "sh:sparql"}
MANY |= {"sh:equals", "sh:disjoint", "sh:lessThan", "sh:lessThanOrEquals"}
SAYING = ['sh:message "Non."@fr, "No."@en', "sh:severity sh:Warning", "sh:deactivated true"]
QUERIES = [
    "SELECT $this ?value { $this ex:p ?value . ?value ex:q $this }",
    "SELECT $this { $this ex:p ?x . ?other ex:p ?x FILTER(?other != $this) }",
    "SELECT $this ?value { $this ex:p/ex:q* ?value FILTER NOT EXISTS { ?value ex:r ?z } }",
    "SELECT $this { $this a ex:A FILTER NOT EXISTS { $this ex:p ?x . ?x ex:q/^ex:r ?y FILTER(?y != $this) } }",
    "SELECT $this { FILTER NOT EXISTS { $this ex:p ?x } }",
    "SELECT $this { $this ex:p ?z FILTER EXISTS { ?x ex:q ?y . ?y ex:r ?w } }",
    "SELECT $this ?value { $this ?any ?value FILTER(isLiteral(?value)) }",
    "SELECT $this { $this ex:p ?x OPTIONAL { ?x ex:q ?y OPTIONAL { ?y ex:r ?z } } FILTER(!BOUND(?z)) }",
    "SELECT $this { { $this ex:p ?x } UNION { ?x ex:q $this } ?x ex:r ?z }",
    "SELECT $this ?value { $this (ex:p|^ex:q)+ ?value . ?value a/rdfs:subClassOf* ex:B }",
    "SELECT $this (COUNT(?x) AS ?value) { $this ex:p ?x } GROUP BY $this HAVING (COUNT(?x) > 1)",
    "SELECT $this ?n { $this ex:p ?v { SELECT $this (COUNT(?y) AS ?n) { $this ex:q/ex:r ?y } GROUP BY $this } }",
    "SELECT $this ?most { $this ex:p ?most { SELECT $this ?most { ?x ex:q ?most } ORDER BY DESC(?most) LIMIT 1 } }",
    "SELECT $this { $this ^ex:p ?x . ?x !(ex:q|rdf:type) ?y }",
    "SELECT $this ?value { $this ex:p ?v BIND(?v + 1 AS ?value) FILTER(?value > 2) }",
    "SELECT $this { GRAPH ?g { $this ex:p ?x } }",
    "SELECT $this { $this ex:p 3 ; ex:q ?x . FILTER(?x = 4.5 || EXISTS { ?x ex:r 1 }) }",
    "SELECT $this { $this ex:p ?z FILTER EXISTS { ?x ex:q* ?y FILTER NOT EXISTS { ?x ex:r ?y . ?y a ex:A } } }",
    "SELECT $this ?value { ?value ex:p? $this FILTER NOT EXISTS { ?value a ?kind . ?kind rdfs:subClassOf ex:C } }",
]
ALONG = [*QUERIES, "SELECT $this ?value { $this $PATH ?value . ?value ex:q $this }"]
COMPONENTS = (
    PREFIX
    + """
ex:Most a sh:ConstraintComponent ; sh:parameter [ sh:path ex:most ] ; sh:validator [ a sh:SPARQLAskValidator ;
    sh:prefixes ex:ns ; sh:ask "ASK { FILTER($value <= $most || EXISTS { $value ex:q ?x . ?x ex:r $value }) }" ] .
ex:Linked a sh:ConstraintComponent ; sh:parameter [ sh:path ex:linked ] ;
    sh:nodeValidator [ a sh:SPARQLSelectValidator ; sh:prefixes ex:ns ; sh:message "{$linked}" ;
        sh:select "SELECT $this ?value { $this $linked ?value . ?value ex:p ?x }" ] ;
    sh:propertyValidator [ a sh:SPARQLSelectValidator ; sh:prefixes ex:ns ;
        sh:select "SELECT $this ?value { $this $PATH ?value FILTER NOT EXISTS { ?value $linked ?x } }" ] .
"""
)


class Drawn:
    """Shapes and facts as chance draws them."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def one(self, *of: str) -> str:
        return self.chance.choice(of)

    def some(self, least: int, most: int, draw: Callable[[], str]) -> list[str]:
        return list(dict.fromkeys(draw() for _ in range(self.chance.randint(least, most))))

    def listed(self, least: int, most: int, draw: Callable[[], str]) -> str:
        return f"( {' '.join(self.some(least, most, draw))} )"

    def property(self) -> str:
        return self.one(*PROPERTIES)

    def value(self) -> str:
        return self.one(self.one(*THINGS), self.one(*THINGS, *LITERALS))

    def path(self, depth: int = 2) -> str:
        plain = self.one(*PROPERTIES, *PROPERTIES, "rdf:type", "rdfs:subClassOf")
        if not depth or self.chance.random() < 0.5:
            return plain
        sign = self.one("inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath", "alternativePath", "")
        if sign.endswith("OrMorePath") or sign in ("inversePath", "zeroOrOnePath"):
            return f"[ sh:{sign} {self.path(depth - 1)} ]"
        several = f"( {self.path(depth - 1)} {self.listed(1, 2, lambda: self.path(depth - 1))[1:]}"
        return f"[ sh:{sign} {several} ]" if sign else several

    def asked(self, property: bool, depth: int, named: list[str]) -> str:
        """Return one thing that a shape may ask: of its values, of a query, of other shapes."""
        number, relation = self.chance.randint(0, 4), self.property()
        plain = [
            lambda: f"sh:class {self.one(*KINDS)}",
            lambda: f"sh:datatype {self.one('xsd:string', 'xsd:integer', 'xsd:date', 'rdf:langString')}",
            lambda: f"sh:nodeKind sh:{self.one('IRI', 'Literal', 'BlankNodeOrIRI', 'BlankNode')}",
            lambda: f"sh:{self.one('min', 'max')}{self.one('In', 'Ex')}clusive {number}",
            lambda: f"sh:{self.one('min', 'max')}Length {number}",
            lambda: self.one('sh:pattern "n[12]|a"', 'sh:pattern "^B" ; sh:flags "i"', 'sh:languageIn ( "fr" "de" )'),
            lambda: f"sh:{self.one('equals', 'disjoint')} {relation}",
            lambda: f"sh:hasValue {self.value()}",
            lambda: f"sh:in {self.listed(1, 4, self.value)}",
            lambda: f"sh:closed true ; sh:ignoredProperties {self.listed(0, 2, lambda: self.path(0))}",
            lambda: f"ex:most {number}",
            lambda: f"ex:linked {relation}",
        ]
        along = [
            lambda: f"sh:{self.one('min', 'max')}Count {number}",
            lambda: "sh:uniqueLang true",
            lambda: f"sh:{self.one('lessThan', 'lessThanOrEquals')} {relation}",
        ]
        inner = [
            lambda: f"sh:property {self.along(depth - 1, [])}",
            lambda: f"sh:node {self.one(f'[ {self.body(False, depth - 1, named)} ]', *named)}",
            lambda: f"sh:not {self.shape(depth - 1, named)}",
            lambda: f"sh:{self.one('and', 'or', 'xone')} {self.listed(1, 3, lambda: self.shape(depth - 1, named))}",
            lambda: f"sh:property {self.apart(depth, named)} , {self.apart(depth, named)}",
        ]
        if property:
            inner.append(
                lambda: f"sh:qualifiedValueShape {self.shape(depth - 1, named)} ; sh:qualifiedMinCount {number}"
            )
        kinds: list[list[Callable[[], str]]] = [
            plain,
            [lambda: self.query(property)],
            *([along] if property else []),
            *([inner] * 2 if depth else []),
        ]
        return self.chance.choice(self.chance.choice(kinds))()

    def query(self, property: bool) -> str:
        text = self.one(*QUERIES, *(ALONG if property else ()))
        return f'sh:sparql [ sh:prefixes ex:ns ; sh:select """{text}""" ]'

    def apart(self, depth: int, named: list[str]) -> str:
        """Return a shape of a property with values that are told apart from those of others."""
        return (
            f"[ sh:path {self.property()} ; sh:qualifiedValueShape {self.shape(depth - 1, named)} ;"
            " sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1 ; sh:qualifiedValueShapesDisjoint true ]"
        )

    def body(self, property: bool, depth: int, named: list[str]) -> str:
        """Return what a shape asks, and nothing twice that it may ask once."""
        said: dict[str, str] = {}
        for one in self.some(1, 2, lambda: self.asked(property, depth, named)):
            kind = one.split()[0]
            said.setdefault(kind if kind not in MANY else one, one)
        return " ; ".join([*said.values(), *self.some(0, 1, lambda: self.one(*SAYING))])

    def along(self, depth: int, named: list[str]) -> str:
        return f"[ sh:path {self.path()} ; {self.body(True, depth, named)} ]"

    def shape(self, depth: int, named: list[str]) -> str:
        """Return a shape in another one, or the name of one that is there."""
        return self.one(f"[ {self.body(False, depth, named)} ]", self.along(depth, named), *named)

    def target(self) -> str:
        relation = self.one(*PROPERTIES, "rdf:type")
        return self.one(
            f"sh:targetClass {self.one(*KINDS)}",
            f"sh:targetNode {self.value()}",
            f"sh:targetSubjectsOf {relation}",
            f"sh:targetObjectsOf {relation}",
            "a rdfs:Class",
        )

    def shapes(self) -> str:
        """Return a graph of shapes, each of which may ask those before it."""
        text, named = COMPONENTS, list[str]()
        for name in [*KINDS, "ex:S"][: self.chance.randint(1, 2)]:
            property = self.chance.random() < 0.5
            said = [f"sh:path {self.path()}" if property else "a sh:NodeShape", *self.some(0, 2, self.target)]
            text += f"{name} {' ; '.join(said)} ; {self.body(property, self.chance.randint(0, 2), named)} .\n"
            named.append(name)
        return text

    def fact(self) -> str:
        if self.chance.random() < 0.7:
            return f"{self.one(*THINGS)} {self.property()} {self.value()} ."
        if self.chance.random() < 0.7:
            return f"{self.one(*THINGS)} a {self.one(*KINDS)} ."
        return f"{self.one(*KINDS)} rdfs:subClassOf {self.one(*KINDS)} ."

    def stated(self, least: int, most: int) -> dict[Quad, None]:
        """Return facts, in graphs that the view sees and in one that stands apart."""
        drawn = [
            quads(fact, self.chance.choice([HERE, HERE, THERE, APART])) for fact in self.some(least, most, self.fact)
        ]
        return {quad: None for some in drawn for quad in some}


def tried(seed: int) -> Iterator[str]:
    """Make the changes of a draw one after the other; yield what was to be seen at each."""
    drawn = Drawn(seed)
    asked = turtle(drawn.shapes())
    dataset = holding(drawn.stated(10, 25))
    try:
        report = validate(dataset, asked)
        for _ in range(STEPS):
            held = sorted(dataset.quads(), key=str)
            going = drawn.chance.sample(held, min(len(held), drawn.chance.randint(0, 2)))
            coming = [quad for quad in drawn.stated(0, 2) if quad not in dataset.store]
            change = Change(dict.fromkeys(coming), dict.fromkeys(going))
            before, report = report, changed(dataset, change, asked, recall(keep(report)))
            seen = "some" if report.visited < report.focus_nodes else "all"
            same = "same" if report.results == before.results else "other"
            yield f"{same} results, visited {seen}, {'with' if report.whole else 'without'} whole shapes"
    except ShapeError as error:
        with pytest.raises(ShapeError):
            validate(dataset, asked)
        yield str(error.reason)


@given(some.integers(0, 2**64))
@settings(max_examples=200, deadline=None)
def test_the_report_after_a_change_is_that_of_asking_everything_anew(seed: int) -> None:
    """Facts, shapes of all that SHACL and SHACL-SPARQL have, and changes of both kinds, as a seed draws them."""
    for seen in tried(seed):
        event(seen)


def test_each_real_fact_may_go_and_come_back(sources: Sources) -> None:
    """The report is that of asking everything anew, for single facts of many kinds and for many facts at once."""
    workspace = Workspace.open(ROOT)
    ours, asked = rules_of(workspace, sources.terms), shapes_of(workspace)
    stated = sources.change(workspace.base)
    dataset = Dataset(Store(), workspace.base)
    dataset.commit(stated)
    dataset.commit(derive(dataset, ours))
    whole = validate(dataset, asked)
    chance = random.Random(6)
    seen = [quad for quad in stated.additions if quad.graph_name not in dataset.apart]
    facts = [quad for quad in sorted(seen, key=str) if not quad.graph_name.value.endswith("/codes")]  # type: ignore[union-attr]
    chance.shuffle(facts)
    kinds = list({quad.predicate: quad for quad in facts}.values())
    for gone in [*([quad] for quad in chance.sample(kinds, k=6)), *(facts[:count] for count in (10, 100))]:
        less = follow(dataset, Change(removals=dict.fromkeys(gone)), ours)
        report = validate_change(dataset, less, asked, whole)
        assert report == validate(dataset, asked), gone
        again = follow(dataset, Change(dict.fromkeys(gone)), ours)
        assert validate_change(dataset, again, asked, report) == whole, gone


# How much is looked at


BLOCK = """
ex:contract-{n} a ex:Concession ; ex:grantor ex:council-{n} ; ex:number {n} ; ex:about "réseau"@fr ;
    ex:next ex:contract-{n}-2 .
ex:contract-{n}-2 a ex:Contract ; ex:grantor ex:council-{n} ; ex:number -{n} ; ex:part ex:lot-{n} .
ex:council-{n} a ex:Actor ; ex:part ex:office-{n} .
"""
READING = (
    PREFIX
    + """
ex:Contract a rdfs:Class, sh:NodeShape ; sh:property ex:grantor-actor, ex:sequel, ex:lots ; sh:sparql ex:one-number ;
    sh:not [ sh:path [ sh:inversePath ex:part ] ; sh:minCount 1 ] .
ex:grantor-actor sh:path ex:grantor ; sh:minCount 1 ; sh:class ex:Actor ; sh:node ex:Council .
ex:Council a sh:NodeShape ; sh:closed true ; sh:ignoredProperties ( rdf:type ex:part ) .
ex:sequel sh:path [ sh:zeroOrMorePath ex:next ] ; sh:maxCount 3 .
ex:lots sh:path ( ex:next ex:part ) ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMaxCount 1 .
ex:one-number sh:prefixes ex:ns ; sh:select "SELECT $this ?other {
    $this ex:number ?n . ?other ex:number ?n FILTER(?other != $this) }" .
ex:Said sh:targetObjectsOf ex:about ; sh:languageIn ( "fr" ) .
""".replace("\n    $this", " $this")
)


def test_a_change_looks_at_as_much_in_a_graph_ten_times_as_large() -> None:
    asked, looked = turtle(READING), list[list[tuple[int, int]]]()
    block = quads(BLOCK.replace("{n}", "7"))
    for count in (900, 9000):
        dataset = holding(quads("ex:Concession rdfs:subClassOf ex:Contract ."))
        for n in range(1, count + 1):
            dataset.commit(Change(quads(BLOCK.replace("{n}", str(n)))))
        conforming = Report(focus_nodes=2 * count + 1, shapes=7)
        assert count > 900 or validate(dataset, asked) == conforming
        looked.append([])
        for gone in [*({quad: None} for quad in block), block]:
            dataset.commit(Change(removals=gone))
            counted = Dataset(dataset.store, EX)
            counted.store = store = Counted(dataset.store)  # type: ignore[assignment]
            report = validate_change(counted, Change(removals=gone), asked, conforming)
            looked[-1].append((report.visited, store.rows))
            dataset.commit(Change(gone))
    assert looked[0] == looked[1]
    assert max(visited for visited, _ in looked[0]) == 2
