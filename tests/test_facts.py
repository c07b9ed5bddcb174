from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from dorsale.documents.facts import Facts, Passage, authority_graph, block, moved, require_verbatim, written
from dorsale.documents.text import Document, quote
from dorsale.errors import MalformedPassage, Place, QuotationsMoved
from dorsale.names import BASE, dor, prefixes, public
from dorsale.statements import Statement, read

LOIRE = Document.open(ROOT / "data" / "documents", "politiques-numeriques-loire")
HEAD = "".join(
    f"@prefix {name}: <{space}> .\n"
    for name, space in {**prefixes(), "passage": f"{BASE}evidence/{LOIRE.slug}/"}.items()
)
QUOTED = quote(LOIRE, "LOTIM \ntélécom est une filiale du groupe Axione")
GOOD = block(QUOTED, BASE).replace("{\n\n}", "{ actor:lotim-telecom dor:subsidiaryOf actor:axione . }", 1)


def facts(tmp_path: Path, trig: str) -> Facts:
    file = tmp_path / f"{LOIRE.slug}.trig"
    file.write_text(HEAD + trig, "utf-8")
    return Facts.open(file, Path("facts.trig"), BASE)


def documents() -> dict[NamedNode, Document]:
    return {LOIRE.iri(BASE): LOIRE}


def test_the_block_that_quote_prints_is_read_back_as_the_same_passage(tmp_path: Path) -> None:
    found = facts(tmp_path, GOOD)
    (passage,) = found.passages.values()
    assert (passage.start, passage.end, passage.exact) == (QUOTED.start, QUOTED.end, QUOTED.exact)
    assert require_verbatim(found.passages.values(), documents()) == 1
    assert sum(found.of_passage(statement) for statement in found.statements) == 1


@pytest.mark.parametrize("words", ['dit « "oui" »', 'finit par "', '\\ et """ au milieu', "deux\nlignes "])
def test_any_words_survive_the_block(tmp_path: Path, words: str) -> None:
    document = Document("d", f"avant {words} après")
    file = tmp_path / "d.trig"
    file.write_text(HEAD.replace(LOIRE.slug, "d") + block(quote(document, words), BASE), "utf-8")
    (passage,) = Facts.gather(read(file), BASE).passages.values()
    assert passage.exact == words


def test_a_moved_quotation_is_refused_with_where_it_stands_instead(tmp_path: Path) -> None:
    start, end = QUOTED.start + 1, QUOTED.end + 1
    shifted = GOOD.replace(f"{QUOTED.start}-{QUOTED.end}", f"{start}-{end}").replace(
        f"oa:start {QUOTED.start}", f"oa:start {start}"
    )
    found = facts(tmp_path, shifted.replace(f"oa:end {QUOTED.end}", f"oa:end {end}"))
    (miss,) = moved(found.passages.values(), documents())
    assert miss.nearest == f"{QUOTED.start}-{QUOTED.end}"
    with pytest.raises(QuotationsMoved, match=r"facts\.trig"):
        require_verbatim(found.passages.values(), documents())


def test_a_word_that_differs_is_shown_where_it_differs_first(tmp_path: Path) -> None:
    found = facts(tmp_path, GOOD.replace("une filiale", "une fillale"))
    (miss,) = moved(found.passages.values(), documents())
    assert "est une fil" in miss.nearest
    assert "⟦" in miss.nearest


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        ("actor:axione a dor:Company .", "default-graph"),
        ("passage:0-1 { actor:axione a dor:Company . }", "undescribed"),
        (GOOD.replace("actor:axione .", "[] ."), "blank-node"),
        (GOOD.replace("oa:exact", "dor:reason"), "incomplete"),
        (GOOD.replace(f"oa:start {QUOTED.start}", 'oa:start "début"'), "offsets"),
        (GOOD.replace(f"oa:start {QUOTED.start}", "oa:start 7"), "name"),
        (GOOD.replace("a dor:Evidence ; ", ""), "incomplete"),
    ],
)
def test_a_file_that_does_not_keep_to_its_form_is_refused(tmp_path: Path, broken: str, rule: str) -> None:
    with pytest.raises(MalformedPassage) as refused:
        facts(tmp_path, broken)
    assert refused.value.reason == rule
    assert refused.value.place.line
    assert str(refused.value.place) in str(refused.value)


