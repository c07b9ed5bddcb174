"""
From sentences to proposals: each match of a frame states its template, with the things that the text means.

A role is filled by the mention that the pattern found, else by the words of the sentence, else by what the document
speaks of; what stays empty states nothing. Of all that is not in the sentence itself, the sentence that has it is
what the passage is read with.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import chain, pairwise

from pyoxigraph import Literal, NamedNode, Triple

from dorsale.documents.blocks import ITEM, ROW, Block
from dorsale.documents.extract import tables
from dorsale.documents.extract.dating import Dating, ahead, latest
from dorsale.documents.extract.discourse import Discourse, Settled, is_entry
from dorsale.documents.extract.entrusting import entrusted, granted, tells
from dorsale.documents.extract.lexicon import Lexicon, Thing
from dorsale.documents.extract.mentions import Sentence
from dorsale.documents.extract.nodes import Nodes, Terms
from dorsale.documents.extract.rewriting import SUBSIDIARY, TO_COME, TOKEN, Rewritten, rewrite
from dorsale.documents.extract.stating import instances
from dorsale.documents.extract.sums import Sum, led, paid_of, parts, payers, stated
from dorsale.documents.extract.turning import answered, turned
from dorsale.documents.frames import VARIABLE, Frame, Frames, Pattern
from dorsale.documents.values import Value
from dorsale.names import CODE, dor, fold

INDICATOR, STATUS = dor("indicator"), f"{CODE}status/"
AMOUNTS = frozenset({dor("amount"), dor("maximumAmount")})
FUNDER, PURPOSE, KIND = dor("funder"), dor("purpose"), dor("amountKind")
PRICE = NamedNode(f"{CODE}amount-kind/price")
PERCENT = NamedNode(f"{CODE}unit/percent")
OBSERVED, DATE = dor("observedOn"), NamedNode(f"{VARIABLE}date")
UNDERTAKINGS = frozenset({"Project", "Programme"})
# What is kept of contracts and their networks until the end of the text.
SPOKEN = frozenset({"contract", "network", "undertaking"})
# What the parties of a delegation are in a market.
PROCURED = {dor("delegatee"): dor("contractor"), dor("grantor"): dor("contractingAuthority")}
OPERATION, BUILDING = NamedNode(f"{CODE}mission/operation"), NamedNode(f"{CODE}mission/construction")
# The roles of numbers, each of which is counted once.
FIGURES = frozenset({"value", "amount"})
# The roles of what a figure is of, where that may have a technology.
OF_NETWORKS = frozenset({"about", "home"})
# The roles of dates that a year or a day before the sentence may fill: « 2005. Le Département attribue ... »
WHEN = frozenset({"date", "awarded"})
OWN = (("sa",), ("son",), ("ses",))
# How a sentence goes on about what the one before begins with.
GOES_ON = (("il",), ("elle",))
COSTS_OF = re.compile(
    r"\bqu (?:il|elle) (?:a|avait|aura) coute|\by (?:met|appor|consacr|invest|engag|contribu|particip)"
)
# The classes that a role may give to a name of which nothing else is known, the first that it asks for.
TYPED_BY_USE = (
    "Person", "Company", "TelecomOperator", "PublicBody", "SyndicatMixte", "Actor", "Network", "Project", "Programme",
    "Service", "Place",
)  # fmt: skip
# Roles that ask for who acts, and for the land itself: a territory is the one or the other.
ACTING = frozenset({"Council", "Actor", "PublicBody", "LocalAuthority", "Department", "Region"})
LYING = frozenset({"Territory", "Land", "Place", "Commune", "Departement"})
# What a part ("dont 57 en Lozère") takes over from its whole.
TAKEN_OVER = {
    INDICATOR: "indicator", dor("unit"): "unit", dor("rateOf"): "rateOf", dor("about"): "same", OBSERVED: "seen",
    dor("targetDate"): "due",
}  # fmt: skip
DATES = frozenset({"seen", "due"})
# What a figure counts that leaves out the noun of the one before: « 405 sont raccordées ».
ELIDED = {
    role: frozenset(NamedNode(f"{CODE}indicator/{name}") for name in names)
    for role, names in {
        "municipalities": ("municipality-count", "municipalities-covered"),
        "premises": (
            "premises-planned", "premises-programmed", "premises-connectable", "premises-marketable",
            "premises-connected", "households-covered", "households-connected",
        ),
    }.items()
}  # fmt: skip
# How many sentences back a network is still the one that figures are of, though it is not the document's own.
NEARBY = 2
# How many words after a number still speak of it, and how many sentences after a table a note on it.
REACH, NOTED = 3, 2
Match = tuple[Frame, Pattern, "re.Match[str]"]
# The text of a sentence as it is read, and where asides stand in it.
Reading = tuple[str, tuple[tuple[int, int], ...]]


# What a list consists of, and with what an item of it ends that another list goes on.
LISTING, LEADING = frozenset({ITEM, ROW}), (("de",), ("dont",), ("suit",))
# Where what a number counts is, if it is in one place: « 913 locaux vont être raccordés à Agonac, ».
COUNTED_AT = re.compile(
    r"(?:a|en|dans|sur) (?:(?:ville|commune|agglomération|département) de )?<(?P<number>\d+);[^>]*,Territory,[^>]*> "
    r"(?!(?:et |, |, dans )<\d+;[^>]*,Territory,|, a <|a |ne |être |[^ <]+(?:e|ent|ait) )"
)
# What goes before the parts of what it names.
ANNOUNCED = re.compile(r" : .* ; ")
WORD = re.compile(r"(?<![<;,])\b[^\W\d]{2,}(?= )")
# After a sum, what leads to those that it consists of: « Les 164 millions restants sont publics : 77 pour l'État ».
ANNOUNCES = re.compile(r"<[^>]*> [^<;.]*: ")
# What a list whose items are stages is announced as.
STAGES = frozenset({"etapes", "phases", "tranches", "volets"})
# What the row of a total is called.
TOTAL = frozenset({"total", "ensemble"})
# What makes a sum one of the parts of the sum before it.
WITHIN = re.compile(r"\b(?:dont|comprend|comprenant|incluant|inclut|y compris) (?:\S+ ){0,2}$")
# What makes a sum the whole of the others beside it, and what makes sums parts of the one in the sentence before.
WHOLE = re.compile(
    r"(?:(?:^|[;:,] )sur|\b(?:sur|dans) (?=total|enveloppe|budget|coût|montant|investissement)) ?(?:[^ <,;:]+ ){0,4}$"
)
# « 59 M€, provient de l'État (35 M€) et de l'Europe (18 M€) »
MADE_OF = re.compile(
    r"<[^>]*> (?:, )?(?:qui )?(?:(?:provien|vien)\w+ de|se réparti\w+ entre|est \w+ (?:par|entre)) "
    r"<[^>]*> \( <[^>]*,Amount,"
)
OF_BEFORE = re.compile(
    r"\b(?:sur|de|dans) (?:cette (?:somme|enveloppe|depense|facture)|ce (?:montant|total|budget|cout))\b"
    r"|\bce (?:montant|total|budget) (?:comprend|inclut)\b"
    r"|\by (?:(?:a|ont|aura|auront) )?(?:particip|contribu|concour)\w+"
)
# What comes on top of the sums before it is part of none: « 275 M€, auxquels s'ajoutent 52 M€ ».
ADDED = re.compile(r" se ajout\w+ (?:[^ <]+ ){0,3}$")
# What says a sum again, and may be any that was told: « Ces 36 millions viennent de A ; B paie le reste ».
AGAIN = re.compile(r"\bces (?:[\d ]+|\w+ )(?:euros|million|milliard)")
# What comes beside a sum that was told, and is no part of it.
BESIDE = re.compile(
    r"\b(?:en outre|par ailleurs|en sus|en plus|s y ajout\w+|de surcroit)\b"
    r"|^l[ea]? (?:seconde?|deuxieme|troisieme|autre)\b"
)
# After a figure these say of what it is not one: « 8 000 foyers n'ont pas encore migré ».
UNDONE = re.compile(r"ne (?:\S+ ){1,3}?(?:pas|plus|jamais|guère) ")
# What would be if something else were: « S'il était signé, 1 500 logements seraient raccordés ».
IF = re.compile(r"(?:si|se ils?) [^.]* \S+rai(?:en)?t ")
# How a question begins that asks whether something is so.
WHETHER = re.compile(
    r"(?:est (?!que )|se agit il |y a t il |existe t il |faut il |peut on |(?:et|mais) si |comment |pourquoi )[^?]*\? $"
)
# A name with brackets after it: « filiale d'ETDE (Bouygues Construction) ».
BRACKETED = re.compile(r"<[^>]*> \( <[^>]*> \) $")
# Of which land several are: « les 263 communes de la Dordogne adhèrent à X ».
MANY = re.compile(r"<\d+;[^>]*,Group,[^>]*> de $")
# A town, or any land, and what stands before one where somebody or something is: « le plan numérique en Dordogne ».
PLACED = (
    (re.compile(r"<(?P<number>\d+);[^>]*,Commune,"), re.compile(r"(?:^| )(?:a|en|dans|sur) $")),
    (re.compile(r"<(?P<number>\d+);[^>]*,Territory,"), re.compile(r"(?:^| )(?:en|dans) $")),
)
# An entry of a list and what it counts, and one that leaves that out; how many such entries there are at most.
LANDS = re.compile(r"<(?P<number>\d+);[^>]*,Territory,[^>]*> : <\d+;,(?:Count|Percent|Length),")
LABEL = r"(?P<entry>(?:[^<:;.]|<[^>]*>){1,80}: <\d+;,Count,> )"
COUNTED = re.compile(rf"{LABEL}(?P<what>[^<>:;.]+ )[;.]? ?$")
BARE, LONGEST = re.compile(rf"{LABEL}[;.]? ?$"), 120
# What is done before, by whomever: « elle recevra le réseau une fois construit ».
ONCE = re.compile(r"\bfois (?:celui ci |celle ci |ce dernier |il |elle )?(?:sera )?\w+ ")
# What somebody does not do: « X, qui ne construit rien ».
DENIED = re.compile(r"\bne (?:\S+ ){1,3}?(?:pas|plus|rien|jamais) [^,;.]*|\ba (?:dépens|détriment) de .*")
# What somebody else does, or what is done by or goes to somebody else: « construit par A et exploité par B ».
AGENT = r"<(?P<{}>\d+);[^>]*,(?:Actor|Council|Name),[^>]*> "
OTHERS = re.compile(
    rf"{AGENT.format('who')}(?:(?:en|y|ne|se|a|ont|avait|aura|est|sera|,) )*"
    r"(?!de |et |a |par |avec |pour )[^ <,;:.()]+ "
    r"|(?<![^ ])(?!vend|propos|offr)[^ <,;:.()]+ "
    r"(?:<[^>]*,Date,[^>]*> |(?!confi|attribu|vend|propos|offr|par |a )[^ <,;:.()]+ ){0,2}"
    rf"(?:par|a) {AGENT.format('by')}"
)
# Who has done what is said to be done.
AGENTIVE = re.compile(r" par <[^<]*> $")
# Between a figure and the whole that it is out of.
OUT_OF = re.compile(r" sur (?:[a-z]+ ){0,3}$")


@dataclass
class Proposal:
    """What one match of a frame states: its triples, the sentence, and the sentences that it is read with."""

    frame: str
    sentence: int
    triples: list[Triple]
    reads_with: set[int] = field(default_factory=set)
    things: list[Thing] = field(default_factory=list)


class Proposer:
    """
    Applies frames to the sentences of one document.

    ``before`` is what a first reading of it has found, ``matched`` what it has matched; ``answers`` gives the matches
    that something else than patterns sees in a sentence.
    """

    def __init__(
        self, lexicon: Lexicon, frames: Frames, discourse: Discourse, base: str, before: Discourse | None = None,
        matched: dict[Reading, list[Match]] | None = None,
        answers: Callable[[Rewritten], Iterable[Match]] = lambda _: (),
    ) -> None:  # fmt: skip
        self.lexicon, self.frames, self.discourse, self.before = lexicon, frames, discourse, before
        self.answers = answers
        self.matched: dict[Reading, list[Match]] = {} if matched is None else matched
        self.nodes = Nodes(lexicon, discourse, base)
        self.dating = Dating(lexicon.grammar)
        self._figures: list[tuple[int, Terms]] = []
        self._before: tuple[int, Terms] = (-2, {})
        self._sums: list[tuple[int, Sum]] = []
        self._lead: Sum | None = None
        self._spent: Sum | None = None
        self._cost: tuple[Sum, Sentence] | None = None
        # The sum of which a sentence told shares: the next may tell others.
        self._shared: tuple[int, Sum] | None = None
        # The stage of which a block has told the cost: who pays what after it pays for that.
        self._paying: tuple[Block, Thing] | None = None
        self._items: list[Sum] = []
        self._listing = ""
        self._intro: Rewritten | None = None
        self._items_of: list[Block] = []
        self._stage: Thing | None = None
        self._header: Rewritten | None = None
        self._asked: Rewritten | None = None
        # The office that was told of last: whose it is and what it is called, and in which sentence.
        self._office: tuple[int, Terms] | None = None
        # What the roles of the frame that is being read would make of names.
        self._uses: list[tuple[Thing, str]] = []
        self._counted: Rewritten | None = None
        self._heads: list[Rewritten] = []
        self._cells: list[tables.Cell] = []
        self._table: list[tables.Cell] = []
        self._celled: set[int] = set()
        self._contracts: list[tuple[int, Triple]] = []
        self._latest = ""
        self._blocks: list[Block] = []
        self._last: Sequence[Settled] = ()

    def propose(self, sentences: Sequence[Sentence]) -> Iterator[Proposal]:
        """Yield the proposals of the sentences, in their order."""
        self._latest = latest(sentences)
        self._blocks = [sentence.block for sentence in sentences]
        for sentence in sentences:
            settled = self.discourse.settle(sentence)
            self.dating.read(sentence, settled)
            read = rewrite(sentence, settled, self.lexicon.grammar)
            self._celled = set()
            yield from self._laid_out(read)
            if self._figures:
                self._before = (sentence.index - 1, self._figures[-1][1])
            self._figures = []
            counted = self._celled
            paying: set[int] = set()
            told: list[tuple[int, Proposal]] = []
            for form, frame, pattern, found in sorted(self._forms(read), key=lambda each: each[1].last):
                bound = pattern.bound(found)
                figures = {number for role in FIGURES & bound.keys() for number in bound[role]}
                if figures & counted:  # a number is one figure: the first frame that reads it keeps it
                    continue
                payers = set(bound.get("funder", ())) if "funding" in frame.mint else set()
                if payers and payers <= paying and not figures:  # who pays a sum that is said pays no other beside it
                    continue
                if proposal := self.state(form, frame, pattern, found):
                    counted |= figures
                    paying |= payers
                    self._add_up(read, proposal, figures)
                    yield proposal
                    if figures:
                        told.append((read.place(figures), proposal))
                    if not frame.variables.isdisjoint(SPOKEN):
                        self._contracts += [(sentence.index, one) for one in proposal.triples if tells(one)]
            if len(told) > 1:
                yield from self._out_of(read, told)
            yield from self._parts(sentence)
            self._last = settled
        yield from self._beside(None)
        yield from self._parts(None)
        given = granted(self._contracts, self._is_public, self._syndicat())
        for work, held, fact in (*entrusted(self._contracts), *given):
            ends = (one for one in (fact.subject, fact.object) if isinstance(one, NamedNode))
            named = {self.discourse.first.get(one.value, work) for one in ends}
            yield Proposal("entrusted", work, [fact], {held, *named} - {work})

    def _syndicat(self) -> tuple[int, NamedNode] | None:
        """Return the only syndicat that the text speaks of, if it names no council before, and where it names it."""
        first, spoken = self.discourse.first, [thing for _, thing in self.discourse.spoken.values()]
        found = [thing.iri for thing in spoken if "SyndicatMixte" in thing.classes and thing.iri.value in first]
        if len(found) != 1:
            return None
        where = first[found[0].value]
        councils = (thing.iri.value for thing in spoken if "LocalAuthority" in thing.classes)
        return None if any(first.get(council, where + 1) <= where for council in councils) else (where, found[0])

    def _is_public(self, iri: NamedNode) -> bool:
        """Say whether a thing is a public body."""
        _, thing = self.discourse.spoken.get(iri.value, (0, None))
        return thing is not None and "PublicBody" in thing.classes

    def _forms(self, read: Rewritten) -> Iterator[tuple[Rewritten, Frame, Pattern, "re.Match[str]"]]:
        """Yield what matches in a sentence, then in the shorter ones that it is made of."""
        plain = read.plainly(self.frames.predicates)
        leaning = self.lexicon.grammar.leaning
        turns = turned(read, self.frames.predicates, self.frames.participles, leaning)
        for form in (read, *plain, *turns):
            asides = () if form in plain else form.asides(self.frames.predicates)
            answers = self.answers(form) if form is read else ()
            for frame, pattern, found in chain(self._matches(form, asides), answers):
                # What an aside says is not said of the verb after it, and what a subsidiary does not of its group.
                apart = _crosses(asides, *found.span()) or _of_group(form.text, found)
                if not apart and not _is_where(form.text, frame, pattern, found):
                    yield form, frame, pattern, found

    def _matches(self, read: Rewritten, asides: Sequence[tuple[int, int]] = ()) -> list[Match]:
        """Return what frames match in a sentence; one that reads the same the second time is not looked at again."""
        key = read.text, tuple(asides)
        if key not in self.matched:
            found = self.frames.matches(read.text, read.forms, lambda *span: not _crosses(asides, *span))
            self.matched[key] = list(found)
        return self.matched[key]

    def _laid_out(self, read: Rewritten) -> Iterator[Proposal]:
        """Yield what a sentence states together with the one that the page puts above it: a header, an announcement."""
        kind = read.sentence.block.kind
        if self._asked is not None and (said := answered(self._asked, read)) is not None:
            yield from self._read_with(said, self._asked, lambda _: True)
        if COUNTED.match(read.text):
            self._counted = read
        elif self._counted is not None and (counts := self._counts_as(read, self._counted)) is not None:
            yield from self._read_with(counts, self._counted, lambda _: True, self._celled, read)
        if self._asked is not None and kind not in LISTING:
            length = len(self._asked.text)
            both = read.after(self._asked)
            crossing = self._read_with(
                both, self._asked, lambda one: one.start() < length < one.end(), self._celled, read
            )
            yield from crossing
        self._asked = read if read.text.endswith("? ") else None
        if kind != ROW:
            self._header = None
        elif not read.counts:
            self._header = read if len(read.cells) > 1 else None
        elif self._header is not None and len(read.cells) > 2:
            for column, cell in enumerate(read.columns(self._header)):
                yield from self._tabled(cell, self._header, column)
        if cells := read.stacked(self._heads):
            for cell, head in cells:
                yield from self._tabled(cell, head, head.sentence.index)
        else:
            self._heads = [*self._heads, read] if read.is_label else []
            if self._cells or self._table:
                yield from self._beside(read.sentence)
        if kind == ITEM and self._intro is not None:
            length = len(self._intro.text)
            spans = read.after(self._intro)
            own = {
                number for _, pattern, found in self._matches(read)
                for role, numbers in pattern.bound(found).items() if role in FIGURES for number in numbers
            }  # fmt: skip
            yield from self._read_with(spans, self._intro, lambda found: found.start() < length < found.end(), own)
        elif read.text.endswith(": "):
            self._intro, self._items_of = read, []
        elif kind != ITEM:
            self._intro = None
        self._stage = self._staged(read.sentence)

    def _counts_as(self, read: Rewritten, before: Rewritten) -> Rewritten | None:
        """Return an entry with what the one before counts: « Lot : 131 000 » after « Aveyron : 154 000 prises »."""
        said, bare = COUNTED.match(before.text), BARE.match(read.text)
        follows = read.sentence.block.kind in LISTING and read.sentence.index - before.sentence.index < LONGEST
        if said is None or bare is None or not follows:
            self._counted = None
            return None
        return replace(read, text=f"{bare['entry']}{said['what']}", above=before.sentence.words())

    def _staged(self, sentence: Sentence) -> Thing | None:
        """Return the stage of which an item of a list of stages speaks: « Deux étapes : 1) ... 2) ... »."""
        intro = self._intro.sentence if self._intro is not None else None
        stages = STAGES & set(intro.words()) if intro is not None else None
        if sentence.block.kind != ITEM or intro is None or not stages:
            return None
        if sentence.block not in self._items_of:
            self._items_of.append(sentence.block)
        label = f"{min(stages).removesuffix('s')} {len(self._items_of)}"
        stage = self.lexicon.thing(f"{self.discourse.slug} {label}", "Project")
        self.discourse.first.setdefault(stage.iri.value, intro.index)
        return replace(stage, label=label, unnamed=True)

    def _tabled(self, cell: Rewritten, head: Rewritten, column: int) -> Iterator[Proposal]:
        """Yield what a cell of a table states under the head of its column, and keep its figures."""
        for proposal in self._read_with(cell, head, lambda _: True, self._celled):
            self._cells += tables.cell(proposal.sentence, column, proposal.triples)
            yield proposal

    def _beside(self, sentence: Sentence | None) -> Iterator[Proposal]:
        """Yield what the figures of a table that is over say of each other, and what a note under it says of all."""
        if sentence is not None and sentence.block.kind == ROW:
            return
        for part, whole in tables.parts(self._cells):
            above = {whole.sentence} - {part.sentence}
            yield Proposal("table", part.sentence, [tables.stated(part, whole)], above)
        if self._cells:
            self._table, self._cells = self._cells, []
        if sentence is None or not self._table or sentence.index > self._table[-1].sentence + NOTED:
            self._table = []
        elif (date := self.dating.noted(sentence)) is not None:
            for one in (cell for cell in self._table if not cell.dated):
                dated = [*instances(Triple(one.node, OBSERVED, DATE), {"date": [date]})]
                yield Proposal("table", one.sentence, dated, {sentence.index})

    def _read_with(
        self, read: Rewritten, above: Rewritten, fits: Callable[["re.Match[str]"], bool],
        counted: set[int] | None = None, own: Rewritten | None = None,
    ) -> Iterator[Proposal]:  # fmt: skip
        counted = set() if counted is None else counted
        for frame, pattern, found in self._matches(read):
            bound = pattern.bound(found)
            figures = {number for role in FIGURES & bound.keys() for number in bound[role]}
            if counted and not figures and "funding" in frame.mint:  # « Financeurs : », then who pays and how much
                continue
            if fits(found) and not figures & counted and (proposal := self.state(read, frame, pattern, found)):
                counted |= figures
                if counted is self._celled:
                    self._add_up(own or read, proposal, figures)
                proposal.reads_with.add(above.sentence.index)
                yield proposal

    def state(self, read: Rewritten, frame: Frame, pattern: Pattern, found: "re.Match[str]") -> Proposal | None:
        """Return what a match of a frame states, or None where it is denied, only supposed, or misses what it needs."""
        grammar = self.lexicon.grammar
        said, counts = TOKEN.sub("", found[0]), not FIGURES.isdisjoint(pattern.filled)
        supposed = not counts and grammar.supposed.search(said)
        clause = read.text[read.clause(found.start(), found.end())[0] : found.start()]
        wished = not counts and grammar.wished.search(TOKEN.sub("", clause))
        before = read.before(found.start())
        if frame.outside:
            said, before = grammar.excluded.sub("", said), grammar.excluded.sub("", before)
        if wished or supposed or grammar.negated.search(said) or grammar.denied.search(before):
            return None
        if (counts and UNDONE.match(read.text, found.end())) or WHETHER.match(read.text):
            return None
        if "observation" in frame.mint and IF.match(read.text):
            return None
        proposal = Proposal(frame.name, read.sentence.index, [])
        if frame.under and (self.discourse.section is None or frame.under not in fold(self.discourse.section.label)):
            return None
        if not frame.states:  # it only keeps a number from being read as a figure
            return proposal
        around = read.about(found, counts)
        plain = TOKEN.sub("", around)
        if "done" in frame.variables:  # « Il prévoyait trois phases : la première, achevée en 2017, ... »
            plain = plain.rsplit(" : ", 1)[-1]
        if "funding" in frame.mint and grammar.hypothesis.search(plain):
            return None
        bound = self._bound(read, frame, pattern, found)
        if pattern.roles and (frame.asked | frame.needs).isdisjoint(pattern.roles.values()):
            return None  # it keeps others from reading it
        terms: Terms = {}
        self._uses = []
        for role, ones in bound.items():
            wanted = frame.wanted(pattern, role)
            # Who only stands beside what is stated is nobody that the text is found to speak of.
            kept = proposal if role in frame.asked else Proposal(frame.name, read.sentence.index, [])
            terms[role] = [term for one in ones if (term := self._term(one, wanted, kept)) is not None]
        if "observation" in frame.mint and FIGURES.isdisjoint(terms):  # what is there keeps others from reading it so
            return None
        if any(role in terms and not terms[role] for role in pattern.roles.values()):
            return None
        if any("Fund" in one.classes for one in terms.get("funder", ()) if isinstance(one, Thing)):
            terms.pop("programme", None)  # « FNSN (FSN) : 26 M€ » is one fund
        self._announced(read, frame, pattern, found, terms)
        self._left_open(read, frame, terms, proposal, pattern, found)
        if counts and "technology" in frame.codes and not terms.get("technology") and frame.variables & OF_NETWORKS:
            self._of_section(terms, proposal)
        self._also(read, frame, pattern, found, terms)
        if read.sentence.block.kind == ITEM and self._intro is not None:
            lead = TOKEN.sub("", self._intro.text)  # what a list announces as to come, its items are
            if grammar.future.search(lead) or grammar.aim.search(lead):
                plain = lead + plain
                proposal.reads_with.add(self._intro.sentence.index)
            if counts and not terms.get("date") and (date := self._date_of(frame, self._intro)) is not None:
                terms["date"] = [date]
                proposal.reads_with.add(self._intro.sentence.index)
        plan = self.dating.plan if counts else None
        if plan is not None:
            proposal.reads_with.add(plan)
        to_come = plan is not None or bool(grammar.future.search(plain)) or self._is_heralded(read.sentence, terms)
        self._modal(frame, terms, to_come, bool(grammar.aim.search(plain)))
        counted = "value" in terms and NamedNode(f"{STATUS}reported") in terms.get("status", ())
        words = read.words(*read.clause(*found.span()), 0)
        if counted and not terms.get("date") and (told := self.dating.of(read.sentence, words, ",Date," in around)):
            proposal.reads_with.add(told[0])
            terms["date"] = [told[1]]
        if any(not terms.get(role) for role in frame.needs):
            return None
        for one in terms.get(frame.each, [None]):
            single = terms if one is None else {**terms, frame.each: [one]}
            proposal.reads_with |= self.nodes.mint(read.sentence, frame, single, bound) - {read.sentence.index}
            for triple in frame.states:
                proposal.triples += instances(triple, single)
            terms = {**single, **terms}
        if "observation" in terms and "whole" not in terms:
            taken: Terms = {
                TAKEN_OVER[one.predicate]: [one.object] for one in proposal.triples if one.predicate in TAKEN_OVER
            }
            self._figures.append((_number(pattern, found), {"whole": terms["observation"], **taken}))
            self._figures.sort(key=lambda each: each[0])
        if "membership" in terms and (organization := terms.get("organization")):
            self._office = read.sentence.index, {"organization": organization, "title": terms.get("title", [])}
        missions = set(terms.get("mission", ()))
        if missions.isdisjoint({OPERATION}) or BUILDING in missions:  # who only runs it is no contractor of works
            proposal.triples = list(map(self._procured, proposal.triples))
        proposal.triples = list(dict.fromkeys(proposal.triples))
        for thing, use in self._uses if proposal.triples else ():  # what states nothing says nothing of a name
            self.discourse.type(thing, use)
        return proposal if proposal.triples else None

    def _procured(self, triple: Triple) -> Triple:
        """Return a fact as it is of a market, where the text tells of markets and delegates nothing."""
        market = self.before is not None and self.before.procures and not self.before.delegates
        role = PROCURED.get(triple.predicate) if market else None
        return triple if role is None else Triple(triple.subject, role, triple.object)

    def _bound(
        self, read: Rewritten, frame: Frame, pattern: Pattern, found: "re.Match[str]"
    ) -> dict[str, list[Settled]]:
        """Return the mentions in each role: those of the match, then those that stand around it in the clause."""
        bound = {role: [read.settled[n] for n in numbers] for role, numbers in pattern.bound(found).items()}
        used = {id(one) for ones in bound.values() for one in ones}
        start, end = read.clause(found.start(), found.end())
        for patterns in frame.around.values():
            fitting = (one for one in patterns if one.may_fit(read.has))
            others = ((one, other) for one in fitting for other in one.regex.finditer(read.text, start, end))
            for one, other in others:
                roles = {role: [read.settled[n] for n in numbers] for role, numbers in one.bound(other).items()}
                new = {id(settled) for ones in roles.values() for settled in ones}
                if new & used or roles.keys() & bound.keys() or ("date" in roles and not read.dates(found, other)):
                    continue
                if "programme" in roles and not read.pays(found, other):
                    continue
                if "date" in roles and TO_COME.search(other[0]):
                    roles["date"] = [ahead(one) for one in roles["date"]]
                bound.update(roles)
                used |= new
                break
        return bound

    def _date_of(self, frame: Frame, lead: Rewritten) -> Value | None:
        """Return the date that announces a list: « Étaient attendus fin 2017 : »."""
        for pattern in frame.around.get("date", ()):
            if (found := pattern.regex.search(lead.text)) is not None:
                (number,) = pattern.bound(found)["date"]
                one = lead.settled[number]
                return (ahead(one) if TO_COME.search(found[0]) else one).mention.value
        return None

    def _term(self, one: Settled, wanted: frozenset[str], proposal: Proposal) -> object | None:
        """Return what a mention stands for in a role: a thing, a value, a title; the council of a land that acts."""
        if one.mention.value is not None and one.mention.kind != "groups":
            if one.mention.above is not None and one.mention.above != proposal.sentence:
                proposal.reads_with.add(one.mention.above)
            return one.mention.value
        if one.mention.kind == "function":
            return Literal(one.mention.label, language="fr")
        if one.thing is None:
            return one
        if "Name" in one.classes and "Network" in one.thing.classes and not wanted & one.thing.classes:
            actors = (cls for cls in TYPED_BY_USE if cls in wanted and "Actor" in self.lexicon.above(cls))
            bearer = next(actors, None)
            return self._called(one.thing.label, bearer, proposal) if bearer else None
        thing = self._side(one.thing, wanted)
        if thing is None:
            return None
        if thing != one.thing and "LocalAuthority" in thing.classes:
            proposal.reads_with |= self._kind_said(thing) - {proposal.sentence}
        use = next((cls for cls in TYPED_BY_USE if cls in wanted), None) if thing.cls == "Name" else None
        if thing.cls == "Actor" and not thing.known and "Company" in wanted:
            use = "Company"  # of whom somebody was an officer before
        if use is not None:
            self._uses.append((thing, use))
            thing = self.discourse.used(thing, use)
        where = one.where if one.where is not None or one.named else self.discourse.first.get(thing.iri.value)
        if where is not None and where != proposal.sentence:
            proposal.reads_with.add(where)
        proposal.things.append(thing)
        return thing

    def _kind_said(self, council: Thing) -> set[int]:
        """Return the sentence that says of a land that it acts as a council: by its name, else by the word for it."""
        known = (self.discourse, *([self.before] if self.before else []))
        told = (one.first.get(council.iri.value, one.kinds.get(council.cls)) for one in known)
        return set([where for where in told if where is not None][:1])

    def _called(self, label: str, cls: str, proposal: Proposal) -> Thing:
        """Return the company, or another actor, that a network is called like."""
        thing = self.lexicon.thing(label, cls)
        thing = self.discourse.typed.setdefault(thing.iri.value, thing)
        self.discourse.speak(proposal.sentence, thing)
        proposal.things.append(thing)
        return thing

    def _side(self, thing: Thing, wanted: frozenset[str]) -> Thing | None:
        """Return the council or the land of a territory, whichever the role asks for."""
        acts, lies = bool(wanted & ACTING), bool(wanted & LYING)
        if thing.cls == "Territory" and acts and not lies:
            self.discourse.acting.add(thing.iri.value)
            return self.lexicon.council(thing.territory) if thing.territory else None
        if "LocalAuthority" in thing.classes and lies and not acts:
            return self.lexicon.land_of(thing) or thing
        return thing

    def _announced(
        self, read: Rewritten, frame: Frame, pattern: Pattern, found: "re.Match[str]", terms: Terms
    ) -> None:  # fmt: skip
        """Fill the roles of codes by the words that announce them."""
        near = FIGURES & terms.keys() or {"technology", "type", "fstatus"} & frame.codes.keys()
        start, end = _own_clause(read, found)
        denied = DENIED.search(read.text, found.end(), end)
        clause = (start, denied.start() if denied else end)
        reach = min(REACH, read.text.count(" ", found.end(), clause[1]))  # what stands after a semicolon is another's
        if near:
            words = read.unnamed(*found.span(), reach)
        else:
            words = tuple(word for own in _own(read, pattern, found, *clause) for word in read.unnamed(*own, 0))
        for role, asked in frame.codes.items():
            scheme, *but = asked.split(" -")
            codes = self.lexicon.coded(words, scheme)
            if role == "fstatus" and not codes:  # « A verse 5 M€, B 3 M€ »: the verb before is the verb of both
                codes = self.lexicon.coded(read.unnamed(self._governing(read, found), found.end(), 0), scheme)[-1:]
            if codes:
                left_out = {over for code in codes for over in self.lexicon.broader(code)}
                left_out |= {NamedNode(f"{CODE}{scheme}/{name}") for name in but}
                terms[role] = [code for code in codes if code not in left_out]
        for role, table in frame.said.items():
            nouns = [noun for stem, noun in table.items() if stem in found[0]]
            if nouns and role not in terms:
                terms[role] = [Literal(nouns[0], language="fr")]

    def _governing(self, read: Rewritten, found: "re.Match[str]") -> int:
        """Return where the verb stands that a match without one takes over, or what announces a list that it is in."""
        if ANNOUNCED.search(read.text, 0, found.start()):
            return 0
        verbs = [found.start()]
        for word in WORD.finditer(read.text, 0, found.start()):
            noun = read.text.endswith((" a ", " de "), 0, word.start())  # « à la charge de l'État »
            if word[0] in self.frames.participles or (word[0] in self.frames.predicates and not noun):
                verbs.append(word.start())
        return verbs[-1]

    def _of_section(self, terms: Terms, proposal: Proposal) -> None:
        """Give a figure the technology that the programme or network of its section is called by."""
        section = self.discourse.section
        codes = self.lexicon.coded(tuple(fold(section.label).split()), "technology") if section is not None else []
        if section is not None and codes and (where := self.discourse.first.get(section.iri.value)) is not None:
            left_out = {over for code in codes for over in self.lexicon.broader(code)}
            terms["technology"] = [code for code in codes if code not in left_out]
            proposal.reads_with.add(where)

    def _also(
        self, read: Rewritten, frame: Frame, pattern: Pattern, found: "re.Match[str]", terms: Terms
    ) -> None:  # fmt: skip
        """Fill the roles that a thing in another role has too, where the clause says so."""
        if not frame.also:
            return
        start, end = _own_clause(read, found)
        if AGENTIVE.search(found[0]):  # « construit par A, B se chargeant de la vente »: what comes is not A's
            end = found.end()
        clause = " ".join(read.text[slice(*own)] for own in _own(read, pattern, found, start, end))
        clause = DENIED.sub("", ONCE.sub("", clause))
        for role, of in frame.also.items():
            for other, stems in of.items():
                if any(f" {stem}" in f" {clause}" for stem in stems) and terms.get(other):
                    terms[role] = terms[other]

    def _left_open(
        self, read: Rewritten, frame: Frame, terms: Terms, proposal: Proposal, pattern: Pattern, found: "re.Match[str]"
    ) -> None:  # fmt: skip
        """Fill the roles that the sentence leaves to the document: what it is about, whose it is, where it is."""
        sentence, number = read.sentence, _number(pattern, found)
        others = any("Another" in one.classes for one in read.settled)
        for role in frame.asked - terms.keys():
            if role == "network" and others:  # « Le RIP breton est exploité par Covage »
                continue
            works = self._works(read, found) if role in ("about", "purpose") else None
            if works is None and role == "purpose" and self._paying is not None and self._paying[0] is sentence.block:
                works = self._paying[1]
            if works is None and role == "about" and (label := LANDS.match(read.text)) is not None:
                works = read.settled[int(label["number"])].thing
            if works is None and role == "about" and "observation" in frame.mint:
                works = self._counted_at(read, found)
            for thing in [works] if works is not None else self._spoken_of(role, sentence):
                terms.setdefault(role, []).append(thing)
                proposal.things.append(thing)
                where = self.discourse.first.get(thing.iri.value)
                if where is None and self.before is not None:
                    where = self.before.first.get(thing.iri.value)
                if where is None and role == "town" and (land := self.lexicon.land_of(thing)) is not None:
                    where = self.discourse.first.get(land.iri.value)
                if where is not None and where != sentence.index:
                    proposal.reads_with.add(where)
        here = [told for at, told in self._figures if at < number and _counted_in(told) == _counted_in(terms)]
        if "indicator" in frame.needs and here:
            dated = DATES if terms.get("date") else frozenset()
            terms |= {role: told for role, told in here[-1].items() if role not in dated}
        if "undated" in frame.needs and self.dating.today(sentence) is None:
            terms["undated"] = [True]
        if "today" in frame.needs and (own := self.dating.today(sentence)) is not None:
            terms["today"] = terms["date"] = [own[1]]
            proposal.reads_with.add(own[0])
        if "office" in frame.needs and self._office is not None and self._office[0] >= sentence.index - 1:
            where, held = self._office
            terms |= {"office": [True], **held, **terms}
            proposal.reads_with |= {where} - {sentence.index}
        if "before" in frame.needs:
            self._counted_again(sentence, terms, proposal, here[-1] if here else {})
        if "share" in terms and (paid := self._paid(sentence)) is not None:
            terms["sum" if _tabular(sentence) and paid.sentence == sentence.index else "whole"] = [paid.node]
            self._shared = (sentence.index, paid)
            proposal.reads_with |= {paid.sentence} - {sentence.index}
        if "total" in frame.variables and (total := self._total(sentence)) is not None:
            terms["total"] = [total.node]
            proposal.reads_with |= {total.sentence} - {sentence.index}
        for role in WHEN & (frame.variables - terms.keys()) if sentence.index in self.dating.alone else ():
            terms[role] = [self.dating.alone[sentence.index]]
            proposal.reads_with.add(sentence.index - 1)
        if "unit" in frame.variables - terms.keys():
            units = [value.unit for value in terms.get("value", ()) if isinstance(value, Value) and value.unit]
            terms["unit"] = [NamedNode(f"{CODE}unit/{unit}") for unit in units]

    def _counted_at(self, read: Rewritten, found: "re.Match[str]") -> Thing | None:
        """Return where a figure is counted, if that is a part of what the text is about: « 913 locaux à Agonac »."""
        there = COUNTED_AT.match(read.text, found.end())
        land = read.settled[int(there["number"])].thing if there is not None else None
        home = self.discourse.home or self.discourse.region
        own = land is None or land.territory is None or home is None or land.territory == home
        return None if own or land is None or land.cls != "Territory" else land

    def _works(self, read: Rewritten, found: "re.Match[str]") -> Thing | None:
        """Return the stage or project of which the clause of a figure speaks: it is more precise than its network."""
        start, end = read.clause(*found.span())
        if ANNOUNCED.search(read.text, 0, start):  # « le plan de la phase 2, ainsi réparti : A 1 M€ ; B 2 M€ »
            start = 0
        before = [
            one.thing
            for number, one in enumerate(read.settled)
            if one.thing is not None
            and "Project" in one.thing.classes
            and start <= read.text.find(f"<{number};") < min(found.end(), end)
        ]
        return before[-1] if before else self._stage or self._stage_before(read.sentence)

    def _stage_before(self, sentence: Sentence) -> Thing | None:
        """Return the stage that the sentence before begins with, where this one goes on: « Elle a coûté 38 M€ »."""
        first = next((one for one in self._last if one.thing is not None), None)
        goes_on = sentence.words()[:1] in GOES_ON or COSTS_OF.search(" ".join(sentence.words()))
        if first is None or first.thing is None or not goes_on or first.mention.start > 2:
            return None
        return first.thing if first.mention.kind == "stage" else None

    def _counted_again(self, sentence: Sentence, terms: Terms, proposal: Proposal, here: Terms) -> None:
        """Give a figure what is counted in the one before: « 90 000 prises ... Il en reste 12 000 »."""
        where, told = (sentence.index, here) if here else self._before
        if where < sentence.index - 1 or not told or _counted_in(terms) != _counted_in(told):
            return
        for role in TAKEN_OVER.values() & told.keys():
            terms.setdefault(role, told[role])
        terms["before"] = told["whole"]
        for role, counted in ELIDED.items():
            if counted.intersection(told["indicator"]):
                terms[role] = told["whole"]
        if where != sentence.index:
            proposal.reads_with.add(where)

    def _spoken_of(self, role: str, sentence: Sentence) -> list[Thing]:
        """Return what the document speaks of where a role is left open."""
        discourse = self.discourse
        place = discourse.home or discourse.region
        found: Thing | None = None
        if role == "about" and place is not None and sentence.words()[:1] == ("total",) and discourse.counts_zones:
            return [self.lexicon.land(place)]  # the total of the zones of a land is its own
        if role in ("about", "purpose"):
            section = discourse.section
            found = section or self._network_of(sentence)
            if found is None or found is self._unnamed:  # a project that is named is more than a network that is not
                named = self._undertaking()
                found = named if named is not None and not named.unnamed else found or named
            if role == "about" and section is None and (found is None or found is self._unnamed):
                lands = [thing for at, thing in discourse.last if at == sentence.index and thing.cls == "Territory"]
                found = lands[0] if len(lands) == 1 else found  # a land that is named, before a network that is not
            shared = section is not None and not section.classes & {"Network", "Project"}
            if role == "about" and section is not None and shared and place is not None:
                return [self.lexicon.land(place), section]
        elif role in ("organization", "body"):
            found = discourse.previous or discourse.headed
            cls = "SyndicatMixte" if role == "body" and "syndicat" in sentence.words() else "Actor"
            found = discourse.type(found, cls) if found is not None else None
            found = found if found is not None and "Actor" in found.classes else None
            if (
                role == "body"
                and found is not None
                and not found.classes.isdisjoint(("LocalAuthority", "TelecomOperator"))
            ):
                found = None  # nobody is a member of a council, and nobody founds one
        elif role == "mother":
            companies = [thing for at, thing in discourse.last if at < sentence.index and "Company" in thing.classes]
            found = discourse.delegatee or (companies[-1] if companies else None)
        elif role in ("delegatee", "company"):
            own = discourse.previous if role == "company" else None
            own = discourse.type(own, "Company") if own is not None else None
            if role == "delegatee" and discourse.delegatee is None and sentence.words()[:1] in OWN:
                own = discourse.previous  # « Sa mission : concevoir ... »
            found = own if own is not None and "Company" in own.classes else discourse.delegatee
        elif role == "section":
            found = discourse.section
        elif role == "over":
            found = discourse.over
        elif role == "gathering":
            found = self.nodes.gathering
        elif role == "bearer":
            found = self._bearer(sentence)
        elif role == "occasion" and self.nodes.occasion is not None:
            where, event = self.nodes.occasion
            found = event if where == sentence.index - 1 else None
        elif role == "theme":
            section = discourse.section
            found = section if section is not None and "Network" not in section.classes else None
        elif role == "stage":
            found = self._stage
        elif role == "network":
            found = self._stage or self._network()
        elif role == "undertaking":
            found = self._network() or self._undertaking()
        elif role == "contract" and self.nodes.contracts:
            node = self.nodes.contracts[-1].node
            found = next((thing for _, thing in discourse.last if thing.iri == node), None)
        elif role == "home" and place is not None:
            found = self.lexicon.land(place)
        elif role == "council" and place is not None:
            found = self.lexicon.council(place)
        elif role == "regional" and (region := discourse.region or discourse.shared) is not None:
            found = self.lexicon.council(discourse.succeeded(region))
        elif role == "town" and (town := discourse.town(sentence.index)) is not None:
            found = self.lexicon.council(town)
        elif role == "house" and discourse.headed is not None:
            found = discourse.type(discourse.headed, "Actor")
            found = found if "Actor" in found.classes else None
        elif role == "firm" and discourse.headed is not None:
            headed = discourse.typed.get(discourse.headed.iri.value, discourse.headed)
            found = headed if "Company" in headed.classes else None
        return [found] if found is not None else []

    def _bearer(self, sentence: Sentence) -> Thing | None:
        """Return the one person of the sentence before, where that says no office: who is then called by it."""
        if any(one.mention.kind == "function" for one in self._last):
            return None
        persons = {one.thing.iri: one.thing for one in self._last if one.thing and "Person" in one.classes}
        return next(iter(persons.values())) if len(persons) == 1 else None

    def _modal(self, frame: Frame, terms: Terms, future: bool, aim: bool) -> None:
        """Fill the roles of a status by the modality of the clause; what is to come has its date ahead."""
        dates = [value for value in terms.get("date", ()) if isinstance(value, Value)]
        to_come = future or any(date.target or self._goes_on(date) for date in dates)
        if "status" in frame.variables:
            name = "target" if aim else "planned" if to_come else "reported"
            terms["status"] = [NamedNode(STATUS + name)]
        if (frame.is_ahead or ("status" in frame.variables and name != "reported")) and dates:
            terms["date"] = [replace(date, target=True) for date in dates]
        periods = [value for value in terms.get("period", ()) if isinstance(value, Value)]
        if periods and (future or any(text[:4] > self._now for one in periods for text, _ in one.literals)):
            terms["period"] = [replace(one, target=True) for one in periods]
        if future or aim:
            terms["planned"] = [NamedNode(f"{STATUS}planned")]
            terms["done"] = [replace(date, target=True) for date in terms.get("done", ()) if isinstance(date, Value)]

    def _is_heralded(self, sentence: Sentence, terms: Terms) -> bool:
        """Say whether a title puts a figure into a year that the text aims at: « La fibre pour tous en 2022 »."""
        years = {text for date in terms.get("date", ()) if isinstance(date, Value) for text, _ in date.literals}
        return sentence.index == 0 and self.before is not None and not years.isdisjoint(self.before.aimed)

    def _goes_on(self, date: Value) -> bool:
        """Say whether a period ends after all that the text tells as past."""
        years = [text for text, kind in date.literals if kind == "gYear"]
        return bool(self._now) and len(years) > 1 and years[-1] > self._now

    @property
    def _now(self) -> str:
        """The year of the text, or the last that it tells of as past, or an empty text."""
        return self.dating.own[1].literals[0][0][:4] if self.dating.own is not None else self._latest

    def _network_of(self, sentence: Sentence) -> Thing | None:
        """Return the network that a figure is of: the last that was named close by, else the document's own."""
        near = [(at, thing) for at, thing in self.discourse.last if "Network" in thing.classes]
        if not near or near[-1][0] < sentence.index - NEARBY:
            return self._network()
        at, thing = near[-1]
        return thing if self._blocks[at] is sentence.block else self._own(thing) or self._network()

    def _network(self) -> Thing | None:
        """Return the network that the document is about, though it name it only further down."""
        known = (self.discourse, *([self.before] if self.before else []))
        generic = next((one.network for one in known if one.network is not None), None)
        return generic or self._own(self.discourse.named_network()) or self._named_before or self._unnamed

    def _own(self, network: Thing | None) -> Thing | None:
        """Return a network unless the whole text speaks of it in passing."""
        return None if network and self.before and self.before.is_in_passing(network) else network

    @cached_property
    def _named_before(self) -> Thing | None:
        return self._own(self.before.named_network()) if self.before else None

    @cached_property
    def _unnamed(self) -> Thing | None:
        """Return the network of a text that tells what is built and never says « réseau »: it is where the work is."""
        if self.before is None or (unsaid := self.before.unsaid_network()) is None:
            return None
        index, network = unsaid
        self.discourse.first.setdefault(network.iri.value, index)
        return network

    def _undertaking(self) -> Thing | None:
        """Return the project of which the text speaks: a national programme pays, it is not what is paid."""
        spoken = [thing for _, thing in reversed(self.discourse.last) if thing.classes & UNDERTAKINGS]
        own = [thing for thing in spoken if not self.lexicon.is_national(thing) and "Fund" not in thing.classes]
        return next((thing for cls in ("Project", "Programme") for thing in own if cls in thing.classes), None)

    def _out_of(self, read: Rewritten, told: Sequence[tuple[int, Proposal]]) -> Iterator[Proposal]:
        """Yield which figures of a sentence are out of the next: « 30 NRO sur 96 »."""
        figures = sorted(((place, one) for place, one in told if _kind(one)), key=lambda each: each[0])
        for (place, part), (next_, whole) in pairwise(figures):
            one, other = (next(tables.cell(part.sentence, 0, each.triples), None) for each in (part, whole))
            if one is None or other is None or _kind(part) != _kind(whole) or one.percent or one.value > other.value:
                continue
            if OUT_OF.search(read.text[place:next_]) and ";" not in TOKEN.sub("", read.text[place:next_]):
                yield Proposal("out-of", part.sentence, [tables.stated(one, other)])

    def _add_up(self, read: Rewritten, proposal: Proposal, figures: set[int]) -> None:
        """Keep the sum of a proposal, and where it stands."""
        for triple in proposal.triples:
            summed = triple.predicate in AMOUNTS and not any(one.object == PRICE for one in proposal.triples)
            if summed and isinstance(triple.object, Literal) and len(figures) == 1:
                assert isinstance(triple.subject, NamedNode)
                place = read.place(figures)
                if ADDED.search(read.text, 0, place):
                    continue
                said = [one for one in proposal.triples if one.subject == triple.subject]
                one = Sum(
                    read.sentence.index, triple.subject, Decimal(triple.object.value),
                    within=bool(WITHIN.search(read.text[:place])),
                    total=_tabular(read.sentence) and not TOTAL.isdisjoint(read.sentence.words()[:3]),
                    whole=bool(WHOLE.search(read.text[:place]) or MADE_OF.match(read.text, place)),
                    announces=bool(ANNOUNCES.match(read.text, place)),
                    funders=frozenset(one.object for one in said if one.predicate == FUNDER),
                    purpose=next((one.object for one in said if one.predicate == PURPOSE), None),
                    kind=next((one.object for one in said if one.predicate == KIND), None),
                )  # fmt: skip
                self._sums.append((place, one))
                if one.is_cost:
                    stages = (thing for thing in proposal.things if thing.iri == one.purpose)
                    stage = next((thing for thing in stages if "Project" in thing.classes), None)
                    self._paying = (read.sentence.block, stage) if stage is not None else None

    def _paid(self, sentence: Sentence) -> Sum | None:
        """Return the sum of which a sentence tells shares: its own, that of the one before, that above its list."""
        own = [one for _, one in self._sums if one.sentence == sentence.index]
        if own:
            return own[0] if len(own) == 1 else None
        if AGAIN.search(" ".join(sentence.words())):
            return None
        before = self._spent if self._spent is not None and self._spent.sentence == sentence.index - 1 else None
        if before is None and self._shared is not None and self._shared[0] == sentence.index - 1:
            before = self._shared[1]
        return before or (self._lead if sentence.block.kind in LISTING else None)

    def _total(self, sentence: Sentence) -> Sum | None:
        """Return the sum of which a sentence tells who pays the rest: its own, the one before, that of the list."""
        own = [one for _, one in sorted(self._sums, key=lambda kept: kept[0]) if one.sentence == sentence.index]
        if whole := [one for one in own if not one.is_paid]:
            return next((one for one in whole if one.announces), whole[-1])
        if AGAIN.search(" ".join(sentence.words())):
            return None
        near = self._cost is not None and self._cost[1].index >= sentence.index - 1
        return self._cost[0] if self._cost and near else self._lead if sentence.block.kind in LISTING else None

    def _parts(self, sentence: Sentence | None) -> Iterator[Proposal]:
        """Yield which sums are parts of others: in one sentence, in the rows of one table, or in a list under one."""
        yield from self._under_lead(sentence)
        own = [one for _, one in self._sums if sentence is not None and one.sentence == sentence.index]
        if sentence is not None and _tabular(sentence) and (len(own) < 2 or sentence.block.kind == ROW):
            if sentence.block.kind != ROW:  # « Coût : 222 M€. L'État en apporte 53. »
                self._cost = next(((one, sentence) for one in own if one.is_cost), None)
            return
        rows = [one for _, one in self._sums if sentence is None or one.sentence != sentence.index]
        here = [one for _, one in sorted(self._sums, key=lambda kept: kept[0]) if one not in rows]
        told: set[NamedNode] = set()
        for sums in (rows, here) if len(self._sums) > 1 else ():
            found = list(parts(sums))
            told |= {part.node for part, _ in found}
            yield from self._made_of(found)
        yield from self._of_before(sentence, [one for one in here if one.node not in told])
        self._sums = []

    def _of_before(self, sentence: Sentence | None, here: Sequence[Sum]) -> Iterator[Proposal]:
        """Yield the sums of a sentence as parts of one that it says before them, or that the sentence before has."""
        before, self._spent = self._spent, here[0] if len(here) == 1 else None
        if sentence is None:
            return
        follows = before is not None and before.sentence == sentence.index - 1
        if before is not None and follows and OF_BEFORE.search(" ".join(sentence.words())):
            yield from (self._part(one, before) for one in here if sum(each.amount for each in here) <= before.amount)
        unpaid = [one for one in here if not one.is_paid]
        costs = [one for one in unpaid if one.is_cost or one.announces]
        if costs:
            self._cost = (costs[0], sentence) if len(unpaid) == 1 else None
            here = here[here.index(costs[0]) + 1 :]
        if self._cost is None or BESIDE.search(" ".join(sentence.words())):
            return
        cost, last = self._cost
        near = last.index >= sentence.index - 1 and (last.block is sentence.block or cost.sentence == sentence.index)
        if near and (paid := paid_of(here, cost)):
            self._cost = (cost, sentence)
            yield from (self._part(one, cost) for one in paid)

    def _made_of(self, found: Sequence[tuple[Sum, Sum]]) -> Iterator[Proposal]:
        """Yield which sums are parts of which, and who pays a whole by paying all of its parts."""
        yield from (self._part(part, whole) for part, whole in found)
        for whole, funder, where in payers(found):
            paid = Triple(whole.node, FUNDER, funder)  # type: ignore[arg-type]
            yield Proposal("parts", whole.sentence, [paid], set(where) - {whole.sentence})

    def _part(self, part: Sum, whole: Sum) -> Proposal:
        return Proposal("parts", part.sentence, [stated(part, whole)], {whole.sentence} - {part.sentence})

    def _under_lead(self, sentence: Sentence | None) -> Iterator[Proposal]:
        """Yield the sums of a list as parts of the one above it: « Coût : 131 M€ », then who pays how much of it."""
        if sentence is not None and not sentence.words():  # the point that a line begins with
            return
        here = [one for _, one in self._sums if sentence is not None and one.sentence == sentence.index]
        kind = sentence.block.kind if sentence is not None else ""
        leads = sentence is not None and (kind not in LISTING or sentence.words()[-1:] in LEADING)
        if self._lead is not None and here and not leads and self._listing in ("", kind):
            self._items += here
            self._listing = kind
            return
        if self._lead is not None:
            yield from self._made_of([(part, self._lead) for part in led(self._items, self._lead)])
        self._lead, self._items, self._listing = here[0] if leads and len(here) == 1 else None, [], ""


