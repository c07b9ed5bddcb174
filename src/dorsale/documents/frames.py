"""
What sentences of a known form say: patterns, and the frames that they match.

A frame is data (``ontology/frames/*.yaml``): patterns over a sentence in which every name and value is already known
for what it is, and a Turtle template of what a match states. So a new kind of sentence needs no Python, and types and
prepositions decide what a parser would guess.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, reduce
from itertools import chain
from operator import or_
from os.path import commonprefix
from pathlib import Path
from typing import Any

import yaml
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from dorsale.errors import MalformedFrame, MissingWords, Place
from dorsale.names import BASE, CODE, fold, fold_word, prefixes

FINITE_ER = (
    "e",
    "es",
    "ons",
    "ez",
    "ent",
    "ai",
    "as",
    "èrent",
    "ait",
    "aient",
    "era",
    "erai",
    "eront",
    "erait",
    "eraient",
    "ant",
)
SLOT = re.compile(r"\{(?P<role>[a-z][A-Za-z]*):(?P<classes>[A-Za-z|]+)(?P<many>\+?)\}")
WORD = re.compile(r"[^\s{}()\[\]|]+")
WORDS = re.compile(r"[^{}()\[\]]+")
LIST = re.compile(r"@([A-Z]+)")
INFINITIVE = re.compile(r"\b(\w+(?:er|ir|re))!")
PARTICIPLE = re.compile(r"\b(\w+(?:é|i|u|s|t))!")
# A verb that is one of several choices, and how an infinitive ends.
VERB = re.compile(r"\s*(\w+)!\s*(?=[|)\]])")
INFINITIVE_ENDING = re.compile(r"(?:er|ir|re)$")
VARIABLE = "urn:variable:"
AHEAD = frozenset(NamedNode(f"{CODE}status/{name}") for name in ("planned", "target"))
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _Loader(LOADER):  # type: ignore[misc, valid-type]
    """Reads YAML in which every scalar is a text, and no name is given twice: YAML would keep the last of them."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping; raise :class:`yaml.MarkedYAMLError` at a name that it has already."""
        names = [key.value for key, _ in node.value]
        twice = next((key for at, (key, _) in enumerate(node.value) if key.value in names[:at]), None)
        if twice is not None:
            raise yaml.MarkedYAMLError(problem=f"« {twice.value} » twice", problem_mark=twice.start_mark)
        return dict(super().construct_mapping(node, deep))


# Roles that a proper name may fill of which nothing else is known: its use says what it is.
NAMEABLE = frozenset({"Actor", "Company", "TelecomOperator", "SyndicatMixte"})
# A mention as it stands in a rewritten sentence: its number, then the classes that it may be read as.


