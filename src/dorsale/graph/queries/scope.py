"""
Where the values of a parameter reach in a query.

SPARQL evaluates a sub-select, and the filters of a nested group, before what stands around them; a parameter that is
given outside is unbound in there, and the query would quietly answer something else.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

VALUES = re.compile(r"VALUES\s*\(\s*((?:\?\w+\s*)+)\)\s*\{\s*\(\s*((?:UNDEF\s*)+)\)\s*\}")
TOKEN = re.compile(
    r"""(?P<skip>\#[^\n]*|<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"""|VALUES\s*\((?P<given>(?:\s*\?\w+)+)\s*\)\s*\{[^{}]*\}|\?(?P<variable>\w+)|(?P<word>\w+)|(?P<mark>[(){}])""",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Group:
    """A group of a query, while its text is gone through."""

    opener: str
    given: set[str] = field(default_factory=set)
    read: list[tuple[int, str, bool]] = field(default_factory=list)
    expression: int = 0
    sub_select: bool = False


def out_of_scope(text: str, names: Sequence[str]) -> Iterator[tuple[int, str]]:
    """
    Yield each line and parameter that a ``VALUES`` line does not reach: SPARQL evaluates a sub-select, and the
    filters of a nested group, before what stands around them (18.2), so there the parameter would be unbound.
    """
    groups = [_Group("")]
    word = ""
    for token in TOKEN.finditer(text):
        here = groups[-1]
        if token["given"]:
            here.given.update(token["given"].replace("?", "").split())
        elif (name := token["variable"]) in names:
            here.read.append((text.count("\n", 0, token.start()) + 1, name, here.expression > 0))
        elif token["word"]:
            word = token["word"].upper()
            here.sub_select |= word == "SELECT" and len(groups) > 1
        elif token["mark"] == "(":
            here.expression += bool(here.expression or word in ("FILTER", "BIND"))
        elif token["mark"] == ")":
            here.expression -= bool(here.expression)
        elif token["mark"] == "{":
            groups.append(_Group(word))
            word = ""
        elif token["mark"] == "}" and len(groups) > 1:
            inner, outer = groups.pop(), groups[-1]
            missing = [read for read in inner.read if read[1] not in inner.given]
            if inner.sub_select:
                yield from ((line, name) for line, name, _ in missing)
            elif inner.opener == "WHERE":
                outer.given |= inner.given
                outer.read += missing
            elif inner.opener in ("OPTIONAL", "EXISTS"):
                # These see the bindings around them.
                outer.read += [(line, name, inner.opener == "EXISTS" or filtered) for line, name, filtered in missing]
            else:
                yield from ((line, name) for line, name, filtered in missing if filtered)
