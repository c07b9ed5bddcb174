"""
Make ``territories.tsv.gz``: the territories of France in two vintages, from two npm packages.

    npm pack @etalab/decoupage-administratif@1.1.1 @etalab/decoupage-administratif@6.0.0
    python make_territories.py 2021=etalab-decoupage-administratif-1.1.1.tgz \\
                               2026=etalab-decoupage-administratif-6.0.0.tgz

A territory that is the same in both vintages has one line; one that was renamed or moved has a line for each state.
The same packages give the same bytes. Needs Python alone.
"""

import gzip
import hashlib
import json
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COLUMNS = ("kind", "code", "name", "departement", "region", "epci", "siren", "population", "vintages")
# Antarctic lands, Wallis-et-Futuna, Clipperton: INSEE gives them codes, but districts and kingdoms are no communes.
NOT_COMMUNES = ("984", "986", "989")

Row = tuple[str, str, str, str, str, str, str, str]  # COLUMNS without the vintages


def read(package: Path, name: str) -> list[dict[str, Any]]:
    """Return one JSON table of an npm package."""
    with tarfile.open(package) as archive:
        member = archive.extractfile(f"package/data/{name}.json")
        assert member is not None, f"{package} has no {name}.json"
        return list(json.load(member))


def rows(package: Path) -> Iterator[Row]:
    """Yield every territory of a package; what it does not give is the empty string."""
    regions = [r for r in read(package, "regions") if r.get("zone") != "com"]
    departements = [d for d in read(package, "departements") if d.get("zone") != "com"]
    # Overseas collectivities are neither département nor région, though the package of 2026 lists them as both.
    region_of = {d["code"]: d["region"] for d in departements}
    communes = [
        c for c in read(package, "communes") if c["type"] == "commune-actuelle" and c["code"][:3] not in NOT_COMMUNES
    ]
    departement_of = {c["code"]: d for c in communes if (d := c.get("departement", "")) in region_of}
    epcis = read(package, "epci")
    member = {m["code"]: (e["code"], m["siren"]) for e in epcis for m in e["membres"]}

    for r in regions:
        yield "region", r["code"], tidy(r["nom"]), "", "", "", "", ""
    for d in departements:
        yield "departement", d["code"], tidy(d["nom"]), "", d["region"], "", "", ""
    for e in epcis:
        within = {departement_of[m["code"]] for m in e["membres"]}
        around = {region_of[d] for d in within}
        population = str(e["populationMunicipale"])
        yield "epci", e["code"], tidy(e["nom"]), words(within), words(around), "", e["code"], population
    for c in communes:
        departement = departement_of.get(c["code"], "")
        epci, siren = member.get(c["code"], ("", c.get("siren", "")))
        region, population = region_of.get(departement, ""), str(c.get("population", ""))
        yield "commune", c["code"], tidy(c["nom"]), departement, region, epci, siren, population


def tidy(name: str) -> str:
    """Return a name with single spaces, as ``xsd:token`` wants it (``CA ECLA  (...)`` has two)."""
    return " ".join(name.split())


def words(codes: set[str]) -> str:
    """Return codes in order, with spaces: an EPCI may lie in several départements."""
    return " ".join(sorted(codes))


def table(packages: dict[str, Path]) -> str:
    """Return the table as text, sorted; SIREN and population are those of a line's last vintage."""
    states: dict[tuple[str, ...], tuple[list[str], Row]] = {}
    for vintage in sorted(packages):
        for row in rows(packages[vintage]):
            vintages, _ = states.get(row[:6], ([], row))
            states[row[:6]] = ([*vintages, vintage], row)
    lines = sorted((row[0], row[1], vintages, row) for vintages, row in states.values())
    body = ("\t".join((*row, " ".join(vintages))) for _, _, vintages, row in lines)
    return "\n".join(("\t".join(COLUMNS), *body, ""))


def main(arguments: list[str]) -> None:
    """Write the table beside this script and print what README.md records of it."""
    packages = {vintage: Path(file) for vintage, file in (argument.split("=", 1) for argument in arguments)}
    text = table(packages).encode()
    # No time and no name in the header: the same table gives the same bytes.
    target = Path(__file__).with_name("territories.tsv.gz")
    with target.open("wb") as file, gzip.GzipFile("", "wb", compresslevel=9, fileobj=file, mtime=0) as packed:
        packed.write(text)
    print(len(text.splitlines()) - 1, "lines; SHA-256 of the uncompressed table:", hashlib.sha256(text).hexdigest())


if __name__ == "__main__":
    main(sys.argv[1:])
