"""
The graph as tables, for people who open a spreadsheet in French: each a SPARQL file of this folder.

They are written as such a spreadsheet opens them without a question: semicolons, a comma in decimals, and the mark by
which UTF-8 is known. After each column of things stands one of what they are called, and each row has its passages
with their words. Several values of a cell stand in it one after the other, so that a thing is one row.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib.resources import as_file, files
from itertools import groupby, product
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from dorsale.graph.header import Header
from dorsale.graph.labels import Labels
from dorsale.graph.queries.labelled import LABEL
from dorsale.graph.store import VIEW, Dataset
from dorsale.names import public
from dorsale.publish.folder import File
from dorsale.publish.publication import Publication
from dorsale.words import LANGUAGES, meanings, say

FOLDER = "tables"
PACKAGE = "datapackage.json"
LANGUAGE = "fr"
THING, NUMBER, TEXT, PASSAGE = "thing", "number", "text", "passage"
BETWEEN = " | "
# A cell of a spreadsheet holds 32,767 characters.
LONGEST = 32_000
# What a spreadsheet would take for a formula.
FORMULA = re.compile(r"[=+\-@\t\r]")
DIALECT = {"delimiter": ";", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}
QUOTED_FROM = public("prov:wasQuotedFrom")


@dataclass(frozen=True)
class Table:
    """A table: its name, its query, its columns with their kinds; a row stands for each value of ``rows``."""

    name: str
    query: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    columns: Mapping[str, str]
    rows: Sequence[str]

    @classmethod
    def open(cls, path: Path) -> "Table":
        """Return the table of a file; a wrong header raises :class:`~dorsale.errors.QueryHeader`."""
        header = Header.open(path, Path(path.name), ("title", "description", "columns"), ("rows",))
        columns = header.values["columns"]
        if not isinstance(columns, dict) or not set(columns.values()) <= {THING, NUMBER, TEXT, PASSAGE}:
            raise header.wrong("columns", f"{{name: {THING} | {NUMBER} | {TEXT} | {PASSAGE}}}")
        rows = header.names("rows", columns) or (next(iter(columns)),)
        return cls(path.stem, header.text, header.bilingual("title"), header.bilingual("description"), columns, rows)


def tables(publication: Publication, dataset: Dataset, released: date | None) -> Iterator[File]:
    """Yield each table with its Table Schema, and the Data Package that holds them."""
    labels = Labels(dataset, LANGUAGE)
    resources = []
    for table in all_tables():
        path, schema = f"{FOLDER}/{table.name}.csv", f"{FOLDER}/{table.name}.schema.json"
        content = _written(table, dataset, labels)
        titles = {tongue: say("published-table", tongue, title=table.title[tongue]) for tongue in LANGUAGES}
        yield File(path, content, titles, schema)
        yield File(schema, _json(_schema(table, labels)))
        resources.append(_resource(table, path, schema, content))
    yield File(PACKAGE, _json(_package(publication, dataset, resources, released)))


def all_tables() -> list[Table]:
    """Return the tables of this folder, by name."""
    with as_file(files(__package__)) as folder:
        return [Table.open(path) for path in sorted(Path(folder).glob("*.rq"))]


def _written(table: Table, dataset: Dataset, labels: Labels) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(name for name, _ in _fields(table))
    keys = [list(table.columns).index(name) for name in table.rows]
    for _, rows in groupby(dataset.rows(table.query), lambda row: [row[at] for at in keys]):
        said = [list(dict.fromkeys(term for term in column if term is not None)) for column in zip(*rows, strict=True)]
        # A number stands alone, so that a column of numbers is one: where two are said, there are two rows.
        numbers = [
            [[one] for one in terms] if kind == NUMBER and terms else [terms]
            for kind, terms in zip(table.columns.values(), said, strict=True)
        ]
        for row in product(*numbers):
            kinds = zip(table.columns.values(), row, strict=True)
            writer.writerow(cell for kind, terms in kinds for cell in _cells(kind, terms, dataset, labels))
    return text.getvalue().encode("utf-8-sig")


def _fields(table: Table) -> Iterator[tuple[str, str]]:
    """Yield the names of the columns as they are written, with their kinds."""
    for name, kind in table.columns.items():
        yield name, kind
        if kind == THING:
            yield name + LABEL, TEXT
        elif kind == PASSAGE:
            yield from (("quotation", TEXT), ("document", THING), (f"document{LABEL}", TEXT))


def _cells(kind: str, terms: Sequence[Any], dataset: Dataset, labels: Labels) -> Iterator[str]:
    if kind == NUMBER:
        yield from (term.value.removesuffix(".0").replace(".", ",") for term in terms) if terms else ("",)
        return
    yield _joined(term.value for term in terms)
    if kind == THING:
        yield _joined(labels.label(term) for term in terms if isinstance(term, NamedNode))
    elif kind == PASSAGE:
        yield _joined(labels.quotation(term).words for term in terms)
        quads = (quad for term in terms for quad in dataset.store.quads_for_pattern(term, QUOTED_FROM, None, VIEW))
        documents = list(dict.fromkeys(quad.object for quad in quads))
        yield _joined(document.value for document in documents)  # type: ignore[union-attr]
        yield _joined(labels.label(document) for document in documents)  # type: ignore[arg-type]


def _joined(values: Iterable[str]) -> str:
    """Return the values of a cell, as many as a cell holds; a spreadsheet takes none of them for a formula."""
    written = ""
    for value in values:
        line = " ".join(value.split())
        more = f"{written}{BETWEEN}{line}" if written else line
        if len(more) > LONGEST:
            written = f"{written}{BETWEEN}…" if written else f"{line[:LONGEST]}…"
            break
        written = more
    return f"'{written}" if FORMULA.match(written) else written


def _schema(table: Table, labels: Labels) -> dict[str, Any]:
    fields = []
    for name, kind in _fields(table):
        field: dict[str, Any] = {"name": name, "title": _heading(name, labels), "type": "string"}
        if kind == NUMBER:
            field |= {"type": "number", "decimalChar": ","}
        if meaning := meanings().get(name.removesuffix(LABEL), {}).get(LANGUAGE):
            field["description"] = meaning
        fields.append(field)
    return {"fields": fields, "missingValues": [""], "title": table.title[LANGUAGE]}


def _heading(name: str, labels: Labels) -> str:
    if name.endswith(LABEL):
        return say("published-label", LANGUAGE, column=labels.heading(name.removesuffix(LABEL)))
    return labels.heading(name)


def _resource(table: Table, path: str, schema: str, content: bytes) -> dict[str, Any]:
    return {
        "name": table.name,
        "path": path,
        "profile": "tabular-data-resource",
        "title": table.title[LANGUAGE],
        "description": f"{table.description[LANGUAGE]} {say('published-cells', LANGUAGE)}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": DIALECT,
        "bytes": len(content),
        "hash": f"sha256:{sha256(content).hexdigest()}",
        "schema": schema,
    }


def _package(
    publication: Publication, dataset: Dataset, resources: Sequence[Any], released: date | None
) -> dict[str, Any]:
    sources = [
        {"title": title.value, **({"path": source.value} if source and source.value.startswith("http") else {})}
        for title, source in dataset.rows(SOURCES)
    ]
    contact = publication.contact.value
    email = {"email": contact.removeprefix("mailto:")} if contact.startswith("mailto:") else {}
    publisher = {"title": publication.publisher.name, "path": publication.publisher.iri.value, "role": "publisher"}
    return {
        "profile": "tabular-data-package",
        "name": "dorsale",
        "id": publication.at("dataset").value,
        "title": publication.title.get(LANGUAGE) or next(iter(publication.title.values())),
        "description": publication.description.get(LANGUAGE) or next(iter(publication.description.values())),
        "homepage": publication.url,
        **({"version": publication.version} if publication.version else {}),
        **({"created": f"{released.isoformat()}T00:00:00Z"} if released else {}),
        "licenses": [{"name": publication.licence.value.rsplit("/", 1)[-1], "path": publication.licence.value}],
        "contributors": [publisher | email],
        "keywords": list(publication.keywords),
        "sources": sources,
        "resources": resources,
    }


SOURCES = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX dor: <https://w3id.org/dorsale/ontology#>
SELECT ?title ?source { ?document a dor:Document ; dcterms:title ?title OPTIONAL { ?document dcterms:source ?source } }
ORDER BY ?document
"""


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
