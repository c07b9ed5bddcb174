"""A new workspace, from the repository and from an installed package."""

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Commands
from conftest import ROOT, Run

from dorsale.build import Sources
from dorsale.errors import DatasetLocked, FolderTaken, SettingsError
from dorsale.graph.store import Shelf
from dorsale.init import init, material
from dorsale.names import BASE
from dorsale.workspace import Workspace

OTHER = "https://donnees.exemple.fr/id/"
SHARED = ("ontology", "shapes", "queries", "data/reference")


def held(folder: Path) -> dict[str, bytes]:
    """The files of a folder, without those of a dataset."""
    paths = (path for path in folder.rglob("*") if path.is_file() and ".dorsale" not in path.relative_to(folder).parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


WHOLE = {path.as_posix(): content for path, content in material().items()}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, dorsale: Run) -> Workspace:
    """A new workspace with a base of its own, built; tests only read it."""
    root = tmp_path_factory.mktemp("fresh") / "reseaux" / "loire"
    run = dorsale("init", root, "--base", OTHER)
    assert run.returncode == 0, run.stderr
    assert str(root) in run.stdout
    run = dorsale("build", cwd=root)
    assert run.returncode == 0, run.stderr
    assert "    0   warnings\n" in run.stdout
    return Workspace.open(root)


def test_a_new_workspace_answers_with_the_sentence_that_says_so(fresh: Workspace, dorsale: Run) -> None:
    owners = dorsale("query", "network-owners", cwd=fresh.root).stdout
    assert "Réseau Fictifibre   Syndicat mixte Exemple numérique   Fictitel" in owners
    assert "« Le Syndicat mixte Exemple numérique est propriétaire du réseau Fictifibre" in owners
    end = dorsale("explain", "Contrat Exemple numérique – Fictitel (2020)", "computedEndsOn", cwd=fresh.root).stdout
    assert "31 December 2031" in end
    assert "Exemplia" in dorsale("query", "groups", cwd=fresh.root).stdout


def test_every_sentence_of_the_example_is_read_or_set_aside_and_the_rules_find_its_facts(
    fresh: Workspace, dorsale: Run
) -> None:
    covered = dorsale("status", "--coverage", cwd=fresh.root).stdout
    assert "| reseau-fictifibre | 7 | 5 | 2 | 0 |" in covered
    assert ", 0 missed" in dorsale("extract", "--check", cwd=fresh.root).stdout


def test_things_live_under_the_base_that_was_chosen(fresh: Workspace) -> None:
    assert fresh.base == OTHER
    facts = Sources.read(fresh).facts
    assert facts.passages
    assert all(iri.value.startswith(OTHER) for iri in facts.passages)
    data = [path for path in (fresh.root / "data").rglob("*") if path.suffix in {".ttl", ".trig"}]
    assert not [path for path in data if BASE in path.read_text("utf-8")]


def test_a_new_workspace_has_all_that_the_repository_has_of_vocabulary_shapes_queries_and_tables() -> None:
    for part in SHARED:
        own = {f"{part}/{name}": content for name, content in held(ROOT / part).items() if not name.endswith(".py")}
        assert own.items() <= WHOLE.items()
        assert {name for name in WHOLE if name.startswith(f"{part}/")} == own.keys()


def test_a_new_workspace_knows_nothing_of_our_documents() -> None:
    ours = {path.stem for path in (ROOT / "data" / "documents").iterdir()}
    assert ours
    assert not [name for name in WHOLE if Path(name).stem in ours]
    described = {path.name for path in (ROOT / "data" / "authority").iterdir()}
    assert {name for name in described if f"data/authority/{name}" in WHOLE} == {"labels.ttl"}


def test_what_is_there_and_not_in_the_way_stays(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("mine")
    (tmp_path / "README.md").write_text("mine")
    (tmp_path / ".gitignore").write_text("mine")
    (tmp_path / "ontology" / "codes").mkdir(parents=True)
    files = init(tmp_path)
    assert held(tmp_path) == WHOLE | {".git/config": b"mine", "README.md": b"mine", ".gitignore": b"mine"}
    assert {path.as_posix() for path in files} == WHOLE.keys() - {".gitignore"}


@pytest.mark.parametrize("taken", ["dorsale.toml", "ontology/mine.txt", "queries", "data/documents/a.txt"])
def test_a_folder_with_something_in_the_way_is_refused_and_stays_as_it_is(
    tmp_path: Path, taken: str, dorsale: Run
) -> None:
    (tmp_path / taken).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / taken).write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    run = dorsale("init", tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert taken in run.stderr
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / taken).read_text() == "mine"


