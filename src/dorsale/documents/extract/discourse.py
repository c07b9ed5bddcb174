"""
Who is meant: homonyms, words that point back, and things that have no name yet, settled in the order of the text.

By rule, not by model: a word that points back takes the last thing of its class; a commune that shares its name takes
the one of the document's own département, or none. What stays open yields no fact.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import NamedNode

from dorsale.documents.authority import Territory
from dorsale.documents.blocks import HEADING
from dorsale.documents.extract.lexicon import Lexicon, Thing
from dorsale.documents.extract.mentions import FRONTS, GROUPING, PARTICIPLE, STAGES, Mention, Sentence
from dorsale.names import fold

# A generic word for a network means the one that the document is about, unless its kind tells it from that one.
OWN_KIND = ("BackboneNetwork", "MetropolitanNetwork", "MobileNetwork")
# A word for these, where nothing of the class was named, types the last name of which nothing was said.
TYPING = frozenset({"SyndicatMixte", "PublicBody"})
# How precise a date is, as a class that patterns may ask for.
PRECISION = {"date": "Day", "gMonthDay": "Day", "gYearMonth": "Month", "gMonth": "Month", "gYear": "Year"}
# Words for who holds the contract that was spoken of.
DELEGATED = frozenset({"delegataire", "fermier", "concessionnaire", "titulaire", "attributaire"})
# Before a noun, it is another than the one that was spoken of.
ANEW = frozenset({"nouveau", "nouvelle", "autre", "second", "seconde", "deuxieme", "troisieme"})
# Words for a public body that no council is.
OWN_BODIES = frozenset({"regie", "gip", "groupement", "etablissement"})
# Words for a company that say nothing else of it.
FIRM = frozenset({"societe", "entreprise", "groupe"})
INDEFINITE = frozenset({"un", "une"})
ARTICLES = {"il": ("le", "du", "au", "un", "ce"), "elle": ("la", "une", "cette")}
BEING = frozenset("est sera etait fut a ete sont".split())  # noqa: SIM905
# Which pronoun the words stand for that point at the last who was named: « celle-ci », « cette dernière ».
POINTING = {"celui": "il", "ce": "il", "celle": "elle", "cette": "elle"}
# What stands between a person and a verb, and is no article.
OBJECTS = (("le",), ("la",), ("l",), ("les",))
# What people call any contract that is won.
BARGAIN = frozenset({"marche"})
POSSESSIVE = frozenset({"son", "sa", "ses", "leur", "leurs"})
# How many votes for a département or région that is itself named are worth; one of its communes has one.
NAMED = 3
# A town of so many people is meant wherever it is named, whatever the département.
LARGE = 40_000
# What a page with several networks has a chapter on, each; and how one of them is said to be another.
CHAPTERS = (*OWN_KIND, "AccessNetwork")
BECOMES = frozenset({"est", "devient", "devenu", "constitue", "forme"})
# What a network is made of that is not the one of which a page on fibre tells: « le réseau ADSL sera fermé ».
OTHERWISE = frozenset(
    {"prive", "privee", "prives", "adsl", "dsl", "cuivre", "telephonique", "rtc", "wimax", "mobile", "4g"}
)
# How long a name is at least that may be short for a commune's.
SHORTEST = 5
# So many sentences, the title among them, say what a text is about.
OPENING = 3
# How a line begins that puts what comes into the frame of a programme.
WITHIN = re.compile(r"(?i)dans le cadre (?:du|de la|de l['’ ]?|des|de) ?")
# A line of a fact sheet, and how many words it has at most.
KEYED, ENTRY = re.compile(r"[^:.,;<]{3,40} ?: \S"), 20
# What bears the name of a place and is none: « le câblier Île de Batz », « rue Saint-Étienne ».
BEARING = frozenset(
    "cablier navire bateau ferry rue avenue place boulevard quai square impasse hotel restaurant stade lycee college"  # noqa: SIM905
    " salle immeuble tour gare affaire arret operation tgv".split()
)
# Words beside which a capitalised word is a place: « à Mende », « de Mende ».
BESIDE = frozenset(
    "a de d en vers entre et ou par depuis sur chez le la les pour dont comme que hors hormis sauf via puis"  # noqa: SIM905
    " relie relient reliant unit dessert desservent desservant couvre couvrent irrigue irriguent traverse"
    " comprend comprennent comprendra comprendront inclut incluent concerne concernent concernera concerneront".split()
)


# Where ministries are: « le contrat a été signé à Paris » is no text on Paris.
CAPITAL = "75"
# How many words may stand between an office and whose it is: « à la tête du conseil départemental ».
OFFICE = 4


@dataclass
class Settled:
    """A mention and whom it means; ``where`` is the sentence that names the thing, when this one only points at it."""

    mention: Mention
    thing: Thing | None = None
    classes: frozenset[str] = frozenset()
    named: bool = True
    where: int | None = None


@dataclass
class Discourse:
    """
    What a document has spoken of so far.

    ``shared`` is the région of all the départements that a document names of which none is its own. ``chapters`` are
    the headings under which a network is told of, each with its sentence.
    """

    lexicon: Lexicon
    slug: str
    home: Territory | None = None
    region: Territory | None = None
    near: frozenset[str] = frozenset()
    shared: Territory | None = None
    first: dict[str, int] = field(default_factory=dict)
    often: Counter[str] = field(default_factory=Counter)
    spoken: dict[str, tuple[int, Thing]] = field(default_factory=dict)
    network: Thing | None = None
    subject: Thing | None = None
    previous: Thing | None = None
    headed: Thing | None = None
    titled: Thing | None = None
    section: Thing | None = None
    over: Thing | None = None
    chapters: dict[str, tuple[int, str]] = field(default_factory=dict)
    delegatee: Thing | None = None
    acting: set[str] = field(default_factory=set)
    signed: Settled | None = None
    laid: tuple[int, int, str] | None = None
    kinds: dict[str, int] = field(default_factory=dict)
    typed: dict[str, Thing] = field(default_factory=dict)
    procures: bool = False
    asked: bool = False
    # « Il » or « elle », where an article tells which the last subject is, and the companies that were named after it.
    gender: str = ""
    firms: list[Thing] = field(default_factory=list)
    genders: dict[str, str] = field(default_factory=dict)
    # Which pronouns point at a noun after the last actor of the sentence before: « ... pour couvrir la zone ».
    tail: frozenset[str] = frozenset()
    # The company that the text called a subsidiary last.
    daughter: Thing | None = None
    # The dates that the text aims at: « d'ici 2022 ».
    aimed: set[str] = field(default_factory=set)
    # The commune that « la commune » meant, and where; the one that the heading names.
    commune: tuple[int, Territory] | None = None
    under: Territory | None = None
    delegates: bool = False
    short: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begin(
        cls, lexicon: Lexicon, slug: str, sentences: Sequence[Sentence], typed: dict[str, Thing] | None = None
    ) -> "Discourse":
        """Return the discourse of a document whose own département and région are settled by vote."""
        votes: Counter[str] = Counter()
        regions: Counter[str] = Counter()
        for sentence in sentences:
            title = sentence.index < OPENING and sentence.block.kind == HEADING
            weight = NAMED * (1 + title)  # the title tells whose text it is
            for mention in sentence.mentions:
                states = {(place.kind, place.code): place for place in (*mention.places, *mention.lies)}
                kinds = {kind for kind, _ in states}
                if "departement" in kinds:
                    own = [place.code for place in states.values() if place.kind == "departement"]
                    votes.update(code for code in own for _ in range(1 if code == CAPITAL else weight))
                elif "region" in kinds:
                    regions.update(
                        place.code for place in states.values() if place.kind == "region" for _ in range(weight)
                    )
                elif len(states) == 1:
                    (place,) = states.values()
                    votes.update((place.departement or "").split()[:1])
                for thing in mention.things:
                    if code := lexicon.departements.get(thing.iri):
                        votes[code] += weight
        home = region = None
        if votes:
            (code, count), *rest = votes.most_common(2)
            second = rest[0][1] if rest else 0
            if (count >= 2 or not second) and count >= 2 * second and _above(lexicon, code, count, regions):
                home = next(iter(lexicon.reference.coded("departement", code)), None)
        if home is not None:
            region = next(iter(lexicon.reference.coded("region", home.region or "")), None)
        elif regions:
            region = next(iter(lexicon.reference.coded("region", regions.most_common(1)[0][0])), None)
        near = frozenset(votes)
        shared = None
        if home is None and region is None:
            named = (code for code, count in votes.items() if count >= NAMED)
            above = {place.region for code in named for place in lexicon.reference.coded("departement", code)}
            shared = next(iter(lexicon.reference.coded("region", above.pop() or "")), None) if len(above) == 1 else None
        return cls(lexicon, slug, home, region, near, shared, typed=typed or {})

    @property
    def last(self) -> list[tuple[int, Thing]]:
        """The things that were spoken of, each with the sentence that spoke of it last; the latest at the end."""
        return list(self.spoken.values())

    def own(self) -> Iterator[NamedNode]:
        """Yield the document's own département and région, and their councils."""
        for place in (self.home, self.region, self.shared):
            if place is not None and place.iri is not None:
                yield place.iri
                if (council := self.lexicon.council(place)) is not None:
                    yield council.iri

    def settle(self, sentence: Sentence) -> list[Settled]:
        """Return the mentions of a sentence with whom they mean."""
        settled: list[Settled] = []
        listed = False
        outside: Thing | None = None
        for mention in sentence.mentions:
            one = self._settle(sentence, mention)
            if one.thing is not None and one.named and (gender := self._gender(sentence, mention)):
                self.genders[one.thing.iri.value] = gender
            if one.thing is not None and mention.kind != "demonym":  # « l'opérateur normand » names no land
                self._remember(sentence.index, one)
                listed = _in_brackets(sentence, mention)
                outside = outside if listed or "Group" in one.thing.classes else one.thing
            if mention.kind == "demonym" and one.thing is not None and _of_network(settled, mention):
                one = replace(one, classes=one.thing.classes | {"Land"})  # « le réseau public girondin » is that land's
            if mention.kind == "anaphor" and one.thing is not None and fold(mention.label).startswith("filiale"):
                one = replace(one, classes=one.classes | {"Subsidiary"})
            if mention.kind == "networks" and "departemental" in fold(mention.label).split():
                one = replace(one, classes=one.classes | {"Departmental"})
            settled.append(one)
        settled = [_speaking(sentence, one, settled) if one.mention.kind == "cited" else one for one in settled]
        if listed and outside is not None and outside.classes & {"Actor", "Name"}:
            self.speak(sentence.index, outside)  # « celle-ci » is not who was last in brackets
        for cls, words in self.lexicon.grammar.councils.items():
            if cls not in self.kinds and not words.isdisjoint(sentence.words()):
                self.kinds[cls] = sentence.index
        self.delegates = self.delegates or not self.lexicon.grammar.delegating.isdisjoint(sentence.words())
        values = (one.mention.value for one in settled if one.mention.cls == "Date")
        self.aimed |= {text for value in values if value is not None and value.target for text, _ in value.literals}
        self.procures = self.procures or any(one.mention.cls == "PublicProcurement" for one in settled)
        if self.laid is None and not self.lexicon.grammar.laid.isdisjoint(sentence.words()):
            said = next(token for token in sentence.tokens if token.fold in self.lexicon.grammar.laid)
            self.laid = sentence.index, sentence.block.source(said.start, said.end)[0], said.text
        entry = is_entry(sentence)
        if sentence.block.kind == HEADING and not entry:
            towns = self._towns(sentence.index)
            self.under = towns[0] if len(towns) == 1 else None
            self.over = (self.over or self.section) if WITHIN.match(sentence.text) else None
            self.section = self._framed(sentence, settled) if self.over else self._titled(sentence, settled)
            if self.section is not None and any(
                one.thing is self.section and one.mention.cls in CHAPTERS for one in settled
            ):
                self.chapters.setdefault(self.section.iri.value, (sentence.index, sentence.text.strip()))
            cited = sentence.text.startswith(("«", "“", '"'))  # what somebody says is no name of who speaks
            dated = any(one.mention.cls == "Date" for one in settled)  # « Séance du 3 mai 2018 - Salle Messiaen »
            heads = {"Actor"} if dated else {"Actor", "Name"}
            named = [one.thing for one in settled if one.thing and one.classes & heads and not cited]
            if named and named[0].cls == "Name" and _names_place(sentence, settled, named[0]):
                named = []
            self.headed = named[0] if named else self.headed
            self.titled = self.titled or self.headed
        if self.signed is not None and sentence.mentions and sentence.mentions[0].kind == "function":
            settled.append(self.signed)  # a name above a title is the name of who bears it
        self.signed = None
        if len(settled) == 1 and "Person" in settled[0].classes and len(sentence.words()) < 6:
            self.signed = replace(settled[0], where=sentence.index, named=False)
        # Whom "il" or "elle" means at the head of the next sentence: the first actor of this one.
        self.previous = self.subject
        if entry and self.headed is not None:
            self.previous = self.subject = self.typed.get(self.headed.iri.value, self.headed)
            return settled
        may_be = [one for one in _after_front(sentence, settled) if one.thing and _may_be_subject(one)]
        # « Détenue par X, elle ... » goes on about whom it went before.
        may_be = [one for one in settled if one.thing and one.mention.kind == "pronoun"] or may_be
        may_be = [one for one in may_be if "Group" not in one.classes]  # nobody says « il » or « son » of several
        actors = [one.thing for one in may_be]
        self.gender = self._gender(sentence, may_be[0].mention) if may_be else ""
        self.tail = _tail(sentence, settled)
        self.daughter = _daughter(sentence, settled) or self.daughter
        self.firms = [one.thing for one in may_be[1:] if one.thing is not None and one.classes & {"Company", "Name"}]
        whose = sentence.words()[:1]  # « Son siège est à Guéret. Sa directrice, ... »
        goes_on = bool(whose) and (whose[0] in POSSESSIVE or (self.asked and whose[0] in INDEFINITE))
        about = _whom(sentence, settled)  # « Jean A le préside, de même que le Département. »
        self.subject = self.previous if about else actors[0] if actors else self.previous if goes_on else None
        self.asked = sentence.text.rstrip().endswith("?")  # « Qu'est-ce que X ? Un syndicat mixte. Il ... »
        return settled

    def _framed(self, sentence: Sentence, settled: Sequence[Settled]) -> Thing | None:
        """Return the programme in whose frame a line puts what comes: « Dans le cadre du dispositif 4G fixe : »."""
        for one in settled:
            if one.thing is not None and "Programme" in one.classes:
                return one.thing
        label = WITHIN.sub("", sentence.text).rstrip(" :")
        if not label or label == sentence.text:
            return None
        thing = self.lexicon.thing(label, "Programme")
        self.first.setdefault(thing.iri.value, sentence.index)
        return thing

    def _titled(self, sentence: Sentence, settled: Sequence[Settled]) -> Thing | None:
        """Return the thing that a heading names: the programme, network or service of which its section speaks."""
        values = sum(len(sentence.words(one.mention.start, one.mention.end)) for one in settled if one.mention.value)
        if any(one.mention.cls in ("Percent", "Amount") for one in settled):  # « État (FSN) 30 % » is a row
            return None
        for one in settled:
            if one.thing is not None and one.classes & {"Programme", "Project", "Network", "Service"}:
                named = len(sentence.words(one.mention.start, one.mention.end))
                if 2 * named > len(sentence.words()) - values:
                    return one.thing
        return None

    def _remember(self, index: int, one: Settled) -> None:
        thing = one.thing
        assert thing is not None
        self.often[thing.iri.value] += 1
        if one.named:
            self.first.setdefault(thing.iri.value, index)
        elif one.where is None:
            one.where = self.first.get(thing.iri.value)
        self.spoken.pop(thing.iri.value, None)
        self.spoken[thing.iri.value] = (index, thing)

    def speak(self, index: int, thing: Thing) -> int:
        """Make a thing the last that was spoken of, and return the sentence that spoke of it first."""
        self.spoken.pop(thing.iri.value, None)
        self.spoken[thing.iri.value] = (index, thing)
        return self.first.setdefault(thing.iri.value, index)

    @property
    def counts_zones(self) -> bool:
        """Whether the last thing that was spoken of is a zone."""
        return any("Zone" in thing.classes for _, thing in self.last[-1:])

    def named_network(self) -> Thing | None:
        """Return the one network that was named: a backbone or a mobile one is part of it, two are none."""
        named = [thing for _, thing in self.last if "Network" in thing.classes and not thing.classes & set(OWN_KIND)]
        return named[0] if len(named) == 1 else None

    def is_in_passing(self, thing: Thing) -> bool:
        """Say whether a thing is spoken of once, after the text has begun: it is not what the text is about."""
        return self.often[thing.iri.value] < 2 and self.first.get(thing.iri.value, 0) >= OPENING

    def unsaid_network(self) -> tuple[int, Thing] | None:
        """Return the network of a text that speaks of fibre and names no network, and where it first speaks of it."""
        nets = (thing for _, thing in self.last if "Network" in thing.classes)
        own = (thing for thing in nets if not (thing.classes & set(OWN_KIND) and self.is_in_passing(thing)))
        if self.laid is None or any(own):
            return None
        index, offset, word = self.laid
        minted = self.lexicon.thing(f"{self.slug} {offset}", "Network")
        return index, replace(minted, label=word, unnamed=True)

    def latest(self, cls: str, word: str = "") -> Thing | None:
        """Return the last thing of a class that was spoken of: one called so, else of just the class, else below it."""
        things = [thing for _, thing in reversed(self.last) if cls in thing.classes]
        things = [one for one in things if "Grouping" not in one.classes or word in fold(one.label).split()]
        called = [thing for thing in things if word and word in fold(thing.label).split()]
        return next(iter([*called, *(thing for thing in things if thing.cls == cls), *things]), None)

    def _settle(self, sentence: Sentence, mention: Mention) -> Settled:
        if mention.value is not None and mention.kind != "groups":
            precision = PRECISION.get(mention.value.literals[0][1], "") if mention.cls == "Date" else ""
            return Settled(mention, None, frozenset({mention.cls, precision} - {""}))
        if mention.kind == "function":
            words = (word.capitalize() for word in fold(mention.label).split() if len(word) > 2)
            own = mention.start and sentence.tokens[mention.start - 1].fold in POSSESSIVE
            return Settled(mention, None, frozenset({"Function", *words, *(["Own"] if own else [])}))
        if mention.kind == "particulars":
            return Settled(mention)
        if mention.kind == "demonym":
            place = self._which(sentence, mention)
            return Settled(mention, self.lexicon.land(place) if place else None)  # an adjective stays a word
        if mention.kind == "groups":
            label = f"{self.slug} {mention.label}"
            size = mention.value.literals[0][0] if mention.value else ""
            thing = replace(
                self.lexicon.thing(label, "ActorGroup"), label=mention.label, unnamed=True, members=(mention.cls, size)
            )
            thing = replace(thing, classes=thing.classes | {"Group"})
            return Settled(mention, thing, thing.classes)
        if mention.places:
            return self._place(sentence, mention)
        if mention.kind in ("stage", "works"):
            minted = self.lexicon.thing(f"{self.slug} {mention.label}", "Project")
            thing = replace(minted, label=mention.label, unnamed=True)
            return Settled(mention, thing, thing.classes | ({"Works"} if mention.kind == "works" else frozenset()))
        if mention.kind == "zones":
            return self._zone(mention)
        if mention.kind == GROUPING and mention.things[0].unnamed:
            minted = self.lexicon.thing(f"{self.slug} {mention.label}", "ActorGroup")
            thing = replace(mention.things[0], iri=minted.iri)
            return Settled(mention, thing, thing.classes)
        if (town := self._shortened(sentence, mention)) is not None:
            return town
        if mention.things:
            thing = self.typed.get(mention.things[0].iri.value, mention.things[0])
            if mention.kind == "networks" and self._entitles(sentence, thing):
                self.network = thing  # the title's « son réseau de fibre » is called so
            if mention.kind == "met" and "Network" in thing.classes:
                return Settled(mention, thing, thing.classes | {"Name"})  # it may be the company that bears its name
            if _is_somebody(thing):  # it acts; of what kind it is, its use may still say
                return Settled(mention, thing, thing.classes | {"Name"})
            return Settled(mention, thing, thing.classes if thing.cls != "Name" else frozenset({"Name"}))
        if mention.kind == "networks":
            return self._network(sentence, mention)
        if mention.kind in ("contracts", "projects"):
            return self._generic(sentence, mention)
        return self._anaphor(sentence, mention)

    def _zone(self, mention: Mention) -> Settled:
        """Return the zone of a type in the document's own territory: there is one, whatever its extent."""
        home = self.home
        complement = self.lexicon.complements.get((home.kind, home.code)) if home is not None else None
        if complement is None:
            return Settled(mention)
        thing = self.lexicon.thing(f"{mention.things[0].label} {complement}", "Zone")
        return Settled(mention, replace(thing, label=mention.label), thing.classes)

    def _place(self, sentence: Sentence, mention: Mention) -> Settled:
        place = self._which(sentence, mention)
        if place is None:
            return Settled(mention)
        lexicon = self.lexicon
        council = lexicon.council(place)
        if mention.council and council is not None:
            classes = council.classes | {"Land"}
            return Settled(mention, council, classes)
        land = lexicon.land(place)
        classes = land.classes | ({"Council"} if council else frozenset()) | {place.kind.capitalize()}
        if place.iri is None:
            classes |= {"Land"}
        return Settled(mention, land, classes)

    def _shortened(self, sentence: Sentence, mention: Mention) -> Settled | None:
        """Return the commune of the document's own land that a name is short for, where a place may stand."""
        name = mention.things and mention.things[0].cls == "Name" and mention.kind in ("name", "met")
        before = sentence.tokens[mention.start - 1] if mention.start else None
        if not name or before is None or len(mention.label) < SHORTEST:
            return None
        if not (before.fold in BESIDE or before.text in ",(:/"):
            return None
        codes = [self.home.code] if self.home is not None else sorted(self.near)
        towns = [self.lexicon.reference.shortened(mention.label, code) for code in codes]
        towns = [one for one in towns if one is not None]
        if len(towns) != 1 or towns[0] is None:
            return None
        land = self.lexicon.land(towns[0])
        self.short[land.iri.value] = mention.label
        return Settled(mention, land, land.classes | {"Council", "Commune"})

    def _which(self, sentence: Sentence, mention: Mention) -> Territory | None:
        """Return the one territory that a name means here, or None: never a guess."""
        states: dict[tuple[str, str], Territory] = {}
        for place in mention.places:
            states[place.kind, place.code] = place
        for kind in ("departement", "region", "epci"):
            if of_kind := [place for place in states.values() if place.kind == kind]:
                same = {place.code for place in of_kind}
                return of_kind[-1] if len(same) == 1 else None
        communes = list(states.values())
        near = [place for place in communes if self.home and place.departement == self.home.code]
        if not near and not (self.home and len(communes) > 1):
            near = [place for place in communes if place.departement in self.near]
        if not near:
            near = [place for place in communes if (place.population or 0) > LARGE]
        if len(near) != 1 or (mention.start and sentence.tokens[mention.start - 1].fold in BEARING):
            return None
        if mention.kind in ("council", "demonym") or mention.end - mention.start > 1:
            return near[0]
        before = sentence.tokens[mention.start - 1] if mention.start else None
        after = sentence.tokens[mention.end] if mention.end < len(sentence.tokens) else None
        beside = before is not None and (before.fold in BESIDE or before.text in ",(:/")
        listed = after is not None and after.text in ",)" and before is None
        alone = before is None and (after is None or (self.home is not None and near[0].departement == self.home.code))
        return near[0] if beside or listed or alone or (near[0].population or 0) > LARGE else None

    def _network(self, sentence: Sentence, mention: Mention) -> Settled:
        classes = self.lexicon.above(mention.cls)
        if mention.many:
            return Settled(mention)
        before = sentence.tokens[mention.start - 1].fold if mention.start else ""
        after = sentence.tokens[mention.end].fold if mention.end < len(sentence.tokens) else ""
        other = OTHERWISE.intersection((*fold(mention.label).split(), after))
        if before in ("propre", "propres") or (
            other and self.network and other.isdisjoint(fold(self.network.label).split())
        ):
            return Settled(mention, None, frozenset({"Another"}))  # « l'opérateur y déploie son propre réseau »
        lands = self.lexicon.demonyms.get(after, ())
        if self.home is not None and lands and all(self.home not in self._around(land) for land in lands):
            return Settled(mention, None, frozenset({"Another"}))  # « le RIP breton » of a page on the Vendée
        own = mention.cls in OWN_KIND
        same = self._said_to_be(sentence, mention)
        if same is not None or self._opens_a_chapter(sentence, mention):
            pass
        elif own:
            known = (t for _, t in reversed(self.last) if mention.cls in t.classes)
            same = None if before in ANEW else next(known, None)  # « un nouveau câble sous-marin »
        elif self.network is not None:
            same = self.network
        else:
            same = self.latest("Network")
            new = mention.cls in ("PublicInitiativeNetwork", "AccessNetwork") or before in INDEFINITE
            if same is not None and new and same.classes & set(OWN_KIND):
                same = None  # the public network is not the backbone that was built before it
        if same is not None:
            return Settled(mention, same, same.classes | classes, named=False)
        if before in ("de", "d") and mention.cls == "Network" and mention.end - mention.start == 1:
            return Settled(mention)
        offset = sentence.block.source(sentence.tokens[mention.start].start, sentence.tokens[mention.end - 1].end)[0]
        minted = self.lexicon.thing(f"{self.slug} {offset}", mention.cls)
        thing = replace(minted, label=mention.label, unnamed=True)
        if not own:
            self.network = thing
        return Settled(mention, thing, thing.classes)

    def _around(self, land: Territory) -> tuple[Territory | None, ...]:
        """Return a land, and the document's own if that is in it or around it."""
        near = self.home is not None and (land.code == self.home.region or self.home.code == land.departement)
        return (land, self.home if near else None)

    def _entitles(self, sentence: Sentence, thing: Thing) -> bool:
        """Say whether a network that is named is the one that the first sentence, without a name, told of."""
        told = self.network
        if told is None or not told.unnamed or thing.classes & set(OWN_KIND):
            return False
        where, _ = self.spoken.get(told.iri.value, (sentence.index, None))
        return where == 0 and sentence.index == 1

    def _said_to_be(self, sentence: Sentence, mention: Mention) -> Thing | None:
        """Return the network that is said to be one of this kind: « Ce réseau est devenu l'épine dorsale ... »."""
        before = sentence.words(0, mention.start)[-2:]
        if mention.cls not in OWN_KIND or not self.spoken or BECOMES.isdisjoint(before):
            return None
        at, thing = self.last[-1]
        if at != sentence.index or "Network" not in thing.classes:
            return None
        same = replace(thing, classes=thing.classes | self.lexicon.above(mention.cls))
        self.network = same if self.network is not None and self.network.iri == thing.iri else self.network
        return same

    def _opens_a_chapter(self, sentence: Sentence, mention: Mention) -> bool:
        """Say whether a heading leaves the backbone, which had a chapter of its own, for the network that it feeds."""
        told = self.network
        if sentence.block.kind != HEADING or mention.cls != "AccessNetwork" or told is None:
            return False
        return told.iri.value in self.chapters and "BackboneNetwork" in told.classes

    def _generic(self, sentence: Sentence, mention: Mention) -> Settled:
        classes = self.lexicon.above(mention.cls)
        several = mention.kind == "projects" and mention.label.split()[0].endswith("s")  # « cinq projets »
        dated = mention.cls == "Programme" and sentence.tokens[mention.end : mention.end + 1]
        if mention.many or several or (dated and dated[0].text.isdigit()):  # « FEDER, programme 2014-2020 »
            return Settled(mention)
        if fold(mention.label) in BARGAIN and self.delegates and not self.procures:
            mention = replace(mention, cls="Contract")  # « X a remporté le marché », said of a delegation
            classes = self.lexicon.above("Contract")
        top = "Contract" if mention.kind == "contracts" else mention.cls
        if top == "Contract":
            current = self.latest("Contract") if mention.cls != "Amendment" else None
            delegated = mention.cls == "Contract" or "PublicServiceDelegation" in classes
            return Settled(mention, current, classes | ({"Delegation"} if delegated else set()), named=False)
        thing = self.latest(mention.cls)
        works = {fold(one) for ones in self.lexicon.words["works"].values() for one in ones}
        lesser = thing is not None and (_is_stage(thing.label) or fold(thing.label) in works)
        if lesser and not _is_stage(mention.label):
            thing = None  # « le projet » is more than its « première tranche »
        said = len(mention.label.split()) > 1 and mention.cls in ("Programme", "Project")
        if said and thing is None and not self.network:  # « Programme très haut débit » as the title of a page
            minted = self.lexicon.thing(f"{self.slug} {mention.label}", mention.cls)
            return Settled(mention, replace(minted, label=mention.label, unnamed=True), minted.classes)
        if thing is None and mention.cls in ("MasterPlan", "Call"):
            minted = self.lexicon.thing(f"{self.slug} {mention.label}", mention.cls)
            return Settled(mention, replace(minted, label=mention.label, unnamed=True), classes)
        return Settled(mention, thing, (thing.classes if thing else classes) if thing else frozenset(), named=False)

    def _anaphor(self, sentence: Sentence, mention: Mention) -> Settled:
        lexicon = self.lexicon
        cls = mention.cls
        if cls in ("Department", "Region") and not mention.places:
            territory = self._land_spoken_of(cls)
            if territory is None:
                return Settled(mention)
            council, land = lexicon.council(territory), lexicon.land(territory)
            where = self.first.get(land.iri.value) if council and council.iri.value not in self.first else None
            if mention.council or "conseil" in mention.label.lower() or "assemblée" in mention.label.lower():
                classes = council.classes | {"Land"} if council else frozenset()
                return Settled(mention, council, classes, named=False, where=where)
            return Settled(mention, land, land.classes | {"Council", territory.kind.capitalize()}, named=False)
        if mention.kind == "cited":
            return Settled(mention)
        if mention.kind in ("pronoun", "last", "speaker"):
            said = POINTING.get(sentence.words(max(mention.start - (mention.kind == "last"), 0))[0], "")
            if mention.start < 2 and said in self.tail:  # « le Département pour couvrir la zone. Cette dernière ... »
                return Settled(mention)
            all_ = [(at, one) for at, one in reversed(self.last) if one.classes & {"Actor", "Name"} or _acts(one)]
            fits = [one for at, one in all_ if at >= sentence.index - 1 and self.genders.get(one.iri.value) == said]
            named = [
                one for one in fits if not _acts(one)
            ]  # « la société, fondée avec la Saône-et-Loire. Celle-ci ... »
            actors = iter(named or fits or [one for _, one in all_])
            near = mention.kind == "pronoun" and mention.end - mention.start == 1  # « celui-ci » is who was named last
            thing = self._meant(sentence, mention) if near else next(actors, None)
            if mention.kind == "speaker":  # who writes a page is who it is headed by
                thing = self.typed.get(self.titled.iri.value, self.titled) if self.titled else None
            if thing is None:
                return Settled(mention)
            if _acts(thing):
                return Settled(mention, thing, thing.classes | {"Council"}, named=False)
            if _is_somebody(thing):  # of what kind it is, its use may still say
                return Settled(mention, thing, thing.classes | {"Name"}, named=False)
            return Settled(mention, thing, thing.classes if thing.cls != "Name" else frozenset({"Name"}), named=False)
        word = fold(mention.label).split()[0]
        if cls == "Municipality" and (town := self.town(sentence.index)) is not None:
            self.commune = sentence.index, town
            council = self.lexicon.council(town)
            return Settled(mention, council, council.classes | {"Land"} if council else frozenset(), named=False)
        if (own := self._apposed(sentence, mention)) is not None:
            return Settled(mention, own, own.classes, named=False)
        thing = self.delegatee if word in DELEGATED else self.daughter if word == "filiale" else None
        if cls == "Intercommunality" and self.headed is not None and cls in self.headed.classes:
            near = any(cls in one.classes for at, one in self.last if at >= sentence.index - 1)
            thing = self.headed if mention.label[0].isupper() or not near else None
        alone = word not in DELEGATED or sum("Company" in thing.classes for _, thing in self.last) == 1
        if word in FIRM:  # of two companies in the sentence before, « la société » may be either
            before = [one for at, one in self.last if at == sentence.index - 1 and "Company" in one.classes]
            alone = alone and len(before) < 2
        pointed = word in FIRM or word == "filiale"
        if thing is None and pointed and sentence.words(0, mention.start)[-1:] == ("cette",):
            thing = self._just_named(sentence.index, cls)
        thing = thing or (self.latest(cls, word) if alone else None)
        if thing is not None and "LocalAuthority" in thing.classes and word in OWN_BODIES:
            return Settled(mention)  # « la régie » is no council
        if thing is None and cls in TYPING:
            thing = next(
                (
                    one
                    for _, one in reversed(self.last)
                    if (one.cls == "Name" or _is_somebody(one) or _is_body(one, cls)) and self._local(one)
                ),
                None,
            )
            thing = self.type(thing, cls) if thing else None
        if thing is None and cls == "Company" and word in FIRM:  # « La société ... » after its bare name
            thing = self._just_named(sentence.index, cls)
        if thing is None and cls == "Company" and self.headed is not None and word not in DELEGATED:
            headed = self.typed.get(self.headed.iri.value, self.headed)  # « La société ... » under its name
            thing = self.type(headed, cls) if headed.cls == "Name" or _is_somebody(headed) else None
        if thing is None:
            return Settled(mention)
        # « Cette délégation a été confiée à ... »
        delegated = cls == "Contract" and (word == "contrat" or word in self.lexicon.grammar.delegating)
        return Settled(mention, thing, thing.classes | ({"Delegation"} if delegated else set()), named=False)

    def _apposed(self, sentence: Sentence, mention: Mention) -> Thing | None:
        """Return the bare name before a comma of which the words after it say what it is: « Sydec, le syndicat »."""
        names = (one for one in sentence.mentions if one.end == mention.start - 2 and one.things)
        beside = next(names, None) if mention.cls in TYPING else None
        if beside is None or sentence.tokens[beside.end].text != ",":
            return None
        own = self.typed.get(beside.things[0].iri.value, beside.things[0])
        return self.type(own, mention.cls) if own.cls == "Name" or _is_somebody(own) else None

    def _meant(self, sentence: Sentence, mention: Mention) -> Thing | None:
        """Return whom « il » or « elle » means at the head of a sentence: the subject of the one before, mostly."""
        said = sentence.tokens[mention.start].fold
        after = sentence.words(mention.end)[:4]
        built = not BEING.isdisjoint(after) and not self.lexicon.grammar.run.isdisjoint(after)
        if built and self.network is not None and said == _pronoun(self.network):
            return self.network  # « Axione a construit le réseau. Il est exploité par Covage. »
        if self.gender in (said, ""):
            return self.subject
        # « Le groupe a confié le chantier à Mayotte Fibre. Elle construira ... »
        return self.firms[0] if self.firms else None

    def _gender(self, sentence: Sentence, mention: Mention) -> str:
        """Return the pronoun that the article before a mention, or its noun, asks for; an empty text for none."""
        if mention.kind == "pronoun":
            return sentence.tokens[mention.start].fold
        noun = sentence.tokens[mention.start].fold
        article = sentence.tokens[mention.start - 1].fold if mention.start else ""
        told = (pronoun for pronoun, articles in ARTICLES.items() if article in articles)
        return next(told, "") or next((one for one, nouns in self.lexicon.grammar.genders.items() if noun in nouns), "")

    def _just_named(self, index: int, cls: str) -> Thing | None:
        """Return the one bare name of the sentence before as a thing of a class, if it says that there."""
        before = [one for at, one in self.last if at == index - 1]
        bare = [one for one in before if one.cls == "Name" or _is_somebody(one)]
        return self.type(bare[0], cls) if len(bare) == 1 and not any(cls in one.classes for one in before) else None

    def _land_spoken_of(self, cls: str) -> Territory | None:
        """Return the land of « le Département », « la Région »: the document's own, or the only one that it named."""
        own = self.home if cls == "Department" else self.region or self.shared
        kind = "departement" if cls == "Department" else "region"
        lands = [(thing, thing.territory) for _, thing in self.last if thing.territory and thing.territory.kind == kind]
        councils = list(dict.fromkeys(land for thing, land in lands if cls in thing.classes))
        own = self.succeeded(own) if own is not None else None
        if own is None and cls == "Department" and lands:
            return lands[-1][1]
        return councils[0] if cls == "Region" and len(councils) == 1 else own

    def succeeded(self, land: Territory) -> Territory:
        """Return the région that took the place of a former one, where the text names it: « la Région » is that."""
        named = (thing.territory for _, thing in self.last if thing.territory and thing.territory.kind == "region")
        return next((one for one in named if land.kind == "region" and one.code == land.region), land)

    def town(self, index: int) -> Territory | None:
        """Return the one commune that a sentence names, else the sentence before it, else the heading above."""
        for at in (index, index - 1):
            if self.commune is not None and self.commune[0] == at:
                return self.commune[1]
            if communes := self._towns(at):
                return communes[0] if len(communes) == 1 else None
        return self.under

    def _towns(self, index: int) -> list[Territory]:
        """Return the communes that a sentence names."""
        towns = {thing.territory for at, thing in self.last if at == index and thing.cls == "Territory"}
        return [one for one in towns if one is not None and one.kind == "commune"]

    def _local(self, thing: Thing) -> bool:
        """Say whether a name is of the kind that syndicats bear: an acronym, or with a land or their trade in it."""
        words = fold(thing.label).split()
        trade = {"numerique", "thd", "fibre", "energie", "energies", "numeriques", "tres", "digital"}
        lands = any(self.lexicon.reference.named(word, kind) for word in words for kind in ("departement", "region"))
        return thing.label.isupper() or bool(trade & set(words)) or lands

    def used(self, thing: Thing, cls: str) -> Thing:
        """Return a thing that was only a name, or somebody, with the class that its use gives it."""
        if thing.cls == "Name" or (_is_somebody(thing) and cls in TYPING | {"Company"}) or _is_body(thing, cls):
            before = self.typed.get(thing.iri.value)
            if before is None or _is_somebody(before) or _is_body(before, cls):
                return self.lexicon.thing(thing.label, cls)
            return before
        return thing

    def type(self, thing: Thing, cls: str) -> Thing:
        """Return the same, and have it be that from here on."""
        typed = self.used(thing, cls)
        if typed != thing:
            self.typed[thing.iri.value] = typed
            renamed = ((at, typed if other.iri == thing.iri else other) for at, other in self.last)
            self.spoken = {other.iri.value: (at, other) for at, other in renamed}
        return typed

    def presume(self) -> None:
        """Give names that a whole document leaves names the class that their last words tell: « Tarn Fibre »."""
        for cls, lasts in self.lexicon.words["trading"].items():
            ends = tuple(f" {fold(last)}" for last in lasts)
            for _, thing in self.last:
                if thing.cls == "Name" and fold(thing.label).endswith(ends) and not thing.label.isupper():
                    self.type(thing, cls)


