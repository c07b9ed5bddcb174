"""
What is proposed for documents today, and how that agrees with what was accepted.

Proposals go through the same door as accepted facts: proof with what the workspace knows. What a curator refused
before is left out, and counted.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple, parse

from dorsale.build import Sources, extractor, named_territories
from dorsale.documents.extract import Extractor
from dorsale.documents.extract.answers import Answers
from dorsale.documents.extract.extraction import ESSENTIAL, MINTED
from dorsale.documents.extract.model import Model
from dorsale.documents.extract.score import Said, Score, compare, said
from dorsale.documents.facts import Facts, Passage, authority_graph, written
from dorsale.documents.language import language
from dorsale.documents.proof import Known, Refusal, prove
from dorsale.documents.readers import Reading, read_document
from dorsale.documents.refusals import Refusals
from dorsale.documents.text import Document
from dorsale.errors import AmbiguousName, NothingToCheck, Place, UnknownDocument, UnknownName
from dorsale.graph.store import Change, Dataset
from dorsale.names import CODE, dor, fold, public
from dorsale.statements import Statement, in_graph
from dorsale.terms import TYPE
from dorsale.workspace import Workspace

INSEE = "http://id.insee.fr/geo/"
RULES = NamedNode(f"{CODE}method/rules")
LABEL, TITLE, ORIGINAL = public("rdfs:label"), public("dcterms:title"), dor("sha256Original")
FRENCH = "fr"
# A slug is typed: the first words of a title are enough.
SLUG = 60


@dataclass(frozen=True, slots=True)
class Opened:
    """A document as it was found: one of the workspace (``known``), or read from a file, which ``reading`` tells of."""

    document: Document
    title: str
    reading: Reading | None = None
    known: bool = False

    def page(self, offset: int) -> int | None:
        """Return the page of a character, where the format has pages."""
        return self.reading.page(offset) if self.reading and self.reading.pages != (0,) else None


@dataclass(frozen=True)
class Proposals:
    """
    What is proposed for a document: facts with their passages, what identifies new things, and what proof refused.

    ``frames`` names the frame of each fact by passage and triple, ``home`` are the document's own territories;
    ``remembered`` counts what a curator refused before; ``language`` is that of the text: another than French is not
    read; ``answers`` are those of the model that was asked, if one was.
    """

    opened: Opened
    facts: Facts
    refused: tuple[Refusal, ...] = ()
    frames: Mapping[tuple[NamedNode, Triple], str] = field(default_factory=dict)
    home: tuple[NamedNode, ...] = ()
    remembered: int = 0
    language: str | None = None
    answers: Answers | None = None

    @property
    def foreign(self) -> bool:
        """Whether the text is in a language that the frames are not made for."""
        return self.language not in (None, FRENCH)

    @cached_property
    def stated(self) -> Mapping[Passage, tuple[Triple, ...]]:
        """The facts of each passage that states some, in the order of the text."""
        found: dict[NamedNode, list[Triple]] = {}
        for quad, _ in self.facts.statements:
            if isinstance(quad.graph_name, NamedNode) and quad.graph_name in self.facts.passages:
                found.setdefault(quad.graph_name, []).append(quad.triple)
        ordered = sorted((self.facts.passages[iri] for iri in found), key=lambda one: (one.start, one.end))
        return {passage: tuple(found[passage.iri]) for passage in ordered}

    @cached_property
    def names(self) -> Mapping[NamedNode, tuple[str, tuple[NamedNode, ...]]]:
        """The things that are met for the first time: what each is called, and what it is said to be."""
        labels: dict[NamedNode, str] = {}
        classes: dict[NamedNode, dict[NamedNode, None]] = {}
        for quad, _ in self.facts.statements:
            if not isinstance(quad.subject, NamedNode):
                continue
            if quad.predicate == LABEL and isinstance(quad.object, Literal):
                labels.setdefault(quad.subject, quad.object.value)
            elif quad.predicate == TYPE and isinstance(quad.object, NamedNode):
                classes.setdefault(quad.subject, {})[quad.object] = None
        return {thing: (label, tuple(classes.get(thing, ()))) for thing, label in labels.items()}

    def trig(self, base: str) -> str:
        """Return the proposals as a file of facts."""
        return written(self.facts, base, (), RULES)


class Desk:
    """What reads documents for a workspace: it is made once, for it takes in all the names that are known."""

    def __init__(self, workspace: Workspace, sources: Sources | None = None) -> None:
        self.workspace = workspace
        self.sources = sources or Sources.read(workspace)
        self.refusals = Refusals.read(workspace)

    @cached_property
    def extractor(self) -> Extractor:
        """What finds facts in a text."""
        return extractor(self.workspace, self.sources)

    def open(self, name: str) -> Opened:
        """
        Return the document that a name means: a file of any format, or the slug of a document of the workspace.

        Raises :class:`UnknownDocument`, or what :func:`read_document` does.
        """
        path = Path(name)
        if not path.exists() and path.name == name and not path.suffix:
            if not (self.workspace.documents / f"{name}.txt").exists():
                known = sorted(document.slug for document in self.sources.documents.values())
                raise UnknownDocument(document=name, known=", ".join(known))
            return self._known(name)
        reading = read_document(path)
        stored = path.resolve().parent == self.workspace.documents and path.suffix == ".txt"
        if known_as := path.stem if stored else self.having(ORIGINAL, reading.sha256_original):
            found = self._known(known_as)
            return replace(found, reading=reading if reading.text == found.document.text else None)
        title = reading.title or f"[{path.stem}]"
        return Opened(Document(self.free(slug(title) or slug(path.stem) or "document"), reading.text), title, reading)

    def _known(self, name: str) -> Opened:
        document = Document.open(self.workspace.documents, name)
        iri = document.iri(self.workspace.base)
        titles = (quad.object for quad, _ in self.sources.metadata if (quad.subject, quad.predicate) == (iri, TITLE))
        return Opened(document, next((title.value for title in titles if isinstance(title, Literal)), name), known=True)

    def having(self, predicate: NamedNode, value: str) -> str | None:
        """Return the slug of the document whose metadata have a value, whatever its case and accents, if one has."""
        for quad, _ in self.sources.metadata:
            if (
                quad.predicate == predicate
                and isinstance(quad.object, Literal)
                and fold(quad.object.value) == fold(value)
            ):
                assert isinstance(quad.subject, NamedNode)
                return quad.subject.value.rsplit("/", 1)[-1]
        return None

    def actor(self, words: str, new: Facts) -> NamedNode:
        """
        Return the actor that a name means, known before or called so by ``new`` facts.

        Raises :class:`UnknownName` with the nearest names, or :class:`AmbiguousName` with what may be meant.
        """
        known, space = self.sources.known(new), f"{self.workspace.base}actor/"
        named = {thing: names for thing, names in known.names.names.items() if thing.value.startswith(space)}
        wanted = tuple(fold(words).split())
        meant = [thing for thing, names in named.items() if wanted in names or thing.value == space + words]
        if not meant:
            near = get_close_matches(fold(words), {" ".join(one) for names in named.values() for one in names})
            raise UnknownName(words=words, nearest=", ".join(near) or "–")
        if len(meant) > 1:
            raise AmbiguousName(words=words, listed="\n  ".join(sorted(thing.value[len(space) :] for thing in meant)))
        return meant[0]

    def free(self, wanted: str) -> str:
        """Return a slug that no document has: the one wanted, or the first with a number."""
        taken = {document.slug for document in self.sources.documents.values()}
        return next(one for one in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if one not in taken)

    def propose(self, opened: Opened, model: Model | None = None) -> Proposals:
        """Return what is proposed for a document, by rules and a model that is asked; in another language, nothing."""
        spoken = language(opened.document.text)
        if spoken not in (None, FRENCH):
            return Proposals(opened, Facts((), {}), language=spoken)
        extraction = self.extractor.extract(opened.document, model)
        graph = authority_graph(self.workspace.base)
        place = Place(Path(f"{opened.document.slug}.trig"))
        new = (triple for triple in extraction.authority if triple.subject not in self._typed)
        apart = [Statement(in_graph(triple, graph), place) for triple in new]
        facts, remembered = self.unrefused(Facts((*extraction.facts.statements, *apart), extraction.facts.passages))
        home = tuple(iri for iri in extraction.own if iri.value.startswith(INSEE))
        facts, refused = self.carried(facts, opened.document, home)
        refused = (*extraction.refused, *refused)
        return Proposals(opened, facts, refused, extraction.frames, home, remembered, spoken, extraction.answers)

    def unrefused(self, facts: Facts) -> tuple[Facts, int]:
        """Return facts without those that a curator refused before, and how many these are."""
        declined = {
            statement
            for statement in facts.statements
            if isinstance(iri := statement.quad.graph_name, NamedNode)
            and iri in facts.passages
            and self.refusals.hold(facts.passages[iri], statement.quad.triple)
        }
        return self.without(facts, declined), len(declined)

    def carried(
        self, facts: Facts, document: Document, home: Collection[NamedNode] = ()
    ) -> tuple[Facts, tuple[Refusal, ...]]:
        """
        Return the facts that pass the gates of proof with what the workspace knows, and what they refuse of the others.

        What a new thing is stands in the passage that names it where this says so, else beside it in
        ``graph:authority``: there it is somebody's knowledge.
        """
        base, refused = self.workspace.base, list[Refusal]()
        graph = authority_graph(base)
        iri = document.iri(base)

        # What a passage calls its land names its council, too: « le maire de Gaillac ».
        reference = self.extractor.lexicon.reference
        lands = [one for land in named_territories(facts.statements) for one in reference.describe(land)]
        # No frame reads these passages once more: what frames propose they have read, a model's word is held to it.
        relied = replace(self._known_before, homes={iri: frozenset(home), **self._known_before.homes})

        def refusals_of(facts: Facts) -> tuple[Refusal, ...]:
            stated = (quad.triple for quad, _ in facts.statements)
            known = relied.adding([*facts.described, *lands], self.sources.terms.above, stated)
            return prove(facts, {iri: document}, known, base).refusals

        while refusals := refusals_of(facts):
            called = {quad.subject for quad, _ in facts.statements if quad.predicate == LABEL}
            moving = {
                refusal.statement
                for refusal in refusals
                if refusal.gate == "names"
                and refusal.statement.quad.predicate == TYPE
                and refusal.statement.quad.subject in called
            }
            refused += [refusal for refusal in refusals if refusal.statement not in moving]
            apart = dict.fromkeys(
                Statement(in_graph(quad.triple, graph), place)
                for quad, place in facts.statements
                if (quad, place) in moving
            )
            left = [statement for statement in facts.statements if statement not in moving]
            dropped = {refusal.statement for refusal in refusals} - moving
            facts = self.without(Facts((*left, *apart), facts.passages), dropped)
        return facts, tuple(refused)

    def without(self, facts: Facts, dropped: Collection[Statement]) -> Facts:
        """Return facts without some, without nodes that lost what they were made for, and without what named these."""
        lost = {
            (quad.graph_name, quad.subject)
            for quad, _ in dropped
            if _minted(quad.subject, self.workspace.base) and (quad.predicate in ESSENTIAL or quad.predicate == TYPE)
        }
        gone = {*dropped, *(s for s in facts.statements if (s.quad.graph_name, s.quad.subject) in lost)}
        while True:
            left = [statement for statement in facts.statements if statement not in gone]
            typed = {quad.subject for quad, _ in left if quad.predicate == TYPE} | self._typed
            more = {
                statement
                for statement in left
                if facts.of_passage(statement)
                and not all(self._stands(end, typed) for end in (statement.quad.subject, statement.quad.object))
            }
            if not more:
                return facts.without(gone)
            gone |= more

    @cached_property
    def _known_before(self) -> Known:
        """What a proof may rely on before a document adds to it."""
        return self.sources.known()

    @cached_property
    def _typed(self) -> frozenset[object]:
        stated = (*self.sources.metadata, *self.sources.authority, *self.sources.facts.statements)
        return frozenset(quad.subject for quad, _ in stated if quad.predicate == TYPE)

    def _stands(self, term: object, typed: Collection[object]) -> bool:
        return not isinstance(term, NamedNode) or not term.value.startswith(self.workspace.base) or term in typed

    def shown(self, facts: Facts, title: str, document: NamedNode) -> Dataset:
        """Return facts as a dataset in memory beside what the workspace knows, so that they can be told in words."""
        base = self.workspace.base
        known = replace(self.sources, facts=Facts((), {})).change(base).additions
        named = [in_graph(triple, authority_graph(base)) for triple in self.sources.named()]
        entitled = in_graph(Triple(document, TITLE, Literal(title, language="fr")), authority_graph(base))
        quads = [*known, *named, entitled, *parse(written(facts, base).encode(), RdfFormat.TRIG)]
        dataset = Dataset(Store(), base)
        dataset.commit(Change(dict.fromkeys(quads)))
        return dataset


def slug(title: str) -> str:
    """
    Return the slug of a title: its first words, as IRIs write them.

    >>> slug("[Le désenclavement numérique de la Lozère]")
    'le-desenclavement-numerique-de-la-lozere'
    """
    words = fold(title).split()
    while len("-".join(words)) > SLUG and len(words) > 1:
        words.pop()
    return "-".join(words)[:SLUG]


def _minted(term: object, base: str) -> bool:
    return isinstance(term, NamedNode) and any(term.value.startswith(f"{base}{kind}/") for kind in MINTED)


@dataclass(frozen=True)
class Measured:
    """How far proposals agree with what was accepted for a document, and the passages of each value."""

    document: Document
    score: Score
    passages: Mapping[Said, tuple[Passage, ...]]


def measure(workspace: Workspace) -> tuple[Measured, ...]:
    """
    Return how far what would be proposed today agrees with what was accepted, for each document that has facts.

    Without documents or facts, :class:`NothingToCheck`: that is no success.
    """
    desk = Desk(workspace)
    found = []
    for iri, document in desk.sources.documents.items():
        facts = desk.sources.facts
        accepted = [s for s in facts.statements if facts.of_passage(s) and _passage(facts, s).document == iri]
        if not accepted:
            continue
        proposed = desk.propose(Opened(document, document.slug, known=True)).facts
        stated = [statement for statement in proposed.statements if proposed.of_passage(statement)]
        known = desk.sources.known(proposed).names.names
        names = {thing: frozenset(" ".join(words) for words in forms) for thing, forms in known.items()}
        score = compare(*(said((one.quad.triple for one in side), names) for side in (stated, accepted)))
        places: dict[Said, dict[Passage, None]] = {}
        for side, statements in ((proposed, stated), (facts, accepted)):
            for value, statement in _values(statements, names):
                places.setdefault(value, {})[_passage(side, statement)] = None
        found.append(Measured(document, score, {value: tuple(where) for value, where in places.items()}))
    if not found:
        raise NothingToCheck(folder=workspace.shown(workspace.facts))
    return tuple(found)


def _passage(facts: Facts, statement: Statement) -> Passage:
    assert isinstance(statement.quad.graph_name, NamedNode)
    return facts.passages[statement.quad.graph_name]


def _values(
    statements: Iterable[Statement], names: Mapping[NamedNode, frozenset[str]]
) -> Iterator[tuple[Said, Statement]]:
    """Yield each property value that counts with the statement that it comes from."""
    frames: dict[object, list[Triple]] = {}
    kept = tuple(statements)
    for statement in kept:
        frames.setdefault(statement.quad.subject, []).append(statement.quad.triple)
    for statement in kept:
        around = [*frames[statement.quad.subject], *frames.get(statement.quad.object, ())]
        others = [triple for triple in around if triple != statement.quad.triple]
        # What tells a node is among its other facts; this one comes first, if it counts at all.
        with_it, without = (said(triples, names) for triples in ([statement.quad.triple, *others], others))
        if len(with_it) > len(without):
            yield with_it[0], statement
