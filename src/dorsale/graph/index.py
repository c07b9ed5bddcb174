"""
The word index: which things, terms, documents and passages say given words.

It stands beside the dataset that it was made from, and each ``Change`` of that changes it. Words are folded as names
are everywhere, so accents and case do not count, and nobody's words can be taken for a command of the index. What has
all the words comes first, in its name before its texts; what has words that begin so is looked for next, and only
then, in the place of words that nobody says, those that are spelt nearly so.
"""

import difflib
import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal as OneOf
from typing import get_args

from pyoxigraph import Literal, NamedNode

from dorsale.errors import UnwritableFile
from dorsale.graph.store import VIEW, Change, Dataset
from dorsale.names import CODE, ONTOLOGY, PUBLIC, fold, public

FILE = "words.sqlite"
Kind = OneOf["thing", "term", "document", "passage"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# Where words stand: in names, in what else a thing goes by, in texts; a match in a name tells most.
COLUMNS = {
    "name": ("rdfs:label", "skos:prefLabel", "dcterms:title"),
    "other": ("skos:altLabel", "skos:hiddenLabel", "skos:notation"),
    "text": ("skos:definition", "oa:exact"),
}
COLUMN = {public(name): column for column, names in COLUMNS.items() for name in names}
SCHEMA = """
PRAGMA user_version = 1;
CREATE TABLE made (fingerprint TEXT NOT NULL);
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, size INTEGER NOT NULL);
CREATE TABLE called (name TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (name, id)) WITHOUT ROWID;
CREATE INDEX called_id ON called (id);
CREATE VIRTUAL TABLE said USING fts5 (name, other, text, tokenize = 'ascii');
CREATE VIRTUAL TABLE word USING fts5vocab (said, 'row');
CREATE TABLE spelt (word TEXT PRIMARY KEY, written TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE trigram (gram TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (gram, word)) WITHOUT ROWID;
"""
VERSION = 1
CALLED = "SELECT iri, kind FROM called JOIN thing USING (id) WHERE name = ? ORDER BY iri"
# All words are in each of these, so that how rare they are tells nothing: the fewer others there are, the better.
SAID = """
SELECT iri, kind FROM said CROSS JOIN thing ON thing.id = said.rowid WHERE said MATCH ? AND kind IN ({kinds})
ORDER BY size, iri LIMIT ?
"""
LIKE = "SELECT word FROM trigram WHERE gram IN ({grams}) GROUP BY word ORDER BY COUNT(*) DESC, word LIMIT 50"
WORD = re.compile(r"[^\W_](?:\.[^\W_])+(?![^\W_])|[^\W_]+")
# « U.R.B.S » is asked for as « URBS », too.
INITIALS = re.compile(r"\b[a-z](?: [a-z])+\b")
TERMS = (ONTOLOGY, CODE, *(PUBLIC[kind] for kind in PUBLIC.keys() - {"commune", "departement", "region"}))


@dataclass(frozen=True, slots=True)
class Match:
    """What words found: a thing, the text in which it says them, and where in that text they stand."""

    thing: NamedNode
    kind: Kind
    property: NamedNode
    text: Literal
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One of the words that are looked for: spelt so, or beginning so."""

    spellings: frozenset[str]
    beginning: bool = False

    def asked(self) -> str:
        """Return it as FTS5 takes it: folded words are letters and digits, and stand in quotation marks."""
        star = " *" if self.beginning else ""
        return " OR ".join(f'"{word}"{star}' for word in sorted(self.spellings))

    def meets(self, word: str) -> bool:
        """Say whether a folded word is one that is looked for."""
        return word in self.spellings or (self.beginning and word.startswith(tuple(self.spellings)))


class WordIndex:
    """The word index of a dataset."""

    def __init__(self, dataset: Dataset, connection: sqlite3.Connection) -> None:
        self.dataset = dataset
        self._connection = connection

    @classmethod
    def beside(cls, dataset: Dataset, fingerprint: str) -> "WordIndex | None":
        """Return the index beside a dataset, or nothing where none was made from the files of this fingerprint."""
        connection = _opened(dataset.folder.parent / FILE, fingerprint)
        return cls(dataset, connection) if connection else None

    @classmethod
    def anew(cls, dataset: Dataset) -> "WordIndex":
        """Return an index of a dataset that is made now and kept nowhere."""
        connection = sqlite3.connect(":memory:", isolation_level=None)
        _fill(connection, dataset, "")
        return cls(dataset, connection)

    def search(self, words: str, kinds: Sequence[Kind] = KINDS, limit: int = 20) -> list[Match]:
        """
        Return what says all of ``words``, the best first: what bears them as its name, then as words of its name,
        then in any text, then by their beginnings, and if there is none of all these, nearly so spelt.

        Words without letters and digits find nothing.
        """
        asked = _words(words)
        if not asked or not kinds or limit < 1:
            return []
        found: dict[str, Match] = {}
        exact = [Wanted(frozenset([word])) for word in asked]
        for iri, kind in self._connection.execute(CALLED, [" ".join(fold(words).split())]):
            if kind in kinds and len(found) < limit:
                found[iri] = self._match(iri, kind, exact)
        for within, wanted in self._ways(asked, exact, found):
            if len(found) == limit:
                break
            query = within + f"({' AND '.join(f'({one.asked()})' for one in wanted)})"
            sql = SAID.format(kinds=", ".join("?" * len(kinds)))
            for iri, kind in self._connection.execute(sql, [query, *kinds, limit]):
                if iri not in found and len(found) < limit:
                    found[iri] = self._match(iri, kind, wanted)
        return list(found.values())

    def _ways(
        self, asked: Sequence[str], exact: list[Wanted], found: dict[str, Match]
    ) -> Iterator[tuple[str, list[Wanted]]]:
        """Yield where and how the words are looked for, the best way first."""
        yield "{name other} : ", exact
        yield "", exact
        # A number that begins another one is another number.
        begun = [Wanted(frozenset([word]), beginning=not word.isdigit()) for word in asked]
        yield "", begun
        if not found:
            yield "", [one if self._there(word) else self._nearly(word) for word, one in zip(asked, begun, strict=True)]

    def _nearly(self, word: str) -> Wanted:
        """Return the words that a mistyped one may mean; a number is another number, not a mistyped one."""
        slips = 0 if len(word) < 3 or not word.isalpha() else 1 if len(word) < 6 else 2
        near: dict[int, list[str]] = {}
        for other in self._like(word) if slips else ():
            near.setdefault(_slips(word, other, slips), []).append(other)
        fewest = next((count for count in range(1, slips + 1) if count in near), 0)
        return Wanted(frozenset([word, *near.get(fewest, ())]))

    def nearest(self, words: str) -> list[str]:
        """Return up to three words for each of ``words`` that nobody says: those that come nearest, as written."""
        offered: dict[str, None] = {}
        for word in _words(words):
            if not self._there(word):
                offered.update(dict.fromkeys(difflib.get_close_matches(word, self._like(word), n=3, cutoff=0.5)))
        written = (self._connection.execute("SELECT written FROM spelt WHERE word = ?", [word]) for word in offered)
        return [row[0] for rows in written for row in rows]

    def _like(self, word: str) -> list[str]:
        """Return words that somebody says and that share letters with a word."""
        grams = _trigrams(word)
        rows = self._connection.execute(LIKE.format(grams=", ".join("?" * len(grams))), grams)
        return [other for (other,) in rows if self._there(other, whole=True)]

    def _there(self, word: str, whole: bool = False) -> bool:
        """Say whether somebody says a word, or one that begins so."""
        last = word if whole else f"{word}{{"  # the brace comes after the letters and digits
        rows = self._connection.execute("SELECT 1 FROM word WHERE term >= ? AND term <= ? LIMIT 1", [word, last])
        return rows.fetchone() is not None

    def _match(self, iri: str, kind: Kind, wanted: Sequence[Wanted]) -> Match:
        """Return a thing with the one of its texts that says most of the words, names before texts."""
        thing = NamedNode(iri)
        said = [(property, text, _spans(text.value, wanted)) for property, text in _said(self.dataset, thing)]
        order = list(COLUMN)
        best = min(said, key=lambda one: (-len(one[2][1]), order.index(one[0]), len(one[1].value), one[1].value))
        return Match(thing, kind, best[0], best[1], best[2][0])


def make(file: Path, dataset: Dataset, fingerprint: str) -> None:
    """Write the index of a dataset that was made from files of this fingerprint; :class:`UnwritableFile` may rise."""
    file.unlink(missing_ok=True)
    with _writing(file) as connection:
        _fill(connection, dataset, fingerprint)


def follow(file: Path, dataset: Dataset, fingerprint: str, before: Dataset, made: str, change: Change) -> None:
    """
    Write the index of a dataset: that of the one ``before``, with the texts that a change touches.

    ``made`` is the fingerprint of the files of the one before; where it has no index, one is made anew.
    :class:`UnwritableFile` may rise.
    """
    source = before.folder.parent / FILE
    if (there := _opened(source, made)) is None:
        make(file, dataset, fingerprint)
        return
    there.close()
    try:
        shutil.copyfile(source, file)
    except OSError as error:
        raise UnwritableFile(file=file, reason=error.strerror or str(error)) from error
    quads = (*change.additions, *change.removals)
    touched = {quad.subject for quad in quads if quad.predicate in COLUMN and isinstance(quad.subject, NamedNode)}
    with _writing(file) as connection:
        connection.execute("BEGIN")
        connection.execute("UPDATE made SET fingerprint = ?", [fingerprint])
        for thing in sorted(touched, key=str):
            _forget(connection, thing)
            _learn(connection, dataset, thing, list(_said(dataset, thing)))


def _opened(file: Path, fingerprint: str) -> sqlite3.Connection | None:
    """Return an index to read, if it is one, and of these files."""
    with suppress(sqlite3.Error):
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
        with suppress(sqlite3.Error):
            version = connection.execute("PRAGMA user_version").fetchone()
            of = connection.execute("SELECT fingerprint FROM made").fetchone()
            if (version, of) == ((VERSION,), (fingerprint,)):
                return connection
        connection.close()
    return None


@contextmanager
def _writing(file: Path) -> Iterator[sqlite3.Connection]:
    """Give an index to write, in one transaction."""
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = MEMORY")
            yield connection
            if connection.in_transaction:
                connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        raise UnwritableFile(file=file, reason=str(error)) from error


def _fill(connection: sqlite3.Connection, dataset: Dataset, fingerprint: str) -> None:
    connection.executescript(SCHEMA)
    connection.execute("BEGIN")
    connection.execute("INSERT INTO made VALUES (?)", [fingerprint])
    texts: dict[NamedNode, list[tuple[NamedNode, Literal]]] = {}
    for property in COLUMN:
        for quad in dataset.store.quads_for_pattern(None, property, None, VIEW):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                texts.setdefault(quad.subject, []).append((property, quad.object))
    for thing in sorted(texts, key=lambda one: one.value):
        _learn(connection, dataset, thing, texts[thing])


def _forget(connection: sqlite3.Connection, thing: NamedNode) -> None:
    for (number,) in connection.execute("SELECT id FROM thing WHERE iri = ?", [thing.value]).fetchall():
        for table, key in (("said", "rowid"), ("called", "id"), ("thing", "id")):
            connection.execute(f"DELETE FROM {table} WHERE {key} = ?", [number])


def _learn(
    connection: sqlite3.Connection, dataset: Dataset, thing: NamedNode, texts: Sequence[tuple[NamedNode, Literal]]
) -> None:
    """Put what a thing says of itself into the index."""
    if not texts:
        return
    columns: dict[str, list[str]] = {column: [] for column in COLUMNS}
    for property, text in texts:
        columns[COLUMN[property]].append(fold(text.value))
        _spell(connection, text.value)
    size = sum(map(len, columns["name"] or columns["text"]))
    row = connection.execute(
        "INSERT INTO thing (iri, kind, size) VALUES (?, ?, ?)", [thing.value, kind_of(thing, dataset.base), size]
    )
    folded = [INITIALS.sub(_initials, " ; ".join(sorted(said))) for said in columns.values()]
    connection.execute("INSERT INTO said (rowid, name, other, text) VALUES (?, ?, ?, ?)", [row.lastrowid, *folded])
    names = {(name, row.lastrowid) for name in (*columns["name"], *columns["other"]) if name}
    connection.executemany("INSERT INTO called VALUES (?, ?)", sorted(names))


def _spell(connection: sqlite3.Connection, text: str) -> None:
    """Remember the words of a text by their letters; numbers have no spelling."""
    for written in WORD.findall(text):
        word = _plain(written)
        if word and not word.isdigit():
            new = connection.execute("INSERT OR IGNORE INTO spelt VALUES (?, ?)", [word, written]).rowcount
            if new:
                connection.executemany("INSERT INTO trigram VALUES (?, ?)", [(gram, word) for gram in _trigrams(word)])


def kind_of(thing: NamedNode, base: str) -> Kind:
    """Return what a thing is for who looks for it: a passage, a document, a term of a vocabulary, or a thing."""
    if thing.value.startswith(f"{base}evidence/"):
        return "passage"
    if thing.value.startswith(f"{base}document/"):
        return "document"
    return "term" if not thing.value.startswith(base) and thing.value.startswith(TERMS) else "thing"


def _said(dataset: Dataset, thing: NamedNode) -> Iterator[tuple[NamedNode, Literal]]:
    """Yield the names and texts of a thing."""
    for quad in dataset.store.quads_for_pattern(thing, None, None, VIEW):
        if quad.predicate in COLUMN and isinstance(quad.object, Literal):
            yield quad.predicate, quad.object


def _words(words: str) -> list[str]:
    return list(dict.fromkeys(fold(words).split()))


@lru_cache(maxsize=10_000)
def _plain(written: str) -> str:
    """Return a word of a text as it is compared; initials with full stops are one. Texts say the same words often."""
    return fold(written).replace(" ", "")


def _initials(found: re.Match[str]) -> str:
    return f"{found[0]} {found[0].replace(' ', '')}"


def _trigrams(word: str) -> list[str]:
    """Return a word in threes of letters; its ends count as letters."""
    marked = f"^{word}$"
    return sorted({marked[at : at + 3] for at in range(len(marked) - 2)})


def _spans(text: str, wanted: Iterable[Wanted]) -> tuple[tuple[tuple[int, int], ...], frozenset[Wanted]]:
    """Return where a text says words that are looked for, and which of them."""
    looked, spans, met = tuple(wanted), list[tuple[int, int]](), set[Wanted]()
    for found in WORD.finditer(text):
        word = _plain(found[0])
        if here := [one for one in looked if one.meets(word)]:
            met.update(here)
            spans.append(found.span())
    return tuple(spans), frozenset(met)


def _slips(one: str, other: str, most: int) -> int:
    """Return how many letters were mistyped, left out, put in or exchanged with the next, or more than ``most``."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, last = list[int](), list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        here = [row]
        for column, its in enumerate(other, 1):
            cost = min(last[column] + 1, here[-1] + 1, last[column - 1] + (letter != its))
            if row > 1 and column > 1 and (letter, one[row - 2]) == (other[column - 2], its):
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        before, last = last, here
    return last[-1]
