import dataclasses
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from dorsale.errors import SettingMissing, SettingsError, SettingWrong
from dorsale.publish import Publication
from dorsale.publish.publication import KEYS
from dorsale.workspace import Workspace

HERE = Workspace.open(ROOT)
NEEDED = [key for key, (_, needed, _) in KEYS.items() if needed]


def told(**said: Any) -> Publication:
    return Publication.of(dataclasses.replace(HERE, publication={**HERE.publication, **said}))


def test_the_settings_of_this_repository_serve() -> None:
    publication = Publication.of(HERE)
    assert publication.url.endswith("/")
    assert publication.title.keys() == publication.description.keys() == {"fr", "en"}
    assert "@" not in publication.contact.value, "a contact is no person"


@pytest.mark.parametrize("key", NEEDED)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_needed_and_not_said_is_named_with_a_line_that_serves(key: str, language: str) -> None:
    said = {name: value for name, value in HERE.publication.items() if name != key}
    with pytest.raises(SettingMissing) as missing:
        Publication.of(dataclasses.replace(HERE, publication=said))
    sentence = missing.value.sentence(language)
    assert f"[publication] {key}" in sentence
    assert KEYS[key][2] in sentence


@pytest.mark.parametrize("key", KEYS)
def test_each_example_serves(key: str) -> None:
    assert told(**tomllib.loads(f"{key} = {KEYS[key][2]}"))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("url", "donnees.example.fr"), ("url", "javascript:alert(1)"), ("url", 3), ("title", {"de": "Netze"}),
        ("title", 1),
        ("publisher", "Dorsale"), ("publisher", {"name": "Dorsale"}), ("publisher", {"iri": "https://example.fr/"}),
        ("publisher", {"name": "Dorsale", "siret": "123"}), ("contact", "a b@c"), ("contact", "mailto:"),
        ("licence", "as you like it"), ("released", "2026-11-22"), ("keywords", "fibre"), ("themes", ["tech"]),
        ("box", [1, 2, 3]), ("box", [4.8, 43.3, 1.5, 46.3]), ("colour", "blue"),
    ],
)  # fmt: skip
def test_what_does_not_serve_is_refused(key: str, value: object) -> None:
    with pytest.raises(SettingWrong, match=key):
        told(**{key: value})


def test_a_publisher_is_called_by_its_siret() -> None:
    publisher = told(publisher={"name": "Syndicat", "siret": "00000000000000"}).publisher
    assert publisher.iri.value.endswith("/00000000000000")


def test_a_mailbox_is_an_address() -> None:
    assert told(contact="donnees@example.fr").contact.value == "mailto:donnees@example.fr"


def test_a_publication_that_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dorsale.toml").write_text('version = 1\npublication = "https://example.fr/"\n')
    with pytest.raises(SettingsError, match="publication"):
        Workspace.open(tmp_path)


def test_the_guide_tells_of_every_setting_and_every_file(published: Path) -> None:
    guide = (ROOT / "docs" / "publication.md").read_text("utf-8")
    settings, files = guide.split("## Ce que le dossier contient")
    named = set(
        re.findall(r"`(\w+)`", "\n".join(line.split("|")[1] for line in settings.splitlines() if line[:1] == "|"))
    )
    assert named == KEYS.keys()
    for path in ("index.html", "datapackage.json", "context.jsonld", ".well-known/void", ".htaccess", "SHA256SUMS"):
        assert path in files
        assert (published / path).is_file()
