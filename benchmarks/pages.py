"""
The pages of the things of a workspace, in both languages, and what stands beside them for programs.

    dorsale build && python benchmarks/pages.py        this repository
    python benchmarks/pages.py --workspace DIR --runs 9
    python benchmarks/pages.py --facts 100000          a made-up country

The time of the first table is that of the processor: other programs take of the clock what they want. Each run begins
anew, with nothing remembered of the one before; the dataset, the ontology, the rules and the conflicts are read before,
as they are once for all pages. The second has the clock's and beside it the processor's, that of the workers included:
all pages of the publication, with one worker and with two by turns. What the shapes say is read before, since a built
workspace has kept it; the ratio of the clocks is that of a free machine only.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from measure import Times, swept, table
from query import land

from dorsale.graph.explain import Profile
from dorsale.graph.store import Shelf
from dorsale.publish.pages import alternates, pages, thing
from dorsale.publish.pages.site import Site
from dorsale.publish.pages.volume import volumes
from dorsale.publish.publication import Publication
from dorsale.workspace import Workspace

ROOT = Path(__file__).parents[1]


class Clock:
    """How much of the processor each part of a run takes."""

    def __init__(self) -> None:
        self.parts: dict[str, list[float]] = {}

    def __call__(self, part: str, work: Callable[[], object]) -> None:
        """Do a part of the work, and write down how long it takes."""
        start = time.process_time()
        work()
        self.parts.setdefault(part, []).append(time.process_time() - start)


def run(workspace: Workspace, clock: Clock) -> tuple[int, int]:
    """Make the files of all things once; return how many things, and how many bytes."""
    dataset = Shelf(workspace.dataset, workspace.base).open().held()
    site = Site(workspace, dataset, Publication.of(workspace))
    both, things = volumes(site), site.things
    # What is read once for all.
    for part in (site.places, site.conflicts_of, site.sketch, site.regions, *map(site.profile, things[:1])):
        assert part is not None
    known: list[Profile] = []
    files: list[bytes] = []
    with swept():
        clock("what is known", lambda: known.extend(map(site.profile, things)))
        clock("pages", lambda: files.extend(thing.page(one, what, ()).content for what in known for one in both))
        clock(
            "beside them", lambda: files.extend(file.content for what in known for file in alternates.files(site, what))
        )
    return len(things), sum(map(len, files))


def published(workspace: Workspace, workers: int) -> tuple[float, float]:
    """Return how long all pages take, by the clock and of the processor."""
    dataset, publication = Shelf(workspace.dataset, workspace.base).open(), Publication.of(workspace)
    report = Site(workspace, dataset, publication).report
    with swept():
        start, before = time.perf_counter(), sum(os.times()[:4])
        site = Site(workspace, dataset.held(), publication)
        site.report = report
        for _ in pages(site, (), workers):
            pass
        return time.perf_counter() - start, sum(os.times()[:4]) - before


def main() -> None:
    """Measure, and print the tables."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--workspace", type=Path, default=ROOT)
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--facts", type=int)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made_up = land(given.facts, Path(folder)).workspace if given.facts else None
        measure(made_up or Workspace.open(given.workspace), given.runs)


def measure(workspace: Workspace, runs: int) -> None:
    """Measure the pages of a workspace."""
    clock = Clock()
    made = [run(workspace, clock) for _ in range(runs)]
    things, size = made[0]
    rows = [(part, *Times(tuple(took)).shown(), round(things / min(took))) for part, took in clock.parts.items()]
    whole = Times(tuple(map(sum, zip(*clock.parts.values(), strict=True))))
    rows.append(("all", *whole.shown(), round(things / min(whole.runs))))
    measured = ("shortest, s", "median, s", "longest, s", "things/s at best")
    table((f"{things} things, {size // 1000} kB", *measured), rows)
    took: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    for _ in range(runs):
        for workers, times in took.items():
            times.append(published(workspace, workers))
    rows = []
    for workers, times in took.items():
        for name, some in zip(("clock", "processor"), zip(*times, strict=True), strict=True):
            rows.append((f"{workers}, {name}", *Times(some).shown(), round(things / min(some))))
    table(("all pages, workers", *measured), rows)


if __name__ == "__main__":
    main()
