"""The map of the départements on the page of territories: it says what its table says, and what the graph says."""

import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from pyoxigraph import NamedNode

from dorsale.errors import SyntaxFault
from dorsale.graph.slices import Slice
from dorsale.graph.store import VIEW, Dataset
from dorsale.names import PUBLIC, dor
from dorsale.publish.pages import home
from dorsale.publish.pages.atlas import COUNTED, SHADES, locator
from dorsale.publish.pages.lists import listed, lists, pages
from dorsale.publish.pages.outlines import Outlines, rings
from dorsale.publish.pages.site import Site
from dorsale.publish.pages.volume import Volume, volumes
from dorsale.publish.publication import Publication
from dorsale.workspace import Workspace

DEPARTEMENT = PUBLIC["departement"]
LOZERE, TARN = NamedNode(f"{DEPARTEMENT}48"), NamedNode(f"{DEPARTEMENT}81")
SECTION = "//section[@aria-labelledby='map']"


@pytest.fixture(scope="module")
def site(built: Workspace, dataset: Dataset) -> Site:
    return Site(built, dataset, Publication.of(built))


@pytest.fixture(scope="module")
def page(site: Site) -> Any:
    return territories(site)["territories.html"]


@pytest.fixture
def outlines(site: Site) -> Outlines:
    assert site.outlines
    return site.outlines


def territories(site: Site) -> dict[str, Any]:
    """Return the pages of territories by their paths."""
    things = listed(site)
    files = (file for volume in volumes(site) for file in pages(volume, things))
    return {file.path: html.fromstring(file.content) for file in files if file.path.startswith("territories")}


def drawn(site: Site, outlines: Outlines | None) -> Any:
    """Return the French page with other outlines, of the same data."""
    other = Site(site.workspace, site.dataset, site.publication)
    vars(other)["outlines"] = outlines
    return territories(other)["territories.html"]


def text(element: Any) -> str:
    return " ".join(element.text_content().split())


def rows(page: Any) -> dict[str, list[str]]:
    """Return the table below the map: each département with its cells."""
    found = page.xpath(f"{SECTION}//tbody/tr")
    return {text(row.find("th")): [text(cell) for cell in row.findall("td")] for row in found}


def test_the_map_says_what_its_table_says(page: Any) -> None:
    said = [text(title) for title in page.xpath("//svg//a/title")]
    assert said == [f"{name} : {cells[-1]} fiches" for name, cells in rows(page).items()]
    assert len(said) > 5
    for cells in rows(page).values():
        assert sum(int(cell) for cell in cells[:-1] if cell != "–") == int(cells[-1])
    # They lead to the same pages.
    leading = [link.get("href") for link in page.xpath("//svg//a")]
    assert leading == page.xpath(f"{SECTION}//tbody/tr/th//a/@href")


@pytest.mark.parametrize(("head", "kind"), [("Réseaux", "Network"), ("Contrats", "Contract")])
def test_the_table_says_what_the_graph_is_asked(page: Any, dataset: Dataset, head: str, kind: str) -> None:
    heads = [text(one) for one in page.xpath(f"{SECTION}//thead//th")]
    counted = dataset.rows(f"""
        PREFIX dor: <https://w3id.org/dorsale/ontology#>
        PREFIX igeo: <http://rdf.insee.fr/def/geo#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?name (COUNT(DISTINCT ?thing) AS ?things) WHERE {{
          ?departement a igeo:Departement ; rdfs:label ?name .
          ?thing a dor:{kind} ; dor:concerns? ?matter .
          ?matter ?names ?whom .
          ?whom (dor:administers|dor:within|igeo:subdivisionDe)* ?departement .
        }} GROUP BY ?name""")
    found = {name.value: things.value for name, things in counted}
    assert found
    for name, cells in rows(page).items():
        assert cells[heads.index(head) - 1] == found.get(name, "–"), name


@pytest.mark.parametrize("departement", [LOZERE, TARN])
def test_what_is_counted_is_in_a_slice_of_the_departement(site: Site, departement: NamedNode) -> None:
    things = listed(site)
    counted = set(site.concerned[departement]) & {thing for name in COUNTED for thing in things[name]}
    slice = Slice(territory=(departement,)).cut(site.dataset, site.rules)
    assert slice
    assert counted
    assert {thing for thing in counted if any(slice.store.quads_for_pattern(thing, None, None, VIEW))} == counted


