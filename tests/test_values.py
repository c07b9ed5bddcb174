"""What French prose means by a number, a sum, a length, a duration, a date: a line of the table is a case."""

import re
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal

from dorsale.documents.facts import Facts
from dorsale.documents.values import says, values
from dorsale.documents.values.patterns import START
from dorsale.documents.values.readings import CANDIDATE, READINGS
from dorsale.names import dor

ROOT = Path(__file__).parent.parent
BASE = "https://w3id.org/dorsale/id/"
READ_WITH, UNIT = dor("readWith"), dor("unit")
SPACES = [" ", "\u00a0", "\u2009", "\u202f", ".", " \n", "\u2009\n", "\n"]


def unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), text).replace("\\n", "\n")


def table() -> list[list[str]]:
    lines = (ROOT / "tests" / "values.tsv").read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


CASES = table()


def test_the_table_is_whole() -> None:
    assert len(CASES) >= 220
    assert all(len(case) == 6 and case[4] in ("yes", "no") and case[5] for case in CASES)
    assert len({tuple(case[:4]) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: " | ".join(case[:4]))
def test_a_text_says_a_literal_or_does_not(case: list[str]) -> None:
    text, lexical, datatype, unit, said, note = case
    found = says(unescaped(text), lexical, datatype, None if unit == "-" else unit)
    assert (found is not None) == (said == "yes"), (note, values(unescaped(text)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: " | ".join(case[:4]))
def test_spans_slice_back_in_order_and_apart(case: list[str]) -> None:
    text = unescaped(case[0])
    last = 0
    for value in values(text):
        assert last <= value.start < value.end <= len(text)
        assert text[value.start : value.end] == text[value.start : value.end].strip()
        last = value.end
        assert (value.minimum is None) == (value.unit is None) == (value.maximum is None)
        assert value.literals


@pytest.mark.parametrize("case", [case for case in CASES if case[4] == "yes"], ids=lambda case: " | ".join(case[:4]))
def test_typography_changes_no_value(case: list[str]) -> None:
    """Apostrophes, no-break spaces for spaces, a line end for a space: the same is said."""
    text, unit = unescaped(case[0]), None if case[3] == "-" else case[3]
    for other in (
        text.replace("’", "'"),
        text.replace("'", "’"),
        text.replace(" ", "\u00a0"),
        re.sub(" (?!\n)", " \n", text),
    ):
        if "\n\n" not in re.sub(r"[^\S\n]", "", other):
            assert says(other, case[1], case[2], unit), values(other)


QUALIFIED = [
    ("plus d’une vingtaine de réseaux", {"more-than"}),
    ("opère plus \nd’une vingtaine", {"more-than"}),
    ("une centaine de lieux", {"approximate"}),
    ("Près de 30 professionnels", {"approximate"}),
    ("environ 29.000 km", {"approximate"}),
    ("quelque 1 200 km", {"approximate"}),
    ("Depuis plus de 10 ans", {"more-than"}),
    ("moins de 5 %", {"less-than"}),
    ("pas moins de 52 000 prises", {"at-least"}),
    ("au moins 30 Mbit/s", {"at-least"}),
    ("30 Mbit/s au moins", {"at-least"}),
    ("30 Mbit/s minimum", {"at-least"}),
    ("jusqu'à 100 Mbit/s", {"at-most"}),
    ("ne dépasse pas 115 millions", {"at-most"}),
    ("dépasse 115 millions", {"more-than"}),
    ("l'ensemble des 323 communes", {"all"}),
    ("toutes les 323 communes", {"all"}),
    ("la quasi-totalité des 323 communes", {"nearly-all"}),
    ("30 professionnels, environ 20 élus", set()),
    ("340 kms de fibres", set()),
    ("de plus, 340 kms", set()),
]


@pytest.mark.parametrize(("text", "qualifiers"), QUALIFIED)
def test_the_words_around_a_value_qualify_it(text: str, qualifiers: set[str]) -> None:
    assert values(text)[0].qualifiers == qualifiers


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("d'ici 2014", True),
        ("D’ici à fin 2021, la totalité", True),
        ("d'ici la fin de l'année 2022", True),
        ("à l'horizon 2025", True),
        ("Échéance annoncée : 2022", True),
        ("en 2014", False),
        ("publié ici le 3 juin 2021", False),
    ],
)
def test_a_date_to_come_is_a_target(text: str, target: bool) -> None:
    assert values(text)[0].target is target


