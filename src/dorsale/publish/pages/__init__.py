"""
The pages of a publication: what people read, in French and in English, from any folder and without a script.

``places`` says where the page of each thing stands, ``site`` what is known whatever the language, ``volume`` how it is
said in one; every other module is a kind of page, or a part that they share.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import chain

from pyoxigraph import NamedNode

from dorsale.documents.refusals import Refusals
from dorsale.graph.explain import Gap, gaps, questions
from dorsale.publish.catalogue import Listed
from dorsale.publish.folder import File
from dorsale.publish.pages import alternates, errata, home, lists, notice, ontology, queries, state, thing, tombstone
from dorsale.publish.pages.site import Site
from dorsale.publish.pages.volume import STYLE, volumes
from dorsale.seen import catalogue
from dorsale.workers import side_by_side

# So many things go to a worker at once: fewer and the way there counts, more and the last one works alone.
SOME = 20


def pages(site: Site, data: Sequence[Listed] = (), workers: int = 1) -> Iterator[File]:
    """
    Yield every page of a publication, and what stands beside the page of each thing for programs.

    ``data`` are the files that the first page offers for download. The files are the same with any number of workers.
    """
    both = volumes(site)
    asked, things, stored = questions(site.shapes), lists.listed(site), tuple(catalogue(site.workspace))
    retracted = Refusals.read(site.workspace).retracted.all
    unsaid: dict[str, dict[NamedNode, list[Gap]]] = {}
    yield File(STYLE, style())
    for volume in both:
        found = gaps(volume.labels, site.report, asked)
        by_thing = unsaid.setdefault(volume.language, defaultdict(list))
        for gap in found:
            by_thing[gap.thing].append(gap)
        yield home.page(volume, things, queries.first(volume, stored), data)
        yield from lists.pages(volume, things)
        yield from ontology.pages(volume)
        yield state.page(volume, found)
        yield errata.page(volume, retracted)
        yield notice.page(volume, things["persons"])
    yield from queries.files(site, both)

    def told(things: Sequence[NamedNode]) -> list[File]:
        found: list[File] = []
        for known in map(site.profile, things):
            found += (thing.page(volume, known, unsaid[volume.language].get(known.thing, ())) for volume in both)
            found += alternates.files(site, known)
        return found

    some = [site.things[at : at + SOME] for at in range(0, len(site.things), SOME)]
    yield from chain.from_iterable(side_by_side(told, some, workers))
    for gone in site.withdrawn:
        yield from (tombstone.page(volume, gone) for volume in both)
        yield from tombstone.files(site, gone)


def style() -> bytes:
    """Return the style sheet of all pages: that of every page of ours, and what those of a publication have more."""
    return (files("dorsale.html") / "style.css").read_bytes() + (files(__package__) / "pages.css").read_bytes()


__all__ = ["pages"]
