"""
Would these facts be accepted? A change is tried on a copy of the dataset in use, and nothing is changed.

The gates stand in this order: the files parse, their terms are declared, their quotations stand where they say and
carry the facts, the shapes are met; last come the conflicts, which refuse nothing. Only what the change can affect is
derived and checked again, so that a hundred new facts cost the same whatever the dataset holds.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from dorsale.build import (
    Step,
    excepted,
    known,
    named_territories,
    places,
    require_lawful,
    rules_of,
    shapes,
    standing,
    triple_of,
    verdict,
)
from dorsale.documents.authority import Reference
from dorsale.documents.facts import (
    END,
    EVIDENCE,
    EXACT,
    QUOTED_FROM,
    START,
    Facts,
    Moved,
    authority_graph,
    evidence_graph,
    moved,
)
from dorsale.documents.proof import Refusal, called, prove
from dorsale.errors import FactNotHeld, NothingToCheck, Place, UnknownTerritory
from dorsale.graph.derive import Rule, derive, follow
from dorsale.graph.explain import Conflict, brought, patterns
from dorsale.graph.store import Change, Dataset, Shelf
from dorsale.graph.validate import Report, Result, Severity, validate, validate_change
from dorsale.held import held, passages
from dorsale.names import CODE, SHAPE, prefixes, public, shorten
from dorsale.statements import Statement, in_graph, read
from dorsale.terms import TYPE, Terms, Unknown
from dorsale.words import LANGUAGES, say
from dorsale.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Trial:
    """
    What a change would do to what the shapes say of the dataset.

    ``report`` has what it causes, beside what the gates before the shapes refuse; ``already`` is what was there and
    stays, ``mended`` what goes. ``conflicts`` are those that it brings, which refuse nothing; ``change`` is the whole
    of it, with what follows, and ``dataset`` the copy that it was tried on.
    """

    report: Report
    dataset: Dataset
    already: tuple[Result, ...] = ()
    mended: tuple[Result, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    change: Change = field(default_factory=Change)


@contextmanager
def trial(
    workspace: Workspace, files: Iterable[Path] = (), removed: Iterable[Path] = (), step: Step = lambda _: None
) -> Iterator[Trial]:
    """
    Give what would be if the dataset had the statements of ``files`` and had not those of ``removed``.

    Unknown terms, unknown territories, quotations that stand elsewhere and facts that their passages do not carry are
    results beside those of the shapes. Statements in no passage are counted as not proved, which is no failure.
    Without files the dataset stands as it was checked when it was made, or is checked whole if its laws are others
    since. A check of nothing raises :class:`NothingToCheck`, the removal of a fact
    that is not stated :class:`FactNotHeld`.
    """
    current = Shelf(workspace.dataset, workspace.base).open()
    named, leaving = tuple(files), tuple(removed)
    if not named and not leaving:
        step("validate")
        yield Trial(standing(workspace, current), current)
        return
    step("read")
    terms = Terms.read(workspace)
    statements = [statement for file in named for statement in read(file, workspace.shown(file))]
    removals = dict(_removals(workspace, current, leaving))
    if not statements and not removals:
        raise NothingToCheck(folder=", ".join(str(file) for file in (*named, *leaving)))
    facts = passages(current, Facts.gather(statements, workspace.base))
    additions, unproved, found = _candidates(workspace, current, facts, statements)
    change = Change(additions, removals)
    step("prove")
    found += [_unknown(unknown) for unknown in terms.unknown(statements)]
    found += _gates(workspace, current, terms, facts, frozenset(statements))
    step("derive")
    given, looked = rules_of(workspace, terms), shapes(workspace)
    with current.scratch(workspace.dataset) as scratch:
        if (before := verdict(workspace, current)) is None:
            require_lawful(workspace, terms)
            relay(scratch, terms, given)
            before = validate(scratch, looked)
        whole = large(change, before)
        net = anew(scratch, change, given) if whole else follow(scratch, change, given)
        step("validate")
        after = validate(scratch, looked) if whole else validate_change(scratch, net, looked, before)
        if not after.checked_something:
            raise NothingToCheck(folder=workspace.shapes)
        stood, stands = (
            excepted(workspace, before),
            excepted(workspace, after.placed(places(Change({**removals, **additions})))),
        )
        old, new = {result.key for result in stood.results}, {result.key for result in stands.results}
        caused = replace(stands, results=tuple(result for result in stands.results if result.key not in old))
        step("conflicts")
        if unproved:
            scratch.commit(_as_passage(current.base, named))
        yield Trial(
            report=replace(caused.adding(found), unproved=unproved),
            dataset=scratch,
            already=tuple(result for result in stands.results if result.key in old),
            mended=tuple(result for result in stood.results if result.key not in new),
            conflicts=brought(
                current,
                scratch,
                None if whole else net,
                patterns(workspace.conflicts, workspace.shown(workspace.conflicts)),
            ),
            change=net,
        )


def large(change: Change, before: Report) -> bool:
    """Say whether a change has more facts than the shapes are asked about things: all anew is less work then."""
    return len(change.additions) + len(change.removals) > before.focus_nodes


def anew(dataset: Dataset, change: Change, given: Iterable[Rule]) -> Change:
    """Commit a change and derive everything again; return every quad that came or went, as :func:`follow` does."""
    derived = NamedNode(f"{dataset.base}graph/derived")
    before = set(dataset.store.quads_for_pattern(None, None, None, derived))
    coming = {quad: place for quad, place in change.additions.items() if quad not in dataset.store}
    going = {
        quad: place for quad, place in change.removals.items() if quad in dataset.store and quad not in change.additions
    }
    dataset.commit(Change(removals={**going, **dict.fromkeys(before)}))
    dataset.commit(Change(coming))
    dataset.commit(following := derive(dataset, given))
    after = following.additions.keys()
    return Change({**coming, **dict.fromkeys(after - before)}, {**going, **dict.fromkeys(before - after)})


def relay(dataset: Dataset, terms: Terms, given: Iterable[Rule]) -> None:
    """Make a dataset that was built under another ontology or other rules what it would be under these."""
    codes, derived, ontology = (NamedNode(f"{dataset.base}graph/{name}") for name in ("codes", "derived", "ontology"))
    gone = (quad for graph in (codes, derived) for quad in dataset.store.quads_for_pattern(None, None, None, graph))
    dataset.store.clear_graph(ontology)
    arriving = [in_graph(triple, codes) for triple in terms.described()]
    arriving += [in_graph(triple, ontology) for triple in terms.axioms]
    dataset.commit(Change(dict.fromkeys(arriving), dict.fromkeys(gone)))
    dataset.commit(derive(dataset, given))


def _removals(workspace: Workspace, dataset: Dataset, files: Iterable[Path]) -> Iterator[tuple[Quad, Place]]:
    """Yield the quads that leave, each with the place that says so: of a triple alone, those of all who state it."""
    derived = NamedNode(f"{dataset.base}graph/derived")
    for file in files:
        for quad, place in read(file, workspace.shown(file)):
            graph = None if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name
            stated = [
                one
                for one in dataset.store.quads_for_pattern(quad.subject, quad.predicate, quad.object, graph)
                if one.graph_name not in (DefaultGraph(), derived, *dataset.apart)
            ]
            if not stated:
                raise FactNotHeld(place=place, fact=triple_of(quad.triple, dataset.base))
            yield from ((one, place) for one in stated)


def _candidates(
    workspace: Workspace, current: Dataset, facts: Facts, statements: Iterable[Statement]
) -> tuple[dict[Quad, Place | None], int, list[Result]]:
    """Return new statements as quads, how many stand in no passage, and the territories that nobody knows."""
    base = workspace.base
    candidate, names = (NamedNode(f"{base}graph/{name}") for name in ("candidate", "names"))
    proved = {evidence_graph(base), authority_graph(base), *facts.passages}
    additions: dict[Quad, Place | None] = {
        quad if quad.graph_name in proved else in_graph(quad.triple, candidate): place for quad, place in statements
    }
    unproved = sum(quad.graph_name not in proved for quad, _ in statements)
    reference = Reference.open(workspace.reference)
    results = []
    for territory, place in named_territories(statements).items():
        if next(current.store.quads_for_pattern(territory, TYPE, None, authority_graph(base)), None):
            continue
        try:
            additions |= dict.fromkeys(in_graph(triple, candidate) for triple in reference.describe(territory))
        except UnknownTerritory as error:
            results.append(_result(territory, "unknown-territory", error.facts, place))
    additions |= dict.fromkeys(in_graph(triple, names) for triple in called(quad.triple for quad in additions))
    return additions, unproved, results


def _as_passage(base: str, files: Iterable[Path]) -> Change:
    """Return what makes the statements that stand in no passage one: what contradicts them can be told then."""
    candidate = NamedNode(f"{base}graph/candidate")
    said: dict[NamedNode, NamedNode | Literal] = {
        TYPE: EVIDENCE,
        QUOTED_FROM: candidate,
        START: Literal(0),
        END: Literal(0),
        EXACT: Literal(""),
        public("dcterms:title"): Literal(", ".join(map(str, files))),
    }
    return Change({Quad(candidate, property, value, evidence_graph(base)): None for property, value in said.items()})


def _gates(workspace: Workspace, current: Dataset, terms: Terms, facts: Facts, new: Set[Statement]) -> Iterator[Result]:
    """Yield the quotations among new facts that stand elsewhere, and the new facts that their passages do not carry."""
    sources = held(workspace, current, terms, facts)
    own = {s.quad.subject for s in new}
    quoted = [passage for passage in facts.passages.values() if passage.iri in own]
    yield from (_misquoted(miss, workspace) for miss in moved(quoted, sources.documents))
    proof = prove(facts, sources.documents, known(workspace, sources, facts), workspace.base)
    yield from (_not_carried(refusal) for refusal in proof.refusals if refusal.statement in new)


def _result(focus: Any, rule: str, facts: Mapping[str, object], place: Place | None, value: Any = None) -> Result:
    """Return a result of a check that is no shape; its messages are the sentence ``rule`` of ``words/``."""
    name = NamedNode(SHAPE + rule)
    messages = {tongue: say(rule, tongue, **facts) for tongue in LANGUAGES}
    return Result(focus, Severity.VIOLATION, name, name, messages, value=value, place=place)


def _unknown(unknown: Unknown) -> Result:
    known = prefixes()
    nearest = ", ".join(unknown.nearest) or "–"
    facts = {"term": shorten(unknown.term.value, known), "nearest": nearest}
    return _result(unknown.statement.quad.subject, "unknown-term", facts, unknown.statement.place, unknown.term)


def _misquoted(miss: Moved, workspace: Workspace) -> Result:
    document = miss.passage.document.value.removeprefix(f"{workspace.base}document/")
    facts = {"document": document, "nearest": miss.nearest or "–"}
    return _result(miss.passage.iri, "misquoted", facts, miss.passage.place, Literal(miss.passage.exact))


def _not_carried(refusal: Refusal) -> Result:
    quad: Any = refusal.statement.quad
    place = refusal.statement.place
    facts = {"gate": refusal.gate, "wanted": refusal.wanted, "found": refusal.found}
    name = NamedNode(f"{CODE}gate/{refusal.gate}")
    messages = {tongue: say("gate-refuses", tongue, **facts) for tongue in LANGUAGES}
    return Result(quad.subject, Severity.VIOLATION, name, name, messages, quad.predicate, quad.object, place)
