import hashlib
from collections.abc import Iterable
from pathlib import Path

import pytest
from conftest import Run
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple, parse

from dorsale.build import rules_of, shapes
from dorsale.errors import QueryParameter, WrongFormat
from dorsale.graph.derive import Rule
from dorsale.graph.explain import Sources
from dorsale.graph.export import FORMATS, export
from dorsale.graph.slices import Slice
from dorsale.graph.store import Dataset
from dorsale.graph.validate import validate
from dorsale.names import BASE, CODE, DOR, dor, public
from dorsale.publish import Publication, published
from dorsale.publish.checks import MUST, check
from dorsale.publish.folder import keep
from dorsale.terms import Terms
from dorsale.workspace import Workspace

SIEL = NamedNode(f"{BASE}contract/siel-te-thd42-exploitation-2016")
LOZERE = NamedNode(f"{BASE}contract/delegation-altitude-telecom-lozere")
AXIONE = NamedNode(f"{BASE}actor/axione")
TYPE, QUOTED_FROM, EXACT = public("rdf:type"), public("prov:wasQuotedFrom"), public("oa:exact")
ASKED = [
    {"territory": ["Loire"]}, {"territory": ["Tarn", "Lozère"]}, {"actor": ["Axione"]}, {"actor": ["etat"]},
    {"document": ["fiche-anct-lozere"]}, {"territory": ["Lozère"], "document": ["journee-fibre-lozere"]},
]  # fmt: skip


@pytest.fixture(scope="module")
def rules(built: Workspace) -> tuple[Rule, ...]:
    return rules_of(built, Terms.read(built))


@pytest.fixture(scope="module")
def axione(dataset: Dataset, rules: tuple[Rule, ...]) -> Dataset:
    return cut(dataset, rules, actor=["Axione"])


def cut(dataset: Dataset, rules: Iterable[Rule], **asked: object) -> Dataset:
    times = {name: asked.pop(name) for name in ("since", "until") if name in asked}
    part = Slice.of(dataset, asked, **times).cut(dataset, rules)  # type: ignore[arg-type]
    assert part is not None
    return part


def documents(part: Dataset) -> set[str]:
    quads = part.store.quads_for_pattern(None, QUOTED_FROM, None)
    return {quad.object.value.rsplit("/", 1)[-1] for quad in quads if isinstance(quad.object, NamedNode)}


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_a_slice_is_valid_closed_and_says_nothing_that_the_whole_does_not(
    built: Workspace, dataset: Dataset, rules: tuple[Rule, ...], asked: dict[str, list[str]]
) -> None:
    part = cut(dataset, rules, **asked)
    assert not validate(part, shapes(built)).violations
    facts = set(part.facts())
    assert facts < set(dataset.facts())
    described = {fact.subject for fact in facts}
    named = {one for fact in facts for one in fact if isinstance(one, NamedNode)}
    ours = (BASE, DOR, CODE, "http://id.insee.fr/geo/")
    assert {one.value for one in named - described if one.value.startswith(ours)} == set()
    sources = Sources(part)
    for graph in part.store.named_graphs():
        assert "/graph/" in graph.value or sources.passage(graph).exact  # type: ignore[arg-type]


def test_a_slice_of_a_territory_has_the_contracts_of_its_networks_and_not_those_of_others(
    dataset: Dataset, rules: tuple[Rule, ...]
) -> None:
    loire = {fact.subject for fact in cut(dataset, rules, territory=["Loire"]).facts()}
    assert SIEL in loire
    assert LOZERE not in loire


def test_territories_are_any_of_them_and_kinds_hold_together(dataset: Dataset, rules: tuple[Rule, ...]) -> None:
    both = {fact.subject for fact in cut(dataset, rules, territory=["Loire", "Lozère"]).facts()}
    assert {SIEL, LOZERE} <= both
    axione = {fact.subject for fact in cut(dataset, rules, territory=["Loire", "Lozère"], actor=["Axione"]).facts()}
    assert AXIONE in axione
    assert LOZERE not in axione


def test_a_slice_of_a_document_is_what_it_says(dataset: Dataset, rules: tuple[Rule, ...]) -> None:
    slug = "journee-fibre-lozere"
    part = cut(dataset, rules, document=[slug])
    passages = [graph for graph in part.store.named_graphs() if f"/evidence/{slug}/" in str(graph)]
    for passage in passages:
        quads = set(part.store.quads_for_pattern(None, None, None, passage))
        assert quads == set(dataset.store.quads_for_pattern(None, None, None, passage))
    assert len(passages) == sum(f"/evidence/{slug}/" in str(graph) for graph in dataset.store.named_graphs())


def test_what_a_derived_fact_rests_on_comes_along(dataset: Dataset, rules: tuple[Rule, ...]) -> None:
    loire = cut(dataset, rules, territory=["Loire"])
    thd42 = NamedNode(f"{BASE}network/thd42")
    assert list(loire.store.quads_for_pattern(thd42, dor("operatorGroup"), AXIONE))
    daughter = NamedNode(f"{BASE}actor/thd42-exploitation")
    assert list(loire.store.quads_for_pattern(daughter, dor("subsidiaryOf"), AXIONE))


def test_what_is_derived_in_a_slice_follows_from_what_is_in_it(dataset: Dataset, rules: tuple[Rule, ...]) -> None:
    loire, anct = (cut(dataset, rules, document=[one]) for one in ("politiques-numeriques-loire", "fiche-anct-lozere"))
    ends = [list(part.store.quads_for_pattern(SIEL, dor("computedEndsOn"), None)) for part in (loire, anct)]
    assert ends[0]
    assert not ends[1]


