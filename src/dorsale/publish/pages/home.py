"""The first page: what this is, how much there is, and the lists by which everything is found."""

from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode

from dorsale.html import element
from dorsale.publish.folder import File
from dorsale.publish.pages import schema_org, state
from dorsale.publish.pages.lists import lists
from dorsale.publish.pages.volume import Here, Volume


def page(volume: Volume, things: Mapping[str, list[NamedNode]], questions: Iterable[tuple[str, str]]) -> File:
    """Return the first page; ``questions`` are the paths of some questions with their words."""
    here = Here("index")
    publication = volume.site.publication
    tongue = volume.language
    title = volume.title
    description = publication.description.get(tongue) or next(iter(publication.description.values()))
    cards = [
        element(
            "li",
            element("a", volume.say(f"page-{name}"), href=volume.path(name)),
            " ",
            element("small", str(len(things[name]))),
        )
        for name in lists()
        if things[name]
    ]
    asked = [element("li", element("a", words, href=volume.path(path))) for path, words in questions]
    return volume.page(
        here,
        title,
        element("h1", title),
        element("p", description, class_="lead"),
        state.numbers(volume, state.counted(volume.site)),
        element(
            "section",
            element("h2", volume.say("page-find"), id="find"),
            element("ul", *cards, class_="cards"),
            aria_labelledby="find",
        ),
        element(
            "section",
            element("h2", volume.say("page-ask"), id="ask"),
            element("ul", *asked, class_="questions"),
            element("p", element("a", volume.say("page-all-queries"), href=volume.path("queries"))),
            aria_labelledby="ask",
        )
        if asked
        else None,
        head=[schema_org.catalogue(volume)],
    )
