"""
A fact that was accepted is stated no more: it leaves, and what was said, when, why and in which role it left stays.

That is not how a contract ends: what a document says of an end is a fact like others. The order is that of an addition:
what would be written is tried first, then files and dataset change together, or nothing does.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from dorsale.add import tried, write_all
from dorsale.build import Built, Step, triple_of
from dorsale.documents.facts import Facts, Passage
from dorsale.documents.refusals import FACT, RETRACTION, remembered
from dorsale.documents.removal import removed
from dorsale.errors import NothingToRetract
from dorsale.graph.store import Shelf
from dorsale.journal import Journal
from dorsale.names import dor
from dorsale.seen import see
from dorsale.statements import Statement
from dorsale.workspace import Workspace

OVERRULED = dor("overruled")


@dataclass(frozen=True, slots=True)
class Retracted:
    """What left, each fact with its passage; the files that say so, and what the build counted."""

    facts: tuple[tuple[Passage, Triple], ...]
    files: tuple[Path, ...]
    built: Built


def retract(
    workspace: Workspace, facts: Collection[Triple], reason: str, role: str, step: Step = lambda _: None
) -> Retracted:
    """
    Take facts out of all passages that state them, write down why, and build, all or nothing.

    What follows from them goes, too; a passage that then states nothing and that no other is read with goes with them.
    Raises :class:`NothingToRetract` when no passage states them, :class:`~dorsale.errors.UneditableFile`, and what a
    build does: a thing that would then be described nowhere is not left behind.
    """
    base, root = workspace.base, workspace.root
    shelf = Shelf(workspace.dataset, base)
    with shelf.lock("dorsale retract"):
        journal = Journal(workspace.journal, root)
        journal.settle()
        files: dict[Path, bytes] = {}
        leaving: list[tuple[Passage, Triple]] = []
        for path in workspace.glob(workspace.facts, "*.trig"):
            shown = workspace.shown(path)
            there = Facts.open(path, shown, base)
            if own := {one for one in there.statements if there.of_passage(one) and one.quad.triple in facts}:
                left = there.without(own | _overrulings(there, own))
                # What was of no use before is somebody's work and stays.
                gone = {one.quad for one in there.without(()).statements} - {one.quad for one in left.statements}
                files[path] = removed(path.read_bytes(), gone, shown)
                leaving += [
                    (passage, one.quad.triple)
                    for passage in there.passages.values()
                    for one in there.statements
                    if one in own and one.quad.graph_name == passage.iri
                ]
        if not leaving:
            listed = ", ".join(sorted(triple_of(fact, base) for fact in facts))
            raise NothingToRetract(facts=listed)
        record = workspace.retractions
        before = record.read_bytes().decode() if record.exists() else ""
        files[record] = remembered(before, leaving, base, reason, role, RETRACTION).encode()
        with shelf.next() as folder:
            built, how, _ = tried(workspace, files, shelf, folder, step)
            write_all(journal, shelf, folder, files, how)
        see(workspace)
    return Retracted(tuple(leaving), tuple(files), built)


def _overrulings(facts: Facts, leaving: Collection[Statement]) -> set[Statement]:
    """Return what lets these facts in against a gate: without them it lets nothing in."""
    said: dict[object, dict[NamedNode, object]] = {}
    for quad, _ in facts.statements:
        said.setdefault(quad.subject, {})[quad.predicate] = quad.object
    going = {(one.quad.graph_name, *one.quad.triple) for one in leaving}
    idle = {
        quad.object
        for quad, _ in facts.statements
        if quad.predicate == OVERRULED
        and (quad.subject, *(said.get(quad.object, {}).get(part) for part in FACT)) in going
    }
    return {one for one in facts.statements if one.quad.subject in idle or one.quad.object in idle}
