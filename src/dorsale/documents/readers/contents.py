"""What a reader finds in a file, before it is stored."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dorsale.errors import Place, UnreadableDocument

MEGABYTE = 1024 * 1024
# The five documents are of ten kilobytes; a report of a thousand pages is of ten megabytes.
LIMIT = 50 * MEGABYTE
# A paragraph or heading stands alone; items of a list and rows of a table stand together.
PARAGRAPH, ITEM, ROW = "paragraph", "item", "row"
BULLET = "- "
CELL = "\t"
# What a browser shows as one space; a no-break space is not one of them.
SPACES = re.compile(r"[ \t\n\r\f]+")
# Of the control characters, text has a use for tab, line feed, form feed and carriage return only.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Contents:
    """The text of each page and the ``gap`` that parts them in the stored text; what the file says of itself."""

    pages: tuple[str, ...]
    gap: str = "\n\n"
    title: str | None = None
    language: str | None = None
    published: str | None = None


def laid_out(pieces: Iterable[tuple[str, str]]) -> str:
    r"""
    Return pieces, each with its kind, as text: one empty line between paragraphs, none within a list or a table.

    >>> laid_out([("paragraph", "Les réseaux"), ("item", "- dorsal"), ("item", "- de desserte")])
    'Les réseaux\n\n- dorsal\n- de desserte'
    """
    before = None
    parts: list[str] = []
    for kind, text in pieces:
        if parts:
            parts.append("\n" if kind == before and kind != PARAGRAPH else "\n\n")
        parts.append(text)
        before = kind
    return "".join(parts)


def row(cells: Iterable[str]) -> str:
    r"""
    Return the cells of a row as one line; an empty cell keeps its place, but at the end of the row.

    >>> row(["", "Zone AMII", "10 500\n(15 %)", ""])
    '\tZone AMII\t10 500 (15 %)'
    """
    return CELL.join(SPACES.sub(" ", cell).strip(" ") for cell in cells).rstrip(CELL)


def refuse_size(size: int, place: Place) -> None:
    """Raise :class:`UnreadableDocument` when a document of so many bytes is too large, or has none."""
    if not size:
        raise UnreadableDocument(place=place, reason="empty")
    if size > LIMIT:
        raise UnreadableDocument(place=place, reason="too-large", size=-(-size // MEGABYTE), limit=LIMIT // MEGABYTE)


def refuse_controls(text: str, place: Place) -> None:
    """Raise :class:`UnreadableDocument` at the first control character that no text has a use for."""
    if found := CONTROL.search(text):
        if found[0] == "\0":
            raise UnreadableDocument(place=place, reason="binary")
        at = after(text[: found.start()], place)
        raise UnreadableDocument(place=at, reason="control", code=f"U+{ord(found[0]):04X}")


def language_code(said: str | None) -> str | None:
    """
    Return the code of a language from what a file says of its language.

    >>> language_code("fr-FR"), language_code("français")
    ('fr', None)
    """
    code = re.match(r"[A-Za-z]{2,3}(?![^\W_])", said or "")
    return code[0].lower() if code else None


def after(before: str, place: Place) -> Place:
    """
    Return the place in a file of what follows the text ``before``.

    >>> from pathlib import Path
    >>> str(after("une ligne\\nune", Place(Path("a.txt"))))
    'a.txt:2:4'
    """
    return Place(place.file, before.count("\n") + 1, len(before) - before.rfind("\n"))
