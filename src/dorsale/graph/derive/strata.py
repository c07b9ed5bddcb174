"""
Which rule may stand in which stratum.

A rule that counts, denies or makes a new thing answers otherwise when more facts come, so it is run once, and
nothing that it reads may still be written when it runs: not by itself, not by a rule of its stratum or a higher
one, not by what plain rules conclude from those. That is also how a rule that would never end is refused.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from dorsale.errors import RuleError
from dorsale.graph.derive.axioms import DOMAIN, RANGE, Axioms
from dorsale.graph.derive.body import TYPE, Group, Pattern, Term
from dorsale.names import prefixes, shorten

if TYPE_CHECKING:
    from dorsale.graph.derive.rules import Rule

Classes = dict[Term, set[NamedNode]]


@dataclass(frozen=True, slots=True)
class Kind:
    """
    The triples that a pattern can be: of one property (or any), with one value (or any), between a subject and a
    value that are said to be of some classes.
    """

    predicate: NamedNode | None
    value: NamedNode | Literal | None
    classes: frozenset[NamedNode]
    value_classes: frozenset[NamedNode]

    def meets(self, other: "Kind", apart: Mapping[NamedNode, frozenset[NamedNode]]) -> bool:
        """Say whether one triple can be of both kinds, no thing being of two classes that exclude each other."""
        return (
            (self.predicate is None or other.predicate is None or self.predicate == other.predicate)
            and (self.value is None or other.value is None or self.value == other.value)
            and not any(apart.get(kind, frozenset()) & other.classes for kind in self.classes)
            and not any(apart.get(kind, frozenset()) & other.value_classes for kind in self.value_classes)
        )

    def __str__(self) -> str:
        known = prefixes()
        named = self.value if self.predicate == TYPE and isinstance(self.value, NamedNode) else self.predicate
        return shorten(named.value, known) if named else "?"


def require_stratified(rules: Sequence["Rule"], axioms: Iterable[Triple]) -> None:
    """Raise :class:`RuleError` for the first rule that could feed itself through what it counts, denies or makes."""
    known = Axioms.read(axioms)
    plain = [rule for rule in rules if rule.body.plain]
    for stratum in sorted({rule.stratum for rule in rules if not rule.body.plain}):
        later = _later([rule for rule in rules if rule.stratum >= stratum], plain, known)
        for rule in rules:
            # What is read in GRAPHs is what is stated, which no rule writes.
            if rule.stratum == stratum and not rule.body.plain and not rule.body.stated:
                for read in _reads(rule.body):
                    for kind, by in later.items():
                        if kind.meets(read, known.apart):
                            reason = f"it counts, denies or makes from {read}, which follows from {by}"
                            raise RuleError(place=rule.place, reason=f"{reason}: « stratum » ?")


def _later(writing: Iterable["Rule"], plain: Iterable["Rule"], axioms: Axioms) -> Mapping[Kind, str]:
    """Return the kinds of facts that some rules write, and what plain rules conclude from those, with the origin."""
    reading: dict[NamedNode | None, list[tuple[Rule, Pattern, Kind]]] = {}
    for rule in plain:
        for pattern in rule.body.patterns:
            for read in _kinds([pattern], _classes(rule.body.patterns)):
                reading.setdefault(read.predicate, []).append((rule, pattern, read))
    later: dict[Kind, str] = {}
    waiting = [(kind, rule.name) for rule in writing for kind in _kinds(rule.template, _said(rule, axioms))]
    while waiting:
        kind, by = waiting.pop()
        if kind in later:
            continue
        later[kind] = by
        for rule, pattern, read in (*reading.get(kind.predicate, ()), *reading.get(None, ())):
            if kind.meets(read, axioms.apart):
                waiting += [(written, by) for written in _follows(rule, pattern, kind, axioms)]
    return later


def _follows(rule: "Rule", pattern: Pattern, kind: Kind, axioms: Axioms) -> Iterator[Kind]:
    """Yield what a plain rule writes when a fact of a kind is one of the patterns of its body."""
    known = {pattern.object: kind.value_classes, pattern.subject: kind.classes}
    none: frozenset[NamedNode] = frozenset()
    for head in rule.template:
        if head.predicate == TYPE and head.object in known.get(head.subject, none):
            # A domain that says of a contract that it is one says nothing new.
            continue
        (written,) = _kinds([head], _said(rule, axioms))
        yield Kind(
            written.predicate,
            written.value,
            written.classes | known.get(head.subject, none),
            written.value_classes | known.get(head.object, none),
        )


def _said(rule: "Rule", axioms: Axioms) -> Classes:
    """
    Return of what classes the terms of a conclusion are known to be.

    What its body says of them holds, and so does what the domains and ranges in its body say.
    """
    found = _classes((*rule.template, *rule.body.patterns))
    for pattern in rule.body.patterns:
        if isinstance(pattern.predicate, NamedNode):
            for term, axiom in ((pattern.subject, DOMAIN), (pattern.object, RANGE)):
                of = (node for node in axioms.values(pattern.predicate, axiom) if isinstance(node, NamedNode))
                found.setdefault(term, set()).update(of)
    return {term: {above for kind in kinds for above in axioms.above(kind)} for term, kinds in found.items()}


def _classes(patterns: Iterable[Pattern]) -> Classes:
    """Return of what classes patterns say that their terms are."""
    classes: Classes = {}
    for pattern in patterns:
        if pattern.predicate == TYPE and isinstance(pattern.object, NamedNode):
            classes.setdefault(pattern.subject, set()).add(pattern.object)
    return classes


def _reads(group: Group, around: Sequence[Pattern] = ()) -> Iterator[Kind]:
    """Yield the kinds of facts that a group looks at; what a sub-select calls its own is its own."""
    among = [*around, *group.patterns]
    yield from _kinds(group.patterns, _classes(among))
    for inner in (*group.perhaps, *group.denied):
        yield from _reads(inner, among)
    for select in group.selects:
        yield from _reads(select.group)


def _kinds(patterns: Iterable[Pattern], classes: Classes) -> Iterator[Kind]:
    """Yield the kinds of facts that patterns stand for, their terms being of some classes."""
    none: frozenset[NamedNode] = frozenset()
    for pattern in patterns:
        value = pattern.object if isinstance(pattern.object, NamedNode | Literal) else None
        of, to = (frozenset(classes.get(term, ())) for term in (pattern.subject, pattern.object))
        if pattern.steps:
            yield from (Kind(predicate, None, none, none) for predicate in pattern.path)
        elif pattern.path:
            yield from (Kind(predicate, value, of, to) for predicate in pattern.path)
        else:
            yield Kind(pattern.predicate if isinstance(pattern.predicate, NamedNode) else None, value, of, to)
