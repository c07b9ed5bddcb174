"""
A rule is a SPARQL CONSTRUCT: a file that runs anywhere, or an axiom of the ontology read as one.

Its header is comment, like that of a stored query: a title in two languages, and a stratum. The rules of a stratum
are run to a fixed point before the next one begins; one that counts, denies or makes a new thing is run once, so
it must stand above all that it reads (:mod:`~dorsale.graph.derive.strata` refuses it otherwise).
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from pyoxigraph import NamedNode, QueryTriples, Store, Triple

from dorsale.errors import Place, QuerySyntax, RuleError
from dorsale.graph.derive.axioms import readings
from dorsale.graph.derive.body import Construct, Group, Pattern, Unreadable, parse
from dorsale.graph.derive.premises import premises
from dorsale.graph.derive.strata import require_stratified
from dorsale.graph.header import Header
from dorsale.graph.store import Dataset
from dorsale.names import CODE, DOR, prefixes, shorten
from dorsale.terms import nearest

KEYS = ("title", "stratum")


@dataclass(frozen=True)
class Rule:
    """What follows from what: a CONSTRUCT with a name, a title, and the stratum that it is run in."""

    name: str
    title: Mapping[str, str] = field(hash=False)
    stratum: int
    construct: str = field(repr=False)
    place: Place

    @classmethod
    def open(cls, path: Path, shown: Path | None = None) -> "Rule":
        """
        Return the rule of a file; ``shown`` is the path that places name.

        Raises :class:`QueryHeader` with the line of a wrong header, and :class:`RuleError` with that of what does not
        parse, or of what SPARQL knows and a rule does not: UNION, a blank node, a function that two builds would
        answer differently.
        """
        header = Header.open(path, shown or path, KEYS)
        stratum = header.values["stratum"]
        if type(stratum) is not int or stratum < 0:
            raise header.wrong("stratum", f"« {stratum} »: 0, 1, 2…")
        rule = cls(path.stem, header.bilingual("title"), stratum, header.text, header.place)
        rule.require_readable()
        return rule

    def require_readable(self) -> None:
        """Raise :class:`RuleError` for what Oxigraph or a rule does not take."""
        try:
            answer = _nothing().query(self.construct, self.place)
        except QuerySyntax as error:
            raise RuleError(place=error.place, reason=error.reason) from error
        if not isinstance(answer, QueryTriples):
            raise RuleError(place=self.place, reason="CONSTRUCT { … } WHERE { … } ?")
        assert self.parsed

    @cached_property
    def parsed(self) -> Construct:
        """Its template and its body."""
        try:
            return parse(self.construct)
        except Unreadable as error:
            raise RuleError(place=self.at(error.offset), reason=error.reason) from error

    def at(self, offset: int) -> Place:
        """Return the place of an offset in its text."""
        before = self.construct[:offset]
        return Place(self.place.file, before.count("\n") + 1, offset - before.rfind("\n"))

    @property
    def template(self) -> tuple[Pattern, ...]:
        """What it concludes."""
        return self.parsed.template

    @property
    def body(self) -> Group:
        """What it concludes that from."""
        return self.parsed.body

    @cached_property
    def concludes(self) -> frozenset[NamedNode]:
        """The properties of what it concludes, and of rdf:type the classes; nothing where it may be any."""
        kinds = {pattern.kind for pattern in self.template}
        return frozenset() if None in kinds else frozenset(kind for kind in kinds if kind)

    def could_conclude(self, triple: Triple) -> bool:
        """Say whether ``triple`` has the form of one of its conclusions."""
        return any(pattern.unify(triple) is not None for pattern in self.template)

    def makes(self, triple: Triple) -> NamedNode | None:
        """Return the subject of ``triple`` if that has the form of a conclusion about a thing that the rule makes."""
        made = (pattern for pattern in self.template if pattern.subject in self.body.assigned)
        if isinstance(triple.subject, NamedNode) and any(pattern.unify(triple) is not None for pattern in made):
            return triple.subject
        return None

    def premises(
        self, dataset: Dataset, triple: Triple, without: Set[Triple] = frozenset()
    ) -> Iterator[tuple[Triple, ...]]:
        """Yield each set of triples of the view from which it concludes ``triple``, as :func:`premises` does."""
        return premises(self.parsed, dataset, triple, without)


@cache
def _nothing() -> Dataset:
    """Return a dataset without a fact, for the engine to judge what a rule says."""
    return Dataset(Store())


def rules(folder: Path, shown: Path, axioms: Iterable[Triple]) -> tuple[Rule, ...]:
    """
    Return the rules of a workspace: those that ``axioms`` entail, in stratum 0, and the files of ``folder``.

    Every term of ours that a rule names must be declared by ``axioms`` (codes, too, if they hold any).
    Raises what :meth:`Rule.open` does for a file, and :class:`RuleError` for an undeclared term, for a rule that feeds
    itself through what it counts, denies or makes, and for an axiom that no rule can stand for.
    """
    known = tuple(axioms)
    # An axiom has no line: it is a triple by now.
    place = Place(shown.parent)
    generated = [Rule(name, title, 0, construct, place) for name, title, construct in readings(known, place)]
    files = [Rule.open(path, shown / path.name) for path in sorted(folder.glob("*.rq"))]
    found = tuple(sorted((*generated, *files), key=lambda rule: (rule.stratum, rule.name)))
    declared = {triple.subject for triple in known if isinstance(triple.subject, NamedNode)}
    coded = any(iri.value.startswith(CODE) for iri in declared)
    for rule in files:
        _require_declared(rule, declared, coded)
    require_stratified(found, known)
    return found


def _require_declared(rule: Rule, declared: Iterable[NamedNode], coded: bool) -> None:
    spaces = (DOR, CODE) if coded else (DOR,)
    for pattern in (*rule.template, *rule.body.read()):
        for term in pattern.terms:
            if isinstance(term, NamedNode) and term.value.startswith(spaces) and term not in declared:
                name, near = shorten(term.value, prefixes()), ", ".join(nearest(term, declared)) or "–"
                reason = f"{name}: no ontology file declares it; nearest: {near}"
                raise RuleError(place=rule.at(pattern.offset), reason=reason)
