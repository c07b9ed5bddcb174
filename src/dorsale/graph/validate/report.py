"""
What a validation found: a report that portals can read, people can be told and programs can test.

It is made of plain values, so that other rooms can add results of their own (an unknown term, a quotation that is
elsewhere) beside those of the shapes. It prints nothing: words and formats are the command line's.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode

from dorsale.errors import Place
from dorsale.graph.validate.paths import REPEATED, Path
from dorsale.graph.validate.state import Term
from dorsale.names import prefixes, public, shorten
from dorsale.privacy import MASK, masked

if TYPE_CHECKING:
    from dorsale.graph.validate.waivers import Waiver

Lookup: TypeAlias = Callable[[Term, Path | None, Term | None], Place | None]

# SHACL has no word for the line of a file. EARL 1.0 (earl:pointer) and "Pointer Methods in RDF" (ptr:) are W3C's.
POINTING = {"earl": "http://www.w3.org/ns/earl#", "ptr": "http://www.w3.org/2009/pointers#"}


# The IRIs that are an address or a number; in others, what looks like one is a name or an offset.
CONTACTS = ("mailto:", "tel:")


class Severity(Enum):
    """How much a result matters: a Violation alone refuses."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"

    @property
    def iri(self) -> NamedNode:
        """SHACL's name for it."""
        return public(f"sh:{self.value}")


class Check(NamedTuple):
    """A shape with a target, and a thing that it was asked about."""

    shape: Term
    focus: Term


@dataclass(frozen=True, slots=True)
class Result:
    """
    One thing that is wrong, missing or remarkable, where it is, and what to do, in each language.

    ``checks`` are those that it came from: a shape may be asked by several others, of one thing or of what it leads to.
    ``waiver`` is the decision by which a curator accepts it.
    """

    focus: Term
    severity: Severity
    shape: NamedNode | BlankNode
    component: NamedNode
    messages: Mapping[str, str] = field(hash=False)
    path: Path | None = None
    value: Term | None = None
    place: Place | None = None
    waiver: "Waiver | None" = None
    checks: frozenset[Check] = field(default=frozenset(), repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "messages", MappingProxyType(dict(sorted(self.messages.items()))))

    def message(self, language: str) -> str:
        """Return the sentence in a language, or in the first that there is (shapes of others have one, or none)."""
        return self.messages.get(language) or next(iter(self.messages.values()), "")

    def masked(self) -> "Result":
        """Return the result as it may be shown: no e-mail address and no telephone number can be read in it."""
        if self.value is None or (value := hidden(self.value)) == self.value:
            return replace(self, messages={tongue: masked(said) for tongue, said in self.messages.items()})
        open_, shut = self.value.value, value.value
        messages = {tongue: masked(said.replace(open_, shut)) for tongue, said in self.messages.items()}
        return replace(self, messages=messages, value=value)

    @property
    def key(self) -> tuple[int, str, str, str, str, str]:
        """What the result says, without where and in which words: its place in a sorted report."""
        said = (self.shape, self.focus, self.path, self.value, self.component)
        shape, focus, path, value, component = ("" if part is None else str(part) for part in said)
        return list(Severity).index(self.severity), shape, focus, path, value, component


