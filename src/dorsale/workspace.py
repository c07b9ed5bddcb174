"""
Where things are: the folders of a workspace, its settings, the base of its identifiers.

No other module knows the name of a folder, so the program works on any copy of the project, installed or not.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dorsale.errors import Place, SettingsError, WorkspaceNotFound, WorkspaceTooNew
from dorsale.names import BASE

MARK = "dorsale.toml"
VERSION = 1
# What can stand in the angle brackets of an IRI, and be followed by the kind and the name of a thing.
BEGINNING = re.compile(r"https?://[^\s<>\"{}|\\^`?#]+/")


def require_base(base: object, mark: Path) -> None:
    """Raise :class:`SettingsError` unless the identifiers of things can begin so."""
    if not isinstance(base, str) or not BEGINNING.fullmatch(base):
        raise SettingsError(place=Place(mark), reason='base must be an address like "https://example.org/id/"')


@dataclass(frozen=True, slots=True)
class Workspace:
    """
    A folder with an ontology, shapes, queries and data, marked by its ``dorsale.toml``.

    ``trial`` is a folder whose documents, facts and authority files stand in for those of the same place while a
    change is tried: nothing of the workspace itself is touched. ``publication`` is what the settings say of it.
    """

    root: Path
    base: str = BASE
    trial: Path | None = None
    publication: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def open(cls, root: Path) -> "Workspace":
        """
        Return the workspace of a folder.

        Raises :class:`WorkspaceNotFound`, :class:`WorkspaceTooNew`, or :class:`SettingsError` with its place.
        """
        mark = root / MARK
        try:
            settings = tomllib.loads(mark.read_text("utf-8"))
        except OSError as error:
            raise WorkspaceNotFound(folder=root, mark=MARK) from error
        except ValueError as error:
            raise SettingsError(place=Place(mark), reason=str(error)) from error
        if not isinstance(version := settings.get("version"), int):
            raise SettingsError(place=Place(mark), reason=f"version = {VERSION} is missing")
        if version > VERSION:
            raise WorkspaceTooNew(place=Place(mark), version=version, known=VERSION)
        base = settings.get("base", BASE)
        require_base(base, mark)
        if unknown := sorted(settings.keys() - {"version", "base", "publication"}):
            known = "version, base, publication"
            raise SettingsError(place=Place(mark), reason=f"unknown setting {unknown[0]!r}; known are {known}")
        if not isinstance(publication := settings.get("publication", {}), dict):
            raise SettingsError(place=Place(mark), reason="publication must be a table: [publication]")
        workspace = cls(root.resolve(), base, publication=publication)
        for folder in (workspace.ontology, workspace.shapes, workspace.queries, workspace.documents, workspace.facts):
            if not folder.is_dir():
                raise SettingsError(
                    place=Place(mark), reason=f"the folder {folder.relative_to(workspace.root)} is missing"
                )
        return workspace

    @classmethod
    def nearest(cls, start: Path) -> "Workspace":
        """Return the workspace that holds ``start``: the nearest folder upwards with a ``dorsale.toml``."""
        start = start.resolve()
        for folder in (start, *start.parents):
            if (folder / MARK).is_file():
                return cls.open(folder)
        raise WorkspaceNotFound(folder=start, mark=MARK)

    @property
    def mark(self) -> Path:
        """The file of settings, which makes a folder a workspace."""
        return self.root / MARK

    @property
    def ontology(self) -> Path:
        """Where our classes and properties are, and their alignments."""
        return self.root / "ontology"

    @property
    def codes(self) -> Path:
        """Where the concept schemes are, a file each."""
        return self.ontology / "codes"

    @property
    def rules(self) -> Path:
        """Where the rules are by which facts are derived."""
        return self.ontology / "rules"

    @property
    def frames(self) -> Path:
        """Where the frames are by which facts are extracted, and the words that name things."""
        return self.ontology / "frames"

    @property
    def conflicts(self) -> Path:
        """Where the patterns are of what cannot both hold."""
        return self.ontology / "conflicts"

    @property
    def preferences(self) -> Path:
        """Where curators say which of two readings they prefer."""
        return self.review / "preferences.ttl"

    @property
    def refusals(self) -> Path:
        """Where the facts are that curators refused, so that they are not proposed again."""
        return self.review / "refusals.ttl"

    @property
    def retractions(self) -> Path:
        """Where the facts are that were accepted, and are stated no more."""
        return self.review / "withdrawn.ttl"

    @property
    def suppressions(self) -> Path:
        """Where the persons are whom the data must not name, whatever the documents say."""
        return self.review / "suppressions.toml"

    @property
    def published(self) -> Path:
        """Where the identifiers are that a release has published, a line each."""
        return self.review / "published.txt"

    @property
    def changelog(self) -> Path:
        """Where it is told, release by release, what changed."""
        return self.root / "CHANGELOG.md"

    @property
    def waivers(self) -> Path:
        """Where curators accept a known exception to a shape, until a day that they name."""
        return self.review / "waivers.ttl"

    @property
    def cases(self) -> Path:
        """Where each shape may have its test cases, valid and invalid."""
        return self.root / "tests" / "shapes"

    @property
    def shapes(self) -> Path:
        """Where the SHACL shapes are."""
        return self.root / "shapes"

    @property
    def queries(self) -> Path:
        """Where the stored queries are, a file each."""
        return self.root / "queries"

    @property
    def answers(self) -> Path:
        """Where the kept answers of the stored queries are, which test them; a workspace need not have any."""
        return self.root / "tests" / "queries"

    @property
    def documents(self) -> Path:
        """Where each document has its stored text and its metadata."""
        return self.root / "data" / "documents"

    @property
    def facts(self) -> Path:
        """Where the accepted facts are, a file for each document."""
        return self.root / "data" / "facts"

    @property
    def authority(self) -> Path:
        """Where known things are described."""
        return self.root / "data" / "authority"

    @property
    def reference(self) -> Path:
        """Where the look-up tables are, which are no data of the graph."""
        return self.root / "data" / "reference"

    @property
    def review(self) -> Path:
        """Where the decisions of curators are, each with its reason."""
        return self.root / "data" / "review"

    @property
    def dataset(self) -> Path:
        """Where the compiled dataset is."""
        return self.root / ".dorsale"

    @property
    def journal(self) -> Path:
        """Where it is written down which files are about to change together."""
        return self.dataset / "journal.json"

    def glob(self, folder: Path, pattern: str) -> list[Path]:
        """Return the files of a folder, and those that a trial puts there, in a fixed order."""
        names = {path.name for path in folder.glob(pattern)}
        if self.trial:
            names |= {path.name for path in (self.trial / folder.relative_to(self.root)).glob(pattern)}
        return [folder / name for name in sorted(names)]

    def found(self, path: Path) -> Path:
        """Return where the content of a file is read: in the trial, where it has one."""
        tried = self.trial / path.relative_to(self.root) if self.trial else path
        return tried if tried.exists() else path

    def files(self) -> Iterator[Path]:
        """Yield the files that a dataset is made from, in a fixed order."""
        for folder in (self.ontology, self.codes, self.rules, self.shapes, self.authority, self.documents, self.facts):
            yield from (path for path in self.glob(folder, "*") if path.suffix in {".ttl", ".trig", ".txt", ".rq"})
        yield from self.glob(self.review, self.suppressions.name)

    def shown(self, path: Path) -> Path:
        """Return a path as a message names it: from the root of the workspace where it is inside."""
        path = path.resolve()
        return path.relative_to(self.root) if path.is_relative_to(self.root) else path

    def fingerprint(self) -> str:
        """Return the SHA-256 of everything that a dataset is made from: equal files, equal dataset."""
        return self._hashed(self.files())

    def laws(self) -> str:
        """Return the SHA-256 of what derives and checks: the ontology, the codes, the rules, the shapes."""
        folders = {self.ontology, self.codes, self.rules, self.shapes}
        return self._hashed(path for path in self.files() if path.parent in folders)

    def _hashed(self, files: Iterable[Path]) -> str:
        import hashlib  # which a question does not wait for

        digest = hashlib.sha256(self.base.encode())
        for path in files:
            content = self.found(path).read_bytes()
            digest.update(f"\n{path.relative_to(self.root).as_posix()} {len(content)}\n".encode())
            digest.update(content)
        return digest.hexdigest()
