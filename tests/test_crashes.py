"""
Writers that are killed, at any moment, and disks that are full: what was there is there, or what was to be there.

Issue 6, item 7. A moment is just before the process changes the disk for the n-th time, for every n, or any other.
"""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from commands import Commands, Ended
from conftest import fill
from tiny import HEAD, MORE, SLUG, STATED, tiny_workspace

from dorsale.graph.export import export
from dorsale.graph.store import Shelf
from dorsale.workspace import Workspace

MOMENTS = 25  # chosen at random, for each command


class State(NamedTuple):
    """What a user finds: the files, and the answers of the dataset."""

    files: dict[str, bytes]
    exported: str


class Stage(NamedTuple):
    """A command that writes, and the workspace with its dataset before and after it."""

    words: tuple[str, ...]
    workspace: Workspace
    before: State
    after: State


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    running = Commands()
    yield running
    running.close()


def files(root: Path) -> dict[str, bytes]:
    parts = (path for part in ("data", "ontology", "shapes") for path in (root / part).rglob("*"))
    return {str(path.relative_to(root)): path.read_bytes() for path in parts if path.is_file()}


def exported(commands: Commands, root: Path) -> str:
    run = commands.run("export", "--format", "nquads", cwd=root)
    assert run.status == 0, run.stderr
    return run.stdout


def read(root: Path) -> State:
    """Return the state of a workspace as it stands: where a command has ended well there is nothing to finish."""
    workspace = Workspace.open(root)
    dataset = Shelf(workspace.dataset, workspace.base).open()
    return State(files(root), export(dataset, "nquads").decode())


def state(commands: Commands, root: Path) -> State:
    answers = exported(commands, root)  # first, for it finishes or undoes what was begun
    return State(files(root), answers)


@pytest.fixture(scope="module", params=["build", "add", "retract"])
def stage(request: pytest.FixtureRequest, commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A build after somebody wrote into a file of facts, an addition, and a retraction."""
    folder = tmp_path_factory.mktemp("stage")
    workspace = tiny_workspace(folder / "before")
    if request.param == "retract":
        (workspace.facts / f"{SLUG}.trig").write_text(STATED + MORE.removeprefix(HEAD), "utf-8")
    assert commands.run("build", cwd=workspace.root).status == 0
    if request.param == "build":
        words: tuple[str, ...] = ("build",)
        (workspace.facts / f"{SLUG}.trig").write_text(MORE, "utf-8")
    elif request.param == "retract":
        words = ("retract", "Lotim", "dor:foundedOn", "--reason", "lu de travers")
    else:
        (folder / "more.trig").write_text(MORE, "utf-8")
        words = ("add", str(folder / "more.trig"), "--accept", "proved")
    shutil.copytree(workspace.root, folder / "after")
    before = state(commands, workspace.root)
    run = commands.run(*words, cwd=folder / "after")
    assert run.status == 0, run.stderr
    after = state(commands, folder / "after")
    assert before.exported != after.exported
    return Stage(words, workspace, before, after)


def copied(stage: Stage, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(stage.workspace.root, to)
    return to


def require_whole(commands: Commands, stage: Stage, root: Path, moment: str) -> bool:
    """Say whether a command that was stopped had done its work; that it did half of it, or left anything, fails."""
    found = state(commands, root)
    assert found in (stage.before, stage.after), moment
    again = stage.words if found == stage.before else ("build",)
    run = commands.run(*again, cwd=root)
    assert run.status == 0, f"{moment}: {run.stderr}"
    assert read(root) == stage.after, moment
    (current,) = (root / ".dorsale").glob("build-*")
    assert {path.name for path in (root / ".dorsale").iterdir()} == {"current", "lock", current.name}, moment
    assert {path.name for path in current.iterdir()} <= {"dataset", "made.json", "seen.json", "words.sqlite"}, moment
    return found == stage.after


def test_who_is_killed_just_before_any_change_of_the_disk_leaves_all_or_nothing(
    commands: Commands, stage: Stage, tmp_path: Path
) -> None:
    done = []
    for moment in range(1, 500):
        root = copied(stage, tmp_path / "workspace")
        if not commands.run(*stage.words, cwd=root, at=moment).killed:
            break
        done.append(require_whole(commands, stage, root, f"change {moment}"))
    assert len(done) > 30
    assert done == sorted(done), "what was done once is not undone later"
    assert {*done} == {False, True}


def test_who_is_killed_at_any_moment_leaves_all_or_nothing(commands: Commands, stage: Stage, tmp_path: Path) -> None:
    chance = random.Random(f"{stage.words[0]} 6")
    runs = [commands.run(*stage.words, cwd=copied(stage, tmp_path / "workspace")) for _ in range(3)]
    whole = min(run.seconds for run in runs)
    killed = 0
    for _ in range(MOMENTS):
        root = copied(stage, tmp_path / "workspace")
        after = chance.uniform(0, whole)
        killed += commands.run(*stage.words, cwd=root, after=after).killed
        require_whole(commands, stage, root, f"after {after:.4f} of {whole:.4f} s")
    assert killed > MOMENTS / 4


# --- full disks -----------------------------------------------------------------------------------------------


def require_as_before(commands: Commands, stage: Stage, root: Path, run: Ended, moment: str) -> None:
    """Fail unless a command that found no room said so, and left nothing behind, at once."""
    assert run.status == 2, f"{moment}: {run.stderr}"
    assert "make room" in run.stderr.splitlines()[-1], moment
    assert "Traceback" not in run.stderr, moment
    left = [path for path in (root / ".dorsale").glob("*") if path.name not in ("current", "lock")]
    assert len(left) == 1, f"{moment}: {[*(root / '.dorsale').rglob('*')]}"
    assert state(commands, root) == stage.before, moment


@pytest.mark.parametrize("room", [0, 100, 1000, 5000, 10_000, 20_000, 100_000])
def test_a_file_that_cannot_be_written_to_its_end_is_told_and_nothing_changes(
    commands: Commands, stage: Stage, tmp_path: Path, room: int
) -> None:
    root = copied(stage, tmp_path / "workspace")
    run = commands.run(*stage.words, cwd=root, room=room)
    if run.status == 0:
        assert room >= 20_000
        assert state(commands, root) == stage.after
    else:
        assert room < 100_000
        require_as_before(commands, stage, root, run, f"{room} bytes")
    require_whole(commands, stage, root, f"{room} bytes")


def test_a_disk_that_is_full_from_any_change_on_is_told_and_nothing_changes(
    commands: Commands, stage: Stage, tmp_path: Path
) -> None:
    full = 0
    while True:
        root = copied(stage, tmp_path / "workspace")
        run = commands.run(*stage.words, cwd=root, full=(full := full + 1))
        if run.status == 0:
            break
        require_as_before(commands, stage, root, run, f"full from change {full} on")
    assert full > 8
    assert state(commands, root) == stage.after


def test_a_full_disk_is_told_and_nothing_changes(commands: Commands, stage: Stage, small_disk: Path) -> None:
    root, ballast = small_disk / "workspace", small_disk / "ballast"
    ended = []
    for free in range(0, 800, 80):
        ballast.unlink(missing_ok=True)
        copied(stage, root)
        fill(ballast, free)
        run = commands.run(*stage.words, cwd=root)
        ended.append(run.status)
        if run.status == 0:
            assert state(commands, root) == stage.after, f"{free} kB"
        else:
            require_as_before(commands, stage, root, run, f"{free} kB")
        ballast.unlink()
        require_whole(commands, stage, root, f"{free} kB")
    assert {*ended} == {0, 2}
