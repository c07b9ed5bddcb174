import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import ROOT
from pyoxigraph import Literal, NamedNode, Quad, Store

from dorsale.errors import (
    Place,
    QueryHeader,
    QueryIsUpdate,
    QueryParameter,
    QueryTooLarge,
    ServiceRefused,
    UnknownQuery,
    WrongFormat,
)
from dorsale.graph.labels import Labels, Notes, number
from dorsale.graph.queries import ANYTHING, LITERALS, Catalogue, Duration, Page, StoredQuery, run
from dorsale.graph.queries.guard import guard
from dorsale.graph.store import Change, Dataset
from dorsale.names import BASE, DOR, SCHEMES, dor, prefixes, public
from dorsale.terms import Terms
from dorsale.words import catalogue, meanings
from dorsale.workspace import Workspace

QUERIES = ROOT / "queries"
CATALOGUE = Catalogue.of(QUERIES, Path("queries"))


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_the_header_tells_the_columns_and_known_types(dataset: Dataset, built: Workspace, name: str) -> None:
    stored = CATALOGUE[name]
    assert run(dataset, stored.text).variables == stored.columns
    classes = {iri.value.removeprefix(DOR) for iri in Terms.read(built).classes}
    for parameter in stored.parameters:
        assert parameter.type in classes | set(LITERALS) | set(SCHEMES) | {ANYTHING}


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_a_query_names_only_declared_terms_and_runs_without_dorsale(built: Workspace, name: str) -> None:
    terms = Terms.read(built)
    text = CATALOGUE[name].text
    used = {f"{DOR}{local}" for local in re.findall(r"dor:(\w+)", text)}
    assert used <= {iri.value for iri in terms.classes | terms.properties}
    Store().query(text)  # every prefix that it uses is declared in the file


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_a_query_is_explained_in_both_languages(name: str) -> None:
    stored = CATALOGUE[name]
    for tongue in ("fr", "en"):
        assert [column for column in stored.columns if not stored.meaning(column, tongue)] == []
        assert [tag for tag in stored.tags if f"tag-{tag}" not in catalogue(tongue)] == []


def test_every_meaning_of_a_column_is_that_of_a_column() -> None:
    assert set(meanings()) <= {column for stored in CATALOGUE for column in stored.columns}


def test_no_two_queries_have_one_name() -> None:
    assert len(CATALOGUE.noms()) == len(CATALOGUE.names)


# --- parameters -----------------------------------------------------------------------------------------------


def asked(dataset: Dataset, name: str, **given: str) -> list[tuple[object, ...]]:
    stored = CATALOGUE[name]
    return [tuple(row) for row in run(dataset, stored.bound(stored.read(dataset, given))).rows()]


@pytest.mark.parametrize(
    "words", ["actor:axione", "axione", "Axione", "AXIONE", "groupe Axione", "https://w3id.org/dorsale/id/actor/axione"]
)
def test_a_thing_is_named_by_iri_prefixed_name_slug_or_label(dataset: Dataset, words: str) -> None:
    assert len(asked(dataset, "groups", group=words)) == 2


def test_a_parameter_narrows_the_answer(dataset: Dataset) -> None:
    assert len(asked(dataset, "delegations", delegatee="Lotim Télécom")) == 2
    assert {row[0] for row in asked(dataset, "delegations", grantor="SIEL-TE")} == {
        NamedNode("https://w3id.org/dorsale/id/contract/siel-te-thd42-exploitation-2016")
    }
    assert asked(dataset, "network-owners", owner="Axione") == []
    owned = {row[0] for row in asked(dataset, "network-owners", owner="SIEL-TE")}
    assert len(owned) == 2  # electricity and gas: the text does not say who owns the fibre


CONTRACTS = {
    "lotim": "https://w3id.org/dorsale/id/contract/loire-lotim-telecom-2005",
    "thd42": "https://w3id.org/dorsale/id/contract/siel-te-thd42-exploitation-2016",
    "altitude": "https://w3id.org/dorsale/id/contract/delegation-altitude-telecom-lozere",
}


