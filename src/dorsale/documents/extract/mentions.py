"""
What a sentence names and counts: typed mentions, found before any pattern looks at it.

Names come first, since a name may hold a number ("Florac Trois Rivières"), then values, then words that announce a
network, a contract or point back at something. Whom they mean is settled afterwards, with the whole document.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from dorsale.documents.authority import Territory
from dorsale.documents.blocks import HEADING, ROW, Block
from dorsale.documents.extract.lexicon import PLURAL, Lexicon, Phrase, Thing
from dorsale.documents.proof import CONTRACTIONS
from dorsale.documents.values import Value, scale, values
from dorsale.documents.values.money import MILLIONS, MONEY, unsaid
from dorsale.names import fold, fold_word

WORD = re.compile(r"[^\W_]+(?:@[^\W_]+\b(?!\.[a-z]))*|[«»(),;:/.!?=+&█]")
PUNCTUATION = frozenset("«»(),;:/.!?=+&█")
PARTICLES = frozenset({"de", "du", "des", "d", "la", "le", "les", "l", "en", "sur", "sous", "et", "lès", "lez", "aux"})
LINKING = frozenset({"de", "du", "des", "d", "la", "les", "l", "le"})
OF = frozenset({"de", "du", "des", "d"})
DETERMINERS = frozenset(
    {"le", "la", "l", "ce", "cet", "cette", "du", "au", "son", "sa", "notre", "ledit", "dudit", "celui"}
)
# The stages that are said with « la ».
FEMININE = frozenset({"phase", "tranche", "etape"})
# What is called by more words than have capitals: « le Marché Public Global de Performance ».
STATED = frozenset({"projects", "networks", "contracts"})
# What kinds of syndicats are called, and no syndicat.
SYNDICAL = frozenset({("syndicat", "mixte"), ("mixte", "ouvert"), ("mixte", "ferme"), ("syndicat", "intercommunal")})
# What a body runs itself, beside the name of it.
RUNS = ("regie",)
# After « l'établissement » as a deed, and not as a body.
ESTABLISHED = frozenset({"et", "de", "d", "du", "des", ""})
# What stands in no name.
SAYING = frozenset("a ont avec est sont sera par avait".split())  # noqa: SIM905
# Between a name and the network that it says it is.
NAMED = (("est", "le", "nom", "du"), ("est", "le", "nom", "de", "son"), ("est", "le"), ("est", "un"), ("est", "son"))
# What leads to the name of a network.
BEARS = (("qui", "porte", "le", "nom", "de"), ("qui", "porte", "le", "nom", "d"), ("appele",), ("nomme",))
# After these an anaphor is what it is without: « cette nouvelle société ».
ANEW = frozenset({"nouvelle", "nouveau", "jeune", "seul", "seule"})
MANY = frozenset({"les", "des", "aux", "ces"})
ORDINALS = frozenset(
    "derniere dernier premier premiere second seconde deuxieme troisieme quatrieme cinquieme sixieme 1er 1ere"  # noqa: SIM905
    " 1re 2nde 2e 2eme 3e 3eme 4e 4eme 5e".split()
)
# What stages are called, and what is said of one whose noun is left out.
STAGES = frozenset({"phase", "tranche", "etape", "volet", "jalon"})
SAID_OF_STAGES = frozenset(
    "a est sera fut etait doit devra devait prevoit prevoyait concerne concernait vise visait porte portait couvre"  # noqa: SIM905
    " comprend comprenait compte s se reste represente coute coutera dure durera debute commence et".split()
)
ROMAN = frozenset({"I", "II", "III", "IV", "V"})
# What follows the name of a group that is whole.
CLOSING = frozenset(
    "et ou ont sont qui se a avaient avec du de d adherents adherentes membres partenaires fondateurs".split()  # noqa: SIM905
)
# What several do: « les huit communes participent ». Adjectives and nouns of several end in -s.
DOING = re.compile(r"\w{3}(?:ent|ront)$")
NETWORKS = frozenset({"reseaux", "infrastructures"})  # several are none of the document's
# What a land is called between the name of a body and its own.
SEATS = frozenset({"département", "territoire"})
POINTERS = frozenset({"ce", "cette"})
# « Il incombe à cette société de construire ... »: what it is to do, not whose it is.
INFINITIVE = re.compile(r"\w{3,}(?:er|ir|ire)$")
FIRMS = frozenset({"Company", "TelecomOperator"})
# « Baptisé », « dénommé », « appelé », « nommé », without their endings.
CALLED = frozenset({"baptis", "denomm", "appel", "nomm", "intitul"})
# Offices that a text goes on to say the charge of.
INSTITUTING = ("institutions", "anaphors")
BODILY = ("institutions", "generic", "anaphors", "networks", "projects", "groups", "authority", "known")
CHARGED = frozenset("directeur directrice responsable charge chargee chef cheffe".split())  # noqa: SIM905
BODIES = frozenset({"SyndicatMixte", "PublicBody", "Association", "ConsularChamber", "StateBody"})
LAST = frozenset({"dernier", "derniere"})  # « ce dernier » is who was named last
SPEAKER = "nous"
# The article that a preposition holds, which may begin the name of a commune: « au Grau-du-Roi ».
CONTRACTED = {joined: article for article, both in CONTRACTIONS.items() for joined in both}
PRONOUNS = frozenset({"il", "elle", "celui", "celle"})
POINTING = LAST | {SPEAKER} | PRONOUNS
DENYING = frozenset({"pas", "non"})
# Words that begin when, where, how or why somebody does something.
FRONTS = frozenset(
    "en depuis dans a au pour avec apres avant des d sur par lors sous fin debut mi afin outre ainsi aujourd"  # noqa: SIM905
    " pendant durant grace jusqu".split()
)
QUALIFYING = re.compile(r"(?:ale?|ee?|elle|ique|euse)$")
DASH = re.compile("[-–—]")
PARTICIPLE = re.compile(r"(?:\w{2}(?:é|i|u|is)e?|^[Nn]ée?)s?$")
BEING = frozenset(
    {"est", "sera", "etait", "devient", "deviendra", "devenu", "devenue", "reste", "comme", "fut", "etre", "demeure"}
)
KIND_OF_VALUE = {
    "amount": "Amount", "count": "Count", "percent": "Percent", "length": "Length", "duration": "Duration",
    "date": "Date", "period": "Date", "speed": "Speed", "ordinal": "Ordinal",
}  # fmt: skip
LAND = {"Department": "departement", "Region": "region", "Municipality": "commune", "Intercommunality": "epci"}
OF_MONEY = frozenset(
    "subvention subventions travaux credits aides aide fonds investissement investissements plus participation"  # noqa: SIM905
    " participations contribution contributions dotation dotations cofinancement cofinancements financement"
    " financements concours emprunt emprunts pret prets recettes argent".split()
)
# Words that say whose council speaks, whatever the case of the head.
SPEAKING = ("conseil", "assemblée", "mairie", "municipalité", "conseils", "mairies")
# Of these the line of a fact sheet says how many there are.
COUNTED = frozenset({"Municipality", "Department"})
LONGEST_NAME = 9
# Where somebody lives or is registered, which names nobody: « 58 boulevard Charles Livon 13007 Marseille ».
PARTICULARS = re.compile(
    r"\b\d{1,4}(?: (?:bis|ter))?,? (?:rue|avenue|boulevard|bd|place|allées?|chemin|route|quai|cours|impasse|square"
    r"|esplanade|parvis|faubourg|rond-point) (?:(?:de|du|des|la|le|les) |[dl]')*(?-i:[A-ZÀ-Ý])"
    r"(?:[^,.;:()\d]{0,50}?(?:,? (?:BP|CS) [\d ]{2,7})?[ ,-]*\b\d{5}\b|[^,.;:()\d]{0,50}(?=[,.;)]|$))"
    r"|\bimmatriculée? au (?:registre du commerce(?: et des sociétés)?|RCS) (?:de |d'|du )?[^,;:()\d]{2,40} "
    r"(?:sous le |sous )?(?:numéro |n° ?)?[\d ]{11}\b",
    re.IGNORECASE,
)
# A word in capitals that is longer is no siglum: the line is in capitals.
LONGEST_SIGLUM = 6
# A word for companies that act together, and how a mention of them, and of the last of them, is found.
ALLIANCES = frozenset({"groupement", "consortium"})
ALLYING = frozenset({"et", "de", "d", "la", "le", "l"})
GROUPING, ALLIED = "grouping", "allied"
UNITING = re.compile(
    "(?:reuniss|associ|rassembl|regroup|compren)(?:ant|ait)|reunit|associe|rassemble|regroupe|comprend"
)
CHOSEN = frozenset("retenu choisi laureat attributaire titulaire".split())  # noqa: SIM905
# Who leads an alliance: « formé par NGE (mandataire) et Altitude ».
LEADING = (("mandataire",), ("chef", "de", "file"))
# The word, small or not, that ends the names of institutions whose trade it is.
TRADES = (("tres", "haut", "debit"), ("haut", "debit"), ("numerique",), ("numeriques",), ("thd",))


# How proper names are found, and of whom they are.
NAMES, ACTING = frozenset({"authority", "known", "met", "name"}), frozenset({"Actor", "Name"})


class Token(NamedTuple):
    """
    A word or a sign, where it stands in its block, and what stands between it and the one before.

    ``capital`` says whether it begins as a name does.
    """

    text: str
    fold: str
    start: int
    end: int
    glue: str
    capital: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """
    What the tokens from ``start`` to ``end`` name or count.

    ``kind`` is how it was found; ``things`` are whom it may mean (homonyms are several), ``places`` the territories;
    ``above`` is the sentence that gives a number its unit, ``siglum`` how brackets after a name abbreviate it; ``lies``
    are the lands that a name in small words names, too.
    """

    start: int
    end: int
    kind: str
    cls: str
    label: str = ""
    things: tuple[Thing, ...] = ()
    places: tuple[Territory, ...] = ()
    value: Value | None = None
    council: bool = False
    many: bool = False
    above: int | None = None
    siglum: str = ""
    lies: tuple[Territory, ...] = ()

    @property
    def is_name(self) -> bool:
        """Whether it is the proper name of an actor, or of what may be one."""
        return self.kind in NAMES and any(not ACTING.isdisjoint(thing.classes) for thing in self.things)


@dataclass(frozen=True)
class Sentence:
    """A sentence of a block: its tokens and the mentions in it; offsets count in the block."""

    block: Block
    index: int
    start: int
    end: int
    tokens: tuple[Token, ...]
    mentions: tuple[Mention, ...]

    @property
    def text(self) -> str:
        """The words of the sentence in plain typography."""
        return self.block.text[self.start : self.end]

    def words(self, start: int = 0, end: int | None = None) -> tuple[str, ...]:
        """Return the folded words of a stretch of tokens."""
        if not start and end is None:
            return self._words
        return tuple(token.fold for token in self.tokens[start:end] if token.fold)

    @cached_property
    def _words(self) -> tuple[str, ...]:
        return tuple(token.fold for token in self.tokens if token.fold)


def tokens(text: str, start: int, end: int) -> tuple[Token, ...]:
    """Return the words and signs of a slice of a block."""
    found = []
    last = start
    for word in WORD.finditer(text, start, end):
        said, (begin, stop) = word[0], word.span()
        plain = "" if said in PUNCTUATION else fold_word(said)
        found.append(Token(said, plain, begin, stop, text[last:begin], said[0].isupper()))
        last = stop
    return tuple(found)


class Reader:
    """Finds the mentions of one document; what it meets once by a full name it knows again by a shorter one."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.met: dict[tuple[str, ...], Thing] = {}
        self.firsts: dict[str, int] = {}
        self.inside: set[str] = set()
        # The first two words of what acts, or is led: « le président de Gironde Numérique ».
        self.bodies: set[tuple[str, ...]] = set()
        self.met_by: dict[str, int] = {}
        # What the text calls its stages: « phase » after « en trois phases ».
        self.staging = ""
        # Where the sentence has sums and the like: « le FEDER 12 » is no name.
        self._sums: frozenset[int] = frozenset()

    def read(self, blocks: Sequence[Block]) -> list[Sentence]:
        """Return the sentences of a document with their mentions; names met anywhere are known everywhere."""
        cut = [
            (block, start, end, tokens(block.text, start, end)) for block in blocks for start, end in block.sentences()
        ]
        for block, _, _, found in cut:
            if block.kind != "heading":
                self.inside.update(
                    token.fold for before, token in pairwise(found) if token.capital and before.text not in ".:!?«"
                )
        for _, _, _, found in cut:
            self._call(found)
        units = list(_units([(block, block.text[start:end]) for block, start, end, _ in cut]))
        figures = [values(block.text[start:end]) for block, start, end, _ in cut]
        read: list[tuple[Mention, ...]] = [()] * len(cut)
        known: list[dict[str, int]] = [{}] * len(cut)
        for _ in range(2):  # a name that is typed at its second mention is typed at its first
            for index, (block, start, end, found) in enumerate(cut):
                names = {token.fold: self.met_by[token.fold] for token in found if token.fold in self.met_by}
                if names != known[index] or not read[index]:
                    read[index] = self._mentions(block, start, end, found, figures[index], *units[index])
                    # What a sentence names itself is no news to it.
                    known[index] = {token.fold: self.met_by[token.fold] for token in found if token.fold in self.met_by}
        return [
            Sentence(block, index, start, end, found, mentions)
            for index, ((block, start, end, found), mentions) in enumerate(zip(cut, read, strict=True))
        ]

    def meet(self, words: tuple[str, ...], thing: Thing) -> Thing:
        """Return the thing that goes by some folded words in this document; a more precise class wins."""
        before = self.met.get(words)
        if (
            before is None
            or (not before.known and before.cls == "Name")
            or (not before.known and thing.cls != before.cls and before.cls in thing.classes)
        ):
            if before is not None and not before.known and before.cls != "Name":
                thing = replace(thing, iri=before.iri, label=before.label)
            self.met[words] = thing
            self.met_by[words[0]] = self.met_by.get(words[0], 0) + 1
            self.firsts[words[0]] = max(self.firsts.get(words[0], 0), len(words))
        return self.met[words]

    def _call(self, found: Sequence[Token]) -> None:
        """Note what a sentence calls a network, « Hérault Numérique est le nom du réseau », and what it says acts."""
        for at, token in enumerate(found[:-3]):
            if token.fold in self.lexicon.officers and found[at + 1].fold in ("de", "d", "du"):
                self.bodies.add(tuple(one.fold for one in found[at + 2 : at + 4]))
        stop = self._proper(found, 0) if found else 0
        if stop > 1 and self._acts(found, stop - 1) and found[stop].text not in self.lexicon.serving:
            self.bodies.add(tuple(one.fold for one in found[:2]))
        said = next((words for words in NAMED if stop > 1 and _reads(found, stop, words)), ())
        for phrase in list(self._phrases(found, stop + len(said), ("networks",)))[:1] if said else ():
            name = tuple(token.fold for token in found[:stop] if token.fold)
            self.meet(name, self.lexicon.thing(_label(found, 0, stop), phrase.cls))

    def _mentions(
        self, block: Block, start: int, end: int, found: tuple[Token, ...], figures: Sequence[Value],
        scaled: tuple[int, int, bool] | None, money: int | None, millions: int | None,
    ) -> tuple[Mention, ...]:  # fmt: skip
        numbers = {value.start: value for value in figures}
        bare = unsaid(block.text[start:end]) if millions is not None else frozenset()
        measured = {value.start for value in figures if value.kind in ("amount", "percent", "length")}
        self._sums = frozenset(begin + start for begin in measured.union(begin for begin, _ in bare))
        said = [token for token in found if not token.text.isdigit()]
        shouting = sum(token.text.isupper() for token in said) > 0.7 * max(len(said), 1)
        mentions: list[Mention] = []
        apart = {one.start(): one.end() for one in PARTICULARS.finditer(block.text[start:end])}
        at = 0
        while at < len(found):
            if apart and (past := apart.get(found[at].start - start)):
                stop = next(
                    (after for after in range(at, len(found)) if found[after].start - start >= past), len(found)
                )
                mentions.append(Mention(at, stop, "particulars", ""))
                at = stop
                continue
            begins = found[at].capital or not at or self._begins(found[at].fold)
            mention = self._at(found, at, shouting) if begins else None  # for nearly every word: none
            value = None
            if numbers:
                offset = found[at].start - start
                value = numbers.get(offset) or numbers.get(offset - 1)
                value = value if value is None or value.end > offset else None  # the sign after « (8 »
            stop = at + 1
            while value is not None and stop < len(found) and found[stop].start - start < value.end:
                stop += 1
            if value is not None and _no_figure(found, at, stop, value):
                value = None
            named = mention is not None and (mention.kind in ("authority", "known", "met") or mention.end > stop)
            if value is not None and not named:
                moved = replace(value, start=value.start + start, end=value.end + start)
                kind = "date" if value.literals[0][1].startswith("gYear") else value.kind
                above = None
                if kind == "count" and block.kind == ROW and scaled is not None:
                    above, power, shares = scaled
                    if shares and any(one.cls == "Amount" for one in mentions):
                        kind = "percent"
                    else:
                        moved, kind = _scaled(moved, power), "amount"
                elif kind == "count" and money is not None and _sum(found, at, stop):
                    kind, above = "amount", money
                elif kind == "count" and (value.start, value.end) in bare:
                    moved, kind, above = _scaled(moved, 6), "amount", millions
                if kind == "count" and "." in moved.literals[0][0]:  # nobody counts 211,6 of anything
                    at = stop
                    continue
                mention = Mention(at, stop, "value", KIND_OF_VALUE.get(kind, "Count"), value=moved, above=above)
            if mention is None:
                at += 1
                continue
            mentions.append(mention)
            at = mention.end
            others = self._allied(found, mention) if mention.kind == GROUPING else self._coordinated(found, mention)
            for other in others:
                mentions.append(other)
                at = other.end
            if mention.cls == "Count" and mention.value is not None and at < len(found):
                among = at + 1 < len(found) and found[at].fold == "des" and found[at + 1].text.isdigit()
                among = among and mention.value.literals[0][0] != "1"  # « un des huit » is one
                whole = numbers.get(found[at + 1].start - start) if among else None
                if whole is not None:  # « 22 des 24 intercommunalités »
                    moved = replace(whole, start=whole.start + start, end=whole.end + start)
                    mentions.append(Mention(at + 1, at + 2, "value", "Count", value=moved))
                at += 2 * among
                for phrase in self._phrases(found, at, ("groups",)) if at < len(found) else ():
                    # "cinquante-neuf intercommunalités"
                    stop = at + len(phrase.words)
                    goes_on = stop < len(found) and found[stop].fold and found[stop].fold not in CLOSING
                    goes_on = goes_on and found[stop].fold not in self.lexicon.demonyms
                    acts = mention.start and found[mention.start - 1].fold in MANY | {"et"}
                    goes_on = goes_on and not (acts and DOING.search(found[stop].fold))
                    # « Chacun des quatre Départements verse 45 M€ »
                    goes_on = goes_on and found[max(mention.start - 2, 0)].fold not in ("chacun", "chacune")
                    if goes_on or phrase.cls not in LAND:
                        break  # "138 communes classées": the words go on
                    label = _label(found, mention.start, stop)
                    mentions.append(Mention(at, stop, "groups", phrase.cls, label, value=mention.value))
                    at = stop
                    break
            if mention.kind in ("contracts", "networks") and self._acronym(found, at):
                mentions[-1] = replace(mention, end=at + 3)  # « une délégation de service public (DSP) »
                at += 3
            elif mention.things and mention.kind != "person" and self._acronym(found, at, mention.label):
                self.meet(
                    (found[at + 1].fold,),
                    self.met.get(tuple(t.fold for t in found[mention.start : at] if t.fold), mention.things[0]),
                )
                mentions[-1] = replace(mention, end=at + 3, siglum=found[at + 1].text)
                at += 3
            elif mention.things and (spelt := self._initials(found, mention, at)) is not None:
                self.met[(found[mention.end - 1].fold,)] = spelt.things[0]
                mentions[-1] = replace(spelt, start=mention.start, end=spelt.end + 1)
                at = spelt.end + 1
            elif mention.things and (stop := self._spelt_out(found, mention, at)):
                kinds = (one.cls for one in self._phrases(found, at + 1, ("institutions", "generic")))
                if mention.cls == "Name" and (cls := next(kinds, "")):  # « le Syane (Syndicat des énergies ...) »
                    self.meet((found[mention.start].fold,), self.lexicon.thing(mention.label, cls))
                mentions[-1] = replace(mention, end=stop)
                at = stop
        return tuple(mentions)

    def _coordinated(self, found: Sequence[Token], mention: Mention) -> Iterator[Mention]:
        """Yield the other institutions of a plural: « les Départements du Nord et du Pas-de-Calais »."""
        if (
            mention.cls not in PLURAL
            or mention.kind not in ("council", "head", "met")
            or found[mention.start].fold[-1] != "s"
        ):
            return
        phrases = self._phrases(found, mention.start, ("institutions",))
        phrase = next((one for one in phrases if one.cls == mention.cls), None)
        if phrase is None:
            return
        at = mention.end
        while at + 1 < len(found) and (found[at].text == "," or found[at].fold == "et"):
            ahead = at + 1
            while ahead < len(found) and found[ahead].fold in LINKING and not found[ahead].capital:
                ahead += 1
            if ahead == len(found) or not found[ahead].capital:
                return
            place = self._place(found, ahead)
            proper = self._proper(found, ahead)
            bare = ahead == at + 1 and (self._fixed(found, ahead) or (place is None and proper != ahead + 1))
            if bare or (ahead == at + 1 and place is not None and place.end < proper):
                return  # « les agglomérations de Brive, Tulle et Guéret », but none is « de Brive, Orange et Axione »
            at, begin = max(place.end if place else 0, self._proper(found, ahead)), at + 1
            if mention.cls == "Intercommunality" and at:
                head = _singular(_label(found, mention.start, mention.start + len(phrase.words)))
                link = "" if ahead > begin else "d'" if found[ahead].fold[0] in "aeiouy" else "de "
                thing = self.lexicon.thing(f"{head} {link}{_label(found, begin, at)}", mention.cls)
                yield Mention(ahead, at, "head", mention.cls, thing.label, (thing,))
            elif places := tuple(one for one in (place.places if place else ()) if one.kind == LAND[mention.cls]):
                yield Mention(ahead, at, "council", mention.cls, "", (), places, council=mention.council)
            else:
                return

    def _alliance(self, found: Sequence[Token], at: int) -> int:
        """Return where companies end that are named together: « groupement Orange / Sogetrel / Circet », or 0."""
        bounds = self._allies(found, at)
        known = any((fixed := self._fixed(found, start)) and fixed.end == stop for start, stop in bounds)
        if len(bounds) < 2 or not known:
            return 0
        start, stop = bounds[-1]  # « composé d'Orange et de la Société réunionnaise » ends in no name
        cut = self._phrases(found, start, ("institutions", "generic", "anaphors"))
        return 0 if any(len(one.words) == stop - start for one in cut) else stop

    def _allies(self, found: Sequence[Token], at: int) -> list[tuple[int, int]]:
        """Return where each of the names begins and ends that dashes and strokes join, or that a list of them has."""
        listed = _composed(found, at)
        at += listed
        bounds: list[tuple[int, int]] = []
        start = at
        while at < len(found) and (found[at].capital or found[at].text in "/&" or (listed and _next_ally(found, at))):
            apart = at > start and bool(re.search("[-–—]", found[at].glue))
            over = _next_ally(found, at) if listed else int(found[at].text == "/")
            if (over or apart) and at > start:
                bounds.append((start, at))
                start = at = at + over
                continue
            fixed = self._fixed(found, at) if at == start and at < len(found) else None
            at = fixed.end if fixed else at + 1
            leads = next((words for words in LEADING if _reads(found, at + 1, words) and found[at].text == "("), ())
            if leads:
                after = at + len(leads) + 2
                if listed:  # « formé par NGE (mandataire) et Altitude »
                    bounds.append((start, at))
                    start = at = after + _next_ally(found, after)
                    continue
                at = after  # « NGE (mandataire) / Altitude »
        return [*bounds, (start, at)] if at > start else bounds

    def _allied(self, found: Sequence[Token], mention: Mention) -> Iterator[Mention]:
        """Yield the companies of an alliance that is named by them."""
        bounds = self._allies(found, mention.end)
        for start, stop in bounds:
            fixed = self._fixed(found, start)
            member = fixed if fixed and fixed.end == stop else self._name(found, start, stop, "Company")
            yield replace(member, kind=ALLIED if (start, stop) == bounds[-1] else member.kind)

    def _acronym(self, found: Sequence[Token], at: int, label: str = "") -> bool:
        """Say whether a name is followed by its acronym in brackets: « Nouvelle-Aquitaine THD (NATHD) »."""
        return (
            at + 2 < len(found) and found[at].text == "(" and found[at + 2].text == ")"
            and sum(letter.isupper() for letter in found[at + 1].text) >= 2 and not found[at + 1].text.isdigit()
            and not any(self._phrases(found, at + 1, ("authority",)))
            and (found[at + 1].fold == _siglum(label) or not any(self._phrases(found, at + 1, ("known",))))
        )  # fmt: skip

    def _spelt_out(self, found: Sequence[Token], mention: Mention, at: int) -> int:
        """Return where brackets end that spell a short name out: « Rosace (Réseau optique Alsace) », or 0."""
        if mention.end - mention.start > 1 or at + 3 >= len(found) or found[at].text != "(":
            return 0
        stop = next((end for end in range(at + 1, min(at + 16, len(found))) if found[end].text == ")"), 0)
        inside = found[at + 1 : stop]
        words = all(token.fold and not token.text.isdigit() for token in inside)
        longer = words and len(inside) > 2 and any(token.text.islower() and len(token.text) > 4 for token in inside)
        return stop + 1 if longer and inside[0].capital and inside[0].fold[0] == found[mention.start].fold[0] else 0

    def _initials(self, found: Sequence[Token], mention: Mention, at: int) -> Mention | None:
        """Return the name in brackets of which a short one before them has the initials: « AI (Altitude Infra) »."""
        if at + 3 >= len(found) or found[at].text != "(" or not found[mention.end - 1].text.isupper():
            return None
        inside = self._fixed(found, at + 1)
        if inside is None or not inside.things or inside.end >= len(found) or found[inside.end].text != ")":
            return None
        initials = "".join(token.text[0] for token in found[at + 1 : inside.end] if token.capital)
        return inside if initials == found[mention.end - 1].text else None

    def _begins(self, word: str) -> bool:
        """Say whether a small word may begin a mention."""
        known = word in self.lexicon.phrases or word in self.firsts or word in self.lexicon.demonyms
        return known or word in POINTING or bool(self.staging and word in ORDINALS)

    def _at(self, found: Sequence[Token], at: int, shouting: bool) -> Mention | None:
        token = found[at]
        if not token.fold:
            return None
        lexicon, word = self.lexicon, token.fold
        listed = word in lexicon.phrases
        for phrase in self._phrases(found, at, ("functions",)) if listed else ():
            after = self._charge(found, at + len(phrase.words)) if word in CHARGED else at + len(phrase.words)
            return Mention(at, after, "function", "Function", _label(found, at, after))
        longest = next(self._phrases(found, at, ("zones", "authority")), None) if word in lexicon.zonal else None
        if longest is not None and longest.kind == "zones":
            after = at + len(longest.words)
            return Mention(at, after, "zones", longest.cls, _label(found, at, after), longest.things)
        deed = listed and any(len(phrase.words) > 1 for phrase in self._phrases(found, at, ("contracts", "projects")))
        if (token.capital or listed) and not deed and (spelt := self._sigled(found, at)):
            return spelt
        if self._small(found, at):
            return None
        for state in self._phrases(found, at, ("authority",)) if word == "etat" and _pays_beside(found, at) else ():
            return Mention(at, at + 1, state.kind, state.cls, state.things[0].label, state.things)
        proper = self._headline(found, at) if shouting else self._proper(found, at)
        parent = self._parent(found, at)
        best = parent or self._fixed(found, at)
        if best is not None and fold(best.label) in self.lexicon.branching and (stop := self._branch(found, best.end)):
            return self._name(found, at, stop, best.cls)
        if proper and self._is_officer(found, at, proper):
            words = tuple(token.fold for token in found[at:proper])
            thing = self.meet(words, self.lexicon.thing(_label(found, at, proper), "Person"))
            return Mention(at, proper, "person", "Person", thing.label, (thing,))
        apart = best is not None and best.end < len(found) and self._person(found, best.end) is not None
        if best is not None and proper > best.end and not (apart or parent) and not self._person(found, at):
            if best.kind == "met" and best.end == at + 1 and found[at + 1].capital and found[at + 1].glue == " ":
                return self._name(found, at, proper, "Name")  # « Berry Numérique », where « le Berry » was met before
            of_everyone = best.kind == "known" and best.cls in self.lexicon.words["known"]
            goes_on = found[best.end].glue == " " and found[best.end].fold not in LINKING
            if of_everyone or (best.kind == "authority" and "Company" in best.things[0].classes and goes_on):
                return self._name(found, at, proper, best.things[0].cls if best.things else "Name")
        if best is not None:
            return best
        if listed and (head := self._head(found, at)):
            return head
        if not token.capital and token.fold in self.lexicon.demonyms and not found[at].glue.endswith("-"):
            return Mention(at, at + 1, "demonym", "Territory", "", (), self.lexicon.demonyms[token.fold])
        if token.capital and (person := self._person(found, at)):
            return person
        if at == 0 and token.fold in DETERMINERS and len(found) > 1 and self._instituted(found, 1):
            return None  # "Le Syndicat" is no commune of the Vosges
        if token.capital and (place := self._place(found, at)) and place.end >= proper:
            return place
        head = self._phrase(found, at) if proper else None
        if head is not None and head.kind in STATED and head.end >= proper + (head.cls != "MasterPlan"):
            return head  # « le Schéma Directeur Territorial d'Aménagement Numérique »
        if proper == at + 1 and head is not None and head.end > proper:
            return head
        if proper == at + 1 and self._is_word_for_many(found, at):
            return self._phrase(found, at)  # « Deux Départements », « les Alsaciens »: no name
        if proper:
            return self._name(found, at, proper, "Name")
        return self._phrase(found, at)

    def _charge(self, found: Sequence[Token], after: int) -> int:
        """Return where an office ends that says of what: « responsable de la communication de X »."""
        begins = after
        while (
            begins < len(found) and found[begins].fold in LINKING and begins - after < 2 and not found[begins].capital
        ):
            begins += 1
        if begins == len(found) or any(self._phrases(found, begins, BODILY)):
            return after  # « directrice de la régie »: of which body
        stop = begins
        while (
            stop < len(found) and stop - begins < 2 and found[stop].text.islower() and found[stop].fold not in PARTICLES
        ):
            if (stop > begins or begins == after) and not QUALIFYING.search(found[stop].fold):
                break
            stop += 1
        return stop if stop > begins else after

    def _phrases(self, found: Sequence[Token], at: int, kinds: tuple[str, ...]) -> Iterator[Phrase]:
        for phrase in self.lexicon.phrases.get(found[at].fold, ()):
            if phrase.kind in kinds and (len(phrase.words) == 1 or _reads(found, at, phrase.words)):
                yield phrase

    def _fixed(self, found: Sequence[Token], at: int) -> Mention | None:
        """Return the longest known name that begins here; its source begins with a capital, as a name does."""
        best: Mention | None = None
        for length in range(self.firsts.get(found[at].fold, 0), 0, -1):
            words = tuple(token.fold for token in found[at : at + length])
            if words in self.met and _reads(found, at, words) and _named(found, at, len(words)):
                thing = self.met[words]
                best = Mention(at, at + length, "met", thing.cls, thing.label, (thing,))
                break
        for phrase in self._phrases(found, at, ("authority", "known")):
            stop = at + len(phrase.words)
            if phrase.words == ("cdc",) and at and found[at - 1].fold not in ("la", "par"):
                continue  # « les CDC » are communities of communes
            authority = phrase.kind == "authority" and best is not None and best.kind == "known"
            # Programmes are named in small letters, too: « le dispositif de couverture ciblée ».
            small = phrase.kind == "authority" and len(phrase.words) > 2 and "Programme" in phrase.things[0].classes
            if (best is None or stop > best.end or (authority and stop == best.end)) and (
                small or _named(found, at, 1 if phrase.cls == "Association" else len(phrase.words))
            ):
                best = Mention(at, stop, phrase.kind, phrase.cls, phrase.things[0].label, phrase.things)
        return best

    def _parent(self, found: Sequence[Token], at: int) -> Mention | None:
        """Return who stands before the name of a subsidiary: « la filiale de SFR Manche Télécom »."""
        if at < 2 or [token.fold for token in found[at - 2 : at]] != ["filiale", "de"]:
            return None
        for phrase in self._phrases(found, at, ("authority", "known")):
            begin = at + len(phrase.words)
            stop = self._proper(found, begin) if begin < len(found) else 0
            if stop and tuple(token.fold for token in found[begin:stop] if token.fold) in self.met:
                return Mention(at, begin, phrase.kind, phrase.cls, phrase.things[0].label, phrase.things)
        return None

    def _proper(self, found: Sequence[Token], at: int) -> int:
        """Return where the capitalised name that begins here ends, or 0."""
        first = found[at]
        if not first.capital or first.fold == "rip" or (at and (found[at - 1].fold, first.fold) in SYNDICAL):
            return 0
        instituted = any(len(one.words) == 1 for one in self._phrases(found, at, INSTITUTING))
        if instituted and at + 1 < len(found) and found[at + 1].capital and self._person(found, at + 1):
            return 0  # « le président du Département Bertrand Bellanger »
        if first.fold in self.lexicon.not_names and not self._is_of_name(found, at):
            particle = first.fold in PARTICLES | DETERMINERS and not first.text.isupper()
            if particle or not self._goes_on_capital(found, at):
                return 0
        if at and found[at - 1].text == "«":
            for closing in range(at + 1, min(len(found), at + LONGEST_NAME)):
                if found[closing].text == "»":
                    return closing
        called = " ".join(token.fold for token in found[at : at + 3])
        served = at + 3 < len(found) and found[at + 3].capital and found[at + 3].fold in self.lexicon.services
        if served and self.lexicon.reference.named(called, "departement"):
            return at + 4  # « Tarn et Garonne Aménagement »
        stop = at + 1
        while stop < len(found) and stop - at < LONGEST_NAME:
            token = found[stop]
            hyphened = token.glue == "-" and (token.capital or token.fold in PARTICLES or found[stop - 1].glue == "-")
            number = _numbered(found, stop) and token.start not in self._sums
            joined = token.glue in (" ", "'", "") and (token.capital or number)
            if token.fold and (hyphened or joined):
                stop += 1
            elif token.text == "&" and stop + 1 < len(found) and found[stop + 1].capital:
                stop += 2
            elif token.text == "+" and not token.glue:  # « Canal+ Telecom »
                stop += 1
            elif found[stop - 1].fold in self.lexicon.joining and (ahead := self._over(found, stop)):
                stop = ahead
            else:
                break
        trades = stop < len(found) and found[stop].fold in self.lexicon.services and found[stop].glue == " "
        firm = at > 1 and any(self._phrases(found, at - 1, ("generic", "typing")))
        if trades and at > 1 and (firm or found[at - 2].fold in self.lexicon.officers):
            return stop + 1  # « le président d'Isère fibre »
        if found[stop - 1].fold == "tres" and stop > at + 1 and _reads(found, stop, ("haut", "debit")):
            stop += 2  # « Gironde Très haut débit »
        if stop > at + 1 and any(len(one.words) == stop - at for one in self._phrases(found, at, INSTITUTING)):
            return 0  # « le Conseil Départemental »
        if stop > at + 1 and all(token.fold in self.lexicon.not_names for token in found[at:stop]):
            land = self.lexicon.reference.named(f"la {first.fold}", "departement")  # « Réunion THD »
            return stop if land and not first.text.isupper() else 0  # « COUT TOTAL »
        if stop == at + 1:
            alone = first.text
            acronym = (len(alone) > 2 and sum(c.isupper() for c in alone) >= 2) or (
                any(c.isdigit() for c in alone) and len(alone) > 3
            )
            begins = at == 0 or found[at - 1].text in "«.:!?" or " -" in first.glue
            quoted = at > 0 and found[at - 1].text == "«"
            if first.fold in self.lexicon.not_names or len(alone) < 2:
                return 0
            if not acronym and not quoted and begins and first.fold not in self.inside and not self._acts(found, at):
                return 0
        return stop

    def _is_body(self, found: Sequence[Token], at: int, met: Mention) -> bool:
        """Say whether a name after « réseau » is of who runs it: known as more than a name, or as one that acts."""
        thing = met.things[0]
        if "Network" in thing.classes:
            return False
        return thing.cls != "Name" or tuple(token.fold for token in found[at : at + 2]) in self.bodies

    def _acts(self, found: Sequence[Token], at: int) -> bool:
        """Say whether a lone word is what a verb is said of, or what a company is called: « Fibréa exploite »."""
        after = found[at + 1 : at + 4]
        verb = bool(after) and after[0].glue == " " and after[0].text in self.lexicon.acting
        named = [token.text for token in after[:2]] in ([",", "filiale"], [",", "société"], [",", "dont"])
        return len(found[at].text) > 3 and (verb or named)

    def _is_of_name(self, found: Sequence[Token], at: int) -> bool:
        """Say whether a capital article within a sentence begins a name: « le syndicat mixte La Fibre64 »."""
        if not at or found[at].fold not in DETERMINERS or at + 1 >= len(found) or found[at - 1].text in ".:;!?«»(":
            return False
        if "-" in found[at].glue or "–" in found[at].glue:
            return False  # « Haut débit - La Martinique couvre ... »
        ahead = found[at + 1]
        if (known := self._fixed(found, at + 1)) and known.end > at + 2:
            return False  # « La Banque des Territoires »
        goes_on = ahead.fold not in self.lexicon.not_names or (found[at + 2 : at + 3] and found[at + 2].capital)
        return ahead.capital and ahead.glue == " " and bool(goes_on)

    def _headline(self, found: Sequence[Token], at: int) -> int:
        """Return where a name ends with which a line of capitals begins: « SARTHE NUMÉRIQUE — COMITÉ », or 0."""
        ends = (end for end in range(1, min(len(found), LONGEST_NAME)) if DASH.search(found[end].glue))
        stop = next(ends, len(found)) if at == 0 else 0
        named = 1 < stop <= LONGEST_NAME and found[0].fold not in self.lexicon.not_names
        return stop if named and any(stop - _trade(found, end) == end > 0 for end in range(stop)) else 0

    def _small(self, found: Sequence[Token], at: int) -> bool:
        """Say whether a sentence begins with a small word before a name: « Selon Sophie Bernard », « Pour Orange »."""
        begins = at == 0 or found[at - 1].text in ".:«"
        if not begins or not found[at].capital or found[at].fold not in self.lexicon.not_names:
            return False
        if found[at].fold in DETERMINERS | MANY or at + 1 >= len(found) or not found[at + 1].capital:
            return False
        if found[at].text.isupper() and len(found[at].text) > 1:
            return False  # "THD Bourgogne" begins with its acronym
        if any(self._phrases(found, at, ("institutions", "generic", "typing"))):
            return False  # « Maître d'ouvrage : Régie Réunion THD »
        return found[at + 1].glue == " " and not self._fixed(found, at) and not self._place(found, at)

    def _instituted(self, found: Sequence[Token], at: int) -> bool:
        return any(True for _ in self._phrases(found, at, INSTITUTING))

    def _is_word_for_many(self, found: Sequence[Token], at: int) -> bool:
        """Say whether a capitalised plural stands for several councils or for the people of a land."""
        many = found[at].fold.endswith("s") and not found[at].text.isupper()
        return many and (self._instituted(found, at) or found[at].fold in self.lexicon.demonyms)

    def _over(self, found: Sequence[Token], at: int) -> int:
        """Return where a name goes on after "de", "du", "de la", or 0."""
        ahead = at
        while ahead < len(found) and found[ahead].fold in LINKING and not found[ahead].capital:
            ahead += 1
        return ahead + 1 if at < ahead < len(found) and found[ahead].capital else 0

    def _branch(self, found: Sequence[Token], at: int) -> int:
        """Return where the land ends whose branch a bank or a chamber is, or 0."""
        ahead = at
        while ahead < len(found) and found[ahead].fold in LINKING and not found[ahead].capital:
            ahead += 1
        if ahead >= len(found) or not found[ahead].capital or found[ahead].glue not in (" ", "'"):
            return 0
        place = self._place(found, ahead)
        lands = place is not None and any(one.kind in ("departement", "region") for one in place.places)
        return max(place.end if place and lands else 0, self._proper(found, ahead) if ahead > at or lands else 0)

    def _is_officer(self, found: Sequence[Token], at: int, stop: int) -> bool:
        """Say whether an office makes a name that is in no list a person's: « Zamimou Ahamadi, vice-présidente »."""
        if stop - at not in (2, 3) or stop + 1 >= len(found) or found[stop].text not in ",(":
            return False
        plain = all(
            token.capital and token.text[1:].islower() and token.fold not in self.lexicon.not_names
            for token in found[at:stop]
        )
        if not plain or _trade(found, stop - 1) or self._fixed(found, at) or self._person(found, at):
            return False
        begins = stop + 1 + (found[stop].text == "," and found[stop + 1].fold in DETERMINERS)
        if begins >= len(found):
            return False
        offices = (phrase.words[0] for phrase in self._phrases(found, begins, ("functions",)))
        return any(office not in self.lexicon.tasks for office in offices)

    def _goes_on_capital(self, found: Sequence[Token], at: int) -> bool:
        return (
            at + 1 < len(found) and found[at + 1].glue in (" ", "-")
            and (found[at + 1].capital or (at > 0 and found[at - 1].text not in ".:!?«" and _of_land(found, at + 1)))
            and found[at].text.lower() not in DETERMINERS | MANY | {"en", "a", "un", "une", "dans", "pour", "avec"}
        )  # fmt: skip

    def _name(self, found: Sequence[Token], at: int, stop: int, cls: str) -> Mention:
        label = _label(found, at, stop)
        words = tuple(token.fold for token in found[at:stop] if token.fold)
        if cls == "Name":
            for ending, lasts in self.lexicon.words["endings"].items():
                if len(words) > 1 and words[-1] in map(fold, lasts):
                    cls = ending
        thing = self.meet(words, self.lexicon.thing(label, cls))
        return Mention(at, stop, "name", thing.cls, thing.label, (thing,))

    def _sigled(self, found: Sequence[Token], at: int) -> Mention | None:
        """Return a name in small words that brackets abbreviate: « Syndicat d'énergie de la Loire (SIEL) »."""
        opens = _abbreviated(found, at)
        fixed = self._fixed(found, at) if opens else None
        if not opens or (fixed is not None and fixed.end >= opens and fixed.kind != "met"):
            return None
        kinds = ("institutions", "generic")
        heads = [one for one in self._phrases(found, at, kinds) if at + len(one.words) < opens]
        if not heads and not (found[at].capital and _initials(found, at, opens) == len(found[opens + 1].fold)):
            return None
        if not found[opens + 1].text.isupper() and not (heads and heads[0].cls in BODIES):  # « ... (Sydec) »
            return None
        if (heads and heads[0].cls in BODIES) or not heads:
            label = _label(found, at, opens)
            cls = heads[0].cls if heads else "Name"
            thing = self.lexicon.thing(label[:1].upper() + label[1:], cls)
            thing = self.meet(tuple(token.fold for token in found[at:opens] if token.fold), thing)
            lands = [self._place(found, each) for each in range(at + 1, opens) if found[each].capital]
            lies = next((land.places for land in lands if land is not None), ())
            siglum = found[opens + 1]
            if siglum.text.isupper():
                return Mention(at, opens, "head", thing.cls, thing.label, (thing,), lies=lies)
            self.meet((siglum.fold,), thing)
            return Mention(at, opens + 3, "head", thing.cls, thing.label, (thing,), siglum=siglum.text, lies=lies)
        return None

    def _head(self, found: Sequence[Token], at: int) -> Mention | None:
        """Return the name that begins with an institution's word, or with a generic word before a name."""
        reach = at
        for phrase in self._phrases(found, at, ("institutions", "generic", "typing")):
            after = at + len(phrase.words)
            reach = max(reach, after)
            if after >= len(found):
                continue
            if phrase.cls in FIRMS and found[after].fold in self.lexicon.demonyms and not found[after].capital:
                after += 1  # « la société manchoise Nomotech »
            if after >= len(found):
                continue
            if phrase.kind == "typing":  # "sa filiale Rip85": the word types the name and says more than its class
                stop = self._proper(found, after) if found[after].capital else 0
                if stop == after + 1 and stop < len(found) and found[stop].fold in self.lexicon.services:
                    stop += 1  # « sa filiale locale Octogone fibre »
                if stop and not self._fixed(found, after) and not self._place_like(found, after, stop):
                    self._name(found, after, stop, phrase.cls)
                return None
            # « X, groupement composé de ... »
            beside = at > 0 and found[at - 1].text == "," and _composed(found, after)
            between = found[after].text == "," or found[after].fold in CHOSEN
            begin = after + (between and bool(_composed(found, after + 1)))
            if phrase.words[0] in ALLIANCES and not beside and (stop := self._alliance(found, begin)):
                members = [_label(found, *bounds) for bounds in self._allies(found, begin)]
                formed = bool(_composed(found, begin))  # it has no name: « un groupement formé d'Axione et de X »
                label = f"{_label(found, at, after)} {' / '.join(members)}" if formed else _label(found, at, stop)
                thing = self.lexicon.thing(label[:1].upper() + label[1:], "ActorGroup")
                thing = replace(thing, classes=thing.classes | {"Company", "Grouping"}, unnamed=formed)
                return Mention(at, begin, GROUPING, thing.cls, thing.label, (thing,))
            if phrase.kind == "generic":
                if after < reach:
                    continue
                opens = _initialled(found, at, after)
                if opens and not any(at + len(one.words) == opens for one in self._phrases(found, at, ("generic",))):
                    # « la Société paloise pour le très haut débit (SPTHD) »
                    label = _label(found, at, opens)
                    thing = self.lexicon.thing(label[:1].upper() + label[1:], phrase.cls)
                    thing = self.meet(tuple(token.fold for token in found[at:opens] if token.fold), thing)
                    return Mention(at, opens, "head", thing.cls, thing.label, (thing,))
                if found[after].text == "«":
                    after += 1
                if after < len(found) and found[after].glue.strip() == "" and (found[after].capital):
                    known = self._fixed(found, after)
                    stop = self._proper(found, after)
                    if (
                        known
                        and known.end >= stop
                        and known.things
                        and phrase.cls in ("Company", "TelecomOperator", "Actor")
                    ):
                        return replace(known, start=at)
                    if stop and phrase.cls == "SyndicatMixte":
                        stop += _trade(found, stop)  # « le syndicat Lot numérique »
                    if stop and not self._place_like(found, after, stop):
                        return replace(self._name(found, after, stop, phrase.cls), start=at)
                continue
            if phrase.cls in LAND and (council := self._council(found, at, after, phrase)):
                return council
            if phrase.cls in ("Department", "Region", "Municipality"):
                continue
            goes_on = after + 3 < len(found) and (found[after + 3].capital or found[after + 3].text == "«")
            if self._acronym(found, after) and not goes_on:
                if any(self._phrases(found, after + 1, ("institutions",))):
                    continue  # « Ce Syndicat Mixte Ouvert (SMO) porte ... » is the one that was spoken of
                label = _label(found, at, after)  # "le Syndicat départemental d'énergies (SDE)": a name of its own
                thing = self.meet(
                    (found[after + 1].fold,), self.lexicon.thing(label[:1].upper() + label[1:], phrase.cls)
                )
                return Mention(at, after + 3, "head", thing.cls, thing.label, (thing,))
            ahead = after
            if found[ahead].text == "(" and ahead + 2 < len(found) and found[ahead + 2].text == ")":
                ahead += 3  # "groupement d'intérêt public (GIP) Vendée Numérique"
                if ahead >= len(found):
                    continue
            linked = False
            shouted = _shouted(found, at)
            while ahead < len(found) and found[ahead].fold in LINKING and (shouted or not found[ahead].capital):
                ahead, linked = ahead + 1, True
            if linked and ahead + 1 < len(found) and found[ahead].text in SEATS and found[ahead + 1].fold in LINKING:
                while ahead + 1 < len(found) and not found[ahead].capital:  # « d'énergies du département de l'Aveyron »
                    ahead += 1
            quoted = ahead < len(found) and found[ahead].text == "«"
            ahead += quoted
            begins = ahead < len(found) and found[ahead].capital and (linked or ahead >= reach)
            if begins and not linked and ahead == after and self._person(found, ahead):
                continue  # « le président de la collectivité territoriale Jean Morel »
            stop = self._span(found, ahead) if begins else 0
            if stop <= ahead:  # « le Syndicat Mixte Ouvert chargé ... » is not called « Ouvert »
                continue
            placed = not linked and self._place_like(found, ahead, stop)
            label = _label(found, ahead, stop)
            bare = tuple(token.fold for token in found[ahead:stop] if token.fold)
            whole = tuple(token.fold for token in found[at:stop] if token.fold)
            siglum = placed or phrase.words[0] in (
                "sem",
                "saem",
                "seml",
                "cci",
                "cma",
                "petr",
                "regie",
                "cc",
                "ca",
                "cu",
                "metropole",
            )
            full = _label(found, at, stop) if ahead == after or linked else _label(found, ahead, stop)
            if phrase.cls in LAND and found[at].fold.endswith("s"):
                place = self._place(found, ahead)
                if not linked or (place and any(one.kind in ("departement", "region") for one in place.places)):
                    continue  # « les communautés de communes de la Dordogne » are many
                stop = max(place.end if place else 0, self._proper(found, ahead))
                if not stop:
                    continue
                full = f"{_singular(_label(found, at, after))} {_label(found, after, stop)}"
            alone = linked and ahead == stop - 1 and not found[at].text.isupper()
            if alone and found[ahead].text.isupper() and len(found[ahead].text) > 3:
                linked, siglum = False, False  # « le syndicat mixte du SYANE »
            named = full if linked or siglum else label
            thing = self.lexicon.thing(named[:1].upper() + named[1:], phrase.cls)
            if not linked and not placed:
                thing = self.meet(bare, thing)
            thing = self.meet(whole, thing)
            initials = _siglum(_label(found, at, stop))
            if len(initials) > 2:  # « la Communauté urbaine Creusot Montceau » is the CUCM
                self.met.setdefault((initials,), thing)
                self.firsts.setdefault(initials, 1)
            return Mention(at, stop, "head", thing.cls, thing.label, (thing,))
        return self._sole(found, at)

    def _sole(self, found: Sequence[Token], at: int) -> Mention | None:
        """
        Return a syndicat that is called by its trade alone, of which a département has one.

        « Le Syndicat des énergies et de l'aménagement numérique », « le syndicat départemental d'énergie ».
        """
        definite = at > 0 and (found[at - 1].fold in DETERMINERS or found[at - 1].text.lower() in CONTRACTED)
        if not definite or found[at].fold != "syndicat":
            return None
        stop, after, plain = at + 1, at + 1, self.lexicon.syndical | self.lexicon.trades
        while after < len(found) and (found[after].fold in LINKING | plain or found[after].fold == "et"):
            after += 1
            stop = after if found[after - 1].fold in plain else stop
        trade = any(token.fold in self.lexicon.trades for token in found[at:stop])
        said = tuple(token.fold.removesuffix("s") for token in found[at:stop])
        own = "departemental" in said or (found[at].capital and not _shouted(found, at))
        if not trade or not own:
            return None
        label = _label(found, at, stop)
        thing = self.meet(said, self.lexicon.thing(label[:1].upper() + label[1:], "SyndicatMixte"))
        return Mention(at, stop, "head", thing.cls, thing.label, (thing,))

    def _span(self, found: Sequence[Token], at: int) -> int:
        """Return where a name after an institution's word ends: "Pays de la Loire Numérique" goes on over particles."""
        if at and found[at - 1].text == "«":  # « le syndicat mixte « La fibre numérique 59-62 » »
            closing = (end for end in range(at + 1, min(len(found), at + LONGEST_NAME)) if found[end].text == "»")
            if stop := next(closing, 0):
                return stop
        stop = max(self._proper(found, at), at + 1)
        if found[at].fold in DETERMINERS and stop == at + 1:  # « syndicat mixte La Fibre64 »
            stop = max(self._proper(found, at + 1), at + 2) if at + 1 < len(found) and found[at + 1].capital else at
        if place := self._place(found, at):
            stop = max(stop, place.end)
        while stop < len(found):
            ahead = stop
            while (
                ahead < len(found) and found[ahead].fold in PARTICLES and not found[ahead].capital and ahead - stop < 3
            ):
                ahead += 1
            if ahead == stop or ahead >= len(found) or not found[ahead].capital or found[stop].fold == "et":
                break
            if found[stop].glue not in (" ", "") or self._person(found, ahead):
                break
            stop = max(self._proper(found, ahead), ahead + 1)
        stop += _trade(found, stop) if at < stop else 0  # « le syndicat mixte Somme numérique »
        while at < stop < len(found) and (
            (_numbered(found, stop) and found[stop].start not in self._sums) or found[stop].text == "/"
        ):
            stop += 1  # « La Fibre numérique 59/62 »
        return stop

    def _council(self, found: Sequence[Token], at: int, after: int, phrase: Phrase) -> Mention | None:
        """Return a council or territory that its kind and its name say: « Département de la Loire »."""
        ahead, shouted = after, _shouted(found, at)
        while ahead < len(found) and found[ahead].fold in LINKING and (shouted or not found[ahead].capital):
            ahead += 1
        if ahead >= len(found) or not found[ahead].capital:
            return None
        kind = LAND[phrase.cls]
        plural = phrase.words[0].endswith("s") and phrase.words[0] not in SPEAKING
        for start in dict.fromkeys((ahead, after)):
            for length in range(min(LONGEST_NAME, len(found) - start), 0, -1):
                said = " ".join(token.fold for token in found[start : start + length] if token.fold)
                if not found[start + length - 1].fold or (kind == "commune" and plural):
                    continue
                named = self.lexicon.reference.named
                if places := named(said, kind) or (named(f"la {said}", kind) if kind != "commune" else ()):
                    spoken = phrase.words[0] in map(fold, SPEAKING) or found[at].capital
                    if kind == "epci":
                        continue
                    return Mention(at, start + length, "council", phrase.cls, "", (), places, council=spoken)
        if kind == "epci":
            for length in range(min(LONGEST_NAME + 4, len(found) - at), 1, -1):
                said = " ".join(token.fold for token in found[at : at + length] if token.fold)
                head = " ".join(phrase.words)  # « la communauté d'agglomération Pays basque »
                linked = (said.replace(head, f"{head} {of}", 1) for of in ("du", "de", "des", "d", "de la"))
                found_as = (self.lexicon.reference.named(one, kind) for one in (said, *linked))
                if places := next((one for one in found_as if one), ()):
                    return Mention(at, at + length, "council", phrase.cls, "", (), places, council=True)
        return None

    def _person(self, found: Sequence[Token], at: int) -> Mention | None:
        """Return a person: a title or a given name, then a surname."""
        token = found[at]
        ahead, given = at, []
        titled = token.text.rstrip(".") in ("M", "Mme", "Mmes", "MM", "Monsieur", "Madame", "Me", "Dr")
        if titled:
            ahead += 1
            if ahead < len(found) and found[ahead].text == ".":
                ahead += 1
        if ahead + 1 < len(found) and found[ahead].text == found[ahead + 1].text:
            ahead += 1  # « Henri Henri BOYER »
        begins = ahead
        while ahead < len(found) and found[ahead].fold in self.lexicon.given and found[ahead].capital:
            given.append(found[ahead].text)
            ahead += 1
            if ahead < len(found) and found[ahead].glue != "-" and found[ahead].fold not in self.lexicon.given:
                break
        if not given and not titled:
            return None
        if not titled and self._place_like(found, at, at + 1) and not given:
            return None
        surname = ahead
        while (
            ahead < len(found)
            and found[ahead].fold in ("de", "du", "d", "la", "le", "des", "von", "van", "ben", "el", "al")
            and (ahead + 1 < len(found) and (found[ahead + 1].capital or found[ahead + 1].fold in ("la", "le", "l")))
        ):
            ahead += 1
        while (
            ahead < len(found)
            and ahead - surname < 6
            and found[ahead].fold
            and found[ahead].capital
            and (found[ahead].glue in (" ", "'", "-") or ahead == surname)
            # « Virginie Lucot-Avril »
            and (found[ahead].glue == "-" or found[ahead].fold not in self.lexicon.not_names)
        ):
            ahead += 1
        if ahead == surname and len(given) > 1 and not titled:
            surname -= 1
        if ahead <= surname or not found[ahead - 1].capital:
            return None
        if not titled and found[ahead - 1].fold in self.lexicon.trades:  # « Vincent Énergies »
            return None
        words = tuple(one.fold for one in found[begins:ahead] if one.fold)
        last = tuple(one.fold for one in found[surname:ahead] if one.fold)
        label = _label(found, begins, ahead)
        if titled and not given and (full := self.met.get(("@", *last))):
            return Mention(at, ahead, "person", "Person", full.label, (full,))
        thing = self.meet(("@", *words), self.lexicon.thing(label, "Person"))
        if given:
            self.meet(("@", *last), thing)
        return Mention(at, ahead, "person", "Person", thing.label, (thing,))

    def _place(self, found: Sequence[Token], at: int) -> Mention | None:
        """Return the territory whose name begins here, with its homonyms."""
        shouted = found[at].text.isupper() and len(found[at].text) > 1
        if (at == 0 or shouted) and found[at].fold in DETERMINERS and found[at + 1 : at + 2] and found[at + 1].capital:
            land = self._place(found, at + 1)  # « La Creuse » that begins a sentence is no commune of the Haute-Saône
            if land is not None and any(one.kind in ("departement", "region") for one in land.places):
                return None
        article = CONTRACTED.get(found[at - 1].text.lower(), "") if at else ""  # « du Mans »
        word = found[at].fold
        longest = max(self.lexicon.places.get(word, 0), self.lexicon.articled.get((article, word), 0))
        for stop in range(min(len(found), at + 2 * longest), at, -1):
            if not found[stop - 1].fold:
                continue
            words = [token.fold for token in found[at:stop] if token.fold]
            if len(words) > longest or any(
                not token.fold or not (token.capital or token.fold in PARTICLES or token.glue in ("'", "-"))
                for token in found[at:stop]
            ):
                continue
            named = self.lexicon.reference.named
            if places := named(" ".join(words)) + (named(" ".join((article, *words))) if article else ()):
                if stop == at + 1 and len(found[at].text) < 3:
                    continue
                bare = words[1:] if words[0] in DETERMINERS and len(words) > 1 else words
                if len(bare) == 1 and bare[0] in self.lexicon.not_names:
                    continue  # « L'Union » is that of Europe
                if words[0] in DETERMINERS and (fixed := self._fixed(found, at + 1)) and fixed.end > stop:
                    continue  # « L'Union européenne » is no commune of the Haute-Garonne
                return Mention(at, stop, "place", "Territory", "", (), places)
        return None

    def _place_like(self, found: Sequence[Token], at: int, stop: int) -> bool:
        return bool((place := self._place(found, at)) and place.end >= stop)

    def _phrase(self, found: Sequence[Token], at: int) -> Mention | None:
        """Return a network, a contract, a project, an office, or a word that points back."""
        many = at > 0 and found[at - 1].fold in MANY
        if stage := self._elided(found, at):
            return stage
        for phrase in self._phrases(found, at, ("groups",)):
            after = at + len(phrase.words)
            # « EPCI : 12 M€ », but « Communes : 344 »
            entry = at == 0 and after < len(found) and found[after].text == ":" and phrase.cls not in COUNTED
            entry = entry or _priced(found, at)
            ends = after == len(found) or found[after].text in ",.;)"
            small = not found[at].capital or found[at].text.isupper() or (many and ends)
            if entry or (small and (many or _listed(found, at, after))):
                return Mention(at, after, "groups", phrase.cls, _label(found, at, after))
        for phrase in self._phrases(found, at, ("networks", "contracts", "projects", "works")):
            after = at + len(phrase.words)
            if phrase.kind == "works":  # a text has one of them: « la montée en débit »
                return self._staged(found, at, after, phrase.kind)
            if phrase.words == ("marche",) and found[at].text.endswith("e"):  # « Internet marche mal »
                continue
            if phrase.kind == "projects" and phrase.cls != "None" and phrase.words[0].removesuffix("s") in STAGES:
                self.staging = phrase.words[0].removesuffix("s")
                if stage := self._stage(found, at, after):
                    return stage
            if phrase.kind == "networks":
                allowed = self._network_words
                while (
                    after < len(found)
                    and found[after].fold in allowed
                    and found[after].glue in (" ", "", "'", "-")
                    and not (found[after].capital and found[after].text[1:].islower())
                ):
                    after += 1
                while found[after - 1].fold in ("de", "a", "en", "tres", "jusque", "haut", "l", "d", "la", "le", "les"):
                    after -= 1
            if phrase.kind == "contracts" and _reads(found, after, ("n",)) and found[after + 1 : after + 2]:
                after += 2 * found[after + 1].text.isdigit()  # « l'avenant n° 3 »
            if phrase.kind in ("networks", "projects") and after < len(found):
                called = phrase.kind == "networks" and found[after].text == "," and found[after + 1 : after + 2]
                named = (
                    called and called[0].fold.rstrip("s").removesuffix("e") in CALLED
                )  # « son réseau, baptisé RAISO »
                ahead = after + 2 * bool(named)
                ahead += next((len(words) for words in BEARS if _reads(found, after, words)), 0)
                ahead += ahead < len(found) and found[ahead].text == "«"
                if ahead < len(found) and found[ahead].capital and found[ahead].glue in (" ", "", " «", "'"):
                    stop = self._proper(found, ahead)
                    if stop and not (self._place_like(found, ahead, stop)) and not self._person(found, ahead):
                        fixed = self._fixed(found, ahead)
                        firm = fixed is not None and fixed.kind == "met" and self._is_body(found, ahead, fixed)
                        known = fixed and (fixed.kind == "known" or (fixed.things and fixed.things[0].known))
                        if not (firm or known):
                            label = _label(found, ahead, stop)
                            words = tuple(token.fold for token in found[ahead:stop] if token.fold)
                            thing = self.meet(words, self.lexicon.thing(label, phrase.cls))
                            return Mention(at, stop, phrase.kind, thing.cls, thing.label, (thing,))
            text = _label(found, at, after)
            if phrase.cls == "None":  # "plan de financement" is no plan
                return Mention(at, after, phrase.kind, phrase.cls, text, many=True)
            several = many or (phrase.kind == "projects" and at > 0 and found[at - 1].fold in ("un", "une"))
            return Mention(
                at,
                after,
                phrase.kind,
                phrase.cls,
                text,
                many=several or found[at].fold in ("reseaux", "infrastructures"),
            )
        if found[at].fold in LAST and at and found[at - 1].fold in ("ce", "cette"):
            return Mention(at, at + 1, "last", "Actor")
        if found[at].fold == SPEAKER:
            cited = any(token.text in "«»" for token in found)
            return Mention(at, at + 1, "cited" if cited else "speaker", "Actor")
        leaning = self.lexicon.grammar.leaning
        if found[at].fold in PRONOUNS and (at == 0 or found[at - 1].text == ";" or _after_front(found, at, leaning)):
            long = found[at].fold in ("celui", "celle") and at + 1 < len(found) and found[at + 1].fold == "ci"
            it = found[at].fold == "il"
            nobody = it and any(_reads(found, at + 1, words) for words in self.lexicon.grammar.impersonal)
            if long or (found[at].fold in ("il", "elle") and found[at - 1].text != ";" and not nobody):
                return Mention(at, at + 1 + long, "pronoun", "Actor")
        heads = (
            at + 1 < len(found)
            and found[at].capital
            and found[at + 1].text in ":("
            and (at == 0 or found[at - 1].text == ":")
        ) or _priced(found, at)
        heads = heads or (found[at].capital and _listed(found, at, at + 1))
        before = at - (at > 1 and found[at - 1].fold in ANEW)  # « sur le seul Département », « cette nouvelle société »
        if heads or (before and found[before - 1].fold in DETERMINERS and not _attribute(found, at)):
            for phrase in self._phrases(found, at, ("anaphors", "institutions", "generic")):
                after = at + len(phrase.words)
                if (
                    phrase.cls in FIRMS
                    and after < len(found)
                    and (found[after].fold in OF or _names(found, after) or found[after].capital)
                    and not (found[at - 1].fold in POINTERS and _pointed_at(found, at, after))
                ):
                    break
                if before < at and phrase.cls not in FIRMS | BODIES | {"Department", "Region"}:
                    break  # « le nouveau contrat » is another
                if phrase.kind == "generic" and after < len(found) and found[after].fold in self.lexicon.demonyms:
                    break  # « l'agence caennaise de Covage »
                if (phrase.cls in FIRMS or phrase.words == RUNS) and _apposed(found, at, after):
                    break  # « sa régie, RESO-LIAin »
                if phrase.words == ("etablissement",) and found[after : after + 1] and found[after].fold in ESTABLISHED:
                    break  # « l'établissement et l'exploitation du réseau »
                if phrase.cls in FIRMS | BODIES and _qualified(found, after):  # « la régie personnalisée X »
                    break
                return Mention(at, after, "anaphor", phrase.cls, _label(found, at, after), council=found[at].capital)
        return None

    def _stage(self, found: Sequence[Token], at: int, after: int) -> Mention | None:
        """Return a stage that its number names: « la première phase », « Phase 2 »."""
        begin, stop = at, after
        if at and found[at - 1].fold in ORDINALS:
            begin = at - 1
        elif after < len(found) and found[after].glue == " " and _is_ordinal(found[after].text):
            stop = after + 1
        else:
            return None
        return replace(self._staged(found, begin, stop, "stage"), start=at)

    def _elided(self, found: Sequence[Token], at: int) -> Mention | None:
        """Return a stage that leaves out its noun: « en deux phases ... La première, 45 M€, s'achève »."""
        if not self.staging or not at or found[at].fold not in ORDINALS:
            return None
        if found[at - 1].fold != ("la" if self.staging in FEMININE else "le"):  # « trois groupements. Le premier ... »
            return None
        after = found[at + 1] if at + 1 < len(found) else None
        if after is not None and after.fold and after.fold not in SAID_OF_STAGES:
            return None
        label = f"{found[at].text} {self.staging}"
        thing = self.met.setdefault(("#", fold(label)), replace(self.lexicon.thing(label, "Project"), unnamed=True))
        return Mention(at, at + 1, "stage", "Project", label, (thing,))

    def _staged(self, found: Sequence[Token], begin: int, stop: int, kind: str) -> Mention:
        while found[stop - 1].fold in LINKING:
            stop -= 1
        label = _label(found, begin, stop)
        thing = self.met.setdefault(("#", fold(label)), replace(self.lexicon.thing(label, "Project"), unnamed=True))
        return Mention(begin, stop, kind, "Project", label, (thing,))

    @property
    def _network_words(self) -> frozenset[str]:
        return frozenset(fold(word) for word in self.lexicon.words["network-words"]) | {"l", "d"}


