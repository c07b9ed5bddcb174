"""The graph as files: each reader finds in them what the dataset holds, and another run writes the same bytes."""

import gzip
import json
import subprocess
from pathlib import Path

import pytest
import rdflib
from conftest import Run
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from dorsale.errors import FolderOfWorkspace, SettingMissing
from dorsale.graph.store import Dataset
from dorsale.names import PUBLIC, prefixes, public
from dorsale.publish import publish
from dorsale.publish.dumps import FORMATS
from dorsale.publish.jsonld import compacted, context
from dorsale.statements import in_graph
from dorsale.workspace import Workspace

READ = {
    "ttl": ("turtle", RdfFormat.TURTLE, "turtle"), "nt": ("nt", RdfFormat.N_TRIPLES, "ntriples"),
    "jsonld": ("json-ld", RdfFormat.JSON_LD, None), "trig": ("trig", RdfFormat.TRIG, "trig"),
    "nq": ("nquads", RdfFormat.N_QUADS, "nquads"),
}  # fmt: skip
NAMED = ("trig", "nq")


def held(quads: object) -> set[Quad]:
    store = Store()
    store.extend(quads)  # type: ignore[arg-type]
    return set(store)


def expected(dataset: Dataset, ending: str) -> set[Quad]:
    if ending in NAMED:
        return set(dataset.quads())
    return {in_graph(triple, DefaultGraph()) for triple in dataset.facts()}


@pytest.mark.parametrize("ending", FORMATS)
def test_oxigraph_reads_the_dataset_from_each_dump(published: Path, dataset: Dataset, ending: str) -> None:
    content = (published / "dumps" / f"graph.{ending}").read_bytes()
    assert held(parse(content, format=READ[ending][1])) == expected(dataset, ending)


@pytest.mark.parametrize("ending", FORMATS)
def test_rdflib_reads_the_dataset_from_each_dump(published: Path, dataset: Dataset, ending: str) -> None:
    read = rdflib.Dataset()
    read.parse(published / "dumps" / f"graph.{ending}", format=READ[ending][0])
    written = read.serialize(format="nquads", encoding="utf-8").replace(b"<urn:x-rdflib:default> .", b".")
    assert held(parse(written, format=RdfFormat.N_QUADS)) == expected(dataset, ending)


@pytest.mark.raptor
@pytest.mark.parametrize("ending", [ending for ending in FORMATS if READ[ending][2]])
def test_raptor_reads_the_dataset_from_each_dump(published: Path, dataset: Dataset, ending: str) -> None:
    path = published / "dumps" / f"graph.{ending}"
    words = ["rapper", "-q", "-i", str(READ[ending][2]), "-o", "nquads", str(path)]
    read = subprocess.run(words, capture_output=True, check=True)
    assert held(parse(read.stdout, format=RdfFormat.N_QUADS)) == expected(dataset, ending)


def test_packed_and_plain_are_the_same(published: Path) -> None:
    packed = list((published / "dumps").glob("*.gz"))
    assert len(packed) == len(FORMATS)
    for path in packed:
        assert gzip.decompress(path.read_bytes()) == path.with_suffix("").read_bytes()


def test_another_run_with_another_hash_seed_language_and_number_of_workers_writes_the_same_bytes(
    workspace: Workspace, dorsale: Run, tmp_path: Path
) -> None:
    for number, language in (("1", "fr"), ("2", "en")):
        words = ("publish", "--out", tmp_path / number, "--workers", number)
        run = dorsale(*words, cwd=workspace.root, language=language, PYTHONHASHSEED=number)
        assert run.returncode == 0, run.stderr
        assert run.stdout.startswith({"fr": "Publié : ", "en": "Published: "}[language])
    first, second = ((tmp_path / number / "SHA256SUMS").read_text() for number in ("1", "2"))
    assert len(first.splitlines()) > 30
    assert first == second


def test_the_context_of_the_dump_is_the_one_published(published: Path) -> None:
    dump = json.loads((published / "dumps" / "graph.jsonld").read_bytes())
    assert dump["@context"] == json.loads((published / "context.jsonld").read_bytes())["@context"]
    (axione,) = [thing for thing in dump["@graph"] if thing["@id"] == "actor:axione"]
    assert axione["rdfs:label"] == {"@language": "fr", "@value": "Axione"}


