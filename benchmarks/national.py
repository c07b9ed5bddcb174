"""
A national graph that is made up, as large as one asks and the same every time.

Each of a hundred départements has a council, a syndicat, a network, a concession with its company, and quarterly
figures of its communes, each figure in a passage of its own, as a bulletin would state them. The words of a bulletin
are there, so that its quotations can be verified.
"""

import hashlib
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count as counting
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from dorsale.names import BASE, CODE, dor, public
from dorsale.statements import in_graph
from dorsale.terms import TYPE, Terms
from dorsale.workspace import Workspace

ROOT = Path(__file__).parents[1]
DEPARTEMENTS = 100
# One in so many figures is above a hundred per cent.
WRONG = 1000
# The last month of each quarter.
MONTHS = ("mars", "juin", "septembre", "décembre")
LABEL, TITLE = public("rdfs:label"), public("dcterms:title")
EVIDENCE, AUTHORITY = (NamedNode(f"{BASE}graph/{name}") for name in ("evidence", "authority"))
INTEGER = public("xsd:integer")
INDICATORS = (
    ("premises-connectable", "{value} locaux raccordables à {place} en {month}."),
    ("premises-connected", "{value} locaux raccordés à {place} en {month}."),
    ("coverage-rate", "{value} % de couverture à {place} en {month}."),
)


def settled(folder: Path) -> Workspace:
    """Return a workspace with the terms, the shapes and the queries of this repository, and no document."""
    for part in ("ontology", "shapes", "queries", "data/authority", "data/reference"):
        shutil.copytree(ROOT / part, folder / part)
    for part in ("data/documents", "data/facts"):
        (folder / part).mkdir(parents=True)
    shutil.copy(ROOT / "dorsale.toml", folder)
    return Workspace.open(folder)


def meant(terms: Terms) -> Iterator[Quad]:
    """Yield what a dataset has of its terms: the codes with their labels, and the axioms."""
    codes, ontology = (NamedNode(f"{BASE}graph/{name}") for name in ("codes", "ontology"))
    yield from (in_graph(triple, codes) for triple in terms.described())
    yield from (in_graph(triple, ontology) for triple in terms.axioms)


def thing(kind: str, name: object) -> NamedNode:
    """Return the IRI of a made-up thing."""
    return NamedNode(f"{BASE}{kind}/national-{name}")


def code(name: str) -> NamedNode:
    """Return the IRI of a code, from its scheme and its name."""
    return NamedNode(CODE + name)


def french(text: str) -> Literal:
    """Return a text in French."""
    return Literal(text, language="fr")


def number(value: int) -> Literal:
    """Return a whole number."""
    return Literal(str(value), datatype=INTEGER)


@dataclass
class Bulletin:
    """A document under way: its words so far."""

    slug: str
    text: str = ""

    @property
    def iri(self) -> NamedNode:
        """Its IRI."""
        return NamedNode(f"{BASE}document/{self.slug}")

    def says(self, sentence: str) -> tuple[NamedNode, list[Quad]]:
        """Add a sentence; return the passage that it is, and what describes the passage."""
        start = len(self.text)
        self.text += sentence + "\n"
        passage = NamedNode(f"{BASE}evidence/{self.slug}/{start}-{start + len(sentence)}")
        return passage, [
            Quad(passage, TYPE, dor("Evidence"), EVIDENCE),
            Quad(passage, public("prov:wasQuotedFrom"), self.iri, EVIDENCE),
            Quad(passage, public("oa:start"), number(start), EVIDENCE),
            Quad(passage, public("oa:end"), number(start + len(sentence)), EVIDENCE),
            Quad(passage, public("oa:exact"), Literal(sentence), EVIDENCE),
        ]

    def described(self, publisher: NamedNode, issued: str) -> Iterator[Quad]:
        """Yield what is known of the document."""
        sha256 = Literal(hashlib.sha256(self.text.encode()).hexdigest())
        for predicate, value in (
            (TYPE, dor("Document")),
            (LABEL, french(f"Bulletin {self.slug}")),
            (TITLE, french(f"Bulletin {self.slug}")),
            (public("dcterms:publisher"), publisher),
            (public("dcterms:issued"), Literal(issued, datatype=public("xsd:date"))),
            (public("dcterms:language"), NamedNode("http://publications.europa.eu/resource/authority/language/FRA")),
            (public("dcterms:rights"), french("Bulletin inventé.")),
            (dor("sha256Original"), sha256),
            (dor("sha256Stored"), sha256),
        ):
            yield Quad(self.iri, predicate, value, EVIDENCE)


