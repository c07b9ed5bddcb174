"""Where the words of quotations stand in a text that changed, and the files rewritten to say so."""

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from dorsale.documents.anchors import REPLACES, Edits, anchors, rewrite
from dorsale.documents.facts import Passage
from dorsale.documents.text import Document
from dorsale.errors import Place, SyntaxFault, UneditableFile
from dorsale.names import BASE

PLACE = Place(Path("d.trig"), 1)


def passage(text: str, words: str, nth: int = 1) -> Passage:
    start = -1
    for _ in range(nth):
        start = text.index(words, start + 1)
    old = Document("d", text)
    end = start + len(words)
    return Passage(old.passage(BASE, start, end), old.iri(BASE), start, end, words, PLACE)


def found(old: str, new: str, *quoted: str | tuple[str, int]) -> list[tuple[str, str]]:
    """Return what became of each quotation that no longer stands: its outcome, and the new text before its place."""
    named = [passage(old, *(words if isinstance(words, tuple) else (words,))) for words in quoted]
    return [
        (anchor.outcome, new[: anchor.now.start][-4:] if anchor.now else "")
        for anchor in anchors(Document("d", new), named)
    ]


def test_words_that_moved_are_found_and_those_that_stand_are_left_alone() -> None:
    old, new = "Un. Deux mots. Trois.", "Un. Encore. Deux mots. Trois."
    assert found(old, new, "Un.", "Deux mots.", "Trois.") == [("moved", "re. "), ("moved", "ts. ")]
    assert found(old, old, "Un.", "Deux mots.") == []


def test_offsets_are_code_points() -> None:
    (anchor,) = anchors(Document("d", "🛰 é Un."), [passage("Un.", "Un.")])
    assert anchor.now
    assert (anchor.now.start, anchor.now.end) == (4, 7)


def test_words_that_changed_are_lost_with_the_nearest_passage() -> None:
    (anchor,) = anchors(Document("d", "Le réseau a 340 km de fibre."), [passage("Le réseau a 341 km.", "a 341 km")])
    assert (anchor.outcome, anchor.now) == ("lost", None)
    assert "a 34" in anchor.nearest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("l'essor du réseau", "l’essor du réseau"),
        ("33 000 foyers", "33\u00a0000 foyers"),
        ("deux\nlignes", "deux\r\nlignes"),
        ("deux\nlignes", "deux lignes"),
    ],
)
def test_words_in_other_typography_are_found_and_quoted_as_they_stand(old: str, new: str) -> None:
    (anchor,) = anchors(Document("d", f"– {new}."), [passage(f"{old}.", old)])
    assert anchor.outcome == "typography"
    assert anchor.now
    assert anchor.now.exact == new


def test_a_place_to_the_letter_goes_before_one_in_other_typography() -> None:
    assert found("a l'eau", "b l’eau, c l'eau", "l'eau") == [("moved", ", c ")]


def test_dots_in_brackets_are_words_of_the_document_and_leave_nothing_out() -> None:
    quoted = "un [...] deux"
    assert found(f"{quoted}.", "un trois deux.", quoted) == [("lost", "")]
    assert found(f"{quoted}.", f"trois {quoted}.", quoted) == [("moved", "ois ")]


def test_words_inside_a_longer_word_are_others() -> None:
    assert found("Montagne. Fin.", "Montagneux. Fin.", "Montagne") == []  # it stands where it says, to the letter
    assert found("– Montagne. Fin.", "Montagneux. Fin.", "Montagne") == [("lost", "")]


def test_two_equal_sentences_keep_their_order() -> None:
    old = "Un. Bis. Deux. Bis. Trois."
    for new in ("+ Un. Bis. Deux. Bis. Trois.", "+ Un! Bis. Deux, oui. Bis. Trois."):
        assert found(old, new, ("Bis.", 1), ("Bis.", 2)) == [
            ("moved", new[:6][-4:]),
            ("moved", new[: new.rindex("Bis")][-4:]),
        ]


def test_an_equal_sentence_that_nobody_quotes_is_told_from_the_quoted_one_by_the_quotations_around() -> None:
    old, new = "Un. Bis. Deux. Bis. Trois.", "+ Un. Bis. Deux. Bis. Trois."
    assert found(old, new, "Un.", ("Bis.", 2), "Deux.")[1:] == [("moved", "ux. "[-4:]), ("moved", "is. ")][::-1]
    assert ("moved", "Un. ") in found(old, new, "Un.", ("Bis.", 1), "Deux.")