@dataclass(frozen=True, slots=True)
class Report:
    """
    Every result of a check, sorted and without repetition, with what was checked.

    ``conforms`` is the standard's (no result at all); ``accepted`` is ours (no Violation that is not waived): what a
    document leaves unsaid is a Warning, and no reason to refuse what it says. ``visited`` tells how many of the focus
    nodes were looked at to know this, and ``whole`` the shapes that had to be asked about all of theirs.
    """

    results: tuple[Result, ...] = ()
    focus_nodes: int = 0
    shapes: int = 0
    unproved: int = 0
    visited: int = field(default=0, compare=False)
    whole: tuple[Term, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        unique = {result.key: result for result in self.results}
        object.__setattr__(self, "results", tuple(unique[key] for key in sorted(unique)))

    @property
    def checked_something(self) -> bool:
        """Whether a shape met a thing: without that, a report without results means nothing."""
        return self.shapes > 0 and self.focus_nodes > 0

    @property
    def conforms(self) -> bool:
        """Whether there is no result, of any severity (``sh:conforms``)."""
        return not self.results

    @property
    def accepted(self) -> bool:
        """Whether there is no Violation, but for those that are waived."""
        return not self.violations

    def passes(self, severity: Severity) -> bool:
        """Say whether there is no result that weighs as much as ``severity`` or more and is not waived."""
        weight = list(Severity).index
        return not any(weight(one.severity) <= weight(severity) for one in self.results if one.waiver is None)

    @property
    def violations(self) -> tuple[Result, ...]:
        """What is malformed or absurd."""
        return self.of(Severity.VIOLATION)

    @property
    def warnings(self) -> tuple[Result, ...]:
        """What documents leave unsaid or say differently."""
        return self.of(Severity.WARNING)

    def of(self, severity: Severity) -> tuple[Result, ...]:
        """Return the results of one severity, without those that are waived."""
        return tuple(result for result in self.results if result.severity is severity and result.waiver is None)

    @property
    def waived(self) -> tuple[Result, ...]:
        """What a curator accepts as it is, of any severity."""
        return tuple(result for result in self.results if result.waiver is not None)

    def masked(self) -> "Report":
        """Return the report as it may be shown: no e-mail address and no telephone number can be read in it."""
        return replace(self, results=tuple(result.masked() for result in self.results))

    def adding(self, results: Iterable[Result]) -> "Report":
        """Return the report with more results, found by other checks than shapes."""
        return replace(self, results=(*self.results, *results))

    def placed(self, lookup: Lookup) -> "Report":
        """Return the report with the place of each result that ``lookup`` knows, asked with focus, path and value."""
        return replace(
            self,
            results=tuple(
                replace(result, place=lookup(result.focus, result.path, result.value) or result.place)
                for result in self.results
            ),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain values; terms are written as in SPARQL's JSON results."""
        return {
            "conforms": self.conforms,
            "accepted": self.accepted,
            "checked": {"focusNodes": self.focus_nodes, "shapes": self.shapes},
            "unproved": self.unproved,
            "results": [_result_json(result) for result in self.results],
        }

    def to_turtle(self, known: Mapping[str, str] | None = None) -> str:
        """
        Return the report as a ``sh:ValidationReport``: the same report gives the same text.

        ``known`` are the prefixes of the workspace. The place of a result is an ``earl:pointer``.
        """
        writer = _Turtle({**(prefixes() if known is None else known), **POINTING})
        body = writer.report(self)
        head = "".join(f"@prefix {name}: <{writer.known[name]}> .\n" for name in sorted(writer.used))
        return f"{head}\n{body}"


def hidden(term: Term) -> Term:
    """Return a term in which no e-mail address and no telephone number can be read: what is hidden keeps its length."""
    if isinstance(term, NamedNode) and term.value.lower().startswith(CONTACTS):
        scheme, _, rest = term.value.partition(":")
        return NamedNode(f"{scheme}:{MASK * len(rest)}")
    if isinstance(term, Literal) and (shut := masked(term.value)) != term.value:
        return Literal(shut, language=term.language) if term.language else Literal(shut, datatype=term.datatype)
    return term


def _term_json(term: Term) -> dict[str, str]:
    if isinstance(term, Literal):
        said = {"type": "literal", "value": term.value}
        if term.language:
            return {**said, "xml:lang": term.language}
        return said if term.datatype == public("xsd:string") else {**said, "datatype": term.datatype.value}
    return {"type": "uri" if isinstance(term, NamedNode) else "bnode", "value": term.value}


def _result_json(result: Result) -> dict[str, Any]:
    place = result.place
    return {
        "severity": result.severity.value,
        "focus": _term_json(result.focus),
        "path": result.path.value if isinstance(result.path, NamedNode) else result.path and str(result.path),
        "value": result.value and _term_json(result.value),
        "shape": result.shape.value,
        "component": result.component.value,
        "message": dict(result.messages),
        "place": place and {"file": place.file.as_posix(), "line": place.line, "column": place.column},
        **({"waiver": result.waiver.to_json()} if result.waiver else {}),
    }


class _Turtle:
    """The report as text; it remembers the prefixes that it used."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self.known = known
        self.used: set[str] = set()

    def report(self, report: Report) -> str:
        conforms = "true" if report.conforms else "false"
        lines = [f"[] a {self.name('sh:ValidationReport')} ;", f"    sh:conforms {conforms}"]
        for result in report.results:
            lines[-1] += " ;"
            lines += ["    sh:result [", *(f"        {line} ;" for line in self.result(result)), "    ]"]
        return "\n".join(lines) + " .\n"

    def result(self, result: Result) -> list[str]:
        lines = ["a sh:ValidationResult", f"sh:focusNode {self.term(result.focus)}"]
        if result.path is not None:
            lines.append(f"sh:resultPath {self.path(result.path)}")
        if result.value is not None:
            lines.append(f"sh:value {self.term(result.value)}")
        lines.append(f"sh:resultSeverity {self.term(result.severity.iri)}")
        lines.append(f"sh:sourceShape {self.term(result.shape)}")
        lines.append(f"sh:sourceConstraintComponent {self.term(result.component)}")
        for language, sentence in result.messages.items():
            lines.append(f"sh:resultMessage {self.term(Literal(sentence, language=language or None))}")
        if result.waiver is not None:
            lines.append(f"{self.name('dor:waivedBy')} {self.term(result.waiver.iri)}")
        if result.place is not None:
            lines.append(self.place(result.place))
        return lines

    def place(self, place: Place) -> str:
        parts = [f"{self.name('ptr:reference')} {self.term(Literal(place.file.as_posix()))}"]
        if place.line is not None:
            parts.append(f"ptr:lineNumber {place.line}")
        if place.column is not None:
            parts.append(f"ptr:charNumber {place.column}")
        return f"{self.name('earl:pointer')} [ a ptr:LineCharPointer ; {' ; '.join(parts)} ]"

    def path(self, path: Path) -> str:
        if isinstance(path, NamedNode):
            return self.term(path)
        parts = " ".join(self.path(part) for part in path.parts)
        if path.sign == "/":
            return f"( {parts} )"
        if path.sign == "|":
            return f"[ sh:alternativePath ( {parts} ) ]"
        assert path.sign != "!", "no shape has such a path"
        return f"[ {'sh:inversePath' if path.sign == '^' else REPEATED[path.sign]} {parts} ]"

    def name(self, short: str) -> str:
        self.used.add(short.split(":", 1)[0])
        return short

    def term(self, term: Term) -> str:
        if isinstance(term, NamedNode):
            short = shorten(term.value, self.known)
            return short if short.startswith("<") else self.name(short)
        if isinstance(term, Literal) and not term.language and term.datatype != public("xsd:string"):
            return f"{json.dumps(term.value, ensure_ascii=False)}^^{self.term(term.datatype)}"
        return str(term)
