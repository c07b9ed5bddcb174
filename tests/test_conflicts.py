import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from conftest import ROOT, Run
from pyoxigraph import Literal, NamedNode, Quad, Store

from dorsale.build import rules_of
from dorsale.errors import PreferenceFault, QueryHeader, SyntaxFault
from dorsale.graph.derive import derive
from dorsale.graph.explain import Conflict, Pattern, conflicts, detail, patterns, preferences
from dorsale.graph.store import Change, Dataset
from dorsale.names import BASE, CODE, dor, public
from dorsale.terms import Terms
from dorsale.workspace import Workspace

FOLDER = ROOT / "ontology" / "conflicts"
PATTERNS = patterns(FOLDER, FOLDER)
RULES = rules_of(Workspace.open(ROOT), Terms.read(Workspace.open(ROOT)))
TYPE = public("rdf:type")


def thing(name: str) -> NamedNode:
    return NamedNode(BASE + name)


def code(name: str) -> NamedNode:
    return NamedNode(CODE + name)


def named(found: Iterable[Conflict]) -> list[tuple[str, str, list[set[str]]]]:
    return [
        (
            one.pattern.name,
            one.thing.value.rsplit("/", 1)[-1],
            [{getattr(value, "value", "").rsplit("/", 1)[-1] for value in side.values} for side in one.readings],
        )
        for one in found
    ]


# --- the real graph -------------------------------------------------------------------------------------------

COUNCILS = {
    f"departement-{name}"
    for name in ("de-la-lozere", "de-l-aveyron", "du-cantal", "de-l-herault", "du-puy-de-dome", "de-la-haute-loire")
}


def test_the_conflicts_of_the_five_documents_are_these(dataset: Dataset) -> None:
    """Issue 4: these appear, and none that is no conflict."""
    assert named(conflicts(dataset, PATTERNS)) == [
        (
            "figure-statuses",
            "conseillers-numeriques-dans-la-loire",
            [{"loire-digital-advisers-recruited"}, {"loire-digital-advisers-requested-2021"}],
        ),
        ("lists", "contrats-de-relance-et-de-transition-ecologique", [{"lozere-territories-supported"}, {"3"}]),
        (
            "parts",
            "conseillers-numeriques-dans-la-loire",
            [{"loire-digital-advisers-recruited"}, {"departement-de-la-loire-digital-advisers-recruited"}],
        ),
        ("roles", "autoroute-numerique-a75", [{"amenagement-numerique-lozere-143"}, COUNCILS]),
    ]


def test_each_reading_has_its_passages(dataset: Dataset) -> None:
    lists = next(one for one in conflicts(dataset, PATTERNS) if one.pattern.name == "lists")
    said, listed = lists.readings
    assert [passage.exact for passage in said.passages] == ["2 de ces territoires seront accompagnés par \nl’ANCT."]
    assert len(listed.passages) == 3
    assert all("CRTE" in passage.exact for passage in listed.passages)


# --- one pattern after the other ------------------------------------------------------------------------------

DATES = {"2018": "gYear", "2021": "gYear", "2021-03": "gYearMonth"}


