"""The pages of a publication, on the real data: what people read, whatever things are called."""

import csv
import json
import posixpath
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

import pytest
from lxml import html
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from dorsale.documents.facts import Facts
from dorsale.documents.refusals import RETRACTION, Refusals, remembered
from dorsale.graph.export import Paragraph
from dorsale.graph.labels import Labels
from dorsale.graph.store import VIEW, Change, Dataset
from dorsale.names import dor, public
from dorsale.privacy import PERSONAL
from dorsale.publish.folder import Paths
from dorsale.publish.pages import alternates, errata, pages, style
from dorsale.publish.pages.document import whole
from dorsale.publish.pages.lists import LEAF, listed
from dorsale.publish.pages.lists import pages as list_pages
from dorsale.publish.pages.places import PAGES, Places
from dorsale.publish.pages.site import Site
from dorsale.publish.pages.thing import page as page_of
from dorsale.publish.pages.volume import volumes
from dorsale.publish.publication import Publication
from dorsale.workspace import Workspace

BASE = "https://w3id.org/dorsale/id/"
LOIRE = NamedNode(f"{BASE}contract/loire-lotim-telecom-2005")
THD42 = NamedNode(f"{BASE}contract/siel-te-thd42-exploitation-2016")
THINGS = (LOIRE, THD42, NamedNode(f"{BASE}actor/thd42-exploitation"))


@pytest.fixture(scope="module")
def site(built: Workspace, dataset: Dataset) -> Site:
    return Site(built, dataset, Publication.of(built))


@pytest.fixture(scope="module")
def files(built: Workspace, dataset: Dataset) -> dict[str, bytes]:
    return {file.path: file.content for file in pages(Site(built, dataset, Publication.of(built)))}


@pytest.fixture(scope="module")
def read(files: dict[str, bytes]) -> Any:
    """Return what reads a page, once."""
    return cache(lambda path: html.fromstring(files[path]))


def text(element: Any) -> str:
    return " ".join(element.text_content().split())


def html_of(files: dict[str, bytes]) -> list[str]:
    return [path for path in files if path.endswith(".html")]


def test_every_page_has_its_language_one_heading_and_its_landmarks(files: dict[str, bytes], read: Any) -> None:
    assert len(html_of(files)) > 2 * 300
    for path in html_of(files):
        page = read(path)
        assert files[path].startswith(b"<!DOCTYPE html>\n")
        assert page.get("lang") == ("en" if path.endswith(".en.html") else "fr"), path
        assert len(page.xpath("//h1")) == 1, path
        for landmark in ("body/header", "body/header/nav", "body/main", "body/footer"):
            assert len(page.xpath(f"/html/{landmark}")) == 1, (path, landmark)
        assert page.xpath("//body/*[1][@href='#content']"), path
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), path
        # A heading is at most one level below the one before.
        levels = [int(heading.tag[1]) for heading in page.xpath("//h1 | //h2 | //h3 | //h4")]
        assert all(after <= before + 1 for before, after in pairwise(levels)), path
        assert all(table.find("caption") is not None for table in page.xpath("//table")), path
        assert not page.xpath(
            "//dt[not(normalize-space())] | //a[not(normalize-space())] | //h2[not(normalize-space())]"
        )


def test_every_link_inside_the_folder_leads_somewhere(files: dict[str, bytes], read: Any) -> None:
    named = {path: set(read(path).xpath("//@id")) for path in html_of(files)}
    followed = 0
    for path in html_of(files):
        for href in read(path).xpath("//@href"):
            if href.startswith(("http://", "https://")):
                continue
            place, fragment = urldefrag(href)
            there = posixpath.normpath(posixpath.join(posixpath.dirname(path), place)) if place else path
            assert there in files, f"{path}: {href}"
            assert not fragment or fragment in named[there], f"{path}: {href}"
            followed += 1
    assert followed > 10_000


def test_every_thing_is_found_from_the_first_page(files: dict[str, bytes], read: Any, site: Site) -> None:
    seen, ahead = {"index.html"}, ["index.html"]
    while ahead:
        here = ahead.pop()
        for href in read(here).xpath("//main//a/@href"):
            place = urldefrag(href)[0]
            there = posixpath.normpath(posixpath.join(posixpath.dirname(here), place))
            if place and there in files and there.endswith(".html") and there not in seen:
                seen.add(there)
                ahead.append(there)
    assert {site.places.of(thing, ".html") for thing in site.things} <= seen


