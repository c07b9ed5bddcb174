"""
What a publication says of itself: ``[publication]`` in the settings of a workspace.

Nobody but the publisher knows these: who answers for the data, where they will stand, what others may do with them. So
they are asked for, and none is guessed. What is told of persons is nothing: a publisher is an organisation, and its
contact an address that outlasts whoever reads the mail.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pyoxigraph import NamedNode

from dorsale.errors import Place, SettingMissing, SettingWrong
from dorsale.publish.media import table
from dorsale.words import say
from dorsale.workspace import Workspace

ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
MAILBOX = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+")
SIRET = re.compile(r"\d{14}")
# A licence goes by its name in the list of SPDX, or by an address.
SPDX = re.compile(r"[A-Za-z0-9.+-]+")
# A code of an authority table of the European Union.
CODE = re.compile(r"[A-Z0-9_]+")
# The folder of the slices in that of the whole.
SLICES = "slices"
# How an organisation of France is called by its number.
ORGANISATION = "https://annuaire-entreprises.data.gouv.fr/etablissement/"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who answers for a publication: its name, its IRI, and its SIRET where it has one."""

    name: str
    iri: NamedNode
    siret: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """
    What the settings say of a publication.

    Titles and descriptions are by language; ``url`` ends in a slash; ``issued`` is the day of the first release and
    ``released`` that of this one. What is not said is None or empty. ``whole`` is where the publication stands of
    which this one is a slice, if it is one.
    """

    url: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    publisher: Publisher
    contact: NamedNode
    licence: NamedNode
    version: str | None = None
    issued: date | None = None
    released: date | None = None
    previous: NamedNode | None = None
    notes: Mapping[str, str] | None = None
    endpoint: NamedNode | None = None
    keywords: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    frequency: str | None = None
    box: tuple[float, float, float, float] | None = None
    whole: NamedNode | None = None

    @classmethod
    def of(cls, workspace: Workspace) -> "Publication":
        """
        Return what the settings of a workspace say of its publication.

        Raises :class:`SettingMissing` with the first key that is asked for and not there, and :class:`SettingWrong` for
        a value that does not serve, or a key that nobody reads.
        """
        said = workspace.publication
        place = Place(workspace.mark)
        for key in said:
            if key not in KEYS:
                raise SettingWrong(place=place, key=f"[publication] {key}", found="–", example=", ".join(KEYS))
        read: dict[str, Any] = {}
        for key, (reading, needed, example) in KEYS.items():
            line = f"[publication]\n  {key} = {example}"
            if key not in said or said[key] in ("", {}, []):
                if needed:
                    raise SettingMissing(place=place, key=f"[publication] {key}", example=line)
                continue
            try:
                read[key] = reading(said[key])
            except (KeyError, TypeError, ValueError) as error:
                found = repr(said[key])
                raise SettingWrong(place=place, key=f"[publication] {key}", found=found, example=line) from error
        return cls(**read)

    def slice(self, slug: str, what: Mapping[str, str]) -> "Publication":
        """
        Return what is said of a slice, which stands in a folder of its own under its ``slug``; ``what`` says of what.

        No portal may take it for the whole: address and title are its own, and what is true of the whole alone is left
        out.
        """

        def told(name: str, words: Mapping[str, str]) -> Mapping[str, str]:
            return {tongue: say(f"slice-{name}", tongue, what=what[tongue], whole=one) for tongue, one in words.items()}

        return replace(
            self,
            url=f"{self.url}{SLICES}/{slug}/",
            title=told("title", self.title),
            description=told("description", self.description),
            previous=None,
            notes=None,
            endpoint=None,
            box=None,
            whole=NamedNode(self.url),
        )

    def at(self, path: str) -> NamedNode:
        """Return the address of a file of the publication."""
        return NamedNode(self.url + path)


def _matching(form: re.Pattern[str], value: object) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ValueError(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(value)
    return value


def _address(value: object) -> NamedNode:
    return NamedNode(_matching(ADDRESS, value))


def _url(value: object) -> str:
    return _matching(ADDRESS, value).rstrip("/") + "/"


def _texts(value: object) -> Mapping[str, str]:
    """Return a text by its languages; one alone is French."""
    if isinstance(value, str):
        return {"fr": _text(value)}
    if not isinstance(value, dict) or not {"fr", "en"} >= value.keys():
        raise ValueError(value)
    return {tongue: _text(words) for tongue, words in sorted(value.items())}


def _publisher(value: Any) -> Publisher:
    if not isinstance(value, dict) or not {"name", "iri", "siret"} >= value.keys():
        raise ValueError(value)
    siret = _matching(SIRET, value["siret"]) if "siret" in value else None
    iri = _address(value["iri"]) if "iri" in value else NamedNode(ORGANISATION + _matching(SIRET, siret))
    return Publisher(_text(value["name"]), iri, siret)


def _contact(value: object) -> NamedNode:
    written = _text(value).removeprefix("mailto:")
    return NamedNode(f"mailto:{written}") if MAILBOX.fullmatch(written) else _address(written)


def _licence(value: object) -> NamedNode:
    written = _text(value)
    return NamedNode(f"https://spdx.org/licenses/{written}") if SPDX.fullmatch(written) else _address(written)


def _day(value: object) -> date:
    if type(value) is not date:
        raise ValueError(value)
    return value


def _several(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(value)
    return tuple(_text(one) for one in value)


def _themes(value: object) -> tuple[str, ...]:
    if unknown := set(themes := _several(value)) - table("themes").keys():
        raise ValueError(unknown)
    return themes


def _code(value: object) -> str:
    return _matching(CODE, value)


def _box(value: Any) -> tuple[float, float, float, float]:
    west, south, east, north = (float(one) for one in value)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError(value)
    return west, south, east, north


# Each key: how it is read, whether it must be there, and what would serve.
KEYS: Mapping[str, tuple[Callable[[Any], Any], bool, str]] = {
    "url": (_url, True, '"https://donnees.example.fr/reseaux/"'),
    "title": (_texts, True, '{fr = "Réseaux publics de la Loire", en = "Public networks of Loire"}'),
    "description": (_texts, True, '{fr = "Qui construit, possède et exploite les réseaux publics de la Loire."}'),
    "publisher": (_publisher, True, '{name = "Syndicat mixte Exemple", siret = "00000000000000"}'),
    "contact": (_contact, True, '"donnees@example.fr"'),
    "licence": (_licence, True, '"etalab-2.0"'),
    "version": (_text, False, '"1.0.0"'),
    "issued": (_day, False, "2026-11-22"),
    "released": (_day, False, "2026-11-22"),
    "previous": (_address, False, '"https://donnees.example.fr/reseaux/0.9.0/"'),
    "notes": (_texts, False, '{fr = "Les contrats du Tarn sont ajoutés."}'),
    "endpoint": (_address, False, '"https://donnees.example.fr/sparql"'),
    "keywords": (_several, False, '["fibre", "réseau d\'initiative publique"]'),
    "themes": (_themes, False, '["TECH", "REGI"]'),
    "frequency": (_code, False, '"IRREG"'),
    "box": (_box, False, "[1.5, 43.3, 4.8, 46.3]"),
}
