"""What a publication asks the graph, each question a SPARQL file that runs anywhere."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from dorsale.graph.store import Dataset


def asked(dataset: Dataset, name: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows that answer a question of this folder."""
    return dataset.rows((files(__package__) / f"{name}.rq").read_text("utf-8"))
