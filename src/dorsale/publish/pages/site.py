"""
What the pages of a publication are made from, whatever their language: the things, who says what of them, and how it is
known. Each answer is looked up once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from pyoxigraph import Literal, NamedNode, Quad, Triple

from dorsale.build import rules_of, shapes, standing
from dorsale.carried import Carried
from dorsale.documents.authority import Reference
from dorsale.documents.suppressions import Suppressions
from dorsale.documents.withdrawals import Withdrawal, withdrawals
from dorsale.errors import UnknownTerritory
from dorsale.graph.derive import Rule
from dorsale.graph.explain import (
    Conflict,
    Hierarchy,
    Passage,
    Profile,
    Prover,
    Sources,
    conflicts,
    patterns,
    preferences,
    profile,
)
from dorsale.graph.labels import Term
from dorsale.graph.store import VIEW, Dataset
from dorsale.graph.validate import Report
from dorsale.names import CODE, DOR, SHAPE, dor, prefixes, public
from dorsale.publish.asked import asked
from dorsale.publish.jsonld import Compact, context
from dorsale.publish.pages.outlines import Outlines
from dorsale.publish.pages.places import INSEE, Places
from dorsale.publish.publication import Publication
from dorsale.terms import Terms
from dorsale.workspace import Workspace

TYPE, SUBCLASS = public("rdf:type"), public("rdfs:subClassOf")
QUOTED_FROM, STATED_IN = public("prov:wasQuotedFrom"), dor("statedIn")
EVIDENCE, DOCUMENT = dor("Evidence"), dor("Document")
# Whose pages name a person at their head: what lists the web is asked to leave them out.
PERSONAL = frozenset({dor("Person"), public("org:Membership")})
# What says in which land a thing is.
LANDS = tuple(map(dor, ("administers", "appliesTo", "locatedIn", "passesThrough", "serves", "within")))
# What describes a passage beside its words, shown with it.
BESIDE = (dor("method"), dor("saidBy"), public("prov:hadPrimarySource"))
# In a small picture so many units of the outlines are one.
SKETCHED = 40

Key = TypeVar("Key")
Value = TypeVar("Value")


class Remembered(dict[Key, Value]):
    """What was worked out lately: so much that a page seldom asks twice, so little that memory stays bounded."""

    MOST = 20_000

    def __setitem__(self, key: Key, value: Value) -> None:
        if len(self) >= self.MOST:
            self.clear()
        super().__setitem__(key, value)


@dataclass
class Site:
    """
    A dataset and what its pages ask of it.

    ``names`` are the labels of things as facts, and ``written`` is what is said of things as programs read it, as they
    were met.
    """

    workspace: Workspace
    dataset: Dataset
    publication: Publication
    names: Remembered[NamedNode, tuple[Triple, ...]] = field(default_factory=Remembered)
    written: Remembered[frozenset[Triple], Any] = field(default_factory=Remembered)
    _stated: tuple[NamedNode | None, Mapping[NamedNode, list[Any]]] = field(default=(None, {}))
    _spans: "Remembered[tuple[NamedNode, Term], tuple[tuple[int, int], ...]]" = field(default_factory=Remembered)
    _beside: "Remembered[NamedNode, tuple[tuple[NamedNode, Term], ...]]" = field(default_factory=Remembered)
    _classes: "Remembered[NamedNode, frozenset[NamedNode]]" = field(default_factory=Remembered)
    _lands: dict[NamedNode, tuple[str, ...]] = field(default_factory=dict)
    _lies: "Remembered[NamedNode, tuple[str, ...]]" = field(default_factory=Remembered)

    @cached_property
    def terms(self) -> Terms:
        """What the ontology declares."""
        return Terms.read(self.workspace)

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """The prefixes of the workspace."""
        return prefixes(self.dataset.base)

    @cached_property
    def compact(self) -> Compact:
        """What writes JSON-LD."""
        return Compact(context(self.prefixes, self.terms))

    @cached_property
    def sources(self) -> Sources:
        """Who says each fact."""
        return Sources(self.dataset)

    @cached_property
    def prover(self) -> Prover:
        """What finds how a fact is concluded."""
        return Prover(self.dataset, lambda: self.rules, self.sources)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """What concludes facts."""
        return rules_of(self.workspace, self.terms)

    @cached_property
    def things(self) -> tuple[NamedNode, ...]:
        """The things that have a page: those of our own and the territories, not passages, graphs, terms."""
        base = self.dataset.base
        aside = (f"{base}evidence/", f"{base}graph/")
        subjects = {triple.subject.value for triple in self.dataset.facts() if isinstance(triple.subject, NamedNode)}
        ours = (iri for iri in subjects if iri.startswith((base, INSEE)) and not iri.startswith(aside))
        return tuple(map(NamedNode, sorted(ours)))

    @cached_property
    def suppressions(self) -> Suppressions:
        """Whom the pages must not name: what is not made from the dataset asks."""
        return Suppressions.read(self.workspace)

    @cached_property
    def withdrawn(self) -> tuple[Withdrawal, ...]:
        """The identifiers of things that were published and are there no more; a slice has none."""
        base, there = self.dataset.base, set(self.things)
        if self.publication.whole:
            return ()
        all_ = withdrawals(self.workspace).values()
        ours = (one for one in all_ if one.iri.value.startswith(base) and not self.suppressions.hides(one.iri))
        gone = (one for one in ours if one.iri not in there and not one.iri.value.startswith(f"{base}evidence/"))
        return tuple(sorted(gone, key=lambda one: one.iri.value))

    @cached_property
    def shapes(self) -> tuple[Any, ...]:
        """What the shapes say."""
        return tuple(shapes(self.workspace))

    @cached_property
    def places(self) -> Places:
        """Where the page of each thing stands."""
        named = {triple.subject for triple in self.shapes if isinstance(triple.subject, NamedNode)}
        asking = {shape for shape in named if shape.value.startswith(SHAPE)}
        told = {one for one in self.terms.classes | self.terms.properties if one.value.startswith(DOR)}
        codes = {code for code in self.terms.codes if code.value.startswith(CODE)}
        placed = (*self.things, *(one.iri for one in self.withdrawn))
        return Places(self.dataset.base, placed, told | codes | asking)

    @cached_property
    def report(self) -> Report:
        """What the shapes say of the dataset."""
        return standing(self.workspace, self.dataset)

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What cannot both hold."""
        at, decided = self.workspace.conflicts, self.workspace.preferences
        return conflicts(
            self.dataset,
            patterns(at, self.workspace.shown(at)),
            preferences(decided, self.workspace.shown(decided)),
        )

    @cached_property
    def conflicts_of(self) -> Mapping[NamedNode, list[Conflict]]:
        """What cannot both hold, by the thing that it is said of."""
        found = defaultdict(list)
        for conflict in self.conflicts:
            found[conflict.thing].append(conflict)
        return found

    @cached_property
    def passages(self) -> Mapping[NamedNode, tuple[Passage, ...]]:
        """The passages of each document, in reading order."""
        found = defaultdict(list)
        for quad in self.dataset.store.quads_for_pattern(None, TYPE, EVIDENCE, VIEW):
            if isinstance(quad.subject, NamedNode):
                passage = self.sources.passage(quad.subject)
                found[passage.document].append(passage)
        return {document: tuple(sorted(some, key=lambda one: one.place)) for document, some in found.items()}

    @cached_property
    def concerned(self) -> Mapping[NamedNode, tuple[NamedNode, ...]]:
        """What concerns each département, as a slice of it has it."""
        found = defaultdict(list)
        for departement, thing in asked(self.dataset, "departements"):
            found[departement].append(thing)
        return {departement: tuple(things) for departement, things in found.items()}

    @cached_property
    def reference(self) -> Reference:
        """The territories of France."""
        return Reference.open(self.workspace.reference)

    @cached_property
    def departements(self) -> Mapping[str, str]:
        """What each département of France is called today, by its INSEE code."""
        return {one.code: one.name for one in self.reference if one.kind == "departement"}

    @cached_property
    def regions(self) -> Mapping[str, tuple[str, ...]]:
        """The codes of the départements of each région of today, by its own."""
        found = defaultdict(list)
        for code in self.departements:
            found[self.reference.coded("departement", code)[0].region or ""].append(code)
        return {region: tuple(codes) for region, codes in found.items()}

    def lies(self, thing: NamedNode) -> tuple[str, ...]:
        """Return the codes of the départements where a thing is: its own land, what it serves, what it is about."""
        if thing not in self._lies:
            lands = {thing, *(land for one in LANDS for land in self.objects(thing, one))}
            codes = {code for land in lands if isinstance(land, NamedNode) for code in self._codes(land)}
            self._lies[thing] = tuple(sorted(codes))
        return self._lies[thing]

    def _codes(self, land: NamedNode) -> tuple[str, ...]:
        if not land.value.startswith(INSEE):
            return ()
        if land not in self._lands:
            try:
                place = self.reference.by_iri(land)
            except UnknownTerritory:
                self._lands[land] = ()
            else:
                regional = self.regions.get(place.code, ()) if place.kind == "region" else ()
                within = tuple((place.departement or "").split())
                self._lands[land] = (place.code,) if place.kind == "departement" else regional or within
        return self._lands[land]

    @cached_property
    def outlines(self) -> Outlines | None:
        """The outlines of the départements; None where the workspace has none."""
        at = self.workspace.reference
        return Outlines.read(at, self.workspace.shown(at))

    @cached_property
    def sketch(self) -> Outlines | None:
        """The same for a small picture."""
        return self.outlines.coarse(SKETCHED) if self.outlines else None

    def profile(self, thing: NamedNode) -> Profile:
        """Return all that is known of a thing."""
        return profile(self.dataset, thing, self.prover, self._hierarchy)

    def objects(self, thing: NamedNode, predicate: NamedNode) -> list[Term]:
        """Return the values that a property of a thing has, in a fixed order."""
        return sorted(
            (quad.object for quad in self.dataset.store.quads_for_pattern(thing, predicate, None, VIEW)), key=str
        )

    def classes(self, thing: NamedNode) -> frozenset[NamedNode]:
        """Return the classes of a thing and those above them."""
        if thing not in self._classes:
            kinds = [kind for kind in self.objects(thing, TYPE) if isinstance(kind, NamedNode)]
            above = (self.terms.above.get(kind, frozenset()) for kind in kinds)
            self._classes[thing] = frozenset(kinds).union(*above)
        return self._classes[thing]

    def beside(self, passage: NamedNode) -> tuple[tuple[NamedNode, Term], ...]:
        """Return what is said of a passage beside its words: how it was read, whose words it reports."""
        if passage not in self._beside:
            self._beside[passage] = tuple((one, value) for one in BESIDE for value in self.objects(passage, one))
        return self._beside[passage]

    def spans(self, passage: Passage, terms: Iterable[Term]) -> list[tuple[int, int]]:
        """Return which characters of a passage carry one of some terms; what touches or overlaps is one."""
        merged: list[tuple[int, int]] = []
        for start, end in sorted({span for term in terms for span in self._carrying(passage, term)}):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged

    def _carrying(self, passage: Passage, term: Term) -> tuple[tuple[int, int], ...]:
        # By its name: all the words of a passage would be compared to find it.
        key = (passage.iri, term)
        if key not in self._spans:
            self._spans[key] = self._carried(passage, term)
        return self._spans[key]

    @cached_property
    def _hierarchy(self) -> Hierarchy:
        return Hierarchy(self.dataset)

    @cached_property
    def _carried(self) -> Carried:
        return Carried(self.dataset)

    def stated(self, document: NamedNode) -> Mapping[NamedNode, list[Any]]:
        """Return the facts that each passage of a document states."""
        # A document has a page after the other.
        if self._stated[0] != document:
            facts = {
                passage.iri: sorted((quad.triple for quad in self._saying(passage)), key=str)
                for passage in self.passages.get(document, ())
            }
            self._stated = document, facts
        return self._stated[1]

    def states(self, document: NamedNode) -> int:
        """Return how many facts the passages of a document state."""
        return sum(1 for passage in self.passages.get(document, ()) for _ in self._saying(passage))

    @cached_property
    def properties(self) -> Counter[NamedNode]:
        """How many facts of each property passages state."""
        said = {quad.triple for some in self.passages.values() for passage in some for quad in self._saying(passage)}
        return Counter(fact.predicate for fact in said)

    def _saying(self, passage: Passage) -> Iterator[Quad]:
        return self.dataset.store.quads_for_pattern(None, None, None, passage.iri)

    def text(self, thing: NamedNode, predicate: NamedNode) -> str | None:
        """Return the first text that a property of a thing has, or None."""
        return next((one.value for one in self.objects(thing, predicate) if isinstance(one, Literal)), None)