def test_a_link_in_the_way_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "ontology").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FolderTaken):
        init(tmp_path / "new")
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_file_is_no_folder(tmp_path: Path, dorsale: Run) -> None:
    (tmp_path / "file").write_text("mine")
    run = dorsale("init", tmp_path / "file", language="fr_FR")
    assert run.returncode == 2
    assert "rien n'a été écrit" in run.stderr
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize(
    "base",
    ["", "exemple.fr/id/", "https://exemple.fr/id", 'https://exemple.fr/"/', "https://exemple.fr/#/", "https:///"],
)
def test_a_base_that_is_none_is_refused_and_nothing_is_made(tmp_path: Path, base: str) -> None:
    with pytest.raises(SettingsError):
        init(tmp_path / "new", base)
    assert not (tmp_path / "new").exists()


def test_two_who_make_the_same_workspace_do_not_meet(tmp_path: Path) -> None:
    with Shelf(tmp_path / ".dorsale").lock("dorsale init"), pytest.raises(DatasetLocked):
        init(tmp_path)
    assert held(tmp_path) == {}
    init(tmp_path)
    assert held(tmp_path) == WHOLE


# --- all or nothing -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    made = Commands()
    yield made
    made.close()


# The first and the last of some thousand changes of the disk, and some between.
CHANGES = [1, 2, 3, 5, 8, 13, 60, 200, 400, 480, 500, 520, 560, 600, 640, 660, 680]


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_is_killed_leaves_what_the_next_one_makes_whole(
    tmp_path: Path, commands: Commands, change: int
) -> None:
    killed = commands.run("init", "new", cwd=tmp_path, at=change)
    again = commands.run("init", "new", cwd=tmp_path)
    assert again.status == 0 or "dorsale.toml" in again.stderr, "it was whole already"
    assert held(tmp_path / "new") == WHOLE
    assert killed.killed or killed.status == 0


@pytest.mark.parametrize("change", CHANGES)
def test_a_disk_that_is_full_leaves_nothing(tmp_path: Path, commands: Commands, change: int) -> None:
    ended = commands.run("init", "new/one", cwd=tmp_path, full=change)
    if ended.status:
        assert ended.status == 2
        assert "Traceback" not in ended.stderr
        assert not list(tmp_path.iterdir())
    else:
        assert held(tmp_path / "new" / "one") == WHOLE


def test_some_of_these_are_stopped_while_they_write_and_some_while_they_put_in_place(
    tmp_path: Path, commands: Commands
) -> None:
    assert commands.run("init", "writing", cwd=tmp_path, full=480).status == 2
    assert commands.run("init", "placing", cwd=tmp_path, at=640).killed
    assert (tmp_path / "placing" / "ontology" / "dorsale.ttl").exists()
    assert not (tmp_path / "placing" / "dorsale.toml").exists()


# --- installed ------------------------------------------------------------------------------------------------


@pytest.mark.skipif(importlib.util.find_spec("hatchling") is None, reason="no hatchling: pip install -e '.[dev]'")
def test_an_installed_wheel_has_all_that_a_new_workspace_needs(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-index", "--no-build-isolation", "-q"]
    subprocess.run([*build, "-w", tmp_path / "wheel", ROOT], check=True, cwd=tmp_path)
    (wheel,) = (tmp_path / "wheel").glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    script = "import sysconfig; print(sysconfig.get_path('purelib'))"
    where = subprocess.run([python, "-c", script], check=True, capture_output=True, text=True).stdout.strip()
    shutil.unpack_archive(wheel, where, "zip")
    # The libraries are those at hand; a path in such a line is searched last, and its own lines are not read.
    Path(where, "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    environment = {**os.environ, "LC_ALL": "en_GB.UTF-8", "PYTHONUTF8": "1", "PATH": ""}
    environment.pop("PYTHONPATH", None)

    def run(*words: str) -> str:
        return subprocess.run(
            [python, "-P", *words], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
        ).stdout

    assert run("-c", "import dorsale; print(dorsale.__file__)").startswith(where)
    run("-m", "dorsale", "init", "new")
    assert held(tmp_path / "new") == WHOLE
    assert "Built: 32 facts" in run("-m", "dorsale", "build", "-w", "new")
    assert "Fictitel" in run("-m", "dorsale", "query", "network-owners", "-w", "new")
