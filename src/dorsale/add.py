"""
A document or a file of facts becomes part of the workspace: all of it, or nothing.

The order is that of a build. What would be written is tried first, in files that stand in for those of the workspace
and in a copy of the dataset: read, proved, derived, validated. Then a journal puts the files in place, and last the
dataset that was made from them. Files are the truth: what is left of an addition that was stopped is finished or undone
by whoever comes next.
"""

import gc
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, Triple

from dorsale.build import STORED, Built, Sources, Step, fill, known, made, verdict
from dorsale.documents.facts import Facts, Passage, authority_graph, extended, require_verbatim, written
from dorsale.documents.proof import prove
from dorsale.documents.refusals import remembered
from dorsale.documents.text import Document
from dorsale.errors import (
    FilesChanged,
    InvalidGraph,
    MalformedPassage,
    NoDataset,
    NotCarried,
    NothingToCheck,
    UnknownDocument,
)
from dorsale.extract import INSEE, LABEL, ORIGINAL, RULES, TITLE, Desk, Opened, Proposals
from dorsale.graph import index
from dorsale.graph.explain import Conflict, brought, patterns
from dorsale.graph.store import Dataset, Shelf, aside, writing
from dorsale.graph.validate import Report, Result
from dorsale.journal import Journal
from dorsale.names import PUBLIC, dor, prefixes, public
from dorsale.seen import see
from dorsale.statements import FORMATS, Statement
from dorsale.terms import TYPE
from dorsale.turtle import appended, blocks, turtle
from dorsale.workspace import Workspace

ALSO, UNNAMED = public("skos:altLabel"), dor("unnamed")
UNDATED = "Le texte ne dit pas sa date ; il a été reçu au plus tard à la borne haute."
FRENCH = NamedNode(PUBLIC["language"] + "FRA")
# A date says how precise it is by its length.
DATES = {4: "gYear", 7: "gYearMonth", 10: "date"}


@dataclass(frozen=True, slots=True)
class Told:
    """What the user tells beside the file: of the document, and in which role a refusal is decided."""

    title: str | None = None
    issued: str | None = None
    source: str | None = None
    publisher: str | None = None
    rights: str | None = None
    slug: str | None = None
    replaces: str | None = None
    role: str = "curateur"


