"""
Documents as stored text, and quotations that point into them by code point.

A document is stored once, as NFC with line feeds, and never changed again but for masks of equal length:
so an offset stays true for as long as the document is quoted.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from pyoxigraph import NamedNode

from dorsale.errors import AmbiguousQuotation, QuotationNotFound, UnknownDocument, UnreadableFile
from dorsale.privacy import masked

# What typography changes in a passage without changing what it says.
TYPOGRAPHY = str.maketrans(
    {"’": "'", "‘": "'", "‑": "-", "–": "-", "…": "..."} | dict.fromkeys("\u00a0\u2009\u202f\t\n", " ")
)


@dataclass(frozen=True, slots=True)
class Document:
    """A document by its slug, and its stored text."""

    slug: str
    text: str

    @classmethod
    def open(cls, folder: Path, slug: str) -> "Document":
        """Return a stored document; an unknown slug raises :class:`UnknownDocument` with those that exist."""
        path = folder / f"{slug}.txt"
        if not path.is_file():
            known = sorted(stored.stem for stored in folder.glob("*.txt"))
            raise UnknownDocument(document=slug, known=", ".join(known))
        try:
            return cls(slug, path.read_bytes().decode("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise UnreadableFile(file=path, reason=str(error)) from error

    @property
    def sha256(self) -> str:
        """The SHA-256 of the stored text, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def iri(self, base: str) -> NamedNode:
        """Return the IRI of the document in a workspace."""
        return NamedNode(f"{base}document/{self.slug}")

    def passage(self, base: str, start: int, end: int) -> NamedNode:
        """Return the IRI of a passage, which is also the name of the graph of what it states."""
        return NamedNode(f"{base}evidence/{self.slug}/{start}-{end}")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A passage of a document, word for word; offsets are Unicode code points, as the Web Annotation model counts."""

    document: Document
    start: int
    end: int

    @property
    def exact(self) -> str:
        """The words of the passage."""
        return self.document.text[self.start : self.end]

    @property
    def line(self) -> int:
        """The line of the document where the passage begins, from 1."""
        return self.document.text.count("\n", 0, self.start) + 1

    def iri(self, base: str) -> NamedNode:
        """Return the IRI of the passage in a workspace."""
        return self.document.passage(base, self.start, self.end)


def stored(text: str) -> str:
    """
    Return a text as it is stored: NFC, line feeds, e-mail addresses and telephone numbers masked.

    A mask has as many characters as what it hides.

    >>> stored("Contact : jean@exemple.fr, tél. 05 63 73 50 01")
    'Contact : ███████████████, tél. ██████████████'
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return masked(text)


def quote(document: Document, exact: str) -> Quotation:
    """
    Return the first passage of ``document`` that reads exactly ``exact``.

    Offsets count Unicode code points of the stored text, like ``oa:start`` and ``oa:end``,
    so they are the ones that Python slices with.

    >>> loire = Document("loire", "En 2005, le Département délègue son réseau à Lotim.")
    >>> passage = quote(loire, "délègue son réseau")
    >>> loire.text[passage.start:passage.end]
    'délègue son réseau'

    Raises :class:`QuotationNotFound` when the text reads otherwise, even by one space.
    """
    start = document.text.find(exact)
    if start < 0 or not exact:
        raise QuotationNotFound(document=document.slug, exact=exact, nearest=nearest(document, exact))
    return Quotation(document, start, start + len(exact))


def passages(document: Document, words: str) -> Iterator[Quotation]:
    """
    Yield the passages that read ``words``, whatever the spaces, line ends and apostrophes between and in them.

    `` [...] `` between two pieces stands for all that is between them.

    >>> loire = Document("loire", "le projet d’aménagement d'un \\nréseau, puis un réseau")
    >>> [(found.start, found.exact) for found in passages(loire, "d'un réseau")]
    [(24, "d'un \\nréseau")]
    """
    pattern = r".*?".join(
        r"\s+".join("".join(map(_alike, word)) for word in piece.split())
        for piece in re.split(r"\[(?:\.\.\.|…)\]", words)
    )
    for found in re.finditer(pattern, document.text, re.DOTALL):
        if found[0]:
            yield Quotation(document, found.start(), found.end())


def _alike(character: str) -> str:
    """Return the pattern of a character and of those that typography puts in its place."""
    alike = [other for other, plain in TYPOGRAPHY.items() if isinstance(plain, str) and plain == character]
    plain = character.translate(TYPOGRAPHY)
    choices = {character, plain, *(chr(other) for other in alike)}
    return "(?:" + "|".join(sorted(map(re.escape, choices))) + ")" if len(choices) > 1 else re.escape(character)


def locate(document: Document, words: str, which: int | None = None) -> Quotation:
    """
    Return the one passage that reads ``words``, or the ``which``-th, counted from 1.

    Raises :class:`QuotationNotFound`, or :class:`AmbiguousQuotation` with the line of each passage.
    """
    found = list(passages(document, words))
    if not found:
        raise QuotationNotFound(document=document.slug, exact=words, nearest=nearest(document, words))
    if (which is not None and not 1 <= which <= len(found)) or (which is None and len(found) > 1):
        lines = ", ".join(str(passage.line) for passage in found)
        raise AmbiguousQuotation(document=document.slug, exact=words, count=len(found), lines=lines)
    return found[(which or 1) - 1]


def nearest(document: Document, words: str) -> str:
    """
    Return the passage that comes nearest to ``words``, with a sign ⟦…⟧ around where it reads otherwise first.

    >>> nearest(Document("d", "Le réseau compte 340 kms de fibres."), "compte 340 km de fibre")
    'compte 340 km⟦s de fibres.⟧'
    """
    text, wanted = (side.translate(TYPOGRAPHY) for side in (document.text, words))
    if not wanted or not text:
        return ""
    best = SequenceMatcher(None, wanted, text, autojunk=False).find_longest_match()
    start = max(0, best.b - best.a)
    agreed = best.b + best.size
    end = max(min(len(text), start + len(wanted)), agreed)
    while start and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    common = document.text[best.b : agreed]
    before, after = document.text[start : best.b], document.text[agreed:end]
    marked = (f"⟦{before}⟧" if before else "") + common + (f"⟦{after}⟧" if after else "")
    return " ".join(marked.split())