class Graph:
    """A small graph in which each document says something in passages of its own."""

    def __init__(self) -> None:
        self.additions: dict[Quad, None] = {}
        self.offset = 0

    def passage(self, document: str, *facts: tuple[NamedNode, NamedNode, NamedNode | Literal]) -> NamedNode:
        self.offset += 10
        passage = thing(f"evidence/{document}/{self.offset}-{self.offset + 5}")
        evidence, of = thing("graph/evidence"), thing(f"document/{document}")
        for subject, predicate, value in facts:
            self.additions[Quad(subject, predicate, value, passage)] = None
        for predicate, value in (
            (TYPE, dor("Evidence")),
            (public("prov:wasQuotedFrom"), of),
            (public("oa:start"), Literal(self.offset)),
            (public("oa:end"), Literal(self.offset + 5)),
            (public("oa:exact"), Literal("words")),
        ):
            self.additions[Quad(passage, predicate, value, evidence)] = None
        return passage

    def figure(self, document: str, name: str, value: int, **more: str) -> NamedNode:
        """State a figure about Lozère; each of ``more`` is a property with a code, a thing or a date."""
        said = {"indicator": "indicator/coverage-rate", "about": "place/lozere", "status": "status/reported"} | more
        node = thing(f"observation/{name}")
        facts: list[tuple[NamedNode, NamedNode, NamedNode | Literal]] = [
            (node, TYPE, dor("Observation")),
            (node, dor("value"), Literal(value)),
        ]
        for predicate, words in said.items():
            if words in DATES:
                term: NamedNode | Literal = Literal(words, datatype=public(f"xsd:{DATES[words]}"))
            else:
                term = thing(words) if words.split("/")[0] in ("place", "actor", "observation") else code(words)
            facts.append((node, dor(predicate), term))
        return self.passage(document, *facts)

    def made(self) -> Dataset:
        made = Dataset(Store())
        made.commit(Change(self.additions))
        return made

    def concluded(self) -> Dataset:
        """Return the graph with what the rules of the repository conclude."""
        made = self.made()
        made.commit(derive(made, RULES))
        return made

    def found(self) -> list[Conflict]:
        return list(conflicts(self.made(), PATTERNS))


def test_two_numbers_for_one_thing_are_a_conflict() -> None:
    graph = Graph()
    graph.figure("a", "one", 41, period="2021-03")
    graph.figure("b", "two", 64, period="2021-03")
    assert named(graph.found()) == [("figures", "lozere", [{"one"}, {"two"}])]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"status": "status/target", "targetDate": "2018"}, {"period": "2021-03"}),
        ({"status": "status/target"}, {}),
        ({"about": "place/zone-amii"}, {"about": "place/zone-rip"}),
        ({"indicator": "indicator/premises-share"}, {}),
        ({"technology": "technology/ftth"}, {"technology": "technology/dsl"}),
        ({"technology": "technology/ftth"}, {}),
        ({"period": "2021-03"}, {"observedOn": "2018"}),
        ({"period": "2021-03"}, {}),
        ({"rateOf": "base/premises"}, {"rateOf": "base/population"}),
        ({"unit": "unit/km"}, {"unit": "unit/number"}),
        ({"outOf": "observation/two"}, {}),
        ({"qualifier": "qualifier/more-than"}, {}),
    ],
    ids=str,
)
def test_what_differs_in_more_than_its_number_is_no_conflict(one: dict[str, str], two: dict[str, str]) -> None:
    graph = Graph()
    graph.figure("a", "one", 100, **one)
    graph.figure("a", "two", 41, **two)
    assert graph.found() == []


def test_undated_figures_of_two_documents_are_not_compared() -> None:
    graph = Graph()
    graph.figure("a", "one", 100)
    graph.figure("b", "two", 41)
    assert graph.found() == []


def test_one_number_stated_twice_is_no_conflict() -> None:
    graph = Graph()
    graph.figure("a", "one", 41)
    graph.figure("a", "two", 41)
    assert graph.found() == []


def test_a_number_asked_for_and_obtained_is_a_conflict_unless_time_has_passed() -> None:
    graph = Graph()
    graph.figure("a", "one", 45, status="status/requested", observedOn="2018")
    graph.figure("a", "two", 45, status="status/recruited")
    assert [name for name, *_ in named(graph.found())] == ["figure-statuses"]
    graph = Graph()
    graph.figure("a", "one", 45, status="status/requested", observedOn="2018")
    graph.figure("a", "two", 45, status="status/recruited", observedOn="2021")
    assert graph.found() == []


NETWORK, ROLE = thing("network/n"), dor("builder")
ACTORS = [thing(f"actor/{name}") for name in "abc"]