@dataclass(frozen=True)
class Reviewed:
    """What a curator decided: the facts to keep, those refused by reason, and the known things that new names mean."""

    facts: Facts
    refused: Mapping[str, Collection[tuple[Passage, Triple]]] = field(default_factory=dict)
    merged: Mapping[Any, NamedNode] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Added:
    """
    What was kept: what the build counted, the facts, the files that say them, and what the shapes let not in.

    ``conflicts`` are those that the facts bring, where a dataset was there before.
    """

    built: Built
    facts: Facts
    files: tuple[Path, ...]
    invalid: tuple[Result, ...]
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True)
class Addition:
    """
    A document or a file of facts that could become part of a workspace, and what is proposed of it.

    ``own`` are facts that a person wrote: they stand or fall together. ``fingerprint`` is that of the workspace for
    which the proposals were made.
    """

    workspace: Workspace
    desk: Desk
    proposals: Proposals
    told: Told
    own: bool
    fingerprint: str
    publisher: NamedNode | None = None

    @classmethod
    def open(cls, workspace: Workspace, name: str, told: Told) -> "Addition":
        """
        Return what would be added: the facts of a file, or a document that is read and whose facts are proposed.

        Raises what reading a document or a file of facts does, and :class:`UnknownName` or :class:`AmbiguousName` for
        a publisher who is neither known nor named in the document.
        """
        fingerprint = workspace.fingerprint()
        desk = Desk(workspace)
        path = Path(name)
        if told.replaces:
            Document.open(workspace.documents, told.replaces)
        if path.suffix in FORMATS and path.exists():
            return cls(workspace, desk, _given(desk, path), told, True, fingerprint)
        opened = desk.open(name)
        if opened.known:
            return cls(workspace, desk, Proposals(opened, Facts((), {})), told, False, fingerprint)
        document = Document(desk.free(told.slug), opened.document.text) if told.slug else opened.document
        opened = replace(opened, title=told.title or opened.title, document=document)
        proposals = desk.propose(opened)
        publisher = desk.actor(told.publisher, proposals.facts) if told.publisher else None
        return cls(workspace, desk, proposals, told, False, fingerprint, publisher)

    @property
    def opened(self) -> Opened:
        """The document."""
        return self.proposals.opened

    @property
    def hindrance(self) -> str | None:
        """Why nothing can be added, as the key of its sentence in ``words/``; ``None`` when something can."""
        if self.proposals.foreign:
            return "other-language"
        if self.own:
            if self.proposals.remembered:
                return "add-retracted"
            return "add-uncarried" if self.proposals.refused else None if self.proposals.stated else "add-nothing-new"
        if self.opened.known:
            return "add-known"
        if self.version_of not in (None, self.told.replaces):
            return "add-version"
        return None if self.proposals.stated else "add-nothing"

    @property
    def version_of(self) -> str | None:
        """The document of the same title, of which this one is another version."""
        return self.desk.having(TITLE, self.opened.title)

    def keep(self, reviewed: Reviewed, step: Step = lambda _: None) -> Added:
        """
        Write what was accepted into the workspace, files and dataset, all or nothing.

        What the shapes refuse is left out with its frame, like what proof refuses; of facts that a person wrote nothing
        is left out. Raises :class:`FilesChanged` when the workspace is not the one that the proposals were made for,
        :class:`NothingToCheck` when no fact is left, and what a build does.
        """
        shelf = Shelf(self.workspace.dataset, self.workspace.base)
        with shelf.lock("dorsale add"):
            journal = Journal(self.workspace.journal, self.workspace.root)
            journal.settle()
            if self.workspace.fingerprint() != self.fingerprint:
                raise FilesChanged(folder=self.workspace.root)
            with shelf.next() as folder:
                facts, invalid = _merged(reviewed), list[Result]()
                while True:
                    files = self._files(facts, reviewed)
                    try:
                        built, how, against = tried(self.workspace, files, shelf, folder, step)
                        break
                    except (NotCarried, InvalidGraph) as error:
                        if self.own or not (faulty := _faulty(facts, error)):
                            raise
                        invalid += error.report.violations if isinstance(error, InvalidGraph) else ()
                        facts = self.desk.without(facts, faulty)
                        if not any(map(facts.of_passage, facts.statements)):
                            raise NothingToCheck(folder=self.opened.document.slug) from error
                write_all(journal, shelf, folder, files, how)
            see(self.workspace)
        return Added(built, facts, tuple(files), tuple(invalid), against)

    def _files(self, facts: Facts, reviewed: Reviewed) -> dict[Path, bytes]:
        """Return the files of the workspace that change, as they have to be."""
        workspace, base, slug = self.workspace, self.workspace.base, self.opened.document.slug
        files: dict[Path, str] = {}
        authority = workspace.authority / f"{slug}.ttl"
        if described := [*_identified(facts), *_also(reviewed)]:
            body = "\n\n".join(blocks(described, prefixes(base))) + "\n"
            files[authority] = appended(_text(authority), body, prefixes(base))
        for reason, refused in reviewed.refused.items():
            before = files.get(workspace.refusals, _text(workspace.refusals))
            files[workspace.refusals] = remembered(before, refused, base, reason, self.told.role)
        path, method = workspace.facts / f"{slug}.trig", None if self.own else RULES
        graph = authority_graph(base)
        stated = Facts(tuple(one for one in facts.statements if one.quad.graph_name != graph), facts.passages)
        before = _text(path)
        files[path] = extended(before, stated, base, method) if before else written(stated, base, (), method)
        if not self.own:
            files[workspace.documents / f"{slug}.txt"] = self.opened.document.text
            files[workspace.documents / f"{slug}.ttl"] = turtle(self._metadata(reviewed), prefixes(base))
        return {path: text.encode() for path, text in files.items()}

    def _metadata(self, reviewed: Reviewed) -> Iterator[Triple]:
        """Yield what is known of the document."""
        opened, told = self.opened, self.told
        document = opened.document.iri(self.workspace.base)
        title = Literal(opened.title, language="fr")
        yield Triple(document, TYPE, dor("Document"))
        yield Triple(document, LABEL, title)
        yield Triple(document, TITLE, title)
        if self.publisher:
            yield Triple(document, public("dcterms:publisher"), reviewed.merged.get(self.publisher, self.publisher))
        issued = told.issued or (opened.reading.published if opened.reading else None) or ""
        if kind := DATES.get(len(issued[:10])):
            yield Triple(document, public("dcterms:issued"), Literal(issued[:10], datatype=public(f"xsd:{kind}")))
        else:
            yield Triple(document, dor("undated"), Literal("true", datatype=public("xsd:boolean")))
            yield Triple(document, dor("writtenBetween"), Literal(f"../{date.today().isoformat()}"))
            yield Triple(document, dor("reason"), Literal(UNDATED, language="fr"))
        for territory in self.proposals.home:
            yield Triple(document, public("dcterms:spatial"), territory)
        yield Triple(document, public("dcterms:language"), FRENCH)
        if told.source:
            yield Triple(document, public("dcterms:source"), Literal(told.source))
        if told.rights:
            yield Triple(document, public("dcterms:rights"), Literal(told.rights, language="fr"))
        if told.replaces:
            replaced = Document(told.replaces, "").iri(self.workspace.base)
            yield Triple(document, public("dcterms:replaces"), replaced)
        assert opened.reading is not None
        yield Triple(document, ORIGINAL, Literal(opened.reading.sha256_original))
        yield Triple(document, STORED, Literal(opened.document.sha256))


