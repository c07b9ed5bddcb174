from pathlib import Path

import pytest

from dorsale.errors import Place, SyntaxFault, UnknownFormat, UnreadableFile
from dorsale.statements import read

TURTLE = """@prefix dor: <https://w3id.org/dorsale/ontology#> .
dor:a a dor:B ;
    dor:says \"\"\"two
lines\"\"\" ;
    dor:p dor:c ,
        dor:d .
"""


def test_a_statement_knows_the_line_of_its_object(tmp_path: Path) -> None:
    file = tmp_path / "facts.ttl"
    file.write_text(TURTLE, "utf-8")
    lines = {str(quad.object): place.line for quad, place in read(file)}
    assert list(lines.values()) == [2, 4, 5, 6]
    assert {place for _, place in read(file, Path("shown.ttl"))} == {Place(Path("shown.ttl"), n) for n in (2, 4, 5, 6)}


def test_a_file_that_does_not_parse_is_refused_with_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "facts.ttl"
    file.write_text(TURTLE.replace("dor:c ,", "dor:c {"), "utf-8")
    with pytest.raises(SyntaxFault) as fault:
        list(read(file))
    assert (fault.value.place.line, fault.value.place.column) == (5, 17)
    assert "Parser error" not in str(fault.value)


@pytest.mark.parametrize(
    ("name", "content"), [("facts.docx", b""), ("missing.ttl", None), ("facts.ttl", "Lozère".encode("latin-1"))]
)
def test_a_file_that_is_no_rdf_is_refused(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises((UnreadableFile, UnknownFormat, SyntaxFault)):
        list(read(tmp_path / name))


FACT = "<https://e.org/a> <https://e.org/p> <https://e.org/b> ."
XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://e.org/">
<rdf:Description rdf:about="https://e.org/a"><e:p rdf:resource="https://e.org/b"/></rdf:Description>
</rdf:RDF>
"""
JSON = """[
{"@id": "https://e.org/a", "https://e.org/p": {"@id": "https://e.org/b"}}
]
"""
FORMS = {"ttl": FACT, "trig": f"{{ {FACT} }}", "nt": FACT, "nq": FACT, "rdf": XML, "jsonld": JSON}


@pytest.mark.parametrize("ending", [*FORMS, "TTL"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
def test_every_format_is_read_with_and_without_a_byte_order_mark(tmp_path: Path, ending: str, mark: bytes) -> None:
    file = tmp_path / f"facts.{ending}"
    file.write_bytes(mark + FORMS[ending.lower()].encode())
    ((quad, place),) = read(file)
    assert f"{quad.triple} ." == FACT
    assert place == Place(file, 2 if ending in ("rdf", "jsonld") else 1)


@pytest.mark.parametrize("ending", FORMS)
def test_a_line_may_be_as_long_as_it_likes(tmp_path: Path, ending: str) -> None:
    """A portal's JSON is one line of megabytes."""
    file = tmp_path / f"facts.{ending}"
    long = "https://e.org/" + "b" * 100_000
    file.write_text(FORMS[ending].replace("https://e.org/b", long).replace("\n", " "), "utf-8")
    ((quad, place),) = read(file)
    assert (str(quad.object), place.line) == (f"<{long}>", 1)


@pytest.mark.parametrize("ending", FORMS)
def test_an_iri_with_a_space_is_refused_at_its_line_in_every_format(tmp_path: Path, ending: str) -> None:
    """JSON-LD would pass over it without a word."""
    file = tmp_path / f"facts.{ending}"
    file.write_text("\n\n" * (ending != "rdf") + FORMS[ending].replace("e.org/b", "e.org/a b"), "utf-8")
    with pytest.raises(SyntaxFault) as fault:
        list(read(file))
    assert fault.value.place.line == {"rdf": 2, "jsonld": 4}.get(ending, 3)


@pytest.mark.parametrize("name", ["a", "p", "b"])
def test_json_that_names_nothing_in_full_is_refused_but_for_keys_that_its_context_leaves_out(
    tmp_path: Path, name: str
) -> None:
    file = tmp_path / "facts.jsonld"
    file.write_text(JSON.replace(f"https://e.org/{name}", name), "utf-8")
    if name == "p":
        assert list(read(file)) == []
        return
    with pytest.raises(SyntaxFault) as fault:
        list(read(file))
    assert fault.value.place == Place(file, 2)


def test_a_context_at_an_address_is_not_fetched_and_that_is_said(tmp_path: Path) -> None:
    file = tmp_path / "facts.jsonld"
    file.write_text('{"@context": "https://schema.org/", "@id": "https://e.org/a", "name": "a"}', "utf-8")
    with pytest.raises(SyntaxFault, match="@context"):
        list(read(file))


@pytest.mark.parametrize("fault", ["some words", "</rdf:Other>", "<f:p>x</f:p>"])
def test_what_is_wrong_in_xml_is_told_with_its_line(tmp_path: Path, fault: str) -> None:
    file = tmp_path / "facts.rdf"
    start, end = XML.splitlines()[0], XML.splitlines()[-1]
    inner = [*XML.splitlines()[1:2], fault, *XML.splitlines()[1:2]]
    file.write_text("\n".join([start, *inner, end]), "utf-8")
    with pytest.raises(SyntaxFault) as told:
        list(read(file))
    assert told.value.place.line in (3, 4), "XML tells of a text when it has ended"


def test_a_triple_in_the_place_of_a_value_is_refused_at_its_line(tmp_path: Path) -> None:
    """RDF 1.2 has them; shapes and queries of today have no word for them."""
    file = tmp_path / "facts.ttl"
    file.write_text(f"{FACT}\n<https://e.org/a> <https://e.org/p> <<( {FACT[:-2]} )>> .\n", "utf-8")
    with pytest.raises(SyntaxFault) as fault:
        list(read(file))
    assert fault.value.place == Place(file, 2)
