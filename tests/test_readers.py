"""Files as others send them: what they say comes back in order, and what cannot be read is said."""

import hashlib
import io
import os
import re
import sys
import textwrap
import unicodedata
import zipfile
from collections.abc import Callable
from html import escape
from pathlib import Path

import docx
import pytest
from conftest import ROOT
from docx.document import Document as Word
from docx.oxml import parse_xml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dorsale.documents.readers import Reading, contents, read_document
from dorsale.documents.text import stored
from dorsale.errors import MissingReader, UnreadableDocument
from dorsale.privacy import MASK

DOCUMENTS = sorted((ROOT / "data" / "documents").glob("*.txt"))
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
# How a test has a file of this name and content read.
Read = Callable[[str, bytes | str], Reading]
LOCK = b"/Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <%b> /U <%b> >> /ID [<00> <00>]"


def pdf_of(*pages: str, title: str = "", trailer: bytes = b"") -> bytes:
    """A PDF of lines in Helvetica, with the letters of French that its encoding has."""

    def shown(text: str) -> bytes:
        return b"(" + re.sub(rb"([\\()])", rb"\\\1", text.encode("cp1252", "replace")) + b")"

    kids = b" ".join(b"%d 0 R" % (5 + 2 * number) for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Title %b >>" % shown(title),
    ]
    for page in pages:
        lines = b"".join(shown(line) + b" Tj T*\n" for line in page.split("\n"))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (len(objects) + 2)
        )
        stream = b"BT /F1 9 Tf 11 TL 40 800 Td\n" + lines + b"ET"
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream))
    out, table = b"%PDF-1.4\n", b"0000000000 65535 f \n"
    for number, one in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    size = len(objects) + 1
    return out + b"xref\n0 %d\n%btrailer\n<< /Size %d /Root 1 0 R /Info 4 0 R %b >>\nstartxref\n%d\n%%%%EOF\n" % (
        size, table, size, trailer, len(out),
    )  # fmt: skip


def docx_of(document: Word) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def wrapped(text: str) -> list[str]:
    lines = [line for one in text.split("\n") for line in textwrap.wrap(one, 90, break_on_hyphens=False) or [""]]
    return ["\n".join(lines[at : at + 60]) for at in range(0, len(lines), 60)]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def give(name: str, data: bytes | str) -> Reading:
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return read_document(path)

    return give


# What each format says


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_text_is_read_as_it_is_stored(path: Path) -> None:
    reading = read_document(path)
    assert reading.text == path.read_bytes().decode()
    assert reading.sha256_original == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (reading.pages, reading.media_type) == ((0,), "text/plain")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_page_of_the_web_says_the_words_of_its_text(path: Path, read: Read) -> None:
    text = path.read_text("utf-8")
    paragraphs = "".join(f"<p>{escape(line)}" for line in text.split("\n"))
    page = f"<!DOCTYPE html><html lang=fr><title>{path.stem}</title><body><nav>Menu</nav><main>{paragraphs}</main>"
    reading = read("page.html", page)
    assert words(reading.text) == words(text)
    assert (reading.title, reading.language, reading.media_type) == (path.stem, "fr", "text/html")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_word_document_says_the_words_of_its_text(path: Path, read: Read) -> None:
    text = path.read_text("utf-8")
    document = docx.Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    reading = read("page.docx", docx_of(document))
    assert words(reading.text) == words(text)
    assert reading.media_type.endswith("wordprocessingml.document")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_pdf_says_the_words_of_its_text_each_on_its_page(path: Path, read: Read) -> None:
    text = path.read_text("utf-8").replace("\u2009", " ")
    pages = wrapped(text)
    reading = read("page.pdf", pdf_of(*pages, title="Un titre"))
    assert words(reading.text) == words(text)
    assert (reading.title, reading.media_type) == ("Un titre", "application/pdf")
    assert len(reading.pages) == len(pages)
    ends = [*reading.pages[1:], len(reading.text)]
    for number, (start, end, page) in enumerate(zip(reading.pages, ends, pages, strict=True), 1):
        assert words(reading.text[start:end]) == words(page)
        assert {reading.page(offset) for offset in (start, *range(start, end))} == {number}


