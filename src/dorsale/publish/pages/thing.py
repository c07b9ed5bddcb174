"""
The page of a thing: what is known of it, a group after the other, and each fact with its quotation one click away.

Nothing is hidden: readings that cannot both hold stand side by side, what was concluded says from what, and what no
document says is asked.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from pyoxigraph import NamedNode, Triple

from dorsale.graph.explain import Conflict, Gap, Line, Passage, Profile, Rule, told
from dorsale.graph.labels import number
from dorsale.html import Element, element
from dorsale.names import public
from dorsale.publish.folder import File
from dorsale.publish.pages import atlas, schema_org
from dorsale.publish.pages.disagreement import sides
from dorsale.publish.pages.document import text
from dorsale.publish.pages.lists import list_of
from dorsale.publish.pages.places import way
from dorsale.publish.pages.quotation import quotation
from dorsale.publish.pages.site import DOCUMENT, PERSONAL, TYPE
from dorsale.publish.pages.volume import Here, Volume, anchor

# What tells the same to programs, by its ending.
ALTERNATES = {"text/turtle": ".ttl", "application/ld+json": ".jsonld", "application/n-triples": ".nt"}
FORMATS = {".ttl": "Turtle", ".jsonld": "JSON-LD", ".nt": "N-Triples"}
# Who deals with whom comes first; what it is and is called stands at the head already, and here with who says so.
ORDER = ("relations", "facts", "contracts", "functions", "roles", "money", "figures", "events", "kinds", "names")
# A count may rest on hundreds of facts: so many are shown, and the others are told of.
PREMISES = 12
# And so many of those that say the same of a thing.
OTHERS = 200
# The name of each fact, read forwards or backwards.
Names = dict[tuple[Triple, bool], str]
ALTERNATIVE = public("skos:altLabel")


def page(volume: Volume, known: Profile, asked: Iterable[Gap]) -> File:
    """Return the page of a thing in one language."""
    site, thing = volume.site, known.thing
    here = Here(site.places.of(thing, ""), thing)
    alternates = {media: site.places.of(thing, ending) for media, ending in ALTERNATES.items()}
    title = volume.called(thing)
    lines = [line for _, some in known.groups for line in some]
    groups = dict(known.groups)
    names = fact_names(line for name in ORDER for line in groups.get(name, ()))
    known_of = [group(volume, here, thing, name, groups[name], names) for name in ORDER if name in groups]
    where, drawn_by = atlas.locator(volume, thing)
    return volume.page(
        here,
        title,
        *head(volume, here, known, title, lines),
        where,
        *disagreements(volume, here, site.conflicts_of.get(thing, ())),
        *known_of,
        *text(volume, here) if DOCUMENT in site.classes(thing) else (),
        unsaid(volume, asked),
        drawn_by,
        reuse(volume, here, title, alternates),
        head=[schema_org.script(volume, known)],
        alternates=alternates,
        hidden=bool(PERSONAL & site.classes(thing)),
        kind=list_of(site, thing),
    )


def head(volume: Volume, here: Here, known: Profile, title: str, lines: list[Line]) -> Iterator[Element | None]:
    """Yield what a thing is, what it is called, and how much is known of it."""
    kinds = [volume.called(line.value) for line in lines if line.predicate == TYPE and not line.inverse]
    others = [volume.link(here, line.value) for line in lines if line.predicate == ALTERNATIVE]
    passages = {source.passage for line in lines for source in line.sources if source.passage}
    passages |= {*volume.site.passages.get(known.thing, ())}
    documents = {passage.document for passage in passages}
    yield element("p", " · ".join(dict.fromkeys(kinds)), class_="kind") if kinds else None
    yield element("h1", title, lang=volume.spoken(known.thing))
    if others:
        yield element("p", volume.say("page-also"), " ", *_listed(others), class_="also")
    counts = (
        volume.counted(len(lines), "page-fact", "page-facts"),
        volume.counted(len(passages), "page-passage", "page-passages"),
        volume.counted(len(documents), "page-document", "page-in-documents"),
    )
    yield element("p", " · ".join(counts), class_="known")


def _listed(parts: Iterable[Element]) -> Iterator[Element | str]:
    for at, part in enumerate(parts):
        if at:
            yield ", "
        yield part


def group(volume: Volume, here: Here, thing: NamedNode, name: str, lines: tuple[Line, ...], names: Names) -> Element:
    """Return a group of facts: each property once, with its values under it."""
    rows = []
    for (predicate, inverse), found in groupby(lines, key=lambda line: (line.predicate, line.inverse)):
        some = list(found)
        # Its own facts all stand here; those of others stand on their pages, too.
        shown = some[:OTHERS] if inverse else some
        values = [value(volume, here, thing, line, names[line.fact, line.inverse]) for line in shown]
        if more := len(some) - len(shown):
            values.append(element("dd", element("p", volume.say("page-more", n=number(more, volume.language)))))
        rows.append(element("div", element("dt", volume.named(predicate, inverse)), *values))
    heading = element("h2", volume.say(f"group-{name}"), id=name)
    return element("section", heading, element("dl", *rows), aria_labelledby=name)


def value(volume: Volume, here: Here, thing: NamedNode, line: Line, name: str) -> Element:
    """Return a value, with what carries the fact one click away."""
    return element(
        "dd",
        element(
            "p", volume.link(here, line.value, told(volume.labels, line.detail, (thing,)) if line.detail else None)
        ),
        *carrying(volume, here, line),
        id=name,
    )


def fact_names(lines: Iterable[Line]) -> Names:
    """Return the name of each fact in the address of its page; of several alike, all but one get a number."""
    names: Names = {}
    taken: dict[str, int] = {}
    for line in lines:
        name = f"{anchor(line.predicate)}{'-of' if line.inverse else ''}.{anchor(line.value)}"
        taken[name] = taken.get(name, 0) + 1
        names[line.fact, line.inverse] = name if taken[name] == 1 else f"{name}.{taken[name]}"
    return names


def carrying(volume: Volume, here: Here, line: Line) -> Iterator[Element]:
    """Yield who says a fact: the quoted words, a file of ours, or the rule with its premises."""
    quoted = [source.passage for source in line.sources if source.passage]
    kinds = [source.kind for source in line.sources if not source.passage]
    if quoted:
        summary = volume.quoted(len(quoted), len({passage.document for passage in quoted}))
        # What names either end carries the fact, from whichever it is read.
        ends = (line.fact.subject, line.fact.object)
        figures = [quotation(volume, here, passage, ends) for passage in quoted]
        yield element("details", summary, *figures, cited(volume, here, line, quoted))
    elif line.rule is not None:
        yield derivation(volume, here, line.rule, line.premises)
    else:
        yield element("small", " · ".join(volume.say(f"source-{kind}") for kind in dict.fromkeys(kinds)))


def derivation(volume: Volume, here: Here, rule: Rule, premises: tuple[Triple, ...]) -> Element:
    """Return how a fact was concluded: the rule, and from what."""
    key = (here.depth, rule.name, premises)
    if key not in volume.derivations:
        shown = [premise(volume, here, one) for one in premises[:PREMISES]]
        if more := len(premises) - len(shown):
            shown.append(element("li", volume.say("page-more", n=more)))
        volume.derivations[key] = element(
            "details",
            element("summary", volume.say("source-derived")),
            element("p", volume.say("source-rule", title=rule.title[volume.language])),
            element("ul", *shown) if shown else None,
            class_="derived",
        )
    return volume.derivations[key]


def premise(volume: Volume, here: Here, fact: Triple) -> Element:
    """Return a fact from which another was concluded, with where it is said."""
    said: list[Element | str] = []
    for source in volume.site.sources.of(fact):
        if source.passage and (place := volume.place(here, source.passage.iri)):
            where = f"{source.passage.title}, {source.passage.start}-{source.passage.end}"
            said += [" ", element("a", f"[{where}]", href=place, class_="where")]
        elif not source.passage:
            said += [" ", element("small", volume.say(f"source-{source.kind}"))]
    return element("li", *volume.fact(here, fact), *said)


def cited(volume: Volume, here: Here, line: Line, quoted: list[Passage]) -> Element:
    """Return a sentence that cites a fact, and the addresses that lead to it and to its words."""
    fact = volume.say(
        "fact",
        subject=volume.called(line.fact.subject),
        property=volume.named(line.predicate),
        value=volume.called(line.fact.object),
    )
    first = quoted[0]
    said = volume.say("page-according", fact=fact, source=volume.source(first.document), title=first.title)
    return element("p", said, " ", element("code", first.iri.value), class_="cite")


def disagreements(volume: Volume, here: Here, found: Iterable[Conflict]) -> Iterator[Element]:
    """Yield what cannot both hold of a thing, its readings side by side."""
    for count, conflict in enumerate(found, 1):
        name = f"conflict-{count}"
        yield element(
            "section",
            element("h2", volume.say("page-conflict", what=volume.called(conflict.what)), id=name),
            *sides(volume, here, conflict, "h3"),
            class_="conflict",
            aria_labelledby=name,
        )


def unsaid(volume: Volume, asked: Iterable[Gap]) -> Element | None:
    """Return what no document says of a thing, as questions."""
    questions = [element("li", gap.question) for gap in asked]
    if not questions:
        return None
    heading = element("h2", volume.say("page-unsaid"), id="unsaid")
    return element("section", heading, element("ul", *questions), class_="gaps", aria_labelledby="unsaid")


def reuse(volume: Volume, here: Here, title: str, alternates: dict[str, str]) -> Element:
    """Return how a thing is cited, its identifier, and its descriptions for programs."""
    publication = volume.site.publication
    assert here.thing is not None
    iri = here.thing.value
    said = volume.say(
        "page-citation",
        title=title,
        site=volume.title,
        publisher=publication.publisher.name,
        version=f" {publication.version}" if publication.version else "",
        date=f", {publication.released.isoformat()}" if publication.released else "",
    )
    formats = _listed(
        element("a", FORMATS[path[path.rindex(".") :]], href=way(here.stem, path), type=media)
        for media, path in alternates.items()
    )
    return element(
        "section",
        element("h2", volume.say("page-reuse"), id="reuse"),
        element("p", said, " ", element("code", iri), class_="cite"),
        element("p", volume.say("page-formats"), " ", *formats),
        class_="reuse",
        aria_labelledby="reuse",
    )
