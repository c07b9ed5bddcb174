"""
The answer of a query as a workbook of XLSX: a sheet of rows, a sheet of the passages.

Each cell is written as what it is. A text is a text whatever it begins with, so that no label is ever a formula; what
no document says is said in words, since a spreadsheet counts an empty cell as 0.
"""

import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dorsale.errors import MissingWriter, SheetTooSmall
from dorsale.graph.labels import Cell, Notes
from dorsale.graph.queries.page import Page
from dorsale.words import say

# So many digits a spreadsheet keeps of a number, and this is its first day that has a right number.
DIGITS, FIRST = 15, date(1900, 3, 1)
# A column is as wide as its words, up to so many pixels; then it wraps.
WIDEST = 420


def workbook(page: Page) -> bytes:
    """
    Return a page as a workbook.

    Raises :class:`MissingWriter` without the extra ``xlsx``, :class:`SheetTooSmall` where something would be cut off.
    """
    try:
        from xlsxwriter import Workbook
    except ImportError as error:
        raise MissingWriter(format="XLSX", extra="xlsx") from error
    with Workbook(held := io.BytesIO(), {"in_memory": True}) as book:
        book.set_properties({"title": page.title or say("answer", page.language)})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        write = _Writer(book, page)
        rows, notes = (book.add_worksheet(say(name, page.language)) for name in ("answer", "passages"))
        write.row(rows, 0, page.headings, head)
        for number, row in enumerate(page.rows, 1):
            write.row(rows, number, row)
        rows.freeze_panes(1, 0)
        if page.rows:
            rows.autofilter(0, 0, len(page.rows), len(page.headings) - 1)
        told = [say(f"sheet-{key}", page.language) for key in ("number", "words", "document", "start", "end")]
        write.row(notes, 0, told, head)
        for number, note in enumerate(page.notes, 1):
            where = (note.title, Decimal(note.start), Decimal(note.end)) if note.title else ()
            write.row(notes, number, (Notes((number,)), note.words, *where))
        write.row(notes, len(page.notes) + 2, ("", page.total))
        notes.freeze_panes(1, 0)
        for sheet in (rows, notes):
            sheet.autofit(WIDEST)
    return held.getvalue()


class _Writer:
    """Writes cells, each as what it is."""

    def __init__(self, book: Any, page: Page) -> None:
        self.page = page
        self.format: Callable[..., Any] = lambda **named: book.add_format({"valign": "top", **named})
        self.text = self.format(text_wrap=True)
        self.unsaid = self.format(text_wrap=True, italic=True, font_color="#5b616b")
        self.day, self.hour = self.format(num_format="yyyy-mm-dd"), self.format(num_format="yyyy-mm-dd hh:mm:ss")
        self.numbers: dict[int, Any] = {}

    def row(self, sheet: Any, number: int, cells: "tuple[Cell, ...] | list[str]", format: Any = None) -> None:
        for column, cell in enumerate(cells):
            if self.cell(sheet, number, column, cell, format):
                raise SheetTooSmall(rows=1_048_576, columns=16_384, characters=32_767)

    def cell(self, sheet: Any, row: int, column: int, cell: Cell, format: Any) -> Any:
        """Write a cell, and return whether it has no room."""
        if isinstance(cell, bool):
            return sheet.write_boolean(row, column, cell, self.text)
        if isinstance(cell, Decimal) and len(cell.normalize().as_tuple().digits) <= DIGITS:
            return sheet.write_number(row, column, float(cell), self.number(cell))
        if isinstance(cell, date) and (cell.date() if isinstance(cell, datetime) else cell) >= FIRST:
            return sheet.write_datetime(row, column, cell, self.hour if isinstance(cell, datetime) else self.day)
        unsaid = cell is None or cell == Notes(())
        return sheet.write_string(row, column, self.page.said(cell), format or (self.unsaid if unsaid else self.text))

    def number(self, value: Decimal) -> Any:
        """Return the format of a number: its thousands apart, its decimals all there."""
        exponent = value.normalize().as_tuple().exponent
        places = max(-exponent, 0) if isinstance(exponent, int) else 0
        if places not in self.numbers:
            self.numbers[places] = self.format(num_format="#,##0" + ("." + "0" * places if places else ""))
        return self.numbers[places]