@dataclass(frozen=True)
class Verbs:
    """The forms of verbs: those that endings do not give (``verbs.yaml``), and auxiliaries (``grammar.yaml``)."""

    irregular: Mapping[str, Mapping[str, Sequence[str]]]
    grammar: Mapping[str, Any]

    @cached_property
    def nouns(self) -> frozenset[str]:
        """The forms of verbs that are nouns as often."""
        return frozenset(self.grammar["nouns"])

    @cached_property
    def dropped(self) -> frozenset[str]:
        """The words that no sentence keeps, so that a pattern that asked for one would never fit."""
        return frozenset(self.grammar["dropped"]) - frozenset(self.grammar["undone"].values())

    def one_of(self, kind: str) -> str:
        """Return the auxiliaries or adverbs of a kind, as the choices of a regular expression."""
        return "|".join(self.grammar[kind])

    def finite(self, infinitive: str) -> list[str]:
        """Return the forms of the third person, and the present participle."""
        if forms := self.irregular.get(infinitive):
            # "tenait" gives "tenons", whatever the present is.
            we = (form.removesuffix("ait") + "ons" for form in forms["finite"] if form.endswith("ait"))
            return [*forms["finite"], *list(we)[:1]]
        stem = infinitive[:-2]
        if infinitive.endswith("er"):
            soft = stem + "e" if stem.endswith("g") else stem[:-1] + "ç" if stem.endswith("c") else stem
            return [(soft if ending[0] in "aâo" else stem) + ending for ending in FINITE_ER]
        if infinitive.endswith("ir"):
            endings = [
                "it",
                "is",
                "issent",
                "issait",
                "issaient",
                "ira",
                "iront",
                "irait",
                "iraient",
                "issant",
                "irent",
            ]
            return [stem + ending for ending in endings]
        stem = infinitive[:-2]
        return [stem + ending for ending in ["", "ent", "ait", "aient", "ra", "ront", "rait", "raient", "it", "ant"]]

    def participle(self, infinitive: str) -> str:
        """Return the past participle in the masculine singular."""
        if forms := self.irregular.get(infinitive):
            return str(forms["participle"])
        stem = infinitive[:-2]
        return stem + ("é" if infinitive.endswith("er") else "i" if infinitive.endswith("ir") else "u")

    def said(self, words: tuple[str, ...]) -> list[tuple[str, frozenset[str]]]:
        """
        Return how verbs are said: one expression for the infinitives, one for the participles, each with its forms.

        An infinitive stands for what its subject does, in any tense; a participle for what is done.
        """
        if words not in self._said:
            infinitives = [word for word in words if word not in BASIC and INFINITIVE_ENDING.search(word)]
            participles = [word for word in words if word not in BASIC and word not in infinitives]
            found = [self._is(word) for word in words if word in BASIC]
            found += [self._does(infinitives)] if infinitives else []
            found += [self._done(participles)] if participles else []
            self._said[words] = [(regex, frozenset(map(fold_word, forms))) for regex, forms in found]
        return self._said[words]

    @cached_property
    def patterns(self) -> dict[str, "Pattern"]:
        """The patterns compiled with these verbs: frame after frame asks where the date of a figure stands."""
        return {}

    @cached_property
    def groups(self) -> dict[str, tuple[str, "Needs"]]:
        """What was compiled of words in brackets: lists of them come back in pattern after pattern."""
        return {}

    @cached_property
    def _said(self) -> dict[tuple[str, ...], list[tuple[str, frozenset[str]]]]:
        """What was asked for: lists of verbs come back in pattern after pattern."""
        return {}

    def _is(self, verb: str) -> tuple[str, list[str]]:
        forms = self.grammar[BASIC[verb]]
        return f"(?:{'|'.join(forms)}) ", [form.split()[0] for form in forms]

    def _does(self, verbs: Sequence[str]) -> tuple[str, list[str]]:
        adverbs = f"(?:(?:{self.one_of('adverbs')}) ){{0,2}}"
        have, modals = map(self.one_of, ("have", "modals"))
        finite = [self.finite(verb) for verb in verbs]
        plain = [forms for forms in finite if self.nouns.isdisjoint(forms)]
        nouns = [forms for forms in finite if not self.nouns.isdisjoint(forms)]
        both = ((NOUN, plain), (NOUN + "(?<!en )", nouns))
        now = "|".join(f"{noun}(?:{_conjugated(ones)}) " for noun, ones in both if ones)
        participles = _inflected([self.participle(verb) for verb in verbs])
        infinitive = "|".join(map(_accentless, verbs))
        regex = (
            f"{WHO}(?:(?:se |en |y |lui |leur |le |ne )?(?:{now}|(?:{have}) {adverbs}(?:{participles}) "
            f"|(?:{modals}) {adverbs}(?:se |y |en )?(?:{infinitive}) "
            f"|(?:(?:pour|afin de|a|de|,|et|:) |^)(?:{infinitive}) ))"
            f"{adverbs}"
        )
        said = [form for forms in finite for form in forms]
        return regex, [*said, *verbs, *(self.participle(verb) + end for verb in verbs for end in ENDINGS)]

    def _done(self, participles: Sequence[str]) -> tuple[str, list[str]]:
        adverbs = f"(?:(?:{self.one_of('adverbs')}) ){{0,2}}"
        forms = [one + end for one in participles for end in ENDINGS]
        return f"(?:{WHO}(?:{self.one_of('be')}) {adverbs})?{adverbs}(?:{_inflected(participles)}) ", forms


def _conjugated(verbs: Iterable[Sequence[str]]) -> str:
    """Return the forms of verbs as choices of a regular expression, those that end alike together: short to compile."""
    stems: dict[tuple[str, ...], list[str]] = {}
    for forms in verbs:
        stem = commonprefix(forms)  # noqa: RUF071 (these are no paths)
        stems.setdefault(tuple(form[len(stem) :] for form in forms), []).append(stem)
    both = (("|".join(map(_accentless, ones)), "|".join(map(_accentless, ends))) for ends, ones in stems.items())
    return "|".join(f"(?:{ones})(?:{ends})" for ones, ends in both)


def _inflected(participles: Sequence[str]) -> str:
    """Return participles in every gender and number as choices of a regular expression."""
    regular = "|".join(one for one in participles if one != "dû")
    owed = ["dû|dues?|dus"] * ("dû" in participles)
    return "|".join([*([f"(?:{regular})e?s?"] if regular else []), *owed])


NO_FORMS = frozenset[str]()
# What a sentence must have for a pattern to fit: one of each of these sets of folded words and classes ("@Company"),
# in this order.
Needs = list[frozenset[str]]


