"""
The pages in one language: what things are called and where each leads, and the frame that all pages have.

A value is a text or an attribute and never markup, and only an address of the web is a link out of the folder.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Triple

from dorsale.graph.explain import detail, told
from dorsale.graph.labels import LABELS, TONGUES, Labels, Term, number
from dorsale.graph.store import VIEW
from dorsale.html import Element, element, joined, page
from dorsale.names import DOR, public
from dorsale.publish.folder import File
from dorsale.publish.pages.places import PAGES, way
from dorsale.publish.pages.site import Remembered, Site
from dorsale.words import say

# Nothing is fetched but our style sheet, nothing is run or sent, whatever stands in the page.
POLICY = "default-src 'none'; style-src 'self' file:; img-src data:; base-uri 'none'; form-action 'none'"
STYLE = "style.css"
LANGUAGE = public("dcterms:language")
WEB = re.compile(r"https?://[^\s<>\"]+")
# What the head of each page leads to: the word for it, and the page.
NAVIGATION = ("actors", "networks", "contracts", "territories", "programmes", "documents", "queries", "state")

# What its foot leads to.
FOOT = ("ontology", "shapes", "errata", "notice")


@dataclass(frozen=True, slots=True)
class Here:
    """A page: its path without the ending of its language, and its address where it is of a thing."""

    stem: str
    thing: NamedNode | None = None

    @property
    def depth(self) -> int:
        """How many folders it stands in: pages of one depth lead to another page in the same way."""
        return self.stem.count("/")


class Volume:
    """The pages of a site in one language."""

    def __init__(self, site: Site, language: str) -> None:
        self.site = site
        self.language = language
        self.labels = Labels(site.dataset, language)
        self.figures: Remembered[tuple[int, NamedNode, tuple[Term, ...]], Element] = Remembered()
        self.captions: Remembered[tuple[int, NamedNode], Element] = Remembered()
        self.derivations: Remembered[tuple[int, str, tuple[Triple, ...]], Element] = Remembered()
        self._quoted: dict[tuple[int, int], Element] = {}
        self._called: Remembered[Term, str] = Remembered()
        self._links: Remembered[tuple[int, Term], Element] = Remembered()
        self._named: dict[tuple[NamedNode, bool], str] = {}
        self._marks: Remembered[NamedNode, str | None] = Remembered()
        self._tongues: Remembered[NamedNode, str | None] = Remembered()
        self._sources: Remembered[NamedNode, str] = Remembered()
        self._frames: dict[tuple[int, str | None], tuple[Element, Element]] = {}

    def say(self, key: str, **facts: object) -> str:
        """Return a sentence of ours."""
        return say(key, self.language, **facts)

    def counted(self, n: int, one: str, several: str, **facts: object) -> str:
        """Return how many there are, in the sentence for one or in that for several."""
        return self.say(one if n == 1 else several, n=number(n, self.language), **facts)

    def quoted(self, passages: int, documents: int) -> Element:
        """Return how many passages, of how many documents, stand under it."""
        key = (passages, documents)
        if key not in self._quoted:
            several = "page-quotations" if documents == 1 else "page-quotations-of"
            self._quoted[key] = element(
                "summary", self.counted(passages, "page-quotation", several, documents=documents)
            )
        return self._quoted[key]

    def path(self, stem: str) -> str:
        """Return the path of a page in this language."""
        return stem + PAGES[self.language]

    def called(self, term: Term, among: Collection[NamedNode] | None = None, but: Collection[Term] = ()) -> str:
        """Return a term in words; a sum or a figure by what tells it, or what some passages tell, without ``but``."""
        if isinstance(term, Literal):
            return self.labels.said(term)
        if among is None and not but:
            if term not in self._called:
                found = detail(self.site.dataset, term)
                self._called[term] = told(self.labels, found) if found else self.labels.said(term)
            return self._called[term]
        found = detail(self.site.dataset, term, among)
        return told(self.labels, found, but) if found else self.called(term)

    def named(self, predicate: NamedNode, inverse: bool = False) -> str:
        """Return what a property is called, read from either end."""
        key = (predicate, inverse)
        if key not in self._named:
            self._named[key] = self.labels.inverse(predicate) if inverse else self.labels.label(predicate)
        return self._named[key]

    def link(self, here: Here, term: Term, said: str | None = None) -> Element:
        """Return a term in words, or in those ``said``, that leads to what is known of it."""
        if said is not None:
            return self._link(here, term, said)
        key = (here.depth, term)
        if key not in self._links:
            self._links[key] = self._link(here, term, self.called(term))
        return self._links[key]

    def _link(self, here: Here, term: Term, words: str) -> Element:
        if isinstance(term, Literal):
            tongue = term.language if term.language != self.language else None
            if WEB.fullmatch(term.value):
                return element("a", words, href=term.value, rel="external")
            return element("span", words, lang=tongue or None)
        if not isinstance(term, NamedNode):
            return element("span", words)
        tongue = self.spoken(term)
        if (place := self.place(here, term)) is not None:
            return element("a", words, href=place, lang=tongue)
        if WEB.fullmatch(term.value):
            return element("a", words, href=term.value, rel="external", lang=tongue)
        return element("span", words, lang=tongue)

    def place(self, here: Here, term: NamedNode) -> str | None:
        """Return the way from a page to what tells of a term; None where no page of ours does."""
        place = self.site.places.leading(term, self.language)
        return None if place is None else way(here.stem, place)

    def fact(self, here: Here, fact: Triple) -> list[Element | str]:
        """Return a fact in words that lead to its things."""
        assert isinstance(fact.predicate, NamedNode)
        property = self.named(fact.predicate)
        return [self.link(here, fact.subject), " – ", property, self.say("colon"), self.link(here, fact.object)]

    def spoken(self, thing: NamedNode) -> str | None:
        """Return the language of the label of a thing, where it is another than ours."""
        if thing not in self._marks:
            quads = self.site.dataset.store.quads_for_pattern
            said = {
                quad.object.language
                for label in LABELS
                for quad in quads(thing, label, None, VIEW)
                if isinstance(quad.object, Literal)
            }
            found = next((tongue for tongue in (self.language, "fr", "en") if tongue in said), None)
            self._marks[thing] = None if found == self.language else found
        return self._marks[thing]

    def tongue(self, document: NamedNode) -> str | None:
        """Return the language of the words of a document, where it is another than ours."""
        if document not in self._tongues:
            said = (one for one in self.site.objects(document, LANGUAGE) if isinstance(one, NamedNode))
            found = next((TONGUES.get(one.value.rsplit("/", 1)[-1]) for one in said), None)
            self._tongues[document] = None if found == self.language else found
        return self._tongues[document]

    def source(self, document: NamedNode) -> str:
        """Return who says so and when."""
        if document not in self._sources:
            self._sources[document] = str(self.labels.source(document))
        return self._sources[document]

    def page(
        self,
        here: Here,
        title: str,
        *body: Element | None,
        head: Iterable[Element | None] = (),
        alternates: Mapping[str, str] | None = None,
        hidden: bool = False,
        kind: str | None = None,
        broad: bool = False,
    ) -> File:
        """
        Return a page: what it is of, within the frame that all have.

        ``alternates`` are the paths of what tells the same to programs, by media type; ``hidden`` asks those who list
        the web to leave it out; ``kind`` is its word in the navigation; ``broad`` is what has a table of many columns.
        """
        other = next(tongue for tongue in PAGES if tongue != self.language)
        there = way(here.stem, here.stem + PAGES[other])
        heads = [
            element("meta", http_equiv="Content-Security-Policy", content=POLICY),
            element("meta", name="robots", content="noindex") if hidden else None,
            element("link", rel="stylesheet", href=way(here.stem, STYLE)),
            element("link", rel="canonical", href=self.site.publication.url + self.path(here.stem)),
            element("link", rel="alternate", hreflang=other, href=there),
            *(
                element("link", rel="alternate", type=media, href=way(here.stem, path))
                for media, path in (alternates or {}).items()
            ),
            *head,
        ]
        key = (here.depth, kind)
        if key not in self._frames:
            self._frames[key] = (self._navigation(here, kind), self._footer(here))
        navigation, footer = self._frames[key]
        language = element(
            "a", self.say("page-other-language"), href=there, hreflang=other, lang=other, class_="language"
        )
        return File(
            self.path(here.stem),
            page(
                self.language,
                title if here.stem == "index" else f"{title} – {self.title}",
                heads,
                element("a", self.say("page-skip"), href="#content", class_="skip"),
                element("header", navigation, language),
                element("main", *body, id="content", class_="broad" if broad else None),
                footer,
            ),
            hidden=hidden,
        )

    @property
    def title(self) -> str:
        """What the publication is called."""
        said = self.site.publication.title
        return said.get(self.language) or next(iter(said.values()))

    def _navigation(self, here: Here, kind: str | None) -> Element:
        ways = (
            element(
                "li",
                element(
                    "a",
                    self.say(f"page-{one}"),
                    href=way(here.stem, self.path(one)),
                    aria_current=("page" if here.stem == one else "true") if one == kind else None,
                ),
            )
            for one in NAVIGATION
        )
        home = element(
            "a", self.title.partition(":")[0].strip(), href=way(here.stem, self.path("index")), class_="home"
        )
        return joined([home, element("nav", element("ul", *ways), aria_label=self.say("page-navigation"))])

    def _footer(self, here: Here) -> Element:
        publication = self.site.publication
        version = f" {publication.version}" if publication.version else ""
        said = self.say("page-licence", publisher=publication.publisher.name, version=version)
        licence = element("a", self.say("page-licence-text"), href=publication.licence.value, rel="license")
        ways = [element("a", self.say(f"page-{one}"), href=way(here.stem, self.path(one))) for one in FOOT]
        return element(
            "footer",
            element("p", said, " ", licence),
            element("p", self.say("page-supported")),
            element("p", ways[0], *(part for way_on in ways[1:] for part in (" · ", way_on))),
        )


def volumes(site: Site) -> tuple[Volume, ...]:
    """Return the volumes of a site, the first the one of who asks for none."""
    return tuple(Volume(site, language) for language in PAGES)


@lru_cache(maxsize=Remembered.MOST)
def anchor(term: Term) -> str:
    """Return what a term is called in the address of a fact."""
    said = term.value if isinstance(term, NamedNode | Literal) else str(term)
    name = said.removeprefix(DOR).rsplit("/", 1)[-1].rsplit("#", 1)[-1]
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:60].rstrip("-").lower() or "x"
