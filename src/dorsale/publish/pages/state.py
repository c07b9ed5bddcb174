"""
The state of the data: how many facts each document states, what cannot both hold, and what no document says.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby

from pyoxigraph import NamedNode

from dorsale.graph.explain import Conflict, Gap
from dorsale.graph.labels import number
from dorsale.html import Element, element
from dorsale.publish.folder import File
from dorsale.publish.pages.disagreement import sides
from dorsale.publish.pages.site import TYPE, Site
from dorsale.publish.pages.volume import Here, Volume


def counted(site: Site) -> dict[str, int]:
    """Return how much a site holds: facts that passages state, passages, documents, things."""
    passages = sum(map(len, site.passages.values()))
    return {
        "facts": site.properties.total(),
        "passages": passages,
        "documents": len(site.passages),
        "things": len(site.things),
    }


def page(volume: Volume, found: Iterable[Gap]) -> File:
    """Return the page of the state of the data."""
    here, title = Here("state"), volume.say("page-state")
    site = volume.site
    body = [
        numbers(volume, counted(site)),
        section(volume, "page-by-document", "documents", documents(volume, here)),
        section(volume, "page-by-class", "classes", classes(volume, here)),
        section(volume, "page-by-property", "properties", properties(volume, here)),
        section(volume, "conflicts-title", "conflicts", *conflicts(volume, here, site.conflicts)),
        section(volume, "page-unsaid", "gaps", *gaps(volume, here, found)),
    ]
    return volume.page(here, title, element("h1", title), *body, kind="state")


def numbers(volume: Volume, found: dict[str, int]) -> Element:
    """Return large numbers with what they count."""
    return element(
        "dl",
        *(
            element(
                "div", element("dt", volume.say(f"page-number-{name}")), element("dd", number(count, volume.language))
            )
            for name, count in found.items()
        ),
        class_="numbers",
    )


def section(volume: Volume, title: str, name: str, *inside: Element | None) -> Element:
    """Return a part of the page under its heading."""
    heading = element("h2", volume.say(title), id=name)
    return element("section", heading, *(inside or (element("p", volume.say("page-none")),)))


def documents(volume: Volume, here: Here) -> Element:
    """Return the documents with how much each states."""
    site = volume.site
    rows = [
        (
            volume.link(here, document),
            volume.source(document),
            number(len(passages), volume.language),
            number(site.states(document), volume.language),
        )
        for document, passages in sorted(site.passages.items(), key=lambda found: found[0].value)
    ]
    heads = [volume.say(key) for key in ("status-document", "column-according", "status-passages", "status-facts")]
    return table(volume.say("page-by-document"), heads, rows, numeric=(2, 3))


def classes(volume: Volume, here: Here) -> Element:
    """Return how many things there are of each class."""
    kinds = Counter(kind for thing in volume.site.things for kind in volume.site.objects(thing, TYPE))
    return _counts(volume, here, kinds, "status-class")


def properties(volume: Volume, here: Here) -> Element:
    """Return how many facts of each property passages state."""
    return _counts(volume, here, volume.site.properties, "status-property")


def _counts(volume: Volume, here: Here, found: Counter, head: str) -> Element:  # type: ignore[type-arg]
    ordered = sorted(found.items(), key=lambda one: (-one[1], str(one[0])))
    rows = [
        (volume.link(here, term), number(count, volume.language))
        for term, count in ordered
        if isinstance(term, NamedNode)
    ]
    return table(volume.say(head), [volume.say(head), volume.say("page-count")], rows, numeric=(1,))


def table(caption: str, heads: list[str], rows: Iterable[tuple[str, ...]], numeric: tuple[int, ...]) -> Element:
    """Return a table whose first column says what its rows are of."""
    made = [
        element(
            "tr",
            *(
                element(
                    "td" if at else "th",
                    element("span", cell),
                    scope=None if at else "row",
                    role="cell" if at else "rowheader",
                    class_="number" if at in numeric else None,
                    data_label=heads[at],
                )
                for at, cell in enumerate(row)
            ),
            role="row",
        )
        for row in rows
    ]
    head = (
        element("th", one, scope="col", role="columnheader", class_="number" if at in numeric else None)
        for at, one in enumerate(heads)
    )
    inside = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *head, role="row"), role="rowgroup"),
        element("tbody", *made, role="rowgroup"),
        role="table",
    )
    return element("div", inside, class_="wide quiet", role="region", aria_label=caption, tabindex=0)


def conflicts(volume: Volume, here: Here, found: Iterable[Conflict]) -> Iterable[Element]:
    """Yield what cannot both hold, each under its thing."""
    for one in found:
        what = element("h3", volume.link(here, one.thing), " – ", volume.called(one.what))
        yield element("div", what, *sides(volume, here, one, "h4"), class_="conflict")


def gaps(volume: Volume, here: Here, found: Iterable[Gap]) -> Iterable[Element]:
    """Yield what no document says, by the documents that speak of its things."""
    for documents, some in groupby(found, key=lambda gap: gap.documents):
        title = " · ".join(map(volume.labels.label, documents)) or volume.say("gaps-nowhere")
        asked = (
            element(
                "li",
                element("a", gap.question, href=place) if (place := volume.place(here, gap.thing)) else gap.question,
            )
            for gap in some
        )
        yield element("div", element("h3", title), element("ul", *asked))