@pytest.mark.parametrize(
    ("day", "yes", "undecided"),
    [
        # Lotim was entrusted in 2005, some day of it, and THD42 from 1 January 2016 for 15 years; of Altitude nothing
        # is dated, so that nothing can be decided, ever.
        ("2004-12-31", set(), {"altitude"}),
        ("2005-06-01", set(), {"lotim", "altitude"}),
        ("2015-12-31", set(), {"lotim", "altitude"}),
        ("2016-01-01", {"thd42"}, {"lotim", "altitude"}),
        ("2025-01-01", {"thd42"}, {"lotim", "altitude"}),
        ("2030-12-31", {"thd42"}, {"lotim", "altitude"}),
        ("2031-01-01", set(), {"lotim", "altitude"}),
    ],
)
def test_what_is_in_force_on_a_day_is_yes_no_or_cannot_be_decided(
    dataset: Dataset, day: str, yes: set[str], undecided: set[str]
) -> None:
    decided = CATALOGUE["delegations"].columns.index("decided")
    found = {(row[0], row[decided]) for row in asked(dataset, "delegations", **{"active-on": day})}
    answer = {word: NamedNode(f"https://w3id.org/dorsale/code/answer/{word}") for word in ("yes", "undecided")}
    expected = {(NamedNode(CONTRACTS[name]), answer["yes"]) for name in yes}
    assert found == expected | {(NamedNode(CONTRACTS[name]), answer["undecided"]) for name in undecided}


SPACES = "".join(
    f"PREFIX {prefix}: <{space}> "
    for prefix, space in prefixes().items()
    if prefix in ("dor", "prov", "xsd", "rdfs", "dcterms", "status", "indicator", "qualifier", "technology")
)


def saying(facts: str, **more: str) -> Dataset:
    """A dataset whose documents, each of a publisher of its own, say these facts; the first is called ``e``."""
    store = Store()
    store.update(SPACES + "INSERT DATA { dor:PublicServiceDelegation rdfs:subClassOf dor:Contract }")
    for name, said in {"e": facts, **more}.items():
        about = (
            f"<x:{name}> a dor:Evidence ; prov:wasQuotedFrom <x:d{name}> . <x:d{name}> dcterms:publisher <x:p{name}>"
        )
        store.update(f"{SPACES} INSERT DATA {{ {said} GRAPH <x:{name}> {{ {said} }} {about} }}")
    return Dataset(store)


def dated(*stated: str) -> Dataset:
    """A dataset with one delegation of which this is stated."""
    return saying(" ".join(["<x:c> a dor:PublicServiceDelegation .", *(f"<x:c> dor:{one} ." for one in stated)]))


def cells(dataset: Dataset, name: str, column: str) -> list[object]:
    stored = CATALOGUE[name]
    return [row[stored.columns.index(column)] for row in run(dataset, stored.text).rows()]


FIGURE = "%s a dor:Observation ; dor:about <x:t> ; dor:indicator indicator:coverage-rate ; dor:status status:%s "


@pytest.mark.parametrize(
    ("aim", "later", "met"),
    [
        ('dor:value 100 ; dor:targetDate "2014"^^xsd:gYear', 'dor:value 100 ; dor:period "2014-01/2014-03"', "yes"),
        ('dor:value 100 ; dor:targetDate "2014"^^xsd:gYear', 'dor:value 99 ; dor:observedOn "2015-01"', "no"),
        ('dor:value 100 ; dor:targetDate "2014"^^xsd:gYear', 'dor:value 99 ; dor:observedOn "2014-01"', "undecided"),
        ('dor:value 100 ; dor:targetDate "2014"^^xsd:gYear', 'dor:value 100 ; dor:observedOn "2015"', "undecided"),
        ('dor:value 100 ; dor:targetDate "2014-06"^^xsd:gYearMonth', 'dor:value 100 ; dor:period "2014"', "undecided"),
        ('dor:value 100 ; dor:targetDate "2014"^^xsd:gYear', "dor:value 100", "undecided"),
        ("dor:value 100", "dor:value 100", "yes"),
        ("dor:qualifier qualifier:all", "dor:qualifier qualifier:all", "yes"),
        ("dor:qualifier qualifier:all", "dor:qualifier qualifier:nearly-all", "undecided"),
        ("dor:value 100 ; dor:technology technology:ftth", "dor:value 100", "undecided"),
    ],
)
def test_an_aim_is_met_not_met_or_nobody_came_back_to_it(aim: str, later: str, met: str) -> None:
    facts = f"{FIGURE % ('<x:a>', 'target')} ; {aim} . {FIGURE % ('<x:l>', 'reported')} ; {later} ."
    assert cells(saying(facts), "aims-met", "met") == [NamedNode(f"https://w3id.org/dorsale/code/answer/{met}")]