def commune(departement: int, number: int) -> NamedNode:
    """Return a made-up commune."""
    return thing("place", f"{departement}-{number}")


def framework(departement: int) -> Iterator[Quad]:
    """Yield what stands whatever the size: who serves a département, under which contract."""
    council, syndicat, company, group = (
        thing("actor", f"{kind}-{departement if kind != 'group' else departement // 10}")
        for kind in ("council", "syndicat", "company", "group")
    )
    network, contract = thing("network", departement), thing("contract", departement)
    for subject, cls, label in (
        (council, "Department", f"Département Exemple {departement}"),
        (syndicat, "SyndicatMixte", f"Syndicat mixte Exemple {departement}"),
        (company, "TelecomOperator", f"Exemple {departement} numérique"),
        (group, "TelecomOperator", f"Groupe Exemple {departement // 10}"),
        (network, "AccessNetwork", f"Réseau Exemple {departement}"),
    ):
        yield Quad(subject, TYPE, dor(cls), AUTHORITY)
        yield Quad(subject, LABEL, french(label), AUTHORITY)
    bulletin = Bulletin(f"national-delegation-{departement}")
    passage, about = bulletin.says(
        f"Le Syndicat mixte Exemple {departement}, dont le Département Exemple {departement} est membre, a concédé "
        f"le Réseau Exemple {departement} à Exemple {departement} numérique, filiale du "
        f"Groupe Exemple {departement // 10}."
    )
    yield from about
    yield from bulletin.described(syndicat, "2015-06-30")
    for subject, predicate, value in (
        (contract, TYPE, dor("Concession")),
        (contract, dor("grantor"), syndicat),
        (contract, dor("delegatee"), company),
        (contract, dor("concerns"), network),
        (network, dor("owner"), syndicat),
        (company, dor("subsidiaryOf"), group),
        (council, dor("memberOf"), syndicat),
    ):
        yield Quad(subject, predicate, value, passage)


def figures(chance: random.Random, departement: int, communes: int, year: int, quarter: int) -> Iterator[Quad]:
    """Yield the bulletin of a quarter: a figure for each commune, each in a passage of its own."""
    bulletin = Bulletin(f"national-{departement}-{year}-t{quarter}")
    for place in range(communes):
        name, form = INDICATORS[chance.randrange(len(INDICATORS))]
        rate = name == "coverage-rate"
        value = chance.randrange(10, 100) if rate else chance.randrange(10, 9000)
        if rate and chance.randrange(WRONG) == 0:
            value += 100
        figure = thing("observation", f"{departement}-{place}-{year}-t{quarter}")
        where = commune(departement, place)
        label = f"Commune Exemple {departement} {place}"
        passage, about = bulletin.says(form.format(value=value, place=label, month=f"{MONTHS[quarter - 1]} {year}"))
        yield from about
        said = [
            (TYPE, dor("Observation")),
            (dor("about"), where),
            (dor("indicator"), code(f"indicator/{name}")),
            (dor("value"), number(value)),
            (dor("unit"), code("unit/percent" if rate else "unit/number")),
            (dor("status"), code("status/reported")),
            (dor("observedOn"), Literal(f"{year}-{quarter * 3:02}", datatype=public("xsd:gYearMonth"))),
        ]
        if rate:
            said.append((dor("rateOf"), code("base/premises")))
        for predicate, of in said:
            yield Quad(figure, predicate, of, passage)
        if (year, quarter) == (2010, 1):
            yield Quad(where, TYPE, dor("Place"), AUTHORITY)
            yield Quad(where, LABEL, french(label), AUTHORITY)
    yield from bulletin.described(thing("actor", f"syndicat-{departement}"), f"{year}-{quarter * 3:02}-28")


def national(count: int) -> Iterator[Quad]:
    """Yield quads of named graphs until they state ``count`` facts, those about passages included."""
    chance = random.Random(42)
    given = 0
    # Communes grow with the size, and the years do: a small graph is a small country, not a short history.
    departements = min(DEPARTEMENTS, max(2, count // 5000))
    communes = 5 if count < 50_000 else 20
    for quad in (quad for departement in range(departements) for quad in framework(departement)):
        given += 1
        yield quad
    for quarter in counting():
        for departement in range(departements):
            for quad in figures(chance, departement, communes, 2010 + quarter // 4, quarter % 4 + 1):
                given += 1
                yield quad
            if given >= count:
                return
