"""
A sentence as patterns read it: articles gone, contractions undone, each mention one token with its classes.

Two sentences can be read as one, where a page means them so: an item of a list with the words that announce the list,
a cell of a table with the header of its column.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain, pairwise

from dorsale.documents.extract.discourse import Settled
from dorsale.documents.extract.grammar import Grammar
from dorsale.documents.extract.mentions import ALLIED, GROUPING, Sentence
from dorsale.names import fold_word

NUMBER = re.compile(r"<(\d+);")
MARKED = re.compile(r"<\d+;,([^>]*),> |([^ <]+) ")
TOKEN = re.compile(r"<[^>]*>")
FIGURE = re.compile(r",(?:Count|Amount|Percent|Length|Date),")
# A line of figures: a label, and counts with their percentages.
CELL = re.compile(r"(<\d+;,Count,>) (?:\( (<\d+;,Percent,>) \) )?")
STACKED = re.compile(rf"(?P<label>(?:[^<]|<\d+;(?!,(?:Count|Percent))[^>]*>)*)(?P<cells>(?:{CELL.pattern})+)")
AHEAD = re.compile(r"de ici|horizon|avant ")
# The words beside a date that put it into the future.
TO_COME = re.compile(
    rf"{AHEAD.pattern}|objectifs? |cible |cap |ambition |a \w+er |(?:avancé|reporté|repoussé|ramené|fixé)e?s? a"
    "|(?:a plus tard|plus tôt) $"
)
# Who may be the subject of a verb, and what a sentence may put between the two.
SUBJECT = re.compile(r"<\d+;[^>]*,(?:Actor|Contract|Name|Network|Project|Programme|Council|Person),[^>]*> ")
ASIDE = re.compile(r"\( [^()]*\) ")
# Examples after a name are what the verb is said of, too: « quatorze communes, dont A et B, ont été laissées à X ».
LISTED = re.compile(r", (?:dont <|parmi |notamment |comme |tels? |telles? |<(?!\d+;[^>]*,Function,))")
# What a sentence says by the way, between commas.
BYTHEWAY = re.compile(
    r", (?:depuis|de après|selon|avec|quant a|par ailleurs|en effet|en outre|a époque|a total|en tout|tout compris"
    r"|comme prévu) (?:(?:<[^>]*>|[^ ,;:.<]+) ){0,6}(?=, )"
    r"|, <[^>]*,Date,[^>]*> , (?=de \w+er )"  # « a choisi, le 14 avril, de confier »
)
# What is said of a contract: a date after it is when that ends, and not of a figure before.
EXPIRES = re.compile(r" (?:expir\w+|échoi\w+|échéance|prend\w* fin|terme) ")
RELATED = re.compile(
    r",Count,[^>]*> (?:[^ <]+ ){0,3}(?:qui (?:ser|dev|pour)\w+|(?:[^ <]+ |<[^>]*> ){0,6}que (?:il |elle )?\w+ra) "
)
BEGAN = re.compile(
    r" (?:lanc|démarr|début|commenc|engag|entam|initi)ée?s? (?:dès |en |depuis |a partir de |début |fin )?$"
)
# Whose land an undertaking is of, of which group a company: « le réseau de la Loire est exploité par ... ».
LOCATED = re.compile(
    r"<\d+;[^>]*,(?:Network|Project|Programme|Group),[^>]*> "
    r"(?P<where>(?:de|en|dans) (?:(?:département|territoire|région) de )?<\d+;[^>]*,(?:Territory|Land),[^>]*> )"
    r"|^<\d+;[^>]*,Company,[^>]*> (?P<group>de (?:groupe )?<\d+;[^>]*,Company,[^>]*> )"
)
# What a name ends with before the comma of an aside.
COMPLEMENT = re.compile(r"(?:(?:a <[^>]*,Percent,[^>]*> )?de (?:(?:<[^>]*>|[^ ,;:.<]+) ){1,6}?)?(?=, )")
# What a name has beside it that leaves « qui » to the name: « X, détenue par Y et Z, qui exploite ... ».
APPOSED = re.compile(
    r", (?!mais |puis |depuis |qui )"
    r"(?:\w+(?:é|i|u|is)e?s? |née? |filiale |société |syndicat |groupement |établissement |coentreprise )"
)
# After these a name is where something is, or by what, and no subject.
IN = [[word] for word in ("dans", "en", "a", "sur", "chez", "avec", "selon", "pour", "par", "depuis", "entre", "sous")]
# A word that may be a verb; « a » is one before a participle, else it is « à ».
MAYBE = (
    r"(?P<verb>a(?= pour | en charge | (?:\w+ment |ainsi |aussi )?\w+(?:é|i|u|is|it|ert|eint)e?s? )"
    r"|(?!(?:a|et|ou|puis|mais) )[^ <,;:.]+) "
)
COMMA = re.compile(rf", (?={MAYBE})")
# Whom a sentence names first and is not about: « Avec Axione, Orange a bâti ... ».
BESIDE = re.compile("(?:avec|selon|outre|contre|malgré|face a|grâce a|auprès de|a côté de) ")
# A verb right after its subject, or a further one of the same subject.
SAYS = re.compile(
    rf"(?:(?P<subject>{SUBJECT.pattern})|(?<= )(?:et|puis|mais) )(?P<said>(?:(?:en|y|lui|leur|se|ne) ){{0,2}}{MAYBE})"
)
# Whose company acts: « exploité par sa filiale X ».
HIS = re.compile(
    r"(?:par|a) (?P<his>(?:propre )?(?:filiale (?:dédiée |locale )?|régie (?:\w+ )?(?:, )?))"
    r"<\d+;[^>]*,(?:Company|Name|PublicBody),"
)
# Who acts through another: « Altitude, via sa filiale X, assure la maintenance » tells what X does.
VIA = re.compile(
    r"(?P<group><\d+;[^>]*,Company,[^>]*> (?:, )?(?:via|(?:a|au) travers(?: de)?|par (?:intermédiaire|biais) de) "
    r"(?:filiale |société |structure |entité )?(?:\w+ )?)<\d+;[^>]*,(?:Company|Name),[^>]*> (?P<comma>, )?"
)
# The same, with the other first: « Via sa filiale X, Altitude exploite ».
VIA_FIRST = re.compile(
    r"^(?P<via>(?:via|(?:a|au) travers(?: de)?|par (?:intermédiaire|biais) de) (?:filiale |société )?(?:\w+ )?)"
    r"<\d+;[^>]*,(?:Company|Name),[^>]*> (?P<group>, <\d+;[^>]*,Company,[^>]*> )"
)
# For whom who signs does: « X, président de Y, a signé avec Z, directrice de W, ... » tells what Y and W did.
SIGNS = re.compile(r" (?:(?:vien\w+ de )?(?:sign|paraph|officialis)\w+|a (?:attribué|confié)) ")
REPRESENTS = re.compile(
    r"(?P<who><\d+;[^>]*,Person,[^>]*> (?:, |\( )(?:\w+ )?<\d+;[^>]*,Function,[^>]*> (?:\w+ ){0,2}de )"
    r"<\d+;[^>]*,(?:Actor|Council),[^>]*> (?P<then>(?:, |\) )(?!<))?"
)
# How long, between a verb and its object: « exploitera durant quinze ans le réseau ».
DURING = re.compile(r"(?<=[a-zé] )(?:pendant|durant) <\d+;,Duration,> (?=<)")
# Which several are that a text counts: « créée par cinq départements (Jura, Yonne, ...) ».
COUNTED_OUT = re.compile(
    r"(?P<group>(?:<\d+;,Count,> )?(?:\w+ )?<\d+;[^>]*,Group,[^>]*> )(?P<open>\( )"
    r"<\d+;[^>]*,(?:Council|PublicBody),[^>]*> (?:(?:, |et )+<\d+;[^>]*,(?:Council|PublicBody),[^>]*> )+(?P<close>\) )"
)
# « Deux communautés d'agglomération (Périgueux et Bergerac) »: the towns are where they are.
OF_TOWNS = re.compile("(?:communautés|agglomérations?|métropoles|intercommunalités) <")
CLAUSE = re.compile(r" [;:] ")
# How a sentence goes on about the only one whom it has named: « X y gagne, puisqu'il est propriétaire du réseau ».
HE = re.compile(r" (?:puisque|car|parce que|et|mais) (?:il|elle) (?=\w)")
# What makes a name that of the group of who acts, or of who was not chosen: « cette filiale d'Orange exploite ».
SUBSIDIARY = re.compile(
    r"(?:\bfiliales? (?:\w+ )?|<\d+;[^>]*,Company,[^>]*> (?=a <))(?:(?:a |détenue a )?<\d+;,Percent,> )?de $"
    r"|<\d+;[^>]*,Company,[^>]*> de (?:groupe )?$"
    r"|\b(?:préférée?s? a|plutôt que|détriment de) $"
)
# What leads from a figure to what was aimed at: « 331 000 prises, pour un objectif de 349 000 ».
AIMED = re.compile(r"(?:,| (?:pour|contre|sur))(?: pour| contre| sur)? (?:objectif|cible|but|ambition|engagement) de ")
# What a sentence counts parts of, whatever it says of the whole: « Sur les 106 300 lignes prévues, 61 240 étaient ».
WHOLE = re.compile(r"(?:sur|parmi|de) <\d+;,Count,> [^<,]*(?:<[^>]*> [^<,]*)?, ")
# What says a figure again in other words: « 97 % des foyers d'ici 2025, soit 310 000 prises ».
SOIT = re.compile(r"(?:, )?soit (?:\w+ ){0,2}(?=<)")
# After these a sentence no longer tells what was on the day that it began with, but what is of it, or is to be.
TURNING = re.compile(r" (?:qui|appelée?s?|destinée?s?|visant|devant) ")
# « A et B ont versé respectivement 6 et 11 M€ »: each what stands at its place.
_WHO, _WHAT = r"<\d+;[^>]*,(?:Actor|Council|Name|Land|Fund),[^>]*> ", r"<\d+;,(?:Amount|Percent|Count|Length),[^>]*> "
RESPECTIVELY = re.compile(
    rf"(?P<one>{_WHO})(?:, [^<,;:]*{_WHO}, )?et (?P<other>{_WHO})(?P<does>[^<;:]*)"
    rf"(?P<first>{_WHAT})et (?P<second>{_WHAT})"
)
# What parts two figures that stand in one sentence.
APART = re.compile(
    r"[;:()]|,(?:Amount|Percent|Date|Length),"
    r"| (?:dont|contre|puis|soit|lieu|que|qui|est|sont|était|étaient|ont|a|avait|mais|sur|ne) "
)
EUROS = frozenset({"euros", "€", "M€", "millions"})
PAID = frozenset({("financement", "public"), ("financement", "prive"), ("financement", "national")})
# How far after a figure its date may stand, in words.
NEAR = 12
# How many words the heading of a column has at most.
LABEL = 10


@dataclass(frozen=True)
class Rewritten:
    """
    A sentence in the words of patterns.

    ``settled`` are the mentions, by the number in their token; ``starts`` is where each word of ``sentence`` begins in
    ``text``; ``above`` are the folded words of what stands over it; ``left_out`` are the words that another verb of
    the same subject has.
    """

    sentence: Sentence
    text: str
    settled: tuple[Settled, ...]
    starts: tuple[int, ...]
    above: tuple[str, ...] = ()
    left_out: frozenset[int] = frozenset()

    @property
    def forms(self) -> tuple[tuple[str, ...], ...]:
        """By what patterns are chosen, word by word: as it is folded, of a mention its classes ("@Company")."""
        return _forms(self.text)

    @cached_property
    def has(self) -> frozenset[str]:
        """The folded words and the classes of the sentence."""
        return frozenset(chain(*self.forms))

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """Return the clause around a stretch: what stands between semicolons."""
        left = self.text.rfind(" ; ", 0, start + 2 * self.text.startswith("; ", start))
        right = self.text.find(" ; ", max(end - 1, start))
        return (left + 3 if left >= 0 else 0), (right + 1 if right >= 0 else len(self.text))

    def about(self, found: "re.Match[str]", figure: bool) -> str:
        """Return the clause that speaks of a match; what follows the next number speaks of that one."""
        start, end = self.clause(found.start(), found.end())
        if figure and (whole := WHOLE.match(self.text, start)) and whole.end() <= found.start():
            start = whole.end()
        after = FIGURE.search(self.text, found.end(), end) if figure else None
        while after is not None and self._goes_on(found.end(), after.start()) and ",Count," in after[0]:
            after = FIGURE.search(self.text, after.end(), end)
        if after is None:
            return self.text[start:end]
        aimed = AIMED.search(self.text, found.end(), after.start())
        return self.text[start : aimed.start() if aimed else after.start()]

    def _goes_on(self, start: int, end: int) -> bool:
        """Say whether a stretch only counts more: « 110 000 foyers et entreprises de 158 communes, fin 2020 »."""
        return end - start < NEAR * 12 and not any(one.search(self.text, start, end) for one in (APART, AIMED))

    def words(self, start: int, end: int, reach: int) -> tuple[str, ...]:
        """Return the folded words of the sentence in a stretch, and ``reach`` words after it."""
        if not self.starts:
            return (*self.sentence.words(), *self.above)
        return self.sentence.words(*self._tokens(start, end, reach))

    def unnamed(self, start: int, end: int, reach: int) -> tuple[str, ...]:
        """Return the same without the names of actors: « Cher Fibre » and « THD42 exploitation » tell of no work."""
        first, last = self._tokens(start, end, reach) if self.starts else (0, None)
        named = {at for one in self.sentence.mentions if one.is_name for at in range(one.start, one.end)}
        all_ = self.sentence.tokens
        # « Une fois construit, le réseau ... », « une fois celui-ci construit » entrusts no building.
        fois = (at for at in range(len(all_) - 1) if all_[at].fold == "fois")
        named |= {at for one in fois for at in range(one + 1, one + 4)} | self.left_out
        # « 70 % de financement public » is no task.
        named |= {at for at, (one, then) in enumerate(pairwise(all_)) if (one.fold, then.fold) in PAID}
        named |= {at for at in range(2, len(all_)) if all_[at].fold == "financement" and all_[at - 2].text in EUROS}
        tokens = enumerate(all_[first:last], first)
        return (*(token.fold for at, token in tokens if token.fold and at not in named), *self.above)

    def _tokens(self, start: int, end: int, reach: int) -> tuple[int, int]:
        first = bisect_left(self.starts, self.starts[max(bisect_right(self.starts, start) - 1, 0)])
        return first, bisect_left(self.starts, end) + reach

    def dates(self, found: "re.Match[str]", date: "re.Match[str]") -> bool:
        """Say whether a date is that of a figure: it opens the sentence, or follows it with no other between."""
        if date.start() < found.start():
            if date[0][0] in ":;":  # it opens the clause
                return True
            if (soit := SOIT.match(self.text, date.end())) and found.start() <= soit.end() <= found.end():
                return True
            first = not NUMBER.search(self.text[: date.start()]) and "depuis" not in self.text[: date.end()]
            return first and not TURNING.search(self.text, date.end(), found.start())
        if self.text.endswith("depuis ", 0, self.text.find("<", date.start())):  # « ouvertes depuis janvier »
            return False
        if " depuis " in self.text[found.end() : date.start() + 1]:  # « tirés depuis le lancement, en mars 2018 »
            return False
        if EXPIRES.search(
            self.text[found.end() - 1 : date.start() + 1]
        ):  # « 2 200 km, dont la concession expire en 2032 »
            return False
        # « d'un chantier lancé en 2018 »
        if BEGAN.search(self.text[found.end() - 1 : self.text.find("<", date.start())]):
            return False
        if RELATED.search(self.text, found.end(), date.start()):  # « 90 000 sur un total de 117 000 qui seront prêtes »
            return False
        if AHEAD.match(date[0]):  # what is to be done by then is all of it
            return True
        between = self.text[found.end() : date.start()]
        figures = FIGURE.findall(between)
        goes_on = set(figures) == {",Count,"} and self._goes_on(found.end(), date.start())
        return (not figures or goes_on) and between.count(" ") < NEAR

    def pays(self, found: "re.Match[str]", programme: "re.Match[str]") -> bool:
        """Say whether a programme is that of a sum: no other sum stands between them."""
        first, second = sorted((found.span(), programme.span()))
        if second[0] < first[1]:  # « 58 M€, de l'État (21 M€, au titre du plan X) »: that of the sum in brackets
            inside = self.text[first[0] : second[0]]
            return "( <" not in inside or self.text[first[0] : first[1]].count(",Amount,") < 2
        start, _ = self.clause(*first)
        if first == programme.span() != second and ",Amount," in self.text[start : first[0]]:
            return False  # « 58 M€ de l'État, au titre du plan X, 12 M€ de la Région »: that of the sum before
        return ",Amount," not in self.text[first[1] : second[0]]

    def place(self, numbers: Collection[int]) -> int:
        """Return where the first of some mentions stands, -1 for none."""
        return self.text.find(f"<{min(numbers)};") if numbers else -1

    def before(self, place: int) -> str:
        """Return the words between the last mention or comma and a place."""
        return re.split(r"[,;:]|<[^>]*>", self.text[:place])[-1]

    def after(self, intro: "Rewritten") -> "Rewritten":
        """Return this sentence read on from the words that announce it."""
        shifted = NUMBER.sub(lambda found: f"<{int(found[1]) + len(self.settled)};", intro.text)
        return Rewritten(self.sentence, shifted + self.text, (*self.settled, *intro.settled), ())

    def asides(self, verbs: Set[str]) -> Sequence[tuple[int, int]]:
        """Return where asides stand between a subject and one of some verbs: « X, que préside Y, construit ... »."""
        return (*_asides(self.text, verbs), *(one.span() for one in ASIDE.finditer(self.text)))

    def plainly(self, verbs: Set[str]) -> list["Rewritten"]:
        """
        Return the sentence as shorter ones that say no more than it.

        One without what is set aside between subject and verb and in brackets; and one for each further verb of the
        same subject, which begins with that subject.
        """
        asides = [*self.asides(verbs), *(one.span() for one in BYTHEWAY.finditer(self.text))]
        asides += [one.span() for one in DURING.finditer(self.text)]
        asides += [one.span(one.lastgroup) for one in LOCATED.finditer(self.text) if one.lastgroup]
        short = self
        asides += [one.span("his") for one in HIS.finditer(self.text)]
        if through := VIA.search(self.text):
            asides = [span for span in asides if span[0] >= through.end() or span[1] <= through.start()]
            asides += [through.span("group"), *([through.span("comma")] if through["comma"] else [])]
        if through := VIA_FIRST.search(self.text):
            asides += [through.span("via"), through.span("group")]
        if asides:
            short = self._without([*asides, *(one.span() for one in ASIDE.finditer(self.text))])
        read = [short] if asides else []
        if counted := [one for one in COUNTED_OUT.finditer(self.text) if not _of_towns(one)]:
            spans = [one.span(part) for one in counted for part in ("group", "open")]
            read.append(self._without([*spans, (counted[-1].start("close"), len(self.text) - len(". "))]))
        if SIGNS.search(self.text) and (signs := list(REPRESENTS.finditer(self.text))):
            read.append(self._without([one.span(part) for one in signs for part in ("who", "then") if one[part]]))
        if (meant := _goes_on(short.text)) is not None:
            read.append(short._without([meant]))
        subject: re.Match[str] | None = None
        for one in SAYS.finditer(short.text):
            if one["verb"] not in verbs:
                continue
            if one["subject"]:
                subject = one if not SUBSIDIARY.search(short.text, 0, one.start()) else None
            elif subject is not None and not CLAUSE.search(short.text, subject.end(), one.start()):
                end, then = subject.end("subject"), one.start("said")
                left_out = frozenset(at for at, start in enumerate(short.starts) if end <= start < then)
                read.append(replace(short._without([(0, subject.start()), (end, then)]), left_out=left_out))
        return read

    def _without(self, spans: Collection[tuple[int, int]]) -> "Rewritten":
        """Return the sentence without some stretches of its text."""
        kept, starts, at = "", list(self.starts), 0
        for start, end in (*_joined(spans), (len(self.text), len(self.text))):
            if start > at:
                shift = len(kept) - at
                starts = [
                    s if not at <= old < start else old + shift for s, old in zip(starts, self.starts, strict=True)
                ]
                kept += self.text[at:start]
            starts = [len(kept) if start <= old < end else s for s, old in zip(starts, self.starts, strict=True)]
            at = end
        return Rewritten(self.sentence, kept, self.settled, tuple(starts))

    @cached_property
    def cells(self) -> list[str]:
        """The cells of a row of a table."""
        return self.text.split(": ")

    @property
    def counts(self) -> bool:
        """Whether a cell of a row, beside its label, holds a figure."""
        return any(re.search(r",(?:Count|Percent|Amount|Length),", cell) for cell in self.cells[1:])

    def columns(self, header: "Rewritten") -> list["Rewritten"]:
        """Return each cell of a row with the row's label and its column's header; none if they do not fit."""
        if len(header.cells) not in (len(self.cells), len(self.cells) - 1):
            return []
        heads = [""] * (len(self.cells) - len(header.cells)) + header.cells
        shifted = [NUMBER.sub(lambda found: f"<{int(found[1]) + len(self.settled)};", head) for head in heads]
        both = (*self.settled, *header.settled)
        return [
            Rewritten(self.sentence, f"{self.cells[0]}: {cell}{head}", both, ())
            for cell, head in zip(self.cells[1:], shifted[1:], strict=True)
        ]

    @property
    def is_label(self) -> bool:
        """Whether the sentence is a few words that end in no sign and count nothing, as over a column."""
        return self.text[-2:-1].isalpha() and self.text.count(" ") < LABEL and not FIGURE.search(self.text)

    def stacked(self, heads: Sequence["Rewritten"]) -> list[tuple["Rewritten", "Rewritten"]]:
        """
        Return each figure of a line that is nothing but a label and figures, with the heading of its column.

        A page whose table lost its columns has their headings one after another above the lines: « Zone RIP 59 500
        (85 %) 21 700 (36 %) ». None if they do not fit.
        """
        if len(heads) < 2:
            return []
        line = STACKED.fullmatch(self.text)
        cells = CELL.findall(line["cells"]) if line is not None else []
        if line is None or len(cells) > len(heads) or len(cells) < 2:
            return []
        heads = heads[-len(cells) :]
        return [
            (replace(self, text=f"{line['label']}{figure} {head.text}", starts=(), above=head.sentence.words()), head)
            for cell, head in zip(cells, heads, strict=True) if not NUMBER.search(head.text)
            for figure in cell if figure
        ]  # fmt: skip


def rewrite(sentence: Sentence, settled: Sequence[Settled], grammar: Grammar) -> Rewritten:
    """Return a sentence as patterns read it."""
    out, starts = "", list[int]()
    inside = settled[: len(sentence.mentions)]
    for number, above in enumerate(settled[len(inside) :], len(inside)):
        out += f"{_token(number, above)}, "  # the name above a title, as if it stood before it
    at, before, said = 0, None, ""
    mentions = iter(enumerate(inside))
    number, one = next(mentions, (-1, None))
    while at < len(sentence.tokens):
        while one is not None and one.mention.start < at:
            number, one = next(mentions, (-1, None))
        # « l'Union des secteurs d'énergie, l'Useda, a confié ... »
        again = one if one is not None and one.mention.start == at and one.thing is not None else None
        after = sentence.tokens[again.mention.end : again.mention.end + 1] if again is not None else ()
        aside = bool(after) and after[0].text == "," and out.endswith(f"{said}, ")
        if again is not None and again.thing == before and aside:
            out = out[: -len(", ")]
            starts += [len(out)] * (again.mention.end + 1 - at)
            at = again.mention.end + 1
            continue
        if one is not None and one.mention.start == at and one.classes:
            before = one.thing
            if one.mention.value is not None:
                out = grammar.qualifying.sub("", out)
            starts += [len(out)] * (one.mention.end - at)
            if one.mention.kind == "groups" and one.mention.value is not None:
                # A figure counts the words, a list takes the group: it stands as both.
                words = [token.text.lower() for token in sentence.tokens[at : one.mention.end]]
                words = [grammar.undone.get(word, word) for word in words if word not in grammar.dropped]
                out += " ".join(words) + " "
            if one.mention.kind == "demonym":
                out += "de "
            said = _token(number, one)
            out += said
            out += {GROUPING: "( ", ALLIED: ") "}.get(one.mention.kind, "")  # who is in it stands aside
            at = one.mention.end
            continue
        if one is not None and one.mention.start == at and one.mention.kind == "particulars":
            starts += [len(out)] * (one.mention.end - at)
            at = one.mention.end
            continue
        if one is not None and one.mention.start == at and one.mention.kind == "demonym" and out.endswith(",Group,> "):
            starts += [len(out)] * (one.mention.end - at)  # « les EPCI isérois »
            at = one.mention.end
            continue
        token = sentence.tokens[at]
        starts.append(len(out))
        if gone := next(
            (phrase for phrase in grammar.phrases.get(token.fold or token.text, ()) if _reads(sentence, at, phrase)), ()
        ):
            starts += [len(out)] * (len(gone) - 1)
            at += len(gone)
            continue
        word = token.text.lower()
        if not token.fold:
            out += "" if word in "«»" else word + " "
        elif word not in grammar.dropped:
            out += grammar.undone.get(word, word) + " "
        at += 1
    if any(token.fold == "respectivement" for token in sentence.tokens) and (apart := RESPECTIVELY.search(out)):
        each = apart.expand(r"\g<one>\g<does>\g<first>et \g<other>\g<does>\g<second>")
        out = out[: apart.start()] + each + out[apart.end() :]
        starts = [start + (len(each) - len(apart[0])) * (start >= apart.end()) for start in starts]
    return Rewritten(sentence, out, tuple(settled), tuple(starts))


def _reads(sentence: Sentence, at: int, phrase: Sequence[str]) -> bool:
    """Say whether the words of a phrase stand at a place."""
    return tuple(one.fold or one.text for one in sentence.tokens[at : at + len(phrase)]) == phrase


@lru_cache(maxsize=1 << 12)
def _asides(text: str, verbs: Set[str]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    if BESIDE.match(text):
        says = (one.start() for one in SAYS.finditer(text) if one["subject"] and one["verb"] in verbs)
        found += [(0, start) for start in says if text.startswith(", ", start - 2)][:1]
    for comma in COMMA.finditer(text):
        which = comma["verb"] == "qui"
        if not which and comma["verb"] not in verbs:
            continue
        clause = max(text.rfind(f" {sign} ", 0, comma.start()) for sign in ";:.")
        opening = next(_openings(text, clause + 1, comma.start(), verbs), None)
        if which and (opening is None or not APPOSED.match(text, opening)):  # « avec X, filiale de Y, qui ... »
            named = (one.end() for one in SUBJECT.finditer(text, clause + 1, comma.start()))
            opening = next((end for end in named if APPOSED.match(text, end)), opening)
        if which and opening is not None and not APPOSED.match(text, opening):
            continue
        if opening is not None and (not found or found[-1][1] <= opening):
            found.append((opening, comma.end()))
    return tuple(found)


def _openings(text: str, start: int, end: int, verbs: Set[str]) -> Iterator[int]:
    """Yield where a comma follows who may be a subject and has no verb before it since the last comma."""
    for one in SUBJECT.finditer(text, start, end):
        since = max(text.rfind(", ", start, one.start()), start)
        named = COMPLEMENT.match(text, one.end(), end)
        before = text[since : one.start()].removeprefix("ce est ").split()
        for at in range(len(before) - 1, 0, -1):
            if before[at] == "que" and before[at - 1] in verbs:  # « il rappelle que la phase 1, lancée en 2014, ... »
                before = before[at + 1 :]
                break
        if named is None or before[-1:] in IN or not verbs.isdisjoint(before):
            continue
        if not LISTED.match(text, named.end()) or not verbs.isdisjoint(text[named.end() : end].split()):
            yield named.end()


def _joined(spans: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return stretches in their order, those inside others left out."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if not joined or start >= joined[-1][1]:
            joined.append((start, end))
    return joined


def _token(number: int, one: Settled) -> str:
    return f"<{number};,{_written(one.classes)},> "


@lru_cache(maxsize=1 << 12)
def _written(classes: frozenset[str]) -> str:
    return ",".join(sorted(classes))


@lru_cache(maxsize=1 << 12)
def _goes_on(text: str) -> tuple[int, int] | None:
    """Return what stands between who a sentence is about and what it goes on to say of them with « il »."""
    if (he := HE.search(text)) is None:
        return None
    named = list(SUBJECT.finditer(text, 0, he.start() + 1))
    only = len(named) == 1 and ",Actor," in named[0][0] and not CLAUSE.search(text, named[0].end(), he.start())
    return (named[0].end(), he.end()) if only else None


def _of_towns(counted: "re.Match[str]") -> bool:
    """Say whether brackets name the towns of the communities that they count out, and not these."""
    return ",Commune," in counted[0] and bool(OF_TOWNS.search(counted[0]))


def _forms(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(_chosen(*found) for found in MARKED.findall(text))


@lru_cache(maxsize=1 << 16)
def _chosen(classes: str, word: str) -> tuple[str, ...]:
    return tuple(f"@{cls}" for cls in classes.split(",")) if classes else (fold_word(word),)
