"""
What a stored query may be asked for: a thing of a class, a concept of a scheme, or a value.

The words of a user become one term or an error that says what would be taken; a word with two meanings is never
decided here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode

from dorsale.errors import QueryParameter
from dorsale.graph.find import find, nearest
from dorsale.graph.header import Header
from dorsale.graph.labels import XSD, Term
from dorsale.graph.store import Dataset
from dorsale.names import CODE, DOR, SCHEMES, fold, prefixes, shorten
from dorsale.words import say

# What stands for a query, or for a parameter, on a command line.
WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
# What a parameter can be besides a thing of a class and a concept of a scheme: its datatype, and its form.
LITERALS = {
    "text": ("string", re.compile(r"(?s).*")),
    "date": ("date", re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")),
    "year": ("gYear", re.compile(r"[0-9]{4}")),
    "integer": ("integer", re.compile(r"-?[0-9]+")),
    "decimal": ("decimal", re.compile(r"-?[0-9]+(?:\.[0-9]+)?")),
    "duration": (
        "duration",
        re.compile(
            r"P(?=[0-9T])(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?"
            r"(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"
        ),
    ),
}
ANYTHING = "Thing"


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a stored query may be asked for: a thing of a class, a concept of a scheme, or a value."""

    name: str
    type: str
    label: Mapping[str, str]
    option: Mapping[str, str]
    default: str | None = None

    def __contains__(self, option: str) -> bool:
        """Say whether an option of the command line, in either language, means this parameter."""
        return option == self.name or option in self.option.values()

    def term(self, dataset: Dataset, query: str, words: str) -> Term:
        """
        Return what words mean for this parameter of a query.

        Raises :class:`QueryParameter` for words that are not of its type, and for a name that means no thing of the
        dataset, or several.
        """
        if self.type in LITERALS:
            if not fits(self.type, words):
                reason = say(f"value-{self.type}", value=words)
                raise QueryParameter(query=query, parameter=self.name, reason=reason)
            return Literal(words, datatype=NamedNode(XSD + LITERALS[self.type][0]))
        among = None if self.type == ANYTHING else list(members(dataset, self.type))
        found = find(dataset, words, among)
        if len(found) == 1:
            return found[0]
        known = prefixes(dataset.base)
        choices = [shorten(thing.value, known) for thing in found] or nearest(dataset, words, among)
        key = "value-several" if found else "value-unknown" if choices else "value-nothing"
        reason = say(key, value=words, choices=", ".join(choices))
        raise QueryParameter(query=query, parameter=self.name, reason=reason)


def fits(type: str, words: str) -> bool:
    """Say whether words are a value of a type; a date must be one of the calendar."""
    if not LITERALS[type][1].fullmatch(words):
        return False
    try:
        return type != "date" or bool(date.fromisoformat(words))
    except ValueError:
        return False


def members(dataset: Dataset, type: str) -> Iterator[NamedNode]:
    """Yield the concepts of a scheme, or the things of a class and of those below it."""
    if type in SCHEMES:
        pattern = f"?thing <{prefixes()['skos']}inScheme> <{CODE}{type}>"
    else:
        pattern = f"?thing a/<{prefixes()['rdfs']}subClassOf>* <{DOR}{type}>"
    for (thing,) in dataset.rows(f"SELECT DISTINCT ?thing WHERE {{ {pattern} }} ORDER BY ?thing"):
        if isinstance(thing, NamedNode):
            yield thing


def declared(header: Header) -> Iterator[Parameter]:
    """Yield the parameters that the header of a query declares; a wrong one raises :class:`QueryHeader`."""
    said = header.values.get("parameters") or {}
    form = "type: …, fr: …, en: …, option: …, default: …"
    if not isinstance(said, dict):
        raise header.wrong("parameters", f"{{name: {{{form}}}}}")
    for name, one in said.items():
        keys = {"type", "fr", "en"}
        if not isinstance(one, dict) or not keys <= set(one) <= keys | {"option", "default"}:
            raise header.wrong("parameters", f"{name}: {{{form}}}")
        kind = one["type"]
        if kind not in LITERALS and kind not in SCHEMES and not (isinstance(kind, str) and kind[:1].isupper()):
            accepted = ", ".join([*LITERALS, *SCHEMES])
            raise header.wrong("parameters", f"type {kind!r}: {accepted}, Actor, Network, Territory…")
        # A variable of SPARQL has no hyphen and an option no capital: ?activeOn is --active-on.
        option = {
            "en": CAPITAL.sub("-", str(name)).lower(),
            "fr": one.get("option") or fold(str(one["fr"])).replace(" ", "-"),
        }
        if not isinstance(option["fr"], str) or not WORD.fullmatch(option["fr"]):
            raise header.wrong("parameters", f"{name}: {{option: a-z 0-9 -}}")
        default = str(one["default"]) if "default" in one else None
        if default is not None and kind in LITERALS and not fits(kind, default):
            raise header.wrong("parameters", f"{name}: {{default: {kind}}}")
        yield Parameter(str(name), kind, {"fr": str(one["fr"]), "en": str(one["en"])}, option, default)
