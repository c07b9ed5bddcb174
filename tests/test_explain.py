import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

import pytest
from conftest import Run
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from dorsale.build import rules_of
from dorsale.errors import AmbiguousName, UnknownName
from dorsale.graph.derive import Rule, derive, rules
from dorsale.graph.explain import Proof, Prover, asked, carrying, detail, facts, profile, told
from dorsale.graph.labels import Labels
from dorsale.graph.store import Change, Dataset, Shelf
from dorsale.names import BASE, dor, public
from dorsale.statements import in_graph
from dorsale.terms import Terms
from dorsale.words import LANGUAGES
from dorsale.workspace import Workspace

OPERATOR, TYPE = dor("operator"), public("rdf:type")
THD42, AXIONE = NamedNode(f"{BASE}network/thd42"), NamedNode(f"{BASE}actor/axione")
DERIVED = NamedNode(f"{BASE}graph/derived")


def none() -> tuple[Rule, ...]:
    return ()


@dataclass
class Counting:
    """A store that counts what is asked of it, what it answers, and keeps the queries."""

    store: Store
    asked: int = 0
    answered: int = 0
    queries: list[str] = field(default_factory=list)

    def quads_for_pattern(self, *pattern: Any) -> list[Quad]:
        self.asked += 1
        found = list(self.store.quads_for_pattern(*pattern))
        self.answered += len(found)
        return found

    def query(self, text: str, **options: Any) -> Any:
        self.asked += 1
        self.queries.append(text)
        self.answered += sum(1 for _ in self.store.query(text, **options))  # type: ignore[union-attr, misc]
        return self.store.query(text, **options)

    def __getattr__(self, name: str) -> Any:
        self.asked += 1
        return getattr(self.store, name)

    def __contains__(self, quad: Quad) -> bool:
        self.asked += 1
        return quad in self.store


def counting(dataset: Dataset) -> tuple[Dataset, Counting]:
    counter = Counting(dataset.store)
    return Dataset(counter, dataset.base), counter  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def read(built: Workspace, dataset: Dataset) -> tuple[Rule, ...]:
    ontology = NamedNode(f"{BASE}graph/ontology")
    axioms = [quad.triple for quad in dataset.store.quads_for_pattern(None, None, None, ontology)]
    return rules(built.ontology / "rules", built.ontology / "rules", axioms)


@pytest.fixture(scope="module")
def concluded(built: Workspace, dataset: Dataset, read: tuple[Rule, ...]) -> Iterator[Dataset]:
    """The real graph with all that follows from it."""
    with dataset.scratch(built.dataset) as scratch:
        scratch.commit(derive(scratch, read))
        yield scratch


# --- facts that somebody states -------------------------------------------------------------------------------


def test_a_stated_fact_is_explained_by_every_passage_that_states_it(dataset: Dataset) -> None:
    (fact,) = facts(dataset, THD42, OPERATOR)
    proof = Prover(dataset, none).prove(fact)
    assert proof is not None
    assert proof.rule is None
    first, second = (source.passage for source in proof.sources)
    assert first is not None
    assert second is not None
    assert (first.start, first.end, second.start) == (3672, 3840, 3902)
    assert "a confié pour 15 ans" in first.exact
    assert [passage.start for passage in first.read_with] == sorted(passage.start for passage in first.read_with)


def test_a_name_is_explained_by_its_authority_file(dataset: Dataset) -> None:
    proof = Prover(dataset, none).prove(Triple(THD42, public("rdfs:label"), Literal("Réseau THD42", language="fr")))
    assert proof is not None
    assert [source.kind for source in proof.sources] == ["authority"]


def test_what_the_graph_does_not_hold_has_no_proof(dataset: Dataset) -> None:
    assert Prover(dataset, none).prove(Triple(THD42, OPERATOR, AXIONE)) is None


def test_the_rules_are_not_read_for_what_is_stated(dataset: Dataset) -> None:
    def never() -> tuple[Rule, ...]:
        raise AssertionError("the rules were read")

    for fact in facts(dataset, THD42, OPERATOR):
        assert Prover(dataset, never).prove(fact)


