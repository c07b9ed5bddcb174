"""The words of a SPARQL text: whoever judges or explains one reads these, and not its letters."""

import re
from typing import NamedTuple

TOKEN = re.compile(
    r"""(?P<skip>\s+|\#[^\n]*)"""
    r"""|(?P<iri><[^<>"{}|^`\\\s]*>)"""
    r"""|(?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''"""
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"""|(?P<variable>[?$]\w+)|(?P<tongue>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)"""
    r"""|(?P<name>(?:[A-Za-z](?:[\w.-]*[\w-])?)?:(?:[\w:%-](?:[\w:%.-]*[\w:%-])?)?)|(?P<blank>_:\w+)"""
    r"""|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<word>[A-Za-z_]\w*)|(?P<mark>\^\^|&&|\|\||[<>!]=|.)""",
    re.DOTALL,
)


class Token(NamedTuple):
    """A word of SPARQL and where it stands."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """The keyword that it is, if it is one."""
        return self.text.upper() if self.kind == "word" else self.text if self.kind == "mark" else ""


def tokens(text: str) -> list[Token]:
    """Return the words of a SPARQL text, without its comments."""
    return [
        Token(found.lastgroup or "", found[0], found.start(), found.end())
        for found in TOKEN.finditer(text)
        if found.lastgroup != "skip"
    ]