def test_equal_sentences_that_nothing_tells_apart_are_left_to_a_person() -> None:
    (anchor,) = anchors(Document("d", "+ Bis.\n\nDeux, oui. Bis."), [passage("Bis.\n\nDeux. Bis.", "Bis.", 2)])
    assert anchor.outcome == "ambiguous"
    assert [place.line for place in anchor.candidates] == [1, 3]


def test_one_place_is_not_given_to_two_quotations() -> None:
    old = "Un. Bis. Deux. Bis. Trois."
    assert {outcome for outcome, _ in found(old, "+ Un. Deux. Bis. Trois.", ("Bis.", 1), ("Bis.", 2))} == {"ambiguous"}
    # With a quotation between them it is plain which one is gone.
    told = found(old, "+ Un. Deux. Bis. Trois.", ("Bis.", 1), "Deux.", ("Bis.", 2))
    assert told == [("ambiguous", ""), ("moved", "Un. "), ("moved", "ux. ")]


def test_a_place_that_another_quotation_holds_is_not_free() -> None:
    assert found("Bis. Deux. Bis.", "Bis. Deux.", ("Bis.", 1), ("Bis.", 2)) == [("lost", "")]


def test_what_is_found_alone_and_out_of_order_is_left_to_a_person() -> None:
    old = "A. Entretien du réseau. B. C. D. Entretien du réseau."
    new = "+ A. Entretien. B. C. D. Entretien du réseau."
    told = found(old, new, "A.", "Entretien du réseau", "B.", "C.", "D.")
    assert [outcome for outcome, _ in told] == ["moved", "ambiguous", "moved", "moved", "moved"]


def test_a_paragraph_that_moved_whole_keeps_its_quotations() -> None:
    old, new = "A un. B deux. C. D. E. F.", "C. D. E. F. A un. B deux."
    assert {outcome for outcome, _ in found(old, new, "A un.", "B deux.", "C.", "D.", "E.", "F.")} == {"moved"}


def test_quotations_inside_one_another_stay_inside() -> None:
    old, new = "x le réseau x. Le réseau, dit le réseau, est.", "+ x le réseau x. Le réseau, dit le réseau, est."
    told = found(old, new, "Le réseau, dit le réseau, est.", ("le réseau", 2))
    assert told == [("moved", " x. "), ("moved", "dit ")]


# --- rewriting ------------------------------------------------------------------------------------------------

OLD = "Un réseau. Deux réseaux."
NEW = "Voici : Un réseau. Deux  réseaux."
HEAD = f"""\
@prefix dor: <https://w3id.org/dorsale/ontology#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix passage: <{BASE}evidence/d/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix x: <http://example.org/> .
"""
BODY = f"""\
# passage:0-10 is the first sentence; oa:start 0
passage:0-10 {{ x:a x:says "passage:0-10 {{ }} # no comment", \"\"\"a "quoted" ; word\"\"\" . }}   # kept
graph:evidence {{
\tpassage:0-10 a dor:Evidence; prov:wasQuotedFrom <{BASE}document/d>;
\t\toa:start 0 ;oa:end "10"^^<http://www.w3.org/2001/XMLSchema#integer> ;
\t\toa:exact 'Un réseau.' .
    passage:11-24 a dor:Evidence ; dor:readWith passage:0-10, <{BASE}evidence/d/0-10> ; oa:start 11 ; oa:end 24 ;
        oa:exact \"\"\"Deux réseaux.\"\"\" .
}}
""".replace("graph:evidence", f"<{BASE}graph/evidence>")
AFTER = (
    BODY.replace("passage:0-10 { x:a", "passage:8-18 { x:a")
    .replace("\tpassage:0-10 a", "\tpassage:8-18 a")
    .replace(
        "readWith passage:0-10, <" + BASE + "evidence/d/0-10>", "readWith passage:8-18, <" + BASE + "evidence/d/8-18>"
    )
    .replace("\t\toa:start 0 ;", "\t\tdcterms:replaces passage:0-10 ;\n\t\toa:start 8 ;")
    .replace('"10"^^<http://www.w3.org/2001/XMLSchema#integer>', "18")
    .replace("passage:11-24 a", "passage:19-33 a")
    .replace("oa:start 11 ; oa:end 24", "dcterms:replaces passage:11-24 ; oa:start 19 ; oa:end 33")
    .replace("Deux réseaux.", "Deux  réseaux.")
)


