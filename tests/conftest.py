"""The workspace of the repository, built once; and what a machine may lack."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import NamedNode

from dorsale.build import Sources, build
from dorsale.build import extractor as extractor_of
from dorsale.documents.extract import Extractor
from dorsale.documents.frames import Frames
from dorsale.graph.store import Dataset, Shelf
from dorsale.names import public
from dorsale.publish import publish
from dorsale.workspace import Workspace

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("DORSALE_SHARED", ROOT.parent / "shared"))
# What a machine may lack, how to see it, and what to do; DORSALE_REQUIRE names what must not be missing.
NEEDS: dict[str, tuple[Callable[[], bool], str]] = {
    "browser": (
        lambda: shutil.which("chromium") is not None and find_spec("playwright") is not None,
        "no chromium on the path, or no playwright: install chromium, and the extra dev",
    ),
    "java": (lambda: shutil.which("java") is not None, "no java on the path: install a Java runtime"),
    "raptor": (lambda: shutil.which("rapper") is not None, "no rapper on the path: install raptor2-utils"),
    "shared": (lambda: (SHARED / "documents").is_dir(), "the received documents are not here: set DORSALE_SHARED"),
}
REQUIRED = set(os.environ.get("DORSALE_REQUIRE", "").replace(",", " ").split())
PARTS = ("dorsale.toml", "ontology", "shapes", "queries", "data")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for need, (there, reason) in NEEDS.items():
        if item.get_closest_marker(need) and not there():
            if need in REQUIRED:
                pytest.fail(f"DORSALE_REQUIRE names {need}, but {reason}")
            pytest.skip(reason)


def copy_workspace(to: Path) -> Workspace:
    """Return a copy of the repository's workspace, without its dataset."""
    to.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, to / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, to / part)
    return Workspace.open(to)


@pytest.fixture(autouse=True)
def steady_literals() -> Iterator[None]:
    """owlrl, an oracle of tests, changes how rdflib reads literals (« --04 » is lost), and does not change it back."""
    before = dict(rdflib.term._toPythonMapping)
    yield
    rdflib.term._toPythonMapping.clear()
    rdflib.term._toPythonMapping.update(before)


@pytest.fixture(scope="session", autouse=True)
def frames_read_once() -> Iterator[None]:
    """The same files are the same frames: to read and compile their thousands of patterns is a fifth of a build."""
    kept: dict[tuple[Path, tuple[tuple[str, bytes], ...]], Frames] = {}

    def read(folder: Path, shown: Path) -> Frames:
        files = tuple((path.name, path.read_bytes()) for path in sorted(folder.glob("*.yaml")))
        if (shown, files) not in kept:
            kept[shown, files] = whole(folder, shown)
        return kept[shown, files]

    whole = Frames.read
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Frames, "read", read)
        yield


@pytest.fixture(scope="session")
def sources() -> Sources:
    """What the files of the repository's workspace say."""
    return Sources.read(Workspace.open(ROOT))


@pytest.fixture(scope="session")
def extractor(sources: Sources) -> Extractor:
    """What proposes facts for documents, as the repository's workspace makes it."""
    return extractor_of(Workspace.open(ROOT), sources)


@pytest.fixture(scope="session")
def labels(sources: Sources) -> dict[NamedNode, str]:
    """What the things of the authority files are called."""
    named = (statement.quad for statement in sources.authority if statement.quad.predicate == public("rdfs:label"))
    return {quad.subject: quad.object.value for quad in named}  # type: ignore[misc,union-attr]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The real workspace, built; tests only read it."""
    workspace = copy_workspace(tmp_path_factory.mktemp("built"))
    build(workspace)
    return workspace


@pytest.fixture(scope="session")
def dataset(built: Workspace) -> Dataset:
    return Shelf(built.dataset, built.base).open()


@pytest.fixture(scope="session")
def published(built: Workspace, dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its publication; tests only read it."""
    publish(built, dataset, out := tmp_path_factory.mktemp("published") / "out")
    return out


@pytest.fixture
def workspace(built: Workspace, tmp_path: Path) -> Workspace:
    """A copy of the real workspace with its dataset, to be broken."""
    shutil.copytree(built.root, tmp_path / "workspace")
    return Workspace.open(tmp_path / "workspace")


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def dorsale() -> Run:
    """The command as a user runs it: a process of its own."""

    def run(
        *words: str | Path, language: str = "en", cwd: Path | None = None, **more: str
    ) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "LC_ALL": f"{language}.UTF-8", "PYTHONUTF8": "1", **more}
        command = [sys.executable, "-m", "dorsale", *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, check=False)

    return run


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    mounted = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(tmp_path)]
    try:
        subprocess.run(mounted, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this user may not mount a file system")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


def fill(path: Path, left: int) -> None:
    """Write a file until only so many kilobytes are left."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 4096):
            pass
    with path.open("ab") as file:
        file.truncate(path.stat().st_size - left * 1024)
