"""
The graph as files to download, in each format that somebody reads.

Turtle, N-Triples and JSON-LD hold each fact once; TriG and N-Quads tell the passage of each. All are there as they
are and packed, the same bytes for the same facts.
"""

import gzip
from collections.abc import Iterator

from dorsale.graph.export import export, facts_in_order
from dorsale.graph.store import Dataset
from dorsale.names import prefixes
from dorsale.publish.folder import File
from dorsale.publish.jsonld import alone, compacted, context
from dorsale.terms import Terms
from dorsale.words import LANGUAGES, say

FOLDER = "dumps"
CONTEXT = "context.jsonld"
# The format of each ending.
FORMATS = {"ttl": "turtle", "nt": "ntriples", "jsonld": "jsonld", "trig": "trig", "nq": "nquads"}


def dumps(dataset: Dataset, terms: Terms) -> Iterator[File]:
    """Yield the graph in each format, as it is and packed, and the context of its JSON-LD."""
    shared = context(prefixes(dataset.base), terms)
    for ending, format in FORMATS.items():
        path = f"{FOLDER}/graph.{ending}"
        facts = compacted(facts_in_order(dataset), shared) if ending == "jsonld" else None
        content = export(dataset, format) if facts is None else facts
        yield File(path, content, {tongue: say(f"published-{format}", tongue) for tongue in LANGUAGES})
        packed = {
            tongue: say("published-packed", tongue, title=say(f"published-{format}", tongue)) for tongue in LANGUAGES
        }
        # Without the time and the name that gzip would write into it.
        yield File(f"{path}.gz", gzip.compress(content, mtime=0), packed)
    yield File(CONTEXT, alone(shared))