def _crosses(asides: Sequence[tuple[int, int]], start: int, stop: int) -> bool:
    """Say whether a stretch begins in an aside and goes on after it."""
    return any(opens < start < closes < stop for opens, closes in asides)


def _own(
    read: Rewritten, pattern: Pattern, found: "re.Match[str]", start: int, end: int
) -> Iterator[tuple[int, int]]:  # fmt: skip
    """Yield a stretch around a match without what others do, or what is done by others or goes to them."""
    own = {number for ones in pattern.bound(found).values() for number in ones}
    for one in OTHERS.finditer(read.text, start, end):
        if int(one["who"] or one["by"]) not in own:
            yield start, one.start()
            start = one.end()
    yield start, end


def _own_clause(read: Rewritten, found: "re.Match[str]") -> tuple[int, int]:
    """Return the clause of a match; after a comma it is its own: « A exploite le réseau, B en assure l'entretien »."""
    start, end = read.clause(*found.span())
    apart = found[0][0] == "<" and read.text.endswith(", ", 0, found.start())
    return (found.start() if apart else start), end


def _of_group(text: str, found: "re.Match[str]") -> bool:
    """Say whether a match begins with the group or the land of who acts; brackets after its name are its own."""
    lies = MANY.search(text, 0, found.start()) and ",Commune," not in found[0].partition(">")[0]
    return bool(lies or SUBSIDIARY.search(text, 0, found.start())) and not BRACKETED.match(found[0])


