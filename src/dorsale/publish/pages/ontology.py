"""
The vocabulary: every class, property and code with its label, its definition, what it is above and below, and its IRI;
and the checks that facts went through.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from dorsale.html import Element, element
from dorsale.names import CODE, DOR, SHAPE, fold, public
from dorsale.publish.folder import File
from dorsale.publish.pages.places import code_id
from dorsale.publish.pages.volume import Here, Volume

LABEL = (public("rdfs:label"), public("skos:prefLabel"), public("sh:name"))
DEFINITION = (public("skos:definition"), public("rdfs:comment"))
# What is told of a term beside its words, in this order.
TOLD = tuple(
    public(name)
    for name in (
        "rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain", "rdfs:range", "owl:inverseOf", "skos:broader",
        "skos:exactMatch", "skos:closeMatch", "rdfs:seeAlso",
    )
)  # fmt: skip
MESSAGE, SEVERITY, PATH, COMMENT = (public(name) for name in ("sh:message", "sh:severity", "sh:path", "rdfs:comment"))
Said = Mapping[Any, Mapping[NamedNode, list[Any]]]


def said_of(triples: Iterable[Triple]) -> Said:
    """Return triples by their subject and property."""
    found: dict[Any, dict[NamedNode, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        found[triple.subject][triple.predicate].append(triple.object)
    return found


def pages(volume: Volume) -> Iterator[File]:
    """Yield the page of the vocabulary and that of the checks."""
    terms = volume.site.terms
    said = said_of((*terms.axioms, *terms.concepts))
    ours = sorted((one for one in terms.classes if one.value.startswith(DOR)), key=lambda one: one.value)
    properties = sorted((one for one in terms.properties if one.value.startswith(DOR)), key=lambda one: one.value)
    schemes: dict[str, list[NamedNode]] = defaultdict(list)
    for code in sorted(terms.codes, key=lambda one: one.value):
        if code.value.startswith(CODE):
            schemes[code.value[len(CODE) :].partition("/")[0]].append(code)
    here, title = Here("ontology"), volume.say("page-ontology")
    parts = [
        ("page-classes", "classes", [term(volume, here, one, said[one], one.value[len(DOR) :]) for one in ours]),
        (
            "page-properties",
            "properties",
            [term(volume, here, one, said[one], one.value[len(DOR) :]) for one in properties],
        ),
        (
            "page-codes",
            "codes",
            [term(volume, here, code, said[code], code_id(code)) for some in schemes.values() for code in some],
        ),
    ]
    ways = [
        part
        for _, (key, name, some) in enumerate(parts)
        for part in (element("a", f"{volume.say(key)} ({len(some)})", href=f"#{name}"), " · ")
    ]
    yield volume.page(
        here,
        title,
        element("h1", title),
        element("p", volume.say("page-ontology-intro"), " ", element("code", DOR), class_="known"),
        element("p", *ways[:-1]),
        *(
            element("section", element("h2", volume.say(key), id=name), *some, aria_labelledby=name)
            for key, name, some in parts
        ),
        kind="ontology",
    )
    yield checks(volume)


def term(volume: Volume, here: Here, iri: NamedNode, said: Mapping[NamedNode, list[Any]], name: str) -> Element:
    """Return a term: its label, its definition, what it is beside others."""
    facts = [
        element("div", element("dt", volume.named(predicate)), *(element("dd", element("p", link)) for link in links))
        for predicate in TOLD
        if (links := [volume.link(here, one) for one in said.get(predicate, ()) if isinstance(one, NamedNode)])
    ]
    return element(
        "article",
        element("h3", words(volume, said, LABEL) or name, " ", element("code", volume.labels.name(iri))),
        element("p", words(volume, said, DEFINITION)),
        element("dl", *facts) if facts else None,
        id=name,
        class_="term",
    )


def words(volume: Volume, said: Mapping[NamedNode, list[Any]], properties: Iterable[NamedNode]) -> str:
    """Return the words of the first of some properties that has any, in our language or else in another."""
    for predicate in properties:
        texts = {one.language or "": one.value for one in said.get(predicate, ()) if isinstance(one, Literal)}
        if texts:
            return next((texts[tongue] for tongue in (volume.language, "fr", "en", "") if tongue in texts), "")
    return ""


def checks(volume: Volume) -> File:
    """Return the page of the checks: what each says when it is not met, of what, how serious, and why."""
    here, title = Here("shapes"), volume.say("page-shapes")
    said = said_of(volume.site.shapes)
    shapes = [one for one in said if isinstance(one, NamedNode) and one.value.startswith(SHAPE)]
    shapes.sort(key=lambda one: fold(one.value))
    told = []
    for shape in shapes:
        of = said[shape]
        message, paths = words(volume, of, (MESSAGE,)), [one for one in of.get(PATH, ()) if isinstance(one, NamedNode)]
        severity = next((one.value.rsplit("#", 1)[-1] for one in of.get(SEVERITY, ())), "Violation")
        told.append(
            element(
                "article",
                element("h2", message or words(volume, of, LABEL) or shape.value[len(SHAPE) :]),
                element(
                    "p",
                    volume.say(f"severity-{severity}") if message else None,
                    " · " if message and paths else None,
                    *(volume.link(here, path) for path in paths),
                    class_="known",
                )
                if message or paths
                else None,
                element(
                    "p",
                    next((one.value for one in of.get(COMMENT, ())), ""),
                    lang="en" if volume.language != "en" else None,
                )
                if of.get(COMMENT)
                else None,
                element("p", element("code", volume.labels.name(shape))),
                id=shape.value[len(SHAPE) :],
                class_="term",
            )
        )
    intro = element("p", volume.say("page-shapes-intro"), class_="known")
    return volume.page(here, title, element("h1", title), intro, *told, kind="shapes")