def _pays_beside(found: Sequence[Token], at: int) -> bool:
    """Say whether a small « état » is the State, beside others who pay: « financé par l'état, la région et ... »."""
    near = {token.fold for token in found[at + 1 : at + 4]} | {token.fold for token in found[max(at - 5, 0) : at]}
    return at > 0 and found[at - 1].fold == "l" and not near.isdisjoint(("region", "departement", "europe", "regions"))


def _shouted(found: Sequence[Token], at: int) -> bool:
    """Say whether a word is in capitals though it is no siglum: « PREFECTURE DE CORSE »."""
    return found[at].text.isupper() and len(found[at].text) > LONGEST_SIGLUM


def _is_ordinal(text: str) -> bool:
    """Say whether a word is the number of a stage: « phase 2 », « étape II »."""
    return text in ROMAN or (text.isdigit() and len(text) == 1)


Units = tuple[tuple[int, int, bool] | None, int | None, int | None]


def _units(sentences: Sequence[tuple[Block, str]]) -> Iterator[Units]:
    """
    Yield what gives the bare numbers of each sentence their unit.

    The header above a table, with the power of ten of its euros and whether shares stand beside the sums; the last
    sentence of the block that speaks of money; the last, of the block or right before it, that has millions of euros.
    """
    header: tuple[int, int, bool] | None = None
    money: tuple[Block, int] | None = None
    millions: tuple[Block, int] | None = None
    for index, (block, text) in enumerate(sentences):
        power = scale(text)
        if power is None and block.kind == HEADING:
            header = None
        # Only millions ask; few blocks have some.
        if "milli" in block.text.lower() and MONEY.search(text):
            money = (block, index)
        if MILLIONS.search(text):
            millions = (block, index)
        before = millions[1] if millions is not None and (millions[0] is block or millions[1] == index - 1) else None
        yield header, money[1] if money is not None and money[0] is block else None, before
        if power is not None:
            header = (index, power, bool(SHARES.search(text)))


