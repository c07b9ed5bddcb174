"""
What was read in a document: each passage with the facts that it states, and the whole text where its licence allows.

Without a recorded licence that does, passages are quoted and no more: the texts are their publishers'.
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from pyoxigraph import NamedNode, Triple

from dorsale.graph.explain import Passage
from dorsale.html import Element, element
from dorsale.names import public
from dorsale.publish.pages.places import way
from dorsale.publish.pages.quotation import quotation
from dorsale.publish.pages.site import Site
from dorsale.publish.pages.volume import Here, Volume

LICENCE = public("dcterms:license")


@cache
def _open() -> tuple[str, ...]:
    return tuple(tomllib.loads((files(__package__) / "licences.toml").read_text("utf-8"))["whole"])


def whole(site: Site, document: NamedNode) -> str | None:
    """Return the stored text of a document where its recorded licence lets it be shown, else None."""
    licences = [one.value for one in site.objects(document, LICENCE) if isinstance(one, NamedNode)]
    if not any(licence.startswith(_open()) for licence in licences):
        return None
    file = site.workspace.documents / f"{document.value.rsplit('/', 1)[-1]}.txt"
    return site.suppressions.masked(file.read_text("utf-8")) if file.is_file() else None


def text(volume: Volume, here: Here) -> Iterator[Element]:
    """Yield the passages of a document with what they state, and its text where it may be shown."""
    document = here.thing
    assert document is not None
    passages = volume.site.passages.get(document, ())
    stated = volume.site.stated(document)
    if passages:
        yield element(
            "section",
            element("h2", volume.say("page-passages-of"), id="passages"),
            element("p", volume.say("page-passages-only"), class_="known"),
            *(passage(volume, here, one, stated[one.iri]) for one in passages),
            aria_labelledby="passages",
        )
    if (written := whole(volume.site, document)) is not None:
        yield element(
            "section",
            element("h2", volume.say("page-whole-text"), id="text"),
            element("div", *linked(written, passages), class_="text", lang=volume.tongue(document)),
            aria_labelledby="text",
        )


def passage(volume: Volume, here: Here, one: Passage, stated: list[Triple]) -> Element:
    """Return a passage with the facts that it states."""
    ends = dict.fromkeys(end for fact in stated for end in (fact.object, fact.subject))
    facts = [element("li", *volume.fact(here, fact)) for fact in stated]
    name = one.iri.value.rsplit("/", 1)[-1]
    summary = element("summary", volume.counted(len(facts), "page-states-one", "page-states"))
    return element(
        "div",
        quotation(volume, here, one, tuple(ends)),
        element("details", summary, element("ul", *facts)) if facts else None,
        element("p", element("code", one.iri.value), class_="cite"),
        id=name,
        class_="passage",
    )


def linked(written: str, passages: tuple[Passage, ...]) -> Iterator[Element | str]:
    """Yield a text in which each passage leads to what it states; of two that overlap, the first."""
    at = 0
    for one in passages:
        start = max(one.start, at)
        if start < one.end:
            yield written[at:start]
            yield element("a", written[start : one.end], href=way("", f"#{one.iri.value.rsplit('/', 1)[-1]}"))
            at = one.end
    yield written[at:]
