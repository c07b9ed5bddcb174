"""
Identifiers that were published and name nothing any more: withdrawn, or replaced by others, each with the reason.

An identifier that somebody cited must not fall silent. What says so is a statement about the identifier itself, beside
the facts that were retracted; a thing that was retracted whole, and a passage that moved, say so already.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from dorsale.documents.refusals import DATE, REASON, ROLE, Refusals
from dorsale.errors import MalformedWithdrawal, Place
from dorsale.names import public
from dorsale.statements import read
from dorsale.terms import TYPE
from dorsale.workspace import Workspace

DEPRECATED, REPLACED_BY = public("owl:deprecated"), public("dcterms:isReplacedBy")
PARTS = (REASON, ROLE, DATE)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An identifier that names nothing any more: what took its place, why, in which role and when it was decided."""

    iri: NamedNode
    replaced_by: tuple[NamedNode, ...]
    reason: str
    role: str
    date: str


def withdrawals(workspace: Workspace) -> Mapping[NamedNode, Withdrawal]:
    """
    Return the identifiers that curators withdrew, and the things whose very kind was retracted, by identifier.

    Raises :class:`MalformedWithdrawal` for one without reason, role or date.
    """
    found = {}
    for one in Refusals.read(workspace).retracted.all:
        if one.fact.predicate == TYPE and isinstance(one.fact.subject, NamedNode):
            found[one.fact.subject] = Withdrawal(one.fact.subject, (), one.reason, one.role, one.date)
    path = workspace.retractions
    statements = tuple(read(path, workspace.shown(path))) if path.exists() else ()
    places: dict[NamedNode, Place] = {}
    said: dict[NamedNode, dict[NamedNode, list[NamedNode | Literal]]] = {}
    for quad, place in statements:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            said.setdefault(quad.subject, {}).setdefault(quad.predicate, []).append(quad.object)
            if quad.predicate in (DEPRECATED, REPLACED_BY):
                places.setdefault(quad.subject, place)
    for iri, place in places.items():
        parts = said[iri]
        if missing := [part.value.replace("#", "/").rsplit("/", 1)[-1] for part in PARTS if part not in parts]:
            raise MalformedWithdrawal(place=place, missing=", ".join(missing))
        replaced = sorted({one for one in parts.get(REPLACED_BY, ()) if isinstance(one, NamedNode)}, key=str)
        found[iri] = Withdrawal(iri, tuple(replaced), *(parts[part][0].value for part in PARTS))
    return found
