"""Rules as files and as axioms: what is refused and where, what each concludes, and from what."""

import random
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple, parse

from dorsale import build
from dorsale.errors import Place, QueryHeader, RuleError
from dorsale.graph.derive import Rule, derive, rules
from dorsale.graph.store import Change, Dataset
from dorsale.names import prefixes, public, shorten
from dorsale.statements import in_graph
from dorsale.terms import Terms
from dorsale.workspace import Workspace

ROOT = Path(__file__).parents[1]
FOLDER, SHOWN = ROOT / "ontology" / "rules", Path("ontology/rules")
TERMS = Terms.read(Workspace.open(ROOT))
AXIOMS = (*TERMS.axioms, *TERMS.concepts)
RULES = rules(FOLDER, SHOWN, AXIOMS)
FILES = [rule for rule in RULES if rule.place.file.suffix == ".rq"]
NAMED = {rule.name: rule for rule in RULES}
PREFIXES = prefixes()
HEAD = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())
STATED = NamedNode("https://w3id.org/dorsale/id/evidence/x/0-1")
HEADER = '#+ title: {fr: "Essai", en: "Trial"}\n#+ stratum: 1\n'
DOR = "PREFIX dor: <https://w3id.org/dorsale/ontology#>\n"
OWL = "@prefix : <https://w3id.org/dorsale/ontology#> .\n"


def turtle(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(input=HEAD + text, format=RdfFormat.TURTLE)]


def facts(text: str) -> Dataset:
    """Return a dataset whose one passage states these facts."""
    dataset = Dataset(Store())
    dataset.commit(Change(dict.fromkeys(in_graph(triple, STATED) for triple in turtle(text))))
    return dataset


def derived(text: str, among: Iterable[Rule] = RULES) -> set[Triple]:
    return {quad.triple for quad in derive(facts(text), among).additions}


def short(term: object) -> str:
    return shorten(term.value, PREFIXES) if isinstance(term, NamedNode) else getattr(term, "value", str(term))


def said(triples: Iterable[Triple], *properties: str) -> set[tuple[str, str, str]]:
    """Return the triples of some properties in short."""
    found = {(short(t.subject), short(t.predicate), short(t.object)) for t in triples}
    return {triple for triple in found if triple[1] in properties}


def refused(text: str, tmp_path: Path, axioms: Iterable[Triple] = AXIOMS) -> RuleError:
    (tmp_path / "trial.rq").write_text(text, "utf-8")
    with pytest.raises(RuleError) as error:
        rules(tmp_path, SHOWN, axioms)
    return error.value


# What a file must be


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("CONSTRUCT { ?a dor:owner ?b } WHERE { ?a dor:owner ?b }", 1, "#+ title"),
        ('#+ title: {fr: "a", en: "b"}\n', 1, "#+ stratum"),
        ('#+ title: {fr: "a"}\n#+ stratum: 1\n', 1, "#+ title"),
        ('#+ title: {fr: "a", fr: "b"}\n#+ stratum: 1\n', 1, "#+ title"),
        ('#+ title: {fr: "a", en: "b"}\n#+ stratum: high\n', 2, "« high »"),
        ('#+ title: {fr: "a", en: "b"}\n#+ stratum: -1\n', 2, "« -1 »"),
        ('#+ title: {fr: "a", en: "b"}\n#+ stratum: true\n', 2, "« True »"),
        ('#+ title: {fr: "a", en: "b"}\n#+ strata: 1\n', 2, "« strata »"),
        ('#+ title: {fr: "a", en: "b"}\n#+ stratum: 1\n#+ stratum: 2\n', 3, "« stratum »"),
    ],
)
def test_a_wrong_header_is_refused_with_its_line(text: str, line: int, reason: str, tmp_path: Path) -> None:
    (tmp_path / "trial.rq").write_text(text, "utf-8")
    with pytest.raises(QueryHeader) as error:
        rules(tmp_path, SHOWN, AXIOMS)
    assert error.value.place == Place(SHOWN / "trial.rq", line)
    assert reason in error.value.reason


