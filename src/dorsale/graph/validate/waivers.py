"""
What curators accept although a shape refuses it: known exceptions, each with its reason and the day when it ends.

A waiver holds for one shape and one thing, and if it says so for one property and one value. The result stays in the
report, as waived. A waiver that has ended lets nothing in, and one that meets nothing is to be removed: both warn.
"""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from dorsale.errors import MalformedWaiver, Place, UnknownShape
from dorsale.graph.validate.paths import Path as PropertyPath
from dorsale.graph.validate.report import Report, Result, Severity
from dorsale.graph.validate.state import Term
from dorsale.names import SHAPE, dor, prefixes, public, shorten
from dorsale.statements import read
from dorsale.words import LANGUAGES, say

SHAPES = {public("sh:NodeShape"), public("sh:PropertyShape")}
TYPE, WAIVER, WAIVES = public("rdf:type"), dor("Waiver"), dor("waives")
SUBJECT, PREDICATE, OBJECT = (public(f"rdf:{part}") for part in ("subject", "predicate", "object"))
REASON, ROLE, DATE, EXPIRES = dor("reason"), dor("role"), public("dcterms:date"), public("schema:expires")
NEEDED = (WAIVES, SUBJECT, REASON, ROLE, DATE, EXPIRES)
ONE = (WAIVES, SUBJECT, PREDICATE, OBJECT, DATE, EXPIRES)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A curator's decision that one thing need not respect one shape; ``expires`` is the last day on which it holds."""

    iri: NamedNode
    shape: NamedNode
    focus: NamedNode
    property: NamedNode | None
    value: Term | None
    reason: str
    role: str
    decided: date
    expires: date
    place: Place

    def covers(self, result: Result) -> bool:
        """Say whether it is about this result."""
        return (
            (self.shape, self.focus) == (result.shape, result.focus)
            and (self.property is None or self.property in _along(result.path))
            and (self.value is None or self.value == result.value)
        )

    def to_json(self) -> dict[str, str]:
        """Return who decided what, why and until when, as plain values."""
        said = {"iri": self.iri.value, "reason": self.reason, "role": self.role}
        return {**said, "date": self.decided.isoformat(), "expires": self.expires.isoformat(), "place": str(self.place)}


def _along(path: PropertyPath | None) -> Iterator[NamedNode]:
    """Yield the properties that a path is made of."""
    if isinstance(path, NamedNode):
        yield path
    elif path is not None:
        for part in path.parts:
            yield from _along(part)


def waivers(file: Path, shown: Path, shapes: Iterable[Triple]) -> tuple[Waiver, ...]:
    """
    Return the waivers of a file, none when there is no file; ``shapes`` says which shapes there are.

    Raises :class:`MalformedWaiver` for one that lacks a part or has no date where one stands, :class:`UnknownShape` for
    one of a shape that does not exist.
    """
    if not file.exists():
        return ()
    said: dict[NamedNode | BlankNode, dict[NamedNode, list[Term]]] = {}
    places: dict[NamedNode | BlankNode, Place] = {}
    for quad, place in read(file, shown):
        assert isinstance(quad.subject, NamedNode | BlankNode)
        assert isinstance(quad.object, NamedNode | BlankNode | Literal)
        said.setdefault(quad.subject, {}).setdefault(quad.predicate, []).append(quad.object)
        places.setdefault(quad.subject, place)
    known = declared(shapes)
    return tuple(
        _waiver(subject, parts, places[subject], known)
        for subject, parts in said.items()
        if WAIVER in parts.get(TYPE, ()) or WAIVES in parts
    )


def _waiver(
    iri: NamedNode | BlankNode, said: dict[NamedNode, list[Term]], place: Place, shapes: frozenset[NamedNode]
) -> Waiver:
    parts = {part: values[0] for part, values in said.items()}
    missing = [part for part in (TYPE, *NEEDED) if part not in parts]
    # Two things would be two exceptions: each is decided for itself.
    missing += [part for part in ONE if len(said.get(part, ())) > 1]
    shape, focus, along = parts.get(WAIVES), parts.get(SUBJECT), parts.get(PREDICATE)
    made, expires = _day(parts.get(DATE)), _day(parts.get(EXPIRES))
    missing += [
        part
        for part, fits in (
            (WAIVES, isinstance(shape, NamedNode)),
            (SUBJECT, isinstance(focus, NamedNode)),
            (PREDICATE, along is None or isinstance(along, NamedNode)),
            (DATE, made),
            (EXPIRES, expires),
        )
        if not fits and part not in missing
    ]
    if missing or not isinstance(iri, NamedNode):
        names = [shorten(part.value, prefixes()) for part in missing]
        raise MalformedWaiver(place=place, missing=", ".join(names) or "IRI")
    assert isinstance(shape, NamedNode)
    assert isinstance(focus, NamedNode)
    assert along is None or isinstance(along, NamedNode)
    assert made is not None
    assert expires is not None
    if shape not in shapes:
        raise UnknownShape(place=place, shape=shorten(shape.value, prefixes()), nearest=nearest(shape.value, shapes))
    reason, role = parts[REASON].value, parts[ROLE].value
    return Waiver(iri, shape, focus, along, parts.get(OBJECT), reason, role, made, expires, place)


def _day(term: Term | None) -> date | None:
    """Return the day that a literal names, if it names one."""
    try:
        return date.fromisoformat(term.value) if isinstance(term, Literal) else None
    except ValueError:
        return None


def declared(shapes: Iterable[Triple]) -> frozenset[NamedNode]:
    """Return the shapes that triples declare, by their names."""
    named = (triple.subject for triple in shapes if triple.predicate == TYPE and triple.object in SHAPES)
    return frozenset(name for name in named if isinstance(name, NamedNode))


def nearest(name: str, shapes: Iterable[NamedNode]) -> str:
    """Return the prefixed names of the shapes that are spelt most like a name, or a dash."""
    names = {shape.value: shorten(shape.value, prefixes()) for shape in shapes}
    name = name if name.startswith(SHAPE) else SHAPE + name.removeprefix("shape:")
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    return ", ".join(names[iri] for iri in close) or "–"


def waived(report: Report, given: Iterable[Waiver], today: date) -> Report:
    """
    Return a report in which what a waiver covers counts as waived.

    A waiver whose last day is past, and one that covers nothing, is a Warning at its place.
    """
    given = tuple(given)
    holding = [waiver for waiver in given if today <= waiver.expires]
    results, used = [], set[Waiver]()
    for result in report.results:
        waiver = next((waiver for waiver in holding if waiver.covers(result)), None)
        results.append(replace(result, waiver=waiver))
        used.update([waiver] if waiver else [])
    idle = [_warning("waiver-expired", waiver) for waiver in given if waiver.expires < today]
    idle += [_warning("waiver-unused", waiver) for waiver in holding if waiver not in used]
    return replace(report, results=(*results, *idle))


def _warning(rule: str, waiver: Waiver) -> Result:
    """Return that a waiver does nothing; its messages are the sentence ``rule`` of ``words/``."""
    name, known = NamedNode(SHAPE + rule), prefixes()
    facts = {"shape": shorten(waiver.shape.value, known), "expires": waiver.expires.isoformat()}
    messages = {tongue: say(rule, tongue, **facts) for tongue in LANGUAGES}
    return Result(waiver.iri, Severity.WARNING, name, name, messages, place=waiver.place)
