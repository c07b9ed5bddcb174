"""
Triples as people write Turtle: prefixed names, a block for each thing, what it is first, numbers without quotes.

The order is that of the triples given, so that the same triples in the same order give the same bytes, and a file that
is read and written again stays as it was.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from dorsale.names import PUBLIC, public, shorten

TYPE = public("rdf:type")
# What a thing is and is called stands above what is said of it.
FIRST = {TYPE: 0, public("rdfs:label"): 1, public("skos:altLabel"): 2}
XSD = PUBLIC["xsd"]
# The lexical forms that Turtle reads without quotes as what they are.
BARE = {
    XSD + "integer": re.compile(r"[+-]?\d+"),
    XSD + "decimal": re.compile(r"[+-]?\d*\.\d+"),
    XSD + "boolean": re.compile(r"true|false"),
}
USED = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"""|"(?:[^"\\\n]|\\.)*"|<[^>\s]*>|#[^\n]*|([A-Za-z][\w.-]*):', re.DOTALL
)


def term(value: object, known: Mapping[str, str]) -> str:
    """
    Return a term as Turtle writes it, with the prefixes of ``known``.

    >>> term(Literal("2005", datatype=public("xsd:gYear")), PUBLIC)
    '"2005"^^xsd:gYear'
    """
    if isinstance(value, NamedNode):
        return shorten(value.value, known)
    assert isinstance(value, Literal), "our data have no blank nodes"
    if value.language:
        return f"{quoted(value.value, long=False)}@{value.language}"
    kind = value.datatype.value
    if kind == XSD + "string":
        return quoted(value.value, long="\n" in value.value)
    if kind in BARE and BARE[kind].fullmatch(value.value):
        return value.value
    return f"{quoted(value.value, long=False)}^^{shorten(kind, known)}"


def quoted(words: str, long: bool = True) -> str:
    """Return words as Turtle writes them; a long literal has the line feeds of the document, a short one ``\\n``."""
    escaped = words.replace("\\", "\\\\").replace("\r", "\\r")
    if not long:
        return '"' + escaped.replace('"', '\\"').replace("\n", "\\n") + '"'
    escaped = escaped.replace('"""', '\\"\\"\\"')
    return '"""' + (escaped[:-1] + '\\"' if escaped.endswith('"') else escaped) + '"""'


def blocks(triples: Iterable[Triple], known: Mapping[str, str]) -> Iterator[str]:
    """Yield what is said of each thing, things and properties in the order in which they come."""
    said: dict[NamedNode, dict[NamedNode, list[str]]] = {}
    for triple in triples:
        assert isinstance(triple.subject, NamedNode), "our data have no blank nodes"
        values = said.setdefault(triple.subject, {}).setdefault(triple.predicate, [])
        if (value := term(triple.object, known)) not in values:
            values.append(value)
    for subject, properties in said.items():
        ordered = sorted(properties.items(), key=lambda one: FIRST.get(one[0], len(FIRST)))
        lines = [
            f"{'a' if predicate == TYPE else shorten(predicate.value, known)} {', '.join(values)}"
            for predicate, values in ordered
        ]
        yield f"{shorten(subject.value, known)} " + " ;\n    ".join(lines) + " ."


def head(body: str, known: Mapping[str, str]) -> str:
    """Return the ``@prefix`` lines that a text of Turtle or TriG needs, in the order of their names."""
    used = {found[1] for found in USED.finditer(body) if found[1]} & known.keys()
    return "".join(sorted(f"@prefix {prefix}: <{known[prefix]}> .\n" for prefix in used))


def turtle(triples: Iterable[Triple], known: Mapping[str, str]) -> str:
    """Return a Turtle file of triples, with the prefixes of ``known`` that it needs."""
    body = "\n\n".join(blocks(triples, known)) + "\n"
    return f"{head(body, known)}\n{body}"


PREFIX = re.compile(r"^@prefix ([\w.-]*): <([^>]*)> \.$", re.MULTILINE)


def appended(before: str, body: str, known: Mapping[str, str]) -> str:
    """
    Return a text of Turtle or TriG with more at its end, and the ``@prefix`` lines that this needs among its own.

    Nothing else in the text changes: comments and order are somebody's work. Where the text gives a prefix another
    meaning, the lines stand before what is added.
    """
    own = dict(PREFIX.findall(before))
    wanted = head(body, known)
    if any(own.get(name, space) != space for name, space in PREFIX.findall(wanted)):
        return f"{before.rstrip()}\n\n{wanted}\n{body}"
    lines = before.splitlines(keepends=True)
    at = [number for number, line in enumerate(lines) if PREFIX.match(line.rstrip())]
    first, last = (at[0], at[-1] + 1) if at and at == list(range(at[0], at[-1] + 1)) else (0, 0)
    header = sorted({*lines[first:last], *wanted.splitlines(keepends=True)})
    rest = "".join(lines[last:]).strip("\n")
    return "".join([*lines[:first], *header, "\n", f"{rest}\n\n" if rest else "", body])
