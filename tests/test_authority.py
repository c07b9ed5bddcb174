"""The look-up of territories, on the real reference tables."""

import gzip
import hashlib
import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from dorsale.documents.authority import Reference
from dorsale.errors import UnknownTerritory, UnreadableFile
from dorsale.names import PUBLIC, dor, public

REFERENCE = Path(__file__).parents[1] / "data" / "reference"
STORED = (REFERENCE / "territories.tsv.gz").read_bytes()
LINES = gzip.decompress(STORED).decode().splitlines()
EPCI = {
    "248100430": "CA de Castres Mazamet",
    "244800405": "CC Coeur de Lozère",
    "244800470": "CC du Gévaudan",
    "200006930": "CC du Haut Allier Margeride",
    "200069102": "CC Randon - Margeride",
    "200069128": "CC Mont Lozère",
    "200069136": "CC des Cévennes au Mont Lozère",
    "200069144": "CC des Hautes Terres de l'Aubrac",
    "200069151": "CC Gorges Causses Cévennes",
    "200069185": "CC des Terres d'Apcher-Margeride-Aubrac",
    "200069268": "CC Aubrac Lot Causses Tarn",
}


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference.open(REFERENCE)


def commune(code: str) -> NamedNode:
    return NamedNode(PUBLIC["commune"] + code)


def region(code: str) -> NamedNode:
    return NamedNode(PUBLIC["region"] + code)


def labels(triples: list[Triple]) -> dict[str, str]:
    preferred = [(t.subject, t.object) for t in triples if t.predicate == public("rdfs:label")]
    return {s.value: o.value for s, o in preferred if isinstance(s, NamedNode) and isinstance(o, Literal)}


# The table


def test_the_table_is_sorted_and_each_state_stands_once() -> None:
    keys = [(kind, code, vintages) for kind, code, *_, vintages in (line.split("\t") for line in LINES[1:])]
    assert len(keys) == 36758
    assert keys == sorted(keys)
    states = [(kind, code, vintage) for kind, code, vintages in keys for vintage in vintages.split()]
    assert len(states) == len(set(states))


def test_every_container_is_in_the_table() -> None:
    rows = [line.split("\t") for line in LINES[1:]]
    known = {(kind, code, vintage) for kind, code, *_, vintages in rows for vintage in vintages.split()}
    for _, _, _, departement, above, epci, _, _, vintages in rows:
        for vintage in vintages.split():
            assert {("departement", one, vintage) for one in departement.split()} <= known
            assert {("region", one, vintage) for one in above.split()} <= known
            assert not epci or ("epci", epci, vintage) in known


def test_the_compressed_bytes_hold_neither_time_nor_name() -> None:
    assert STORED[:10] == b"\x1f\x8b\x08\x00" + b"\x00\x00\x00\x00" + b"\x02\xff"


def test_the_table_is_the_one_that_the_readme_records() -> None:
    digest = hashlib.sha256(gzip.decompress(STORED)).hexdigest()
    assert digest in (REFERENCE / "README.md").read_text("utf-8")


def packed(file: Path, **tables: list[dict[str, Any]]) -> Path:
    """Write an npm package that holds these tables and nothing else."""
    with tarfile.open(file, "w:gz") as archive:
        for name, rows in tables.items():
            stored = json.dumps(rows).encode()
            entry = tarfile.TarInfo(f"package/data/{name}.json")
            entry.size = len(stored)
            archive.addfile(entry, io.BytesIO(stored))
    return file


