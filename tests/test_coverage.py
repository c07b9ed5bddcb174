import pytest
from conftest import ROOT, Run
from hypothesis import given
from hypothesis import strategies as st

from dorsale.build import covered
from dorsale.documents.coverage import coverage, sentences
from dorsale.documents.text import Document
from dorsale.errors import QuotationsMoved
from dorsale.workspace import Workspace

DOCUMENTS = ROOT / "data" / "documents"
SLUGS = sorted(path.stem for path in DOCUMENTS.glob("*.txt"))


def visible(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("slug", SLUGS)
def test_sentences_are_the_whole_document_in_order(slug: str) -> None:
    document = Document.open(DOCUMENTS, slug)
    found = list(sentences(document))
    assert "".join(visible(sentence.exact) for sentence in found) == visible(document.text)
    assert [sentence.start for sentence in found] == sorted({sentence.start for sentence in found})


@given(st.text(alphabet="aAéÉ.!? \n«»-•1", max_size=80))
def test_no_word_of_any_text_is_outside_its_sentences(text: str) -> None:
    inside = "".join(visible(sentence.exact) for sentence in sentences(Document("d", text)))
    letters = [character for character in text if character.isalnum()]
    assert [character for character in inside if character.isalnum()] == letters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le réseau. Il est long.", ["Le réseau.", "Il est long."]),
        ("la CC Cœur \n\nde Lozère", ["la CC Cœur \n\nde Lozère"]),
        ("Les missions :\n•L’exploitation\n•La maintenance", ["Les missions :", "•L’exploitation", "•La maintenance"]),
        ("de son territoire.Cette réflexion", ["de son territoire.", "Cette réflexion"]),
        ("U.R.B.S est un outil", ["U.R.B.S est un outil"]),
        ("", []),
    ],
)
def test_a_sentence_ends_where_a_reader_ends_it(text: str, expected: list[str]) -> None:
    assert [sentence.exact for sentence in sentences(Document("d", text))] == expected


def test_a_sentence_is_quoted_set_aside_or_unread() -> None:
    document = Document("d", "Un fait. Une opinion. Un oubli.")
    found = coverage(document, [(0, 8)], {(9, 21): "opinion"})
    assert (found.sentences, found.aside) == (3, 1)
    assert [(decision.exact, reason) for decision, reason in found.unstated] == [("Une opinion.", "opinion")]
    assert [sentence.exact for sentence in found.unread] == ["Un oubli."]
    assert found.share == 7 / 26


def test_every_sentence_of_the_five_documents_has_been_read(built: Workspace) -> None:
    for found in covered(built):
        assert not [sentence.exact for sentence in found.unread], found.document.slug
        assert all(reason.strip() for _, reason in found.unstated)
        assert found.share > 0.4


def test_the_page_of_the_repository_is_the_one_that_the_command_prints(built: Workspace, dorsale: Run) -> None:
    printed = dorsale("status", "--coverage", cwd=built.root, language="fr_FR").stdout
    assert printed == (ROOT / "docs" / "coverage.md").read_text("utf-8")


def test_a_private_individual_stays_inside_the_quotation(built: Workspace, dorsale: Run) -> None:
    text = (DOCUMENTS / "journee-fibre-lozere.txt").read_text("utf-8")
    for name in ("André Michel", "Christophe Leuillet"):
        assert name in text
        assert name not in (ROOT / "docs" / "coverage.md").read_text("utf-8")
        assert name not in dorsale("export", "--format", "trig", cwd=built.root).stdout


def test_a_passage_that_was_set_aside_and_moved_is_refused(workspace: Workspace) -> None:
    file = next(iter(workspace.review.glob("*.ttl")))
    file.write_text(file.read_text("utf-8").replace('oa:exact "', 'oa:exact "x', 1), "utf-8")
    with pytest.raises(QuotationsMoved, match=file.name):
        covered(workspace)
