"""The pages of a publication in a real browser, from a folder on disk: no script of ours, no request of theirs."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dorsale.graph.store import Dataset
from dorsale.publish.folder import keep
from dorsale.publish.pages import pages
from dorsale.publish.pages.site import Site
from dorsale.publish.publication import Publication
from dorsale.workspace import Workspace

pytestmark = pytest.mark.browser
SEEN = (
    *("index.html", "actors.html", "contracts.html", "queries.html", "queries/coverage-claims.html", "state.html"),
    *(
        "ontology.html",
        "shapes.html",
        "id/contract/loire-lotim-telecom-2005.html",
        "id/actor/departement-de-la-loire.html",
    ),
    *("id/document/politiques-numeriques-loire.html", "id/contract/siel-te-thd42-exploitation-2016.en.html"),
    *("id/territory/departement-48.html", "index.en.html", "territories.html"),
)


@pytest.fixture(scope="module")
def folder(built: Workspace, dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published") / "site"
    keep(pages(Site(built, dataset, Publication.of(built))), folder)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Nothing but the system's own browser, which is no package of Python.
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    tab = browser.new_page(viewport={"width": 1100, "height": 900})
    yield tab
    tab.close()


def test_a_page_asks_nothing_of_anybody_and_has_nothing_to_say_to_the_console(folder: Path, tab: Any) -> None:
    asked: list[str] = []
    said: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("dialog", lambda dialog: said.append(dialog.message))
    for path in SEEN:
        tab.goto((folder / path).as_uri())
    assert {one.removeprefix(folder.as_uri() + "/") for one in asked} == {*SEEN, "style.css"}
    assert said == []
    # The style is really there.
    assert tab.evaluate("getComputedStyle(document.querySelector('.skip')).position") == "absolute"


@pytest.mark.parametrize("path", SEEN)
def test_a_page_fits_a_narrow_phone(folder: Path, tab: Any, path: str) -> None:
    tab.set_viewport_size({"width": 320, "height": 640})
    tab.goto((folder / path).as_uri())
    wide = tab.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(folder: Path, browser: Any, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tab = browser.new_page(color_scheme=scheme)
    for path in SEEN:
        tab.goto((folder / path).as_uri())
        # What is hidden is not looked at.
        tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found = Axe().run(tab).response["violations"]
        grave = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
        assert grave == [], path
    tab.close()


def test_a_quotation_is_reached_with_the_keyboard(folder: Path, tab: Any) -> None:
    tab.goto((folder / "id/contract/loire-lotim-telecom-2005.html").as_uri())
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.getAttribute('href')") == "#content"
    assert not tab.locator("blockquote").first.is_visible()
    for _ in range(40):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    tab.keyboard.press("Enter")
    assert tab.locator("blockquote").first.is_visible()
    outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_a_departement_of_the_map_is_reached_with_the_keyboard(folder: Path, tab: Any) -> None:
    tab.goto((folder / "territories.html").as_uri())
    link = tab.get_by_role("link", name=re.compile(r"^Lozère : \d+ fiches$"))
    quiet = tab.evaluate("getComputedStyle(document.querySelector('.map a path')).strokeWidth")
    for _ in range(40):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.closest('svg') !== null"):
            break
    assert link.evaluate("one => one === document.activeElement")
    assert tab.evaluate("getComputedStyle(document.activeElement.querySelector('path')).strokeWidth") > quiet
    # What is hatched is no stop on the way.
    assert tab.locator(".silent path").count() > 80
    assert tab.locator(".silent [href], .silent [tabindex]").count() == 0
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/departement-48.html")
    assert tab.get_by_role("img", name="Où se trouve le département : Lozère").is_visible()


def test_the_map_is_hatched_and_shaded_on_screen_and_on_paper(folder: Path, tab: Any) -> None:
    tab.goto((folder / "territories.html").as_uri())
    for media in ("screen", "print"):
        tab.emulate_media(media=media)
        fills = tab.evaluate("[...document.querySelectorAll('.map path')].map(one => getComputedStyle(one).fill)")
        hatched = [one for one in fills if "#silent" in one]
        assert len(hatched) == len(fills) - tab.locator(".map a").count()
        assert len(set(fills) - set(hatched)) == tab.locator(".key li").count() - 1, media
        assert tab.locator(".map").is_visible()
        assert tab.locator(".credit").is_visible()


def test_quotations_are_printed(folder: Path, tab: Any) -> None:
    tab.goto((folder / "id/contract/loire-lotim-telecom-2005.html").as_uri())
    tab.emulate_media(media="print")
    assert tab.locator("blockquote").first.is_visible()
    assert not tab.locator("nav").first.is_visible()


def test_everything_is_there_without_scripts(folder: Path, browser: Any) -> None:
    tab = browser.new_context(java_script_enabled=False).new_page()
    tab.goto((folder / "id/contract/loire-lotim-telecom-2005.html").as_uri())
    tab.locator("summary").first.click()
    assert tab.locator("blockquote").first.is_visible()
    tab.locator("header a", has_text="English").click()
    assert tab.locator("h1").inner_text() == "Contrat Département de la Loire – Lotim Télécom (2005)"
    assert tab.url.endswith(".en.html")
