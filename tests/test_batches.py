"""Many documents: the same bytes from any number of workers and in any order, and a bad file that stops no other."""

import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from conftest import ROOT, Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_llm import saying, serving

from dorsale.batches import cluster, extract_all, processes
from dorsale.errors import MissingDask, SchedulerUnreachable, UnreadableDocument, WorkersLost
from dorsale.extract import Desk, Proposals
from dorsale.workspace import Workspace

ARDWEN = str(ROOT / "tests" / "documents" / "ardwen-fibre.txt")


def trig(desk: Desk, proposals: Proposals) -> bytes:
    return proposals.trig(desk.workspace.base).encode()


def dying(_: Desk, __: Proposals) -> bytes:
    os._exit(9)


@pytest.fixture(scope="module")
def names(built: Workspace) -> list[str]:
    known = sorted(path.stem for path in built.documents.glob("*.txt"))
    return [*known, ARDWEN]


@pytest.fixture(scope="module")
def alone(built: Workspace, names: list[str]) -> dict[str, bytes | None]:
    """What each document gives, one by one, in this process."""
    return {outcome.name: outcome.told for outcome in extract_all(built, names, trig)}


@pytest.fixture(scope="module")
def pools() -> Iterator[dict[int, Executor]]:
    """Processes that live as long as the tests: each reads the workspace once."""
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as one,
        ProcessPoolExecutor(2, mp_context=get_context("spawn")) as two,
    ):
        yield {1: one, 2: two}


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_number_of_workers_and_any_order_give_the_same_bytes(
    built: Workspace, names: list[str], alone: dict[str, bytes | None], pools: dict[int, Executor], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(names))
    workers, batch = data.draw(st.sampled_from([1, 2])), data.draw(st.integers(1, len(names)))
    outcomes = list(extract_all(built, order, trig, pools[workers], batch=batch))
    assert [outcome.name for outcome in outcomes] == order
    assert {outcome.name: outcome.told for outcome in outcomes} == alone
    assert all(alone.values())


@pytest.mark.parametrize("workers", [0, 2])
def test_a_file_that_cannot_be_read_is_told_in_its_place_and_stops_no_other(
    built: Workspace, alone: dict[str, bytes | None], pools: dict[int, Executor], tmp_path: Path, workers: int
) -> None:
    bad = tmp_path / "photo.txt"
    bad.write_bytes(b"\x00\x01\x02" * 200)
    outcomes = list(extract_all(built, [ARDWEN, str(bad), ARDWEN], trig, pools.get(workers), batch=1))
    assert [outcome.told for outcome in outcomes] == [alone[ARDWEN], None, alone[ARDWEN]]
    assert isinstance(outcomes[1].error, UnreadableDocument)
    assert str(bad) in outcomes[1].error.sentence("en")


def test_a_worker_that_dies_is_told(built: Workspace) -> None:
    with pytest.raises(WorkersLost), processes(1) as executor:
        list(extract_all(built, [ARDWEN], dying, executor))


def test_a_workspace_whose_files_changed_is_read_again(workspace: Workspace, pools: dict[int, Executor]) -> None:
    """A cluster lives longer than what it has read."""
    text = workspace.root / "essai.txt"
    text.write_text("Le Département de la Loire confie à Lotim Télécom le réseau de fibre optique.", "utf-8")
    before = [outcome.told for outcome in extract_all(workspace, [str(text)], trig, pools[1])]
    for file in (*workspace.authority.glob("*.ttl"), *workspace.facts.glob("*.trig")):
        file.write_text(file.read_text("utf-8").replace("actor:lotim-telecom", "actor:lotim"), "utf-8")
    after = [outcome.told for outcome in extract_all(workspace, [str(text)], trig, pools[1])]
    assert b"actor:lotim-telecom" in (before[0] or b"")
    assert b"actor:lotim " in (after[0] or b"")


def test_a_cluster_gives_what_one_process_gives(
    built: Workspace, names: list[str], alone: dict[str, bytes | None]
) -> None:
    distributed = pytest.importorskip("distributed", reason="no Dask here: pip install 'dorsale[dask]'")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
        ) as local,
        cluster(local.scheduler_address) as executor,
    ):
        outcomes = list(extract_all(built, names[::-1], trig, executor, batch=2))
    assert [outcome.name for outcome in outcomes] == names[::-1]
    assert {outcome.name: outcome.told for outcome in outcomes} == alone


def test_without_the_extra_the_cluster_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingDask) as missing, cluster("tcp://127.0.0.1:9"):
        pass
    assert "dorsale[dask]" in missing.value.sentence("fr")


def test_an_address_where_no_scheduler_answers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="no Dask here: pip install 'dorsale[dask]'")
    monkeypatch.setattr("dorsale.batches.PATIENCE", 1)
    for address in ("tcp://127.0.0.1:9", "nowhere"):
        with pytest.raises(SchedulerUnreachable) as refused, cluster(address):
            pass
        assert address in refused.value.sentence("en")


def test_the_command_works_with_processes_and_tells_what_failed(built: Workspace, dorsale: Run, tmp_path: Path) -> None:
    words = ["extract", ARDWEN, "nobody", "fiche-anct-lozere", "--format", "trig"]
    one = dorsale(*words, cwd=built.root)
    two = dorsale(*words, "--workers", "2", cwd=built.root)
    assert (one.returncode, two.returncode) == (2, 2)
    assert one.stdout == two.stdout != ""
    assert one.stderr == two.stderr
    assert "« nobody »" in two.stderr


def test_the_command_asks_a_model_and_reports_what_was_refused(built: Workspace, dorsale: Run, tmp_path: Path) -> None:
    text = tmp_path / "essai.txt"
    text.write_text(
        "Le Département de la Loire confie à Lotim Télécom l’exploitation du réseau de la Loire.\n", "utf-8"
    )
    lie = {"frame": "delegation", "roles": {"grantor": "Orange", "delegatee": "Lotim Télécom"}, "quote": "Orange paie"}
    with serving(saying({"facts": [lie]})) as server:
        words = ["extract", text, "--llm", server.url, "--model", "petit", "--format", "json"]
        run = dorsale(*words, cwd=built.root, no_proxy="*", DORSALE_LLM_KEY="secret")
    assert run.returncode == 0, run.stderr
    assert "quote 1" in run.stderr
    assert "secret" not in run.stderr + run.stdout
    (found,) = json.loads(run.stdout)
    assert found["model"] == {"asked": 1, "told": 1, "facts": 0, "refused": {"quote": 1}}
    assert {fact["method"] for passage in found["passages"] for fact in passage["facts"]} == {"rules"}


def test_a_wrong_use_of_workers_or_models_is_a_usage_error(built: Workspace, dorsale: Run) -> None:
    for words in (
        ["x", "--workers", "2", "--scheduler", "tcp://127.0.0.1:9"],
        ["x", "--model", "petit"],
        ["--check", "--workers", "2"],
        ["x", "--workers", "0"],
    ):
        assert dorsale("extract", *words, cwd=built.root).returncode == 2
    run = dorsale("extract", ARDWEN, "--llm", "localhost", cwd=built.root)
    assert run.returncode == 2
    assert "localhost" in run.stderr