class _Compiler:
    """One pattern to one regular expression over a rewritten sentence, and what a sentence must have to match it."""

    def __init__(self, pattern: str, verbs: Verbs) -> None:
        self.source, self.verbs = pattern, verbs
        self.at = 0
        self.roles: dict[str, str] = {}

    def compile(self) -> tuple[str, Needs]:
        """Return the expression and the needs; what cannot be read raises :class:`ValueError`, which shows where."""
        regex, needs = self._choices()
        if self.at < len(self.source):
            raise self._fault()
        return regex, needs

    def _fault(self) -> ValueError:
        return ValueError(f"« {self.source[: self.at]}⟦{self.source[self.at :]}⟧ »")

    def _choices(self) -> tuple[str, Needs]:
        options, verbs = list[tuple[str, Needs]](), list[str]()
        while True:
            if verb := VERB.match(self.source, self.at):  # « construire!|exploiter! » is one choice of forms
                self.at = verb.end()
                verbs.append(verb[1])
            else:
                options.append(self._sequence())
            if self.source[self.at : self.at + 1] != "|":
                break
            self.at += 1
        for regex, forms in self.verbs.said(tuple(verbs)):
            options.append((regex, [forms]))
        if len(options) == 1:
            return options[0]
        # One of several: what is needed is the rarest need of any of them, if each has one.
        needs = [max(needs, key=_telling) for _, needs in options if needs]
        joint = [frozenset[str]().union(*needs)] if len(needs) == len(options) else []
        return "(?:" + "|".join(regex for regex, _ in options) + ")", joint

    def _sequence(self) -> tuple[str, Needs]:
        out, needs = "", Needs()
        while self.at < len(self.source):
            character = self.source[self.at]
            if character in ")]|":
                break
            if character.isspace():
                self.at += 1
            elif character in "([":
                close = ")" if character == "(" else "]"
                self.at += 1
                inner, inside = self._group()
                if self.source[self.at : self.at + 1] != close:
                    raise self._fault()
                self.at += 1
                out += f"(?:{inner})" + ("?" if close == "]" else "")
                needs += inside if close == ")" else []
            elif slot := SLOT.match(self.source, self.at):
                self.at = slot.end()
                out += self._slot(slot)
                needs.append(frozenset(f"@{one}" for one in _classes(slot)))
            elif word := WORD.match(self.source, self.at):
                self.at = word.end()
                regex, forms = self._word(word[0])
                out += regex
                needs += [forms] if forms else []
            else:
                raise self._fault()
        return out, needs

    def _group(self) -> tuple[str, Needs]:
        """Return what stands in brackets; what has no others in it and no slot is the same in every pattern."""
        words = WORDS.match(self.source, self.at)
        if words is None or self.source[words.end() : words.end() + 1] not in (")", "]"):
            return self._choices()
        self.at = words.end()
        if words[0] not in self.verbs.groups:
            self.verbs.groups[words[0]] = _Compiler(words[0], self.verbs).compile()
        return self.verbs.groups[words[0]]

    def _slot(self, slot: "re.Match[str]") -> str:
        name = slot["role"]
        group = f"{name}_{sum(1 for role in self.roles.values() if role == name)}"
        self.roles[group] = name
        one = rf"<\d+;[^>]*,(?:{'|'.join(_classes(slot))}),[^>]*> "
        if slot["many"]:
            aside = rf"(?:{ASIDE.pattern}(?=[,;.]|et |ainsi ))?"
            # « par le syndicat A, B a été écarté »
            acts = "" if "Person" in slot["classes"] else r"(?!<[^>]*> (?:a|avait|est|sera|va|vient|doit) (?!\.))"
            word = "(?:et|ainsi que|comme|ou(?: encore)?|puis|/|avec) "
            joint = rf"(?:, {acts}(?:{word})?|{word})"
            joint += r"(?:(?:celui |celle |ceux )?de |a |par )?(?:ensemble de |toutes |tous )?"
            joint = f"(?:{joint})?"  # a dash is no word: « le groupement A – B »
            joint += r"(?:(?:fonds|société|groupe|sociétés) )?"
            # "et cinquante-neuf intercommunalités", "22 des 24 intercommunalités"
            counted = r"(?:<\d+;,Count,> (?:de <\d+;,Count,> )?(?!filiales )(?:[^ <]+ ){1,3})?"
            # « par A, B se partageant le reste », but « A et B se sont unis »
            apart = r"(?!se (?!sont |\w+ent )|(?:en )?\w+ant )"
            # « l'État via le plan France Très haut débit, la Région »
            through = r"(?:via <\d+;[^>]*,(?:Programme|Fund),[^>]*> (?=, |et ))?"
            rest = f"(?:{joint}{counted}{one}{through}{apart}{aside})*"
            return rf"(?P<{group}>{counted}{one}{through}{aside}{rest})"
        return rf"(?P<{group}>{one})"

    def _word(self, word: str) -> tuple[str, frozenset[str]]:
        """Return the regular expression of a word of a pattern, and the forms of which a sentence must have one."""
        if word.startswith("~"):
            token = "<[^>]*>|" if word.startswith("~~") else f"(?!{NEXT})"
            return rf"(?:(?:{token}[^ ;:.<?]+) ){{0,{word.lstrip('~') or 9}}}?", NO_FORMS
        if word in "^$":
            return (r"^(?:[^<\w ]+ )*" if word == "^" else r"(?:[.!?] )?$"), NO_FORMS
        if word in BRACKETS:
            return BRACKETS[word], NO_FORMS
        if word.endswith("!"):
            return self.verbs.said((word[:-1],))[0]
        if word in self.verbs.dropped:
            raise ValueError(f"« {word} »: grammar.yaml, dropped")
        if word.endswith("*"):
            return re.escape(word[:-1]) + "[^ <]* ", NO_FORMS
        return _accentless(word) + " ", frozenset({fold_word(word)}) if word[0].isalnum() else NO_FORMS


