"""
The words of a quotation that carry a fact: those that name its object, by a name that it goes by.

They are shown, nothing is decided here: whether a passage carries its facts is judged when they are accepted.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from dorsale.graph.labels import Term
from dorsale.graph.store import VIEW, Dataset
from dorsale.names import dor, fold, public

NAMES = [public(name) for name in ("rdfs:label", "skos:altLabel", "skos:prefLabel", "skos:hiddenLabel", "igeo:nom")]
TYPE, UNNAMED = public("rdf:type"), dor("unnamed")


def names(dataset: Dataset, term: Term) -> tuple[str, ...]:
    """Return the names of a thing or a code, of its classes where it has no name; a text is its own name."""
    if isinstance(term, Literal):
        return (term.value,)
    if not isinstance(term, NamedNode):
        return ()
    quads = dataset.store.quads_for_pattern
    found = [quad.object for name in NAMES for quad in quads(term, name, None, VIEW)]
    if not found:
        kinds = [quad.object for quad in quads(term, TYPE, None, VIEW) if isinstance(quad.object, NamedNode)]
        found = [quad.object for kind in kinds for name in NAMES for quad in quads(kind, name, None, VIEW)]
    return tuple(dict.fromkeys(name.value for name in found if isinstance(name, Literal)))


def carrying(text: str, names: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """
    Return where ``text`` says one of ``names``, as whole words: the longest first, then what does not overlap it.

    Accents, case, apostrophes and hyphens do not count, as in every comparison of names.

    >>> carrying("confié à THD42 exploitation, filiale d’Axione", ["THD42 Exploitation", "THD42", "axione"])
    ((9, 27), (39, 45))
    """
    folded, at = _folded(text)
    found: list[tuple[int, int]] = []
    for name in _sought(tuple(names)):
        start = folded.find(f" {name} ")
        while start >= 0:
            span = (at[start + 1], at[start + len(name)] + 1)
            if all(span[1] <= one[0] or one[1] <= span[0] for one in found):
                found.append(span)
            start = folded.find(f" {name} ", start + 1)
    return tuple(sorted(found))


@lru_cache(maxsize=4096)
def _sought(names: tuple[str, ...]) -> list[str]:
    """Return names as they are compared, the longest first."""
    return sorted({fold(name) for name in names} - {""}, key=lambda name: (-len(name), name))


@lru_cache(maxsize=256)
def _folded(text: str) -> tuple[str, list[int]]:
    """Return a text as names are compared, a space at both ends, and where each of its characters comes from."""
    letters, at = [" "], [0]
    for index, character in enumerate(text):
        for letter in _letters(character):
            if letter != " " or letters[-1] != " ":
                letters.append(letter)
                at.append(index)
    if letters[-1] != " ":
        letters.append(" ")
        at.append(len(text))
    return "".join(letters), at


@lru_cache(maxsize=4096)
def _letters(character: str) -> str:
    """Return what is left of a character, as ``fold`` does for a label: nothing of an accent that stands alone."""
    return "" if unicodedata.combining(character) else fold(character) or " "
