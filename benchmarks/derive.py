"""
Deriving beside owlrl: the same axioms, the same facts, the same conclusions, in one run.

    python benchmarks/derive.py                                       10 000 facts, medians of 5 and 3 runs
    python benchmarks/derive.py --facts 100000 --owlrl-runs 1 --limit 30

Only the rules that the ontology's axioms stand for are run, since owlrl knows no others. It does all of OWL 2 RL,
ours what these axioms need: the work is not the same, what is asked for is, and that both answer it is checked.
Loading is left out on both sides; ours includes its copy in memory. A run of owlrl that reaches the limit is stopped,
and nothing is concluded from it.
"""

import argparse
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import owlrl
import rdflib
from made import facts
from measure import Times, seconds, table
from pyoxigraph import NamedNode, RdfFormat, Store, Triple, serialize

from dorsale.graph.derive import derive, rules
from dorsale.graph.store import Change, Dataset
from dorsale.names import BASE, public
from dorsale.statements import in_graph
from dorsale.terms import TYPE, Terms
from dorsale.workspace import Workspace

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "ontology" / "rules"


class Stopped(Exception):
    """A run took longer than it may."""


@contextmanager
def limit(minutes: int) -> Iterator[None]:
    """Raise :class:`Stopped` when that many minutes are over."""

    def stop(*_: object) -> None:
        raise Stopped

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(60 * minutes)
    try:
        yield
    finally:
        signal.alarm(0)


def parsed(triples: Iterable[Triple]) -> rdflib.Graph:
    """Return triples as owlrl takes them."""
    graph = rdflib.Graph()
    graph.parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")
    return graph


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--owlrl-runs", type=int, default=3, help="0 leaves owlrl out")
    parser.add_argument("--limit", type=int, default=60, metavar="MINUTES", help="stop a run of owlrl after")
    given = parser.parse_args()

    terms = Terms.read(Workspace.open(ROOT))
    known = rules(FOLDER, Path("ontology/rules"), (*terms.axioms, *terms.concepts))
    owl = [rule for rule in known if rule.place == known[0].place]
    stated = facts(given.facts)
    dataset = Dataset(Store())
    dataset.commit(Change(dict.fromkeys(in_graph(triple, NamedNode(f"{BASE}graph/trial")) for triple in stated)))

    ours, theirs, stopped = [], [], False
    change, found = derive(dataset, owl), rdflib.Graph()
    # By turns, so that a machine that is busy for a while is so for both.
    for run in range(max(given.runs, given.owlrl_runs)):
        if run < given.runs:
            ours.append(seconds(derive, dataset, owl))
        if run < given.owlrl_runs and not stopped:
            found = parsed([*terms.axioms, *stated])
            closure = owlrl.DeductiveClosure(owlrl.OWLRL_Semantics)
            try:
                with limit(given.limit):
                    theirs.append(seconds(closure.expand, found))
            except Stopped:
                stopped = True

    rows: list[tuple[object, ...]] = [
        (f"{len(owl)} rules, Dorsale", len(stated), len(change.additions), len(ours), *Times(tuple(ours)).shown())
    ]
    if theirs:
        before = len(terms.axioms) + len(stated)
        rows.append(("owlrl", len(stated), len(found) - before, len(theirs), *Times(tuple(theirs)).shown()))
    elif stopped:
        rows.append(("owlrl", len(stated), "?", 0, f"stopped after {given.limit} min", "", ""))
    table(("", "facts", "derived", "runs", "shortest, s", "median, s", "longest, s"), rows)
    if theirs:
        print(f"\nratio of medians: {Times(tuple(theirs)).median / Times(tuple(ours)).median:.0f}")
        print(f"same conclusions: {_same(stated, change, found, terms)}")
    elif stopped:
        print(f"\nratio: above {60 * given.limit / Times(tuple(ours)).median:.0f}, owlrl was not done")


def _same(stated: list[Triple], change: Change, theirs: rdflib.Graph, terms: Terms) -> str:
    """Compare what is said of the made-up things by declared classes and object properties."""
    of: dict[str, set[str]] = {}
    for kind in ("Class", "ObjectProperty"):
        of[kind] = {
            t.subject.value
            for t in terms.axioms
            if t.predicate == TYPE and t.object == public(f"owl:{kind}") and isinstance(t.subject, NamedNode)
        }

    def judged(subject: str, predicate: str, value: str) -> bool:
        typed = predicate == TYPE.value and value in of["Class"]
        return subject.startswith(BASE) and (typed or predicate in of["ObjectProperty"])

    found = {
        (t.subject.value, t.predicate.value, t.object.value)
        for t in (*stated, *(quad.triple for quad in change.additions))
        if isinstance(t.subject, NamedNode) and isinstance(t.object, NamedNode)
    }
    expected = {(str(s), str(p), str(o)) for s, p, o in theirs}
    found, expected = ({triple for triple in triples if judged(*triple)} for triples in (found, expected))
    if found != expected:
        sys.exit(f"conclusions differ: {len(expected - found)} missing, {len(found - expected)} too many")
    return f"yes, {len(found)} of things"


if __name__ == "__main__":
    main()
