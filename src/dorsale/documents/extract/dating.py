"""
Of which day a figure is, where its own sentence names none.

Text dates once and counts on: a year stands alone before a paragraph, « alors » points back at the day that was told,
« à ce jour » at the day of the document, and a page of figures says on top as of when they are.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from dorsale.documents.blocks import HEADING, ITEM, ROW, Block
from dorsale.documents.extract.discourse import Settled, is_entry
from dorsale.documents.extract.grammar import Grammar
from dorsale.documents.extract.mentions import Sentence
from dorsale.documents.values import Value

# How many sentences at the top of a document may bear its date, and how many words such a line has at most.
TOP, SHORT = 8, 16
# How many sentences back « alors » can point.
BACK = 3
# How a line at the top begins whose date is that of what it names.
OF_ANOTHER = frozenset(
    "entree signature debut fin creation lancement livraison notification attribution achevement".split()  # noqa: SIM905
)
# The tense of what goes on at the date that was told.
WAS = re.compile(
    r"\b(?:etaient|etait|avait|avaient|pouvait|pouvaient|comptait|restait|restaient|disposait|disposaient)\b"
)
# A line without one of these only counts.
VERBS = frozenset("est sont a ont etait etaient sera seront avait avaient compte comptait".split())  # noqa: SIM905
LAST, NEXT = frozenset({"dernier", "derniere"}), frozenset({"prochain", "prochaine"})
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
# How a text tells of its own day.
TODAY = re.compile(
    rf"\b(?:aujourd hui|ce (?:jour|matin|midi|soir)|cet apres midi|(?:ce )?(?P<weekday>{'|'.join(WEEKDAYS)}))\b"
)
RELATIVE = LAST | NEXT
DASHES = frozenset("-–—:")
DAYS = frozenset({"date", "gYearMonth"})


def latest(sentences: Sequence[Sentence]) -> str:
    """Return the last year that a text tells of as past, or an empty text: what it puts after that year is to come."""
    told = (mention.value for one in sentences for mention in one.mentions if mention.cls == "Date")
    past = (value for value in told if value and not value.target and value.kind == "date")
    years = (text[:4] for value in past for text, _ in value.literals)
    return max((year for year in years if year.isdigit()), default="")


@dataclass
class Dating:
    """
    The dates that a document has told so far, each with the sentence that tells it.

    ``plan`` is the heading that puts what comes into the future; ``over`` is the date of the heading above, and
    ``measures`` says that this heading is of what was measured.
    """

    grammar: Grammar
    alone: dict[int, Value] = field(default_factory=dict)
    told: tuple[int, Value] | None = None
    then: Block | None = None
    own: tuple[int, Value] | None = None
    shown: bool = False
    over: tuple[int, Value] | None = None
    measures: bool = False
    plan: int | None = None

    def read(self, sentence: Sentence, settled: Sequence[Settled]) -> None:
        """Keep the dates of a sentence, and give days and months without a year the year of the date before them."""
        only = [one.mention for one in settled if one.mention.cls == "Date" and one.mention.value is not None]
        if len(only) == 1 and only[0].end - only[0].start >= sum(1 for token in sentence.tokens if token.fold):
            assert only[0].value is not None
            self.alone[sentence.index + 1] = only[0].value
        _complete(settled, sentence)
        if self.own is not None and self.own[1].literals[0][1] in DAYS:
            self._by_own(settled, sentence)
        if sentence.block.kind == HEADING:  # « Avancement au 30 juin 2023 » is of the table below
            self.plan = sentence.index if self.grammar.plan.search(" ".join(sentence.words())) else None
            state = self.grammar.state.search(" ".join(sentence.words()))
            self.over = (sentence.index, only[0].value) if state and len(only) == 1 and only[0].value else None
            if state and not only:  # « En chiffres », on a page that bears a date
                self.over = self.own
            self.measures = bool(self.grammar.measured.search(" ".join(sentence.words())))
        dates = [value for one in settled if one.mention.cls == "Date" and (value := one.mention.value) is not None]
        days = [value for value in dates if value.literals[0][1] in DAYS and not value.target]
        if len(days) != 1:
            if dates:  # « avancée à fin 2023. À cette date »
                self.told, self.then = (sentence.index, replace(dates[-1], target=False)), None
            return
        self.told = (sentence.index, days[0])
        self.then = sentence.block if WAS.search(" ".join(sentence.words())) else None
        words = sentence.words()
        title = sentence.index < TOP and len(words) < SHORT and not sentence.text.rstrip().endswith(".")
        title = title and words[0] not in OF_ANOTHER
        if (title or _is_dateline(sentence, settled)) and self.own is None:
            self.own = (sentence.index, days[0])
            self.shown = bool(self.grammar.state.search(" ".join(words)))

    def _by_own(self, settled: Sequence[Settled], sentence: Sentence) -> None:
        """Give days and months without a year that which the document's own day settles: the last, or the next."""
        assert self.own is not None
        where, own = self.own
        words = " ".join(sentence.words())
        for one in settled:
            value = one.mention.value
            if value is None or one.mention.cls != "Date" or value.literals[0][1] not in ("gMonthDay", "gMonth"):
                continue
            near = [token.fold for token in sentence.tokens[max(one.mention.start - 1, 0) : one.mention.end + 1]]
            coming = (
                value.target
                or not NEXT.isdisjoint(near)
                or (LAST.isdisjoint(near) and self.grammar.future.search(words))
            )
            year = _settled(
                value.literals[0][0], own.literals[0][0], bool(coming), near[0] if one.mention.start else ""
            )
            if year is not None:
                kind = "date" if value.literals[0][1] == "gMonthDay" else "gYearMonth"
                whole = (f"{year}{value.literals[0][0][1:]}", kind)
                one.mention = replace(one.mention, value=replace(value, literals=(whole,)), above=where)

    def of(self, sentence: Sentence, clause: Sequence[str], dated: bool) -> tuple[int, Value] | None:
        """
        Return the date of what a clause of a sentence counts, with the sentence that tells it.

        ``clause`` are its folded words; ``dated`` says that it has a date beside the figure, though it be of something
        else.
        """
        if sentence.index in self.alone:
            return sentence.index - 1, self.alone[sentence.index]
        words = " ".join(clause)
        if not dated and (opening := _opening(sentence)) is not None:  # « Au 30 juin 2023, 70 % ... ; 12 % ... »
            return sentence.index, opening
        if self.told is not None and self.grammar.then.search(words):
            return self.told if 0 < sentence.index - self.told[0] <= BACK else None
        if self.told is not None and self.then == sentence.block and not dated and WAS.search(words):
            return self.told  # « À la fin de juin 2021, ... Dans 98 communes, on pouvait s'abonner »
        # Right under its heading a line without a verb is a list: « 21 300 prises construites ; 4 150 abonnés ».
        bare = self.over is not None and sentence.index == self.over[0] + 1 and VERBS.isdisjoint(sentence.words())
        listed = (sentence.block.kind in (ROW, ITEM) or is_entry(sentence) or bare) and not dated
        measured = bool(self.grammar.measured.search(words))
        itself = self.over is self.own and sentence.block.kind == ROW  # the columns of a table may plan
        if self.over is not None and listed and not itself and (self.measures or measured):
            return self.over
        return self.own if (self.shown and listed and measured) or self.grammar.today.search(words) else None

    def today(self, sentence: Sentence) -> tuple[int, Value] | None:
        """Return the day of the document where a sentence says that something took place on it: « ce mercredi »."""
        said = TODAY.search(" ".join(sentence.words()))
        if said is None or self.own is None or self.own[1].literals[0][1] != "date":
            return None
        told = {one.value.literals for one in sentence.mentions if one.cls == "Date" and one.value is not None}
        if told - ({self.own[1].literals} if self.own[0] == sentence.index else set()):
            return None
        weekday = WEEKDAYS[date.fromisoformat(self.own[1].literals[0][0]).weekday()]
        return self.own if said["weekday"] in (None, weekday) else None

    def noted(self, sentence: Sentence) -> Value | None:
        """Return the date that a note gives to the table above it: « Source : Arcep, 1er trimestre 2021 »."""
        if not self.grammar.note.match(" ".join(sentence.words())):
            return None
        return next((one.value for one in sentence.mentions if one.cls == "Date" and one.value is not None), None)