def test_joint_holders_of_one_passage_are_no_conflict() -> None:
    graph = Graph()
    graph.passage("a", *((NETWORK, ROLE, actor) for actor in ACTORS))
    graph.passage("a", (NETWORK, ROLE, ACTORS[0]))
    assert graph.found() == []


def test_holders_of_two_passages_are_one_conflict_however_often_they_are_named() -> None:
    graph = Graph()
    graph.passage("a", (NETWORK, ROLE, ACTORS[0]))
    graph.passage("a", (NETWORK, ROLE, ACTORS[1]), (NETWORK, ROLE, ACTORS[2]))
    graph.passage("b", (NETWORK, ROLE, ACTORS[0]))
    (found,) = graph.found()
    assert sorted(len(side.values) for side in found.readings) == [1, 2]
    assert sorted(len(side.passages) for side in found.readings) == [1, 2]


@pytest.mark.parametrize("relation", ["subsidiaryOf", "memberOf", "partOfOrganization"])
def test_a_group_and_its_subsidiary_are_no_conflict(relation: str) -> None:
    graph = Graph()
    graph.passage("a", (NETWORK, ROLE, ACTORS[0]))
    graph.passage("a", (NETWORK, ROLE, ACTORS[1]), (ACTORS[1], dor(relation), ACTORS[0]))
    assert graph.found() == []


def test_who_runs_a_network_may_change_from_one_document_to_the_next() -> None:
    for document, count in (("b", 0), ("a", 1)):
        graph = Graph()
        graph.passage("a", (NETWORK, dor("operator"), ACTORS[0]))
        graph.passage(document, (NETWORK, dor("operator"), ACTORS[1]))
        assert len(graph.found()) == count


def date(lexical: str) -> Literal:
    kind = {4: "gYear", 7: "gYearMonth", 10: "date"}.get(len(lexical), "gMonthDay")
    return Literal(lexical, datatype=public(f"xsd:{kind}"))


@pytest.mark.parametrize(
    ("one", "two", "count"),
    [
        ("2005", "2006", 1),
        ("2005", "2005-03-01", 0),
        ("2005-03", "2005-04-01", 1),
        ("2005-03-01", "2005-03-02", 1),
        ("--12-04", "--12-05", 0),
        ("--12-04", "2005-11-04", 0),
    ],
)
def test_dates_compare_at_the_coarser_precision_and_only_with_a_year(one: str, two: str, count: int) -> None:
    graph = Graph()
    contract = thing("contract/c")
    graph.passage("a", (contract, dor("signedOn"), date(one)))
    graph.passage("b", (contract, dor("signedOn"), date(two)))
    assert len(graph.found()) == count


def test_two_durations_are_a_conflict_unless_they_are_equal() -> None:
    for other, count in (("P180M", 0), ("P12Y", 1)):
        graph = Graph()
        for lexical in ("P15Y", other):
            duration = Literal(lexical, datatype=public("xsd:duration"))
            graph.passage("a", (thing("contract/c"), dor("duration"), duration))
        assert len(graph.found()) == count


def test_a_written_end_and_a_computed_one_that_differ_are_a_conflict() -> None:
    contract = thing("contract/c")
    for computed, count in (("2030-12-31", 0), ("2031-12-31", 1)):
        graph = Graph()
        graph.passage("a", (contract, dor("duration"), Literal("P15Y", datatype=public("xsd:duration"))))
        graph.passage("a", (contract, dor("endsOn"), date("2030-12")))
        graph.additions[Quad(contract, dor("computedEndsOn"), date(computed), thing("graph/derived"))] = None
        assert len(graph.found()) == count


def sum_of(graph: Graph, document: str, name: str, amount: int, kind: str) -> None:
    node = thing(f"funding/{name}")
    graph.passage(
        document,
        (node, dor("amount"), Literal(amount)),
        (node, dor("purpose"), thing("project/p")),
        (node, dor("amountKind"), code(f"amount-kind/{kind}")),
    )