def test_the_script_gives_one_line_for_each_state(tmp_path: Path) -> None:
    land: dict[str, list[dict[str, Any]]] = {
        "regions": [{"code": "76", "nom": "Occitanie"}],
        "departements": [{"code": "48", "nom": "Lozère", "region": "76"}],
        "epci": [
            {
                "code": "244800405", "nom": "CC  Coeur de Lozère", "populationMunicipale": 3,
                "membres": [{"code": "48095", "siren": "214800955"}],
            }
        ],
    }  # fmt: skip
    mende = {"code": "48095", "nom": "Mende", "type": "commune-actuelle", "departement": "48", "population": 1}
    born = {"code": "48029", "nom": "Le Born", "type": "commune-actuelle", "departement": "48", "population": 2}
    former = {"code": "48009", "nom": "Aumont-Aubrac", "type": "commune-deleguee", "departement": "48"}
    kerguelen = {"code": "98412", "nom": "Archipel des Kerguelen", "type": "commune-actuelle"}
    old = packed(tmp_path / "a.tgz", **land, communes=[mende, born, former, kerguelen])
    new = packed(tmp_path / "b.tgz", **land, communes=[born | {"nom": "Born"}, mende | {"population": 4}])
    script = tmp_path / "make_territories.py"
    script.write_bytes((REFERENCE / "make_territories.py").read_bytes())

    subprocess.run([sys.executable, script, f"2026={new}", f"2021={old}"], check=True, capture_output=True)

    written = (tmp_path / "territories.tsv.gz").read_bytes()
    assert written[:10] == STORED[:10]
    assert gzip.decompress(written).decode().splitlines() == [
        LINES[0],
        "commune\t48029\tLe Born\t48\t76\t\t\t2\t2021",
        "commune\t48029\tBorn\t48\t76\t\t\t2\t2026",
        "commune\t48095\tMende\t48\t76\t244800405\t214800955\t4\t2021 2026",
        "departement\t48\tLozère\t\t76\t\t\t\t2021 2026",
        "epci\t244800405\tCC Coeur de Lozère\t48\t76\t\t244800405\t3\t2021 2026",
        "region\t76\tOccitanie\t\t\t\t\t\t2021 2026",
    ]


# Known by code


@pytest.mark.parametrize(
    ("departement", "vintage", "count"),
    [("42", "2021", 323), ("42", "2026", 320), ("48", "2021", 152), ("48", "2026", 152)],
)
def test_a_departement_has_the_communes_of_its_vintage(
    reference: Reference, departement: str, vintage: str, count: int
) -> None:
    found = [t for t in reference if t.kind == "commune" and t.departement == departement and vintage in t.vintages]
    assert len(found) == len({t.code for t in found}) == count


@pytest.mark.parametrize(("siren", "name"), EPCI.items())
def test_an_epci_is_found_by_its_siren(reference: Reference, siren: str, name: str) -> None:
    today = reference.coded("epci", siren)[0]
    assert (today.name, today.siren, today.iri) == (name, siren, None)
    assert "2026" in today.vintages


def test_an_epci_has_the_communes_that_name_it(reference: Reference) -> None:
    """The leaflet's four communes of the zone AMII are a part of the seven of Cœur de Lozère."""
    members = {t.name for t in reference if t.epci == "244800405" and "2021" in t.vintages}
    assert len(members) == 7
    assert "Mende" in members


def test_a_renamed_territory_keeps_its_former_state(reference: Reference) -> None:
    states = reference.coded("epci", "200006930")
    assert [(t.name, t.vintages) for t in states] == [
        ("CC du Haut Allier Margeride", ("2026",)),
        ("CC du Haut Allier", ("2021",)),
    ]


def test_a_territory_is_found_by_its_iri(reference: Reference) -> None:
    mende = reference.by_iri(commune("48095"))
    assert (mende.kind, mende.name, mende.departement, mende.region) == ("commune", "Mende", "48", "76")
    assert (mende.epci, mende.siren, mende.iri) == ("244800405", "214800955", commune("48095"))


def test_a_former_region_is_known_with_what_took_its_place(reference: Reference) -> None:
    (found,) = reference.named("Languedoc Roussillon", kind="region")
    assert (found.iri, found.region, found.vintages) == (region("91"), "76", ("2015",))
    former = [t for t in reference if t.vintages == ("2015",)]
    assert len(former) == 16
    assert all(reference.by_iri(region(str(t.region))).vintages == ("2021", "2026") for t in former)


@pytest.mark.parametrize(
    ("iri", "near"),
    [
        ("http://id.insee.fr/geo/commune/34999", "La Grande-Motte (34344)"),
        ("http://id.insee.fr/geo/commune/480955", "Mende (48095)"),
        ("https://id.insee.fr/geo/departement/48", "Lozère (48)"),
        ("http://id.insee.fr/geo/region/99", "Corse (94)"),
        ("http://id.insee.fr/geo/commune/00", "L'Abergement-Clémenciat (01001)"),
        ("http://id.insee.fr/geo/canton/4801", "–"),
        ("urn:x", "–"),
    ],
)
def test_an_unknown_iri_is_refused_with_the_nearest_territories(reference: Reference, iri: str, near: str) -> None:
    with pytest.raises(UnknownTerritory) as refused:
        reference.by_iri(NamedNode(iri))
    assert refused.value.iri == iri
    assert near in refused.value.nearest


