"""
What is known before a document is read: things by their names, words that announce a class, given names, codes.

The authority files say who is known, the reference where places are, ``ontology/frames/names.yaml`` how prose names
what is not yet known. Nothing here is a list in Python.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from dorsale.documents.authority import Reference, Territory
from dorsale.documents.extract.grammar import Grammar
from dorsale.documents.frames import read_yaml
from dorsale.names import CODE, DOR, dor, fold, mint, public
from dorsale.terms import TYPE, Terms

LABEL = public("rdfs:label")
NAMES = {LABEL, public("skos:altLabel")}
WORDS = {public("skos:prefLabel"), public("skos:hiddenLabel")}
BROADER, HIDDEN = public("skos:broader"), public("skos:hiddenLabel")
ADMINISTERS = dor("administers")
# The kind in the IRI of a thing of each class; the first that is above its class holds.
KINDS = {
    "Actor": "actor", "Person": "person", "Network": "network", "Contract": "contract", "Programme": "programme",
    "Project": "project", "Service": "service", "Event": "event", "Place": "place", "Territory": "territory",
}  # fmt: skip
# The tables of ``names.yaml`` that give the heads of names by class.
SECTIONS = ("institutions", "generic", "typing", "networks", "contracts", "projects", "works", "anaphors", "groups")
# Institutions of which a plural still names each: « les Départements de l'Ardèche et de la Drôme ».
PLURAL = ("Department", "Region", "Intercommunality")
# Things that have the same words for a name in every territory.
LOCAL = frozenset({"Zone", "ActorGroup", "Project", "Service", "Network", "Funding"})
COUNCILS = {"departement": "Department", "region": "Region", "commune": "Municipality"}
PROPER = re.compile(r"\s\S*[A-ZÀ-Ý][a-zà-ÿ]")
# How a name begins that a text gives in passing, and that points back in it: « celle d'Orange ».
POINTING = re.compile(r"(?:celles?|celui|ceux|leurs?|ses|son|sa|nos|notre) ")


@dataclass(frozen=True, slots=True)
class Thing:
    """
    A thing that a text names: its identifier, its label, its most precise class, the classes above, who knows it.

    ``members`` are the class and the number of those of a group, as far as they are said.
    """

    iri: NamedNode
    label: str
    cls: str
    classes: frozenset[str]
    known: bool = True
    unnamed: bool = False
    territory: Territory | None = None
    members: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Phrase:
    """A phrase of the lexicon: its folded words, and what it announces."""

    words: tuple[str, ...]
    kind: str
    cls: str = ""
    things: tuple[Thing, ...] = ()


class Lexicon:
    """The names and words that are known before a document is read."""

    def __init__(
        self, terms: Terms, authority: Iterable[Triple], reference: Reference, folder: Path, base: str
    ) -> None:
        self.terms, self.reference, self.base = terms, reference, base
        self.grammar = Grammar.of(read_yaml(folder / "grammar.yaml"))
        self.words: Mapping[str, Any] = read_yaml(folder / "names.yaml")
        given = reference.folder / "given-names.txt"
        self.given = frozenset(
            fold(name) for line in given.read_text("utf-8").splitlines() if line[:1] != "#" for name in line.split()
        )
        self.joining = frozenset(fold(word) for word in self.words["joining"])
        self.branching = frozenset(fold(word) for word in self.words["branching"])
        self.tasks = frozenset(fold(word) for word in self.words["tasks"])
        self.offices = frozenset(fold(word) for word in self.words["offices"])
        self.not_names = frozenset(fold(word) for word in self.words["not-names"])
        self.acting = frozenset(self.words["acting"])
        self.serving = frozenset(self.words["serving"])
        self.officers = frozenset(fold(word) for word in self.words["officers"])
        self.syndical = frozenset(fold(word) for word in self.words["syndical"])
        self.services = frozenset(fold(word) for word in self.words["services"])
        self.trades = frozenset(fold(word) for word in self.words["trades"])
        self._above = {
            cls.value.removeprefix(DOR): frozenset(
                over.value.removeprefix(DOR) for over in above if over.value.startswith(DOR)
            )
            for cls, above in terms.above.items()
            if cls.value.startswith(DOR)
        }
        self.councils: dict[NamedNode, Thing] = {}
        # The codes of the départements of the councils that are known or were met.
        self.departements: dict[NamedNode, str] = {}
        self.things: dict[NamedNode, Thing] = {}
        self.phrases: dict[str, list[Phrase]] = {}
        self._lands: dict[tuple[str, str, str], Thing] = {}
        # The words with which names of zones begin.
        self.zonal: set[str] = set()
        self._announce()
        self._know(tuple(authority))
        for phrases in self.phrases.values():
            phrases.sort(key=lambda phrase: -len(phrase.words))

    def above(self, cls: str) -> frozenset[str]:
        """Return the names of the classes above one of ours, itself included."""
        return self._above.get(cls, frozenset({cls}))

    def thing(self, label: str, cls: str, *, iri: NamedNode | None = None, unnamed: bool = False) -> Thing:
        """Return a thing that is met for the first time; the same label gives the same identifier."""
        kind = next((kind for over, kind in KINDS.items() if over in self.above(cls)), "actor")
        return Thing(iri or mint(self.base, kind, label), label, cls, self.above(cls), known=False, unnamed=unnamed)

    def is_national(self, thing: Thing) -> bool:
        """Say whether a thing is one that everyone knows, like a programme of the State."""
        words = tuple(fold(thing.label).split())
        known = self.phrases.get(words[0], ()) if words else ()
        return thing.known or any(one.kind == "known" and one.words == words for one in known)

    def _put(self, phrase: Phrase) -> None:
        if phrase.words:
            self.phrases.setdefault(phrase.words[0], []).append(phrase)

    def _announce(self) -> None:
        """Take in the words of ``names.yaml``."""
        for section in SECTIONS:
            for cls, heads in self.words.get(section, {}).items():
                for head in heads:
                    forms = {head, _plural(head)} if section != "institutions" or cls in PLURAL else {head}
                    for form in forms:
                        self._put(Phrase(tuple(fold(form).split()), section, cls))
        for function in self.words["functions"]:
            self._put(Phrase(tuple(fold(function).split()), "functions", "Person"))
        for code in self.words["zones"]:
            self._zone(NamedNode(f"{CODE}zone-type/{code}"))
        for cls, names in self.words["known"].items():
            for name in names:
                self._put(Phrase(tuple(fold(name).split()), "known", cls, (self.thing(name, cls),)))

    def _zone(self, code: NamedNode) -> None:
        """Take in the words for zones of a type; a text's own is named by the first of them and its territory."""
        labels = [
            triple.object.value
            for triple in self.terms.concepts
            if triple.subject == code and triple.predicate == HIDDEN and isinstance(triple.object, Literal)
        ]
        names = sorted((label for label in labels if label.startswith("zone ")), key=len)
        if names:
            thing = self.thing(names[0][0].upper() + names[0][1:], "Zone")
            for words in (tuple(fold(label).split()) for label in labels):
                if len(words) > 1:  # « AMII » alone may be the call
                    self.zonal.add(words[0])
                    self._put(Phrase(words, "zones", "Zone", (thing,)))

    def _know(self, authority: Sequence[Triple]) -> None:
        """Take in the things of the authority files by all their names that are more than words of their class."""
        generic = {phrase.words for phrases in self.phrases.values() for phrase in phrases if phrase.kind != "known"}
        classes: dict[NamedNode, list[str]] = {}
        labels: dict[NamedNode, list[str]] = {}
        for triple in authority:
            if not isinstance(triple.subject, NamedNode):
                continue
            if triple.predicate == TYPE and isinstance(triple.object, NamedNode):
                classes.setdefault(triple.subject, []).append(triple.object.value.removeprefix(DOR))
            elif triple.predicate in NAMES and isinstance(triple.object, Literal):
                first = triple.predicate == LABEL
                labels.setdefault(triple.subject, []).insert(0 if first else 99, triple.object.value)
        lands = {
            triple.subject: fold(self.reference.by_iri(triple.object).name)
            for triple in authority
            if triple.predicate == ADMINISTERS
            and isinstance(triple.object, NamedNode)
            and not triple.object.value.startswith(self.base)
        }
        taken: dict[tuple[str, ...], NamedNode] = {}
        for iri, names in labels.items():
            if not iri.value.startswith(self.base) or "/document/" in iri.value or iri not in classes:
                continue
            cls = classes[iri][0]
            above = frozenset().union(*(self.above(one) for one in classes[iri]))
            thing = Thing(iri, names[0], cls, above)
            self.things[iri] = thing
            for name in names:
                if above & {"Zone", "ActorGroup", "Project", "Service", "Network", "Funding"} and not PROPER.search(
                    name
                ):
                    continue  # "zone AMII" is another zone in another document
                if POINTING.match(fold(name)):
                    continue
                words = tuple(fold(name.split(" (")[0]).split())
                bare = words[1:] if words[:1] in (("la",), ("le",), ("l",), ("les",)) else words
                if " ".join(words) == lands.get(iri):
                    continue  # a council goes by the name of its land, which is the land's
                if bare and bare not in generic and bare not in taken:
                    taken[bare] = iri
                    self._put(Phrase(bare, "authority", cls, (thing,)))
        for triple in authority:
            if triple.predicate == ADMINISTERS and triple.subject in self.things:
                assert isinstance(triple.subject, NamedNode)
                assert isinstance(triple.object, NamedNode)
                self._administer(triple.object, self.things[triple.subject])

    @cached_property
    def complements(self) -> Mapping[tuple[str, str], str]:
        """How the territories that councils administer are named after « Département » and « Région »."""
        lines = (self.reference.folder / "councils.tsv").read_text("utf-8").splitlines()
        rows = [line.split("\t") for line in lines if line[:1] != "#"][1:]
        return {(kind, code): complement for kind, code, complement in rows}

    @cached_property
    def demonyms(self) -> Mapping[str, tuple[Territory, ...]]:
        """The territories that an adjective speaks of: « girondin », « ligérienne »."""
        found: dict[str, list[Territory]] = {}
        lines = (self.reference.folder / "demonyms.tsv").read_text("utf-8").splitlines()
        for kind, code, forms in (line.split("\t") for line in [line for line in lines if line[:1] != "#"][1:]):
            states = self.reference.coded("region" if kind == "former-region" else kind, code)
            for form in forms.split(", ") if states else ():
                found.setdefault(fold(form), []).append(states[0])
        return {form: tuple(states) for form, states in found.items()}

    def council(self, territory: Territory) -> Thing | None:
        """Return the council of a territory: the known one, or the one that its name gives."""
        iri = territory.iri
        if iri is None or territory.kind not in COUNCILS:
            return None
        if iri not in self.councils:
            complement = self.complements.get((territory.kind, territory.code))
            if territory.kind == "commune":
                vowel = fold(territory.name)[:1] in "aeiouy"
                complement = ("d’" if vowel else "de ") + territory.name
            head = {"departement": "Département", "region": "Région", "commune": "Commune"}[territory.kind]
            label = f"{head} {complement or territory.name}"
            thing = self.thing(label, COUNCILS[territory.kind])
            self._administer(iri, Thing(thing.iri, label, thing.cls, thing.classes, False, False, territory))
        return self.councils[iri]

    def _administer(self, land: NamedNode, council: Thing) -> None:
        self.councils[land] = council
        if "/departement/" in land.value:
            self.departements[council.iri] = land.value.rsplit("/", 1)[-1]

    def land(self, territory: Territory) -> Thing:
        """Return a territory as a thing; an EPCI is an actor, since no list gives its land an identifier."""
        key = territory.kind, territory.code, territory.name
        if key not in self._lands:
            self._lands[key] = self._land(territory)
        return self._lands[key]

    def _land(self, territory: Territory) -> Thing:
        if territory.iri is None:
            siglum, _, rest = territory.name.partition(" ")
            words = {"CC": "Communauté de communes", "CA": "Communauté d’agglomération", "CU": "Communauté urbaine"}
            label = f"{words[siglum]} {rest}" if siglum in words else territory.name
            thing = self.thing(label, "Intercommunality")
            return Thing(thing.iri, label, thing.cls, thing.classes, False, False, territory)
        return Thing(territory.iri, territory.name, "Territory", frozenset({"Territory"}), False, False, territory)

    def land_of(self, council: Thing) -> Thing | None:
        """Return the land of a council."""
        if council.territory is not None:
            return self.land(council.territory) if council.territory.iri else council
        iri = next((iri for iri, known in self.councils.items() if known.iri == council.iri), None)
        return self.land(self.reference.by_iri(iri)) if iri is not None else None

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The longest name, in words, of the territories whose name begins with a word."""
        longest: dict[str, int] = {}
        for name in self.reference.names():
            first, _, rest = name.partition(" ")
            longest[first] = max(longest.get(first, 0), 1 + (rest.count(" ") + 1 if rest else 0))
        return longest

    @cached_property
    def articled(self) -> Mapping[tuple[str, str], int]:
        """The same for names that begin with an article, by it and the word after it, without the article."""
        longest: dict[tuple[str, str], int] = {}
        for name in self.reference.names():
            article, _, rest = name.partition(" ")
            if article in ("le", "les") and rest:
                first = rest.partition(" ")[0]
                longest[article, first] = max(longest.get((article, first), 0), rest.count(" ") + 1)
        return longest

    @cached_property
    def codes(self) -> Mapping[str, tuple[tuple[tuple[str, ...], NamedNode], ...]]:
        """The words that announce the codes, by their first; the longest first."""
        found: dict[str, list[tuple[tuple[str, ...], NamedNode]]] = {}
        for triple in self.terms.concepts:
            french = isinstance(triple.object, Literal) and triple.object.language != "en"
            if triple.predicate in WORDS and french and isinstance(triple.subject, NamedNode):
                assert isinstance(triple.object, Literal)
                if triple.subject.value.startswith(CODE) and (words := tuple(fold(triple.object.value).split())):
                    found.setdefault(words[0], []).append((words, triple.subject))
        return {first: tuple(sorted(ones, key=lambda one: -len(one[0]))) for first, ones in found.items()}

    @cached_property
    def _broader(self) -> Mapping[NamedNode, NamedNode]:
        return {
            triple.subject: triple.object
            for triple in self.terms.concepts
            if triple.predicate == BROADER
            and isinstance(triple.subject, NamedNode)
            and isinstance(triple.object, NamedNode)
        }

    def broader(self, code: NamedNode) -> Iterator[NamedNode]:
        """Yield the codes above one."""
        while (over := self._broader.get(code)) is not None:
            yield over
            code = over

    def coded(self, words: Sequence[str], scheme: str) -> tuple[NamedNode, ...]:
        """Return the codes of a scheme that folded words announce, in order; the longest words win."""
        space = f"{CODE}{scheme}/"
        found: dict[NamedNode, None] = {}
        at = 0
        while at < len(words):
            for phrase, code in self.codes.get(words[at], ()):
                if code.value.startswith(space) and tuple(words[at : at + len(phrase)]) == phrase:
                    found[code] = None
                    at += len(phrase) - 1
                    break
            at += 1
        return tuple(found)


def _plural(head: str) -> str:
    """Return the plural of a head: of each word before its complement."""
    words, out = head.split(), list[str]()
    for index, word in enumerate(words):
        if word in ("de", "d'", "du", "des", "à") or word.startswith("d'"):
            return " ".join([*out, *words[index:]])
        out.append(word if word[-1] in "sxz" or word.isupper() else word + "s")
    return " ".join(out)
