"""
A stored query is a SPARQL file that runs anywhere.

Its header is comment; its parameters stand in a ``VALUES`` line whose row is replaced by terms that the engine's own
classes wrote: nothing is ever pasted into the text.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from dorsale.errors import Place, QueryHeader, QueryParameter, UnknownQuery
from dorsale.graph.find import find, nearest
from dorsale.graph.header import Header
from dorsale.graph.labels import XSD, Term
from dorsale.graph.queries.scope import VALUES, out_of_scope
from dorsale.graph.store import Dataset
from dorsale.names import CODE, DOR, SCHEMES, prefixes, shorten

NEEDED = ("title", "question", "columns")
ACCEPTED = ("parameters", "together", "tags", "view")
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
    together: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    view: str = "table"

    @classmethod
    def open(cls, path: Path, shown: Path | None = None) -> "StoredQuery":
        """
        Return the stored query of a file.

        Raises :class:`QueryHeader` with the line of the header that is wrong, and what is accepted.
        """
        header = Header.open(path, shown or path, NEEDED, ACCEPTED)
        text, view = header.text, header.values.get("view", VIEWS[0])
        columns = header.names("columns")
        if view not in VIEWS:
            raise header.wrong("view", f"« {view} »: {', '.join(VIEWS)}")
        parameters = tuple(_parameters(header))
        in_scope = {variable for found in VALUES.finditer(text) for variable in found[1].replace("?", "").split()}
        for parameter in parameters:
            if parameter.name in RESERVED:
                raise header.wrong("parameters", f"--{parameter.name}: {', '.join(sorted(RESERVED))}")
            if parameter.name not in in_scope:
                raise header.wrong("parameters", f"VALUES (?{parameter.name}) {{ (UNDEF) }}")
        for number, name in out_of_scope(text, [parameter.name for parameter in parameters]):
            reason = f"VALUES (?{name}) {{ (UNDEF) }}: ?{name} is read where that line does not reach"
            raise QueryHeader(place=Place(header.place.file, number), reason=reason)
        return cls(
            name=path.stem,
            text=text,
            place=header.place,
            title=header.bilingual("title"),
            question=header.bilingual("question"),
            columns=columns,
            parameters=parameters,
            together=header.names("together", columns),
            tags=header.names("tags"),
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


def _parameters(header: Header) -> Iterator[Parameter]:
    declared = header.values.get("parameters") or {}
    form = "type: …, fr: …, en: …"
    if not isinstance(declared, dict):
        raise header.wrong("parameters", f"{{name: {{{form}}}}}")
    for name, said in declared.items():
        if not isinstance(said, dict) or set(said) != {"type", "fr", "en"}:
            raise header.wrong("parameters", f"{name}: {{{form}}}")
        kind = said["type"]
        if kind not in LITERALS and kind not in SCHEMES and not (isinstance(kind, str) and kind[:1].isupper()):
            accepted = ", ".join([*LITERALS, *SCHEMES])
            raise header.wrong("parameters", f"type {kind!r}: {accepted}, Actor, Network, Territory…")
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
        pattern = f"?thing <{prefixes()['skos']}inScheme> <{CODE}{kind}>"
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
            near = difflib.get_close_matches(name, self.names, n=3, cutoff=0.4)
            raise UnknownQuery(query=name, nearest=", ".join(near or self.names))
        return StoredQuery.open(self.folder / f"{name}.rq", self.shown / f"{name}.rq")

    def __iter__(self) -> Iterator[StoredQuery]:
        return (self[name] for name in self.names)