def test_a_departement_of_which_nothing_is_said_is_hatched_and_no_link(page: Any, site: Site) -> None:
    known = set(rows(page))
    silent = {text(title).partition(" : ") for title in page.xpath("//svg//g[@class='silent']/path/title")}
    tiles = {text(one) for one in page.xpath("//ul[@class='tiles']/li[svg/rect[@class='silent']]")}
    assert {name for name, _, _ in silent} | tiles == set(site.departements.values()) - known
    assert {said for _, _, said in silent} == {"rien n’est dit"}
    assert not page.xpath("//g[@class='silent']//a")
    assert not page.xpath("//ul[@class='tiles']//a")
    assert page.xpath("//svg//pattern[@id='silent']")
    # Who does not see the map is told the same in words.
    (listed_,) = page.xpath("//details[@class='silent-ones']/p")
    assert set(text(listed_).split(", ")) == {name for name, _, _ in silent} | tiles


def test_every_departement_stands_on_the_map_or_on_a_tile_once(page: Any, site: Site) -> None:
    shapes = page.xpath("//svg[@class='map']//path")
    assert len(shapes) == 96
    assert [text(one) for one in page.xpath("//ul[@class='tiles']/li")] == [
        *("Guadeloupe", "Martinique", "Guyane", "La Réunion", "Mayotte")
    ]


def test_a_departement_that_has_no_outline_is_a_tile_that_leads_to_it(site: Site, outlines: Outlines) -> None:
    others = {code: path for code, path in outlines.paths.items() if code != "48"}
    page = drawn(site, replace(outlines, paths=others))
    (tile,) = page.xpath("//ul[@class='tiles']/li[a]")
    assert text(tile) == "Lozère"
    assert tile.xpath("a/@href") == ["id/territory/departement-48.html"]
    assert len(page.xpath("//svg//a")) == len(rows(page)) - 1


def test_an_outline_of_no_departement_is_not_drawn(site: Site, outlines: Outlines) -> None:
    page = drawn(site, replace(outlines, paths={**outlines.paths, "99": outlines.paths["48"]}))
    assert len(page.xpath("//svg[@class='map']//path")) == 96


def test_a_workspace_without_outlines_has_the_table_and_no_map(site: Site, page: Any) -> None:
    plain = drawn(site, None)
    assert rows(plain) == rows(page)
    assert not plain.xpath("//svg")
    assert not plain.xpath("//p[@class='credit']")


def test_an_older_workspace_is_one_without_outlines(built: Workspace, dataset: Dataset, tmp_path: Path) -> None:
    shutil.copytree(built.root / "data" / "reference", folder := tmp_path / "data" / "reference")
    older = Site(replace(built, root=tmp_path), dataset, Publication.of(built))
    assert older.outlines
    (folder / "outlines.tsv").write_bytes(b"code\toutline\n")
    with pytest.raises(SyntaxFault):
        _ = Site(older.workspace, dataset, older.publication).outlines
    (folder / "outlines.tsv").unlink()
    assert Site(older.workspace, dataset, older.publication).outlines is None
    assert locator(volumes(Site(older.workspace, dataset, older.publication))[0], LOZERE) == (None, None)


def test_a_darker_shade_is_of_more_and_the_key_has_those_that_are_there(page: Any) -> None:
    found = {}
    for link in page.xpath("//svg//a"):
        total = int(text(link.find("title")).split()[-2])
        (path,) = link.findall("path")
        found[path.get("class")] = total
        assert path.get("class") == f"shade-{sum(total >= least for least in SHADES)}"
    key = page.xpath("//ul[@class='key']//rect/@class")
    assert key == ["silent", *sorted(found)]


@pytest.mark.parametrize("path", ["territories.html", "territories.en.html"])
def test_whose_the_outlines_are_is_said_with_their_licence(site: Site, path: str) -> None:
    (credit,) = territories(site)[path].xpath("//p[@class='credit']")
    assert "Victor Cazanave, MapSVG" in text(credit)
    assert "CC BY 4.0" in text(credit)
    assert credit.xpath("a[contains(@rel, 'license')]/@href") == ["https://creativecommons.org/licenses/by/4.0/"]


