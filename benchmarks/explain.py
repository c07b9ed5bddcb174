"""
Explaining one fact of a large graph, down to the passages.

    python benchmarks/explain.py                       graphs of 10 000 and 100 000 facts, 500 facts of each kind
    python benchmarks/explain.py --facts 1000000

The graph is that of this repository with made-up facts added, ten to a passage, and all that the rules derive from
them; it is on disk and opened to be read, as a user's is. Each fact is explained by a prover of its own, which knows
nothing of the fact before. The rules are read once: that is told apart.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from made import facts
from measure import Times, seconds, swept, table
from pyoxigraph import Literal, NamedNode, Quad, Triple

from dorsale.build import Sources, rules_of
from dorsale.graph.derive import Rule, derive
from dorsale.graph.explain import Proof, Prover
from dorsale.graph.store import Change, Dataset
from dorsale.names import dor, public
from dorsale.statements import in_graph
from dorsale.terms import TYPE
from dorsale.workspace import Workspace

ROOT = Path(__file__).parents[1]
TO_A_PASSAGE = 10


def passages(triples: Iterable[Triple], base: str) -> Change:
    """Return facts in passages of a document that is made up with them."""
    evidence, document = NamedNode(f"{base}graph/evidence"), NamedNode(f"{base}document/made-up")
    quads = {Quad(document, public("dcterms:title"), Literal("Made up"), evidence): None}
    for number, triple in enumerate(triples):
        start = number // TO_A_PASSAGE * 100
        passage = NamedNode(f"{base}evidence/made-up/{start}-{start + 100}")
        quads[in_graph(triple, passage)] = None
        for predicate, value in (
            (TYPE, dor("Evidence")),
            (public("prov:wasQuotedFrom"), document),
            (public("oa:start"), Literal(start)),
            (public("oa:end"), Literal(start + 100)),
            (public("oa:exact"), Literal(f"{start:0100}")),
        ):
            quads[Quad(passage, predicate, value, evidence)] = None
    return Change(quads)


def explained(folder: Path, workspace: Workspace, sources: Sources, count: int, asked: int) -> list[tuple[object, ...]]:
    """Return the rows of a table: what explanations take in a graph of so many facts."""
    given = rules_of(workspace, sources.terms)
    with closing(Dataset.write(folder, workspace.base)) as dataset:
        dataset.commit(real := sources.change(workspace.base))
        stated = passages(facts(count - len(sources.facts.statements)), workspace.base)
        dataset.commit(stated)
        derived = derive(dataset, given)
        dataset.commit(derived)
        dataset.store.flush()
    rows: list[tuple[object, ...]] = []
    chance = random.Random(7)
    with closing(Dataset.open(folder, workspace.base)) as dataset:
        for kind, quads in (("stated", [*real.additions, *stated.additions]), ("derived", derived.additions)):
            # What the ontology and the metadata of passages say is no fact that anybody would ask about.
            there = sorted({quad.triple for quad in quads if _is_fact(quad, workspace.base)}, key=str)
            sample = chance.sample(there, min(asked, len(there)))
            with swept():
                took = [_one(dataset, given, fact) for fact in sample]
            times, longest = Times(tuple(one for one, _ in took)), max(took)
            rows.append((kind, count, len(derived.additions), len(sample), *times.shown("ms"), longest[1]))
    return rows


def _is_fact(quad: Quad, base: str) -> bool:
    name = quad.graph_name.value.removeprefix(f"{base}graph/")  # type: ignore[union-attr]
    return name not in ("ontology", "codes", "evidence")


def _one(dataset: Dataset, given: tuple[Rule, ...], fact: Triple) -> tuple[float, int]:
    """Return how long one explanation takes and how many facts it has, and see that it ends in what somebody states."""
    start = time.perf_counter()
    proof = Prover(dataset, lambda: given).prove(fact)
    took = time.perf_counter() - start
    assert proof is not None, fact
    assert all(source.kind != "derived" for leaf in proof.leaves() for source in leaf.sources), fact
    return took, _size(proof)


def _size(proof: Proof) -> int:
    return 1 + sum(map(_size, proof.premises))


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--asked", type=int, default=500, metavar="N", help="how many facts of each kind to explain")
    given = parser.parse_args()

    workspace = Workspace.open(ROOT)
    sources = Sources.read(workspace)
    rows: list[tuple[object, ...]] = []
    for count in given.facts:
        with tempfile.TemporaryDirectory() as folder:
            rows += explained(Path(folder) / "dataset", workspace, sources, count, given.asked)
    head = ("fact", "stated in the graph", "derived in the graph", "explained")
    table((*head, "shortest, ms", "median, ms", "longest, ms", "facts in the longest"), rows)
    reading = seconds(lambda: rules_of(workspace, sources.terms))
    print(f"\nreading the rules, once: {1000 * reading:.0f} ms")


if __name__ == "__main__":
    main()
