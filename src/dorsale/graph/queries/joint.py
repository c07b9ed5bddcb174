"""Rows as a person counts them: what holds jointly is one row, what is said again in another language is none."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal

from dorsale.graph.labels import Term


@dataclass(frozen=True, slots=True)
class Joint:
    """
    Rows under columns; a cell has the terms that it holds: none, one, or in a column of ``together`` several.

    Rows that differ in such columns alone are one. A column of ``if_filled`` that says nothing in any row is left out.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[Term, ...], ...], ...]

    @classmethod
    def of(
        cls,
        columns: Sequence[str],
        rows: Sequence[tuple[Any, ...]],
        language: str,
        together: Collection[str] = (),
        if_filled: Collection[str] = (),
    ) -> "Joint":
        """Return the rows of an answer as a person of a language counts them."""
        told = _spoken(rows, language)
        seen = [
            column
            for column, name in enumerate(columns)
            if name not in if_filled or any(row[column] is not None for row in told)
        ]
        held = [column for column in seen if columns[column] in together]
        # What is held jointly, by what is not.
        merged: dict[tuple[Any, ...], tuple[dict[Any, None], ...]] = {}
        for row in told:
            key = tuple([None if column in held else row[column] for column in seen])
            if (cells := merged.get(key)) is None:
                cells = merged[key] = tuple([{} for _ in held])
            for column, cell in zip(held, cells, strict=True):
                if row[column] is not None:
                    cell[row[column]] = None
        kept = []
        for key, cells in merged.items():
            several = iter(cells)
            kept.append(
                tuple(
                    [
                        tuple(next(several)) if column in held else () if term is None else (term,)
                        for column, term in zip(seen, key, strict=True)
                    ]
                )
            )
        return cls(tuple(columns[column] for column in seen), tuple(kept))


def _spoken(rows: Sequence[tuple[Any, ...]], language: str) -> list[tuple[Any, ...]]:
    """
    Return rows without those that say in another language what rows that are else the same say in this one.

    A text that there is in one language only, be it another, stays.
    """

    def tongues(row: tuple[Any, ...]) -> tuple[str, ...]:
        return tuple(term.language for term in row if isinstance(term, Literal) and term.language)

    def untold(row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(None if isinstance(term, Literal) and term.language else term for term in row)

    spoken = list(map(tongues, rows))
    if not any(spoken):
        return list(rows)
    told = {untold(row) for row, those in zip(rows, spoken, strict=True) if language in those}
    return [
        row
        for row, those in zip(rows, spoken, strict=True)
        if not those or language in those or untold(row) not in told
    ]
