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
    """What of a document is quoted, what was set aside and why, and what nobody has read yet."""

    document: Document
    sentences: int
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
    reasons = {Quotation(document, *span): reason for span, reason in unstated.items()}
    aside, unread, found = [], [], list(sentences(document))
    for sentence in found:
        if any(inside[sentence.start : sentence.end]):
            continue
        reason = next((why for span, why in reasons.items() if _meet(span, sentence)), None)
        if reason is None:
            unread.append(sentence)
        else:
            aside.append((sentence, reason))
    visible = [place for place, character in enumerate(document.text) if not character.isspace()]
    share = sum(inside[place] for place in visible) / len(visible) if visible else 0.0
    return Coverage(document, len(found), share, tuple(aside), tuple(unread))


def _meet(one: Quotation, other: Quotation) -> bool:
    return one.start < other.end and other.start < one.end