def stated(dataset: Dataset) -> Iterator[tuple[Triple, str]]:
    """Yield each fact of a passage with the quoted words."""
    for quad in dataset.store.quads_for_pattern(None, public("oa:exact"), None, VIEW):
        assert isinstance(quad.subject, NamedNode)
        assert isinstance(quad.object, Literal)
        for fact in dataset.store.quads_for_pattern(None, None, None, quad.subject):
            yield fact.triple, " ".join(quad.object.value.split())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_fact_stands_on_the_page_of_its_subject_with_its_quoted_words(
    dataset: Dataset, site: Site, read: Any, language: str
) -> None:
    labels = Labels(dataset, language)
    quoted: dict[str, set[tuple[str, str]]] = {}
    facts = list(stated(dataset))
    assert len(facts) > 1400
    for fact, words in facts:
        path = site.places.of(fact.subject, PAGES[language])  # type: ignore[arg-type]
        if path not in quoted:
            quoted[path] = {
                (text(row.find("dt")), text(quote))
                for row in read(path).xpath("//main//dl/div[dt]")
                for quote in row.xpath("dd/details//blockquote")
            }
        assert (labels.label(fact.predicate), words) in quoted[path], (path, fact)


def test_the_words_that_carry_a_fact_are_marked(read: Any) -> None:
    page = read("id/contract/loire-lotim-telecom-2005.html")
    (fact,) = page.xpath("//dd[@id='delegatee.lotim-telecom']")
    assert {text(mark) for mark in fact.iter("mark")} == {"Lotim Télécom"}
    assert text(fact.find("p")) == "Lotim Télécom"
    # Who says so, when, and where.
    (caption, *_) = fact.iter("figcaption")
    assert "Les politiques numériques de la Loire, Département de la Loire, document non daté" in text(caption)
    assert "1544" in text(caption)
    assert f"{BASE}evidence/politiques-numeriques-loire/1544-1772" in text(fact.find("details"))


def test_relations_are_told_from_both_ends(read: Any) -> None:
    page = read("id/actor/departement-de-la-loire.html")
    (row,) = page.xpath("//section[@aria-labelledby='contracts']//dl/div")
    assert text(row.find("dt")) == "délégant de"
    assert text(row.find("dd/p")) == "Contrat Département de la Loire – Lotim Télécom (2005)"


def test_what_was_computed_says_how(read: Any) -> None:
    page = read("id/contract/siel-te-thd42-exploitation-2016.html")
    (fact,) = page.xpath("//dd[starts-with(@id, 'computedendson.')]")
    assert text(fact.find("p")) == "31 décembre 2030"
    assert fact.find("details").get("class") == "derived"
    told = text(fact.find("details"))
    assert "la veille du début augmenté de la durée" in told
    assert "1er janvier 2016" in told
    assert "15 ans" in told
    assert fact.xpath("details//a[contains(@href, 'politiques-numeriques-loire.html#')]")