def _is_stage(label: str) -> bool:
    """Say whether a project is only a stage of one: « la première tranche »."""
    return not STAGES.isdisjoint(fold(label).split())


def _acts(thing: Thing) -> bool:
    """Say whether a land is one whose council acts in its name: « le département ; celui-ci ... »."""
    return (
        thing.cls == "Territory" and thing.territory is not None and thing.territory.kind in ("departement", "region")
    )


def _is_somebody(thing: Thing) -> bool:
    """Say whether all that is known of a thing is that it acts."""
    return thing.cls == "Actor" and not thing.known


def _is_body(thing: Thing, cls: str) -> bool:
    """Say whether a thing is so far a public body only, of which the text says more: « le syndicat mixte »."""
    return thing.cls == "PublicBody" and not thing.known and cls == "SyndicatMixte"


def _in_brackets(sentence: Sentence, mention: Mention) -> bool:
    """Say whether a mention stands in a list in brackets: « cinq Départements (Jura, Nièvre) »."""
    words = [token.text for token in sentence.tokens]
    before = words[: mention.start]
    if before.count("(") <= before.count(")"):
        return False
    after = words[mention.end :]
    opened = len(before) - before[::-1].index("(")
    return "," in words[opened : mention.end + (after.index(")") if ")" in after else 0)]


