"""
The order of the work: read, check, fill, validate, keep. The only room that knows it.

Files are the truth; the dataset is made from them and can be made again. A step that fails leaves the dataset
that was there. ``status`` and the validation of new facts are other orders of the same steps.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from dorsale.documents.anchors import REPLACES, Anchor, Edits, anchors, rewrite
from dorsale.documents.authority import Reference
from dorsale.documents.coverage import Coverage, coverage
from dorsale.documents.extract import Extractor, Lexicon
from dorsale.documents.facts import UNSTATED, Facts, moved, require_verbatim
from dorsale.documents.frames import Frames
from dorsale.documents.proof import NAMING, Known, Names, Overruling, Proof, Refusal, called, prove
from dorsale.documents.suppressions import Suppressions
from dorsale.documents.text import Document
from dorsale.errors import (
    DatasetLocked,
    DocumentChanged,
    DocumentUndescribed,
    ImpossibleClass,
    InconsistentGraph,
    InvalidGraph,
    JavaMissing,
    MalformedPassage,
    NoDataset,
    NotCarried,
    NothingToCheck,
    Place,
    UndescribedThings,
    UnwritableFile,
)
from dorsale.graph import index
from dorsale.graph.derive import Rule, classify, contradiction, derive, follow, rules
from dorsale.graph.store import Change, Dataset, Shelf
from dorsale.graph.validate import Report, keep, recall, require_shapes, validate, validate_change, waived, waivers
from dorsale.journal import Journal
from dorsale.names import PUBLIC, dor, prefixes, public, shorten
from dorsale.seen import fresh, see
from dorsale.statements import FORMATS, Statement, in_graph, read
from dorsale.terms import ENDS, SUBCLASS, TYPE, Terms, ours
from dorsale.words import say
from dorsale.workspace import Workspace

INSEE = tuple(PUBLIC[kind] for kind in ("commune", "departement", "region"))
STORED, REASON, ADMINISTERS = dor("sha256Stored"), dor("reason"), dor("administers")
HOMES = (public("dcterms:publisher"), public("dcterms:spatial"))
HIERARCHY = (SUBCLASS, public("rdfs:subPropertyOf"))
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sources:
    """What the files of a workspace say, read and checked: the terms, the documents, the facts, known things."""

    terms: Terms
    documents: Mapping[NamedNode, Document]
    metadata: tuple[Statement, ...]
    facts: Facts
    authority: tuple[Statement, ...]
    territories: tuple[Triple, ...]

    @classmethod
    def read(cls, workspace: Workspace) -> "Sources":
        """
        Return the sources of a workspace.

        Every term is declared, every text is the one that its metadata describe, every quotation stands where
        it says, every thing is described: else the error tells each place.
        """
        terms = Terms.read(workspace)
        documents, metadata = _documents(workspace)
        facts = _facts(workspace)
        authority = tuple(_turtle(workspace, workspace.authority))
        stated = (*metadata, *authority, *facts.statements)
        terms.require(stated)
        require_verbatim(facts.passages.values(), documents)
        reference = Reference.open(workspace.reference)
        territories = tuple(triple for iri in named_territories(stated) for triple in reference.describe(iri))
        _require_described(workspace, stated)
        return cls(terms, documents, metadata, facts, authority, territories)

    def known(self, new: Facts | None = None) -> Known:
        """
        Return what a proof of facts may rely on: names, types, homes of documents, what properties ask for.

        A passage that names a thing makes its name known; those of ``new`` facts count, too.
        """
        facts = (*self.facts.statements, *(new.statements if new else ()))
        authority = [statement.quad.triple for statement in self.authority]
        authority += [*self.facts.described, *(new.described if new else ())]
        naming = [statement.quad.triple for statement in facts if statement.quad.predicate in NAMING]
        described = [*authority, *self.territories]
        types = self._types(described)
        administers = {
            triple.subject: triple.object
            for triple in authority
            if triple.predicate == ADMINISTERS
            and isinstance(triple.subject, NamedNode)
            and isinstance(triple.object, NamedNode)
        }
        homes: dict[NamedNode, set[NamedNode]] = {}
        for quad, _ in self.metadata:
            if quad.predicate in HOMES and isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                own = administers.get(quad.object)
                homes.setdefault(quad.subject, set()).update({quad.object, *([own] if own else [])})
        return Known(
            names=Names((*described, *naming, *self.terms.concepts, *self.terms.axioms)),
            types=types,
            all_types=self._types([*described, *(statement.quad.triple for statement in facts)]),
            homes={document: frozenset(own) for document, own in homes.items()},
            asked=self.terms.asked,
            administers=administers,
        )

    def named(self) -> Iterator[Triple]:
        """Yield what the passages of accepted facts say that things are and are called, where they name them."""
        called = {quad.subject for quad, _ in self.facts.statements if quad.predicate in NAMING}
        for quad, _ in self.facts.statements:
            if quad.subject in called and (quad.predicate == TYPE or quad.predicate in NAMING):
                yield quad.triple

    def _types(self, triples: Iterable[Triple]) -> dict[NamedNode, frozenset[NamedNode]]:
        types: dict[NamedNode, frozenset[NamedNode]] = {}
        for triple in triples:
            if (
                triple.predicate == TYPE
                and isinstance(triple.subject, NamedNode)
                and isinstance(triple.object, NamedNode)
            ):
                above = self.terms.above.get(triple.object, frozenset({triple.object}))
                types[triple.subject] = types.get(triple.subject, frozenset()) | above
        return types

    def hiding(self, suppressions: Suppressions) -> "Sources":
        """Return what the files say without what must not be said of persons."""
        if not suppressions:
            return self
        bound = suppressions.bound((*self.facts.statements, *self.authority, *self.metadata))
        return replace(
            self,
            metadata=suppressions.statements(self.metadata, bound),
            facts=suppressions.facts(self.facts, bound),
            authority=suppressions.statements(self.authority, bound),
        )

    def change(self, base: str) -> Change:
        """Return everything as quads of named graphs, as ``design.md`` lays the dataset out."""
        evidence, authority, codes, ontology, names = (
            NamedNode(f"{base}graph/{name}") for name in ("evidence", "authority", "codes", "ontology", "names")
        )
        additions: dict[Quad, Place | None] = dict(self.facts.statements)
        for graph, statements in ((evidence, self.metadata), (authority, self.authority)):
            for statement in statements:
                additions[in_graph(statement.quad.triple, graph)] = statement.place
        for graph, triples in (
            (authority, self.territories),
            (codes, self.terms.described()),
            (ontology, self.terms.axioms),
        ):
            additions.update(dict.fromkeys(in_graph(triple, graph) for triple in triples))
        naming = (quad for quad, _ in (*self.authority, *self.facts.statements))
        for triple in chain(called(naming), called(self.territories)):
            additions[in_graph(triple, names)] = None
        return Change(additions)


def _documents(workspace: Workspace, changed: bool = False) -> tuple[dict[NamedNode, Document], tuple[Statement, ...]]:
    """
    Return the stored texts, and what their metadata say.

    A text that is not the described one is refused, unless those that ``changed`` are wanted too.
    """
    metadata = tuple(_turtle(workspace, workspace.documents))
    described = {
        statement.quad.subject: statement
        for statement in metadata
        if statement.quad.predicate == STORED and isinstance(statement.quad.object, Literal)
    }
    documents = {}
    for path in workspace.glob(workspace.documents, "*.txt"):
        document = Document.open(workspace.found(path).parent, path.stem)
        if (said := described.pop(document.iri(workspace.base), None)) is None:
            raise DocumentUndescribed(document=document.slug, file=workspace.shown(path.with_suffix(".ttl")))
        assert isinstance(said.quad.object, Literal)
        if said.quad.object.value != document.sha256 and not changed:
            raise DocumentChanged(document=document.slug, place=said.place, sha256=document.sha256)
        documents[document.iri(workspace.base)] = document
    for said in described.values():
        raise DocumentUndescribed(document=str(said.quad.subject), file=said.place)
    return documents, metadata


def _facts(workspace: Workspace) -> Facts:
    """Return the facts of all files; a passage stands in the file of its own document."""
    files = [
        Facts.open(workspace.found(path), workspace.shown(path), workspace.base)
        for path in workspace.glob(workspace.facts, "*.trig")
    ]
    for file in files:
        for passage in file.passages.values():
            if passage.document.value.removeprefix(f"{workspace.base}document/") != passage.place.file.stem:
                raise MalformedPassage(place=passage.place, reason="document")
    passages = {iri: passage for file in files for iri, passage in file.passages.items()}
    return Facts(tuple(statement for file in files for statement in file.statements), passages)


def _turtle(workspace: Workspace, folder: Path) -> Iterator[Statement]:
    """Yield the statements of the Turtle files of a folder; a blank node could not be cited, and is refused."""
    for path in workspace.glob(folder, "*.ttl"):
        for statement in read(workspace.found(path), workspace.shown(path)):
            if isinstance(statement.quad.subject, BlankNode) or isinstance(statement.quad.object, BlankNode):
                raise MalformedPassage(place=statement.place, reason="blank-node")
            yield statement


def named_territories(statements: Iterable[Statement]) -> dict[NamedNode, Place]:
    """Return the INSEE territories that statements name, and where first."""
    named: dict[NamedNode, Place] = {}
    for quad, place in statements:
        for term in (quad.subject, quad.object):
            if isinstance(term, NamedNode) and term.value.startswith(INSEE):
                named.setdefault(term, place)
    return named


def _require_described(workspace: Workspace, statements: Iterable[Statement]) -> None:
    """Refuse things of ours that are used and nowhere said to be anything."""
    kept = tuple(statements)
    typed = {quad.subject for quad, _ in kept if quad.predicate == TYPE}
    missing: dict[NamedNode, Place] = {}
    for quad, place in kept:
        # The passage that another replaces is described no more.
        for term in (quad.subject,) if quad.predicate == REPLACES else (quad.subject, quad.object):
            if isinstance(term, NamedNode) and term.value.startswith(workspace.base) and term not in typed:
                missing.setdefault(term, place)
    if missing:
        known = prefixes(workspace.base)
        listed = "\n  ".join(f"{place}: {shorten(iri.value, known)}" for iri, place in missing.items())
        raise UndescribedThings(count=len(missing), listed=listed)


def extractor(workspace: Workspace, sources: Sources | None = None) -> Extractor:
    """Return what proposes facts for documents: it knows the names, the frames and what proof relies on."""
    sources = sources or Sources.read(workspace)
    reference = Reference.open(workspace.reference)
    authority = [*(statement.quad.triple for statement in sources.authority), *sources.named()]
    lexicon = Lexicon(sources.terms, authority, reference, workspace.frames, workspace.base)
    frames = Frames.read(workspace.frames, workspace.shown(workspace.frames))
    return Extractor(lexicon, frames, sources.known(), workspace.base)


def known(workspace: Workspace, sources: Sources, new: Facts | None = None) -> Known:
    """Return what a proof may rely on, as :meth:`Sources.known`, and what frames read in a passage: read when asked."""
    reader = cache(lambda: extractor(workspace, sources))
    return replace(sources.known(new), reads=lambda text: reader().reads(text))


@dataclass(frozen=True, slots=True)
class Built:
    """
    What a build counted, the report of its validation, and whether HermiT found it consistent, if it could look.

    ``verdict`` is what the shapes say, whatever curators accept; ``idle`` are the overrulings that let nothing in any
    more; ``change`` is how the dataset differs from the one before, nothing if it was made anew.
    """

    counts: Mapping[str, int]
    report: Report
    verdict: Report
    consistent: bool | None
    idle: tuple[Overruling, ...]
    change: Change | None = None


def build(workspace: Workspace, step: Step = lambda _: None) -> Built:
    """
    Compile a workspace into its dataset and make that the one in use, or leave the one before.

    ``step`` is told the name of each step as it begins. Raises what :class:`Sources` does,
    :class:`NothingToCheck` without facts, shapes or quotations, :class:`InvalidGraph` with the report when a shape
    is violated, :class:`InconsistentGraph` or :class:`ImpossibleClass` with a smallest set of facts and axioms when
    HermiT finds a contradiction, :class:`DatasetLocked`.
    """
    shelf = Shelf(workspace.dataset, workspace.base)
    with shelf.lock("dorsale build"):
        Journal(workspace.journal, workspace.root).settle()
        step("read")
        fingerprint = workspace.fingerprint()
        sources = Sources.read(workspace)
        with shelf.next() as folder:
            with closing(Dataset.write(folder / "dataset", workspace.base)) as dataset:
                built = fill(workspace, sources, dataset, step)
                step("index")
                index.make(folder / index.FILE, dataset, fingerprint)
            shelf.use(folder, made(workspace, built, fingerprint))
        see(workspace)
    return built


def made(workspace: Workspace, built: Built, fingerprint: str) -> dict[str, Any]:
    """Return what is written down beside a dataset: what it was made from, what was counted, the verdict of shapes."""
    laws, verdict = workspace.laws(), keep(built.verdict)
    return {"fingerprint": fingerprint, "laws": laws, "counts": dict(built.counts), "verdict": verdict}


def verdict(workspace: Workspace, dataset: Dataset) -> Report | None:
    """Return what the shapes said when a dataset was made, waived or not; nothing if its laws were others."""
    shelf = Shelf(workspace.dataset, workspace.base)
    if not dataset.folder.is_relative_to(shelf.folder):
        return None  # a slice, of which nothing is written down
    said = shelf.made(dataset)
    return recall(said["verdict"]) if said.get("laws") == workspace.laws() and "verdict" in said else None


def recover(workspace: Workspace) -> None:
    """Finish or undo what somebody who was stopped had begun; who is at work is left alone."""
    journal = Journal(workspace.journal, workspace.root)
    with suppress(DatasetLocked), Shelf(workspace.dataset, workspace.base).lock():
        journal.settle()


def fill(
    workspace: Workspace,
    sources: Sources,
    dataset: Dataset,
    step: Step = lambda _: None,
    before: Report | None = None,
) -> Built:
    """
    Make a dataset hold what the sources say and what follows, whatever it held before.

    With what the shapes said ``before``, of the dataset as it is and under these laws, only what changes is derived
    and validated. Raises what :func:`build` does, once the sources are read; the dataset is then to be dropped.
    """
    step("prove")
    proof = prove(sources.facts, sources.documents, known(workspace, sources), workspace.base)
    if proof.refusals:
        listed = "\n  ".join(refused(refusal, workspace.base) for refusal in proof.refusals)
        raise NotCarried(count=len(proof.refusals), listed=listed, proof=proof)
    step("fill")
    shown = sources.hiding(Suppressions.read(workspace))
    stated, given, looked = shown.change(workspace.base), rules_of(workspace, sources.terms), shapes(workspace)
    change = dataset.difference(stated.additions)
    net = None
    if before is None:
        dataset.commit(change)
        step("derive")
        dataset.commit(derive(dataset, given))
        step("validate")
        require_lawful(workspace, sources.terms)
        said = validate(dataset, looked)
    else:
        step("derive")
        net = follow(dataset, change, given)
        step("validate")
        said = validate_change(dataset, net, looked, before)
    dataset.flush()
    if not said.checked_something or not sources.facts.passages:
        raise NothingToCheck(folder=workspace.facts)
    report = excepted(workspace, said.placed(places(stated)))
    if not report.accepted:
        facts = {"report": report, "change": stated, "workspace": workspace, "base": workspace.base}
        raise InvalidGraph(count=len(report.violations), **facts)
    step("reason")
    consistent = _require_consistent(workspace, sources, dataset, given, step)
    return Built(_counts(sources, proof, dataset, report), report, said, consistent, proof.idle, net)


def _require_consistent(
    workspace: Workspace, sources: Sources, dataset: Dataset, given: Iterable[Rule], step: Step
) -> bool | None:
    """Say whether HermiT could look; what it finds is raised with the fewest facts and axioms that it follows from."""
    try:
        found = classify((*sources.terms.axioms, *dataset.facts()))
    except JavaMissing:
        return None
    if found.unsatisfiable:
        raise _impossible(workspace, sources.terms, found.unsatisfiable, step)
    if not found.consistent:
        raise _inconsistent(workspace, sources, dataset, given, step)
    return True


def _impossible(workspace: Workspace, terms: Terms, classes: Iterable[NamedNode], step: Step) -> ImpossibleClass:
    """Return why classes can have no member: what stands below one is impossible, too, so the highest is explained."""
    first, *others = sorted(classes, key=lambda cls: (len(terms.above[cls]), cls.value))
    why = contradiction(terms.axioms, [Triple(NamedNode(f"{workspace.base}member"), TYPE, first)], step)
    assert why is not None
    listed = [f"{workspace.shown(workspace.ontology)}: {axiom}" for axiom in why.axioms]
    named = ", ".join(shorten(cls.value, prefixes()) for cls in (first, *others))
    return ImpossibleClass(classes=named, count=len(listed), listed="\n  ".join(listed), contradiction=why)


def _inconsistent(
    workspace: Workspace, sources: Sources, dataset: Dataset, given: Iterable[Rule], step: Step
) -> InconsistentGraph:
    """Return what contradicts what, each fact with its place: that of its file, or of the rule that concludes it."""
    axioms, stated = sources.terms.axioms, dict[Triple, Place | None]()
    for quad, where in sources.change(workspace.base).additions.items():
        stated[quad.triple] = stated.get(quad.triple) or where
    # What is stated can be mended; only where that agrees does a rule go wrong.
    why = contradiction(axioms, stated, step) or contradiction(axioms, dataset.facts(), step)
    assert why is not None

    def place(fact: Triple) -> object:
        if fact in stated:
            table = workspace.codes if fact in sources.terms.concepts else workspace.reference
            return stated[fact] or workspace.shown(table)
        return next(rule.place for rule in given if any(rule.premises(dataset, fact)))

    listed = [f"{place(fact)}: {triple_of(fact, workspace.base)}" for fact in why.facts]
    listed += [f"{workspace.shown(workspace.ontology)}: {axiom}" for axiom in why.axioms]
    return InconsistentGraph(count=len(listed), listed="\n  ".join(listed), contradiction=why)


def rules_of(workspace: Workspace, terms: Terms) -> tuple[Rule, ...]:
    """
    Return the rules of a workspace: those of its files, and those that the axioms of its ontology mean.

    Domains and ranges derive nothing: shapes check them, and what is wrong must not become right by inference.
    Nor do classes of others: who wants those has the axioms.
    """
    axioms = [
        triple
        for triple in terms.axioms
        if triple.predicate not in ENDS
        and not (triple.predicate in HIERARCHY and isinstance(triple.object, NamedNode) and not ours(triple.object))
    ]
    return rules(workspace.rules, workspace.shown(workspace.rules), axioms)


def refused(refusal: Refusal, base: str, tongue: str | None = None) -> str:
    """Return a refusal as one line: where, which gate, which fact, what was looked for, what the passage has."""
    statement = refusal.statement
    facts = {"place": statement.place, "gate": refusal.gate, "wanted": refusal.wanted, "found": refusal.found}
    return say("refused", tongue, fact=fact_of(statement, base), **facts)


def idle(overruling: Overruling, base: str, tongue: str | None = None) -> str:
    """Return as one line that an overruling lets nothing in any more."""
    fact = triple_of(overruling.fact, base)
    return say("overruling-idle", tongue, place=overruling.place, gate=overruling.gate, fact=fact)


def fact_of(statement: Statement, base: str) -> str:
    """Return the fact of a statement in prefixed names."""
    return triple_of(statement.quad.triple, base)


def triple_of(triple: Triple, base: str) -> str:
    """Return a triple in prefixed names."""
    known = prefixes(base)
    terms = (triple.subject, triple.predicate, triple.object)
    return " ".join(
        shorten(term.value, known) if isinstance(term, NamedNode) else f"« {getattr(term, 'value', term)} »"
        for term in terms
    )


def proved(workspace: Workspace, files: Iterable[Path] = ()) -> Proof:
    """
    Return what the gates of proof say of the accepted facts, or of those of ``files``.

    Proving nothing raises :class:`NothingToCheck`.
    """
    sources = Sources.read(workspace)
    facts = sources.facts
    if named := tuple(files):
        facts = Facts.gather((s for file in named for s in read(file, workspace.shown(file))), workspace.base)
        require_verbatim(facts.passages.values(), sources.documents)
    proof = prove(facts, sources.documents, known(workspace, sources, facts), workspace.base)
    if not proof.checked:
        raise NothingToCheck(folder=", ".join(map(str, named)) or workspace.facts)
    return proof


def _counts(sources: Sources, proof: Proof, dataset: Dataset, report: Report) -> dict[str, int]:
    facts = [statement for statement in sources.facts.statements if sources.facts.of_passage(statement)]
    derived = NamedNode(f"{dataset.base}graph/derived")
    return {
        "documents": len(sources.documents),
        "passages": len({statement.quad.graph_name for statement in facts}),
        "quotations": len(sources.facts.passages),
        "facts": len({statement.quad.triple for statement in facts}),
        "carried": proof.carried,
        "overruled": sum(proof.overruled.values()),
        "things": len({statement.quad.subject for statement in facts}),
        "terms": len(sources.terms.classes | sources.terms.properties | sources.terms.codes),
        "triples": sum(1 for _ in dataset.facts()),
        "derived": sum(1 for _ in dataset.store.quads_for_pattern(None, None, None, derived)),
        "shapes": report.shapes,
        "focus_nodes": report.focus_nodes,
        "warnings": len(report.warnings),
        "waived": len(report.waived),
    }


def shapes(workspace: Workspace) -> list[Triple]:
    """Return the shapes of a workspace."""
    return [statement.quad.triple for statement in _shapes(workspace)]


def _shapes(workspace: Workspace) -> Iterator[Statement]:
    for path in sorted(workspace.shapes.glob("*.ttl")):
        yield from read(path, workspace.shown(path))


def require_lawful(workspace: Workspace, terms: Terms) -> None:
    """Raise :class:`MalformedShapes` where shapes are at fault; those of the dataset in use were judged whole."""
    try:
        judged = Shelf(workspace.dataset, workspace.base).made().get("laws") == workspace.laws()
    except NoDataset:
        judged = False
    require_shapes(_shapes(workspace), terms, judged)


def excepted(workspace: Workspace, report: Report) -> Report:
    """
    Return a report in which what curators accept counts as waived, with what is to be said of their waivers.

    Raises what reading the waivers does.
    """
    at = workspace.waivers
    return waived(report, waivers(at, workspace.shown(at), shapes(workspace)), date.today())


def standing(workspace: Workspace, dataset: Dataset) -> Report:
    """
    Return what the shapes say of a dataset as it stands: what they said when it was made, if they are the same.

    Raises what :func:`excepted` and :func:`require_lawful` do.
    """
    report = verdict(workspace, dataset)
    if report is None:
        require_lawful(workspace, Terms.read(workspace))
        report = validate(dataset, shapes(workspace))
    if not report.checked_something:
        raise NothingToCheck(folder=workspace.shapes)
    return excepted(workspace, report)


def places(change: Change) -> Callable[[Any, Any, Any], Place | None]:
    """Return where a change states what a result is about: the value, else the property, else the thing."""
    found: dict[tuple[object, ...], Place] = {}
    for quad, place in change.additions.items():
        if place is not None:
            for key in ((quad.subject,), (quad.subject, quad.predicate), (quad.subject, quad.predicate, quad.object)):
                found.setdefault(key, place)

    def lookup(focus: Any, path: Any, value: Any) -> Place | None:
        return found.get((focus, path, value)) or found.get((focus, path)) or found.get((focus,))

    return lookup


def covered(workspace: Workspace) -> tuple[Coverage, ...]:
    """
    Return how the passages cover each document, and why the other sentences state nothing (``unstated.ttl``).

    A passage that was set aside is a quotation like any other: one that moved raises :class:`QuotationsMoved`.
    """
    documents, _ = _documents(workspace)
    facts, aside = _facts(workspace), _aside(workspace)
    require_verbatim(aside.passages.values(), documents)
    why = {quad.subject: quad.object for quad, _ in aside.statements if quad.predicate == REASON}
    unstated = {quad.subject for quad, _ in aside.statements if quad.predicate == TYPE and quad.object == UNSTATED}
    return tuple(
        coverage(
            document,
            [(passage.start, passage.end) for passage in facts.passages.values() if passage.document == iri],
            {
                (passage.start, passage.end): getattr(why.get(passage.iri), "value", "")
                for passage in aside.passages.values()
                if passage.document == iri and passage.iri in unstated
            },
        )
        for iri, document in documents.items()
    )


def _aside(workspace: Workspace) -> Facts:
    """Return what curators decided, with the passages that they set aside: quotations like any other."""
    return Facts.gather(_turtle(workspace, workspace.review), workspace.base)


@dataclass(frozen=True, slots=True)
class Reanchored:
    """
    A document, how many of its quotations stand where they say, and where the words of the others stand now.

    ``changed`` says that its text is not the one that its metadata describe.
    """

    document: Document
    changed: bool
    standing: int
    anchors: tuple[Anchor, ...]

    @property
    def settled(self) -> bool:
        """Whether every quotation has its place, so that a person has nothing to decide."""
        return all(anchor.now for anchor in self.anchors)


def reanchor(workspace: Workspace, slugs: Iterable[str] = (), write: bool = False) -> tuple[Reanchored, ...]:
    """
    Return where the quotations of documents stand now: of those named, else of all that changed or were misquoted.

    With ``write`` the files say so too, all or none: a passage has the name, the offsets and the words of its new
    place, and says which one it replaces. A text that changed is described anew once all its quotations have their
    place; until then the build refuses it. Raises :class:`UnknownDocument`, :class:`UneditableFile`,
    :class:`UnwritableFile`, and what reading the files does.
    """
    with Shelf(workspace.dataset, workspace.base).lock("dorsale reanchor") if write else nullcontext():
        found = tuple(_away(workspace, set(slugs)))
        if write:
            _replace(dict(_reanchored(workspace, found)))
    return found


def _away(workspace: Workspace, slugs: set[str]) -> Iterator[Reanchored]:
    """Yield the documents that are named, or else those with anything to settle."""
    named = {Document.open(workspace.documents, slug).slug for slug in slugs}
    documents, metadata = _documents(workspace, changed=True)
    described = {quad.subject: quad.object for quad, _ in metadata if quad.predicate == STORED}
    passages = {**_facts(workspace).passages, **_aside(workspace).passages}
    for iri, document in documents.items():
        own = [passage for passage in passages.values() if passage.document == iri]
        away = anchors(document, own)
        changed = getattr(described[iri], "value", "") != document.sha256
        if document.slug in named or (not named and (changed or away)):
            yield Reanchored(document, changed, len(own) - len(away), away)


def _reanchored(workspace: Workspace, found: Iterable[Reanchored]) -> Iterator[tuple[Path, bytes]]:
    """
    Yield the files that re-anchoring changes, as they have to be.

    What only names passages comes before what describes them, and the descriptions of the texts come last: whoever
    is stopped between two files can begin again.
    """
    edits = Edits.of((anchor for one in found for anchor in one.anchors), workspace.base)
    stored = {
        (one.document.iri(workspace.base), STORED): Literal(one.document.sha256)
        for one in found
        if one.changed and one.settled
    }
    edits = replace(edits, values={**edits.values, **stored})
    for folder in (workspace.authority, workspace.review, workspace.facts, workspace.documents):
        for path in sorted(path for path in folder.glob("*") if path.suffix in FORMATS):
            before = path.read_bytes()
            after = rewrite(before, FORMATS[path.suffix], edits, workspace.shown(path))
            if after != before:
                yield path, after


def _replace(files: Mapping[Path, bytes]) -> None:
    """Put files in the place of those that are there: all of them, or on :class:`UnwritableFile` none."""
    beside = {path: path.with_name(f".{path.name}.{os.getpid()}") for path in files}
    new, old = ({path: Path(f"{name}.{kind}") for path, name in beside.items()} for kind in ("part", "before"))
    done: list[Path] = []
    path = next(iter(files), Path())
    try:
        # All that needs room comes before the first file is replaced: taking back needs none.
        for path, content in files.items():
            shutil.copy2(path, old[path])
            new[path].write_bytes(content)
            shutil.copymode(path, new[path])
        for path in files:
            os.replace(new[path], path)
            done.append(path)
    except OSError as error:
        for changed in done:
            os.replace(old[changed], changed)
        raise UnwritableFile(file=path, reason=error.strerror or str(error)) from error
    finally:
        for left in (*new.values(), *old.values()):
            left.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Status:
    """What a dataset holds, counted: by document, by class, by property; and how much rests on one publisher."""

    documents: tuple[tuple[str, int, int], ...]
    classes: tuple[tuple[NamedNode, int], ...]
    properties: tuple[tuple[NamedNode, int], ...]
    facts: int
    alone: int
    quotations: int
    moved: int
    overruled: Mapping[str, int]
    fresh: bool


FACTS = """
PREFIX dor: <https://w3id.org/dorsale/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?s ?p ?o (COUNT(DISTINCT ?publisher) AS ?publishers) WHERE {
  GRAPH ?evidence { ?s ?p ?o }
  ?evidence a dor:Evidence ; prov:wasQuotedFrom ?document .
  OPTIONAL { ?document dcterms:publisher ?publisher }
} GROUP BY ?s ?p ?o
"""
DOCUMENTS = """
PREFIX dor: <https://w3id.org/dorsale/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?document (COUNT(DISTINCT ?evidence) AS ?passages) (COUNT(?s) AS ?facts) WHERE {
  ?document a dor:Document .
  OPTIONAL { ?evidence a dor:Evidence ; prov:wasQuotedFrom ?document . GRAPH ?evidence { ?s ?p ?o } }
} GROUP BY ?document ORDER BY ?document
"""


def status(workspace: Workspace) -> Status:
    """
    Return what the dataset in use holds, with every quotation compared again with its stored text.

    A fact counts once, however many passages state it; it stands alone when all its passages have one publisher.
    """
    shelf = Shelf(workspace.dataset, workspace.base)
    current = shelf.open()
    facts = list(current.rows(FACTS))
    classes: Counter[NamedNode] = Counter(o for _, p, o, _ in facts if p == TYPE)
    properties: Counter[NamedNode] = Counter(p for _, p, _, _ in facts)
    documents, _ = _documents(workspace)
    passages = _facts(workspace).passages
    return Status(
        documents=tuple(
            (document.value.rsplit("/", 1)[-1], int(quoted.value), int(stated.value))
            for document, quoted, stated in current.rows(DOCUMENTS)
        ),
        classes=tuple(sorted(classes.items(), key=lambda found: (-found[1], found[0].value))),
        properties=tuple(sorted(properties.items(), key=lambda found: (-found[1], found[0].value))),
        facts=len(facts),
        alone=sum(1 for *_, publishers in facts if int(publishers.value) < 2),
        quotations=len(passages),
        moved=sum(1 for _ in moved(passages.values(), documents)),
        overruled=proved(workspace).overruled,
        fresh=fresh(workspace),
    )
