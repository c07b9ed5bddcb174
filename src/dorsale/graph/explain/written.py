"""Explanations for programs: IRIs beside the words, offsets beside the quotations, as what JSON holds."""

from collections.abc import Callable, Iterable
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from dorsale.graph.explain.conflicts import Conflict, Reading
from dorsale.graph.explain.detail import detail, told
from dorsale.graph.explain.gaps import Gap
from dorsale.graph.explain.proof import Proof, Rule
from dorsale.graph.explain.sources import Passage, Source
from dorsale.graph.explain.thing import Profile
from dorsale.graph.labels import Labels, Term

Carried = Callable[[Passage, Term], tuple[tuple[int, int], ...]]


class Written:
    """Writes explanations; ``carried`` tells which words of a passage carry a term."""

    def __init__(self, labels: Labels, carried: Carried) -> None:
        self.labels = labels
        self.carried = carried

    def profile(self, found: Profile) -> dict[str, Any]:
        """Return what is known of a thing."""
        groups = [
            {
                "group": group,
                "lines": [
                    {
                        "property": self.term(line.predicate),
                        "inverse": line.inverse,
                        "value": self.term(line.value),
                        "sources": self.sources(line.sources, line.value),
                        **({"rule": self.rule(line.rule)} if line.rule else {}),
                    }
                    for line in lines
                ],
            }
            for group, lines in found.groups
        ]
        return {"thing": self.term(found.thing), "groups": groups}

    def proof(self, found: Proof) -> dict[str, Any]:
        """Return why a fact holds, down to the passages."""
        written: dict[str, Any] = {"fact": self.fact(found.fact)}
        if found.rule is None:
            return written | {"stated": self.sources(found.sources, found.fact.object)}
        return written | {"rule": self.rule(found.rule), "premises": [self.proof(one) for one in found.premises]}

    def conflict(self, found: Conflict) -> dict[str, Any]:
        """Return what cannot both hold."""
        tongue = self.labels.language
        written: dict[str, Any] = {
            "pattern": found.pattern.name,
            "title": found.pattern.title[tongue],
            "reason": found.pattern.reason[tongue],
            "thing": self.term(found.thing),
            "what": self.term(found.what),
            "readings": [self.reading(reading) for reading in found.readings],
        }
        if (decided := found.preference) is not None and found.preferred is not None:
            written["preferred"] = {
                "reading": found.readings.index(found.preferred),
                "preference": decided.iri.value,
                "reason": decided.reason,
                "role": decided.role,
                "date": decided.date,
            }
        return written

    def gap(self, found: Gap) -> dict[str, Any]:
        """Return a question that no document answers."""
        return {
            "question": found.question,
            "severity": found.severity.value,
            "thing": self.term(found.thing),
            "askedBy": found.asked_by.value,
            "documents": [self.term(document) for document in found.documents],
            "passages": [self.passage(passage) for passage in found.passages],
        }

    def reading(self, found: Reading) -> dict[str, Any]:
        """Return one side of a conflict, its values as its passages tell them."""
        among = [passage.iri for passage in found.passages]
        return {
            "values": [self.term(value, among) for value in found.values],
            "passages": [self.passage(passage, found.values) for passage in found.passages],
        }

    def fact(self, fact: Triple) -> dict[str, Any]:
        """Return a triple with its words."""
        subject, predicate, value = fact.subject, fact.predicate, fact.object
        return {"subject": self.term(subject), "property": self.term(predicate), "object": self.term(value)}

    def term(self, term: Term, among: Iterable[NamedNode] | None = None) -> dict[str, Any]:
        """Return a term with its words; a sum or a figure as all passages, or those of ``among``, tell it."""
        if isinstance(term, Literal):
            kind = {"language": term.language} if term.language else {"datatype": term.datatype.value}
            return {"value": term.value, **kind, "words": self.labels.said(term)}
        found = detail(self.labels.dataset, term, None if among is None else tuple(among))
        words = told(self.labels, found) if found else self.labels.said(term)
        return {"iri": getattr(term, "value", str(term)), "words": words}

    def sources(self, sources: Iterable[Source], value: Term) -> list[dict[str, Any]]:
        """Return who says a fact of this value."""
        return [
            {"kind": source.kind, **(self.passage(source.passage, (value,)) if source.passage else {})}
            for source in sources
        ]

    def passage(self, passage: Passage, values: Iterable[Term] = ()) -> dict[str, Any]:
        """Return a passage; ``carrying`` are the offsets, in it, of the words that carry these values."""
        spans = sorted({span for value in values for span in self.carried(passage, value)})
        return {
            "passage": passage.iri.value,
            "document": passage.document.value,
            "title": passage.title,
            "start": passage.start,
            "end": passage.end,
            "exact": passage.exact,
            "carrying": [list(span) for span in spans],
            **({"readWith": [self.passage(other, values) for other in passage.read_with]} if passage.read_with else {}),
        }

    def rule(self, rule: Rule) -> dict[str, Any]:
        """Return a rule."""
        return {"name": rule.name, "title": rule.title[self.labels.language]}
