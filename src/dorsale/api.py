"""
A workspace for programs: ask it stored queries by name, SPARQL, words, things and facts.

A value is what Python has for it, so that no caller needs a library of RDF; a date stays the text that it is, since
« 2005 » is no day. Nothing is changed but what somebody who was stopped left half done, as by every command.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, overload
from typing import Literal as OneOf

from pyoxigraph import Literal, NamedNode

from dorsale.build import recover, rules_of
from dorsale.carried import Carried
from dorsale.errors import MissingLibrary, Place, QueryParameter, UnknownName, WrongFormat
from dorsale.graph.explain import Passage, Prover, Written, asked, profile
from dorsale.graph.explain.support import EVIDENCE, supported
from dorsale.graph.find import the
from dorsale.graph.index import KINDS, Kind, WordIndex
from dorsale.graph.labels import XSD, Labels, Term
from dorsale.graph.queries import Answer, Catalogue, StoredQuery, run
from dorsale.graph.queries.guard import guard
from dorsale.graph.queries.joint import Joint
from dorsale.graph.queries.page import ACCORDING
from dorsale.graph.store import VIEW, Shelf
from dorsale.names import public
from dorsale.seen import catalogue, fresh
from dorsale.terms import Terms
from dorsale.words import LANGUAGES
from dorsale.words import language as users
from dorsale.workspace import Workspace

DOCUMENTS = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX dor: <https://w3id.org/dorsale/ontology#>
SELECT ?document ?title { ?document a dor:Document ; dcterms:title ?title } ORDER BY ?title
"""
Cell = str | int | bool | float | Decimal | tuple[Passage, ...] | None


class Row:
    """
    A row of an answer: a value for each column, by name or by number.

    >>> row = Row(("network", "owner"), ("https://w3id.org/dorsale/id/network/thd42", None))
    >>> row.network == row["network"] == row[0]
    True
    >>> network, owner = row
    >>> owner is None
    True
    """

    __slots__ = ("_columns", "_values")

    def __init__(self, columns: Sequence[str], values: Sequence[Cell]) -> None:
        self._columns = tuple(columns)
        self._values = tuple(values)

    def __getitem__(self, column: int | str) -> Any:
        if isinstance(column, int):
            return self._values[column]
        if column not in self._columns:
            raise KeyError(f"{column!r}: {', '.join(self._columns)}")
        return self._values[self._columns.index(column)]

    def __getattr__(self, column: str) -> Any:
        # A copy is asked for these before it has any.
        if column in Row.__slots__ or column not in self._columns:
            raise AttributeError(column)
        return self._values[self._columns.index(column)]

    def __iter__(self) -> Iterator[Cell]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._columns]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and (self._columns, self._values) == (other._columns, other._values)

    def __hash__(self) -> int:
        return hash((self._columns, self._values))

    def __repr__(self) -> str:
        return f"Row({', '.join(f'{name}={value!r}' for name, value in zip(self._columns, self, strict=True))})"


