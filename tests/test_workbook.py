"""The answer of a query as a workbook, read as a spreadsheet reads it."""

import builtins
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Run
from lxml import etree

from dorsale.errors import MissingWriter, SheetTooSmall
from dorsale.graph.queries import Catalogue, Page, run
from dorsale.graph.queries.workbook import workbook
from dorsale.graph.store import Dataset
from dorsale.workspace import Workspace

CATALOGUE = Catalogue.of(ROOT / "queries", Path("queries"))
MAIN = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


class Sheets:
    """The parts of a workbook: the cells of each sheet with their types, formats and formulas."""

    def __init__(self, written: bytes) -> None:
        self.parts = zipfile.ZipFile(io.BytesIO(written))
        self.strings = [
            "".join(one.itertext()) for one in self.part("sharedStrings.xml").xpath("m:si", namespaces=MAIN)
        ]
        formats = {
            one.get("numFmtId"): one.get("formatCode")
            for one in self.part("styles.xml").xpath("//m:numFmt", namespaces=MAIN)
        }
        built_in = {"0": "General", "3": "#,##0", "4": "#,##0.00"}
        self.formats = [
            {**built_in, **formats}.get(one.get("numFmtId"))
            for one in self.part("styles.xml").xpath("//m:cellXfs/m:xf", namespaces=MAIN)
        ]

    def part(self, name: str) -> Any:
        return etree.fromstring(self.parts.read(f"xl/{name}"))

    def cells(self, sheet: int) -> list[list[tuple[str, str]]]:
        """Return the rows of a sheet, each cell as its type and its value: n is a number, b a boolean, s a text."""
        rows = self.part(f"worksheets/sheet{sheet}.xml").xpath("//m:row", namespaces=MAIN)
        return [[self.cell(one) for one in row.xpath("m:c", namespaces=MAIN)] for row in rows]

    def cell(self, cell: Any) -> tuple[str, str]:
        assert not cell.xpath("m:f", namespaces=MAIN), "a formula"
        kind, value = cell.get("t", "n"), cell.findtext("m:v", namespaces=MAIN)
        return kind, self.strings[int(value)] if kind == "s" else value

    def format(self, sheet: int, cell: str) -> str | None:
        (found,) = self.part(f"worksheets/sheet{sheet}.xml").xpath(f"//m:c[@r='{cell}']", namespaces=MAIN)
        return self.formats[int(found.get("s"))]


def sheets(dataset: Dataset, text: str) -> Sheets:
    return Sheets(workbook(Page.of(dataset, run(dataset, text), "en")))


def test_a_cell_is_what_it_says(dataset: Dataset) -> None:
    found = sheets(
        dataset,
        'SELECT * { VALUES (?a ?b ?c ?d ?e ?f ?g) { (12.5 5400000 true "2016-01-31"^^xsd:date "2016"^^xsd:gYear'
        ' "P15Y"^^xsd:duration UNDEF) } }',
    )
    (row,) = found.cells(1)[1:]
    assert row == [
        ("n", "12.5"), ("n", "5400000"), ("b", "1"), ("n", "42400"), ("s", "2016"), ("s", "15 years"),
        ("s", "not stated"),
    ]  # fmt: skip
    assert [found.format(1, cell) for cell in ("A2", "B2", "D2")] == ["#,##0.0", "#,##0", "yyyy-mm-dd"]


def test_what_a_spreadsheet_would_round_or_misdate_stays_a_text(dataset: Dataset) -> None:
    text = 'SELECT * { VALUES (?a ?b) { (12345678901234567 "1848-02-24"^^xsd:date) } }'
    assert sheets(dataset, text).cells(1)[1] == [("s", "12,345,678,901,234,567"), ("s", "24 February 1848")]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "{=", "https://"])
def test_a_text_is_never_a_formula_or_a_link(dataset: Dataset, start: str) -> None:
    label = f"{start}HYPERLINK(A1)"
    found = sheets(dataset, f"SELECT ?a {{ VALUES ?a {{ {str_of(label)} }} }}")
    assert found.cells(1)[1] == [("s", label.replace("\r", "␍"))]
    assert not found.part("worksheets/sheet1.xml").xpath("//m:hyperlink", namespaces=MAIN)


def str_of(words: str) -> str:
    return '"{}"'.format(words.replace("\t", "\\t").replace("\r", "\\r"))


def test_the_headings_stay_in_sight_and_the_passages_have_a_sheet(dataset: Dataset) -> None:
    stored = CATALOGUE["groups"]
    found = Sheets(workbook(Page.of(dataset, run(dataset, stored.text), "fr", stored)))
    assert [name.get("name") for name in found.part("workbook.xml").xpath("//m:sheet", namespaces=MAIN)] == [
        "Réponse",
        "Passages",
    ]
    (pane,) = found.part("worksheets/sheet1.xml").xpath("//m:pane", namespaces=MAIN)
    assert (pane.get("state"), pane.get("ySplit"), pane.get("topLeftCell")) == ("frozen", "1", "A2")
    answer, passages = found.cells(1), found.cells(2)
    assert [words for _, words in answer[0]] == ["groupe", "filiale", "contrat", "passage"]
    assert [row[-1] for row in answer[1:]] == [("s", "[1]"), ("s", "[2]")]
    assert passages[1] == [
        ("s", "[1]"), ("s", "LOTIM télécom est une filiale du groupe Axione"),
        ("s", "Les politiques numériques de la Loire"), ("n", "1773"), ("n", "1820"),
    ]  # fmt: skip
    assert [words for _, words in passages[-1]][-1] == "2 ligne(s)"


def test_an_answer_without_rows_says_what_was_read(dataset: Dataset) -> None:
    found = sheets(dataset, "SELECT ?a { dor:x ?p ?a }")
    assert len(found.cells(1)) == 1
    assert "Les politiques numériques de la Loire" in found.cells(2)[-1][-1][1]


def test_what_a_sheet_cannot_hold_is_not_cut_off(dataset: Dataset) -> None:
    with pytest.raises(SheetTooSmall, match="--format csv"):
        sheets(dataset, f"SELECT ?a {{ VALUES ?a {{ '{'x' * 32_768}' }} }}")


def test_without_its_library_the_extra_is_named(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    found = builtins.__import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if name == "xlsxwriter":
            raise ImportError(name)
        return found(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(MissingWriter, match=r"dorsale\[xlsx\]"):
        sheets(dataset, "SELECT ?a { VALUES ?a { 1 } }")


def test_the_command_writes_a_workbook_for_programs_to_read(built: Workspace, dorsale: Run, tmp_path: Path) -> None:
    target = tmp_path / "groups.xlsx"
    assert dorsale("query", "groups", "--evidence", "-o", target, cwd=built.root).returncode == 0
    rows = Sheets(target.read_bytes()).cells(1)
    assert ("s", "Lotim Télécom") in rows[1]
    (tmp_path / "ask.rq").write_text("ASK { ?s ?p ?o }")
    refused = dorsale("query", "-f", tmp_path / "ask.rq", "-o", tmp_path / "ask.xlsx", cwd=built.root)
    assert (refused.returncode, (tmp_path / "ask.xlsx").exists()) == (2, False)