@pytest.mark.parametrize(
    ("body", "line", "reason"),
    [
        ("CONSTRUCT { ?a dor:owner ?b } WHERE {\n ?a dor:owner }", 5, "« } »"),
        ("SELECT ?a WHERE { ?a dor:owner ?b }", None, "CONSTRUCT"),
        ("CONSTRUCT WHERE { ?a dor:owner ?b }", 4, "« WHERE »"),
        ("CONSTRUCT { ?a dor:owner [] } WHERE { ?a dor:owner ?b }", 4, "blank node"),
        ("CONSTRUCT { ?a dor:owner _:b } WHERE { ?a dor:owner ?b }", 4, "blank node"),
        ("CONSTRUCT { ?a dor:owner ?b } WHERE {\n ?a dor:owner [ a dor:Actor ] }", 5, "blank node"),
        ("CONSTRUCT { ?a dor:owner ?c } WHERE { ?a dor:operator ?b }", 4, "?c stands nowhere"),
        ("CONSTRUCT { ?a dor:owner ?b } WHERE {\n { ?a dor:owner ?b } UNION { ?a dor:operator ?b } }", 5, "UNION"),
        ("CONSTRUCT { ?a dor:owner ?b } WHERE {\n BIND(UUID() AS ?b) ?a dor:owner ?x }", 5, "UUID"),
        ("CONSTRUCT { ?a dor:owner ?b } WHERE {\n ?a dor:operator ?x BIND(NOW() AS ?b) }", 5, "NOW"),
        ("CONSTRUCT { ?a dor:owner ?b } WHERE { ?a dor:operator ?b } LIMIT 1", 4, "« LIMIT »"),
        ("CONSTRUCT { ?a dor:owner ?b }\nFROM <urn:g>\nWHERE { ?a dor:operator ?b }", 5, "FROM"),
        (
            "CONSTRUCT { ?a dor:ownar ?b } WHERE { ?a dor:operator ?b }",
            4,
            "dor:ownar: no ontology file declares it; nearest: dor:owner",
        ),
        (
            "CONSTRUCT { ?a dor:owner ?b }\nWHERE { ?a dor:operatr ?b }",
            5,
            "dor:operatr: no ontology file declares it; nearest: dor:operator",
        ),
        ("CONSTRUCT { ?a a dor:Ownr }\nWHERE { ?a dor:operator ?b }", 4, "dor:Ownr"),
        (
            "CONSTRUCT { ?a dor:unit <https://w3id.org/dorsale/code/unit/ell> } WHERE { ?a dor:value ?b }",
            4,
            "unit:ell",
        ),
    ],
)
def test_what_is_no_rule_is_refused_with_its_line(body: str, line: int | None, reason: str, tmp_path: Path) -> None:
    error = refused(HEADER + DOR + body, tmp_path)
    assert (error.place.file, error.place.line) == (SHOWN / "trial.rq", line)
    assert reason in error.reason


def test_a_rule_that_does_not_parse_is_told_with_line_and_column(tmp_path: Path) -> None:
    text = HEADER + DOR + "CONSTRUCT { ?a dor:owner ?b } WHERE {\n ?a dor:owner }"
    place = refused(text, tmp_path).place
    assert (place.line, place.column) == (5, text.splitlines()[4].index("}") + 1)
    text = HEADER + DOR + "CONSTRUCT { ?a dor:owner ?b }\nWHERE { ?a dor:owner ?b . ?a dor:operatr ?b }"
    place = refused(text, tmp_path).place
    assert (place.line, place.column) == (5, text.splitlines()[4].index("?a dor:operatr") + 1)


COUNT = "{ SELECT ?a (COUNT(?x) AS ?b) WHERE { ?a dor:groupSize ?x } GROUP BY ?a }"
MADE = "?a dor:groupSize ?n BIND(IRI(CONCAT(STR(?a), '-')) AS ?b)"


@pytest.mark.parametrize(
    ("head", "body", "through"),
    [
        ("?a dor:groupSize ?b", COUNT, "dor:groupSize"),
        # A thing made of a thing of its own kind, for ever.
        ("?b dor:groupSize 1", MADE, "dor:groupSize"),
        ("?a dor:owner ?b", "?a dor:operator ?b FILTER NOT EXISTS { ?a dor:owner ?b }", "dor:owner"),
        ("?a dor:owner ?b", "?a dor:operator ?b FILTER(?a != ?b && !EXISTS { ?a dor:owner ?b })", "dor:owner"),
        ("?a dor:owner ?b", "?a dor:operator ?b MINUS { ?a dor:owner ?c }", "dor:owner"),
        ("?a dor:owner ?b", "?a dor:operator ?b OPTIONAL { ?c dor:owner ?b }", "dor:owner"),
        ("?a dor:owner ?b", "?a dor:operator ?b FILTER NOT EXISTS { ?a dor:operator/dor:owner ?b }", "dor:owner"),
        ("?a dor:owner ?b", "?a dor:operator ?b FILTER NOT EXISTS { ?b ?p ?a }", "?"),
        # Not by itself: the axioms make an owner someone involved, and a network owner.
        ("?a dor:owner ?b", "?a dor:operator ?b FILTER NOT EXISTS { ?a dor:involves ?b }", "dor:involves"),
        ("?a dor:owner ?b", "?a dor:operator ?b FILTER NOT EXISTS { ?b a dor:NetworkOwner }", "dor:NetworkOwner"),
    ],
)
def test_a_rule_that_feeds_itself_is_refused(head: str, body: str, through: str, tmp_path: Path) -> None:
    error = refused(f"{HEADER}{DOR}CONSTRUCT {{ {head} }} WHERE {{ {body} }}", tmp_path)
    assert error.place.file == SHOWN / "trial.rq"
    assert f"from {through}, which follows from trial" in error.reason


def test_a_rule_that_counts_stands_above_what_it_counts(tmp_path: Path) -> None:
    (tmp_path / "owner.rq").write_text(
        HEADER + DOR + "CONSTRUCT { ?a dor:owner ?b } WHERE { ?a dor:operator ?b }", "utf-8"
    )
    counted = "{ SELECT ?a (COUNT(?b) AS ?n) WHERE { ?a dor:owner ?b } GROUP BY ?a }"
    count = f"CONSTRUCT {{ ?a dor:groupSize ?n }} WHERE {{ {counted} }}"
    error = refused(HEADER + DOR + count, tmp_path)
    assert "from dor:owner, which follows from owner" in error.reason
    (tmp_path / "trial.rq").write_text(HEADER.replace("1", "2") + DOR + count, "utf-8")
    assert [rule.name for rule in rules(tmp_path, SHOWN, AXIOMS)][-2:] == ["owner", "trial"]


