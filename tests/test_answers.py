import csv
import io
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from pyoxigraph import BlankNode, Literal, NamedNode, Triple, parse

from dorsale.errors import QueryFailed, WrongFormat
from dorsale.graph.export import FORMATS
from dorsale.graph.labels import Labels, Term
from dorsale.graph.queries import Answer, run
from dorsale.graph.queries.answers import RESULTS
from dorsale.graph.queries.labelled import labelled
from dorsale.graph.store import Dataset
from dorsale.workspace import Workspace

XSD = "http://www.w3.org/2001/XMLSchema#"
AXIONE = "https://w3id.org/dorsale/id/actor/axione"
# Two hundred thousand rows: whole, they are more than forty megabytes. What a query computes, the engine keeps.
MANY = "SELECT ?s ?p ?o ?other { ?s ?p ?o . ?other a ?kind } LIMIT 200000"
ODD: tuple[Term | None, ...] = (
    Literal('a\tb\nc\r\\"\u0000\u001b\u2028,;'),
    Literal(""),
    Literal("12.50", datatype=NamedNode(f"{XSD}decimal")),
    Literal("many", datatype=NamedNode(f"{XSD}integer")),
    Literal("oui", language="fr"),
    NamedNode("https://example.org/é"),
    BlankNode("b"),
    Triple(NamedNode("a:a"), NamedNode("a:b"), Triple(NamedNode("a:a"), NamedNode("a:b"), Literal("\t"))),
    None,
)


@pytest.mark.parametrize("rows", [[ODD, ODD], [[term] for term in ODD], [[], []], []])
def test_rows_come_back_from_an_answer_as_they_went_in(rows: list[Sequence[Term | None]]) -> None:
    columns = [f"c{number}" for number in range(len(rows[0]))] if rows else ["a"]
    answer = Answer.of(columns, iter(rows), "")
    assert answer.variables == tuple(columns)
    assert [tuple(row) for row in answer.rows()] == [tuple(row) for row in rows]


def test_rows_that_are_there_are_not_read_from_what_is_written_of_them() -> None:
    rows = [(Literal("é\t\n"), None), (Literal(1), NamedNode("https://example.org/a"))]
    answer = Answer.of(("a", "b"), rows, "")
    assert [row is given for row, given in zip(answer.rows(), rows, strict=True)] == [True, True]
    assert list(Answer.of(("a", "b"), iter(rows), "").rows()) == rows


def test_what_goes_wrong_while_rows_are_made_is_told_as_it_is() -> None:
    def rows() -> Iterator[tuple[Literal]]:
        yield (Literal("x"),)
        raise QueryFailed(reason="why")

    with pytest.raises(QueryFailed, match="why"):
        Answer.of(("a",), rows(), "").serialized("csv")


@pytest.mark.parametrize("format", RESULTS)
def test_an_answer_has_the_same_bytes_however_it_is_written(dataset: Dataset, format: str) -> None:
    text = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 500"
    solutions: Any = dataset.store.query(text)
    whole = solutions.serialize(format=RESULTS[format])
    assert run(dataset, text).serialized(format) == whole
    assert run(dataset, text).write(format, counted := io.BytesIO(), counted=True) == 500
    assert counted.getvalue() == whole
    assert run(dataset, text).write(format, first := io.BytesIO(), limit=7) == 500
    assert first.getvalue() == run(dataset, text.replace("500", "7")).serialized(format)


def test_a_graph_has_every_format_of_rdf_and_no_named_graph(dataset: Dataset) -> None:
    text = "CONSTRUCT WHERE { ?s <https://w3id.org/dorsale/ontology#subsidiaryOf> ?o }"
    for format, syntax in FORMATS.items():
        quads = list(parse(run(dataset, text).serialized(format), syntax))
        assert len(quads) == 2
        assert {str(quad.graph_name) for quad in quads} == {"DEFAULT"}
    assert run(dataset, text).write("nquads", io.BytesIO(), limit=1) == 2
    for format in ("csv", "html", "xlsx", "markdown"):
        with pytest.raises(WrongFormat, match="trig, nquads"):
            run(dataset, text).serialized(format)


