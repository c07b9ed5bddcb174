"""What `dorsale query --evidence` adds to the rows of an answer: the passages that support them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dorsale.words import say

if TYPE_CHECKING:
    from dorsale.graph.explain import Passage
    from dorsale.graph.labels import Term
    from dorsale.graph.queries import Answer
    from dorsale.graph.store import Dataset
    from dorsale.workspace import Workspace

# The quoted words, where the passages stand in their documents, and their IRIs.
QUOTED, IRIS = "evidence", "evidenceIRI"


def evident(workspace: Workspace, dataset: Dataset, text: str, answer: Answer, people: bool) -> Answer:
    """
    Return the answer of a SELECT with the passages that support each row; it reads the rows.

    For ``people`` each passage has a row of its own, which a page makes one again, with its notes. For programs the
    rows stay as they are, and a column has the quoted words, one the IRIs; a row without a passage says so.
    """
    from pyoxigraph import Literal

    from dorsale.build import rules_of
    from dorsale.graph.explain import Prover
    from dorsale.graph.explain.support import supported
    from dorsale.graph.queries import Answer
    from dorsale.terms import Terms

    prover = Prover(dataset, lambda: rules_of(workspace, Terms.read(workspace)))
    columns, rows = supported(dataset, prover, text, answer.variables, answer.rows())
    told: list[tuple[Term | None, ...]] = []
    for row in rows:
        if people:
            told += [(*row.terms, one.iri) for one in row.passages] or [(*row.terms, None)]
        else:
            words = " ; ".join(map(quoted, row.passages)) or say("no-passage")
            told.append((*row.terms, Literal(words), Literal(" ".join(one.iri.value for one in row.passages))))
    head = [*columns, QUOTED] if people else [*columns, QUOTED, IRIS]
    return Answer.of(head, told, dataset.base)


def quoted(passage: Passage) -> str:
    """Return the words of a passage with their document and offsets."""
    return f"« {' '.join(passage.exact.split())} » ({passage.title}, {passage.start}-{passage.end})"