def test_figures_of_classes_that_exclude_each_other_do_not_feed_each_other(tmp_path: Path) -> None:
    body = (
        "CONSTRUCT { ?b a dor:ComputedObservation ; dor:value ?n } "
        "WHERE { ?a a dor:Observation ; dor:value ?n BIND(IRI(CONCAT(STR(?a), '-')) AS ?b) }"
    )
    (tmp_path / "trial.rq").write_text(HEADER + DOR + body, "utf-8")
    assert rules(tmp_path, SHOWN, AXIOMS)
    error = refused(HEADER + DOR + body.replace("?a a dor:Observation ;", "?a"), tmp_path)
    assert "from dor:value, which follows from trial" in error.reason


def test_a_rule_is_told_by_what_it_is() -> None:
    rule = Rule.open(FOLDER / "computed-ends-on.rq", SHOWN / "computed-ends-on.rq")
    assert (rule.name, rule.stratum, rule.place) == ("computed-ends-on", 1, Place(SHOWN / "computed-ends-on.rq"))
    assert set(rule.title) == {"fr", "en"}
    assert rule == NAMED["computed-ends-on"]
    assert len({*RULES, rule}) == len(RULES)


def test_rules_have_one_name_each_two_titles_and_their_order() -> None:
    assert len(NAMED) == len(RULES)
    assert [(rule.stratum, rule.name) for rule in RULES] == sorted((rule.stratum, rule.name) for rule in RULES)
    for rule in RULES:
        assert set(rule.title) == {"fr", "en"}
        assert all(rule.title.values())


@pytest.mark.parametrize("rules_of", [lambda: RULES, lambda: build.rules_of(Workspace.open(ROOT), TERMS)])
def test_no_title_of_a_rule_shows_an_address(rules_of: Callable[[], Iterable[Rule]]) -> None:
    """Alignments name classes of vocabularies that no file of ours labels."""
    titles = [title for rule in rules_of() for title in rule.title.values()]
    assert len(titles) > 100
    for title in titles:
        assert not re.search(r"[<>]|//|\b\w+:\w|#", title), title


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_runs_without_dorsale(rule: Rule) -> None:
    Store().query(rule.construct)


# The axioms


def test_axioms_are_read_as_rules() -> None:
    assert {
        "subClassOf(Department)", "subPropertyOf(operator)", "domain(grantor)", "range(owner)", "inverseOf(memberOf)",
        "inverseOf(hasMember)", "symmetric(partnerOf)", "transitive(partOfGroup)", "equivalentClass(Delegatee)",
        "chain(operatorGroup)", "chain(entrustedTo)",
    } <= NAMED.keys()  # fmt: skip
    assert NAMED["subPropertyOf(operator)"].title == {
        "fr": "« exploitant » implique « fait intervenir »",
        "en": '"operator" implies "involves"',
    }
    assert NAMED["subPropertyOf(operator)"].place == Place(Path("ontology"))


def test_two_supers_are_both_concluded() -> None:
    found = derived("actor:a dor:subsidiaryOf actor:b .")
    for name in ("dor:subsidiaryOf", "dor:partOfGroup", "org:subOrganizationOf", "org:transitiveSubOrganizationOf"):
        assert ("actor:a", name, "actor:b") in said(found, name) or name == "dor:subsidiaryOf"


@pytest.mark.parametrize(
    ("axiom", "named"),
    [
        (":p a owl:FunctionalProperty .", "owl:FunctionalProperty"),
        (":C owl:equivalentClass [ owl:onProperty :p ; owl:hasValue :x ] .", "owl:hasValue"),
        (":C rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom :D ] .", "owl:allValuesFrom"),
        (":C owl:equivalentClass [ owl:unionOf ( :D :E ) ] .", "owl:equivalentClass of dor:C"),
        (":C rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :D ] .", "rdfs:subClassOf of dor:C"),
        (":p rdfs:subPropertyOf [ owl:inverseOf :q ] .", "rdfs:subPropertyOf of dor:p"),
        (":p rdfs:range [ owl:unionOf ( :D :E ) ] .", "rdfs:range of dor:p"),
    ],
)
def test_an_axiom_that_no_rule_stands_for_is_refused(axiom: str, named: str, tmp_path: Path) -> None:
    """A reasoner of the field leaves property chains out without a word."""
    with pytest.raises(RuleError) as error:
        rules(tmp_path, SHOWN, turtle(OWL + axiom))
    assert named in error.value.reason
    assert error.value.place == Place(Path("ontology"))


def test_equivalent_classes_and_chains_with_inverses_are_read(tmp_path: Path) -> None:
    found = rules(
        tmp_path,
        SHOWN,
        turtle(
            OWL + ":C owl:equivalentClass :D . :E owl:equivalentClass [ owl:intersectionOf ( :C [ owl:onProperty :p ;"
            " owl:someValuesFrom owl:Thing ] ) ] . :u owl:propertyChainAxiom ( [ owl:inverseOf :p ] :q :r ) ."
        ),
    )
    text = "actor:a a dor:D ; dor:p actor:b ; dor:q actor:c . actor:c dor:r actor:d ."
    assert said(derived(text, found), "rdf:type", "dor:u") == {
        ("actor:a", "rdf:type", "dor:C"),
        ("actor:a", "rdf:type", "dor:E"),
        ("actor:b", "dor:u", "actor:d"),
    }


