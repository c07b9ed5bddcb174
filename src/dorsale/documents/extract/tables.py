"""
What the figures of a table say of each other: the rows are parts of a total, a percentage is a share of a figure.

No word says so; the arithmetic does. Nothing is guessed: rows that do not add up to the last have no total, and a
percentage that is no share of a figure beside it is a share of nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from pyoxigraph import Literal, NamedNode, Triple

from dorsale.names import CODE, dor

VALUE, UNIT, PERCENT = dor("value"), dor("unit"), NamedNode(f"{CODE}unit/percent")
OUT_OF, DATES = dor("outOf"), (dor("observedOn"), dor("targetDate"), dor("period"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a table: the sentence that is its row, its column, its node, how much, and whether it is a share."""

    sentence: int
    column: int
    node: NamedNode
    value: Decimal
    percent: bool = False
    dated: bool = False


def cell(sentence: int, column: int, triples: Sequence[Triple]) -> Iterator[Cell]:
    """Yield the figure that a cell states, if it is one number."""
    for triple in triples:
        if triple.predicate == VALUE and isinstance(triple.subject, NamedNode) and isinstance(triple.object, Literal):
            own = [one for one in triples if one.subject == triple.subject]
            percent = any(one.predicate == UNIT and one.object == PERCENT for one in own)
            dated = any(one.predicate in DATES for one in own)
            yield Cell(sentence, column, triple.subject, Decimal(triple.object.value), percent, dated)


def parts(cells: Sequence[Cell]) -> Iterator[tuple[Cell, Cell]]:
    """
    Yield each figure of a table with the one that it is a part or a share of.

    >>> from pyoxigraph import NamedNode
    >>> said = [Cell(row, 0, NamedNode(f"urn:{n}"), Decimal(n)) for row, n in enumerate((105, 595, 700))]
    >>> said.insert(1, Cell(0, 0, NamedNode("urn:share"), Decimal(15), percent=True))
    >>> [(part.node.value, whole.node.value) for part, whole in parts(said)]
    [('urn:105', 'urn:700'), ('urn:595', 'urn:700'), ('urn:share', 'urn:700')]
    """
    totals: dict[int, Cell] = {}
    counts = [one for one in cells if not one.percent]
    for column in dict.fromkeys(one.column for one in counts):
        *rows, last = [one for one in counts if one.column == column]
        if len(rows) > 1 and sum(one.value for one in rows) == last.value:
            totals[column] = last
            yield from ((one, last) for one in rows)
    for share in (one for one in cells if one.percent):
        here = [one for one in counts if one.sentence == share.sentence]
        own = next((one for one in here if one.column == share.column), None)
        beside = [one for one in here if one.column != share.column]
        for whole in (*beside, *(total for column, total in totals.items() if column == share.column)):
            if own is not None and own != whole and _share(own.value, whole.value) == share.value:
                yield share, whole
                break


def stated(part: Cell, whole: Cell) -> Triple:
    """Return that a figure is out of another."""
    return Triple(part.node, OUT_OF, whole.node)


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return (100 * part / whole).quantize(Decimal(1), ROUND_HALF_UP) if whole else None