def test_a_time_is_that_of_the_documents_and_what_may_have_been_written_then_counts(
    dataset: Dataset, rules: tuple[Rule, ...]
) -> None:
    late = cut(dataset, rules, since="2019", document=["journee-fibre-lozere", "fiche-anct-lozere"])
    assert "fiche-anct-lozere" in documents(late)
    assert "journee-fibre-lozere" not in documents(late)
    early = cut(dataset, rules, until="2018-01-26", document=["journee-fibre-lozere", "fiche-anct-lozere"])
    assert documents(early) == {"journee-fibre-lozere"}


@pytest.mark.parametrize("asked", [{"territory": ["Loir"]}, {"actor": ["THD42"]}, {"since": "2020-02-30"}])
def test_what_is_no_such_thing_and_no_day_is_refused(
    dataset: Dataset, rules: tuple[Rule, ...], asked: dict[str, object]
) -> None:
    with pytest.raises(QueryParameter):
        cut(dataset, rules, **asked)


def test_a_slice_with_nothing_in_it_says_so_and_writes_nothing(built: Workspace, dorsale: Run, tmp_path: Path) -> None:
    empty = dorsale("export", "--until", "1990", "-o", tmp_path / "slice.ttl", cwd=built.root)
    assert (empty.returncode, empty.stdout) == (1, "")
    assert "nothing to write" in empty.stderr
    assert not list(tmp_path.iterdir())


def test_the_command_takes_several_values_and_gives_the_same_bytes_twice(built: Workspace, dorsale: Run) -> None:
    words = ("export", "--territory", "Loire", "--territory", "departement:48", "--actor", "axione")
    first, second = (dorsale(*words, "--evidence", "full", cwd=built.root, PYTHONHASHSEED=seed) for seed in "12")
    assert first.returncode == 0
    assert first.stdout == second.stdout
    read = Store()
    read.extend(parse(first.stdout, format=RdfFormat.TRIG))
    assert len(list(read.named_graphs())) > 5


def test_light_evidence_tells_the_passages_of_each_fact_in_plain_turtle(axione: Dataset) -> None:
    read = Store()
    read.extend(parse(export(axione, "turtle", "light"), format=RdfFormat.TURTLE))
    parts = [public(f"rdf:{part}") for part in ("subject", "predicate", "object")]
    told: dict[Triple, set[str]] = {}
    for quad in read.quads_for_pattern(None, TYPE, public("rdf:Statement")):
        fact, words = [next(read.quads_for_pattern(quad.subject, part, None)).object for part in parts], EXACT
        exact = next(read.quads_for_pattern(quad.subject, words, None)).object
        assert isinstance(exact, Literal)
        told.setdefault(Triple(*fact), set()).add(exact.value)  # type: ignore[arg-type]
        assert list(read.quads_for_pattern(quad.subject, QUOTED_FROM, None))
    sources = Sources(axione)
    known = {
        fact: {source.passage.exact for source in sources.of(fact) if source.passage} for fact in set(axione.facts())
    }
    assert told == {fact: words for fact, words in known.items() if words}


def test_the_statement_of_a_fact_has_one_name_in_every_release(dataset: Dataset, axione: Dataset) -> None:
    def names(dataset: Dataset) -> set[str]:
        lines = export(dataset, "ntriples", "light").decode().splitlines()
        return {line.split(" ", 1)[0] for line in lines if line.endswith("rdf-syntax-ns#Statement> .")}

    assert names(axione) < names(dataset)


@pytest.mark.parametrize("format", ["turtle", "trig"])
def test_without_evidence_there_are_facts_and_no_passage(axione: Dataset, format: str) -> None:
    bare = {quad.triple for quad in parse(export(axione, format, "none"), format=FORMATS[format])}
    assert any(fact.subject == AXIONE for fact in bare)
    assert not any(one.predicate in (EXACT, QUOTED_FROM, dor("statedIn")) or "/evidence/" in str(one) for one in bare)


@pytest.mark.parametrize(("format", "evidence"), [("turtle", "full"), ("trig", "light")])
def test_a_format_that_cannot_tell_passages_so_is_refused(axione: Dataset, format: str, evidence: str) -> None:
    with pytest.raises(WrongFormat):
        export(axione, format, evidence)  # type: ignore[arg-type]


def test_the_publication_of_a_slice_is_one_of_its_own(
    built: Workspace, dataset: Dataset, axione: Dataset, tmp_path: Path
) -> None:
    asked, whole = Slice.of(dataset, {"actor": ["Axione"]}), Publication.of(built)
    publication = whole.slice(asked.slug(dataset), asked.titles(dataset))
    assert publication.title["fr"].endswith("Axione")
    assert publication.url != whole.url
    sums = keep(published(built, axione, publication), tmp_path / "out")
    catalogue = (tmp_path / "out" / "catalog.ttl").read_text("utf-8")
    assert f'dcterms:identifier "{publication.url}dataset"' in catalogue
    assert f"dcterms:relation <{whole.url}dataset>" in catalogue
    assert catalogue.count("a dcat:Dataset ;") == 1, "a portal that has the whole, too, takes nothing twice"
    assert [one for one in check(publication, tmp_path / "out") if one.weight == MUST] == []
    assert (tmp_path / "out" / "id" / "actor" / "axione.html").exists()
    assert not (tmp_path / "out" / "id" / "contract" / "delegation-altitude-telecom-lozere.html").exists()
    again = {file.path: hashlib.sha256(file.content).hexdigest() for file in published(built, axione, publication)}
    assert again == sums