# What each rule concludes


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2016-01-01^date", "P15Y", "2030-12-31^date"),
        ("2016-03-15^date", "P15Y", "2031-03-14^date"),
        ("2016-03-01^date", "P1Y", "2017-02-28^date"),
        ("2015-03-01^date", "P1Y", "2016-02-29^date"),
        ("2016-02-29^date", "P1Y", "2017-02-27^date"),
        ("2016-01-31^date", "P1M", "2016-02-28^date"),
        ("2016-12-01^date", "P1M", "2016-12-31^date"),
        ("2016-11-15^date", "P18M", "2018-05-14^date"),
        ("2016-11-15^date", "P1Y6M", "2018-05-14^date"),
        ("1999-03-01^date", "P1Y", "2000-02-29^date"),
        ("1899-03-01^date", "P1Y", "1900-02-28^date"),
        ("2016-01^gYearMonth", "P15Y", "2031-01^gYearMonth"),
        ("2016-06^gYearMonth", "P6M", "2016-12^gYearMonth"),
        ("2016-12^gYearMonth", "P1Y2M", "2018-02^gYearMonth"),
        ("2016^gYear", "P15Y", "2031^gYear"),
        ("2016^gYear", "P6M", None),
        ("--01-31^gMonthDay", "P1Y", None),
        ("2016-01-01^date", "P10D", None),
        ("2016-01-01^date", "P1YT1H", None),
    ],
)
def test_a_computed_end_is_the_day_before_start_plus_duration(start: str, duration: str, end: str | None) -> None:
    (day, kind) = start.split("^")
    found = derived(
        f'contract:c a dor:Contract ; dor:startsOn "{day}"^^xsd:{kind} ; dor:duration "{duration}"^^xsd:duration .'
    )
    ends = {t.object for t in found if short(t.predicate) == "dor:computedEndsOn"}
    if end is None:
        assert ends == set()
    else:
        value, kind = end.split("^")
        assert ends == {Literal(value, datatype=public(f"xsd:{kind}"))}


def test_an_end_that_is_stated_is_not_computed() -> None:
    text = 'contract:c a dor:Contract ; dor:startsOn "2016"^^xsd:gYear ; dor:duration "P15Y"^^xsd:duration .'
    assert said(derived(text), "dor:computedEndsOn")
    text += 'contract:c dor:endsOn "2031"^^xsd:gYear .'
    assert not said(derived(text), "dor:computedEndsOn")


CONTRACT = """
contract:c a dor:Contract ; dor:concerns network:n ; dor:delegatee actor:lotim ; dor:ongoingMission mission:operation .
network:n a dor:Network .
actor:lotim a dor:Company ; dor:subsidiaryOf actor:axione .
actor:axione dor:subsidiaryOf actor:bouygues .
"""


def test_who_a_network_is_entrusted_to_runs_it_and_the_groups_above() -> None:
    found = derived(CONTRACT)
    assert said(found, "dor:operator", "dor:entrustedTo", "dor:operatorGroup") == {
        ("network:n", "dor:operator", "actor:lotim"),
        ("network:n", "dor:entrustedTo", "actor:lotim"),
        ("network:n", "dor:operatorGroup", "actor:axione"),
        ("network:n", "dor:operatorGroup", "actor:bouygues"),
    }
    assert ("actor:lotim", "dor:partOfGroup", "actor:bouygues") in said(found, "dor:partOfGroup")
    roles = {
        (who, role) for who, _, role in said(found, "rdf:type") if role in ("dor:NetworkOperator", "dor:Delegatee")
    }
    assert roles == {("actor:lotim", "dor:NetworkOperator"), ("actor:lotim", "dor:Delegatee")}


@pytest.mark.parametrize(
    "more",
    [
        "contract:c dor:completedMission mission:operation .",
        'contract:c dor:terminatedOn "2010"^^xsd:gYear .',
        "contract:c dor:status status:planned .",
    ],
)
def test_a_contract_that_is_over_or_not_yet_made_makes_no_operator(more: str) -> None:
    assert not said(derived(CONTRACT + more), "dor:operator")


def test_who_builds_a_network_is_no_operator() -> None:
    assert not said(derived(CONTRACT.replace("mission:operation", "mission:construction")), "dor:operator")


def figure(name: str, indicator: str, value: str, *more: str, **other: str | None) -> str:
    """Return a figure as Turtle; what is ``other`` is as given, and left out where it is nothing."""
    parts = {
        "about": "departement:48",
        "unit": "unit:number",
        "status": "status:reported",
        "technology": "technology:ftth",
        "period": '"2021-01/2021-03"',
        **other,
    }
    said = [f"dor:{key} {value}" for key, value in parts.items() if value is not None]
    said += [f"dor:indicator indicator:{indicator}", f"dor:value {value}", *more]
    return f"observation:{name} a dor:Observation ; {' ; '.join(said)} .\n"


def pair(*more: str, counted: str = "28400", total: str = "70000", **other: str | None) -> str:
    """Return two figures that make a rate; the part has what is ``more`` or ``other``."""
    part = figure("part", "premises-connectable", counted, *more, **other)
    return part + figure("whole", "premises-planned", total)