# The head of a column that stands after that of the sums: « M€ | % », « Montant (M€) | Part ».
SHARES = re.compile(r"€\W*(?:%|parts?\b|taux\b|pourcentages?\b)", re.IGNORECASE)


def _scaled(value: Value, power: int) -> Value:
    """Return a number of a table as the sum that the header's unit makes of it."""
    lexical = f"{Decimal(value.literals[0][0]).scaleb(power):f}"
    whole = lexical.rstrip("0").rstrip(".") if "." in lexical else lexical
    return replace(value, literals=((whole, "decimal"),), minimum=None, maximum=None)


def _sum(found: Sequence[Token], at: int, stop: int) -> bool:
    """Say whether a number of millions counts no things: « la part publique ne dépasse pas 115 millions »."""
    great = any(token.fold.startswith(("million", "milliard")) for token in found[at:stop])
    great = great and not any(token.fold == "nombre" for token in found[max(at - 6, 0) : stop + 3])
    after = found[stop : stop + 2]
    counted = len(after) == 2 and after[0].fold in ("de", "d") and after[1].fold not in OF_MONEY
    # « 1,5 million de la Région, 18 millions de FEDER »
    given = counted and (after[1].fold in ("la", "l", "feder") or after[1].text.isupper())
    return great and (given or not counted)