def edits(old: str, new: str, *words: str) -> Edits:
    return Edits.of(anchors(Document("d", new), [passage(old, one) for one in words]), BASE)


def rewritten(text: str, made: Edits) -> str:
    return rewrite(text.encode(), RdfFormat.TRIG, made, Path("d.trig")).decode()


def test_only_names_offsets_and_words_change_in_a_file() -> None:
    head = HEAD.replace("@prefix dor:", "@prefix dcterms: <http://purl.org/dc/terms/> .\n@prefix dor:")
    text = rewritten(HEAD + BODY, edits(OLD, NEW, "Un réseau.", "Deux réseaux."))
    assert text == head + AFTER


def test_a_prefix_of_dublin_core_is_used_as_it_is_called() -> None:
    head = HEAD + "@prefix dct: <http://purl.org/dc/terms/> .\n"
    text = rewritten(head + BODY, edits(OLD, NEW, "Un réseau.", "Deux réseaux."))
    assert text == head + AFTER.replace("dcterms:", "dct:")


def test_names_that_shift_onto_each_other_are_not_mixed_up() -> None:
    old, new = "Un mot Du mot.", "...... Un mot Du mot."
    first, second = passage(old, "Un mot"), passage(old, "Du mot")
    made = Edits.of(anchors(Document("d", new), [first, second]), BASE)
    assert made.renamed[first.iri] == second.iri
    text = rewritten(f"<{first.iri.value}> <x:p> <{second.iri.value}> .", made)
    assert text == f"<{second.iri.value}> <x:p> <{made.renamed[second.iri].value}> ."


def test_a_text_that_is_put_back_gives_the_first_names_back_and_nothing_replaces_itself() -> None:
    there = rewritten(HEAD + BODY, edits(OLD, NEW, "Un réseau.", "Deux réseaux."))
    back = rewritten(there, edits(NEW, OLD, "Un réseau.", "Deux  réseaux."))
    said = {(quad.subject, quad.object) for quad in parse(back, RdfFormat.TRIG) if quad.predicate == REPLACES}
    names = {"0-10": "8-18", "11-24": "19-33"}
    assert said == {tuple(NamedNode(f"{BASE}evidence/d/{name}") for name in pair) for pair in names.items()}
    assert 'oa:exact """Deux réseaux."""' in back


def test_earlier_names_are_kept() -> None:
    later = "Enfin. " + NEW
    text = rewritten(HEAD + BODY, edits(OLD, NEW, "Un réseau."))
    text = rewritten(text, edits(NEW, later, "Un réseau."))
    said = {quad.object.value[-5:] for quad in parse(text, RdfFormat.TRIG) if quad.predicate == REPLACES}
    assert said == {"/0-10", "/8-18"}


@pytest.mark.parametrize("words", ['fin "', '\\ "" ', "a\r\nb", "a\n'''b"])
@pytest.mark.parametrize("quote", ['"', '"""'])
def test_new_words_survive_both_kinds_of_quotes(words: str, quote: str) -> None:
    iri = NamedNode(f"{BASE}evidence/d/0-1")
    exact = NamedNode("http://www.w3.org/ns/oa#exact")
    made = Edits({}, {(iri, exact): Literal(words)})
    text = rewritten(f"<{iri.value}> <{exact.value}> {quote}x{quote} .", made)
    (quad,) = parse(text, RdfFormat.TRIG)
    assert quad.object == Literal(words)


@pytest.mark.parametrize("prefix", ["PREFIX passage: <{space}>\n", "@base <{space}> .\n@prefix passage: <> .\n"])
def test_a_file_that_cannot_be_changed_safely_is_refused(prefix: str) -> None:
    text = prefix.format(space=f"{BASE}evidence/d/") + "passage:0-10 <http://example.org/p> 1 ."
    with pytest.raises(UneditableFile, match=r"d\.trig"):
        rewritten(text, edits(OLD, NEW, "Un réseau."))


def test_a_file_that_names_no_passage_of_these_stays_to_the_byte() -> None:
    text = HEAD.replace("\n", "\r\n") + "x:a x:b [ x:c passage:3-4 ] ."
    assert rewritten(text, edits(OLD, NEW, "Un réseau.")) == text


def test_a_file_that_does_not_parse_is_told_with_its_line() -> None:
    with pytest.raises(SyntaxFault, match=r"d\.trig:2"):
        rewritten("\n;;", edits(OLD, NEW, "Un réseau."))