# --- facts that rules conclude --------------------------------------------------------------------------------

A, B, C, D = (NamedNode(f"urn:{name}") for name in "abcd")
BELOW = NamedNode("urn:below")


class Transitive:
    """What is below something is below what that is below."""

    name = "transitive"
    title = {"fr": "de proche en proche", "en": "step by step"}  # noqa: RUF012
    concludes = (BELOW,)

    def makes(self, triple: Triple) -> None:
        """It makes no thing."""

    def premises(self, dataset: Dataset, triple: Triple, without: Set[Triple]) -> Iterator[tuple[Triple, ...]]:
        for quad in dataset.store.quads_for_pattern(triple.subject, triple.predicate, None, DefaultGraph()):
            assert isinstance(quad.object, NamedNode)
            rest = Triple(quad.object, triple.predicate, triple.object)
            there = Quad(rest.subject, rest.predicate, rest.object, DefaultGraph()) in dataset.store
            if there and without.isdisjoint((quad.triple, rest)):
                yield quad.triple, rest


class Symmetric:
    """What is beside something has it beside it."""

    name = "symmetric"
    title = {"fr": "dans les deux sens", "en": "both ways"}  # noqa: RUF012
    concludes = (BELOW,)

    def makes(self, triple: Triple) -> None:
        """It makes no thing."""

    def premises(self, dataset: Dataset, triple: Triple, without: Set[Triple]) -> Iterator[tuple[Triple, ...]]:
        assert isinstance(triple.object, NamedNode)
        turned = Triple(triple.object, triple.predicate, triple.subject)
        if turned not in without:
            yield (turned,)


def graph(stated: list[Triple], derived: list[Triple]) -> Dataset:
    made = Dataset(Store())
    authority = NamedNode(f"{BASE}graph/authority")
    additions: dict[Quad, None] = {in_graph(triple, authority): None for triple in stated}
    additions.update({in_graph(triple, DERIVED): None for triple in derived})
    made.commit(Change(additions))
    return made


def branches(proof: Proof, above: tuple[Triple, ...] = ()) -> Iterator[tuple[Triple, ...]]:
    if not proof.premises:
        yield (*above, proof.fact)
    for premise in proof.premises:
        yield from branches(premise, (*above, proof.fact))


def test_a_proof_is_the_lowest_and_uses_no_fact_twice_on_a_branch() -> None:
    chain = [Triple(A, BELOW, B), Triple(B, BELOW, C), Triple(C, BELOW, D), Triple(D, BELOW, A)]
    every = [Triple(one, BELOW, other) for one in (A, B, C, D) for other in (A, B, C, D)]
    made = graph(chain, [fact for fact in every if fact not in chain])
    prover = Prover(made, lambda: (Transitive(), Symmetric()))
    for fact in every:
        proof = prover.prove(fact)
        assert proof is not None
        for branch in branches(proof):
            assert len(set(branch)) == len(branch) <= 4
            assert branch[-1] in chain


def test_a_circle_that_nothing_carries_is_no_proof() -> None:
    made = graph([Triple(C, BELOW, D)], [Triple(A, BELOW, B), Triple(B, BELOW, A)])
    prover = Prover(made, lambda: (Symmetric(), Transitive()))
    assert prover.prove(Triple(A, BELOW, B)) is None
    assert prover.prove(Triple(C, BELOW, D)) is not None


@pytest.fixture(scope="module")
def proofs(built: Workspace, dataset: Dataset) -> Mapping[Triple, Proof | None]:
    """Why each derived fact of the graph holds, as `dorsale build` made it."""
    given = rules_of(built, Terms.read(built))
    prover = Prover(dataset, lambda: given)
    derived = [quad.triple for quad in dataset.store.quads_for_pattern(None, None, None, DERIVED)]
    return {fact: prover.prove(fact) for fact in derived}


