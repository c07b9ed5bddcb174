"""
Persons whom the data must not name, whatever the documents say: their node and the facts about it go, and their name is
masked wherever it is written.

Files stay as they are and quotations are compared with what was stored: what is hidden is hidden from the dataset on,
and so from every answer, dump, table and page. A mask has as many characters as what it hides. A name is masked in the
forms in which French prose writes it: in either order, with an initial, after *M.* or *Mme*.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from dorsale.documents.facts import EXACT, Facts
from dorsale.errors import Place, SuppressionFault
from dorsale.names import fold, plain, prefixes, public
from dorsale.privacy import MASK
from dorsale.statements import Statement, read
from dorsale.workspace import Workspace

KEYS = {"thing": str, "names": list, "reason": str, "role": str, "date": date}
NEEDED = ("reason", "role", "date")
CALLED = {public(name) for name in ("rdfs:label", "skos:altLabel", "skos:prefLabel", "foaf:name")}
# What says nothing without one whom it names, and goes with it: who holds an office, what lets a fact in.
BOUND = {public(name) for name in ("org:member", "rdf:subject", "rdf:object")}
HONORIFICS = ("m", "mr", "mme", "mlle", "me", "dr", "monsieur", "madame", "mademoiselle", "maitre", "docteur")
BETWEEN = "[^a-z0-9]+"
# A part of an address ends at what is no letter, and so does a name.
ALONE = r"(?<![a-z0-9])(?:{})(?![a-z0-9])"


@dataclass(frozen=True)
class Suppressions:
    """The things that are hidden, and the names that are masked; where there are none, nothing is looked at."""

    things: frozenset[NamedNode] = frozenset()
    names: frozenset[str] = frozenset()

    @classmethod
    def read(cls, workspace: Workspace) -> "Suppressions":
        """
        Return the suppressions of a workspace, each with the names that its files give the thing.

        Raises :class:`SuppressionFault` for one without whom, reason, role or date, and where a document is named after
        a person: its address cannot be masked.
        """
        path = workspace.found(workspace.suppressions)
        if not path.exists():
            return cls()
        place = Place(workspace.shown(workspace.suppressions))
        try:
            said = tomllib.loads(path.read_text("utf-8"))
        except ValueError as error:
            raise SuppressionFault(place=place, reason=str(error)) from error
        if said.keys() - {"suppressed"} or not isinstance(said.get("suppressed", []), list):
            raise SuppressionFault(place=place, reason="[[suppressed]]")
        known, things, names = prefixes(workspace.base), set(), set()
        for number, one in enumerate(said.get("suppressed", []), 1):
            _require(one, Place(place.file), number)
            names |= set(one.get("names", ()))
            if "thing" in one:
                things.add(thing := _thing(one["thing"], known))
                names.add(thing.value.rstrip("/").rsplit("/", 1)[-1].replace("-", " "))
        found = cls(frozenset(things), frozenset(names | set(_called(workspace, things))))
        for document in workspace.glob(workspace.documents, "*.txt"):
            if found.named(document.stem):
                raise SuppressionFault(place=Place(workspace.shown(document)), reason=document.stem)
        return found

    def __bool__(self) -> bool:
        return bool(self.things or self.names)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        forms = {BETWEEN.join(map(re.escape, form)) for name in self.names for form in _forms(fold(name).split())}
        # The longest first: « M. Jean Dupont » is one name, not a name in another.
        return re.compile(ALONE.format("|".join(sorted(forms, key=lambda form: (-len(form), form)))))

    def named(self, text: str) -> bool:
        """Say whether a text, or an address, names somebody who is hidden."""
        return bool(self) and bool(self._pattern.search(plain(text)))

    def masked(self, text: str) -> str:
        """Return a text in which nobody is named who is hidden, of the same length."""
        if not self.named(text):
            return text
        # Where each character of the plain text comes from: an accent is none, a ligature is two.
        origin = [at for at, sign in enumerate(text) for _ in plain(sign)]
        signs = list(text)
        for found in self._pattern.finditer("".join(map(plain, text))):
            for at in range(origin[found.start()], origin[found.end() - 1] + 1):
                signs[at] = signs[at] if signs[at].isspace() else MASK
        return "".join(signs)

    def hides(self, term: object) -> bool:
        """Say whether a term is hidden: one of the things, or one that is named after them."""
        return isinstance(term, NamedNode) and (term in self.things or self.named(term.value))

    def bound(self, statements: Iterable[Statement]) -> set[object]:
        """Return what is hidden among some statements, and what goes with it."""
        given = [one.quad for one in statements]
        hidden: set[object] = {end for quad in given for end in (quad.subject, quad.object) if self.hides(end)}
        return hidden | {quad.subject for quad in given if quad.predicate in BOUND and quad.object in hidden}

    def facts(self, facts: Facts, bound: set[object]) -> Facts:
        """
        Return facts without those about what is bound, with names masked.

        A passage that then states nothing and that no other is read with goes, too; what was of no use before stays.
        """
        dropped = {one for one in facts.statements if one.quad.subject in bound or one.quad.object in bound}
        gone = set(facts.without(()).statements) - set(facts.without(dropped).statements) | dropped
        left = [one for one in facts.statements if one not in gone]
        described = {one.quad.subject for one in left if one.quad.predicate == EXACT}
        passages = {
            iri: replace(passage, exact=self.masked(passage.exact))
            for iri, passage in facts.passages.items()
            if iri in described
        }
        return Facts(tuple(map(self._hidden, left)), passages)

    def statements(self, statements: Iterable[Statement], bound: set[object]) -> tuple[Statement, ...]:
        """Return statements without those about what is bound, with names masked."""
        return tuple(
            self._hidden(one) for one in statements if one.quad.subject not in bound and one.quad.object not in bound
        )

    def _hidden(self, one: Statement) -> Statement:
        said = one.quad.object
        if not isinstance(said, Literal) or not self.named(said.value):
            return one
        text = self.masked(said.value)
        shut = Literal(text, language=said.language) if said.language else Literal(text, datatype=said.datatype)
        return one._replace(quad=Quad(one.quad.subject, one.quad.predicate, shut, one.quad.graph_name))


def _require(one: Any, place: Place, number: int) -> None:
    """Refuse an entry that does not say whom, why, in which role and when."""
    kinds = isinstance(one, dict) and all(
        key in KEYS and isinstance(value, KEYS[key]) and value for key, value in one.items()
    )
    whom = kinds and ("thing" in one or "names" in one)
    if not whom or any(key not in one for key in NEEDED) or not all(fold(str(name)) for name in one.get("names", ())):
        raise SuppressionFault(place=place, reason=f"[[suppressed]] {number}: {', '.join(KEYS)}")


def _thing(written: str, known: dict[str, str]) -> NamedNode:
    prefix, _, local = written.partition(":")
    return NamedNode(known[prefix] + local if prefix in known else written)


def _called(workspace: Workspace, things: set[NamedNode]) -> Iterator[str]:
    """Yield what the files of a workspace call some things."""
    for folder in (workspace.authority, workspace.facts) if things else ():
        for path in (one for one in workspace.glob(folder, "*") if one.suffix in (".ttl", ".trig")):
            for quad, _ in read(workspace.found(path), workspace.shown(path)):
                if quad.subject in things and quad.predicate in CALLED and isinstance(quad.object, Literal):
                    yield quad.object.value


def _forms(words: list[str]) -> Iterator[list[str]]:
    """Yield the forms in which a name of some words is written."""
    yield words
    if len(words) > 1:
        first, *family = words
        yield [*family, first]
        yield [first[0], *family]
        yield from ([honorific, *family] for honorific in HONORIFICS)
