"""
From sentences to proposals: each match of a frame states its template, with the things that the text means.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import product
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from dorsale.documents.blocks import ITEM, ROW
from dorsale.documents.extract.discourse import Discourse, Settled
from dorsale.documents.extract.lexicon import Lexicon, Thing
from dorsale.documents.extract.mentions import Sentence
from dorsale.documents.extract.sums import Sum, parts, stated
from dorsale.documents.frames import Frame, Frames, Pattern, variable
from dorsale.documents.values import Value
from dorsale.names import CODE, dor, fold, mint

XSD = "http://www.w3.org/2001/XMLSchema#"
AMOUNT = dor("amount")
STATUS, FUNDER = f"{CODE}status/", dor("funder")
# The roles of numbers, each of which is counted once.
FIGURES = frozenset({"value", "amount"})
# The classes that a role may give to a name of which nothing else is known, the first that it asks for.
TYPED_BY_USE = (
    "Person", "Company", "TelecomOperator", "PublicBody", "SyndicatMixte", "Actor", "Network", "Project", "Programme",
    "Service",
)  # fmt: skip
# What a part ("dont 57 en Lozère") takes over from its whole.
ROLE_OF = {dor("indicator"): "indicator", dor("unit"): "unit"}
# How far after a figure its date may stand, in words.
NEAR = 8
# How many words after a number still speak of it.
REACH = 3
# What a value says by its form: which properties take the two ends of a range, and the one for a date to come.
RANGES = {"value": ("minimumValue", "maximumValue"), "amount": ("minimumAmount", "maximumAmount")}
DROPPED = frozenset(
    [
        "le",
        "la",
        "les",
        "l",
        "un",
        "une",
        "ce",
        "cet",
        "cette",
        "ces",
        "son",
        "sa",
        "ses",
        "leur",
        "leurs",
        "notre",
        "nos",
    ]
    + [
        "également",
        "aussi",
        "désormais",
        "donc",
        "enfin",
        "ensuite",
        "déjà",
        "actuellement",
        "officiellement",
        "finalement",
        "récemment",
        "hui",
        "aujourd",
        "définitivement",
        "formellement",
        "historiquement",
        "principalement",
        "majoritairement",
        "intégralement",
        "entièrement",
        "totalement",
        "lui",
        "elle",
        "eux",
        "même",
        "total",
        "moyenne",
        "respectivement",
        "alors",
        "toutefois",
        "cependant",
        "environ",
        "quelque",
    ]
)
SAID = {
    "d": "de",
    "du": "de",
    "des": "de",
    "au": "a",
    "aux": "a",
    "à": "a",
    "qu": "que",
    "s": "se",
    "n": "ne",
    "c": "ce",
}
SAID |= {"jusqu": "jusque", "lorsqu": "lorsque", "puisqu": "puisque", "quelqu": "quelque"}
# Words before a value that qualify it: the value has read them.
QUALIFYING = re.compile(
    r"(?:(?:près|plus|moins|autour|ordre|au delà|pas moins|hauteur) de |jusque a |a peu près |presque |quasi |de ordre de )$"
)
FUTURE = re.compile(
    r"\b(?:\w{3,}(?:era|eront|erait|eraient|ira|iront|irait|iraient)|sera|seront|serait|seraient|aura|auront|fera|feront|devra|devront"
    r"|devrait|devraient|doit|doivent|pourra|pourront|pourrait|va|vont|prévoit|prévoient|prévu|prévue|prévus|prévues|envisage|envisagent|programmé|programmés|programmées"
    r"|futur|future|futurs|futures|à terme|a terme|projette|prochain|prochaine|prochainement|attendu|attendus|attendues|attendue|reste|restent|restait)\b"
)
AIM = re.compile(
    r"\b(?:objectifs? (?:de|est|être|fixé|affiché|:)|(?:pour|comme|ont|a) objectif|(?:vise|visent|visant|visait|visaient) a|ambition|ambitionne|ambitionnent"
    r"|ambitionnait|projetait|au plus tard|horizon|cible|de ici)\b"
)
HYPOTHESIS = re.compile(r"\b(?:pourrait|pourraient|faute de|a défaut|si \S+ ne|serait|seraient|aurait|auraient)\b")
NEGATED = re.compile(r"\b(?:ne|n) (?:\S+ ){1,4}?(?:pas|plus|jamais|aucun|aucune)\b|\b(?:sans|aucun|aucune|ni) ")
DENIED = re.compile(r"\b(?:ne|n) (?:\S+ ){1,2}(?:pas|plus|jamais|guère)(?: \S+){0,2} $")
NUMBER = re.compile(r"<(\d+);")


@dataclass
class Proposal:
    """What one match of a frame states: its triples, the sentence, and the sentences that it is read with."""

    frame: str
    sentence: int
    triples: list[Triple]
    reads_with: set[int] = field(default_factory=set)
    things: list[Thing] = field(default_factory=list)


class Proposer:
    """Applies frames to the sentences of one document."""

    def __init__(
        self, lexicon: Lexicon, frames: Frames, discourse: Discourse, base: str, before: Discourse | None = None
    ) -> None:
        self.lexicon, self.frames, self.discourse, self.base = lexicon, frames, discourse, base
        self.before = before  # what a first reading of the whole document had found
        self.minted: dict[str, tuple[int, tuple[str, ...]]] = {}
        self.contracts: list[dict[str, Any]] = []
        self.dated: dict[int, Value] = {}
        self.whole: dict[str, object] | None = None
        self.sums: list[tuple[int, Sum]] = []
        self.intro: tuple[Sentence, list[Settled], str, frozenset[str]] | None = None
        self.header: tuple[Sentence, list[Settled], list[str], frozenset[str]] | None = None

    def propose(self, sentences: Sequence[Sentence]) -> Iterator[Proposal]:
        """Yield the proposals of the sentences, in their order."""
        for sentence in sentences:
            settled = self.discourse.settle(sentence)
            rewritten, starts, has = rewrite(sentence, settled)
            if sentence.block.kind == ROW:
                yield from self._row(sentence, settled, rewritten, has)
            else:
                self.header = None
            self._date(sentence, settled)
            _complete(settled)
            if sentence.block.kind == ITEM and self.intro is not None:
                yield from self._item(sentence, settled, rewritten, has)
            elif rewritten.endswith(": "):
                self.intro = (sentence, settled, rewritten, has)
            elif sentence.block.kind != ITEM:
                self.intro = None
            counted: set[int] = set()
            self.whole = None
            for frame, pattern, found in self.frames.matches(rewritten, has):
                figures = {
                    number for role, numbers in pattern.bound(found).items() if role in FIGURES for number in numbers
                }
                if figures & counted:  # a number is one figure: the first frame that reads it keeps it
                    continue
                if proposal := self._state(sentence, settled, rewritten, starts, frame, pattern, found):
                    counted |= figures
                    self._add_up(sentence, proposal, rewritten, figures)
                    yield proposal
            yield from self._parts(sentence)
        yield from self._parts(None)

    def _add_up(self, sentence: Sentence, proposal: Proposal, rewritten: str, figures: set[int]) -> None:
        """Keep the sum of a proposal, and where it stands."""
        for triple in proposal.triples:
            if triple.predicate == AMOUNT and isinstance(triple.subject, NamedNode) and len(figures) == 1:
                place = rewritten.find(f"<{min(figures)};")
                within = bool(re.search(r"\bdont (?:\S+ ){0,2}$", rewritten[:place]))
                amount = Decimal(triple.object.value) if isinstance(triple.object, Literal) else Decimal(0)
                self.sums.append((place, Sum(sentence.index, triple.subject, amount, within)))

    def _parts(self, sentence: Sentence | None) -> Iterator[Proposal]:
        """Yield which sums are parts of others: in one sentence, or in the rows of one table."""
        if sentence is not None and sentence.block.kind == ROW:
            return
        rows = [one for _, one in self.sums if sentence is None or one.sentence != sentence.index]
        here = [one for _, one in sorted(self.sums, key=lambda kept: kept[0]) if one not in rows]
        for sums in (rows, here):
            for part, whole in parts(sums):
                above = {whole.sentence} - {part.sentence}
                yield Proposal("parts", part.sentence, [stated(part, whole)], above)
        self.sums = []

    def _row(
        self, sentence: Sentence, settled: list[Settled], rewritten: str, has: frozenset[str]
    ) -> Iterator[Proposal]:
        """Yield what the cells of a row state, each read with the label of its row and the header of its column."""
        cells = rewritten.split(": ")
        numbers = [bool(re.search(r",(?:Count|Percent|Amount|Length),", cell)) for cell in cells[1:]]
        if len(cells) < 3 or not any(numbers):
            self.header = (sentence, settled, cells, has) if len(cells) > 1 and not any(numbers) else None
            return
        if self.header is None or len(self.header[2]) not in (len(cells), len(cells) - 1):
            return
        above, titles, heads, words = self.header
        heads = [""] * (len(cells) - len(heads)) + heads
        both = [*settled, *titles]
        for cell, head in zip(cells[1:], heads[1:], strict=True):
            moved = re.sub(r"<(\d+);", lambda found: f"<{int(found[1]) + len(settled)};", head)
            said = f"{cells[0]}: {cell}{moved}"
            for frame, pattern, found in self.frames.matches(said, has | words):
                proposal = self._state(sentence, both, said, [0], frame, pattern, found)
                if proposal is not None:
                    proposal.reads_with.add(above.index)
                    yield proposal
                    break

    def _item(
        self, sentence: Sentence, settled: list[Settled], rewritten: str, has: frozenset[str]
    ) -> Iterator[Proposal]:
        """Yield what an item of a list states together with the words that announce the list."""
        assert self.intro is not None
        above, before, intro, words = self.intro
        moved = re.sub(r"<(\d+);", lambda found: f"<{int(found[1]) + len(before)};", rewritten)
        for frame, pattern, found in self.frames.matches(intro + moved, has | words):
            if found.start() < len(intro) < found.end():
                whole = [*before, *settled]
                if proposal := self._state(sentence, whole, intro + moved, [0], frame, pattern, found):
                    proposal.reads_with.add(above.index)
                    yield proposal

    def _date(self, sentence: Sentence, settled: list[Settled]) -> None:
        """Keep the date that stands alone before a sentence of the same block: « 2020. 16 500 lignes livrées. »"""
        only = [one.mention for one in settled if one.mention.cls == "Date"]
        if len(only) == 1 and only[0].end - only[0].start >= sum(1 for token in sentence.tokens if token.fold):
            assert only[0].value is not None
            self.dated[sentence.index + 1] = only[0].value

    def _state(
        self, sentence: Sentence, settled: list[Settled],
        rewritten: str,
        starts: Sequence[int],
        frame: Frame, pattern: Pattern, found: "re.Match[str]",
    ) -> Proposal | None:  # fmt: skip
        clause_start, clause_end = _clause(rewritten, found.start(), found.end())
        clause = rewritten[clause_start:clause_end]
        before = re.split(r"[,;:]|<[^>]*>", rewritten[: found.start()])[-1]
        if NEGATED.search(re.sub(r"<[^>]*>", "", found[0])) or DENIED.search(before):
            return None
        bound: dict[str, list[Settled]] = {}
        for role, numbers in pattern.bound(found).items():
            bound[role] = [settled[number] for number in numbers]
        used = {id(one) for ones in bound.values() for one in ones}
        for patterns in frame.around.values():
            for one in patterns:
                for other in one.regex.finditer(rewritten, clause_start, clause_end):
                    roles = {role: [settled[n] for n in numbers] for role, numbers in one.bound(other).items()}
                    if (
                        not any(id(s) in used for ones in roles.values() for s in ones)
                        and not roles.keys() & bound.keys()
                        and ("date" not in roles or _dates(rewritten, found, other))
                    ):
                        bound.update(roles)
                        used |= {id(s) for ones in roles.values() for s in ones}
                        break
                else:
                    continue
                break
        proposal = Proposal(frame.name, sentence.index, [])
        if not frame.states:
            return proposal
        plain = re.sub(r"<[^>]*>", "", clause)
        future, aim = bool(FUTURE.search(plain)), bool(AIM.search(plain))
        if "funding" in frame.mint and HYPOTHESIS.search(plain):
            return None
        terms: dict[str, list[object]] = {}
        for role, ones in bound.items():
            wanted = _wanted(pattern, frame, role)
            values = [self._term(one, wanted, proposal) for one in ones]
            terms[role] = [value for value in values if value is not None]
        if any(role in terms and not terms[role] for role in pattern.roles.values()):
            return None
        first = max(bisect_right(starts, found.start()) - 1, 0)
        near = sentence.words(first, bisect_left(starts, found.end()) + REACH) if len(starts) > 1 else sentence.words()
        words = near if FIGURES & terms.keys() or "technology" in frame.codes else sentence.words()
        self._fill(sentence, frame, terms, proposal, (future, aim), words)
        if any(not terms.get(role) for role in frame.needs):
            return None
        for one in terms.get(frame.each, [None]):
            single = terms if one is None else {**terms, frame.each: [one]}
            if not self._mint(sentence, frame, single, proposal, bound):
                return None
            for triple in frame.states:
                proposal.triples += self._instances(triple, single)
        if "observation" in terms and "whole" not in terms:
            self.whole = {
                "whole": terms["observation"][0],
                **{ROLE_OF[t.predicate]: t.object for t in proposal.triples if t.predicate in ROLE_OF},
            }
        proposal.triples = list(dict.fromkeys(proposal.triples))
        return proposal if proposal.triples else None

    def _term(self, one: Settled, wanted: frozenset[str], proposal: Proposal) -> object | None:
        """Return what a mention stands for in a role: a thing, a value, a title; the council of a land where one acts."""
        if one.mention.value is not None:
            if one.mention.above is not None and one.mention.above != proposal.sentence:
                proposal.reads_with.add(one.mention.above)
            return one.mention.value
        if one.mention.kind == "function":
            return Literal(one.mention.label, language="fr")
        thing = one.thing
        if thing is None:
            return one
        if thing.territory is not None or thing.cls in ("Department", "Region", "Municipality"):
            thing = self._side(thing, wanted)
            if thing is None:
                return None
        if thing.cls == "Name":
            asked = [cls for cls in TYPED_BY_USE if cls in wanted]
            if asked:
                thing = self.discourse.type(thing, asked[0])
        if one.where is not None and one.where != proposal.sentence:
            proposal.reads_with.add(one.where)
        elif (
            not one.named
            and (where := self.discourse.first.get(thing.iri.value)) is not None
            and where != proposal.sentence
        ):
            proposal.reads_with.add(where)
        proposal.things.append(thing)
        return thing

    def _side(self, thing: Thing, wanted: frozenset[str]) -> Thing | None:
        """Return the council or the land of a territory, whichever the role asks for."""
        acts = bool(wanted & {"Council", "Actor", "PublicBody", "LocalAuthority", "Department", "Region"})
        lies = bool(wanted & {"Territory", "Land", "Place", "Commune", "Departement"})
        if thing.cls == "Territory":
            if lies or not acts:
                return thing
            self.discourse.acting.add(thing.iri.value)
            return self.lexicon.council(thing.territory) if thing.territory else None
        if acts or not lies:
            return thing
        if thing.territory is not None:
            return self.lexicon.land(thing.territory) if thing.territory.iri else thing
        iri = next((iri for iri, council in self.lexicon.councils.items() if council.iri == thing.iri), None)
        return self.lexicon.land(self.lexicon.reference.by_iri(iri)) if iri else thing

    def _fill(
        self, sentence: Sentence, frame: Frame, terms: dict[str, list[object]], proposal: Proposal,
        modality: tuple[bool, bool], words: Sequence[str],
    ) -> None:  # fmt: skip
        """Fill the roles that the sentence leaves to the document, and those that its words announce."""
        asked = {name for triple in frame.states for term in triple if (name := variable(term))}
        for role, asked_for in frame.codes.items():
            scheme, *but = asked_for.split(" -")
            if codes := self.lexicon.coded(words, scheme):
                left_out = {over for code in codes for over in self.lexicon.broader(code)}
                left_out |= {NamedNode(f"{CODE}{scheme}/{name}") for name in but}
                terms[role] = [code for code in codes if code not in left_out]
        for role in asked - terms.keys():
            thing: Thing | None = None
            if role in ("about", "purpose"):
                section = self.discourse.section
                thing = section or self._only_network(sentence) or self._undertaking()
                programme = section is not None and "Network" not in section.classes
                if programme and role == "about" and (home := self._home()) is not None:
                    terms[role] = [home]
                    proposal.things.append(home)
            elif role in ("organization", "body"):
                thing = self.discourse.previous or self.discourse.headed
                if thing is not None and thing.cls == "Name":
                    thing = self.discourse.type(thing, "Actor")
                if thing is not None and "Actor" not in thing.classes:
                    thing = None
            elif role == "section":
                thing = self.discourse.section
            elif role == "network":
                thing = self._network()
            elif role == "undertaking":
                thing = self._network() or self._undertaking()
            elif role == "contract":
                node = self.contracts[-1]["contract"] if self.contracts else None
                thing = next((t for _, t in self.discourse.last if t.iri == node), None)
            elif role == "home":
                thing = self._home()
            elif role == "council":
                place = self.discourse.home or self.discourse.region
                thing = self.lexicon.council(place) if place else None
            if thing is not None:
                terms[role] = [*terms.get(role, ()), thing]
                proposal.things.append(thing)
                where = self.discourse.first.get(thing.iri.value)
                if where is None and self.before is not None:
                    where = self.before.first.get(thing.iri.value)
                if where is not None and where != sentence.index:
                    proposal.reads_with.add(where)
        if self.whole is not None and "whole" in asked:
            terms |= {role: [term] for role, term in self.whole.items()}
        future, aim = modality
        dates = [value for value in terms.get("date", ()) if isinstance(value, Value)]
        if "date" in asked and not dates and sentence.index in self.dated:
            terms["date"] = [self.dated[sentence.index]]
            proposal.reads_with.add(sentence.index - 1)
        if "status" in asked:
            target = aim or any(value.target for value in dates)
            name = "target" if target else "planned" if future else "reported"
            terms["status"] = [NamedNode(STATUS + name)]
            if name != "reported" and dates:
                terms["date"] = [replace(date, target=True) for date in dates]
        if "unit" in asked and "unit" not in terms:
            units = [value.unit for value in terms.get("value", ()) if isinstance(value, Value) and value.unit]
            terms["unit"] = [NamedNode(f"{CODE}unit/{unit}") for unit in units]
        if (future or aim) and "done" in terms:
            terms["done"] = [replace(date, target=True) for date in terms["done"] if isinstance(date, Value)]
        if "planned" in asked and (future or aim):
            terms["planned"] = [NamedNode(STATUS + "planned")]

    def _only_network(self, sentence: Sentence) -> Thing | None:
        """Return the network that a figure is of: the document's only one, or the last that its own paragraph names."""
        seen = {thing.iri: at for at, thing in (self.before or self.discourse).last if "Network" in thing.classes}
        if len(seen) < 2:
            return self._network()
        near = [(at, thing) for at, thing in self.discourse.last if "Network" in thing.classes]
        return near[-1][1] if near and near[-1][0] >= sentence.index - 2 else None

    def _network(self) -> Thing | None:
        """Return the network that the document is about, though it name it only further down."""
        return self.discourse.network or (self.before.network if self.before else None)

    def _undertaking(self) -> Thing | None:
        """Return the project of which the text speaks: a national programme pays, it is not what is paid."""
        own = [thing for _, thing in reversed(self.discourse.last) if not self.lexicon.is_national(thing)]
        return next((thing for cls in ("Project", "Programme") for thing in own if cls in thing.classes), None)

    def _home(self) -> Thing | None:
        place = self.discourse.home or self.discourse.region
        return self.lexicon.land(place) if place else None

    def _mint(
        self, sentence: Sentence, frame: Frame, terms: dict[str, list[object]], proposal: Proposal,
        bound: Mapping[str, list[Settled]],
    ) -> bool:  # fmt: skip
        """Give each new node of a frame its identifier; a contract that was spoken of is the same contract."""
        for role, shape in frame.mint.items():
            kind, _, parts = shape.partition("/")
            if kind == "contract":
                terms[role] = [self._contract(sentence, shape, parts, terms, proposal, bound.get(role))]
                continue
            if any(isinstance(term, Thing) for term in terms.get(role, ())):
                continue
            offset = sentence.block.source(sentence.start, sentence.end)[0]
            slug = _slug(parts, terms) or f"{self.discourse.slug}-{offset}"
            said = tuple(
                sorted(
                    str(lex)
                    for v in terms.get("value", []) + terms.get("amount", [])
                    if isinstance(v, Value)
                    for lex in v.literals[:1]
                )
            )
            iri = mint(self.base, kind, slug)
            before = self.minted.setdefault(iri.value, (sentence.index, said))
            if before[1] != said or (before[0] != sentence.index and kind in ("observation", "funding", "event")):
                offset = sentence.block.source(sentence.start, sentence.end)[0]
                iri = mint(
                    self.base,
                    kind,
                    slug,
                    f"{self.discourse.slug}-{offset}",
                    *("-".join(x.strip("()' ").split("'")[0] for x in said),),
                )
                self.minted.setdefault(iri.value, (sentence.index, said))
            terms[role] = [iri]
        return True

    def _contract(
        self, sentence: Sentence, shape: str, parts: str, terms: dict[str, list[object]], proposal: Proposal,
        mentioned: list[Settled] | None,
    ) -> NamedNode:  # fmt: skip
        """Return the contract of a frame: the one spoken of last, unless its parties are others."""
        parties = {
            role: thing.iri
            for role in ("grantor", "delegatee", "contractor")
            for thing in terms.get(role, ())[:1]
            if isinstance(thing, Thing)
        }
        said = mentioned[0].mention.cls if mentioned else "Contract"
        kind = "" if said == "Contract" else said
        current = next((one for one in reversed(self.contracts) if self._may_be(one, parties, kind)), None)
        if current is None:
            offset = sentence.block.source(sentence.start, sentence.end)[0]
            slug = _slug(parts, {role: bound for role, bound in terms.items() if role != "contract"})
            node = mint(self.base, "contract", slug or f"{self.discourse.slug}-{offset}")
            if any(one["contract"] == node for one in self.contracts):
                node = mint(self.base, "contract", slug or "", f"{self.discourse.slug}-{offset}")
            current = {"contract": node, "kind": ""}
        else:
            self.contracts.remove(current)
        if kind and (not current["kind"] or current["kind"] in self.lexicon.above(kind)):
            current["kind"] = kind
        current.update(parties)
        self.contracts.append(current)
        node = current["contract"]
        if delegatees := [thing for thing in terms.get("delegatee", ()) if isinstance(thing, Thing)]:
            self.discourse.delegatee = delegatees[0]
        label = mentioned[0].mention.label if mentioned else "contrat"
        thing = Thing(node, label, "Contract", self.lexicon.above("Contract"), known=False, unnamed=True)
        self.discourse.first.setdefault(node.value, sentence.index)
        where = self.discourse.first[node.value]
        if where != sentence.index:
            proposal.reads_with.add(where)
        self.discourse.last = [(at, other) for at, other in self.discourse.last if other.iri != node]
        self.discourse.last.append((sentence.index, thing))
        return node

    def _may_be(self, one: Mapping[str, Any], parties: Mapping[str, NamedNode], kind: str) -> bool:
        """Say whether a contract can be one spoken of before: it is the last one, or has a party of it, and no other."""
        agree = all(one.get(role, iri) == iri for role, iri in parties.items())
        shares = any(one.get(role) == iri for role, iri in parties.items())
        return agree and (shares or one is self.contracts[-1]) and self._same_kind(one["kind"], kind)

    def _same_kind(self, one: str, other: str) -> bool:
        """Say whether two words for a contract can mean the same one: a concession is a delegation, a market is none."""
        return not one or not other or one in self.lexicon.above(other) or other in self.lexicon.above(one)

    def _instances(self, triple: Triple, terms: Mapping[str, list[object]]) -> Iterator[Triple]:
        """Yield a triple of a template with its variables bound; one with an unbound variable states nothing."""
        ends: list[list[object]] = []
        for term in (triple.subject, triple.object):
            name = variable(term)
            ends.append(terms.get(name, []) if name else [term])
        for subject, object_ in product(*ends):
            first = _node(subject)
            if first is None:
                continue
            if isinstance(object_, Value):
                yield from _stated(first, triple.predicate, object_)
            elif isinstance(object_, Thing) and triple.predicate == FUNDER and "Fund" in object_.classes:
                yield Triple(first, dor("fundedUnder"), object_.iri)  # a fund is a programme, its steward pays
            elif isinstance(object_, Literal | NamedNode):
                yield Triple(first, triple.predicate, object_)
            elif (second := _node(object_)) is not None and second != first:
                yield Triple(first, triple.predicate, second)