# --- writing --------------------------------------------------------------------------------------------------

FILES = sorted((ROOT / "data" / "facts").glob("*.trig"))
LAGOON = NamedNode(f"{BASE}actor/lagune")


def quads(trig: str) -> set[Quad]:
    return set(parse(trig.encode(), RdfFormat.TRIG))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_accepted_facts_are_written_as_they_were_read(path: Path, tmp_path: Path) -> None:
    once = written(Facts.open(path, path, BASE), BASE)
    assert quads(once) == quads(path.read_text("utf-8"))
    (tmp_path / path.name).write_text(once, "utf-8")
    assert written(Facts.open(tmp_path / path.name, path, BASE), BASE) == once


def test_a_file_is_written_as_a_person_writes_one() -> None:
    path = ROOT / "data" / "facts" / "castres-mazamet-haut-debit.trig"
    assert written(Facts.open(path, path, BASE), BASE) == path.read_text("utf-8")


LITERALS = st.one_of(
    st.integers().map(lambda n: Literal(str(n), datatype=public("xsd:integer"))),
    st.decimals(allow_nan=False, allow_infinity=False).map(lambda n: Literal(f"{n:f}", datatype=public("xsd:decimal"))),
    st.booleans().map(lambda yes: Literal(str(yes).lower(), datatype=public("xsd:boolean"))),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).map(Literal),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).map(lambda t: Literal(t, language="fr")),
    st.text("0123456789PT-:").map(lambda t: Literal(t, datatype=public("xsd:duration"))),
)


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), min_size=1),
    st.lists(st.tuples(st.sampled_from(["value", "topic", "period"]), LITERALS), max_size=6),
)
def test_what_is_written_reads_back_as_the_same_quads(words: str, said: list[tuple[str, Literal]]) -> None:
    document = Document("lagune", f"avant {words} après")
    place = Place(Path("lagune.trig"))
    start, end = 6, 6 + len(words)
    iri = document.passage(BASE, start, end)
    quoted = Passage(iri, document.iri(BASE), start, end, words, place)
    stated = [Quad(LAGOON, dor(name), value, iri) for name, value in said]
    facts = Facts(tuple(Statement(quad, place) for quad in stated), {iri: quoted})
    named = Triple(LAGOON, public("rdfs:label"), Literal(words, language="fr"))
    method = NamedNode("https://w3id.org/dorsale/code/method/rules")
    found = quads(written(facts, BASE, [named], method))
    assert {quad for quad in found if quad.graph_name == iri} == set(stated)
    assert {quad.triple for quad in found if quad.graph_name == authority_graph(BASE)} == {named}
    about = {quad.predicate: quad.object for quad in found if quad.subject == iri}
    assert about[public("oa:exact")] == Literal(words)
    assert about[dor("method")] == method


def test_what_identifies_things_may_stand_apart_and_is_no_fact(tmp_path: Path) -> None:
    found = facts(tmp_path, GOOD + "\ngraph:authority { actor:lagune a dor:Company . }")
    assert [triple.subject for triple in found.described] == [LAGOON]
    assert sum(found.of_passage(statement) for statement in found.statements) == 1


def test_passages_of_two_documents_are_told_apart(tmp_path: Path) -> None:
    both = [Facts.open(path, path, BASE) for path in FILES[:2]]
    passages = {iri: passage for file in both for iri, passage in file.passages.items()}
    text = written(Facts(tuple(s for file in both for s in file.statements), passages), BASE)
    assert quads(text) == {quad for path in FILES[:2] for quad in quads(path.read_text("utf-8"))}
    assert f"{FILES[0].stem}:" in text
