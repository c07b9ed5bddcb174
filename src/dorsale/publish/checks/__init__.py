"""
Would portals take this folder? What they ask for, looked up in the folder itself and nowhere else.

What is asked of the catalogue is a SPARQL file of this folder each, with what is wrong, what to do and who asks; that
files are as the catalogue says, can be read and lead to each other is seen here.
"""

import csv
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import as_file, files
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urldefrag

from pyoxigraph import RdfFormat, Store, parse

from dorsale.errors import NothingToCheck
from dorsale.graph.header import Header
from dorsale.graph.store import Dataset
from dorsale.publish.catalogue import CATALOGUE
from dorsale.publish.folder import SUMS, digest, kept
from dorsale.publish.media import PACKED, ending
from dorsale.publish.publication import Publication
from dorsale.publish.tables import DIALECT, PACKAGE
from dorsale.words import LANGUAGES, say

MUST, SHOULD = "must", "should"
PORTALS = ("data.gouv.fr", "data.europa.eu", "DCAT-AP")
FORMATS = {
    "ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "jsonld": RdfFormat.JSON_LD, "rdf": RdfFormat.RDF_XML,
    "trig": RdfFormat.TRIG, "nq": RdfFormat.N_QUADS,
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """
    Something that a portal would refuse (``must``) or miss (``should``): the rule, where, and what stands there.

    ``title`` says what is wrong and ``remedy`` what to do, by language; ``asked_by`` who asks for it.
    """

    name: str
    weight: str
    asked_by: tuple[str, ...]
    place: str
    found: str
    title: Mapping[str, str]
    remedy: Mapping[str, str]


@dataclass(frozen=True)
class Rule:
    """What is asked of a catalogue: a query whose rows are what does not meet it."""

    name: str
    query: str
    title: Mapping[str, str]
    remedy: Mapping[str, str]
    asked_by: tuple[str, ...]
    weight: str

    @classmethod
    def open(cls, path: Path) -> "Rule":
        """Return the rule of a file; a wrong header raises :class:`~dorsale.errors.QueryHeader`."""
        header = Header.open(path, Path(path.name), ("title", "remedy", "asked-by", "weight"))
        if (weight := header.values["weight"]) not in (MUST, SHOULD):
            raise header.wrong("weight", f"{MUST} | {SHOULD}")
        asked_by = header.names("asked-by", PORTALS)
        return cls(path.stem, header.text, header.bilingual("title"), header.bilingual("remedy"), asked_by, weight)


def check(publication: Publication, folder: Path) -> list[Finding]:
    """
    Return what portals would refuse or miss in a folder that was published; nothing is fetched or changed.

    Raises :class:`NothingToCheck` for a folder without a publication.
    """
    if not (ours := kept(folder)):
        raise NothingToCheck(folder=folder)
    told = _told(folder)
    return [*_catalogue(told), *_listed(told, publication, folder), *_files(folder, ours), *_links(publication, folder)]


def rules() -> list[Rule]:
    """Return what is asked of a catalogue, by name."""
    with as_file(files(__package__)) as folder:
        return [Rule.open(path) for path in sorted(Path(folder).glob("*.rq"))]


def _finding(name: str, place: str, found: str = "", *asked_by: str) -> Finding:
    """Return a finding that no query makes."""
    title, remedy = ({tongue: say(f"check-{name}{end}", tongue) for tongue in LANGUAGES} for end in ("", "-remedy"))
    return Finding(name, MUST, asked_by, place, found, title, remedy)


def _told(folder: Path) -> Dataset | None:
    """Return what the catalogue says, and nothing where it cannot be read."""
    store = Store()
    try:
        store.extend(parse((folder / f"{CATALOGUE}.ttl").read_bytes(), format=RdfFormat.TURTLE))
    except (OSError, SyntaxError):
        return None
    return Dataset(store)


def _catalogue(told: Dataset | None) -> Iterator[Finding]:
    """Yield what is wrong with what the catalogue says."""
    file = f"{CATALOGUE}.ttl"
    if told is None:
        yield _finding("catalogue-missing", file, "", *PORTALS)
        return
    for rule in rules():
        for place, found in told.rows(rule.query):
            where, said = getattr(place, "value", file), getattr(found, "value", "")
            yield Finding(rule.name, rule.weight, rule.asked_by, where, said, rule.title, rule.remedy)


LISTED = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX spdx: <http://spdx.org/rdf/terms#>
SELECT ?place ?size ?sum {
  ?file dcat:downloadURL ?place .
  OPTIONAL { ?file dcat:byteSize ?size }
  OPTIONAL { ?file spdx:checksum/spdx:checksumValue ?sum }
} ORDER BY ?place
"""


def _listed(told: Dataset | None, publication: Publication, folder: Path) -> Iterator[Finding]:
    """Yield the files that are not what the catalogue says of them."""
    for place, size, sum in told.rows(LISTED) if told else ():
        path = folder / place.value.removeprefix(publication.url)
        if not place.value.startswith(publication.url):
            yield _finding("file-elsewhere", place.value, publication.url, *PORTALS[:2])
        elif not path.is_file():
            yield _finding("file-missing", place.value, "", *PORTALS[:2])
        elif size and size.value != str(actual := path.stat().st_size):
            yield _finding("file-size", place.value, f"{size.value} ≠ {actual}", *PORTALS[:2])
        elif sum and sum.value != digest(path):
            yield _finding("file-sum", place.value, sum.value, *PORTALS[:2])


def _files(folder: Path, ours: Mapping[str, str]) -> Iterator[Finding]:
    """Yield the files that are gone or changed, and those that cannot be read as what they are."""
    for path, sum in ours.items():
        try:
            content = (folder / path).read_bytes()
        except OSError:
            yield _finding("gone", path, SUMS)
            continue
        if sha256(content).hexdigest() != sum:
            yield _finding("changed", path, SUMS)
        if said := _unread(path, content):
            yield _finding("unreadable", path, said)
    yield from _tables(folder)


def _unread(path: str, content: bytes) -> str:
    """Return why a file cannot be read as what its name says; nothing where it can."""
    kind = ending(path)
    try:
        if path.endswith(PACKED):
            content = gzip.decompress(content)
        if kind in FORMATS or path == ".well-known/void":
            for _ in parse(content, format=FORMATS.get(kind, RdfFormat.TURTLE)):
                pass
        elif kind == "json":
            json.loads(content)
    except (SyntaxError, ValueError, OSError, EOFError) as error:
        return str(error)
    return ""


def _tables(folder: Path) -> Iterator[Finding]:
    """Yield the tables that are not as their schema says."""
    try:
        package = json.loads((folder / PACKAGE).read_bytes())
        for resource in package["resources"]:
            schema = json.loads((folder / resource["schema"]).read_bytes())
            with (folder / resource["path"]).open(encoding="utf-8-sig", newline="") as file:
                head = next(csv.reader(file, delimiter=str(DIALECT["delimiter"])))
            if head != [field["name"] for field in schema["fields"]]:
                yield _finding("table", resource["path"], resource["schema"])
    except (OSError, ValueError, KeyError, StopIteration) as error:
        yield _finding("table", PACKAGE, str(error))


def _links(publication: Publication, folder: Path) -> Iterator[Finding]:
    """Yield what pages lead to and is not there, each once with the first page that does."""
    paths = [path for path in sorted(kept(folder)) if path.endswith(".html") and (folder / path).is_file()]
    pages = {path: Page.read(folder / path) for path in paths}
    broken: dict[str, tuple[str, int]] = {}
    for path, page in pages.items():
        for link in page.links:
            target, fragment = urldefrag(link.removeprefix(publication.url) if _inside(link, publication) else link)
            if "://" in target or target.startswith(("mailto:", "data:", "//")):
                continue
            where = path if not target else _resolved(path, link, target, publication)
            found = pages.get(where)
            there = found is not None or (folder / where).is_file()
            if not there or (found and fragment and unquote(fragment) not in found.marks):
                named = f"{where}#{fragment}" if there else where
                first, count = broken.get(named, (path, 0))
                broken[named] = (first, count + 1)
    for target, (path, count) in sorted(broken.items()):
        yield _finding("link", path, f"{target} ({count})")


def _inside(link: str, publication: Publication) -> bool:
    return link.startswith(publication.url)


def _resolved(path: str, link: str, target: str, publication: Publication) -> str:
    """Return the path of the file that a link leads to."""
    place = unquote(target.partition("?")[0])
    whole = normpath(place if _inside(link, publication) else join(dirname(path), place))
    return "index.html" if whole == "." else f"{whole}/index.html" if place.endswith("/") else whole


class Page(HTMLParser):
    """What a page leads to, and the marks in it that others may lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.marks: set[str] = set()

    @classmethod
    def read(cls, path: Path) -> "Page":
        """Return what is in a page."""
        page = cls()
        page.feed(path.read_bytes().decode("utf-8", "replace"))
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in what an element leads to and what it is called."""
        for name, value in attrs:
            if name in ("href", "src") and value and not (tag == "link" and ("rel", "canonical") in attrs):
                self.links.add(value)
            elif name == "id" and value:
                self.marks.add(value)