def reported(value: str, status: str = "status:reported") -> str:
    """Return the rate that the text states itself."""
    return figure("rate", "coverage-rate", value, "dor:rateOf base:premises", unit="unit:percent", status=status)


RATE = "observation:part-over-whole"


def values(found: Iterable[Triple]) -> dict[str, str]:
    return {subject: value for subject, _, value in said(found, "dor:value")}


def test_a_rate_of_two_figures_of_one_thing_is_computed_and_compared() -> None:
    found = derived(pair() + reported("41"))
    assert values(found) == {RATE: "40.57", "observation:whole-without-part": "41600"}
    assert said(found, "dor:agreesWith", "dor:disagreesWith") == {(RATE, "dor:agreesWith", "observation:rate")}
    assert {(RATE, "prov:wasDerivedFrom", f"observation:{name}") for name in ("part", "whole")} <= said(
        found, "prov:wasDerivedFrom"
    )
    about = ("dor:about", "dor:indicator", "dor:unit", "dor:rateOf", "dor:status", "dor:technology", "dor:period")
    assert {(p, o) for s, p, o in said(found, *about) if s == RATE} == {
        ("dor:about", "departement:48"), ("dor:indicator", "indicator:coverage-rate"), ("dor:unit", "unit:percent"),
        ("dor:rateOf", "base:premises"), ("dor:status", "status:reported"), ("dor:technology", "technology:ftth"),
        ("dor:period", "2021-01/2021-03"),
    }  # fmt: skip
    assert not said(found, "dor:missingCondition")


@pytest.mark.parametrize(
    ("written", "agrees"),
    [("40", False), ("41", True), ("42", False), ("40.6", True), ("40.5", False), ("40.57", True), ("40.58", False)],
)
def test_figures_agree_within_half_a_unit_of_the_last_digit_written(written: str, agrees: bool) -> None:
    found = derived(pair() + reported(written))
    assert bool(said(found, "dor:agreesWith")) == agrees
    assert bool(said(found, "dor:disagreesWith")) != agrees


def test_agreement_is_judged_before_rounding() -> None:
    """36.504 % is 36.50 when rounded, and yet further than half a unit from 36."""
    found = derived(pair(counted="36504", total="100000") + reported("36"))
    assert values(found)[RATE] == "36.5"
    assert said(found, "dor:agreesWith", "dor:disagreesWith") == {(RATE, "dor:disagreesWith", "observation:rate")}


def test_a_target_is_no_contradiction_of_a_result() -> None:
    found = derived(pair() + reported("100", status="status:target"))
    assert not said(found, "dor:agreesWith", "dor:disagreesWith")


TIME, TECHNOLOGY, EXACT, THING, BASE = (
    "one date or period, which both figures state",
    "one technology, which both figures state",
    'numbers without a qualifier ("about", "more than")',
    "one subject: one is also about something else",
    "one base: one counts households, the other premises",
)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (pair(period=None), TIME),
        (pair(technology=None), TECHNOLOGY),
        (pair("dor:qualifier qualifier:more-than"), EXACT),
        (pair(about="departement:48, programme:p"), THING),
    ],
)
def test_a_condition_that_is_left_unsaid_is_recorded_and_nothing_computed(text: str, missing: str) -> None:
    found = derived(text)
    assert RATE not in values(found)
    conditions = {
        t.object.value
        for t in found
        if short(t.predicate) == "dor:missingCondition" and isinstance(t.object, Literal) and t.object.language == "en"
    }
    assert conditions == {missing}
    assert ("observation:part-not-over-whole", "dor:couldBe", "indicator:coverage-rate") in said(found, "dor:couldBe")


@pytest.mark.parametrize(
    "text",
    [
        pair(period='"2020"'),
        pair(technology="technology:ftto"),
        pair(status="status:target"),
        pair(about="departement:42"),
    ],
)
def test_figures_that_say_otherwise_are_no_pair(text: str) -> None:
    found = derived(text)
    assert values(found) == {}
    assert not said(found, "dor:missingCondition")


def test_households_over_premises_are_no_take_up_rate() -> None:
    """83 000 foyers raccordés, 187 000 prises commercialisables."""
    thd42 = {"about": "network:thd42", "period": None}
    found = derived(
        figure("h", "households-connected", "83000", **thd42)
        + figure("p", "premises-marketable", "187000", technology=None, **thd42)
    )
    assert values(found) == {}
    assert {BASE, TIME, TECHNOLOGY} <= {text for _, _, text in said(found, "dor:missingCondition")}
    assert ("observation:h-not-over-p", "dor:couldBe", "indicator:take-up-rate") in said(found, "dor:couldBe")
    assert ("observation:h-not-over-p", "rdf:type", "dor:UncomputedObservation") in said(found, "rdf:type")


def parts(amii: str = "10500", rip: str = "59500", indicator: str = "premises-planned", **other: str | None) -> str:
    """Return a whole and its two parts; that of the AMII zone has what is ``other``."""
    return (
        figure("all", "premises-planned", "70000")
        + figure("amii", indicator, amii, "dor:outOf observation:all", about="place:amii", **other)
        + figure("rip", "premises-planned", rip, "dor:outOf observation:all", about="place:rip")
    )


