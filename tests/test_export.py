import random
import re
from collections.abc import Iterable

import pytest
import rdflib
from conftest import Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse, serialize

from dorsale.graph import export as exporting
from dorsale.graph.export import FORMATS, OF_NAMED_GRAPHS, PREFIXED, export
from dorsale.graph.store import Change, Dataset
from dorsale.names import BASE, prefixes
from dorsale.statements import in_graph
from dorsale.workspace import Workspace

RDFLIB = {
    "turtle": "turtle", "trig": "trig", "nquads": "nquads", "ntriples": "nt", "jsonld": "json-ld", "rdfxml": "xml",
}  # fmt: skip


def held(quads: Iterable[Quad]) -> set[Quad]:
    """Quads as the store keeps them: numbers in their canonical form."""
    store = Store()
    store.extend(quads)
    return set(store)


def expected(dataset: Dataset, format: str) -> set[Quad]:
    if FORMATS[format] in OF_NAMED_GRAPHS:
        return set(dataset.quads())
    return {in_graph(triple, DefaultGraph()) for triple in dataset.facts()}


@pytest.mark.parametrize("format", FORMATS)
def test_oxigraph_reads_back_what_was_written(dataset: Dataset, format: str) -> None:
    assert held(parse(export(dataset, format), format=FORMATS[format])) == expected(dataset, format)


@pytest.mark.parametrize("format", FORMATS)
def test_rdflib_reads_back_what_was_written(dataset: Dataset, format: str) -> None:
    read = rdflib.Dataset()
    read.parse(data=export(dataset, format), format=RDFLIB[format])
    written = read.serialize(format="nquads", encoding="utf-8").replace(b"<urn:x-rdflib:default> .", b".")
    assert held(parse(written, format=RdfFormat.N_QUADS)) == expected(dataset, format)


@pytest.mark.parametrize("format", FORMATS)
def test_the_order_of_loading_does_not_show(dataset: Dataset, format: str) -> None:
    quads = list(dataset.quads())
    random.Random(4).shuffle(quads)
    other = Dataset(Store(), dataset.base)
    half = len(quads) // 2
    other.commit(Change(dict.fromkeys(quads[:half])))
    other.commit(Change(dict.fromkeys(quads[half:])))
    assert export(other, format) == export(dataset, format)


@pytest.mark.parametrize("format", FORMATS)
def test_another_process_with_another_hash_seed_writes_the_same_bytes(
    built: Workspace, dorsale: Run, format: str
) -> None:
    first, second = (dorsale("export", "--format", format, cwd=built.root, PYTHONHASHSEED=seed) for seed in ("1", "2"))
    assert first.returncode == second.returncode == 0
    assert first.stdout
    assert first.stdout == second.stdout


def test_only_prefixes_that_are_used_are_declared(dataset: Dataset) -> None:
    for format in ("turtle", "trig"):
        text = export(dataset, format).decode()
        head, body = re.findall(r"^@prefix ([\w-]+):", text, re.M), re.sub(r"^@prefix .*$", "", text, flags=re.M)
        assert head == sorted(head)
        for prefix in head:
            assert re.search(rf"(?<![\w-]){re.escape(prefix)}:", body), prefix


def test_there_are_no_blank_nodes(dataset: Dataset) -> None:
    assert not [
        quad for quad in dataset.quads() if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)
    ]


def test_turtle_is_a_paragraph_for_each_thing_with_its_label_first(dataset: Dataset) -> None:
    text = export(dataset, "turtle").decode()
    paragraphs = [paragraph for paragraph in text.split("\n\n")[1:] if paragraph]
    assert len(paragraphs) == len({triple.subject for triple in dataset.facts()})
    (axione,) = [paragraph for paragraph in paragraphs if paragraph.startswith("actor:axione ")]
    assert re.match(r'actor:axione a (?:dor:\w+ , )*dor:\w+ ;\n    rdfs:label "Axione"@fr', axione)
    assert "\t" not in text


def test_passages_stand_in_the_order_of_their_text(dataset: Dataset) -> None:
    text = export(dataset, "trig").decode()
    starts = [int(start) for start in re.findall(r"^politiques-numeriques-loire:(\d+)-\d+ \{", text, re.M)]
    assert len(starts) > 40
    assert starts == sorted(starts)


