"""
Finding what says some words, beside a SPARQL CONTAINS over the same texts.

    python benchmarks/find.py                       a graph of 100 000 facts
    python benchmarks/find.py --facts 1000000

The graph is made up (``national.py``), on disk and opened to be read, as a user's is. The query looks through the same
names and texts and asks that one hold all the words, in any case: SPARQL has nothing that folds accents. It has no
LIMIT, since what it meets first is not what is meant; ours gives the best ten. Both run by turns; which words are asked
for and how many things each side finds is told.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from measure import Times, seconds, swept, table
from national import national

from dorsale.graph.index import COLUMN, FILE, WordIndex, make
from dorsale.graph.store import Change, Dataset

# Rare and common, one word and several, cut short and mistyped.
ASKED = (
    "Syndicat mixte Exemple 7",
    "concédé",
    "Réseau Exemple 12",
    "Commune Exemple 3 4",
    "locaux raccordables mars 2011",
    "commune",
    "syndic exempl",
    "sindicat mixte",
)
LIMIT = 10


def contains(words: str) -> str:
    """Return the query that looks for all of some words, in any case."""
    held = " && ".join(f'CONTAINS(LCASE(STR(?text)), "{word.lower()}")' for word in words.split())
    properties = " ".join(map(str, COLUMN))
    return f"SELECT DISTINCT ?thing WHERE {{ VALUES ?p {{ {properties} }} ?thing ?p ?text FILTER({held}) }}"


def answers(dataset: Dataset, query: str) -> int:
    """Return how much a query answers, all of which is read."""
    return sum(1 for _ in dataset.rows(query))


def by_turns(runs: int, *calls: Callable[[], object]) -> list[Times]:
    """Return how long several runs of calls take that run by turns."""
    took: list[list[float]] = [[] for _ in calls]
    with swept():
        for _ in range(runs):
            for call, one in zip(calls, took, strict=True):
                start = time.perf_counter()
                call()
                one.append(time.perf_counter() - start)
    return [Times(tuple(one)) for one in took]


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=30)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "dataset"
        with closing(Dataset.write(place)) as dataset:
            dataset.commit(Change(dict.fromkeys(national(given.facts))))
            dataset.flush()
            making = seconds(make, Path(folder) / FILE, dataset, "made up")
        size = (Path(folder) / FILE).stat().st_size / 2**20
        rows: list[tuple[object, ...]] = []
        with closing(Dataset.open(place)) as dataset:
            index = WordIndex.beside(dataset, "made up")
            assert index is not None
            for words in ASKED:
                search, query = partial(index.search, words), partial(answers, dataset, contains(words))
                ours, theirs = by_turns(given.runs, partial(search, limit=LIMIT), query)
                found = len(search(limit=given.facts))
                ratio = f"{theirs.median / ours.median:.0f}"
                rows.append((words, found, query(), *ours.shown("ms"), *theirs.shown("ms"), ratio))
    head = ("words", "found", "by CONTAINS", "shortest, ms", "median, ms", "longest, ms")
    table((*head, "CONTAINS: shortest, ms", "median, ms", "longest, ms", "ratio of medians"), rows)
    print(f"\nmaking the index: {making:.2f} s, {size:.1f} MiB")


if __name__ == "__main__":
    main()
