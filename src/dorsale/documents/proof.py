"""
Does the passage carry the fact?

A verbatim quotation under a claim that it does not carry looks as good as any other. So each fact of each passage
goes through the gates; one that is refused says which gate, what was looked for and what the passage has instead.
A curator may overrule one fact at one gate, with a reason, and that is counted.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from dorsale.documents.facts import Facts, Passage
from dorsale.documents.plurals import apart
from dorsale.documents.text import Document
from dorsale.documents.values import says, scale, values
from dorsale.documents.values.money import MILLIONS, MONEY, unsaid
from dorsale.errors import MalformedOverruling, Place
from dorsale.names import CODE, DOR, dor, fold, public
from dorsale.statements import Statement
from dorsale.terms import TYPE

# What an article of a name becomes after « de » and « à ».
CONTRACTIONS = {"le": ("du", "au"), "les": ("des", "aux")}
GATES = ("value", "names", "modality", "economy", "roles")
# Nodes that are minted for what a passage states: the other facts of their frame carry them.
MINTED = ("contract", "funding", "observation", "event", "membership", "shareholding", "project", "overruling")
# Those in which several have each a role.
SHARED = ("contract", "funding", "event", "membership", "shareholding", "project")
# What is always written though no passage says it, and what only says how a thing is written down.
CONVENTIONS: dict[NamedNode, frozenset[NamedNode] | None] = {
    dor("unnamed"): None,
    dor("currency"): None,
    dor("amountKind"): None,
    dor("groupOf"): None,
    dor("rateOf"): None,
    dor("indicator"): frozenset({NamedNode(f"{CODE}indicator/coverage-rate")}),
    dor("unit"): frozenset({NamedNode(f"{CODE}unit/number")}),
    dor("status"): frozenset({NamedNode(f"{CODE}status/{name}") for name in ("reported", "completed", "ongoing")}),
}
# Classes that say of a node what it was minted for; the more precise ones need a word of the passage.
FRAMES = frozenset(
    {dor(name) for name in (
        "Contract", "Funding", "Observation", "Event", "Milestone", "Project", "Programme", "Service", "Network",
        "Zone", "Place", "Person", "Actor", "ActorGroup", "Shareholding",
    )} | {public("org:Membership"), public("prov:Entity")}
)  # fmt: skip
MODALITY = f"{CODE}modality/"
INSEE = "http://id.insee.fr/geo/"
COUNCILS = frozenset(dor(name) for name in ("Department", "Region", "Municipality"))
# Whose offices and members are told, and who is a member.
HOUSES, MEMBER = frozenset({public("org:organization"), dor("hasMember")}), dor("memberOf")
# Facts that say that something is so; under a future, a conditional or an aim they need a status that says that.
REAL = frozenset(dor(name) for name in ("builder", "operator", "maintainer", "marketer", "owner", "completedOn"))
REAL_STATUSES = frozenset(
    NamedNode(f"{CODE}{name}")
    for name in ("status/reported", "status/recruited", "status/completed", "status/ongoing", "funding-status/paid")
)
UNREAL_STATUSES = frozenset(
    NamedNode(f"{CODE}{name}")
    for name in (
        *(f"status/{name}" for name in ("target", "planned", "proposed", "announced", "requested", "candidate")),
        *(f"funding-status/{name}" for name in ("estimated", "requested", "announced")),
    )
)
STATUSES = frozenset({dor("status"), dor("fundingStatus")})
# What a figure is told by, and which values of a text are figures: a clause speaks of one of them.
FIGURES = frozenset({dor("value"), dor("minimumValue"), dor("amount")})
COUNTED = frozenset({"count", "amount", "percent", "length"})
# Where the sentence of a figure begins; where what is said of it ends, or goes over to what was aimed at.
SENTENCE = re.compile(r"[.!?]\s+(?=[A-ZÀ-Ý«\"])")
ENDING = re.compile(r"[.;!?](?:\s|$)|(?:,| pour| contre| sur) (?:un |une |l['’])?(?:objectif|cible|but|ambition)\b")
HIDDEN = public("skos:hiddenLabel")
NAMING = frozenset(public(name) for name in ("rdfs:label", "skos:altLabel", "skos:prefLabel", "skos:hiddenLabel"))
# More than this is no passage but a page: nobody would find the words that carry the fact.
PARAGRAPH = 1200
TITLE, PERIOD, UNNAMED, UNITS = dor("functionTitle"), dor("period"), dor("unnamed"), (dor("unit"), dor("currency"))
SHARE = dor("share")
OVERRULED, ADMINISTERS = dor("overruled"), dor("administers")
# What an overruling says.
PARTS = {
    **{name: public(f"rdf:{name}") for name in ("subject", "predicate", "object")},
    **{name: dor(name) for name in ("gate", "reason", "role")},
    "date": public("dcterms:date"),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A fact that a gate refuses: what was looked for, and what the passage has instead."""

    gate: str
    statement: Statement
    passage: Passage
    wanted: str
    found: str


