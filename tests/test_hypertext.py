"""The answer of a query as a page for browsers."""

from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Run
from lxml import html
from pyoxigraph import Store

from dorsale.graph.queries import Catalogue, Page, run
from dorsale.graph.queries.hypertext import hypertext, verdict
from dorsale.graph.store import Dataset
from dorsale.workspace import Workspace

CATALOGUE = Catalogue.of(ROOT / "queries", Path("queries"))


def page_of(dataset: Dataset, name: str, language: str = "fr") -> Any:
    stored = CATALOGUE[name]
    return html.fromstring(hypertext(Page.of(dataset, run(dataset, stored.text), language, stored)))


def text(element: Any) -> str:
    return " ".join(element.text_content().split())


def test_a_page_is_in_the_language_that_was_asked_for(dataset: Dataset) -> None:
    for language, title in (("fr", "Groupes et filiales"), ("en", "Groups and subsidiaries")):
        page = page_of(dataset, "groups", language)
        assert page.get("lang") == language
        assert page.findtext(".//title") == page.findtext(".//h1") == title
        assert page.findtext(".//caption") == CATALOGUE["groups"].question[language]
        # The words of a document are in its language.
        assert {quoted.get("lang") for quoted in page.iter("q")} == {"fr"}


def test_every_cell_has_the_headings_that_say_what_it_is(dataset: Dataset) -> None:
    page = page_of(dataset, "coverage-claims")
    heads = [text(head) for head in page.xpath("//thead//th")]
    assert {head.get("scope") for head in page.xpath("//thead//th")} == {"col"}
    for row in page.xpath("//tbody/tr"):
        assert row[0].get("scope") == "row"
        assert [cell.get("data-label") for cell in row] == heads
        # A style that makes cards of rows would take these away.
        assert [cell.get("role") for cell in row] == ["rowheader", *["cell"] * (len(heads) - 1)]


def test_numbers_are_aligned_and_what_is_not_said_is_told_apart(dataset: Dataset) -> None:
    page = page_of(dataset, "coverage-claims")
    value = [text(head) for head in page.xpath("//thead//th")].index("valeur")
    assert all("number" in row[value].get("class").split() for row in page.xpath("//tr"))
    unsaid = page.xpath("//td[contains(@class, 'unsaid')]")
    assert unsaid
    assert {text(cell) for cell in unsaid} == {"non dit"}


@pytest.mark.parametrize("name", ["contract-missions", "network-actors", "funding"])
def test_notes_lead_to_their_rows_and_rows_to_their_notes(dataset: Dataset, name: str) -> None:
    page = page_of(dataset, name)
    ids = [element.get("id") for element in page.xpath("//*[@id]")]
    assert len(ids) == len(set(ids))
    there = {(link.get("id"), link.get("href")) for link in page.xpath("//tbody//a")}
    back = {
        (link.get("href").removeprefix("#"), f"#{note.get('id')}")
        for note in page.xpath("//ol/li")
        for link in note.iter("a")
    }
    assert there == back
    assert there
    assert {target.removeprefix("#") for _, target in there} <= set(ids)
    assert all(link.get("aria-label") for link in page.xpath("//ol//a"))


def test_notes_are_the_quoted_words_their_document_and_where_they_stand(dataset: Dataset) -> None:
    first = page_of(dataset, "groups").xpath("//ol/li")[0]
    assert text(first.find("q")) == "LOTIM télécom est une filiale du groupe Axione"
    assert text(first.find("cite")) == "Les politiques numériques de la Loire"
    assert "1773-1820" in text(first)


HOSTILE = "<script>alert(1)</script>&amp;\" onclick='x' javascript:alert(1) ]]> <!-- =1+1"


def test_a_hostile_label_is_words() -> None:
    store = Store()
    quoted = HOSTILE.replace('"', '\\"')
    store.update(
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"
        f'INSERT DATA {{ <javascript:alert(1)> rdfs:label "{quoted}" ; rdfs:comment "{quoted}" }}'
    )
    dataset = Dataset(store)
    answer = run(dataset, "SELECT ?thing ?words ?evidence { ?thing rdfs:comment ?words BIND(?thing AS ?evidence) }")
    page = html.fromstring(hypertext(Page.of(dataset, answer, "en")))
    assert [text(cell) for cell in page.xpath("//tbody/tr/*")] == [HOSTILE, HOSTILE, "[1]"]
    assert text(page.xpath("//li")[0]).startswith(HOSTILE)
    assert not page.xpath("//script | //@onclick | //comment()")
    assert all(link.startswith("#") for link in page.xpath("//@href"))


def test_a_page_without_rows_says_what_was_read_and_a_yes_is_a_page(dataset: Dataset) -> None:
    page = html.fromstring(hypertext(Page.of(dataset, run(dataset, "SELECT * { dor:x ?p ?o }"), "fr")))
    assert "Les politiques numériques de la Loire" in text(page.find(".//main"))
    assert page.find(".//table") is None
    assert text(html.fromstring(verdict(True, "fr")).find(".//p")) == "oui"


def test_a_page_is_written_where_it_is_asked_for(built: Workspace, dorsale: Run, tmp_path: Path) -> None:
    target = tmp_path / "groups.html"
    run = dorsale("query", "groups", "-o", target, "--evidence", cwd=built.root, language="fr_FR")
    assert (run.returncode, run.stdout) == (0, "")
    page = html.fromstring(target.read_bytes())
    assert "Axione" in text(page.find(".//table"))
    ask = tmp_path / "ask.rq"
    ask.write_text("ASK { ?s ?p ?o }")
    assert "<p>yes</p>" in dorsale("query", "-f", ask, "--format", "html", cwd=built.root).stdout


def test_what_an_answer_names_and_quotes_is_looked_up_without_a_query(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query takes its time to be read: a page would ask hundreds."""
    stored = CATALOGUE["network-owners"]
    answer = run(dataset, stored.text)
    asked, query = list[str](), Dataset.query

    def counted(self: Dataset, text: str) -> Any:
        asked.append(text)
        return query(self, text)

    monkeypatch.setattr(Dataset, "query", counted)
    page = Page.of(dataset, answer, "fr", stored)
    assert len(page.rows) > 5
    # What no text names is told by what passages say that it is.
    assert all("dor:unnamed" in text for text in asked)
    assert all(note.title for note in page.notes)
