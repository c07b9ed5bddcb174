"""
Files of facts rewritten where passages got other names, offsets or words, and nowhere else.

These files are kept by hand and in git: comments, order and indentation are somebody's work. So terms are replaced
in the text, and what the text then says is compared, quad by quad, with what it should say.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from dorsale.documents.anchors.standing import Anchor
from dorsale.documents.facts import END, EXACT, START
from dorsale.errors import Place, SyntaxFault, UneditableFile
from dorsale.names import PUBLIC, public
from dorsale.turtle import quoted

REPLACES = public("dcterms:replaces")
WHOLE = NamedNode(PUBLIC["xsd"] + "integer")
PREFIX = re.compile(r"^@prefix[ \t]+([\w.-]*):[ \t]*<([^>:]+:[^>]*)>[ \t]*\.[^\n]*\n", re.MULTILINE)
# Turtle and TriG as far as a term and its role can be told; our files have no blank nodes and no lists.
TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<literal>(?:
        \"{3}(?:[^"\\]|\\.|"{1,2}(?!"))*\"{3} | '{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3}
        | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*'
      )(?:\^\^(?:<[^>]*>|[\w.-]*:[\w-]*)|@[A-Za-z0-9-]+)?)
    |(?P<iri><[^<>\s]*>)
    |(?P<mark>[.;,{}\[\]()])
    |(?P<word>[^\s;,{}\[\]()<>"'\#]*[^\s;,{}\[\]()<>"'\#.])""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Edits:
    """What files have to say otherwise: passages of another name, and the new value of a property of a thing."""

    renamed: Mapping[NamedNode, NamedNode]
    values: Mapping[tuple[NamedNode, NamedNode], Literal]

    @classmethod
    def of(cls, anchors: Iterable[Anchor], base: str) -> "Edits":
        """Return what re-anchored quotations ask for; one that only reads otherwise keeps its name."""
        renamed: dict[NamedNode, NamedNode] = {}
        values: dict[tuple[NamedNode, NamedNode], Literal] = {}
        for anchor in anchors:
            if (now := anchor.now) is not None:
                iri = anchor.passage.iri
                if now.iri(base) != iri:
                    renamed[iri] = now.iri(base)
                values[iri, START], values[iri, END] = (Literal(str(at), datatype=WHOLE) for at in (now.start, now.end))
                if anchor.outcome == "typography":
                    values[iri, EXACT] = Literal(now.exact)
        return cls(renamed, values)

    def said(self, quad: Any) -> Iterator[Quad]:
        """Yield what a quad becomes; beside its start, a passage of another name says which one it replaces."""
        subject, graph = (self.renamed.get(term, term) for term in (quad.subject, quad.graph_name))
        yield Quad(subject, quad.predicate, self.value(quad.subject, quad.predicate, quad.object), graph)
        if quad.predicate == START and subject != quad.subject:
            yield Quad(subject, REPLACES, quad.subject, graph)

    def value(self, subject: Any, predicate: Any, value: Any) -> Any:
        """
        Return what a value becomes.

        What a passage replaced keeps its name. Where that is the passage's own again, since a text was put back
        as it was, the two change places: nothing replaces itself.
        """
        if predicate == REPLACES:
            return subject if value is not None and self.renamed.get(subject) == value else value
        return self.values.get((subject, predicate), self.renamed.get(value, value))

    def replaced_before(self, quad: Quad) -> bool:
        """Say whether a quad tells that a passage replaced the one whose name it now takes."""
        return quad.predicate == REPLACES and self.value(*quad.triple) != quad.object


def rewrite(content: bytes, syntax: RdfFormat, edits: Edits, shown: Path) -> bytes:
    """
    Return the content of a file with these edits, and all else as it stands.

    Raises :class:`UneditableFile` with ``shown`` when it would then say anything but what it should, and
    :class:`SyntaxFault` when it does not parse as it is.
    """
    try:
        before = list(parse(content, syntax))
    except SyntaxError as error:
        raise SyntaxFault(place=Place(shown, error.lineno, error.offset), reason=error.msg) from error
    wanted = {said for quad in before for said in edits.said(quad)}
    if wanted == set(before):
        return content
    back = {quad.subject for quad in before if edits.replaced_before(quad)}
    new = _replaced(content.decode(), edits, back).encode()
    try:
        after = set(parse(new, syntax))
    except SyntaxError as error:
        raise UneditableFile(file=shown) from error
    if after != wanted:
        raise UneditableFile(file=shown)
    return new


class _Term(NamedTuple):
    """A term as it is written, and what it means; a literal or a keyword means no IRI."""

    written: str
    iri: NamedNode | None


def _replaced(text: str, edits: Edits, back: set[Any]) -> str:
    """Return a text with its terms replaced; the passages ``back`` say already what they replace."""
    spaces = {found[1]: found[2] for found in PREFIX.finditer(text)}
    dcterms = next((name for name, space in spaces.items() if space == PUBLIC["dcterms"]), "dcterms")
    pieces: list[str] = []
    done, replacing = 0, False
    statement: list[_Term] = []
    for token in TOKEN.finditer(text):
        if token["comment"]:
            continue
        if token["mark"]:
            # A semicolon keeps the subject, a comma the property too; all else ends the statement.
            del statement[{";": 1, ",": 2}.get(token[0], 0) :]
            continue
        statement.append(_Term(token[0], _meant(token, spaces)))
        new = _written(statement, edits, spaces)
        if len(statement) == 2 and statement[1].iri == START:
            subject = statement[0]
            if subject.iri in edits.renamed and subject.iri not in back:
                line = text[text.rfind("\n", 0, token.start()) + 1 : token.start()]
                between = " " if line.strip() else f"\n{line}"
                new = f"{dcterms}:replaces {subject.written} ;{between}{new}"
                replacing = True
        pieces += [text[done : token.start()], new]
        done = token.end()
    whole = "".join([*pieces, text[done:]])
    return _declared(whole, dcterms) if replacing and dcterms not in spaces else whole


def _meant(token: re.Match[str], spaces: Mapping[str, str]) -> NamedNode | None:
    """Return the IRI that a token means, or nothing; names with escapes are none of ours."""
    written = token[0]
    if "\\" in written:
        return None
    if token["iri"] and ":" in written:
        return NamedNode(written[1:-1])
    if token["word"]:
        prefix, colon, name = written.partition(":")
        return NamedNode(spaces[prefix] + name) if colon and prefix in spaces else None
    return None


def _written(statement: Sequence[_Term], edits: Edits, spaces: Mapping[str, str]) -> str:
    """Return how the last term of a statement is written now, in the manner in which it was."""
    written, meant = statement[-1]
    if len(statement) == 3:
        new = edits.value(statement[0].iri, statement[1].iri, meant)
    else:
        new = edits.renamed.get(meant) if meant else None
    if new is None or new == meant:
        return written
    if isinstance(new, Literal):
        long = written.startswith(('"""', "'''"))
        return new.value if new.datatype == WHOLE else quoted(new.value, long)
    space = spaces.get(written.partition(":")[0])
    if space is None or written.startswith("<"):
        return f"<{new.value}>"
    return f"{written.partition(':')[0]}:{new.value.removeprefix(space)}"


def _declared(text: str, prefix: str) -> str:
    """Return a text with the prefix of Dublin Core terms among the others, in their order."""
    lines = list(PREFIX.finditer(text))
    after = next((line.start() for line in lines if line[1] > prefix), lines[-1].end() if lines else 0)
    return f"{text[:after]}@prefix {prefix}: <{PUBLIC['dcterms']}> .\n{text[after:]}"
