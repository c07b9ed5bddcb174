"""
RDF files read as statements: each quad with the place where it stands.

Oxigraph parses and judges every file. It is handed the file line by line, and gives a quad as soon as its
object has been read: the line that it had come to is the line of the statement. So one pass gives both.
"""

import itertools
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple, cast

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from dorsale.errors import Place, SyntaxFault, UnknownFormat, UnreadableFile
from dorsale.words import say

TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".trig": RdfFormat.TRIG,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".jsonld": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
}


class Statement(NamedTuple):
    """A quad and where it stands."""

    quad: Quad
    place: Place


class _Lines:
    """A file that is read one line at a time, or less, and knows which line it has come to."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._begins = True
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        # More than it asks for ends Oxigraph, and Python with it.
        piece = self._file.readline(size)
        if not self.given:
            piece = piece.removeprefix(BOM_UTF8)
        if self._begins and piece:
            self.given += 1
        self._begins = piece.endswith(b"\n")
        return piece


def read(path: Path, shown: Path | None = None) -> Iterator[Statement]:
    """
    Yield the statements of an RDF file in the order of the file, the format being that of its extension.

    ``shown`` is the path that places name, where it is not ``path`` itself.
    Raises :class:`UnknownFormat`, :class:`UnreadableFile` and, at the first fault, :class:`SyntaxFault` with line,
    reason and, where the format has them, column.
    """
    shown = shown or path
    if (syntax := FORMATS.get(path.suffix.lower())) is None:
        raise UnknownFormat(file=shown, known=", ".join(FORMATS))
    lines: _Lines | None = None
    try:
        with path.open("rb") as file:
            lines = _Lines(file)
            lenient = syntax == RdfFormat.JSON_LD
            # Oxigraph asks for a readable object and needs nothing but read().
            for quad in parse(input=cast(IO[bytes], lines), format=syntax, lenient=lenient):
                if isinstance(quad.object, Triple):
                    raise SyntaxFault(place=Place(shown, lines.given), reason=say("triple-term"))
                if not lenient or _well_named(quad):
                    yield Statement(quad, Place(shown, lines.given))
    except SyntaxError as error:
        at = error.lineno or (lines.given if lines else None)
        raise SyntaxFault(place=Place(shown, at, error.offset), reason=_reason(error)) from error
    except OSError as error:
        raise UnreadableFile(file=shown, reason=error.strerror or str(error)) from error
    except ValueError as error:
        raise SyntaxFault(place=Place(shown, lines.given if lines else None), reason=str(error)) from error


def _well_named(quad: Quad) -> bool:
    """
    Say whether a quad of JSON-LD is one: a key that the context does not know is passed over, as the standard says.

    It says so of IRIs that are none, too: they would be lost without a word. So Oxigraph is asked for all, and what
    names a thing and cannot is a :class:`ValueError`.
    """
    for term in (quad.subject, quad.object, quad.graph_name):
        if isinstance(term, NamedNode):
            NamedNode(term.value)
        elif isinstance(term, Literal):
            Literal(term.value, language=term.language) if term.language else NamedNode(term.datatype.value)
    if ":" not in quad.predicate.value:
        return False
    return NamedNode(quad.predicate.value) == quad.predicate


# A term as it may stand in a line of Turtle or TriG.
TERM = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|<(?P<iri>[^<>\s]*)>|(?P<word>[^\s;,{}\[\]()<>"']*[^\s;,{}\[\]()<>"'.])"""
)


def pinned(place: Place, root: Path, *terms: NamedNode | BlankNode | Literal | None) -> Place:
    """
    Return a place with the column at which the first of ``terms`` that its line names begins; else where the line does.

    ``root`` is the folder that the file of the place is named from. What cannot be read leaves the place as it is.
    """
    if place.line is None or place.column is not None:
        return place
    try:
        with (root / place.file).open(encoding="utf-8-sig") as file:
            line = next(itertools.islice(file, place.line - 1, None), "")
    except (OSError, UnicodeDecodeError):
        return place
    for term in terms:
        for found in TERM.finditer(line):
            if term is not None and _names(found, term):
                return Place(place.file, place.line, found.start() + 1)
    return Place(place.file, place.line, len(line) - len(line.lstrip()) + 1)


def _names(found: re.Match[str], term: NamedNode | BlankNode | Literal) -> bool:
    """Say whether a piece of a line is a term, as far as can be told without the prefixes of the file."""
    if isinstance(term, Literal):
        return term.value == (found["quoted"][1:-1] if found["quoted"] else found["word"])
    if isinstance(term, NamedNode) and found["word"]:
        prefix, colon, name = found["word"].partition(":")
        at = len(term.value) - len(name)
        local = bool(colon and name) and term.value.endswith(name) and term.value[at - 1 : at] in ("/", "#")
        return local or (prefix == "a" and not colon and term == TYPE)
    return isinstance(term, NamedNode) and found["iri"] == term.value


def _reason(error: SyntaxError) -> str:
    """What the parser said, without the position that the place gives already."""
    said = error.msg or str(error)
    if "LoadDocumentCallback" in said:
        return say("remote-context")
    return said.split(": ", 1)[1] if said.startswith("Parser error at") else said


def in_graph(triple: Triple, graph: NamedNode | BlankNode | DefaultGraph) -> Quad:
    """Return a triple as a quad of a graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)