def test_every_derived_fact_of_the_real_graph_is_explained_down_to_passages(
    built: Workspace, proofs: Mapping[Triple, Proof | None]
) -> None:
    """Issue 4. What is said of a thing in no document (a council is a public body) leads to its authority file."""
    assert len(proofs) == Shelf(built.dataset, built.base).made()["counts"]["derived"] > 1000
    quoted = 0
    for fact, proof in proofs.items():
        assert proof is not None, fact
        assert proof.rule is not None
        leaves = list(proof.leaves())
        assert leaves, fact
        for leaf in leaves:
            assert leaf.sources, fact
            assert all(source.kind != "derived" for source in leaf.sources), fact
        for branch in branches(proof):
            assert len(set(branch)) == len(branch), fact
        kinds = {source.kind for leaf in leaves for source in leaf.sources}
        quoted += "passage" in kinds
        assert kinds & {"passage", "authority"}, fact
    assert quoted > 0.9 * len(proofs)


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_an_explanation_shows_no_address(dataset: Dataset, proofs: Mapping[Triple, Proof | None], tongue: str) -> None:
    labels = Labels(dataset, tongue)

    def words(term: Any) -> str:
        found = detail(dataset, term)
        return told(labels, found) if found else labels.said(term)

    waiting, seen = [proof for proof in proofs.values() if proof], set[Triple]()
    while waiting:
        proof = waiting.pop()
        if proof.fact not in seen:
            seen.add(proof.fact)
            waiting += proof.premises
            said = [words(term) for term in (proof.fact.subject, proof.fact.predicate, proof.fact.object)]
            for text in [*said, *([proof.rule.title[tongue]] if proof.rule else [])]:
                assert not re.search(r"://|^[a-z-]+:\S+$", text), proof.fact
    assert len(seen) > len(proofs)


def test_what_is_not_computed_and_where_a_thing_is_told_are_said_in_words(dataset: Dataset) -> None:
    labels = Labels(dataset, "fr")
    (uncomputed, *_) = dataset.store.quads_for_pattern(None, TYPE, dor("UncomputedObservation"), DefaultGraph())
    found = detail(dataset, uncomputed.subject)
    assert found is not None
    assert told(labels, found) == "calcul non fait : taux de pénétration"
    passage = NamedNode(f"{BASE}evidence/politiques-numeriques-loire/1492-1522")
    assert labels.said(passage) == "Les politiques numériques de la Loire, 1492-1522"


def test_the_facts_of_networks_and_contracts_rest_on_passages(concluded: Dataset, read: tuple[Rule, ...]) -> None:
    prover = Prover(concluded, lambda: read)
    contract = NamedNode(f"{BASE}contract/siel-te-thd42-exploitation-2016")
    (end,) = facts(concluded, contract, dor("computedEndsOn"))
    proof = prover.prove(end)
    assert proof is not None
    quoted = {source.passage.exact for leaf in proof.leaves() for source in leaf.sources if source.passage}
    assert any("Depuis le 1er janvier 2016" in exact and "15 ans" in exact for exact in quoted)


def test_one_explanation_looks_up_what_it_needs_and_no_more(concluded: Dataset, read: tuple[Rule, ...]) -> None:
    contract = NamedNode(f"{BASE}contract/siel-te-thd42-exploitation-2016")
    for thing, predicate, most in ((THD42, OPERATOR, 40), (contract, dor("computedEndsOn"), 120)):
        counted, counter = counting(concluded)
        (fact,) = facts(counted, thing, predicate)
        assert Prover(counted, lambda: read).prove(fact)
        assert counter.asked < most


def test_the_cost_of_an_explanation_does_not_follow_the_size_of_the_graph(read: tuple[Rule, ...]) -> None:
    costs = []
    for size in (10, 10_000):
        much = [Triple(NamedNode(f"urn:x{n}"), BELOW, NamedNode(f"urn:y{n}")) for n in range(size)]
        counted, counter = counting(graph([Triple(A, BELOW, B), Triple(B, BELOW, C), *much], [Triple(A, BELOW, C)]))
        assert Prover(counted, lambda: (Transitive(),)).prove(Triple(A, BELOW, C))
        costs.append(counter.asked)
    assert costs[0] == costs[1]


