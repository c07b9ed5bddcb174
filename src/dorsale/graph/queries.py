"""
Stored queries: header, parameters, rows, their evidence.

A stored query is a SPARQL file that runs anywhere. Its header is comment; its parameters stand in a ``VALUES``
line whose row is replaced by terms that the engine's own classes wrote: nothing is ever pasted into the text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from typing import Literal as OneOf

import yaml
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
)

from dorsale.errors import Place, QueryHeader, QueryParameter, UnknownQuery, UnreadableFile, WrongFormat
from dorsale.graph.find import find, nearest
from dorsale.graph.store import Dataset, engine
from dorsale.names import DOR, LOCAL, SCHEMES, prefixes, shorten
from dorsale.words import catalogue, say

XSD = "http://www.w3.org/2001/XMLSchema#"
KEYS = ("title", "question", "parameters", "columns", "tags", "view")
REQUIRED = ("title", "question", "columns")
VIEWS = ("table",)
# What a parameter can be besides a thing of a class and a concept of a scheme, and how it is recognised.
LITERALS = {
    "text": re.compile(r"(?s).*"),
    "date": re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"),
    "year": re.compile(r"\d{4}"),
    "integer": re.compile(r"-?\d+"),
    "decimal": re.compile(r"-?\d+(?:\.\d+)?"),
}
DATATYPES = {"text": "string", "date": "date", "year": "gYear", "integer": "integer", "decimal": "decimal"}
ANYTHING = "Thing"
# Options of the command itself: a parameter of that name could not be given.
RESERVED = {"file", "format", "output", "timeout", "workspace", "help"}
VALUES = re.compile(r"VALUES\s*\(\s*((?:\?\w+\s*)+)\)\s*\{\s*\(\s*((?:UNDEF\s*)+)\)\s*\}")
RESULTS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
GRAPHS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}

Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a stored query may be asked for: a thing of a class, a concept of a scheme, or a value."""

    name: str
    type: str
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """A query of a workspace, with what its header says."""

    name: str
    text: str
    place: Place
    title: Mapping[str, str]
    question: Mapping[str, str]
    columns: tuple[str, ...]
    parameters: tuple[Parameter, ...] = ()
    tags: tuple[str, ...] = ()
    view: str = "table"

    @classmethod
    def open(cls, path: Path, shown: Path | None = None) -> "StoredQuery":
        """
        Return the stored query of a file.

        Raises :class:`QueryHeader` with the line of the header that is wrong, and what is accepted.
        """
        shown = shown or path
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UnreadableFile(file=shown, reason=str(error)) from error
        lines = {number: line for number, line in enumerate(text.splitlines(), 1) if line.startswith("#+")}
        header = _header(lines, shown)

        def line_of(key: str) -> Place:
            return Place(shown, next((n for n, line in lines.items() if line[2:].strip().startswith(f"{key}:")), 1))

        for key in header.keys() - set(KEYS):
            raise QueryHeader(place=line_of(key), reason=f"« {key} »: {', '.join(KEYS)}")
        for key in REQUIRED:
            if key not in header:
                raise QueryHeader(place=Place(shown, 1), reason=f"« {key} » ?")
        for key in ("title", "question"):
            _bilingual(header[key], line_of(key))
        for key in ("columns", "tags"):
            if not isinstance(value := header.get(key, []), list) or not all(isinstance(item, str) for item in value):
                raise QueryHeader(place=line_of(key), reason="[a, b, c]")
        if (view := header.get("view", "table")) not in VIEWS:
            raise QueryHeader(place=line_of("view"), reason=f"« {view} »: {', '.join(VIEWS)}")
        parameters = tuple(_parameters(header.get("parameters") or {}, line_of("parameters")))
        in_scope = {variable for found in VALUES.finditer(text) for variable in found[1].replace("?", "").split()}
        for parameter in parameters:
            if parameter.name in RESERVED:
                raise QueryHeader(
                    place=line_of("parameters"), reason=f"--{parameter.name}: {', '.join(sorted(RESERVED))}"
                )
            if parameter.name not in in_scope:
                raise QueryHeader(place=line_of("parameters"), reason=f"VALUES (?{parameter.name}) {{ (UNDEF) }} ?")
        for number, name in _out_of_scope(text, [parameter.name for parameter in parameters]):
            reason = f"VALUES (?{name}) {{ (UNDEF) }}: ?{name} is read where that line does not reach"
            raise QueryHeader(place=Place(shown, number), reason=reason)
        return cls(
            name=path.stem,
            text=text,
            place=Place(shown),
            title=header["title"],
            question=header["question"],
            columns=tuple(header["columns"]),
            parameters=parameters,
            tags=tuple(header.get("tags", ())),
            view=view,
        )

    def bound(self, values: Mapping[str, Term]) -> str:
        """Return the text with the values of parameters in the row of each ``VALUES`` line that names them."""

        def row(found: re.Match[str]) -> str:
            names = found[1].replace("?", "").split()
            terms = " ".join(str(values[name]) if name in values else "UNDEF" for name in names)
            return f"VALUES ({found[1].strip()}) {{ ({terms}) }}"

        return VALUES.sub(row, self.text)

    def read(self, dataset: Dataset, given: Mapping[str, str]) -> dict[str, Term]:
        """
        Return the values of parameters as terms.

        Raises :class:`QueryParameter` for an unknown parameter, for a value that is not of its type,
        and for a name that means no thing of the dataset, or several.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                accepted = ", ".join(f"--{parameter}" for parameter in known) or "–"
                raise QueryParameter(query=self.name, parameter=name, reason=f"{accepted}")
        return {name: _term(dataset, self.name, known[name], value) for name, value in given.items()}


def _header(lines: Mapping[int, str], shown: Path) -> dict[str, Any]:
    """Return the YAML of the comment lines, or raise with the line that does not parse."""
    first = next(iter(lines), 1)
    try:
        header = yaml.safe_load("\n".join(line[2:] for line in lines.values())) or {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        numbers = list(lines)
        line = numbers[min(mark.line, len(numbers) - 1)] if mark and numbers else first
        column = mark.column + 3 if mark else None
        raise QueryHeader(place=Place(shown, line, column), reason=error.problem or str(error)) from error
    if not isinstance(header, dict):
        raise QueryHeader(place=Place(shown, first), reason="#+ title: {fr: …, en: …}")
    return header


def _bilingual(value: object, place: Place) -> None:
    if not isinstance(value, dict) or set(value) != {"fr", "en"} or not all(isinstance(v, str) for v in value.values()):
        raise QueryHeader(place=place, reason='{fr: "…", en: "…"}')


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


def _out_of_scope(text: str, names: Sequence[str]) -> Iterator[tuple[int, str]]:
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


def _parameters(declared: object, place: Place) -> Iterator[Parameter]:
    if not isinstance(declared, dict):
        raise QueryHeader(place=place, reason="{name: {type: …, fr: …, en: …}}")
    for name, said in declared.items():
        if not isinstance(said, dict) or set(said) != {"type", "fr", "en"}:
            raise QueryHeader(place=place, reason=f"{name}: {{type: …, fr: …, en: …}}")
        kind = said["type"]
        if kind not in LITERALS and kind not in SCHEMES and not (isinstance(kind, str) and kind[:1].isupper()):
            accepted = ", ".join([*LITERALS, *SCHEMES])
            raise QueryHeader(place=place, reason=f"type {kind!r}: {accepted}, Actor, Network, Territory…")
        yield Parameter(str(name), kind, {"fr": str(said["fr"]), "en": str(said["en"])})


def _term(dataset: Dataset, query: str, parameter: Parameter, value: str) -> Term:
    if (form := LITERALS.get(parameter.type)) is not None:
        if not form.fullmatch(value):
            raise QueryParameter(query=query, parameter=parameter.name, reason=f"{value!r}: {parameter.type}")
        return Literal(value, datatype=NamedNode(XSD + DATATYPES[parameter.type]))
    among = None if parameter.type == ANYTHING else list(_members(dataset, parameter.type))
    found = find(dataset, value, among)
    if len(found) == 1:
        return found[0]
    known = prefixes(dataset.base)
    choices = [shorten(thing.value, known) for thing in found] or nearest(dataset, value, among)
    reason = f"« {value} » : {', '.join(choices) or '–'} ?"
    raise QueryParameter(query=query, parameter=parameter.name, reason=reason)


def _members(dataset: Dataset, kind: str) -> Iterator[NamedNode]:
    """Yield the concepts of a scheme, or the things of a class and of those below it."""
    if kind in SCHEMES:
        pattern = f"?thing <{prefixes()['skos']}inScheme> <https://w3id.org/dorsale/code/{kind}>"
    else:
        pattern = f"?thing a/<{prefixes()['rdfs']}subClassOf>* <{DOR}{kind}>"
    for (thing,) in dataset.rows(f"SELECT DISTINCT ?thing WHERE {{ {pattern} }} ORDER BY ?thing"):
        if isinstance(thing, NamedNode):
            yield thing


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The stored queries of a workspace, by name."""

    folder: Path
    shown: Path
    names: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, folder: Path, shown: Path) -> "Catalogue":
        """Return the catalogue of a folder."""
        return cls(folder, shown, tuple(sorted(path.stem for path in folder.glob("*.rq"))))

    def __getitem__(self, name: str) -> StoredQuery:
        if name not in self.names:
            import difflib

            near = difflib.get_close_matches(name, self.names, n=3, cutoff=0.4)
            raise UnknownQuery(query=name, nearest=", ".join(near or self.names))
        return StoredQuery.open(self.folder / f"{name}.rq", self.shown / f"{name}.rq")

    def __iter__(self) -> Iterator[StoredQuery]:
        return (self[name] for name in self.names)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query answered: rows of terms under variables, a yes or no, or a graph."""

    raw: QuerySolutions | QueryBoolean | QueryTriples
    base: str

    @property
    def kind(self) -> OneOf["rows", "boolean", "graph"]:
        """Which of the three it is: the answer of a SELECT, of an ASK, of a CONSTRUCT or DESCRIBE."""
        if isinstance(self.raw, QueryTriples):
            return "graph"
        return "rows" if isinstance(self.raw, QuerySolutions) else "boolean"

    @property
    def variables(self) -> tuple[str, ...]:
        """The columns of the rows."""
        return tuple(variable.value for variable in self.raw.variables) if isinstance(self.raw, QuerySolutions) else ()

    def rows(self) -> Iterator[Sequence[Term | None]]:
        """Yield the rows, each with a term or nothing for each variable; they can be read once."""
        assert isinstance(self.raw, QuerySolutions)
        with engine():
            for solution in self.raw:
                yield tuple(solution)

    @property
    def yes(self) -> bool:
        """The answer of an ASK."""
        return bool(self.raw)

    def serialized(self, format: str) -> bytes:
        """
        Return the answer in a W3C results format, or a graph in an RDF format.

        A format that the kind of answer does not have raises :class:`WrongFormat` with those that it has.
        """
        if isinstance(self.raw, QueryTriples):
            if format not in GRAPHS:
                raise WrongFormat(format=format, accepted=", ".join(GRAPHS))
            from dorsale.graph.export import graph

            with engine():
                return graph(self.raw, GRAPHS[format], self.base)
        accepted = ("json", "xml") if isinstance(self.raw, QueryBoolean) else tuple(RESULTS)
        if format not in accepted:
            raise WrongFormat(format=format, accepted=", ".join(accepted))
        with engine():
            return self.raw.serialize(format=RESULTS[format]) or b""


def run(dataset: Dataset, text: str, place: Place | None = None) -> Answer:
    """Return the answer to a query; the prefixes of the workspace need not be declared."""
    return Answer(dataset.query(text, place, prefixes(dataset.base)), dataset.base)


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of time in the units that it was written in: ``(("years", 15),)``."""

    parts: tuple[tuple[str, int], ...]