@pytest.mark.parametrize(("one", "two", "count"), [("cost", "cost", 1), ("cost", "budget", 0), ("grant", "grant", 0)])
def test_two_costs_are_a_conflict_and_two_grants_are_not(one: str, two: str, count: int) -> None:
    graph = Graph()
    sum_of(graph, "a", "one", 100, one)
    sum_of(graph, "b", "two", 200, two)
    assert len(graph.found()) == count


def test_a_list_is_counted_against_the_sentence_that_announces_it() -> None:
    for listed, count in ((2, 1), (3, 0)):
        graph = Graph()
        actor = ACTORS[0]
        head = graph.passage(
            "a",
            (thing("observation/o"), dor("indicator"), code("indicator/projects-supported")),
            (thing("observation/o"), dor("value"), Literal(3)),
            (thing("observation/o"), dor("about"), actor),
        )
        for number in range(listed):
            row = graph.passage("a", (thing(f"project/{number}"), dor("supportedBy"), actor))
            graph.additions[Quad(row, dor("readWith"), head, thing("graph/evidence"))] = None
        assert len(graph.found()) == count


RATE = {"unit": "unit/percent", "rateOf": "base/premises", "period": "2021-03", "technology": "technology/ftth"}
COUNT = {"unit": "unit/number", "period": "2021-03", "technology": "technology/ftth"}


@pytest.mark.parametrize(("premises", "count"), [(90_000, 1), (70_000, 0)])
def test_a_stated_rate_that_its_own_numbers_do_not_give_is_a_conflict(premises: int, count: int) -> None:
    """28 400 of 90 000 are 32 %, of 70 000 they are 41 %."""
    graph = Graph()
    stated = graph.figure("a", "rate", 41, **RATE)
    counted = graph.figure("a", "part", 28_400, indicator="indicator/premises-connectable", **COUNT)
    total = graph.figure("b", "whole", premises, indicator="indicator/premises-planned", **COUNT)
    dataset = graph.concluded()
    found = conflicts(dataset, PATTERNS)
    assert len(found) == count
    for one in found:
        assert named(found) == [("computed-figures", "lozere", [{"rate"}, {"part-over-whole"}])]
        assert [[passage.iri for passage in side.passages] for side in one.readings] == [[stated], [counted, total]]
        computed = detail(dataset, one.readings[1].values[0], [counted, total])
        assert computed is not None
        assert computed.computed
        assert computed.first("value") == Literal("31.56", datatype=public("xsd:decimal"))


def test_more_names_than_the_stated_number_are_a_conflict() -> None:
    communes = [thing(f"actor/{name}") for name in ("roanne", "feurs", "boen")]
    for number, count in ((2, 1), (3, 0), (4, 0)):
        graph = Graph()
        more = {"indicator": "indicator/municipality-count", "about": "actor/siel", "unit": "unit/number"}
        graph.figure("a", "said", number, **more)
        siel = thing("actor/siel")
        listed = [
            graph.passage("b", (one, TYPE, dor("Municipality")), (one, dor("memberOf"), siel)) for one in communes[:2]
        ]
        listed.append(
            graph.passage("b", (communes[2], TYPE, dor("Municipality")), (siel, dor("hasMember"), communes[2]))
        )
        found = conflicts(graph.concluded(), PATTERNS)
        assert len(found) == count
        for one in found:
            assert named(found) == [("computed-figures", "siel", [{"said"}, {"siel-member-municipalities"}])]
            assert [passage.iri for passage in one.readings[1].passages] == listed