def rewrite(sentence: Sentence, settled: Sequence[Settled]) -> tuple[str, list[int], frozenset[str]]:
    """
    Return a sentence as patterns read it, where each of its tokens begins in it, and its folded words and classes.

    Articles go, contractions are undone, and a mention stands as its number and classes.
    """
    out, starts = "", list[int]()
    has = {f"@{cls}" for one in settled for cls in one.classes}
    at = 0
    if (
        settled
        and settled[-1].mention.kind == "person"
        and settled[-1].where is not None
        and len(settled) > len(sentence.mentions)
    ):
        out = f"<{len(settled) - 1};,{','.join(sorted(settled[-1].classes))},> , "
        settled = settled[:-1]
    mentions = iter(enumerate(settled))
    number, one = next(mentions, (-1, None))
    while at < len(sentence.tokens):
        while one is not None and one.mention.start < at:
            number, one = next(mentions, (-1, None))
        if one is not None and one.mention.start == at and one.classes:
            if one.mention.value is not None:
                out = QUALIFYING.sub("", out)
            starts += [len(out)] * (one.mention.end - at)
            out += f"<{number};,{','.join(sorted(one.classes))},> "
            at = one.mention.end
            continue
        token = sentence.tokens[at]
        starts.append(len(out))
        word = token.text.lower()
        if not token.fold:
            out += {"«": "", "»": ""}.get(word, word + " ")
        elif word not in DROPPED:
            out += SAID.get(word, word) + " "
            has.add(SAID.get(word, token.fold))
        at += 1
    return out, starts, frozenset(has)