Cell = str | bool | Decimal | Duration | None
EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Page:
    """
    An answer as a person reads it: labels instead of IRIs, and the quoted words under the rows.

    In the column ``evidence`` stand the numbers of ``notes``; rows that differ in their passage alone are one.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...]
    numeric: tuple[int, ...]

    @classmethod
    def of(cls, dataset: Dataset, answer: Answer, language: str) -> "Page":
        """Return the page of an answer that has rows; it reads them."""
        variables = answer.variables
        at = variables.index(EVIDENCE) if EVIDENCE in variables else None
        labels = Labels(dataset, language)
        passages: dict[Any, int] = {}
        merged: dict[tuple[Any, ...], list[int]] = {}
        for row in answer.rows():
            key = tuple(term for column, term in enumerate(row) if column != at)
            notes = merged.setdefault(key, [])
            if at is not None and (passage := row[at]) is not None:
                note = passages.setdefault(passage, len(passages) + 1)
                if note not in notes:
                    notes.append(note)
        rows = []
        for key, notes in merged.items():
            cells = [labels.cell(term) for term in key]
            if at is not None:
                cells.insert(at, " ".join(f"[{note}]" for note in notes) or None)
            rows.append(tuple(cells))
        numeric = [
            column
            for column in range(len(variables))
            if any(isinstance(row[column], Decimal) for row in rows)
            and all(isinstance(row[column], Decimal | None) for row in rows)
        ]
        return cls(
            headings=tuple(labels.heading(variable) for variable in variables),
            rows=tuple(rows),
            notes=tuple(labels.quotation(passage) for passage in passages),
            numeric=tuple(numeric),
        )


LABELS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?label WHERE { { %s rdfs:label ?label } UNION { %s skos:prefLabel ?label } } ORDER BY ?label
"""
UNNAMED = """
PREFIX dor: <https://w3id.org/dorsale/ontology#>
SELECT ?kind WHERE { %s dor:unnamed true . %s a ?kind } ORDER BY ?kind
"""
QUOTED = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?title ?start ?end ?exact WHERE {
  %s prov:wasQuotedFrom/dcterms:title ?title ; oa:start ?start ; oa:end ?end ; oa:exact ?exact .
}
"""
SPAN = re.compile(r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?")


class Labels:
    """What things, values and columns of a dataset are called in a language; each is looked up once."""

    def __init__(self, dataset: Dataset, language: str) -> None:
        self.dataset = dataset
        self.language = language
        self.known: dict[NamedNode, str] = {}

    def cell(self, term: Term | None) -> Cell:
        """Return a term as a value for people: a label, a number, a duration, a yes or no."""
        if isinstance(term, NamedNode):
            return self.label(term)
        if not isinstance(term, Literal):
            return None if term is None else str(term)
        kind = term.datatype.value.removeprefix(XSD)
        if kind in ("decimal", "integer"):
            return Decimal(term.value)
        if kind == "boolean":
            return term.value == "true"
        if kind in ("duration", "yearMonthDuration") and (span := SPAN.fullmatch(term.value)):
            return Duration(tuple((unit, int(count)) for unit, count in span.groupdict().items() if count))
        return term.value

    def label(self, thing: NamedNode) -> str:
        """Return the label of a thing in the language, else in the other one, else its kind, else its prefixed name."""
        if thing not in self.known:
            said = {found.language: found.value for (found,) in self.dataset.rows(LABELS % (thing, thing))}
            order = (self.language, "fr", "en", None)
            label = next((said[tongue] for tongue in order if tongue in said), None)
            self.known[thing] = (
                label or self._unnamed(thing) or shorten(thing.value, prefixes(self.dataset.base)).strip("<>")
            )
        return self.known[thing]

    def _unnamed(self, thing: NamedNode) -> str | None:
        """Return what a thing that its text does not name is, in words."""
        for (kind,) in self.dataset.rows(UNNAMED % (thing, thing)):
            return say("unnamed", self.language, kind=self.label(kind))
        return None

    def heading(self, variable: str) -> str:
        """Return what a column is called: in a word of ours, else by the label of the term that has its name."""
        if (key := f"column-{variable}") in catalogue(self.language):
            return say(key, self.language)
        term = NamedNode(DOR + variable) if LOCAL.fullmatch(variable) else None
        label = self.label(term) if term else variable
        return variable if label == f"dor:{variable}" else label

    def quotation(self, passage: Term) -> str:
        """Return the words of a passage with their document and offsets."""
        for title, start, end, exact in self.dataset.rows(QUOTED % passage):
            words = " ".join(exact.value.split())
            return f"« {words} » ({title.value}, {start.value}-{end.value})"
        return str(passage)
