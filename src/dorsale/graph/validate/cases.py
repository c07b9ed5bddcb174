"""
The test cases of shapes as examples: a statement that a shape refuses, and one that it lets pass.

A case is a Turtle file in a folder for each theme. ``invalid.*.ttl`` says on top, in comments, which shapes break and
at which thing (``# breaks: shape:Contract-grantor at contract:x``) and why (``# fault: ...``); ``valid.*.ttl`` breaks
none. A workspace need not have any.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from dorsale.graph.validate.paths import Composed
from dorsale.graph.validate.paths import Path as PropertyPath
from dorsale.graph.validate.shapebook import Rule
from dorsale.names import SHAPE, prefixes, shorten

BREAKS = re.compile(r"^# breaks: shape:(\S+) at (\S+)$", re.MULTILINE)
FAULT = re.compile(r"^# fault: (.+)$", re.MULTILINE)
# A statement begins at the left margin and ends with the point that ends its line, comment or not.
BLOCK = re.compile(r"^(?![\s#@]).*?\.[ \t]*(?:#[^\n]*)?$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Example:
    """The statement of a case about one thing, its file, and the fault where there is one."""

    file: Path
    text: str
    fault: str = ""


def bad(folder: Path, rule: Rule) -> Example | None:
    """Return a statement that breaks a rule, the shortest of its cases; ``None`` where no case does."""
    found = []
    for file in sorted(folder.glob("*/invalid.*.ttl")):
        text = file.read_text("utf-8")
        things = [thing for shape, thing in BREAKS.findall(text) if SHAPE + shape == rule.iri.value]
        statements = [block for thing in things for block in _about(text, thing)]
        if statements and (fault := FAULT.search(text)):
            found.append(Example(file, statements[0], fault[1]))
    return min(found, key=lambda example: (len(example.text), example.file), default=None)


def good(folder: Path, rule: Rule) -> Example | None:
    """
    Return a statement of a valid case that a rule has something to say of, the shortest; ``None`` where there is none.

    It has the property that the rule judges, or else what the rule targets.
    """
    known = prefixes()
    properties = {shorten(one.value, known) for one in _along(rule.path)}
    targets = {shorten(value.value, known) for _, value in rule.targets}
    found = []
    for file in sorted(folder.glob("*/valid.*.ttl")):
        for block in BLOCK.findall(file.read_text("utf-8")):
            if properties & _words(block) if properties else targets & _words(block):
                found.append(Example(file, block))
    return min(found, key=lambda example: (len(example.text), example.file), default=None)


def _about(text: str, thing: str) -> Iterator[str]:
    """Yield the statements of a file whose subject is a thing."""
    yield from (block for block in BLOCK.findall(text) if block.split(None, 1)[0] == thing)


def _words(block: str) -> set[str]:
    return set(re.findall(r"[\w-]+:[\w-]+", block))


def _along(path: PropertyPath | None) -> Iterable[NamedNode]:
    """Return the properties that a path is made of."""
    if path is None:
        return ()
    if isinstance(path, Composed):
        return tuple(one for part in path.parts for one in _along(part))
    return (path,)
