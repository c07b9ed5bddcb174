"""
What the page of a thing tells, for programs: its facts in both directions, the names of what they lead to, and the
passages that state them, as Turtle, JSON-LD and N-Triples beside the page.
"""

import json
from collections.abc import Iterator
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from dorsale.graph.explain import Profile
from dorsale.graph.export import graph
from dorsale.graph.labels import LABELS
from dorsale.graph.store import VIEW
from dorsale.names import PUBLIC, public, shorten
from dorsale.publish.folder import File
from dorsale.publish.pages.site import Site

TYPE, XSD = public("rdf:type"), PUBLIC["xsd"]


def files(site: Site, known: Profile) -> Iterator[File]:
    """Yield the descriptions of a thing."""
    triples = description(site, known)
    base = site.dataset.base
    place = site.places.of(known.thing, "")
    yield File(f"{place}.ttl", graph(triples, RdfFormat.TURTLE, base))
    yield File(f"{place}.nt", "".join(sorted(f"{triple} .\n" for triple in triples)).encode())
    yield File(f"{place}.jsonld", jsonld(site, triples))


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


def jsonld(site: Site, triples: set[Triple]) -> bytes:
    """Return triples as JSON-LD with short names, and the context that they need inside."""
    used: set[str] = set()

    def name(iri: NamedNode) -> str:
        if iri.value not in site.short:
            said = shorten(iri.value, site.prefixes)
            site.short[iri.value] = ("", iri.value) if said.startswith("<") else (said.partition(":")[0], said)
        prefix, said = site.short[iri.value]
        used.add(prefix)
        return said

    def value(term: Any) -> Any:
        if isinstance(term, NamedNode):
            return {"@id": name(term)}
        assert isinstance(term, Literal), "our data have no blank nodes"
        if term.language:
            return {"@value": term.value, "@language": term.language}
        return (
            term.value
            if term.datatype.value == f"{XSD}string"
            else {"@value": term.value, "@type": name(term.datatype)}
        )

    nodes: dict[str, dict[str, Any]] = {}
    for triple in sorted(triples, key=str):
        assert isinstance(triple.subject, NamedNode)
        assert isinstance(triple.predicate, NamedNode)
        node = nodes.setdefault(triple.subject.value, {"@id": name(triple.subject)})
        if triple.predicate == TYPE and isinstance(triple.object, NamedNode):
            node.setdefault("@type", []).append(name(triple.object))
        else:
            node.setdefault(name(triple.predicate), []).append(value(triple.object))
    # A line for each thing.
    lines = ",\n".join(json.dumps(node, ensure_ascii=False) for node in nodes.values())
    context = json.dumps({prefix: site.prefixes[prefix] for prefix in sorted(used - {""})}, ensure_ascii=False)
    return f'{{"@context": {context},\n"@graph": [\n{lines}\n]}}\n'.encode()
