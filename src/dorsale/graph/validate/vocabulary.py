"""
The names that shapes may use: SHACL's, ours, and those of public vocabularies.

SHACL's own file, which pySHACL brings along, tells what each of its properties stands on and leads to, and rdflib lists
the names of many vocabularies, so that no table of them is kept here.
"""

import difflib
import functools
import importlib.util
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TypeAlias

import rdflib.namespace
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib.namespace import DefinedNamespace

from dorsale.names import SHAPE, prefixes, public, shorten
from dorsale.statements import read
from dorsale.terms import SUBCLASS, TYPE, Terms, ours

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

PATH, DOMAIN, RANGE = public("sh:path"), public("rdfs:domain"), public("rdfs:range")
PROPERTY, CLASS, SEVERITY = public("rdf:Property"), public("rdfs:Class"), public("sh:Severity")
KINDS = {PROPERTY: "property", CLASS: "class"}


def standard(name: str) -> list[Triple]:
    """Return a file of the W3C that pySHACL brings along: ``shacl.ttl``, or its shapes for shapes."""
    spec = importlib.util.find_spec("pyshacl")
    assert spec is not None
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0])
    return [statement.quad.triple for statement in read(folder / "assets" / name)]


class Shacl:
    """SHACL's vocabulary: what each property stands on and leads to, and which ones make a shape of what bears them."""

    def __init__(self, said: Iterable[Triple]) -> None:
        kept = tuple(said)
        self.domains = {triple.subject: triple.object for triple in kept if triple.predicate == DOMAIN}
        self.ranges = {triple.subject: triple.object for triple in kept if triple.predicate == RANGE}
        self.parameters = {triple.object for triple in kept if triple.predicate == PATH}
        self.severities = {one.subject for one in kept if (one.predicate, one.object) == (TYPE, SEVERITY)}
        self._over: dict[Term, set[Term]] = {}
        for triple in kept:
            if triple.predicate == SUBCLASS:
                self._over.setdefault(triple.subject, set()).add(triple.object)

    def above(self, kinds: Iterable[Term]) -> set[Term]:
        """Return classes with those above them."""
        found = set(kinds)
        ahead = list(found)
        while ahead:
            over = self._over.get(ahead.pop(), set()) - found
            found |= over
            ahead += over
        return found


@functools.cache
def shacl() -> Shacl:
    """Return SHACL's vocabulary."""
    return Shacl(standard("shacl.ttl"))


class Vocabulary:
    """Which names there are for shapes that declare some themselves."""

    def __init__(self, terms: Terms, declared: Collection[Term]) -> None:
        self.terms = terms
        self.declared = declared

    def known(self, term: NamedNode, wanted: Term | None = None) -> bool:
        """Say whether a name is declared, as a property, class or severity where one is wanted."""
        terms, roles = self.terms, {PROPERTY: self.terms.properties, CLASS: self.terms.classes}
        if wanted == SEVERITY:
            return term in shacl().severities
        if term in roles.get(wanted, ()):  # type: ignore[arg-type]
            return True
        if ours(term):
            return wanted not in roles and term in terms.properties | terms.classes | terms.codes
        if term.value.startswith(SHAPE):
            return wanted != PROPERTY and term in self.declared
        if (names := _listed(_space(term))) is None:
            # Nobody lists this vocabulary: what the ontology borrows of it or, where it borrows nothing, any name.
            return wanted not in roles or _space(term) not in self._borrowed
        small = term.value.removeprefix(_space(term))[:1].islower()
        return term.value in names and (wanted not in roles or small == (wanted == PROPERTY))

    @functools.cached_property
    def _borrowed(self) -> set[str]:
        return {_space(term) for term in self.terms.properties | self.terms.classes}

    def nearest(self, term: NamedNode, wanted: Term | None = None) -> str:
        """Return the prefixed names that are spelt most like a name, or a dash."""
        terms = self.terms
        some = {PROPERTY: terms.properties, CLASS: terms.classes}.get(wanted)  # type: ignore[arg-type]
        known = {one.value for one in some or terms.properties | terms.classes | terms.codes}
        known |= {one.value for one in self.declared if isinstance(one, NamedNode)} | (_listed(_space(term)) or set())
        # Of what is spelt in one vocabulary, the address is equal: the rest must be near.
        space = _space(term)
        ends = {iri.removeprefix(space): iri for iri in sorted(known) if iri.startswith(space)}
        close = difflib.get_close_matches(term.value.removeprefix(space), set(ends) - {""}, n=3, cutoff=0.6)
        return ", ".join(shorten(ends[end], prefixes()) for end in close) or "–"


def _space(term: NamedNode) -> str:
    """Return the address of the vocabulary of a name."""
    return term.value[: max(term.value.rfind(sign) for sign in "#/") + 1]


@functools.cache
def _listed(space: str) -> frozenset[str] | None:
    """Return every name of a public vocabulary, for those whose names rdflib lists."""
    # Schema.org has two addresses, and rdflib the other one.
    address = space.replace("http://schema.org/", "https://schema.org/")
    found = (one for one in vars(rdflib.namespace).values() if isinstance(one, type(DefinedNamespace)))
    one = next((one for one in found if str(getattr(one, "_NS", "")) == address), None)
    if one is None:
        return None
    # The extras are names that Python could not declare: sh:class, sh:or.
    return frozenset(space + str(name).removeprefix(address) for name in (*dir(one), *one._extras))