ENDINGS = ("", "e", "s", "es")
# What begins a clause of its own, over which no gap goes; « qu'il revient à X de ... » is none.
NEXT = "qui |que (?:ils?|on) (?!revien|incomb|appart|échoi)"
# What a verb is said of may be what goes before « qui »: « X, qui exploite ».
WHO = "(?:(?:, )?qui )?"
# After a preposition "fibre", "livre", "aide" are nouns; but "en" is a pronoun before what is no noun.
NOUN = "(?<!de )(?<!par )(?<!sans )(?<!pour )"
# What stands in brackets after the member of a list, or says whose it is or who leads it, is no member.
ASIDE = re.compile(
    r"(?:\( [^)]{0,200}\) |, (?:mandataire|chef de file) |, (?:filiale|présidée?|groupe) (?:[a-z]+ ){0,2}<[^>]*> "
    r"|, <\d+;[^>]*,Function,[^>]*> (?:[^ <,;:.()]+ ){0,4}(?:<[^>]*> )?)"
)
MENTION = re.compile(r"<(\d+);")
# The number of « dix-huit communes » is no member of a list, the communes are.
MEMBER = re.compile(r"<(\d+);(?!,Count,>)")


@lru_cache(maxsize=1 << 12)
def _telling(need: frozenset[str]) -> tuple[bool, int]:
    """Say how much a need tells: words more than classes, long words more than short ones."""
    return not any(one.startswith("@") for one in need), min(map(len, need), default=0)


def _classes(slot: "re.Match[str]") -> list[str]:
    classes = slot["classes"].split("|")
    return [*classes, "Name"] if NAMEABLE & set(classes) else classes


# The brackets of a sentence, since those of a pattern part its choices.
BRACKETS = {"<": r"\( ", ">": r"\) "}
BASIC = {"avoir": "have", "être": "be"}


@lru_cache(maxsize=1 << 12)  # the forms of verbs come back in pattern after pattern
def _accentless(word: str) -> str:
    """Return the pattern of a word, whose accents the text may leave out."""
    plain = {"é": "e", "è": "e", "ê": "e", "à": "a", "â": "a", "î": "i", "ô": "o", "û": "u", "ç": "c"}
    return "".join(f"[{c}{plain[c]}]" if c in plain else re.escape(c) for c in word)


@dataclass(frozen=True, eq=False)
class Pattern:
    """
    A pattern of a frame, compiled: which roles its groups are, and what a sentence must have for it to match.

    ``needs`` are in the order in which the sentence must have them.
    """

    source: str
    expression: str
    roles: Mapping[str, str]
    needs: tuple[frozenset[str], ...]

    def may_fit(self, has: Set[str]) -> bool:
        """Say whether a sentence with some folded words and classes has what the pattern needs."""
        return not any(need.isdisjoint(has) for need in self.needs)

    @cached_property
    def regex(self) -> "re.Pattern[str]":
        """The regular expression, compiled when a sentence first has what it needs."""
        return re.compile(f"(?<![^ ]){self.expression}")

    @cached_property
    def filled(self) -> frozenset[str]:
        """The roles that a match fills."""
        return frozenset(self.roles.values())

    def wanted(self, role: str) -> frozenset[str]:
        """Return the classes that the pattern asks for in a role."""
        asked = (slot["classes"] for slot in SLOT.finditer(self.source) if slot["role"] == role)
        return frozenset(cls for classes in asked for cls in classes.split("|"))

    @classmethod
    def compile(cls, source: str, verbs: Verbs) -> "Pattern":
        """Return a compiled pattern; one that cannot be read raises :class:`ValueError` with its place."""
        if source not in verbs.patterns:
            compiler = _Compiler(normal(source, verbs.grammar), verbs)
            regex, needs = compiler.compile()
            verbs.patterns[source] = cls(source, regex, compiler.roles, tuple(needs))
        return verbs.patterns[source]

    def bound(self, found: "re.Match[str]") -> dict[str, tuple[int, ...]]:
        """Return the numbers of the mentions in each role of a match."""
        bound: dict[str, tuple[int, ...]] = {}
        for group, role in self.roles.items():
            if found[group]:
                named = ASIDE.sub("", found[group])
                members = MEMBER.findall(named) or MENTION.findall(named)
                bound[role] = (*bound.get(role, ()), *map(int, members))
        return bound