# --- labels -------------------------------------------------------------------------------------------------------


def columns(written: bytes) -> list[str]:
    return written.decode().splitlines()[0].split(",")


def with_labels(dataset: Dataset, text: str, language: str = "fr") -> list[dict[str, str]]:
    with labelled(run(dataset, text), Labels(dataset, language)) as answer:
        return [*csv.DictReader(io.StringIO(answer.serialized("csv").decode()))]


def test_each_column_of_things_has_its_labels_beside_it(dataset: Dataset) -> None:
    text = "SELECT ?group ?n ?company { ?company dor:subsidiaryOf ?group BIND(1 AS ?n) } ORDER BY ?company"
    first, _ = with_labels(dataset, text)
    assert list(first) == ["group", "groupLabel", "n", "company", "companyLabel"]
    assert first["group"] == AXIONE
    assert first["groupLabel"] == "Axione"


def test_a_thing_in_the_last_row_alone_makes_a_column_of_labels(dataset: Dataset) -> None:
    numbers = " ".join(map(str, range(5_000)))
    rows = with_labels(dataset, f"SELECT ?a {{ VALUES ?a {{ {numbers} actor:axione }} }}")
    assert [row["aLabel"] for row in rows] == [""] * 5_000 + ["Axione"]


def test_labels_are_in_the_language_that_is_asked_for(dataset: Dataset) -> None:
    text = "SELECT ?a { VALUES ?a { technology:ftth dor:operator } }"
    french, english = (with_labels(dataset, text, language) for language in ("fr", "en"))
    assert [row["aLabel"] for row in french] != [row["aLabel"] for row in english]
    assert english[1]["aLabel"] == "operator"
    assert french[1]["aLabel"] == "exploitant"


def test_a_column_of_labels_that_the_query_has_stays_alone(dataset: Dataset) -> None:
    (row,) = with_labels(dataset, "SELECT ?a ?aLabel { VALUES (?a ?aLabel) { (actor:axione 'mine') } }")
    assert row == {"a": AXIONE, "aLabel": "mine"}


@pytest.mark.parametrize("format", ["csv", "tsv", "json", "xml"])
def test_programs_get_labels_only_where_they_ask(built: Workspace, dorsale: Run, format: str) -> None:
    asked = ("query", "groups", "--format", format, "-w", built.root)
    plain = dorsale(*asked, language="fr_FR").stdout
    assert "Lotim Télécom" not in plain
    assert dorsale(*asked, "--labels", "none").stdout == plain
    assert "Lotim Télécom" in dorsale(*asked, "--labels", "fr").stdout


@pytest.mark.parametrize("format", ["table", "markdown", "html"])
def test_people_get_labels_in_their_language_in_another_or_prefixed_names(
    built: Workspace, dorsale: Run, format: str
) -> None:
    asked = ("query", "network-owners", "--network", "THD42", "--format", format, "-w", built.root)
    french = dorsale(*asked, language="fr_FR").stdout
    assert "non dit" in french
    assert dorsale(*asked, "--labels", "fr").stdout == french
    bare = dorsale(*asked, "--labels", "none").stdout
    assert "actor:thd42-exploitation" in bare
    assert "Réseau THD42" not in bare
    assert "not stated" in bare


def test_labels_stand_beside_the_evidence(built: Workspace, dorsale: Run) -> None:
    run = dorsale("query", "groups", "--evidence", "--labels", "fr", "--format", "csv", "-w", built.root)
    assert run.stdout.splitlines()[0] == (
        "group,groupLabel,subsidiary,subsidiaryLabel,contract,contractLabel,evidence,evidenceIRI"
    )
    people = dorsale("query", "groups", "--evidence", "--labels", "none", "-w", built.root)
    assert "actor:axione" in people.stdout
    assert "[1] «" in people.stdout


