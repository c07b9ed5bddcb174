"""
Files of other formats to stored text.

What a file is, its content decides, and its name has to agree: a page of an error saved as ``report.pdf`` is no report.
A file is refused before it is read whole where its size or its first bytes tell. What a reader finds goes through
:func:`dorsale.documents.text.stored` like any other text, and offsets count from there.
"""

import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from dorsale.documents.readers import plain
from dorsale.documents.readers.contents import Contents, refuse_size
from dorsale.documents.readers.kinds import DOCX, HTML, MEDIA_TYPES, PDF, kind_of
from dorsale.documents.text import stored
from dorsale.errors import Place, UnreadableDocument, UnreadableFile

# A first line that is longer is no title, it is a paragraph.
TITLE = 200
# What office programs write as a title when nobody wrote one.
NO_TITLE = re.compile(
    r"^Microsoft \w+ - |\.(?:docx?|pptx?|odt|indd|pub|pdf)$|^(?:sans titre|untitled|word document)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Reading:
    """
    A file as it was read.

    ``text`` is stored text; ``pages`` are the offsets where its pages begin, ``(0,)`` where the format has none;
    ``language`` (ISO 639-1) and ``published`` (a date as ISO 8601 writes it, at the precision given) are what the file
    says of itself, if it does.
    """

    text: str
    sha256_original: str
    title: str | None
    pages: tuple[int, ...]
    media_type: str
    language: str | None = None
    published: str | None = None

    def page(self, offset: int) -> int:
        """
        Return the page, from 1, on which a character of the text stands; the gap after a page belongs to it.

        >>> Reading("un\\n\\ndeux", "", None, (0, 4), "application/pdf").page(5)
        2
        """
        return max(bisect_right(self.pages, offset), 1)


def read_document(path: Path) -> Reading:
    """
    Return what a file of text, HTML, PDF or DOCX says.

    Raises :class:`UnreadableDocument`, whose ``reason`` says why it cannot become a stored text,
    :class:`MissingReader` when the extra for its format is not installed, and :class:`UnreadableFile` when the system
    refuses it.
    """
    place = Place(path)
    try:
        if not path.exists():
            raise UnreadableDocument(place=place, reason="missing")
        if not path.is_file():
            raise UnreadableDocument(place=place, reason="folder")
        refuse_size(path.stat().st_size, place)
        kind = kind_of(path)
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(file=path, reason=error.strerror or str(error)) from error
    return _stored(_contents(kind, data, place), kind, data, place)


def _contents(kind: str, data: bytes, place: Place) -> Contents:
    # Each library is loaded for its own format only: it is slow, or may not be installed.
    if kind == PDF:
        from dorsale.documents.readers import pdf

        return pdf.read(data, place)
    if kind == DOCX:
        from dorsale.documents.readers import docx

        return docx.read(data, place)
    if kind == HTML:
        from dorsale.documents.readers import html

        return html.read(data, place)
    return plain.read(data, place)


def _stored(contents: Contents, kind: str, data: bytes, place: Place) -> Reading:
    pages = [stored(page) for page in contents.pages]
    begins = [0]
    for page in pages[:-1]:
        begins.append(begins[-1] + len(page) + len(contents.gap))
    # Again: a telephone number may run over the end of a page. A mask moves nothing.
    text = stored(contents.gap.join(pages))
    if not re.search(r"\w", text):
        raise UnreadableDocument(place=place, reason="scan" if kind == PDF else "empty")
    said = contents.title or ""
    title = " ".join(stored(_first_line(text) if not said.strip() or NO_TITLE.search(said.strip()) else said).split())
    return Reading(
        text=text,
        sha256_original=hashlib.sha256(data).hexdigest(),
        title=title or None,
        pages=tuple(begins),
        media_type=MEDIA_TYPES[kind],
        language=contents.language,
        published=contents.published,
    )


def _first_line(text: str) -> str:
    first = next(line for line in text.split("\n") if re.search(r"\w", line)).strip()
    return first if len(first) <= TITLE else ""
