"""
A date as a person reads it: *1 January 2016*, *summer 2011*, *January to March 2021*.

What a text says of time is never more precise than the text: a day, a month, a year, a season, a day of no year, or a
span of such, as XML Schema and EDTF (ISO 8601-2, level 1) write them.
"""

import re

from dorsale.words import say

MOMENT = re.compile(r"(?P<year>\d{4})(?:-(?:(?P<season>2[1-4])|(?P<month>\d\d)(?:-(?P<day>\d\d))?))?")
RECURRING = re.compile(r"--(?P<month>\d\d)(?:-(?P<day>\d\d))?")
OPEN = ".."


def dated(written: str, language: str) -> str:
    """
    Return a date in words of a language; what is no date stays as it is written.

    >>> dated("2016-01-01", "fr"), dated("2011-22", "fr"), dated("2021-01/2021-03", "fr")
    ('1er janvier 2016', 'été 2011', 'janvier à mars 2021')
    >>> dated("--01-31", "en"), dated("2011/..", "en"), dated("12 rue", "en")
    ('31 January, year not stated', 'from 2011 on', '12 rue')
    """
    start, slash, end = written.partition("/")
    if not slash:
        return _moment(written, language) or written
    year = MOMENT.fullmatch(end)
    first = _moment(start, language, year["year"] if year and year["month"] else "")
    last = _moment(end, language)
    if first and end == OPEN:
        return say("date-from", language, start=first)
    if last and start == OPEN:
        return say("date-until", language, end=last)
    return say("date-span", language, start=first, end=last) if first and last else written


def _moment(written: str, language: str, known: str = "") -> str:
    """Return a day, a month, a season or a year in words, without the year if that is known; nothing if it is none."""
    if found := RECURRING.fullmatch(written):
        said = _said(found["month"], found["day"], "", language)
        return say("date-no-year", language, date=said) if said else ""
    if not (found := MOMENT.fullmatch(written)):
        return ""
    year = found["year"]
    if found["season"]:
        season = say("date-seasons", language).split()[int(found["season"]) - 21]
        return f"{season} {year}"
    return _said(found["month"], found["day"], "" if year == known else year, language) if found["month"] else year


def _said(month: str, day: str | None, year: str, language: str) -> str:
    if not 1 <= int(month) <= 12 or not 1 <= int(day or 1) <= 31:
        return ""
    said = f"{say('date-months', language).split()[int(month) - 1]} {year}".strip()
    return f"{say('date-first', language) if int(day) == 1 else int(day)} {said}" if day else said
