"""
An edition: what an export, a publication, a workspace or a git revision of one says, as a dataset of its own.

Files are read as they are: nothing is built, checked against its text or changed, so that two editions can be laid side
by side whatever state they are in. A workspace says what is stated in it; an export also says what was derived.
"""

import gzip
import os
import re
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store

from dorsale.build import named_territories
from dorsale.documents.authority import Reference
from dorsale.documents.facts import EVIDENCE, Facts, Passage, authority_graph, evidence_graph
from dorsale.documents.suppressions import Suppressions
from dorsale.errors import (
    MalformedPassage,
    MissingGit,
    Place,
    UnknownEdition,
    UnknownTerritory,
    UnreadableFile,
    WorkspaceError,
    WorkspaceNotFound,
)
from dorsale.graph.explain.sources import KINDS
from dorsale.graph.store import Change, Dataset, writing
from dorsale.names import BASE
from dorsale.statements import FORMATS, Statement, in_graph, read
from dorsale.terms import TYPE, Terms
from dorsale.words import say
from dorsale.workspace import MARK, Workspace

PACKED = ".gz"
# Of the dumps of a publication the first that is there is read: these alone tell the passages of facts.
DUMPS = (".trig", ".nq", f".trig{PACKED}", f".nq{PACKED}")
PASSAGE = re.compile(r"<(.*)evidence/[^/]+/\d+-\d+>")
Shown = Callable[[Path], Path]


@dataclass(frozen=True, slots=True)
class Edition:
    """
    One side of a comparison: its name as it was given, its dataset, and the passages that are described in it.

    ``exported`` is whether it is an export, which holds what was derived; ``sourced`` whether it tells the passages of
    its facts, as Turtle for instance does not.
    """

    name: str
    dataset: Dataset
    passages: Mapping[NamedNode, Passage]
    exported: bool

    @property
    def sourced(self) -> bool:
        """Whether facts stand in the graphs of passages, or of authority files."""
        store = self.dataset.store
        return not self.exported or any(True for _ in store.named_graphs()) or not len(store)


def edition(name: str, home: Callable[[], Workspace]) -> Edition:
    """
    Return the edition that a name means: a file, else a folder, else a git revision of the workspace ``home``.

    Raises :class:`UnknownEdition`, :class:`MissingGit`, and what reading the files raises, with their places.
    """
    path = Path(name)
    if path.is_file():
        return _exported(name, path)
    if (path / MARK).is_file():
        return _workspace(name, Workspace.open(path), path.__truediv__)
    if path.is_dir():
        return _exported(name, _dump(name, path))
    with _revision(name, home()) as workspace:
        return _workspace(name, workspace, lambda place: Path(f"{name}:{place}"))


def _dump(name: str, folder: Path) -> Path:
    """Return the dump in a published folder that tells most."""
    for ending in DUMPS:
        found = sorted(path for path in folder.rglob(f"*{ending}") if path.is_file())
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(path.relative_to(folder).as_posix() for path in found[:4])
            raise UnknownEdition(name=name, reason=say("edition-several", listed=listed))
    raise UnknownEdition(name=name, reason=say("edition-empty", mark=MARK))


def _exported(name: str, path: Path) -> Edition:
    """Return what a file of any RDF format says, packed or not."""
    if path.suffix != PACKED:
        return _edition(name, read(path))
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / path.stem
        if plain.suffix in FORMATS:
            _unpacked(path, plain)
        return _edition(name, read(plain, path))


def _unpacked(path: Path, to: Path) -> None:
    try:
        with gzip.open(path) as packed, to.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(file=path, reason=getattr(error, "strerror", None) or str(error)) from error


def _edition(name: str, statements: Iterable[Statement]) -> Edition:
    """Return an export; a blank node could not be told from another, and is refused."""
    kept = []
    for statement in statements:
        if isinstance(statement.quad.subject, BlankNode) or isinstance(statement.quad.object, BlankNode):
            raise MalformedPassage(place=statement.place, reason="blank-node")
        kept.append(statement)
    base = _base(quad for quad, _ in kept)
    passages = Facts.gather(kept, base).passages
    ours = {*passages, *(NamedNode(f"{base}graph/{kind}") for kind in KINDS)}
    quads = (quad if quad.graph_name in ours else in_graph(quad.triple, DefaultGraph()) for quad, _ in kept)
    return Edition(name, _dataset(quads, base), passages, exported=True)