def councils(number: int) -> list[Triple]:
    """Return facts about so many councils of the same kind, each with its contract, and a syndicate for every three."""
    found = []
    for n in range(number):
        council, company, group = (NamedNode(f"{BASE}actor/{kind}-{n}") for kind in ("council", "company", "group"))
        contract, network = NamedNode(f"{BASE}contract/{n}"), NamedNode(f"{BASE}network/{n}")
        found += [
            Triple(council, TYPE, dor("Municipality")),
            Triple(council, dor("memberOf"), NamedNode(f"{BASE}actor/syndicate-{n // 3}")),
            Triple(NamedNode(f"{BASE}actor/syndicate-{n // 3}"), TYPE, dor("SyndicatMixte")),
            Triple(company, TYPE, dor("Company")),
            Triple(company, dor("subsidiaryOf"), group),
            Triple(contract, TYPE, dor("Concession")),
            Triple(contract, dor("grantor"), council),
            Triple(contract, dor("delegatee"), company),
            Triple(contract, dor("concerns"), network),
            Triple(contract, dor("mission"), NamedNode("https://w3id.org/dorsale/code/mission/operation")),
            Triple(network, TYPE, dor("BackboneNetwork")),
            Triple(network, dor("owner"), council),
        ]
    return found


def test_no_explanation_looks_through_the_graph(read: tuple[Rule, ...]) -> None:
    """What is asked and answered is the same among a hundred times as many; every query names what it is about."""
    syndicate = f"{BASE}observation/syndicate-0-member-municipalities"
    goals = [
        Triple(NamedNode(f"{BASE}actor/council-0"), TYPE, dor("Actor")),
        Triple(NamedNode(f"{BASE}actor/council-0"), TYPE, dor("NetworkOwner")),
        Triple(NamedNode(f"{BASE}network/0"), OPERATOR, NamedNode(f"{BASE}actor/company-0")),
        Triple(NamedNode(f"{BASE}network/0"), dor("operatorGroup"), NamedNode(f"{BASE}actor/group-0")),
        Triple(NamedNode(syndicate), dor("unit"), NamedNode("https://w3id.org/dorsale/code/unit/number")),
        Triple(NamedNode(syndicate), dor("value"), Literal(3)),
    ]
    costs = []
    for number in (3, 300):
        made = graph(councils(number), [])
        made.commit(derive(made, read))
        for goal in goals:
            counted, counter = counting(made)
            proof = Prover(counted, lambda: read).prove(goal)
            assert proof is not None
            assert proof.rule is not None
            assert all("VALUES" in query for query in counter.queries), goal
            costs.append((counter.asked, counter.answered))
    assert costs[: len(goals)] == costs[len(goals) :]


# --- what is known of a thing ---------------------------------------------------------------------------------


def test_a_profile_has_what_is_said_of_a_thing_in_both_directions(dataset: Dataset) -> None:
    known = profile(dataset, NamedNode(f"{BASE}actor/thd42-exploitation"), Prover(dataset, none))
    groups = dict(known.groups)
    assert [(line.predicate, line.value) for line in groups["relations"]] == [(dor("subsidiaryOf"), AXIONE)]
    assert (OPERATOR, True, THD42) in {(line.predicate, line.inverse, line.value) for line in groups["roles"]}
    assert {line.predicate for line in groups["contracts"]} == {dor("delegatee"), dor("contractor")}
    assert all(line.sources for lines in groups.values() for line in lines)