def _opening(sentence: Sentence) -> Value | None:
    """Return the day or month that a sentence begins with, before a comma: all of its clauses are of that day."""
    first = sentence.mentions[0] if sentence.mentions else None
    if first is None or first.value is None or first.cls != "Date" or first.start > 2:
        return None
    after = sentence.tokens[first.end : first.end + 1]
    return first.value if after and after[0].text == "," and first.value.literals[0][1] in DAYS else None


def _settled(lexical: str, own: str, coming: bool, weekday: str) -> int | None:
    """
    Return the year of a day or month without one, by the day of its document; a day of the week must agree.

    >>> _settled("--06-30", "2021-07-09", False, ""), _settled("--12", "2019-03-12", False, "")
    (2021, 2018)
    >>> _settled("--02-14", "2019-02-05", True, "jeudi"), _settled("--02-14", "2019-02-05", True, "lundi")
    (2019, None)
    """
    year, day = int(own[:4]), lexical[1:]
    this = f"{year:04}{day}"
    width = min(len(this), len(own))
    if coming:
        year += this[:width] < own[:width]
    else:
        year -= this[:width] > own[:width]
    if weekday in WEEKDAYS and len(day) == len("-06-30"):
        month, of_month = map(int, day[1:].split("-"))
        try:
            return year if date(year, month, of_month).weekday() == WEEKDAYS.index(weekday) else None
        except ValueError:
            return None
    return year