XSD = PUBLIC["xsd"]
ODD: list[NamedNode | Literal] = [
    Literal("x"), Literal("x", language="fr"), Literal("actor:axione"),
    Literal("true", datatype=NamedNode(f"{XSD}boolean")),
    Literal("12345678901234567890", datatype=NamedNode(f"{XSD}integer")),
    Literal("1", datatype=NamedNode(f"{XSD}boolean")), Literal("007", datatype=NamedNode(f"{XSD}integer")),
    Literal("-0", datatype=NamedNode(f"{XSD}integer")),
    Literal("1.0", datatype=NamedNode(f"{XSD}decimal")), Literal("1e5", datatype=NamedNode(f"{XSD}double")),
    Literal("2020-08", datatype=NamedNode(f"{XSD}gYearMonth")), Literal("a\n\"\\\u2028</script>"), NamedNode("urn:x:y"),
    NamedNode("https://example.org/a(b)?c#d"), NamedNode("https://w3id.org/dorsale/id/actor/axione"),
]  # fmt: skip


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("kind", [None, "@id", "xsd:integer", "xsd:decimal", "xsd:boolean", "xsd:string"])
def test_json_ld_keeps_every_term_whatever_its_property_expects(kind: str | None, whole: bool) -> None:
    told = {**context(prefixes()), **({"dor:value": {"@type": kind}} if kind else {})}
    triples = [Triple(NamedNode("urn:s"), NamedNode(prefixes()["dor"] + "value"), term) for term in ODD]
    triples.append(Triple(NamedNode("urn:s"), public("rdf:type"), NamedNode("urn:c")))
    read = {quad.triple for quad in parse(compacted(triples, told, whole), format=RdfFormat.JSON_LD)}
    assert read == set(triples)


def test_the_json_ld_of_a_thing_has_the_part_of_the_context_that_it_needs(published: Path) -> None:
    whole = json.loads((published / "context.jsonld").read_bytes())["@context"]
    text = (published / "id" / "actor" / "axione.jsonld").read_text("utf-8")
    narrow = json.loads(text)["@context"]
    assert narrow.items() < whole.items()
    assert {"actor", "dor", "rdfs", "dor:partOfGroup"} <= narrow.keys()
    body = text[text.index('"@graph"') :]
    kinds = [told["@type"] for told in narrow.values() if isinstance(told, dict)]
    for name, told in narrow.items():
        assert f'"{name}":' in body if isinstance(told, dict) else f'"{name}:' in f"{body} {kinds}", name
    assert "dor:amount" not in narrow


def test_the_vocabulary_reads_the_same_in_both_formats(published: Path) -> None:
    for name in ("ontology", "codes", "shapes"):
        turtle, json_ld = (
            rdflib.Graph().parse(published / f"{name}.{ending}", format=READ[ending][0]) for ending in ("ttl", "jsonld")
        )
        assert len(turtle) == len(json_ld) > 300
        # Without blank nodes: they are compared by number.
        assert {t for t in turtle if not any(isinstance(term, rdflib.BNode) for term in t)} == {
            t for t in json_ld if not any(isinstance(term, rdflib.BNode) for term in t)
        }


def test_a_folder_that_holds_the_workspace_is_refused(workspace: Workspace, dataset: Dataset) -> None:
    for folder in (workspace.root, workspace.root.parent):
        with pytest.raises(FolderOfWorkspace):
            publish(workspace, dataset, folder)


def test_settings_that_are_missing_are_named_before_anything_is_written(
    workspace: Workspace, dataset: Dataset, tmp_path: Path
) -> None:
    text = (workspace.root / "dorsale.toml").read_text("utf-8")
    (workspace.root / "dorsale.toml").write_text(text[: text.index("[publication]")])
    with pytest.raises(SettingMissing, match="url"):
        publish(Workspace.open(workspace.root), dataset, tmp_path / "out")
    assert not (tmp_path / "out").exists()