def _reads(found: Sequence[Token], at: int, words: tuple[str, ...]) -> bool:
    """Say whether folded words stand from a token on; hyphens and apostrophes between them do not count."""
    stop = at + len(words)
    return stop <= len(found) and all(token.fold == word for token, word in zip(found[at:stop], words, strict=True))


def _trade(found: Sequence[Token], at: int) -> int:
    """Return how many words from here on say what a body is for, as the last of its name."""
    return next((len(trade) for trade in TRADES if at < len(found) and _reads(found, at, trade)), 0)


def _after_front(found: Sequence[Token], at: int, leaning: Set[str]) -> bool:
    """Say whether only what is said of the pronoun stands before it: « Créé en 2012, il », « Propriétaire, il »."""
    first = found[0].text
    front = found[0].fold in FRONTS or (found[0].fold == "le" and found[1].text[0].isdigit())
    return found[at - 1].text == "," and (front or first.lower() in leaning or bool(PARTICIPLE.search(first)))


def _no_figure(found: Sequence[Token], at: int, stop: int, value: Value) -> bool:
    """Say whether a number is one of an order, or is denied: « la cent millième prise », « 95 %, pas 100 % »."""
    if value.kind == "count" and stop < len(found) and found[stop].fold.endswith(("ieme", "iemes")):
        return True
    if value.kind == "count" and at and found[at - 1].fold == "ces":  # « ces deux villages » are counted already
        return True
    # « Ne dépasse pas 115 » denies the verb.
    denied = at > 1 and found[at - 1].fold in DENYING and found[at - 2].text in (",", ";", "(", "et", "mais")
    return denied and value.kind in ("count", "percent")