def _may_be_subject(one: Settled) -> bool:
    """Say whether « il » of the next sentence may be a mention: an actor, or the contract that it begins with."""
    return bool(one.classes & {"Actor", "Name", "Network"}) or ("Contract" in one.classes and one.mention.start <= 1)


def _daughter(sentence: Sentence, settled: Sequence[Settled]) -> Thing | None:
    """Return the company that a sentence calls a subsidiary: « la filiale X », « X est la filiale de Y »."""
    at = next((at for at, token in enumerate(sentence.tokens) if token.fold == "filiale"), None)
    if at is None:
        return None
    firms = [one for one in settled if one.thing is not None and one.named and "Company" in one.thing.classes]
    beside = [one.thing for one in firms if one.mention.start in (at, at + 1)]
    before = [one.thing for one in firms if one.mention.end <= at]
    return (beside or before or [None])[0]


def _tail(sentence: Sentence, settled: Sequence[Settled]) -> frozenset[str]:
    """Return which pronouns point at a noun that follows the last actor of a sentence."""
    ends = [one.mention.end for one in settled if one.thing is not None and _may_be_subject(one)]
    after = range(max(ends, default=len(sentence.tokens)), len(sentence.tokens) - 1)
    said = {sentence.tokens[at].fold for at in after if sentence.tokens[at + 1].text.islower()}
    return frozenset(pronoun for pronoun, articles in ARTICLES.items() if not said.isdisjoint(articles))