def test_remainders_and_shares_of_a_whole_are_computed() -> None:
    found = derived(parts())
    assert values(found) == {
        "observation:all-without-amii": "59500",
        "observation:all-without-rip": "10500",
        "observation:amii-share-of-all": "15",
        "observation:rip-share-of-all": "85",
    }
    assert said(found, "dor:agreesWith") == {
        ("observation:all-without-amii", "dor:agreesWith", "observation:rip"),
        ("observation:all-without-rip", "dor:agreesWith", "observation:amii"),
    }
    assert ("observation:all-without-amii", "dor:remainderOf", "observation:all") in said(found, "dor:remainderOf")


def test_parts_of_another_time_or_indicator_leave_no_remainder() -> None:
    for other in (parts(period='"2020"'), parts(indicator="premises-connected"), parts(technology=None)):
        assert set(values(derived(other))) == {"observation:all-without-rip", "observation:rip-share-of-all"}


def test_parts_that_overlap_are_no_disagreement() -> None:
    """148 of 152 communes in the RIP zone, 138 of 152 in the ZRR."""
    found = derived(parts(rip="69000"))
    assert not said(found, "dor:agreesWith", "dor:disagreesWith")


FUNDING = """
funding:all a dor:Funding ; dor:amount 5400000 ; dor:currency currency:EUR ; dor:amountKind amount-kind:contract-value .
funding:council a dor:Funding ; dor:partOfFunding funding:all ; dor:amount 4450000 ; dor:currency currency:EUR ;
    dor:amountKind amount-kind:contribution ; dor:funder actor:cd .
funding:others a dor:Funding ; dor:partOfFunding funding:all ; dor:amountKind amount-kind:contribution ;
    dor:funder actor:etat, actor:europe, actor:region .
"""


def test_what_is_left_of_a_sum_is_borne_by_the_others_together() -> None:
    assert said(derived(FUNDING), "dor:computedAmount") == {("funding:others", "dor:computedAmount", "950000")}


OTHERS = "funding:others a dor:Funding ; dor:partOfFunding funding:all ;"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("dor:amount 4450000", "dor:amount 4450000 ; dor:qualifier qualifier:approximate"),
        ("dor:amount 5400000", "dor:amount 5400000 ; dor:qualifier qualifier:approximate"),
        ("4450000 ; dor:currency currency:EUR", "4450000 ; dor:currency currency:CHF"),
        (f"{OTHERS} dor:amountKind amount-kind:contribution", f"{OTHERS} dor:amountKind amount-kind:grant"),
        (OTHERS, f"funding:more {OTHERS[15:]} dor:amountKind amount-kind:contribution . {OTHERS}"),
        (OTHERS, f"{OTHERS} dor:minimumAmount 1 ;"),
        ("dor:amount 4450000", "dor:amount 5450000"),
    ],
)
def test_a_remainder_of_a_sum_is_not_guessed(old: str, new: str) -> None:
    assert old in FUNDING
    assert not said(derived(FUNDING.replace(old, new)), "dor:computedAmount")


MEMBERS = """
actor:communes a dor:ActorGroup ; dor:groupOf dor:Municipality ; dor:groupSize 323 ; dor:memberOf actor:siel .
actor:epci a dor:ActorGroup ; dor:groupOf dor:Intercommunality ; dor:groupSize 23 ; dor:memberOf actor:siel .
actor:siel dor:hasMember actor:cd . actor:cd a dor:Department .
observation:said a dor:Observation ; dor:about departement:42, actor:siel ; dor:indicator indicator:municipality-count ;
    dor:value 323 ; dor:unit unit:number ; dor:status status:reported .
"""


def test_members_are_counted_with_the_sizes_of_groups() -> None:
    found = derived(MEMBERS)
    assert said(found, "dor:computedMemberCount") == {("actor:siel", "dor:computedMemberCount", "347")}
    assert values(found) == {
        "observation:siel-member-municipalities": "323",
        "observation:siel-member-intercommunalities": "23",
    }
    assert said(found, "dor:agreesWith") == {
        ("observation:siel-member-municipalities", "dor:agreesWith", "observation:said")
    }


def test_a_member_who_may_be_in_a_group_is_not_counted_twice_and_a_group_without_size_not_at_all() -> None:
    more = "actor:roanne a dor:Municipality ; dor:memberOf actor:siel ."
    more += "actor:g a dor:ActorGroup ; dor:memberOf actor:siel ."
    found = derived(MEMBERS + more)
    assert said(found, "dor:computedMemberCount") == {("actor:siel", "dor:computedMemberCount", "347")}
    assert values(found)["observation:siel-member-municipalities"] == "323"


def test_more_names_than_were_said_disagree_and_fewer_do_not() -> None:
    for number, disagrees in (("300", True), ("400", False)):
        found = derived(MEMBERS.replace("dor:value 323", f"dor:value {number}"))
        assert bool(said(found, "dor:disagreesWith")) == disagrees
        assert not said(found, "dor:agreesWith")


def test_municipalities_that_a_programme_benefits_are_counted_by_departement() -> None:
    found = derived("""
        programme:p a dor:Programme ; dor:beneficiary commune:48095, commune:48017, commune:42187 .
        commune:48095 igeo:codeINSEE "48095" ; igeo:subdivisionDe departement:48 .
        commune:48017 igeo:codeINSEE "48017" ; igeo:subdivisionDe departement:48 .
        commune:42187 igeo:codeINSEE "42187" ; igeo:subdivisionDe departement:42 .
    """)
    assert values(found) == {
        "observation:p-48-beneficiary-municipalities": "2",
        "observation:p-42-beneficiary-municipalities": "1",
    }


