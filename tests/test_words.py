import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

from dorsale import errors
from dorsale.words import LANGUAGES, catalogue, language, say

SOURCE = Path(__file__).parent.parent / "src" / "dorsale"


def facts_of(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_both_languages_say_the_same_things() -> None:
    english, french = (catalogue(tongue) for tongue in LANGUAGES)
    assert english.keys() == french.keys()
    for key in english:
        assert facts_of(english[key]) == facts_of(french[key]), key


@pytest.mark.parametrize("file", ["en", "fr", "click-fr"])
def test_sentences_are_read_as_toml_says(file: str) -> None:
    assert catalogue(file) == tomllib.loads((SOURCE / "words" / f"{file}.toml").read_text("utf-8"))


def leaves(kind: type[errors.DorsaleError]) -> list[type[errors.DorsaleError]]:
    below = kind.__subclasses__()
    return [leaf for child in below for leaf in leaves(child)] if below else [kind]


@pytest.mark.parametrize("kind", leaves(errors.DorsaleError), ids=lambda kind: kind.__name__)
def test_every_error_has_its_sentence_and_stands_in_the_tree(kind: type[errors.DorsaleError]) -> None:
    assert errors.__doc__ is not None
    assert kind.__name__ in errors.__doc__
    name = re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()
    assert [key for key in catalogue("en") if key == name or key.startswith(f"{name}-")]


def test_every_sentence_that_the_code_names_exists_and_every_sentence_is_named() -> None:
    text = "\n".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py"))
    named = set(re.findall(r"""say\(\s*["']([\w-]+)["']""", text))
    assert named <= catalogue("en").keys()
    prefixes = (
        "help-",
        "step-",
        "count-",
        "severity-",
        "column-",
        "accepted-",
        "consistent-",
        "malformed-passage-",
        "unreadable-document-",
        "status-",
        "group-",
        "inverse-",
        "source-",
        "tag-",
        "term-",
        "unit-",
        "wrong-",
        "expects-",
        "find-",
        "metavar-",
        "value-",
        "do-",
        "kept-",
        "kind-",
        "datatype-",
        "targets-",
        "report-",
        "explain-",
        "shapes-",
        "sheet-",
        "diff-",
        "page-",
        "unfit-path-",
        "published-",
        "measured-",
        "check-",
        "slice-",
        "obstacle-",
        "release-",
    )
    errors_of = {re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower() for kind in leaves(errors.DorsaleError)}
    quoted = set(re.findall(r'"([\w-]+)"', text)) | {"years", "months"}
    unused = {key for key in catalogue("en") if key not in named | errors_of | quoted and not key.startswith(prefixes)}
    assert not unused


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "fr_CA"}, "fr"),
        ({}, "en"),
    ],
)
def test_the_locale_of_the_environment_chooses_the_language(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language() == expected


def test_an_error_is_one_sentence_that_ends_with_what_to_do() -> None:
    error = errors.UnknownDocument(document="x", known="a, b")
    assert str(error.sentence("fr")) == "aucun document ne s'appelle « x » ; il y a a, b"
    assert error.document == "x"
    assert say("yes", "fr") == "oui"