def normal(pattern: str, grammar: Mapping[str, Any]) -> str:
    """Return a pattern in the words of rewritten sentences: articles dropped, contractions and elisions undone."""
    words = re.split(r"(\s+|[()\[\]|])", pattern.replace("'", " ").replace("’", " ").replace("-", " "))
    return "".join("" if word in ARTICLES else grammar["undone"].get(word, word) for word in words)


# What a pattern may say as French says it. The other words that sentences drop have no place in one.
ARTICLES = frozenset({"l", "le", "la", "les", "un", "une"})


@dataclass(frozen=True, eq=False)
class Frame:
    """
    A form of sentence: the patterns, most specific first, and what a match states.

    ``around`` are patterns that may stand anywhere in the same sentence. ``mint`` makes the identifiers of new
    nodes from roles, once for each thing in the role ``each``; ``needs`` are roles without which nothing is stated;
    ``codes`` are roles filled by the codes of a scheme that the words announce (``-code`` but that one); ``said``
    are roles filled by the noun that a stem in the match stands for; ``also`` are roles that a thing in another
    role has too, where a stem of some says so; ``under`` are the words of the heading that the frame holds under;
    ``outside`` says that it holds of what a text leaves out (« ne sont pas concernées »); ``last`` that the others
    come first, in the shorter sentences, too, that a sentence is made of;
    ``states`` are triples whose variables are roles and minted nodes.
    """

    name: str
    place: Place
    match: tuple[Pattern, ...]
    around: Mapping[str, tuple[Pattern, ...]]
    mint: Mapping[str, str]
    states: tuple[Triple, ...]
    each: str
    needs: frozenset[str]
    codes: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    also: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    under: str = ""
    outside: bool = False
    last: bool = False

    @cached_property
    def variables(self) -> frozenset[str]:
        """The roles and new nodes of which the frame states something."""
        return frozenset(name for triple in self.states for term in triple if (name := variable(term)))

    @cached_property
    def is_ahead(self) -> bool:
        """Whether what the frame states is to come, whatever the clause says."""
        return any(triple.object in AHEAD for triple in self.states)

    @cached_property
    def asked(self) -> frozenset[str]:
        """The variables, and the roles whose things may have others."""
        return self.variables | {role for of in self.also.values() for role in of}

    def wanted(self, pattern: Pattern, role: str) -> frozenset[str]:
        """Return the classes that a role asks for, in the pattern that matched or in those around."""
        if (pattern, role) not in self._wanted:
            around = (one.wanted(role) for ones in self.around.values() for one in ones)
            self._wanted[pattern, role] = pattern.wanted(role).union(*around)
        return self._wanted[pattern, role]

    @cached_property
    def _wanted(self) -> dict[tuple[Pattern, str], frozenset[str]]:
        return {}


