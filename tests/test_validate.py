"""The room that asks pySHACL and reports what it said."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from dorsale.errors import Place, ShapeError
from dorsale.graph.store import Dataset
from dorsale.graph.validate import Report, Result, Severity
from dorsale.graph.validate import validate as validate_dataset
from dorsale.graph.validate.paths import Composed
from dorsale.graph.validate.paths import Path as PropertyPath
from dorsale.names import public

EX = "https://example.org/"
HEAD = f"""@prefix ex: <{EX}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHAPES = """
ex:Contract a sh:NodeShape ; sh:targetClass ex:Contract ; sh:property ex:Contract-grantor, ex:Contract-end ;
    sh:sparql ex:Contract-itself ;
    sh:message "Le contrat {$this} porte sur {?value}."@fr, "Contract {$this} is about {?value}."@en .
ex:Contract-grantor a sh:PropertyShape ; sh:path ex:grantor ; sh:minCount 1 ; sh:class ex:Actor ;
    sh:severity sh:Warning ; sh:message "Qui délègue ?"@fr, "Who grants?"@en .
ex:Contract-end a sh:PropertyShape ; sh:path ( [ sh:inversePath ex:of ] [ sh:zeroOrMorePath ex:next ] ) ;
    sh:maxCount 0 ; sh:severity sh:Info ; sh:message "Une suite."@fr, "A sequel."@en .
ex:prefixes sh:declare ex:prefix .
ex:prefix sh:prefix "ex" ; sh:namespace "https://example.org/"^^xsd:anyURI .
ex:Contract-itself sh:prefixes ex:prefixes ; sh:select "SELECT DISTINCT $this ?value WHERE { $this ex:about ?value }" .
"""
FAULTY = """
ex:lotim a ex:Delegation ; ex:about "01.50"^^xsd:decimal, "réseau"@fr, "P5"^^xsd:duration .
ex:Delegation rdfs:subClassOf ex:Contract .
ex:suite ex:of ex:lotim .
"""


def turtle(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(f"{HEAD}{text}".encode(), RdfFormat.TURTLE)]


def validate(data: Iterable[Triple], shapes: Iterable[Triple]) -> Report:
    store = Store()
    store.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in data)
    return validate_dataset(Dataset(store), shapes)


def faulty() -> Report:
    return validate(turtle(FAULTY), turtle(SHAPES))


def ex(name: str) -> NamedNode:
    return NamedNode(EX + name)


def result(**said: object) -> Result:
    plain: dict[str, object] = {
        "focus": ex("lotim"),
        "severity": Severity.VIOLATION,
        "shape": ex("Vocabulary"),
        "component": public("sh:ClassConstraintComponent"),
        "messages": {"fr": "Terme inconnu.", "en": "Unknown term."},
    }
    return Result(**(plain | said))  # type: ignore[arg-type]


def test_a_report_holds_each_result_with_its_severity() -> None:
    report = faulty()
    assert (len(report.violations), len(report.warnings), len(report.of(Severity.INFO))) == (3, 1, 1)
    assert not report.conforms
    assert not report.accepted


def test_what_documents_leave_unsaid_is_accepted_and_does_not_conform() -> None:
    report = validate(turtle("ex:lotim a ex:Contract ."), turtle(SHAPES))
    assert report.accepted
    assert not report.conforms


def test_a_result_names_the_term_as_the_store_keeps_it() -> None:
    """rdflib would forget what it cannot read."""
    decimal, duration = public("xsd:decimal"), public("xsd:duration")
    values = {found.value for found in faulty().violations}
    assert values == {
        Literal("1.5", datatype=decimal),
        Literal("réseau", language="fr"),
        Literal("P5", datatype=duration),
    }


def test_a_plain_string_of_the_data_is_a_plain_string_of_the_shapes() -> None:
    """Strings that come back typed are the first trap of pySHACL over Oxigraph."""
    shape = 'ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property ex:P . ex:P sh:path ex:p ; sh:in ( "a" "b" ) .'
    assert validate(turtle('ex:x a ex:T ; ex:p "a", "b"^^xsd:string .'), turtle(shape)).conforms


def test_a_number_of_the_shapes_is_the_number_of_the_data_however_it_is_written() -> None:
    """Oxigraph keeps numbers by their value: 12.50 and 12.5 are one there, and are one in the shapes."""
    shape = "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property ex:P . ex:P sh:path ex:p ; sh:hasValue 12.50 ."
    assert validate(turtle("ex:x a ex:T ; ex:p 12.500 ."), turtle(shape)).conforms


def test_a_message_with_values_in_it_keeps_its_language() -> None:
    about = next(found for found in faulty().violations if found.value == Literal("réseau", language="fr"))
    assert dict(about.messages) == {
        "fr": f"Le contrat {EX}lotim porte sur réseau.",
        "en": f"Contract {EX}lotim is about réseau.",
    }
    assert about.message("fr").startswith("Le contrat")
    assert about.message("de") == about.messages["en"]