def _whom(sentence: Sentence, settled: Sequence[Settled]) -> bool:
    """Say whether a sentence begins with a person who does something to whom the sentence before is about."""
    if not settled or "Person" not in settled[0].classes or settled[0].mention.start > 2:
        return False
    return sentence.words(settled[0].mention.end)[:1] in OBJECTS


def _names_place(sentence: Sentence, settled: Sequence[Settled], name: Thing) -> bool:
    """Say whether a name is where something is: « La fibre en Aubrac, Carladez et Viadène »."""
    start = next(one.mention.start for one in settled if one.thing is name)
    return start > 0 and sentence.tokens[start - 1].fold in ("en", "dans")


def _speaking(sentence: Sentence, cited: Settled, settled: Sequence[Settled]) -> Settled:
    """Return for whom « nous » is said: « Nous y mettons 25 M€ », rappelle Jean Morel, président du Département."""
    closing = (at for at, token in enumerate(sentence.tokens) if token.text == "»" and at > cited.mention.end)
    closes = next(closing, len(sentence.tokens))
    after = [one for one in settled if one.mention.start > closes]
    body = next((one for one in after if one.classes & {"Actor", "Council"} and "Person" not in one.classes), None)
    if body is None or body.thing is None:
        return cited
    words = sentence.words(closes, body.mention.start)[-OFFICE:]
    held = any(one.mention.kind == "function" and one.mention.start < body.mention.start for one in after)
    return replace(body, mention=cited.mention, named=False) if held or "tete" in words else cited