def write_all(
    journal: Journal, shelf: Shelf, folder: Path, files: Mapping[Path, bytes], how: Mapping[str, Any]
) -> None:
    """Write files and make the dataset of a folder the one in use, all or nothing; ``how`` it was made stands there."""
    current, said = shelf.whole(folder, how)
    try:
        journal.write({**files, current: said})
    finally:
        if not journal.pending:
            shelf.tidy()


def tried(
    workspace: Workspace, files: Mapping[Path, bytes], shelf: Shelf, folder: Path, step: Step
) -> tuple[Built, dict[str, Any], tuple[Conflict, ...]]:
    """
    Return what a build of the workspace with these files counts, what is to be written down of it, and the
    conflicts that the files bring.

    It is done in a copy of the dataset in use: only what changes is derived and validated.
    """
    step("read")
    with aside(shelf.folder) as trial:
        trying = replace(workspace, trial=trial)
        for path, content in files.items():
            place = trial / path.relative_to(workspace.root)
            with writing(place):
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
        sources = Sources.read(trying)
        if (copy := folder / "dataset").exists():
            # What was tried before and refused is in it no more; its store, which is closed with the last object that
            # knows it, may hang on frames of what was raised.
            gc.collect()
            shutil.rmtree(copy)
        before: Report | None = None
        against: tuple[Conflict, ...] = ()
        at = workspace.conflicts
        with ExitStack() as opened:
            if current := _in_use(shelf):
                opened.enter_context(closing(current))
                current.copy(copy)
                before = verdict(trying, current)
            dataset = opened.enter_context(closing(Dataset.write(copy, workspace.base)))
            built = fill(trying, sources, dataset, step, before)
            how = made(trying, built, trying.fingerprint())
            words, fingerprint = folder / index.FILE, how["fingerprint"]
            if current and built.change:
                index.follow(words, dataset, fingerprint, current, shelf.made(current)["fingerprint"], built.change)
            else:
                index.make(words, dataset, fingerprint)
            if current:
                against = brought(current, dataset, built.change, patterns(at, workspace.shown(at)))
            return built, how, against


