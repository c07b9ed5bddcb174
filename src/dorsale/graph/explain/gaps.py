"""
What the graph would like to know and no document says: the results of shapes that only warn or remark, and what kept a
figure from being computed, as questions.

A shape asks its own question (``dor:question``), so that a new one needs no Python. Each gap names the passages that
speak of the thing: there nobody said it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from dorsale.graph.explain.detail import ABOUT, TYPE, UNCOMPUTED, detail, told
from dorsale.graph.explain.sources import QUOTED_FROM, Passage, Sources
from dorsale.graph.labels import Labels, Term
from dorsale.graph.store import VIEW, Dataset
from dorsale.graph.validate import Report, Result, Severity
from dorsale.names import dor, public
from dorsale.words import say

QUESTION, LABEL, DERIVED_FROM = dor("question"), public("rdfs:label"), public("prov:wasDerivedFrom")
DOCUMENT, COULD_BE, MISSING = dor("Document"), dor("couldBe"), dor("missingCondition")
# As in the messages of shapes.
VARIABLE = re.compile(r"\{[$?](\w+)\}")


@dataclass(frozen=True, slots=True)
class Gap:
    """
    A question that no document answers, of which thing, and the passages that speak of it without saying so.

    ``asked_by`` is the shape, or the class of what could not be computed; ``near`` are the things at the other end of
    a fact of this one; ``documents`` are those of the passages, or the thing itself.
    """

    thing: NamedNode
    question: str
    severity: Severity
    asked_by: NamedNode
    passages: tuple[Passage, ...]
    documents: tuple[NamedNode, ...]
    near: frozenset[NamedNode]

    def concerns(self, thing: NamedNode) -> bool:
        """Say whether it is of a thing, or of one that a fact ties to it."""
        return thing == self.thing or thing in self.near


def questions(shapes: Iterable[Triple]) -> dict[NamedNode, dict[str, str]]:
    """Return the question of each shape that asks one, by language."""
    asked: dict[NamedNode, dict[str, str]] = {}
    for triple in shapes:
        if (
            triple.predicate == QUESTION
            and isinstance(triple.object, Literal)
            and isinstance(triple.subject, NamedNode)
        ):
            asked.setdefault(triple.subject, {})[triple.object.language or ""] = triple.object.value
    return asked


def documents(dataset: Dataset) -> tuple[NamedNode, ...]:
    """Return the documents of a dataset, for who asks about one of them."""
    found = (quad.subject for quad in dataset.store.quads_for_pattern(None, TYPE, DOCUMENT, VIEW))
    return tuple(document for document in found if isinstance(document, NamedNode))


def gaps(labels: Labels, report: Report, asked: Mapping[NamedNode, Mapping[str, str]]) -> tuple[Gap, ...]:
    """
    Return what the dataset of ``labels`` lacks, in their language: by document, the more serious first, then by thing.

    ``report`` is that of its validation; what a curator waived is not asked for.
    """
    finder = _Finder(labels)
    found = [*finder.lacking(report, asked), *finder.uncomputed()]
    return tuple(sorted(dict.fromkeys(found), key=_order))


def _order(gap: Gap) -> tuple[bool, list[str], int, str, str]:
    documents = [document.value for document in gap.documents]
    return not documents, documents, list(Severity).index(gap.severity), gap.thing.value, gap.question


class _Finder:
    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.dataset = labels.dataset
        self.sources = Sources(labels.dataset)

    def lacking(self, report: Report, asked: Mapping[NamedNode, Mapping[str, str]]) -> Iterator[Gap]:
        """Yield the questions of the shapes that warn or remark."""
        for result in report.results:
            if result.severity is Severity.VIOLATION or result.waiver or not isinstance(result.focus, NamedNode):
                continue
            if isinstance(result.shape, NamedNode) and result.shape in asked:
                question = self._filled(asked[result.shape], result)
                yield self._gap(result.focus, question, result.severity, result.shape, self._near(result.focus))

    def _filled(self, templates: Mapping[str, str], result: Result) -> str:
        """Return the question of a shape about a thing, in the language or the one that there is."""
        path = result.path if isinstance(result.path, NamedNode) else None
        words = {"this": result.focus, "value": result.value, "path": path}
        template = templates.get(self.labels.language) or next(iter(templates.values()))
        return VARIABLE.sub(lambda found: self.called(term) if (term := words.get(found[1])) else "–", template)

    def uncomputed(self) -> Iterator[Gap]:
        """Yield what would have to be known of two figures for a third to follow from them."""
        for quad in self.dataset.store.quads_for_pattern(None, TYPE, UNCOMPUTED, VIEW):
            assert isinstance(quad.subject, NamedNode)
            figures = sorted(self._objects(quad.subject, DERIVED_FROM), key=str)
            things = {thing for figure in figures for thing in self._objects(figure, ABOUT[dor("Observation")])}
            question = say(
                "gap-uncomputed",
                self.labels.language,
                rate=", ".join(map(self.called, self._objects(quad.subject, COULD_BE))),
                figures=" + ".join(f"« {self.called(figure)} »" for figure in figures),
                missing=" ; ".join(sorted(map(self.labels.said, self._missing(quad.subject)))),
            )
            near = frozenset(one for one in (*figures, *things) if isinstance(one, NamedNode))
            yield self._gap(quad.subject, question, Severity.INFO, UNCOMPUTED, near, figures)

    def _missing(self, pair: NamedNode) -> list[Any]:
        """Return the missing conditions in the language, or in all that there are."""
        said = self._objects(pair, MISSING)
        own = [one for one in said if isinstance(one, Literal) and one.language == self.labels.language]
        return own or said

    def _gap(
        self,
        thing: NamedNode,
        question: str,
        severity: Severity,
        asked_by: NamedNode,
        near: frozenset[NamedNode],
        told_by: Iterable[Term] = (),
    ) -> Gap:
        passages = {passage for one in (*told_by, thing) for passage in self._speaking(one)}
        documents = {passage.document for passage in passages}
        documents |= {thing} if DOCUMENT in self._objects(thing, TYPE) else set()
        return Gap(
            thing,
            question,
            severity,
            asked_by,
            tuple(sorted(passages, key=lambda passage: passage.place)),
            tuple(sorted(documents, key=lambda document: document.value)),
            near,
        )

    def _speaking(self, thing: Term) -> Iterator[Passage]:
        """Yield the passages that state a fact of a thing, be it the subject or the object."""
        quads = self.dataset.store.quads_for_pattern
        assert isinstance(thing, NamedNode)
        graphs = {quad.graph_name for pattern in ((thing, None, None), (None, None, thing)) for quad in quads(*pattern)}
        for graph in graphs:
            if isinstance(graph, NamedNode) and any(True for _ in quads(graph, QUOTED_FROM, None, VIEW)):
                yield self.sources.passage(graph)

    def _near(self, thing: NamedNode) -> frozenset[NamedNode]:
        quads = self.dataset.store.quads_for_pattern
        ends = [quad.object for quad in quads(thing, None, None, VIEW) if quad.predicate != TYPE]
        ends += [quad.subject for quad in quads(None, None, thing, VIEW)]
        return frozenset(end for end in ends if isinstance(end, NamedNode))

    def _objects(self, thing: Any, predicate: NamedNode) -> list[Any]:
        return [quad.object for quad in self.dataset.store.quads_for_pattern(thing, predicate, None, VIEW)]

    def called(self, term: Term) -> str:
        """Return a thing by its label, and a sum, a figure or a function that has none by what tells it."""
        found = None if self._objects(term, LABEL) else detail(self.dataset, term)
        return told(self.labels, found) if found else self.labels.said(term)