def test_another_publisher_concurs_who_reports_the_same_value() -> None:
    same, other = (f"{FIGURE % (f'<x:f{value}>', 'reported')} ; dor:value {value} ." for value in (100, 99))
    for said, others in (({}, ["0"]), ({"f": same}, ["1", "1"]), ({"f": other}, ["0", "0"])):
        found = cells(saying(same, **said), "coverage-claims", "others")
        assert [getattr(count, "value", None) for count in found] == others


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ("", "", True),
        ('; dor:observedOn "2014"', '; dor:observedOn "2014"', True),
        ('; dor:observedOn "2014"', '; dor:observedOn "2015"', False),
        ('; dor:observedOn "2014"', "", False),
        ("; dor:technology technology:ftth", "", False),
        ("; dor:about <x:u>", "", False),
    ],
)
def test_two_publishers_contradict_each_other_on_the_same_thing_at_the_same_date(
    one: str, other: str, contradict: bool
) -> None:
    figures = (
        f"{FIGURE % (f'<x:f{value}>', 'reported')} ; dor:unit <x:percent> ; dor:value {value} {more} ."
        for value, more in ((98, one), (99, other))
    )
    found = cells(saying(next(figures), f=next(figures)), "disagreements", "other")
    assert [getattr(value, "value", None) for value in found] == (["99"] if contradict else [])


@pytest.mark.parametrize(
    ("stated", "day", "answer"),
    [
        (('startsOn "2016"^^xsd:gYear', 'endsOn "2030"^^xsd:gYear'), "2016-06-01", "undecided"),
        (('startsOn "2016"^^xsd:gYear', 'endsOn "2030"^^xsd:gYear'), "2017-01-01", "yes"),
        (('startsOn "2016"^^xsd:gYear', 'endsOn "2030"^^xsd:gYear'), "2030-01-01", "undecided"),
        (('startsOn "2016"^^xsd:gYear', 'endsOn "2030"^^xsd:gYear'), "2031-01-01", None),
        (('startsOn "2016-03"^^xsd:gYearMonth',), "2016-02-28", None),
        (('startsOn "2016-03"^^xsd:gYearMonth',), "2016-04-01", "undecided"),
        (('awardedOn "2016-03-02"^^xsd:date', 'endsOn "2030-01-01"^^xsd:date'), "2020-01-01", "undecided"),
        (('startsOn "2016-03-02"^^xsd:date', 'endsOn "2030-01-01"^^xsd:date'), "2030-01-01", "yes"),
        (
            (
                'startsOn "2016-03-02"^^xsd:date',
                'endsOn "2030-01-01"^^xsd:date',
                'terminatedOn "2020-05-01"^^xsd:date',
            ),
            "2021-01-01",
            None,
        ),
        ((), "2021-01-01", "undecided"),
    ],
)
def test_a_date_is_compared_as_far_as_it_is_told(stated: tuple[str, ...], day: str, answer: str | None) -> None:
    stored = CATALOGUE["delegations"]
    empty = dated(*stated)
    rows = [tuple(row) for row in run(empty, stored.bound(stored.read(empty, {"activeOn": day}))).rows()]
    found = {str(row[stored.columns.index("decided")]).strip("<>").rsplit("/", 1)[-1] for row in rows}
    assert found == ({answer} if answer else set())


def test_a_contract_is_of_the_territory_that_its_network_serves_or_whose_authority_pays(dataset: Dataset) -> None:
    assert {row[0] for row in asked(dataset, "delegations", territory="Loire")} == {
        NamedNode(CONTRACTS["lotim"]),
        NamedNode(CONTRACTS["thd42"]),
    }
    assert {row[0] for row in asked(dataset, "delegations", territoire="Lozère")} == {NamedNode(CONTRACTS["altitude"])}


def test_who_owns_the_fibre_of_thd42_is_not_stated(dataset: Dataset) -> None:
    stored = CATALOGUE["network-owners"]
    (owner,) = {row[stored.columns.index("owner")] for row in asked(dataset, "network-owners", network="THD42")}
    assert owner is None


def test_all_funders_of_a_sum_are_shown_when_one_is_asked_for(dataset: Dataset) -> None:
    rows = asked(dataset, "funding", funder="Europe")
    assert {row[1] for row in rows} == {
        NamedNode(f"https://w3id.org/dorsale/id/actor/{name}")
        for name in ("etat", "europe", "region-languedoc-roussillon")
    }


