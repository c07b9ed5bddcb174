"""
What cannot both hold: figures, dates, roles that passages say differently, side by side.

What a conflict is stands in SPARQL files, a pattern each, so that a new one needs no Python. Nothing is resolved: a
curator may say which reading is preferred, why, in which role and when, and that is shown beside the conflict.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions

from dorsale.errors import Place, PreferenceFault, QueryHeader
from dorsale.graph.explain.sources import Passage, Sources
from dorsale.graph.header import Header
from dorsale.graph.labels import Term
from dorsale.graph.store import Change, Dataset, engine
from dorsale.graph.validate import bearing
from dorsale.names import dor, prefixes, public, shorten
from dorsale.statements import read

COLUMNS = ("thing", "what", "one", "evidenceOne", "two", "evidenceTwo")
# Where the pattern of a query begins.
WHERE = re.compile(r"\bWHERE\s*\{", re.IGNORECASE)
NEEDED_KEYS = ("title", "reason", "columns")
PREFERENCE, PREFERS = dor("Preference"), dor("prefers")
SUBJECT, PREDICATE = public("rdf:subject"), public("rdf:predicate")
REASON, ROLE, DATE = dor("reason"), dor("role"), public("dcterms:date")
TYPE = public("rdf:type")
NEEDED = (TYPE, SUBJECT, PREDICATE, PREFERS, REASON, ROLE, DATE)


@dataclass(frozen=True, slots=True)
class Pattern:
    """
    A kind of conflict: a query that finds it, with what it is and why both cannot hold.

    The values of a column of ``together`` that one passage says hold jointly, and are one reading.
    """

    name: str
    text: str
    place: Place
    title: Mapping[str, str]
    reason: Mapping[str, str]
    together: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What some passages say, where others say something else."""

    values: tuple[Term, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Preference:
    """A curator's decision which passage to follow about one property or figure of one thing."""

    iri: NamedNode
    thing: NamedNode
    what: NamedNode
    passages: frozenset[NamedNode]
    reason: str
    role: str
    date: str
    place: Place


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two readings of one thing that cannot both hold; ``preferred`` is that of a curator, where there is one."""

    pattern: Pattern
    thing: NamedNode
    what: NamedNode
    readings: tuple[Reading, Reading]
    preference: Preference | None = None
    preferred: Reading | None = None


def patterns(folder: Path, shown: Path) -> tuple[Pattern, ...]:
    """
    Return the patterns of a folder, by name; ``shown`` is how messages name it.

    Raises :class:`QueryHeader` with the line of the header that is wrong.
    """
    return tuple(_pattern(path, shown / path.name) for path in sorted(folder.glob("*.rq")))


def _pattern(path: Path, shown: Path) -> Pattern:
    header = Header.open(path, shown, NEEDED_KEYS, ("together",))
    if header.names("columns") != COLUMNS:
        raise header.wrong("columns", f"[{', '.join(COLUMNS)}]")
    together = frozenset(header.names("together", ("one", "two")))
    return Pattern(
        path.stem, header.text, header.place, header.bilingual("title"), header.bilingual("reason"), together
    )


def preferences(file: Path, shown: Path) -> tuple[Preference, ...]:
    """
    Return the preferences of a file; where there is no file there are none.

    Raises :class:`PreferenceFault` with the place of a preference that lacks a part, and of what is none.
    """
    if not file.is_file():
        return ()
    said: dict[object, dict[NamedNode, list[Term]]] = {}
    places: dict[object, Place] = {}
    for quad, place in read(file, shown):
        said.setdefault(quad.subject, {}).setdefault(quad.predicate, []).append(quad.object)
        places.setdefault(quad.subject, place)
    return tuple(_preference(subject, values, places[subject]) for subject, values in said.items())


def _preference(subject: object, said: Mapping[NamedNode, list[Term]], place: Place) -> Preference:
    known = prefixes()
    for predicate in NEEDED:
        values = said.get(predicate, [])
        kind = Literal if predicate in (REASON, ROLE, DATE) else NamedNode
        one = predicate == PREFERS or len(values) == 1
        if not values or not one or not all(isinstance(value, kind) for value in values):
            raise PreferenceFault(place=place, reason=shorten(predicate.value, known))
    for predicate in said.keys() - set(NEEDED):
        raise PreferenceFault(place=place, reason=shorten(predicate.value, known))
    if said[TYPE] != [PREFERENCE] or not isinstance(subject, NamedNode):
        raise PreferenceFault(place=place, reason=shorten(PREFERENCE.value, known))
    reason, role, date = (getattr(said[predicate][0], "value", "") for predicate in (REASON, ROLE, DATE))
    thing, what, passages = _node(said[SUBJECT][0]), _node(said[PREDICATE][0]), frozenset(map(_node, said[PREFERS]))
    return Preference(subject, thing, what, passages, reason, role, date, place)


def conflicts(dataset: Dataset, looked: Iterable[Pattern], decided: Iterable[Preference] = ()) -> tuple[Conflict, ...]:
    """
    Return what the patterns find, in their order and then in that of the documents; each pair of readings once.

    A preference belongs to the conflict of its thing and of its property, or indicator, in which its passages are
    those of one reading alone.
    """
    sources, kept = Sources(dataset), tuple(decided)
    return tuple(found for pattern in looked for found in _found(dataset, pattern, sources, kept))


def brought(before: Dataset, after: Dataset, change: Change | None, looked: Iterable[Pattern]) -> tuple[Conflict, ...]:
    """
    Return the conflicts that one dataset has beside those of the one before.

    Where the change between them is told, only what it can bear on is looked at.
    """
    sources, found = Sources(after), list[Conflict]()
    for pattern in looked:
        known = None if change is None else bearing(after, change, pattern.text, ("one", "two", "thing"))
        if known is None or any(known.values()):
            there = {_readings(key) for key in _merged(before, pattern, known)}
            for one in _found(after, pattern, sources, (), known):
                left, right = one.readings
                if _readings((one.thing, one.what, left.values, right.values)) not in there:
                    found.append(one)
    return tuple(found)


def _readings(key: "Key") -> tuple[NamedNode, NamedNode, frozenset["Values"]]:
    thing, what, *sides = key
    return thing, what, frozenset(sides)


def _found(
    dataset: Dataset,
    pattern: Pattern,
    sources: Sources,
    decided: tuple[Preference, ...],
    known: Mapping[str, Iterable[Term]] | None = None,
) -> list[Conflict]:
    found = []
    for (thing, what, *sides), evidence in _merged(dataset, pattern, known).items():
        readings = [
            Reading(values, tuple(sorted((sources.passage(one) for one in passages), key=lambda one: one.place)))
            for values, passages in zip(sides, evidence, strict=True)
        ]
        readings.sort(key=_places)
        found.append(_decided(Conflict(pattern, thing, what, (readings[0], readings[1])), decided))
    return sorted(found, key=lambda conflict: [place for reading in conflict.readings for place in _places(reading)])


Values = tuple[Term, ...]
Key = tuple[NamedNode, NamedNode, Values, Values]


def _merged(
    dataset: Dataset, pattern: Pattern, known: Mapping[str, Iterable[Term]] | None = None
) -> dict[Key, tuple[set[NamedNode], set[NamedNode]]]:
    """
    Return the passages of each pair of readings: what one passage says jointly is one, whoever says it again.

    Where something is ``known`` of variables, only rows in which one of them has one of these values are asked for.
    """
    joint: dict[tuple[Any, ...], tuple[set[Term], set[Term]]] = {}
    for row in _rows(dataset, pattern, known):
        thing, what, one, evidence_one, two, evidence_two = (row[column] for column in COLUMNS)
        alone = [value for name, value in (("one", one), ("two", two)) if name not in pattern.together]
        ones, twos = joint.setdefault((thing, what, evidence_one, evidence_two, *alone), (set(), set()))
        ones.add(one)
        twos.add(two)
    merged: dict[Key, tuple[set[NamedNode], set[NamedNode]]] = {}
    for (thing, what, evidence_one, evidence_two, *_), (ones, twos) in joint.items():
        left, right = (tuple(sorted(side, key=str)) for side in (ones, twos))
        if (thing, what, right, left) in merged:
            left, right, evidence_one, evidence_two = right, left, evidence_two, evidence_one
        there = merged.setdefault((thing, what, left, right), (set(), set()))
        there[0].add(evidence_one)
        there[1].add(evidence_two)
    return merged


def _rows(dataset: Dataset, pattern: Pattern, known: Mapping[str, Iterable[Term]] | None) -> Iterator[Any]:
    """Yield what a pattern finds; what its columns are not, is a fault of its header."""
    texts = [pattern.text]
    if known is not None:
        begin = WHERE.search(pattern.text)
        head, rest = (pattern.text[: begin.end()], pattern.text[begin.end() :]) if begin else (pattern.text, "")
        named = {name: [one for one in some if not isinstance(one, BlankNode)] for name, some in known.items()}
        values = {name: " ".join(sorted(map(str, some))) for name, some in named.items() if some}
        texts = [f"{head} VALUES ?{name} {{ {some} }}{rest}" for name, some in values.items()]
    for text in texts:
        solutions = dataset.query(text, pattern.place, prefixes(dataset.base))
        if not isinstance(solutions, QuerySolutions) or {one.value for one in solutions.variables} != set(COLUMNS):
            raise QueryHeader(place=pattern.place, reason="SELECT " + " ".join(f"?{column}" for column in COLUMNS))
        with engine():
            yield from solutions


def _places(reading: Reading) -> list[tuple[str, int, int]]:
    return [passage.place for passage in reading.passages]


def _decided(conflict: Conflict, decided: Iterable[Preference]) -> Conflict:
    """Return a conflict with the preference of a curator that belongs to it."""
    for preference in decided:
        if (preference.thing, preference.what) == (conflict.thing, conflict.what):
            preferred = [
                reading
                for reading in conflict.readings
                if preference.passages & {passage.iri for passage in reading.passages}
            ]
            if len(preferred) == 1:
                return replace(conflict, preference=preference, preferred=preferred[0])
    return conflict


def _node(term: object) -> NamedNode:
    assert isinstance(term, NamedNode)
    return term
