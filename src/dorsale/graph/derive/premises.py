"""
From which facts a rule concludes a fact: its body, asked with what the conclusion already tells.

The engine answers. Only where the conclusion tells every variable, as the commonest rules have it, is there nothing
to ask but whether the facts are there.
"""

from collections.abc import Iterator, Mapping, Set

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Triple, Variable

from dorsale.graph.derive.body import Construct, Group
from dorsale.graph.store import VIEW, Dataset, engine

Bindings = Mapping[Variable, NamedNode | Literal]


def premises(
    rule: Construct, dataset: Dataset, triple: Triple, without: Set[Triple] = frozenset()
) -> Iterator[tuple[Triple, ...]]:
    """
    Yield each set of triples of the view from which a rule concludes ``triple``; none has a triple of ``without``.

    They are the triple patterns of the body as they were matched, those of OPTIONAL where they were; what a
    path went through and what had to be absent are left out. A rule that counts gives all that it counted.
    No set holds ``triple`` itself: a fact is no reason for itself. Of a thing that the rule makes, the dataset
    must hold all that it concludes.
    """
    asked = _Asked(rule, dataset, without if triple in without else without | {triple})
    seen = set()
    for pattern in rule.template:
        for row in asked.solutions(pattern.unify(triple)):
            counted = asked.counted(rule.body, row)
            own = tuple(dict.fromkeys(fact for fact in asked.matched(rule.body, row) if fact not in counted))
            # Who counts a hundred has a row for each of them, and one set of premises.
            if (way := (frozenset(own), id(counted))) not in seen:
                seen.add(way)
                if asked.without.isdisjoint(own) and asked.without.isdisjoint(counted):
                    yield (*own, *counted)


class _Asked:
    """A rule that is asked of a dataset; what it counts is looked up once."""

    def __init__(self, rule: Construct, dataset: Dataset, without: Set[Triple]) -> None:
        self.rule = rule
        self.dataset = dataset
        self.without = without
        self._counted: dict[tuple[object, ...], dict[Triple, None]] = {}

    def solutions(self, bound: Bindings | None) -> Iterator[Bindings]:
        """Yield the solutions of the body in which some variables are known already; none if nothing is."""
        body = self.rule.body
        if bound is None or not self._may_hold(bound):
            return
        if body.conjunctive and body.sure <= bound.keys():
            yield bound
            return
        for known in self._known(bound):
            for row in self._rows(body, self.rule.text, known):
                if all(row.get(variable) == value for variable, value in known.items()):
                    yield row

    def _may_hold(self, bound: Bindings) -> bool:
        """Say whether the premises that are known before asking are there, and none of those that are not wanted."""
        if self.rule.body.stated:
            return True
        certain = (pattern.instance(bound) for pattern in self.rule.body.patterns)
        return all(fact not in self.without and self._holds(fact) for fact in certain if fact is not None)

    def matched(self, group: Group, row: Bindings) -> Iterator[Triple]:
        """Yield the triples that the patterns of a group are in a solution of it."""
        for pattern in group.patterns:
            if (triple := pattern.instance(row)) is not None:
                yield triple
        for perhaps in group.perhaps:
            found = [pattern.instance(row) for pattern in perhaps.patterns]
            if all(map(self._holds, found)):
                yield from (triple for triple in found if triple is not None)

    def counted(self, group: Group, row: Bindings) -> Mapping[Triple, None]:
        """Return the triples that the sub-selects of a group counted for a solution of it."""
        asked = (id(group), *(row.get(key) for select in group.selects for key in select.keys))
        if asked not in self._counted:
            self._counted[asked] = {
                triple: None
                for select in group.selects
                for inner in sorted(
                    self._rows(select.group, select.text, {key: row[key] for key in select.keys if key in row}),
                    # The store has them in an order of its own, in memory another one than on disk.
                    key=lambda inner: sorted(f"{variable} {value}" for variable, value in inner.items()),
                )
                for triple in (*self.matched(select.group, inner), *self.counted(select.group, inner))
            }
        return self._counted[asked]

    def _known(self, bound: Bindings) -> Iterator[Bindings]:
        """
        Yield what variables may be: more than ``bound`` when a thing that the rule makes is among them.

        What it was made from is read off the other conclusions about it; else the engine would have to make all such
        things to find this one.
        """
        body = self.rule.body
        made = {variable for variable in body.assigned if isinstance(bound.get(variable), NamedNode)}
        known = made.union(*map(body.origins, made)) & (made | body.sure)
        tell = [
            pattern
            for pattern in self.rule.template
            if made & {*pattern.terms} and all(term in known for term in pattern.terms if isinstance(term, Variable))
        ]
        if not tell:
            yield bound
            return
        things = {variable: bound[variable] for variable in made}
        for row in self._rows(Group(list(tell)), " ".join(map(str, tell)), things):
            yield {**row, **bound}

    def _rows(self, group: Group, text: str, bound: Bindings) -> Iterator[Bindings]:
        """Yield the solutions of a group in which some variables are known already."""
        query = f"{self.rule.prologue}SELECT * WHERE {{ {_narrowed(group, text, bound)}\n}}"
        rest = {one: bound[one] for one in bound.keys() - _told(group, bound)}
        with engine():
            answer = self.dataset.store.query(query, substitutions=dict(rest))
            assert isinstance(answer, QuerySolutions)
            variables = answer.variables
            for row in answer:
                yield {
                    variable: value
                    for variable, value in zip(variables, row, strict=True)
                    if isinstance(value, NamedNode | Literal)
                }

    def _holds(self, triple: Triple | None) -> bool:
        if triple is None:
            return False
        return Quad(triple.subject, triple.predicate, triple.object, VIEW) in self.dataset.store


def _told(group: Group, bound: Bindings) -> list[Variable]:
    """Return the known variables that VALUES can tell: what OPTIONAL finds or BIND makes would be another thing."""
    return sorted((group.sure - group.assigned.keys()) & bound.keys(), key=str)


def _narrowed(group: Group, text: str, bound: Bindings) -> str:
    """
    Return the text of a group with VALUES for what is known, in its sub-selects too, which VALUES does not reach into.

    The engine plans its search by them; what is substituted later it looks for among all that the graph holds.
    """
    for select in group.selects:
        inner = {key: bound[key] for key in select.keys if key in bound}
        text = text.replace(select.text, _narrowed(select.group, select.text, inner), 1)
    if not (told := _told(group, bound)):
        return text
    return f"VALUES ({' '.join(map(str, told))}) {{ ({' '.join(str(bound[one]) for one in told)}) }} {text}"
