"""
JSON-LD as people read it: names as in Turtle, values as plain as their property allows.

A context tells of each property whether its values are things, and of which datatype they are else, as the ontology
declares it; a value of another kind says so itself. Keys are prefixed names: a bare « status » would be the property
and the prefix of its codes.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from dorsale.names import LOCAL, PUBLIC, public, shorten
from dorsale.terms import TYPE, Terms

XSD = PUBLIC["xsd"]
STRING = XSD + "string"
OBJECT, RANGE = public("owl:ObjectProperty"), public("rdfs:range")
# What JSON itself can say, so that it is read back to the letter: whole numbers that no reader rounds.
WHOLE = re.compile(r"0|-?[1-9]\d{0,14}")
# Of so many names the short ones are at hand: most facts have the same properties and lead to the same things.
REMEMBERED = 100_000
Context = Mapping[str, Any]


def context(known: Mapping[str, str], terms: Terms | None = None) -> Context:
    """Return a context of prefixes, and of the properties that the ontology declares the kind of."""
    kinds: dict[str, str] = {}
    for triple in terms.axioms if terms else ():
        if not isinstance(triple.subject, NamedNode) or not isinstance(triple.object, NamedNode):
            continue
        name = shorten(triple.subject.value, known)
        if triple.predicate == TYPE and triple.object == OBJECT:
            kinds[name] = "@id"
        elif triple.predicate == RANGE and triple.object.value.startswith(XSD) and triple.object.value != STRING:
            kinds.setdefault(name, shorten(triple.object.value, known))
    typed = {name: {"@type": kind} for name, kind in sorted(kinds.items()) if not name.startswith("<")}
    return {**dict(sorted(known.items())), **typed}


class Compact:
    """What writes things as JSON-LD with a context that shortens them."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._spaces = {space: name for name, space in context.items() if isinstance(space, str)}
        self._called = lru_cache(REMEMBERED)(self._shortened)

    def thing(self, said: Sequence[Triple]) -> tuple[str, frozenset[str]]:
        """Return what is said of one thing, in the order given, as a line, and what of the context the line needs."""
        used: set[str] = set()

        def called(iri: str) -> str:
            name, prefix = self._called(iri)
            if prefix is not None:
                used.add(prefix)
            return name

        line: dict[str, Any] = {"@id": _id(said[0].subject, called)}
        for triple in said:
            if triple.predicate == TYPE:
                line.setdefault("@type", []).append(_id(triple.object, called))
                continue
            name = called(triple.predicate.value)
            kind = None
            if name in self.context:
                kind = self.context[name]["@type"]
                used.update((name, kind.partition(":")[0]))
            line.setdefault(name, []).append(_value(triple.object, kind, called))
        short = {name: one[0] if isinstance(one, list) and len(one) == 1 else one for name, one in line.items()}
        return _json(short), frozenset(used)

    def file(self, lines: Iterable[str], used: Collection[str] | None = None) -> bytes:
        """Return lines as a file, with the whole context or what of it is ``used``."""
        head = _head({name: told for name, told in self.context.items() if used is None or name in used})
        body = ",\n".join(lines)
        return f'{{\n{head},\n"@graph": [\n{body}\n]\n}}\n'.encode()

    def _shortened(self, iri: str) -> tuple[str, str | None]:
        # A space ends where a name can begin, so that no other one could shorten it.
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        if (prefix := self._spaces.get(iri[:cut])) is None or not LOCAL.fullmatch(iri[cut:]):
            return iri, None
        return f"{prefix}:{iri[cut:]}", prefix


def compacted(triples: Iterable[Triple], context: Context, whole: bool = True) -> bytes:
    """
    Return triples as JSON-LD, with the context that shortens them, a line for each thing, in the order given.

    The context is the ``whole`` one, or what of it these triples need.
    """
    compact, used = Compact(context), set[str]()
    things: dict[Any, list[Triple]] = {}
    for triple in triples:
        things.setdefault(triple.subject, []).append(triple)
    lines = []
    for said in things.values():
        line, needed = compact.thing(said)
        lines.append(line)
        used |= needed
    return compact.file(lines, None if whole else used)


def alone(context: Context) -> bytes:
    """Return a context as a file of its own."""
    return f"{{\n{_head(context)}\n}}\n".encode()


def _head(context: Context) -> str:
    lines = ",\n".join(f"  {_json(name)}: {_json(told)}" for name, told in context.items())
    return f'"@context": {{\n{lines}\n}}'


def _id(term: object, called: Callable[[str], str]) -> str:
    if isinstance(term, BlankNode):
        return str(term)
    assert isinstance(term, NamedNode)
    return called(term.value)


def _value(term: object, kind: str | None, called: Callable[[str], str]) -> Any:
    """Return a value as its property lets it be written."""
    if not isinstance(term, Literal):
        name = _id(term, called)
        return name if kind == "@id" else {"@id": name}
    datatype = term.datatype.value
    if term.language:
        return {"@language": term.language, "@value": term.value}
    if datatype == STRING:
        return {"@value": term.value} if kind else term.value
    if datatype == XSD + "boolean" and term.value in ("true", "false") and not kind:
        return term.value == "true"
    if datatype == XSD + "integer" and WHOLE.fullmatch(term.value) and kind in (None, "xsd:integer"):
        return int(term.value)
    name = called(datatype)
    return term.value if name == kind else {"@type": name, "@value": term.value}


_json = json.JSONEncoder(ensure_ascii=False).encode
