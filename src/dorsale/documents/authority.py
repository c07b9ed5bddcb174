"""
Known things and the names they go by; which one a mention means.

A name is never enough to say which territory is meant (Castres is 81065 in the Tarn and 02142 in the Aisne):
a look-up gives every homonym and the caller says what decides. The reference table is read when it is first asked,
and only the lines that are asked for become objects: it holds every commune of France.
"""

import bisect
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from dorsale.errors import UnknownTerritory, UnreadableFile
from dorsale.names import PUBLIC, dor, fold, public

TERRITORIES = "territories.tsv.gz"
FORMER_REGIONS = "former-regions.tsv"
# The kinds that INSEE's code IRIs name, each under the prefix of its name; an EPCI has no such IRI.
CLASSES = {"commune": "igeo:Commune", "departement": "igeo:Departement", "region": "igeo:Region"}
# How prose spells out the sigla that begin the official names of EPCI.
SIGLA = {"CC": "communauté de communes", "CA": "communauté d'agglomération", "CU": "communauté urbaine"}


@dataclass(frozen=True, slots=True)
class Territory:
    """
    A territory as it stood in the vintages given (``"2021"``); one that was renamed is one of these for each name.

    ``departement`` and ``region`` are those that contain it: an EPCI may lie in several (``"30 48"``), and the région
    of a former région is the one that took its place. ``epci`` is the SIREN of the commune's; ``siren`` is that of the
    council or EPCI, which is not the land. What the source does not give is ``None``.
    """

    kind: str
    code: str
    name: str
    departement: str | None
    region: str | None
    epci: str | None
    siren: str | None
    population: int | None
    vintages: tuple[str, ...]

    @property
    def iri(self) -> NamedNode | None:
        """Its INSEE code IRI, which stays when the territory is renamed; an EPCI has none."""
        return NamedNode(PUBLIC[self.kind] + self.code) if self.kind in CLASSES else None


# So many names that begin alike are looked at: « Saint » is short for nothing.
MANY = 40