@dataclass(frozen=True)
class Frames:
    """The frames of a workspace, found by the words that a sentence has."""

    all: tuple[Frame, ...]
    verbs: Verbs

    @classmethod
    def read(cls, folder: Path, shown: Path) -> "Frames":
        """Return the frames of a folder; one that cannot be read raises :class:`MalformedFrame` with its place."""
        verbs = Verbs(read_yaml(folder / "verbs.yaml", shown / "verbs.yaml"), read_yaml(folder / "grammar.yaml"))
        known = folder / "constructions.yaml"
        constructions = read_yaml(known, shown / known.name) if known.exists() else Table({}, shown / known.name)
        frames: list[Frame] = []
        for path in sorted(folder.glob("*.yaml")):
            if path.stem in ("verbs", "names", "grammar", "constructions"):
                continue
            lines = path.read_text(encoding="utf-8").splitlines()
            table = read_yaml(path, shown / path.name)
            words = table.pop("words", {})
            for name, said in table.items():
                line = next((at for at, text in enumerate(lines, 1) if text.startswith(f"{name}:")), None)
                whole = figure(name, said) if path.stem == "indicators" else said
                frames.append(_frame(name, whole, verbs, words, constructions, Place(shown / path.name, line)))
        return cls(tuple(frames), verbs)

    @cached_property
    def predicates(self) -> frozenset[str]:
        """The forms by which the verbs of patterns, and the auxiliaries, begin what a sentence says of its subject."""
        sources = (pattern.source for frame in self.all for pattern in frame.match)
        said = {verb for source in sources for verb in INFINITIVE.findall(source)}
        auxiliary = (form for kind in ("have", "be", "modals") for form in self.verbs.grammar[kind])
        forms = {form for verb in said for form in self.verbs.finite(verb) if not form.endswith("ant")}
        return frozenset(forms | {form.split()[0] for form in auxiliary} - {"ayant", "étant", "avoir", "être"})

    @cached_property
    def participles(self) -> frozenset[str]:
        """The past participles of the verbs of patterns, in every gender and number."""
        sources = [pattern.source for frame in self.all for pattern in frame.match]
        said = {verb for source in sources for verb in PARTICIPLE.findall(source)}
        said |= {self.verbs.participle(verb) for source in sources for verb in INFINITIVE.findall(source)}
        return frozenset(one + end for one in said for end in ENDINGS)

    @cached_property
    def _patterns(self) -> tuple[tuple[Frame, Pattern], ...]:
        return tuple((frame, pattern) for frame in self.all for pattern in frame.match)

    @cached_property
    def _bits(self) -> Mapping[frozenset[str], int]:
        """A bit for each need of patterns: all that a word meets is one number."""
        needs = dict.fromkeys(need for _, pattern in self._patterns for need in pattern.needs)
        return {need: 1 << place for place, need in enumerate(needs)}

    @cached_property
    def _met(self) -> Mapping[str, int]:
        """The needs that each folded word and class meets."""
        met: dict[str, int] = {}
        for need, bit in self._bits.items():
            for form in need:
                met[form] = met.get(form, 0) | bit
        return met

    @cached_property
    def _needed(self) -> tuple[tuple[int, ...], ...]:
        """What each pattern needs, in order."""
        return tuple(tuple(self._bits[need] for need in pattern.needs) for _, pattern in self._patterns)

    @cached_property
    def _by_need(self) -> Mapping[str, list[tuple[int, int]]]:
        """The places of patterns by each form of what they need that tells most, with all that they need."""
        by_need: dict[str, list[tuple[int, int]]] = {}
        for at, (_, pattern) in enumerate(self._patterns):
            needed = sum(set(self._needed[at]))
            for form in max(pattern.needs, key=_telling) if pattern.needs else ("",):
                by_need.setdefault(form, []).append((needed, at))
        return by_need

    def matches(
        self, sentence: str, words: Sequence[Sequence[str]],
        fits: Callable[[int, int], bool] = lambda start, stop: True,
    ) -> Iterator[tuple[Frame, Pattern, "re.Match[str]"]]:  # fmt: skip
        """
        Yield what a rewritten sentence matches, frame by frame; ``words`` are its folded words and classes in order.

        In one frame the first pattern that fits a stretch keeps it, if ``fits`` says that the stretch is one; another
        may fit another stretch.
        """
        met = [reduce(or_, (self._met.get(form, 0) for form in forms)) for forms in words]
        given = reduce(or_, met, 0)
        asked = (one for form in {"", *chain(*words)} for one in self._by_need.get(form, ()))
        candidates = {at for needed, at in asked if needed & given == needed}
        kept: dict[Frame, list[tuple[int, int]]] = {}
        for at in sorted(candidates):
            frame, pattern = self._patterns[at]
            for found in pattern.regex.finditer(sentence) if _in_order(self._needed[at], met) else ():
                spans = kept.setdefault(frame, [])
                free = all(found.end() <= start or end <= found.start() for start, end in spans)
                if free and fits(*found.span()):
                    spans.append(found.span())
                    yield frame, pattern, found


def _in_order(needed: Iterable[int], met: Iterable[int]) -> bool:
    """Say whether the words of a sentence meet needs one after the other: a pattern that fits costs a search."""
    left = iter(needed)
    need = next(left, 0)
    for one in met:
        if need & one and not (need := next(left, 0)):
            break
    return not need