def _is_counted_from_today(one: Settled, sentence: Sentence) -> bool:
    """Say whether a date is told by the day of the text, which it may not bear: « en décembre dernier »."""
    after = sentence.tokens[one.mention.end : one.mention.end + 1]
    return bool(after) and after[0].fold in RELATIVE


def _is_dateline(sentence: Sentence, settled: Sequence[Settled]) -> bool:
    """Say whether a sentence begins with the place and day of a release, or is that: « Pau, le 22 mai 2022 - »."""
    date = next(one.mention for one in settled if one.mention.cls == "Date")
    before, after = sentence.tokens[: date.start], sentence.tokens[date.end : date.end + 1]
    places = all(token.capital or token.fold in ("et", "le", "") for token in before)
    alone = not after or (after[0].text == "." and bool(date.start))
    return sentence.index < TOP and places and (alone or not DASHES.isdisjoint(after[0].glue + after[0].text))


def ahead(one: Settled) -> Settled:
    """Return a date as one that is aimed at: « avant 2025 »."""
    value = one.mention.value
    return one if value is None else replace(one, mention=replace(one.mention, value=replace(value, target=True)))


def _complete(settled: Sequence[Settled], sentence: Sentence) -> None:
    year = ""
    for one in settled:
        value = one.mention.value
        if value is None or one.mention.cls != "Date" or _is_counted_from_today(one, sentence):
            continue
        lexical, datatype = value.literals[0]
        # « Un engagement pris en 2017 et tenu ce mardi 18 décembre »: of another year.
        before = sentence.words(max(one.mention.start - 2, 0), one.mention.start)
        if datatype in ("gMonthDay", "gMonth") and year and "ce" not in before:
            whole = (year + lexical[1:], "date" if datatype == "gMonthDay" else "gYearMonth")
            one.mention = replace(one.mention, value=replace(value, literals=(whole,)))
        elif datatype in ("date", "gYear", "gYearMonth"):
            year = lexical[:4]
