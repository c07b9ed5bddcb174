"""
Things by their words: which thing of the dataset an IRI, a prefixed name, a slug or a label means.

Labels are compared folded, whole, and never guessed: what could be two things is given back as two, each with what
tells it from the other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from dorsale.errors import AmbiguousName, UnknownName
from dorsale.graph.labels import Labels
from dorsale.graph.store import VIEW, Dataset
from dorsale.names import fold, prefixes, public, shorten
from dorsale.words import language, say

NAMED = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?label WHERE {
  { ?thing rdfs:label ?label } UNION { ?thing skos:altLabel ?label }
  UNION { ?thing skos:prefLabel ?label } UNION { ?thing skos:notation ?label }
}
"""
NAMES = [public(name) for name in ("rdfs:label", "skos:altLabel", "skos:prefLabel", "skos:notation")]
# Where a thing is, in the order in which a place tells most; and else the documents that speak of it.
WHERE = """
PREFIX dor: <https://w3id.org/dorsale/ontology#>
PREFIX igeo: <http://rdf.insee.fr/def/geo#>
SELECT DISTINCT ?rank ?territory WHERE {
  VALUES (?property ?rank) {
    (dor:administers 1) (dor:locatedIn 2) (dor:appliesTo 3) (dor:serves 4) (dor:within 5) (igeo:subdivisionDe 6)
    (dor:about 7)
  }
  %s ?property ?territory .
  FILTER EXISTS { ?territory a ?kind . VALUES ?kind { dor:Territory dor:Place dor:Zone } }
} ORDER BY ?rank ?territory
"""
SPOKEN_OF = """
PREFIX dor: <https://w3id.org/dorsale/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT DISTINCT ?document WHERE {
  { GRAPH ?evidence { %s ?p ?o } } UNION { GRAPH ?evidence { ?s ?q %s } }
  ?evidence a dor:Evidence ; prov:wasQuotedFrom ?document .
} ORDER BY ?document
"""
CLASSES = "SELECT ?kind WHERE { %s a ?kind } ORDER BY ?kind"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a name could mean: a thing with its classes, and its territories or else the documents that name it."""

    thing: NamedNode
    classes: tuple[NamedNode, ...]
    where: tuple[NamedNode, ...]


def named(dataset: Dataset, among: Iterable[NamedNode] | None = None) -> dict[NamedNode, list[str]]:
    """
    Return every name of every thing, with the last part of its IRI, its slug, first.

    With ``among`` only these are looked up, which for a few is far less than reading every label.
    """
    names: dict[NamedNode, list[str]] = {}
    for thing, label in dataset.rows(NAMED) if among is None else _names_of(dataset, among):
        if isinstance(thing, NamedNode) and isinstance(label, Literal):
            names.setdefault(thing, [_slug(thing)]).append(label.value)
    return names


def _names_of(dataset: Dataset, among: Iterable[NamedNode]) -> Iterator[tuple[object, object]]:
    for thing in dict.fromkeys(among):
        for name in NAMES:
            for quad in dataset.store.quads_for_pattern(thing, name, None, VIEW):
                yield thing, quad.object


def _slug(thing: NamedNode) -> str:
    return thing.value.rstrip("/").replace("#", "/").rsplit("/", 1)[-1]


def find(dataset: Dataset, words: str, among: Iterable[NamedNode] | None = None) -> list[NamedNode]:
    """
    Return the things that ``words`` name: an IRI or prefixed name means itself, else every thing of that slug or label.

    ``among`` are the only things that count; no answer and several answers are answers.
    """
    counting = None if among is None else set(among)
    if (direct := _direct(dataset, words)) is not None:
        return [direct] if counting is None or direct in counting else []
    wanted = fold(words)
    found = {
        thing
        for thing, names in (named(dataset, counting) if wanted else {}).items()
        if any(fold(name) == wanted for name in names)
    }
    found |= {thing for thing in _slugged(dataset, words) if counting is None or thing in counting}
    return sorted(found, key=lambda thing: thing.value)


def shortest(
    dataset: Dataset, things: Iterable[NamedNode], among: Iterable[NamedNode] | None = None
) -> dict[NamedNode, str]:
    """Return for each thing what :func:`find` takes for it alone: its slug where no other goes by it, else its name."""
    counting = None if among is None else set(among)
    bearers: dict[str, set[NamedNode]] = {}
    for thing, names in named(dataset, counting).items():
        for name in names:
            bearers.setdefault(fold(name), set()).add(thing)
    known, found = prefixes(dataset.base), dict[NamedNode, str]()
    for thing in things:
        slug = _slug(thing)
        others = {other for other in _slugged(dataset, slug) if counting is None or other in counting}
        alone = bearers.get(fold(slug), set()) | others == {thing}
        found[thing] = slug if alone else shorten(thing.value, known)
    return found


def the(dataset: Dataset, words: str, among: Iterable[NamedNode] | None = None) -> NamedNode:
    """
    Return the one thing that ``words`` name.

    Raises :class:`AmbiguousName` with what tells the candidates apart, or :class:`UnknownName` with the nearest names.
    """
    counting = None if among is None else list(among)
    found = [thing for thing in find(dataset, words, counting) if counting is not None or _there(dataset, thing)]
    if not found:
        raise UnknownName(words=words, nearest=", ".join(nearest(dataset, words, counting)) or "–")
    if len(found) > 1:
        candidates = tuple(candidate(dataset, thing) for thing in found)
        raise AmbiguousName(words=words, candidates=candidates, listed=_listed(dataset, candidates))
    return found[0]


def candidate(dataset: Dataset, thing: NamedNode) -> Candidate:
    """Return a thing with what tells it from another of the same name."""
    classes = tuple(kind for (kind,) in dataset.rows(CLASSES % thing))
    ranked = list(dataset.rows(WHERE % thing))
    where = [place for rank, place in ranked if rank == ranked[0][0]]
    return Candidate(thing, classes, tuple(where or (found for (found,) in dataset.rows(SPOKEN_OF % (thing, thing)))))


def _listed(dataset: Dataset, candidates: Iterable[Candidate]) -> str:
    """Return candidates a line each: the name that means it alone, its label, its class, and where it belongs."""
    labels, known = Labels(dataset, language()), prefixes(dataset.base)
    lines = [
        say(
            "candidate",
            name=shorten(one.thing.value, known),
            label=labels.label(one.thing),
            kind=", ".join(map(labels.label, one.classes)) or "–",
            where=", ".join(map(labels.label, one.where)) or "–",
        )
        for one in candidates
    ]
    return "\n  ".join(lines)


def _direct(dataset: Dataset, words: str) -> NamedNode | None:
    """Return the IRI that is written out or prefixed, if it is one."""
    words = words.strip().removeprefix("<").removesuffix(">")
    try:
        if words.startswith(("http://", "https://")):
            return NamedNode(words)
        prefix, colon, local = words.partition(":")
        known = prefixes(dataset.base)
        return NamedNode(known[prefix] + local) if colon and prefix in known else None
    except ValueError:
        # Not an IRI after all: a name may hold a colon and spaces.
        return None


def _slugged(dataset: Dataset, words: str) -> Iterable[NamedNode]:
    """Yield the things of the dataset whose slug is ``words``: those without a label have no other name."""
    if (slug := words.strip()) and not set(slug) - set("abcdefghijklmnopqrstuvwxyz0123456789-._"):
        for prefix, space in prefixes(dataset.base).items():
            if space.startswith(dataset.base) and prefix != "graph" and _there(dataset, NamedNode(space + slug)):
                yield NamedNode(space + slug)


def _there(dataset: Dataset, thing: NamedNode) -> bool:
    """Say whether the dataset says anything of a thing, or names it."""
    quads = dataset.store.quads_for_pattern
    return any(True for _ in quads(thing, None, None, VIEW)) or any(True for _ in quads(None, None, thing, VIEW))


def nearest(dataset: Dataset, words: str, among: Iterable[NamedNode] | None = None) -> list[str]:
    """Return up to three names of things that come nearest to ``words``."""
    import difflib  # it is slow to import, and a name is seldom wrong

    folded: dict[str, str] = {}
    for names in named(dataset, among).values():
        for name in names[1:]:
            folded.setdefault(fold(name), name)
    return [folded[name] for name in difflib.get_close_matches(fold(words), folded, n=3, cutoff=0.5)]
