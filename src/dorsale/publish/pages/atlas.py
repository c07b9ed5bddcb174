"""
The départements as a map made here, and the same as a table below it: how much the graph says of each.

What concerns a département is what a slice of it has: whatever names it, what lies in it or who administers one of
those, and what is said of such a network, contract or project. Of which nothing is said is hatched, and leads nowhere.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from dorsale.graph.labels import number
from dorsale.html import Element, element
from dorsale.names import PUBLIC, fold
from dorsale.publish.pages.outlines import Outlines
from dorsale.publish.pages.state import table
from dorsale.publish.pages.volume import Here, Volume

DEPARTEMENT = PUBLIC["departement"]
# The lists whose things are counted.
COUNTED = ("networks", "contracts", "programmes", "money", "figures", "events")
# From how many on each shade is.
SHADES = (1, 10, 50, 200)
# A code is written where there is room for it, in units of the outlines.
ROOM = 260


@dataclass(frozen=True, slots=True)
class Known:
    """A département of which something is said, and how many things of each list concern it."""

    thing: NamedNode
    name: str
    counts: Counter[str]

    @property
    def code(self) -> str:
        """Its INSEE code."""
        return self.thing.value.removeprefix(DEPARTEMENT)

    @property
    def shade(self) -> str:
        """The class of its colour."""
        return f"shade-{sum(self.counts.total() >= least for least in SHADES)}"


def territories(volume: Volume, here: Here, things: Mapping[str, list[NamedNode]]) -> Iterator[Element]:
    """Yield the départements as a map, where the workspace has their outlines, and those that are known as a table."""
    if not (known := departements(volume, things)):
        return
    outlines = volume.site.outlines
    yield element(
        "section",
        element("h2", volume.say("page-map"), id="map"),
        *(drawn(volume, here, known, outlines) if outlines else ()),
        element("p", volume.say("page-map-legend"), class_="known"),
        counts(volume, here, known),
        aria_labelledby="map",
    )


def departements(volume: Volume, things: Mapping[str, list[NamedNode]]) -> list[Known]:
    """Return the départements of which something is said, that of which most is said first."""
    list_of = {thing: name for name in COUNTED for thing in things[name]}
    known = (
        Known(one, volume.called(one), Counter(list_of[thing] for thing in some if thing in list_of))
        for one, some in volume.site.concerned.items()
    )
    return sorted((one for one in known if one.counts), key=lambda one: (-one.counts.total(), fold(one.name), one.code))


def drawn(volume: Volume, here: Here, known: list[Known], outlines: Outlines) -> Iterator[Element]:
    """Yield the map, the tiles of the départements that have no outline, what the shades mean, and who is not known."""
    said = {one.code: one for one in known}
    names = volume.site.departements
    silent = {code: name for code, name in sorted(names.items()) if code not in said}
    tiles = [code for code in sorted({*names, *said}) if code not in outlines.paths]
    yield element(
        "div",
        picture(volume, here, known, silent, outlines),
        element(
            "ul",
            *(tile(volume, here, said[code] if code in said else names[code]) for code in tiles),
            class_="tiles",
        )
        if tiles
        else None,
        key(volume, known),
        class_="atlas",
    )
    yield credit(volume, outlines)
    if silent:
        summary = volume.counted(len(silent), "page-map-silent-one", "page-map-silent")
        yield element(
            "details", element("summary", summary), element("p", ", ".join(silent.values())), class_="silent-ones"
        )


def picture(volume: Volume, here: Here, known: list[Known], silent: Mapping[str, str], outlines: Outlines) -> Element:
    """Return the map: the départements of which something is said lead to their pages."""
    links = []
    labels = []
    for one in known:
        if one.code in outlines.paths:
            shape = element("path", d=outlines.paths[one.code], class_=one.shade)
            links.append(element("a", element("title", told(volume, one)), shape, href=volume.place(here, one.thing)))
            x, y, width = outlines.middle(one.code)
            if width >= ROOM:
                labels.append(element("text", one.code, x=x, y=y))
    others = (
        element("path", element("title", f"{name}{volume.say('colon')}{volume.say('page-map-nothing')}"), d=path)
        for code, name in silent.items()
        if (path := outlines.paths.get(code))
    )
    return element(
        "svg",
        element("title", volume.say("page-map-title"), id="map-title"),
        hatching(),
        # The table and the line below say it to who does not see it, once.
        element("g", *others, class_="silent", aria_hidden="true"),
        *links,
        element("g", *labels, class_="codes", aria_hidden="true"),
        viewBox=framed(outlines, 30),
        role="group",
        aria_labelledby="map-title",
        class_="map",
    )


def told(volume: Volume, one: Known) -> str:
    """Return a département and how many things concern it, in words."""
    return one.name + volume.say("colon") + volume.counted(one.counts.total(), "page-thing", "page-things")


def framed(outlines: Outlines, margin: int) -> str:
    """Return what of the plane a picture of outlines shows."""
    left, top, width, height = outlines.box
    return f"{left - margin} {top - margin} {width + 2 * margin} {height + 2 * margin}"


def hatching() -> Element:
    """Return what fills a département of which nothing is said."""
    line = element("line", x1=0, y1=0, x2=0, y2=60, class_="hatch")
    pattern = element(
        "pattern", line, id="silent", width=60, height=60, patternUnits="userSpaceOnUse", patternTransform="rotate(45)"
    )
    return element("defs", pattern)


def swatch(shade: str) -> Element:
    """Return a piece of a colour of the map, in the units of the map."""
    rect = element("rect", width=560, height=300, class_=shade)
    return element("svg", rect, viewBox="-10 -10 580 320", aria_hidden="true", class_="swatch")


def tile(volume: Volume, here: Here, one: Known | str) -> Element:
    """Return a département that has no outline: a piece of its colour, and its name."""
    if isinstance(one, str):
        return element("li", swatch("silent"), element("span", one))
    place = volume.place(here, one.thing)
    return element("li", swatch(one.shade), element("a", one.name, href=place, title=told(volume, one)))


def key(volume: Volume, known: list[Known]) -> Element:
    """Return what the shades that are there mean."""
    there = {one.shade for one in known}
    lines = [element("li", swatch("silent"), element("span", volume.say("page-map-nothing")))]
    for at, least in enumerate(SHADES, 1):
        if (shade := f"shade-{at}") in there:
            last = "page-map-to" if at < len(SHADES) else "page-map-from"
            most = SHADES[at] - 1 if at < len(SHADES) else None
            lines.append(element("li", swatch(shade), element("span", volume.say(last, least=least, most=most))))
    return element("ul", *lines, class_="key")


def counts(volume: Volume, here: Here, known: list[Known]) -> Element:
    """Return the départements with how many things of each list concern them."""
    names = [name for name in COUNTED if any(one.counts[name] for one in known)]
    heads = [volume.say("page-map-place"), *(volume.say(f"page-{name}") for name in names), volume.say("page-map-all")]
    rows = [
        (
            volume.link(here, one.thing),
            *(number(one.counts[name], volume.language) if one.counts[name] else "–" for name in names),
            number(one.counts.total(), volume.language),
        )
        for one in known
    ]
    return table(volume.say("page-map-table"), heads, rows, numeric=tuple(range(1, len(heads))))


def glance(volume: Volume, things: Mapping[str, list[NamedNode]]) -> tuple[Element | None, Element | None]:
    """Return the map as a small picture that leads to the whole one, and its credit; None where nothing is known."""
    outlines = volume.site.sketch
    if outlines is None:
        return None, None
    known = [one for one in departements(volume, things) if one.code in outlines.paths]
    if not known:
        return None, None
    shapes = (element("path", d=outlines.paths[one.code], class_=one.shade) for one in known)
    drawing = small(outlines, volume.say("page-map"), *shapes)
    whole = element("a", drawing, href=f"{volume.path('territories')}#map", class_="locator")
    return whole, credit(volume, outlines)


def locator(volume: Volume, thing: NamedNode) -> tuple[Element | None, Element | None]:
    """Return in which départements a thing is, in a small picture, and its credit; None where none has an outline."""
    outlines = volume.site.sketch
    codes = volume.site.lies(thing)
    shown = [outlines.paths[code] for code in codes if code in outlines.paths] if outlines else []
    if outlines is None or not shown:
        return None, None
    itself = thing.value.startswith(DEPARTEMENT)
    names = ", ".join(volume.site.departements[code] for code in codes)
    where = volume.say("page-map-where" if itself else "page-map-lies", name=names)
    drawing = small(outlines, where, element("path", d="".join(shown), class_="here"))
    return element("div", drawing, class_="locator"), credit(volume, outlines)


def small(outlines: Outlines, title: str, *shapes: Element) -> Element:
    """Return a small picture of the country with some shapes on it."""
    return element(
        "svg",
        element("title", title, id="locator-title"),
        element("path", d=outlines.land, class_="land"),
        *shapes,
        viewBox=framed(outlines, 1),
        role="img",
        aria_labelledby="locator-title",
    )


def credit(volume: Volume, outlines: Outlines) -> Element:
    """Return whose the outlines are, and under which licence."""
    return element(
        "p",
        volume.say("page-map-credit"),
        " ",
        element("a", outlines.author, href=outlines.source, rel="external"),
        ", ",
        element("a", outlines.licence, href=outlines.terms, rel="external license"),
        volume.say("page-map-changed"),
        class_="credit",
    )