@dataclass(frozen=True, slots=True)
class Overruling:
    """A curator's decision to let one fact of one passage in at one gate, and where it stands."""

    passage: NamedNode
    gate: str
    fact: Triple
    place: Place


@dataclass(frozen=True, slots=True)
class Proof:
    """
    What the gates said of facts: how many were checked, which are refused, how many a curator let in, by gate.

    ``idle`` are the overrulings of facts that their gate does not refuse, or not any more.
    """

    checked: int
    refusals: tuple[Refusal, ...]
    overruled: Mapping[str, int]
    doubts: tuple[Refusal, ...]
    idle: tuple[Overruling, ...]

    @property
    def carried(self) -> int:
        """How many facts their passages carry, without those that a curator let in."""
        refused = {(refusal.statement, refusal.passage.iri) for refusal in self.refusals}
        return self.checked - len(refused) - sum(self.overruled.values())


def _naming(triples: Iterable[Triple | Quad]) -> Iterator[tuple[NamedNode, str]]:
    """Yield the things that triples name, and what they call them; English names are in no French text."""
    for triple in triples:
        if triple.predicate in NAMING:
            thing, name = triple.subject, triple.object
            if isinstance(thing, NamedNode) and isinstance(name, Literal) and name.language != "en":
                yield thing, name.value


def _folded(name: str) -> str:
    return fold(name.split(" (")[0])


