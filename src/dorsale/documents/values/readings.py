"""
What a text that fits a pattern means: a value, or nothing where the words only look like one.

A value is read whole or not at all: digits are never cut, a number with a unit that is not known is no count, and
nothing is completed that the text leaves out, be it a year, a day or the date of today.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from dorsale.documents.values.patterns import (
    AFTER,
    BEFORE,
    BEGINNING,
    COLLECTIVES,
    DAYS,
    DURATIONS,
    FIGURES,
    FRACTION,
    LATEST,
    MONTH,
    MONTHLY,
    MONTHS,
    NO_VALUE,
    NUMBER,
    ORDINAL,
    PARTS,
    PLURAL,
    POWERS,
    QUARTER,
    RANGE,
    RANKS,
    SEASON,
    SEASONS,
    SHORT_QUARTER,
    SINGLE,
    SPACE,
    START,
    TARGET,
    TENTHS,
    TIMED,
    UNITS,
    WORDS,
    YEAR,
    YEARLY,
)


@dataclass(frozen=True, slots=True)
class Value:
    """
    A value where it stands, without its preposition: ``text[start:end]``.

    ``literals`` are (lexical form, local name in XSD, or ``edtf``), at the precision of the text.
    """

    kind: str
    start: int
    end: int
    literals: tuple[tuple[str, str], ...]
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    unit: str | None = None
    qualifiers: frozenset[str] = frozenset()
    target: bool = False


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)


def _spaced(pattern: str) -> str:
    return re.sub(r"\\s(?!\?)", lambda _: SPACE, pattern)


_BEFORE = [(name, _regex(rf"(?<!\w)(?:{_spaced(pattern)})\s*$")) for name, pattern in BEFORE]
_SAID = _regex(rf"(?<!\w)(?:{'|'.join(_spaced(pattern) for _, pattern in BEFORE)})\s*$")
_AFTER = [(name, _regex(rf"{SPACE}(?:{_spaced(pattern)})")) for name, pattern in AFTER]
_ROUND = [(_regex(rf"{word}s?"), number) for word, number in COLLECTIVES.items()]
_POWERS = [(_regex(word), number) for word, number in POWERS.items()]
_UNITS = [(unit, kind, _regex(pattern)) for unit, kind, pattern in UNITS]
_MONTHS = [(_regex(month), number) for number, month in enumerate(MONTHS.split(), 1)]
_SINGLE, _TIMED, _TARGET, _LATEST, _TENTHS = map(_regex, (SINGLE, TIMED, TARGET, LATEST, TENTHS))
_PLURAL, _MONTH, _YEAR, _DAY = map(_regex, (PLURAL, MONTH, YEAR, r"1er|1ᵉʳ|premier|\d+"))
_ONE_OF = _regex(rf"{SPACE}(?:seule?\b|des{SPACE}{NUMBER})")
_ARTICLE = _regex(rf"(?<!\w)(?:la|les|le|un){SPACE}$")
CANDIDATE = _regex(rf"{START}(?={BEGINNING})")


def values(text: str) -> tuple[Value, ...]:
    """
    Return every value of ``text``, in order; none overlaps another.

    >>> [(text.kind, text.literals) for text in values("En août 2020, près de 30 communes pour 5,4 millions d’euros")]
    [('date', (('2020-08', 'gYearMonth'),)), ('count', (('30', 'decimal'),)), ('amount', (('5400000', 'decimal'),))]

    A bare article is no number, nor is a number in a name: "une filiale", "Florac Trois Rivières", "l'A75".
    """
    return tuple(_values(text))


def _values(text: str) -> Iterator[Value]:
    read_to = 0
    for candidate in CANDIDATE.finditer(text):
        if candidate.start() < read_to:
            continue
        for pattern, reading in READINGS:
            if found := pattern.match(text, candidate.start()):
                value = reading(text, found)
                read_to = value.end if value else found.end()
                if pattern is _TENTHS and (value is None or value.kind == "percent"):
                    read_to = found.end("of")  # « sur dix » counts nothing
                if value:
                    yield value
                break


def _dated(text: str, found: re.Match[str], kind: str, *literals: tuple[str, str]) -> Value:
    """Return a value of time; ``target`` is read off the words before and after it."""
    before = text[max(0, found.start() - 40) : found.start()]
    aimed = _TARGET.search(before) or _LATEST.match(text, found.end())
    return Value(kind, found.start(), found.end(), literals, target=bool(aimed))


def _number(words: str) -> Decimal | None:
    """Return the number that digits or words mean."""
    if len(words) > 80:  # digits that mean nothing
        return None
    if words[0].isdigit():
        digits = re.sub(r"\s|\.(?=\d{3}(?!\d))(?<!^0\.)", "", words).replace(",", ".")
        return Decimal(digits)
    total = current = 0
    previous = ""
    for word in re.split(r"[-‑\s]+", words.lower()):
        if power := _named(_POWERS[:2], word):
            total, current = power * current, 0
        elif word == "mille":
            total, current = total + 1000 * max(1, current), 0
        elif word in ("cent", "cents"):
            current = 100 * max(1, current)
        elif word in ("vingt", "vingts") and previous == "quatre":
            current += 4 * 20 - 4
        elif word != "et":
            if word not in WORDS:  # a letter that only looks like one of ours
                return None
            current += WORDS[word]
        previous = word
    return Decimal(total + current)


def _named(names: list[tuple[re.Pattern[str], int]], word: str) -> int | None:
    return next((number for pattern, number in names if pattern.fullmatch(word)), None)


def _factor(words: str | None) -> tuple[Decimal, bool]:
    """Return by what a number is multiplied, and whether that makes it a round number."""
    factor, rounded = 1, False
    for word in (words or "").split():
        collective = _named(_ROUND, word)
        factor, rounded = factor * (collective or _named(_POWERS, word) or 1), rounded or bool(collective)
    return Decimal(factor), rounded


def _half(words: str | None) -> Decimal:
    return Decimal("0.5") if words and "demi" in words.lower() else Decimal(0)


def _unit(words: str | None) -> tuple[str, str]:
    """Return the code name and the kind of a unit."""
    return next(((unit, kind) for unit, kind, pattern in _UNITS if pattern.fullmatch(words or "")), ("number", "count"))


def _quantity(text: str, found: re.Match[str]) -> Value | None:
    """Return the quantity, or the two ends of a range: the factor and the unit of its end hold for both."""
    end = found["high"]
    unit, kind = _unit(found["unit"])
    factor, rounded = _factor(found["factor"])
    number = _number(end)
    if number is None or _is_article(text, found, kind) or _is_name(text, *found.span("high")):
        return None
    high = (number + _half(found["factor"])) * factor + _half(found["half"])
    low = high
    if "low" in found.groupdict():
        first = _first(text, found, unit, factor)
        if first is None or first >= high or text.endswith("respectivement ", 0, found.start()):
            return _single(text, found.start())
        low = first
    if kind == "count" and _is_code(text, *found.span()):
        return None
    ends = (low,) if low == high else (low, high)
    literals = [(_lexical(number), "decimal") for number in ends]
    if unit in DURATIONS:
        letter, times = DURATIONS[unit]
        lasting = [number * times for number in ends if number * times == int(number * times)]
        literals = [(_duration(int(number), letter), "duration") for number in lasting] + literals
    qualifiers = _qualifiers(text, found.start(), found.end())
    if rounded and not qualifiers:
        qualifiers = frozenset({"approximate"})
    return Value(kind, found.start(), found.end(), tuple(literals), low, high, unit, qualifiers)


def _tenths(text: str, found: re.Match[str]) -> Value | None:
    """Return the share that so many out of ten or out of a hundred are; of three there may be none that is exact."""
    part, of = _number(found["part"]), _number(found["of"])
    if part is None or not of or part > of:
        return _single(text, found.start())
    share = 100 * part / of
    return _share(text, found, share) if share == int(share) else None


def _fraction(text: str, found: re.Match[str]) -> Value | None:
    """Return the share that a fraction is: « la moitié des communes »."""
    word = found["share"].lower()
    if word == "quarts" and not found[0].lower().startswith("trois"):
        return None
    return _share(text, found, Decimal(PARTS[word]))


def _share(text: str, found: re.Match[str], number: Decimal) -> Value:
    start, end = found.span()
    article = _ARTICLE.search(text[max(0, start - 5) : start])
    said = _qualifiers(text, start - (len(article[0]) if article else 0), end)
    return Value("percent", start, end, ((_lexical(number), "decimal"),), number, number, "percent", said)


def _first(text: str, found: re.Match[str], unit: str, factor: Decimal) -> Decimal | None:
    """Return the low end of a range, or None where the words are no range."""
    number = _number(found["low"])
    between = re.search(r"\bentre\s+$", text[max(0, found.start() - 10) : found.start()], re.IGNORECASE)
    dashed = found["joint"] in "-–" and unit == "number"
    if number is None or dashed or ("et" in found["joint"].lower() and not between):
        return None
    if found["low_unit"] and _unit(found["low_unit"])[0] != unit:
        return None
    if found["low_factor"]:
        return number * _factor(found["low_factor"])[0]
    return number * factor if number < 1000 and not found["low_unit"] else number


def _single(text: str, start: int) -> Value | None:
    found = _SINGLE.match(text, start)
    return _quantity(text, found) if found else None


def _is_article(text: str, found: re.Match[str], kind: str) -> bool:
    """Say whether "un" is no number: "une filiale", but "un des 8 conseillers", "un an", "une centaine"."""
    words = found["high"].lower()
    if words in ("un", "une"):
        lone = not found["factor"] and (kind != "duration" or "jour" in found["unit"].lower())
        return lone and "low" not in found.groupdict() and not _ONE_OF.match(text, found.end())
    if words == "neuf":  # also "new"
        return not (found["factor"] or found["unit"] or _PLURAL.match(text, found.end()))
    return words == "cent" and text[max(0, found.start() - 5) : found.start()].lower() == "pour "


def _is_name(text: str, start: int, end: int) -> bool:
    """Say whether a spelled number is part of a name: "Florac Trois Rivières"."""
    if not text[start].isupper():
        return False
    before = re.search(r"[A-ZÀ-Ý][\w'’-]*([ \u00a0\n]+)$", text[max(0, start - 40) : start])
    after = re.match(r"\s[A-ZÀ-Ý][a-zà-ÿ]", text[end : end + 3])
    return bool(after or (before and "\n" not in before[1]))


# Who has no code, and pays: « à la charge du Département (34), de l'État (20) et de la Région Normandie (12) ».
_PAYS = re.compile(
    r"(?:\b(?:[ÉE]tat|Europe|FEDER|FSN|BEI|Département|Région(?: (?:[A-ZÀ-Ý][\w'’-]+|de|du|la|des|et)){0,5}) \()$"
)


def _is_code(text: str, start: int, end: int) -> bool:
    """Say whether a number is the code of a department: "Loire (42)"."""
    before = re.search(r"[A-ZÀ-Ý][\w'’-]*\s\($", text[max(0, start - 40) : start])
    if before is None or end - start != 2 or text[end : end + 1] != ")":
        return False
    return not _PAYS.search(text, max(0, start - 40), start)


def _lexical(number: Decimal) -> str:
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _duration(number: int, letter: str) -> str:
    if letter == "D" or not number:
        return f"P{number}{letter}"
    years, months = divmod(number, 12)
    return "P" + (f"{years}Y" if years else "") + (f"{months}M" if months else "")


def _qualifiers(text: str, start: int, end: int) -> frozenset[str]:
    before = text[max(0, start - 40) : start]
    said = [next((name for name, pattern in _BEFORE if pattern.search(before)), None)] if _SAID.search(before) else []
    said.append(next((name for name, pattern in _AFTER if pattern.match(text, end)), None))
    return frozenset(name for name in said if name)


def _listed(text: str, found: re.Match[str], forms: list[str], datatype: str, joints: str) -> Value:
    """Return the dates of a list, and the interval that they mean, if any: "2017 à 2020", "2021 et 2022"."""
    literals = [(form, datatype) for form in forms]
    numbers = [int(form.rpartition("-")[2]) for form in forms]
    steps = {after - before for before, after in pairwise(numbers)}
    apart = len(forms) == 2 and re.search(r"\b(?:à|au)\b|[-–/]", joints) and forms[0] < forms[1]
    if forms[0][0] != "-" and (apart or (steps == {1} and "ou" not in joints)):
        return _dated(text, found, "period", *literals, (f"{forms[0]}/{forms[-1]}", "edtf"))
    return _dated(text, found, "date", *literals)


def _days(text: str, found: re.Match[str]) -> Value | None:
    days = [int(day) if day.isdigit() else 1 for day in _DAY.findall(found["list"])]
    month, year = _named(_MONTHS, found["month"]) or 0, found["year"]
    if not month or not all(0 < day <= monthrange(int(year or 2000), month)[1] for day in days):
        return None
    forms = [f"{year or '-'}-{month:02}-{day:02}" for day in days]
    return _listed(text, found, forms, "date" if year else "gMonthDay", _DAY.sub("", found["list"]))


def _months(text: str, found: re.Match[str]) -> Value | None:
    words, year = _MONTH.findall(found["list"]), found["year"]
    if not year and not words[0][0].islower():  # Mars, a planet
        return None
    forms = [f"{year or '-'}-{_named(_MONTHS, word) or 0:02}" for word in words]
    return _listed(text, found, forms, "gYearMonth" if year else "gMonth", _MONTH.sub("", found["list"]))


def _years(text: str, found: re.Match[str]) -> Value | None:
    years = _YEAR.findall(found["list"])
    before = text[max(0, found.start() - 20) : found.start()]
    if found[0] == years[0] and not _TIMED.search(before) and _PLURAL.match(text, found.end()):
        return _single(text, found.start())
    return _listed(text, found, years, "gYear", _YEAR.sub("", found["list"]))


def _season(text: str, found: re.Match[str]) -> Value | None:
    season = SEASONS.get(found["season"].lower())
    return _dated(text, found, "period", (f"{found['year']}-{season}", "edtf")) if season else None


def _quarter(text: str, found: re.Match[str]) -> Value | None:
    length = 6 if found["part"].lower().startswith("s") else 3
    rank = found["rank"].lower()
    which = int(rank[0]) if rank[0].isdigit() else RANKS.get(rank, 99) or 12 // length
    first, last = (which - 1) * length + 1, which * length
    return (
        _dated(text, found, "period", (f"{found['year']}-{first:02}/{found['year']}-{last:02}", "edtf"))
        if last <= 12
        else None
    )


def _figures(text: str, found: re.Match[str]) -> Value | None:
    """Return a date in figures: 2018-01-26, 26/01/2018."""
    year, month, day = (int(found[name] or found[f"{name}_last"]) for name in ("y", "m", "d"))
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return _dated(text, found, "date", (f"{year:04}-{month:02}-{day:02}", "date"))


def _ordinal(text: str, found: re.Match[str]) -> Value | None:
    """Return how many there are of what is the last of so many: « la 150 000e prise »."""
    number = _number(found["rank"])
    if number is None or number < 1000:
        return None
    return Value("ordinal", *found.span(), ((_lexical(number), "decimal"),), number, number)


def _nothing(text: str, found: re.Match[str]) -> Value | None:
    return None


# In this order: dates, then what names or dials, then quantities.
READINGS: tuple[tuple[re.Pattern[str], Callable[[str, re.Match[str]], Value | None]], ...] = (
    (_regex(FIGURES), _figures),
    (_regex(DAYS), _days),
    (_regex(QUARTER), _quarter),
    (_regex(SHORT_QUARTER), _quarter),
    (_regex(SEASON), _season),
    (_regex(MONTHLY), _months),
    (_regex(YEARLY), _years),
    (_regex("|".join(NO_VALUE)), _nothing),
    (_regex(ORDINAL), _ordinal),
    (_TENTHS, _tenths),
    (_regex(FRACTION), _fraction),
    (_regex(RANGE), _quantity),
    (_SINGLE, _quantity),
)
