"""
The identifiers of new nodes: the same text gives the same ones, and one thing that is spoken of twice has one.

A figure or a sum is told by its number; a contract by its parties, though a text may name them pages apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from dorsale.documents.extract.discourse import ANEW, INDEFINITE, Discourse, Settled
from dorsale.documents.extract.lexicon import Lexicon, Thing
from dorsale.documents.extract.mentions import Sentence
from dorsale.documents.frames import Frame
from dorsale.documents.values import Value
from dorsale.names import CODE, fold, mint

# What a role may hold: things, values, codes, words of the text, or a mention that means nothing known yet.
Terms = dict[str, list[object]]
PARTIES = ("grantor", "delegatee", "authority", "contractor")
ANOTHER = ANEW | {"premier", "premiere"}
HOLDERS = ("delegatee", "contractor")
AMENDMENT, AFFERMAGE, BUILDING = "Amendment", "Affermage", NamedNode(f"{CODE}mission/construction")
# Nodes that are new in each sentence that states them.
EACH_TIME = ("observation", "funding", "event")


@dataclass
class Contract:
    """A contract that a text speaks of: its node, its parties as far as they are named, the kind said, its missions."""

    node: NamedNode
    sentence: int
    parties: dict[str, NamedNode] = field(default_factory=dict)
    kind: str = ""
    missions: set[object] = field(default_factory=set)


class Nodes:
    """The nodes of one document."""

    def __init__(self, lexicon: Lexicon, discourse: Discourse, base: str) -> None:
        self.lexicon, self.discourse, self.base = lexicon, discourse, base
        self.contracts: list[Contract] = []
        # The event that somebody held and that the text goes on to tell of.
        self.gathering: Thing | None = None
        # The event that was told of last, and in which sentence.
        self.occasion: tuple[int, Thing] | None = None
        self._minted: dict[str, tuple[int, tuple[str, ...]]] = {}

    def mint(self, sentence: Sentence, frame: Frame, terms: Terms, bound: Mapping[str, Sequence[Settled]]) -> set[int]:
        """Give each new node of a frame its identifier; return the sentences where contracts of it were met first."""
        met: set[int] = set()
        for role, shape in frame.mint.items():
            kind, _, shape_of_slug = shape.partition("/")
            if kind == "contract":
                terms[role] = [self._contract(sentence, shape_of_slug, terms, bound.get(role), met)]
            elif not any(isinstance(term, Thing) for term in terms.get(role, ())):
                terms[role] = [node := self._node(sentence, kind, shape_of_slug, terms)]
                if kind == "event":
                    event = Thing(node, "", "Event", self.lexicon.above("Event"), known=False, unnamed=True)
                    self.occasion = sentence.index, event
                    held = terms.get("organiser") or terms.get("organization")
                    self.gathering = event if held else self.gathering
                    self.discourse.first.setdefault(node.value, sentence.index)
        return met

    def _here(self, sentence: Sentence) -> str:
        return f"{self.discourse.slug}-{sentence.block.source(sentence.start, sentence.end)[0]}"

    def _node(self, sentence: Sentence, kind: str, shape: str, terms: Terms) -> NamedNode:
        here = self._here(sentence)
        slug = slug_of(shape, terms) or here
        if kind in EACH_TIME and self.discourse.slug not in slug:
            slug = f"{self.discourse.slug}-{slug}"  # two documents that count the same thing have two figures
        figures = [one for role in ("value", "amount") for one in terms.get(role, ()) if isinstance(one, Value)]
        said = tuple(sorted(figure.literals[0][0] for figure in figures))
        iri = mint(self.base, kind, slug)
        where, what = self._minted.setdefault(iri.value, (sentence.index, said))
        if what != said or (where != sentence.index and kind in EACH_TIME):
            iri = mint(self.base, kind, slug, here, *said)
        return iri

    def _contract(
        self, sentence: Sentence, shape: str, terms: Terms, mentioned: Sequence[Settled] | None, met: set[int]
    ) -> NamedNode:
        """Return the contract of a frame: one spoken of before, unless its parties or its kind are others."""
        things = {role: one for role in PARTIES for one in terms.get(role, ())[:1] if isinstance(one, Thing)}
        parties = {role: thing.iri for role, thing in things.items()}
        said = mentioned[0].mention.cls if mentioned else "Contract"
        kind = "" if said == "Contract" else said
        new = self._is_new(sentence, mentioned[0], parties) if mentioned else False
        known = (one for one in reversed(self.contracts) if self._may_be(one, parties, kind))
        contract = None if new else next(known, None)
        if contract is None:
            slug = slug_of(shape, {role: bound for role, bound in terms.items() if role != "contract"})
            node = mint(self.base, "contract", slug or self._here(sentence))
            if any(one.node == node for one in self.contracts):
                node = mint(self.base, "contract", slug or "", self._here(sentence))
            contract = Contract(node, sentence.index)
        else:
            self.contracts.remove(contract)
        self.contracts.append(contract)
        if kind and (not contract.kind or contract.kind in self.lexicon.above(kind)):
            contract.kind = kind
        contract.parties.update(parties)
        contract.missions.update(terms.get("mission", ()))
        if "delegatee" in things:
            self.discourse.delegatee = things["delegatee"]
        label = mentioned[0].mention.label if mentioned else ""
        thing = Thing(contract.node, label, "Contract", self.lexicon.above("Contract"), known=False, unnamed=True)
        met.add(self.discourse.speak(sentence.index, thing))
        return contract.node

    def _is_new(self, sentence: Sentence, one: Settled, parties: Mapping[str, NamedNode]) -> bool:
        """Say whether a text that has told of a contract by its kind tells of another: « une convention »."""
        start, last = one.mention.start, self.contracts[-1] if self.contracts else None
        if last is None or last.sentence == sentence.index or not 0 < start <= len(sentence.tokens):
            return False
        another = start > 1 and sentence.tokens[start - 1].fold in ANOTHER  # « une première DSP »
        if last.kind != one.mention.cls and not another:
            return False
        shares = (other.parties.get(role) == iri for other in self.contracts for role, iri in parties.items())
        return sentence.tokens[start - 1 - another].fold in INDEFINITE and not any(shares)

    def _may_be(self, one: Contract, parties: Mapping[str, NamedNode], kind: str) -> bool:
        """Say whether a contract can be one spoken of before: it is the last, or has a party of it, and no other."""
        agree = all(one.parties.get(role, iri) == iri for role, iri in parties.items())
        shares = any(one.parties.get(role) == iri for role, iri in parties.items())
        held, holds = ({of[role] for role in HOLDERS if role in of} for of in (one.parties, parties))
        agree = agree and not (held and holds and held.isdisjoint(holds))  # the works of one, the running of another
        above = self.lexicon.above
        same = not one.kind or not kind or one.kind in above(kind) or kind in above(one.kind)
        same = same and (one.kind == AMENDMENT) == (kind == AMENDMENT)  # what changes a contract is another one
        same = same and not (
            kind == AFFERMAGE and one.kind != kind and BUILDING in one.missions
        )  # who takes one builds nothing
        return agree and same and (shares or one is self.contracts[-1])


def slug_of(shape: str, terms: Mapping[str, Sequence[object]]) -> str | None:
    """
    Return a slug from its shape, like ``{grantor}-{delegatee}-{starts|awarded}``; what is not there is left out.

    None where no role of a shape that has several parts is there.
    """
    out: list[str] = []
    for part in shape.split("-"):
        if not part.startswith("{"):
            out.append(part)
            continue
        said = next((terms[name][0] for name in part[1:-1].split("|") if terms.get(name)), None)
        if isinstance(said, Thing):
            ours = said.iri.value.rsplit("/", 1)[-1]
            out.append(fold(said.label) if said.territory is not None and said.cls == "Territory" else ours)
        elif isinstance(said, Value):
            out.append(said.literals[0][0])
        elif isinstance(said, NamedNode):
            out.append(said.value.rsplit("/", 1)[-1])
        elif isinstance(said, Literal):
            out.append(said.value)
    needed = 1 if "{" in shape and "-" in shape else 0
    return "-".join(out) if len(out) > needed else None
