"""The tables: what a spreadsheet opens, with what the dataset holds, and their descriptions."""

import csv
import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from dorsale.errors import QueryHeader
from dorsale.graph.store import Change, Dataset
from dorsale.names import dor, prefixes, public
from dorsale.publish.folder import keep
from dorsale.publish.publication import Publication
from dorsale.publish.tables import LONGEST, Table, all_tables, tables
from dorsale.terms import Terms
from dorsale.workspace import Workspace

NAMES = ["actors", "contracts", "evidence", "figures", "funding", "missions", "networks", "programmes"]
BASE = "https://w3id.org/dorsale/id/"


@pytest.fixture(scope="module")
def folder(built: Workspace, dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    keep(tables(Publication.of(built), dataset, None), out := tmp_path_factory.mktemp("tables") / "out")
    return out


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";", strict=True))


def things(dataset: Dataset, kind: str) -> set[str]:
    return {thing.value for (thing,) in dataset.rows(f"SELECT DISTINCT ?thing {{ ?thing a {dor(kind)} }}")}


@pytest.mark.parametrize(
    ("name", "column", "kind"),
    [
        ("actors", "actor", "Actor"), ("contracts", "contract", "Contract"), ("programmes", "programme", "Programme"),
        ("funding", "funding", "Funding"), ("figures", "observation", "Observation"),
        ("evidence", "evidence", "Evidence"),
    ],
)  # fmt: skip
def test_each_thing_is_a_row_with_its_name_and_a_quotation(
    folder: Path, dataset: Dataset, name: str, column: str, kind: str
) -> None:
    found = rows(folder, name)
    assert {row[column] for row in found} == things(dataset, kind)
    assert len(found) == len({row[column] for row in found})
    for row in found:
        assert row["quotation"], row[column]
        assert row["document"].startswith(f"{BASE}document/")
        assert row.get(f"{column}Label", "-")


def test_a_row_says_what_the_documents_say(folder: Path) -> None:
    (contract,) = [
        row for row in rows(folder, "contracts") if row["contract"].endswith("/siel-te-thd42-exploitation-2016")
    ]
    assert contract["delegateeLabel"] == "THD42 exploitation"
    assert (contract["startsOn"], contract["duration"], contract["endsOn"]) == ("2016-01-01", "P15Y", "")
    assert "a confié pour 15 ans l’exploitation" in contract["quotation"]
    done = {row["missionLabel"] for row in rows(folder, "missions") if row["progress"].endswith("#completedMission")}
    assert "construction" in done


def test_several_values_stand_in_one_cell_in_the_order_of_their_names(folder: Path) -> None:
    (sum,) = [row for row in rows(folder, "funding") if row["funding"].endswith("telecom-lozere-cofinancements")]
    assert sum["funderLabel"] == "État | Europe | Région Languedoc-Roussillon"
    assert sum["funder"].count(" | ") == 2


def test_files_open_in_a_french_spreadsheet(folder: Path) -> None:
    for name in NAMES:
        content = (folder / "tables" / f"{name}.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.count(b"\n") == content.count(b"\r\n") == len(rows(folder, name)) + 1
    values = [row["value"] for row in rows(folder, "figures") if row["value"]]
    assert not [value for value in values if not re.fullmatch(r"-?\d+(,\d+)?", value)]


def test_the_schemas_tell_the_columns_and_the_package_the_files(folder: Path) -> None:
    package = json.loads((folder / "datapackage.json").read_bytes())
    assert [resource["name"] for resource in package["resources"]] == NAMES
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert (resource["bytes"], resource["hash"]) == (len(content), f"sha256:{sha256(content).hexdigest()}")
        schema = json.loads((folder / resource["schema"]).read_bytes())
        found = rows(folder, resource["name"])
        assert [field["name"] for field in schema["fields"]] == list(found[0])
        assert all(field["title"] and ":" not in field["title"] for field in schema["fields"])
        for field in schema["fields"]:
            if field["type"] == "number":
                assert all(re.fullmatch(r"(-?\d+(,\d+)?)?", row[field["name"]]) for row in found)
    assert package["licenses"][0]["name"] == "etalab-2.0"
    assert {"title": "Les politiques numériques de la Loire"} in package["sources"]


def told(*facts: tuple[str, NamedNode | Literal], label: str = "Somme") -> Dataset:
    """A dataset of one sum, with what a passage says of it."""
    made = Dataset(Store())
    sum, passage = NamedNode(f"{BASE}funding/x"), NamedNode(f"{BASE}evidence/d/0-9")
    quads = [Quad(sum, dor(name), value, passage) for name, value in facts]
    quads += [
        Quad(sum, public("rdf:type"), dor("Funding"), passage),
        Quad(sum, public("rdfs:label"), Literal(label, language="fr"), passage),
    ]
    made.commit(Change(dict.fromkeys(quads)))
    return made


def funding(built: Workspace, dataset: Dataset, folder: Path) -> list[dict[str, str]]:
    keep(tables(Publication.of(built), dataset, None), folder)
    return rows(folder, "funding")


def test_two_numbers_are_two_rows(built: Workspace, tmp_path: Path) -> None:
    amounts = [("amount", Literal(value, datatype=public("xsd:decimal"))) for value in ("3.5", "4.0")]
    found = funding(built, told(*amounts), tmp_path / "out")
    assert [row["amount"] for row in found] == ["3,5", "4"]


@pytest.mark.parametrize("label", ['=HYPERLINK("http://evil.example";"x")', "+1", "-1", "@x", "\t=1", 'a;"b"\r\nc'])
def test_a_label_is_no_formula_and_breaks_no_row(built: Workspace, tmp_path: Path, label: str) -> None:
    (row,) = funding(built, told(label=label), tmp_path / "out")
    assert not re.match(r"[=+\-@\t\r]", row["fundingLabel"])
    assert row["fundingLabel"].lstrip("'") == " ".join(label.split())


def test_a_cell_is_no_longer_than_a_spreadsheet_takes_and_says_so(built: Workspace, tmp_path: Path) -> None:
    purposes = [("purpose", NamedNode(f"{BASE}network/{'x' * 150}-{number}")) for number in range(400)]
    (row,) = funding(built, told(*purposes), tmp_path / "out")
    assert LONGEST - 200 < len(row["purpose"]) <= LONGEST + 4
    assert row["purpose"].endswith(" | …")


def test_every_column_is_a_term_or_has_a_word(built: Workspace) -> None:
    declared = {term.value for term in Terms.read(built).properties}
    for table in all_tables():
        for column in table.columns:
            assert f"{prefixes()['dor']}{column}" in declared or column in {
                *("kind", "start", "end", "publisher", "issued", "primarySource", "progress", "thing", "evidence"),
                *("actor", "contract", "funding", "network", "observation", "programme"),
            }


def test_a_table_of_an_unknown_kind_of_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.rq"
    path.write_text(
        '#+ title: {fr: "a", en: "b"}\n#+ description: {fr: "a", en: "b"}\n#+ columns: {x: colour}\nSELECT ?x {}\n'
    )
    with pytest.raises(QueryHeader, match="columns"):
        Table.open(path)
