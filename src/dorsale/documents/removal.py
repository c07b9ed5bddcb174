"""
Files of facts without some of their statements, and all else in them as it stands.

These files are kept by hand and in git, so statements are cut out of the text. Oxigraph reads the statements of a file
in the order of their objects: the n-th object that stands in the text is that of the n-th quad, so no term has to be
understood. What the text then says is compared, quad by quad, with what it should say.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

from dorsale.documents.anchors.rewriting import TOKEN
from dorsale.errors import Place, SyntaxFault, UneditableFile

Span = tuple[int, int]


@dataclass
class _Listed:
    """Something that is written in a text, and what hangs on it: a property has objects, a subject properties."""

    start: int
    end: int
    inside: list["_Listed"] = field(default_factory=list)


def removed(content: bytes, dropped: Collection[Quad], shown: Path) -> bytes:
    """
    Return the content of a TriG file without some quads; a graph that would be empty goes, too.

    Raises :class:`UneditableFile` with ``shown`` when it would then say anything but the rest, and
    :class:`SyntaxFault` when it does not parse as it is.
    """
    try:
        quads = list(parse(content, RdfFormat.TRIG))
    except SyntaxError as error:
        raise SyntaxFault(place=Place(shown, error.lineno, error.offset), reason=error.msg) from error
    text = content.decode()
    graphs = list(_graphs(text))
    objects = [one for graph in graphs for subject in graph.inside for verb in subject.inside for one in verb.inside]
    if len(objects) != len(quads):
        raise UneditableFile(file=shown)
    going = {(one.start, one.end) for one, quad in zip(objects, quads, strict=True) if quad in dropped}
    cuts = sorted(span for graph in graphs for span in _cuts(graph, going, text))
    pieces, at = [], 0
    for start, end in cuts:
        pieces.append(text[at:start])
        at = max(at, end)
    new = "".join([*pieces, text[at:]]).encode()
    try:
        after = set(parse(new, RdfFormat.TRIG))
    except SyntaxError as error:
        raise UneditableFile(file=shown) from error
    if after != set(quads) - set(dropped):
        raise UneditableFile(file=shown)
    return new


def _graphs(text: str) -> Iterator[_Listed]:
    """Yield the graphs of a text: the subjects in each, their properties, the objects of these."""
    name: int | None = None
    graph: _Listed | None = None
    above: list[_Listed] = []  # what the next term hangs on: the graph, then a subject, then a property of it
    for token in TOKEN.finditer(text):
        start, end = token.span()
        if token["comment"] or token[0] == ",":
            continue
        if graph is None:
            if token[0] == "{":
                graph = _Listed(start if name is None else name, end)
                above = [graph]
            else:
                name = None if token[0] == "." else start if name is None else name
        elif token[0] == "}":
            graph.end = end
            yield graph
            graph = name = None
        elif token[0] == ";":
            del above[2:]
        elif token[0] == ".":
            for subject in above[1:2]:
                subject.end = end
            del above[1:]
        else:
            term = _Listed(start, end)
            above[-1].inside.append(term)
            for one in above:
                one.end = end
            above = [*above, term] if len(above) < 3 else above


def _cuts(one: _Listed, going: Collection[Span], text: str, listed: bool = False) -> Iterator[Span]:
    """Yield what is to be cut out of a graph, so that what is ``listed`` keeps a separator between two."""
    if _goes(one, going):
        yield _lines(one, text)
        return
    for at, part in enumerate(one.inside):
        if not _goes(part, going):
            yield from _cuts(part, going, text, listed=True) if part.inside else ()
        elif not listed:
            yield _lines(part, text)
        elif all(_goes(before, going) for before in one.inside[:at]):
            yield part.start, one.inside[at + 1].start
        else:
            yield one.inside[at - 1].end, part.end


def _goes(one: _Listed, going: Collection[Span]) -> bool:
    """Say whether nothing is left of something: an object is what goes, all else goes with all that it holds."""
    return all(_goes(part, going) for part in one.inside) if one.inside else (one.start, one.end) in going


def _lines(one: _Listed, text: str) -> Span:
    """Return the span of something, with the line break before it where it stands on lines of its own."""
    before = len(text[: one.start].rstrip(" \t"))
    alone = text[one.end : one.end + 1] in ("", "\n", "\r")
    return (before - (text[before - 1 : before] == "\n"), one.end) if alone else (one.start, one.end)
