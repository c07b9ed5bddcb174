"""
A report in words: what is wrong or missing, where, what was expected and found, the words quoted, what to do.

It is for someone who never heard of SHACL: things, properties and classes go by their labels, and what a shape asks
for is a sentence of ``words/`` with the shape's own values in it. What a shape says itself goes before ours.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from dorsale.errors import Place
from dorsale.graph.labels import Labels
from dorsale.graph.store import VIEW, Change, Dataset
from dorsale.graph.validate.paths import Composed
from dorsale.graph.validate.paths import Path as PropertyPath
from dorsale.graph.validate.report import Report, Result, hidden
from dorsale.graph.validate.shapebook import Rule, Shapebook, parameter
from dorsale.graph.validate.state import Term
from dorsale.names import PUBLIC, prefixes, public, shorten
from dorsale.privacy import masked
from dorsale.statements import pinned
from dorsale.words import catalogue, say

TYPE, LABEL, PREFERRED = public("rdf:type"), public("rdfs:label"), public("skos:prefLabel")
EXACT, QUOTED_FROM, TITLE = public("oa:exact"), public("prov:wasQuotedFrom"), public("dcterms:title")
START, END = public("oa:start"), public("oa:end")
PROPERTY, IGNORED = public("sh:property"), public("sh:ignoredProperties")
MIN_COUNT, MAX_COUNT = public("sh:qualifiedMinCount"), public("sh:qualifiedMaxCount")
# Parameters that only say how another one is to be read.
BESIDE = {"flags", "ignoredProperties", "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint"}
# Counts that have words of their own.
COUNTS = {
    ("minCount", "1"): "expects-one",
    ("maxCount", "1"): "expects-one-at-most",
    ("maxCount", "0"): "expects-nothing",
}
# What is to be done is the same for several parameters.
DONE_ALIKE = {
    "bounds": ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive"),
    "length": ("minLength", "maxLength"),
    "language": ("languageIn", "uniqueLang"),
    "pair": ("lessThan", "lessThanOrEquals", "equals", "disjoint"),
    "logic": ("not", "and", "or", "xone", "node", "property", "qualifiedMinCount", "qualifiedMaxCount"),
}
ALIKE = {parameter: key for key, parameters in DONE_ALIKE.items() for parameter in parameters}
# A value is told whole in a report for programs; for people as much of it as is recognised.
LONG = 120


@dataclass(frozen=True, slots=True)
class Told:
    """
    A result in words. Some may be empty: a rule that no parameter expresses expects nothing, a thing outside of every
    passage is not quoted.
    """

    what: str
    thing: str
    property: str
    expected: str
    found: str
    passage: str
    do: str
    waiver: str

    def to_json(self) -> dict[str, str]:
        """Return what there is to say, by its name."""
        return {name: words for name, words in asdict(self).items() if words}


@dataclass(frozen=True, slots=True)
class Case:
    """A result, its words, and the results that go away with it: they judge what was derived from the same value."""

    result: Result
    told: Told
    echoes: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Results of one rule that say the same of different things, in the order of the report."""

    rule: Rule
    cases: tuple[Case, ...]


