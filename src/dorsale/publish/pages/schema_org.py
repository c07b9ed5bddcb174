"""
What search engines are told of a thing: its name, its kind and the few relations that schema.org has words for.

Which class is which type is data. Inside the page it is one script that is no program, in which nothing can end it.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from pyoxigraph import Literal, NamedNode

from dorsale.graph.explain import Profile
from dorsale.html import Element, element
from dorsale.names import DOR, PUBLIC, public
from dorsale.publish.pages.volume import Volume

CONTEXT = "https://schema.org"
XSD = PUBLIC["xsd"]
OTHER_NAME, PUBLISHER, ISSUED = public("skos:altLabel"), public("dcterms:publisher"), public("dcterms:issued")


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((files(__package__) / "schema-org.toml").read_text("utf-8"))


def script(volume: Volume, known: Profile) -> Element | None:
    """Return what search engines are told of a thing, or None where schema.org has no word for what it is."""
    classes = volume.site.classes(known.thing)
    kinds = (kind for name, kind in _words()["types"].items() if NamedNode(DOR + name) in classes)
    if (kind := next(kinds, None)) is None:
        return None
    said: dict[str, Any] = {"@context": CONTEXT, "@type": kind, "@id": known.thing.value}
    said["name"] = volume.called(known.thing)
    said["url"] = volume.site.publication.url + volume.path(volume.site.places.of(known.thing, ""))
    properties = {**{NamedNode(DOR + name): word for name, word in _words()["properties"].items()}}
    properties |= {OTHER_NAME: "alternateName", PUBLISHER: "publisher", ISSUED: "datePublished"}
    for _, lines in known.groups:
        for line in lines:
            if not line.inverse and (word := properties.get(line.predicate)):
                value: Any = line.value.value if isinstance(line.value, Literal) else _named(volume, line.value)
                said.setdefault(word, []).append(value)
    return data(said)


def _named(volume: Volume, thing: Any) -> dict[str, str]:
    return {"@id": thing.value, "name": volume.called(thing)}


def data(said: Mapping[str, Any]) -> Element:
    """Return a script that is data; no words in it can end it or begin another."""
    written = json.dumps(said, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        written = written.replace(character, f"\\u{ord(character):04x}")
    return element("script", written, type="application/ld+json")


def catalogue(volume: Volume, parts: Iterable[str] = ()) -> Element:
    """Return what search engines are told of the whole data set."""
    publication = volume.site.publication
    tongue = volume.language
    said = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "name": volume.title,
        "description": publication.description.get(tongue) or next(iter(publication.description.values())),
        "url": publication.url,
        "license": publication.licence.value,
        "creator": {
            "@type": "Organization",
            "name": publication.publisher.name,
            "@id": publication.publisher.iri.value,
        },
        **({"version": publication.version} if publication.version else {}),
        **({"datePublished": publication.released.isoformat()} if publication.released else {}),
    }
    return data(said)