@pytest.mark.parametrize(
    ("text", "kind", "unit", "exact"),
    [
        ("d'ici 2014 pour un coût", "date", None, "2014"),
        ("entre 18 et 25 millions d'euros", "amount", "EUR", "18 et 25 millions d'euros"),
        ("à hauteur de 2,7 M €.", "amount", "EUR", "2,7 M €"),
        ("plus d’une vingtaine", "count", "number", "une vingtaine"),
        ("100 Mbits/s,", "speed", "megabit-per-second", "100 Mbits/s"),
        ("(41 %)", "percent", "percent", "41 %"),
        ("340 kms de", "length", "km", "340 kms"),
        ("les six prochaines années", "duration", "year", "six prochaines années"),
        ("De 2017 à 2020, pour", "period", None, "2017 à 2020"),
        ("Vendredi 26 janvier 2018", "date", None, "26 janvier 2018"),
    ],
)
def test_a_value_stands_without_its_preposition(text: str, kind: str, unit: str | None, exact: str) -> None:
    (value,) = values(text)
    assert (value.kind, value.unit, text[value.start : value.end]) == (kind, unit, exact)


def test_a_range_has_two_ends_and_an_exact_value_one() -> None:
    (between,) = values("entre 18 et 25 millions d'euros")
    assert (between.minimum, between.maximum) == (Decimal(18_000_000), Decimal(25_000_000))
    (exact,) = values("14,12 millions d’euros")
    assert exact.minimum == exact.maximum == Decimal(14_120_000)


MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
ATOMS = """0 1 8 12 45 340 2021 500 000 10 , . - / ’ ' ( ) % € M k km kms un une et à entre de des plus cent mille
quatre vingt vingts millions demi ans mois janvier mai été trimestre 1er fin mi- d'ici 31 2020 Trois Rivières n° A75"""


def grouped(number: int, space: str) -> str:
    return f"{number:,}".replace(",", space)


@given(st.integers(0, 10**15), st.sampled_from(SPACES), st.sampled_from(["communes", "locaux"]))
def test_a_grouped_integer_is_read_back(number: int, space: str, noun: str) -> None:
    text = f"soit {grouped(number, space)} {noun}"
    assert [value.literals for value in values(text)] == [((str(number), "decimal"),)]
    assert says(text, str(number), "integer", "number")


@given(
    st.integers(1, 10**12),
    st.sampled_from([*SPACES, ""]),
    st.sampled_from(["€", "communes", "km", "%", "millions d'euros"]),
)
def test_a_number_is_never_ten_times_itself(number: int, space: str, unit: str) -> None:
    text = f"un total de {grouped(10 * number, space)} {unit}"
    assert not says(text, str(number), "decimal")
    assert not says(f"un total de {grouped(number, space)} {unit}", str(10 * number), "decimal")


PROSE = st.lists(st.sampled_from([*re.split(r"\s+", ATOMS), "", " ", "\n", "\u202f"])).map(" ".join)


@given(
    st.text() | PROSE | PROSE.map(lambda text: text.replace(" ", "")),
    st.text() | st.sampled_from(["2020", "--04", "P1Y"]),
)
def test_no_text_raises(text: str, lexical: str) -> None:
    last = 0
    for value in values(text):
        assert last <= value.start < value.end <= len(text)
        last = value.end
        assert all(says(text, *literal, value.unit) for literal in value.literals)
    for datatype in ("decimal", "gYear", "gYearMonth", "gMonthDay", "date", "duration", "edtf", "string", ""):
        says(text, lexical, datatype)


def passed_over(text: str) -> list[tuple[int, str]]:
    """Return where words fit a reading although ``values`` does not look there."""
    looked = {candidate.start() for candidate in CANDIDATE.finditer(text)}
    others = [word.start() for word in re.finditer(rf"{START}(?=[+\w])", text) if word.start() not in looked]
    return [(at, pattern.pattern) for at in others for pattern, _ in READINGS if pattern.match(text, at)]


