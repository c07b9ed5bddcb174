"""
Where the words of quotations stand in a text that changed.

The text that they were quoted from is gone: all that is left of it are the quotations and their order. So words that
stand once are found by themselves, and words that stand several times by the quotations around them; where these
decide nothing, a person does.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal as OneOf
from typing import Protocol

from pyoxigraph import NamedNode

from dorsale.documents.facts import Passage
from dorsale.documents.text import TYPOGRAPHY, Document, Quotation, nearest, passages

Outcome = OneOf["moved", "typography", "ambiguous", "lost"]


class Span(Protocol):
    """What has a start and an end in a text."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """
    A quotation that does not stand where it says, and where its words stand now, if that can be said.

    ``candidates`` are the passages that read so, and ``nearest`` is what comes nearest where there is none.
    """

    passage: Passage
    now: Quotation | None
    candidates: tuple[Quotation, ...]
    nearest: str

    @property
    def outcome(self) -> Outcome:
        """What became of the quotation: the same words elsewhere, in other typography, at several places, or gone."""
        if self.now is None:
            return "ambiguous" if self.candidates else "lost"
        return "moved" if self.now.exact == self.passage.exact else "typography"


def anchors(document: Document, quoted: Iterable[Passage]) -> tuple[Anchor, ...]:
    """
    Return the quotations of a document that do not stand where they say, in their order, with where they stand now.

    Words that stand once are theirs as long as the quotations keep their order, or several moved together. Headings
    and items of lists are repeated, so what is found alone and out of order may be another passage: a person decides.
    """
    ordered = sorted({passage.iri: passage for passage in quoted}.values(), key=lambda one: (one.start, one.end))
    standing = {
        one.iri: Quotation(document, one.start, one.end)
        for one in ordered
        if document.text[one.start : one.end] == one.exact
    }
    away = [one for one in ordered if one.iri not in standing]
    found = {
        one.iri: [place for place in _reading(document, one.exact) if place not in standing.values()] for one in away
    }
    now = _placed(ordered, standing, found)
    return tuple(
        Anchor(
            one,
            now.get(one.iri),
            tuple(found[one.iri]),
            "" if found[one.iri] else nearest(document, one.exact),
        )
        for one in away
    )


def _reading(document: Document, words: str) -> list[Quotation]:
    """Return the passages that read ``words``, to the letter if any does; no edge cuts a word in two."""
    to_the_letter = (
        Quotation(document, match.start(1), match.end(1))
        for match in re.finditer(f"(?=({re.escape(words)}))", document.text)
    )
    if found := [place for place in to_the_letter if _whole(place)]:
        return found
    # Brackets with dots in a quotation are words of the document here, and leave nothing out.
    alike = (place for place in passages(document, words) if _plain(place.exact) == _plain(words))
    return [place for place in alike if _whole(place)]


def _plain(words: str) -> str:
    return " ".join(words.translate(TYPOGRAPHY).split())


def _whole(place: Quotation) -> bool:
    text = place.document.text
    edges = (text[max(edge - 1, 0) : edge + 1] for edge in (place.start, place.end))
    return not any(len(edge) == 2 and edge.isalnum() for edge in edges)


Places = Mapping[NamedNode, Sequence[Quotation]]


def _placed(
    ordered: Iterable[Passage], standing: Mapping[NamedNode, Quotation], found: Places
) -> dict[NamedNode, Quotation]:
    """Return the one place of each quotation that has one; the sure ones decide for those that have several."""
    wanted = Counter(place for places in found.values() for place in places)
    alone = {iri: places[0] for iri, places in found.items() if len(places) == 1 and wanted[places[0]] == 1}
    once = [(one, place) for one in ordered if (place := standing.get(one.iri) or alone.get(one.iri))]
    sure = {one.iri: place for one, place in _in_order(once)}
    together = {
        one.iri: place
        for pair in pairwise(once)
        if len({place.start - one.start for one, place in pair}) == 1
        for one, place in pair
    }
    placed = {**sure, **together}
    run: list[Passage] = []
    before: list[tuple[Passage, Quotation]] = []
    for one in [*ordered, None]:
        if one is not None and one.iri not in sure:
            run += [one] if one.iri in found and one.iri not in placed else []
            continue
        after = [] if one is None else [(one, sure[one.iri])]
        placed.update(_among(run, found, before + after))
        run, before = [], after
    return placed


def _in_order(once: Sequence[tuple[Passage, Quotation]]) -> Iterator[tuple[Passage, Quotation]]:
    """Yield the longest series of quotations that follow each other in the new text as they did in the old one."""
    ends: list[tuple[int, int]] = []
    last: list[int] = []
    previous: list[int | None] = []
    for at, (_, place) in enumerate(once):
        length = bisect_right(ends, (place.start, place.end))
        previous.append(last[length - 1] if length else None)
        ends[length:], last[length:] = [(place.start, place.end), *ends[length + 1 :]], [at, *last[length + 1 :]]
    link = last[-1] if last else None
    while link is not None:
        yield once[link]
        link = previous[link]


def _among(
    run: Iterable[Passage], found: Places, neighbours: Sequence[tuple[Passage, Quotation]]
) -> Iterator[tuple[NamedNode, Quotation]]:
    """
    Yield the places of quotations that follow each other, by the sure ones before and after them.

    All keep their order. What has one place left has it; what has more has the one at the same distance from its
    neighbours as before, if they agree on it.
    """
    left = {
        one.iri: [
            place for place in found[one.iri] if all(_order(one, old) == _order(place, new) for old, new in neighbours)
        ]
        for one in run
    }
    kept = [one for one in run if left[one.iri]]
    first = _following(kept, left)
    last = _following(kept[::-1], {iri: places[::-1] for iri, places in left.items()})[::-1]
    shifts = {new.start - old.start for old, new in neighbours}
    for one, low, high in zip(kept, first, last, strict=False):
        same = [place for place in left[one.iri] if shifts == {place.start - one.start}]
        if low == high or same:
            yield one.iri, low if low == high else same[0]


def _following(run: Sequence[Passage], left: Places) -> list[Quotation]:
    """Return for each quotation the first place that follows that of the one before it, or nothing if one has none."""
    chosen: list[Quotation] = []
    for at, one in enumerate(run):
        following = (
            place for place in left[one.iri] if not chosen or _order(one, run[at - 1]) == _order(place, chosen[-1])
        )
        if (place := next(following, None)) is None:
            return []
        chosen.append(place)
    return chosen


def _order(one: Span, other: Span) -> tuple[bool | None, ...]:
    """Return how two spans lie to each other: before, after, inside, across."""
    ends = ((a, b) for a in (one.start, one.end) for b in (other.start, other.end))
    return tuple(None if a == b else a < b for a, b in ends)
