"""
Lists of things by what they are: how one finds one's way without a search engine. Which list has which classes is data.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from pyoxigraph import NamedNode

from dorsale.html import Element, element
from dorsale.names import dor, fold
from dorsale.publish.folder import File
from dorsale.publish.pages import atlas, timeline
from dorsale.publish.pages.site import TYPE, Site
from dorsale.publish.pages.volume import Here, Volume

# What has a picture beside its list.
PICTURES = {"contracts": timeline.contracts, "territories": atlas.territories}


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
    """Yield a page for each list."""
    for name, some in things.items():
        here = Here(name)
        picture = PICTURES[name](volume, here, things) if name in PICTURES and some else ()
        title = volume.say(f"page-{name}")
        yield volume.page(
            here,
            title,
            element("h1", title),
            element("p", volume.counted(len(some), "page-thing", "page-things"), class_="known"),
            *picture,
            *groups(volume, here, some),
            hidden=name == "persons",
            kind=name,
        )


def groups(volume: Volume, here: Here, things: list[NamedNode]) -> Iterator[Element]:
    """Yield the things of a list by what they are, each kind by its alphabet."""
    by_kind: dict[str, list[NamedNode]] = defaultdict(list)
    for thing in things:
        by_kind[kind(volume, thing)].append(thing)
    for number, (label, some) in enumerate(sorted(by_kind.items(), key=lambda found: fold(found[0])), 1):
        some.sort(key=lambda thing: (fold(volume.called(thing)), thing.value))
        name = f"kind-{number}"
        yield element(
            "section",
            element("h2", label, " ", element("small", str(len(some))), id=name) if label else None,
            element("ul", *(element("li", volume.link(here, thing)) for thing in some), class_="list"),
            aria_labelledby=name if label else None,
        )


def kind(volume: Volume, thing: NamedNode) -> str:
    """Return what a thing is, in the most precise word that is not above another."""
    terms = volume.site.terms
    kinds = {one for one in volume.site.objects(thing, TYPE) if isinstance(one, NamedNode) and one in terms.classes}
    below = [one for one in kinds if not any(one in terms.above[other] - {other} for other in kinds)]
    # What is derived from what a thing does tells less of it than what it is said to be.
    return min((volume.called(one) for one in below), key=fold, default="")