def test_a_computed_reading_is_shown_as_such(workspace: Workspace, dorsale: Run) -> None:
    """41 % of 70 000 premises in the document; of 90 000 it would be 32 %."""
    document = workspace.documents / "fiche-anct-lozere"
    for path in (document.with_suffix(".txt"), workspace.facts / "fiche-anct-lozere.trig"):
        text = path.read_text("utf-8")
        other = re.sub(r"\b70(\s?)000\b", r"90\g<1>000", text)
        assert other != text
        path.write_text(other, "utf-8")
    metadata = document.with_suffix(".ttl")
    text = metadata.read_text("utf-8")
    digest = hashlib.sha256(document.with_suffix(".txt").read_bytes()).hexdigest()
    metadata.write_text(re.sub(r'(dor:sha256Stored )"\w+"', rf'\1"{digest}"', text), "utf-8")
    assert dorsale("build", cwd=workspace.root).returncode == 0
    run = dorsale("conflicts", "--format", "markdown", cwd=workspace.root)
    (readings,) = [line for line in run.stdout.splitlines() if "31.56" in line]
    stated, computed = readings.strip("|").split(" | ")
    assert "41 %" in stated
    assert computed.strip().endswith("(computed from these passages)")


# --- patterns and preferences are files -----------------------------------------------------------------------


def test_every_pattern_is_tried_above() -> None:
    names = {pattern.name for pattern in PATTERNS}
    assert names == {
        "amounts", "announced-lists", "computed-ends", "computed-figures", "dates", "durations", "figure-statuses",
        "figures", "lists", "parts", "roles",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("#+ title: {fr:", "#+ titel: {fr:", 1),
        ("en: Two numbers for one thing", "de: Zwei", 1),
        ("#+ columns: [thing, what,", "#+ columns: [what,", 3),
        ("#+ columns:", "#+ together: [thing]\n#+ columns:", 3),
        ("#+ title: {", "#+ title: {{", 1),
    ],
)
def test_a_wrong_header_is_refused_with_its_line(tmp_path: Path, before: str, after: str, line: int) -> None:
    text = (FOLDER / "figures.rq").read_text("utf-8")
    assert before in text
    (tmp_path / "figures.rq").write_text(text.replace(before, after, 1), "utf-8")
    with pytest.raises(QueryHeader) as caught:
        patterns(tmp_path, Path("conflicts"))
    assert caught.value.place.line == line
    assert caught.value.place.file == Path("conflicts/figures.rq")


@pytest.mark.parametrize("query", ["ASK { ?a ?b ?c }", "SELECT ?thing { ?thing ?b ?c }"])
def test_a_pattern_without_its_columns_is_refused(tmp_path: Path, dataset: Dataset, query: str) -> None:
    head = "".join(f"{line}\n" for line in (FOLDER / "figures.rq").read_text("utf-8").splitlines() if line[:2] == "#+")
    (tmp_path / "figures.rq").write_text(head + query, "utf-8")
    with pytest.raises(QueryHeader) as caught:
        conflicts(dataset, patterns(tmp_path, Path("conflicts")))
    assert "?evidenceOne" in caught.value.reason


HEAD = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix dor: <https://w3id.org/dorsale/ontology#> .
@prefix indicator: <https://w3id.org/dorsale/code/indicator/> .
@prefix passage: <https://w3id.org/dorsale/id/evidence/politiques-numeriques-loire/> .
@prefix preference: <https://w3id.org/dorsale/id/preference/> .
@prefix project: <https://w3id.org/dorsale/id/project/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""
GOOD = """\
preference:conseillers a dor:Preference ;
    rdf:subject project:conseillers-numeriques-dans-la-loire ;
    rdf:predicate indicator:digital-advisers ;
    dor:prefers passage:4834-5086 ;
    dor:reason "La phrase dit ce qui a été demandé ; le titre abrège."@fr ;
    dor:role "curateur"@fr ;
    dcterms:date "2026-11-22"^^xsd:date .
"""


