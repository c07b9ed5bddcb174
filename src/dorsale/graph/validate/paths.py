"""
SHACL property paths as values: what a result points along, printed as SPARQL prints it.

A plain property is its IRI; the other kinds hold the paths that they are made of, so that a report can be written
back as the standard asks, and walked backwards from a change.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from pyoxigraph import NamedNode

# SHACL's property for a repeated path, by the sign that SPARQL writes behind it.
REPEATED: dict[Literal["*", "+", "?"], str] = {
    "*": "sh:zeroOrMorePath",
    "+": "sh:oneOrMorePath",
    "?": "sh:zeroOrOnePath",
}


@dataclass(frozen=True, slots=True)
class Composed:
    """
    A path that is no plain property.

    >>> knows = NamedNode("https://example.org/knows")
    >>> str(Composed("/", (Composed("^", (knows,)), Composed("*", (knows,)))))
    '^<https://example.org/knows>/<https://example.org/knows>*'
    """

    sign: Literal["^", "/", "|", "*", "+", "?"]
    parts: "tuple[Path, ...]"

    def __str__(self) -> str:
        inner = [
            f"({part})" if isinstance(part, Composed) and (part.sign in "/|" or self.sign not in "/|") else str(part)
            for part in self.parts
        ]
        if self.sign == "^":
            return "^" + inner[0]
        if self.sign in "/|":
            return self.sign.join(inner)
        return inner[0] + self.sign


Path: TypeAlias = NamedNode | Composed
