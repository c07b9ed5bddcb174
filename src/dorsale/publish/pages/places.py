"""
Where the page of each thing stands in the folder, and how one page leads to another.

The place follows the identifier: ``…/id/actor/arcep`` has its pages in ``id/actor/arcep.html`` and ``.en.html``, and
its descriptions beside them. A name that a file system could not hold, or not beside another, gets an ending of
its own.
"""

import re
from collections.abc import Iterable
from hashlib import sha256

from pyoxigraph import NamedNode

from dorsale.names import CODE, DOR, ONTOLOGY, SHAPE

FOLDER = "id"
# The ending of a page in each language; the first is the one of who asks for none.
PAGES = {"fr": ".html", "en": ".en.html"}
# So long a name may be, that an ending has room in what archives and file systems take.
LONGEST = 120
UNFIT = re.compile(r"[^a-z0-9_-]+")
INSEE = "http://id.insee.fr/geo/"


class Places:
    """The places of things, known beforehand, so that each has one of its own whatever the others are called."""

    def __init__(self, base: str, things: Iterable[NamedNode], terms: Iterable[NamedNode] = ()) -> None:
        self.base = base
        self.terms = frozenset(terms)
        self._stems: dict[str, str] = {}
        taken: set[str] = set()
        # Those whose name serves as it is come first, so that no other takes it from them.
        for iri in sorted({thing.value for thing in things}, key=lambda iri: (not self._serves(iri), iri)):
            name = self._name(iri)
            stem = _plain(name)
            if stem != name or stem in taken:
                stem = f"{stem}-{sha256(iri.encode()).hexdigest()[:10]}"
            taken.add(stem)
            self._stems[iri] = f"{FOLDER}/{stem}"

    def _name(self, iri: str) -> str:
        """Return what an identifier is called below the folder: its kind, and its own name."""
        if iri.startswith(self.base):
            return iri[len(self.base) :]
        return f"territory/{iri.removeprefix(INSEE).replace('/', '-')}"

    def _serves(self, iri: str) -> bool:
        return _plain(name := self._name(iri)) == name

    def __contains__(self, thing: object) -> bool:
        return isinstance(thing, NamedNode) and thing.value in self._stems

    def of(self, thing: NamedNode, ending: str) -> str:
        """Return the path of a file about a thing that has a place."""
        return self._stems[thing.value] + ending

    @property
    def moved(self) -> dict[str, str]:
        """Where each thing of ours stands whose identifier does not tell: both without the base, as in an address."""
        named = ((f"{FOLDER}/{iri[len(self.base) :]}", iri) for iri in self._stems if iri.startswith(self.base))
        return {name: self._stems[iri] for name, iri in named if self._stems[iri] != name}

    def leading(self, term: NamedNode, language: str) -> str | None:
        """Return the path, with its fragment, of what tells of a term in a language; None where no page does."""
        iri = term.value
        if iri in self._stems:
            return self._stems[iri] + PAGES[language]
        evidence = f"{self.base}evidence/"
        if iri.startswith(evidence):
            document, _, offsets = iri[len(evidence) :].partition("/")
            if (stem := self._stems.get(f"{self.base}document/{document}")) is not None:
                return f"{stem}{PAGES[language]}#{offsets}"
        if term not in self.terms:
            return f"ontology{PAGES[language]}" if iri == ONTOLOGY else None
        if iri.startswith(DOR):
            return f"ontology{PAGES[language]}#{iri[len(DOR) :]}"
        if iri.startswith(CODE):
            return f"ontology{PAGES[language]}#{code_id(term)}"
        return f"shapes{PAGES[language]}#{iri[len(SHAPE) :]}" if iri.startswith(SHAPE) else None


def _plain(name: str) -> str:
    """Return a name that every file system holds: a kind and a short name in small letters."""
    kind, _, rest = name.lower().partition("/")
    return f"{UNFIT.sub('-', kind).strip('-') or 'thing'}/{UNFIT.sub('-', rest).strip('-')[:LONGEST] or 'thing'}"


def code_id(code: NamedNode) -> str:
    """Return what a code is called in the address of its explanation: a property may have the name of a scheme."""
    return f"code-{code.value[len(CODE) :].replace('/', '-')}"


def way(here: str, there: str) -> str:
    """
    Return how a page leads to a file, from where it stands, so that the folder can lie anywhere.

    >>> way("id/actor/arcep.html", "id/network/thd42.html#f1")
    '../../id/network/thd42.html#f1'
    >>> way("index.html", "style.css")
    'style.css'
    """
    return "../" * here.count("/") + there