def test_what_stands_beside_many_pages_is_written_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A passage is described beside each thing that it speaks of, and names beside all that leads to what they name."""
    written: list[Paragraph] = []

    def of(triples: Iterable[Triple], base: str) -> Paragraph:
        written.append(made := Paragraph(tuple(triples), "", b"", {}))
        return made

    monkeypatch.setattr(Paragraph, "of", of)
    fresh = Site(site.workspace, site.dataset, site.publication)
    told = sum(len({triple.subject for triple in alternates.description(fresh, fresh.profile(one))}) for one in THINGS)
    for one in THINGS:
        list(alternates.files(fresh, fresh.profile(one)))
    assert len(written) == len({frozenset(one.said) for one in written})
    assert len(written) < told * 0.9


def test_a_page_is_the_same_from_memory_and_from_disk(files: dict[str, bytes], published: Path) -> None:
    """A store has its facts in an order of its own: no page, and no choice among proofs, depends on it."""
    of_things = {path: content for path, content in files.items() if path.startswith(("id/", "queries/"))}
    assert len(of_things) > 2000
    assert [path for path, content in of_things.items() if (published / path).read_bytes() != content] == []


def test_sources_that_differ_stand_side_by_side(site: Site, read: Any) -> None:
    assert site.conflicts
    for conflict in site.conflicts:
        page = read(site.places.of(conflict.thing, ".html"))
        shown = {text(quote) for quote in page.xpath("//section[@class='conflict']//blockquote")}
        for reading in conflict.readings:
            assert {" ".join(passage.exact.split()) for passage in reading.passages} <= shown
    counted = text(
        read(site.places.of(NamedNode(f"{BASE}programme/contrats-de-relance-et-de-transition-ecologique"), ".html"))
    )
    assert "3 (comptés dans ces passages)" in counted
    assert len(read("state.html").xpath("//div[@class='conflict']")) == len(site.conflicts)


def test_what_no_document_says_is_asked(read: Any) -> None:
    (asked,) = read("id/contract/loire-lotim-telecom-2005.html").xpath("//section[@class='gaps']")
    assert "Jusqu'à quand court la délégation" in text(asked)


def test_words_in_another_language_than_the_page_say_so(read: Any) -> None:
    page = read("id/contract/loire-lotim-telecom-2005.en.html")
    assert page.find(".//h1").get("lang") == "fr"
    assert {quote.get("lang") for quote in page.iter("blockquote")} == {"fr"}
    assert {quote.get("lang") for quote in read("id/contract/loire-lotim-telecom-2005.html").iter("blockquote")} == {
        None
    }


def test_the_same_data_give_the_same_bytes(built: Workspace, dataset: Dataset, files: dict[str, bytes]) -> None:
    again = {file.path: file.content for file in pages(Site(built, dataset, Publication.of(built)))}
    assert list(again) == list(files)
    assert [path for path in files if files[path] != again[path]] == []


def test_what_stands_beside_a_page_says_the_same_in_each_format(
    dataset: Dataset, site: Site, files: dict[str, bytes], read: Any
) -> None:
    formats = {".ttl": RdfFormat.TURTLE, ".jsonld": RdfFormat.JSON_LD, ".nt": RdfFormat.N_TRIPLES}
    for thing in (LOIRE, THD42, NamedNode(f"{BASE}actor/arcep"), NamedNode("http://id.insee.fr/geo/departement/42")):
        page = read(site.places.of(thing, ".html"))
        linked = {posixpath.basename(one) for one in page.xpath("//link[@rel='alternate'][@type]/@href")}
        assert linked == {posixpath.basename(site.places.of(thing, ending)) for ending in formats}
        graphs = [
            {quad.triple for quad in parse(files[site.places.of(thing, ending)], format=form)}
            for ending, form in formats.items()
        ]
        assert graphs[0] == graphs[1] == graphs[2]
        quads = dataset.store.quads_for_pattern
        assert {quad.triple for quad in (*quads(thing, None, None, VIEW), *quads(None, None, thing, VIEW))} <= graphs[0]
        assert graphs[0] <= set(dataset.facts())


def test_what_search_engines_are_told_is_data_that_nothing_ends(files: dict[str, bytes], read: Any) -> None:
    told = 0
    for path in html_of(files):
        for script in read(path).iter("script"):
            assert script.get("type") == "application/ld+json", path
            assert json.loads(script.text)["@context"] == "https://schema.org"
            told += 1
    assert told > 300


def test_persons_are_left_out_of_what_others_list(files: dict[str, bytes], read: Any, site: Site) -> None:
    persons = [path for path in html_of(files) if path.startswith(("id/person/", "id/membership/"))]
    assert persons
    for path in (*persons, "persons.html", "persons.en.html"):
        assert read(path).xpath("//meta[@name='robots']/@content") == ["noindex"], path
        assert not list(read(path).iter("script")), path
    assert not read("id/actor/arcep.html").xpath("//meta[@name='robots']")


def test_persons_are_told_why_they_are_named_and_whom_to_ask(read: Any, built: Workspace) -> None:
    page = read("notice.html")
    assert page.xpath("//main//a/@href")[0] == Publication.of(built).contact.value
    assert "Henri Boyer" in text(page)
    assert read("index.html").xpath("//footer//a[@href='notice.html']")


def test_a_fact_that_was_retracted_stays_with_its_words_and_the_reason(
    site: Site, built: Workspace, read: Any, tmp_path: Path
) -> None:
    for language, none in (("", "Aucun fait publié"), (".en", "No fact that was published")):
        assert none in text(read(f"errata{language}.html"))
    path = next(iter(sorted(built.facts.glob("politiques-numeriques-loire.trig"))))
    there = Facts.open(path, path, built.base)
    statement = next(one for one in there.statements if one.quad.triple.predicate == dor("delegatee"))
    passage = there.passages[statement.quad.graph_name]  # type: ignore[index]
    record = tmp_path / "withdrawn.ttl"
    reason = "Le <document> disait autre chose."
    record.write_text(
        remembered("", [(passage, statement.quad.triple)], built.base, reason, "curateur", RETRACTION), "utf-8"
    )
    retracted = Refusals.open(record, record, built.base).retracted.all
    assert len(retracted) == 1
    for volume in volumes(site):
        page = html.fromstring(errata.page(volume, retracted).content)
        said = text(page)
        assert reason in said
        assert "curateur" in said
        assert " ".join(passage.exact.split()) in said
        assert volume.called(statement.quad.object) in said
        assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert read("index.html").xpath("//footer//a[@href='errata.html']")


def test_no_address_and_no_number_of_a_person_stands_anywhere(files: dict[str, bytes], read: Any) -> None:
    # A check explains what it refuses by an address that nobody has.
    for path in set(html_of(files)) - {"shapes.html", "shapes.en.html"}:
        assert not PERSONAL.search(text(read(path).find("body"))), path
        assert not [href for href in read(path).xpath("//@href") if href.startswith(("mailto:", "tel:"))], path


def test_a_text_is_shown_whole_only_under_a_licence_that_lets_it(
    dataset: Dataset, built: Workspace, read: Any, tmp_path: Path
) -> None:
    document = NamedNode(f"{BASE}document/politiques-numeriques-loire")
    assert not read("id/document/politiques-numeriques-loire.html").xpath("//*[@class='text']")
    licence = public("dcterms:license")
    evidence = NamedNode(f"{BASE}graph/evidence")
    with dataset.scratch(tmp_path) as scratch:
        for iri, allows in (("https://example.org/mine", False), ("https://spdx.org/licenses/etalab-2.0", True)):
            scratch.commit(Change({Quad(document, licence, NamedNode(iri), evidence): None}))
            site = Site(built, scratch, Publication.of(built))
            assert (whole(site, document) is not None) == allows
        page = html.fromstring(page_of(volumes(site)[0], site.profile(document), ()).content)
        (shown,) = page.xpath("//*[@class='text']")
        stored = (built.documents / "politiques-numeriques-loire.txt").read_text("utf-8")
        assert shown.text_content() == stored
        assert {link.get("href").removeprefix("#") for link in shown.iter("a")} <= set(page.xpath("//@id"))


HOSTILE = "</title></script><script>alert(1)</script>\"' onload=alert(1) & <b>"
NAMES = ("acme", "ACME", "a%2Fb", "x" * 300, "x" * 299 + "y", "..", "con.en", "con-en", "é")


def test_what_things_are_called_runs_nothing_and_clashes_with_nothing(
    dataset: Dataset, built: Workspace, tmp_path: Path
) -> None:
    authority = NamedNode(f"{BASE}graph/authority")
    things = [NamedNode(f"{BASE}actor/{name}") for name in NAMES]
    said: list[tuple[NamedNode, NamedNode | Literal]] = [
        (public("rdf:type"), dor("Company")),
        (public("rdfs:label"), Literal(HOSTILE, language="fr")),
        (public("skos:altLabel"), Literal("javascript:alert(1)")),
        (public("rdfs:seeAlso"), NamedNode("javascript:alert(1)")),
        (public("rdfs:seeAlso"), NamedNode("https://example.org/a'onload='x'")),
        (dor("partnerOf"), NamedNode("data:text/html,%3Cscript%3Ealert(1)%3C/script%3E")),
    ]
    with dataset.scratch(tmp_path) as scratch:
        quads = [Quad(thing, predicate, value, authority) for thing in things for predicate, value in said]
        scratch.commit(Change(dict.fromkeys(quads)))
        site = Site(built, scratch, Publication.of(built))
        paths = Paths()
        for thing in things:
            for volume in volumes(site):
                file = page_of(volume, site.profile(thing), ())
                paths.add(file.path)
                page = html.fromstring(file.content)
                assert text(page.find(".//h1")) == " ".join(HOSTILE.split())
                assert not [script for script in page.iter("script") if script.get("type") != "application/ld+json"]
                assert not page.xpath("//@*[starts-with(name(), 'on')] | //b")
                hrefs = {href.partition(":")[0] for href in page.xpath("//@href") if ":" in href}
                assert hrefs <= {"http", "https"}
                told = json.loads(page.xpath("//script")[0].text)
                assert told["name"] == HOSTILE


def test_the_place_of_a_thing_does_not_depend_on_the_order_in_which_things_come() -> None:
    things = [NamedNode(f"{BASE}actor/{name}") for name in NAMES]
    one, other = Places(BASE, things), Places(BASE, reversed(things))
    assert [one.of(thing, "") for thing in things] == [other.of(thing, "") for thing in things]
    assert one.of(things[0], ".html") == "id/actor/acme.html"


def test_each_question_has_its_answer_as_a_table_and_as_csv(
    files: dict[str, bytes], read: Any, built: Workspace
) -> None:
    names = [path.stem for path in built.queries.glob("*.rq")]
    assert names
    linked = read("queries.html").xpath("//main//a/@href")
    for name in names:
        assert f"queries/{name}.html" in linked
        header = files[f"queries/{name}.csv"].split(b"\r\n", 1)[0]
        page = read(f"queries/{name}.html")
        assert bool(page.xpath("//table")) == (files[f"queries/{name}.csv"].count(b"\n") > 1), name
        assert text(page.xpath("//pre")[0]) == " ".join(files[f"queries/{name}.rq"].decode().split())
        assert header


def test_of_a_long_answer_the_first_rows_are_shown_and_all_are_in_the_csv(files: dict[str, bytes], read: Any) -> None:
    whole = len(list(csv.reader(files["queries/passages.csv"].decode().splitlines()))) - 1
    page = read("queries/passages.html")
    assert len(page.xpath("//tbody/tr")) == LEAF < whole
    assert "Les 1\u202f000 premières sont montrées ; toutes sont dans le fichier CSV." in page.xpath("string(//main)")
    assert "premières sont montrées" not in text(read("queries/network-owners.html"))


def test_every_term_of_the_graph_is_explained(site: Site, read: Any) -> None:
    ids = set(read("ontology.html").xpath("//article/@id"))
    assert {term.value.rsplit("#", 1)[-1] for term in site.terms.classes if term.value.startswith(dor("").value)} <= ids
    (operator,) = read("ontology.en.html").xpath("//article[@id='operator']")
    assert "runs the network day to day" in text(operator)


def test_the_timeline_shows_what_its_table_says(read: Any) -> None:
    page = read("contracts.html")
    (picture,) = page.xpath("//svg")
    assert picture.get("role") == "img"
    assert page.xpath(f"//svg/title[@id='{picture.get('aria-labelledby')}']")
    rows = {
        text(row.find("th")): [text(cell) for cell in row.findall("td")] for row in page.xpath("//section//tbody/tr")
    }
    bars = [bar.get("class") for bar in page.xpath("//svg//rect")]
    dated = [cells for cells in rows.values() if re.match(r"\d{4}", cells[0])]
    assert len(bars) == len(dated)
    assert bars.count("bar open") == sum(cells[1] == "non dit" for cells in dated)
    assert bars.count("bar computed") == sum("calculée" in cells[1] for cells in dated) > 0


def luminance(colour: str) -> float:
    wide = colour * 2 if len(colour) == 3 else colour
    channels = [int(wide[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_inks_stand_out_from_their_papers(scheme: str) -> None:
    sheet = style().decode()
    found: dict[str, str] = {}
    dark = "".join(re.findall(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n\}", sheet, re.DOTALL))
    screen = sheet[: sheet.rindex("@media print")]
    light = re.sub(r"@media.*?\n\}", "", screen, flags=re.DOTALL)
    for part in (light, dark) if scheme == "dark" else (light,):
        found |= dict(re.findall(r"--([\w-]+): #([0-9a-f]{3,6})", part))
    for ink, paper in (
        *(
            ("ink", "paper"),
            ("faint", "paper"),
            ("accent", "paper"),
            ("ink", "mark"),
            ("ink", "band"),
        ),
        *(("accent", "band"), ("faint", "band"), ("warn", "warn-band"), ("ink", "warn-band"), ("accent", "warn-band")),
        ("faint", "warn-band"),
    ):
        bright, dim = sorted((luminance(found[ink]), luminance(found[paper])), reverse=True)
        assert (bright + 0.05) / (dim + 0.05) >= 4.5, (ink, paper)


# --- long lists -----------------------------------------------------------------------------------------------


def test_a_long_list_has_several_pages_that_lead_to_each_other_and_have_each_thing_once(
    built: Workspace, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site(built, dataset, Publication.of(built))
    things = listed(site)
    monkeypatch.setattr(sys.modules[list_pages.__module__], "LEAF", 20)
    for volume in volumes(site):
        made = {file.path: html.fromstring(file.content) for file in list_pages(volume, things)}
        leaves = [path for path in made if re.match(r"actors(-\d+)?\.", path)]
        assert len(leaves) == -(-len(things["actors"]) // 20) > 2
        leaf = [made[path].xpath("//ul[@class='list']//a/@href") for path in leaves]
        assert all(len(links) <= 20 for links in leaf)
        linked = [link for links in leaf for link in links]
        assert len(set(linked)) == len(linked) == len(things["actors"])
        for number, path in enumerate(leaves, 1):
            (turned,) = made[path].xpath("//main//nav[ul]")
            assert turned.xpath(".//a/@href") == leaves
            assert turned.xpath(".//a[@aria-current]/text()") == [str(number)]
            assert f"({number}/{len(leaves)})" in made[path].findtext(".//title")
        assert not made[volume.path("documents")].xpath("//main//nav")
