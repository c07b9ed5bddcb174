"""
Lists of things by what they are: how one finds one's way without a search engine. Which list has which classes is data.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import groupby

from pyoxigraph import NamedNode

from dorsale.html import Element, element
from dorsale.names import dor, fold
from dorsale.publish.folder import File
from dorsale.publish.pages import atlas, timeline
from dorsale.publish.pages.site import TYPE, Site
from dorsale.publish.pages.volume import Here, Volume

# What has a picture: of the whole on the first page of its list, or of what stands on each.
WHOLE, EACH = {"territories": atlas.territories}, {"contracts": timeline.contracts}

# So many things of a list stand on one page.
LEAF = 1000


@cache
def lists() -> Mapping[str, frozenset[NamedNode]]:
    """Return the lists in their order, each with its classes."""
    said = tomllib.loads((files(__package__) / "lists.toml").read_text("utf-8"))["lists"]
    return {name: frozenset(map(dor, classes)) for name, classes in said.items()}


def list_of(site: Site, thing: NamedNode) -> str:
    """Return the name of the list that has a thing."""
    classes = site.classes(thing)
    *known, others = lists().items()
    return next((name for name, wanted in known if wanted & classes), others[0])


def listed(site: Site) -> Mapping[str, list[NamedNode]]:
    """Return the things of each list."""
    found: dict[str, list[NamedNode]] = {name: [] for name in lists()}
    for thing in site.things:
        found[list_of(site, thing)].append(thing)
    return found


def pages(volume: Volume, things: Mapping[str, list[NamedNode]]) -> Iterator[File]:
    """Yield the pages of each list: one, or as many as a long one needs."""
    for name, some in things.items():
        entries = sorted(
            ((kind(volume, thing), thing) for thing in some),
            key=lambda entry: (fold(entry[0]), fold(volume.called(entry[1])), entry[1].value),
        )
        counts = Counter(label for label, _ in entries)
        leaves = [entries[at : at + LEAF] for at in range(0, max(len(entries), 1), LEAF)]
        title = volume.say(f"page-{name}")
        for number, leaf in enumerate(leaves, 1):
            here = Here(stem(name, number))
            picture = (WHOLE if number == 1 else {}).get(name) or EACH.get(name)
            shown = {**things, name: [thing for _, thing in leaf]}
            where = f" ({number}/{len(leaves)})" if len(leaves) > 1 else ""
            yield volume.page(
                here,
                title + where,
                element("h1", title),
                element("p", volume.counted(len(some), "page-thing", "page-things"), class_="known"),
                *(picture(volume, here, shown) if picture and leaf else ()),
                *groups(volume, here, leaf, counts),
                turned(volume, name, number, len(leaves)),
                hidden=name == "persons",
                kind=name,
            )


def stem(name: str, number: int) -> str:
    """Return the path of a page of a list; its first is the list itself."""
    return name if number == 1 else f"{name}-{number}"


def groups(
    volume: Volume, here: Here, entries: list[tuple[str, NamedNode]], counts: Mapping[str, int]
) -> Iterator[Element]:
    """Yield the things of a page by what they are, with how many of each kind the whole list has."""
    for number, (label, some) in enumerate(groupby(entries, key=lambda entry: entry[0]), 1):
        name = f"kind-{number}"
        yield element(
            "section",
            element("h2", label, " ", element("small", str(counts[label])), id=name) if label else None,
            element("ul", *(element("li", volume.link(here, thing)) for _, thing in some), class_="list"),
            aria_labelledby=name if label else None,
        )


def turned(volume: Volume, name: str, number: int, leaves: int) -> Element | None:
    """Return the way to the other pages of a list, if it has some."""
    if leaves == 1:
        return None
    links = (
        element("a", str(one), href=volume.path(stem(name, one)), aria_current="page" if one == number else None)
        for one in range(1, leaves + 1)
    )
    return element("nav", element("ul", *(element("li", link) for link in links)), aria_label=volume.say("page-leaves"))


def kind(volume: Volume, thing: NamedNode) -> str:
    """Return what a thing is, in the most precise word that is not above another."""
    terms = volume.site.terms
    kinds = {one for one in volume.site.objects(thing, TYPE) if isinstance(one, NamedNode) and one in terms.classes}
    below = [one for one in kinds if not any(one in terms.above[other] - {other} for other in kinds)]
    # What is derived from what a thing does tells less of it than what it is said to be.
    return min((volume.called(one) for one in below), key=fold, default="")
