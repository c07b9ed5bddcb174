"""
What the page of a thing tells, for programs: its facts in both directions, the names of what they lead to, and the
passages that state them, as Turtle, JSON-LD and N-Triples beside the page.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from dorsale.graph.explain import Profile
from dorsale.graph.export import Paragraph, paragraphs
from dorsale.graph.labels import LABELS
from dorsale.graph.store import VIEW
from dorsale.publish.folder import File
from dorsale.publish.pages.site import Site


@dataclass(frozen=True, slots=True)
class Written:
    """What is said of a thing as each format writes it; ``names`` is what of the context its line of JSON-LD needs."""

    paragraph: Paragraph
    statements: tuple[str, ...]
    line: str
    names: frozenset[str]


def files(site: Site, known: Profile) -> Iterator[File]:
    """Yield the descriptions of a thing."""
    yield from described(site, known.thing, description(site, known))


def described(site: Site, thing: NamedNode, triples: Collection[Triple]) -> Iterator[File]:
    """Yield what is said of a thing in each format that stands beside its page."""
    found: dict[object, set[Triple]] = defaultdict(set)
    for triple in triples:
        found[triple.subject].add(triple)
    things = sorted((_written(site, frozenset(said)) for said in found.values()), key=lambda one: one.paragraph.place)
    place, used = site.places.of(thing, ""), frozenset[str]().union(*(one.names for one in things))
    yield File(f"{place}.ttl", paragraphs(one.paragraph for one in things))
    yield File(f"{place}.nt", "".join(sorted(line for one in things for line in one.statements)).encode())
    yield File(f"{place}.jsonld", site.compact.file((one.line for one in things), used))


def _written(site: Site, said: frozenset[Triple]) -> Written:
    """Return what is said of a thing as it is written: what names a thing, or is a passage, stands in many files."""
    if said not in site.written:
        paragraph = Paragraph.of(said, site.dataset.base)
        statements = tuple(f"{triple} .\n" for triple in paragraph.said)
        site.written[said] = Written(paragraph, statements, *site.compact.thing(paragraph.said))
    written: Written = site.written[said]
    return written


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
