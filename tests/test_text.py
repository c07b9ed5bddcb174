import hashlib
import re
from pathlib import Path

import pytest
from conftest import ROOT, SHARED
from hypothesis import given
from hypothesis import strategies as st

from dorsale.documents.text import Document, locate, nearest, passages, quote, stored
from dorsale.errors import AmbiguousQuotation, QuotationNotFound, UnknownDocument
from dorsale.privacy import MASK, PERSONAL

DOCUMENTS = ROOT / "data" / "documents"
SLUGS = sorted(path.stem for path in DOCUMENTS.glob("*.txt"))


def metadata(slug: str) -> str:
    return (DOCUMENTS / f"{slug}.ttl").read_text("utf-8")


def test_the_five_documents_are_stored() -> None:
    assert len(SLUGS) == 5


@pytest.mark.parametrize("slug", SLUGS)
def test_the_stored_text_is_the_one_described(slug: str) -> None:
    text = (DOCUMENTS / f"{slug}.txt").read_bytes()
    assert f'dor:sha256Stored "{hashlib.sha256(text).hexdigest()}"' in metadata(slug)


@pytest.mark.shared
@pytest.mark.parametrize("slug", SLUGS)
def test_the_stored_text_is_the_received_one_but_for_masks(slug: str) -> None:
    source = re.search(r'dcterms:source "([^"]+)"', metadata(slug))
    assert source
    received = (SHARED / "documents" / source[1]).read_bytes()
    assert f'dor:sha256Original "{hashlib.sha256(received).hexdigest()}"' in metadata(slug)
    text = (DOCUMENTS / f"{slug}.txt").read_bytes().decode()
    original = received.decode()
    assert text == stored(original)
    assert len(text) == len(original)
    assert all(mine in (theirs, MASK) for mine, theirs in zip(text, original, strict=True))


@pytest.mark.parametrize("slug", SLUGS)
def test_no_stored_text_holds_an_address_or_a_number_of_a_person(slug: str) -> None:
    assert not PERSONAL.search((DOCUMENTS / f"{slug}.txt").read_text("utf-8"))


def test_the_trailing_spaces_of_two_documents_are_kept() -> None:
    lines = [line for slug in SLUGS for line in (DOCUMENTS / f"{slug}.txt").read_bytes().decode().split("\n")]
    assert sum(line.endswith(" ") for line in lines) == 185


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("tél. 05 63 73 50 01 - Fax 05.63.73.50.02", "tél. ██████████████ - Fax ██████████████"),
        ("+33 5 63 73 50 01", "█████████████████"),
        ("0563735001", "██████████"),
        ("jean-paul.m@castres-mazamet.com", "███████████████████████████████"),
        ("13 000 kilomètres, 187 000 prises", "13 000 kilomètres, 187 000 prises"),
        ("81115 Castres cedex, 2021-07", "81115 Castres cedex, 2021-07"),
        ("le 04 05 2021", "le 04 05 2021"),
    ],
)
def test_masks_have_the_length_of_what_they_hide(text: str, masked: str) -> None:
    assert stored(text) == masked
    assert len(stored(text)) == len(text)


@given(st.text())
def test_storing_twice_is_storing_once(text: str) -> None:
    assert stored(stored(text)) == stored(text)
    assert "\r" not in stored(text)


@given(st.text(min_size=1), st.data())
def test_a_passage_is_found_where_it_was_cut(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = quote(Document("d", text), text[start:end])
    assert found.exact == text[start:end]
    assert found.start <= start


LOIRE = Document.open(DOCUMENTS, "politiques-numeriques-loire")


def test_words_are_found_across_line_ends_and_typography() -> None:
    found = locate(LOIRE, "le projet d'aménagement d'un réseau fibre optique")
    assert found.exact == "le projet d'aménagement d'un \nréseau fibre optique"
    assert LOIRE.text[found.start : found.end] == found.exact
    assert locate(LOIRE, "sous le contrôle de l'ARCEP").exact == "sous le contrôle de l’ARCEP"


def test_what_is_left_out_is_written_with_dots_in_brackets() -> None:
    found = locate(LOIRE, "En 2005, sous le contrôle [...] d'activités économiques de la Loire.")
    assert (found.start, found.end) == (1544, 1772)


def test_the_same_words_twice_are_told_with_their_lines() -> None:
    with pytest.raises(AmbiguousQuotation) as twice:
        locate(LOIRE, "de fibre optique")
    assert twice.value.count == 2
    first, second = (locate(LOIRE, "de fibre optique", which) for which in (1, 2))
    assert first.line < second.line
    with pytest.raises(AmbiguousQuotation):
        locate(LOIRE, "de fibre optique", 3)


def test_words_that_are_not_there_are_answered_with_the_nearest() -> None:
    with pytest.raises(QuotationNotFound) as missing:
        locate(LOIRE, "187 000 prises raccordables")
    assert "187 000 prises" in missing.value.nearest
    assert "⟦" in missing.value.nearest
    with pytest.raises(QuotationNotFound):
        quote(LOIRE, "")
    assert nearest(Document("empty", ""), "words") == ""


def test_a_unicode_offset_counts_characters_and_no_bytes() -> None:
    document = Document("d", "é😀 fibre")
    assert [(found.start, found.end) for found in passages(document, "fibre")] == [(3, 8)]


def test_an_unknown_document_is_answered_with_those_that_exist(tmp_path: Path) -> None:
    with pytest.raises(UnknownDocument, match="politiques-numeriques-loire"):
        Document.open(DOCUMENTS, "loire")