def test_figures_sums_and_functions_are_told_in_words(dataset: Dataset) -> None:
    for thing, language, expected in (
        (
            "observation/thd42-fibre-length",
            "fr",
            "linéaire de fibre : 13\u202f000 km, Réseau THD42 (constaté, fibre optique)",
        ),
        ("observation/thd42-fibre-length", "en", "length of fibre: 13,000 km, Réseau THD42 (reported, optical fibre)"),
        ("observation/axione-network-count", "en", "number of networks: more than 20, Axione (reported)"),
    ):
        found = detail(dataset, NamedNode(BASE + thing))
        assert found is not None
        assert told(Labels(dataset, language), found) == expected
    cost = detail(dataset, NamedNode(f"{BASE}funding/couverture-des-zones-blanches-de-la-lozere-cout"))
    assert cost is not None
    assert "€18,000,000 to 25,000,000" in told(Labels(dataset, "en"), cost).replace("€25", "25")
    assert detail(dataset, THD42) is None


def test_what_is_derived_is_told_with_its_rule_and_does_not_say_again_what_is_stated(
    concluded: Dataset, read: tuple[Rule, ...]
) -> None:
    known = profile(concluded, NamedNode(f"{BASE}actor/thd42-exploitation"), Prover(concluded, lambda: read))
    kinds = {line.value: line for line in dict(known.groups)["kinds"]}
    assert dor("Delegatee") in kinds
    assert dor("Actor") not in kinds
    assert kinds[dor("Delegatee")].rule is not None
    assert not [line for _, lines in known.groups for line in lines if line.predicate == dor("involves")]
    axione = profile(concluded, AXIONE, Prover(concluded, lambda: read))
    assert dor("Delegatee") not in {line.value for line in dict(axione.groups)["kinds"]}


# --- the question ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("THD42", "operator"),
        ("THD42", "exploitant", "THD42 exploitation"),
        ("network:thd42", "dor:operator", "actor:thd42-exploitation"),
        ("Réseau THD42", "EXPLOITANT", "thd42-exploitation"),
    ],
)
def test_a_fact_is_named_in_either_language(dataset: Dataset, words: tuple[str, ...]) -> None:
    (fact,) = asked(dataset, *words).facts
    assert (fact.subject, fact.predicate) == (THD42, OPERATOR)


@pytest.mark.parametrize("value", ["13000", "13 000", "13\u202f000", "13,000", "13000.0"])
def test_a_number_is_named_in_any_writing(dataset: Dataset, value: str) -> None:
    assert asked(dataset, "thd42-fibre-length", "valeur", value).facts


def test_a_date_a_code_and_a_class_are_named(dataset: Dataset) -> None:
    assert asked(dataset, "Lotim Télécom", "type").facts
    assert asked(dataset, "THD42", "a", "public-initiative network").facts
    assert asked(dataset, "THD42", "achevé le", "2020-03").facts
    assert asked(dataset, "THD42", "technologie", "fibre optique").facts


def test_what_is_not_said_is_an_answer_with_what_is_said_instead(dataset: Dataset) -> None:
    found = asked(dataset, "THD42", "operator", "Axione")
    assert found.facts == ()
    assert found.others == (NamedNode(f"{BASE}actor/thd42-exploitation"),)
    assert asked(dataset, "THD42", "owner").facts == ()


def test_words_that_name_nothing_are_refused(dataset: Dataset) -> None:
    for words in (("THD43", "operator"), ("THD42", "operatr"), ("THD42", "operator", "Axion")):
        with pytest.raises(UnknownName):
            asked(dataset, *words)
    with pytest.raises(AmbiguousName):
        asked(dataset, "Mende", "operator")


# --- the words that carry -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("une filiale d’Axione", ["Axione"], ["Axione"]),
        ("LOTIM télécom est là", ["Lotim Télécom", "lotim"], ["LOTIM télécom"]),
        ("à Clermont l’Hérault", ["clermont-l-herault"], ["Clermont l’Hérault"]),
        ("Axionesque", ["Axione"], []),
        ("le cœur de Lozère.", ["Coeur de Lozere"], ["cœur de Lozère"]),
        ("Puy\nde Dôme", ["Puy-de-Dôme"], ["Puy\nde Dôme"]),
        ("rien", ["", "?"], []),
    ],
)
def test_the_words_that_name_the_object_are_found(text: str, names: list[str], expected: list[str]) -> None:
    assert [text[start:end] for start, end in carrying(text, names)] == expected


