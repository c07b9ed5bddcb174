"""
Validating beside pySHACL: a graph whole, and a hundred new facts, in one run.

    python benchmarks/validate.py                                 10 000 and 100 000 facts
    python benchmarks/validate.py --facts 10000 100000 1000000    half an hour and more, nearly all of it pySHACL's
    python benchmarks/validate.py --facts 1000000 --no-peer       ours alone

The graph is the national one of ``national.py``, in a workspace of its own, with the shapes and the rules of this
repository; whole validations have equal reports, which the program compares. The hundred facts are the figures of the
last bulletin, whose quotations the graph has: what is measured is all that ``dorsale validate FILE`` does but starting
and printing. It runs by turns in the graphs of all sizes, as they are on disk.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pyshacl
import rdflib
from measure import Times, seconds, swept, table
from national import meant, national, settled
from pyoxigraph import NamedNode, Quad, RdfFormat, serialize
from rdflib.namespace import SH

from dorsale.build import rules_of, shapes
from dorsale.documents.proof import called
from dorsale.graph.derive import derive
from dorsale.graph.store import Change, Dataset, Shelf
from dorsale.graph.validate import Report, keep, validate
from dorsale.names import public
from dorsale.statements import in_graph
from dorsale.terms import Terms
from dorsale.trial import Trial, trial
from dorsale.workspace import Workspace

DOCUMENTS = "data/documents"
NEW = 100
# A whole validation of more facts than these is run once.
LARGE = 100_000
OURS, PEER, ALL, HEART = "Dorsale", "pySHACL in memory", "all of it", "deriving and validating"


@dataclass
class Land:
    """A workspace with a national graph of some size, and the file of facts that are new to it."""

    facts: int
    workspace: Workspace
    new: Path
    report: Report
    took: float

    def dataset(self) -> Dataset:
        """Return its dataset, to read."""
        return Shelf(self.workspace.dataset, self.workspace.base).open()


def land(facts: int, folder: Path) -> Land:
    """Return a workspace with a national graph, derived and validated, which is the first run of that."""
    workspace = settled(folder)
    terms, shelf = Terms.read(workspace), Shelf(workspace.dataset, workspace.base)
    quads = list(national(facts))
    new = bulletin(quads, folder)
    left = set(new)
    names = NamedNode(f"{workspace.base}graph/names")
    arriving = [*(quad for quad in quads if quad not in left), *meant(terms)]
    arriving += [in_graph(triple, names) for triple in called(quads)]
    with shelf.lock(), shelf.next() as at:
        with closing(Dataset.write(at / "dataset", workspace.base)) as dataset:
            dataset.commit(Change(dict.fromkeys(arriving)))
            dataset.commit(derive(dataset, rules_of(workspace, terms)))
            dataset.flush()
            took, report = whole(dataset, workspace)
        shelf.use(at, {"laws": workspace.laws(), "counts": {}, "fingerprint": "", "verdict": keep(report)})
    file = folder / "new.trig"
    file.write_bytes(serialize(new, format=RdfFormat.TRIG) or b"")
    return Land(facts, workspace, file, report, took)


def whole(dataset: Dataset, workspace: Workspace) -> tuple[float, Report]:
    """Return how long our whole validation takes, and its report."""
    laws, found = shapes(workspace), list[Report]()
    return seconds(lambda: found.append(validate(dataset, laws))), found[0]


def bulletin(quads: Sequence[Quad], folder: Path) -> list[Quad]:
    """Write the text of the last bulletin as a document; return the facts of its last passages, which are to be new."""
    said = {quad.subject: quad.object for quad in quads if quad.predicate == public("oa:exact")}
    slug = quads[-1].subject.value.rsplit("/", 1)[1]  # type: ignore[union-attr]
    own = [passage for passage in said if passage.value.split("/")[-2] == slug]  # type: ignore[union-attr]
    text = "".join(f"{said[passage].value}\n" for passage in own)  # type: ignore[union-attr]
    (folder / DOCUMENTS / f"{slug}.txt").write_text(text, "utf-8")
    return [quad for quad in quads if quad.graph_name in said][-NEW:]


def tried(there: Land) -> tuple[float, float, Trial]:
    """Return how long a trial takes, how much of it derives and validates, and what it found."""
    at: dict[str, float] = {}

    def step(name: str) -> None:
        at[name] = time.perf_counter()

    with swept():
        start = time.perf_counter()
        with trial(there.workspace, [there.new], step=step) as made:
            end = time.perf_counter()
            return end - start, at["conflicts"] - at["derive"], made


def compared(ours: Report, theirs: rdflib.Graph) -> None:
    """End the program if two reports differ."""

    def term(node: object) -> str:
        return "" if node is None or isinstance(node, rdflib.BNode) else str(node)

    parts = (SH.focusNode, SH.resultPath, SH.value, SH.sourceConstraintComponent, SH.resultSeverity)
    other = {
        tuple(term(theirs.value(result, part)) for part in parts)
        for result in theirs.subjects(rdflib.RDF.type, SH.ValidationResult)
    }
    own = {
        tuple(getattr(part, "value", "") for part in (one.focus, one.path, one.value, one.component, one.severity.iri))
        for one in ours.results
    }
    if own != other:
        sys.exit(f"the reports differ: {len(own - other)} results are ours alone, {len(other - own)} pySHACL's")


def peer(there: Land) -> tuple[float, rdflib.Graph]:
    """Return how long pySHACL takes in memory, and its report; loading is left out."""
    data, laws = rdflib.Graph(), rdflib.Graph()
    triples = serialize(there.dataset().facts(), format=RdfFormat.N_TRIPLES)
    data.parse(data=triples, format="nt")
    for path in sorted(there.workspace.shapes.glob("*.ttl")):
        laws.parse(path)
    found: list[rdflib.Graph] = []
    taken = seconds(lambda: found.append(pyshacl.validate(data, shacl_graph=laws)[1]))
    return taken, found[0]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument(
        "--runs", type=int, default=5, help="of the hundred facts; a whole validation runs thrice at most"
    )
    parser.add_argument("--no-peer", action="store_true", help="leave pySHACL out")
    asked = parser.parse_args(arguments)
    medians: dict[tuple[str, int], float] = {}
    took = ["runs", "shortest, s", "median, s", "longest, s"]
    with tempfile.TemporaryDirectory() as folder:
        lands = [land(facts, Path(folder) / str(facts)) for facts in asked.facts]
        rows: list[list[object]] = []
        for there in lands:
            again = 0 if there.facts > LARGE else min(2, asked.runs - 1)
            first = there.report
            measured = {OURS: Times((there.took, *(whole(there.dataset(), there.workspace)[0] for _ in range(again))))}
            if not asked.no_peer:
                taken, report = peer(there)
                compared(first, report)
                measured[PEER] = Times((taken,))
            count = sum(1 for _ in there.dataset().facts())
            for name, times in measured.items():
                medians[name, there.facts] = times.median
                rows.append([name, there.facts, count, first.focus_nodes, len(first.results)])
                rows[-1] += [len(times.runs), *times.shown()]
        table(["whole graph", "facts", "with what follows", "things", "results", *took], rows)
        turns = [[tried(there) for there in lands] for _ in range(asked.runs)]
    rows = []
    for there, runs in zip(lands, zip(*turns, strict=True), strict=True):
        made = runs[0][2]
        for at, name in enumerate((ALL, HEART)):
            times = Times(tuple(run[at] for run in runs))
            medians[name, there.facts] = times.median
            rows.append([name, there.facts, len(made.change.additions), made.report.visited, len(made.report.results)])
            rows[-1] += [len(times.runs), *times.shown()]
    print()
    table([f"{NEW} new facts", "facts before", "come in all", "things asked", "results", *took], rows)
    print()
    least, most = min(asked.facts), max(asked.facts)
    for name in (ALL, HEART):
        ratio = medians[name, most] / medians[name, least]
        print(f"{name}: at {most:,} facts {ratio:.2f} times what it takes at {least:,}")
    for facts in () if asked.no_peer else asked.facts:
        ours, change = (medians[PEER, facts] / medians[name, facts] for name in (OURS, ALL))
        print(f"at {facts:,} pySHACL takes {ours:.1f} times as long as we whole, {change:.0f} times as {NEW} new facts")


if __name__ == "__main__":
    main()
