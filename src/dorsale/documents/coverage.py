"""
Which sentences of a document are in a passage, and why the others are in none.

A graph is only as complete as the reading behind it. So each sentence is either quoted, or somebody has decided,
with a reason, that it states nothing; what is neither has not been read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import inf

from dorsale.documents.text import Document, Quotation

# A sentence ends with its punctuation, an item of a list with its line, a heading with an empty line; but text
# pulled from a PDF has empty lines inside sentences, so what goes on in lower case goes on.
END = re.compile(
    r"(?<=[.!?])(?:\s?[»”])?\s+(?=[«“A-ZÀ-Ý0-9•-])|\n[^\S\n]*\n\s*(?![a-zà-ÿ(\s])|\n\s*(?=[•-]|\d/)"
    r"|(?<=[a-zà-ÿ][.])(?=[A-ZÀ-Ý])"
)
LINE = re.compile(r"(?P<line>[^\n]*)\n(?=[^\S\n]*[«“A-ZÀ-Ý0-9])")
# Lines as long as this are paragraphs; in shorter ones a line that is not full ends what it says.
PARAGRAPH, FULL = 200, 0.6


@dataclass(frozen=True, slots=True)
class Coverage:
    """
    What of a document is quoted, what was set aside and why, and what nobody has read yet.

    ``sentences`` and ``aside`` count sentences; ``unstated`` are the decisions that set them aside.
    """

    document: Document
    sentences: int
    aside: int
    share: float
    unstated: tuple[tuple[Quotation, str], ...]
    unread: tuple[Quotation, ...]


def sentences(document: Document) -> Iterator[Quotation]:
    """
    Yield the sentences, headings and list items of a document, without the blanks around them.

    >>> [found.exact for found in sentences(Document("d", "Le réseau\\n\\nIl est long. Il est\\n\\nneuf."))]
    ['Le réseau', 'Il est long.', 'Il est\\n\\nneuf.']
    """
    text = document.text
    lengths = sorted(len(line) for line in text.splitlines() if line.strip()) or [0]
    width = lengths[len(lengths) * 9 // 10]
    full = inf if width >= PARAGRAPH else FULL * width
    ends = {found.start() for found in END.finditer(text)}
    ends |= {found.end("line") for found in LINE.finditer(text) if len(found["line"]) < full}
    start = 0
    for end in [*sorted(ends), len(text)]:
        piece = text[start:end]
        if re.search(r"\w", piece):
            indent = len(piece) - len(piece.lstrip())
            yield Quotation(document, start + indent, start + len(piece.rstrip()))
            start = end


def coverage(
    document: Document, quoted: Iterable[tuple[int, int]], unstated: Mapping[tuple[int, int], str]
) -> Coverage:
    """
    Return how a document is covered by the spans of its passages and of the passages that state nothing.

    ``share`` is that of the visible characters inside passages.
    """
    inside = bytearray(len(document.text))
    for start, end in quoted:
        inside[start:end] = b"\1" * (end - start)
    open_sentences = [one for one in sentences(document) if not any(inside[one.start : one.end])]
    decisions = [(Quotation(document, *span), reason) for span, reason in sorted(unstated.items())]
    unread = [one for one in open_sentences if not any(_meet(decision, one) for decision, _ in decisions)]
    visible = [place for place, character in enumerate(document.text) if not character.isspace()]
    share = sum(inside[place] for place in visible) / len(visible) if visible else 0.0
    count = sum(1 for _ in sentences(document))
    return Coverage(document, count, len(open_sentences) - len(unread), share, tuple(decisions), tuple(unread))


def _meet(one: Quotation, other: Quotation) -> bool:
    return one.start < other.end and other.start < one.end