def test_a_code_is_named_by_its_label_or_its_notation(dataset: Dataset) -> None:
    for words in ("fibre-length", "length of fibre", "indicator:fibre-length"):
        assert len(asked(dataset, "figures", indicator=words)) == 3


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"group": "Axion"}, "nothing here is called « Axion »; nearest: Axione"),
        ({"group": "Xyzzy"}, "nothing here is called « Xyzzy », nor anything like it"),
        ({"group": "network:thd42"}, "network:thd42"),
        ({"holder": "x"}, "--group"),
        ({"group": "x> } ; DROP ALL ; SELECT * { <y"}, "DROP"),
    ],
)
def test_what_is_unknown_is_answered_with_what_is_accepted(
    dataset: Dataset, given: dict[str, str], expected: str
) -> None:
    with pytest.raises(QueryParameter, match=re.escape(expected)):
        asked(dataset, "groups", **given)


def test_the_choices_of_a_parameter_are_what_the_answer_holds(dataset: Dataset) -> None:
    stored = CATALOGUE["groups"]
    axione = NamedNode("https://w3id.org/dorsale/id/actor/axione")
    assert stored.choices(dataset, stored.parameters[0]) == (axione,)
    delegations = CATALOGUE["delegations"]
    assert len(delegations.choices(dataset, delegations.parameter("grantor"))) == 2


def test_a_name_that_means_two_things_lists_both(dataset: Dataset) -> None:
    with pytest.raises(QueryParameter) as twice:
        asked(dataset, "passages", thing="Clermont-Ferrand")
    assert "means several things here; name one" in str(twice.value)
    assert "commune:63113" in str(twice.value)
    assert "place:clermont-ferrand" in str(twice.value)


def test_hostile_values_stay_values(tmp_path: Path) -> None:
    file = tmp_path / "hostile.rq"
    file.write_text(
        "#+ nom: mots\n#+ title: {fr: t, en: t}\n#+ question: {fr: q, en: q}\n#+ columns: [words]\n#+ tags: [actor]\n"
        "#+ parameters: {words: {type: text, fr: mots, en: words}}\n"
        "SELECT ?words WHERE { VALUES (?words) { (UNDEF) } }",
        "utf-8",
    )
    stored = StoredQuery.open(file)
    empty = Dataset(Store())
    for words in [
        *('"', "\\", "\n", "?words", "UNDEF", r"\1 \g<0>", "(UNDEF)", "'''", '"""', "{", "}", "# x", "\r\n", "\\u0022"),
        *('" } SELECT * WHERE { ?s ?p ?o', "} DROP ALL", '") } } ; DROP ALL #', "VALUES (?words) { (UNDEF) }"),
    ]:
        bound = stored.bound(stored.read(empty, {"words": words}))
        assert [tuple(row) for row in run(empty, bound).rows()] == [(Literal(words),)]


def test_an_unknown_query_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownQuery, match="delegations"):
        CATALOGUE["delegation"]