def _contracted(name: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield a name as it stands and after a preposition: « Le Mans », « du Mans », « au Mans »."""
    yield name
    if len(name) > 1:
        yield from ((joined, *name[1:]) for joined in CONTRACTIONS.get(name[0], ()))


def called(triples: Iterable[Triple | Quad]) -> Iterator[Triple]:
    """Yield what triples call things as texts are searched for it: the folded name as a hidden label."""
    for thing, name in _naming(triples):
        if words := _folded(name):
            yield Triple(thing, HIDDEN, Literal(words))


class Names:
    """
    The names that things, codes and classes go by, and where a text names one of them.
    """

    def __init__(self, triples: Iterable[Triple], before: "Names | None" = None) -> None:
        self.before = before
        self._own: dict[NamedNode, set[tuple[str, ...]]] = {}
        self.signs: dict[NamedNode, set[str]] = {}
        for thing, name in _naming(triples):
            if words := tuple(_folded(name).split()):
                self._own.setdefault(thing, set()).add(words)
            else:
                self.signs.setdefault(thing, set()).add(name)

    def adding(self, triples: Iterable[Triple]) -> "Names":
        """Return these names and those that some more triples give."""
        return Names(triples, self)

    @cached_property
    def names(self) -> Mapping[NamedNode, Set[tuple[str, ...]]]:
        """The names of all things, each as its folded words."""
        before = self.before.names if self.before else {}
        return {**before, **{thing: names | before.get(thing, set()) for thing, names in self._own.items()}}

    @cached_property
    def cues(self) -> tuple[str, ...]:
        """The words of a future, a conditional, an aim: those of the scheme ``modality``."""
        own = {" ".join(words) for code in self._own if code.value.startswith(MODALITY) for words in self._own[code]}
        return tuple(sorted(own.union(self.before.cues if self.before else ())))

    @cached_property
    def _starting(self) -> dict[str, list[tuple[tuple[str, ...], NamedNode]]]:
        starting: dict[str, list[tuple[tuple[str, ...], NamedNode]]] = {}
        for thing, names in self._own.items():
            if not thing.value.startswith((CODE, DOR)):
                for words in (form for name in names for form in _contracted(name)):
                    starting.setdefault(words[0], []).append((words, thing))
        return starting

    def mentions(self, words: Sequence[str]) -> list[tuple[int, int, NamedNode]]:
        """Return where things are named among folded words."""
        found = self.before.mentions(words) if self.before else []
        starting = self._starting
        return found + [
            (start, start + len(name), thing)
            for start, word in enumerate(words)
            if word in starting
            for name, thing in starting[word]
            if tuple(words[start : start + len(name)]) == name
        ]

    def said(self, thing: NamedNode, text: str, words: str) -> bool:
        """Say whether a text, its folded words beside it, has a word of a code or class, or a sign like « % »."""
        padded = f" {words} "
        return (
            any(f" {' '.join(name)} " in padded for name in self._own.get(thing, ()))
            or any(sign in text for sign in self.signs.get(thing, ()))
            or (self.before is not None and self.before.said(thing, text, words))
        )


@dataclass(frozen=True)
class Known:
    """
    What a proof may rely on beside the passages.

    ``types`` are the classes of things that authority files describe, ``all_types`` those that facts state too, each
    with the classes above; ``homes`` are the publisher and the own territories of documents; ``asked`` are the classes
    of subject and object that a property asks for; ``reads`` gives what frames read in a passage between things, in all
    the properties that say it.
    """

    names: Names
    types: Mapping[NamedNode, frozenset[NamedNode]]
    all_types: Mapping[NamedNode, frozenset[NamedNode]]
    homes: Mapping[NamedNode, frozenset[NamedNode]]
    asked: Mapping[NamedNode, tuple[NamedNode | None, NamedNode | None]]
    administers: Mapping[NamedNode, NamedNode]
    reads: Callable[[str], frozenset[Triple]] = field(default=lambda _: frozenset())

    def adding(
        self, triples: Iterable[Triple], above: Mapping[NamedNode, frozenset[NamedNode]], stated: Iterable[Triple] = ()
    ) -> "Known":
        """
        Return what is known together with the names, types and territories that some more triples give.

        Facts that are ``stated`` give names, and types of all things, but describe nothing.
        """
        described, facts = tuple(triples), tuple(stated)
        types, all_types, administers = dict(self.types), dict(self.all_types), dict(self.administers)
        for known, some in ((types, described), (all_types, (*described, *facts))):
            for subject, predicate, object_ in some:
                if predicate == TYPE and isinstance(subject, NamedNode) and isinstance(object_, NamedNode):
                    over = above.get(object_, frozenset({object_}))
                    known[subject] = known.get(subject, frozenset()) | over
        for subject, predicate, object_ in described:
            if predicate == ADMINISTERS and isinstance(subject, NamedNode) and isinstance(object_, NamedNode):
                administers[subject] = object_
        names = self.names.adding((*described, *facts))
        return replace(self, names=names, types=types, all_types=all_types, administers=administers)


def prove(facts: Facts, documents: Mapping[NamedNode, Document], known: Known, base: str) -> Proof:
    """
    Return what the gates say of every fact of every passage.

    Raises :class:`MalformedOverruling` for an overruling without gate, fact, reason, role and date.
    """
    decided = tuple(_overrulings(facts))
    let_in, used = {(one.passage, one.gate, one.fact) for one in decided}, set()
    by_passage: dict[NamedNode, list[Statement]] = {}
    for statement in facts.statements:
        graph = statement.quad.graph_name
        if isinstance(graph, NamedNode) and graph in facts.passages:
            by_passage.setdefault(graph, []).append(statement)
    refusals: list[Refusal] = []
    doubts: list[Refusal] = []
    overruled: Counter[str] = Counter()
    for iri, stated in by_passage.items():
        judge = _Judge(facts, facts.passages[iri], stated, known, base)
        for refusal in judge.refusals():
            key = (iri, refusal.gate, refusal.statement.quad.triple)
            if key in let_in:
                used.add(key)
                overruled[refusal.gate] += 1
            else:
                refusals.append(refusal)
        doubts += judge.doubts()
    idle = tuple(one for one in decided if (one.passage, one.gate, one.fact) not in used)
    checked = sum(map(len, by_passage.values()))
    return Proof(checked, tuple(refusals), dict(sorted(overruled.items())), tuple(doubts), idle)


def _overrulings(facts: Facts) -> Iterator[Overruling]:
    """Yield each fact of a passage that a curator let in at a gate."""
    overruling = [statement for statement in facts.statements if statement.quad.predicate == OVERRULED]
    said: dict[NamedNode, dict[NamedNode, Statement]] = {}
    for statement in facts.statements if overruling else ():
        if isinstance(statement.quad.subject, NamedNode):
            said.setdefault(statement.quad.subject, {})[statement.quad.predicate] = statement
    for statement in overruling:
        quad = statement.quad
        if not isinstance(quad.subject, NamedNode):
            continue
        parts = said.get(quad.object, {}) if isinstance(quad.object, NamedNode) else {}
        given = {part: found.quad.object for part, found in parts.items()}
        if missing := [name for name, part in PARTS.items() if not _fits(name, given.get(part))]:
            raise MalformedOverruling(place=statement.place, missing=", ".join(missing))
        subject, predicate, object_, gate = (given[PARTS[name]] for name in ("subject", "predicate", "object", "gate"))
        assert isinstance(subject, NamedNode)
        assert isinstance(predicate, NamedNode)
        assert isinstance(gate, NamedNode)
        fact = Triple(subject, predicate, object_)
        yield Overruling(quad.subject, gate.value.rsplit("/", 1)[-1], fact, statement.place)


def _fits(name: str, value: object) -> bool:
    """Say whether a part of an overruling is there and of its kind."""
    if name == "gate":
        return isinstance(value, NamedNode) and value.value.removeprefix(f"{CODE}gate/") in GATES
    if name == "object":
        return value is not None
    return isinstance(value, NamedNode if name in ("subject", "predicate") else Literal)


@lru_cache(maxsize=1 << 10)  # a document is proved more than once
def _words(text: str) -> str:
    return fold(" et ".join([text, *apart(text)]))


class _Fact(NamedTuple):
    """A fact as the gates look at it, and where it is stated."""

    subject: NamedNode | BlankNode | Triple
    predicate: NamedNode
    object: NamedNode | BlankNode | Literal | Triple
    statement: Statement


class _Judge:
    """The gates for the facts of one passage."""

    def __init__(self, facts: Facts, passage: Passage, stated: list[Statement], known: Known, base: str) -> None:
        self.passage, self.stated, self.known, self.base = passage, stated, known, base
        with_ = [facts.passages[iri] for iri in facts.read_with(passage.iri) if iri in facts.passages]
        self.around = sorted([passage, *with_], key=lambda one: (one.document.value, one.start))
        self.text = passage.exact
        self.reading = "\n\n".join([passage.exact, *(other.exact for other in with_)])
        self.home = known.homes.get(passage.document, frozenset())
        self.facts = [_Fact(one.quad.subject, one.quad.predicate, one.quad.object, one) for one in stated]
        self.frames: dict[NamedNode, list[_Fact]] = {}
        for fact in self.facts:
            if isinstance(fact.subject, NamedNode):
                self.frames.setdefault(fact.subject, []).append(fact)
        self._named: dict[NamedNode, bool] = {}

    @cached_property
    def words(self) -> str:
        """The folded words of the passage, and the names that its plurals say, each by itself."""
        return _words(self.text)

    @cached_property
    def read_words(self) -> str:
        """The same of the passage and of what it is read with."""
        return _words(self.reading) if self.reading != self.text else self.words

    @cached_property
    def named(self) -> frozenset[NamedNode]:
        """
        The things that the passage, or what it is read with, names.

        A name inside the longer name of another actor or territory does not count: « Loire » is not said by
        « Haute-Loire »; unless the passage ties the two, as a directorate to its council.
        """
        found = self.known.names.mentions(self.read_words.split())
        tied = {pair for one in self.facts for pair in ((one.subject, one.object), (one.object, one.subject))}
        covering = [one for one in found if self._is_proper(one[2])]

        def covered(start: int, end: int, thing: NamedNode) -> bool:
            return any(
                other[0] <= start
                and end <= other[1]
                and other[1] - other[0] > end - start
                and (thing, other[2]) not in tied
                for other in covering
                if other[2] != thing
            )

        return frozenset(thing for start, end, thing in found if not covered(start, end, thing))

    def _is_proper(self, thing: NamedNode) -> bool:
        return thing.value.startswith((f"{self.base}actor/", f"{self.base}person/", f"{self.base}territory/", INSEE))

    def _is_council_named(self, thing: NamedNode) -> bool:
        """
        Say whether a council is named by its territory.

        It is where its kind is said, too (« départements (Lozère, Aveyron, Lot) »), or that somebody sits in it.
        """
        territory = self.known.administers.get(thing)
        if territory is None or (territory not in self.home and territory not in self.named):
            return False
        kinds = self.known.types.get(thing, frozenset()) & COUNCILS
        return any(self._says(cls) for cls in kinds) or (bool(kinds) and thing in self._acting)

    @cached_property
    def _acting(self) -> frozenset[object]:
        """What a fact of the passage has somebody hold an office in, or be a member: a land's council, no land."""
        return frozenset(
            end
            for fact in self.facts
            for end in ((fact.object,) if fact.predicate in HOUSES else (fact.subject,))
            if fact.predicate in HOUSES or fact.predicate == MEMBER
        )

    def _says(self, term: NamedNode) -> bool:
        """Say whether a word of a code or class stands in the passage or in what it is read with."""
        return self.known.names.said(term, self.reading, self.read_words)

    def refusals(self) -> Iterator[Refusal]:
        """Yield every fact that a gate refuses, once for each gate."""
        gates = (self.value, self.names, self.modality, self.economy, self.roles)
        for fact in self.facts:
            for gate in gates:
                for name, wanted, found in gate(fact):
                    yield Refusal(name, fact.statement, self.passage, wanted, found)

    def value(self, fact: "_Fact") -> Iterator[tuple[str, str, str]]:
        """The passage says the number, the date, the duration or the words, in any French form that means it."""
        predicate, object_ = fact.predicate, fact.object
        if not isinstance(object_, Literal) or predicate in CONVENTIONS:
            return
        kind = object_.datatype.value.rsplit("#", 1)[-1]
        if kind in ("langString", "string") and predicate != PERIOD:
            words = f" {self.words} "
            # "présidé par", "qui préside" say the office without its noun.
            verb = predicate == TITLE and f" {fold(object_.value)[:6]}" in words
            if f" {fold(object_.value)} " not in words and not verb:
                yield "value", f"« {object_.value} »", self._short()
            return
        datatype = "edtf" if predicate == PERIOD else "decimal" if kind == "integer" else kind
        # A number must be in the passage itself: what it is read with has figures of others. A date may be above.
        number = datatype == "decimal"
        text = self.text if number else self.reading
        unit = None if not number else "percent" if predicate == SHARE else self._unit(fact.subject)
        summed = unit == "EUR" and self._sum(object_.value)
        if (
            says(text, object_.value, datatype, unit) is None
            and not summed
            and not self._in_year(object_.value, datatype)
        ):
            said = ", ".join(text[value.start : value.end] for value in values(text))
            yield "value", f"{object_.value} ({datatype})", said or "–"

    def _in_year(self, lexical: str, datatype: str) -> bool:
        """Say whether a day or month without a year is this one, within a year of a day that it is read with."""
        bare = {"date": "gMonthDay", "gYearMonth": "gMonth"}.get(datatype)
        said = says(self.text, f"-{lexical[4:]}", bare) if bare else None
        if said is None or said.literals[0][1] != bare:
            return False
        above = (value.literals[0] for value in values(self.reading.removeprefix(self.text)))
        for day, kind in above:
            width = min(len(day), len(lexical))
            if kind in ("date", "gYearMonth") and width > len("2021"):
                years = int(lexical[:4]) - int(day[:4])
                if years == 0 or (abs(years) == 1 and (lexical[4:width] < day[4:width]) == (years > 0)):
                    return True
        return False

    def _sum(self, amount: str) -> bool:
        """Say whether a number without a unit is that sum: millions where euros are spoken of, or under « (M€) »."""
        bare = says(self.text, amount, "decimal")
        if bare is not None and "milli" in self.text[bare.start : bare.end].lower() and MONEY.search(self.reading):
            return True
        if MILLIONS.search(self.reading) and (spans := unsaid(self.text)):
            millions = Decimal(amount).scaleb(-6)
            if any(
                (one.start, one.end) in spans and Decimal(one.literals[0][0]) == millions for one in values(self.text)
            ):
                return True
        power = scale(self.reading.removeprefix(self.text))
        return power is not None and says(self.text, f"{Decimal(amount).scaleb(-power):f}", "decimal") is not None

    def _unit(self, subject: object) -> str | None:
        """Return the unit that stands in the frame of a number."""
        for other in self.frames.get(subject, ()) if isinstance(subject, NamedNode) else ():
            if other.predicate in UNITS and isinstance(other.object, NamedNode):
                name = other.object.value.rsplit("/", 1)[-1]
                return None if name == "number" else name
        return None

    def names(self, fact: "_Fact") -> Iterator[tuple[str, str, str]]:
        """The things are named, in the passage or in what it is read with; a code or a class by a word that says it."""
        subject, predicate, object_, _ = fact
        if isinstance(subject, NamedNode) and not self._is_named(subject):
            yield "names", self._call(subject), self._short()
        if not isinstance(object_, NamedNode):
            return
        if predicate == TYPE:
            if not self._is_class_said(subject, object_):
                yield "names", self._call(object_), self._short()
        elif object_.value.startswith(CODE):
            conventional = CONVENTIONS.get(predicate, frozenset())
            if conventional is not None and object_ not in conventional and not self._is_code_said(object_):
                yield "names", self._call(object_), self._short()
        elif predicate not in CONVENTIONS and not self._is_named(object_):
            yield "names", self._call(object_), self._short()

    def _is_named(self, thing: NamedNode) -> bool:
        if thing not in self._named:
            slug = self.passage.document.value.rsplit("/", 1)[-1]
            self._named[thing] = (
                self._is_minted(thing)
                or thing.value.startswith((f"{self.base}document/", f"{self.base}evidence/"))
                or any(one.predicate == UNNAMED for one in self.frames.get(thing, ()))
                or thing.value.rsplit("/", 1)[-1].startswith(f"{slug}-")
                or thing in self.home
                or thing in self.named
                or self._is_council_named(thing)
            )
        return self._named[thing]

    def _is_minted(self, thing: NamedNode, kinds: Collection[str] = MINTED) -> bool:
        """Say whether a thing is of those kinds that are minted for what a passage states."""
        kind, _, rest = thing.value.removeprefix(self.base).partition("/")
        return bool(rest) and kind in kinds

    def _is_code_said(self, code: NamedNode) -> bool:
        words = f" {self.read_words} "
        cue = code in UNREAL_STATUSES and any(f" {cue} " in words for cue in self.known.names.cues)
        return cue or self._says(code)

    def _is_class_said(self, subject: object, cls: NamedNode) -> bool:
        types = self.known.types.get(subject, frozenset()) if isinstance(subject, NamedNode) else frozenset()
        return cls in types or cls in FRAMES or self._says(cls)

    def modality(self, fact: "_Fact") -> Iterator[tuple[str, str, str]]:
        """A future, a conditional or an aim asks for a status that says so."""
        subject, predicate, object_, _ = fact
        real = predicate in REAL or (predicate in STATUSES and object_ in REAL_STATUSES)
        if not real:
            return
        frame = self.frames.get(subject, ()) if isinstance(subject, NamedNode) else ()
        if any(other.object in UNREAL_STATUSES for other in frame):
            return
        text = f" {self._clause(frame)} "
        for cue in self.known.names.cues:
            if f" {cue} " in text:
                yield "modality", "status:planned, target, proposed…", f"« {cue} »"
                return

    def _clause(self, frame: Iterable["_Fact"]) -> str:
        """
        Return the words that speak of a figure: its sentence, up to the next figure, and without what a semicolon parts
        from it. What a colon announces holds of all that comes. Of what is no figure, all the words of the passage.
        """
        told = (one.object.value for one in frame if one.predicate in FIGURES and isinstance(one.object, Literal))
        said = says(self.text, next(told, ""), "decimal")
        if said is None:
            return self.words
        text, after = self.text, (one.start for one in values(self.text) if one.kind in COUNTED)
        start = max((one.end() for one in SENTENCE.finditer(text, 0, said.start)), default=0)
        head = max(text.rfind(":", start, said.start) + 1, start)
        parted = max(text.rfind(";", head, said.start) + 1, head)
        stop = next((at for at in after if at >= said.end), len(text))
        ending = ENDING.search(text, said.end, stop)
        return _words(f"{text[start:head]} {text[parted : ending.start() if ending else stop]}")

    def economy(self, fact: "_Fact") -> Iterator[tuple[str, str, str]]:
        """A passage is no longer than a paragraph."""
        if len(self.passage.exact) > PARAGRAPH:
            yield "economy", f"≤ {PARAGRAPH}", str(len(self.passage.exact))

    def roles(self, fact: "_Fact") -> Iterator[tuple[str, str, str]]:
        """The things have the classes that the property asks for, and no frame reads the passage turned round."""
        for end, cls in self._misfits(fact.subject, fact.predicate, fact.object):
            yield "roles", self._call(cls), self._call(end)
        if (turned := self._turned(fact)) is not None:
            ends = (turned.subject, turned.predicate, turned.object)
            found = " – ".join(self._call(end) for end in ends if isinstance(end, NamedNode))
            yield "roles", self._call(fact.predicate), found

    def _misfits(self, subject: object, predicate: NamedNode, object_: object) -> Iterator[tuple[NamedNode, NamedNode]]:
        """Yield the ends of a fact that have not the class that its property asks for, and that class."""
        for end, cls in zip((subject, object_), self.known.asked.get(predicate, ()), strict=False):
            types = self.known.all_types.get(end, frozenset()) if isinstance(end, NamedNode) else frozenset()
            if isinstance(end, NamedNode) and cls is not None and types and cls not in types:
                yield end, cls

    @cached_property
    def read(self) -> frozenset[Triple]:
        """What frames read in the passage and in what it is read with, in the order of the text."""
        return self.known.reads("\n\n".join(one.exact for one in self.around))

    def _turned(self, fact: "_Fact") -> Triple | None:
        """
        Return what frames read instead of a fact that turns it round, or None.

        That is the same property from the other end; or, of what was minted for the passage, another thing in this role
        while this thing has another role beside it: the delegatee, where the passage has it grant.
        """
        subject, predicate, thing, statement = fact
        if not isinstance(subject, NamedNode) or not isinstance(thing, NamedNode) or not self._is_proper(thing):
            return None
        if self._is_proper(subject):
            if any(self._misfits(thing, predicate, subject)):
                return None
            other = Triple(thing, predicate, subject)
            return other if other in self.read and statement.quad.triple not in self.read else None
        if not self._is_minted(subject, SHARED):
            return None
        if any((one.predicate, one.object) == (predicate, thing) for one in self.read):
            return None
        beside = {one.subject for one in self.read if one.object == thing}
        instead = [one for one in self.read if one.predicate == predicate and one.subject in beside]
        return min(instead, key=str, default=None)

    def doubts(self) -> Iterator[Refusal]:
        """Yield what is no refusal but worth a look: a quotation that carries very much, or very little."""
        frames = sum(map(self._is_minted, self.frames))
        if frames > max(4, len(self.text) // 40):
            yield Refusal("economy", self.stated[0], self.passage, f"{frames}", f"{len(self.text)}")

    def _call(self, thing: NamedNode) -> str:
        names = sorted(self.known.names.names.get(thing, ()), key=lambda words: (len(words), words))
        name = thing.value.rsplit("/", 1)[-1].rsplit("#", 1)[-1]
        return " | ".join([name, *(" ".join(words) for words in names[:4])])

    def _short(self) -> str:
        words = " ".join(self.reading.split())
        return f"« {words if len(words) < 90 else words[:89] + '…'} »"
