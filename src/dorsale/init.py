"""
A new workspace: the vocabulary, the shapes, the queries and the tables of ours, and one example to begin with.

What is ours stands in the repository once, and in an installed package beside the example, which is the package's own.
A workspace is made whole or not at all, and nothing that is there is touched.
"""

from contextlib import suppress
from pathlib import Path

from dorsale.errors import FolderTaken, UnreadableFile
from dorsale.graph.store import LOCK, Shelf, writing
from dorsale.journal import Journal
from dorsale.names import BASE
from dorsale.workspace import MARK, Workspace, require_base

EXAMPLE = Path(__file__).parent / "example"
REPOSITORY = EXAMPLE.parents[2]
# Programs that make the tables, and what editors and systems leave behind, are no part of a workspace.
KINDS = {".ttl", ".trig", ".rq", ".yaml", ".tsv", ".gz", ".txt", ".md", ".toml"}
# What a folder may have already: it stays as it is.
SPARED = (".gitignore", "LISEZMOI.md")


def init(folder: Path, base: str = BASE) -> tuple[Path, ...]:
    """
    Make a folder a workspace whose things live under ``base``, and return its files, told from the folder.

    What was stopped here is finished or undone first. Raises :class:`~dorsale.errors.SettingsError` for a base that is
    none, :class:`FolderTaken` where something is in the way, :class:`~dorsale.errors.DatasetLocked` while another one
    makes it, and :class:`~dorsale.errors.UnwritableFile`: nothing is there then that was not before.
    """
    require_base(base, folder / MARK)
    workspace = Workspace(folder.resolve(), base)
    root, files = workspace.root, material(base)
    journal = Journal(workspace.journal, root)
    if not (stopped := journal.pending):
        _require_room(root, files)
    made = _made([*(root / path for path in files), workspace.journal], root)
    try:
        with writing(root):
            root.mkdir(parents=True, exist_ok=True)
        with Shelf(workspace.dataset, base).lock("dorsale init"):
            journal.settle()
            wanted = [path for path in files if not (str(path) in SPARED and (root / path).exists())]
            if not (stopped and _whole(root, files, wanted)):
                _require_room(root, files)
                journal.write({root / path: files[path] for path in wanted})
    finally:
        if not workspace.mark.exists():
            _gone(made)
    return tuple(wanted)


def material(base: str = BASE) -> dict[Path, bytes]:
    """
    Return the files of a new workspace by their paths; its settings come last, since they make it one.

    Raises :class:`UnreadableFile` where Dorsale was not installed whole.
    """
    example = Workspace(EXAMPLE)
    ours = Workspace(EXAMPLE if example.ontology.is_dir() else REPOSITORY)
    files: dict[Path, bytes] = {}
    for part in (ours.ontology, ours.shapes, ours.queries, ours.reference, ours.authority / "labels.ttl"):
        if not part.exists():
            raise UnreadableFile(file=part, reason="–")
        for path in sorted(part.rglob("*")) if part.is_dir() else [part]:
            if path.suffix in KINDS and path.is_file():
                files[path.relative_to(ours.root)] = path.read_bytes()
    for path in sorted(EXAMPLE.rglob("*")):
        if (path.suffix in KINDS or path.name in SPARED) and path.is_file():
            files[path.relative_to(EXAMPLE)] = path.read_bytes().replace(BASE.encode(), base.encode())
    files[Path(MARK)] = files.pop(Path(MARK))
    return files


def _whole(root: Path, files: dict[Path, bytes], wanted: list[Path]) -> bool:
    """Say whether all files are there: one who was stopped had come so far that the journal finished the rest."""
    return all((root / path).is_file() and (root / path).read_bytes() == files[path] for path in wanted)


def _require_room(root: Path, files: dict[Path, bytes]) -> None:
    """Refuse a folder that has a file where a workspace has one of its parts."""
    parts = dict.fromkeys(root / path.parts[0] for path in reversed(files) if str(path) not in SPARED)
    for part in (*([] if root.is_dir() else [root]), *parts):
        inside = part.rglob("*") if part.is_dir() and not part.is_symlink() else [part]
        if found := next((path for path in inside if path.is_symlink() or path.is_file()), None):
            raise FolderTaken(folder=root, found=found.relative_to(root).as_posix())


def _made(paths: list[Path], root: Path) -> list[Path]:
    """Return the folders of paths that are not there yet."""
    folders = {parent for path in paths for parent in path.parents if parent == root or root in parent.parents}
    above = [parent for parent in root.parents if not parent.exists()]
    return [*(folder for folder in folders if not folder.exists()), *above]


def _gone(folders: list[Path]) -> None:
    """Remove folders that were made, those inside others first; of what is in them, only the lock that nobody has."""
    for folder in sorted(folders, key=lambda one: len(one.parts), reverse=True):
        (folder / LOCK).unlink(missing_ok=True)
        with suppress(OSError):
            folder.rmdir()