@pytest.mark.parametrize(
    ("tongue", "words", "name"),
    [
        ("fr", "qui exploite le réseau ?", "exploitants"),
        ("en", "who operates the network?", "operators"),
        ("fr", "Combien de FOYERS raccordés à la fibre", "fibre"),
        ("en", "homonyms", "homonyms"),
    ],
)
def test_a_question_is_answered_with_the_nearest_questions(
    monkeypatch: pytest.MonkeyPatch, tongue: str, words: str, name: str
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8" if tongue == "fr" else "en_GB.UTF-8")
    found = CATALOGUE.nearest(words)
    assert 0 < len(found) <= 3
    assert any(name in f"{one.called} {one.question[tongue]}" for one in found)


def test_what_no_question_says_finds_none() -> None:
    assert CATALOGUE.nearest("xylophone") == []
    assert CATALOGUE.nearest("?!") == []


def test_a_broken_header_does_not_keep_the_others_from_being_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    (tmp_path / "actors.rq").write_text(HEADER, "utf-8")
    (tmp_path / "broken.rq").write_text("#+ nom: [", "utf-8")
    (tmp_path / "other.rq").write_text(HEADER.replace("acteurs", "autres").replace("Who?", "When?"), "utf-8")
    assert [one.name for one in Catalogue.of(tmp_path, tmp_path).nearest("who")] == ["actors"]


# --- headers --------------------------------------------------------------------------------------------------

HEADER = """#+ nom: acteurs
#+ title: {fr: Titre, en: Title}
#+ question: {fr: "Qui ?", en: "Who?"}
#+ parameters: {actor: {type: Actor, fr: acteur, en: actor}}
#+ columns: [actor]
#+ tags: [actor]
SELECT ?actor WHERE { VALUES (?actor) { (UNDEF) } ?actor a ?kind }
"""
VALUES = "VALUES (?actor) { (UNDEF) } ?actor a ?kind"


def test_the_header_of_the_examples_below_is_right(tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text(HEADER, "utf-8")
    assert StoredQuery.open(tmp_path / "q.rq").parameters[0].type == "Actor"


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("#+ columns: [actor]\n", "#+ columns: [actor]\n#+ colour: red\n", 6),
        ("#+ columns: [actor]\n", "", 1),
        ("nom: acteurs", "nom: Les acteurs", 1),
        ("{fr: Titre, en: Title}", "Titre", 2),
        ("{fr: Titre, en: Title}", "{fr: Titre", 2),
        ('{fr: "Qui ?", en: "Who?"}', '{fr: "Qui ?"}', 3),
        ("type: Actor", "type: actor", 4),
        ("type: Actor", "default: soon, type: date", 4),
        ("type: Actor", "option: Un acteur, type: Actor", 4),
        ("en: actor}", "en: actor}, other: {type: Actor, fr: acteur, en: other}", 4),
        ("columns: [actor]", "columns: actor", 5),
        ("columns: [actor]", "columns: {actor: who}", 5),
        ("tags: [actor]", "tags: []", 6),
        ("{actor: {", "{who: {", 4),
        ("{actor: {", "{format: {", 4),
        ("#+ tags", "#+ expect: rows\n#+ tags", 6),
        (VALUES, "VALUES (?actor) { (UNDEF) }\n{ SELECT ?actor { ?actor a ?kind } }", 8),
        (VALUES, "VALUES (?actor) { (UNDEF) }\n{ ?b a ?c FILTER(?b = ?actor) } UNION { ?b a ?c }", 8),
    ],
)  # fmt: skip
def test_a_wrong_header_is_refused_with_its_line(tmp_path: Path, right: str, wrong: str, line: int) -> None:
    assert right in HEADER
    (tmp_path / "q.rq").write_text(HEADER.replace(right, wrong, 1), "utf-8")
    with pytest.raises(QueryHeader) as refused:
        StoredQuery.open(tmp_path / "q.rq", Path("queries/q.rq"))
    assert refused.value.place.file == Path("queries/q.rq")
    assert refused.value.place.line == line


def test_columns_are_explained_in_the_header_or_in_the_words_for_all(tmp_path: Path) -> None:
    own = "columns: {actor: , total: {fr: son total, en: its total}}"
    (tmp_path / "q.rq").write_text(HEADER.replace("columns: [actor]", own), "utf-8")
    stored = StoredQuery.open(tmp_path / "q.rq")
    assert stored.columns == ("actor", "total")
    assert stored.meaning("actor", "fr") == "l'organisation"
    assert stored.meaning("total", "en") == "its total"
    assert stored.meaning("nonesuch", "en") == ""


def test_a_parameter_goes_by_its_name_and_by_a_word_of_each_language(tmp_path: Path, dataset: Dataset) -> None:
    text = HEADER.replace(
        "actor: {type: Actor, fr: acteur,", "askedOn: {type: date, fr: à la date, default: 2025-01-01,"
    )
    (tmp_path / "q.rq").write_text(text.replace("VALUES (?actor)", "VALUES (?askedOn)"), "utf-8")
    stored = StoredQuery.open(tmp_path / "q.rq")
    assert stored.parameters[0].option == {"en": "asked-on", "fr": "a-la-date"}
    for option in ("askedOn", "asked-on", "a-la-date"):
        assert str(stored.read(dataset, {option: "2026-01-01"})["askedOn"]).startswith('"2026-01-01"')
    assert str(stored.read(dataset, {})["askedOn"]).startswith('"2025-01-01"')
    with pytest.raises(QueryParameter, match="--asked-on"):
        stored.read(dataset, {"when": "2026-01-01"})


def test_a_query_goes_by_its_french_name_which_no_other_bears(tmp_path: Path) -> None:
    for name in ("actors", "owners"):
        (tmp_path / f"{name}.rq").write_text(HEADER, "utf-8")
    assert CATALOGUE["longueurs-de-fibre"].name == "fibre-lengths"
    with pytest.raises(UnknownQuery, match="longueurs-de-fibre"):
        CATALOGUE["longueur-de-fibre"]
    with pytest.raises(QueryHeader, match=r"owners.rq:1: .*nom: acteurs \(actors.rq\)"):
        Catalogue.of(tmp_path, Path("queries"))["acteurs"]
    (tmp_path / "acteurs.rq").write_text(HEADER.replace("nom: acteurs", "nom: owners"), "utf-8")
    (tmp_path / "owners.rq").write_text(HEADER.replace("nom: acteurs", "nom: proprietaires"), "utf-8")
    with pytest.raises(QueryHeader, match=r"acteurs\.rq:1"):
        Catalogue.of(tmp_path, Path("queries"))["proprietaires-de"]