class Rows(Sequence[Row]):
    """
    The rows of an answer, in its order; what no document says is None.

    >>> rows = Rows(("network", "length"), [("thd42", Decimal(1300)), ("dorsal", None)])
    >>> [row.length for row in rows]
    [Decimal('1300'), None]
    >>> rows.columns
    ('network', 'length')
    >>> len(rows[1:])
    1
    """

    def __init__(self, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        self.columns = tuple(columns)
        self._rows = tuple(Row(self.columns, tuple(row)) for row in rows)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> "Rows": ...
    def __getitem__(self, place: int | slice) -> "Row | Rows":
        if isinstance(place, slice):
            return Rows(self.columns, [tuple(row) for row in self._rows[place]])
        return self._rows[place]

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"<{len(self)} rows of {', '.join(self.columns)}>"

    def to_pandas(self) -> Any:
        """Return the rows as a ``pandas.DataFrame``; without pandas, :class:`MissingLibrary` is raised."""
        return _library("pandas").DataFrame(self._table())

    def to_polars(self) -> Any:
        """Return the rows as a ``polars.DataFrame``; without polars, :class:`MissingLibrary` is raised."""
        return _library("polars").DataFrame(self._table(), strict=False)

    def _table(self) -> dict[str, list[Any]]:
        """Return the values column by column; a passage goes by its IRI there, its words have no place in a cell."""
        return {
            name: [
                [passage.iri.value for passage in value] if isinstance(value := row[number], tuple) else value
                for row in self._rows
            ]
            for number, name in enumerate(self.columns)
        }


@dataclass(frozen=True, slots=True)
class Found:
    """What says some words: a thing with its label, the text in which it says them, and where in it they stand."""

    iri: str
    kind: Kind
    label: str
    property: str
    text: str
    language: str | None
    spans: tuple[tuple[int, int], ...]


class OpenWorkspace:
    """
    A workspace with the dataset that was in use when it was opened: whatever is built meanwhile, answers agree.

    What cannot be answered raises a :class:`dorsale.errors.DorsaleError`, whose text says what to do.
    """

    def __init__(self, workspace: Workspace, language: str) -> None:
        shelf = Shelf(workspace.dataset, workspace.base)
        self.workspace = workspace
        self.dataset = shelf.open()
        self.labels = Labels(self.dataset, language)
        self._prover = Prover(self.dataset, lambda: rules_of(workspace, Terms.read(workspace)))
        self._written = Written(self.labels, Carried(self.dataset))
        self._fingerprint = str(shelf.made(self.dataset)["fingerprint"])
        self._index: WordIndex | None = None

    @property
    def fresh(self) -> bool:
        """Whether the dataset in use was made from the files as they are now; else ``dorsale build`` is due."""
        return fresh(self.workspace)

    def latest(self) -> "OpenWorkspace":
        """Return this workspace, or where another dataset has taken the place of its own, that one open."""
        shelf = Shelf(self.workspace.dataset, self.workspace.base)
        if shelf.current == self.dataset.folder.parent:
            return self
        return OpenWorkspace(self.workspace, self.labels.language)

    @property
    def queries(self) -> Mapping[str, StoredQuery]:
        """The stored queries by name, with their titles, questions, parameters and columns."""
        return {stored.name: stored for stored in self._catalogue}

    def stored(self, name: str) -> StoredQuery:
        """Return the stored query of an English or French name; raises :class:`UnknownQuery` with the nearest."""
        return self._catalogue[name]

    @property
    def _catalogue(self) -> Catalogue:
        return catalogue(self.workspace)

    def query(self, name: str, /, *, evidence: bool = False, **parameters: object) -> Rows:
        """
        Return what a stored query answers; it and its parameters go by their English or French names.

        A thing is named by label, slug, prefixed name or IRI; a hyphen in the name of a parameter is written ``_``,
        and one that is None is not given. With ``evidence`` the column of that name is the last one and holds the
        passages that support each row. Raises :class:`UnknownQuery`, or :class:`QueryParameter` with what there is.
        """
        stored, text = self._bound(name, parameters)
        return self._rows(self._answered(stored, text), text, evidence)

    def answer(
        self, name: str, parameters: Mapping[str, object] | None = None, *, limit: int | None = None
    ) -> dict[str, Any]:
        """
        Return what a stored query answers as a person reads it, and as JSON holds it: words beside IRIs and values.

        Each row has its passages under ``evidence``. Values of a column that the header names ``together`` are a list:
        they hold jointly. What no document says is None, and where there is some of that or no row at all,
        ``documents`` are those that were read. ``count`` is how many rows there are, whatever the ``limit``; errors
        are those of :meth:`query`.
        """
        stored, text = self._bound(name, parameters or {})
        answer = self._answered(stored, text)
        columns, rows = supported(self.dataset, self._prover, text, answer.variables, answer.rows())
        passages = {passage.iri: passage for row in rows for passage in row.passages}
        # Each passage has a row of its own, which counting makes one again.
        told = [(*row.terms, passage.iri if passage else None) for row in rows for passage in row.passages or (None,)]
        tongue = self.labels.language
        joint = Joint.of([*columns, EVIDENCE], told, tongue, (*stored.together, EVIDENCE), stored.if_filled)
        written = []
        for row in joint.rows[:limit]:
            *cells, evidence = row
            values = {
                column: self._cell(column, terms, column in stored.together)
                for column, terms in zip(joint.columns, cells, strict=False)
            }
            cited = sorted((passages[one] for one in evidence if isinstance(one, NamedNode)), key=lambda one: one.place)
            written.append(values | {EVIDENCE: [self._written.passage(passage) for passage in cited]})
        unsaid = not written or any(value is None for row in written for value in row.values())
        return {
            "query": stored.name,
            "title": stored.title[tongue],
            "question": stored.question[tongue],
            "columns": {column: stored.meaning(column, tongue) for column in joint.columns[:-1]},
            "rows": written,
            "count": len(joint.rows),
            "documents": list(self.documents.values()) if unsaid else [],
        }

    @property
    def documents(self) -> Mapping[str, str]:
        """The titles of the documents that were read, by IRI."""
        return {document.value: title.value for document, title in self.dataset.rows(DOCUMENTS)}

    def _cell(self, column: str, terms: tuple[Term, ...], together: bool) -> Any:
        if not terms or together:
            return [self._written.term(term) for term in terms] or None
        if column == ACCORDING:
            return {"iri": str(_value(terms[0])), "words": self.labels.source(terms[0])}
        return self._written.term(terms[0])

    def _bound(self, name: str, parameters: Mapping[str, object]) -> tuple[StoredQuery, str]:
        """Return a stored query, and its text with the values of its parameters."""
        stored = self.stored(name)
        given: dict[str, str] = {}
        for word, value in parameters.items():
            if value is not None:
                option = word if any(word in one for one in stored.parameters) else word.replace("_", "-")
                parameter = stored.parameter(option).name
                if parameter in given:
                    raise QueryParameter(query=stored.name, parameter=option, reason=f"{given[parameter]!r}, {value!r}")
                given[parameter] = value.value if isinstance(value, NamedNode) else str(value)
        return stored, stored.bound(stored.read(self.dataset, given))

    def _answered(self, stored: StoredQuery, text: str) -> Answer:
        answer = run(self.dataset, text, stored.place)
        if answer.kind != "rows":
            raise WrongFormat(format="rows", accepted=answer.kind)
        return answer

    def sparql(self, text: str, *, evidence: bool = False) -> Rows | bool | str:
        """
        Return what SPARQL answers: rows for a SELECT, a yes or no for an ASK, and Turtle for a graph.

        The prefixes of the workspace need not be declared. Raises :class:`QuerySyntax` or :class:`QueryFailed`, and
        for what the engine should not see (an update, ``SERVICE``, a text too large) what ``dorsale query`` does.
        """
        guard(text, Place(Path("-")))
        answer = run(self.dataset, text)
        if answer.kind == "rows":
            return self._rows(answer, text, evidence)
        return answer.yes if answer.kind == "boolean" else answer.serialized("turtle").decode()

    def _rows(self, answer: Answer, text: str, evidence: bool) -> Rows:
        if not evidence:
            return Rows(answer.variables, [[_value(term) for term in row] for row in answer.rows()])
        columns, rows = supported(self.dataset, self._prover, text, answer.variables, answer.rows())
        return Rows([*columns, EVIDENCE], [[*map(_value, row.terms), row.passages] for row in rows])

    def find(self, words: str, *, kinds: Sequence[Kind] = KINDS, limit: int = 10) -> list[Found]:
        """Return the things, terms, documents and passages that say words, the best first; none is an answer."""
        if self._index is None:
            self._index = WordIndex.beside(self.dataset, self._fingerprint) or WordIndex.anew(self.dataset)
        return [
            Found(
                match.thing.value,
                match.kind,
                self.labels.label(match.thing),
                match.property.value,
                match.text.value,
                match.text.language,
                match.spans,
            )
            for match in self._index.search(words, kinds, limit)
        ]

    def explain(self, thing: str) -> dict[str, Any]:
        """
        Return all that is known of a thing, each line with its sources, as ``dorsale explain THING --format json``.

        Raises :class:`UnknownName` with the nearest names, or :class:`AmbiguousName` with what tells candidates apart.
        """
        return self._written.profile(profile(self.dataset, the(self.dataset, thing), self._prover))

    def why(self, subject: str, property: str, value: str | None = None) -> list[dict[str, Any]]:
        """
        Return why facts hold, down to the sentences; without a value those with any, and where none holds, nothing.

        It is what ``dorsale explain SUBJECT PROPERTY VALUE --format json`` writes; errors are those of ``explain``.
        """
        facts = asked(self.dataset, subject, property, value).facts
        return [self._written.proof(proof) for fact in facts if (proof := self._prover.prove(fact))]

    def passage(self, iri: str) -> dict[str, Any]:
        """
        Return the passage of an IRI: its words, document and offsets, as ``explain`` has them.

        Raises :class:`UnknownName` for what is no passage.
        """
        thing = the(self.dataset, iri)
        if not any(self.dataset.store.quads_for_pattern(thing, public("prov:wasQuotedFrom"), None, VIEW)):
            raise UnknownName(words=iri, nearest="–")
        return self._written.passage(self._prover.sources.passage(thing))

    def label(self, iri: str) -> str:
        """Return what the thing of an IRI is called, in the language of the workspace that is open."""
        return self.labels.label(NamedNode(iri))


def open_workspace(folder: str | Path | None = None, language: OneOf["en", "fr"] | None = None) -> OpenWorkspace:
    """
    Return the workspace of a folder, without one the nearest upwards, open to be asked.

    ``language`` is ``fr`` or ``en``, that of labels; else it is the user's. Raises :class:`WorkspaceNotFound`, or
    :class:`NoDataset` where ``dorsale build`` has not been run.
    """
    if language not in (None, *LANGUAGES):
        raise ValueError(f"{language!r}: {', '.join(LANGUAGES)}")
    workspace = Workspace.nearest(Path.cwd()) if folder is None else Workspace.open(Path(folder))
    if workspace.journal.exists():
        recover(workspace)
    return OpenWorkspace(workspace, language or users())


def _value(term: Term | None) -> Cell:
    """Return what Python has for a term."""
    if not isinstance(term, Literal):
        return None if term is None else str(getattr(term, "value", term))
    kind = term.datatype.value.removeprefix(XSD)
    if kind == "integer":
        return int(term.value)
    if kind == "decimal":
        return Decimal(term.value)
    if kind in ("double", "float"):
        return float(term.value)
    return term.value in ("true", "1") if kind == "boolean" else term.value


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingLibrary(library=name) from error
