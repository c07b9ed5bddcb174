"""
A stored look-up as a process of its own, beside an empty Python, bare pyoxigraph and rdflib, all with piped output.

    python benchmarks/query.py                                     10 000 and 100 000 facts
    python benchmarks/query.py --facts 10000 100000 1000000        with the large one
    python benchmarks/query.py --rdflib-facts 100000               rdflib, which loads what it asks, up to so many

The graph is the national one of ``national.py`` on disk, in a workspace of its own. What is asked is who owns one
network, by its name: the stored query ``network-owners``. The scripts beside it have its SPARQL with the network's IRI
in it, a name being more than they could look up; all print CSV, and the rows are compared. One is the least that a
command of Click can do whose query the system can stop: two options, a child process. In one process, ours reads the
value of the parameter besides, and the native side does not.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from find import by_turns
from measure import Times, table
from national import meant, national, settled, thing

from dorsale.graph.queries import StoredQuery, run
from dorsale.graph.store import Change, Dataset, Shelf
from dorsale.names import prefixes
from dorsale.seen import see
from dorsale.terms import Terms
from dorsale.workspace import Workspace

NAME, NETWORK = "network-owners", 1
LABEL, IRI = f"Réseau Exemple {NETWORK}", thing("network", NETWORK)
BARE = """
import sys, pyoxigraph
store = pyoxigraph.Store.read_only(sys.argv[1])
answer = store.query(open(sys.argv[2], encoding="utf-8").read())
sys.stdout.buffer.write(answer.serialize(format=pyoxigraph.QueryResultsFormat.CSV))
"""
LEAST = """
import os, resource, signal, sys
import click, pyoxigraph
@click.command()
@click.argument("store")
@click.argument("file")
@click.option("--timeout", default=60.0)
def main(store, file, timeout):
    if child := os.fork():
        raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    signal.setitimer(signal.ITIMER_PROF, timeout)
    resource.setrlimit(resource.RLIMIT_DATA, (4096 << 20, resource.RLIM_INFINITY))
    answer = pyoxigraph.Store.read_only(store).query(open(file, encoding="utf-8").read())
    sys.stdout.buffer.write(answer.serialize(format=pyoxigraph.QueryResultsFormat.CSV))
