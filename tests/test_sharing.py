"""One writer at a time, told to the second; readers beside it, who see what was or what is, and no error."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import Run
from tiny import MORE, SLUG, STATED, tiny_workspace

from dorsale.add import Addition, Reviewed, Told
from dorsale.build import build, reanchor
from dorsale.errors import DatasetLocked
from dorsale.graph.store import Dataset, Shelf
from dorsale.trial import trial
from dorsale.workspace import Workspace

HOLD = """
import sys
from pathlib import Path
from dorsale.graph.store import Shelf
with Shelf(Path(sys.argv[1])).lock("dorsale build"):
    print("held", flush=True)
    sys.stdin.read()
"""
# What a reader does again and again: open the dataset in use, look where it comes from, try something, count.
READ = """
import sys
from pathlib import Path
from dorsale.graph.store import Shelf
from dorsale.workspace import Workspace
workspace = Workspace.open(Path(sys.argv[1]))
shelf = Shelf(workspace.dataset, workspace.base)
seen, kept, rounds = set(), [], 0
print("reading", flush=True)
while not (workspace.root / "enough").exists():
    dataset = shelf.open()
    shelf.made()
    seen.add(len(list(dataset.facts())))
    kept = [*kept, dataset][-5:]
    seen |= {len(list(one.facts())) for one in kept}
    with kept[0].scratch(workspace.dataset) as scratch:
        seen.add(len(list(scratch.facts())))
    rounds += 1
print(rounds, *sorted(seen))
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("PATH", "")  # no Java: it is slow
    made = tiny_workspace(tmp_path / "workspace")
    build(made)
    return made


@contextmanager
def running(script: str, folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """Run a script beside the test, once it has said its first line."""
    command = [sys.executable, "-c", script, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def added(workspace: Workspace) -> object:
    (workspace.root / "more.trig").write_text(MORE, "utf-8")
    addition = Addition.open(workspace, str(workspace.root / "more.trig"), Told())
    return addition.keep(Reviewed(addition.proposals.facts))


WRITERS: dict[str, Callable[[Workspace], object]] = {
    "build": build,
    "add": added,
    "reanchor": lambda workspace: reanchor(workspace, write=True),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_the_second_writer_is_told_who_writes_what_since_when(workspace: Workspace, writer: str) -> None:
    with running(HOLD, workspace.dataset) as holder:
        with pytest.raises(DatasetLocked) as refused:
            WRITERS[writer](workspace)
        assert refused.value.holder == str(holder.pid)
        said = refused.value.sentence("fr")
        assert f"processus {holder.pid} (dorsale build) écrit depuis 20" in said
        with trial(workspace) as made:
            assert made.report.accepted, "readers are not kept waiting"
    WRITERS[writer](workspace)


def test_a_command_that_finds_another_writer_could_not_do_it(workspace: Workspace, dorsale: Run) -> None:
    with running(HOLD, workspace.dataset) as holder:
        run = dorsale("build", cwd=workspace.root)
        assert run.returncode == 2
        assert run.stderr.splitlines()[-1].startswith("dorsale: ")
        assert f"process {holder.pid} (dorsale build)" in run.stderr


def test_a_holder_that_was_killed_holds_nothing(workspace: Workspace) -> None:
    with running(HOLD, workspace.dataset) as holder:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        build(workspace)
    assert (workspace.dataset / "lock").read_bytes() == b""


def test_a_dataset_that_somebody_reads_stays_until_he_has_done_and_a_write_comes(workspace: Workspace) -> None:
    shelf = Shelf(workspace.dataset, workspace.base)
    first, reader = shelf.current, shelf.open()
    before = len(list(reader.facts()))
    added(workspace)
    assert first.exists()
    assert len(list(reader.facts())) == before < len(list(shelf.open().facts()))
    del reader
    build(workspace)
    assert not first.exists()
    assert len(list(workspace.dataset.glob("build-*"))) == 1


def test_who_tries_something_beside_a_writer_keeps_his_copy(workspace: Workspace) -> None:
    dataset = Shelf(workspace.dataset, workspace.base).open()
    with dataset.scratch(workspace.dataset) as scratch:
        build(workspace)
        assert len(list(scratch.facts())) == len(list(dataset.facts()))
        assert list(workspace.dataset.glob("scratch-*"))
    assert not list(workspace.dataset.glob("scratch-*"))


def test_a_writer_that_is_done_has_let_go_of_its_dataset(workspace: Workspace) -> None:
    """Whoever keeps the store in a circle keeps its files open, and writes in the background, until it is collected."""
    gc.collect()
    gc.disable()
    try:
        for write in (build, added):
            write(workspace)
            Dataset.write(Shelf(workspace.dataset, workspace.base).current / "dataset").close()
    finally:
        gc.enable()


def test_the_next_dataset_may_take_its_place_while_one_is_opened(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, open_dataset = Shelf(workspace.dataset, workspace.base), Dataset.open
    first, opened = shelf.current, list[Path]()

    def late(folder: Path, base: str) -> Dataset:
        opened.append(folder.parent)
        if len(opened) == 1:
            build(workspace)
            for path in sorted(first.rglob("*"), reverse=True):  # as if it had been dropped before it was held
                path.rmdir() if path.is_dir() else path.unlink()
        return open_dataset(folder, base)

    monkeypatch.setattr(Dataset, "open", late)
    assert list(shelf.open().facts())
    assert opened == [first, shelf.current]


@pytest.mark.parametrize("writer", ["build", "add"])
def test_readers_beside_writers_see_what_was_or_what_is_and_no_error(workspace: Workspace, writer: str) -> None:
    """The files change in turn: with one fact, and with one more."""
    counts = {len(list(Shelf(workspace.dataset, workspace.base).open().facts()))}
    with running(READ, workspace.root) as first, running(READ, workspace.root) as second:
        for _ in range(8):
            (workspace.facts / f"{SLUG}.trig").write_text(STATED, "utf-8")
            build(workspace)
            if writer == "add":
                added(workspace)
            else:
                (workspace.facts / f"{SLUG}.trig").write_text(STATED + MORE, "utf-8")
                build(workspace)
            counts.add(len(list(Shelf(workspace.dataset, workspace.base).open().facts())))
        (workspace.root / "enough").touch()
        for reader in (first, second):
            said, _ = reader.communicate()
            assert reader.returncode == 0
            rounds, *seen = map(int, said.split())
            assert rounds > 5
            assert {*seen} <= counts
    assert len(counts) == 2
    build(workspace)
    assert sorted(path.name.split("-")[0] for path in workspace.dataset.iterdir()) == ["build", "current", "lock"]