def _singular(head: str) -> str:
    """Return the singular of the head of a plural: « communautés de communes »."""
    words = head[:1].upper() + head[1:]
    first, _, rest = words.partition(" ")
    return f"{first.removesuffix('s')} {rest}".strip()


def _priced(found: Sequence[Token], at: int) -> bool:
    """Say whether a word of a list of payers has its sum beside it: « État 24 M€, Département 16 M€ »."""
    listed = at == 0 or found[at - 1].text in ",;:("
    stop = at + 1
    while stop < min(at + 3, len(found)) and found[stop].text.islower() and found[stop].fold not in OF:
        stop += 1  # « Conseil départemental 12 M€ »
    return listed and found[at].capital and stop < len(found) and found[stop].text[0].isdigit()


def _listed(found: Sequence[Token], at: int, after: int) -> bool:
    """Say whether words without an article are a member of a list: « État, Région, EPCI »."""
    joined = at > 1 and found[at - 1].fold == "et" and (found[at - 2].capital or found[at - 2].text == ")")
    closed = after >= len(found) or found[after].text in ",).;/(" or found[after].fold == "et"
    return closed and at > 0 and (joined or found[at - 1].text in ",:(/")


def _names(found: Sequence[Token], at: int) -> bool:
    """Say whether a colon comes before who it is: « Délégataire : Orange », not « Délégataire : 30 M€ »."""
    return found[at].text == ":" and not (at + 1 < len(found) and found[at + 1].text[0].isdigit())


