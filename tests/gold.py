"""
What a careful reader finds in a text (``gold.jsonl``: one frame and passage a line), and how proposals agree with it.

A thing that is proposed is that of the gold which has one of its names, or else, among those of its kind, the one with
which it shares most: passages, values, what leads to it. A figure needs the same number, a sum the same amount. Each
property value is then right or not, types among them; what only says how a thing is written down (unit, currency)
counts neither way. What the reference knows of a thing that the text names need not be proposed again.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from dorsale.build import Sources
from dorsale.documents.extract import Extraction, score
from dorsale.documents.extract.score import CONVENTIONAL, REPORTED, Score
from dorsale.documents.text import Document
from dorsale.names import fold, public
from dorsale.terms import TYPE

SUBPROPERTY = public("rdfs:subPropertyOf")
NAMING = frozenset(public(name) for name in ("rdfs:label", "skos:altLabel", "skos:hiddenLabel", "skos:prefLabel"))
# The gold's names for some properties and codes of the model.
RENAMED = {"valueQualifier": "qualifier", "zone": "within", "place": "locatedIn", "spent": "paid"}
# Nodes without a name, and by which of their values they are told apart.
KEYS = {
    "observation": ("value", "minimumValue", "maximumValue"), "funding": ("amount", "minimumAmount", "maximumAmount"),
    "membership": ("member",), "shareholding": ("holder",),
}  # fmt: skip
NAMED = frozenset({"actor", "person", "place"})
# What is compared with what, by the classes on top; what one text calls a project another calls a programme, and both
# may be told by what happened. What is none of these acts.
KINDS = {
    "observation": "Observation", "funding": "Funding", "membership": "Membership", "shareholding": "Shareholding",
    "person": "Person", "place": "Place Territory Zone", "undertaking": "Project Programme Service Event Fund",
    "network": "Network EnergyNetwork", "contract": "Contract",
}  # fmt: skip
OUR_KINDS = {"territory": "place", "zone": "place"} | dict.fromkeys(
    ("project", "programme", "service", "event"), "undertaking"
)


# A property and the forms that mean its value.
Said = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Value(score.Said):
    """One property value of a thing, and the passages that speak of the thing."""

    thing: str = ""
    spans: tuple[tuple[int, int], ...] = ()


@dataclass
class Thing:
    """A thing that is spoken of: its kinds, its names, where, and what is said of it: properties and their forms."""

    kinds: set[str] = field(default_factory=set)
    names: dict[str, None] = field(default_factory=dict)
    spans: dict[tuple[int, int], None] = field(default_factory=dict)
    values: dict[Said, None] = field(default_factory=dict)

    def keys(self) -> set[str]:
        """Return the values by which a node without a name is told apart."""
        told = {key for kind in self.kinds for key in KEYS.get(kind, ())}
        return {form for name, forms in self.values if name in told for form in forms}

    def shared(self, other: "Thing") -> int:
        """Return how much speaks for two being one; nothing where something speaks against it."""
        mine, yours = self.keys(), other.keys()
        named = not self.names.keys().isdisjoint(other.names)
        if not self.kinds & other.kinds or ((mine or yours) and not mine & yours) or (not named and self.kinds & NAMED):
            return 0
        together = sum(any(start < stop and begin < end for start, end in self.spans) for begin, stop in other.spans)
        said = {form for _, forms in other.values for form in forms}
        alike = sum(not said.isdisjoint(forms) for _, forms in self.values)
        return 100 * named + min(together, 3) + alike

    def told(self) -> list[Value]:
        """Return what is said of the thing."""
        kind, name = min(self.kinds), next(iter(self.names), "")
        spans = tuple(self.spans)
        return [Value(kind, frozenset(), said, frozenset(forms), name, spans) for said, forms in self.values]


class Reference:
    """What is known before a text is read: how things are called and what is said of them, what stands above a term."""

    def __init__(self, sources: Sources) -> None:
        self.labels: dict[object, list[str]] = {}
        self.above = {_local(cls): set(map(_local, over)) for cls, over in sources.terms.above.items()}
        self._called: dict[str, list[object]] = {}
        self._said: dict[object, list[Said]] = {}
        self.learn([one.quad.triple for one in sources.authority])
        self.learn([*sources.territories, *sources.terms.concepts])
        direct: dict[str, set[str]] = {}
        for triple in sources.terms.axioms:
            if triple.predicate == SUBPROPERTY:
                direct.setdefault(_local(triple.subject), set()).add(_local(triple.object))
        for name in direct:
            over = {name}
            while further := {upper for one in over for upper in direct.get(one, ())} - over:
                over |= further
            self.above[name] = over

    def learn(self, triples: Sequence[Triple]) -> None:
        """Take up what is said of things."""
        for triple in triples:
            if triple.predicate in NAMING and isinstance(triple.object, Literal):
                self.labels.setdefault(triple.subject, []).append(fold(triple.object.value))
                self._called.setdefault(fold(triple.object.value), []).append(triple.subject)
        for triple in triples:
            if isinstance(triple.object, NamedNode):
                forms = (_local(triple.object), *self.labels.get(triple.object, ()))
                self._said.setdefault(triple.subject, []).append((_property(triple), forms))

    def knows(self, thing: Thing) -> list[Said]:
        """Return what is said of all that is called as a thing is."""
        called = [iri for name in thing.names for iri in self._called.get(name, ())]
        lands: list[Said] = [("type", ("Territory",))] if any(_kind(iri) == "place" for iri in called) else []
        return [*lands, *(said for iri in called for said in self._said.get(iri, ()))]

    def kind(self, cls: str) -> str:
        """Return as what a thing of a class is compared."""
        tops = ((kind, top) for kind, names in KINDS.items() for top in names.split())
        return next((kind for kind, top in tops if self.is_above(top, cls)), "actor")

    def is_above(self, one: str, other: str) -> bool:
        """Say whether a class or property is another, or above it."""
        return one == other or one in self.above.get(other, ())


def read(path: Path, reference: Reference) -> dict[str, dict[str, Thing]]:
    """Return the things of each text, by the number of the text and the identifier of the thing."""
    left_out = set(map(_local, CONVENTIONAL))
    found: dict[str, dict[str, Thing]] = {}
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        thing = found.setdefault(row["doc"], {}).setdefault(row.get("same_as") or row["id"], Thing())
        types = (row["type"], *row.get("type_alt", ()))
        thing.kinds.update(reference.kind(name) for name in types)
        thing.names.update(dict.fromkeys(fold(name) for name in row["label"].split("|") if name))
        thing.spans[(row["start"], row["end"])] = None
        thing.values[("type", types)] = None
        for slot, values in row["slots"].items():
            for value in values if RENAMED.get(slot, slot) not in left_out else ():
                said = [RENAMED.get(one, one) for one in value.split("|")]
                forms = dict.fromkeys(form for one in said for form in (one, fold(one)))
                thing.values[(RENAMED.get(slot, slot), tuple(forms))] = None
    return found


def proposed(extraction: Extraction, labels: Mapping[object, Iterable[str]]) -> dict[NamedNode, Thing]:
    """Return the things of which something is proposed; ``labels`` are the names of what was known before."""
    facts, found = extraction.facts, dict[NamedNode, Thing]()
    stated = [one.quad for one in facts.statements if facts.of_passage(one)]
    called: dict[object, list[str]] = {}
    for triple in (*extraction.authority, *facts.described, *(quad.triple for quad in stated)):
        if triple.predicate in NAMING and isinstance(triple.object, Literal):
            called.setdefault(triple.subject, []).append(fold(triple.object.value))

    def forms(term: object) -> tuple[str, ...]:
        if isinstance(term, Literal):
            return (term.value.rstrip("0").rstrip(".") if "." in term.value else term.value, fold(term.value))
        assert isinstance(term, NamedNode)
        return (term.value, _local(term), *called.get(term, ()), *labels.get(term, ()))

    for quad in stated:
        iri, passage = quad.subject, facts.passages[quad.graph_name]  # type: ignore[index]
        assert isinstance(iri, NamedNode)
        thing = found.setdefault(iri, Thing({_kind(iri)}, dict.fromkeys(forms(iri)[::-1])))
        thing.spans[(passage.start, passage.end)] = None
        if quad.predicate not in CONVENTIONAL and quad.object != REPORTED:
            thing.values[(_property(quad.triple), forms(quad.object))] = None
    return found


def compare(wanted: Mapping[str, Thing], told: Mapping[NamedNode, Thing], reference: Reference) -> Score:
    """Return how far proposals agree; what is more precise than the gold is right, and so is a class that is less."""
    named = {name: one for one, thing in wanted.items() for name in thing.names}
    meant: dict[str, str] = {}
    # What has a name or a number first: networks and contracts are told by what leads to them, too.
    for iri, thing in sorted(told.items(), key=lambda each: not each[1].kinds & (NAMED | KEYS.keys())):
        leading: Counter[str] = Counter()
        for other, one in meant.items():
            leads = {name for name, forms in told[NamedNode(other)].values if iri.value in forms}
            leading.update(
                named[form] for said, forms in wanted[one].values if said in leads for form in forms if form in named
            )
        shared = {one: share + leading[one] for one in wanted if (share := wanted[one].shared(thing))}
        if shared:
            meant[iri.value] = max(shared, key=lambda one: shared[one])

    def agree(name: str, forms: tuple[str, ...], said: str, others: tuple[str, ...]) -> bool:
        if not reference.is_above(said, name):
            return False
        if name == "type":
            return any(reference.is_above(a, b) or reference.is_above(b, a) for a in forms for b in others)
        ones = {named.get(form) for form in others} - {None}
        return not set(forms).isdisjoint(others) or any(meant.get(form) in ones for form in forms)

    sides: dict[str, list[Value]] = {"right": [], "extra": [], "found": [], "missed": []}
    found: set[tuple[str, Said]] = set()
    for iri, thing in told.items():
        one = meant.get(iri.value, "")
        for value, stated in zip(thing.told(), thing.values, strict=True):
            right = [said for said in (wanted[one].values if one else ()) if agree(*stated, *said)]
            found.update((one, said) for said in right)
            sides["right" if right else "extra"].append(value)
    for one, thing in wanted.items():
        known = reference.knows(thing)
        for value, said in zip(thing.told(), thing.values, strict=True):
            got = (one, said) in found or any(agree(*other, *said) for other in known)
            sides["found" if got else "missed"].append(value)
    return Score(**{side: tuple(values) for side, values in sides.items()})


def measure(folder: Path, extract: Callable[[Document], Extraction], sources: Sources) -> dict[str, Score]:
    """Return the agreement for each text of a folder, by its name, which begins with its number."""
    reference = Reference(sources)
    wanted = read(folder / "gold.jsonl", reference)
    found = {}
    for path in sorted(folder.glob("*.txt")):
        extraction = extract(Document(path.stem, path.read_text("utf-8")))
        reference.learn(extraction.authority)
        told = proposed(extraction, reference.labels)
        found[path.stem] = compare(wanted[path.stem.split("-")[0]], told, reference)
    return found


def _local(term: Any) -> str:
    return str(term.value.rsplit("#", 1)[-1].rsplit("/", 1)[-1])


def _property(triple: Triple) -> str:
    return "type" if triple.predicate == TYPE else _local(triple.predicate)


def _kind(iri: object) -> str:
    if not isinstance(iri, NamedNode):
        return ""
    kind = "place" if iri.value.startswith("http://id.insee.fr/") else iri.value.rsplit("/", 2)[-2]
    return OUR_KINDS.get(kind, kind)
