"""
What curators refused: facts that were proposed, each with its passage and the reason, so that none is proposed again.

A fact that was accepted and is stated no more is refused like the others: it was retracted, and does not come back.

A refusal holds for its passage: what overlaps it in the same document and states the same is refused, too, since
sentences are not cut the same way for ever. A value is refused whatever its node is called: names of figures and sums
come from what is said around them, and change with what is known.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from dorsale.documents.facts import END, EVIDENCE, EXACT, QUOTED_FROM, START, Facts, Passage
from dorsale.errors import MalformedRefusal
from dorsale.names import dor, mint, prefixes, public
from dorsale.statements import read
from dorsale.terms import TYPE
from dorsale.turtle import appended, blocks
from dorsale.workspace import Workspace

REFUSAL, RETRACTION, REFUSES = (dor(name) for name in ("Refusal", "Retraction", "refuses"))
REASON, ROLE = dor("reason"), dor("role")
DATE = public("dcterms:date")
FACT = tuple(public(f"rdf:{part}") for part in ("subject", "predicate", "object"))
PARTS = (REFUSES, *FACT, REASON, ROLE, DATE)
HEADS = {
    REFUSAL: "# Facts that were proposed and that a curator refused, with the reason: they are not proposed again.\n",
    RETRACTION: "# Facts that were accepted and that a curator retracted, with the reason: they do not come back.\n",
}


@dataclass(frozen=True, slots=True)
class Declined:
    """A fact that a curator refused, or ``retracted``: of which passage, why, in which role, when."""

    passage: Passage
    fact: Triple
    reason: str
    role: str
    date: str
    retracted: bool = False


@dataclass(frozen=True)
class Refusals:
    """What curators refused, in the order of its file."""

    all: tuple[Declined, ...] = ()

    @classmethod
    def read(cls, workspace: Workspace) -> "Refusals":
        """Return the refusals of a workspace, and its retractions after them; raises :class:`MalformedRefusal`."""
        files = (workspace.refusals, workspace.retractions)
        return cls(tuple(one for file in files for one in cls.open(file, workspace.shown(file), workspace.base).all))

    @classmethod
    def open(cls, path: Path, shown: Path, base: str) -> "Refusals":
        """
        Return the refusals of a file, none when there is no file.

        Raises :class:`MalformedRefusal` for one without passage, fact, reason, role or date.
        """
        if not path.exists():
            return cls()
        facts = Facts.gather(read(path, shown), base)
        said: dict[NamedNode, dict[NamedNode, NamedNode | Literal]] = {}
        found = []
        for statement in facts.statements:
            quad = statement.quad
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
                said.setdefault(quad.subject, {})[quad.predicate] = quad.object
        for statement in facts.statements:
            quad = statement.quad
            if quad.predicate != TYPE or quad.object not in HEADS or not isinstance(quad.subject, NamedNode):
                continue
            parts = said[quad.subject]
            missing = [part.value.replace("#", "/").rsplit("/", 1)[-1] for part in PARTS if part not in parts]
            passage = facts.passages.get(parts[REFUSES]) if isinstance(parts.get(REFUSES), NamedNode) else None  # type: ignore[arg-type]
            if missing or passage is None:
                raise MalformedRefusal(place=statement.place, missing=", ".join(missing) or "oa:exact")
            subject, predicate, object_ = (parts[part] for part in FACT)
            if not isinstance(subject, NamedNode) or not isinstance(predicate, NamedNode):
                raise MalformedRefusal(place=statement.place, missing="rdf:subject, rdf:predicate")
            reason, role, when = (parts[part].value for part in (REASON, ROLE, DATE))
            fact = Triple(subject, predicate, object_)
            found.append(Declined(passage, fact, reason, role, when, quad.object == RETRACTION))
        return cls(tuple(found))

    @property
    def retracted(self) -> "Refusals":
        """Those of facts that had been accepted."""
        return Refusals(tuple(one for one in self.all if one.retracted))

    @cached_property
    def _by_fact(self) -> dict[tuple[object, ...], list[Passage]]:
        by_fact: dict[tuple[object, ...], list[Passage]] = {}
        for one in self.all:
            by_fact.setdefault(_key(one.passage, one.fact), []).append(one.passage)
        return by_fact

    def hold(self, passage: Passage, fact: Triple) -> bool:
        """Say whether a fact of a passage was refused."""
        refused = self._by_fact.get(_key(passage, fact), ())
        return any(one.start < passage.end and passage.start < one.end for one in refused)


def _key(passage: Passage, fact: Triple) -> tuple[object, ...]:
    """Return what two facts of one document have in common when they state the same."""
    subject = fact.subject
    if isinstance(fact.object, Literal) and isinstance(subject, NamedNode):
        return (passage.document, subject.value.rsplit("/", 1)[0], fact.predicate, fact.object)
    return (passage.document, subject, fact.predicate, fact.object)


def remembered(
    before: str,
    refused: Iterable[tuple[Passage, Triple]],
    base: str,
    reason: str,
    role: str,
    kind: NamedNode = REFUSAL,
) -> str:
    """
    Return a file of refusals with some more at its end, dated today; ``before`` is the file as it is, perhaps empty.

    ``kind`` is what they are: refusals, or retractions.

    What the file has already is not written twice.
    """
    by_passage: dict[Passage, list[Triple]] = {}
    name = "retraction" if kind == RETRACTION else "refusal"
    for passage, fact in refused:
        by_passage.setdefault(passage, []).append(fact)
    known = prefixes(base)
    today = Literal(date.today().isoformat(), datatype=public("xsd:date"))
    lines: list[Triple] = []
    for passage, facts in by_passage.items():
        slug = passage.document.value.removeprefix(f"{base}document/")
        if re.fullmatch(r"[a-z][a-z0-9-]*", slug):
            known[slug] = f"{base}evidence/{slug}/"
        lines += [
            Triple(passage.iri, TYPE, EVIDENCE),
            Triple(passage.iri, QUOTED_FROM, passage.document),
            *(
                Triple(passage.iri, offset, Literal(str(at), datatype=public("xsd:integer")))
                for offset, at in ((START, passage.start), (END, passage.end))
            ),
            Triple(passage.iri, EXACT, Literal(passage.exact)),
        ]
        first = 1 + len(re.findall(rf"\b{name}:{re.escape(slug)}-{passage.start}-{passage.end}-\d+ a ", before))
        for number, fact in enumerate(facts, first):
            refusal = mint(base, name, slug, str(passage.start), str(passage.end), str(number))
            lines += [Triple(refusal, TYPE, kind), Triple(refusal, REFUSES, passage.iri)]
            lines += [
                Triple(refusal, part, term)
                for part, term in zip(FACT, (fact.subject, fact.predicate, fact.object), strict=True)
            ]
            lines += [
                Triple(refusal, REASON, Literal(reason, language="fr")),
                Triple(refusal, ROLE, Literal(role, language="fr")),
                Triple(refusal, DATE, today),
            ]
    body = "\n\n".join(blocks(lines, known)) + "\n"
    return appended(before or HEADS[kind], body, known)