def _attribute(found: Sequence[Token], at: int) -> bool:
    """Say whether a word is what somebody is said to be: « Orange sera le délégataire »."""
    return at > 1 and found[at - 2].fold in BEING


def _initialled(found: Sequence[Token], at: int, after: int) -> int:
    """Return where the brackets open whose letters begin the small words of a name, one after the other, or 0."""
    opens = next((end for end in range(after, min(at + 14, len(found))) if not found[end].fold), 0)
    if opens - at < 3 or opens + 2 >= len(found) or (found[opens].text, found[opens + 2].text) != ("(", ")"):
        return 0
    siglum = found[opens + 1]
    if not siglum.text.isupper() or len(siglum.fold) < 3 or found[after].capital:
        return 0
    if any(token.capital for token in found[opens + 3 : opens + 4]):  # « le groupement d'intérêt économique (GIE) X »
        return 0
    if at and found[at - 1].fold not in DETERMINERS and found[at - 1].text not in CONTRACTED:
        return 0  # « X, groupement d'intérêt économique (GIE) »
    initials = iter(token.fold[0] for token in found[at:opens])
    return opens if siglum.fold[0] == found[at].fold[0] and all(letter in initials for letter in siglum.fold) else 0


def _composed(found: Sequence[Token], at: int) -> int:
    """Return how many words say of a grouping that its members follow: « formé par », « réunissant »."""
    if at < len(found) and UNITING.fullmatch(found[at].fold):
        return 1
    formed = at + 1 < len(found) and re.fullmatch("(?:form|compos|constitu)ee?s?", found[at].fold)
    return 2 if formed and found[at + 1].fold in ("par", "de", "d", "entre") else 0


