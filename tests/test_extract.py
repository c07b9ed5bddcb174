"""What is proposed for a document: the same whatever its typography, proved, and only with its passages."""

import re
import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode
from test_frames import told

from dorsale.documents.extract import Extraction, Extractor
from dorsale.documents.text import Document, stored
from dorsale.names import dor, public

DOCUMENTS = sorted((Path(__file__).parent.parent / "data" / "documents").glob("*.txt"))
UNSEEN = (Path(__file__).parent / "documents" / "ardwen-fibre.txt").read_text("utf-8")
# Variants of typography that say the same.
SPACES = [" ", "\u00a0", "\u2009", "\u202f"]


def lines(extraction: Extraction, labels: dict[NamedNode, str]) -> set[str]:
    """What is proposed, without the offsets that unnamed things bear in their names."""
    return {re.sub(r"essai-[\w-]+", "essai", line) for line in told(extraction, labels)}


def of(extractor: Extractor, text: str, labels: dict[NamedNode, str]) -> set[str]:
    return lines(extractor.extract(Document("essai", stored(text))), labels)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_proposal_stands_in_a_passage_that_is_a_slice_of_the_text(path: Path, extractor: Extractor) -> None:
    document = Document(path.stem, path.read_text("utf-8"))
    extraction = extractor.extract(document)
    assert extraction.facts.statements
    for passage in extraction.facts.passages.values():
        assert document.text[passage.start : passage.end] == passage.exact
    for statement in extraction.facts.statements:
        if not extraction.facts.of_passage(statement):  # all else says what a passage is read with
            assert statement.quad.subject in extraction.facts.passages
            assert statement.quad.object in extraction.facts.passages


def test_the_same_text_gives_the_same_proposals_in_the_same_order(extractor: Extractor) -> None:
    twice = [extractor.extract(Document("essai", UNSEEN)).facts.statements for _ in range(2)]
    assert twice[0] == twice[1]


def test_what_proof_refuses_is_no_fact(extractor: Extractor) -> None:
    extraction = extractor.extract(Document(DOCUMENTS[-1].stem, DOCUMENTS[-1].read_text("utf-8")))
    refused = {(one.passage.iri, one.statement.quad.triple) for one in extraction.refused}
    kept = {(s.quad.graph_name, s.quad.triple) for s in extraction.facts.statements}
    assert refused
    assert not refused & kept


def test_each_chapter_tells_of_its_own_network(extractor: Extractor) -> None:
    document = Document("essai", (DOCUMENTS[0].parent / "politiques-numeriques-loire.txt").read_text("utf-8"))
    facts = [s.quad.triple for s in extractor.extract(document).facts.statements]
    called = {str(t.object): t.subject for t in facts if t.predicate == public("skos:altLabel")}
    backbone, access = called['"Le réseau dorsal"@fr'], called['"Le réseau de desserte"@fr']
    value = {t.subject: t.object.value for t in facts if t.predicate == dor("value") and isinstance(t.object, Literal)}
    about = {value[t.subject]: t.object for t in facts if t.predicate == dor("about") and t.subject in value}
    for number in ("1000", "2700", "80000"):
        assert about[number] == backbone
    for number in ("13000", "274", "187000", "83000"):
        assert about[number] == access
    told = {(t.subject, t.object) for t in facts if t.predicate == public("rdf:type")}
    assert {(backbone, dor("BackboneNetwork")), (access, dor("AccessNetwork"))} <= told


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_apostrophes_and_spaces_change_no_fact(path: Path, extractor: Extractor, labels: dict[NamedNode, str]) -> None:
    text = path.read_text("utf-8")
    plain = of(extractor, text.replace("’", "'"), labels)
    assert {line.replace("’", "'") for line in of(extractor, text.replace("'", "’"), labels)} == {
        line.replace("’", "'") for line in plain
    }
    assert of(extractor, text.replace("\n", "\r\n"), labels) == of(extractor, text, labels)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(SPACES))
def test_the_space_of_thousands_changes_no_fact(extractor: Extractor, labels: dict[NamedNode, str], space: str) -> None:
    varied = re.sub(r"(?<=\d)[ \u00a0\u2009\u202f](?=\d{3})", space, UNSEEN)
    assert of(extractor, varied, labels) == of(extractor, UNSEEN, labels)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_wraps_at_another_width_change_no_fact(width: int, extractor: Extractor, labels: dict[NamedNode, str]) -> None:
    paragraphs = [" ".join(part.split()) for part in UNSEEN.split("\n\n") if "\n" not in part.strip()]
    whole = "\n\n".join(paragraphs)
    wrapped = "\n\n".join(textwrap.fill(one, width, break_on_hyphens=False) for one in paragraphs)
    assert wrapped != whole
    assert of(extractor, wrapped, labels) == of(extractor, whole, labels)


def test_an_unrelated_paragraph_removes_no_fact(extractor: Extractor, labels: dict[NamedNode, str]) -> None:
    more = UNSEEN.rstrip() + "\n\nLe marché aux fleurs se tient chaque samedi matin sur la place, sauf en hiver.\n"
    assert of(extractor, UNSEEN, labels) <= of(extractor, more, labels)


@pytest.mark.parametrize(
    "text",
    [
        "Il est propriétaire de réseaux dont il confie l'exploitation à des opérateurs privés.",
        "D'autres choix étaient possibles pour le réseau public : Orange aurait pu l'exploiter.",
        "Le numéro du service est le 05 63 73 50 01, au 12 rue de la Paix, 81115 Castres.",
        "Retrouvez toutes les informations sur le site. Développé avec soin.",
    ],
)
def test_what_looks_like_a_fact_and_is_none_gives_none(
    text: str, extractor: Extractor, labels: dict[NamedNode, str]
) -> None:
    said = of(extractor, text, labels)
    assert not [line for line in said if re.search(r" (operator|delegatee|value|builder) ", line)], said


def test_a_text_without_words_gives_nothing(extractor: Extractor) -> None:
    for text in ("", "\n\n", "12 345", "— … «»"):
        assert not extractor.extract(Document("vide", text)).facts.statements


def test_a_sum_that_is_told_again_is_one_sum_and_another_of_the_same_height_is_not(extractor: Extractor) -> None:
    def sums(text: str) -> set[str]:
        facts = extractor.extract(Document("essai", text)).facts
        stated = (statement.quad for statement in facts.statements)
        return {quad.subject.value for quad in stated if quad.predicate == dor("amount")}  # type: ignore[union-attr]

    said = "L'État débloque 45 millions d'euros pour la fibre en Mayenne. "
    assert len(sums(f"{said}Ces 45 millions d'euros iront au réseau public.")) == 1
    assert len(sums(f"{said}La Région verse 45 millions d'euros. Ces 45 millions d'euros iront au réseau public.")) == 3
