"""Stored queries against their kept answers."""

import shutil
from pathlib import Path

import pytest
from conftest import ROOT, Run

from dorsale.graph.queries import Catalogue, run
from dorsale.graph.queries.kept import Verdict, compare, readable, strays
from dorsale.graph.store import Dataset
from dorsale.names import prefixes
from dorsale.workspace import Workspace

CATALOGUE = Catalogue.of(ROOT / "queries", Path("queries"))
ANSWERS = ROOT / "tests" / "queries"


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_a_query_answers_what_was_read_in_the_documents(dataset: Dataset, name: str) -> None:
    found = compare(dataset, CATALOGUE[name], ANSWERS, Path("tests/queries"))
    told = [readable(found.columns, row, prefixes()) for row in (*found.missing, *found.new)]
    assert (found.verdict, told) == (Verdict.SAME, [])


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_no_row_is_told_twice(dataset: Dataset, name: str) -> None:
    rows = [tuple(row) for row in run(dataset, CATALOGUE[name].text).rows()]
    assert len(rows) == len(set(rows))


def test_no_kept_answer_is_left_over() -> None:
    assert len(CATALOGUE.names) >= 45
    assert strays(CATALOGUE.names, ANSWERS) == ()


@pytest.fixture
def tried(built: Workspace, dorsale: Run, tmp_path: Path) -> Workspace:
    """A workspace with two queries and their kept answers."""
    workspace = Workspace.open(shutil.copytree(built.root, tmp_path / "tried"))
    for path in workspace.queries.glob("*.rq"):
        if path.stem not in ("groups", "regulation"):
            path.unlink()
    assert dorsale("query", "test", "--update", cwd=workspace.root).returncode == 0
    return workspace


def test_what_changed_is_told_row_by_row_and_kept_when_told_so(tried: Workspace, dorsale: Run) -> None:
    same = dorsale("query", "test", cwd=tried.root)
    assert (same.returncode, same.stdout) == (0, "2 stored query(ies) checked, 0 difference(s)\n")
    file = tried.answers / "groups.csv"
    kept = file.read_text("utf-8")
    file.write_text(kept.replace("actor/thd42-exploitation", "actor/orange"), "utf-8")
    other = dorsale("query", "test", "groups", cwd=tried.root)
    assert other.returncode == 1
    lines = other.stdout.splitlines()
    assert lines[0].startswith("groups: ")
    assert "  - group: actor:axione, subsidiary: actor:orange, contract: contract:siel-te" in lines[1]
    assert "  + group: actor:axione, subsidiary: actor:thd42-exploitation, contract" in lines[2]
    assert dorsale("query", "test", "controle", cwd=tried.root).returncode == 0
    assert dorsale("query", "test", "--update", cwd=tried.root).returncode == 0
    assert file.read_text("utf-8") == kept


def test_order_columns_and_left_over_answers_are_told(tried: Workspace, dorsale: Run) -> None:
    file = tried.answers / "groups.csv"
    head, first, second = file.read_text("utf-8").splitlines()
    for lines, told in (
        ((head, second, first), "in another order"),
        (
            (head.replace("group,", "holding,"), first, second),
            "  - holding, subsidiary, contract, evidence\n  + group,",
        ),
    ):
        file.write_text("\n".join(lines) + "\n", "utf-8")
        run = dorsale("query", "test", cwd=tried.root)
        assert run.returncode == 1
        assert told in run.stdout
    (tried.queries / "groups.rq").unlink()
    run = dorsale("query", "test", cwd=tried.root)
    assert run.returncode == 1
    assert "tests/queries/groups.csv: no stored query has this name" in run.stdout


def test_an_answer_without_rows_is_wrong_unless_the_header_says_so(tried: Workspace, dorsale: Run) -> None:
    query = tried.queries / "regulation.rq"
    text = query.read_text("utf-8")
    query.write_text(text.replace("dor:supervisedBy ?s", "dor:amends ?s"), "utf-8")
    run = dorsale("query", "test", "--update", "regulation", cwd=tried.root, language="fr_FR")
    assert run.returncode == 1
    assert "aucune ligne" in run.stdout
    query.write_text("#+ expect: empty\n" + query.read_text("utf-8"), "utf-8")
    assert dorsale("query", "test", "--update", cwd=tried.root).returncode == 0
    query.write_text("#+ expect: empty\n" + text, "utf-8")
    run = dorsale("query", "test", "--update", "regulation", cwd=tried.root)
    assert run.returncode == 1
    assert "though the header says" in run.stdout


def test_checking_nothing_is_no_success(tried: Workspace, dorsale: Run) -> None:
    assert dorsale("query", "test", "nonesuch", cwd=tried.root).returncode == 2
    for path in tried.queries.glob("*.rq"):
        path.unlink()
    run = dorsale("query", "test", cwd=tried.root)
    assert run.returncode == 2
    assert "nothing to check" in run.stderr


def test_a_stored_query_that_asks_another_address_is_not_run(tried: Workspace, dorsale: Run) -> None:
    query = tried.queries / "groups.rq"
    asking = "WHERE {\n  OPTIONAL { SERVICE <http://127.0.0.1:9/> { ?group ?p ?o } }\n"
    query.write_text(query.read_text("utf-8").replace("WHERE {\n", asking, 1), "utf-8")
    run = dorsale("query", "test", cwd=tried.root)
    assert (run.returncode, run.stdout) == (2, "")
    assert "queries/groups.rq:" in run.stderr
    assert "SERVICE" in run.stderr
