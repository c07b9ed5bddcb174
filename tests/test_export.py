import random
import re
from collections.abc import Iterable

import pytest
import rdflib
from conftest import Run
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from dorsale.graph.export import FORMATS, OF_NAMED_GRAPHS, export
from dorsale.graph.store import Change, Dataset
from dorsale.names import BASE
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