# --- many rows ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("format", "more"),
    [
        *((format, ()) for format in RESULTS),
        ("csv", ("--limit", "3")),
        ("json", ("--expect", "rows=200000")),
        ("tsv", ("--labels", "fr")),
    ],
    ids=str,
)
def test_many_rows_take_no_more_memory_than_few(
    built: Workspace, tmp_path: Path, format: str, more: tuple[str, ...]
) -> None:
    (tmp_path / "many.rq").write_text(MANY)
    (tmp_path / "few.rq").write_text(MANY.replace("200000", "100"))
    few, _ = held(built, tmp_path / "few.rq", format, "--limit", "3")
    many, written = held(built, tmp_path / "many.rq", format, *more)
    assert written > (0 if "--limit" in more else 40_000_000)
    assert many - few < 8 << 10


def held(built: Workspace, query: Path, format: str, *more: str) -> tuple[int, int]:
    """Return how many kilobytes a query held at most, and how many bytes it wrote."""
    words = [sys.executable, "-m", "dorsale", "query", "-f", query, "--format", format, "-w", built.root, *more]
    process = subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout
    written = 0
    while piece := process.stdout.read(1 << 20):
        written += len(piece)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    assert process.returncode == 0
    return used.ru_maxrss, written


def test_a_reader_who_has_had_enough_of_many_rows_is_no_error(built: Workspace, tmp_path: Path) -> None:
    (tmp_path / "many.rq").write_text(MANY)
    for more, start in (("", "s,p,o,othe"), ("--labels fr", "s,sLabel,p"), ("--expect nonempty", "s,p,o,othe")):
        run = subprocess.run(
            f"{sys.executable} -m dorsale query -f {tmp_path / 'many.rq'} --format csv {more} | head -c 10",
            shell=True, capture_output=True, text=True, cwd=built.root, check=False,
        )  # fmt: skip
        assert (run.stdout, run.stderr) == (start, "")


@pytest.mark.parametrize("format", ["csv", "json", "html"])
def test_a_full_device_is_said(built: Workspace, dorsale: Run, tmp_path: Path, format: str) -> None:
    full = dorsale("query", "groups", "--format", format, "-o", "/dev/full", cwd=built.root)
    assert (full.returncode, full.stdout) == (2, "")
    assert "/dev/full" in full.stderr
    assert "Traceback" not in full.stderr
    run = subprocess.run(
        f"{sys.executable} -m dorsale query groups --format {format} > /dev/full",
        shell=True, capture_output=True, text=True, cwd=built.root, check=False,
    )  # fmt: skip
    assert run.returncode == 2
    assert run.stderr.count("\n") == 1


def test_a_disk_that_is_full_before_the_end_leaves_the_file_that_was_there(built: Workspace, tmp_path: Path) -> None:
    (tmp_path / "many.rq").write_text(MANY)
    target = tmp_path / "answer.csv"
    target.write_text("before")
    run = subprocess.run(
        f"ulimit -f 2000; {sys.executable} -m dorsale query -f {tmp_path / 'many.rq'} -o {target}",
        shell=True, executable="/bin/bash", capture_output=True, text=True, cwd=built.root, check=False,
    )  # fmt: skip
    assert run.returncode == 2
    assert str(target) in run.stderr
    assert target.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_a_pipe_or_a_device_takes_an_answer_and_stays_what_it_is(
    built: Workspace, dorsale: Run, tmp_path: Path
) -> None:
    run = dorsale("query", "groups", "--format", "csv", "-o", "/dev/stdout", cwd=built.root)
    assert run.stdout == dorsale("query", "groups", "--format", "csv", cwd=built.root).stdout
    os.mkfifo(pipe := tmp_path / "answer.csv")
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True) as reader:
        assert dorsale("query", "groups", "-o", pipe, cwd=built.root).returncode == 0
        assert reader.communicate()[0].startswith("group,")
    assert pipe.is_fifo()


def test_an_answer_that_is_stopped_leaves_no_half_of_a_file(built: Workspace, dorsale: Run, tmp_path: Path) -> None:
    (tmp_path / "endless.rq").write_text("SELECT * { ?a ?b ?c . ?d ?e ?f }")
    run = dorsale(
        "query", "-f", tmp_path / "endless.rq", "--timeout", "1", "-o", tmp_path / "answer.csv", cwd=built.root
    )
    assert run.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["endless.rq"]
