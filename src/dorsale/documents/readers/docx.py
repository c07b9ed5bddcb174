"""DOCX: paragraphs, lists and tables in their order."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dorsale.documents.readers.contents import (
    BULLET,
    ITEM,
    PARAGRAPH,
    ROW,
    Contents,
    laid_out,
    language_code,
    refuse_size,
    row,
)
from dorsale.errors import MissingReader, Place, UnreadableDocument

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

# What wraps text that counts, and what holds text that was taken out.
WRAPPERS = ("w:ins", "w:moveTo", "w:sdt", "w:sdtContent", "w:smartTag", "w:customXml")
TAKEN_OUT = ("w:del", "w:moveFrom")
# Neither is an item of a list, even when it is numbered; a table of contents only repeats the headings.
HEADINGS, REPEATED = ("heading", "title", "subtitle"), "toc "
# Word itself goes no further from a style to the one that it is based on; in a broken file that has no end.
DEEPEST = 12


def read(data: bytes, place: Place) -> Contents:
    """Return the text with tracked changes accepted; headers, footers, notes and text boxes are left out."""
    try:
        import docx
        from docx.opc.exceptions import PackageNotFoundError
        from lxml.etree import XMLSyntaxError
    except ImportError as error:
        raise MissingReader(place=place, format="DOCX", extra="docx") from error
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # Unpacked, a file may be a thousand times larger.
            refuse_size(sum(member.file_size for member in archive.infolist()), place)
        document = docx.Document(io.BytesIO(data))
    except (PackageNotFoundError, XMLSyntaxError, zipfile.BadZipFile, zlib.error, KeyError, EOFError) as error:
        raise UnreadableDocument(place=place, reason="damaged") from error
    except ValueError as error:
        raise UnreadableDocument(place=place, reason="unsupported", seems="DOTX/DOCM") from error
    _settle(document.element.body)
    known = document.core_properties
    return Contents((laid_out(_pieces(document)),), title=known.title, language=language_code(known.language))


def _settle(body: "BaseOxmlElement") -> None:
    """Accept tracked changes and open content controls: python-docx passes over both."""
    from docx.oxml.ns import qn

    for gone in list(body.iter(*map(qn, TAKEN_OUT))):
        gone.getparent().remove(gone)
    for wrapper in list(body.iter(*map(qn, WRAPPERS))):
        for child in list(wrapper):
            wrapper.addprevious(child)
        wrapper.getparent().remove(wrapper)


def _pieces(container: "Document | _Cell") -> Iterator[tuple[str, str]]:
    from docx.table import Table

    for block in container.iter_inner_content():
        if isinstance(block, Table):
            # A merged cell is given for each place that it takes; it is said in the first.
            said: set[object] = set()
            for line in block.rows:
                cells = []
                for cell in line.cells:
                    cells.append("" if cell._tc in said else laid_out(_pieces(cell)))
                    said.add(cell._tc)
                if text := row(cells):
                    yield ROW, text
        elif text := block.text.strip("\n"):
            style = (block.style.name or "").lower() if block.style else ""
            if style.startswith(REPEATED):
                continue
            item = _numbered(block) and not style.startswith(HEADINGS)
            yield (ITEM, BULLET + text) if item else (PARAGRAPH, text)


def _numbered(paragraph: "Paragraph") -> bool:
    """Say whether a paragraph, or else its style or one that this is based on, is numbered or has a bullet."""
    style, element = paragraph.style, paragraph._p
    for _ in range(DEEPEST):
        if numbering := element.xpath("./w:pPr/w:numPr/w:numId/@w:val"):
            return bool(numbering[0] != "0")  # 0 takes away the numbering of the style
        if style is None:
            break
        style, element = style.base_style, style.element
    return False
