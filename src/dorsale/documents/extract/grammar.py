"""
The little words of French sentences: what changes nothing, what is to come, what is aimed at, supposed or denied.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dorsale.names import fold


@dataclass(frozen=True)
class Grammar:
    """The little words of French, from ``grammar.yaml``."""

    dropped: frozenset[str]
    phrases: Mapping[str, Sequence[tuple[str, ...]]]
    undone: Mapping[str, str]
    qualifying: "re.Pattern[str]"
    future: "re.Pattern[str]"
    aim: "re.Pattern[str]"
    then: "re.Pattern[str]"
    today: "re.Pattern[str]"
    state: "re.Pattern[str]"
    measured: "re.Pattern[str]"
    plan: "re.Pattern[str]"
    note: "re.Pattern[str]"
    impersonal: tuple[tuple[str, ...], ...]
    laid: frozenset[str]
    delegating: frozenset[str]
    leaning: frozenset[str]
    run: frozenset[str]
    councils: Mapping[str, frozenset[str]]
    genders: Mapping[str, frozenset[str]]
    hypothesis: "re.Pattern[str]"
    supposed: "re.Pattern[str]"
    wished: "re.Pattern[str]"
    negated: "re.Pattern[str]"
    denied: "re.Pattern[str]"
    excluded: "re.Pattern[str]"

    @classmethod
    def of(cls, words: Mapping[str, Sequence[str]]) -> "Grammar":
        """Return the grammar that a table of words makes."""
        endings = "|".join(words["endings"])
        undone = words["undone"]
        councils, genders = words["councils"], words["genders"]
        assert isinstance(undone, Mapping)
        assert isinstance(councils, Mapping)
        assert isinstance(genders, Mapping)
        return cls(
            dropped=frozenset(words["dropped"]),
            phrases=_by_first(
                tuple(word if word in "()" else fold(word) for word in one.split()) for one in words["phrases"]
            ),
            undone=undone,
            qualifying=re.compile(rf"(?:{'|'.join(words['qualifying'])}) $"),
            future=re.compile(rf"\b(?:\w{{3,}}(?:{endings})|{'|'.join(words['future'])})\b"),
            aim=re.compile(rf"\b(?:{'|'.join(words['aim'])})(?!\w)"),
            then=_folded(words["then"]),
            today=_folded(words["today"]),
            state=_folded(words["state"]),
            measured=re.compile(rf"\b(?:{'|'.join(map(fold, words['measured']))})"),
            plan=_folded(words["plan"]),
            note=_folded(words["note"]),
            impersonal=tuple(tuple(fold(one).split()) for one in words["impersonal"]),
            laid=frozenset(map(fold, words["laid"])),
            delegating=frozenset(map(fold, words["delegating"])),
            leaning=frozenset(words["leaning"]),
            run=frozenset(map(fold, words["run"])),
            councils={cls: frozenset(map(fold, said)) for cls, said in councils.items()},
            genders={pronoun: frozenset(map(fold, nouns)) for pronoun, nouns in genders.items()},
            hypothesis=re.compile(rf"\b(?:{'|'.join(words['hypothesis'])}|si \S+ ne)\b"),
            supposed=re.compile(rf"\b(?:{'|'.join(words['supposed'])})\b"),
            wished=re.compile(rf"\b(?:{'|'.join(words['wished'])})\b(?! bien| ce ne est)"),
            excluded=re.compile(rf"(?:{'|'.join(words['excluded'])})"),
            negated=re.compile(r"\bne (?:\S+ ){1,4}?(?:pas|plus|jamais|aucun|aucune)\b|\b(?:sans|aucun|aucune|ni) "),
            denied=re.compile(
                r"\bne (?!dépass|excéd|excèd)(?:\S+ ){1,2}(?:pas|plus|jamais|guère)(?: \S+){0,2} $"
                r"|\b(?:aucune?|ni|sans) $"
            ),
        )


def _by_first(phrases: Iterable[tuple[str, ...]]) -> Mapping[str, Sequence[tuple[str, ...]]]:
    firsts: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        firsts.setdefault(phrase[0], []).append(phrase)
    return firsts


def _folded(words: Sequence[str]) -> "re.Pattern[str]":
    return re.compile(rf"\b(?:{'|'.join(map(fold, words))})\b(?! que?\b)")