main()
"""
RDFLIB = """
import sys, rdflib
graph = rdflib.Dataset(default_union=True)
graph.parse(sys.argv[1], format="nquads")
sys.stdout.buffer.write(graph.query(open(sys.argv[2], encoding="utf-8").read()).serialize(format="csv"))
"""


@dataclass
class Land:
    """A workspace with a national graph of some size, and the same as a file for who has no store."""

    facts: int
    workspace: Workspace
    store: Path
    quads: Path
    text: Path


def land(facts: int, folder: Path) -> Land:
    """Return a workspace with a national graph, as it is stated: nothing is derived."""
    workspace = settled(folder)
    quads = [*national(facts), *meant(Terms.read(workspace))]
    shelf = Shelf(workspace.dataset, workspace.base)
    with shelf.lock(), shelf.next() as at:
        with closing(Dataset.write(at / "dataset", workspace.base)) as dataset:
            dataset.commit(Change(dict.fromkeys(quads)))
            dataset.flush()
        shelf.use(at, {"laws": workspace.laws(), "counts": {}, "fingerprint": workspace.fingerprint()})
        see(workspace)
    file = folder / "national.nq"
    file.write_bytes(pyoxigraph.serialize(quads, format=pyoxigraph.RdfFormat.N_QUADS) or b"")
    known = "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in prefixes(workspace.base).items())
    stored = StoredQuery.open(workspace.queries / f"{NAME}.rq")
    text = folder / "query.rq"
    text.write_text(known + stored.bound({"network": IRI}), "utf-8")
    return Land(facts, workspace, next(workspace.dataset.glob("build-*/dataset")), file, text)


def answered(*words: str | Path) -> bytes:
    """Return what a process prints; it must print something, and nothing else."""
    ran = subprocess.run([sys.executable, *map(str, words)], capture_output=True, check=False)
    if ran.returncode or ran.stderr:
        sys.exit(ran.stderr.decode())
    return ran.stdout


def rows(csv: bytes) -> list[str]:
    """Return the rows of an answer, in an order of their own."""
    return sorted(csv.decode().replace("\r\n", "\n").splitlines())


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rdflib-facts", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=25)
    given = parser.parse_args(arguments)
    processes: list[list[object]] = []
    inside: list[list[object]] = []
    medians: dict[tuple[str, int], float] = {}
    with tempfile.TemporaryDirectory() as folder:
        lands = [land(facts, Path(folder) / str(facts)) for facts in given.facts]
        for there in lands:
            ours = ("-m", "dorsale", "query", NAME, "--network", LABEL, "--format", "csv", "-w", there.workspace.root)
            sides: dict[str, tuple[str | Path, ...]] = {
                "python -c pass": ("-c", "pass"),
                "Dorsale": ours,
                "pyoxigraph": ("-c", BARE, there.store, there.text),
                "Click, pyoxigraph in a child": ("-c", LEAST, there.store, there.text),
            }
            if there.facts <= given.rdflib_facts:
                sides["rdflib"] = ("-c", RDFLIB, there.quads, there.text)
            said = {name: rows(answered(*words)) for name, words in sides.items()}
            if len({tuple(lines) for name, lines in said.items() if name != "python -c pass"}) != 1:
                sys.exit(f"the answers differ: {said}")
            took = by_turns(given.runs, *(lambda words=words: answered(*words) for words in sides.values()))
            for name, times in zip(sides, took, strict=True):
                medians[name, there.facts] = times.median
                times_pass = times.median / took[0].median
                processes.append([name, there.facts, len(said[name]) - 1 if said[name] else "–", given.runs])
                processes[-1] += [*times.shown("ms"), f"{times_pass:.1f}"]
            inside += native(there, given.runs * 8)
    took_ms = ["runs", "shortest, ms", "median, ms", "longest, ms"]
    table(["process", "facts", "rows", *took_ms, "times `pass`"], processes)
    print()
    table(["in one process", "facts", *took_ms, "times native"], inside)
    print()
    least, most = min(given.facts), max(given.facts)
    print(
        f"at {most:,} facts {medians['Dorsale', most] / medians['Dorsale', least]:.2f} times what it takes at {least:,}"
    )
    for facts in given.facts:
        if ("rdflib", facts) in medians:
            print(f"at {facts:,} rdflib takes {medians['rdflib', facts] / medians['Dorsale', facts]:.1f} times as long")


def native(there: Land, runs: int) -> list[list[object]]:
    """Return how long the same takes in one process, with the value of the parameter to be read and without."""
    dataset = Shelf(there.workspace.dataset, there.workspace.base).open()
    stored = StoredQuery.open(there.workspace.queries / f"{NAME}.rq")
    text = there.text.read_text("utf-8")

    def bare() -> bytes | None:
        return dataset.store.query(text).serialize(format=pyoxigraph.QueryResultsFormat.CSV)  # type: ignore[union-attr]

    def bound() -> bytes:
        return run(dataset, stored.bound({"network": IRI})).serialized("csv")

    def named() -> bytes:
        return run(dataset, stored.bound(stored.read(dataset, {"network": LABEL}))).serialized("csv")

    sides = {"pyoxigraph": bare, "Dorsale, IRI given": bound, "Dorsale, name looked up": named}
    took = by_turns(runs, *sides.values())
    base: float = statistics.median(took[0].runs)
    return [
        [name, there.facts, runs, *Times(times.runs).shown("ms"), f"{times.median / base:.2f}"]
        for name, times in zip(sides, took, strict=True)
    ]


if __name__ == "__main__":
    main()
