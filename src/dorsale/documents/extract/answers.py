"""
What a language model says of a document, as matches of frames: it enters by the door of the patterns.

An answer names a frame, the words of each role and a quotation. Its words are looked up in the reading copy, its roles
among the mentions that were found there without it; then it is a pattern for that one sentence, and goes on as any
other match does: to the template of its frame, and to proof. What cannot be found is refused, and counted by reason.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from dorsale.documents.blocks import PLAIN, Block, unprintable
from dorsale.documents.extract.mentions import Sentence
from dorsale.documents.extract.model import Model, NoAnswer
from dorsale.documents.extract.propose import Match
from dorsale.documents.extract.rewriting import Rewritten
from dorsale.documents.frames import NAMEABLE, Frame, Frames, Pattern

# Before the name of a frame: a model saw it in the sentence, no pattern did.
TOLD = "llm:"
# Paragraphs go to the model together up to this many characters: more and it forgets, less and it knows no context.
TOGETHER = 3000
# After so many calls without an answer in a row nobody is asked any more.
PATIENCE = 3
INSTRUCTIONS = """\
You find facts in French public documents about broadband networks. You are given paragraphs, and frames: forms of
sentences with typed roles, each with examples of its patterns. List every fact that a sentence states outright in one
of the frames. For each give the frame, the words of each role, and a quotation: all copied from the text letter by
letter, the quotation from within one sentence and holding the words of every role. A role that the sentence does not
fill is null. Add nothing, shorten nothing, translate nothing; where nothing is stated, give an empty list.