def _pronoun(network: Thing) -> str:
    """Return the pronoun for a network, by its noun."""
    return "il" if fold(network.label).split()[0] in ("reseau", "rip", "cable", "chantier") else "elle"


def _after_front(sentence: Sentence, settled: Sequence[Settled]) -> Sequence[Settled]:
    """Return the mentions from the subject on: « Né en 2012 de la volonté du Département, le syndicat ... »."""
    first = sentence.tokens[0] if sentence.tokens else None
    if first is None or not (first.fold in FRONTS or PARTICIPLE.search(first.text)):
        return settled
    for one in settled:
        before = sentence.tokens[max(one.mention.start - 2, 0) : one.mention.start]
        if _may_be_subject(one) and any(token.text == "," for token in before):
            return [other for other in settled if other.mention.start >= one.mention.start]
    return settled


def _of_network(settled: Sequence[Settled], mention: Mention) -> bool:
    """Say whether an adjective stands right after a network."""
    return bool(settled) and "Network" in settled[-1].classes and settled[-1].mention.end == mention.start


def is_entry(sentence: Sentence) -> bool:
    """Say whether a short line says one thing of what stands above it: « Création : 4 février 2014 »."""
    return len(sentence.words()) < ENTRY and bool(KEYED.match(sentence.text))


def _above(lexicon: Lexicon, code: str, count: int, regions: Counter[str]) -> bool:
    """Say whether a département is named more than the régions that are not its own."""
    own = next((place.region for place in lexicon.reference.coded("departement", code)), None)
    foreign = max((often for region, often in regions.items() if region != own), default=0)
    return count >= foreign and 3 * count >= regions[own or ""]