def _dates(rewritten: str, found: "re.Match[str]", date: "re.Match[str]") -> bool:
    """Say whether a date is that of a figure: it opens the sentence, or follows the figure with no other between."""
    if date.start() < found.start():
        return not NUMBER.search(rewritten[: date.start()]) and "depuis" not in rewritten[: date.end()]
    between = rewritten[found.end() : date.start()]
    return not re.search(r",(?:Count|Amount|Percent|Length|Date),", between) and between.count(" ") < NEAR


def _complete(settled: Sequence[Settled]) -> None:
    """Give days and months without a year the year of the date before them in their sentence."""
    year = ""
    for one in settled:
        value = one.mention.value
        if value is None or one.mention.cls != "Date":
            continue
        lexical, datatype = value.literals[0]
        if datatype in ("gMonthDay", "gMonth") and year:
            whole = (year + lexical[1:], "date" if datatype == "gMonthDay" else "gYearMonth")
            one.mention = replace(one.mention, value=replace(value, literals=(whole,)))
        elif datatype in ("date", "gYear", "gYearMonth"):
            year = lexical[:4]


def _clause(rewritten: str, start: int, end: int) -> tuple[int, int]:
    left = max(rewritten.rfind(" ; ", 0, start) + 3, 0) if " ; " in rewritten[:start] else 0
    right = rewritten.find(" ; ", end)
    return left, right + 1 if right >= 0 else len(rewritten)


