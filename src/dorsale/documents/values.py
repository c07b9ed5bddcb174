"""
What French prose means by a number, a sum, a length, a duration, a date.

A value is read whole or not at all: digits are never cut, a number with a unit that is not known is no count, and
nothing is completed that the text leaves out, be it a year, a day or the date of today.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise


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


# Spaces as typography has them (U+0020, U+00A0, U+2009, U+202F) and at most one line end: a blank line parts.
SPACE = r"(?:[^\S\n]{1,3}\n?[^\S\n]{0,3}|\n[^\S\n]{0,3})"
GAP = f"{SPACE}?"
# Not inside a word ("THD42", "Covid-19"), nor inside a longer number ("1.2.3", "24h/24").
START = r"(?<![\w+])(?<!\w[-‑/])(?<!\d[.,])"
END = r"(?![\w²³])(?![-‑/][^\W_])(?![.,]\d)"

UNDER_17 = {"zéro": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8}
UNDER_17 |= {"neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16}
WORDS = UNDER_17 | {"vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
LINK = rf"(?:[-‑]|{SPACE})"
SMALL = rf"(?:dix{LINK}(?:sept|huit|neuf)|{'|'.join(UNDER_17)})\b"
TENS = rf"(?:quatre{LINK}vingts?|vingt|trente|quarante|cinquante|soixante)\b"
TENS += rf"(?:{LINK}(?:et{LINK}(?:une?|onze)\b|{SMALL}))?"
HUNDREDS = rf"(?:(?:{SMALL}{LINK})?cents?\b(?:{LINK}(?:{TENS}|{SMALL}))?|{TENS}|{SMALL})"
GREAT = r"mil{1,3}(?:ion|iard)s?"
THOUSANDS = rf"(?:(?:{HUNDREDS}{LINK})?mille\b(?:{LINK}{HUNDREDS})?|{HUNDREDS})"
SPELLED = rf"(?:(?:{HUNDREDS}{LINK}{GREAT}{LINK})?{THOUSANDS})"
# One sort of separator in a number, since the columns of a table stand side by side: "10 500 6 700".
# A dot before three digits parts thousands ("442.200 euros"); a comma never does.
GROUPS = "|".join(
    rf"(?:{mark}\d{{3}}){{1,5}}(?!\d)" for mark in (*(f"{s}\n?" for s in " \u00a0\u2009\u202f"), r"\.", r"\n")
)
# Atomic: 500000 is never a backed-off piece of 5000000.
NUMBER = rf"(?>[1-9]\d{{0,2}}(?:{GROUPS})(?:,\d+)?|(?:0|[1-9]\d*)(?:[.,]\d+)?|{SPELLED})"

# The documents write "milllions" and "milions"; a collective is a round number ("une vingtaine").
COLLECTIVES = {"dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40}
COLLECTIVES |= {"cinquantaine": 50, "soixantaine": 60, "centaine": 100, "millier": 1000}
POWERS = {r"mil{1,3}ions?": 10**6, r"mil{1,3}iards?": 10**9, "mille": 1000, "k": 1000, "m": 10**6, r"mr?ds?": 10**9}
OF = rf"(?:d['’]|de{SPACE})"
HALF = rf"(?:{SPACE}et{SPACE}demie?\b)?"
FACTOR = (
    rf"(?:(?:(?:{'|'.join(COLLECTIVES)})s?\b(?:{SPACE}de{SPACE}(?:milliers|{GREAT})\b)?|(?:{GREAT}|mille)\b){HALF}"
    rf"|(?:mr?ds?|m|k)(?={GAP}{OF}?(?:€|eur)))"
)
LATELY = rf"(?:(?:prochaine?s|derni[eè]re?s|premi[eè]re?s|longue?s|bonnes){SPACE})?"
PER_SECOND = rf"(?:/s(?:ec)?\b|ps\b|{SPACE}par{SPACE}seconde\b)"
BITS = rf"(?:bits?{PER_SECOND}|b{PER_SECOND}|bits?\b)"
# Code name, kind, and how the unit is written after the number.
UNITS = (
    ("EUR", "amount", r"(?:€|euros?\b|eur\b)"),
    ("percent", "percent", rf"(?:%|pour{GAP}cents?\b)"),
    ("gigabit-per-second", "speed", rf"(?:g{BITS}|gigabits?(?:{PER_SECOND}|\b)|gigas?\b)"),
    ("megabit-per-second", "speed", rf"(?:m{BITS}|m[ée]gabits?(?:{PER_SECOND}|\b)|m[ée]gas?\b)"),
    ("kilobit-per-second", "speed", rf"(?:k{BITS}|kilobits?(?:{PER_SECOND}|\b))"),
    ("km", "length", rf"(?:kms?|kilom[èe]tres?)\b(?!²|{SPACE}carrés|/)"),
    ("metre", "length", rf"(?:(?-i:ml?)|m[èe]tres?)\b(?![²³'’/]|{SPACE}(?:carrés|cubes))"),
    ("year", "duration", rf"{LATELY}(?:ans?|années?)\b"),
    ("month", "duration", rf"{LATELY}mois\b"),
    ("week", "duration", rf"{LATELY}semaines?\b"),
    ("day", "duration", rf"{LATELY}jours?\b"),
)
UNIT = rf"(?:{'|'.join(pattern for _, _, pattern in UNITS)})"
DURATIONS = {"year": ("M", 12), "month": ("M", 1), "week": ("D", 7), "day": ("D", 1)}
# What would make a count of a thing that is none: other units and currencies, fractions, hours, "4 G".
OTHER = (
    rf"{GAP}(?:(?:{OF})?(?:[kh]?m[²³23]|dollars?\b|francs?\b|[$£]|ha\b|hectares?\b|tonnes?\b)|kms?\b|kilom[èe]tres?\b"
    r"|m[èe]tres?\b|(?-i:m)\b|[kmgt]?(?:wh?|hz|o|octets?)\b|watts?\b|°|degrés?\b|h\b|heures?\b|(?-i:G)\b|[:h]\d"
    r"|tiers\b(?!-|\slieux)|quarts?\b|cinquièmes?\b|dixièmes?\b)"
)
SINGLE = rf"(?P<high>{NUMBER})(?:{GAP}(?P<factor>{FACTOR}))?"
SINGLE += rf"(?:{GAP}{OF}?(?P<unit>{UNIT})(?P<half>{HALF})|{END}(?!{OTHER}))"
JOINT = rf"(?P<joint>{SPACE}(?:et|à|ou){SPACE}|[-–])"
RANGE = rf"(?P<low>{NUMBER})(?:{GAP}(?P<low_factor>{FACTOR}))?(?:{GAP}{OF}?(?P<low_unit>{UNIT}))?{JOINT}{SINGLE}"

# What the words before a value, and after it, say of it; the first that fits on each side.
# "\s" stands for the spaces and the one line end that SPACE allows.
BEFORE = (
    ("nearly-all", r"quasi.?totalité\sdes|presque\stou(?:te)?s\sles"),
    ("all", r"(?:totalité|ensemble)\sdes|tou(?:te)?s\sles"),
    ("at-most", r"n['’e]\s?(?:dépass|excèd)\w+\spas|au\s(?:plus|maximum)|maximum(?:\sde)?|jusqu['’]à"),
    ("more-than", r"plus\sd(?:e|es|['’])|au[- ]delà\sd(?:e|['’])|(?:dépass|excèd)\w+"),
    ("less-than", r"moins\sd(?:e|es|['’])"),
    ("at-least", r"(?:au|du)\smoins|(?:au\s)?minimum(?:\sde)?|à\spartir\sde"),
    ("approximate", r"près\sd(?:e|es|['’])|environ|quelque|autour\sd(?:e|['’])|à\speu\sprès|presque|approximativement"),
    ("approximate", r"avoisin\w+|de\sl['’]ordre\sd(?:e|['’])|approch\w+(?:\sde)?"),
)
AFTER = (
    ("at-least", r"(?:(?:au|à)\s)?(?:moins|minimum|minima)\b|(?:et|ou)\splus\b"),
    ("at-most", r"au\splus\b|(?:au\s)?maximum\b"),
    ("approximate", r"environ\b(?!\s\d)"),
)

MONTHS = r"janvier\b|janv\. f[ée]vrier\b|f[ée]vr\. mars\b avril\b|avr\. mai\b juin\b juillet\b|juil\. ao[uû]t\b "
MONTHS += r"septembre\b|sept\. octobre\b|oct\. novembre\b|nov\. d[ée]cembre\b|d[ée]c\."
MONTH = rf"(?:{MONTHS.replace(' ', '|')})"
SEASONS = {"printemps": "21", "été": "22", "automne": "23", "hiver": "24"}  # as EDTF numbers them
YEAR = r"(?:1[5-9]|20)[0-9]{2}"
YEAR_END = rf"(?!\d|[.,]\d|[-‑/]\w|{GAP}{UNIT})"
DAY = r"(?:1er|1ᵉʳ|premier|[12][0-9]|3[01]|0?[1-9])"
WEEKDAY = rf"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche){SPACE})?"
WITHIN = rf"(?:(?:fin|d[ée]but|courant){SPACE}|mi[-‑\s])?"
LISTED = rf"(?:,{GAP}|{SPACE}(?:et|ou|à|au|&){SPACE}(?:le{SPACE})?|{GAP}[-–/]{GAP})"
RANKS = {"premier": 1, "deuxième": 2, "second": 2, "troisième": 3, "quatrième": 4, "dernier": 0}
FIGURES = rf"(?:(?P<y>{YEAR})-(?P<m>\d\d)-(?P<d>\d\d)"
FIGURES += rf"|(?P<d_last>\d{{1,2}})(?P<mark>[/.])(?P<m_last>\d{{1,2}})(?P=mark)(?P<y_last>{YEAR})){END}"
THE_YEAR = rf"{SPACE}(?:de{SPACE}(?:l['’]année{SPACE})?)?(?P<year>{YEAR}){YEAR_END}"
DAYS = rf"(?P<list>{DAY}(?:{LISTED}{WEEKDAY}{DAY}){{0,5}}){SPACE}(?P<month>{MONTH})(?:{THE_YEAR})?"
MONTHLY = rf"{WITHIN}(?P<list>{MONTH}(?:{LISTED}{MONTH}){{0,5}})(?:{THE_YEAR})?"
SEASON = rf"{WITHIN}(?P<season>{'|'.join(SEASONS)}){THE_YEAR}"
QUARTER = rf"(?P<rank>[1-4](?:er|e|nd|[èe]me)|{'|'.join(RANKS)}){SPACE}(?P<part>trimestre|semestre){THE_YEAR}"
SHORT_QUARTER = rf"(?P<part>(?-i:[TS]))(?P<rank>[1-4]){THE_YEAR}"
YEARLY = rf"{WITHIN}(?P<list>{YEAR}(?:{LISTED}{YEAR}){{0,5}}){YEAR_END}"
# A year, or so many things? A word of time before it, or no plural after it, tells.
TIMED = r"(?:\b(?:en|dès|depuis|ici|fin|début|courant|années?|après|avant|horizon)|\bmi[- ]|l['’]an)\s*$"
PLURAL = (
    rf"{SPACE}(?!(?:dans|sans|sous|depuis|dès|très|mais|plus|moins|après|[cdlmst]es|nos|vos|leurs|vers|puis|alors|pas|aux)\b)"
    r"(?:[^\W\d_]{2,}[sx]\b|(?-i:[A-Z]{2,6}\b))"
)
TARGET = (
    r"(?:d['’]ici|\bhorizons?|\b[ée]chéance)(?:[\s:]|\b(?:à|au|la|le|fin|de|du|année|mois|annoncée)\b|l['’]|d['’])*$"
)
# Where a sentence ends: a year does not reach over it.
BREAK = r"[.!?;…]\s|\n\s*\n|\n\s*[-•–]"
# Numbers that name, rank or dial: no value.
NO_VALUE = (
    r"(?:\+33\s?(?:\(0\)\s?)?[1-9]|0[1-9])(?:[\s.-]?\d\d){4}(?!\d)",  # telephone
    r"(?:https?://|www\.)\S+",
    rf"\d{{5}}{SPACE}(?-i:(?!Ftt)(?:[A-ZÀ-Ý][a-zà-ÿ'’-]|[A-ZÀ-Ý]{{4,}}))",  # 81115 Castres
    r"(?:siren|siret)\W{0,4}\d(?:[\d\s]*\d)?",
    r"(?:n[°º]|num[ée]ros?|articles?|art\.|pages?|p\.|figures?|tableau|annexe|chapitre|lots?|phases?|tranche|tome|version"
    r"|cedex|bp|cs|rcs|arrondissement)\s?\d[\d./-]*\w*(?:\s\d{3}(?!\d)){0,4}",
    r"0\s?8\d\d(?:\s\d{2,3}){1,4}(?!\d)",
    r"(?:(?-i:RN|RD|D|N)|(?<=l['’])A)\s\d{1,4}\b",  # roads
    r"\d+(?:ers?|[èe]?res?|nde?s?|[èe]mes?|es?|°|º|ᵉʳ?)(?!\w)",  # ranks
    r"^\d{1,2}(?:\s?[/)°](?!\d)|[.]\s)",  # "1/Les opportunités"
    r"\d{1,4}(?:\s?(?:bis|ter))?,?\s(?:rue|avenue|boulevard|allée|impasse|chemin|quai)(?!\w)",
    r"années\s(?:19|20)?\d0\b(?!\s?(?:et|à|,|[-/])\s?\d)",  # a decade
    r"\d{1,2}\s?h(?:\s?\d\d)?\b",
    r"\d+\s?/\s?\d+",
    rf"\d[\d,.]*{SPACE}{GREAT}{SPACE}\d[\d\s]*\b",  # "2 millions 300 000": in two pieces it would be two sums
    r"\d\.0(?!\d)",  # "industrie 4.0"
)


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)


def _spaced(pattern: str) -> str:
    return re.sub(r"\\s(?!\?)", lambda _: SPACE, pattern)


_BEFORE = [(name, _regex(rf"(?<!\w)(?:{_spaced(pattern)})\s*$")) for name, pattern in BEFORE]
_AFTER = [(name, _regex(rf"{SPACE}(?:{_spaced(pattern)})")) for name, pattern in AFTER]
_ROUND = [(_regex(rf"{word}s?"), number) for word, number in COLLECTIVES.items()]
_POWERS = [(_regex(word), number) for word, number in POWERS.items()]
_UNITS = [(unit, kind, _regex(pattern)) for unit, kind, pattern in UNITS]
_MONTHS = [(_regex(month), number) for number, month in enumerate(MONTHS.split(), 1)]
_SINGLE, _TIMED, _TARGET, _BREAK = map(_regex, (SINGLE, TIMED, TARGET, BREAK))
_PLURAL, _MONTH, _YEAR, _DAY = map(_regex, (PLURAL, MONTH, YEAR, r"1er|1ᵉʳ|premier|\d+"))
_ONE_OF = _regex(rf"{SPACE}(?:seule?\b|des{SPACE}{NUMBER})")
_CANDIDATE = _regex(rf"{START}(?=[+\w])")


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
    for candidate in _CANDIDATE.finditer(text):
        if candidate.start() < read_to:
            continue
        for pattern, reading in _READINGS:
            if found := pattern.match(text, candidate.start()):
                value = reading(text, found)
                read_to = value.end if value else found.end()
                if value:
                    yield value
                break


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
    found = values(text)
    wanted = _wanted(lexical, datatype)
    for value in found if wanted else ():
        if wanted in _meant(value) and unit in (None, value.unit):
            return value
    return next((value for value in _joined(text, found) if wanted in _meant(value)), None) if wanted else None


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


def _dated(text: str, found: re.Match[str], kind: str, *literals: tuple[str, str]) -> Value:
    """Return a value of time; ``target`` is read off the words before it."""
    before = text[max(0, found.start() - 40) : found.start()]
    return Value(kind, found.start(), found.end(), literals, target=bool(_TARGET.search(before)))


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
        if first is None or first >= high:
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


def _is_code(text: str, start: int, end: int) -> bool:
    """Say whether a number is the code of a department: "Loire (42)"."""
    before = re.search(r"[A-ZÀ-Ý][\w'’-]*\s\($", text[max(0, start - 40) : start])
    return bool(before and end - start == 2 and text[end : end + 1] == ")")


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
    said = [next((name for name, pattern in _BEFORE if pattern.search(before)), None)]
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


def _nothing(text: str, found: re.Match[str]) -> Value | None:
    return None


# In this order: dates, then what names or dials, then quantities.
_READINGS: tuple[tuple[re.Pattern[str], Callable[[str, re.Match[str]], Value | None]], ...] = (
    (_regex(FIGURES), _figures),
    (_regex(DAYS), _days),
    (_regex(QUARTER), _quarter),
    (_regex(SHORT_QUARTER), _quarter),
    (_regex(SEASON), _season),
    (_regex(MONTHLY), _months),
    (_regex(YEARLY), _years),
    (_regex("|".join(NO_VALUE)), _nothing),
    (_regex(RANGE), _quantity),
    (_SINGLE, _quantity),
)
