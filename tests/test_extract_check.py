"""How far what is proposed today agrees with what was accepted, and that it does not fall back."""

import json
import shutil
from pathlib import Path

import pytest
from conftest import Run, copy_workspace

from dorsale.errors import NothingToCheck
from dorsale.extract import measure
from dorsale.workspace import Workspace

# What was measured, rounded down: raised with the frames, never lowered without a reason in the commit.
FLOOR, PRECISION = 0.65, 0.93


def test_what_is_proposed_agrees_with_what_was_accepted_at_least_as_well_as_before(
    built: Workspace, dorsale: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    run = dorsale("extract", "--check", "--floor", FLOOR, "--format", "json", cwd=built.root)
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    page = dorsale("extract", "--check", cwd=built.root).stdout
    with capsys.disabled():
        print(f"\n{page}")
    assert found["f1"] >= FLOOR
    assert found["precision"] >= PRECISION
    assert len(found["documents"]) == 5
    assert sum(one["found"] + one["missed"] for one in found["documents"]) == found["found"] + found["missed"] > 500


def test_a_floor_that_is_not_reached_is_an_answer_no(built: Workspace, dorsale: Run) -> None:
    run = dorsale("extract", "--check", "--floor", "1", cwd=built.root)
    assert run.returncode == 1
    assert "below the floor of 1.000" in run.stderr
    assert "F1" in run.stdout


def test_misses_and_extras_are_listed_with_their_passages(built: Workspace) -> None:
    for one in measure(built):
        assert one.score.missed
        for value in (*one.score.missed, *one.score.extra):
            for passage in one.passages[value]:
                assert one.document.text[passage.start : passage.end] == passage.exact


def test_the_list_is_printed_when_it_is_asked_for(built: Workspace, dorsale: Run) -> None:
    quiet = dorsale("extract", "--check", cwd=built.root).stdout
    verbose = dorsale("extract", "--check", "--verbose", cwd=built.root).stdout
    assert "«" not in quiet
    assert verbose.count("«") > 100


def test_measuring_nothing_is_an_error(tmp_path: Path, dorsale: Run) -> None:
    empty = copy_workspace(tmp_path / "empty")
    for path in empty.facts.iterdir():
        path.unlink()
    with pytest.raises(NothingToCheck):
        measure(empty)
    shutil.rmtree(empty.documents)
    empty.documents.mkdir()
    run = dorsale("extract", "--check", cwd=empty.root)
    assert run.returncode == 2
    assert "nothing to check" in run.stderr