def test_a_word_that_a_line_of_a_pdf_divides_stays_as_the_page_shows_it(read: Read) -> None:
    assert read("a.pdf", pdf_of("Le Départe-\nment de la Loire")).text == "Le Départe-\nment de la Loire"


def test_an_empty_page_of_a_pdf_is_counted(read: Read) -> None:
    reading = read("a.pdf", pdf_of("Tél. 05 63 73 50 01", "", "Page trois"))
    assert reading.text == f"Tél. {MASK * 14}\n\n\n\nPage trois"
    assert reading.page(reading.text.index("trois")) == 3
    assert reading.page(0) == 1


@pytest.mark.parametrize("title", ["", "Microsoft Word - rapport.doc", "rapport-final.docx", "Sans titre 1"])
def test_a_title_that_a_program_made_up_is_none(title: str, read: Read) -> None:
    assert read("a.pdf", pdf_of("Le réseau de la Loire\nIl est long.", title=title)).title == "Le réseau de la Loire"


def test_a_paragraph_is_no_title(read: Read) -> None:
    assert read("a.txt", "mot " * 80).title is None


def test_a_title_hides_the_numbers_that_the_text_hides(read: Read) -> None:
    assert read("a.html", "<title>Appelez le 05 63 73 50 01</title><p>Bonjour").title == f"Appelez le {MASK * 14}"


PAGE = """<!doctype html><html lang="fr-FR"><head><meta charset="utf-8"><title>Le réseau | Loire</title>
<meta property="article:published_time" content="2021-06-03T10:00:00+02:00"><style>p {}</style></head>
<body><header><h1>Département</h1></header><nav><a>Accueil</a></nav>
<main><nav>Vous êtes ici</nav><header><h1>Le réseau dorsal</h1></header>
<p>Le 1<sup>er</sup> janvier, <b>Lotim</b>
exploite&nbsp;:<br>5&#8239;000 prises.<script>var x</script></p>
<ul><li>un lot</li><li><p>deux lots</p></li></ul>
<table><tr><th></th><th colspan="2">Total</th><th>Raccordables</th></tr>
<tr><td>Zone <p>AMII</p></td><td>10&nbsp;500</td><td>(15 %)</td><td>6 700</td></tr></table>
<div>Contact</div><form><input value="x"><button>Chercher</button></form><footer>Partager</footer></main>
<aside>Actualités</aside><footer>Mentions légales</footer></body></html>"""


def test_a_page_of_the_web_is_read_in_lines_without_what_surrounds_it(read: Read) -> None:
    reading = read("a.html", PAGE)
    assert reading.text == (
        "Le réseau dorsal\n\nLe 1er janvier, Lotim exploite\xa0:\n5\u202f000 prises.\n\n- un lot\n- deux lots\n\n"
        "\tTotal\t\tRaccordables\nZone AMII\t10\xa0500\t(15 %)\t6 700\n\nContact"
    )
    assert (reading.title, reading.language, reading.published) == ("Le réseau | Loire", "fr", "2021-06-03")


def test_without_a_main_element_the_whole_page_is_read(read: Read) -> None:
    page = "<html><body><nav>Menu</nav><form><p>Le réseau<p hidden>caché</form><noscript>Activez</noscript></body>"
    assert read("a.html", page).text == "Menu\n\nLe réseau"


def test_a_form_that_holds_the_whole_text_is_read(read: Read) -> None:
    assert read("a.html", "<body>Menu<form role=main><p>Le réseau<nav>x</nav></form>").text == "Le réseau"


def test_an_article_is_read_when_there_is_no_main_element(read: Read) -> None:
    assert read("a.html", "<body>Menu<article><p>Un</article><article><p>Deux</article>pied").text == "Un\n\nDeux"