def _given(desk: Desk, path: Path) -> Proposals:
    """Return the facts of a file that the workspace does not hold yet, and what proof refuses of them."""
    base, sources = desk.workspace.base, desk.sources
    facts = Facts.open(path, path, base)
    if not facts.passages:
        raise NothingToCheck(folder=path)
    first, *others = facts.passages.values()
    for other in others:
        if other.document != first.document:
            raise MalformedPassage(place=other.place, reason="document")
    slug = first.document.value.removeprefix(f"{base}document/")
    if (document := sources.documents.get(first.document)) is None:
        there = ", ".join(sorted(document.slug for document in sources.documents.values()))
        raise UnknownDocument(document=slug, known=there)
    require_verbatim(facts.passages.values(), sources.documents)
    held = {statement.quad for statement in sources.facts.statements}
    new = facts.without({statement for statement in facts.statements if statement.quad in held})
    proof = prove(new, sources.documents, known(desk.workspace, sources, facts), base)
    retracted = desk.refusals.retracted
    proposals = Proposals(replace(desk.open(slug), document=document), new, proof.refusals)
    back = sum(retracted.hold(passage, fact) for passage, own in proposals.stated.items() for fact in own)
    return replace(proposals, remembered=back)


def _in_use(shelf: Shelf) -> Dataset | None:
    try:
        return shelf.open()
    except NoDataset:
        return None


def _text(path: Path) -> str:
    """Return the text of a file as it is, to the byte; none where there is no file."""
    return path.read_bytes().decode() if path.exists() else ""


def _identified(facts: Facts) -> Iterator[Triple]:
    """Yield what identifies things, but for territories, which the reference describes."""
    for triple in facts.described:
        if not (isinstance(triple.subject, NamedNode) and triple.subject.value.startswith(INSEE)):
            yield triple


def _also(reviewed: Reviewed) -> Iterator[Triple]:
    """Yield the names that known things turned out to have."""
    for quad, _ in reviewed.facts.statements:
        if quad.predicate == LABEL and quad.subject in reviewed.merged:
            yield Triple(reviewed.merged[quad.subject], ALSO, quad.object)


def _merged(reviewed: Reviewed) -> Facts:
    """Return the accepted facts with known things in the place of the new names that mean them."""
    merged: Mapping[Any, Any] = reviewed.merged
    statements: dict[Statement, None] = {}
    for quad, place in reviewed.facts.statements:
        if quad.subject in merged and quad.predicate in (TYPE, LABEL, UNNAMED):
            continue
        subject, value = merged.get(quad.subject, quad.subject), merged.get(quad.object, quad.object)
        statements[Statement(Quad(subject, quad.predicate, value, quad.graph_name), place)] = None
    return Facts(tuple(statements), reviewed.facts.passages)


def _faulty(facts: Facts, error: NotCarried | InvalidGraph) -> set[Statement]:
    """Return the statements that a gate or a shape refuses; none when what is wrong is not among these facts."""
    own = [statement for statement in facts.statements if facts.of_passage(statement)]
    if isinstance(error, NotCarried):
        refused = {refusal.statement.quad for refusal in error.proof.refusals}
        return {statement for statement in own if statement.quad in refused}
    faulty: set[Statement] = set()
    for result in error.report.violations:
        about = [one for one in own if one.quad.subject == result.focus]
        exact = [one for one in about if (one.quad.predicate, one.quad.object) == (result.path, result.value)]
        on_path = [one for one in about if one.quad.predicate == result.path]
        faulty.update(exact or on_path or about or [one for one in own if one.quad.object == result.focus])
    return faulty
