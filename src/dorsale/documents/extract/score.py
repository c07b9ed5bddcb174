"""
How far what is proposed agrees with what was accepted: precision, recall and F1 by property values.

Nodes without a name are compared by what they say: a figure by its number, a sum by its amount, an office by its
holder. So two identifiers for one observation are no disagreement, and one value under another property is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from dorsale.names import CODE, DOR, dor, fold, public
from dorsale.terms import TYPE

NAMING = frozenset(public(name) for name in ("rdfs:label", "skos:altLabel"))
# What is always written, or says how a thing is written down: it counts neither way.
CONVENTIONAL = frozenset(
    {dor(name) for name in ("currency", "amountKind", "unit", "rateOf", "unnamed", "groupOf", "topic")} | NAMING
)
REPORTED = NamedNode(f"{CODE}status/reported")
# The kinds of nodes that have no name, and the properties whose values tell one from another.
KEYS = {
    "observation": ("value", "minimumValue"), "funding": ("amount", "minimumAmount", "maximumAmount"),
    "membership": ("member",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """One property value: of which kind of node, told by which values, and the forms that mean the value."""

    kind: str
    keys: frozenset[str]
    property: str
    values: frozenset[str]

    def agrees(self, other: "Said") -> bool:
        """Say whether two say the same of the same thing."""
        return (
            self.property == other.property
            and self.kind == other.kind
            and bool(self.values & other.values)
            and (not self.keys or not other.keys or bool(self.keys & other.keys))
        )


@dataclass(frozen=True)
class Score:
    """What was proposed and what was wanted, and which of them agree."""

    right: tuple[Said, ...]
    extra: tuple[Said, ...]
    found: tuple[Said, ...]
    missed: tuple[Said, ...]

    @property
    def precision(self) -> float:
        """The share of what was proposed that is right."""
        return len(self.right) / max(len(self.right) + len(self.extra), 1)

    @property
    def recall(self) -> float:
        """The share of what was wanted that is found."""
        return len(self.found) / max(len(self.found) + len(self.missed), 1)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @cached_property
    def properties(self) -> Mapping[str, "Score"]:
        """The score of each property."""
        names = sorted({said.property for said in (*self.right, *self.extra, *self.found, *self.missed)})
        return {
            name: Score(
                *(
                    tuple(s for s in part if s.property == name)
                    for part in (self.right, self.extra, self.found, self.missed)
                )
            )
            for name in names
        }

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.right + other.right, self.extra + other.extra, self.found + other.found, self.missed + other.missed
        )


def compare(proposed: Iterable[Said], wanted: Iterable[Said]) -> Score:
    """Return how proposals agree with what was wanted; each value counts once."""
    one, other = tuple(dict.fromkeys(proposed)), tuple(dict.fromkeys(wanted))
    by_property: dict[str, list[Said]] = {}
    for said in other:
        by_property.setdefault(said.property, []).append(said)
    proposed_by: dict[str, list[Said]] = {}
    for said in one:
        proposed_by.setdefault(said.property, []).append(said)
    right = [said for said in one if any(said.agrees(want) for want in by_property.get(said.property, ()))]
    found = [want for want in other if any(want.agrees(said) for said in proposed_by.get(want.property, ()))]
    sure, got = set(right), set(found)
    return Score(
        tuple(right), tuple(s for s in one if s not in sure), tuple(found), tuple(w for w in other if w not in got)
    )


def said(triples: Iterable[Triple], names: Mapping[NamedNode, frozenset[str]]) -> list[Said]:
    """Return facts as property values; ``names`` are the forms by which things go."""
    kept = tuple(triples)
    keys: dict[NamedNode, set[str]] = {}
    for triple in kept:
        kind = _kind(triple.subject)
        assert isinstance(triple.subject, NamedNode)
        if triple.predicate.value.rsplit("#", 1)[-1] in KEYS.get(kind, ()):
            keys.setdefault(triple.subject, set()).update(_forms(triple.object, names))
    out = []
    for triple in kept:
        if triple.predicate in CONVENTIONAL or triple.object == REPORTED:
            continue
        kind = _kind(triple.subject)
        own: frozenset[str]
        name = "type" if triple.predicate == TYPE else triple.predicate.value.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
        if kind in KEYS:
            if name == "type" or name in KEYS[kind]:
                own = frozenset()
                if name == "type":
                    continue
            else:
                assert isinstance(triple.subject, NamedNode)
                own = frozenset(keys.get(triple.subject, ()))
        elif kind in ("contract", "network", "event", "project", "programme", "service", "shareholding"):
            own = frozenset()
        else:
            own = frozenset(_forms(triple.subject, names))
        told = keys.get(triple.object, set()) if isinstance(triple.object, NamedNode) else set()
        out.append(Said(kind, own, name, frozenset(_forms(triple.object, names) | told)))
    return out


def _kind(subject: object) -> str:
    value = getattr(subject, "value", "")
    if value.startswith("http://id.insee.fr/") or "/territory/" in value:
        return "place"
    return value.rsplit("/", 2)[-2] if value.count("/") > 2 else value


def _forms(term: object, names: Mapping[NamedNode, frozenset[str]]) -> set[str]:
    if isinstance(term, Literal):
        number = term.value.rstrip("0").rstrip(".") if "." in term.value else term.value
        return {number if number[:1].isdigit() else fold(term.value)}
    assert isinstance(term, NamedNode)
    if term.value.startswith((DOR, CODE)):
        return {term.value.rsplit("#", 1)[-1].rsplit("/", 1)[-1]}
    return {term.value, *(names.get(term, frozenset()))}
