"""
A stored query is a SPARQL file that runs anywhere.

Its header is comment; its parameters stand in a ``VALUES`` line whose row is replaced by terms that the engine's own
classes wrote: nothing is ever pasted into the text.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from math import log
from pathlib import Path

from pyoxigraph import NamedNode

from dorsale.errors import Place, QueryHeader, QueryParameter, UnknownQuery, UnreadableFile
from dorsale.graph.header import BILINGUAL, Header, Kept, keep
from dorsale.graph.labels import Term
from dorsale.graph.queries.parameters import ANYTHING, LITERALS, WORD, Parameter, declared, members
from dorsale.graph.queries.scope import VALUES, out_of_scope
from dorsale.graph.store import Dataset, engine
from dorsale.names import fold, prefixes
from dorsale.words import catalogue, language, meanings

NEEDED = ("nom", "title", "question", "columns", "tags")
ACCEPTED = ("parameters", "together", "if-filled", "expect", "view")
# What a page may show an answer as; every answer is a table, too.
VIEWS = ("table", "timeline", "chart", "map", "network")
EMPTY = "empty"
# So many queries are offered where none has the name; words that are so far alike are forms of one; shorter
# ones than these are articles.
NEAREST, STEM, SHORTEST = 3, 5, 3
# Words of the command itself: a query of that name could not be asked, a parameter not be given.
COMMANDS = {"test"}
RESERVED = {
    *("allow-service", "evidence", "expect", "file", "format", "help", "labels", "limit", "memory"),
    *("output", "time", "timeout", "workspace"),
}
NOM = re.compile(r"^#\+ *nom: *(.*?) *$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """
    A query of a workspace, with what its header says.

    ``together`` are the columns whose values hold jointly, ``if_filled`` those that a person sees only where they say
    something, ``meanings`` what columns hold where the words for all queries do not tell; ``empty`` says that no row
    is what the documents lead to.
    """

    name: str
    nom: str
    text: str
    place: Place
    title: Mapping[str, str]
    question: Mapping[str, str]
    columns: tuple[str, ...]
    parameters: tuple[Parameter, ...] = ()
    together: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    if_filled: tuple[str, ...] = ()
    meanings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    empty: bool = False
    view: str = "table"

    @classmethod
    def open(cls, path: Path, shown: Path | None = None, kept: Kept | None = None) -> "StoredQuery":
        """
        Return the stored query of a file; a header that was ``kept`` is not read again.

        Raises :class:`QueryHeader` with the line of the header that is wrong, and what is accepted.
        """
        header = Header.open(path, shown or path, NEEDED, ACCEPTED, kept)
        text, view = header.text, header.values.get("view", VIEWS[0])
        columns, meanings = _columns(header)
        if not (isinstance(nom := header.values["nom"], str) and WORD.fullmatch(nom)):
            raise header.wrong("nom", "a-z 0-9 -")
        if taken := {path.stem, nom} & COMMANDS:
            raise header.wrong("nom", f"`dorsale query {taken.pop()}`")
        if not (tags := header.names("tags")):
            raise header.wrong("tags", "[a, b, c]")
        if (expect := header.values.get("expect")) not in (None, EMPTY):
            raise header.wrong("expect", EMPTY)
        if view not in VIEWS:
            raise header.wrong("view", f"« {view} »: {', '.join(VIEWS)}")
        parameters = tuple(declared(header))
        in_scope = {variable for found in VALUES.finditer(text) for variable in found[1].replace("?", "").split()}
        taken = set(RESERVED)
        for parameter in parameters:
            options = {parameter.name, *parameter.option.values()}
            if stray := sorted(options & taken):
                raise header.wrong("parameters", f"--{stray[0]}: {', '.join(sorted(taken))}")
            taken |= options
            if parameter.name not in in_scope:
                raise header.wrong("parameters", f"VALUES (?{parameter.name}) {{ (UNDEF) }}")
        for number, name in out_of_scope(text, [parameter.name for parameter in parameters]):
            reason = f"VALUES (?{name}) {{ (UNDEF) }}: ?{name} is read where that line does not reach"
            raise QueryHeader(place=Place(header.place.file, number), reason=reason)
        return cls(
            name=path.stem,
            nom=nom,
            text=text,
            place=header.place,
            title=header.bilingual("title"),
            question=header.bilingual("question"),
            columns=columns,
            parameters=parameters,
            together=header.names("together", columns),
            tags=tags,
            if_filled=header.names("if-filled", columns),
            meanings=meanings,
            empty=expect == EMPTY,
            view=view,
        )

    @property
    def called(self) -> str:
        """Its name in the user's language."""
        return self.nom if language() == "fr" else self.name

    def bound(self, values: Mapping[str, Term]) -> str:
        """Return the text with the values of parameters in the row of each ``VALUES`` line that names them."""

        def row(found: re.Match[str]) -> str:
            names = found[1].replace("?", "").split()
            terms = " ".join(str(values[name]) if name in values else "UNDEF" for name in names)
            return f"VALUES ({found[1].strip()}) {{ ({terms}) }}"

        return VALUES.sub(row, self.text)

    def meaning(self, column: str, language: str) -> str:
        """Return what a column holds, in a language: as the header says, else as in all queries, else nothing."""
        return (self.meanings.get(column) or meanings().get(column) or {}).get(language, "")

    def choices(self, dataset: Dataset, parameter: Parameter) -> tuple[NamedNode, ...]:
        """
        Return the things that a parameter may be: those in its column of the whole answer, else those of its type.

        A parameter that is a value has none.
        """
        if parameter.type in LITERALS:
            return ()
        if parameter.name not in self.columns:
            return () if parameter.type == ANYTHING else tuple(members(dataset, parameter.type))
        solutions = dataset.query(self.text, self.place, prefixes(dataset.base))
        with engine():
            found = {row[parameter.name] for row in solutions}
        if parameter.type != ANYTHING:
            found &= set(members(dataset, parameter.type))
        return tuple(sorted((thing for thing in found if isinstance(thing, NamedNode)), key=str))

    def read(self, dataset: Dataset, given: Mapping[str, str]) -> dict[str, Term]:
        """
        Return the values of parameters as terms, under their names; those that are not given have their default.

        Raises :class:`QueryParameter` for an unknown parameter, for a value that is not of its type,
        and for a name that means no thing of the dataset, or several.
        """
        values = {one.name: one.default for one in self.parameters if one.default is not None}
        for option, value in given.items():
            values[self.parameter(option).name] = value
        return {name: self.parameter(name).term(dataset, self.name, value) for name, value in values.items()}

    def parameter(self, option: str) -> Parameter:
        """
        Return the parameter that an option means, by its name or by its word in either language.

        An unknown one raises :class:`QueryParameter` with those that there are.
        """
        for parameter in self.parameters:
            if option in parameter:
                return parameter
        accepted = ", ".join(f"--{parameter.option[language()]}" for parameter in self.parameters) or "–"
        raise QueryParameter(query=self.name, parameter=option, reason=accepted)