@given(PROSE | PROSE.map(lambda text: text.replace(" ", "")) | PROSE.map(str.upper))
def test_no_reading_begins_where_values_does_not_look(prose: str) -> None:
    assert not passed_over(prose)


def test_no_reading_of_the_table_or_the_documents_begins_where_values_does_not_look() -> None:
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "data" / "documents").glob("*.txt"))]
    for text in [*texts, *(unescaped(case[0]) for case in CASES)]:
        assert not passed_over(text)


@given(st.dates(date(1500, 1, 1), date(2099, 12, 31)), st.sampled_from(["le {d} {m} {y}", "{d} {m}\n{y}"]))
def test_a_date_says_itself_and_what_is_coarser(day: date, form: str) -> None:
    month = re.split(r"\|", MONTHS)[day.month - 1]
    text = form.format(d=day.day, m=month, y=day.year)
    assert says(text, str(day), "date")
    assert says(text, str(day)[:7], "gYearMonth")
    assert says(text, str(day)[:4], "gYear")
    assert not says(text, str(day.year + 1), "gYear")
    assert not says(f"en {month} {day.year}", str(day), "date")


SLOW = {
    "prose": "En 2021, 2 700 entreprises et 5,4 millions d’euros, d'ici à fin 2021 ; ",
    "digits": "1",
    "groups": "111 ",
    "ones": "1,",
    "words": "cent mille ",
    "months": "juillet et ",
    "months of a year": "en 2021 août ",
    "years": "2020 et ",
    "days": "4 et 5, ",
    "brackets": "(1/1) ",
    "spaces": " ",
    "lines": "\n",
    "letters": "a",
    "dashes": "-1",
    "one": "un des ",
    "siren": "siren 1 ",
    "phones": "05 63 ",
    "masks": "█",
}


@pytest.mark.parametrize("unit", SLOW.values(), ids=SLOW)
def test_a_long_text_takes_time_in_proportion(unit: str) -> None:
    """The slowest takes three seconds; a quadratic reading would take minutes."""
    text = unit * (100_000 // len(unit))
    start = time.perf_counter()
    values(text)
    says(text, "2021-07", "gYearMonth")
    assert time.perf_counter() - start < 20


NUMERIC = {"integer", "decimal"}
UNITS = {"amount": "EUR", "minimumAmount": "EUR", "maximumAmount": "EUR"}
TIMES = {"gYear", "gYearMonth", "gMonth", "gMonthDay", "date", "duration"}
# Facts that no value of their passages says, and why a careful reader lets them stand.
DEFENSIBLE: dict[tuple[str, str, str], str] = {}


def missed() -> tuple[int, list[tuple[str, str, str, str]]]:
    """Return how many literals of the facts were looked for, and those that no passage of theirs says."""
    looked, misses = 0, []
    for path in sorted((ROOT / "data" / "facts").glob("*.trig")):
        facts = Facts.open(path, path, BASE)
        words = {str(iri): passage.exact for iri, passage in facts.passages.items()}
        links: dict[tuple[str, str], list[str]] = {}
        for quad, _ in facts.statements:
            if quad.predicate in (READ_WITH, UNIT):
                links.setdefault((str(quad.subject), quad.predicate.value), []).append(str(quad.object))
        for quad, _ in filter(facts.of_passage, facts.statements):
            value, name, graph = quad.object, quad.predicate.value.rpartition("#")[2], str(quad.graph_name)
            if not isinstance(value, Literal):
                continue
            datatype = value.datatype.value.rpartition("#")[2]
            if datatype not in NUMERIC | TIMES and name != "period":
                continue
            looked += 1
            coded = links.get((str(quad.subject), UNIT.value), []) if name.lower().endswith("value") else []
            unit = UNITS.get(name) or next((code.rstrip(">").rpartition("/")[2] for code in coded), None)
            passages = [graph, *links.get((graph, READ_WITH.value), [])]
            if not any(says(words[passage], value.value, datatype, unit) for passage in passages):
                misses.append((str(quad.subject).strip("<>").removeprefix(BASE), name, value.value, words[graph]))
    return looked, misses


def test_the_passages_of_the_graph_say_its_figures_and_dates() -> None:
    looked, misses = missed()
    assert looked >= 130
    assert {miss[:3] for miss in misses} == set(DEFENSIBLE), misses
