"""
What was seen in the files of a workspace once its dataset was in use, so that a question need not read them again.

It stands beside the dataset and is only ever a shorter way: without it, or when a file has another date, the files are
read. So a question takes as long in a workspace of ten documents as in one of thousands.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dorsale.errors import NoDataset
from dorsale.graph.store import Shelf
from dorsale.workspace import Workspace

if TYPE_CHECKING:
    from dorsale.graph.queries import Catalogue

FILE = "seen.json"


def see(workspace: Workspace) -> None:
    """
    Write down the dates of the files that the dataset in use was made from, and the headers of the stored queries.

    It is for who holds the lock. Nothing is written when a file was changed meanwhile, or where there is no room.
    """
    shelf, dates = Shelf(workspace.dataset, workspace.base), _dates(workspace)
    if shelf.made()["fingerprint"] == workspace.fingerprint() and dates == _dates(workspace):
        seen = {"dates": dates, "headers": catalogue(workspace).keep()}
        with suppress(OSError):
            shelf.current.joinpath(FILE).write_text(json.dumps(seen), "utf-8")


def fresh(workspace: Workspace) -> bool:
    """Say whether the dataset in use was made from the files as they are now; :class:`NoDataset` if there is none."""
    made = Shelf(workspace.dataset, workspace.base).made()
    return _seen(workspace).get("dates") == _dates(workspace) or made["fingerprint"] == workspace.fingerprint()


def catalogue(workspace: Workspace) -> Catalogue:
    """Return the stored queries of a workspace, whose headers are read where they were not seen before."""
    from dorsale.graph.queries import Catalogue

    kept = None
    with suppress(NoDataset):
        kept = _seen(workspace).get("headers")
    return Catalogue.of(workspace.queries, workspace.shown(workspace.queries), kept)


def _dates(workspace: Workspace) -> dict[str, int]:
    """Return when each file that a dataset is made from was changed last: a date that nobody can set."""
    root = len(str(workspace.root)) + 1
    dates = {str(path)[root:]: path.stat().st_ctime_ns for path in workspace.files()}
    return {workspace.base: 0, **dates}


def _seen(workspace: Workspace) -> dict[str, Any]:
    def read(folder: Path) -> dict[str, Any]:
        try:
            said: dict[str, Any] = json.loads((folder / FILE).read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return said

    return Shelf(workspace.dataset, workspace.base).follow(read)