class Wording:
    """
    Tells reports in a language.

    ``dataset`` is what was there before, ``change`` what is to come and go: either may hold nothing. ``root`` is the
    folder that places are named from.
    """

    def __init__(self, book: Shapebook, dataset: Dataset | None, change: Change, tongue: str, root: Path) -> None:
        self.book = book
        self.change = change
        self.tongue = tongue
        self.root = root
        self.before = dataset or Dataset(Store())
        self.coming = Store()
        self.coming.extend(change.additions)
        self.labels = Labels(self.before, tongue)
        self.labels.known.update(self._names())

    def placed(self, report: Report) -> Report:
        """Return the report with the column of each place, looked up in the line that it names."""

        def column(result: Result) -> Place | None:
            terms = (result.value, *self.properties(result), result.focus)
            return result.place and pinned(result.place, self.root, *(term for term in terms if term is not None))

        return replace(report, results=tuple(replace(result, place=column(result)) for result in report.results))

    def groups(self, report: Report) -> tuple[Group, ...]:
        """Return the results of a report in words, those together that say the same of different things."""
        found: dict[tuple[Any, ...], list[Case]] = {}
        for result, echoes in self._sounding(report.results):
            told = self.told(result)
            key = (result.waiver, result.shape, result.component, told.what, told.expected)
            found.setdefault(key, []).append(Case(result, told, echoes))
        ordered = sorted(found.items(), key=lambda one: one[0][0] is not None)
        return tuple(Group(self.book.rule(key[1]), tuple(cases)) for key, cases in ordered)

    def _sounding(self, results: Iterable[Result]) -> Iterator[tuple[Result, tuple[Result, ...]]]:
        """Yield results with their echoes: one value that is wrong is wrong again in each property derived from it."""
        kept = tuple(results)
        stated: dict[tuple[Any, ...], Result] = {}
        echoes: dict[Result, list[Result]] = {}
        derived = set[Result]()
        for result in kept:
            if result.value is not None and isinstance(result.path, NamedNode):
                if self._stated(result):
                    stated.setdefault(_judged(result), result)
                else:
                    derived.add(result)
        for result in derived:
            if (first := stated.get(_judged(result))) is not None:
                echoes.setdefault(first, []).append(result)
        heard = {echo for several in echoes.values() for echo in several}
        for result in kept:
            if result not in heard:
                yield result, tuple(sorted(echoes.get(result, ()), key=lambda echo: echo.key))

    def _stated(self, result: Result) -> bool:
        """Say whether a file states what a result judges, rather than a rule that derived it."""
        derived = NamedNode(f"{self.before.base}graph/derived")
        found = self.quads(result.focus, result.path, result.value)
        return not isinstance(result.focus, Literal) and any(quad.graph_name != derived for quad in found)

    def told(self, result: Result) -> Told:
        """Return a result in words; no e-mail address and no telephone number is among them."""
        asked = parameter(result.component)
        values = [value for name, value in self.book.rule(result.shape).constraints if name == asked]
        said = Told(
            what=self._what(result.masked(), asked),
            thing=self.term(result.focus),
            property=self._joined(map(self.path, self.properties(result)), "expects-joined") or self.path(result.path),
            expected=self._joined([self.expects(result.shape, asked, value) for value in values], "expects-joined"),
            found=self._found(result, asked),
            passage=self._passage(result),
            do=self._do(result, asked),
            waiver=self._waiver(result),
        )
        return Told(**{name: masked(words) for name, words in asdict(said).items()})

    def rule(self, rule: Rule) -> str:
        """Return all that a rule asks for, as a sentence."""
        return "; ".join(self._asked(rule))

    def about(self, rule: Rule) -> str:
        """Return what a rule is about."""
        kinds: dict[str, list[str]] = {}
        for kind, value in rule.targets:
            kinds.setdefault(kind, []).append(self.term(value))
        return "; ".join(self.say(f"targets-{kind}", what=", ".join(things)) for kind, things in kinds.items())

    def expects(self, shape: Term, asked: str, value: Term) -> str:
        """Return what one parameter of a shape asks for; nothing where only its own sentence says it."""
        if asked == "sparql" or asked in BESIDE - {"qualifiedMinCount", "qualifiedMaxCount"}:
            return ""
        if (asked, value.value) in COUNTS:
            return self.say(COUNTS[asked, value.value])
        if asked == "closed":
            return self.say("expects-closed", what=", ".join(self._allowed(shape))) if value.value == "true" else ""
        if asked in ("qualifiedMinCount", "qualifiedMaxCount"):
            of = self.book.one(shape, public("sh:qualifiedValueShape"))
            return self.say(f"expects-{asked}", n=value.value, what=self.asks(of) if of else "–")
        if asked == "qualifiedValueShape":
            counts = (("qualifiedMinCount", MIN_COUNT), ("qualifiedMaxCount", MAX_COUNT))
            given = [(name, count) for name, iri in counts if (count := self.book.one(shape, iri)) is not None]
            return self._joined([self.expects(shape, name, count) for name, count in given], "expects-joined")
        key = f"expects-{asked}"
        if key not in catalogue(self.tongue):
            return ""
        return self.say(key, what=self._value(asked, value)) if self._value(asked, value) else ""

    def asks(self, shape: Term) -> str:
        """Return what a shape asks for: as its label says, else its constraints one by one."""
        labels = self.book.words(shape, LABEL)
        if labels:
            return self.one(labels)
        rule = self.book.rule(shape)
        what = self._joined(self._asked(rule), "expects-joined")
        return self.say("expects-of", what=what, property=self.path(rule.path)) if rule.path is not None else what

    def path(self, path: PropertyPath | None) -> str:
        """Return a property path in words."""
        if path is None:
            return ""
        if isinstance(path, NamedNode):
            return self.labels.label(path)
        if path.sign == "^" and isinstance(path.parts[0], NamedNode):
            return self.labels.inverse(path.parts[0])
        parts = [self.path(part) for part in path.parts]
        return self._joined(parts, "expects-or-else") if path.sign == "|" else " › ".join(parts)

    def term(self, term: Term) -> str:
        """Return a thing by its label, a value as people write it."""
        return self.labels.said(term)

    def one(self, texts: Mapping[str, str]) -> str:
        """Return the text in the language, else the first that there is, else nothing."""
        return texts.get(self.tongue) or next(iter(texts.values()), "")

    def say(self, key: str, **facts: object) -> str:
        """Return a sentence of ours in the language."""
        return say(key, self.tongue, **facts)

    def properties(self, result: Result) -> tuple[NamedNode, ...]:
        """Return the properties that a result is about: of a choice of several those that the thing has."""
        if isinstance(result.path, NamedNode):
            return (result.path,)
        if not isinstance(result.path, Composed) or result.path.sign != "|" or isinstance(result.focus, Literal):
            return ()
        choice = (part for part in result.path.parts if isinstance(part, NamedNode))
        return tuple(part for part in choice if any(self.quads(result.focus, part, result.value)))

    def quads(self, subject: Any, predicate: Any, value: Any) -> Iterator[Quad]:
        """Yield the quads of a pattern, those that come before those that were there, without those that go."""
        yield from self.coming.quads_for_pattern(subject, predicate, value, None)
        for quad in self.before.store.quads_for_pattern(subject, predicate, value, None):
            if quad.graph_name != VIEW and quad not in self.change.removals:
                yield quad

    def _names(self) -> Mapping[NamedNode, str]:
        """Return what the quads that come say that things are called."""
        order = {tongue: rank for rank, tongue in enumerate((self.tongue, "fr", "en", None))}
        names: dict[NamedNode, tuple[int, str]] = {}
        for quad in self.change.additions:
            if quad.predicate in (LABEL, PREFERRED) and isinstance(quad.subject, NamedNode):
                assert isinstance(quad.object, Literal)
                found = (order.get(quad.object.language, len(order)), quad.object.value)
                names[quad.subject] = min(found, names.get(quad.subject, found))
        return {thing: name for thing, (_, name) in names.items()}

    def _what(self, result: Result, asked: str) -> str:
        rule = self.book.rule(result.shape)
        if rule.messages or set(result.messages) - {""}:
            known = prefixes(self.before.base)
            return _short(result.message(self.tongue), known)
        about = self.path(result.path) or self.say("this-thing")
        key = f"wrong-{asked}"
        return self.say(key if key in catalogue(self.tongue) else "wrong-other", property=about)

    def _asked(self, rule: Rule) -> list[str]:
        # With a datatype goes its pattern: people know the form of a date, and not that of an expression.
        told = dict(rule.constraints)
        hidden = {"pattern"} if "datatype" in told else set()
        skipped = BESIDE | hidden | {"property"} if rule.path is None and rule.names else BESIDE | hidden
        return [self.expects(rule.iri, asked, value) for asked, value in rule.constraints if asked not in skipped]

    def _value(self, asked: str, value: Term) -> str:
        """Return the value of a parameter in words."""
        if asked == "datatype" and isinstance(value, NamedNode):
            return self._datatype(value)
        if asked == "nodeKind":
            return self.say(f"kind-{value.value.removeprefix(PUBLIC['sh'])}")
        if asked in ("in", "languageIn"):
            return ", ".join(self.term(one) for one in self.book.list(value))
        if asked in ("or", "xone") and (classes := self._classes(self.book.list(value))):
            return self.say("expects-classes", what=", ".join(classes))
        if asked in ("and", "or", "xone"):
            return self._joined(
                [self.asks(one) for one in self.book.list(value)],
                "expects-joined" if asked == "and" else "expects-or-else",
            )
        if asked in ("not", "node", "property"):
            return self.asks(value)
        if asked == "uniqueLang":
            return value.value if value.value == "true" else ""
        return self.term(value)

    def _allowed(self, shape: Term) -> Iterator[str]:
        """Yield the properties that a closed shape lets stand."""
        said = self.book.said.get(shape, {})
        paths = (self.book.rule(inner).path for inner in said.get(PROPERTY, ()))
        yield from (self.path(path) for path in paths if isinstance(path, NamedNode))
        yield from (self.term(one) for one in self.book.list(self.book.one(shape, IGNORED)))

    def _classes(self, shapes: Iterable[Term]) -> list[str]:
        """Return the classes that shapes ask for, if each of them asks for one and nothing else."""
        asked = [self.book.rule(shape) for shape in shapes]
        if any(rule.path is not None or [name for name, _ in rule.constraints] != ["class"] for rule in asked):
            return []
        return [self.term(rule.constraints[0][1]) for rule in asked]

    def _datatype(self, kind: NamedNode) -> str:
        key = f"datatype-{kind.value.rsplit('#', 1)[-1]}"
        return self.say(key) if key in catalogue(self.tongue) else self.labels.label(kind)

    def _found(self, result: Result, asked: str) -> str:
        """Return what is there: the value, or all values where they are too few or too many."""
        if result.value is not None and result.value == result.focus:
            # What a thing is tells something where it should be something else; otherwise it is named already.
            return self._one(result.value) if asked == "class" else ""
        values = [] if result.value is None else [result.value]
        if not values:
            quads = (quad for one in self.properties(result) for quad in self.quads(result.focus, one, None))
            values = list(dict.fromkeys(quad.object for quad in quads if not isinstance(quad.object, Triple)))
        if not values:
            return self.say("found-nothing") if asked in ("minCount", "qualifiedMinCount", "hasValue") else ""
        return ", ".join(self._one(value) for value in sorted(values, key=str))

    def _one(self, value: Term) -> str:
        """Return a value with what it is; an address or a number of a person is hidden."""
        if (shut := hidden(value)) != value and isinstance(shut, NamedNode):
            return shut.value
        value = shut
        if isinstance(value, Literal):
            words = " ".join(value.value.split())
            what = words if len(words) <= LONG else words[: LONG - 1] + "…"
            if value.language:
                return self.say("found-in-language", what=what, kinds=value.language)
            return self.say("found-value", what=what, kinds=self._datatype(value.datatype))
        kinds = {quad.object for quad in self.quads(value, TYPE, None)}
        if not kinds and not any(self.quads(value, None, None)):
            return self.say("found-unknown", what=self.term(value))
        named = sorted(self.term(kind) for kind in kinds if isinstance(kind, NamedNode))
        return self.say("found-thing", what=self.term(value), kinds=", ".join(named)) if named else self.term(value)

    def _passage(self, result: Result) -> str:
        """Return the words of the passage in which the fact stands, or else something of the thing."""
        if isinstance(result.focus, Literal):
            return ""
        along = next(iter(self.properties(result)), None)
        # Of a value that is wrong the words that state it; where something is missing, those that make one expect it.
        patterns: tuple[tuple[Any, Any], ...] = ((along, None), (TYPE, None), (None, None))
        if result.value is not None and result.value != result.focus:
            patterns = ((along, result.value),)
        elif along is not None and any(self.quads(result.focus, along, None)):
            patterns = ((along, None),)
        for predicate, value in patterns:
            for quad in self.quads(result.focus, predicate, value):
                if words := self._quotation(quad.graph_name):
                    return words
        return self._quotation(result.focus)

    def _quotation(self, passage: Any) -> str:
        """Return the words of a passage with their document and offsets, nothing where there is no passage."""
        if not isinstance(passage, NamedNode):
            return ""
        said = {quad.predicate: quad.object for quad in self.quads(passage, None, None)}
        if EXACT not in said or QUOTED_FROM not in said:
            return ""
        document = said[QUOTED_FROM]
        titles = (quad.object.value for quad in self.quads(document, TITLE, None) if isinstance(quad.object, Literal))
        title = next(titles, None) or self.term(document)  # type: ignore[arg-type]
        at = "-".join(value.value for part in (START, END) if isinstance(value := said.get(part), Literal))
        return f"« {' '.join(said[EXACT].value.split())} » ({title}, {at})"  # type: ignore[union-attr]

    def _do(self, result: Result, asked: str) -> str:
        """Return what to do; the sentences of checks that are no shapes say it themselves."""
        if result.shape not in self.book.said:
            return ""
        nothing = ("maxCount", Literal("0", datatype=public("xsd:integer"))) in self.book.rule(result.shape).constraints
        key = "do-nothing" if asked == "maxCount" and nothing else f"do-{ALIKE.get(asked, asked)}"
        return self.say(key if key in catalogue(self.tongue) else "do-other")

    def _waiver(self, result: Result) -> str:
        if (waiver := result.waiver) is None:
            return ""
        facts = {"reason": waiver.reason, "role": waiver.role, "expires": waiver.expires.isoformat()}
        return self.say("waived-because", **facts)

    def _joined(self, parts: Iterable[str], key: str) -> str:
        """Return several phrases as one."""
        first, *others = [part for part in parts if part] or [""]
        for other in others:
            first = self.say(key, one=first, other=other)
        return first


def _judged(result: Result) -> tuple[Any, ...]:
    return result.focus, result.value, result.component, result.severity, result.waiver


def _short(sentence: str, known: Mapping[str, str]) -> str:
    """Return a sentence in which IRIs are short names: those of SPARQL constraints are written out."""
    words = (
        shorten(word, known).strip("<>") if word.startswith(("http://", "https://")) else word
        for word in sentence.split(" ")
    )
    return " ".join(words)
