"""
Things by their words: which thing of the dataset an IRI, a prefixed name, a slug or a label means.

Labels are compared folded, whole, and never guessed: what could be two things is given back as two.
"""

import difflib
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode

from dorsale.graph.store import Dataset
from dorsale.names import fold, prefixes

NAMED = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?label WHERE {
  { ?thing rdfs:label ?label } UNION { ?thing skos:altLabel ?label }
  UNION { ?thing skos:prefLabel ?label } UNION { ?thing skos:notation ?label }
}
"""


def named(dataset: Dataset) -> dict[NamedNode, list[str]]:
    """Return every name of every thing, with the last part of its IRI among them."""
    names: dict[NamedNode, list[str]] = {}
    for thing, label in dataset.rows(NAMED):
        if isinstance(thing, NamedNode) and isinstance(label, Literal):
            names.setdefault(thing, [thing.value.rstrip("/").rsplit("/", 1)[-1]]).append(label.value)
    return names


def find(dataset: Dataset, words: str, among: Iterable[NamedNode] | None = None) -> list[NamedNode]:
    """
    Return the things that ``words`` name: an IRI or prefixed name means itself, else every thing of that slug or label.

    ``among`` are the only things that count; no answer and several answers are answers.
    """
    counting = None if among is None else set(among)
    if (direct := _direct(dataset, words)) is not None:
        return [direct] if counting is None or direct in counting else []
    wanted = fold(words)
    found = [
        thing
        for thing, names in named(dataset).items()
        if (counting is None or thing in counting) and any(fold(name) == wanted for name in names)
    ]
    return sorted(found, key=lambda thing: thing.value)


def _direct(dataset: Dataset, words: str) -> NamedNode | None:
    """Return the IRI that is written out or prefixed, if it is one."""
    words = words.strip().removeprefix("<").removesuffix(">")
    if words.startswith(("http://", "https://")):
        return NamedNode(words)
    prefix, colon, local = words.partition(":")
    known = prefixes(dataset.base)
    return NamedNode(known[prefix] + local) if colon and prefix in known else None


def nearest(dataset: Dataset, words: str, among: Iterable[NamedNode] | None = None) -> list[str]:
    """Return up to three names of things that come nearest to ``words``."""
    counting = None if among is None else set(among)
    folded: dict[str, str] = {}
    for thing, names in named(dataset).items():
        if counting is None or thing in counting:
            for name in names[1:]:
                folded.setdefault(fold(name), name)
    return [folded[name] for name in difflib.get_close_matches(fold(words), folded, n=3, cutoff=0.5)]