def test_the_page_of_a_departement_shows_where_it_is(site: Site) -> None:
    french, english = volumes(site)
    where, credit = locator(french, LOZERE)
    assert where
    assert credit
    picture = html.fromstring(where)
    assert text(picture.find(".//title")) == "Où se trouve le département : Lozère"
    assert picture.xpath("//svg/@role") == ["img"]
    (here,) = picture.xpath("//path[@class='here']/@d")
    assert site.sketch
    assert here == site.sketch.paths["48"]
    assert picture.xpath("//path[@class='land']/@d") == [site.sketch.land]
    assert "Where the département is: Lozère" in str(locator(english, LOZERE)[0])
    assert "Victor Cazanave" in credit
    assert locator(french, NamedNode(f"{DEPARTEMENT}974")) == (None, None)


def shown(volume: Volume, thing: NamedNode) -> tuple[str, str]:
    """What the small picture of a page is called, and what it marks."""
    where, credit = locator(volume, thing)
    assert where
    assert credit
    picture = html.fromstring(where)
    (here,) = picture.xpath("//path[@class='here']/@d")
    return text(picture.find(".//title")), here


def test_a_commune_is_shown_in_its_departement_and_a_region_in_its_own(site: Site) -> None:
    french = volumes(site)[0]
    assert site.sketch
    lozere = site.sketch.paths["48"]
    assert shown(french, NamedNode(f"{PUBLIC['commune']}48095")) == ("Dans quels départements : Lozère", lozere)
    title, here = shown(french, NamedNode(f"{PUBLIC['region']}76"))
    assert title.startswith("Dans quels départements : Ariège, Aude, Aveyron, Gard, ")
    assert here == "".join(site.sketch.paths[code] for code in site.regions["76"])
    assert len(site.regions["76"]) == 13


def test_a_network_is_shown_where_it_serves_and_a_council_where_it_governs(site: Site, dataset: Dataset) -> None:
    french = volumes(site)[0]
    base = f"{dataset.base}"
    assert shown(french, NamedNode(f"{base}actor/departement-de-la-loire"))[0] == "Dans quels départements : Loire"
    served = [quad.subject for quad in dataset.store.quads_for_pattern(None, dor("serves"), None, VIEW)]
    networks = [one for one in served if isinstance(one, NamedNode) and site.lies(one)]
    assert networks
    for network in networks:
        codes = site.lies(network)
        assert shown(french, network)[1] == "".join(site.sketch.paths[code] for code in codes if site.sketch)
    # A person is nowhere.
    persons = [one for one in site.things if "/person/" in one.value]
    assert persons
    assert all(locator(french, one) == (None, None) for one in persons)


def test_the_first_page_has_the_map_in_small_with_its_credit(site: Site) -> None:
    shades = territories(site)["territories.html"].xpath("//svg[@class='map']//a/path/@class")
    assert shades
    for volume in volumes(site):
        file = home.page(volume, listed(site), (), ())
        page = html.fromstring(file.content)
        (link,) = page.xpath("//a[contains(@class, 'locator')]")
        assert link.get("href") == file.path.replace("index", "territories") + "#map"
        assert link.xpath(".//path[starts-with(@class, 'shade-')]/@class") == shades
        assert "CC BY 4.0" in text(page.xpath("//p[@class='credit']")[0])


def inside(path: str, x: float, y: float) -> bool:
    """Whether a point lies in a path that is filled by the even-odd rule."""
    crossed = 0
    for ring in rings(path):
        for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]):
            crossed += (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
    return crossed % 2 == 1


def test_the_outline_of_the_country_holds_what_the_departements_hold(site: Site) -> None:
    sketch = site.sketch
    assert sketch
    left, top, width, height = sketch.box
    held = 0
    for x in range(left, left + width, 7):
        for y in range(top, top + height, 7):
            point = x + 0.5, y + 0.5
            of = sum(inside(path, *point) for path in sketch.paths.values())
            assert inside(sketch.land, *point) == (of % 2 == 1)
            held += of == 1
    assert held > 150
    assert len(sketch.land) < len("".join(sketch.paths.values())) / 5


def test_what_is_counted_are_lists_of_the_publication() -> None:
    assert set(COUNTED) < lists().keys()