def test_a_shape_without_a_message_gets_pyshacls() -> None:
    shape = "ex:S a sh:NodeShape ; sh:targetNode ex:x ; sh:property ex:P . ex:P sh:path ex:p ; sh:minCount 1 ."
    (only,) = validate([], turtle(shape)).results
    assert only.message("fr") == only.message("en") != ""


def test_a_path_that_is_no_property_is_printed_as_sparql_prints_it() -> None:
    (info,) = faulty().of(Severity.INFO)
    assert isinstance(info.path, Composed)
    assert str(info.path) == f"^<{EX}of>/<{EX}next>*"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (Composed("|", (ex("a"), Composed("/", (ex("b"), ex("c"))))), f"<{EX}a>|(<{EX}b>/<{EX}c>)"),
        (Composed("+", (Composed("^", (ex("a"),)),)), f"(^<{EX}a>)+"),
        (Composed("^", (Composed("?", (ex("a"),)),)), f"^(<{EX}a>?)"),
    ],
)
def test_a_composed_path_keeps_its_meaning_as_text(path: PropertyPath, text: str) -> None:
    assert str(path) == text


def test_a_check_of_nothing_can_be_told() -> None:
    assert not Report().checked_something
    empty = validate(turtle("ex:x ex:p ex:y ."), turtle(SHAPES))
    assert empty.conforms
    assert not empty.checked_something
    assert (empty.focus_nodes, empty.shapes) == (0, 3)
    assert not validate(turtle(FAULTY), []).checked_something
    assert faulty().checked_something


def test_focus_nodes_are_counted_once_whatever_targets_them() -> None:
    shape = """
    ex:S a sh:NodeShape ; sh:targetClass ex:Contract ; sh:targetNode ex:n ;
        sh:targetSubjectsOf ex:about ; sh:targetObjectsOf ex:of .
    ex:Service a sh:NodeShape, rdfs:Class .
    """
    data = f"{FAULTY} ex:urbs a ex:Service ."
    assert validate(turtle(data), turtle(shape)).focus_nodes == len({"lotim", "n", "urbs"})


def test_what_is_a_class_of_owl_and_a_shape_is_about_its_members() -> None:
    shape = "ex:Service a sh:NodeShape, <http://www.w3.org/2002/07/owl#Class> ; sh:nodeKind sh:BlankNode ."
    report = validate(turtle("ex:urbs a ex:Service ."), turtle(shape))
    assert (report.focus_nodes, len(report.results)) == (1, 1)


def test_a_path_is_walked_the_other_way_through_all_its_steps() -> None:
    """The inverse of a sequence begins at its end, which pySHACL alone forgets."""
    shape = (
        "ex:S sh:targetNode ex:z ; sh:property ex:P . ex:P sh:path [ sh:inversePath ( ex:p ex:q ) ] ; sh:minCount 1 ."
    )
    assert validate(turtle("ex:x ex:p ex:y . ex:y ex:q ex:z ."), turtle(shape)).conforms


def test_a_value_with_a_backslash_can_be_told() -> None:
    shape = """ex:S sh:targetNode ex:x ; sh:sparql ex:Q ; sh:message "Pas {?value}."@fr .
    ex:Q sh:select "SELECT $this ?value { $this <https://example.org/p> ?value }" ."""
    (only,) = validate(turtle(r'ex:x ex:p "C:\\1\\g<2>" .'), turtle(shape)).results
    assert only.message("fr") == r"Pas C:\1\g<2>."


def test_sentences_of_one_result_are_not_told_of_another() -> None:
    shape = """ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:most ] ; sh:validator [
        a sh:SPARQLAskValidator ; sh:message "{?value} > {?most}"@fr ; sh:ask "ASK { FILTER($value <= $most) }" ] .
    ex:S a sh:PropertyShape ; sh:targetSubjectsOf ex:p ; sh:path ex:p ; ex:most 0 ."""
    said = validate(turtle("ex:x ex:p 1 . ex:y ex:p 2, 3 ."), turtle(shape)).results
    assert [(one.focus, *one.messages.values()) for one in said] == [(ex("x"), "1 > 0"), (ex("y"), "2 > 0")]


def test_the_same_report_gives_the_same_turtle_whatever_the_order() -> None:
    one = validate(turtle(FAULTY), turtle(SHAPES))
    other = validate(reversed(turtle(FAULTY)), reversed(turtle(SHAPES)))
    assert one == other
    assert one.to_turtle() == other.to_turtle()
    assert json.dumps(one.to_json()) == json.dumps(other.to_json())


def test_the_turtle_is_a_validation_report_of_the_standard() -> None:
    text = faulty().placed(lambda *_: Place(Path("data/facts/loire.trig"), 12, 5)).to_turtle()
    said = [quad.triple for quad in parse(text.encode(), RdfFormat.TURTLE)]
    (report,) = (t.subject for t in said if t.object == public("sh:ValidationReport"))
    assert (report, public("sh:conforms")) in {(t.subject, t.predicate) for t in said}
    results = {t.object for t in said if t.subject == report and t.predicate == public("sh:result")}
    assert len(results) == 5
    for node in results:
        about = [t for t in said if t.subject == node]
        languages = sorted(str(t.object.language) for t in about if t.predicate == public("sh:resultMessage"))
        assert languages == ["en", "fr"]
        words = ["focusNode", "resultSeverity", "sourceShape", "sourceConstraintComponent"]
        assert {public(f"sh:{word}") for word in words} <= {t.predicate for t in about}
    lines = [t.object for t in said if t.predicate.value.endswith("lineNumber")]
    assert [line.value for line in lines if isinstance(line, Literal)] == ["12"] * 5