def test_awkward_terms_survive(dataset: Dataset) -> None:
    odd: list[NamedNode | Literal] = [
        NamedNode("https://example.org/a(b)"), Literal('"""\n\\ \t é'), Literal("x", language="fr"),
        Literal("2020-08", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#gYearMonth")),
        Literal("@prefix a: <b> ."),
    ]  # fmt: skip
    subject, graph = NamedNode("https://example.org/a(b)"), NamedNode(f"{BASE}graph/authority")
    small = Dataset(Store())
    small.commit(Change({Quad(subject, NamedNode("https://example.org/p"), term, graph): None for term in odd}))
    for format, syntax in FORMATS.items():
        assert held(parse(export(small, format), format=syntax)) == expected(small, format), format


NAMES = ("actor/a9", "actor/a10", "actor/a010", "actor/b", "network/a9", "evidence/loire/9-10", "evidence/loire/10-11",
         "evidence/actor/1-2", "evidence/2020-plan/1-2", "graph/evidence", "x/1/2", "x/1")  # fmt: skip
THINGS = some.sampled_from([*(NamedNode(BASE + name) for name in NAMES), NamedNode("https://example.org/1²2")])
VALUES = some.one_of(
    THINGS,
    some.text(max_size=3).map(Literal),
    some.sampled_from([Literal("a\u2028b\x85c\x0bd\ne\tf\rg"), Literal(1), Literal("x", language="fr")]),
)
PROPERTIES = some.sampled_from([*exporting.FIRST, NamedNode("http://example.org/says")])
QUADS = some.lists(some.builds(Quad, THINGS, PROPERTIES, VALUES, THINGS), max_size=30)


def naively(dataset: Dataset, format: str) -> bytes:
    """All statements sorted one by one and written at once, with every prefix: what is said, line by line."""

    def natural(name: object) -> list[tuple[int, str]]:
        parts = re.split(r"([0-9]+)", str(name))
        return [(int(part), "") if part[:1] in "0123456789" and part else (0, part) for part in parts]

    order = exporting._Order(BASE)

    def key(quad: Quad) -> tuple[object, ...]:
        subject = str(quad.subject)
        rank = order._rank(subject[1 : max(subject.rfind("/"), subject.rfind("#")) + 1])
        first = exporting.FIRST.get(quad.predicate, 9)
        names = (natural(quad.graph_name), str(quad.graph_name), rank, natural(subject), subject)
        return (*names, first, str(quad.predicate), str(quad.object))

    ordered = sorted(expected(dataset, format), key=key)
    known = {**prefixes(BASE), "loire": f"{BASE}evidence/loire/"} if FORMATS[format] in PREFIXED else None
    return serialize(ordered, format=FORMATS[format], prefixes=known) or b""


def body(written: bytes) -> list[bytes]:
    return [line.strip() for line in written.split(b"\n") if line and not line.startswith(b"@prefix")]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(quads=QUADS, at_once=some.integers(1, 8))
def test_any_graph_is_written_as_if_all_its_statements_were_sorted_at_once(
    monkeypatch: pytest.MonkeyPatch, quads: list[Quad], at_once: int
) -> None:
    small = Dataset(Store())
    small.commit(Change(dict.fromkeys(quads)))
    monkeypatch.setattr(exporting, "SOME", at_once)
    for format in ("turtle", "trig", "nquads", "ntriples"):
        written = export(small, format)
        assert body(written) == body(naively(small, format)), format
        assert held(parse(written, format=FORMATS[format])) == expected(small, format), format


def test_a_document_whose_name_cannot_be_a_prefix_has_its_passages_written_out() -> None:
    """One begins with a digit, the other is the name of a kind of things."""
    small = Dataset(Store())
    for slug in ("2020-plan", "actor"):
        passage = NamedNode(f"{BASE}evidence/{slug}/1-2")
        small.commit(Change({Quad(NamedNode(f"{BASE}actor/a"), exporting.TYPE, passage, passage): None}))
    for format in ("turtle", "trig"):
        text = export(small, format).decode()
        assert re.findall("^@prefix ([^:]+): <([^>]+)>", text, re.M) == [
            ("actor", f"{BASE}actor/"), ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#")
        ][: text.count("@prefix")]  # fmt: skip
        assert f"<{BASE}evidence/2020-plan/1-2>" in text