def _wanted(pattern: Pattern, frame: Frame, role: str) -> frozenset[str]:
    sources = [pattern.source, *(one.source for ones in frame.around.values() for one in ones)]
    asked = re.findall(rf"\{{{role}:([A-Za-z|]+)\+?\}}", " ".join(sources))
    return frozenset(name for classes in asked for name in classes.split("|"))


def _node(term: object) -> NamedNode | None:
    return term if isinstance(term, NamedNode) else term.iri if isinstance(term, Thing) else None


def _slug(parts: str, terms: Mapping[str, list[object]]) -> str | None:
    """Return the slug of a minted node from its parts; a part that is not there is left out."""
    out: list[str] = []
    for part in parts.split("-"):
        if found := re.fullmatch(r"\{([a-zA-Z|]+)\}", part):
            said = next((terms[name][0] for name in found[1].split("|") if terms.get(name)), None)
            if said is None:
                continue
            if isinstance(said, Thing):
                out.append(
                    said.iri.value.rsplit("/", 1)[-1]
                    if said.iri.value.startswith("http://id.insee") is False
                    else fold(said.label)
                )
            elif isinstance(said, Value):
                out.append(said.literals[0][0])
            elif isinstance(said, NamedNode):
                out.append(said.value.rsplit("/", 1)[-1])
            elif isinstance(said, Literal):
                out.append(said.value)
        else:
            out.append(part)
    return "-".join(out) if len(out) > (1 if "{" in parts and "-" in parts else 0) else None


