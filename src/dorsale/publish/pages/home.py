"""The first page: what this is, how much there is, and the lists by which everything is found."""

from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode

from dorsale.graph.labels import number
from dorsale.html import Element, element
from dorsale.publish.catalogue import Listed
from dorsale.publish.folder import File
from dorsale.publish.pages import atlas, schema_org, state
from dorsale.publish.pages.lists import lists
from dorsale.publish.pages.volume import Here, Volume


def page(
    volume: Volume, things: Mapping[str, list[NamedNode]], questions: Iterable[tuple[str, str]], data: Iterable[Listed]
) -> File:
    """Return the first page; ``questions`` are the paths of some with their words, ``data`` what can be downloaded."""
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
    where, drawn_by = atlas.glance(volume, things)
    return volume.page(
        here,
        title,
        element("h1", title),
        element("p", description, class_="lead"),
        where,
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
        downloads(volume, data),
        drawn_by,
        head=[schema_org.catalogue(volume)],
    )


def downloads(volume: Volume, data: Iterable[Listed]) -> Element | None:
    """Return the files of data, what each is and how large."""
    lines = []
    for file in data:
        titles = {title.language: title.value for title in file.title}
        said = titles.get(volume.language) or next(iter(titles.values()))
        size = volume.say("page-size", size=number(-(-file.size // 1000), volume.language))
        lines.append(element("li", element("a", said, href=file.path), " ", element("small", size)))
    if not lines:
        return None
    heading = element("h2", volume.say("page-download"), id="download")
    return element("section", heading, element("ul", *lines, class_="downloads"), aria_labelledby="download")
