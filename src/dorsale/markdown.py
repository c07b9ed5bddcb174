"""Tables in Markdown, and words of others that it must not take for its marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MARKS = re.compile(r"([\\`*_\[\]<>#|~])")


def plain(words: str) -> str:
    r"""
    Return words on one line, so that Markdown shows them as they are.

    >>> plain("a *b* <c>")
    'a \\*b\\* \\<c\\>'
    """
    return MARKS.sub(r"\\\1", " ".join(words.split()))


def table(head: Iterable[str], rows: Iterable[Iterable[str]], right: Iterable[int] = ()) -> Iterator[str]:
    r"""
    Yield the lines of a table; the columns of ``right`` are flush with that side.

    >>> list(table(["what", "how many"], [["a|b", "2"]], right=[1]))
    ['| what | how many |', '| --- | ---: |', '| a\\|b | 2 |']
    """
    columns, flush = list(head), set(right)
    yield _row(columns)
    yield _row("---:" if column in flush else "---" for column in range(len(columns)))
    yield from map(_row, rows)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