def literal(lexical: str, datatype: str) -> Literal:
    """Return a literal of a value; a whole number is written without a point."""
    if datatype == "decimal" and re.fullmatch(r"-?\d+", lexical):
        return Literal(lexical, datatype=NamedNode(XSD + "integer"))
    return Literal(lexical, datatype=NamedNode(XSD + datatype))


def _stated(subject: NamedNode, predicate: NamedNode, value: Value) -> Iterator[Triple]:
    """Yield what a value states of a node: itself, the ends of its range, its qualifiers, the date that it aims at."""
    name = predicate.value.rsplit("#", 1)[-1]
    lexical, datatype = value.literals[0]
    if value.target and datatype in ("gYear", "gYearMonth", "date"):
        predicate = dor("targetDate")
    if name == "observedOn" and datatype.startswith("gYear") and len(value.literals) > 1:
        return  # "de 2017 à 2020" says when the work was done, not when it was counted
    years = [lex for lex, kind in value.literals if kind == "gYear"]
    if name == "period" and "/project/" in subject.value and len(years) > 1:
        yield Triple(subject, dor("startedOn"), literal(years[0], "gYear"))
        yield Triple(subject, dor("completedOn"), literal(years[-1], "gYear"))
        return
    periods = [lex for lex, kind in value.literals if kind == "edtf"]
    if periods and (len(value.literals) > 1 or datatype == "edtf"):
        yield Triple(subject, dor("period"), Literal(periods[-1]))
        return
    if name in RANGES and value.minimum is not None and value.maximum is not None and value.minimum != value.maximum:
        for end, bound in zip(RANGES[name], (value.minimum, value.maximum), strict=True):
            yield Triple(
                subject,
                dor(end),
                literal(f"{bound:f}".rstrip("0").rstrip(".") if "." in f"{bound:f}" else f"{bound:f}", "decimal"),
            )
        return
    if name in RANGES:
        lexical, datatype = next(((l, d) for l, d in value.literals if d == "decimal"), (lexical, datatype))
    yield Triple(subject, predicate, literal(lexical, datatype))
    if name in RANGES:
        for qualifier in sorted(value.qualifiers):
            if qualifier != "all":
                yield Triple(subject, dor("qualifier"), NamedNode(f"{CODE}qualifier/{qualifier}"))