def test_a_thing_leads_to_the_passages_about_it() -> None:
    dataset = facts("actor:lotim dor:subsidiaryOf actor:axione . actor:axione a dor:Company ; dor:legalForm cj:5710 .")
    dataset.commit(
        Change(
            {
                in_graph(triple, NamedNode(f"{dataset.base}graph/evidence")): None
                for triple in turtle(f"{STATED} a dor:Evidence .")
            }
        )
    )
    found = said([quad.triple for quad in derive(dataset, RULES).additions], "dor:statedIn")
    assert {thing for thing, _, _ in found} == {"actor:lotim", "actor:axione"}
    assert {passage for _, _, passage in found} == {f"<{STATED.value}>"}


# From what


def because(text: str, conclusion: str, name: str) -> set[frozenset[str]]:
    dataset = facts(text)
    dataset.commit(derive(dataset, RULES))
    (triple,) = turtle(conclusion)
    assert list(dataset.store.quads_for_pattern(triple.subject, triple.predicate, triple.object))
    return {
        frozenset(" ".join((short(t.subject), short(t.predicate), short(t.object))) for t in premises)
        for premises in NAMED[name].premises(dataset, triple)
    }


GROUP = "actor:a dor:subsidiaryOf actor:b . actor:b dor:subsidiaryOf actor:c . actor:c dor:subsidiaryOf actor:d ."


def test_a_sub_property_is_explained_by_the_property() -> None:
    assert because(GROUP, "actor:a dor:partOfGroup actor:b .", "subPropertyOf(subsidiaryOf)") == {
        frozenset({"actor:a dor:subsidiaryOf actor:b"})
    }
    assert because(GROUP, "actor:a org:subOrganizationOf actor:b .", "subPropertyOf(subsidiaryOf)") == {
        frozenset({"actor:a dor:subsidiaryOf actor:b"})
    }


def test_each_way_of_a_transitive_property_is_a_set_of_premises() -> None:
    assert because(GROUP, "actor:a dor:partOfGroup actor:d .", "transitive(partOfGroup)") == {
        frozenset({"actor:a dor:partOfGroup actor:b", "actor:b dor:partOfGroup actor:d"}),
        frozenset({"actor:a dor:partOfGroup actor:c", "actor:c dor:partOfGroup actor:d"}),
    }


def test_premises_are_asked_for_without_what_is_in_question() -> None:
    dataset = facts(GROUP)
    dataset.commit(derive(dataset, RULES))
    goal, through_b, from_c = turtle(
        "actor:a dor:partOfGroup actor:d . actor:a dor:partOfGroup actor:b . actor:c dor:partOfGroup actor:d ."
    )
    rule = NAMED["transitive(partOfGroup)"]
    assert len(list(rule.premises(dataset, goal))) == 2
    (way,) = rule.premises(dataset, goal, {through_b})
    assert from_c in way
    assert not list(rule.premises(dataset, goal, {through_b, from_c}))
    (stated,) = turtle("actor:a dor:subsidiaryOf actor:b .")
    assert not list(NAMED["subPropertyOf(subsidiaryOf)"].premises(dataset, through_b, {stated}))


def test_a_fact_is_no_reason_for_itself() -> None:
    loop = "actor:a dor:subsidiaryOf actor:b . actor:b dor:subsidiaryOf actor:a ."
    for premises in because(loop, "actor:a dor:partOfGroup actor:b .", "transitive(partOfGroup)"):
        assert "actor:a dor:partOfGroup actor:b" not in premises
    assert (
        because("actor:a dor:partnerOf actor:a .", "actor:a dor:partnerOf actor:a .", "symmetric(partnerOf)") == set()
    )


def test_a_role_is_explained_by_each_contract() -> None:
    text = CONTRACT + "contract:d a dor:Contract ; dor:delegatee actor:lotim ."
    assert because(text, "actor:lotim a dor:Delegatee .", "equivalentClass(Delegatee)") == {
        frozenset({"actor:lotim rdf:type dor:Actor", f"{c} dor:delegatee actor:lotim", f"{c} rdf:type dor:Contract"})
        for c in ("contract:c", "contract:d")
    }


def test_a_chain_is_explained_by_its_links() -> None:
    assert because(CONTRACT, "network:n dor:operatorGroup actor:bouygues .", "chain(operatorGroup)") == {
        frozenset({"network:n dor:operator actor:lotim", "actor:lotim dor:partOfGroup actor:bouygues"})
    }


def test_what_had_to_be_absent_is_no_premise() -> None:
    assert because(CONTRACT, "network:n dor:operator actor:lotim .", "operator-by-contract") == {
        frozenset(
            {
                "contract:c rdf:type dor:Contract",
                "contract:c dor:concerns network:n",
                "contract:c dor:delegatee actor:lotim",
                "contract:c dor:mission mission:operation",
                "network:n rdf:type dor:Network",
                "actor:lotim rdf:type dor:Actor",
            }
        )
    }


