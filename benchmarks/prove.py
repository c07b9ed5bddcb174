"""
Proving that the passages of the five documents carry their facts, beside reading the workspace that they stand in.

    python benchmarks/prove.py            medians of 9 runs

Every fact of every passage goes through every gate. Reading parses all files and compares each quotation with its
document; proving begins when that is done.
"""

import argparse
from pathlib import Path

from measure import Times, seconds, table

from dorsale.build import Sources
from dorsale.documents.proof import prove
from dorsale.workspace import Workspace

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9)
    given = parser.parse_args()

    workspace = Workspace.open(ROOT)
    sources = Sources.read(workspace)

    def proved() -> int:
        return prove(sources.facts, sources.documents, sources.known(), workspace.base).checked

    checked = proved()
    reading, proving = [], []
    for _ in range(given.runs):
        reading.append(seconds(Sources.read, workspace))
        proving.append(seconds(proved))
    read, proof = Times(tuple(reading)), Times(tuple(proving))
    rows = [(name, checked, given.runs, *took.shown()) for name, took in (("reading", read), ("proving", proof))]
    table(("", "facts", "runs", "shortest, s", "median, s", "longest, s"), rows)
    print(f"\n{checked / proof.median:.0f} facts a second; proving takes {proof.median / read.median:.2f} of reading")


if __name__ == "__main__":
    main()