def _links(token: Token) -> bool:
    """Say whether a small word goes before the next member of a list: « X, la Caisse des Dépôts et Y »."""
    return token.fold in ALLYING and not token.capital


def _next_ally(found: Sequence[Token], at: int) -> int:
    """Return how many words lead from one member of a list to the next, 0 where it ends."""
    stop = at
    while stop < len(found) and stop - at < 4 and (found[stop].text == "," or _links(found[stop])):
        stop += 1
    return stop - at if stop > at and stop < len(found) and found[stop].capital else 0


def _abbreviated(found: Sequence[Token], at: int) -> int:
    """Return where the brackets open that abbreviate a name of several small words, or 0."""
    opens = next((end for end in range(at + 1, min(at + 18, len(found))) if not found[end].fold), 0)
    if opens - at < 4 or opens + 2 >= len(found) or (found[opens].text, found[opens + 2].text) != ("(", ")"):
        return 0
    siglum = found[opens + 1]
    if not siglum.capital or len(siglum.fold) < 3 or siglum.fold[0] != found[at].fold[0]:
        return 0
    if not SAYING.isdisjoint(token.fold for token in found[at:opens]):
        return 0  # « Le syndicat a signé avec Xp Fibre (SFR) »
    small = any(not token.capital and token.fold not in PARTICLES for token in found[at + 1 : opens])
    small = small or all(token.text.isupper() for token in found[at:opens])
    return opens if small and 5 * _initials(found, at, opens) >= 3 * len(siglum.fold) else 0