@pytest.mark.parametrize(
    "body",
    [
        "VALUES (?actor) { (UNDEF) } GRAPH ?g { ?x ?y ?actor }",
        "VALUES (?actor) { (UNDEF) } ?x ?y ?z FILTER(!BOUND(?actor) || EXISTS { ?x ?y ?actor })",
        "VALUES (?actor) { (UNDEF) } ?x ?y ?z OPTIONAL { ?x ?p ?q FILTER(?q = ?actor) }",
        "{ SELECT ?actor WHERE { VALUES (?actor) { (UNDEF) } ?actor a ?kind } }",
        'VALUES (?actor) { (UNDEF) } ?x ?y "} FILTER(?actor" # ?actor }',
    ],
)
def test_a_parameter_may_be_read_where_its_values_reach(tmp_path: Path, body: str) -> None:
    text = HEADER.splitlines()[:-1]
    (tmp_path / "q.rq").write_text("\n".join([*text, f"SELECT ?actor WHERE {{ {body} \n}}"]), "utf-8")
    assert StoredQuery.open(tmp_path / "q.rq")


# --- answers --------------------------------------------------------------------------------------------------


def test_the_results_formats_are_those_of_the_w3c(dataset: Dataset) -> None:
    text = CATALOGUE["members"].text
    written = {format: run(dataset, text).serialized(format) for format in ("csv", "tsv", "json", "xml")}
    rows = list(csv.reader(io.StringIO(written["csv"].decode(), newline="")))
    assert written["csv"].startswith(b"organization,member,groupSize,according,evidence\r\n")
    assert written["tsv"].startswith(b"?organization\t?member\t?groupSize\t?according\t?evidence\n")
    found = json.loads(written["json"])
    assert found["head"]["vars"] == rows[0]
    assert [row["member"]["value"] for row in found["results"]["bindings"]] == [row[1] for row in rows[1:]]
    root = ElementTree.fromstring(written["xml"])
    assert root.tag == "{http://www.w3.org/2005/sparql-results#}sparql"
    assert len(root.findall(".//{*}result")) == len(rows) - 1


def test_a_format_that_an_answer_does_not_have_is_refused(dataset: Dataset) -> None:
    with pytest.raises(WrongFormat, match="json, xml"):
        run(dataset, "ASK {}").serialized("csv")
    with pytest.raises(WrongFormat, match="turtle"):
        run(dataset, "CONSTRUCT WHERE { ?s ?p ?o }").serialized("csv")
    with pytest.raises(WrongFormat, match="csv"):
        run(dataset, "SELECT * { ?s ?p ?o }").serialized("turtle")


def test_a_page_shows_labels_numbers_and_the_quoted_words(dataset: Dataset) -> None:
    page = Page.of(dataset, run(dataset, CATALOGUE["delegations"].text), "fr")
    by_contract = {row[0]: row for row in page.rows}
    thd42 = by_contract["Contrat SIEL-TE – THD42 exploitation (2016)"]
    assert thd42[2:4] == ("SIEL-Territoire d’énergie Loire", "THD42 exploitation")
    assert Duration((("years", 15),)) in thd42
    assert isinstance(thd42[-1], Notes)
    note = page.notes[thd42[-1].numbers[0] - 1]
    assert "a confié pour 15 ans l’exploitation et la gestion de ce réseau" in note.words
    assert (note.language, note.title) == ("fr", "Les politiques numériques de la Loire")
    assert page.headings[2:4] == ("délégant", "délégataire")


def test_rows_that_differ_in_their_passage_alone_are_one(dataset: Dataset) -> None:
    page = Page.of(dataset, run(dataset, CATALOGUE["network-actors"].text), "en")
    assert len({row[:-1] for row in page.rows}) == len(page.rows)
    (operator,) = [row for row in page.rows if row[:3] == ("Réseau THD42", "operator", "THD42 exploitation")]
    assert len(str(operator[-1]).split()) == 2  # the contract's sentence and the list of missions


def test_who_says_so_is_the_publisher_and_the_date(dataset: Dataset) -> None:
    stored = CATALOGUE["regulation"]
    rows = Page.of(dataset, run(dataset, stored.text), "fr").rows
    assert {row[2] for row in rows} == {"Département de la Loire, document non daté"}