def test_an_empty_main_element_does_not_hide_the_page(read: Read) -> None:
    assert read("a.html", "<body><main></main><p>Le réseau").text == "Le réseau"


def test_a_table_that_lays_out_a_page_is_no_table(read: Read) -> None:
    layout = "<table><tr><td>Menu</td><td><h2>Réseau</h2><p>Un<p>Deux</td></tr></table>"
    assert read("a.html", layout).text == "Menu\n\nRéseau\n\nUn\n\nDeux"


def test_preformatted_lines_stay_lines(read: Read) -> None:
    assert read("a.html", "<p>Total<pre>\nA   10\nB    2\n</pre>").text == "Total\n\nA   10\nB    2"


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("\ufeff<p>l’été".encode(), "l’été"),
        ("<!doctype html><p>l’été".encode("utf-16"), "l’été"),
        ("<meta charset=windows-1252><p>l’été".encode("cp1252"), "l’été"),
        # The web writes ISO-8859-1 and means Windows-1252.
        ('<meta http-equiv="content-type" content="text/html; charset=ISO-8859-1"><p>l’été'.encode("cp1252"), "l’été"),
        (b'<?xml version="1.0" encoding="iso-8859-15"?><html><p>\xe9t\xe9 \xa4', "été €"),
        (b"<p>l&rsquo;&eacute;t&eacute; &#146; &check;", "l’été ’ ✓"),
    ],
)
def test_the_encoding_of_a_page_is_what_it_says(page: bytes, said: str, read: Read) -> None:
    assert read("a.html", page).text == said


def test_a_word_document_is_read_in_lines(read: Read) -> None:
    document = docx.Document()
    document.core_properties.title = "Rapport"
    document.core_properties.language = "fr-FR"
    document.sections[0].header.add_paragraph("en-tête")
    document.add_heading("Le réseau", 1)
    document.add_paragraph("Il est long.\nTrès long.")
    document.add_paragraph("un lot", style="List Bullet")
    document.add_paragraph("deux lots", style="List Number")
    table = document.add_table(3, 3)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"c{number}"
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_paragraph("Fin.")
    reading = read("a.docx", docx_of(document))
    assert reading.text == (
        "Le réseau\n\nIl est long.\nTrès long.\n\n- un lot\n- deux lots\n\nc0 c1\t\tc2\nc3 c6\tc4\tc5\n\tc7\tc8\n\nFin."
    )
    assert (reading.title, reading.language, reading.pages) == ("Rapport", "fr", (0,))


def test_tracked_changes_and_content_controls_of_word_are_read_as_they_stand(read: Read) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Le réseau ")._p
    paragraph.append(parse_xml(f'<w:ins {W} w:id="1"><w:r><w:t>est long</w:t></w:r></w:ins>'))
    paragraph.append(parse_xml(f'<w:del {W} w:id="2"><w:r><w:delText>court</w:delText></w:r></w:del>'))
    control = "<w:sdtContent><w:p><w:r><w:t>Sous contrôle</w:t></w:r></w:p></w:sdtContent>"
    paragraph.addnext(parse_xml(f"<w:sdt {W}><w:sdtPr/>{control}</w:sdt>"))
    assert read("a.docx", docx_of(document)).text == "Le réseau est long\n\nSous contrôle"


# What is stored

PIECES = [
    "05 63 73 50 01", "0563735001", "+33 5 63 73 50 01", "0033", "(0)", "a@b.fr", "@", "+", ".", "-", " ", "é",
    "e\u0301", "\u0323", "\u1100\u1161", "\u11a8", "1", "x", "\r", "\n", "\r\n",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=10).map("".join)