# --- the command ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en_GB", "Réseau THD42 – operator: THD42 exploitation"),
        ("fr_FR", "Réseau THD42 – exploitant : THD42 exploitation"),
    ],
)
def test_why_is_answered_with_the_quoted_words(built: Workspace, dorsale: Run, language: str, said: str) -> None:
    run = dorsale("explain", "THD42", "operator", cwd=built.root, language=language, TERM="xterm-256color")
    assert run.returncode == 0
    assert run.stdout.splitlines()[0] == said
    assert "a confié pour 15 ans" in run.stdout
    assert "(Les politiques numériques de la Loire, 3672-3840)" in run.stdout
    assert "\x1b" not in run.stdout
    assert run.stderr == ""


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en_GB", ("What it is", "operator", "length of fibre: 13,000 km", "authority file", "[1] «")),
        ("fr_FR", ("Ce que c'est", "exploitant", "linéaire de fibre : 13\u202f000 km", "fichier d'autorité", "[1] «")),
    ],
)
def test_a_thing_is_told_in_the_users_language(
    built: Workspace, dorsale: Run, language: str, expected: tuple[str, ...]
) -> None:
    run = dorsale("explain", "THD42", cwd=built.root, language=language)
    assert run.returncode == 0
    for words in expected:
        assert words in run.stdout
    assert "https://" not in run.stdout
    assert "\x1b" not in run.stdout


def test_what_no_document_says_ends_with_one(built: Workspace, dorsale: Run) -> None:
    run = dorsale("explain", "THD42", "operator", "Axione", cwd=built.root)
    assert run.returncode == 1
    assert "no document says so" in run.stdout
    assert "THD42 exploitation" in run.stdout
    french = dorsale("explain", "THD42", "propriétaire", cwd=built.root, language="fr_FR")
    assert french.returncode == 1
    assert "aucun document ne le dit" in french.stdout


def test_json_has_the_iris_the_offsets_and_the_words_that_carry(built: Workspace, dorsale: Run) -> None:
    run = dorsale("explain", "thd42-fibre-length", "value", "--format", "json", cwd=built.root)
    (proof,) = json.loads(run.stdout)
    assert proof["fact"]["object"] == {
        "value": "13000", "datatype": "http://www.w3.org/2001/XMLSchema#integer", "words": "13,000",
    }  # fmt: skip
    (stated,) = proof["stated"]
    start, end = stated["carrying"][0]
    assert stated["exact"][start:end].startswith("13 000")
    thing = json.loads(dorsale("explain", "THD42", "--format", "json", cwd=built.root).stdout)
    assert thing["thing"]["iri"] == THD42.value
    assert {group["group"] for group in thing["groups"]} >= {"kinds", "names", "relations", "figures"}


def test_more_words_than_a_fact_has_are_refused(built: Workspace, dorsale: Run) -> None:
    run = dorsale("explain", "THD42", "operator", "THD42", "exploitation", cwd=built.root)
    assert (run.returncode, run.stdout) == (2, "")
    assert "exploitation" in run.stderr


def test_a_terminal_shows_the_carrying_words_in_bold(built: Workspace) -> None:
    leader, follower = pty.openpty()
    subprocess.run(
        [sys.executable, "-m", "dorsale", "explain", "Lotim Télécom", "subsidiary of"],
        stdout=follower,
        cwd=built.root,
        env={**os.environ, "LC_ALL": "en_GB.UTF-8", "PYTHONUTF8": "1", "TERM": "xterm", "COLUMNS": "200"},
        check=True,
    )
    os.close(follower)
    shown = b""
    try:
        while block := os.read(leader, 65536):
            shown += block
    except OSError:
        # The other end is closed: Linux says so with an error.
        pass
    os.close(leader)
    assert "\x1b[1mgroupe Axione\x1b[0m" in shown.decode()