def test_a_computed_value_is_explained_by_what_it_was_computed_from() -> None:
    text = 'contract:c a dor:Contract ; dor:startsOn "2016-01-01"^^xsd:date ; dor:duration "P15Y"^^xsd:duration .'
    assert because(text, 'contract:c dor:computedEndsOn "2030-12-31"^^xsd:date .', "computed-ends-on") == {
        frozenset(
            {"contract:c rdf:type dor:Contract", "contract:c dor:startsOn 2016-01-01", "contract:c dor:duration P15Y"}
        )
    }
    dataset = facts(text)
    (wrong,) = turtle('contract:c dor:computedEndsOn "2031-12-31"^^xsd:date .')
    assert list(NAMED["computed-ends-on"].premises(dataset, wrong)) == []


def test_a_made_thing_is_explained_down_to_both_figures() -> None:
    (premises,) = because(pair(), f"{RATE} dor:value 40.57 .", "rates")
    assert {"observation:part dor:value 28400", "observation:whole dor:value 70000"} <= premises
    # What an OPTIONAL found counts; what a path went through does not.
    assert "observation:part dor:period 2021-01/2021-03" in premises
    assert "observation:whole dor:period 2021-01/2021-03" not in premises


def test_an_optional_that_found_nothing_is_no_premise() -> None:
    undated = parts().replace('dor:period "2021-01/2021-03" ; ', "")
    (premises,) = because(undated, "observation:all-without-amii dor:value 59500 .", "remainders")
    assert {premise.split()[1] for premise in premises} == {
        "rdf:type", "dor:outOf", "dor:indicator", "dor:value", "dor:unit", "dor:status", "dor:about", "dor:technology",
    }  # fmt: skip


def test_a_count_is_explained_by_all_that_was_counted() -> None:
    (premises,) = because(MEMBERS, "actor:siel dor:computedMemberCount 347 .", "member-count")
    assert {
        "actor:communes dor:memberOf actor:siel",
        "actor:communes dor:groupSize 323",
        "actor:epci dor:memberOf actor:siel",
        "actor:epci dor:groupSize 23",
        "actor:cd dor:memberOf actor:siel",
    } <= premises


def test_a_rule_that_concludes_something_else_has_no_premises() -> None:
    dataset = facts(GROUP)
    for conclusion in ("actor:a dor:owner actor:b .", "actor:d dor:partOfGroup actor:a ."):
        (triple,) = turtle(conclusion)
        assert not any(list(rule.premises(dataset, triple)) for rule in RULES)
    assert NAMED["transitive(partOfGroup)"].could_conclude(triple)
    assert not NAMED["range(owner)"].could_conclude(triple)


def test_literals_with_quotes_and_escapes_are_premises_as_they_stand(tmp_path: Path) -> None:
    (tmp_path / "trial.rq").write_text(
        HEADER + DOR + "CONSTRUCT { ?a dor:unnamed true } WHERE {"
        """ ?a dor:topic "l\\"été"@fr ; dor:value -1.5, 2 , 1e3 . ?a dor:period 'a\\tb' }""",
        "utf-8",
    )
    rule = rules(tmp_path, SHOWN, AXIOMS)[-1]
    dataset = facts("""event:e dor:topic "l\\"été"@fr ; dor:value -1.5, 2, 1e3 ; dor:period "a\\tb" .""")
    (triple,) = turtle("event:e dor:unnamed true .")
    assert triple in {quad.triple for quad in derive(dataset, [rule]).additions}
    (premises,) = rule.premises(dataset, triple)
    assert len(premises) == 5
    assert set(premises) == set(dataset.facts())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("?a dor:memberOf ?b . ?b dor:partOfGroup ?c FILTER(?c != <urn:x>)", {"b", "c", "d"}),
        ("?a dor:memberOf ?b . ?b dor:subsidiaryOf+ ?c", {"b", "c", "d"}),
        ("?a dor:memberOf ?b . ?b ?p ?c . ?c a dor:Actor VALUES ?p { dor:partOfGroup }", {"b", "c", "d"}),
        ("?a dor:memberOf ?b . ?b dor:partOfGroup actor:d . ?b dor:partOfGroup ?c", {"b", "c", "d"}),
        ("?a dor:memberOf ?b . ?c dor:partnerOf ?c . ?b dor:partOfGroup ?c", {"b"}),
    ],
)
def test_filters_paths_and_constants_are_run_to_the_fixed_point_too(
    body: str, expected: set[str], tmp_path: Path
) -> None:
    """x is a member of b, which is below c, which is below d."""
    prefix = "PREFIX actor: <https://w3id.org/dorsale/id/actor/>\n"
    (tmp_path / "trial.rq").write_text(
        f"{HEADER.replace('1', '0')}{DOR}{prefix}CONSTRUCT {{ ?a dor:memberOf ?c }} WHERE {{ {body} }}", "utf-8"
    )
    text = """actor:x dor:memberOf actor:b . actor:b dor:subsidiaryOf actor:c . actor:c dor:subsidiaryOf actor:d .
        actor:e dor:partnerOf actor:c ."""
    found = said(derived(text, rules(tmp_path, SHOWN, AXIOMS)), "dor:memberOf")
    assert {value for thing, _, value in found if thing == "actor:x"} == {f"actor:{name}" for name in expected - {"b"}}


def test_the_order_of_files_does_not_matter() -> None:
    shuffled = list(RULES)
    random.Random(1).shuffle(shuffled)
    assert derived(pair() + MEMBERS + CONTRACT, shuffled) == derived(pair() + MEMBERS + CONTRACT)