def test_several_funders_of_one_sum_pay_together(dataset: Dataset) -> None:
    stored = CATALOGUE["funding"]
    page = Page.of(dataset, run(dataset, stored.text), "fr", stored)
    (sum_,) = [row for row in page.rows if row[0] == "Cofinancement du haut débit en Lozère"]
    assert sum_[1] == "Département de la Lozère + Région Languedoc-Roussillon (ensemble)"
    assert sum_[2] == Decimal(2700000)


def test_values_are_shown_as_people_read_them(dataset: Dataset) -> None:
    text = 'SELECT * { VALUES (?a ?b ?c ?d) { (12.50 true "P1Y6M"^^xsd:duration UNDEF) } }'
    (row,) = Page.of(dataset, run(dataset, text), "en").rows
    assert set(row) == {Decimal("12.5"), True, Duration((("years", 1), ("months", 6))), None}


def test_a_passage_of_a_document_without_a_title_goes_by_its_name(tmp_path: Path) -> None:
    passage = NamedNode(f"{BASE}evidence/untitled/1-2")
    with closing(Dataset.write(tmp_path / "dataset", BASE)) as dataset:
        dataset.commit(Change({Quad(passage, public("rdf:type"), dor("Evidence"), passage): None}))
        labels = Labels(dataset, "fr")
        assert labels.label(passage) == passage.value == labels.quotation(passage).words


@pytest.mark.parametrize(
    ("literal", "value", "said"),
    [
        ('"2016-01-31"^^xsd:date', date(2016, 1, 31), "31 January 2016"),
        ('"2016-02-31"^^xsd:date', "2016-02-31", "2016-02-31"),
        ('"2016-01-31Z"^^xsd:date', "2016-01-31Z", "2016-01-31Z"),
        ('"2016"^^xsd:gYear', "2016", "2016"),
        ('"2020-03"^^xsd:gYearMonth', "March 2020", "March 2020"),
        ('"2011-22"', "summer 2011", "summer 2011"),
        ('"2021-01/2021-03"', "January to March 2021", "January to March 2021"),
        ('"2011-99"', "2011-99", "2011-99"),
        ('"11 rue"', "11 rue", "11 rue"),
        ('"2016-01-31T12:30:00"^^xsd:dateTime', datetime(2016, 1, 31, 12, 30), "31 January 2016, 12:30:00"),
        ("1.5e6", Decimal(1_500_000), "1,500,000"),
        ('"many"^^xsd:integer', "many", "many"),
        ('"NaN"^^xsd:double', "NaN", "NaN"),
        ('"red \\u001b[31m"', "red \x1b[31m", "red ␛[31m"),
    ],
)
def test_a_value_is_what_it_says_and_what_it_cannot_be_stays_as_it_is_written(
    literal: str, value: object, said: str
) -> None:
    labels = Labels(Dataset(Store()), "en")
    ((term,),) = run(labels.dataset, f"SELECT ?a {{ VALUES ?a {{ {literal} }} }}").rows()
    assert labels.cell(term) == value
    assert labels.said(term) == said


def test_a_number_is_written_as_its_language_writes_it() -> None:
    assert [number(Decimal("13000.5"), tongue) for tongue in ("fr", "en")] == ["13\u202f000,5", "13,000.5"]
    assert [number(13000, tongue) for tongue in ("fr", "en")] == ["13\u202f000", "13,000"]


def test_a_column_that_is_shown_if_filled_is_left_out_where_it_is_empty(dataset: Dataset) -> None:
    text = "SELECT ?a ?b { VALUES (?a ?b) { (1 UNDEF) (2 %s) } }"
    for value, headings in (("UNDEF", ("a",)), ("3", ("a", "b"))):
        stored = replace(CATALOGUE["groups"], if_filled=("b",))
        assert Page.of(dataset, run(dataset, text % value), "en", stored).headings == headings
    assert Page.of(dataset, run(dataset, text % "UNDEF"), "en").headings == ("a", "b")


def test_of_a_text_in_both_languages_one_is_shown_and_of_one_in_another_that_one(dataset: Dataset) -> None:
    text = 'SELECT * { VALUES (?a ?b) { (1 "un"@fr) (1 "one"@en) (2 "deux"@fr) (3 "x") } }'
    assert [row[1] for row in Page.of(dataset, run(dataset, text), "en").rows] == ["one", "deux", "x"]
    assert [row[1] for row in Page.of(dataset, run(dataset, text), "fr").rows] == ["un", "deux", "x"]