def _columns(header: Header) -> tuple[tuple[str, ...], Mapping[str, Mapping[str, str]]]:
    """Return the columns of an answer, and what those hold that the header explains itself."""
    said = header.values["columns"]
    if not isinstance(said, dict):
        return header.names("columns"), {}
    explained = {name: words for name, words in said.items() if words is not None}
    for words in explained.values():
        if not isinstance(words, dict) or set(words) != {"fr", "en"}:
            raise header.wrong("columns", f"[a, b], {{a: {BILINGUAL}, b: }}")
    return tuple(map(str, said)), explained


def _among(word: str, others: set[str]) -> bool:
    """Say whether others have a word, or one that begins like it so far that they are forms of one."""
    return word in others or (len(word) >= STEM and any(other.startswith(word[:STEM]) for other in others))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The stored queries of a workspace, by name; each goes by its French name, too."""

    folder: Path
    shown: Path
    names: tuple[str, ...] = field(default=())
    kept: Kept | None = field(default=None, repr=False)

    @classmethod
    def of(cls, folder: Path, shown: Path, kept: Kept | None = None) -> "Catalogue":
        """Return the catalogue of a folder."""
        return cls(folder, shown, tuple(sorted(path.stem for path in folder.glob("*.rq"))), kept)

    def __getitem__(self, name: str) -> StoredQuery:
        if name not in self.names:
            known = self.noms()
            if name not in known:
                import difflib  # it is slow to import, and a name is seldom wrong

                spelt = difflib.get_close_matches(name, {**known, **dict.fromkeys(self.names)}, n=NEAREST, cutoff=0.6)
                asked = [f"\n  {one.called}: {one.question[language()]}" for one in self.nearest(name)]
                raise UnknownQuery(query=name, nearest=", ".join(spelt) + "".join(asked) or ", ".join(self.names))
            name = known[name]
        return StoredQuery.open(self.folder / f"{name}.rq", self.shown / f"{name}.rq", self.kept)

    def __iter__(self) -> Iterator[StoredQuery]:
        return (self[name] for name in self.names)

    def keep(self) -> Kept:
        """Return the headers of the queries, to be written down: who finds them there need not read them again."""
        return keep((self.folder / f"{name}.rq" for name in self.names), (*NEEDED, *ACCEPTED))

    def nearest(self, words: str) -> list[StoredQuery]:
        """
        Return the few queries whose name, title, question or subjects say most of some words, in the user's language.

        A word counts the more the fewer queries say it, and twice in a name or title; words that begin alike are one,
        short ones say nothing. A query whose header is wrong is not found.
        """
        tongue = language()
        said: dict[str, tuple[set[str], set[str]]] = {}
        queries: dict[str, StoredQuery] = {}
        for name in self.names:
            with suppress(QueryHeader, UnreadableFile):
                one = queries[name] = self[name]
                subjects = " ".join(catalogue(tongue).get(f"tag-{tag}", tag) for tag in one.tags)
                head = {*fold(f"{one.called} {one.title[tongue]}").split()}
                said[name] = (head, {*fold(f"{one.question[tongue]} {subjects}").split()})
        weight = dict.fromkeys(queries, 0.0)
        for word in {word for word in fold(words).split() if len(word) >= SHORTEST}:
            counts = {
                name: 2 if _among(word, head) else 1
                for name, (head, rest) in said.items()
                if _among(word, head) or _among(word, rest)
            }
            for name, count in counts.items():
                weight[name] += count * log(1 + len(queries) / len(counts))
        best = sorted((name for name in weight if weight[name]), key=lambda name: (-weight[name], name))
        return [queries[name] for name in best[:NEAREST]]

    def noms(self) -> dict[str, str]:
        """
        Return the name of each query by its French one, which a look at the lines that say so is enough for.

        One that two queries bear, or that is the name of another, raises :class:`QueryHeader`.
        """
        found: dict[str, str] = {}
        for name in self.names:
            try:
                said = NOM.search((self.folder / f"{name}.rq").read_text("utf-8"))
            except (OSError, UnicodeDecodeError) as error:
                raise UnreadableFile(file=self.shown / f"{name}.rq", reason=str(error)) from error
            if said is None:
                continue
            if (other := found.setdefault(said[1], name)) != name or said[1] in {*self.names} - {name}:
                place = Place(self.shown / f"{name}.rq", said.string.count("\n", 0, said.start()) + 1)
                raise QueryHeader(place=place, reason=f"#+ nom: {said[1]} ({other if other != name else said[1]}.rq)")
        return found
