"""PDF, with the page of each offset."""

import contextlib
from typing import TYPE_CHECKING

from dorsale.documents.readers.contents import CONTROL, Contents
from dorsale.errors import MissingReader, Place, UnreadableDocument

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

# PDFium joins a word that a line end divides, and puts this in the place of its hyphen and of the line end.
DIVIDED = "\ufffe"
# A glyph of which the font does not say what letter it is.
UNKNOWN = "\ufffd"


def read(data: bytes, place: Place) -> Contents:
    """Return the text of each page in the order of the file, with the line ends and hyphens that the page shows."""
    try:
        import pypdfium2
        from pypdfium2.raw import FPDF_ERR_PASSWORD
    except ImportError as error:
        raise MissingReader(place=place, format="PDF", extra="pdf") from error
    try:
        with contextlib.closing(pypdfium2.PdfDocument(data)) as file:
            title = file.get_metadata_value("Title")
            pages = tuple(_page(page) for page in file)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code == FPDF_ERR_PASSWORD
        raise UnreadableDocument(place=place, reason="encrypted" if locked else "damaged") from error
    return Contents(pages, title=title)


def _page(page: "PdfPage") -> str:
    with contextlib.closing(page), contextlib.closing(page.get_textpage()) as text:
        found: str = text.get_text_range()
    lines = found.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace(DIVIDED, "-\n")
    return CONTROL.sub(UNKNOWN, lines).strip("\n")
