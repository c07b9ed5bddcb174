"""
Whether a text says a literal: what a value means, the coarser and the joined included, beside what is asked for.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from dorsale.documents.values.patterns import BREAK
from dorsale.documents.values.readings import Value, values

_BREAK = re.compile(BREAK)
Meanings = Sequence[tuple[Value, Set[tuple[str, object]]]]


def says(text: str, lexical: str, datatype: str, unit: str | None = None) -> Value | None:
    """
    Return the value of ``text`` that means a literal, or None. ``datatype`` is a local name of XSD, or ``edtf``.

    What is more precise says what is less: a date of August 2020 says 2020; never the other way round.
    A month or day without a year takes the one year that stands before it in the same sentence.

    >>> says("5,4 millions d’euros", "5400000", "decimal", "EUR").start
    0
    >>> says("un coût de 5000000 €", "500000", "decimal") is None
    True
    >>> says("août 2020", "2020", "gYear") is not None, says("en 2020", "2020-08", "gYearMonth") is not None
    (True, False)
    """
    if (wanted := _wanted(lexical, datatype)) is None:
        return None
    said, joined = _said(text)
    return next(
        (value for value, meant in said if wanted in meant and unit in (None, value.unit)),
        next((value for value, meant in joined if wanted in meant), None),
    )


# A passage is asked about once for each of its facts, a document more than once.
@lru_cache(maxsize=1 << 10)
def _said(text: str) -> tuple[Meanings, Meanings]:
    """Return the values of a text with what each means, and those to which their sentence gives a year."""
    found = values(text)
    said, joined = ([(value, _meant(value)) for value in some] for some in (found, _joined(text, found)))
    return said, joined


def _wanted(lexical: str, datatype: str) -> tuple[str, object] | None:
    """Return a literal in the form in which literals compare, or None where it is none of ours."""
    lexical = lexical.strip()
    if datatype in ("edtf", "string"):
        return "edtf", lexical
    if datatype in ("gYear", "gYearMonth", "gMonth", "gMonthDay", "date"):
        return datatype, lexical
    if datatype == "duration":
        return (datatype, lasting) if (lasting := _lasting(lexical)) else None
    if datatype not in ("decimal", "integer", "nonNegativeInteger", "positiveInteger", "int", "double"):
        return None
    number = re.fullmatch(r"[+-]?(?:\d+\.?\d*|\.\d+)", lexical, re.ASCII)
    return ("decimal", Decimal(lexical)) if number else None


def _lasting(lexical: str) -> tuple[int, int] | None:
    """Return the months and days of an XSD duration: P18M is P1Y6M."""
    parts = re.fullmatch(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?", lexical, re.ASCII)
    years, months, days = (int(part or 0) for part in parts.groups()) if parts else (0, 0, 0)
    return (12 * years + months, days) if parts and any(parts.groups()) else None


def _meant(value: Value) -> set[tuple[str, object]]:
    """Return what a value says, the coarser included, in the form in which literals compare."""
    meant: set[tuple[str, object]] = set()
    for lexical, datatype in value.literals:
        if wanted := _wanted(lexical, datatype):
            meant.add(wanted)
        if datatype in ("date", "gYearMonth", "gYear"):
            meant.add(("edtf", lexical))
        if datatype == "date":
            meant |= {("gYearMonth", lexical[:7]), ("gMonthDay", f"-{lexical[4:]}")}
        if datatype in ("date", "gYearMonth", "gMonthDay"):
            meant.add(("gMonth", "-" + lexical[4:7] if lexical[0] != "-" else lexical[:4]))
        if datatype in ("date", "gYearMonth"):
            meant.add(("gYear", lexical[:4]))
        if datatype == "edtf":
            meant |= {("gYear", part[:4]) for part in lexical.split("/")}
    return meant


def _joined(text: str, found: tuple[Value, ...], reach: int = 400) -> Iterator[Value]:
    """Yield the months and days without a year to which their sentence gives one, before them, and no other."""
    for index, value in enumerate(found):
        if value.literals[0][1] not in ("gMonth", "gMonthDay"):
            continue
        near = [other for other in found[max(0, index - 8) : index + 9] if abs(other.start - value.start) < reach]
        near = [other for other in near if not _apart(text, other, value)]
        years = {str(year) for other in near for datatype, year in _meant(other) if datatype == "gYear"}
        if len(years) == 1 and any(other.start < value.start and other.literals[0][1] == "gYear" for other in near):
            joined = [(year + lexical[1:], datatype) for year in years for lexical, datatype in value.literals]
            kinds = {"gMonth": "gYearMonth", "gMonthDay": "date"}
            yield replace(value, literals=tuple((lexical, kinds[datatype]) for lexical, datatype in joined))


def _apart(text: str, one: Value, other: Value) -> bool:
    """Say whether a sentence ends between two values."""
    return bool(_BREAK.search(text, min(one.end, other.end), max(one.start, other.start)))


# A header that says in what the sums below it are: not "2 M€", which is a sum itself.
HEADED = re.compile(
    r"(?<![\d\s])\s*\(?(?:en\s+)?(M€|millions?\s+d['’]euros|k€|milliers\s+d['’]euros)(?!\w)", re.IGNORECASE
)


def scale(header: str) -> int | None:
    """
    Return the power of ten of the euros that a header of a table announces, or None.

    >>> scale("Plan de financement (M€)"), scale("Coûts en milliers d'euros"), scale("un coût de 2 M€")
    (6, 3, None)
    """
    if "€" not in header and "uros" not in header.casefold():
        return None
    found = HEADED.search(header)
    return (6 if found[1][:1] in "Mm" and "milliers" not in found[1].lower() else 3) if found else None
