"""Of which format a file is: its first bytes decide, and its name has to agree."""

import codecs
import re
import zipfile
from pathlib import Path

from dorsale.errors import Place, UnreadableDocument

PLAIN, HTML, PDF, DOCX, ZIP = "TXT", "HTML", "PDF", "DOCX", "ZIP"
MEDIA_TYPES = {
    PLAIN: "text/plain",
    HTML: "text/html",
    PDF: "application/pdf",
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
ENDINGS = {".txt": PLAIN, ".htm": HTML, ".html": HTML, ".xhtml": HTML, ".pdf": PDF, ".docx": DOCX}
# What other files begin with, so that a refusal can say what they are.
SIGNATURES = {
    b"%PDF-": PDF,
    b"PK\x03\x04": ZIP,
    b"PK\x05\x06": ZIP,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "DOC",
    b"{\\rtf": "RTF",
    b"%!PS": "PostScript",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "RAR",
}
# What a zip holds tells of which format it is.
MEMBERS = {
    "word/document.xml": DOCX,
    "xl/workbook.xml": "XLSX",
    "ppt/presentation.xml": "PPTX",
    "META-INF/container.xml": "EPUB",
    "META-INF/manifest.xml": "OpenDocument",
}
HEAD = 1024
# A document locked with a password is wrapped into the older format, with the whole of it in a stream of this name.
LOCKED = "EncryptedPackage".encode("utf-16-le")
_BEFORE = r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
_HTML = re.compile(_BEFORE + r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(r"\s*<\?xml\b|\s*<!doctype\s", re.IGNORECASE)


def kind_of(path: Path) -> str:
    """
    Return the format of a file that is one of those that can be read.

    Raises :class:`UnreadableDocument` when it is another one, or not the one that its name says.
    """
    place = Place(path)
    with path.open("rb") as file:
        head = file.read(HEAD)
    named = ENDINGS.get(path.suffix.lower())
    seems = _seems(path, head, named)
    if seems == "DOC" and LOCKED in path.read_bytes():
        raise UnreadableDocument(place=place, reason="encrypted")
    # A piece of HTML without its frame looks like text: there the name is believed.
    if named not in (None, seems) and (named, seems) != (HTML, PLAIN):
        raise UnreadableDocument(place=place, reason="misnamed", named=named, seems=seems)
    if seems not in MEDIA_TYPES:
        raise UnreadableDocument(place=place, reason="unsupported", seems=seems)
    return named or seems


def _seems(path: Path, head: bytes, named: str | None) -> str:
    for signature, kind in SIGNATURES.items():
        if head.startswith(signature):
            return _packed(path, named) if kind == ZIP else kind
    if named == PDF and b"%PDF-" in head:  # the mark may stand after what a server put in front
        return PDF
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = head.decode("utf-16" if wide else "utf-8-sig", "replace")
    if "\0" in text:
        raise UnreadableDocument(place=Place(path), reason="binary")
    return HTML if _HTML.match(text) else "XML" if _XML.match(text) else PLAIN


def _packed(path: Path, named: str | None) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = set(archive.namelist())
    except zipfile.BadZipFile:
        # Cut short, it no longer says what it was; its reader will tell that it is damaged.
        return DOCX if named == DOCX else ZIP
    return next((kind for member, kind in MEMBERS.items() if member in members), ZIP)