def _initials(found: Sequence[Token], at: int, opens: int) -> int:
    """Return how many letters of an abbreviation words begin with, in their order."""
    row = [0] * (len(found[opens + 1].fold) + 1)
    for token in found[at:opens]:
        if token.fold not in PARTICLES:
            before = row[:]
            for column, letter in enumerate(found[opens + 1].fold, 1):
                row[column] = max(row[column - 1], before[column], before[column - 1] + (letter == token.fold[0]))
    return row[-1]


def _pointed_at(found: Sequence[Token], at: int, after: int) -> bool:
    """Say whether « de » after « cette société » says what it is to do, or of which group it is, and not its name."""
    ahead = found[after + 1] if after + 1 < len(found) else None
    if found[at].fold == "filiale":  # « Cette filiale d'Orange »
        return True
    return ahead is not None and (ahead.fold == "groupe" or bool(INFINITIVE.match(ahead.fold)))


def _apposed(found: Sequence[Token], at: int, after: int) -> bool:
    """Say whether a word says what the name beside it is: « Son titulaire, Memonet, », « Landes Fibre, la filiale »."""
    behind = after + 1 < len(found) and found[after].text == "," and found[after + 1].capital
    return behind or (at > 2 and found[at - 2].text == "," and found[at - 3].capital)


def _qualified(found: Sequence[Token], after: int) -> bool:
    """Say whether an adjective stands between a word and the name that it goes with: « sa filiale locale Rip85 »."""
    ahead = found[after : after + 2]
    if len(ahead) < 2 or ahead[0].glue != " " or ahead[0].fold in OF or not ahead[1].capital:
        return False
    return bool(QUALIFYING.search(ahead[0].fold))


def _siglum(label: str) -> str:
    """Return the initials of a name, without its little words."""
    words = re.split(r"[ '’-]", fold(label))
    return "".join(word[0] for word in words if word and word not in LINKING)


def _named(found: Sequence[Token], at: int, length: int) -> bool:
    return any(token.capital for token in found[at : at + length] if token.fold)


def _numbered(found: Sequence[Token], at: int) -> bool:
    """Say whether a number may end a name: « Réso 67 », and not « le Finistère 71 000 »."""
    after = found[at + 1 : at + 3]
    thousands = bool(after) and len(after[0].text) == 3 and after[0].text.isdigit()
    decimal = (
        len(after) == 2 and after[0].text in ",." and after[1].text.isdigit() and not after[0].glue + after[1].glue
    )
    return found[at].text.isdigit() and not thousands and not decimal


def _of_land(found: Sequence[Token], at: int) -> bool:
    """Say whether a number is that of a département at the end of a name: « Fibre 44 », not « 44 000 prises »."""
    return found[at].text.isdigit() and len(found[at].text) == 2 and _numbered(found, at) and (
        at + 1 == len(found) or not found[at + 1].fold or found[at + 1].fold in CLOSING
    )  # fmt: skip


def _label(found: Sequence[Token], at: int, stop: int) -> str:
    """Return the words of tokens as the text writes them."""
    return "".join((token.glue if index else "") + token.text for index, token in enumerate(found[at:stop]))