Frames:
"""


@dataclass(frozen=True)
class Answer:
    """A fact as a model tells it: a frame, the words of its roles, the quotation."""

    frame: Frame
    roles: Mapping[str, str]
    quote: str


@dataclass(frozen=True)
class Form:
    """The frames that can be asked for: what each says in how many roles, as a JSON schema and as instructions."""

    frames: Frames

    @cached_property
    def roles(self) -> Mapping[str, tuple[Frame, tuple[str, ...]]]:
        """The frames that state something of mentions, by name, with the roles that mentions fill."""
        found = {}
        for frame in self.frames.all:
            around = (one for ones in frame.around.values() for one in ones)
            named = dict.fromkeys(role for one in (*frame.match, *around) for role in one.roles.values())
            if roles := tuple(role for role in named if role in frame.variables):
                found[frame.name] = (frame, roles)
        return found

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        """The JSON schema of an answer."""
        return _object({"facts": {"type": "array", "items": {"anyOf": [*map(self._item, self.roles)]}}})

    def _item(self, name: str) -> Mapping[str, Any]:
        words = {role: {"type": ["string", "null"]} for role in self.roles[name][1]}
        return _object({"frame": {"const": name}, "roles": _object(words), "quote": {"type": "string"}})

    @cached_property
    def instructions(self) -> str:
        """What a model is told before the text."""
        lines = (
            f"- {name} ({', '.join(roles)}): " + " · ".join(pattern.source for pattern in frame.match[:2])
            for name, (frame, roles) in self.roles.items()
        )
        return INSTRUCTIONS + "\n".join(lines)


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object", "properties": dict(properties), "required": list(properties), "additionalProperties": False,
    }  # fmt: skip


class Answers:
    """
    The answers of a model about the sentences of one document.

    ``asked`` counts the calls, ``told`` the facts that the model told, ``matched`` those that became matches of frames,
    ``refused`` those that are none, by reason, and the calls that gave nothing. What frames or proof then refuse of
    them is counted there by those who ask these.
    """

    def __init__(self, model: Model, form: Form, sentences: Sequence[Sentence]) -> None:
        self.asked, self.told, self.matched = 0, 0, 0
        self.refused: Counter[str] = Counter()
        self._of: dict[int, list[Answer]] = {}
        silent = 0
        for group in _groups(sentences):
            if silent == PATIENCE:
                self.refused["given-up"] += 1
                continue
            self.asked += 1
            try:
                said = model.ask(_messages(form, group), form.schema)
            except NoAnswer as error:
                self.refused[error.reason] += 1
                silent += error.reason != "json"
                continue
            silent = 0
            for answer in self._heard(said, form):
                self.told += 1
                refusal = answer if isinstance(answer, str) else self._placed(answer, group)
                if refusal is not None:
                    self.refused[refusal] += 1

    def _heard(self, said: str, form: Form) -> Iterator[Answer | str]:
        """Yield the facts of an answer, or why one has not the form that was asked for."""
        try:
            facts = json.loads(said)["facts"]
            if not isinstance(facts, list):
                raise TypeError
        except (ValueError, LookupError, TypeError, RecursionError):
            self.refused["json"] += 1
            return
        for fact in facts:
            match fact:
                case {"frame": str(name), "roles": dict(roles), "quote": str(quote)} if len(fact) == 3:
                    words = {role: one for role, one in roles.items() if one is not None}
                    frame, asked = form.roles.get(name, (None, ()))
                    texts = words and all(isinstance(one, str) and one.strip() for one in words.values())
                    if frame is None:
                        yield "frame"
                    else:
                        yield Answer(frame, words, quote) if texts and words.keys() <= set(asked) else "schema"
                case _:
                    yield "schema"

    def _placed(self, answer: Answer, group: Sequence[Sentence]) -> str | None:
        """Keep an answer for the sentence that it quotes; return why it is refused, if no sentence reads so."""
        quote = plain(answer.quote)
        for sentence in group:
            if quote and quote in sentence.text:
                self._of.setdefault(sentence.index, []).append(answer)
                return None
        return "quote"

    def matches(self, read: Rewritten) -> Iterator[Match]:
        """Yield the matches that the model sees in a sentence, as if a pattern of the frame had found them."""
        for answer in self._of.get(read.sentence.index, ()):
            found = self._match(answer, read)
            if isinstance(found, str):
                self.refused[found] += 1
            else:
                self.matched += 1
                yield found

    def _match(self, answer: Answer, read: Rewritten) -> Match | str:
        """Return an answer as a match, or why it is none."""
        frame = answer.frame
        stating = [one for one in frame.match if frame.variables.intersection(one.roles.values())]
        if not any(frame.variables.intersection(one.roles.values()) <= answer.roles.keys() for one in stating):
            return "incomplete"
        if not any(_has(one, read) for one in stating):
            return "unsaid"
        source = " ".join(one.source for one in frame.match)
        told = replace(frame, name=TOLD + frame.name)
        asked = Pattern(source, "", {}, ())
        bound: dict[int, str] = {}
        for role, words in answer.roles.items():
            inside = _mentions(read.sentence, plain(answer.quote), plain(words))
            wanted = told.wanted(asked, role)
            fit = [n for n in inside if _fits(read.settled[n].classes, wanted) and n not in bound]
            if len(fit) != 1:
                return "class" if inside and not fit else "role"
            bound[fit[0]] = role
        numbers = sorted(bound)
        expression = ".*?".join(f"(?P<{bound[number]}><{number};[^>]*> )" for number in numbers)
        pattern = Pattern(source, expression, {role: role for role in bound.values()}, ())
        found = pattern.regex.search(read.text)
        return (told, pattern, found) if found else "class"


def _groups(sentences: Sequence[Sentence]) -> Iterator[list[Sentence]]:
    """Yield the sentences of whole blocks together, as many as go to the model at once."""
    group: list[Sentence] = []
    length = 0
    for sentence in sentences:
        if group and sentence.block is not group[-1].block and length + len(sentence.block.text) > TOGETHER:
            yield group
            group, length = [], 0
        if not group or sentence.block is not group[-1].block:
            length += len(sentence.block.text)
        group.append(sentence)
    if group:
        yield group


def _messages(form: Form, group: Sequence[Sentence]) -> list[dict[str, str]]:
    blocks: dict[int, Block] = {id(sentence.block): sentence.block for sentence in group}
    text = "\n\n".join(block.text for block in blocks.values())
    return [{"role": "system", "content": form.instructions}, {"role": "user", "content": text}]


def plain(words: str) -> str:
    """Return words in the typography of the reading copy, the only thing in which a quotation may differ."""
    printed = "".join(character for character in words if not unprintable(character))
    return " ".join(printed.translate(PLAIN).split())


def _has(pattern: Pattern, read: Rewritten) -> bool:
    """Say whether a sentence has the words of a pattern, in whatever order: what no word says is not stated."""
    words = (need for need in pattern.needs if not any(form.startswith("@") for form in need))
    return not any(need.isdisjoint(read.has) for need in words)


def _fits(classes: frozenset[str], wanted: frozenset[str]) -> bool:
    return bool(classes & (wanted | {"Name"} if wanted & NAMEABLE else wanted))


def _mentions(sentence: Sentence, quote: str, words: str) -> list[int]:
    """Return the mentions inside some words of a quotation: whole words, and whole mentions."""
    start = sentence.text.find(quote) + sentence.start
    found: list[int] = []
    for place in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", sentence.block.text[start : start + len(quote)]):
        for number, mention in enumerate(sentence.mentions):
            inside = sentence.tokens[mention.start : mention.end]
            # The acronym that follows a name in brackets belongs to its mention; whoever names it need not say it.
            named = inside[:-3] if len(inside) > 3 and inside[-1].text == ")" and inside[-3].text == "(" else inside
            if start + place.start() <= named[0].start and named[-1].end <= start + place.end():
                found.append(number)
        if found:
            break
    return found
