"""
What is proposed for a document, and what proof refused of it.

A proposal is a fact with the sentence that carries it. Names that are met for the first time are described where the
text names them; what the reference already knows of councils and territories stands apart, in ``graph:authority``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Triple

from dorsale.documents.blocks import blocks
from dorsale.documents.extract.answers import TOLD, Answers, Form
from dorsale.documents.extract.discourse import Discourse
from dorsale.documents.extract.lexicon import ADMINISTERS, LABEL, Lexicon, Thing
from dorsale.documents.extract.mentions import Reader, Sentence
from dorsale.documents.extract.model import Model
from dorsale.documents.extract.propose import Proposal, Proposer
from dorsale.documents.extract.sums import again
from dorsale.documents.extract.titles import titles
from dorsale.documents.facts import READ_WITH, Facts, Passage
from dorsale.documents.frames import Frames
from dorsale.documents.proof import Known, Refusal, prove
from dorsale.documents.text import Document
from dorsale.errors import Place
from dorsale.names import CODE, dor, fold, public
from dorsale.statements import Statement
from dorsale.terms import TYPE

METHOD, RULES, LLM = dor("method"), NamedNode(f"{CODE}method/rules"), NamedNode(f"{CODE}method/llm")
# The names of things of which only a model speaks.
ALSO = public("skos:altLabel")
NAMED = f"{TOLD}names"
CONCERNS = dor("concerns")
MEMBER = public("org:member")
INTEGER = public("xsd:integer")
# A node without these says nothing: where proof refuses one, it refuses the node.
ESSENTIAL = frozenset(
    dor(name)
    for name in ("value", "minimumValue", "amount", "minimumAmount", "maximumAmount", "indicator", "delegatee")
)
# So many words may stand between an office and who holds it: « le préfet de la région Nouvelle-Aquitaine, Jean Morel ».
FAR = 9
MINTED = ("observation", "funding", "contract", "membership", "shareholding", "event")


@dataclass(frozen=True)
class Extraction:
    """
    What is proposed for a document: facts with their passages, what identifies new names, and what proof refused.

    ``frames`` names the frame of each fact, by passage and triple; ``own`` are the document's own territory and
    council; ``answers`` are those of the model that was asked, if one was.
    """

    document: Document
    facts: Facts
    authority: tuple[Triple, ...]
    refused: tuple[Refusal, ...]
    frames: Mapping[tuple[NamedNode, Triple], str]
    own: tuple[NamedNode, ...] = ()
    answers: Answers | None = None


class Extractor:
    """Proposes facts for documents; it is made once and knows the names, the frames and what proof relies on."""

    def __init__(self, lexicon: Lexicon, frames: Frames, known: Known, base: str) -> None:
        self.lexicon, self.frames, self.known, self.base = lexicon, frames, known, base

    def extract(self, document: Document, model: Model | None = None) -> Extraction:
        """
        Return what a document is proposed to state, proved; the same text gives the same proposals.

        A ``model`` may add to what the frames find, and takes nothing from it.
        """
        sentences, proposals, discourse = self._read(document)
        proposals += self._names(proposals, discourse, sentences)
        answers = Answers(model, self._form, sentences) if model else None
        if answers:
            proposals += self._told(answers, document, sentences, proposals, discourse)
        return self._proved(document, sentences, proposals, discourse, answers)

    @cached_property
    def _form(self) -> Form:
        return Form(self.frames)

    def _told(
        self, answers: Answers, document: Document, sentences: list[Sentence], ruled: list[Proposal], read: Discourse
    ) -> list[Proposal]:
        """Return what a model tells, and the names of things that only it speaks of."""
        discourse = Discourse.begin(self.lexicon, document.slug, sentences, dict(read.typed))
        proposer = Proposer(self.lexicon, self.frames, discourse, self.base, read, answers=answers.matches)
        told = [proposal for proposal in proposer.propose(sentences) if proposal.frame.startswith(TOLD)]
        told = _without_private(told, sentences, self.lexicon.offices)
        answers.refused["unstated"] += answers.matched - len(told)
        named = {triple.subject for proposal in ruled for triple in proposal.triples}
        new = {thing.iri for proposal in told for thing in proposal.things} - named
        names = self._names(told, discourse, sentences)
        return told + [replace(one, frame=NAMED) for one in names if one.things[0].iri in new]

    def reads(self, text: str) -> frozenset[Triple]:
        """Return what frames read in a passage between things, in all the properties that say it; nothing is proved."""
        _, proposals, _ = self._read(Document("passage", text))
        return frozenset(
            said
            for proposal in proposals
            for triple in proposal.triples
            if isinstance(triple.object, NamedNode)
            for said in self.lexicon.terms.saying(triple)
        )

    def _read(self, document: Document) -> tuple[list[Sentence], list[Proposal], Discourse]:
        sentences = Reader(self.lexicon).read(blocks(document.text))
        discourse = Discourse.begin(self.lexicon, document.slug, sentences)
        first = Proposer(self.lexicon, self.frames, discourse, self.base)
        for _ in first.propose(sentences):
            pass
        discourse.presume()
        # What a name turned out to be holds from its first mention on, and the network is known before it is named.
        before, discourse = discourse, Discourse.begin(self.lexicon, document.slug, sentences, discourse.typed)
        second = Proposer(self.lexicon, self.frames, discourse, self.base, before, first.matched)
        proposals = _told_once(list(second.propose(sentences)))
        return sentences, _without_private(proposals, sentences, self.lexicon.offices), discourse

    def _names(self, proposals: list[Proposal], discourse: Discourse, sentences: list[Sentence]) -> Iterator[Proposal]:
        """Yield what new things are and are called, where the text names them first."""
        used: dict[str, Thing] = {}
        for proposal in proposals:
            for thing in proposal.things:
                if thing.iri.value not in used or used[thing.iri.value].cls == "Name":
                    used[thing.iri.value] = thing
        for index, thing in discourse.last:
            organisation = "Actor" in thing.classes and not thing.known and thing.cls != "Name"
            land = thing.cls == "Territory" and thing.iri.value not in discourse.acting
            programme = "Programme" in thing.classes and not thing.unnamed
            known = thing.known and not _is_identified(thing)
            if thing.iri.value in used or "Group" in thing.classes:
                continue
            if organisation or land or programme or known:
                used[thing.iri.value] = thing
            elif thing.known:  # it needs no fact, and who reads wants to see it
                yield Proposal("names", index, [], set(), [thing])
        for thing in used.values():
            where = discourse.first.get(thing.iri.value)
            if where is None or thing.classes & {"Contract", "Event"} or thing.cls == "Name":
                continue
            triples = [Triple(thing.iri, TYPE, dor(thing.cls))]
            if not thing.known and not (thing.unnamed and "Grouping" in thing.classes):
                where = _naming(sentences, where, thing.label)
                triples.append(Triple(thing.iri, LABEL, Literal(thing.label, language="fr")))
                named = (one for one in sentences[where].mentions if one.siglum and one.things[0].iri == thing.iri)
                sigla = dict.fromkeys(one.siglum for one in named if fold(one.siglum) != fold(thing.label))
                triples += [Triple(thing.iri, ALSO, Literal(siglum, language="fr")) for siglum in sigla]
                chapter, heading = discourse.chapters.get(thing.iri.value, (where, thing.label))
                if fold(heading) != fold(thing.label):  # « Le réseau dorsal » is what the page calls it
                    called = Triple(thing.iri, ALSO, Literal(heading, language="fr"))
                    yield Proposal("names", chapter, [called], set(), [thing])
            if thing.unnamed:
                triples.append(Triple(thing.iri, dor("unnamed"), Literal("true", datatype=public("xsd:boolean"))))
            of, size = thing.members
            if of:
                triples.append(Triple(thing.iri, dor("groupOf"), dor(of)))
            if size:
                triples.append(Triple(thing.iri, dor("groupSize"), Literal(size, datatype=INTEGER)))
            yield Proposal("names", where, triples, set(), [thing])

    def _at_home(self, things: Iterable[Thing], discourse: Discourse) -> Iterator[Thing]:
        """Yield the land of a document's own council: what the council does, it does there."""
        own = discourse.home or discourse.region
        for thing in things:
            land = self.lexicon.land_of(thing) if own and "LocalAuthority" in thing.classes else None
            if own is not None and land is not None and land.territory == own:
                yield land

    def _described(self, things: Iterable[Thing]) -> Iterator[Triple]:
        """Yield what the reference knows of councils and territories, and the authority files of others."""
        for thing in things:
            if thing.territory is None and not _is_identified(thing):
                continue
            yield Triple(thing.iri, TYPE, dor(thing.cls))
            yield Triple(thing.iri, LABEL, Literal(thing.label, language="fr"))
            if thing.territory is not None and "LocalAuthority" in thing.classes and thing.territory.iri:
                yield Triple(thing.iri, ADMINISTERS, thing.territory.iri)

    def _proved(
        self, document: Document, sentences: list[Sentence], proposals: list[Proposal], discourse: Discourse,
        answers: Answers | None = None,
    ) -> Extraction:  # fmt: skip
        place = Place(Path(f"{document.slug}.trig"))
        iri = document.iri(self.base)
        evidence = NamedNode(f"{self.base}graph/evidence")
        passages: dict[NamedNode, Passage] = {}
        names: dict[int, NamedNode] = {}
        for sentence in sentences:
            start, end = sentence.block.source(sentence.start, sentence.end)
            names[sentence.index] = document.passage(self.base, start, end)
            passages[names[sentence.index]] = Passage(
                names[sentence.index], iri, start, end, document.text[start:end], place
            )
        stated: dict[tuple[NamedNode, Triple], str] = {}
        with_: dict[NamedNode, dict[NamedNode, bool]] = {}
        authority: dict[Triple, bool] = {}
        for proposal in sorted(proposals, key=lambda one: one.sentence):
            graph = names[proposal.sentence]
            reference = [thing for thing in proposal.things if thing.territory is not None or thing.known]
            told = proposal.frame.startswith(TOLD)
            for triple in self._described([*reference, *self._at_home(reference, discourse)]):
                authority.setdefault(triple, told)
            for thing in reference:
                land = thing.territory.iri if thing.territory is not None else None
                if land is not None and (short := discourse.short.get(land.value)):
                    authority.setdefault(Triple(thing.iri, ALSO, Literal(short, language="fr")), told)
            for triple in proposal.triples:
                if (proposal.frame == "names" and authority.get(triple) is False) or self._is_known(triple):
                    continue
                stated.setdefault((graph, triple), proposal.frame)
            for one in proposal.reads_with:
                with_.setdefault(graph, {}).setdefault(names[one], told)
        own = tuple(discourse.own())
        known = self._known(authority, stated, iri, own)
        if answers:  # what frames propose they have read; a model's word is held against it
            known = replace(known, reads=cache(self.reads))
        links = {
            Quad(graph, READ_WITH, other, evidence): told
            for graph, others in with_.items()
            for other, told in sorted(others.items(), key=str)
            if other != graph
        }
        facts = self._facts(stated, [*links], passages, place)
        refused = prove(facts, {iri: document}, known, self.base).refusals
        dropped: set[tuple[NamedNode, Triple]] = set()
        nodes: set[tuple[NamedNode, NamedNode, bool]] = set()
        for refusal in refused:
            triple = refusal.statement.quad.triple
            told = stated[refusal.passage.iri, triple].startswith(TOLD)
            dropped.add((refusal.passage.iri, triple))
            if answers and told:
                answers.refused[f"proof-{refusal.gate}"] += 1
            if triple.predicate in ESSENTIAL:
                assert isinstance(triple.subject, NamedNode)
                # A model that is wrong about a node that frames have read takes down its own facts only.
                nodes |= {(refusal.passage.iri, triple.subject, side) for side in {True, told}}
        kept = {
            key: frame
            for key, frame in stated.items()
            if key not in dropped and (key[0], key[1].subject, frame.startswith(TOLD)) not in nodes
        }
        kept = self._whole(kept)
        kept = self._spoken_of(kept)
        telling = {graph for (graph, _), frame in kept.items() if frame.startswith(TOLD)}
        links_kept = [quad for quad, told in links.items() if not told or quad.subject in telling]
        facts = self._facts(kept, [*links_kept, *self._methods(kept, evidence)], passages, place)
        ends = {end for _, one in kept for end in (one.subject, one.object)}
        described = [one for one, told in authority.items() if not told or one.subject in ends]
        called = {thing.iri: thing.label for proposal in proposals for thing in proposal.things}
        described += titles([triple for _, triple in kept], called)
        return Extraction(document, facts, tuple(described), refused, kept, own, answers)

    def _spoken_of(self, kept: dict[tuple[NamedNode, Triple], str]) -> dict[tuple[NamedNode, Triple], str]:
        """Return facts without the names of things of which a model told nothing that stood."""
        spoken = {end for (_, one), frame in kept.items() if frame != NAMED for end in (one.subject, one.object)}
        return {key: frame for key, frame in kept.items() if frame != NAMED or key[1].subject in spoken}

    def _methods(self, kept: Mapping[tuple[NamedNode, Triple], str], evidence: NamedNode) -> list[Quad]:
        """Return how the facts of the passages were proposed, where a model told some."""
        methods: dict[NamedNode, set[bool]] = {}
        for (graph, _), frame in kept.items():
            methods.setdefault(graph, set()).add(frame.startswith(TOLD))
        return [
            Quad(graph, METHOD, LLM if told else RULES, evidence)
            for graph, sides in methods.items()
            if True in sides
            for told in sorted(sides)
        ]

    def _is_known(self, triple: Triple) -> bool:
        """Say whether a triple only says of an actor what the authority files say, or what lies above it."""
        thing = self.lexicon.things.get(triple.subject) if isinstance(triple.subject, NamedNode) else None
        name = getattr(triple.object, "value", "").rsplit("#", 1)[-1]
        return triple.predicate == TYPE and thing is not None and "Actor" in thing.classes and name in thing.classes

    def _whole(self, kept: dict[tuple[NamedNode, Triple], str]) -> dict[tuple[NamedNode, Triple], str]:
        """Return facts without those about nodes that no passage says to be anything."""
        typed = {triple.subject for _, triple in kept if triple.predicate == TYPE}
        types: dict[object, set[NamedNode]] = {}
        for _, triple in kept:
            if triple.predicate == TYPE and isinstance(triple.object, NamedNode):
                types.setdefault(triple.subject, set()).add(triple.object)
        above = self.lexicon.terms.above
        general = {
            (subject, cls)
            for subject, all_ in types.items()
            for cls in all_
            if any(cls in above.get(other, ()) and cls != other for other in all_)
        }
        told = {triple.subject for _, triple in kept if triple.predicate not in (TYPE, CONCERNS)}
        idle = {
            one for one in typed - told if isinstance(one, NamedNode) and one.value.startswith(f"{self.base}contract/")
        }

        def stands(term: object) -> bool:
            minted = isinstance(term, NamedNode) and any(
                term.value.startswith(f"{self.base}{kind}/") for kind in MINTED
            )
            return (not minted or term in typed) and term not in idle

        return {
            key: frame
            for key, frame in kept.items()
            if stands(key[1].subject)
            and stands(key[1].object)
            and not (key[1].predicate == TYPE and (key[1].subject, key[1].object) in general)
        }

    def _facts(
        self,
        stated: Mapping[tuple[NamedNode, Triple], str],
        links: list[Quad],
        passages: Mapping[NamedNode, Passage],
        place: Place,
    ) -> Facts:
        used = {graph for graph, _ in stated}
        reached = {quad.object for quad in links if quad.subject in used}
        statements = [
            Statement(Quad(triple.subject, triple.predicate, triple.object, graph), place) for graph, triple in stated
        ]
        statements += [Statement(quad, place) for quad in links if quad.subject in used]
        return Facts(tuple(statements), {name: one for name, one in passages.items() if name in used | reached})

    def _known(
        self,
        authority: Iterable[Triple],
        stated: Iterable[tuple[NamedNode, Triple]],
        document: NamedNode,
        own: Iterable[NamedNode],
    ) -> Known:
        """Return what proof relies on, with what the reference and the document itself add."""
        named = [triple for _, triple in stated if triple.predicate in (TYPE, LABEL, ALSO)]
        # "les Départements du Finistère et du Morbihan" names the land, and so the council.
        lands = [
            Triple(one.object, LABEL, Literal(self.lexicon.reference.by_iri(one.object).name, language="fr"))
            for one in authority
            if one.predicate == ADMINISTERS and isinstance(one.object, NamedNode)
        ]
        known = self.known.adding([*authority, *named, *lands], self.lexicon.terms.above)
        return replace(known, homes={document: frozenset(own), **known.homes})


