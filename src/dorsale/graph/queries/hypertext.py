"""
The answer of a query as a page for browsers.

A table whose headings are told for each cell, the passages as notes that lead to their rows and back.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date

from dorsale.graph.labels import Cell, Notes, Quotation, Term
from dorsale.graph.queries.page import Page
from dorsale.html import Element, document, element
from dorsale.words import say

# More columns than these need the long side of a paper.
MANY = 7
LONG = 25
# Where a term is told of, or nothing.
Leading = Callable[[Term | None], str | None]


def nowhere(term: Term | None) -> str | None:
    """Return where a term is told of when one file is all there is: nowhere else."""
    return None


def hypertext(page: Page) -> bytes:
    """Return a page of an answer as HTML, whole in one file."""
    title = page.title or say("answer", page.language)
    parts: list[Element | None] = [element("h1", title, id="title")]
    if page.rows:
        parts += [table(page), element("p", page.total, class_="total")]
    else:
        parts += [element("p", page.question) if page.question else None, element("p", page.total)]
    return document(page.language, title, *parts, notes(page))


def verdict(yes: bool, language: str) -> bytes:
    """Return the answer of a question that is answered with yes or no as HTML."""
    said = say("yes" if yes else "no", language)
    return document(language, said, element("h1", say("answer", language)), element("p", said))


def table(page: Page, leading: Leading = nowhere) -> Element:
    """Return the rows of an answer as a table in which each thing leads to where ``leading`` says."""
    # The roles are those of the elements; a style that makes cards of rows would take them away.
    heads = (
        element("th", heading, scope="col", role="columnheader", class_=_kind(page, column))
        for column, heading in enumerate(page.headings)
    )
    rows = (
        element("tr", *(_cell(page, number, column, cell, leading) for column, cell in enumerate(row)), role="row")
        for number, row in enumerate(page.rows, 1)
    )
    made = element(
        "table",
        element("caption", page.question) if page.question else None,
        element("thead", element("tr", *heads, role="row"), role="rowgroup"),
        element("tbody", *rows, role="rowgroup"),
        role="table",
    )
    # What can be wider than the window is reached with the keyboard.
    return element(
        "div",
        made,
        class_="wide many" if len(page.headings) > MANY else "wide",
        role="region",
        aria_labelledby="title",
        tabindex=0,
    )


def _cell(page: Page, number: int, column: int, cell: Cell, leading: Leading) -> Element:
    """Return a cell; that of the first column says of what the others are."""
    place, said = leading(page.terms[number - 1][column]), page.said(cell)
    inside: list[Element | str] = [element("a", said, href=place) if place else said]
    if isinstance(cell, Notes) and cell.numbers:
        inside = []
        for note in cell.numbers:
            inside += [element("a", f"[{note}]", id=f"row-{number}-{note}", href=f"#note-{note}"), " "]
    first = {"scope": "row", "role": "rowheader"} if column == 0 else {"role": "cell"}
    return element(
        "td" if column else "th",
        # One part, so that a card has two: the heading and this.
        element("span", *inside),
        class_=" ".join(filter(None, (_kind(page, column), _manner(cell, said)))) or None,
        data_label=page.headings[column],
        **first,
    )


def _kind(page: Page, column: int) -> str | None:
    return "number" if column in page.numeric else None


def _manner(cell: Cell, said: str) -> str | None:
    """Return how a cell is set: what is not said stands back, a day stays whole, and only a long word is parted."""
    if cell is None or cell == Notes(()):
        return "unsaid"
    if isinstance(cell, date):
        return "day"
    return "long" if len(said) > LONG and any(len(word) > LONG for word in said.split()) else None


def notes(page: Page, leading: Leading = nowhere) -> Element | None:
    """Return the passages of an answer, each with the ways back to its rows; None where there is none."""
    if not page.notes:
        return None
    rows: dict[int, list[int]] = defaultdict(list)
    for number, row in enumerate(page.rows, 1):
        for cell in row:
            for note in cell.numbers if isinstance(cell, Notes) else ():
                rows[note].append(number)
    listed = (
        element(
            "li",
            *_quoted(note, leading(page.passages[number - 1])),
            *_back(page, number, rows[number]),
            id=f"note-{number}",
        )
        for number, note in enumerate(page.notes, 1)
    )
    head = element("h2", say("passages", page.language), id="passages")
    return element("section", head, element("ol", *listed), aria_labelledby="passages")


def _quoted(note: Quotation, place: str | None) -> list[Element | str]:
    if not note.title:
        return [note.words]
    where = f", {note.start}-{note.end}"
    title = element("cite", note.title, lang=note.language)
    led = element("a", title, href=place) if place else title
    return [element("q", note.words, lang=note.language), " ", led, where]


def _back(page: Page, note: int, rows: list[int]) -> list[Element | str]:
    """Return the ways back to the rows that a note supports."""
    ways: list[Element | str] = []
    for row in rows:
        told = say("back", page.language, row=row)
        ways += [" ", element("a", f"↩\u00a0{row}", href=f"#row-{row}-{note}", class_="back", aria_label=told)]
    return ways