class Table(dict[str, Any]):
    """A file of frames or words: a list that it lacks, since an older Dorsale made it, is told with the file."""

    def __init__(self, entries: Mapping[str, Any], shown: Path) -> None:
        super().__init__(entries)
        self.shown = shown

    def __missing__(self, name: str) -> Any:
        raise MissingWords(file=self.shown, name=name)


def read_yaml(path: Path, shown: Path | None = None) -> Table:
    """
    Return a file of frames or words, in which every scalar is a text: « on » and « n » are French words.

    Raises :class:`MalformedFrame` with its place where it is no mapping; a list that is not there raises
    :class:`MissingWords` when it is asked for.
    """
    shown = shown or path
    try:
        read = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Place(shown, mark.line + 1, mark.column + 1) if mark else Place(shown, 1, 1)
        raise MalformedFrame(place=place, frame="–", reason=error.problem or "yaml") from error
    if not isinstance(read, dict):
        raise MalformedFrame(place=Place(shown, 1, 1), frame="–", reason="mapping")
    return Table(read, shown)


def _frame(
    name: str, said: Mapping[str, Any], verbs: Verbs, words: Mapping[str, str], constructions: Table, place: Place
) -> Frame:  # fmt: skip
    def compiled(patterns: Sequence[str]) -> tuple[Pattern, ...]:
        if not isinstance(patterns, list):  # « <<: *under » is no way to take over the roles of another frame here
            raise ValueError(f"list: {patterns}")
        return tuple(Pattern.compile(LIST.sub(lambda found: words[found[1]], one), verbs) for one in patterns)

    try:
        made = constructed(said["does"], constructions, verbs) if "does" in said else []
        match = compiled([*said["match"], *made])
        around = {role: compiled(ones) for role, ones in said.get("with", {}).items()}
        states = template("" if said.get("nothing") else said["states"])
    except (ValueError, SyntaxError, KeyError, re.error) as error:
        raise MalformedFrame(place=place, frame=name, reason=str(error)) from error
    return Frame(
        name, place, match, around, said.get("mint", {}), states, str(said.get("each", "")),
        frozenset(said.get("needs", ())), said.get("codes", {}), said.get("said", {}), said.get("also", {}),
        fold(said.get("under", "")), said.get("outside") == "true",
        said.get("last") == "true",
    )  # fmt: skip


def constructed(does: Mapping[str, str], constructions: Mapping[str, Any], verbs: Verbs) -> list[str]:
    """
    Return the patterns in which the words of a relation say who does it, and what it is done to.

    ``does`` has the slots of ``who`` and ``what``, and the words of the relation: its ``verb`` (infinitives), the noun
    of its ``deed``, and what its ``doer`` is called. A construction (``constructions.yaml``) is written once for all.
    """
    what = f"{{{does['what']}}}" + (f"|{does['parts']}" if "parts" in does else "")
    doing = [verb for verb in does.get("verb", "").split("|") if verb]
    words = {
        **constructions["words"],
        "WHO": f"{{{does['who']}}}",
        "WHOM": f"{{{does['who']}+}}",
        "WHAT": f"({what})",
        "VERB": "|".join(f"{verb}!" for verb in doing),
        "INF": "|".join(doing),
        "DONE": "|".join(f"{verbs.participle(verb)}!" for verb in doing),
        "DEED": f"({does.get('deed', '')})",
        "DOER": f"({does.get('doer', '')})",
    }
    patterns = (one for kind in ("verb", "deed", "doer") if kind in does for one in constructions[kind])
    return [_spelt(_spelt(one, words), words) for one in patterns]  # a list of words may name others


def _spelt(pattern: str, words: Mapping[str, str]) -> str:
    """Return a pattern with the words of the lists that it names; a list that is not there is left as it is named."""
    return LIST.sub(lambda found: words.get(found[1], found[0]), pattern)