def _is_where(text: str, frame: Frame, pattern: Pattern, found: "re.Match[str]") -> bool:
    """Say whether a match begins with who acts, and that is the land where somebody is: « Installée à Dax, X ... »."""
    lying = (one.match(found[0]) for one, where in PLACED if where.search(text, 0, found.start()))
    town = next(filter(None, lying), None)
    if town is None:
        return False
    roles = (role for role, numbers in pattern.bound(found).items() if int(town["number"]) in numbers)
    return all(wanted & ACTING and not wanted & LYING for wanted in (frame.wanted(pattern, role) for role in roles))


def _tabular(sentence: Sentence) -> bool:
    """Say whether a sentence is a row of a table, or a line of a fact sheet."""
    return sentence.block.kind == ROW or is_entry(sentence)


def _counted_in(terms: Terms) -> bool:
    """Say whether the figure of some roles is a percentage."""
    told = (*terms.get("unit", ()), *(one.unit for one in terms.get("value", ()) if isinstance(one, Value)))
    return PERCENT in told or "percent" in told


def _number(pattern: Pattern, found: "re.Match[str]") -> int:
    """Return the place, among the mentions of its sentence, of the figure of a match; -1 for none."""
    return min((number for number in pattern.bound(found).get("value", ())), default=-1)


def _kind(proposal: Proposal) -> object | None:
    """Return the indicator of which a proposal states a figure, if it states one."""
    return next((one.object for one in proposal.triples if one.predicate == INDICATOR), None)
