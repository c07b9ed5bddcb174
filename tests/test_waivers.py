"""A known exception is accepted with a reason, by somebody, until a day."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from dorsale.errors import MalformedWaiver, UnknownShape
from dorsale.graph.validate import Report, Result, Severity
from dorsale.graph.validate.paths import Composed
from dorsale.graph.validate.waivers import Waiver, waived, waivers
from dorsale.names import SHAPE, dor, public

TODAY = date(2026, 11, 22)
ACTOR = NamedNode("https://w3id.org/dorsale/id/actor/siel-te")
SIREN = NamedNode(f"{SHAPE}Actor-siren")
SHAPES = [Triple(SIREN, public("rdf:type"), public("sh:PropertyShape"))]
HEAD = """@prefix actor: <https://w3id.org/dorsale/id/actor/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix dor: <https://w3id.org/dorsale/ontology#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix schema: <http://schema.org/> .
@prefix shape: <https://w3id.org/dorsale/shape/> .
@prefix waiver: <https://w3id.org/dorsale/id/waiver/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
WHOLE = """
waiver:siel-siren a dor:Waiver ;
    dor:waives shape:Actor-siren ; rdf:subject actor:siel-te ;
    dor:reason "deux établissements, un seul syndicat"@fr ; dor:role "curateur"@fr ;
    dcterms:date "2026-11-22"^^xsd:date ; schema:expires "2027-11-22"^^xsd:date .
"""


def read(tmp_path: Path, text: str = WHOLE) -> tuple[Waiver, ...]:
    file = tmp_path / "waivers.ttl"
    file.write_text(HEAD + text, "utf-8")
    return waivers(file, Path("data/review/waivers.ttl"), SHAPES)


def broken(value: str = "254200637") -> Result:
    component = public("sh:PatternConstraintComponent")
    messages = {"fr": "Un SIREN a neuf chiffres.", "en": "A SIREN has nine digits."}
    return Result(ACTOR, Severity.VIOLATION, SIREN, component, messages, dor("siren"), Literal(value))


def test_a_waived_violation_is_accepted_and_stays_in_the_report(tmp_path: Path) -> None:
    (waiver,) = read(tmp_path)
    report = waived(Report((broken(),), 1, 1), [waiver], TODAY)
    assert report.accepted
    assert not report.conforms
    assert report.violations == ()
    (result,) = report.waived
    assert result.waiver == waiver
    assert report.to_json()["results"][0]["waiver"]["reason"] == "deux établissements, un seul syndicat"
    assert "dor:waivedBy waiver:siel-siren" in report.to_turtle()


def test_a_waiver_holds_for_its_shape_and_its_thing_alone(tmp_path: Path) -> None:
    given = read(tmp_path)
    elsewhere = replace(broken(), shape=NamedNode(f"{SHAPE}Actor-legalForm"))
    for other in (elsewhere, replace(broken(), focus=NamedNode(f"{ACTOR.value}-2"))):
        report = waived(Report((other,), 1, 1), given, TODAY)
        assert len(report.violations) == 1
        assert [warning.shape.value for warning in report.warnings] == [f"{SHAPE}waiver-unused"]


@pytest.mark.parametrize(
    ("parts", "accepted"),
    [
        ("rdf:predicate dor:siren ;", True),
        ('rdf:predicate dor:siren ; rdf:object "254200637" ;', True),
        ('rdf:object "254200638" ;', False),
        ("rdf:predicate dor:legalForm ;", False),
    ],
)
def test_a_waiver_can_be_of_one_property_and_of_one_value(tmp_path: Path, parts: str, accepted: bool) -> None:
    given = read(tmp_path, WHOLE.replace("dor:waives", f"{parts} dor:waives"))
    assert waived(Report((broken(),), 1, 1), given, TODAY).accepted is accepted


def test_a_property_within_a_longer_path_is_waived_too(tmp_path: Path) -> None:
    given = read(tmp_path, WHOLE.replace("dor:waives", "rdf:predicate dor:siren ; dor:waives"))
    either = replace(broken(), path=Composed("|", (dor("legalForm"), Composed("^", (dor("siren"),)))))
    assert waived(Report((either,), 1, 1), given, TODAY).accepted


def test_a_waiver_holds_on_its_last_day_and_warns_on_the_next(tmp_path: Path) -> None:
    (waiver,) = read(tmp_path)
    report = Report((broken(),), 1, 1)
    assert waived(report, [waiver], date(2027, 11, 22)).accepted
    late = waived(report, [waiver], date(2027, 11, 23))
    assert not late.accepted
    (warning,) = late.warnings
    assert (warning.shape.value, warning.focus) == (f"{SHAPE}waiver-expired", waiver.iri)
    assert str(warning.place).startswith("data/review/waivers.ttl:1")
    assert "2027-11-22" in warning.message("fr")


def test_waiving_again_changes_nothing(tmp_path: Path) -> None:
    given = read(tmp_path)
    once = waived(Report((broken(), replace(broken(), shape=NamedNode(f"{SHAPE}x"))), 1, 1), given, TODAY)
    assert waived(once, given, TODAY) == once


@pytest.mark.parametrize(
    ("gone", "named"),
    [
        ('dor:reason "deux établissements, un seul syndicat"@fr ;', "dor:reason"),
        ('dor:role "curateur"@fr ;', "dor:role"),
        ('dcterms:date "2026-11-22"^^xsd:date ;', "dcterms:date"),
        ('; schema:expires "2027-11-22"^^xsd:date', "schema:expires"),
        ("rdf:subject actor:siel-te ;", "rdf:subject"),
        ("dor:waives shape:Actor-siren ;", "dor:waives"),
    ],
)
def test_a_waiver_without_one_of_its_parts_is_refused_with_its_place(tmp_path: Path, gone: str, named: str) -> None:
    assert gone in WHOLE
    with pytest.raises(MalformedWaiver) as fault:
        read(tmp_path, WHOLE.replace(gone, ""))
    assert named in fault.value.sentence("fr")
    assert fault.value.place.line == 10


@pytest.mark.parametrize(
    ("of", "to", "named"),
    [
        ('"2027-11-22"^^xsd:date', '"un jour"', "schema:expires"),
        ("actor:siel-te", "actor:siel-te, actor:axione", "rdf:subject"),
        ("waiver:siel-siren", "[]", "IRI"),
        ("actor:siel-te", '"SIEL"', "rdf:subject"),
    ],
)
def test_a_waiver_that_says_something_else_is_refused(tmp_path: Path, of: str, to: str, named: str) -> None:
    text = WHOLE.replace(of, to)
    with pytest.raises(MalformedWaiver, match=named):
        read(tmp_path, text)


def test_a_waiver_of_a_shape_that_does_not_exist_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownShape) as fault:
        read(tmp_path, WHOLE.replace("Actor-siren", "Actor-sirene"))
    assert "shape:Actor-siren" in fault.value.nearest
    assert "data/review/waivers.ttl:1" in fault.value.sentence("en")


def test_without_a_file_nothing_is_waived(tmp_path: Path) -> None:
    assert waivers(tmp_path / "none.ttl", Path("none.ttl"), SHAPES) == ()
