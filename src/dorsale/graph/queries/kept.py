"""
The kept answer of a stored query: its rows on the day when somebody read them against the documents.

A file for each query, as the W3C writes CSV but with plain line ends, so that a version control shows what changed.
"""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dorsale.errors import UnreadableFile
from dorsale.graph.queries.answers import run
from dorsale.graph.queries.guard import guard
from dorsale.graph.queries.stored import StoredQuery
from dorsale.graph.store import Dataset
from dorsale.names import shorten

Row = tuple[str, ...]


class Verdict(StrEnum):
    """What the comparison of an answer with the kept one found."""

    SAME = "same"
    OTHER = "other"
    ORDER = "order"
    COLUMNS = "columns"
    UNKEPT = "unkept"
    EMPTY = "empty"
    FILLED = "filled"


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    How the answer of a query differs from the kept one: rows ``missing`` and ``new``, both under ``columns``.

    Where the kept answer has other columns, ``before``, no row can be compared.
    """

    query: StoredQuery
    verdict: Verdict
    columns: Row
    before: Row
    rows: int
    missing: tuple[Row, ...]
    new: tuple[Row, ...]
    answer: str


def compare(dataset: Dataset, query: StoredQuery, folder: Path, shown: Path) -> Comparison:
    """
    Return how the answer of a query, without parameters, differs from the one that is kept in a folder.

    An answer without rows is never right unless the header expects it, and with rows never where it does. A kept
    answer that cannot be read raises :class:`UnreadableFile`, and a query that the engine should not see is refused as
    one of somebody else.
    """
    guard(query.text, query.place)
    answer = run(dataset, query.text, query.place).serialized("csv").decode().replace("\r\n", "\n")
    columns, rows = _table(answer)
    file = folder / f"{query.name}.csv"
    try:
        kept = _table(file.read_text("utf-8")) if file.exists() else None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFile(file=shown / file.name, reason=str(error)) from error
    before, read = kept or (columns, [])
    gone, come = Counter(read) - Counter(rows), Counter(rows) - Counter(read)
    missing, new = (tuple(gone.elements()), tuple(come.elements())) if before == columns else ((), ())
    if bool(rows) == query.empty:
        verdict = Verdict.FILLED if rows else Verdict.EMPTY
    elif kept is None:
        verdict = Verdict.UNKEPT
    elif before != columns:
        verdict = Verdict.COLUMNS
    elif missing or new:
        verdict = Verdict.OTHER
    else:
        verdict = Verdict.SAME if read == rows else Verdict.ORDER
    return Comparison(query, verdict, columns, before, len(rows), missing, new, answer)


def strays(names: Sequence[str], folder: Path) -> tuple[str, ...]:
    """Return the names of kept answers that no query has any more."""
    return tuple(sorted(file.stem for file in folder.glob("*.csv") if file.stem not in names))


def readable(columns: Row, row: Row, known: Mapping[str, str]) -> str:
    """Return a row as a person reads it: what is said under each column, with the prefixes that are ``known``."""
    cells = zip(columns, row, strict=False)
    return ", ".join(f"{column}: {_short(value, known)}" for column, value in cells if value)


def _short(value: str, known: Mapping[str, str]) -> str:
    return shorten(value, known) if value.startswith(("http://", "https://")) else value


def _table(text: str) -> tuple[Row, list[Row]]:
    """Return the columns and the rows of an answer in CSV."""
    rows = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
    # A row of one column that says nothing is an empty line, which the reader gives as no cell.
    return (rows[0], [row or ("",) for row in rows[1:]]) if rows else ((), [])