def _naming(sentences: Sequence[Sentence], first: int, label: str) -> int:
    """Return the first sentence that says a label, ``first`` where none does: a title has but the acronym of a name."""
    words = f" {fold(label)} "
    said = (n for n in range(first, len(sentences)) if words in f" {' '.join(sentences[n].words())} ")
    return next(said, first)


def _is_identified(thing: Thing) -> bool:
    """Say whether the authority files alone say what a thing is: an actor or a place; of others passages do."""
    return thing.known and ("Actor" in thing.classes or thing.cls == "Place")


def _told_once(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Return proposals in which a sum that is told again is the one that was told."""
    before = again((one.sentence, triple) for one in proposals for triple in one.triples)

    def meant(term: object) -> object:
        return before.get(term, term)  # type: ignore[call-overload]

    def same(triple: Triple) -> Triple:
        return Triple(meant(triple.subject), triple.predicate, meant(triple.object))  # type: ignore[arg-type]

    return [replace(one, triples=list(map(same, one.triples))) for one in proposals] if before else list(proposals)


def _without_private(
    proposals: Sequence[Proposal], sentences: Sequence[Sentence], offices: frozenset[str]
) -> list[Proposal]:
    """Return proposals without the persons of whom no office is told: who only spoke stays inside the quotation."""
    holders = {triple.object for proposal in proposals for triple in proposal.triples if triple.predicate == MEMBER}
    holders |= {iri for sentence in sentences for iri in _titled(sentence, offices)}
    private = {
        thing.iri for proposal in proposals for thing in proposal.things
        if thing.cls == "Person" and not thing.known and thing.iri not in holders
    }  # fmt: skip
    kept = []
    for proposal in proposals:
        said = [triple for triple in proposal.triples if private.isdisjoint((triple.subject, triple.object))]
        things = [thing for thing in proposal.things if thing.iri not in private]
        kept += [replace(proposal, triples=said, things=things)] if said or not proposal.triples else []
    return kept


def _titled(sentence: Sentence, offices: frozenset[str]) -> Iterator[NamedNode]:
    """Yield the persons beside whom an office stands: « Jean Morel, préfet », « le préfet du Cher, Jean Morel »."""
    words = [token.text for token in sentence.tokens]
    held = [(one.start, one.end) for one in sentence.mentions if one.kind == "function"]
    held += [(at, at + 1) for at, token in enumerate(sentence.tokens) if token.fold in offices]
    for mention in sentence.mentions:
        if mention.kind != "person":
            continue
        after = any(words[mention.end : start] in ([], [","], ["("]) for start, _ in held)
        before = any(end <= mention.start <= end + FAR and "et" not in words[end : mention.start] for _, end in held)
        if after or before:
            yield mention.things[0].iri
