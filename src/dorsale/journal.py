"""
Files that change together: all of them or none, whenever the machine stops.

Everything is first written beside the files that it is for, and a journal says so. Until the journal says that all is
there, what was written is taken away; from then on it is put in place. So whoever comes next finishes, or undoes.
"""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from dorsale.errors import UnwritableFile

BEGUN, WHOLE = "begun", "whole"


class Journal:
    """The journal of a folder, which has one at most; its paths are told from ``root``."""

    def __init__(self, path: Path, root: Path) -> None:
        self.path, self.root = path, root

    @property
    def pending(self) -> bool:
        """Whether somebody was stopped, or is at work."""
        return self.path.exists()

    def write(self, files: Mapping[Path, bytes]) -> None:
        """
        Put files in place, new ones or instead of those that are there, in the order given: all of them or none.

        Raises :class:`UnwritableFile`: before all is there nothing has changed, and after that :meth:`settle` finishes.
        """
        parts = {path: path.with_name(f".{path.name}.part") for path in files}
        path = self.path
        try:
            self._say(BEGUN, parts)
            for path, content in files.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                _written(parts[path], content)
                if path.exists():
                    shutil.copymode(path, parts[path])
            path = self.path
            self._say(WHOLE, parts)
        except OSError as error:
            self.settle()
            raise UnwritableFile(file=path, reason=error.strerror or str(error)) from error
        self.settle()

    def settle(self) -> None:
        """Finish what a journal says is whole, undo what it says was begun; without a journal do nothing."""
        if not self.pending:
            return
        said = json.loads(self.path.read_text("utf-8"))
        path = self.path
        try:
            for place, beside in said["files"].items():
                path, part = self.root / place, self.root / beside
                if part.exists() and said["state"] == BEGUN:
                    part.unlink()
                elif part.exists():
                    os.replace(part, path)
            for folder in {(self.root / place).parent for place in said["files"]}:
                _synced(folder)
            self.path.unlink()
        except OSError as error:
            raise UnwritableFile(file=path, reason=error.strerror or str(error)) from error

    def _say(self, state: str, parts: Mapping[Path, Path]) -> None:
        files = {str(path.relative_to(self.root)): str(part.relative_to(self.root)) for path, part in parts.items()}
        beside = self.path.with_name(f"{self.path.name}.part")
        try:
            _written(beside, json.dumps({"state": state, "files": files}, indent=1).encode())
            os.replace(beside, self.path)
            _synced(self.path.parent)
        finally:
            beside.unlink(missing_ok=True)


def _written(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _synced(folder: Path) -> None:
    """Let the disk know which names a folder holds."""
    if folder.is_dir():
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
