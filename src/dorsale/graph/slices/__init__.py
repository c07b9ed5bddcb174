"""
A slice: the part of a dataset that is about some things, or that some documents say, as a dataset of its own.

It is closed: whatever a fact names is described as it is in the whole, each passage has its words and its document,
each term its label. What follows is derived anew, from what is in the slice and nothing else, and kept where it holds
in the whole, too: a sum over fewer summands, or what only a missing exception lets follow, would be another claim.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from dorsale.errors import QueryParameter
from dorsale.graph.derive import Rule, derive
from dorsale.graph.explain import Prover
from dorsale.graph.labels import Labels
from dorsale.graph.queries.parameters import Parameter, fits
from dorsale.graph.store import VIEW, Change, Dataset
from dorsale.names import dor, fold, public
from dorsale.statements import in_graph
from dorsale.words import LANGUAGES, say

# What a slice may be asked for, and of which class it is; the first two choose things, the last one who says it.
THINGS = {"territory": "Territory", "actor": "Actor"}
CHOICES = {**THINGS, "document": "Document"}
TIMES = ("since", "until")
TYPE, QUOTED_FROM, STATED_IN = public("rdf:type"), public("prov:wasQuotedFrom"), dor("statedIn")
FACT = tuple(public(f"rdf:{part}") for part in ("subject", "predicate", "object"))
# By these a thing is known; whoever names it brings them along.
NAMING = {
    *(public(name) for name in ("rdf:type", "rdfs:label", "skos:altLabel", "skos:prefLabel", "skos:notation")),
    *(dor(name) for name in ("unnamed", "groupOf", "groupSize")),
}
# These say nothing without the rest of what is said of them: whoever names one brings it along whole.
WHOLE = {*(dor(name) for name in ("Funding", "Observation", "Shareholding")), public("org:Membership")}
# The graphs whose statements describe whom they are about, and come along with it.
DESCRIBING = ("evidence", "authority", "codes", "names")
# From a scheme of codes to every one of them.
DOWNWARDS = {public("skos:hasTopConcept"), public("skos:narrower")}
# A folder has its name, however much a slice was asked for.
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Slice:
    """
    What a slice is asked for: several of one kind are any of them, several kinds hold together.

    ``since`` and ``until`` are of the documents: when they may have been published.
    """

    territory: tuple[NamedNode, ...] = ()
    actor: tuple[NamedNode, ...] = ()
    document: tuple[NamedNode, ...] = ()
    since: str | None = None
    until: str | None = None

    @classmethod
    def of(
        cls, dataset: Dataset, named: Mapping[str, Sequence[str]], since: str | None = None, until: str | None = None
    ) -> "Slice":
        """
        Return what words ask for: things by their names, as the parameters of stored queries; a day or a year.

        Raises :class:`QueryParameter` for a name that means no thing of its class, or several, and for no date.
        """
        found: dict[str, tuple[NamedNode, ...]] = {}
        for kind, names in named.items():
            parameter = Parameter(kind, CHOICES[kind], {}, {})
            terms = (parameter.term(dataset, say("slice"), name) for name in names)
            found[kind] = tuple(sorted({one for one in terms if isinstance(one, NamedNode)}, key=str))
        for name, value in zip(TIMES, (since, until), strict=True):
            if value is not None and not fits("year", value) and not fits("date", value):
                raise QueryParameter(query=say("slice"), parameter=name, reason=say("value-date", value=value))
        return cls(**found, since=since, until=until)

    def __bool__(self) -> bool:
        return self != Slice()

    def words(self, dataset: Dataset, tongue: str) -> str:
        """Return what is asked for as a reader names it."""
        labels = Labels(dataset, tongue)
        said = [", ".join(map(labels.label, some)) for some in (self.territory, self.actor, self.document) if some]
        said += [
            say(f"slice-{name}", tongue, date=value)
            for name, value in zip(TIMES, (self.since, self.until), strict=True)
            if value
        ]
        return " ; ".join(said)

    def titles(self, dataset: Dataset) -> dict[str, str]:
        """Return what is asked for by language."""
        return {tongue: self.words(dataset, tongue) for tongue in LANGUAGES}

    def slug(self, dataset: Dataset) -> str:
        """Return the name of the slice in an address: the same whoever asks, another one for another slice."""
        name = fold(self.words(dataset, "fr")).replace(" ", "-")
        return name if len(name) <= LONGEST else f"{name[:LONGEST]}-{sha256(repr(self).encode()).hexdigest()[:8]}"

    def cut(self, dataset: Dataset, rules: Iterable[Rule]) -> Dataset | None:
        """
        Return what is asked for as a dataset in memory, with what follows by rules; None where no passage says any.
        """
        given = tuple(rules)
        part = _Part(dataset, Prover(dataset, lambda: given))
        if not part.take(self._things(dataset), self._documents(dataset)):
            return None
        slice = Dataset(Store(), dataset.base)
        slice.commit(Change(dict.fromkeys(part.closed())))
        # What follows may name a code that nobody states.
        part.quads |= _following(slice, dataset, given)
        slice.commit(Change(dict.fromkeys(part.closed())))
        return slice

    def _things(self, dataset: Dataset) -> set[NamedNode] | None:
        """Return what facts may be about; None is anything."""
        found: set[NamedNode] | None = None
        for kind in THINGS:
            if asked := getattr(self, kind):
                seeds = list(_answers(dataset, kind, _listed(asked)))
                about = set(_answers(dataset, "around", _listed(seeds)))
                found = about if found is None else found & about
        return found

    def _documents(self, dataset: Dataset) -> set[NamedNode] | None:
        """Return the documents whose passages count; None is any."""
        found = set(self.document) if self.document else None
        if self.since or self.until:
            asked = " ".join(str(Literal(one)) if one else "UNDEF" for one in (self.since, self.until))
            then = set(_answers(dataset, "documents", asked))
            found = then if found is None else found & then
        return found


class _Part:
    """The quads of a dataset that are taken, and what describes whatever they name."""

    def __init__(self, dataset: Dataset, prover: Prover) -> None:
        self.dataset, self.prover = dataset, prover
        self.quads: set[Quad] = set()
        self._about: set[NamedNode] = set()
        self._met: set[NamedNode] = set()
        names = (*DESCRIBING, "derived", "ontology")
        self._graphs = {f"<{dataset.base}graph/{name}>": name for name in names}

    def take(self, things: set[NamedNode] | None, documents: set[NamedNode] | None) -> int:
        """
        Take what the passages of some documents say of some things, and what that follows from which they do not say.

        Return how many quads that are.
        """
        quads = self.dataset.store.quads_for_pattern
        passages = {
            quad.subject
            for document in (documents if documents is not None else (None,))
            for quad in quads(None, QUOTED_FROM, document, VIEW)
            if isinstance(quad.subject, NamedNode)
        }
        if things is None:
            taken = (quad for passage in passages for quad in quads(None, None, None, passage))
        else:
            facts = {quad.triple for one in things for quad in quads(one, None, None, VIEW)}
            facts |= {premise for fact in facts for premise in self._premises(fact)}
            taken = (
                quad
                for fact in facts
                for quad in quads(fact.subject, fact.predicate, fact.object, None)
                if quad.graph_name in passages
            )
        self.quads.update(taken)
        self._about = things or {quad.subject for quad in self.quads if isinstance(quad.subject, NamedNode)}
        return len(self.quads)

    def _premises(self, fact: Triple) -> Iterator[Triple]:
        """Yield what a fact that nobody states rests on; where a thing is spoken of needs no more than the passages."""
        if fact.predicate != STATED_IN and not self.prover.sources.stated(fact) and (proof := self.prover.prove(fact)):
            yield from (leaf.fact for leaf in proof.leaves())

    def closed(self) -> set[Quad]:
        """Return what is taken, with what describes all that it names: things, classes, codes, passages, documents."""
        ahead = [term for quad in self.quads for term in _named(quad)]
        while ahead:
            if (one := ahead.pop()) not in self._met:
                self._met.add(one)
                found = set(self._describing(one))
                self.quads |= found
                ahead += [term for quad in found for term in _named(quad)]
        return self._settled()

    def _describing(self, one: NamedNode) -> Iterator[Quad]:
        said = [quad for quad in self.dataset.store.quads_for_pattern(one, None, None, None) if quad.graph_name != VIEW]
        whole = one not in self._about and any(quad.predicate == TYPE and quad.object in WHOLE for quad in said)
        for quad in said:
            graph = self._graphs.get(str(quad.graph_name), "passage")
            if graph == "passage":
                taken = whole or quad.predicate in NAMING
            else:
                taken = graph in DESCRIBING and not (graph == "codes" and quad.predicate in DOWNWARDS)
            if taken:
                yield quad

    def _settled(self) -> set[Quad]:
        """Return what is taken without what lets in facts that are not."""
        facts = {tuple(quad.triple) for quad in self.quads}
        said: dict[object, dict[NamedNode, object]] = defaultdict(dict)
        for quad in self.quads:
            if quad.predicate in FACT:
                said[quad.subject][quad.predicate] = quad.object
        idle = {one for one, parts in said.items() if tuple(parts.get(part) for part in FACT) not in facts}
        return {quad for quad in self.quads if quad.subject not in idle and quad.object not in idle}


def _named(quad: Quad) -> Iterator[NamedNode]:
    for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
        if isinstance(term, NamedNode):
            yield term


def _following(slice: Dataset, whole: Dataset, rules: Iterable[Rule]) -> set[Quad]:
    """Return what follows in a slice and holds in the whole; a thing that is computed otherwise there is left out."""
    found = list(derive(slice, rules).additions)
    held = {quad for quad in found if in_graph(quad.triple, VIEW) in whole.store}
    stated = {fact.subject for fact in slice.facts()}
    otherwise = {quad.subject for quad in found if quad not in held and quad.subject not in stated}
    return {quad for quad in held if quad.subject not in otherwise and quad.object not in otherwise}


def _answers(dataset: Dataset, name: str, asked: str) -> Iterator[NamedNode]:
    """Yield what a question of this folder is answered, its row of values being ``asked``."""
    text = (files(__package__) / f"{name}.rq").read_text("utf-8")
    row = "UNDEF UNDEF" if "(UNDEF UNDEF)" in text else "UNDEF"
    for (one,) in dataset.rows(text.replace(row, asked, 1)):
        if isinstance(one, NamedNode):
            yield one


def _listed(terms: Iterable[NamedNode]) -> str:
    return " ".join(map(str, terms))