def _base(quads: Iterable[Quad]) -> str:
    """Return what the identifiers of things begin with, as the name of a passage tells it."""
    for quad in quads:
        if quad.predicate == TYPE and quad.object == EVIDENCE and (found := PASSAGE.fullmatch(str(quad.subject))):
            return found[1]
    return BASE


def _dataset(quads: Iterable[Quad], base: str) -> Dataset:
    dataset = Dataset(Store(), base)
    dataset.commit(Change(dict.fromkeys(quads)))
    return dataset


def _workspace(name: str, workspace: Workspace, shown: Shown) -> Edition:
    """Return what the files of a workspace state, with what its terms and territories are called."""

    def place(path: Path) -> Path:
        return shown(path.relative_to(workspace.root))

    base = workspace.base
    facts = [Facts.open(path, place(path), base) for path in workspace.glob(workspace.facts, "*.trig")]
    statements = [statement for file in facts for statement in file.statements]
    for folder, graph in ((workspace.authority, authority_graph(base)), (workspace.documents, evidence_graph(base))):
        for path in workspace.glob(folder, "*.ttl"):
            statements += [Statement(in_graph(quad.triple, graph), at) for quad, at in read(path, place(path))]
    suppressions = Suppressions.read(workspace)
    if suppressions:
        bound = suppressions.bound(statements)
        facts = [suppressions.facts(file, bound) for file in facts]
        statements = list(suppressions.statements(statements, bound))
    quads = [quad for quad, _ in statements]
    reference = Reference.open(workspace.reference)
    for territory in named_territories(statements):
        # A code that INSEE does not have is for the build to refuse.
        with suppress(UnknownTerritory):
            quads += [in_graph(triple, authority_graph(base)) for triple in reference.describe(territory)]
    codes = NamedNode(f"{base}graph/codes")
    quads += [in_graph(triple, codes) for triple in Terms.read(workspace).described()]
    passages = {iri: passage for file in facts for iri, passage in file.passages.items()}
    return Edition(name, _dataset(quads, base), passages, exported=False)


@contextmanager
def _revision(name: str, home: Workspace) -> Iterator[Workspace]:
    """Give the workspace as a git revision has it, in a folder that goes afterwards; the repository stays as it is."""
    git = _Git(name, home.root)
    commit = git.said("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    tree = git.said("rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}:./")
    with tempfile.TemporaryDirectory() as aside:
        folder = Path(aside).resolve() / "workspace"
        # An index of its own: attributes of an archive could leave files out.
        git.index = Path(aside) / "index"
        # In a folder of the repository only what the index has of that folder would be written.
        git.folder = Path(git.said("rev-parse", "--show-toplevel"))
        git.said("read-tree", tree)
        with writing(folder):
            git.said("checkout-index", "--all", f"--prefix={folder}{os.sep}")
        found = Workspace(folder)
        for part in (found.ontology, found.shapes, found.queries, found.documents, found.facts):
            part.mkdir(parents=True, exist_ok=True)  # git keeps no empty folder
        try:
            workspace = Workspace.open(folder)
        except WorkspaceNotFound as error:
            raise UnknownEdition(name=name, reason=say("edition-no-workspace", mark=MARK)) from error
        except WorkspaceError as error:
            place = Place(Path(f"{name}:{MARK}"))
            raise type(error)(**{**error.facts, "place": place}) from error
        yield workspace


class _Git:
    """Git in a folder, asked about one name."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self.index: Path | None = None

    def said(self, *words: str) -> str:
        """Return what git answers; where it refuses, the name means nothing."""
        aside = {"GIT_INDEX_FILE": str(self.index)} if self.index else {}
        try:
            run = subprocess.run(
                ["git", *words],
                cwd=self.folder,
                env={**os.environ, "LC_ALL": "C", **aside},
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=False,
            )
        except FileNotFoundError as error:
            raise MissingGit(name=self.name) from error
        if run.returncode:
            reason = (run.stderr.strip().splitlines() or [say("edition-no-revision")])[-1]
            raise UnknownEdition(name=self.name, reason=reason.removeprefix("fatal: "))
        return run.stdout.strip()
