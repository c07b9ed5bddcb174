from pathlib import Path

import pytest
from conftest import ROOT
from pyoxigraph import NamedNode

from dorsale.documents.facts import Facts, block, moved, require_verbatim
from dorsale.documents.text import Document, quote
from dorsale.errors import MalformedPassage, QuotationsMoved
from dorsale.names import BASE, prefixes
from dorsale.statements import read

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
