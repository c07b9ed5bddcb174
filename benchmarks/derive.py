"""
Deriving beside owlrl: the same axioms, the same facts, the same conclusions, in one run.

    python benchmarks/derive.py                   10 000 facts, medians of 5 and 3 runs
    python benchmarks/derive.py --facts 100000 --owlrl-runs 1

Only the rules that the ontology's axioms stand for are run, since owlrl knows no others. It does all of OWL 2 RL,
ours what these axioms need: the work is not the same, what is asked for is, and that both answer it is checked.
Loading is left out on both sides; ours includes its copy in memory. ``--explain`` times the premises of facts.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import owlrl
import rdflib
from pyoxigraph import NamedNode, RdfFormat, Store, Triple, serialize

from dorsale.graph.derive import derive, rules
from dorsale.graph.store import Change, Dataset
from dorsale.names import BASE, dor, public
from dorsale.statements import in_graph
from dorsale.terms import TYPE, Terms
from dorsale.workspace import Workspace

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "ontology" / "rules"


def thing(kind: str, number: int) -> NamedNode:
    """Return the IRI of a made-up thing."""
    return NamedNode(f"{BASE}{kind}/{number}")


def facts(count: int) -> list[Triple]:
    """Return ``count`` facts, the same every time: groups of companies, their contracts, networks, members."""
    chance = random.Random(42)
    found: dict[Triple, None] = {}
    for number in _numbers():
        company, network, contract = (thing(kind, number) for kind in ("actor", "network", "contract"))
        council = thing("actor", 10_000_000 + chance.randrange(number // 20 + 1))
        # A group is a tree of ten companies; a network is part of one of its ten; contracts are of real shape.
        above = number // 10 * 10 + (number % 10 - 1) // 2
        found |= dict.fromkeys(
            [
                Triple(company, TYPE, dor("TelecomOperator")),
                Triple(council, TYPE, dor(chance.choice(("Department", "Municipality", "SyndicatMixte")))),
                Triple(network, TYPE, dor(chance.choice(("BackboneNetwork", "AccessNetwork")))),
                Triple(contract, TYPE, dor(chance.choice(("Concession", "Affermage", "Contract")))),
                Triple(contract, dor("grantor"), council),
                Triple(contract, dor("delegatee"), company),
                Triple(contract, dor("concerns"), network),
                Triple(network, dor("operator"), company),
                Triple(network, dor("owner"), council),
                Triple(council, dor("memberOf"), thing("actor", 20_000_000 + chance.randrange(50))),
                Triple(company, dor("partnerOf"), thing("actor", chance.randrange(number + 1))),
            ]
        )
        if number % 10:
            found[Triple(company, dor("subsidiaryOf"), thing("actor", above))] = None
            found[Triple(network, dor("partOfNetwork"), thing("network", above))] = None
        if len(found) >= count:
            return list(found)[:count]
    raise AssertionError


def _numbers() -> Iterator[int]:
    number = 0
    while True:
        yield number
        number += 1


def parsed(triples: list[Triple]) -> rdflib.Graph:
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
    parser.add_argument("--explain", type=int, default=0, metavar="N", help="time the premises of N derived facts")
    given = parser.parse_args()

    terms = Terms.read(Workspace.open(ROOT))
    known = rules(FOLDER, Path("ontology/rules"), (*terms.axioms, *terms.concepts))
    owl = [rule for rule in known if rule.place == known[0].place]
    stated = facts(given.facts)
    dataset = Dataset(Store())
    dataset.commit(Change(dict.fromkeys(in_graph(triple, NamedNode(f"{BASE}graph/trial")) for triple in stated)))

    ours, theirs, theirs_found = [], [], rdflib.Graph()
    for run in range(max(given.runs, given.owlrl_runs)):
        if run < given.runs:
            start = time.perf_counter()
            change = derive(dataset, owl)
            ours.append(time.perf_counter() - start)
        if run < given.owlrl_runs:
            theirs_found = parsed([*terms.axioms, *stated])
            start = time.perf_counter()
            owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(theirs_found)
            theirs.append(time.perf_counter() - start)

    print("| | facts | derived | runs | median s |")
    print("|---|---|---|---|---|")
    median = statistics.median(ours)
    print(f"| {len(owl)} rules, pyoxigraph | {len(stated)} | {len(change.additions)} | {given.runs} | {median:.3f} |")
    if theirs:
        before = len(terms.axioms) + len(stated)
        other = statistics.median(theirs)
        print(f"| owlrl | {len(stated)} | {len(theirs_found) - before} | {given.owlrl_runs} | {other:.3f} |")
        print(f"\nratio of medians: {other / median:.0f}")
        print(f"same conclusions: {_same(stated, change, theirs_found, terms)}")
    if given.explain:
        _explain(dataset, change, given.explain, owl)


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


def _explain(dataset: Dataset, change: Change, count: int, known: list) -> None:  # type: ignore[type-arg]
    """Print how long the premises of derived facts take, by one rule each and by all that could conclude them."""
    dataset.commit(change)
    times = []
    for quad in random.Random(7).sample(sorted(change.additions, key=str), count):
        start = time.perf_counter()
        ways = [
            way for rule in known if rule.could_conclude(quad.triple) for way in rule.premises(dataset, quad.triple)
        ]
        times.append((time.perf_counter() - start) * 1000)
        assert ways, quad
    print(f"\npremises of one fact, all ways: median {statistics.median(times):.2f} ms, longest {max(times):.2f} ms")


if __name__ == "__main__":
    main()
