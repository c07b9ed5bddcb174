"""
HTML: what the page says, without what surrounds it on every page of its site.

Elements that stand on lines of their own become lines, as a browser shows them.
"""

import codecs
import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files

from lxml import etree

from dorsale.documents.readers.contents import (
    BULLET,
    ITEM,
    PARAGRAPH,
    ROW,
    SPACES,
    Contents,
    laid_out,
    language_code,
    refuse_controls,
    row,
)
from dorsale.documents.readers.plain import fitting, utf_8
from dorsale.errors import Place, UnreadableDocument

_ELEMENTS = tomllib.loads((files(__package__) / "elements.toml").read_text("utf-8"))
BLOCKS, SILENT, FURNITURE, HEADINGS = (
    frozenset(_ELEMENTS[name].split()) for name in ("blocks", "silent", "furniture", "headings")
)
HEADING = "descendant::*[" + " or ".join(f"self::{name}" for name in sorted(HEADINGS)) + "]"
# Where the text is, the surest sign first. Without any of them everything is taken.
MAIN = (
    "//main[not(ancestor::main)]",
    "//*[@role='main']",
    "//article[not(ancestor::article)]",
)
# A row that lays out a page rather than a table: it holds headings, tables or several paragraphs.
LAYOUT = etree.XPath(f".//table | .//p[2] | {HEADING}")
BREAK = "\0"
# Encodings are declared near the top, or not at all.
DECLARED = re.compile(rb"<(?:meta\b[^>]*?charset|\?xml\b[^>]*?encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
TOP = 4096
# The Encoding standard of the web: these names are written for its superset.
MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252"}
PUBLISHED = ("article:published_time", "dcterms.issued", "dc.date.issued", "dcterms.date", "dc.date", "datepublished")
DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?(?![\d-])")


def read(data: bytes, place: Place) -> Contents:
    """Return the text of a page, with its title, language and date of publication where it says them."""
    text = decoded(data, place)
    refuse_controls(text, place)
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    page = etree.fromstring(text.encode(), parser)
    if page is None:
        raise UnreadableDocument(place=place, reason="empty")
    return Contents(
        (_text(page),),
        title=_title(page),
        language=language_code(page.get("lang") or page.get("xml:lang")),
        published=_published(page),
    )


def decoded(data: bytes, place: Place) -> str:
    """
    Return a page as text, in the encoding of its byte order mark, else the one that it declares, else UTF-8.

    Raises :class:`UnreadableDocument` when its bytes are not in that encoding.
    """
    declared = DECLARED.search(data[:TOP])
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16"
    elif data.startswith(codecs.BOM_UTF8) or not declared:
        return utf_8(data, place)
    else:
        name = declared[1].decode()
    fits = fitting(data)
    try:
        codec = codecs.lookup(name).name
        codec = MEANT.get(codec, codec)
        text = data.decode(codec)
    except (LookupError, UnicodeDecodeError) as error:
        raise _misdeclared(name, fits, place) from error
    # Text of one byte a letter that also reads as UTF-8 is UTF-8, saved anew without its declaration.
    if codec not in ("utf-8", "utf-16") and fits == "UTF-8" and not data.isascii():
        raise _misdeclared(name, fits, place)
    return text


def _misdeclared(name: str, fits: str | None, place: Place) -> UnreadableDocument:
    return UnreadableDocument(place=place, reason="misdeclared", declared=name, fits=fits or "–")


def _title(page: etree._Element) -> str | None:
    for path in ("//title[not(ancestor::svg)]", "//h1"):
        for element in page.xpath(path):
            if title := " ".join("".join(element.itertext()).split()):
                return title
    return None


def _published(page: etree._Element) -> str | None:
    said = {
        (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower(): meta.get("content") or ""
        for meta in page.iter("meta")
    }
    dates = (DATE.match(said.get(name, "").strip()) for name in PUBLISHED)
    return next((date[0] for date in dates if date), None)


def _text(page: etree._Element) -> str:
    for path in MAIN:
        if text := laid_out(piece for part in page.xpath(path) for piece in _pieces(part, FURNITURE)):
            return text
    return laid_out(_pieces(page, frozenset()))


def _pieces(root: etree._Element, left_out: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield paragraphs, items and rows in their order."""
    line: list[str] = []
    bullet = ""

    def ended() -> Iterator[tuple[str, str]]:
        nonlocal bullet
        text = _line("".join(line))
        line.clear()
        if text:
            yield (ITEM, bullet + text) if bullet else (PARAGRAPH, text)
            bullet = ""

    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if tag in BLOCKS:
            yield from ended()
        if event == "end":
            bullet = "" if tag == "li" else bullet
            if element is not root:
                line.append(element.tail or "")
        elif tag in SILENT or element.get("hidden") is not None or _surrounds(element, root, left_out):
            walk.skip_subtree()
        elif tag == "pre":
            yield PARAGRAPH, "".join(element.itertext()).strip("\n")
            walk.skip_subtree()
        elif tag == "tr" and len(element) > 1 and not LAYOUT(element):
            if text := row(_cells(element, left_out)):
                yield ROW, text
            walk.skip_subtree()
        else:
            bullet = BULLET if tag == "li" else bullet
            line.append(BREAK if tag == "br" else element.text or "")
    yield from ended()


def _line(text: str) -> str:
    """Return the text of a line with its spaces as a browser shows them."""
    return "\n".join(SPACES.sub(" ", part).strip(" ") for part in text.split(BREAK)).strip("\n")


def _surrounds(element: etree._Element, root: etree._Element, left_out: frozenset[str]) -> bool:
    if element is root or element.tag not in left_out:
        return False
    return element.tag != "header" or not element.xpath(HEADING)


def _cells(element: etree._Element, left_out: frozenset[str]) -> Iterator[str]:
    """Yield the cells of a row; one that spans several columns keeps their places."""
    for cell in element.iterchildren("td", "th"):
        yield laid_out(_pieces(cell, left_out))
        span = cell.get("colspan", "1")
        yield from [""] * (int(span) - 1 if span.isdecimal() and len(span) < 3 else 0)