def test_the_turtle_holds_paths_and_other_peoples_terms() -> None:
    path = Composed("|", (Composed("^", (ex("a"),)), Composed("/", (ex("b"), Composed("+", (ex("c"),))))))
    odd = result(path=path, value=BlankNode("b0"), messages={"": 'He said "no"\n'}, severity=Severity.INFO)
    quoted = result(value=Literal('a "b"\n\\', datatype=ex("quoted")))
    said = [quad.triple for quad in parse(Report((odd, quoted)).to_turtle().encode(), RdfFormat.TURTLE)]
    assert public("sh:alternativePath") in {t.predicate for t in said}
    assert {Literal('He said "no"\n'), Literal('a "b"\n\\', datatype=ex("quoted"))} <= {t.object for t in said}


def test_the_turtle_of_a_clean_report_says_so() -> None:
    text = Report(focus_nodes=1, shapes=1).to_turtle()
    (conforms,) = (q.object for q in parse(text.encode(), RdfFormat.TURTLE) if q.predicate == public("sh:conforms"))
    assert conforms == Literal("true", datatype=public("xsd:boolean"))


def test_the_json_is_plain_and_whole() -> None:
    report = faulty().placed(lambda *_: Place(Path("a.trig"), 3))
    said = json.loads(json.dumps(report.to_json()))
    assert (said["conforms"], said["accepted"]) == (False, False)
    assert said["checked"] == {"focusNodes": 1, "shapes": 3}
    assert said["unproved"] == 0
    first = said["results"][0]
    assert first["severity"] == "Violation"
    assert first["focus"] == {"type": "uri", "value": f"{EX}lotim"}
    assert first["value"] == {"type": "literal", "value": "1.5", "datatype": public("xsd:decimal").value}
    assert first["place"] == {"file": "a.trig", "line": 3, "column": None}
    assert set(first["message"]) == {"en", "fr"}


def test_a_place_is_looked_up_for_each_result_and_kept_where_nothing_is_known() -> None:
    asked = []
    known = Place(Path("x.trig"), 1)

    def lookup(focus: object, path: object, value: object) -> Place | None:
        asked.append((focus, path, value))
        return None

    placed = Report((result(place=known),)).placed(lookup)
    assert asked == [(ex("lotim"), None, None)]
    assert placed.results[0].place == known


def test_results_of_other_checks_join_the_report_in_order_and_once() -> None:
    report = faulty().adding([result(), result()])
    assert len(report.results) == 6
    assert report.results == tuple(sorted(report.results, key=lambda found: found.key))
    assert report.focus_nodes == faulty().focus_nodes


@pytest.mark.parametrize(
    "fault",
    [
        "ex:B a sh:NodeShape ; sh:targetNode ex:x ; sh:pattern '([' .",
        "ex:B a sh:NodeShape ; sh:targetNode ex:x ; sh:or ex:nowhere .",
        "ex:B a sh:NodeShape ; sh:targetNode ex:x ; sh:property ex:nowhere .",
        "ex:B a sh:NodeShape ; sh:targetNode ex:x ; sh:sparql ex:Q . ex:Q sh:select 'SELECT nothing' .",
        "ex:B a sh:NodeShape ; sh:targetNode ex:x ; sh:sparql ex:Q . ex:Q sh:select 'SELECT $this { $this no:p 1 }' .",
        "ex:B a sh:NodeShape ; sh:targetNode ex:x ; sh:sparql ex:Q . ex:Q sh:select 'SELECT $this { MINUS {} }' .",
        "ex:B a sh:NodeShape ; sh:targetNode ex:x ; sh:node ex:B .",
        "ex:Bad a sh:PropertyShape ; sh:targetNode ex:x ; sh:path ex:p, ex:q ; sh:minCount 1 .",
    ],
)
def test_a_shape_that_cannot_be_used_is_an_error_of_ours(fault: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ShapeError) as caught:
        validate(turtle("ex:x a ex:T ."), turtle(fault))
    assert caught.value.reason
    assert "\n" not in caught.value.reason
    assert capfd.readouterr() == ("", "")


def test_nothing_is_written_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    validate(turtle('ex:x a ex:Contract ; ex:about "x"^^xsd:decimal, "2005-02-30"^^xsd:date .'), turtle(SHAPES))
    assert capfd.readouterr() == ("", "")


def test_the_room_imports_no_library_before_it_validates() -> None:
    code = "import sys, dorsale.graph.validate; print(sorted({'rdflib', 'pyshacl'} & set(sys.modules)))"
    root = Path(__file__).parents[1]
    python = [sys.executable, "-c", code]
    ran = subprocess.run(python, capture_output=True, text=True, check=True, env={"PYTHONPATH": "src"}, cwd=root)
    assert ran.stdout.strip() == "[]"
