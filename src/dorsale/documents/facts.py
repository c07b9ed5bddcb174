"""
Facts with their passages and places, read from and written to TriG.

A file of facts holds what was accepted for one document: a graph for each passage, and ``graph:evidence``,
which says what the passages quote. One of proposals may end with ``graph:authority``: what identifies the things
that a reference knows and the text only names.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Triple

from dorsale.documents.text import Document, Quotation, nearest
from dorsale.errors import MalformedPassage, Place, QuotationsMoved
from dorsale.names import dor, prefixes, public, shorten
from dorsale.statements import Statement, read
from dorsale.turtle import appended, blocks, head, quoted, term

QUOTED_FROM, START, END, EXACT = (public(name) for name in ("prov:wasQuotedFrom", "oa:start", "oa:end", "oa:exact"))
TYPE, EVIDENCE, UNSTATED = public("rdf:type"), dor("Evidence"), dor("Unstated")
# A slug that can be a prefix: it begins with a letter.
PREFIX = re.compile(r"[a-z][a-z0-9-]*")
READ_WITH, METHOD = dor("readWith"), dor("method")


@dataclass(frozen=True, slots=True)
class Passage:
    """What a file says of a passage: the document, the offsets, the words; and where it says so."""

    iri: NamedNode
    document: NamedNode
    start: int
    end: int
    exact: str
    place: Place


@dataclass(frozen=True, slots=True)
class Moved:
    """A passage that the stored text does not hold at its offsets, and what it reads instead."""

    passage: Passage
    found: str
    nearest: str


@dataclass(frozen=True)
class Facts:
    """The statements of one or more files, and the passages that they describe."""

    statements: tuple[Statement, ...]
    passages: Mapping[NamedNode, Passage]

    @classmethod
    def open(cls, path: Path, shown: Path, base: str) -> "Facts":
        """
        Return the facts of a file: each statement in the graph of a passage, each passage described.

        What identifies things may stand in ``graph:authority``.

        Raises :class:`MalformedPassage` at the first statement that stands elsewhere, at the first blank node
        (it could not be cited), and at the first passage without document, offsets or words.
        """
        facts = cls.gather(read(path, shown), base)
        apart = {evidence_graph(base), authority_graph(base)}
        for quad, place in facts.statements:
            if isinstance(quad.graph_name, DefaultGraph):
                raise MalformedPassage(place=place, reason="default-graph")
            if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
                raise MalformedPassage(place=place, reason="blank-node")
            if quad.graph_name not in apart and quad.graph_name not in facts.passages:
                raise MalformedPassage(place=place, reason="undescribed")
        return facts

    @classmethod
    def gather(cls, statements: Iterable[Statement], base: str) -> "Facts":
        """Return statements with the passages among them; those that do not describe their passage whole raise."""
        kept = tuple(statements)
        described: dict[NamedNode, dict[NamedNode, Statement]] = {}
        for statement in kept:
            quad = statement.quad
            if isinstance(quad.subject, NamedNode) and quad.predicate in (QUOTED_FROM, START, END, EXACT):
                described.setdefault(quad.subject, {})[quad.predicate] = statement
            elif quad.predicate == TYPE and quad.object in (EVIDENCE, UNSTATED) and isinstance(quad.subject, NamedNode):
                described.setdefault(quad.subject, {})[TYPE] = statement
        return cls(kept, {iri: _passage(iri, said, base) for iri, said in described.items()})

    def read_with(self, passage: NamedNode) -> tuple[NamedNode, ...]:
        """Return the passages that a passage is read with, and those that these need in turn."""
        found: dict[NamedNode, None] = {}
        ahead = [passage]
        while ahead:
            for other in self._with.get(ahead.pop(), ()):
                if other not in found and other != passage:
                    found[other] = None
                    ahead.append(other)
        return tuple(found)

    @cached_property
    def _with(self) -> dict[NamedNode, list[NamedNode]]:
        read: dict[NamedNode, list[NamedNode]] = {}
        for quad, _ in self.statements:
            if (
                quad.predicate == READ_WITH
                and isinstance(quad.subject, NamedNode)
                and isinstance(quad.object, NamedNode)
            ):
                read.setdefault(quad.subject, []).append(quad.object)
        return read

    @property
    def described(self) -> Iterator[Triple]:
        """What identifies things: the statements of ``graph:authority``."""
        for quad, _ in self.statements:
            if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value.endswith("graph/authority"):
                yield quad.triple

    def without(self, dropped: Collection[Statement]) -> "Facts":
        """
        Return these facts without some statements, and without what is then of no use.

        That is passages that state nothing and that nothing is read with, and descriptions of things that nobody names.
        """
        left = [statement for statement in self.statements if statement not in dropped]
        stating = {s.quad.graph_name for s in left} & self.passages.keys()
        used = {*stating, *(other for iri in stating for other in self.read_with(iri))}  # type: ignore[arg-type]
        apart = [s.quad for s in left if s.quad.graph_name not in self.passages]
        named = {end for s in left if s.quad.graph_name in stating for end in (s.quad.subject, s.quad.object)} | used
        # A council that is named brings its territory along.
        while more := {quad.object for quad in apart if quad.subject in named} - named:
            named |= more
        unused = self.passages.keys() - used
        kept = tuple(
            statement
            for statement in left
            if statement.quad.subject not in unused
            and (statement.quad.graph_name in self.passages or statement.quad.subject in named)
        )
        return Facts(kept, {iri: passage for iri, passage in self.passages.items() if iri in used})

    def of_passage(self, statement: Statement) -> bool:
        """Say whether a statement stands in the graph of a passage that is described: whether it is a fact."""
        return statement.quad.graph_name in self.passages


def evidence_graph(base: str) -> NamedNode:
    """Return the graph that says what passages quote."""
    return NamedNode(f"{base}graph/evidence")


def authority_graph(base: str) -> NamedNode:
    """Return the graph of what identifies known things."""
    return NamedNode(f"{base}graph/authority")


def _passage(iri: NamedNode, said: Mapping[NamedNode, Statement], base: str) -> Passage:
    place = next(iter(said.values())).place
    values = {predicate: statement.quad.object for predicate, statement in said.items()}
    document, start, end, exact = (values.get(name) for name in (QUOTED_FROM, START, END, EXACT))
    if TYPE not in values or not isinstance(document, NamedNode) or not isinstance(exact, Literal):
        raise MalformedPassage(place=place, reason="incomplete")
    if not isinstance(start, Literal) or not isinstance(end, Literal):
        raise MalformedPassage(place=place, reason="incomplete")
    if not (start.value.isdecimal() and end.value.isdecimal()):
        raise MalformedPassage(place=place, reason="offsets")
    passage = Passage(iri, document, int(start.value), int(end.value), exact.value, place)
    slug = document.value.removeprefix(f"{base}document/")
    if iri != Document(slug, "").passage(base, passage.start, passage.end):
        raise MalformedPassage(place=place, reason="name")
    return passage


def moved(passages: Iterable[Passage], documents: Mapping[NamedNode, Document]) -> Iterator[Moved]:
    """Yield the passages that their document does not hold where they say, with the nearest that it holds."""
    for passage in passages:
        document = documents.get(passage.document)
        text = document.text if document else ""
        found = text[passage.start : passage.end]
        if found != passage.exact:
            yield Moved(passage, found, _where(document, passage) if document else "")


def _where(document: Document, passage: Passage) -> str:
    """Say where the words stand instead, or which come nearest."""
    if (start := document.text.find(passage.exact)) >= 0:
        return f"{start}-{start + len(passage.exact)}"
    return nearest(document, passage.exact)


def require_verbatim(passages: Iterable[Passage], documents: Mapping[NamedNode, Document]) -> int:
    """Return how many quotations were compared with their document; any that moved raises :class:`QuotationsMoved`."""
    checked = list(passages)
    if found := list(moved(checked, documents)):
        lines = [f"{miss.passage.place}: « {_short(miss.passage.exact)} » → {miss.nearest}" for miss in found]
        raise QuotationsMoved(count=len(found), moved=found, listed="\n  ".join(lines))
    return len(checked)


def _short(words: str, most: int = 60) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1] + "…"


def block(quotation: Quotation, base: str) -> str:
    """Return the TriG of a passage, ready to be pasted into the facts file of its document."""
    name = f"passage:{quotation.start}-{quotation.end}"
    return (
        f"{name} {{\n\n}}\n"
        "graph:evidence {\n"
        f"    {name} a dor:Evidence ; prov:wasQuotedFrom document:{quotation.document.slug} ;\n"
        f"        oa:start {quotation.start} ; oa:end {quotation.end} ;\n"
        f"        oa:exact {quoted(quotation.exact)} .\n"
        "}"
    )


def written(facts: Facts, base: str, described: Iterable[Triple] = (), method: NamedNode | None = None) -> str:
    """
    Return facts as a TriG file: a graph for each passage in the order of the text, followed by what it quotes.

    ``described`` goes into ``graph:authority``, after what the facts have there. ``method`` is how the passages that do
    not say so were proposed. The same facts in the same order give the same bytes, and read back they are the same.
    """
    body, known = _body(facts, base, described, method)
    return f"{head(body, known)}\n{body}"


def extended(before: str, facts: Facts, base: str, method: NamedNode | None = None) -> str:
    """Return a file of facts with more at its end; what is there stays as it is."""
    return appended(before, *_body(facts, base, (), method))


def _body(
    facts: Facts, base: str, described: Iterable[Triple], method: NamedNode | None
) -> tuple[str, Mapping[str, str]]:
    """Return the graphs of facts as TriG, and the prefixes with which they are written."""
    ordered = sorted(facts.passages.values(), key=lambda one: (one.document.value, one.start, one.end))
    known = _prefixes(ordered, base)
    stated: dict[object, list[Triple]] = {}
    for statement in facts.statements:
        stated.setdefault(statement.quad.graph_name, []).append(statement.quad.triple)
    about: dict[object, list[Triple]] = {}
    for triple in stated.get(evidence_graph(base), ()):
        about.setdefault(triple.subject, []).append(triple)
    parts = []
    for passage in ordered:
        own = _graph(shorten(passage.iri.value, known), stated.get(passage.iri, ()), known)
        parts.append(own + _described(passage, about.pop(passage.iri, ()), method, known))
    rest = [triple for triples in about.values() for triple in triples]
    parts += filter(None, [_graph("graph:evidence", rest, known)])
    parts += filter(None, [_graph("graph:authority", [*stated.get(authority_graph(base), ()), *described], known)])
    body = "\n".join(parts)
    return body, known


def _prefixes(passages: Iterable[Passage], base: str) -> dict[str, str]:
    """Return the prefixes of a workspace, and one for the passages: of several documents, one for each slug."""
    slugs = dict.fromkeys(passage.document.value.removeprefix(f"{base}document/") for passage in passages)
    alone = len(slugs) == 1
    names = {"passage" if alone else slug: f"{base}evidence/{slug}/" for slug in slugs}
    return {**{name: space for name, space in names.items() if PREFIX.fullmatch(name)}, **prefixes(base)}


def _graph(name: str, triples: Iterable[Triple], known: Mapping[str, str]) -> str:
    said = "\n".join(blocks(triples, known))
    return f"{name} {{\n{_indented(said)}\n}}\n" if said else ""


def _indented(block: str) -> str:
    """Return a block four columns to the right, but for the lines of a quotation: they are the document's."""
    pieces = re.split(r'("""(?:[^"\\]|\\.|"{1,2}(?!"))*""")', block, flags=re.DOTALL)
    whole = "".join(piece if piece.startswith('"""') else piece.replace("\n", "\n    ") for piece in pieces)
    return f"    {whole}"


def _described(passage: Passage, said: Iterable[Triple], method: NamedNode | None, known: Mapping[str, str]) -> str:
    """Return what a passage quotes, as ``dorsale quote`` prints it, and what else is said of it."""
    others: dict[NamedNode, list[str]] = {}
    for triple in said:
        if triple.predicate not in (QUOTED_FROM, START, END, EXACT) and (triple.predicate, triple.object) != (
            TYPE,
            EVIDENCE,
        ):
            others.setdefault(triple.predicate, []).append(term(triple.object, known))
    if method is not None:
        others.setdefault(METHOD, [term(method, known)])
    name = shorten(passage.iri.value, known)
    lines = [
        f"{name} a dor:Evidence ; prov:wasQuotedFrom {shorten(passage.document.value, known)}",
        *(
            f"{shorten(predicate.value, known)} {', '.join(dict.fromkeys(values))}"
            for predicate, values in sorted(others.items(), key=lambda one: one[0] != READ_WITH)
        ),
        f"oa:start {passage.start} ; oa:end {passage.end}",
        f"oa:exact {quoted(passage.exact)}",
    ]
    return "graph:evidence {\n    " + " ;\n        ".join(lines) + " .\n}\n"
