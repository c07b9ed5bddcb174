"""
Namespaces, prefixes, how an IRI is minted from labels, and how a label is folded.

The ontology and the codes have one address for ever; only the things (``id/``) follow the workspace.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache

from pyoxigraph import NamedNode

ONTOLOGY = "https://w3id.org/dorsale/ontology"
DOR = ONTOLOGY + "#"
CODE = "https://w3id.org/dorsale/code/"
SHAPE = "https://w3id.org/dorsale/shape/"
BASE = "https://w3id.org/dorsale/id/"

KINDS = (
    "actor", "person", "network", "contract", "programme", "project", "service", "funding", "observation",
    "event", "membership", "shareholding", "overruling", "refusal", "retraction", "waiver", "place", "territory",
    "document", "graph", "statement",
)  # fmt: skip
SCHEMES = (
    "access", "amount-kind", "answer", "base", "funding-status", "gate", "indicator", "method", "mission", "modality",
    "qualifier", "status", "tax", "technology", "unit", "zone-type",
)  # fmt: skip
PUBLIC = {
    "bibo": "http://purl.org/ontology/bibo/",
    "currency": "http://publications.europa.eu/resource/authority/currency/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "igeo": "http://rdf.insee.fr/def/geo#",
    "cj": "http://id.insee.fr/codes/cj/niveauIII/",
    "commune": "http://id.insee.fr/geo/commune/",
    "departement": "http://id.insee.fr/geo/departement/",
    "region": "http://id.insee.fr/geo/region/",
    "language": "http://publications.europa.eu/resource/authority/language/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qunit": "http://qudt.org/vocab/unit/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vann": "http://purl.org/vocab/vann/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def prefixes(base: str = BASE) -> dict[str, str]:
    """Return every prefix of a workspace whose things live under ``base``, by name."""
    return dict(_prefixes(base))


@cache
def _prefixes(base: str) -> dict[str, str]:
    things = {kind: f"{base}{kind}/" for kind in KINDS}
    codes = {scheme: f"{CODE}{scheme}/" for scheme in SCHEMES}
    return dict(sorted({"dor": DOR, "shape": SHAPE, **things, **codes, **PUBLIC}.items()))


def dor(name: str) -> NamedNode:
    """Return a term of our ontology."""
    return NamedNode(DOR + name)


def public(name: str) -> NamedNode:
    """Return a term of a public vocabulary from its prefixed name, like ``rdf:type``."""
    prefix, local = name.split(":", 1)
    return NamedNode(PUBLIC[prefix] + local)


# A local name that Turtle and SPARQL take as it stands: ours never need an escape.
LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")


def shorten(iri: str, known: Mapping[str, str]) -> str:
    """
    Return an IRI as ``prefix:name``, or in angle brackets where no prefix of ``known`` fits.

    >>> shorten("https://w3id.org/dorsale/ontology#operator", prefixes())
    'dor:operator'
    >>> shorten("https://example.org/a/b", prefixes())
    '<https://example.org/a/b>'
    """
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1  # no local name has these, and every namespace of ours ends with one
    space, name = iri[:cut], iri[cut:]
    for prefix, known_as in known.items():
        if known_as == space and LOCAL.fullmatch(name):
            return f"{prefix}:{name}"
    return f"<{iri}>"


class _Plain(dict[int, str]):
    """What each character is compared as, worked out when it is first met: there are few, in very many words."""

    def __missing__(self, code: int) -> str:
        spelt = {"œ": "oe", "Œ": "oe", "æ": "ae"}.get(chr(code), chr(code))
        plain = "".join(c for c in unicodedata.normalize("NFKD", spelt) if not unicodedata.combining(c)).casefold()
        self[code] = plain
        return plain


_PLAIN = _Plain()
_WORD = re.compile(r"[a-z0-9]+")


def plain(text: str) -> str:
    """Return a text without what does not count when names are compared, but for what stands between words."""
    return text.lower() if text.isascii() else text.translate(_PLAIN)


def fold(label: str) -> str:
    """
    Return a label as it is compared: accents, case, apostrophes, hyphens and ligatures do not count.

    >>> fold("Clermont l’Hérault") == fold("CLERMONT-L'HERAULT")
    True
    >>> fold("Cœur de Lozère")
    'coeur de lozere'
    """
    return " ".join(_WORD.findall(plain(label)))


@lru_cache(maxsize=1 << 16)
def fold_word(word: str) -> str:
    """Return a word as :func:`fold` does; words come back."""
    return fold(word)


def mint(base: str, kind: str, *parts: str) -> NamedNode:
    """
    Return the IRI of a thing from its kind and its label, or for n-ary things from their parts.

    The same parts give the same IRI in every build.

    >>> mint(BASE, "contract", "Loire", "Lotim Télécom", "2005").value
    'https://w3id.org/dorsale/id/contract/loire-lotim-telecom-2005'
    """
    return NamedNode(f"{base}{kind}/{'-'.join(fold(part) for part in parts).replace(' ', '-')}")