@given(TEXTS)
def test_what_is_stored_stays_as_it_is_when_it_is_stored_again(text: str) -> None:
    once = stored(text)
    assert stored(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\r" not in once


READABLE = TEXTS.filter(lambda text: not contents.CONTROL.search(text) and "\f" not in text and text.isprintable())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
@given(pages=st.lists(READABLE, min_size=1, max_size=4))
def test_composing_letters_and_hiding_numbers_moves_no_page(tmp_path: Path, pages: list[str]) -> None:
    path = tmp_path / "pages.txt"
    path.write_bytes("\f".join(["Début", *pages]).encode())
    reading = read_document(path)
    assert len(reading.pages) == len(pages) + 1
    for start, page in zip(reading.pages[1:], map(stored, pages), strict=True):
        found = reading.text[start : start + len(page)]
        assert len(found) == len(page)
        assert all(mine in (theirs, MASK) for mine, theirs in zip(found, page, strict=True))
        assert reading.text[start - 1] in ("\n", MASK)


def test_carriage_returns_and_a_byte_order_mark_are_not_stored(read: Read) -> None:
    assert read("a.txt", "\ufeffLe re\u0301seau\r\nest\rlong").text == "Le réseau\nest\nlong"


# What cannot be read


def bomb() -> bytes:
    file = io.BytesIO(docx_of(docx.Document()))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/image.bin", bytes(contents.LIMIT))
    return file.getvalue()


def zipped(member: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(member, "x")
    return file.getvalue()


WORD = docx_of(docx.Document())
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BAD: dict[str, tuple[str, bytes, str, str]] = {
    "an empty file": ("a.txt", b"", "empty", "a.txt: "),
    "blanks": ("a.txt", b" \n\t\n", "empty", "a.txt: "),
    "an empty page": ("a.html", b"<!doctype html><p> <!-- x -->", "empty", "a.html: "),
    "only a comment": ("a.html", b"<!-- x -->", "empty", "a.html: "),
    "an empty document of Word": ("a.docx", WORD, "empty", "a.docx: "),
    "HTML named PDF": ("a.pdf", b"<!doctype html><p>404", "misnamed", "HTML"),
    "PDF named text": ("a.txt", pdf_of("x"), "misnamed", "PDF"),
    "an image named PDF": ("a.pdf", b"\x89PNG\r\n\x1a\n", "misnamed", "PNG"),
    "text named DOCX": ("a.docx", b"bonjour", "misnamed", "TXT"),
    "an old document of Word": ("a.docx", OLE + b"x", "misnamed", "DOC"),
    "an old document of Word by its name": ("a.doc", OLE + b"x", "unsupported", "DOC"),
    "an image": ("a.png", b"\x89PNG\r\n\x1a\n", "unsupported", "PNG"),
    "a sheet": ("a.xlsx", zipped("xl/workbook.xml"), "unsupported", "XLSX"),
    "an archive": ("a.zip", zipped("a.txt"), "unsupported", "ZIP"),
    "XML": ("a.xml", b'<?xml version="1.0"?><a/>', "unsupported", "XML"),
    "RTF": ("a.rtf", b"{\\rtf1 x}", "unsupported", "RTF"),
    "null bytes at the top": ("a", b"ELF\0\0", "binary", "a: "),
    "null bytes further on": ("a.txt", b"a" * 5000 + b"\0", "binary", "a.txt: "),
    "a bell": ("a.txt", "é\nab\x07c".encode(), "control", "a.txt:2:3: "),
    "a bell in a page": ("a.html", "<p>é\x07".encode(), "control", "a.html:1:5: "),
    "Windows-1252 taken for Latin-1": ("a.txt", "d\x92un".encode(), "control", "U+0092"),
    "Windows-1252": ("a.txt", "Le Département\na été".encode("cp1252"), "encoding", "a.txt:1:5: byte 0xE9"),
    "Mac Roman": ("a.txt", "réseau confié à l’État".encode("mac_roman"), "encoding", "iconv -f MACINTOSH"),
    "code page 850": ("a.txt", "réseau confié à Lotim".encode("cp850"), "encoding", "iconv -f CP850"),
    "UTF-16": ("a.txt", "réseau".encode("utf-16"), "encoding", "iconv -f UTF-16"),
    "an undeclared page in Windows-1252": ("a.html", "<p>été".encode("cp1252"), "encoding", "WINDOWS-1252"),
    "no encoding at all": ("a.txt", b"abc\n\xff\x01\xe0\xc3", "undecodable", "a.txt:2:1: byte 0xFF"),
    "a page that says it is Latin-1 and is UTF-8": (
        "a.html", "<meta charset=latin1><p>é".encode(), "misdeclared", "UTF-8",
    ),
    "a page that says it is UTF-8 and is not": (
        "a.html", "<meta charset=utf-8><p>été".encode("cp1252"), "misdeclared", "WINDOWS-1252",
    ),
    "an encoding that does not exist": ("a.html", "<meta charset=klingon><p>é".encode(), "misdeclared", "klingon"),
    "a scan": ("a.pdf", pdf_of("", ""), "scan", "ocrmypdf"),
    "a locked PDF": ("a.pdf", pdf_of("x", trailer=LOCK % (b"11" * 32, b"22" * 32)), "encrypted", "a.pdf: "),
    "a locked document of Word": ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted", "a.docx: "),
    "a PDF cut short": ("a.pdf", pdf_of("x" * 50, "y")[:500], "damaged", "a.pdf: "),
    "a document of Word cut short": ("a.docx", WORD[: len(WORD) // 2], "damaged", "a.docx: "),
    "an archive named DOCX without a document": ("a.docx", zipped("word/document.xml"), "damaged", "a.docx: "),
    "a document of Word that unpacks to more than is read": ("a.docx", bomb(), "too-large", "50 MB"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_file_that_cannot_be_a_document_is_refused_with_what_to_do(case: str, read: Read) -> None:
    name, data, reason, said = BAD[case]
    with pytest.raises(UnreadableDocument) as refusal:
        read(name, data)
    assert refusal.value.reason == reason
    sentence = refusal.value.sentence("en")
    assert said in sentence
    assert str(refusal.value.place) in sentence
    assert "; " in sentence
    assert " ; " in refusal.value.sentence("fr")


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.txt"
    path.touch()
    os.truncate(path, 100 * 1024 * 1024)
    monkeypatch.setattr(Path, "open", None)
    with pytest.raises(UnreadableDocument) as refusal:
        read_document(path)
    assert (refusal.value.reason, refusal.value.size) == ("too-large", 100)


def test_an_image_is_refused_by_its_first_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "image.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(5000))
    monkeypatch.setattr(Path, "read_bytes", None)
    with pytest.raises(UnreadableDocument):
        read_document(path)


@pytest.mark.parametrize(("name", "reason"), [("nothing.txt", "missing"), ("", "folder"), ("pipe", "folder")])
def test_what_is_no_file_is_said(name: str, reason: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableDocument) as refusal:
        read_document(tmp_path / name)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("library", "name", "data", "extra"),
    [("pypdfium2", "a.pdf", pdf_of("x"), "dorsale[pdf]"), ("docx", "a.docx", WORD, "dorsale[docx]")],
)
def test_a_missing_extra_is_named(
    library: str,
    name: str,
    data: bytes,
    extra: str,
    read: Read,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingReader) as refusal:
        read(name, data)
    assert f"pip install '{extra}'" in refusal.value.sentence("en")
    assert f"pip install '{extra}'" in refusal.value.sentence("fr")


def test_text_and_html_need_no_extra(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("pypdfium2", "docx"):
        monkeypatch.setitem(sys.modules, library, None)
    assert read("a.txt", "été").text == read("a.html", "<p>été").text == "été"


def test_a_file_without_a_known_ending_is_what_its_content_is(read: Read) -> None:
    assert read("document", pdf_of("Le réseau")).media_type == "application/pdf"
    assert read("page.php", "<!doctype html><p>été").media_type == "text/html"
    assert read("notes.md", "Le réseau").media_type == "text/plain"
