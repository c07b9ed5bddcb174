from pathlib import Path

import pytest

from dorsale.errors import Place, SyntaxFault, UnreadableFile
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
    with pytest.raises((UnreadableFile, SyntaxFault)):
        list(read(tmp_path / name))
