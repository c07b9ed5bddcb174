"""
What the page of a thing tells, for programs: its facts in both directions, the names of what they lead to, and the
passages that state them, as Turtle, JSON-LD and N-Triples beside the page.
"""

from collections.abc import Collection, Iterator

from pyoxigraph import NamedNode, RdfFormat, Triple

from dorsale.graph.explain import Profile
from dorsale.graph.export import graph, in_order
from dorsale.graph.labels import LABELS
from dorsale.graph.store import VIEW
from dorsale.publish.folder import File
from dorsale.publish.jsonld import compacted
from dorsale.publish.pages.site import Site


def files(site: Site, known: Profile) -> Iterator[File]:
    """Yield the descriptions of a thing."""
    yield from described(site, known.thing, description(site, known))


def described(site: Site, thing: NamedNode, triples: Collection[Triple]) -> Iterator[File]:
    """Yield what is said of a thing in each format that stands beside its page."""
    place, base = site.places.of(thing, ""), site.dataset.base
    yield File(f"{place}.ttl", graph(triples, RdfFormat.TURTLE, base))
    yield File(f"{place}.nt", "".join(sorted(f"{triple} .\n" for triple in triples)).encode())
    yield File(f"{place}.jsonld", compacted(in_order(triples, base), site.context, whole=False))


def description(site: Site, known: Profile) -> set[Triple]:
    """Return what is said of a thing, and what a reader of that needs: names and passages."""
    quads = site.dataset.store.quads_for_pattern
    thing = known.thing
    found = {quad.triple for quad in quads(thing, None, None, VIEW)}
    found |= {quad.triple for quad in quads(None, None, thing, VIEW)}
    ends = {end for triple in found for end in (triple.subject, triple.predicate, triple.object)} - {thing}
    for end in ends:
        if isinstance(end, NamedNode):
            if end not in site.names:
                site.names[end] = tuple(quad.triple for label in LABELS for quad in quads(end, label, None, VIEW))
            found.update(site.names[end])
    passages = {
        source.passage.iri for _, lines in known.groups for line in lines for source in line.sources if source.passage
    }
    for passage in passages:
        found |= {quad.triple for quad in quads(passage, None, None, VIEW)}
    return found
