"""The suite of the W3C for answers in CSV and TSV, unmodified."""

import csv
import io
from pathlib import Path
from urllib.request import url2pathname

import pytest
from conftest import SHARED
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store, parse

from dorsale.graph.queries import Answer, run
from dorsale.graph.store import Dataset

SUITE = SHARED / "suites" / "sparql11" / "csv-tsv-res"
MANIFEST = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QUERY = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
SPACE = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/csv-tsv-res/manifest#"
CASES = tuple(f"{SPACE}{format}0{number}" for number in (1, 2, 3) for format in ("csv", "tsv"))
# The cases whose answer differs from the one of the suite, and why.
FAILING = {
    f"{SPACE}csv03": "Oxigraph keeps a double by its value: 1.0E6 is 1000000",
    f"{SPACE}tsv03": "Oxigraph keeps whole numbers as xsd:integer: a negativeInteger is not told apart",
}


def manifest() -> Store:
    store = Store()
    store.load(path=str(SUITE / "manifest.ttl"), format=RdfFormat.TURTLE, base_iri=(SUITE / "manifest.ttl").as_uri())
    return store


def asked(store: Store, text: str) -> QuerySolutions:
    solutions = store.query(text, prefixes={"mf": MANIFEST, "qt": QUERY})
    assert isinstance(solutions, QuerySolutions)
    return solutions


def file(store: Store, case: str, path: str) -> Path:
    """Return a file of a case."""
    (row,) = asked(store, f"SELECT ?file {{ <{case}> {path} ?file }}")
    iri = row["file"]
    assert isinstance(iri, NamedNode)
    return Path(url2pathname(iri.value.removeprefix("file://")))


def table(written: str, format: str) -> list[dict[str, str]]:
    """Return an answer, each cell as it is written under its variable: the order of ``SELECT *`` is the engine's."""
    if format == "csv":
        return [*csv.DictReader(io.StringIO(written, newline=""), strict=True)]
    head, *rows = (line.split("\t") for line in written.removesuffix("\n").split("\n"))
    assert all(name.startswith("?") for name in head)
    return [dict(zip(head, row, strict=True)) for row in rows]


def plain(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return rows whose blank nodes, which have other names each time, go by the order in which they come."""
    names: dict[str, str] = {}

    def name(cell: str) -> str:
        return names.setdefault(cell, f"_:{len(names)}") if cell.startswith("_:") else cell

    return [{variable: name(row[variable]) for variable in sorted(row)} for row in rows]


@pytest.mark.shared
def test_the_suite_is_whole() -> None:
    found = [row["case"] for row in asked(manifest(), "SELECT ?case { ?case mf:result ?file }")]
    assert {case.value for case in found if isinstance(case, NamedNode)} == set(CASES)
    assert FAILING.keys() <= set(CASES)


@pytest.mark.shared
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.removeprefix(SPACE))
def test_an_answer_is_written_to_the_letter_of_the_standard(case: str, request: pytest.FixtureRequest) -> None:
    if case in FAILING:
        request.applymarker(pytest.mark.xfail(reason=FAILING[case], strict=True))
    suite, store = manifest(), Store()
    store.load(path=str(file(suite, case, "mf:action/qt:data")), format=RdfFormat.TURTLE)
    text = file(suite, case, "mf:action/qt:query").read_text("utf-8")
    wanted = file(suite, case, "mf:result")
    format = wanted.suffix[1:]
    written = run(Dataset(store), text).serialized(format).decode()
    # The standard has the line ends of RFC 4180, which the files of the suite have lost.
    assert format == "tsv" or written.count("\r\n") == written.count("\n")
    assert plain(table(written, format)) == plain(table(wanted.read_text("utf-8"), format))


@pytest.mark.shared
@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_what_the_engine_forgets_of_numbers_is_written_where_it_is_told(format: str) -> None:
    """The terms of the cases that fail, past the store."""
    terms = [tuple(quad.triple) for quad in parse(path=str(SUITE / "data2.ttl"), format=RdfFormat.TURTLE)]
    written = Answer.of(("s", "p", "o"), terms, "").serialized(format).decode()
    expected = (SUITE / f"csvtsv03.{format}").read_text("utf-8").replace("1.0e6", "1.0E6")  # two forms of one double
    assert table(written, format) == table(expected, format)