def figure(name: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the frame of an indicator: a number and its words make an observation.

    ``indicator`` is the code where the entry has another name; ``as`` a status that the words themselves say;
    ``about`` the role that the figure is of, where that is not the document's own network; ``nothing`` marks a
    number that is no figure of ours.
    """
    if said.get("nothing"):
        return {**said, "states": ""}
    indicator = said.get("indicator", name)
    rate = f"dor:rateOf base:{said['rateOf']} ;" if "rateOf" in said else ""
    status = f"status:{said['as']}" if "as" in said else "?status"
    unit = "?unit" if said["unit"] == "stated" else f"unit:{said['unit']}"
    about = said.get("about", "about")
    # What is counted in a land under the heading of a programme is counted of both.
    section = " dor:about ?theme ;" if about in ("home", "of") else ""
    # Premises "in fibre" are no news in such a document; of what a cable is made, is.
    technology = "technology" if indicator == "fibre-length" else "technology -fibre"
    return {
        **said,
        "with": {"date": DATED, "about": PLACED, **said.get("with", {})},
        "codes": {"technology": technology, **said.get("codes", {})},
        "mint": {"observation": f"observation/{{{about}}}-{indicator}-{{date}}"},
        "states": f"?observation a dor:Observation ; dor:about ?{about} ; dor:indicator indicator:{indicator} ;"
        f" dor:value ?value ; dor:unit {unit} ; {rate}{section} dor:technology ?technology ;"
        f" dor:status {status} ; dor:observedOn ?date .{SERVED if indicator.startswith('premises') else ''}",
    }


# Premises that are counted by their technology are those of a network that has it.
SERVED = " ?network dor:technology ?technology ."
# Where the date of a figure stands in its sentence, and the place.
DATED = [
    "^ [or|mais|et|puis|ainsi] (en|fin|début|a|a fin|courant|a fin de) {date:Year|Month}",
    "^ (de|entre|sur|pour) {date:Year} ,",
    "(a|fin|a fin|début|de ici [a] [fin] [de année]|horizon|avant [fin] [de]|dès|a date de) {date:Date}",
    "(^|:|;) [or|mais|et|puis|ainsi] [en|a|fin|début|courant|depuis] {date:Month|Year} (,|:)",
    "< [~2] {date:Date} >",
    "(objectif|objectifs|cible|cap|ambition) {date:Date} :",
    "^ entre {d:Date} et [fin] {date:Date} [,] (doivent|devront|devaient|seront)",
    "a (livrer|construire|raccorder|desservir|couvrir|équiper|poser|déployer) [en|a|pour|fin|avant] {date:Date}",
    "(avancé|avancée|reporté|reportée|repoussé|repoussée|ramené|ramenée|fixé|fixée) a [~1] {date:Date}",
    "(attendu*|prévu*|programmé*|livrable*|promis*|achevé*|échéance) [en|a|pour|fin] [début de|fin de] {date:Date}",
    "^ [or|mais|et|puis|ainsi] [a|depuis] {date:Day} , (on|il|nous) ",
    "[en|a|fin|courant|dès] {date:Day|Month|Year} ($|, (et|mais|puis|soit|dont) )",
    "(raccordables|éligibles|couverts|couvertes|desservis|desservies) {date:Date} , {d:Duration} plus tôt",
    "(en service|raccordables|éligibles|couverts|couvertes|desservis|desservies|fibrés|fibrées) [en|fin|a] {date:Date}",
    "[en|fin|début|a fin] {date:Month|Year} a [près de|plus de] {v:Count|Percent}",
    "(indiquer!|annoncer!|déclarer!|préciser!|relever!|constater!|recenser!) [~1] [en|fin|début|a fin] {date:Date}",
    "{date:Date} (pour|comme) (horizon|échéance|terme)",
    "[,] {date:Date} a plus tard",
    "{date:Date} , {d:Duration} plus tôt",
]
PLACED = [
    "^ {about:Project} ~~6 :",
    "^ [~1] {about:Project} (,|de|:)",
    "^ (dans|en|sur|pour) [~2] {about:Territory|Network}",
    "(^|;) (a|dans|sur) {about:Commune} [et [dans|a] agglomération] ,",
    "^ {about:Territory} ~1 (compter!|afficher!|totaliser!|recenser!|dénombrer!|revendiquer!|enregistrer!|passer!)",
    "(dans|sur|pour) {about:Network}",
    "(hors|hormis|sauf|excepté) [~2] {elsewhere:Commune+} [,]",
    "{about:Commune} , où ",
    "{about:Commune} [et agglomération] < ",
    "pour {about:Project} (de|:|,)",
    "{about:Works} (de|,)",
    "{about:Project|Programme} ~1 (porter! sur|concerner!|comprendre!|compter!|prévoir!|couvrir!|viser!|desservir!)",
    "^ {about:Zone} [:]",
]


@lru_cache(maxsize=1)
def _prologue() -> str:
    return "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in prefixes(BASE).items())


def template(turtle: str) -> tuple[Triple, ...]:
    """
    Return a Turtle template as triples in which a variable ``?x`` is an IRI of its own.

    Raises :class:`SyntaxError` where it is no Turtle.
    """
    named = re.sub(r"\?([A-Za-z]+)", rf"<{VARIABLE}\1>", turtle)
    return tuple(quad.triple for quad in parse(_prologue() + named, RdfFormat.TURTLE))


def variable(term: object) -> str | None:
    """Return the name of a variable of a template, or None where a term is no variable."""
    if isinstance(term, NamedNode) and term.value.startswith(VARIABLE):
        return term.value.removeprefix(VARIABLE)
    return None
