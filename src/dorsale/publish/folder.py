"""
The folder of a publication: all of its files or none, and nobody else's.

The files are written into a folder beside it, which then takes its place; until then, and whatever goes wrong, the
publication before stays as it was. ``SHA256SUMS`` is the list of what we wrote: what it does not name, or names with
other bytes, is somebody else's work, which moves along and is never overwritten.
"""

import fcntl
import hashlib
import os
import re
import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from dorsale.errors import ForeignFile, PublicationBusy, UnfitPath
from dorsale.graph.store import writing

SUMS = "SHA256SUMS"
# Archives and file systems take names of 255 bytes; the ending of a page or of an archive has its room in them.
LONGEST = 200
NEXT, BEFORE = "next", "before"
# What a path cannot hold: the control characters, and what Windows or a shell's wildcard would take for its own.
UNFIT = re.compile(r'[\x00-\x1f\x7f\\<>:"|?*]')
LINE = re.compile(r"([0-9a-f]{64})  (.+)")


@dataclass(frozen=True, slots=True)
class File:
    """
    A file of a publication: its POSIX path, told from the folder, and what it holds.

    One that portals list has a ``title`` by language; ``schema`` is the path of what describes its form, if any does.
    A ``hidden`` page is not for those who list the web.
    """

    path: str
    content: bytes
    title: Mapping[str, str] | None = None
    schema: str | None = None
    hidden: bool = False


def keep(files: Iterable[File], folder: Path) -> dict[str, str]:
    """
    Put files into a folder in place of those that we had there, and return the SHA-256 of each by its path.

    They are written as they come: a publication may be larger than the memory. What we did not write stays.

    Raises :class:`UnfitPath`, :class:`ForeignFile` where somebody else's file has the place of one of ours,
    :class:`PublicationBusy` while another one is written, and :class:`~dorsale.errors.UnwritableFile`: the folder is
    then as it was.
    """
    folder = folder.resolve()
    with _beside(folder) as beside:
        made = beside / NEXT
        sums = dict(sorted(_written(files, made, folder)))
        with writing(folder / SUMS):
            (made / SUMS).write_text("".join(f"{digest}  {path}\n" for path, digest in sums.items()), "utf-8")
        with writing(folder):
            if folder.exists():
                _moved(folder, made)
                shutil.copymode(folder, made)
                os.rename(folder, beside / BEFORE)
            os.rename(made, folder)
    return sums


def kept(folder: Path) -> dict[str, str]:
    """Return what we wrote into a folder, the SHA-256 of each path; a folder without a list of ours has nothing."""
    with suppress(OSError, UnicodeDecodeError):
        lines = (folder / SUMS).read_text("utf-8").splitlines()
        return {found[2]: found[1] for line in lines if (found := LINE.fullmatch(line))}
    return {}


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _written(files: Iterable[File], made: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the path and the SHA-256 of each file, once it is written."""
    paths = Paths()
    for file in files:
        paths.add(file.path)
        place = made / file.path
        with writing(folder / file.path):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.content)
        yield file.path, hashlib.sha256(file.content).hexdigest()


class Paths:
    """The paths of a publication, which every file system can hold side by side."""

    def __init__(self) -> None:
        self._files = {SUMS}
        self._folders: set[str] = set()
        # Each path by what a file system that takes capitals for small letters makes of it.
        self._spelt = {_plain(SUMS): SUMS}

    def add(self, path: str) -> None:
        """Take a path in; one that leaves the folder, has no place in it or clashes raises :class:`UnfitPath`."""
        names = path.split("/")
        above = _above(path)
        if not {"", ".", ".."}.isdisjoint(names):
            raise UnfitPath(path=path, reason="outside")
        if UNFIT.search(path) or any(name.endswith((".", " ")) for name in names):
            raise UnfitPath(path=path, reason="characters")
        if any(len(name.encode("utf-8", "surrogatepass")) > LONGEST for name in names):
            raise UnfitPath(path=f"{path[:80]}…", reason="long")
        if path in self._files or path in self._folders or not self._files.isdisjoint(above):
            raise UnfitPath(path=path, reason="twice")
        if any(self._spelt.setdefault(_plain(one), one) != one for one in (*above, path)):
            raise UnfitPath(path=path, reason="case")
        self._files.add(path)
        self._folders.update(above)


def _plain(path: str) -> str:
    return unicodedata.normalize("NFC", path.casefold())


def _above(path: str) -> list[str]:
    """Return the folders that a path stands in."""
    names = path.split("/")
    return ["/".join(names[:count]) for count in range(1, len(names))]


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """Give a folder beside another, with an empty one for the next publication; one writer at a time has it."""
    beside = folder.with_name(f".{folder.name}.dorsale")
    with writing(folder):
        beside.mkdir(parents=True, exist_ok=True)
        held = os.open(beside, os.O_RDONLY)
    try:
        _hold(held, beside, folder)
        try:
            with writing(folder):
                # What a writer who was killed left behind.
                _settle(beside, folder)
                shutil.rmtree(beside / NEXT, ignore_errors=True)
                shutil.rmtree(beside / BEFORE, ignore_errors=True)
                (beside / NEXT).mkdir()
            yield beside
        finally:
            _settle(beside, folder)
            shutil.rmtree(beside, ignore_errors=True)
    finally:
        os.close(held)


def _hold(handle: int, beside: Path, folder: Path) -> None:
    """Be the only one who has a folder open to write."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(handle), beside.stat()):
            return
    except (BlockingIOError, FileNotFoundError):
        pass
    raise PublicationBusy(folder=folder)


def _settle(beside: Path, folder: Path) -> None:
    """Put the publication before back, if nothing took its place."""
    if (beside / BEFORE).exists() and not folder.exists():
        os.rename(beside / BEFORE, folder)


def _moved(folder: Path, made: Path) -> None:
    """Let what we did not write stand in the next publication, too; nothing of it is changed."""
    ours = kept(folder)
    for path in _entries(folder):
        place, there = made / path, folder / path
        written = ours.get(path)
        if (ours and path == SUMS) or (written and not there.is_symlink() and digest(there) == written):
            continue
        empty = there.is_dir() and not there.is_symlink()
        taken = place.is_file() or (place.is_dir() and not empty)
        if taken or any((made / above).is_file() for above in _above(path)):
            raise ForeignFile(folder=folder, file=path)
        place.parent.mkdir(parents=True, exist_ok=True)
        if empty:
            place.mkdir(exist_ok=True)
            continue
        try:
            os.link(there, place, follow_symlinks=False)
        except OSError:
            shutil.copy2(there, place, follow_symlinks=False)


def _entries(folder: Path) -> Iterator[str]:
    """Yield the files of a folder, its links, and its folders without anything in them, in a fixed order."""
    for entry in sorted(folder.iterdir()):
        if entry.is_symlink() or not entry.is_dir() or not any(entry.iterdir()):
            yield entry.name
        else:
            yield from (f"{entry.name}/{below}" for below in _entries(entry))
