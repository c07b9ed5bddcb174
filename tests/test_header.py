"""The header of SPARQL files, whatever they are for."""

from pathlib import Path

import pytest

from dorsale.errors import Place, QueryHeader, UnreadableFile
from dorsale.graph.header import Header

RIGHT = """\
# A licence, for people.
#+ title: {fr: "Réseaux : les leurs", en: Networks}
#+ columns:
#+   [a, b]

PREFIX dor: <https://w3id.org/dorsale/ontology#>
SELECT ?a ?b { ?a dor:owner ?b }
"""
SHOWN = Path("queries/q.rq")


def header(folder: Path, text: str) -> Header:
    (folder / "q.rq").write_text(text, "utf-8")
    return Header.open(folder / "q.rq", SHOWN, ("title", "columns"), ("tags",))


def test_a_header_says_what_its_lines_say_and_other_comments_nothing(tmp_path: Path) -> None:
    found = header(tmp_path, RIGHT)
    assert found.bilingual("title") == {"fr": "Réseaux : les leurs", "en": "Networks"}
    assert found.names("columns") == ("a", "b")
    assert found.names("tags") == ()
    assert (found.text, found.place, found.places["columns"]) == (RIGHT, Place(SHOWN), Place(SHOWN, 3))


@pytest.mark.parametrize(
    ("right", "wrong", "line", "said"),
    [
        ("#+ columns:", "#+ colour:", 3, "« colour »: title, columns, tags"),
        ("#+ columns:", "#+ title: {fr: a, en: b}\n#+ columns:", 3, "« title »: title, columns, tags"),
        ("#+ columns:\n#+   [a, b]\n", "", 1, "#+ columns: ?"),
        (RIGHT, "SELECT * { ?a ?b ?c }", 1, "#+ title: ?"),
        ("#+ title: {", "#+ title: {{", 2, ""),
        ("#+   [a, b]", "#+   [a, b", 4, ""),
        ("#+ title: ", "#+ ", 3, ""),
        ("#+ columns:", "#+ [a]:", 3, "« ['a'] »: title, columns, tags"),
        ("#+ columns:\n#+   [a, b]", "#+ - columns", 2, ""),
        ("#+ columns:", "#+ \x07columns:", 3, ""),
    ],
)
def test_a_wrong_header_is_refused_with_its_line_and_what_is_accepted(
    tmp_path: Path, right: str, wrong: str, line: int, said: str
) -> None:
    assert right in RIGHT
    with pytest.raises(QueryHeader) as refused:
        header(tmp_path, RIGHT.replace(right, wrong, 1))
    assert (refused.value.place.file, refused.value.place.line) == (SHOWN, line)
    assert said in refused.value.reason
    assert f"{SHOWN}:{line}" in str(refused.value)


@pytest.mark.parametrize(
    "title", ["Networks", "{fr: Réseaux}", '{fr: "", en: Networks}', "{fr: [a], en: b}", "{fr: a, en: b, de: c}", ""]
)
def test_words_that_are_not_in_both_languages_are_refused_with_their_line(tmp_path: Path, title: str) -> None:
    found = header(tmp_path, RIGHT.replace('{fr: "Réseaux : les leurs", en: Networks}', title))
    with pytest.raises(QueryHeader) as refused:
        found.bilingual("title")
    assert refused.value.place == Place(SHOWN, 2)
    assert refused.value.reason == '#+ title: {fr: "…", en: "…"} ?'


@pytest.mark.parametrize(("columns", "said"), [("a", "[a, b, c]"), ("[a, 1]", "[a, b, c]"), ("[a, z]", "« z »: a, b")])
def test_names_that_are_no_list_or_not_among_those_known_are_refused(tmp_path: Path, columns: str, said: str) -> None:
    found = header(tmp_path, RIGHT.replace("[a, b]", columns))
    with pytest.raises(QueryHeader) as refused:
        found.names("columns", ("a", "b"))
    assert refused.value.place == Place(SHOWN, 3)
    assert said in refused.value.reason


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin.rq").write_bytes("#+ title: é".encode("latin-1"))
    for name in ("latin.rq", "none.rq"):
        with pytest.raises(UnreadableFile) as refused:
            Header.open(tmp_path / name, SHOWN, ())
        assert refused.value.file == SHOWN