# Known by name


@pytest.mark.parametrize(
    ("mention", "kind", "code"),
    [
        ("Clermont l’Hérault", "commune", "34079"),
        ("Puy de Dôme", "departement", "63"),
        ("Saint-Chély-D’apcher", "commune", "48140"),
        ("LOZERE", "departement", "48"),
        ("Communauté de communes Cœur de Lozère", "epci", "244800405"),
        ("communauté d’agglomération de Castres-Mazamet", "epci", "248100430"),
        ("CC du Haut Allier", "epci", "200006930"),
    ],
)
def test_a_name_is_found_however_it_is_written(reference: Reference, mention: str, kind: str, code: str) -> None:
    assert [(t.kind, t.code) for t in reference.named(mention)] == [(kind, code)]


def test_homonyms_all_come_back_and_the_caller_says_which(reference: Reference) -> None:
    assert {t.code for t in reference.named("Castres")} == {"81065", "02142"}
    assert [t.code for t in reference.named("Castres", departement="81")] == ["81065"]
    assert {(t.kind, t.code) for t in reference.named("Loire")} == {("departement", "42"), ("commune", "49178")}
    assert [t.code for t in reference.named("Loire", kind="departement")] == ["42"]


def test_an_epci_lies_in_each_departement_of_its_communes(reference: Reference) -> None:
    for departement in ("30", "48"):
        assert [t.code for t in reference.named("CC Mont Lozère", departement=departement)] == ["200069128"]
    assert reference.named("CC Mont Lozère", departement="42") == ()


def test_a_name_is_known_in_its_vintage_only(reference: Reference) -> None:
    assert reference.named("CC du Haut Allier", vintage="2021")
    assert reference.named("CC du Haut Allier", vintage="2026") == ()


def test_a_name_that_nobody_bears_has_no_answer(reference: Reference) -> None:
    assert reference.named("Dorsal") == ()


# What the graph gets


def test_a_commune_is_described_with_what_contains_it(reference: Reference) -> None:
    iri, departement = commune("34079"), NamedNode(PUBLIC["departement"] + "34")
    token = public("xsd:token")
    triples = list(reference.describe(iri))
    assert labels(triples) == {
        iri.value: "Clermont-l'Hérault",
        departement.value: "Hérault",
        region("76").value: "Occitanie",
    }
    assert {(t.predicate, t.object) for t in triples if t.subject == iri} == {
        (public("rdf:type"), dor("Territory")),
        (public("rdf:type"), public("igeo:Commune")),
        (public("rdfs:label"), Literal("Clermont-l'Hérault", language="fr")),
        (public("igeo:codeINSEE"), Literal("34079", datatype=token)),
        (public("igeo:nom"), Literal("Clermont-l'Hérault", datatype=token)),
        (public("igeo:subdivisionDe"), departement),
    }
    assert Triple(departement, public("igeo:subdivisionDe"), region("76")) in triples
    assert Triple(departement, public("rdf:type"), public("igeo:Departement")) in triples
    assert Triple(region("76"), public("rdf:type"), public("igeo:Region")) in triples
    assert len(triples) == len(set(triples)) == 17


def test_a_former_region_is_not_inside_its_successor(reference: Reference) -> None:
    triples = list(reference.describe(region("91")))
    assert labels(triples) == {region("91").value: "Languedoc-Roussillon"}
    assert public("igeo:subdivisionDe") not in {t.predicate for t in triples}


def test_a_renamed_commune_keeps_its_former_name_as_another_label(reference: Reference) -> None:
    triples = list(reference.describe(commune("42188")))
    assert labels(triples)[commune("42188").value] == "Roche-en-Forez"
    assert Triple(commune("42188"), public("skos:altLabel"), Literal("Roche", language="fr")) in triples


def test_a_commune_that_is_no_more_is_still_described(reference: Reference) -> None:
    gone = reference.coded("commune", "42072")[0]
    assert gone.vintages == ("2021",)
    assert gone.iri is not None
    assert gone.name in labels(list(reference.describe(gone.iri))).values()


# Bad input


def test_a_missing_or_damaged_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refused:
        Reference.open(tmp_path).named("Mende")
    assert refused.value.file == tmp_path / "territories.tsv.gz"
    (tmp_path / "territories.tsv.gz").write_bytes(STORED[:1000])
    with pytest.raises(UnreadableFile):
        Reference.open(tmp_path).named("Mende")