def test_an_answer_without_rows_tells_the_documents_that_were_read(dataset: Dataset) -> None:
    assert len(Page.of(dataset, run(dataset, "SELECT * { dor:x ?p ?o }"), "fr").read) == 5
    assert Page.of(dataset, run(dataset, "SELECT * { ?s ?p ?o } LIMIT 1"), "fr").read == ()


def test_a_thing_without_a_name_is_called_by_its_kind(dataset: Dataset) -> None:
    rows = Page.of(dataset, run(dataset, CATALOGUE["network-owners"].text), "fr").rows
    assert {row[2] for row in rows if "gaz" in str(row[0])} == {"groupe d'acteurs (non nommé)"}


def test_the_prefixes_of_the_workspace_are_known(dataset: Dataset) -> None:
    assert run(dataset, "ASK { actor:lotim-telecom dor:subsidiaryOf actor:axione }", Place(Path("-"))).yes
    assert not run(dataset, "ASK { actor:axione dor:subsidiaryOf actor:lotim-telecom }").yes


# --- what the engine does not see -----------------------------------------------------------------------------

HERE = Place(Path("own.rq"))
ELSEWHERE = "<http://127.0.0.1:9/>"


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{\nSERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}",
        f"SELECT * {{\nservice silent {ELSEWHERE} {{ ?s ?p ?o }} }}",
        f"SELECT * {{ ?s ?p\ntrueSERVICE{ELSEWHERE}{{}} }}",
        "PREFIX a: <http://127.0.0.1:9/> SELECT * {\nSERVICEa:b{ ?s ?p ?o } }",
        "SELECT * { VALUES ?x { 1 } FILTER(1\n<?y)SERVICE?x#>\n{ ?s ?p ?o } }",
        f"SELECT * {{ FILTER(?x\n<?y#>'''\n)SERVICE {ELSEWHERE} {{ ?s ?p ?o }} #'''\n}}",
        f"SELECT * {{ FILTER(true\n<?y#>'''\n)SERVICE {ELSEWHERE} {{ ?s ?p ?o }} #'''\n}}",
        f"SELECT * {{ # a comment\rSERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}",
        f"SELECT * {{ ?s a:b\\' ?o .\nSERVICE {ELSEWHERE} {{}} #'\n}}",
    ],
)
def test_no_spelling_of_service_reaches_the_engine_unless_it_is_let(text: str) -> None:
    with pytest.raises(ServiceRefused) as refused:
        guard(text, HERE)
    assert str(refused.value.place).startswith("own.rq:")
    guard(text, HERE, service=True)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s rdfs:label 'SERVICE <x> { }' } # SERVICE <x> { } INSERT",
        'SELECT ?service { ?service a dor:Service ; rdfs:label """INSERT\nSERVICE""" }',
        "SELECT * { ?s <https://example.org/service#a> <https://example.org/SERVICE> }",
        "SELECT * { VALUES (?s ?o) { (<https://example.org/a> dor:Service) } FILTER(?o < 3 && ?s != <https://a.b/>) }",
        "PREFIX delete: <https://example.org/> SELECT ?insert { ?insert delete:drop 'CLEAR' }",
        "SELECT * { VALUES ?x { " + "(1) " * 20_000 + "} }",
    ],
)
def test_a_string_a_comment_a_name_may_say_what_it_likes(text: str) -> None:
    guard(text, HERE)


def test_no_stored_query_is_refused() -> None:
    for stored in CATALOGUE:
        guard(stored.text, stored.place)


@pytest.mark.parametrize(
    "text", ["DROP ALL", "# SELECT\nPREFIX a: <a:> INSERT DATA { a:a a:b a:c }", "load <a:a>", "WITH <a:a> DELETE { }"]
)
def test_an_update_is_refused_as_one(text: str) -> None:
    with pytest.raises(QueryIsUpdate, match=r"own\.rq:"):
        guard(text, HERE)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p '" + "x" * 1_000_000 + "' }",
        "SELECT * {" + "{" * 1_000 + "?s ?p ?o" + "}" * 1_000 + "}",
        "SELECT (" + "STR(" * 1_000 + "1" + ")" * 1_000 + " AS ?x) {}",
        "SELECT * { ?s ?p ?o FILTER(" + "!" * 10_000 + "true) }",
        "SELECT * {" + "{ ?s ?p ?o } UNION " * 10_000 + "{} }",
    ],
)
def test_a_query_that_could_end_the_engine_does_not_reach_it(text: str) -> None:
    with pytest.raises(QueryTooLarge, match=r"own\.rq"):
        guard(text, HERE)