class Reference:
    """The territories of France in the vintages of the reference tables."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def open(cls, folder: Path) -> "Reference":
        """
        Return the reference whose tables are in ``folder``; nothing is read yet.

        The first question raises :class:`UnreadableFile` when a table is not there or is damaged.
        """
        return cls(folder)

    def coded(self, kind: str, code: str) -> tuple[Territory, ...]:
        """Return a territory by its INSEE code, an EPCI by its SIREN: its state of today first, then former ones."""
        return tuple(_territory(line) for line in reversed(self._lines.get((kind, code), ())))

    def by_iri(self, iri: NamedNode) -> Territory:
        """
        Return the territory that an INSEE code IRI names, in its latest state.

        Raises :class:`UnknownTerritory` with those whose codes stand nearest, or a dash when it is no such IRI.
        """
        kind, code = ["", *iri.value.split("/")][-2:]
        if kind in CLASSES and iri.value == PUBLIC[kind] + code and (states := self.coded(kind, code)):
            return states[0]
        codes = sorted(known for among, known in self._lines if among == kind)
        place = max(bisect.bisect(codes, code) - 1, 0)
        near = [self.coded(kind, one)[0] for one in codes[place : place + 2]]
        raise UnknownTerritory(iri=iri.value, nearest=", ".join(f"{one.name} ({one.code})" for one in near) or "–")

    def named(
        self, name: str, kind: str | None = None, departement: str | None = None, vintage: str | None = None
    ) -> tuple[Territory, ...]:
        """
        Return every territory that goes by a name, whatever its accents, case, apostrophes and hyphens.

        Several answers are homonyms, or two states of one territory (same code): choosing is the caller's.
        """
        return tuple(
            found
            for found in map(_territory, self._by_name.get(fold(name), ()))
            if kind in (None, found.kind)
            and (departement is None or departement in (found.departement or "").split())
            and (vintage is None or vintage in found.vintages)
        )

    def shortened(self, name: str, departement: str) -> Territory | None:
        """
        Return the one commune of a département that is called by the first words of its name, or without its article.

        « Brive » is Brive-la-Gaillarde in the Corrèze, « Trinité » La Trinité in Martinique; None where several are.
        """
        words = fold(name)
        first = bisect.bisect(self._sorted, f"{words} ")
        beginning = takewhile(lambda one: one.startswith(f"{words} "), self._sorted[first : first + MANY])
        called = [*beginning, *(f"{article} {words}" for article in ("la", "le", "les", "l"))]
        found = {one.code: one for full in called for one in self.named(full, "commune", departement)}
        return found.popitem()[1] if len(found) == 1 else None

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._by_name)

    def names(self) -> Iterator[str]:
        """Yield each name that :meth:`named` knows, folded."""
        yield from self._by_name

    def describe(self, iri: NamedNode) -> Iterator[Triple]:
        """Yield what the graph says of a territory that a fact names, and of what contains it."""
        this = self.by_iri(iri)
        yield Triple(iri, public("rdf:type"), dor("Territory"))
        yield Triple(iri, public("rdf:type"), public(CLASSES[this.kind]))
        yield Triple(iri, public("rdfs:label"), Literal(this.name, language="fr"))
        for former in sorted({state.name for state in self.coded(this.kind, this.code)} - {this.name}):
            yield Triple(iri, public("skos:altLabel"), Literal(former, language="fr"))
        yield Triple(iri, public("igeo:codeINSEE"), Literal(this.code, datatype=public("xsd:token")))
        yield Triple(iri, public("igeo:nom"), Literal(this.name, datatype=public("xsd:token")))
        # A former région is not inside the one that took its place: no région has a container here.
        container = {"commune": ("departement", this.departement), "departement": ("region", this.region)}
        kind, code = container.get(this.kind, ("", None))
        if code:
            above = NamedNode(PUBLIC[kind] + code)
            yield Triple(iri, public("igeo:subdivisionDe"), above)
            yield from self.describe(above)

    def __iter__(self) -> Iterator[Territory]:
        """Yield every territory in every state, in the order of the table, then the former régions."""
        return (_territory(line) for lines in self._lines.values() for line in lines)

    @cached_property
    def _lines(self) -> dict[tuple[str, str], list[str]]:
        """The lines of the tables by kind and code, the oldest state first."""
        lines: dict[tuple[str, str], list[str]] = {}
        for line in _read(self.folder / TERRITORIES):
            kind, code, _ = line.split("\t", 2)
            lines.setdefault((kind, code), []).append(line)
        for line in _read(self.folder / FORMER_REGIONS):
            code, name, successor = line.split("\t")
            lines["region", code] = ["\t".join(("region", code, name, "", successor, "", "", "", "2015"))]
        return lines

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """The lines by folded name; an EPCI also with its siglum spelled out."""
        index: dict[str, list[str]] = {}
        for (kind, _), lines in self._lines.items():
            for line in lines:
                name = line.split("\t", 3)[2]
                siglum, _, rest = name.partition(" ")
                index.setdefault(fold(name), []).append(line)
                if kind == "epci" and siglum in SIGLA:
                    index.setdefault(fold(f"{SIGLA[siglum]} {rest}"), []).append(line)
        return index


def _read(table: Path) -> list[str]:
    """Return the lines of a table without its comments and its header."""
    try:
        stored = table.read_bytes()
        text = (gzip.decompress(stored) if table.suffix == ".gz" else stored).decode()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise UnreadableFile(file=table, reason=getattr(error, "strerror", None) or str(error)) from error
    return [line for line in text.splitlines() if not line.startswith("#")][1:]


def _territory(line: str) -> Territory:
    kind, code, name, departement, region, epci, siren, population, vintages = line.split("\t")
    return Territory(
        kind, code, name, departement or None, region or None, epci or None, siren or None,
        int(population) if population else None, tuple(vintages.split()),
    )  # fmt: skip
