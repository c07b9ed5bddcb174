"""A document as blocks: what patterns read, and where each character of it stands in the stored text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dorsale.documents.blocks import HEADING, ITEM, PARAGRAPH, PLAIN, ROW, blocks
from dorsale.documents.text import stored

DOCUMENTS = sorted((Path(__file__).parent.parent / "data" / "documents").glob("*.txt"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_each_character_of_a_block_is_one_of_the_stored_text(path: Path) -> None:
    text = path.read_text("utf-8")
    seen = 0
    for block in blocks(text):
        assert len(block.text) == len(block.offsets)
        for character, offset in zip(block.text, block.offsets, strict=True):
            if character not in " :":
                assert text[offset].translate(PLAIN) == character
                seen += 1
    assert seen > 0.85 * sum(1 for character in text if not character.isspace())


@given(st.text(alphabet="aàé \n\t-•’«».:;|  1A", max_size=200))
def test_no_text_breaks_the_offsets(text: str) -> None:
    whole = stored(text)
    for block in blocks(whole):
        assert len(block.text) == len(block.offsets)
        for start, end in block.sentences():
            left, right = block.source(start, end)
            assert 0 <= left < right <= len(whole)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le réseau\n\nLe Département confie la ges-\ntion à Lotim.", [HEADING, PARAGRAPH]),
        ("• La construction\n• L'exploitation", [ITEM, ITEM]),
        ("Maître d'ouvrage     Régie THD\nLocaux à desservir   22 000", [ROW, ROW]),
        ("La communauté de communes\n\nde la Plaine a signé.", [PARAGRAPH]),
    ],
)
def test_what_a_page_means_by_its_lines(text: str, expected: list[str]) -> None:
    assert [block.kind for block in blocks(text)] == expected


def test_a_hyphen_at_a_line_end_stays_where_it_belongs() -> None:
    assert blocks("Le maire de Saint-\nEtienne et la construc-\ntion du réseau.")[0].text == (
        "Le maire de Saint-Etienne et la construction du réseau."
    )


def test_sentences_end_after_points_not_after_initials() -> None:
    (block,) = blocks("M. Dupont, président de l'E.P.C.I., a signé. Le réseau ouvre en 2020. Il compte 12 NRO.")
    assert [block.text[start:end] for start, end in block.sentences()] == [
        "M. Dupont, président de l'E.P.C.I., a signé.",
        "Le réseau ouvre en 2020.",
        "Il compte 12 NRO.",
    ]


def test_sentences_of_pages_that_lost_their_spaces_are_cut_and_addresses_are_not() -> None:
    (block,) = blocks("Le réseau est voté par le conseil général.Le chantier ouvre. Voir www.exemple.fr pour la suite.")
    assert [block.text[start:end] for start, end in block.sentences()] == [
        "Le réseau est voté par le conseil général.",
        "Le chantier ouvre.",
        "Voir www.exemple.fr pour la suite.",
    ]


def test_straight_quotation_marks_open_and_close() -> None:
    (block,) = blocks('Le réseau "Berry numérique" (dit "Berry") ouvre, et l\'"Indre" suit.')
    assert block.text == "Le réseau «Berry numérique» (dit «Berry») ouvre, et l'«Indre» suit."
