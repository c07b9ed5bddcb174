"""What is said of a publication in the words of public vocabularies: their prefixes, and triples in the order told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from dorsale.names import DOR, PUBLIC

AUTHORITY = "http://publications.europa.eu/resource/authority/"
IANA = "https://www.iana.org/assignments/media-types/"
PREFIXES = dict(
    sorted(
        {
            **PUBLIC,
            "adms": "http://www.w3.org/ns/adms#",
            "dcat": "http://www.w3.org/ns/dcat#",
            "dcatap": "http://data.europa.eu/r5r/",
            "dor": DOR,
            "dqv": "http://www.w3.org/ns/dqv#",
            "geo": "http://www.opengis.net/ont/geosparql#",
            "sd": "http://www.w3.org/ns/sparql-service-description#",
            "spdx": "http://spdx.org/rdf/terms#",
            "vcard": "http://www.w3.org/2006/vcard/ns#",
            "void": "http://rdfs.org/ns/void#",
        }.items()
    )
)
Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal


def iri(name: str) -> NamedNode:
    """Return a term of a public vocabulary from its prefixed name, like ``dcat:Dataset``."""
    prefix, local = name.split(":", 1)
    return NamedNode(PREFIXES[prefix] + local)


def texts(said: Mapping[str, str] | None) -> list[Literal]:
    """Return words in their languages, French first: some portals read the first one only."""
    return [Literal(words, language=tongue) for tongue, words in sorted((said or {}).items(), reverse=True)]


def typed(value: object, datatype: str) -> Literal:
    """Return a value as a literal of an XSD datatype."""
    return Literal(str(value), datatype=iri(f"xsd:{datatype}"))


@dataclass
class Told:
    """Triples, each once, in the order in which they are told."""

    triples: dict[Triple, None] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Triple]:
        # What is said of one thing stands together, as the first of it came.
        said: dict[Node, list[Triple]] = {}
        for triple in self.triples:
            said.setdefault(triple.subject, []).append(triple)  # type: ignore[arg-type]
        for triples in said.values():
            yield from triples

    def coded(self, table: str, code: str, a: str) -> NamedNode:
        """Return a concept of an authority table of the European Union, of which its class and its table are told."""
        concept = NamedNode(f"{AUTHORITY}{table}/{code}")
        self.say(concept, a=iri(a), skos_inScheme=NamedNode(AUTHORITY + table))
        return concept

    def say(self, subject: Node, **said: Term | list[Term] | list[Literal] | list[NamedNode] | None) -> None:
        """
        Say what a thing has; a property is named ``dcterms_title``, and one of None or nothing is left out.

        The prefix ends at the first underscore: ``a`` is what the thing is.
        """
        for name, value in said.items():
            predicate = iri("rdf:type" if name == "a" else name.replace("_", ":", 1))
            for one in value if isinstance(value, list) else [value]:
                if one is not None:
                    self.triples[Triple(subject, predicate, one)] = None
