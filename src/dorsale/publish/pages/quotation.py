"""
A passage as people read it: the quoted words with those that carry a fact marked, who says so and when, what it is read
with, and the address under which it can be cited.
"""

from collections.abc import Iterable

from dorsale.graph.explain import Passage
from dorsale.graph.labels import Term
from dorsale.html import Element, element, joined
from dorsale.publish.pages.volume import Here, Volume


def quotation(volume: Volume, here: Here, passage: Passage, terms: tuple[Term, ...]) -> Element:
    """Return a passage as a figure, with the words that carry some terms marked."""
    key = (here.depth, passage.iri, terms)
    if (made := volume.figures.get(key)) is None:
        others = [read_with(volume, here, other, terms) for other in passage.read_with]
        caption = element("figcaption", said(volume, here, passage), *others)
        made = volume.figures[key] = element("figure", words(volume, passage, terms), caption)
    return made


def words(volume: Volume, passage: Passage, terms: Iterable[Term] = (), tag: str = "blockquote") -> Element:
    """Return the words of a passage, those that carry some terms marked."""
    parts: list[Element | str] = []
    at, exact = 0, passage.exact
    for start, end in volume.site.spans(passage, terms):
        parts += [exact[at:start], element("mark", exact[start:end])]
        at = end
    return element(tag, *parts, exact[at:], lang=volume.tongue(passage.document))


def said(volume: Volume, here: Here, passage: Passage) -> Element:
    """Return who says a passage, when, and where it stands: what one cites."""
    key = (here.depth, passage.iri)
    if (made := volume.captions.get(key)) is None:
        made = volume.captions[key] = joined(_said(volume, here, passage))
    return made


def _said(volume: Volume, here: Here, passage: Passage) -> list[Element | str]:
    place = volume.place(here, passage.iri)
    title = element("cite", passage.title, lang=volume.tongue(passage.document))
    found: list[Element | str] = [
        element("a", title, href=place) if place else title,
        ", ",
        volume.source(passage.document),
        volume.say("page-characters", start=passage.start, end=passage.end),
    ]
    for predicate, value in volume.site.beside(passage.iri):
        found += [" · ", volume.named(predicate), volume.say("colon"), volume.link(here, value)]
    return found


def read_with(volume: Volume, here: Here, passage: Passage, terms: Iterable[Term]) -> Element:
    """Return another passage that the reading needs, with its words."""
    place = volume.place(here, passage.iri)
    label = volume.say("read-with")
    lead = element("a", label, href=place) if place else label
    return element("span", lead, " ", words(volume, passage, terms, "q"), class_="with")