def test_a_preference_is_shown_beside_its_conflict_and_resolves_nothing(
    workspace: Workspace, dataset: Dataset, dorsale: Run
) -> None:
    file = workspace.review / "preferences.ttl"
    file.write_text(HEAD + GOOD, "utf-8")
    before = conflicts(dataset, PATTERNS)
    after = conflicts(dataset, PATTERNS, preferences(file, file))
    assert len(before) == len(after) == 4
    (decided,) = [one for one in after if one.preference]
    assert decided.pattern.name == "figure-statuses"
    assert decided.preferred == decided.readings[1]
    for language, words in (("en_GB", "A curator prefers"), ("fr_FR", "Un relecteur préfère")):
        run = dorsale("conflicts", cwd=workspace.root, language=language)
        assert run.returncode == 0
        assert words in run.stdout
        assert "le titre abrège" in run.stdout
    shown = json.loads(dorsale("conflicts", "--format", "json", cwd=workspace.root).stdout)
    assert shown[0]["preferred"]["reading"] == 1
    assert "preferred" not in shown[1]


def test_a_preference_without_a_conflict_is_told(workspace: Workspace, dorsale: Run) -> None:
    text = HEAD + GOOD.replace("4834-5086", "0-1")
    (workspace.review / "preferences.ttl").write_text(text, "utf-8")
    run = dorsale("conflicts", cwd=workspace.root)
    assert run.returncode == 0
    assert "data/review/preferences.ttl:" in run.stderr


@pytest.mark.parametrize(
    ("before", "after", "error", "said"),
    [
        ('dor:reason "La phrase dit ce qui a été demandé ; le titre abrège."@fr ;', "", PreferenceFault, "dor:reason"),
        ('dor:role "curateur"@fr ;', "", PreferenceFault, "dor:role"),
        (' ;\n    dcterms:date "2026-11-22"^^xsd:date .', " .", PreferenceFault, "dcterms:date"),
        ("dor:prefers passage:4834-5086 ;", "", PreferenceFault, "dor:prefers"),
        ("dor:prefers passage:4834-5086 ;", 'dor:prefers "x" ;', PreferenceFault, "dor:prefers"),
        ("rdf:subject ", "rdf:subject project:x, ", PreferenceFault, "rdf:subject"),
        ("dor:role", 'dor:topic "x" ; dor:role', PreferenceFault, "dor:topic"),
        ("a dor:Preference", "a dor:Overruling", PreferenceFault, "dor:Preference"),
        ("a dor:Preference ;", "a dor:Preference ;;; oops", SyntaxFault, ""),
    ],
)
def test_a_bad_preference_is_refused_with_its_place(
    workspace: Workspace, dorsale: Run, before: str, after: str, error: type[Exception], said: str
) -> None:
    assert before in GOOD
    file = workspace.review / "preferences.ttl"
    file.write_text(HEAD + GOOD.replace(before, after, 1), "utf-8")
    with pytest.raises(error):
        preferences(file, file)
    run = dorsale("conflicts", cwd=workspace.root)
    assert (run.returncode, run.stdout) == (2, "")
    assert "data/review/preferences.ttl:" in run.stderr
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_a_workspace_without_preferences_has_none(tmp_path: Path) -> None:
    assert preferences(tmp_path / "preferences.ttl", Path("preferences.ttl")) == ()


# --- the command ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en_GB", "fr_FR"])
@pytest.mark.parametrize("format", ["table", "markdown", "json"])
def test_conflicts_are_shown_with_both_passages(built: Workspace, dorsale: Run, language: str, format: str) -> None:
    run = dorsale("conflicts", "--format", format, cwd=built.root, language=language, TERM="xterm-256color")
    assert run.returncode == 0
    assert run.stderr == ""
    assert "\x1b" not in run.stdout
    whole = " ".join(run.stdout.split())
    for words in ("45 conseillers numériques", "8 de ces conseillers", "Syndicat mixte", "CRTE"):
        assert words in whole
    if format != "json":
        assert ("not named" if language == "en_GB" else "non nommé") in whole


def test_a_pattern_says_what_it_finds_in_both_languages() -> None:
    for pattern in PATTERNS:
        assert isinstance(pattern, Pattern)
        for said in (pattern.title, pattern.reason):
            assert said["fr"] != said["en"]
