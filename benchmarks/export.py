"""
A graph as one file whose bytes are always the same, beside an unsorted dump of Oxigraph and rdflib's serializer.

    python benchmarks/export.py                                     100 000 facts
    python benchmarks/export.py --facts 1000000 --runs 3            the large one
    python benchmarks/export.py --facts 1000000 --rdflib 1000000    rdflib beside it, too

The graph is the national one of ``national.py``, in Turtle its facts, in TriG what each passage states. Each measure is
a process of its own, by turns; its time is that of the processor while the file is made in memory, which other programs
cannot take from it, and its memory is what it had at the highest. Oxigraph reads from its store on the disk, as ours
does, and has the prefixes of the workspace; rdflib has the graph in memory, and loading it is told apart. All must have
written the same number of statements.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import rdflib
from measure import Times, swept, table
from national import national
from pyoxigraph import DefaultGraph, RdfFormat, Store, parse

from dorsale.graph.export import FORMATS, export
from dorsale.graph.store import Change, Dataset
from dorsale.names import prefixes

ASKED = ("turtle", "trig")


def land(facts: int, folder: Path) -> None:
    """Put a national graph into a folder: as our dataset, and without its default graph for who would dump it, too."""
    with closing(Dataset.write(folder / "dataset")) as dataset:
        dataset.commit(Change(dict.fromkeys(national(facts))))
        dataset.flush()
        dataset.store.dump(folder / "turtle", RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    named = Store(str(folder / "named"))
    named.bulk_extend(national(facts))
    named.flush()
    named.dump(folder / "trig", RdfFormat.N_QUADS)


def ours(folder: Path, format: str) -> Callable[[], bytes]:
    """Return what writes our export."""
    dataset = Dataset.open(folder / "dataset")
    return lambda: export(dataset, format)


def oxigraph(folder: Path, format: str) -> Callable[[], bytes]:
    """Return what writes a dump in the order of the store."""
    known = prefixes()
    if format == "trig":
        named = Store.read_only(str(folder / "named"))
        return lambda: named.dump(format=FORMATS[format], prefixes=known) or b""
    store = Store.read_only(str(folder / "dataset"))
    return lambda: store.dump(format=FORMATS[format], from_graph=DefaultGraph(), prefixes=known) or b""


def theirs(folder: Path, format: str) -> Callable[[], bytes]:
    """Return what writes with rdflib."""
    graph = rdflib.Dataset() if format == "trig" else rdflib.Graph()
    graph.parse(folder / format, format="nquads" if format == "trig" else "nt")
    for prefix, space in prefixes().items():
        graph.bind(prefix, space)
    return lambda: graph.serialize(format=format, encoding="utf-8")


SIDES = {"Dorsale": ours, "Oxigraph, unsorted": oxigraph, "rdflib": theirs}


def memory() -> float:
    """Return the most memory that this process had, in MiB; not that of who started it, as ``getrusage`` does."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def measured(side: str, format: str, folder: Path) -> dict[str, float]:
    """Return what one side takes, and how much it wrote."""
    start = time.process_time()
    write = SIDES[side](folder, format)
    opened, before = time.process_time() - start, memory()
    with swept():
        start = time.process_time()
        written = write()
        took = time.process_time() - start
    peak = memory()
    return {
        "opened": opened,
        "took": took,
        "before": before,
        "peak": peak,
        "bytes": len(written),
        "statements": sum(1 for _ in parse(written, format=FORMATS[format])),
    }


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, default=100_000)
    parser.add_argument("--rdflib", type=int, default=100_000, help="rdflib, which is slow, up to so many facts")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rdflib-runs", type=int, default=1)
    parser.add_argument("--only", nargs=3, metavar=("SIDE", "FORMAT", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        side, format, folder = given.only
        print(json.dumps(measured(side, format, Path(folder))))
        return
    rows: list[tuple[object, ...]] = []
    ratios: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        land(given.facts, Path(folder))
        for format in ASKED:
            found: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
            for run in range(given.runs):
                for side, told in found.items():
                    if side == "rdflib" and (given.facts > given.rdflib or run >= given.rdflib_runs):
                        continue
                    command = [sys.executable, __file__, "--only", side, format, folder]
                    done = subprocess.run(command, check=True, capture_output=True, text=True)
                    told.append(json.loads(done.stdout))
            counted = {int(one["statements"]) for told in found.values() for one in told}
            if len(counted) != 1:
                sys.exit(f"not the same statements: {sorted(counted)}")
            times = {side: Times(tuple(one["took"] for one in told)) for side, told in found.items() if told}
            for side, took in times.items():
                size, before, peak = (max(one[what] for one in found[side]) for what in ("bytes", "before", "peak"))
                memories = (f"{before:.0f}", f"{peak:.0f}")
                opened = f"{min(one['opened'] for one in found[side]):.2f}"
                rows.append((side, format, *counted, f"{size / 1e6:.1f}", opened, len(took.runs)))
                rows[-1] += (*took.shown(), *memories)
            for side in [side for side in times if side != "Dorsale"]:
                ratios.append(f"{format}: {times['Dorsale'].median / times[side].median:.3f} times {side}")
    took_s = ("shortest, s", "median, s", "longest, s")
    table(("", "format", "statements", "MB", "opened in, s", "runs", *took_s, "MiB before", "MiB at most"), rows)
    print()
    print(f"{'; '.join(ratios)}; load {' '.join(f'{load:.1f}' for load in os.getloadavg())}")


if __name__ == "__main__":
    main()
