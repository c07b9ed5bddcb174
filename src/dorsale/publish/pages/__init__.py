"""
The pages of a publication: what people read, in French and in English, from any folder and without a script.

``places`` says where the page of each thing stands, ``site`` what is known whatever the language, ``volume`` how it is
said in one; every other module is a kind of page, or a part that they share.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib.resources import files
from itertools import chain

from pyoxigraph import NamedNode

from dorsale.documents.refusals import Refusals
from dorsale.graph.explain import Gap, gaps, questions
from dorsale.publish.catalogue import Listed
from dorsale.publish.folder import File
from dorsale.publish.pages import alternates, errata, home, lists, notice, ontology, queries, state, thing, tombstone
from dorsale.publish.pages.site import Site
from dorsale.publish.pages.volume import STYLE, Volume, volumes
from dorsale.seen import catalogue
from dorsale.workers import side_by_side

# So many things go to a worker at once: fewer and the way there counts, more and the last one works alone.
SOME = 20


def pages(site: Site, data: Sequence[Listed] = (), workers: int = 1) -> Iterator[File]:
    """
    Yield every page of a publication, and what stands beside the page of each thing for programs.

    ``data`` are the files that the first page offers for download. The files are the same with any number of workers.
    """
    both, stored, asked = volumes(site), tuple(catalogue(site.workspace)), questions(site.shapes)
    lacking = {volume.language: gaps(volume.labels, site.report, asked) for volume in both}
    unsaid = {language: _by_thing(found) for language, found in lacking.items()}

    def general(volume: Volume) -> Iterator[File]:
        listed = lists.listed(site)
        yield home.page(volume, listed, queries.first(volume, stored), data)
        yield from lists.pages(volume, listed)
        yield from ontology.pages(volume)
        yield state.page(volume, lacking[volume.language])
        yield errata.page(volume, Refusals.read(site.workspace).retracted.all)
        yield notice.page(volume, listed["persons"])
        yield queries.index(volume, stored)

    def told(things: Sequence[NamedNode]) -> Iterator[File]:
        for known in map(site.profile, things):
            for volume in both:
                yield thing.page(volume, known, unsaid[volume.language].get(known.thing, ()))
            yield from alternates.files(site, known)

    def withdrawn() -> Iterator[File]:
        for gone in site.withdrawn:
            yield from (tombstone.page(volume, gone) for volume in both)
            yield from tombstone.files(site, gone)

    first, *rest = [partial(told, site.things[at : at + SOME]) for at in range(0, max(len(site.things), 1), SOME)]
    # The long ones come before the many short ones, so that none is left alone with one in the end.
    parts: list[Callable[[], Iterator[File]]] = [
        first,
        *(partial(queries.files, both, query) for query in stored),
        *(partial(general, volume) for volume in both),
        *rest,
        withdrawn,
    ]
    # What the pages of all things ask is worked out once, before it is copied.
    assert site.conflicts_of is not None
    yield File(STYLE, style())
    yield from chain.from_iterable(side_by_side(lambda part: [*part()], parts, workers))


def _by_thing(found: Iterable[Gap]) -> Mapping[NamedNode, list[Gap]]:
    by_thing = defaultdict(list)
    for gap in found:
        by_thing[gap.thing].append(gap)
    return by_thing


def style() -> bytes:
    """Return the style sheet of all pages: that of every page of ours, and what those of a publication have more."""
    return (files("dorsale.html") / "style.css").read_bytes() + (files(__package__) / "pages.css").read_bytes()


__all__ = ["pages"]
